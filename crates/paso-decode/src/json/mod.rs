//! JSON bodies: an array of row objects somewhere in an envelope.
//!
//! Numbers keep their digits, because no cell is ever parsed as a number. Nested objects become columns such as `country.id`;
//! nested arrays stay as their JSON text. The rows are read twice, once for the columns and once for the cells, so that a key which
//! first appears in the last row still has its column in every batch, and memory stays bounded by one batch.

mod document;
mod form;
pub(crate) mod lexer;
mod rows;

use crate::batch::{Column, Facts, Limits, Sink};
use crate::error::{Answer, DecodeError};
use crate::header::{Layout, canonical, distinct, fold};
use crate::position::Position;
use crate::table::Table;
use document::Document;
pub use form::JsonForm;
use rows::{Cell, Walk};

/// How errors call a JSON body.
const PLACE: &str = "the body";

/// Reads a JSON body.
pub(crate) fn decode(body: &[u8], form: &JsonForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    let document = Document::new(text(body)?);
    let pointers: Vec<&String> = std::iter::once(&form.rows).chain(&form.error).chain(form.facts.values()).collect();
    let found = document.locate(&pointers)?;
    let (rows, found) = found.split_first().map_or((None, &[][..]), |(rows, rest)| (*rows, rest));
    let (errors, facts) = found.split_at(form.error.len());
    if let Some((pointer, text)) =
        form.error.iter().zip(errors).find_map(|(pointer, at)| at.filter(|text| says_something(text)).map(|text| (pointer, text)))
    {
        return Err(DecodeError::Publisher { answer: Answer::Error, pointer: pointer.clone(), text: excerpt(text) });
    }
    let count = match rows {
        Some("null") => 0,
        Some(rows) if rows.starts_with('[') => read(document, rows, form, limits, sink)?,
        other => return Err(DecodeError::RowsMissing { pointer: form.rows.clone(), found: document.describe(&form.rows, other) }),
    };
    stated(document, form, facts, count)
}

/// Reads the rows and returns their number.
fn read<'a>(document: Document<'a>, rows: &'a str, form: &JsonForm, limits: Limits, sink: &mut dyn Sink) -> Result<u32, DecodeError> {
    let mut walk = Walk::new(document);
    let mut count = 0;
    document.each_element(rows, |row, text| {
        count = row;
        walk.row(row, text)
    })?;
    let columns: Vec<Column> = walk
        .columns()
        .iter()
        .zip(1..)
        .map(|(key, position)| Column::cell(canonical(&form.columns, &fold(key)).unwrap_or(key), position))
        .collect();
    distinct(PLACE, 1, &columns)?;
    let mut table = Table::new(None, Layout::Long { columns }, None, limits, sink);
    let mut cells: Vec<Cell<'_>> = Vec::new();
    document.each_element(rows, |row, text| {
        walk.row(row, text)?;
        walk.cells(&mut cells)?;
        table.row(row, &cells)
    })?;
    table.finish()?;
    Ok(count)
}

/// The facts; one that is missing is an error unless there is nothing that it could be about.
fn stated<'a>(document: Document<'a>, form: &JsonForm, found: &[Option<&'a str>], rows: u32) -> Result<Facts, DecodeError> {
    let mut facts = Facts::new();
    for ((name, pointer), raw) in form.facts.iter().zip(found) {
        match raw.filter(|raw| *raw != "null") {
            Some(raw) => {
                facts.insert(name.clone(), document.text(raw)?.into_owned());
            }
            None if rows == 0 => {}
            None => return Err(DecodeError::FactMissing { name: name.clone(), position: format!("\"{pointer}\"") }),
        }
    }
    Ok(facts)
}

/// The body as text.
fn text(body: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(body).map_err(|error| {
        let byte = error.valid_up_to();
        DecodeError::Encoding {
            place: PLACE.to_owned(),
            encoding: "UTF-8, as JSON must be",
            at: Position::in_text(body, byte),
            problem: format!("byte 0x{:02X}", body[byte]),
        }
    })
}

/// Whether what stands at an error pointer is an error: many envelopes always carry an empty list of them.
fn says_something(raw: &str) -> bool {
    let inner = raw.trim_matches(['[', ']', '{', '}', '"', ' ', '\t', '\r', '\n']);
    !inner.is_empty() && raw != "null" && raw != "false"
}

/// The longest excerpt of a publisher's error that is repeated, in characters.
const EXCERPT: usize = 500;

fn excerpt(raw: &str) -> String {
    fold(raw).chars().take(EXCERPT).collect()
}

#[cfg(test)]
mod tests;
