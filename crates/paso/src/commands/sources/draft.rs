//! `sources new`: a definition drafted from a sample, for a person to finish.

mod area;
mod attributes;
mod guess;
mod header;
mod number;
mod observe;
mod page;
mod sex;
mod sheets;
mod text;
mod values;
mod wide;

use paso_archive::{RequestSpec, Route};
use paso_decode::{Bytes, Forms, Labels, Limits, Ragged, Sink, SinkError, Source};
use paso_lake::Lake;
use paso_pipeline::{Pipeline, fetch_once};
use serde_json::json;

use crate::{
    cli::NewSource,
    commands::load,
    exit::{Abort, ExitStatus},
    message::{self, Column, MOST_CODES, Profile, refusal},
    printer::{Output, Printer},
    progress::Reading,
    settings::Settings,
};

/// The most bytes of a sample.
const SAMPLE_CAP: u64 = 2 << 30;

pub(super) fn execute(settings: &Settings, arguments: &NewSource) -> Result<ExitStatus, Abort> {
    if settings.output != Output::Table {
        let hint = Some("leave --output away; `paso inspect --output json` profiles a body for programs".to_owned());
        return Err(Abort::message(ExitStatus::Usage, "a draft is TOML, and has no other form", hint));
    }
    let pipeline = load(settings)?;
    named(&pipeline, arguments)?;
    let is_url = arguments.sample.starts_with("http://") || arguments.sample.starts_with("https://");
    let reading = Reading::new(!settings.quiet);
    let read = if is_url {
        read(&Bytes(&fetched(settings, &arguments.sample)?), arguments)?
    } else {
        read(&reading.source(&message::open(Some(arguments.sample.as_ref()), &reading)?), arguments)?
    };
    reading.end();
    let columns = guess::guesses(&read.sample.columns(), read.kept(), &pipeline.reference, &arguments.publisher);
    let draft = page::Draft {
        publisher: &arguments.publisher,
        dataset: &arguments.dataset,
        known: pipeline.source(&arguments.publisher).is_some(),
        sample: &arguments.sample,
        url: is_url.then_some(arguments.sample.as_str()),
        forms: &read.forms,
        why: &read.why,
        rows: read.sample.whole.rows,
        ragged: read.sample.whole.ragged,
        pages: read.pages,
        sheets: &read.sheets,
        headless: &read.headless,
        wide: wide::wide(&columns, &read.forms, &pipeline.reference, &arguments.publisher),
        columns,
        reference: &pipeline.reference,
    };
    // Its texts are escaped already: it is a file for programs, too.
    Printer::verbatim(draft.toml()?.trim_end())?;
    Ok(ExitStatus::Done)
}

/// Refuses ids that no definition can have, and that of a dataset which has one.
fn named(pipeline: &Pipeline, arguments: &NewSource) -> Result<(), Abort> {
    let refuse = |problem: String, hint: &str| Err(Abort::message(ExitStatus::Usage, problem, Some(hint.to_owned())));
    let valid = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    for (option, id) in [("--publisher", &arguments.publisher), ("--dataset", &arguments.dataset)] {
        if id != UNDECIDED && !valid(id) {
            let problem = format!("{option} `{id}`: ids are lower-case letters, digits and `_`");
            return refuse(problem, "write it as statistics_office or resident_foreigners; leave the option away to decide later");
        }
    }
    let id = format!("{}.{}", arguments.publisher, arguments.dataset);
    if pipeline.dataset(&id).is_some() {
        let problem = format!("`{id}` exists already: the pipeline has a definition of it");
        return refuse(
            problem,
            "give --dataset another name; `paso sources show ID` says what the dataset is, and an edition of it goes into its definition",
        );
    }
    Ok(())
}

/// The id of what has none yet.
const UNDECIDED: &str = "?";

/// A sample as it was read.
struct Read {
    sample: Sample,
    forms: Forms,
    why: Vec<String>,
    pages: Option<String>,
    /// The other sheets of a workbook.
    sheets: Vec<String>,
    /// The first rows of a sheet whose header was not found.
    headless: Vec<String>,
}

impl Read {
    /// The columns that stand beside the values of a table that was made long.
    fn kept(&self) -> &[String] {
        self.forms.xlsx.as_ref().and_then(|form| form.unpivot.as_ref()).map_or(&[], |unpivot| &unpivot.keep)
    }
}

fn read(source: &dyn Source, arguments: &NewSource) -> Result<Read, Abort> {
    let limits = message::limits(arguments.known.max_inflated);
    let mut known = message::known(&arguments.known, Labels::Id)?;
    let chosen = sheets::choose(source, &known, limits).unwrap_or_default();
    if chosen.member.is_some() {
        known.member.clone_from(&chosen.member);
    }
    let (mut sample, mut why) = (Sample::default(), chosen.why.clone());
    if let Some((sample, forms)) = chosen.proposed.and_then(|forms| Some((Sample::of(source, &forms, limits)?, forms))) {
        why.push(chosen.why_header);
        return Ok(Read { sample, forms, why, pages: None, sheets: chosen.others, headless: Vec::new() });
    }
    if let Some(bare) = chosen.bare {
        return Ok(Read { sample, forms: bare, why, pages: None, sheets: chosen.others, headless: chosen.first_rows });
    }
    let mut steps = Vec::new();
    let message = message::recognize(source, &arguments.known, &known, &mut steps)?;
    message.decode(limits, &mut sample).map_err(refusal)?;
    let pages = message.pages(sample.whole.rows).map(|pages| pages.to_string());
    let asked = arguments.known.member == known.member;
    // The sheet was asked for by nobody but this command.
    why.extend(message.why().iter().map(|step| if asked { step.clone() } else { step.replace(", as asked;", ";") }));
    Ok(Read { forms: message.forms(), why, pages, sheets: chosen.others, headless: Vec::new(), sample })
}

/// The body of a URL, by the route of the settings, through a lake that is thrown away.
fn fetched(settings: &Settings, url: &str) -> Result<Vec<u8>, Abort> {
    if matches!(settings.route, Route::Offline) {
        let hint = Some("give the body as a file (`paso inspect SHA256` finds those of the archive), or --mirror DIR".to_owned());
        return Err(Abort::message(ExitStatus::Usage, "--offline: no dataset has asked for this URL yet", hint));
    }
    let request: RequestSpec = serde_json::from_value(json!({ "url": url })).map_err(|error| {
        let hint = Some("give the address of the data as a browser has it, or a file".to_owned());
        Abort::message(ExitStatus::Usage, format!("`{url}` cannot be asked for: {error}"), hint)
    })?;
    let scratch = tempfile::tempdir()?;
    let lake = Lake::open(scratch.path().join("lake"))?;
    let body = fetch_once(&lake, &settings.route, &request)?;
    let body = body.ok_or_else(|| Abort::message(ExitStatus::Failed, format!("{url} was answered without a body"), None))?;
    Ok(lake.read_body(&body, SAMPLE_CAP)?)
}

/// What stands in the columns; of columns with too many texts to tell apart, what stands in the first rows.
#[derive(Default)]
struct Sample {
    whole: Profile,
    head: Profile,
}

impl Sample {
    /// A body under a form, where the form reads it.
    fn of(source: &dyn Source, forms: &Forms, limits: Limits) -> Option<Self> {
        let mut sample = Self::default();
        paso_decode::decode(source, forms, limits, &mut sample).ok()?;
        Some(sample)
    }

    fn columns(&self) -> Vec<&Column> {
        let of_head = |column: &Column| self.head.columns.iter().find(|head| head.name == column.name && head.role == column.role);
        self.whole.columns.iter().map(|column| if column.codes.is_some() { column } else { of_head(column).unwrap_or(column) }).collect()
    }
}

impl Sink for Sample {
    fn batch(&mut self, batch: paso_decode::Batch) -> Result<(), SinkError> {
        if self.head.rows + batch.rows.len() as u64 <= MOST_CODES as u64 {
            self.head.batch(batch.clone())?;
        }
        self.whole.batch(batch)
    }

    fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError> {
        self.whole.ragged(ragged)
    }
}
