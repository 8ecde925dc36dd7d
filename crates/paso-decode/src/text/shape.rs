//! What becomes of the fields of a record.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, AsArray as _, DictionaryArray, RecordBatch, StringArray, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::UInt32Type;

use super::quotes::{Quotes, stray};
use super::records::{Record, reader};
use super::split::{Block, Splitter, unquoted};
use super::{Chunk, Context, stray_quote};
use crate::batch::{Batch, Column, RAGGED_TEXT, Ragged, Texts};
use crate::error::DecodeError;
use crate::header::ValueColumn;
use crate::position::Position;
use crate::table::{TextColumn, schema};
use crate::work::Decoded;

/// What an edit makes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Edited {
    /// The same.
    Same,
    /// Another text.
    Text(String),
    /// No cell at all.
    Absent,
}

/// Changes the text of a cell, or says what is wrong with it. It is called once for each distinct text of a chunk.
pub(crate) type Edit = Arc<dyn Fn(&str) -> Result<Edited, String> + Send + Sync>;

/// Where the cells of a column come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// The field of this index.
    Field(usize),
    /// Wide tables: the title of the value column in the header row of this index.
    Level(usize),
    /// Wide tables: the field of the value column.
    Value,
}

/// A column that is made.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) column: Column,
    pub(crate) from: From,
    pub(crate) edit: Option<Edit>,
    /// A field whose text stands behind the cell, after a colon, where both have one.
    pub(crate) label: Option<usize>,
}

/// What to do with a record that does not have the expected number of fields.
pub(crate) type Irregular = Arc<dyn Fn(&mut Record) -> bool + Send + Sync>;

/// What becomes of the records below a header.
#[derive(Clone)]
pub(crate) struct Shape {
    /// How many fields every record has.
    pub(crate) fields: usize,
    /// The columns that come out.
    pub(crate) made: Vec<Made>,
    /// Columns whose edit may refuse a text, and that do not come out.
    pub(crate) checks: Vec<Made>,
    /// Wide tables: each of these fields becomes a row of its own.
    pub(crate) values: Vec<ValueColumn>,
    /// Wide tables: whether a cell of this text is no row.
    pub(crate) no_row: Option<fn(&str) -> bool>,
    /// Whether a record of another length is none at all, such as a note below the table.
    pub(crate) note: Option<Irregular>,
    /// Gives a record of another length the expected one, if a declared rule does; true if it did. Others are ragged.
    pub(crate) mend: Option<Irregular>,
    /// A field that must be empty, and makes the record ragged where it is not.
    pub(crate) empty: Option<usize>,
}

impl Shape {
    /// Records of some fields, of which none comes out.
    pub(crate) fn of(fields: usize) -> Self {
        Self { fields, made: Vec::new(), checks: Vec::new(), values: Vec::new(), no_row: None, note: None, mend: None, empty: None }
    }

    /// The fields that columns are made of, each once.
    fn kept(&self) -> Vec<usize> {
        let made = self.made.iter().chain(&self.checks);
        let fields = made.flat_map(|made| {
            let field = if let From::Field(field) = made.from { Some(field) } else { None };
            field.into_iter().chain(made.label)
        });
        let mut fields: Vec<usize> = fields.chain(self.empty).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }
}

/// How many records are split before their columns are collected.
const BLOCK: usize = 1024;

impl Context {
    /// Takes a chunk apart.
    pub(super) fn decode(&self, chunk: &Chunk) -> Result<Decoded, DecodeError> {
        chunk.check(&self.place)?;
        let mut rows = Rows::new(self, chunk);
        if chunk.quotes == Quotes::Irregular {
            let mut reader = reader(self.dialect);
            let mut used = 0;
            let mut record = Record::default();
            let mut line = chunk.line;
            loop {
                let blank = chunk.bytes[used..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                line += super::line_ends(&chunk.bytes, used..used + blank);
                let start = used + blank;
                let Some(read) = record.parse(&mut reader, &chunk.bytes[start..]) else { break };
                let raw = &chunk.bytes[start..start + read];
                if let Some(at) = stray(raw, self.dialect) {
                    // What is wrong with a row before it comes first.
                    rows.finish()?;
                    return Err(stray_quote(&self.place, chunk.position(start + at)));
                }
                record.line = line;
                rows.record(&mut record, raw)?;
                line += super::line_ends(&chunk.bytes, start..start + read);
                used = start + read;
            }
            return rows.finish();
        }
        let mut splitter = Splitter::new(&chunk.bytes, self.dialect.delimiter, chunk.quotes);
        let (mut block, mut record) = (Block::default(), Record::default());
        while splitter.block(self.shape.fields, BLOCK.min(rows.room()), &mut block) {
            let regular = block.starts.len() - usize::from(block.odd.is_some());
            rows.block(&chunk.bytes, &block, regular, chunk.quotes)?;
            if block.odd.is_some() {
                let (start, line) = (block.starts[regular] as usize, block.lines[regular]);
                let mut reader = reader(self.dialect);
                if let Some(read) = record.parse(&mut reader, &chunk.bytes[start..]) {
                    record.line = chunk.line + line;
                    rows.record(&mut record, &chunk.bytes[start..start + read])?;
                }
            }
        }
        rows.finish()
    }
}

/// The rows of a chunk, on their way into batches.
struct Rows<'c> {
    context: &'c Context,
    first_line: u32,
    /// The fields that are kept, and their texts.
    kept: Vec<(usize, TextColumn)>,
    values: TextColumn,
    /// The lines of the records.
    lines: Vec<u32>,
    decoded: Decoded,
    columns: Arc<[Column]>,
    own: Vec<u8>,
}

impl<'c> Rows<'c> {
    fn new(context: &'c Context, chunk: &Chunk) -> Self {
        let shape = &context.shape;
        // As many as there are lines, unless they make several batches.
        let records = (chunk.lines as usize + 1).min(context.limits.batch_rows / shape.values.len().max(1));
        let column = |field| (field, TextColumn::with_capacity(records));
        Self {
            context,
            first_line: chunk.line,
            kept: shape.kept().into_iter().map(column).collect(),
            values: TextColumn::with_capacity(records * shape.values.len()),
            lines: Vec::with_capacity(records),
            decoded: Decoded::default(),
            columns: context.shape.made.iter().map(|made| made.column.clone()).collect(),
            own: Vec::new(),
        }
    }

    /// How many records still fit into the batch.
    fn room(&self) -> usize {
        let rows = self.context.limits.batch_rows.max(1) / self.context.shape.values.len().max(1);
        rows.max(1).saturating_sub(self.lines.len()).max(1)
    }

    /// Takes the first records of a block, which have the expected number of fields.
    fn block(&mut self, bytes: &[u8], block: &Block, records: usize, quotes: Quotes) -> Result<(), DecodeError> {
        let width = self.context.shape.fields;
        let field = |record: usize, field: usize| {
            let at = record * width + field;
            let from = if field == 0 { block.starts[record] } else { block.ends[at - 1] + 1 };
            &bytes[from as usize..block.ends[at] as usize]
        };
        if let Some(empty) = self.context.shape.empty
            && (0..records).any(|record| !unquoted(field(record, empty), &mut self.own).is_empty())
        {
            return self.singly(bytes, block, records);
        }
        let own = &mut self.own;
        for (kept, column) in &mut self.kept {
            for record in 0..records {
                let text = field(record, *kept);
                column.push_bytes(if quotes == Quotes::None { text } else { unquoted(text, own) });
            }
        }
        for record in 0..records {
            for value in &self.context.shape.values {
                let text = field(record, value.position as usize - 1);
                self.values.push_bytes(if quotes == Quotes::None { text } else { unquoted(text, own) });
            }
        }
        self.lines.extend(block.lines[..records].iter().map(|line| self.first_line + line));
        self.flush_when_full()
    }

    /// Takes the first records of a block one by one, because one of them has a text where none may stand.
    fn singly(&mut self, bytes: &[u8], block: &Block, records: usize) -> Result<(), DecodeError> {
        let mut record = Record::default();
        for at in 0..records {
            let mut reader = reader(self.context.dialect);
            let start = block.starts[at] as usize;
            if let Some(read) = record.parse(&mut reader, &bytes[start..]) {
                record.line = self.first_line + block.lines[at];
                self.record(&mut record, &bytes[start..start + read])?;
            }
        }
        Ok(())
    }

    /// Takes one record of any length.
    fn record(&mut self, record: &mut Record, raw: &[u8]) -> Result<(), DecodeError> {
        let shape = &self.context.shape;
        if record.len() != shape.fields {
            if shape.note.as_ref().is_some_and(|note| note(record)) {
                return Ok(());
            }
            if let Some(mend) = &shape.mend {
                mend(record);
            }
        }
        let stray = shape.empty.and_then(|field| record.field(field)).is_some_and(|text| !text.is_empty());
        if record.len() != shape.fields || stray {
            record.keep_raw(raw);
            self.decoded.ragged.push(Ragged {
                part: self.context.part.clone(),
                row: record.line,
                text: beginning(&record.raw).to_owned(),
                fields: record.len() as u32,
                expected: shape.fields as u32,
            });
            return Ok(());
        }
        for (field, column) in &mut self.kept {
            column.push(record.field(*field).unwrap_or_default());
        }
        for value in &shape.values {
            self.values.push(record.field(value.position as usize - 1).unwrap_or_default());
        }
        self.lines.push(record.line);
        self.flush_when_full()
    }

    fn flush_when_full(&mut self) -> Result<(), DecodeError> {
        // A record of a long table becomes several rows, which stay together.
        let with_next = (self.lines.len() + 1) * self.context.shape.values.len().max(1);
        if with_next > self.context.limits.batch_rows.max(1) { self.flush() } else { Ok(()) }
    }

    fn finish(mut self) -> Result<Decoded, DecodeError> {
        if !self.lines.is_empty() {
            self.flush()?;
        }
        Ok(self.decoded)
    }

    fn flush(&mut self) -> Result<(), DecodeError> {
        let shape = &self.context.shape;
        let lines = std::mem::take(&mut self.lines);
        let mut kept = Vec::with_capacity(self.kept.len());
        for (field, column) in &mut self.kept {
            kept.push((*field, column.finish()?));
        }
        let values = self.values.finish()?;
        let wide = (!shape.values.is_empty()).then(|| long(shape, &values, lines.len()));
        let rows = match &wide {
            None => lines,
            Some(taken) => taken.iter().map(|&cell| lines[cell as usize / shape.values.len()]).collect(),
        };
        if rows.is_empty() {
            return Ok(());
        }
        let field = |field: usize| {
            let known = kept.binary_search_by_key(&field, |(known, _)| *known).ok().and_then(|at| kept.get(at));
            let array = known.map(|(_, array)| Arc::clone(array));
            match (array, &wide) {
                (Some(array), Some(taken)) => picked(&array, taken.iter().map(|&cell| cell as usize / shape.values.len())).map(Some),
                (array, _) => Ok(array),
            }
        };
        // The first row of the batch that has a text that is refused: which one that is must not depend on the columns' order.
        let mut first: Option<Refused<'_>> = None;
        let mut made = |made: &'c Made| {
            let array = match (made.from, &wide) {
                (From::Field(from), _) => field(from)?,
                (From::Level(level), Some(taken)) => Some(levels(shape, level, taken)?),
                (From::Value, Some(taken)) => Some(picked(&values, taken.iter().map(|&cell| cell as usize))?),
                (From::Level(_) | From::Value, None) => None,
            };
            let Some(array) = array else { return Ok(None) };
            let array = match &made.edit {
                None => array,
                Some(edit) => match edited(&array, edit)? {
                    Ok(array) => array,
                    Err((row, problem)) => {
                        if first.as_ref().is_none_or(|first| row < first.row) {
                            first = Some(Refused { row, column: &made.column.name, problem });
                        }
                        return Ok(None);
                    }
                },
            };
            match made.label.map(field).transpose()?.flatten() {
                None => Ok(Some(array)),
                Some(label) => labelled(&array, &label).map(Some),
            }
        };
        for check in &shape.checks {
            made(check)?;
        }
        let arrays = shape.made.iter().filter_map(|column| made(column).transpose()).collect::<Result<Vec<_>, DecodeError>>()?;
        if let Some(Refused { row, column, problem }) = first {
            let at = Position::Row(rows[row]);
            return Err(DecodeError::Malformed { place: self.context.place.clone(), at, problem: format!("column {column}: {problem}") });
        }
        let data = RecordBatch::try_new(schema(&self.columns), arrays).map_err(|source| DecodeError::Batch { source })?;
        let cells = wide.map(|taken| taken.iter().map(|&cell| shape.values[cell as usize % shape.values.len()].position).collect());
        self.decoded.batches.push(Batch { part: self.context.part.clone(), columns: Arc::clone(&self.columns), rows, cells, data });
        Ok(())
    }
}

/// A text that an edit refuses, by its first row.
struct Refused<'s> {
    row: usize,
    column: &'s str,
    problem: String,
}

/// The value cells that are rows, by their number among all of them.
fn long(shape: &Shape, values: &ArrayRef, records: usize) -> Vec<u32> {
    let cells = (records * shape.values.len()) as u32;
    let Some(no_row) = shape.no_row else { return (0..cells).collect() };
    let column = values.as_dictionary::<UInt32Type>();
    let texts: &StringArray = column.values().as_string();
    let skipped: Vec<bool> = texts.iter().map(|text| text.is_some_and(no_row)).collect();
    (0..cells).filter(|&cell| !skipped[column.keys().value(cell as usize) as usize]).collect()
}

/// The cells of these rows.
fn picked(array: &ArrayRef, rows: impl Iterator<Item = usize>) -> Result<ArrayRef, DecodeError> {
    let column = array.as_dictionary::<UInt32Type>();
    let keys: UInt32Array = rows.map(|row| column.is_valid(row).then(|| column.keys().value(row))).collect();
    dictionary(keys, Arc::clone(column.values()))
}

/// The titles of the value columns of these cells.
fn levels(shape: &Shape, level: usize, taken: &[u32]) -> Result<ArrayRef, DecodeError> {
    let titles = shape.values.iter().map(|value| value.levels.get(level).map_or("", String::as_str));
    let keys: UInt32Array = taken.iter().map(|&cell| Some(cell % shape.values.len() as u32)).collect();
    dictionary(keys, Arc::new(StringArray::from_iter_values(titles)))
}

/// Applies an edit to the texts of a column. Where it refuses a text that a row has, the first such row is named, with the problem.
fn edited(array: &ArrayRef, edit: &Edit) -> Result<Result<ArrayRef, (usize, String)>, DecodeError> {
    let column = array.as_dictionary::<UInt32Type>();
    let texts: &StringArray = column.values().as_string();
    // Most texts stay as they are.
    let mut odd: Vec<(usize, Result<Edited, String>)> = Vec::new();
    for key in 0..texts.len() {
        let result = edit(texts.value(key));
        if result != Ok(Edited::Same) {
            odd.push((key, result));
        }
    }
    if odd.iter().any(|(_, result)| result.is_err()) {
        let problems: HashMap<usize, &String> = odd.iter().filter_map(|(key, result)| Some((*key, result.as_ref().err()?))).collect();
        for row in (0..column.len()).filter(|row| column.is_valid(*row)) {
            if let Some(problem) = problems.get(&(column.keys().value(row) as usize)) {
                return Ok(Err((row, (*problem).clone())));
            }
        }
    }
    if odd.is_empty() {
        return Ok(Ok(Arc::clone(array)));
    }
    let values = if odd.iter().any(|(_, result)| matches!(result, Ok(Edited::Text(_)))) {
        let mut odd = odd.iter().peekable();
        let text = |key: usize| match odd.next_if(|(at, _)| *at == key) {
            Some((_, Ok(Edited::Text(text)))) => text.as_str(),
            _ => texts.value(key),
        };
        Arc::new(StringArray::from_iter_values((0..texts.len()).map(text)))
    } else {
        Arc::clone(column.values())
    };
    let mut absent = vec![false; texts.len()];
    for (key, _) in odd.iter().filter(|(_, result)| *result == Ok(Edited::Absent)) {
        absent[*key] = true;
    }
    let keys = column.keys();
    let nulls = absent.contains(&true).then(|| {
        let is_there = |(row, key): (usize, &u32)| keys.is_valid(row) && !absent[*key as usize];
        keys.values().iter().enumerate().map(is_there).collect::<NullBuffer>()
    });
    let nulls = nulls.or_else(|| keys.nulls().cloned());
    dictionary(UInt32Array::new(keys.values().clone(), nulls), values).map(Ok)
}

/// Puts labels behind the texts of a column. Each pair of a text and a label is put together once.
fn labelled(array: &ArrayRef, labels: &ArrayRef) -> Result<ArrayRef, DecodeError> {
    let (column, labels) = (Texts::of(array), Texts::of(labels));
    let mut pairs: HashMap<(u32, Option<u32>), u32> = HashMap::new();
    let mut texts: Vec<String> = Vec::new();
    let keys = (0..column.len()).map(|row| {
        let text = column.get(row)?;
        let label = labels.get(row).filter(|label| !label.is_empty());
        let pair = (column.keys().value(row), label.map(|_| labels.keys().value(row)));
        Some(*pairs.entry(pair).or_insert_with(|| {
            texts.push(match label {
                Some(label) => format!("{text}: {label}"),
                None => text.to_owned(),
            });
            texts.len() as u32 - 1
        }))
    });
    let keys: UInt32Array = keys.collect();
    dictionary(keys, Arc::new(StringArray::from_iter_values(texts)))
}

fn dictionary(keys: UInt32Array, values: ArrayRef) -> Result<ArrayRef, DecodeError> {
    let column = DictionaryArray::<UInt32Type>::try_new(keys, values).map_err(|source| DecodeError::Batch { source })?;
    Ok(Arc::new(column))
}

/// The beginning of a ragged row.
fn beginning(text: &str) -> &str {
    let mut end = text.len().min(RAGGED_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
