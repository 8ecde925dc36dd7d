//! Workbooks: XLSX (Office Open XML, ECMA-376, both the transitional and the strict form) and the older XLS (BIFF).
//!
//! An XLSX file is a ZIP archive of XML parts. `xl/workbook.xml` lists the sheets; each refers to a part by way of `_rels/*.rels`; texts
//! that repeat are kept once, in `xl/sharedStrings.xml`; `xl/styles.xml` says which numbers are dates. A sheet is read as a stream, row
//! by row: no grid is built, and a sheet that claims a billion cells costs nothing. Only the shared texts are in memory, bounded like
//! everything by [`Limits::max_inflated_bytes`]. An XLS file is kept in memory with all its cells, up to 256 MiB of it.
//!
//! # What a cell becomes
//!
//! ```xml
//! <c r="B5" t="s"><v>17</v></c>                             the shared text 17
//! <c r="C5" t="inlineStr"><is><t>PAÍS</t></is></c>         its own text; runs of rich text are joined, phonetic hints left out
//! <c r="D5"><v>1.50</v></c>                                 1.5
//! <c r="E5" s="3"><v>45943</v></c>                          2025-10-13, if style 3 shows a date
//! <c r="F5" t="e"><v>#DIV/0!</v></c>                        absent
//! <c r="G5"><f>SUM(B5:C5)</f><v>18</v></c>                  18, what the formula gave when the workbook was saved
//! <c r="H5"><f>SUM(B5:C5)</f></c>                           an error: the workbook was never calculated
//! ```
//!
//! Numbers are doubles, whatever digits a program wrote for them (`0.1` comes as `0.10000000000000001` from some): they become the
//! shortest text that reads back as the same double, which is also what the sheet shows without a format. Dates are ISO 8601, counted
//! from 1900 or 1904 as the workbook says; durations (`[h]:mm`) stay numbers. A cell with an error is absent, as an empty one is. A
//! formula without its value is an error and not an absent cell, because a program that writes formulas and does not calculate
//! them would otherwise lose every total.
//!
//! # Traps
//!
//! * **Sheets.** Publishers leave stale copies behind in hidden sheets: only a name finds those, patterns pass over them.
//! * **Headers move.** Next year's edition has one more line above the table. `header.titles` finds the row by what stands in it, and
//!   says what it saw instead where it finds none.
//! * **Merged cells** have a text at their top left only. In a header whose rows are joined it counts for all the columns of the cell; in
//!   a table only by declaration (`merged_rows`, or `fill_down` for cells that are merely left empty).
//! * **HXL.** Humanitarian files have a second header of tags such as `#affected+idps`: it is no data.
//! * **Sparse rows.** A row may leave cells out (`A5`, then `F5`), a sheet may leave rows out: only references say what stands where.
//! * **Notes** stand below the table and beside it: `stop_when_empty`, `stop_at` and `last_column` keep them out; else a value under no
//!   title is an error.

mod cell;
mod form;
mod formats;
#[allow(dead_code, reason = "the command line comes to use it")]
mod guess;
mod heading;
mod merged;
mod moment;
mod package;
mod reader;
mod sheet;
mod strings;
mod workbook;
mod xls;
mod xml;

use crate::batch::{Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::header::fold;
use crate::position::Position;
use crate::source::Source;
pub use form::{Blocks, Hxl, XlsxForm, XlsxHeader};
#[allow(unused_imports, reason = "the command line comes to use it")]
pub(crate) use guess::guess;
use package::Sheet;
use sheet::{Rows, SheetDecoder};
use workbook::Workbook;

/// Reads the sheets of a workbook that the form means; each is a part.
pub(crate) fn decode(source: &dyn Source, form: &XlsxForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    let workbook = Workbook::open(source, limits)?;
    let mut facts: Option<Facts> = None;
    for sheet in workbook.chosen(form)? {
        let found = read(&workbook, sheet, form, limits, &mut *sink)?;
        match &facts {
            None => facts = Some(found),
            Some(first) => {
                if let Some((name, text)) = found.iter().find(|(name, text)| first.get(*name) != Some(*text)) {
                    let problem = format!("the fact \"{name}\" is \"{text}\" here and another in the first sheet");
                    return Err(DecodeError::Header { place: format!("sheet \"{}\"", sheet.name), at: Position::Row(1), problem });
                }
            }
        }
    }
    Ok(facts.unwrap_or_default())
}

/// Reads one sheet.
fn read(workbook: &Workbook<'_>, sheet: &Sheet, form: &XlsxForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    // Merged cells are listed behind all others, so that asking for them means to inflate the sheet twice.
    let regions = if form.merged_rows || form.join.is_some() { workbook.merged(sheet)? } else { Vec::new() };
    let decided = workbook
        .rows(sheet, form.last_column)
        .and_then(Rows::new)
        .and_then(|rows| SheetDecoder::new(&sheet.name, form, regions).decode(rows, limits, sink));
    match decided {
        Ok(facts) => Ok(facts),
        Err(error @ DecodeError::Sink { .. }) => Err(error),
        Err(error) => {
            // Bytes that changed on the way make nonsense: that they did is then the reason, and not what they look like now.
            workbook.verify(sheet)?;
            let DecodeError::ColumnMissing { place, row, expected, found, .. } = error else { return Err(error) };
            let elsewhere = find(Rows::new(workbook.rows(sheet, None)?)?, &expected)?;
            Err(DecodeError::ColumnMissing { place, row, expected, found, elsewhere })
        }
    }
}

/// How many rows are searched for a title that moved.
const SEARCHED_ROWS: u32 = 200;

/// Where one of the titles stands, near the top of the sheet.
fn find(mut rows: Rows<'_, '_>, titles: &[String]) -> Result<Option<Position>, DecodeError> {
    let titles: Vec<String> = titles.iter().map(|title| fold(title)).collect();
    while !rows.finished && rows.row.number <= SEARCHED_ROWS {
        let row = rows.row.number;
        if let Some((column, _)) = rows.row.said().find(|(_, text)| titles.contains(&fold(text))) {
            return Ok(Some(Position::Cell { row, column }));
        }
        rows.next()?;
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
