//! The cells of the row that is being read.

use super::lexer::{Event, Kind, MAX_TOKEN};
use super::pointer::Reader;
use crate::error::DecodeError;
use crate::table::Cells;

/// How much text a row may have, in bytes.
const MAX_ROW: usize = 64 << 20;

/// A part of the row's text.
pub(super) type Span = (u32, u32);

/// The text of a row, and which part of it each column has.
#[derive(Debug, Default)]
pub(super) struct RowCells {
    text: String,
    spans: Vec<Option<Span>>,
    /// The columns that have a cell, so that rows with few of many columns are emptied fast.
    filled: Vec<usize>,
}

impl Cells for RowCells {
    fn cell(&self, index: usize) -> Option<&str> {
        let (start, end) = (*self.spans.get(index)?)?;
        self.text.get(start as usize..end as usize)
    }
}

impl RowCells {
    pub(super) fn clear(&mut self) {
        self.empty();
        self.text.clear();
    }

    /// Empties the columns but keeps the text.
    fn empty(&mut self) {
        for column in self.filled.drain(..) {
            if let Some(span) = self.spans.get_mut(column) {
                *span = None;
            }
        }
    }

    pub(super) fn set(&mut self, column: usize, span: Option<Span>) {
        if self.spans.len() <= column {
            self.spans.resize(column + 1, None);
        }
        if let Some(place) = self.spans.get_mut(column) {
            *place = span;
            self.filled.push(column);
        }
    }

    /// Takes the next value: a text without its escapes, a container as its raw text, anything else as it is written. Null is no cell.
    pub(super) fn value(&mut self, lexer: &mut Reader<'_>, kind: Kind) -> Result<Option<Span>, DecodeError> {
        let start = self.text.len();
        if matches!(kind, Kind::Object | Kind::Array) {
            lexer.capture_within(MAX_TOKEN, &mut self.text)?;
        } else {
            match lexer.next()? {
                Event::Text(text) | Event::Number(text) => self.text.push_str(text),
                Event::True => self.text.push_str("true"),
                Event::False => self.text.push_str("false"),
                _ => return Ok(None),
            }
        }
        self.span(lexer, start).map(Some)
    }

    /// Takes the next array as one text: its elements without the absent ones, joined.
    pub(super) fn joined(&mut self, lexer: &mut Reader<'_>, separator: &str) -> Result<Option<Span>, DecodeError> {
        let start = self.text.len();
        lexer.next()?;
        let mut first = true;
        loop {
            let kind = lexer.peek()?;
            if kind == Kind::Close {
                break;
            }
            if kind != Kind::Null && !first {
                self.text.push_str(separator);
            }
            first &= self.value(lexer, kind)?.is_none();
        }
        lexer.next()?;
        self.span(lexer, start).map(Some)
    }

    fn span(&self, lexer: &Reader<'_>, start: usize) -> Result<Span, DecodeError> {
        if self.text.len() > MAX_ROW {
            return Err(DecodeError::TooLong { place: super::PLACE.to_owned(), at: lexer.position(), what: "a row", cap: MAX_ROW });
        }
        Ok((start as u32, self.text.len() as u32))
    }
}
