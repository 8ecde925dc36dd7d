//! calamine, kept on a short leash.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, Xlsx, XlsxCellReader, XlsxError};

use crate::error::DecodeError;
use crate::header::fold;
use crate::position::Position;

/// The rows and columns that a sheet can have (ECMA-376 as Excel implements it).
pub(super) const MAX_ROWS: u32 = 1_048_576;
pub(super) const MAX_COLUMNS: u32 = 16_384;

/// An open workbook.
pub(super) struct Workbook<'b> {
    inner: Xlsx<Cursor<&'b [u8]>>,
}

impl<'b> Workbook<'b> {
    /// Opens a workbook whose members are verified.
    pub(super) fn open(body: &'b [u8]) -> Result<Self, DecodeError> {
        let inner = guarded("the workbook", Position::Byte(0), || Xlsx::new(Cursor::new(body)))?;
        Ok(Self { inner })
    }

    /// The sheet of this name, as the workbook spells it.
    pub(super) fn sheet(&self, wanted: &str) -> Result<String, DecodeError> {
        let sheets: Vec<&calamine::Sheet> = self.inner.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
        let exact = sheets.iter().find(|sheet| sheet.name == wanted);
        match exact.or_else(|| sheets.iter().find(|sheet| fold(&sheet.name) == fold(wanted))) {
            Some(sheet) => Ok(sheet.name.clone()),
            None => Err(DecodeError::SheetMissing {
                sheet: wanted.to_owned(),
                found: sheets.into_iter().map(|sheet| sheet.name.clone()).collect(),
            }),
        }
    }

    /// The cells of a sheet, in their order.
    pub(super) fn cells(&mut self, sheet: &str) -> Result<SheetCells<'_, 'b>, DecodeError> {
        let place = format!("sheet \"{sheet}\"");
        let at = Position::Row(1);
        let inner = guarded(&place, at, || self.inner.worksheet_cells_reader(sheet))?;
        Ok(SheetCells { inner, place, at })
    }
}

/// A cell: row and column from 1, and its value.
pub(super) type SheetCell<'w> = (u32, u32, DataRef<'w>);

/// The cells of a sheet, one after the other.
pub(super) struct SheetCells<'w, 'b> {
    inner: XlsxCellReader<'w, Cursor<&'b [u8]>>,
    /// How errors call the sheet.
    pub(super) place: String,
    at: Position,
}

impl<'w> SheetCells<'w, '_> {
    /// The next cell; none at the end of the sheet.
    pub(super) fn next(&mut self) -> Result<Option<SheetCell<'w>>, DecodeError> {
        let inner = &mut self.inner;
        let Some(cell) = guarded(&self.place, self.at, || inner.next_cell())? else { return Ok(None) };
        let (row, column) = cell.get_position();
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(self.malformed(format!("row {row}, column {column} (from 0) is outside of what a sheet can hold")));
        }
        self.at = Position::Cell { row: row + 1, column: column + 1 };
        Ok(Some((row + 1, column + 1, cell.get_value().clone())))
    }

    /// An error at the last cell that was read.
    pub(super) fn malformed(&self, problem: String) -> DecodeError {
        DecodeError::Malformed { place: self.place.clone(), at: self.at, problem }
    }
}

/// Calls into calamine. Its arithmetic on cell references panics on absurd ones (`ZZZZZZZZ1`); the body is then malformed, nothing else.
fn guarded<T>(place: &str, at: Position, call: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, DecodeError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(source)) => Err(DecodeError::Workbook { place: place.to_owned(), at, source: Box::new(source) }),
        Err(_) => {
            let problem = "the workbook reader gave up on what follows".to_owned();
            Err(DecodeError::Malformed { place: place.to_owned(), at, problem })
        }
    }
}

/// How many rows are searched for a title that moved.
const SEARCHED_ROWS: u32 = 200;

/// Where one of the titles stands, near the top of the sheet.
pub(super) fn find(mut cells: SheetCells<'_, '_>, titles: &[String]) -> Result<Option<Position>, DecodeError> {
    let titles: Vec<String> = titles.iter().map(|title| fold(title)).collect();
    while let Some((row, column, value)) = cells.next()? {
        if row > SEARCHED_ROWS {
            break;
        }
        let text = match &value {
            DataRef::String(text) => fold(text),
            DataRef::SharedString(text) => fold(text),
            _ => continue,
        };
        if titles.contains(&text) {
            return Ok(Some(Position::Cell { row, column }));
        }
    }
    Ok(None)
}

/// Checks the declared number of shared strings, on which calamine reserves memory, against what the member can hold.
pub(super) fn check_shared_strings(xml: &[u8], member: &str) -> Result<(), DecodeError> {
    const ATTRIBUTE: &[u8] = b"uniqueCount";
    /// The shortest element for one string: `<si/>`.
    const SHORTEST: usize = 5;
    let malformed = |at: usize, problem: String| {
        Err(DecodeError::Malformed { place: format!("member \"{member}\""), at: Position::Byte(at as u64), problem })
    };
    // In UTF-16 the attribute would go unseen; no spreadsheet writes it.
    if let Some(at) = xml.iter().position(|&byte| byte == 0) {
        return malformed(at, "a null byte, so it is no UTF-8 text".to_owned());
    }
    for at in (0..xml.len().saturating_sub(ATTRIBUTE.len())).filter(|&at| xml[at..].starts_with(ATTRIBUTE)) {
        let value =
            xml[at + ATTRIBUTE.len()..].iter().skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\''));
        let digits = value.take_while(|byte| byte.is_ascii_digit());
        let count = digits.fold(0u64, |count, digit| count.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
        if count > (xml.len() / SHORTEST) as u64 {
            return malformed(at, format!("it declares {count} strings in {} bytes", xml.len()));
        }
    }
    Ok(())
}
