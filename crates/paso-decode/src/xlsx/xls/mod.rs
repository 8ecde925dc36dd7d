//! XLS workbooks: records in a compound file. The tour stands in the documentation of [`crate::xlsx`], where readers see it.

mod bytes;
mod compound;
mod records;

use super::cell::Row;
use super::formats::{Formats, is_built_in_date, shows_date};
use super::merged::{MAX_REGIONS, Region, too_many};
use super::moment::Epoch;
use super::package::Sheet;
use super::reader::{Shared, SheetRows};
use crate::batch::Limits;
use crate::error::DecodeError;
use crate::position::Position;
use crate::source::{Source, head};
use bytes::{f64_at, rk, u16_at, u32_at};
pub(super) use compound::SIGNATURE;
use compound::{Broken, Compound};
use records::{Letters, Pieces, Record, Records, declared_texts};

/// The largest file that is read. No program writes larger ones: a sheet has 65,536 rows and 256 columns.
const MAX_BYTES: u64 = 256 << 20;

const PLACE: &str = "the workbook";

/// An open XLS workbook.
pub(super) struct Book {
    stream: Vec<u8>,
    pub(super) sheets: Vec<Sheet>,
    shared: Shared,
    letters: Letters,
}

impl Book {
    /// Reads everything but the sheets themselves.
    pub(super) fn open(source: &dyn Source, limits: Limits) -> Result<Self, DecodeError> {
        let cap = limits.max_inflated_bytes.min(MAX_BYTES);
        let bytes = head(source, usize::try_from(cap + 1).unwrap_or(usize::MAX)).map_err(|error| DecodeError::reading(PLACE, error))?;
        let size = bytes.len() as u64;
        if size > cap {
            return Err(DecodeError::TooLarge { member: "an XLS workbook, which is read from memory,".to_owned(), cap });
        }
        let broken = |broken| match broken {
            Broken::CutOff => DecodeError::Truncated {
                place: PLACE.to_owned(),
                at: Position::Byte(size),
                problem: "it refers to what should stand behind its end".to_owned(),
            },
            Broken::Wrong(problem) => malformed(0, problem),
        };
        let file = Compound::new(bytes).map_err(broken)?;
        if file.has("EncryptedPackage") {
            return Err(encrypted());
        }
        let stream = match file.stream("Workbook").map_err(broken)? {
            Some(stream) => stream,
            None => file.stream("Book").map_err(broken)?.ok_or(DecodeError::NotData {
                found: "a document of an older Office program that is no workbook",
                title: None,
                begins: None,
            })?,
        };
        let mut book = Self { stream: Vec::new(), sheets: Vec::new(), shared: Shared::default(), letters: Letters::Unicode };
        book.globals(&stream)?;
        book.stream = stream;
        Ok(book)
    }

    /// Reads what the sheets share.
    fn globals(&mut self, stream: &[u8]) -> Result<(), DecodeError> {
        let mut records = Records::new(stream, 0);
        let mut codes = std::collections::BTreeMap::new();
        let mut styles = Vec::new();
        let mut began = false;
        loop {
            let Some(record) = records.next().map_err(cut_off)? else { return Err(cut_off(stream.len())) };
            let (body, at) = (record.body, record.at);
            if !began && record.kind != kind::BOF {
                return Err(malformed(at, "it is no workbook of Excel 5 or later"));
            }
            match record.kind {
                kind::BOF => {
                    self.letters = letters(body).ok_or_else(|| malformed(at, "it is no workbook of Excel 5 or later"))?;
                    began = true;
                }
                kind::ENCRYPTED => return Err(encrypted()),
                kind::CODE_PAGE => {
                    if let Letters::Page(page) = &mut self.letters {
                        let number = u16_at(body, 0);
                        *page = Letters::of_page(number).ok_or_else(|| malformed(at, format!("its code page {number} is not known")))?;
                    }
                }
                kind::DATE_MODE if u16_at(body, 0) == 1 => self.shared.epoch = Epoch::Year1904,
                kind::FORMAT => {
                    let length = if matches!(self.letters, Letters::Unicode) { 2 } else { 1 };
                    let code = body.get(2..).and_then(|rest| self.letters.text(rest, &record.more, length));
                    codes.insert(u16_at(body, 0), shows_date(&code.ok_or_else(|| short(at))?));
                }
                kind::STYLE => styles.push(u16_at(body, 2)),
                kind::SHEET => self.sheet(&record)?,
                kind::TEXTS => self.texts(&record)?,
                kind::EOF => break,
                _ => {}
            }
        }
        let date = |id: u16| codes.get(&id).copied().unwrap_or_else(|| is_built_in_date(id.into()));
        self.shared.formats = Formats::new(styles.into_iter().map(date).collect());
        Ok(())
    }

    fn sheet(&mut self, record: &Record<'_>) -> Result<(), DecodeError> {
        const WORKSHEET: u8 = 0;
        /// Hidden, or hidden so that only a program can show it.
        const HIDDEN: u8 = 3;
        let [_, _, _, _, state, sheet, name @ ..] = record.body else { return Err(short(record.at)) };
        let name = self.letters.text(name, &record.more, 1).ok_or_else(|| short(record.at))?;
        if *sheet == WORKSHEET {
            self.sheets.push(Sheet { name, visible: state & HIDDEN == 0, place: u32_at(record.body, 0) as usize });
        }
        Ok(())
    }

    fn texts(&mut self, record: &Record<'_>) -> Result<(), DecodeError> {
        let mut pieces = Pieces::new(record.body.get(8..).unwrap_or_default(), &record.more);
        let mut text = String::new();
        for _ in 0..declared_texts(record.body) {
            text.clear();
            pieces.shared(&mut text).ok_or_else(|| short(record.at))?;
            self.shared.strings.push(&text);
        }
        Ok(())
    }

    /// The records of a sheet, without those of the charts in it.
    fn records<'b>(&'b self, sheet: &Sheet, mut take: impl FnMut(&Record<'b>) -> Result<(), DecodeError>) -> Result<(), DecodeError> {
        let mut records = Records::new(&self.stream, sheet.place);
        let mut depth = 0u32;
        loop {
            let Some(record) = records.next().map_err(cut_off)? else { return Err(cut_off(self.stream.len())) };
            match record.kind {
                kind::BOF => depth += 1,
                _ if depth == 0 => return Err(malformed(record.at, format!("sheet \"{}\" should begin there", sheet.name))),
                kind::EOF if depth == 1 => return Ok(()),
                kind::EOF => depth -= 1,
                _ if depth == 1 => take(&record)?,
                _ => {}
            }
        }
    }

    /// The rows of a sheet. Cells right of `last_column` are ignored.
    pub(super) fn rows(&self, sheet: &Sheet, last_column: u32) -> Result<Box<dyn SheetRows<'_> + '_>, DecodeError> {
        let mut cells = Cells { found: Vec::new(), texts: Vec::new(), formula: None, last_column };
        self.records(sheet, |record| cells.take(record, self.letters))?;
        // Excel writes cells in their order, other programs need not.
        cells.found.sort_by_key(|cell| (cell.row, cell.column));
        Ok(Box::new(CellRows {
            place: format!("sheet \"{}\"", sheet.name),
            shared: &self.shared,
            next: 0,
            cells: cells.found,
            texts: cells.texts,
        }))
    }

    /// The merged cells of a sheet.
    pub(super) fn merged(&self, sheet: &Sheet) -> Result<Vec<Region>, DecodeError> {
        let mut regions = Vec::new();
        self.records(sheet, |record| {
            if record.kind == kind::MERGED {
                for range in record.body.get(2..).unwrap_or_default().chunks_exact(8) {
                    let at = |index: usize| u32::from(u16_at(range, index * 2)) + 1;
                    regions.push(Region { top: at(0), bottom: at(1), left: at(2), right: at(3) });
                }
                if regions.len() > MAX_REGIONS {
                    return Err(malformed(sheet.place, too_many()));
                }
            }
            Ok(())
        })?;
        regions.retain(|region| region.top <= region.bottom && region.left <= region.right);
        regions.sort_unstable();
        Ok(regions)
    }
}

/// The types of records (MS-XLS 2.3).
mod kind {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const DATE_MODE: u16 = 0x0022;
    pub(super) const ENCRYPTED: u16 = 0x002F;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const NUMBERS: u16 = 0x00BD;
    pub(super) const RICH_TEXT: u16 = 0x00D6;
    pub(super) const STYLE: u16 = 0x00E0;
    pub(super) const MERGED: u16 = 0x00E5;
    pub(super) const TEXTS: u16 = 0x00FC;
    pub(super) const SHARED_TEXT: u16 = 0x00FD;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const TEXT: u16 = 0x0204;
    pub(super) const TRUTH: u16 = 0x0205;
    pub(super) const RESULT: u16 = 0x0207;
    pub(super) const SHORT_NUMBER: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BOF: u16 = 0x0809;
}

/// How the texts of a workbook are written, by its first record; none for versions before 5.
fn letters(body: &[u8]) -> Option<Letters> {
    match u16_at(body, 0) {
        0x0600 => Some(Letters::Unicode),
        0x0500 => Letters::of_page(1252).map(Letters::Page),
        _ => None,
    }
}

/// A cell. Rows and columns count from 1.
struct Cell {
    row: u32,
    column: u32,
    style: u16,
    value: Value,
}

enum Value {
    Number(f64),
    Shared(u32),
    Own(u32),
    Truth(bool),
}

/// The cells of a sheet on their way into memory.
struct Cells {
    found: Vec<Cell>,
    texts: Vec<String>,
    /// The cell whose formula gave a text, which stands in a record of its own.
    formula: Option<(u32, u32)>,
    last_column: u32,
}

impl Cells {
    fn push(&mut self, row: u32, column: u32, style: u16, value: Value) {
        if column <= self.last_column {
            self.found.push(Cell { row, column, style, value });
        }
    }

    fn own(&mut self, text: String) -> Value {
        self.texts.push(text);
        Value::Own(self.texts.len() as u32 - 1)
    }

    fn take(&mut self, record: &Record<'_>, letters: Letters) -> Result<(), DecodeError> {
        let body = record.body;
        let shortest = match record.kind {
            kind::NUMBER | kind::FORMULA => 14,
            kind::SHORT_NUMBER | kind::SHARED_TEXT => 10,
            kind::TEXT | kind::RICH_TEXT | kind::TRUTH => 8,
            kind::NUMBERS => 6,
            kind::RESULT => 2,
            _ => return Ok(()),
        };
        if body.len() < shortest {
            return Err(short(record.at));
        }
        let (row, column, style) = (u32::from(u16_at(body, 0)) + 1, u32::from(u16_at(body, 2)) + 1, u16_at(body, 4));
        match record.kind {
            kind::NUMBER => self.push(row, column, style, Value::Number(f64_at(body, 6))),
            kind::SHORT_NUMBER => self.push(row, column, style, Value::Number(rk(u32_at(body, 6)))),
            kind::SHARED_TEXT => self.push(row, column, style, Value::Shared(u32_at(body, 6))),
            kind::TEXT | kind::RICH_TEXT => {
                let text = letters.text(&body[6..], &record.more, 2).ok_or_else(|| short(record.at))?;
                let value = self.own(text);
                self.push(row, column, style, value);
            }
            kind::TRUTH if body[7] == 0 => self.push(row, column, style, Value::Truth(body[6] != 0)),
            kind::NUMBERS => {
                for (number, column) in body[4..body.len() - 2].chunks_exact(6).zip(column..) {
                    self.push(row, column, u16_at(number, 0), Value::Number(rk(u32_at(number, 2))));
                }
            }
            kind::FORMULA => self.formula(row, column, style, &body[6..14]),
            kind::RESULT => {
                let text = letters.text(body, &record.more, 2).ok_or_else(|| short(record.at))?;
                if let Some((row, column)) = self.formula.take() {
                    let value = self.own(text);
                    self.push(row, column, 0, value);
                }
            }
            // The same record has truth values and errors.
            kind::TRUTH => self.error(row, column, style, body[6]),
            _ => {}
        }
        Ok(())
    }

    fn error(&mut self, row: u32, column: u32, style: u16, code: u8) {
        let value = self.own(error_text(code).to_owned());
        self.push(row, column, style, value);
    }

    fn formula(&mut self, row: u32, column: u32, style: u16, result: &[u8]) {
        self.formula = None;
        if u16_at(result, 6) != 0xFFFF {
            return self.push(row, column, style, Value::Number(f64_at(result, 0)));
        }
        match result[0] {
            0 => self.formula = Some((row, column)),
            1 => self.push(row, column, style, Value::Truth(result[2] != 0)),
            2 => self.error(row, column, style, result[2]),
            3 => {
                let value = self.own(String::new());
                self.push(row, column, style, value);
            }
            _ => {}
        }
    }
}

/// What a sheet shows for an error (MS-XLS 2.5.10, `BErr`).
fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR!",
    }
}

/// The rows of a sheet in memory.
struct CellRows<'w> {
    place: String,
    shared: &'w Shared,
    next: usize,
    cells: Vec<Cell>,
    texts: Vec<String>,
}

impl CellRows<'_> {
    fn malformed(&self, cell: &Cell, problem: &str) -> DecodeError {
        let at = Position::Cell { row: cell.row, column: cell.column };
        DecodeError::Malformed { place: self.place.clone(), at, problem: problem.to_owned() }
    }
}

impl<'w> SheetRows<'w> for CellRows<'w> {
    fn next(&mut self, row: &mut Row<'w>) -> Result<bool, DecodeError> {
        let Some(first) = self.cells.get(self.next) else { return Ok(false) };
        row.start(first.row);
        while let Some(cell) = self.cells.get(self.next).filter(|cell| cell.row == row.number) {
            if !row.advance(cell.column) {
                return Err(self.malformed(cell, "two values for one cell"));
            }
            match &cell.value {
                Value::Number(number) => {
                    let date = self.shared.formats.is_date(cell.style.into()).then_some(self.shared.epoch);
                    row.push_float(*number, date);
                }
                Value::Truth(truth) => row.push_text(if *truth { "true" } else { "false" }),
                Value::Own(index) => row.push_text(self.texts.get(*index as usize).map_or("", String::as_str)),
                Value::Shared(index) => match self.shared.strings.get(*index as usize) {
                    Some(text) => row.push_shared(text),
                    None => return Err(self.malformed(cell, "a shared text that the workbook does not have")),
                },
            }
            self.next += 1;
        }
        Ok(true)
    }

    fn finish(self: Box<Self>) -> Result<(), DecodeError> {
        Ok(())
    }
}

fn malformed(at: usize, problem: impl Into<String>) -> DecodeError {
    DecodeError::Malformed { place: PLACE.to_owned(), at: Position::Byte(at as u64), problem: problem.into() }
}

fn short(at: usize) -> DecodeError {
    malformed(at, "a record is shorter than what it holds")
}

fn cut_off(at: usize) -> DecodeError {
    DecodeError::Truncated {
        place: PLACE.to_owned(),
        at: Position::Byte(at as u64),
        problem: "its stream of records ends too early".to_owned(),
    }
}

fn encrypted() -> DecodeError {
    DecodeError::NotData { found: "a workbook that is protected by a password", title: None, begins: None }
}
