//! Tables that stand below each other in one text, each under a title and a header of its own.

use std::collections::{BTreeMap, VecDeque};

use super::{CsvBlocks, CsvForm, Part};
use crate::batch::{Batch, Ragged, Sink, SinkError};
use crate::error::DecodeError;
use crate::position::Position;
use crate::source::Bytes;
use crate::text::Encoding;

/// The largest text of several tables that is read, in bytes. Such texts are made for people.
const MOST: usize = 256 << 20;

/// Where a table stands in the text.
struct Block {
    title: String,
    /// The line of its header, from 1, and the offset at which that begins.
    line: u32,
    start: usize,
    /// Where its rows end: where the next table's title begins.
    end: usize,
}

/// Reads every table as a text of its own.
pub(super) fn read(part: &Part<'_>, rule: &CsvBlocks, sink: &mut dyn Sink) -> Result<(), DecodeError> {
    let (text, blocks) = find(part, rule)?;
    // The text is UTF-8 now, and has no padding any more.
    let form = CsvForm { blocks: None, facts: BTreeMap::new(), encoding: Encoding::Utf8, nul_padding: false, ..part.form.clone() };
    for block in blocks {
        let source = Bytes(&text.as_bytes()[block.start..block.end]);
        let mut titled = Titled { sink, title: BTreeMap::from([(rule.title.clone(), block.title)]), lines: block.line - 1 };
        let table = Part { source: &source, name: part.name.clone(), place: part.place.clone(), form: &form, limits: part.limits };
        table.table(&mut titled)?;
    }
    Ok(())
}

/// The whole text, and the tables in it.
fn find(part: &Part<'_>, rule: &CsvBlocks) -> Result<(String, Vec<Block>), DecodeError> {
    let mut text = part.open()?;
    let mut whole = String::new();
    let mut blocks: Vec<Block> = Vec::new();
    // Records above: their first text, and the offset at which they begin.
    let mut above: VecDeque<(String, usize)> = VecDeque::new();
    // Blank lines are no records: each record is written on the line that it has.
    let mut line = 1;
    while let Some(record) = text.record()? {
        while line < record.line {
            whole.push('\n');
            line += 1;
        }
        let start = whole.len();
        let first = record.fields().map(str::trim).find(|field| !field.is_empty()).unwrap_or_default().to_owned();
        above.push_back((first, start));
        if above.len() > rule.above as usize + 1 {
            above.pop_front();
        }
        if part.is_header(record) {
            let (title, title_start) = above.front().cloned().filter(|_| above.len() == rule.above as usize + 1).ok_or_else(|| {
                let problem = format!("the header of a block stands there, and no title {} records above it", rule.above);
                DecodeError::Malformed { place: part.place.clone(), at: Position::Row(record.line), problem }
            })?;
            if let Some(last) = blocks.last_mut() {
                last.end = title_start;
            }
            blocks.push(Block { title, line: record.line, start, end: start });
        }
        whole.push_str(&record.raw);
        if !record.raw.ends_with(['\n', '\r']) {
            whole.push('\n');
        }
        line += record.raw.matches('\n').count().max(1) as u32;
        if whole.len() > MOST {
            let problem = format!("a text of several tables has at most {MOST} bytes");
            return Err(DecodeError::Malformed { place: part.place.clone(), at: Position::Row(record.line), problem });
        }
    }
    match blocks.last_mut() {
        Some(last) => last.end = whole.len(),
        None => return Err(part.no_header(Vec::new())),
    }
    Ok((whole, blocks))
}

/// Adds the title to every row, and counts lines from the beginning of the whole text.
struct Titled<'s> {
    sink: &'s mut dyn Sink,
    title: BTreeMap<String, String>,
    lines: u32,
}

impl Sink for Titled<'_> {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        let mut batch = batch.with_texts(&self.title)?;
        batch.rows.iter_mut().for_each(|row| *row += self.lines);
        self.sink.batch(batch)
    }

    fn ragged(&mut self, mut row: Ragged) -> Result<(), SinkError> {
        row.row += self.lines;
        self.sink.ragged(row)
    }
}
