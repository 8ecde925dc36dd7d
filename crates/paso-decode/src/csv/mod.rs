//! Delimited text, bare or as a member of a ZIP archive.
//!
//! Quoting is RFC 4180 as csv-core reads it. The header may stand below a preamble of any shape. A row whose number of fields is not the
//! header's is handed over as ragged, never padded or cut.

mod encoding;
mod form;
mod records;

use std::sync::Arc;

use crate::batch::{Facts, Limits, RAGGED_TEXT, Sink};
use crate::error::DecodeError;
use crate::facts::Watch;
use crate::header::{Header, Titles, fold};
use crate::inflate::Members;
use crate::table::Table;
pub use encoding::Encoding;
pub use form::{CsvForm, CsvHeader};
use records::{Record, Records};

/// Reads a bare CSV body.
pub(crate) fn decode(body: &[u8], form: &CsvForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    let place = "the body".to_owned();
    let text = encoding::decode(body, form.encoding, &place)?;
    Part { name: None, place, text: &text, form, limits }.read(sink)
}

/// Reads the CSV member of an archive.
pub(crate) fn decode_archive(body: &[u8], form: &CsvForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    let mut members = Members::open(body, limits.max_inflated_bytes)?;
    let (index, name) = choose(members.names()?, form)?;
    let bytes = members.read(index, &name)?;
    let place = format!("member \"{name}\"");
    let text = encoding::decode(&bytes, form.encoding, &place)?;
    Part { name: Some(name.into()), place, text: &text, form, limits }.read(sink)
}

/// The one member that the definition means.
fn choose(names: Vec<(usize, String)>, form: &CsvForm) -> Result<(usize, String), DecodeError> {
    let wanted = |name: &str| {
        let file = name.rsplit('/').next().unwrap_or(name);
        match &form.member {
            Some(prefix) => file.starts_with(prefix.as_str()),
            None => file.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("csv")),
        }
    };
    let mut fitting = names.iter().filter(|(_, name)| wanted(name));
    if let (Some(only), None) = (fitting.next(), fitting.next()) {
        return Ok(only.clone());
    }
    let expected = form.member.as_ref().map_or("one .csv file".to_owned(), |prefix| format!("one member named \"{prefix}…\""));
    Err(DecodeError::MemberMissing { expected, found: names.into_iter().map(|(_, name)| name).collect() })
}

/// A decoded text and what is to be read from it.
struct Part<'a> {
    name: Option<Arc<str>>,
    place: String,
    text: &'a str,
    form: &'a CsvForm,
    limits: Limits,
}

impl<'a> Part<'a> {
    fn read(&self, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
        let form = self.form;
        let mut records = Records::new(self.text, form.delimiter as u8);
        let mut facts = Watch::new(&form.facts);
        let Some(header) = self.find_header(&mut records, &mut facts)? else { return Err(self.no_header()) };
        let titles = [Titles::new(header.line, header.titles.iter().map(|title| Some(title.as_str())))];
        let width = header.titles.len() as u32;
        let layout = Header {
            place: &self.place,
            rows: &titles,
            width,
            renames: &form.columns,
            optional: &form.optional,
            unpivot: form.unpivot.as_ref(),
        }
        .layout()?;
        let mut table = Table::new(self.name.clone(), layout, form.unpivot.as_ref(), self.limits, sink);
        let expected = header.fields;
        let dropped = (header.titles.len() < expected).then_some(header.titles.len());
        while let Some(record) = records.read(&self.place)? {
            facts.see(record.line, |index| record.field(index));
            if record.len() > expected {
                record.rejoin(&form.unquoted_texts, form.delimiter, expected);
            }
            let trailing = dropped.and_then(|index| record.field(index));
            if record.len() == expected && trailing.is_none_or(str::is_empty) {
                table.row(record.line, record)?;
            } else {
                table.ragged(record.line, cut(record.raw).to_owned(), record.len(), expected)?;
            }
        }
        table.finish()?;
        facts.finish(&self.place)
    }

    fn find_header(&self, records: &mut Records<'a>, facts: &mut Watch<'_>) -> Result<Option<Found>, DecodeError> {
        while let Some(record) = records.read(&self.place)? {
            facts.see(record.line, |index| record.field(index));
            if !self.is_header(record) {
                continue;
            }
            let mut titles: Vec<String> = record.fields().map(str::to_owned).collect();
            let fields = titles.len();
            if self.form.trailing_empty_column && titles.last().is_some_and(|title| title.trim().is_empty()) {
                titles.pop();
            }
            return Ok(Some(Found { line: record.line, titles, fields }));
        }
        Ok(None)
    }

    fn is_header(&self, record: &Record<'_>) -> bool {
        match &self.form.header {
            None => true,
            Some(CsvHeader { row: Some(row), .. }) => record.line == *row,
            Some(CsvHeader { starts_with, .. }) => {
                let first = starts_with.iter().flatten();
                first.clone().count() <= record.len() && first.zip(record.fields()).all(|(title, field)| fold(title) == fold(field))
            }
        }
    }

    fn no_header(&self) -> DecodeError {
        let expected = match &self.form.header {
            Some(CsvHeader { row: Some(row), .. }) => format!("a line {row}"),
            Some(CsvHeader { starts_with: Some(titles), .. }) => format!("a line that begins {}", titles.join(" | ")),
            _ => "a line that is not blank".to_owned(),
        };
        let first_lines = self.text.lines().take(FIRST_LINES).map(|line| line.chars().take(FIRST_CHARACTERS).collect()).collect();
        DecodeError::HeaderMissing { place: self.place.clone(), expected, first_lines }
    }
}

/// How many lines, and how many characters of each, an error shows when there is no header among them.
const FIRST_LINES: usize = 6;
const FIRST_CHARACTERS: usize = 120;

/// The header's record.
struct Found {
    line: u32,
    titles: Vec<String>,
    /// The number of fields that every row must have: one more than titles where a trailing one was dropped.
    fields: usize,
}

/// The beginning of a ragged row.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(RAGGED_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests;
