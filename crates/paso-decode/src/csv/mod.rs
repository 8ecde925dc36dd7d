//! Delimited text, bare or as a member of a ZIP archive.
//!
//! Quoting is RFC 4180 as csv-core reads it. The header may stand below a preamble of any shape. A row whose number of fields is not the
//! header's is handed over as ragged, never padded or cut, unless the definition says what such a row means.

mod form;

use std::sync::Arc;

pub use form::{CsvForm, CsvHeader};

use crate::batch::{Column, Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::facts::Watch;
use crate::header::{Header, Layout, Titles, fold};
use crate::source::Source;
use crate::text::{Dialect, From, Made, Record, Shape, Text};

/// Reads a CSV text; `place` is how errors call it, `part` how batches do.
pub(crate) fn decode_part(
    source: &dyn Source,
    form: &CsvForm,
    place: String,
    part: Option<Arc<str>>,
    limits: Limits,
    sink: &mut dyn Sink,
) -> Result<Facts, DecodeError> {
    Part { source, name: part, place, form, limits }.read(sink)
}

/// A text and what is to be read from it.
struct Part<'a> {
    source: &'a dyn Source,
    name: Option<Arc<str>>,
    place: String,
    form: &'a CsvForm,
    limits: Limits,
}

impl<'a> Part<'a> {
    fn read(&self, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
        let facts = self.facts()?;
        let mut text = self.open()?;
        let header = self.find_header(&mut text)?;
        text.decode(self.shape(&header)?, self.limits, sink)?;
        Ok(facts)
    }

    fn open(&self) -> Result<Text<'a>, DecodeError> {
        let CsvForm { encoding, delimiter, nul_padding, .. } = *self.form;
        Text::open(self.source, Dialect { encoding, delimiter: delimiter as u8, nul_padding }, &self.place, self.name.clone())
    }

    /// What the cells around the table say, above its header or below.
    fn facts(&self) -> Result<Facts, DecodeError> {
        let mut watch = Watch::new(&self.form.facts);
        if watch.last_row() > 0 {
            let mut text = self.open()?;
            while let Some(record) = text.record()? {
                watch.see(record.line, |index| record.field(index));
                if record.line >= watch.last_row() {
                    break;
                }
            }
        }
        watch.finish(&self.place)
    }

    /// Reads up to the last header row.
    fn find_header(&self, text: &mut Text<'_>) -> Result<Found, DecodeError> {
        let mut first_lines: Vec<String> = Vec::new();
        if let Some(CsvHeader { titles: Some(titles), .. }) = &self.form.header {
            let rows = vec![Titles::new(1, titles.iter().map(|title| Some(title.as_str())))];
            return Ok(Found { rows, fields: titles.len(), dropped: None });
        }
        while let Some(record) = text.record()? {
            if self.is_header(record) {
                return self.header_rows(text);
            }
            let room = FIRST_LINES - first_lines.len();
            first_lines.extend(record.raw.lines().take(room).map(|line| line.chars().take(FIRST_CHARACTERS).collect()));
        }
        Err(self.no_header(first_lines))
    }

    /// The header whose first row was read last, with the rows that belong to it.
    fn header_rows(&self, text: &mut Text<'_>) -> Result<Found, DecodeError> {
        let count = self.form.header_rows();
        let (mut rows, mut fields, mut dropped) = (Vec::with_capacity(count), 0, None);
        let mut record = text.last();
        loop {
            let mut titles: Vec<&str> = record.fields().collect();
            fields = fields.max(titles.len());
            if self.form.trailing_empty_column && titles.last().is_some_and(|title| title.trim().is_empty()) {
                titles.pop();
                dropped = Some(titles.len());
            }
            rows.push(Titles::new(record.line, titles.into_iter().map(Some)));
            if rows.len() == count {
                return Ok(Found { rows, fields, dropped });
            }
            let Some(next) = text.record()? else {
                return Err(self.no_header(Vec::new()));
            };
            record = next;
        }
    }

    fn is_header(&self, record: &Record) -> bool {
        match &self.form.header {
            Some(CsvHeader { row: Some(row), .. }) => record.line == *row,
            Some(CsvHeader { starts_with: Some(first), .. }) => {
                first.len() <= record.len() && first.iter().zip(record.fields()).all(|(title, field)| fold(title) == fold(field))
            }
            _ => true,
        }
    }

    fn no_header(&self, first_lines: Vec<String>) -> DecodeError {
        let expected = match &self.form.header {
            Some(CsvHeader { row: Some(row), .. }) => format!("a line {row}"),
            Some(CsvHeader { starts_with: Some(titles), .. }) => format!("a line that begins {}", titles.join(" | ")),
            _ => "a line that is not blank".to_owned(),
        };
        DecodeError::HeaderMissing { place: self.place.clone(), expected, first_lines }
    }

    /// What becomes of the records below the header.
    fn shape(&self, found: &Found) -> Result<Shape, DecodeError> {
        let form = self.form;
        let width = found.dropped.unwrap_or(found.fields) as u32;
        let unpivot = form.unpivot.as_ref();
        let header = Header { place: &self.place, rows: &found.rows, width, renames: &form.columns, optional: &form.optional, unpivot };
        let field = |column: Column| Made { from: From::Field(column.position as usize - 1), column, edit: None, label: None };
        let (made, values) = match header.layout()? {
            Layout::Long { columns } => (columns.into_iter().map(field).collect(), Vec::new()),
            Layout::Wide { keep, values } => {
                let levels = unpivot.iter().flat_map(|unpivot| unpivot.levels.iter().enumerate());
                let levels =
                    levels.map(|(level, name)| Made { column: Column::cell(name, 0), from: From::Level(level), edit: None, label: None });
                let value =
                    unpivot.map(|unpivot| Made { column: Column::cell(&unpivot.value, 0), from: From::Value, edit: None, label: None });
                (keep.into_iter().map(field).chain(levels).chain(value).collect(), values)
            }
        };
        Ok(Shape { made, values, note: note(form), mend: mend(form, found.fields), empty: found.dropped, ..Shape::of(found.fields) })
    }
}

/// Records that are declared to be notes.
fn note(form: &CsvForm) -> Option<crate::text::Irregular> {
    let beginnings = form.notes.clone();
    (!beginnings.is_empty()).then(|| -> crate::text::Irregular {
        Arc::new(move |record| record.field(0).is_some_and(|text| beginnings.iter().any(|beginning| text.starts_with(beginning.as_str()))))
    })
}

/// What is declared about records of another length.
fn mend(form: &CsvForm, expected: usize) -> Option<crate::text::Irregular> {
    let (texts, delimiter, pad) = (form.unquoted_texts.clone(), form.delimiter, form.pad_short_rows);
    (pad || !texts.is_empty()).then(|| -> crate::text::Irregular {
        Arc::new(move |record| {
            if record.len() > expected {
                record.rejoin(&texts, delimiter, expected);
            } else if pad {
                record.pad(expected);
            }
            record.len() == expected
        })
    })
}

/// How many lines, and how many characters of each, an error shows when there is no header among them.
const FIRST_LINES: usize = 6;
const FIRST_CHARACTERS: usize = 120;

/// The header's rows.
struct Found {
    rows: Vec<Titles>,
    /// The number of fields that every row must have.
    fields: usize,
    /// The field behind the last title, which is dropped and must be empty.
    dropped: Option<usize>,
}

#[cfg(test)]
mod tests;
