//! Merged cells: only the one at the top left has a text, and it counts for all of them.

use std::io::Read;

use super::xml::{Token, Xml};
use crate::error::DecodeError;

/// Cells that were made one. Rows and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Region {
    pub(super) top: u32,
    pub(super) left: u32,
    pub(super) bottom: u32,
    pub(super) right: u32,
}

/// How many merged cells a sheet may have. They are kept in memory, and the largest statistical workbooks have some thousand.
pub(super) const MAX_REGIONS: usize = 1_000_000;

/// What is wrong with a sheet that has more.
pub(super) fn too_many() -> String {
    format!("it has more than {MAX_REGIONS} merged cells, which no table has")
}

/// The mark behind which the merged cells of a sheet are listed.
const END_OF_CELLS: &[u8] = b"sheetData>";

/// Reads the merged cells of a sheet, which stand behind its cells, without looking at these. Regions come in the order of their rows.
pub(super) fn read(mut reader: impl Read, place: &str) -> Result<Vec<Region>, DecodeError> {
    let mut window: Vec<u8> = Vec::new();
    let mut starts = 0;
    let mut piece = vec![0; 64 << 10];
    let rest = loop {
        let read = match reader.read(&mut piece) {
            Ok(0) => return Ok(Vec::new()),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(DecodeError::reading(place, error)),
        };
        window.extend_from_slice(&piece[..read]);
        let mut searched = 0;
        let mut found = None;
        while let Some(at) = memchr::memmem::find(&window[searched..], END_OF_CELLS) {
            searched += at + END_OF_CELLS.len();
            starts += 1;
            // The first one begins the cells, the second one ends them.
            if starts == 2 {
                found = Some(searched);
                break;
            }
        }
        if let Some(at) = found {
            break window.split_off(at);
        }
        window.drain(..searched.max(window.len().saturating_sub(END_OF_CELLS.len() - 1)));
    };
    let mut xml = Xml::new(rest.as_slice().chain(reader), place.to_owned());
    let mut regions = Vec::new();
    loop {
        match xml.next()? {
            Token::Start { name: b"mergeCell", attributes, .. } => {
                let region = attributes.get("ref").and_then(region);
                regions.push(region.ok_or_else(|| xml.malformed("merged cells without a range"))?);
                if regions.len() > MAX_REGIONS {
                    return Err(xml.malformed(too_many()));
                }
            }
            Token::End { name: b"mergeCells" } | Token::Eof => break,
            _ => {}
        }
    }
    regions.sort_unstable();
    Ok(regions)
}

fn region(range: &[u8]) -> Option<Region> {
    let colon = range.iter().position(|byte| *byte == b':');
    let (first, last) = colon.map_or((range, range), |at| (&range[..at], &range[at + 1..]));
    let ((top, left), (bottom, right)) = (super::reader::reference(first)?, super::reader::reference(last)?);
    (top <= bottom && left <= right).then_some(Region { top, left, bottom, right })
}

/// Hands the text of a merged cell down to the rows that it reaches.
#[derive(Debug, Default)]
pub(super) struct Downward {
    /// Regions of several rows, those that begin lowest first.
    waiting: Vec<Region>,
    /// Regions that reach below the row where they began, with their text.
    open: Vec<(Region, Option<String>)>,
}

impl Downward {
    pub(super) fn new(regions: &[Region]) -> Self {
        Self { waiting: regions.iter().rev().filter(|region| region.bottom > region.top).copied().collect(), open: Vec::new() }
    }

    /// Looks at a row; `cell` yields the text of a column, from index 0.
    pub(super) fn see<'c>(&mut self, row: u32, cell: impl Fn(usize) -> Option<&'c str>) {
        self.open.retain(|(region, _)| region.bottom >= row);
        while let Some(region) = self.waiting.pop_if(|region| region.top <= row) {
            // A region whose first row the file leaves out has no text.
            let text = if region.top == row { cell(region.left as usize - 1).map(str::to_owned) } else { None };
            if region.bottom >= row {
                self.open.push((region, text));
            }
        }
    }

    /// The text that reaches down to a cell of the row that was seen last, from index 0.
    pub(super) fn text(&self, index: usize) -> Option<&str> {
        let column = index as u32 + 1;
        self.open.iter().find(|(region, _)| region.left == column)?.1.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = "<worksheet><sheetData><row/></sheetData><mergeCells count=\"9\"><mergeCell ref=\"B7:C7\"/><mergeCell ref=\"A2:A4\"/>\
        </mergeCells><mergeCell ref=\"no\"/></worksheet>";

    #[test]
    fn regions_stand_behind_the_cells_and_come_in_order() {
        let expected = [Region { top: 2, left: 1, bottom: 4, right: 1 }, Region { top: 7, left: 2, bottom: 7, right: 3 }];
        assert_eq!(read(SHEET.as_bytes(), "sheet").unwrap(), expected);
        let long = SHEET.replace("<row/>", &"<row></row>".repeat(20_000));
        assert_eq!(read(long.as_bytes(), "sheet").unwrap(), expected);
        assert_eq!(read(&b"<worksheet><sheetData/></worksheet>"[..], "sheet").unwrap(), []);
        for bad in ["A4:A2", "A1:", "A0", "", "ZZZZZZ1:A1"] {
            assert!(read(SHEET.replace("A2:A4", bad).as_bytes(), "sheet").is_err(), "{bad}");
        }
    }

    #[test]
    fn a_sheet_with_more_merged_cells_than_any_table_has_is_refused() {
        let many = SHEET.replace("<mergeCell ref=\"A2:A4\"/>", &"<mergeCell ref=\"A2:A4\"/>".repeat(MAX_REGIONS));
        let error = read(many.as_bytes(), "sheet \"T\"").unwrap_err().to_string();
        assert!(error.ends_with("it has more than 1000000 merged cells, which no table has"), "{error}");
    }

    #[test]
    fn a_text_reaches_down_to_the_last_row_of_its_cell() {
        let mut downward = Downward::new(&read(SHEET.as_bytes(), "sheet").unwrap());
        downward.see(1, |_| Some("no"));
        assert_eq!(downward.text(0), None);
        downward.see(2, |index| [Some("Arica"), None][index]);
        assert_eq!((downward.text(0), downward.text(1)), (Some("Arica"), None));
        downward.see(4, |_| None);
        assert_eq!(downward.text(0), Some("Arica"));
        downward.see(5, |_| None);
        assert_eq!(downward.text(0), None);
    }
}
