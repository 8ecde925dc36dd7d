//! Rows that are arrays, whose column names stand in the first one, elsewhere, or nowhere.

use super::cells::RowCells;
use super::form::JsonForm;
use super::lexer::Kind;
use super::objects::{MAX_COLUMNS, MAX_NAME};
use super::pointer::Reader;
use crate::batch::RAGGED_TEXT;
use crate::error::DecodeError;
use crate::header::fold;
use crate::table::{Cells, Table};

/// The rows so far: how wide they are, and their names.
pub(super) struct Arrays<'f> {
    form: &'f JsonForm,
    /// The names, from the first row or from elsewhere; none where one is null or blank.
    names: Option<Vec<Option<String>>>,
    widest: usize,
    /// The columns that are joined, known once the names are.
    joined: Vec<bool>,
    cells: RowCells,
}

impl<'f> Arrays<'f> {
    pub(super) fn new(form: &'f JsonForm) -> Self {
        Self { form, names: None, widest: 0, joined: Vec::new(), cells: RowCells::default() }
    }

    /// Takes the names that stand elsewhere.
    pub(super) fn named(&mut self, names: Vec<String>) {
        self.names = Some(names.into_iter().map(Some).collect());
    }

    /// The name of every column, and whether it is one to read. From here on arrays in joined columns become texts.
    pub(super) fn columns(&mut self) -> Vec<(String, bool)> {
        let names = self.names.as_deref().unwrap_or_default();
        let width = self.names.as_ref().map_or(self.widest, Vec::len);
        let name = |index: usize| names.get(index).cloned().flatten().unwrap_or_else(|| format!("column {}", index + 1));
        let columns: Vec<String> = (0..width).map(name).collect();
        self.joined = columns.iter().map(|name| self.form.join.contains(name)).collect();
        columns.into_iter().map(|name| (name.clone(), !self.form.ignore.contains(&name))).collect()
    }

    /// Reads a row and hands its cells to the table. Says whether it was one, and not the header.
    pub(super) fn row(&mut self, lexer: &mut Reader<'_>, kind: Kind, row: u32, table: Option<&mut Table<'_>>) -> Result<bool, DecodeError> {
        if kind != Kind::Array {
            return Err(DecodeError::RowNotObject { row, at: lexer.position(), found: kind.name(), expected: "an array" });
        }
        lexer.keep()?;
        let width = self.read(lexer, row)?;
        let header = self.form.header && row == 1;
        match table {
            _ if header => {
                self.header(row, width)?;
                lexer.kept(None);
            }
            Some(table) if self.names.as_ref().is_some_and(|names| names.len() != width) => {
                let mut text = String::new();
                lexer.kept(Some(&mut text));
                text.truncate(text.floor_char_boundary(RAGGED_TEXT));
                table.ragged(row, text, width, self.names.as_ref().map_or(0, Vec::len))?;
            }
            Some(table) => {
                lexer.kept(None);
                table.row(row, &self.cells)?;
            }
            None => {
                self.widest = self.widest.max(width);
                lexer.kept(None);
            }
        }
        Ok(!header)
    }

    fn read(&mut self, lexer: &mut Reader<'_>, row: u32) -> Result<usize, DecodeError> {
        self.cells.clear();
        lexer.next()?;
        let mut width = 0;
        loop {
            let kind = lexer.peek()?;
            if kind == Kind::Close {
                lexer.next()?;
                return Ok(width);
            }
            if width == MAX_COLUMNS {
                return Err(DecodeError::TooComplex { row, problem: "elements", cap: MAX_COLUMNS });
            }
            let span = if kind == Kind::Array && self.joined.get(width) == Some(&true) {
                self.cells.joined(lexer, self.form.separator())?
            } else {
                self.cells.value(lexer, kind)?
            };
            self.cells.set(width, span);
            width += 1;
        }
    }

    fn header(&mut self, row: u32, width: usize) -> Result<(), DecodeError> {
        let names: Vec<Option<String>> = (0..width).map(|index| self.cells.cell(index).map(fold).filter(|name| !name.is_empty())).collect();
        if names.iter().flatten().any(|name| name.len() > MAX_NAME) {
            return Err(DecodeError::TooComplex { row, problem: "a name of more bytes", cap: MAX_NAME });
        }
        self.names = Some(names);
        Ok(())
    }
}
