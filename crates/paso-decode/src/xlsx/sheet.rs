//! One sheet: its header, its rows, its facts.

use std::collections::VecDeque;
use std::sync::Arc;

use super::cell::Row;
use super::form::{Hxl, XlsxForm, XlsxHeader};
use super::heading::{self, Heading};
use super::merged::{Downward, Region};
use super::reader::SheetRows;
use crate::batch::{Column, Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::facts::Watch;
use crate::header::{Header, Layout, Titles, distinct, fold};
use crate::position::Position;
use crate::table::{Cells, MADE, Table};

/// Reads a sheet row by row.
pub(super) struct SheetDecoder<'f> {
    part: Arc<str>,
    place: String,
    form: &'f XlsxForm,
    facts: Watch<'f>,
    regions: Vec<Region>,
    downward: Option<Downward>,
    /// The columns of the first block: those of the others must be the same.
    columns: Option<Vec<Column>>,
}

/// The rows of a sheet, of which one is at hand.
pub(super) struct Rows<'r, 'w> {
    inner: Box<dyn SheetRows<'w> + 'r>,
    pub(super) row: Row<'w>,
    pub(super) finished: bool,
}

impl<'r, 'w> Rows<'r, 'w> {
    /// Begins with the first row.
    pub(super) fn new(inner: Box<dyn SheetRows<'w> + 'r>) -> Result<Self, DecodeError> {
        let mut rows = Self { inner, row: Row::default(), finished: false };
        rows.next()?;
        Ok(rows)
    }

    pub(super) fn next(&mut self) -> Result<(), DecodeError> {
        self.finished = !self.inner.next(&mut self.row)?;
        Ok(())
    }
}

/// A table whose header is understood.
struct Body<'s> {
    table: Table<'s>,
    width: u32,
    first_row: u32,
    /// The last row that was taken.
    last: Option<u32>,
    ended: bool,
    block: Option<String>,
    /// Columns whose empty cells repeat the text above, by index, each with that text.
    above: Vec<(usize, Option<String>)>,
}

impl<'f> SheetDecoder<'f> {
    /// `regions` are the merged cells of the sheet; they need not be known where the form does not ask for them.
    pub(super) fn new(sheet: &str, form: &'f XlsxForm, regions: Vec<Region>) -> Self {
        Self {
            part: sheet.into(),
            place: format!("sheet \"{sheet}\""),
            form,
            facts: Watch::new(&form.facts),
            downward: form.merged_rows.then(|| Downward::new(&regions)),
            regions,
            columns: None,
        }
    }

    pub(super) fn decode(mut self, mut rows: Rows<'_, '_>, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
        let mut heading = match &self.form.header {
            None => self.placed(&mut rows)?,
            Some(header) => self.found(header, &mut rows)?,
        };
        while let Some(next) = self.block(heading, &mut rows, limits, &mut *sink)? {
            heading = next;
        }
        // Facts may stand below the table.
        while !rows.finished && rows.row.number <= self.facts.last_row() {
            self.see(&rows.row);
            rows.next()?;
        }
        rows.inner.finish()?;
        self.facts.finish(&self.place)
    }

    fn see(&mut self, row: &Row<'_>) {
        self.facts.see(row.number, |index| row.cell(index));
        if let Some(downward) = &mut self.downward {
            downward.see(row.number, |index| row.cell(index));
        }
    }

    /// The header in the rows that the form names.
    fn placed(&mut self, rows: &mut Rows<'_, '_>) -> Result<Heading, DecodeError> {
        let mut heading = Heading::new(self.form.header_rows.iter().copied());
        self.complete(&mut heading, None, rows)?;
        heading.first_row = self.form.first_row.unwrap_or(heading.last_row() + 1);
        Ok(heading)
    }

    /// The header that has the titles of the form.
    fn found(&mut self, header: &XlsxHeader, rows: &mut Rows<'_, '_>) -> Result<Heading, DecodeError> {
        let mut recent = VecDeque::new();
        let mut first_lines = Vec::new();
        while !rows.finished {
            self.see(&rows.row);
            if heading::fits(header, &rows.row) {
                return self.anchored(header, &recent, rows);
            }
            if first_lines.len() < heading::FIRST_LINES && !rows.row.is_blank() {
                first_lines.push(heading::line(&rows.row));
            }
            heading::remember(&mut recent, rows.row.clone(), self.form.rows_above());
            rows.next()?;
        }
        Err(DecodeError::HeaderMissing { place: self.place.clone(), expected: heading::expected(header), first_lines })
    }

    /// The header around the row at hand. `recent` are the rows above it.
    fn anchored(&mut self, header: &XlsxHeader, recent: &VecDeque<Row<'_>>, rows: &mut Rows<'_, '_>) -> Result<Heading, DecodeError> {
        let anchor = rows.row.number;
        let at = |distance: i32| {
            anchor.checked_add_signed(distance).filter(|row| *row > 0).ok_or_else(|| DecodeError::Header {
                place: self.place.clone(),
                at: Position::Row(anchor),
                problem: format!("there is no row {} above it", distance.unsigned_abs()),
            })
        };
        let title_row = self.form.blocks.as_ref().map(|blocks| at(blocks.row)).transpose()?;
        let mut heading = Heading::new(header.rows.iter().map(|distance| at(*distance)).collect::<Result<Vec<_>, _>>()?);
        for row in recent {
            heading.see(row, title_row);
        }
        self.complete(&mut heading, title_row, rows)?;
        // The row that was found may be above the first row of titles, or below the last one.
        while !rows.finished && rows.row.number <= anchor.max(title_row.unwrap_or(0)) {
            self.see(&rows.row);
            heading.see(&rows.row, title_row);
            rows.next()?;
        }
        heading.first_row = heading.last_row().max(anchor).max(title_row.unwrap_or(0)) + 1 + header.skip;
        Ok(heading)
    }

    /// Reads on to the first row below the header.
    fn complete(&mut self, heading: &mut Heading, title_row: Option<u32>, rows: &mut Rows<'_, '_>) -> Result<(), DecodeError> {
        while !rows.finished && rows.row.number <= heading.last_row() {
            self.see(&rows.row);
            heading.see(&rows.row, title_row);
            rows.next()?;
        }
        Ok(())
    }

    /// Reads the table under a header, up to the next header, which it yields, or the end.
    fn block<'w>(
        &mut self,
        mut heading: Heading,
        rows: &mut Rows<'_, 'w>,
        limits: Limits,
        sink: &mut dyn Sink,
    ) -> Result<Option<Heading>, DecodeError> {
        self.tags(&mut heading, rows)?;
        let mut body = self.body(heading, limits, sink)?;
        let reach = self.form.rows_above();
        let repeated = self.form.header.as_ref().filter(|_| self.form.blocks.is_some());
        // Rows are held back until it is known that they do not belong to the next header.
        let mut held: VecDeque<Row<'w>> = VecDeque::new();
        while !rows.finished {
            if let Some(header) = repeated.filter(|header| heading::fits(header, &rows.row)) {
                let top = rows.row.number.saturating_sub(reach);
                while let Some(row) = held.pop_front_if(|row| row.number < top) {
                    self.take(&mut body, &row)?;
                }
                self.end(body)?;
                self.see(&rows.row);
                return self.anchored(header, &held, rows).map(Some);
            }
            if repeated.is_some() {
                held.push_back(rows.row.clone());
                if let Some(row) = held.pop_front_if(|row| row.number + reach <= rows.row.number) {
                    self.take(&mut body, &row)?;
                }
            } else {
                self.take(&mut body, &rows.row)?;
                if body.ended {
                    break;
                }
            }
            rows.next()?;
        }
        for row in held {
            self.take(&mut body, &row)?;
        }
        self.end(body)?;
        Ok(None)
    }

    /// A row of HXL tags under the header is passed over, or becomes the header.
    fn tags(&mut self, heading: &mut Heading, rows: &mut Rows<'_, '_>) -> Result<(), DecodeError> {
        let names = self.form.hxl == Hxl::Names;
        while !rows.finished && names && rows.row.is_blank() {
            rows.next()?;
        }
        let below = !rows.finished && (names || rows.row.number == heading.last_row() + 1);
        if below && heading::is_tags(&rows.row) {
            self.see(&rows.row);
            if names {
                heading.rows = vec![Titles::new(rows.row.number, rows.row.texts())];
            }
            heading.first_row = heading.first_row.max(rows.row.number + 1);
            return rows.next();
        }
        if names {
            let (place, at) = (self.place.clone(), Position::Row(heading.last_row()));
            return Err(DecodeError::Header { place, at, problem: "no row of HXL tags stands below it".to_owned() });
        }
        Ok(())
    }

    /// Understands a header.
    fn body<'s>(&mut self, mut heading: Heading, limits: Limits, sink: &'s mut dyn Sink) -> Result<Body<'s>, DecodeError> {
        if let Some(between) = &self.form.join {
            heading.spread(&self.regions);
            heading.join(between);
        }
        let titled = heading.width();
        let width = titled.max(self.form.beside.last().copied().unwrap_or(0));
        let unpivot = self.form.unpivot.as_ref();
        let numbered = self.form.numbered;
        let header =
            Header { place: &self.place, rows: &heading.rows, width, renames: &self.form.columns, optional: &[], unpivot, numbered };
        if width == 0 && self.form.columns.is_empty() && unpivot.is_none() {
            let (place, at) = (self.place.clone(), Position::Row(heading.last_row()));
            return Err(DecodeError::Header { place, at, problem: "no title stands there".to_owned() });
        }
        let mut layout = header.layout()?;
        let (Layout::Long { columns } | Layout::Wide { keep: columns, .. }) = &mut layout;
        columns.retain(|column| column.position <= titled || self.form.beside.contains(&column.position));
        let above = self.form.fill_down.iter().map(|name| {
            let column = columns.iter().find(|column| column.name == *name);
            column.map(|column| (column.position as usize - 1, None)).ok_or_else(|| DecodeError::ColumnMissing {
                place: self.place.clone(),
                row: heading.last_row(),
                expected: vec![name.clone()],
                found: columns.iter().map(|column| column.name.clone()).collect(),
                elsewhere: None,
            })
        });
        let above = above.collect::<Result<Vec<_>, _>>()?;
        if let Some(blocks) = &self.form.blocks {
            columns.push(Column::cell(blocks.title.as_str(), 0));
            distinct(&self.place, heading.last_row(), columns)?;
            if self.columns.get_or_insert_with(|| columns.clone()) != columns {
                let (place, at) = (self.place.clone(), Position::Row(heading.last_row()));
                return Err(DecodeError::Header { place, at, problem: "its columns are not those of the first block".to_owned() });
            }
            if heading.block.is_none() {
                let (place, at) = (self.place.clone(), Position::Row(heading.last_row()));
                return Err(DecodeError::Header { place, at, problem: "the block has no title".to_owned() });
            }
        }
        let table = Table::new(Some(Arc::clone(&self.part)), layout, unpivot, limits, sink);
        let Heading { first_row, block, .. } = heading;
        Ok(Body { table, width: titled, first_row, last: None, ended: false, block, above })
    }

    /// Takes a row below the header.
    fn take(&mut self, body: &mut Body<'_>, row: &Row<'_>) -> Result<(), DecodeError> {
        self.see(row);
        if row.number < body.first_row || body.ended {
            return Ok(());
        }
        // Under no title, too: its value would be a stray one.
        if let Some(column) = row.uncalculated {
            return Err(DecodeError::Uncalculated { place: self.place.clone(), at: Position::Cell { row: row.number, column } });
        }
        let blank = row.is_blank();
        // A row that the file leaves out altogether is as empty as one without texts.
        let gap = row.number > body.last.map_or(body.first_row, |last| last + 1);
        match body.last {
            None if self.form.header.is_none() && (blank || gap) => return Err(self.no_data(body)),
            Some(_) if blank || gap => body.ended = self.form.stop_when_empty,
            _ => {}
        }
        body.ended |= row.said().next().is_some_and(|(_, text)| self.stops(text));
        if blank || body.ended {
            return Ok(());
        }
        let stray =
            row.stray(body.width).and_then(|_| row.said().find(|(column, _)| *column > body.width && !self.form.beside.contains(column)));
        if let Some((column, text)) = stray {
            let at = Position::Cell { row: row.number, column };
            return Err(DecodeError::Stray { place: self.place.clone(), at, text: text.chars().take(STRAY).collect() });
        }
        body.last = Some(row.number);
        if body.above.is_empty() && body.block.is_none() && self.downward.is_none() {
            return body.table.row(row.number, row);
        }
        let downward = self.downward.as_ref();
        let Body { above, block, table, .. } = body;
        for (index, text) in above.iter_mut() {
            if let Some(own) = said(row, *index).or_else(|| downward.and_then(|downward| downward.text(*index))) {
                *text = Some(own.to_owned());
            }
        }
        table.row(row.number, &Completed { row, downward, above, block: block.as_deref() })
    }

    fn stops(&self, text: &str) -> bool {
        !self.form.stop_at.is_empty() && self.form.stop_at.iter().any(|start| fold(text).starts_with(&fold(start)))
    }

    fn end(&self, body: Body<'_>) -> Result<(), DecodeError> {
        if body.last.is_none() {
            return Err(self.no_data(&body));
        }
        body.table.finish()
    }

    fn no_data(&self, body: &Body<'_>) -> DecodeError {
        DecodeError::NoData { place: self.place.clone(), row: body.first_row }
    }
}

/// How many characters of a stray value are repeated.
const STRAY: usize = 100;

/// The text of a cell, if it says anything.
fn said<'c>(row: &'c Row<'_>, index: usize) -> Option<&'c str> {
    row.cell(index).filter(|text| !super::cell::is_blank(text))
}

/// A row with what its empty cells take from above.
struct Completed<'c, 'w> {
    row: &'c Row<'w>,
    downward: Option<&'c Downward>,
    above: &'c [(usize, Option<String>)],
    block: Option<&'c str>,
}

impl Cells for Completed<'_, '_> {
    fn cell(&self, index: usize) -> Option<&str> {
        if index == MADE {
            return self.block;
        }
        said(self.row, index)
            .or_else(|| self.downward.and_then(|downward| downward.text(index)))
            .or_else(|| self.above.iter().find(|(column, _)| *column == index)?.1.as_deref())
            .or_else(|| self.row.cell(index))
    }
}
