//! XLSX workbooks cell by cell: shared or inline strings, empty strings, numbers with exactly the given digits, formulas and merged
//! cells, because these are what publishers' workbooks differ in and what readers trip over.

use std::collections::BTreeMap;

use super::{archive, sheet_xml};
use crate::TestkitError;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// A string in the table of shared strings; the empty string is a value of its own.
    Text(String),
    /// A string inside the cell.
    Inline(String),
    /// A number with these digits.
    Number(String),
    /// A formula and the string that it gave.
    Formula(String, String),
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number where the text is one, else a shared string.
    pub(crate) fn read(text: &str) -> Self {
        if text.parse::<f64>().is_ok() { Self::Number(text.to_owned()) } else { Self::text(text) }
    }
}

/// A sheet: cells by row and column, both from 1.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) cells: BTreeMap<(u32, u32), Cell>,
    pub(crate) merged: Vec<String>,
    pub(crate) hidden: bool,
}

impl Sheet {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), cells: BTreeMap::new(), merged: Vec::new(), hidden: false }
    }

    /// Puts a cell at a row and column, both from 1.
    pub(crate) fn set(&mut self, row: u32, column: u32, cell: Cell) {
        self.cells.insert((row, column), cell);
    }

    /// Puts a column of titles, one per row from `row` on.
    pub(crate) fn titles(&mut self, row: u32, column: u32, titles: &[&str]) {
        for (title, row) in titles.iter().zip(row..) {
            self.set(row, column, Cell::text(*title));
        }
    }

    /// Merges the cells between two corners; only the first of them holds a value.
    pub(crate) fn merge(&mut self, first: (u32, u32), last: (u32, u32)) {
        self.merged.push(format!("{}:{}", reference(first), reference(last)));
    }
}

/// A workbook; `created` is written into its properties.
#[derive(Debug)]
pub(crate) struct Workbook {
    pub(crate) created: String,
    pub(crate) sheets: Vec<Sheet>,
}

impl Workbook {
    /// The bytes of the file, which depend on its content only.
    pub(crate) fn bytes(&self, body: &str) -> Result<Vec<u8>, TestkitError> {
        let mut strings = SharedStrings::default();
        let names: Vec<(&str, bool)> = self.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.hidden)).collect();
        let sheets: Vec<String> = self.sheets.iter().map(|sheet| sheet_xml::worksheet(sheet, &mut strings)).collect();
        let mut members = vec![
            ("[Content_Types].xml".to_owned(), sheet_xml::content_types(sheets.len())),
            ("_rels/.rels".to_owned(), sheet_xml::package_relations()),
            ("docProps/core.xml".to_owned(), sheet_xml::core_properties(&self.created)),
            ("xl/workbook.xml".to_owned(), sheet_xml::workbook(&names)),
            ("xl/_rels/workbook.xml.rels".to_owned(), sheet_xml::workbook_relations(sheets.len())),
            ("xl/styles.xml".to_owned(), sheet_xml::styles()),
            ("xl/sharedStrings.xml".to_owned(), sheet_xml::shared_strings(&strings.texts)),
        ];
        for (index, xml) in sheets.into_iter().enumerate() {
            members.push((format!("xl/worksheets/sheet{}.xml", index + 1), xml));
        }
        let members: Vec<(&str, Vec<u8>)> = members.iter().map(|(name, xml)| (name.as_str(), xml.clone().into_bytes())).collect();
        archive::zip(body, &members)
    }
}

/// The table of shared strings, in order of first use.
#[derive(Debug, Default)]
pub(crate) struct SharedStrings {
    pub(crate) texts: Vec<String>,
    positions: BTreeMap<String, usize>,
}

impl SharedStrings {
    /// The position of a string, added where it is new.
    pub(crate) fn position(&mut self, text: &str) -> usize {
        if let Some(position) = self.positions.get(text) {
            return *position;
        }
        self.texts.push(text.to_owned());
        self.positions.insert(text.to_owned(), self.texts.len() - 1);
        self.texts.len() - 1
    }
}

/// `C3` for row 3, column 3.
pub(crate) fn reference((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    format!("{}{row}", letters.iter().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    #[test]
    fn references_count_columns_in_letters() {
        assert_eq!(reference((1, 1)), "A1");
        assert_eq!(reference((8, 26)), "Z8");
        assert_eq!(reference((12, 27)), "AA12");
        assert_eq!(reference((281, 240)), "IF281");
    }

    #[test]
    fn a_reader_finds_every_kind_of_cell() {
        let mut sheet = Sheet::new("Table 1");
        sheet.set(2, 2, Cell::text("   Curaçao* & <b> "));
        sheet.set(2, 3, Cell::text(""));
        sheet.set(3, 2, Cell::Number("2.8717762721866524".to_owned()));
        sheet.set(3, 3, Cell::Inline("17 ó menos".to_owned()));
        sheet.set(4, 2, Cell::Formula("B2".to_owned(), "Stock".to_owned()));
        sheet.set(5, 2, Cell::read("900"));
        sheet.set(6, 2, Cell::read(".."));
        sheet.merge((5, 2), (5, 3));
        let workbook = Workbook { created: "2021-01-25T19:38:13Z".to_owned(), sheets: vec![sheet, Sheet::new("Notes")] };
        let bytes = workbook.bytes("test").unwrap();
        assert_eq!(bytes, workbook.bytes("test").unwrap());

        let mut read: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(read.sheet_names(), ["Table 1", "Notes"]);
        let range = read.worksheet_range("Table 1").unwrap();
        let cell = |row: u32, column: u32| range.get_value((row - 1, column - 1)).cloned().unwrap();
        assert_eq!(cell(2, 2), Data::String("   Curaçao* & <b> ".to_owned()));
        assert_eq!(cell(2, 3), Data::String(String::new()));
        assert_eq!(cell(3, 2), Data::Float(2.871_776_272_186_652_4));
        assert_eq!(cell(3, 3), Data::String("17 ó menos".to_owned()));
        assert_eq!(cell(4, 2), Data::String("Stock".to_owned()));
        assert_eq!(cell(5, 2), Data::Float(900.0));
        assert_eq!(cell(6, 2), Data::String("..".to_owned()));
        assert_eq!(cell(5, 3), Data::Empty);
    }
}
