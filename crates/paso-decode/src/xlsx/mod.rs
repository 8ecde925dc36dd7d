//! XLSX workbooks, through calamine.
//!
//! Before calamine sees a workbook, every member of the archive is inflated once under the cap, and what comes out is thrown away: this
//! proves the real sizes and checksums, whatever the archive declares. calamine then inflates the very same bytes with the very same
//! library, piece by piece, so it cannot meet more than was counted. Its cell reader streams and gives each cell its own place:
//! no dense range is built, and a sheet that claims a billion cells costs nothing.

mod cell;
mod form;
mod reader;
mod sheet;

use crate::batch::{Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::inflate::Members;
pub use form::XlsxForm;
use reader::Workbook;
use sheet::SheetDecoder;

/// Reads an XLSX workbook.
pub(crate) fn decode(body: &[u8], form: &XlsxForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    verify(body, limits)?;
    let mut workbook = Workbook::open(body)?;
    let sheet = workbook.sheet(&form.sheet)?;
    let decoder = SheetDecoder::new(&sheet, form);
    let cells = workbook.cells(&sheet)?;
    match decoder.decode(cells, limits, sink) {
        Err(DecodeError::ColumnMissing { place, row, expected, found, .. }) => {
            let elsewhere = reader::find(workbook.cells(&sheet)?, &expected)?;
            Err(DecodeError::ColumnMissing { place, row, expected, found, elsewhere })
        }
        decided => decided,
    }
}

/// Inflates every member under the cap, and checks the one number on which calamine reserves memory.
fn verify(body: &[u8], limits: Limits) -> Result<(), DecodeError> {
    let mut members = Members::open(body, limits.max_inflated_bytes)?;
    for (index, name) in members.names()? {
        if name.to_ascii_lowercase().ends_with("sharedstrings.xml") {
            reader::check_shared_strings(&members.read(index, &name)?, &name)?;
        } else {
            members.verify(index, &name)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
