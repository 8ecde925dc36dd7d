use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::reader::{MAX_COLUMNS, MAX_ROWS};
use crate::error::DecodeError;
use crate::facts::{self, CellPlace};
use crate::header::validate_columns;
use crate::unpivot::Unpivot;

/// The table `decode.xlsx`, for workbooks of both kinds, XLSX and XLS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct XlsxForm {
    /// The name of the sheet, or a pattern with `*` and `?` that one visible sheet fits. Without it, the workbook has one visible sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Names and patterns of sheets of one layout, instead of `sheet`: each sheet that fits becomes a part. Patterns pass over hidden sheets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<String>,
    /// The rows of titles, from the top. The lowest title names a column. In upper rows, a title over value columns counts for those to its right.
    #[serde(default = "first")]
    pub header_rows: Vec<u32>,
    /// Finds the header by what stands in it, instead of `header_rows`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<XlsxHeader>,
    /// What stands between the titles of several header rows when they are joined to one, from the top. A merged title counts for all its columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join: Option<String>,
    /// What a row of HXL tags under the header is.
    #[serde(default, skip_serializing_if = "Hxl::is_skip")]
    pub hxl: Hxl,
    /// The first row of data; the row below the last header row unless said otherwise.
    #[serde(default)]
    pub first_row: Option<u32>,
    /// The last column of the table, from 1: cells to the right of it are ignored. Without it, a value to the right of the last title is an error.
    #[serde(default)]
    pub last_column: Option<u32>,
    /// Whether the table ends at the first empty row, so that notes below it are not read. Otherwise empty rows are skipped.
    #[serde(default)]
    pub stop_when_empty: bool,
    /// The table ends at the first row whose first text begins with one of these, such as `Source:`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stop_at: Vec<String>,
    /// Columns whose empty cells repeat the text above.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fill_down: Vec<String>,
    /// Whether the text of a merged cell counts for every row that it reaches.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub merged_rows: bool,
    /// Several tables that stand below each other, each under a header of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocks: Option<Blocks>,
    /// Canonical column names, each with the titles it may have in the header; one of them must stand there. Other columns keep their title.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Facts about the sheet, each with the cell that holds its text.
    #[serde(default)]
    pub facts: BTreeMap<String, CellPlace>,
    /// Makes a wide table long.
    #[serde(default)]
    pub unpivot: Option<Unpivot>,
    /// Whether a title that stands twice gets a number. It is no key: who declares columns must say which one is meant.
    #[serde(skip)]
    pub numbered: bool,
    /// Columns right of the last title that hold notes, from 1 and in ascending order. It is no key: who declares a table says where it ends.
    #[serde(skip)]
    pub beside: Vec<u32>,
}

/// The table `decode.xlsx.header`: the header is the first row that has certain titles, wherever it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct XlsxHeader {
    /// Titles that all stand in the row, in any column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub titles: Vec<String>,
    /// The first titles of the row, from its first cell that is not empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub starts_with: Vec<String>,
    /// The header's rows as distances from the row that was found, from the top: `[-1, 0]` is the row above and the row itself.
    #[serde(default = "itself")]
    pub rows: Vec<i32>,
    /// How many rows below the header are no data, such as units or column numbers.
    #[serde(default)]
    pub skip: u32,
}

/// What a row of HXL tags is, such as `#affected+idps #country+code`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hxl {
    /// No data: where such a row stands under the header, it is passed over.
    #[default]
    Skip,
    /// The header: its tags are the titles of the columns, and the row must be there.
    Names,
}

impl Hxl {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_skip(&self) -> bool {
        *self == Self::Skip
    }
}

/// The table `decode.xlsx.blocks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocks {
    /// The column that receives the title of the block.
    pub title: String,
    /// Where the title stands: the first text of the row that is so far from the row of the header that was found.
    #[serde(default = "above")]
    pub row: i32,
}

fn first() -> Vec<u32> {
    vec![1]
}

fn itself() -> Vec<i32> {
    vec![0]
}

fn above() -> i32 {
    -1
}

/// How far the rows of a header may stand from the row that is found.
const REACH: i32 = 100;

impl XlsxForm {
    /// A form that reads a sheet with one header row and nothing special.
    pub(crate) fn plain(sheet: &str, header_row: u32) -> Self {
        Self {
            sheet: Some(sheet.to_owned()),
            sheets: Vec::new(),
            header_rows: vec![header_row],
            header: None,
            join: None,
            hxl: Hxl::Skip,
            first_row: None,
            last_column: None,
            stop_when_empty: false,
            stop_at: Vec::new(),
            fill_down: Vec::new(),
            merged_rows: false,
            blocks: None,
            columns: BTreeMap::new(),
            facts: BTreeMap::new(),
            unpivot: None,
            numbered: false,
            beside: Vec::new(),
        }
    }

    /// How many rows the header has.
    pub(super) fn header_height(&self) -> usize {
        self.header.as_ref().map_or(self.header_rows.len(), |header| header.rows.len())
    }

    /// The last row of a header that has its place.
    fn last_header_row(&self) -> u32 {
        self.header_rows.last().copied().unwrap_or(1)
    }

    /// How many rows above the row that is found belong to its block.
    pub(super) fn rows_above(&self) -> u32 {
        let header = self.header.iter().filter_map(|header| header.rows.first());
        let title = self.blocks.iter().map(|blocks| &blocks.row);
        header.chain(title).min().map_or(0, |lowest| lowest.min(&0).unsigned_abs())
    }

    pub(crate) fn validate(&self) -> Result<(), DecodeError> {
        let refuse = |key: &str, problem: String| Err(DecodeError::Definition { key: format!("decode.xlsx.{key}"), problem });
        if self.sheet.is_some() && !self.sheets.is_empty() {
            return refuse("sheets", "say either sheet or sheets".to_owned());
        }
        if self.header_rows.is_empty() {
            return refuse("header_rows", "name at least one row".to_owned());
        }
        if self.header_rows[0] == 0 || self.header_rows.windows(2).any(|pair| pair[0] >= pair[1]) {
            return refuse("header_rows", "rows count from 1 and stand in ascending order".to_owned());
        }
        match &self.header {
            Some(header) => self.validate_header(header)?,
            None if self.blocks.is_some() => {
                return refuse("blocks", "each block is found by its header: say header.titles or header.starts_with".to_owned());
            }
            None => self.validate_rows()?,
        }
        match self.last_column {
            Some(0) => return refuse("last_column", "columns count from 1".to_owned()),
            Some(column) if column > MAX_COLUMNS => return refuse("last_column", format!("a sheet has {MAX_COLUMNS} columns")),
            _ => {}
        }
        if let Some(blocks) = self.blocks.as_ref().filter(|blocks| blocks.row.abs() > REACH) {
            return refuse("blocks.row", format!("{} is farther than {REACH} rows", blocks.row));
        }
        if self.stop_at.iter().any(|text| text.trim().is_empty()) {
            return refuse("stop_at", "an empty text begins every row".to_owned());
        }
        validate_columns("decode.xlsx", &self.columns, &[])?;
        facts::validate("decode.xlsx.facts", &self.facts)?;
        let levels = if self.join.is_some() || self.hxl == Hxl::Names { 1 } else { self.header_height() };
        self.unpivot.as_ref().map_or(Ok(()), |unpivot| {
            if let Some(name) = self.fill_down.iter().find(|name| !unpivot.keep.contains(name)) {
                return refuse("fill_down", format!("\"{name}\" is not kept"));
            }
            unpivot.validate("decode.xlsx.unpivot", levels, &self.columns)
        })
    }

    fn validate_rows(&self) -> Result<(), DecodeError> {
        let refuse = |key: &str, problem: String| Err(DecodeError::Definition { key: format!("decode.xlsx.{key}"), problem });
        let first_row = self.first_row.unwrap_or(self.last_header_row().saturating_add(1));
        if first_row.max(self.last_header_row()) > MAX_ROWS {
            return refuse("first_row", format!("a sheet has {MAX_ROWS} rows"));
        }
        if first_row <= self.last_header_row() {
            return refuse("first_row", format!("data starts below the last header row, {}", self.last_header_row()));
        }
        Ok(())
    }

    fn validate_header(&self, header: &XlsxHeader) -> Result<(), DecodeError> {
        let refuse =
            |key: &str, problem: &str| Err(DecodeError::Definition { key: format!("decode.xlsx.{key}"), problem: problem.to_owned() });
        if self.header_rows != first() || self.first_row.is_some() {
            return refuse("header", "a header that is found has no header_rows and no first_row: use header.rows and header.skip");
        }
        if header.titles.is_empty() == header.starts_with.is_empty() {
            return refuse("header", "say either titles or starts_with");
        }
        if header.titles.iter().chain(&header.starts_with).any(|title| title.trim().is_empty()) {
            return refuse("header", "an empty title stands everywhere");
        }
        if header.rows.is_empty() || header.rows.windows(2).any(|pair| pair[0] >= pair[1]) {
            return refuse("header.rows", "name at least one row, in ascending order");
        }
        if header.rows.iter().any(|row| row.abs() > REACH) || header.skip > REACH.unsigned_abs() {
            return refuse("header.rows", "no row of a header is farther than 100 rows away");
        }
        Ok(())
    }
}
