//! Workbooks: XLSX (Office Open XML) and the older XLS (BIFF).
//!
//! XLSX is [ECMA-376](https://ecma-international.org/publications-and-standards/standards/ecma-376/), which is also
//! [ISO/IEC 29500](https://www.iso.org/standard/71691.html): part 1 says what the elements of a sheet mean. It has a transitional and a strict form,
//! which differ in their namespaces and in little that data needs; both are read. XLS is [described below](#xls).
//!
//! An XLSX file is a ZIP archive of XML parts. `xl/workbook.xml` lists the sheets; each refers to a part by way of `_rels/*.rels`; texts
//! that repeat are kept once, in `xl/sharedStrings.xml`; `xl/styles.xml` says which numbers are dates. A sheet is read as a stream, row
//! by row: no grid is built, and a sheet that claims a billion cells costs nothing. Only the shared texts are in memory. What each part may
//! inflate to is bounded by [`Limits::max_inflated_bytes`].
//!
//! # What a cell becomes
//!
//! ```xml
//! <c r="B5" t="s"><v>17</v></c>                             the shared text 17
//! <c r="C5" t="inlineStr"><is><t>PAÍS</t></is></c>         its own text; runs of rich text are joined, phonetic hints left out
//! <c r="D5"><v>1.50</v></c>                                 1.5
//! <c r="E5" s="3"><v>45943</v></c>                          2025-10-13, if style 3 shows a date
//! <c r="F5" t="e"><v>#DIV/0!</v></c>                        #DIV/0!, as the sheet shows it
//! <c r="G5"><f>SUM(B5:C5)</f><v>18</v></c>                  18, what the formula gave when the workbook was saved
//! <c r="H5"><f>SUM(B5:C5)</f></c>                           an error: the workbook was never calculated
//! <c r="I5" t="d"><v>2025-10-13</v></c>                     2025-10-13, as strict workbooks may write a date
//! ```
//!
//! Numbers are doubles, whatever digits a program wrote for them (`0.1` comes as `0.10000000000000001` from some): they become the
//! shortest text that reads back as the same double, which is also what the sheet shows without a format. Dates are ISO 8601, counted
//! from 1900 or 1904 as the workbook says (`<workbookPr date1904="1"/>`: the same number is 1,462 days later); durations (`[h]:mm`) stay numbers.
//! A cell with an error has its text, so that nothing takes it for an empty one: as a number, it is refused. A formula without its value is an error and not an absent cell, because a program that
//! writes formulas and does not calculate them would otherwise lose every total. That holds for all cells of a row of data, under a title or not.
//!
//! # Traps
//!
//! **Sheets.** Publishers leave stale copies behind in hidden sheets. Only a name finds those; a pattern passes over them, and so does a
//! form that names no sheet and means the only visible one.
//!
//! ```toml
//! sheet = "Table 1"                  # this one, hidden or not
//! sheet = "Table *"                  # the one visible sheet that fits
//! sheets = ["Table 1", "Tabla ?"]    # several of one layout, each a part of its own
//! ```
//!
//! **Headers move.** Next year's edition has one more line above the table. `header_rows = [8, 11]` then fails, and says where the titles went;
//! `header.titles` finds the row by what stands in it:
//!
//! ```toml
//! [xlsx.header]
//! titles = ["Location code", "Region"]    # in any column of the row
//! rows = [-3, 0]                          # the header is that row and the third above it
//! skip = 1                                # a row of units below is no data
//! ```
//!
//! **Titles in several rows** fill the levels of `unpivot`, or are joined to one by `join = " / "`.
//!
//! **Merged cells** have a text at their top left only.
//!
//! ```text
//!   | A      | B    | C      |      join = " " in the header: "2019 M" and "2019 F", for 2019 counts for all the columns that it spans
//! 1 | Región | 2019 . . . . .|      merged_rows = true: both rows are of Arica
//! 2 |        | M    | F      |      neither: the second row has no region
//! 3 | Arica  | 1    | 2      |
//! 4 | .      | 3    | 4      |      fill_down = ["Región"] for cells that are not merged but merely left empty
//! ```
//!
//! A sheet has at most a million of them, for their places are kept in memory.
//!
//! **Stacked tables.** One below the other, each under the same header: `blocks` reads them as one, with the title of each in a column.
//!
//! **HXL.** Humanitarian files have a second header of tags such as `#affected+idps`: it is no data, unless `hxl = "names"` makes it the header.
//!
//! **Sparse rows.** A row may leave cells out (`A5`, then `F5`), a sheet may leave rows out: only references say what stands where.
//!
//! **Notes** stand below the table and beside it. A value under no title is an error, so that none is lost:
//!
//! ```text
//!   | A       | B   | C | D             stop_when_empty = true: the table ends at row 3
//! 1 | code    | n   |   |               stop_at = ["Source:"]: it ends at row 4, empty rows before it are passed over
//! 2 | 152     | 1   |   | provisional   last_column = 2: what stands in D is not read
//! 3 |         |     |   |
//! 4 | Source: INE
//! ```
//!
//! **Parts that were cut.** An archive may be whole and hold a part that is not, when the program that wrote it stopped early. A part that ends
//! before its elements do is an error: a list of styles that ends early would turn dates into numbers. (What stands in a sheet behind its cells
//! and merged cells is not looked at, and only its checksum counts.)
//!
//! # XLS
//!
//! BIFF8 (Excel 97 to 2003) and BIFF5 (Excel 5 and 95) are records in a compound file, as described in
//! [\[MS-XLS\]](https://learn.microsoft.com/en-us/openspecs/office_file_formats/ms-xls/cd03cb5f-ca02-4934-a391-bb674cb8aa06) and
//! [\[MS-CFB\]](https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cfb/53989ce4-7b05-4f8d-829b-d08d6148375b).
//!
//! ```text
//! compound file: a header, sectors of 512 bytes, a table that chains them, a directory of streams
//! stream "Workbook": BOF CODEPAGE DATEMODE FORMAT… XF… BOUNDSHEET… SST CONTINUE… EOF  BOF cells… MERGECELLS EOF  BOF …
//! ```
//!
//! The form is the same, and so is what cells become. What differs:
//!
//! * **Texts** are shared in `SST`; a long table of them goes on in `CONTINUE` records, in the middle of a text and there with a new width of
//!   characters. BIFF5 shares none, and writes each in the code page of `CODEPAGE`: `\xF3` is `ó` in 1252 and `у` in 1251. Its stream is called `Book`.
//! * **A number** may be a double (`NUMBER`), a short form of one (`RK`: 30 bits, perhaps a hundredfold), or one of many in a row (`MULRK`).
//! * **Formulas** always have a value; a text stands in the record behind (`STRING`).
//! * **Sectors** may stand in any order, and cells in any order within a sheet. So the file is kept in memory, up to 256 MiB, and the cells of the
//!   sheet that is read take at most four times its size.
//! * **Versions before 5** are no compound files, and are refused. So is what a password protects, in either format, and the binary form of
//!   Office Open XML (`.xlsb`).

mod cell;
mod form;
mod formats;
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
use crate::source::{Source, head};
pub use form::{Blocks, Hxl, XlsxForm, XlsxHeader};
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

/// Whether a body is a workbook of either kind, by its first bytes: an archive that was left whole is one.
pub(crate) fn is_workbook(source: &dyn Source) -> bool {
    head(source, xls::SIGNATURE.len()).is_ok_and(|start| start == xls::SIGNATURE || crate::sniff::is_archive(&start))
}

/// The sheets of a workbook in their order, each with whether it is visible.
pub(crate) fn sheets(source: &dyn Source, limits: Limits) -> Result<Vec<(String, bool)>, DecodeError> {
    let workbook = Workbook::open(source, limits)?;
    Ok(workbook.sheets().iter().map(|sheet| (sheet.name.clone(), sheet.visible)).collect())
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
