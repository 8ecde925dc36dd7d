//! Reads a table through the text engine.

use std::sync::Arc;

use super::form::EurostatTsvForm;
use super::header::Header;
use super::value::Value;
use crate::batch::{Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::header::ValueColumn;
use crate::position::Position;
use crate::source::Source;
use crate::text::{Dialect, Edit, Edited, From, Made, Shape, Text};

/// Reads a bare table.
pub fn decode(source: &dyn Source, form: &EurostatTsvForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    decode_part(source, form, "the body", None, limits, sink)
}

/// Hands the observations to a sink. `place` is how errors call the table, `part` how batches do.
pub(crate) fn decode_part(
    source: &dyn Source,
    form: &EurostatTsvForm,
    place: &str,
    part: Option<&Arc<str>>,
    limits: Limits,
    sink: &mut dyn Sink,
) -> Result<Facts, DecodeError> {
    let open = || {
        let dialect = Dialect::of(b'\t');
        Text::open(source, dialect, place, part.cloned())
    };
    let empty = |problem: String| DecodeError::Empty { place: place.to_owned(), problem };
    let mut text = open()?;
    let Some(record) = text.record()? else { return Err(empty("there is no header".to_owned())) };
    let header = Header::read(record.fields(), form, place)?;
    let titles = record.raw.clone();
    if text.record()?.is_none() {
        return Err(empty(format!("no rows stand under {}", titles.replace('\t', " "))));
    }
    let mut text = open()?;
    text.record()?;
    text.decode(shape(&header), limits, sink).map_err(|error| placed(error, &header, open()))?;
    Ok(Facts::new())
}

/// The same error with the title of the cell's column. A cell does not know under which title it stands, so its line is looked up.
fn placed(error: DecodeError, header: &Header, text: Result<Text<'_>, DecodeError>) -> DecodeError {
    let (DecodeError::Malformed { place, at: Position::Row(line), problem }, Ok(mut text)) = (&error, text) else { return error };
    while let Ok(Some(record)) = text.record() {
        if record.line == *line {
            let mut cells = record.fields().skip(1).zip(&header.periods);
            let found = cells.find_map(|(cell, period)| Some((period, Value::read(cell).err()?)));
            return match found {
                Some((period, refused)) if problem.ends_with(&refused) => {
                    let problem = format!("column {period}: {refused}");
                    DecodeError::Malformed { place: place.clone(), at: Position::Row(*line), problem }
                }
                _ => error,
            };
        }
    }
    error
}

fn shape(header: &Header) -> Shape {
    let across = header.dimensions;
    let source = |index: usize| match index.checked_sub(across) {
        None => (From::Field(0), Some(code(index, across))),
        Some(0) => (From::Level(0), None),
        Some(1) => (From::Value, Some(part(|value| value.number))),
        Some(2) => (From::Value, Some(part(|value| value.flags))),
        Some(_) => (From::Value, Some(part(|value| value.confidential))),
    };
    let made = header.columns.iter().enumerate().map(|(index, column)| {
        let (from, edit) = source(index);
        Made { column: column.clone(), from, edit, label: None }
    });
    let values = header.periods.iter().zip(2..).map(|(period, position)| ValueColumn { position, levels: vec![period.clone()] });
    Shape {
        made: made.collect(),
        values: values.collect(),
        no_row: Some(|cell| Value::read(cell) == Ok(None)),
        ..Shape::of(header.periods.len() + 1)
    }
}

/// One code of the key.
fn code(index: usize, dimensions: usize) -> Edit {
    Arc::new(move |key| {
        let codes = key.split(',').count();
        if codes != dimensions {
            return Err(format!("the key \"{key}\" has {codes} codes, the header names {dimensions} dimensions"));
        }
        Ok(key.split(',').nth(index).map_or(Edited::Absent, |code| Edited::Text(code.trim().to_owned())))
    })
}

/// One part of a cell.
fn part(of: fn(Value<'_>) -> Option<&str>) -> Edit {
    Arc::new(move |cell| {
        let value = Value::read(cell)?;
        Ok(value.and_then(of).map_or(Edited::Absent, |text| Edited::Text(text.to_owned())))
    })
}
