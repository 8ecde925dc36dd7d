//! Workbooks as offices publish them: titles above the header, header rows with merged cells, periods as columns, hidden sheets.

use std::io::{self, Write};

use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions, write::StreamWriter};

use super::json_text::is_number;
use super::{Format, Observations, unfit, wide};
use crate::wire::sheet_xml;
use crate::wire::workbook::{Cell, SharedStrings, reference};

/// The last row of a sheet.
const LAST_ROW: u32 = 1_048_576;

/// A workbook. Row by row it goes into the archive, only the distinct texts are held.
#[derive(Debug, Clone)]
pub struct Xlsx {
    /// The name of the sheet.
    pub sheet: String,
    /// A hidden sheet before it, with this name and one row that is no data.
    pub hidden_sheet: Option<String>,
    /// Strings inside the cells instead of the table of shared strings.
    pub inline_strings: bool,
    /// Rows above the header, each a text in the first cell.
    pub titles: Vec<String>,
    /// How many of the last dimensions become columns, each with its row of the header. The cells of an upper row are merged over the
    /// columns below them. Attributes are then left out and keys ascend.
    pub across: usize,
}

impl Default for Xlsx {
    fn default() -> Self {
        Self { sheet: "Data".to_owned(), hidden_sheet: None, inline_strings: false, titles: Vec::new(), across: 0 }
    }
}

impl Format for Xlsx {
    fn write(&self, observations: &dyn Observations, out: &mut dyn Write) -> io::Result<()> {
        let mut sheets: Vec<(&str, bool)> = self.hidden_sheet.iter().map(|name| (name.as_str(), true)).collect();
        sheets.push((&self.sheet, false));
        let mut archive = ZipWriter::new_stream(out);
        let mut strings = SharedStrings::default();
        if self.hidden_sheet.is_some() {
            start(&mut archive, "xl/worksheets/sheet1.xml")?;
            let mut hidden = Rows::new(&mut archive, &mut strings, self.inline_strings)?;
            hidden.row([Some(text("Not for publication"))])?;
            hidden.end()?;
        }
        start(&mut archive, &format!("xl/worksheets/sheet{}.xml", sheets.len()))?;
        let mut rows = Rows::new(&mut archive, &mut strings, self.inline_strings)?;
        self.titles.iter().try_for_each(|title| rows.row([Some(text(title))]))?;
        if self.across == 0 {
            long(observations, &mut rows)?;
        } else {
            self.wide(observations, &mut rows)?;
        }
        rows.end()?;
        let parts = [
            ("[Content_Types].xml", sheet_xml::content_types(sheets.len())),
            ("_rels/.rels", sheet_xml::package_relations()),
            ("docProps/core.xml", sheet_xml::core_properties("2024-01-31T11:00:00Z")),
            ("xl/workbook.xml", sheet_xml::workbook(&sheets)),
            ("xl/_rels/workbook.xml.rels", sheet_xml::workbook_relations(sheets.len())),
            ("xl/styles.xml", sheet_xml::styles()),
            ("xl/sharedStrings.xml", sheet_xml::shared_strings(&strings.texts)),
        ];
        for (name, xml) in parts {
            start(&mut archive, name)?;
            archive.write_all(xml.as_bytes())?;
        }
        archive.finish().map_err(io::Error::other)?;
        Ok(())
    }
}

impl Xlsx {
    fn wide<W: Write>(&self, observations: &dyn Observations, rows: &mut Rows<'_, W>) -> io::Result<()> {
        let dimensions = observations.dimensions();
        let Some(down) = dimensions.len().checked_sub(self.across) else { return Err(unfit("too few dimensions")) };
        let columns = wide::columns(observations, self.across);
        for level in 0..self.across {
            let last = level + 1 == self.across;
            let keys = dimensions[..down].iter().map(|dimension| last.then(|| text(&dimension.id)));
            // An upper row names a block of columns once, in a merged cell.
            let block: usize = dimensions[down + level + 1..].iter().map(|dimension| dimension.codes.len()).product();
            let heads = columns.iter().enumerate().map(|(at, column)| at.is_multiple_of(block.max(1)).then(|| text(&column[level])));
            rows.row(keys.chain(heads))?;
            if block > 1 {
                for first in (0..columns.len()).step_by(block) {
                    rows.merge(down + first, down + first + block - 1);
                }
            }
        }
        wide::lines(observations, self.across, &mut |key, cells| {
            let codes = key.iter().zip(dimensions).map(|(code, dimension)| Some(text(&dimension.codes[*code as usize].id)));
            let values = cells.iter().map(|cell| cell.as_ref().and_then(|row| row.value.as_deref()).map(number));
            rows.row(codes.chain(values))
        })
    }
}

fn long<W: Write>(observations: &dyn Observations, rows: &mut Rows<'_, W>) -> io::Result<()> {
    let (dimensions, attributes) = (observations.dimensions(), observations.attributes());
    let names = dimensions.iter().map(|dimension| dimension.id.as_str()).chain(["OBS_VALUE"]);
    rows.row(names.chain(attributes.iter().map(|attribute| attribute.id.as_str())).map(|name| Some(text(name))))?;
    observations.each(&mut |row| {
        let codes = row.key.iter().zip(dimensions).map(|(code, dimension)| Some(text(&dimension.codes[*code as usize].id)));
        let attributes = row.attributes.iter().map(|value| value.as_deref().map(text));
        rows.row(codes.chain([row.value.as_deref().map(number)]).chain(attributes))
    })
}

fn text(text: &str) -> Cell {
    Cell::text(text)
}

/// A number where the digits are one, else a text.
fn number(digits: &str) -> Cell {
    if is_number(digits) { Cell::Number(digits.to_owned()) } else { text(digits) }
}

fn start<W: Write>(archive: &mut ZipWriter<StreamWriter<W>>, name: &str) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644)
        .large_file(true);
    archive.start_file(name, options).map_err(io::Error::other)
}

/// The rows of a sheet, one after the other.
struct Rows<'a, W> {
    out: W,
    strings: &'a mut SharedStrings,
    inline: bool,
    row: u32,
    merged: Vec<String>,
    xml: String,
}

impl<'a, W: Write> Rows<'a, W> {
    fn new(mut out: W, strings: &'a mut SharedStrings, inline: bool) -> io::Result<Self> {
        out.write_all(sheet_xml::worksheet_start().as_bytes())?;
        Ok(Self { out, strings, inline, row: 0, merged: Vec::new(), xml: String::new() })
    }

    /// A row; a cell that is none is not written.
    fn row(&mut self, cells: impl IntoIterator<Item = Option<Cell>>) -> io::Result<()> {
        self.row += 1;
        if self.row > LAST_ROW {
            return Err(unfit("more rows than a sheet has"));
        }
        self.xml.clear();
        self.xml.extend(["<row r=\"", &self.row.to_string(), "\">"]);
        for (cell, column) in cells.into_iter().zip(1..) {
            let cell = match cell {
                None => continue,
                Some(Cell::Text(text)) if self.inline => Cell::Inline(text),
                Some(cell) => cell,
            };
            sheet_xml::push_cell(&mut self.xml, &reference((self.row, column)), &cell, self.strings);
        }
        self.xml.push_str("</row>");
        self.out.write_all(self.xml.as_bytes())
    }

    /// Merges the cells of the last row between two columns, counted from 0.
    fn merge(&mut self, first: usize, last: usize) {
        let cell = |column: usize| reference((self.row, column as u32 + 1));
        self.merged.push(format!("{}:{}", cell(first), cell(last)));
    }

    fn end(mut self) -> io::Result<()> {
        self.out.write_all(sheet_xml::worksheet_end(&self.merged).as_bytes())
    }
}
