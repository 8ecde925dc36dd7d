//! JSON tables: rows somewhere in an envelope.
//!
//! The layout is declared by [`JsonForm`]. What it can say, with the services that use it:
//!
//! | body | form |
//! |---|---|
//! | `[{"year": 2020, "n": 1}, …]` (Socrata, Missing Migrants) | `rows = ""` |
//! | `{"items": [{…}, …], "page": 1}` (UNHCR), `{"value": […]}` (OData), `{"result": {"records": […]}}` (CKAN) | `rows = "/items"` |
//! | `[{"page": 1}, [{…}, …]]` (World Bank) | `rows = "/1"` |
//! | `{…}` on each line (NDJSON) | `rows = ""`, `lines = true` |
//! | several pages, `[{"items": […]}, {"items": […]}]` | `rows = "/*/items"` |
//! | pages of two editions | `rows = ["/results", "/data/rows"]`: the first that names an array (or null) counts |
//! | `[["NAME", "POP"], ["Lima", "1"]]` (Census Bureau) | `rows = ""`, `shape = "arrays"`, `header = true` |
//! | `{"meta": {"view": {"columns": [{"name": "x"}]}}, "data": [[1]]}` (Socrata's `rows.json`) | `rows = "/data"`, `shape = "arrays"`, `names = "/meta/view/columns/*/name"` |
//! | `{"year": [2020, 2021], "value": [1, 2]}` (parallel arrays) | `rows = ""`, `shape = "columns"` |
//!
//! Traps:
//!
//! * a number is its literal text: `1.50` stays `1.50`, `5e+05` stays `5e+05`, `"0"` and `0` are both `0`;
//! * `null` and a missing key are absent cells, `""` is an empty text;
//! * `{"country": {"id": "NA"}}` is a column `country.id`, always; `{"a.b": 1, "a": {"b": 2}}` would have one column twice and is refused;
//! * `{"tags": ["a", "b"]}` is the text `["a", "b"]`, unless the column is joined (`a; b`) or exploded (a row for each element, the other
//!   cells repeated; `[]` stays one row without the cell);
//! * a key may first appear in the last row, so the body is read twice: once for its columns and to see that it is whole, once for its
//!   cells. No row of a body that is broken somewhere is ever handed over;
//! * a key that appears twice in one object has no meaning and is refused;
//! * errors come with status 200: what an error pointer names is the publisher's answer, also behind the rows, and so is a usual error
//!   document (`{"error": {"message": "…"}}`, `{"success": false}`) in a body without rows. A service that fails in the middle of its rows
//!   ends them with such a document: a last row that has an `error`, or nothing but a message, and no key of the rows before it is one. So is a
//!   first row of nothing but an error whose keys no other row has; a row between others is none;
//! * a sequence of lines does not say how many there are: a body of `lines` that is cut off between two of them looks whole, and only a
//!   container tells. Any other cut is an error, and then no row comes out.
//!
//! A row's place is its ordinal among the elements of `rows`, from 1; a header counts as one. Memory is bounded by a batch, a row and the
//! longest text, whatever the size of the body; parallel arrays are read side by side, each through a reader of its own.
//!
//! Specifications: RFC 8259 (JSON), RFC 6901 (JSON pointer, here with `*` for any key or index).

mod arrays;
mod cells;
mod columns;
mod form;
pub(crate) mod guess;
pub(crate) mod lexer;
mod lookup;
mod objects;
mod outline;
mod pointer;
mod survey;

use std::sync::Arc;

use crate::answer::{document, value};
use crate::batch::{Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::header::{Layout, distinct};
use crate::source::{Source, open};
use crate::table::Table;
pub use form::{JsonForm, Pointers, Shape};
use lexer::{Event, Lexer};
use pointer::Reader;
use survey::Survey;

/// How errors call a JSON body.
const PLACE: &str = "the body";

/// Reads a JSON body, as a part where it is the member of an archive.
pub(crate) fn decode(
    source: &dyn Source,
    form: &JsonForm,
    part: Option<Arc<str>>,
    limits: Limits,
    sink: &mut dyn Sink,
) -> Result<Facts, DecodeError> {
    let mut survey = Survey::of(source, form)?;
    if let Some(error) = form.error.iter().zip(&survey.errors).find_map(|(pointer, raw)| value::read(pointer, raw.as_deref()?)) {
        return Err(error);
    }
    let facts = std::mem::take(&mut survey.facts);
    let (mut rows, pointer) = survey.chosen(source, form)?;
    if rows.count == 0
        && let Some(answer) = document::refusal(source)
    {
        return Err(answer);
    }
    if let Some(answer) = rows.answer(source, form, pointer)? {
        return Err(answer);
    }
    if rows.count > 0 {
        let columns = rows.columns(form);
        distinct(PLACE, 1, &columns)?;
        let mut looking = lookup::Looking::new(source, form, limits, sink)?;
        let mut table = Table::new(part, Layout::Long { columns }, None, limits, &mut looking);
        rows.read(source, form, pointer, &mut table)?;
        table.finish()?;
    }
    stated(form, &facts, rows.count)
}

/// The facts; one that is missing is an error unless there is nothing that it could be about.
fn stated(form: &JsonForm, found: &[Option<String>], rows: u32) -> Result<Facts, DecodeError> {
    let mut facts = Facts::new();
    for ((name, pointer), raw) in form.facts.iter().zip(found) {
        match raw.as_deref().filter(|raw| *raw != "null") {
            Some(raw) => {
                facts.insert(name.clone(), text(raw));
            }
            None if rows == 0 || form.optional.contains(name) => {}
            None => return Err(DecodeError::FactMissing { name: name.clone(), position: format!("\"{pointer}\"") }),
        }
    }
    Ok(facts)
}

/// The text of a raw value: a string without its quotes and escapes, anything else as it stands.
fn text(raw: &str) -> String {
    match Lexer::new(raw.as_bytes(), PLACE).next() {
        Ok(Event::Text(text)) => text.to_owned(),
        _ => raw.to_owned(),
    }
}

/// A lexer over the body, or over its lines.
fn lex<'s>(source: &'s dyn Source, form: &JsonForm) -> Result<Reader<'s>, DecodeError> {
    let reader = open(source, PLACE, 0)?;
    Ok(if form.lines { Lexer::several(reader, PLACE) } else { Lexer::new(reader, PLACE) })
}

fn too_many_rows(row: u32) -> DecodeError {
    DecodeError::TooComplex { row, problem: "rows before it", cap: u32::MAX as usize }
}

#[cfg(test)]
mod tests;
