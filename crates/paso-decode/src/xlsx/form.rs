use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::reader::{MAX_COLUMNS, MAX_ROWS};
use crate::error::DecodeError;
use crate::facts::{self, CellPlace};
use crate::forms::validate_columns;
use crate::unpivot::Unpivot;

/// The table `decode.xlsx`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct XlsxForm {
    /// The name of the sheet.
    pub sheet: String,
    /// The rows of titles, from the top. The lowest title names a column. In upper rows, a title over value columns counts for those to its right.
    #[serde(default = "first")]
    pub header_rows: Vec<u32>,
    /// The first row of data; the row below the last header row unless said otherwise.
    #[serde(default)]
    pub first_row: Option<u32>,
    /// The last column of the table, from 1: cells to the right of it are ignored. Without it, a value to the right of the last title is an error.
    #[serde(default)]
    pub last_column: Option<u32>,
    /// Whether the table ends at the first empty row, so that notes below it are not read. Otherwise empty rows are skipped.
    #[serde(default)]
    pub stop_when_empty: bool,
    /// Canonical column names, each with the titles it may have in the header; one of them must stand there. Other columns keep their title.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Facts about the sheet, each with the cell that holds its text.
    #[serde(default)]
    pub facts: BTreeMap<String, CellPlace>,
    /// Makes a wide table long.
    #[serde(default)]
    pub unpivot: Option<Unpivot>,
}

fn first() -> Vec<u32> {
    vec![1]
}

impl XlsxForm {
    /// The last row of the header.
    pub(super) fn last_header_row(&self) -> u32 {
        self.header_rows.last().copied().unwrap_or(1)
    }

    /// The first row of data.
    pub(super) fn first_row(&self) -> u32 {
        self.first_row.unwrap_or(self.last_header_row() + 1)
    }

    pub(crate) fn validate(&self) -> Result<(), DecodeError> {
        let refuse = |key: &str, problem: String| Err(DecodeError::Definition { key: format!("decode.xlsx.{key}"), problem });
        if self.header_rows.is_empty() {
            return refuse("header_rows", "name at least one row".to_owned());
        }
        if self.header_rows[0] == 0 || self.header_rows.windows(2).any(|pair| pair[0] >= pair[1]) {
            return refuse("header_rows", "rows count from 1 and stand in ascending order".to_owned());
        }
        if self.first_row().max(self.last_header_row()) > MAX_ROWS {
            return refuse("first_row", format!("a sheet has {MAX_ROWS} rows"));
        }
        if self.first_row() <= self.last_header_row() {
            return refuse("first_row", format!("data starts below the last header row, {}", self.last_header_row()));
        }
        match self.last_column {
            Some(0) => return refuse("last_column", "columns count from 1".to_owned()),
            Some(column) if column > MAX_COLUMNS => return refuse("last_column", format!("a sheet has {MAX_COLUMNS} columns")),
            _ => {}
        }
        validate_columns("decode.xlsx.columns", &self.columns)?;
        facts::validate("decode.xlsx.facts", &self.facts)?;
        self.unpivot.as_ref().map_or(Ok(()), |unpivot| unpivot.validate("decode.xlsx.unpivot", self.header_rows.len(), &self.columns))
    }
}
