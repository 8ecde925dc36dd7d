//! `sources new`: a definition drafted from a sample, for a person to finish.

mod guess;
mod number;
mod observe;
mod page;
mod text;

use paso_archive::{RequestSpec, Route};
use paso_decode::{Bytes, Facts, Labels, Limits, Message, Ragged, Sink, SinkError, Source};
use paso_lake::Lake;
use paso_pipeline::fetch_once;
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
    let is_url = arguments.sample.starts_with("http://") || arguments.sample.starts_with("https://");
    let reading = Reading::new(!settings.quiet);
    let known = message::known(&arguments.known, Labels::Id)?;
    let mut sample = Sample::default();
    let mut read = |source: &dyn Source| -> Result<_, Abort> {
        let mut steps = Vec::new();
        let message = message::recognize(source, &arguments.known, &known, &mut steps)?;
        decode(&message, message::limits(arguments.known.max_inflated), &mut sample)?;
        let pages = message.pages(sample.whole.rows).map(|pages| pages.to_string());
        Ok((message.forms(), message.why().to_vec(), pages))
    };
    let (forms, why, pages) = if is_url {
        read(&Bytes(&fetched(settings, &arguments.sample)?))?
    } else {
        read(&reading.source(&message::open(Some(arguments.sample.as_ref()), &reading)?))?
    };
    reading.end();
    let columns = sample.columns();
    let draft = page::Draft {
        publisher: &arguments.publisher,
        dataset: &arguments.dataset,
        known: pipeline.source(&arguments.publisher).is_some(),
        sample: &arguments.sample,
        url: is_url.then_some(arguments.sample.as_str()),
        forms: &forms,
        why: &why,
        rows: sample.whole.rows,
        ragged: sample.whole.ragged,
        pages,
        columns: columns.iter().map(|column| (*column, guess::guess(column, &pipeline.reference))).collect(),
    };
    // Its texts are escaped already: it is a file for programs, too.
    Printer::verbatim(draft.toml()?.trim_end())?;
    Ok(ExitStatus::Done)
}

fn decode(message: &Message<'_>, limits: Limits, sample: &mut Sample) -> Result<Facts, Abort> {
    message.decode(limits, sample).map_err(refusal)
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
