//! What a message is, judged by what stands in it: names, content types and what was asked for lie too often.
//!
//! The containers are peeled off first. Then the first bytes tell text, JSON, XML and workbooks apart, and what stands next tells the formats:
//!
//! * delimited text that opens with `DATAFLOW` or with `STRUCTURE,STRUCTURE_ID` is SDMX-CSV, one whose first title is `dimensions\TIME_PERIOD`
//!   is Eurostat's table; any other is a table whose delimiter gives the first lines the same number of fields;
//! * JSON with data sets under `dataSets` or `data/dataSets` is SDMX-JSON, with a `class` of JSON-stat or an object that has both `dimension`
//!   and `value` is JSON-stat; any other is a table, its rows found by what stands around them;
//! * a file of printed figures is TOML whose first header is that of a figure or a document;
//! * a workbook has a sheet, whose header is the first row of different titles with rows of the same width right below. More than half of them are
//!   different: one that stands twice gets a number.
//!
//! A text that begins with a bracket counts as JSON; where its first line shows that it is none but may be a table, that is said, and read where
//! a table is asked for.
//!
//! Each step says by what it decided ([`Message::why`]), and what is no data is told apart by the publisher's own words: error documents in JSON
//! and XML, also beside rows or behind them, tickets for what is being prepared, pages, and texts that are sentences. A plain text of which the
//! lines are codes or names is a table of one column.

mod json;
mod pages;
mod prose;
mod text;
mod xml;

use std::fmt;
use std::io::{BufRead as _, BufReader, Read as _};
use std::sync::Arc;

pub use pages::Pages;

use crate::batch::{Facts, Limits, Sink};
use crate::container::{self, Opened};
use crate::csv::{self, CsvForm};
use crate::error::{DecodeError, unreadable};
use crate::eurostat::{self, EurostatTsvForm};
use crate::forms::Forms;
use crate::json::{JsonForm, Pointers};
use crate::jsonstat::{self, JsonStatForm};
use crate::labels::Labels;
use crate::printed::{self, PrintedForm};
use crate::sdmx;
use crate::sdmx::csv::SdmxCsvForm;
use crate::sdmx::json::SdmxJsonForm;
use crate::sdmx::structure::Structures;
use crate::sniff::{self, Kind, sniff};
use crate::source::{Source, head};
use crate::xlsx::{self, XlsxForm};

/// The wire formats that are read without a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// SDMX-CSV 1.0 to 2.1.
    SdmxCsv,
    /// SDMX-JSON data messages 1.0 to 2.1.
    SdmxJson,
    /// JSON-stat 1.0 and 2.0.
    JsonStat,
    /// Eurostat's tab-separated tables.
    EurostatTsv,
    /// Any other delimited text.
    Csv,
    /// Any other JSON that holds rows.
    Json,
    /// Workbooks, XLSX and XLS.
    Xlsx,
    /// Figures typed in from documents.
    Printed,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::SdmxCsv, Self::SdmxJson, Self::JsonStat, Self::EurostatTsv, Self::Csv, Self::Json, Self::Xlsx, Self::Printed];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::SdmxCsv => "sdmx-csv",
            Self::SdmxJson => "sdmx-json",
            Self::JsonStat => "json-stat",
            Self::EurostatTsv => "eurostat-tsv",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Printed => "printed",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a reader knows beforehand. All of it is optional.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The format, where the content shall not decide.
    pub format: Option<Format>,
    /// The archive member (its name, the beginning of it, or a pattern with `*` and `?`), or the sheet of a workbook; `MEMBER/SHEET` for
    /// the sheet of a workbook in an archive.
    pub member: Option<String>,
    /// What of codes and their names comes out.
    pub labels: Labels,
    /// The structures that say what the columns of SDMX-CSV are.
    pub structures: Option<Arc<Structures>>,
}

/// How a message is read.
#[derive(Debug, Clone)]
enum Form {
    SdmxCsv(SdmxCsvForm),
    SdmxJson(SdmxJsonForm),
    JsonStat(JsonStatForm),
    EurostatTsv(EurostatTsvForm),
    Csv(CsvForm),
    Json(JsonForm),
    /// With the names of the visible sheets that are not read though nobody chose.
    Xlsx(XlsxForm, Vec<String>),
    Printed(PrintedForm),
}

/// A message that is understood, without its data being read yet.
pub struct Message<'s> {
    opened: Opened<'s>,
    form: Form,
    known: Known,
    why: Vec<String>,
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("form", &self.form).field("why", &self.why).finish_non_exhaustive()
    }
}

/// How much of a message is looked at to tell what it is.
const HEAD: usize = 64 << 10;
const PLACE: &str = "the body";

impl<'s> Message<'s> {
    /// Finds out what a message is.
    pub fn recognize(source: &'s dyn Source, known: Known, limits: Limits) -> Result<Self, DecodeError> {
        Self::explained(source, known, limits, &mut Vec::new())
    }

    /// The same; where it fails, `steps` says what was found out before, as [`Message::why`] does otherwise.
    pub fn explained(source: &'s dyn Source, known: Known, limits: Limits, steps: &mut Vec<String>) -> Result<Self, DecodeError> {
        let (opened, member) = open(source, known.member.as_deref(), limits).inspect_err(|_| steps.extend(begins(source)))?;
        steps.extend(opened.trail().map(|trail| format!("inside of {trail}")));
        let start = start(opened.source.as_ref(), PLACE)?;
        let kind = kind(&start);
        let known = Known { member, ..known };
        let form = match known.format {
            Some(format) => asked(format, kind, opened.source.as_ref(), &start, &known, limits, steps),
            None => found(kind, opened.source.as_ref(), &start, &known, limits, steps),
        };
        let form = form.inspect_err(|_| steps.extend(begins(opened.source.as_ref())))?;
        Ok(Self { opened, form, known, why: std::mem::take(steps) })
    }

    /// The other visible sheets of a workbook, where none was chosen and the first one is read.
    pub fn unread_sheets(&self) -> &[String] {
        if let Form::Xlsx(_, unread) = &self.form { unread } else { &[] }
    }

    /// The archive member that the message is, where it stands in an archive.
    pub fn member(&self) -> Option<&str> {
        self.opened.member.as_deref()
    }

    /// What the message is.
    pub fn format(&self) -> Format {
        match self.form {
            Form::SdmxCsv(_) => Format::SdmxCsv,
            Form::SdmxJson(_) => Format::SdmxJson,
            Form::JsonStat(_) => Format::JsonStat,
            Form::EurostatTsv(_) => Format::EurostatTsv,
            Form::Csv(_) => Format::Csv,
            Form::Json(_) => Format::Json,
            Form::Xlsx(..) => Format::Xlsx,
            Form::Printed(_) => Format::Printed,
        }
    }

    /// The table `decode` of a definition under which bodies like this one are read.
    pub fn forms(&self) -> Forms {
        let mut forms = Forms { member: self.opened.member.as_deref().map(str::to_owned), ..Forms::default() };
        match self.form.clone() {
            Form::SdmxCsv(form) => forms.sdmx_csv = Some(form),
            Form::SdmxJson(form) => forms.sdmx_json = Some(form),
            Form::JsonStat(form) => forms.json_stat = Some(form),
            Form::EurostatTsv(form) => forms.eurostat_tsv = Some(form),
            Form::Csv(form) => forms.csv = Some(form),
            Form::Json(form) => forms.json = Some(form),
            Form::Xlsx(form, _) => forms.xlsx = Some(form),
            Form::Printed(form) => forms.printed = Some(form),
        }
        forms
    }

    /// By what the message was recognised, step by step.
    pub fn why(&self) -> &[String] {
        &self.why
    }

    /// Whether the message is one page of several, as the envelope of a JSON table may say; `rows` are those that it has.
    pub fn pages(&self, rows: u64) -> Option<Pages> {
        match &self.form {
            // Whatever is wrong with the message, reading it tells.
            Form::Json(JsonForm { rows: Pointers::One(pointer), lines: false, .. }) => {
                pages::pages(self.opened.source.as_ref(), pointer, rows).ok().flatten()
            }
            _ => None,
        }
    }

    /// Reads the message.
    pub fn decode(&self, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
        let source = self.opened.source.as_ref();
        let part = self.opened.member.clone();
        let place = part.as_ref().map_or_else(|| PLACE.to_owned(), |name| format!("member \"{name}\""));
        match &self.form {
            Form::SdmxCsv(form) => {
                let structures = self.known.structures.as_ref();
                sdmx::csv::Message { source, place: &place, part: None, structures }.decode(form, limits, sink)
            }
            Form::EurostatTsv(form) => eurostat::decode_part(source, form, &place, None, limits, sink),
            Form::Csv(form) => csv::decode_part(source, form, place, None, limits, sink),
            Form::SdmxJson(form) => sdmx::json::decode(source, form, limits, sink),
            Form::JsonStat(form) => jsonstat::decode(source, form, limits, sink),
            Form::Json(form) => crate::json::decode(source, form, None, limits, sink),
            Form::Xlsx(form, _) => xlsx::decode(source, form, limits, sink),
            Form::Printed(form) => printed::decode(source, form, limits, sink),
        }
    }
}

/// The beginning of a message, without the blanks before it where there are more of them than are looked at.
fn start(source: &dyn Source, place: &str) -> Result<Vec<u8>, DecodeError> {
    let start = head(source, HEAD).map_err(|error| unreadable(place, error))?;
    if start.len() < HEAD || sniff(&start) != Kind::Empty {
        return Ok(start);
    }
    let mut reader = BufReader::new(crate::source::open(source, place, HEAD as u64)?);
    let failed = |error| unreadable(place, error);
    loop {
        let ahead = reader.fill_buf().map_err(failed)?;
        let (read, blanks) = (ahead.len(), ahead.iter().take_while(|byte| byte.is_ascii_whitespace()).count());
        reader.consume(blanks);
        if read == 0 || blanks < read {
            break;
        }
    }
    let mut start = Vec::new();
    reader.take(HEAD as u64).read_to_end(&mut start).map_err(failed)?;
    Ok(start)
}

/// Peels off what stands around a message. What is left of `member` is the sheet: in an archive that behind the last slash, which
/// the name of no sheet has, where no member of the whole name is there.
pub(crate) fn open<'s>(source: &'s dyn Source, member: Option<&str>, limits: Limits) -> Result<(Opened<'s>, Option<String>), DecodeError> {
    match container::unwrap(source, member, limits) {
        Ok(opened) if opened.member.is_some() => Ok((opened, None)),
        Ok(opened) => Ok((opened, member.map(str::to_owned))),
        Err(error @ DecodeError::MemberMissing { .. }) => match member.and_then(|member| member.rsplit_once('/')) {
            Some((member, sheet)) => match container::unwrap(source, Some(member), limits) {
                Ok(opened) if xlsx::is_workbook(opened.source.as_ref()) => Ok((opened, Some(sheet.to_owned()))),
                _ => Err(error),
            },
            None => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// What the first bytes say, for who asks how far the recognition of a message came.
fn begins(source: &dyn Source) -> Option<String> {
    let start = head(source, HEAD).ok()?;
    let what = match sniff(&start) {
        // An archive ends with what it holds.
        _ if sniff::is_archive(&start) => "a ZIP archive or a workbook".to_owned(),
        kind @ (Kind::Html | Kind::Xml | Kind::Empty | Kind::Unknown) => sniff::describe(&start, kind).to_owned(),
        kind => kind.to_string(),
    };
    Some(format!("the first bytes are those of {what}"))
}

/// What stands outside of any container: an archive that was left whole is a workbook.
fn kind(start: &[u8]) -> Kind {
    if sniff::is_archive(start) { Kind::Xlsx } else { sniff(start) }
}

/// The form of a format that is asked for.
fn asked(
    format: Format,
    kind: Kind,
    source: &dyn Source,
    start: &[u8],
    known: &Known,
    limits: Limits,
    why: &mut Vec<String>,
) -> Result<Form, DecodeError> {
    why.push(format!("{format}, as asked"));
    let fits = match format {
        Format::SdmxCsv | Format::EurostatTsv | Format::Csv => match kind {
            Kind::Xlsx | Kind::Xls | Kind::Unknown | Kind::Empty => false,
            Kind::Json => sniff::no_json(start).is_some(),
            _ => true,
        },
        Format::SdmxJson | Format::JsonStat | Format::Json => kind == Kind::Json,
        Format::Xlsx => matches!(kind, Kind::Xlsx | Kind::Xls),
        Format::Printed => kind == Kind::Printed,
    };
    if !fits && matches!(kind, Kind::Html | Kind::Xml | Kind::Empty | Kind::Unknown) {
        return Err(no_data(kind, source, start));
    }
    if !fits && kind == Kind::Json {
        unless_answer(source, start)?;
    }
    if !fits || is_another(format, source, start)? {
        return Err(DecodeError::NoForm { found: kind, declared: format.name().to_owned() });
    }
    Ok(match format {
        Format::SdmxCsv => Form::SdmxCsv(SdmxCsvForm { labels: known.labels, ..SdmxCsvForm::default() }),
        Format::EurostatTsv => Form::EurostatTsv(EurostatTsvForm::default()),
        Format::Csv => Form::Csv(text::table(source, start, true, why)?),
        Format::SdmxJson => Form::SdmxJson(SdmxJsonForm { labels: known.labels, ..SdmxJsonForm::default() }),
        Format::JsonStat => Form::JsonStat(JsonStatForm { labels: known.labels, ..JsonStatForm::default() }),
        Format::Json => Form::Json(json::table(source, why)?),
        Format::Xlsx => workbook(source, known, limits, why)?,
        Format::Printed => Form::Printed(PrintedForm::default()),
    })
}

/// True, unless the body is an answer: the publisher's words come first.
fn unless_answer(source: &dyn Source, start: &[u8]) -> Result<bool, DecodeError> {
    let table = match sniff(start) {
        Kind::Json => json::table(source, &mut Vec::new()).map(|_| ()),
        _ => text::table(source, start, false, &mut Vec::new()).map(|_| ()),
    };
    if let Err(answer @ DecodeError::Publisher { .. }) = table { Err(answer) } else { Ok(true) }
}

/// Whether a text or a JSON document is a table, or of another format than the one that is asked for. What is neither may be an answer, or
/// broken: its reader says so.
fn is_another(format: Format, source: &dyn Source, start: &[u8]) -> Result<bool, DecodeError> {
    let is_table = || json::table(source, &mut Vec::new()).is_ok();
    match format {
        Format::SdmxCsv if !matches!(text::family(start), text::Family::SdmxCsv(_)) => unless_answer(source, start),
        Format::EurostatTsv if !matches!(text::family(start), text::Family::EurostatTsv(_)) => unless_answer(source, start),
        Format::SdmxJson => Ok(match json::family(source)? {
            json::Family::SdmxJson(_) => false,
            json::Family::JsonStat(_) => true,
            json::Family::Table => is_table(),
        }),
        Format::JsonStat => Ok(match json::family(source)? {
            json::Family::JsonStat(_) => false,
            json::Family::SdmxJson(_) => true,
            json::Family::Table => is_table(),
        }),
        _ => Ok(false),
    }
}

/// The form of what the content says that it is.
fn found(kind: Kind, source: &dyn Source, start: &[u8], known: &Known, limits: Limits, why: &mut Vec<String>) -> Result<Form, DecodeError> {
    let labels = known.labels;
    match kind {
        Kind::Csv => match text::family(start) {
            text::Family::SdmxCsv(by) => {
                why.push(by);
                Ok(Form::SdmxCsv(SdmxCsvForm { labels, ..SdmxCsvForm::default() }))
            }
            text::Family::EurostatTsv(by) => {
                why.push(by);
                Ok(Form::EurostatTsv(EurostatTsvForm::default()))
            }
            text::Family::Table => Ok(Form::Csv(text::table(source, start, false, why)?)),
        },
        Kind::Json => match sniff::no_json(start).map_or_else(|| json::family(source), |error| Err(bracketed(error)))? {
            json::Family::SdmxJson(by) => {
                why.push(by);
                Ok(Form::SdmxJson(SdmxJsonForm { labels, ..SdmxJsonForm::default() }))
            }
            json::Family::JsonStat(by) => {
                why.push(by);
                Ok(Form::JsonStat(JsonStatForm { labels, ..JsonStatForm::default() }))
            }
            json::Family::Table => Ok(Form::Json(json::table(source, why)?)),
        },
        Kind::Xlsx | Kind::Xls => workbook(source, known, limits, why),
        Kind::Printed => {
            why.push("printed figures, by the first header".to_owned());
            Ok(Form::Printed(PrintedForm::default()))
        }
        Kind::Zip | Kind::Html | Kind::Xml | Kind::Empty | Kind::Unknown => Err(no_data(kind, source, start)),
    }
}

/// The error for a text that begins with a bracket and is no JSON.
fn bracketed(error: DecodeError) -> DecodeError {
    match error {
        DecodeError::Malformed { place, at, problem } => {
            let problem = format!("{problem}; if it is delimited text that begins with a bracket, --format csv reads it");
            DecodeError::Malformed { place, at, problem }
        }
        other => other,
    }
}

fn workbook(source: &dyn Source, known: &Known, limits: Limits, why: &mut Vec<String>) -> Result<Form, DecodeError> {
    let guess = xlsx::guess(source, known.member.as_deref(), limits)?;
    why.push(format!("a workbook: {}", guess.by));
    Ok(Form::Xlsx(guess.form, guess.unread))
}

/// Reads a body under the form, of those that are declared, that fits what it is.
pub(crate) fn under(source: &dyn Source, forms: &Forms, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    let opened = container::unwrap(source, forms.member.as_deref(), limits)?;
    let source = opened.source.as_ref();
    let part = opened.member.clone();
    let place = part.as_ref().map_or_else(|| PLACE.to_owned(), |name| format!("member \"{name}\""));
    let start = start(source, &place)?;
    let kind = match kind(&start) {
        // UTF-16 without its mark may begin with a null: only the definition can say that it is text.
        Kind::Unknown if forms.csv.as_ref().is_some_and(|form| form.encoding.is_utf16()) && !sniff::has_signature(&start) => Kind::Csv,
        // A title in brackets.
        Kind::Json if forms.csv.is_some() && sniff::no_json(&start).is_some() => Kind::Csv,
        kind => kind,
    };
    let declared = || Err(DecodeError::NoForm { found: kind, declared: forms.declared() });
    match kind {
        Kind::Csv => match (&forms.csv, &forms.sdmx_csv, &forms.eurostat_tsv) {
            (Some(form), None, None) => csv::decode_part(source, form, place, part, limits, sink),
            (None, None, None) => declared(),
            (csv, sdmx_csv, eurostat_tsv) => match (text::family(&start), csv, sdmx_csv, eurostat_tsv) {
                (text::Family::SdmxCsv(_), _, Some(form), _) | (_, None, Some(form), None) => {
                    sdmx::csv::Message { source, place: &place, part, structures: None }.decode(form, limits, sink)
                }
                (text::Family::EurostatTsv(_), _, _, Some(form)) | (_, None, None, Some(form)) => {
                    eurostat::decode_part(source, form, &place, part.as_ref(), limits, sink)
                }
                (_, Some(form), ..) => csv::decode_part(source, form, place, part, limits, sink),
                _ => declared(),
            },
        },
        Kind::Json => match (&forms.json, &forms.sdmx_json, &forms.json_stat) {
            (Some(form), None, None) => crate::json::decode(source, form, part, limits, sink),
            (None, Some(form), None) => sdmx::json::decode(source, form, limits, sink),
            (None, None, Some(form)) => jsonstat::decode(source, form, limits, sink),
            (None, None, None) => declared(),
            (table, sdmx_json, json_stat) => match (json::family(source)?, table, sdmx_json, json_stat) {
                (json::Family::SdmxJson(_), _, Some(form), _) => sdmx::json::decode(source, form, limits, sink),
                (json::Family::JsonStat(_), _, _, Some(form)) => jsonstat::decode(source, form, limits, sink),
                (_, Some(form), ..) => crate::json::decode(source, form, part, limits, sink),
                _ => declared(),
            },
        },
        Kind::Xlsx | Kind::Xls => forms.xlsx.as_ref().map_or_else(declared, |form| xlsx::decode(source, form, limits, sink)),
        Kind::Printed => forms.printed.as_ref().map_or_else(declared, |form| printed::decode(source, form, limits, sink)),
        Kind::Zip => declared(),
        Kind::Html | Kind::Xml | Kind::Empty | Kind::Unknown => Err(no_data(kind, source, &start)),
    }
}

/// What a body is that holds no data, in the publisher's own words where it has some.
fn no_data(kind: Kind, source: &dyn Source, start: &[u8]) -> DecodeError {
    if kind == Kind::Xml
        && let Some(answer) = xml::answer(source)
    {
        return answer;
    }
    if kind == Kind::Empty {
        return DecodeError::Empty { place: PLACE.to_owned(), problem: "it is empty".to_owned() };
    }
    let title = (kind == Kind::Html).then(|| sniff::title(start)).flatten();
    let begins = (kind == Kind::Html && title.is_none()).then(|| sniff::visible(start)).flatten();
    let found = if kind == Kind::Xml && xml::is_sdmx(start) { "an SDMX-ML message" } else { sniff::describe(start, kind) };
    DecodeError::NotData { found, title, begins }
}

#[cfg(test)]
mod tests;
