//! Parallel arrays: an object whose members are columns. They stand one after the other and are read side by side, each by a lexer of its own.

use super::PLACE;
use super::cells::RowCells;
use super::form::JsonForm;
use super::lexer::{Event, Kind, Lexer, Offset};
use super::objects::{MAX_COLUMNS, MAX_NAME};
use super::pointer::Reader;
use crate::error::DecodeError;
use crate::source::{Source, open};
use crate::table::Table;

/// What all lexers together may read at once, in bytes.
const WINDOWS: usize = 16 << 20;
/// What one lexer reads at once at most, and at least.
const WINDOW: (usize, usize) = (4 << 10, 128 << 10);

/// The arrays that were found.
pub(super) struct Columns<'f> {
    form: &'f JsonForm,
    arrays: Vec<(String, Offset)>,
    /// How many elements each has.
    length: Option<u32>,
}

impl<'f> Columns<'f> {
    pub(super) fn new(form: &'f JsonForm) -> Self {
        Self { form, arrays: Vec::new(), length: None }
    }

    pub(super) fn rows(&self) -> u32 {
        self.length.unwrap_or(0)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.arrays.iter().map(|(name, _)| name)
    }

    /// Finds the arrays of the object that is next, and counts their elements.
    pub(super) fn find(&mut self, lexer: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.object(lexer, "")
    }

    fn object(&mut self, lexer: &mut Reader<'_>, prefix: &str) -> Result<(), DecodeError> {
        lexer.next()?;
        loop {
            let Event::Key(key) = lexer.next()? else { return Ok(()) };
            let name = format!("{prefix}{key}");
            if name.len() > MAX_NAME {
                return Err(DecodeError::TooComplex { row: 1, problem: "a key with its objects' keys of more bytes", cap: MAX_NAME });
            }
            if self.form.ignore.contains(&name) {
                lexer.skip()?;
                continue;
            }
            match lexer.peek()? {
                Kind::Object => self.object(lexer, &format!("{name}."))?,
                Kind::Array => self.array(lexer, name)?,
                kind => {
                    let problem = format!("\"{name}\" is {kind}, expected an array as long as the others");
                    return Err(DecodeError::Malformed { place: PLACE.to_owned(), at: lexer.position(), problem });
                }
            }
        }
    }

    fn array(&mut self, lexer: &mut Reader<'_>, name: String) -> Result<(), DecodeError> {
        let (at, offset) = (lexer.position(), lexer.offset());
        if self.arrays.iter().any(|(other, _)| *other == name) {
            return Err(DecodeError::DuplicateKey { key: name, at });
        }
        if self.arrays.len() == MAX_COLUMNS {
            return Err(DecodeError::TooComplex { row: 1, problem: "columns", cap: MAX_COLUMNS });
        }
        lexer.next()?;
        let mut length = 0u32;
        while lexer.peek()? != Kind::Close {
            lexer.skip()?;
            length = length.checked_add(1).ok_or_else(|| super::too_many_rows(u32::MAX))?;
        }
        lexer.next()?;
        let expected = *self.length.get_or_insert(length);
        if length != expected {
            let first = self.names().next().cloned().unwrap_or_default();
            let problem = format!("\"{name}\" has {length} elements, \"{first}\" has {expected}");
            return Err(DecodeError::Malformed { place: PLACE.to_owned(), at, problem });
        }
        self.arrays.push((name, offset));
        Ok(())
    }

    /// Reads the arrays side by side.
    pub(super) fn read(&self, source: &dyn Source, table: &mut Table<'_>) -> Result<(), DecodeError> {
        let window = (WINDOWS / self.arrays.len().max(1)).clamp(WINDOW.0, WINDOW.1);
        let mut lexers = Vec::with_capacity(self.arrays.len());
        for (name, offset) in &self.arrays {
            let mut lexer: Reader<'_> = Lexer::resume(open(source, PLACE, offset.byte())?, PLACE, *offset).with_window(window);
            lexer.next()?;
            lexers.push((lexer, self.form.join.contains(name)));
        }
        let mut cells = RowCells::default();
        for row in 1..=self.rows() {
            cells.clear();
            for (column, (lexer, joined)) in lexers.iter_mut().enumerate() {
                let kind = lexer.peek()?;
                let span =
                    if kind == Kind::Array && *joined { cells.joined(lexer, self.form.separator())? } else { cells.value(lexer, kind)? };
                cells.set(column, span);
            }
            table.row(row, &cells)?;
        }
        Ok(())
    }
}
