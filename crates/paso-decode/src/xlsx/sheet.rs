//! One sheet: its header, its rows, its facts.

use crate::batch::{Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::facts::Watch;
use crate::header::{Header, Titles};
use crate::position::Position;
use crate::table::{Cells, Table};

use super::cell::Row;
use super::form::XlsxForm;
use super::reader::SheetCells;

/// Reads a sheet row by row.
pub(super) struct SheetDecoder<'f> {
    sheet: String,
    place: String,
    form: &'f XlsxForm,
    facts: Watch<'f>,
    titles: Vec<Titles>,
}

/// A sheet whose header is understood.
struct Body<'s> {
    table: Table<'s>,
    width: u32,
    /// The last row that was taken.
    last: Option<u32>,
    ended: bool,
}

impl<'f> SheetDecoder<'f> {
    pub(super) fn new(sheet: &str, form: &'f XlsxForm) -> Self {
        Self {
            sheet: sheet.to_owned(),
            place: format!("sheet \"{sheet}\""),
            form,
            facts: Watch::new(&form.facts),
            titles: form.header_rows.iter().map(|&row| Titles::new(row, [])).collect(),
        }
    }

    pub(super) fn decode(mut self, mut cells: SheetCells<'_, '_>, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
        let mut rows = Rows::new(self.form.last_column);
        while rows.next_row(&mut cells)? && rows.row.number <= self.form.last_header_row() {
            self.above(&rows.row);
        }
        let mut body = self.body(limits, sink)?;
        while !rows.finished {
            self.facts.see(rows.row.number, |index| rows.row.cell(index));
            self.take(&mut body, &rows.row)?;
            if body.ended && rows.row.number >= self.facts.last_row() {
                break;
            }
            rows.next_row(&mut cells)?;
        }
        if body.last.is_none() {
            return Err(self.no_data());
        }
        body.table.finish()?;
        self.facts.finish(&self.place)
    }

    /// Looks at a row that is not below the header.
    fn above(&mut self, row: &Row<'_>) {
        self.facts.see(row.number, |index| row.cell(index));
        if let Some(titles) = self.titles.iter_mut().find(|titles| titles.row == row.number) {
            *titles = Titles::new(row.number, row.texts());
        }
    }

    /// Understands the header.
    fn body<'s>(&self, limits: Limits, sink: &'s mut dyn Sink) -> Result<Body<'s>, DecodeError> {
        let last_title = |titles: &Titles| titles.titles.iter().rposition(Option::is_some).map_or(0, |index| index as u32 + 1);
        let width = self.titles.iter().map(last_title).max().unwrap_or(0);
        let unpivot = self.form.unpivot.as_ref();
        let header = Header { place: &self.place, rows: &self.titles, width, renames: &self.form.columns, optional: &[], unpivot };
        if width == 0 && self.form.columns.is_empty() && unpivot.is_none() {
            let (place, at) = (self.place.clone(), Position::Row(self.form.last_header_row()));
            return Err(DecodeError::Header { place, at, problem: "no title stands there".to_owned() });
        }
        let table = Table::new(Some(self.sheet.as_str().into()), header.layout()?, unpivot, limits, sink);
        Ok(Body { table, width, last: None, ended: false })
    }

    /// Takes a row below the header.
    fn take(&self, body: &mut Body<'_>, row: &Row<'_>) -> Result<(), DecodeError> {
        let first = self.form.first_row();
        if row.number < first || body.ended {
            return Ok(());
        }
        // A row that the file leaves out altogether is as empty as one without texts.
        let gap = row.number > body.last.map_or(first, |last| last + 1);
        if row.is_blank() || gap {
            if body.last.is_none() {
                return Err(self.no_data());
            }
            body.ended = self.form.stop_when_empty;
            if row.is_blank() || body.ended {
                return Ok(());
            }
        }
        if let Some((column, text)) = row.stray(body.width) {
            let at = Position::Cell { row: row.number, column };
            return Err(DecodeError::Stray { place: self.place.clone(), at, text: text.chars().take(STRAY).collect() });
        }
        body.last = Some(row.number);
        body.table.row(row.number, row)
    }

    fn no_data(&self) -> DecodeError {
        DecodeError::NoData { place: self.place.clone(), row: self.form.first_row() }
    }
}

/// How many characters of a stray value are repeated.
const STRAY: usize = 100;

/// Groups cells into rows.
struct Rows<'w> {
    row: Row<'w>,
    ahead: Option<super::reader::SheetCell<'w>>,
    last_column: u32,
    started: bool,
    finished: bool,
}

impl<'w> Rows<'w> {
    fn new(last_column: Option<u32>) -> Self {
        Self { row: Row::default(), ahead: None, last_column: last_column.unwrap_or(u32::MAX), started: false, finished: false }
    }

    /// Reads the next row that has cells into `self.row`; false at the end of the sheet.
    fn next_row(&mut self, cells: &mut SheetCells<'w, '_>) -> Result<bool, DecodeError> {
        if !self.started {
            self.started = true;
            self.ahead = cells.next()?;
        }
        let Some((number, ..)) = self.ahead else {
            self.finished = true;
            return Ok(false);
        };
        if number <= self.row.number {
            return Err(cells.malformed("rows do not stand in their order".to_owned()));
        }
        self.row.start(number);
        while let Some((row, column, value)) = self.ahead.take() {
            if row != number {
                self.ahead = Some((row, column, value));
                break;
            }
            if column <= self.last_column && !self.row.push(column, &value) {
                return Err(cells.malformed("cells do not stand in their order".to_owned()));
            }
            self.ahead = cells.next()?;
        }
        Ok(true)
    }
}
