//! Delimited text, whatever its format: records cut into chunks, chunks taken apart on any thread.
//!
//! SDMX-CSV, Eurostat's TSV and the many dialects of CSV differ in what their columns mean, not in how records are written. What they share
//! stands here:
//!
//! 1. a `Text` turns the bytes into UTF-8, strictly ([`Encoding`]), and reads the records above the table one by one;
//! 2. below the header it cuts the text into chunks of whole records, of some megabytes each. Where a quote can be trusted to begin and end a
//!    field, the cut is found by looking at the quotes alone; otherwise by csv-core's rules, byte by byte;
//! 3. a `Shape` says which columns come out of the fields: kept, split, renamed, made long. It is applied to a chunk column by column: each
//!    distinct text is looked up once, and edited once;
//! 4. chunks are [`Pieces`]: a sink may take them apart on several threads. Where the cuts are depends on the bytes alone.
//!
//! A line end inside of quotes belongs to its field; a blank line is no record; a carriage return alone ends a line, as csv-core has it. Text
//! behind a closing quote, which csv-core takes into the field, is refused unless it is blank: it may be half of another record.
//! Memory holds a few chunks. A record larger than [`MAX_RECORD`] bytes is refused: it is a quote that was left open.

mod encoding;
mod proof;
mod quotes;
mod records;
mod shape;
mod split;

use std::ops::Range;
use std::sync::Arc;

pub use encoding::Encoding;
use encoding::Utf8Stream;
pub use proof::Proof;
pub(crate) use records::Record;
pub(crate) use shape::{Edit, Edited, From, Irregular, Made, Shape};

use crate::batch::{Limits, Sink};
use crate::error::DecodeError;
use crate::position::Position;
use crate::source::Source;
use crate::work::{Piece, Pieces};
use quotes::{Quotes, cut, stray};

/// The largest record that is read, in bytes.
pub const MAX_RECORD: usize = 32 << 20;
/// The most fields of a header: as many as a worksheet has columns.
pub const MAX_FIELDS: usize = 1 << 14;
/// How much text a chunk has, if its records are not larger.
const CHUNK: usize = if cfg!(fuzzing) { 32 } else { 8 << 20 };

/// The first block of a text, in UTF-8.
pub(crate) fn beginning(source: &dyn Source, encoding: Encoding, place: &str) -> Result<Vec<u8>, DecodeError> {
    let mut text = Vec::new();
    Utf8Stream::open(source, encoding, place)?.read(&mut text)?;
    Ok(text)
}

/// A delimited text that is read from its beginning.
pub(crate) struct Text<'s> {
    stream: Utf8Stream<'s>,
    place: String,
    part: Option<Arc<str>>,
    dialect: Dialect,
    padded: bool,
    /// Text that is in no chunk yet, and whether the source has more.
    buffer: Vec<u8>,
    more: bool,
    /// The line and offset at which the buffer begins.
    line: u32,
    byte: u64,
    /// The chunk whose records are read one by one.
    chunk: Option<Begun>,
    record: Record,
    chunk_size: usize,
}

/// Whole records.
struct Chunk {
    bytes: Vec<u8>,
    quotes: Quotes,
    /// The line, from 1, and the offset in the text at which it begins.
    line: u32,
    byte: u64,
    /// How many lines end in it.
    lines: u32,
}

/// A chunk of which some records are read: what comes next, and its line.
struct Begun {
    chunk: Chunk,
    used: usize,
    line: u32,
}

/// How a text is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    pub(crate) encoding: Encoding,
    pub(crate) delimiter: u8,
    /// Whether null characters may stand behind the text.
    pub(crate) nul_padding: bool,
    /// Whether a quote is a character like any other.
    pub(crate) literal_quotes: bool,
}

impl Dialect {
    /// UTF-8 with quotes and this delimiter.
    pub(crate) const fn of(delimiter: u8) -> Self {
        Self { encoding: Encoding::Utf8, delimiter, nul_padding: false, literal_quotes: false }
    }
}

impl<'s> Text<'s> {
    /// `place` is how errors call the text, `part` how batches do.
    pub(crate) fn open(source: &'s dyn Source, dialect: Dialect, place: &str, part: Option<Arc<str>>) -> Result<Self, DecodeError> {
        Ok(Self {
            stream: Utf8Stream::open(source, dialect.encoding, place)?,
            place: place.to_owned(),
            part,
            dialect,
            padded: false,
            buffer: Vec::new(),
            more: true,
            line: 1,
            byte: 0,
            chunk: None,
            record: Record::default(),
            chunk_size: CHUNK,
        })
    }

    /// Cuts smaller chunks.
    #[cfg(test)]
    pub(crate) fn with_chunks_of(mut self, bytes: usize) -> Self {
        self.chunk_size = bytes;
        self
    }

    /// The next record; none at the end. Blank lines are no records.
    pub(crate) fn record(&mut self) -> Result<Option<&mut Record>, DecodeError> {
        if !self.read()? {
            return Ok(None);
        }
        let (fields, line) = (self.record.len(), self.record.line);
        if fields > MAX_FIELDS {
            let problem = format!("it has {fields} fields, and no table has more than {MAX_FIELDS}");
            return Err(DecodeError::Malformed { place: self.place.clone(), at: Position::Row(line), problem });
        }
        Ok(Some(&mut self.record))
    }

    /// Reads the next record; false at the end.
    fn read(&mut self) -> Result<bool, DecodeError> {
        loop {
            let Begun { chunk, used, line } = match self.chunk.take() {
                Some(begun) => begun,
                None => match self.cut()? {
                    Some(chunk) => {
                        chunk.check(&self.place)?;
                        let line = chunk.line;
                        Begun { chunk, used: 0, line }
                    }
                    None => return Ok(false),
                },
            };
            if let Some(read) = self.record.read(&chunk.bytes[used..], self.dialect, line) {
                let end = used + read;
                let line = line + line_ends(&chunk.bytes, used..end);
                self.chunk = Some(Begun { chunk, used: end, line });
                return Ok(true);
            }
        }
    }

    /// The record that was read last.
    pub(crate) fn last(&self) -> &Record {
        &self.record
    }

    /// Hands the rest of the text to a sink.
    ///
    /// The record that was read last is the header, if there is one.
    pub(crate) fn decode(self, shape: Shape, limits: Limits, sink: &mut dyn Sink) -> Result<(), DecodeError> {
        let header = &self.record;
        if stray(header.raw.as_bytes(), self.dialect).is_some() {
            return Err(stray_quote(&self.place, Position::Row(header.line)));
        }
        let context = Arc::new(Context { shape, limits, place: self.place.clone(), part: self.part.clone(), dialect: self.dialect });
        sink.pieces(&mut Rest { text: self, context })
    }

    /// The next chunk; none at the end.
    fn cut(&mut self) -> Result<Option<Chunk>, DecodeError> {
        let mut wanted = self.chunk_size;
        loop {
            while self.more && self.buffer.len() < wanted {
                self.more = self.fill()?;
            }
            if self.buffer.is_empty() {
                return Ok(None);
            }
            let found = cut(&self.buffer, self.dialect, !self.more);
            if found.end > 0 && (found.open.is_none() || self.more) {
                return self.take(found.end, found.quotes).map(Some);
            }
            // Whole records before the one that is left open are read before it is an error.
            if let (Some(open), false) = (found.open, self.more) {
                if open > 0 {
                    return self.take(open, found.quotes).map(Some);
                }
                return Err(DecodeError::Truncated {
                    place: self.place.clone(),
                    at: Position::Text { line: self.line, column: 1, byte: self.byte },
                    problem: "the record that starts there has a quote that is never closed".to_owned(),
                });
            }
            if self.buffer.len() >= MAX_RECORD {
                return Err(DecodeError::Malformed {
                    place: self.place.clone(),
                    at: Position::Text { line: self.line, column: 1, byte: self.byte },
                    problem: format!("the record that starts there has more than {MAX_RECORD} bytes: a quote may be left open"),
                });
            }
            wanted = (self.buffer.len() * 2).min(MAX_RECORD);
        }
    }

    fn take(&mut self, end: usize, quotes: Quotes) -> Result<Chunk, DecodeError> {
        let rest = self.buffer.split_off(end);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let lines = line_ends(&bytes, 0..bytes.len());
        let chunk = Chunk { quotes, line: self.line, byte: self.byte + self.stream.mark(), lines, bytes };
        self.line = self.line.checked_add(lines).ok_or_else(|| DecodeError::Malformed {
            place: self.place.clone(),
            at: Position::Text { line: self.line, column: 1, byte: self.byte },
            problem: format!("it has more than {} lines", u32::MAX),
        })?;
        self.byte += end as u64;
        Ok(chunk)
    }

    fn fill(&mut self) -> Result<bool, DecodeError> {
        let start = self.buffer.len();
        let more = self.stream.read(&mut self.buffer)?;
        if !self.dialect.nul_padding {
            return Ok(more);
        }
        let padding = if self.padded { start } else { memchr::memchr(0, &self.buffer[start..]).map_or(self.buffer.len(), |at| start + at) };
        self.padded = padding < self.buffer.len() || self.padded;
        if let Some(at) = self.buffer[padding..].iter().position(|&byte| byte != 0) {
            let line = self.line.saturating_add(line_ends(&self.buffer, 0..padding));
            let byte = self.byte + (padding + at) as u64;
            let problem = "text behind the null characters that end it".to_owned();
            return Err(DecodeError::Malformed { place: self.place.clone(), at: Position::Text { line, column: 1, byte }, problem });
        }
        self.buffer.truncate(padding);
        Ok(more)
    }
}

/// The pieces of a text below its header.
struct Rest<'s> {
    text: Text<'s>,
    context: Arc<Context>,
}

impl Pieces for Rest<'_> {
    fn next(&mut self) -> Result<Option<Piece>, DecodeError> {
        let chunk = match self.text.chunk.take() {
            Some(begun) if begun.used < begun.chunk.bytes.len() => begun.rest(),
            _ => match self.text.cut()? {
                Some(chunk) => chunk,
                None => return Ok(None),
            },
        };
        let context = Arc::clone(&self.context);
        Ok(Some(Box::new(move || context.decode(&chunk))))
    }
}

/// What the pieces of a text share.
struct Context {
    shape: Shape,
    limits: Limits,
    place: String,
    part: Option<Arc<str>>,
    dialect: Dialect,
}

impl Begun {
    /// The records that are not read yet.
    fn rest(self) -> Chunk {
        let Self { mut chunk, used, line } = self;
        chunk.lines = chunk.lines.saturating_sub(line - chunk.line);
        chunk.line = line;
        chunk.byte += used as u64;
        chunk.bytes.drain(..used);
        chunk
    }
}

impl Chunk {
    /// Whether the bytes are text.
    fn check(&self, place: &str) -> Result<(), DecodeError> {
        let invalid = std::str::from_utf8(&self.bytes).err().map(|error| error.valid_up_to());
        let Some(at) = memchr::memchr(0, &self.bytes[..invalid.unwrap_or(self.bytes.len())]).or(invalid) else { return Ok(()) };
        let what = if self.bytes[at] == 0 { " (a null character)" } else { "" };
        Err(DecodeError::Encoding {
            place: place.to_owned(),
            encoding: Encoding::Utf8.name(),
            at: self.position(at),
            problem: format!("byte 0x{:02X}{what}", self.bytes[at]),
        })
    }

    /// The place of a byte of the chunk.
    fn position(&self, at: usize) -> Position {
        match Position::in_text(&self.bytes, at) {
            Position::Text { line, column, byte } => Position::Text { line: line + self.line - 1, column, byte: byte + self.byte },
            elsewhere => elsewhere,
        }
    }
}

/// A quoted field that goes on behind its closing quote.
fn stray_quote(place: &str, at: Position) -> DecodeError {
    let problem = "text behind the quote that closes a field: a quote before it may be left open, or quotes inside of the field are not \
                   doubled; where quotes are plain characters, literal_quotes says so";
    DecodeError::Malformed { place: place.to_owned(), at, problem: problem.to_owned() }
}

/// How many lines end in a range of some bytes. A carriage return ends one where no line feed follows, as it ends a record.
fn line_ends(bytes: &[u8], range: Range<usize>) -> u32 {
    let (start, piece) = (range.start, &bytes[range]);
    let alone = |at: &usize| bytes.get(start + at + 1) != Some(&b'\n');
    (memchr::memchr_iter(b'\n', piece).count() + memchr::memchr_iter(b'\r', piece).filter(alone).count()) as u32
}

#[cfg(test)]
mod tests;
