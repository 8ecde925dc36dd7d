//! Wide tables made long: one row for each value cell, so that a cell keeps its place.

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;

/// The table `unpivot`: some columns are kept, every cell of the others becomes a row of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unpivot {
    /// The columns that are repeated on every row: canonical names, or header texts. All others hold values.
    pub keep: Vec<String>,
    /// One name for each header row, from the top: the columns that receive the value column's titles.
    pub levels: Vec<String>,
    /// The column that receives the cell.
    #[serde(default = "value")]
    pub value: String,
}

fn value() -> String {
    "value".to_owned()
}

impl Unpivot {
    /// Checks the table against the other keys of its form. `key` is its own, such as `decode.csv.unpivot`.
    pub(crate) fn validate(&self, key: &str, header_rows: usize, renames: &crate::header::Renames) -> Result<(), DecodeError> {
        let refuse = |name: &str, problem: String| Err(DecodeError::Definition { key: format!("{key}.{name}"), problem });
        if self.keep.is_empty() {
            return refuse("keep", "at least one column must be kept, to say what the values are about".to_owned());
        }
        if self.levels.len() != header_rows {
            let problem = format!("{} levels for {header_rows} header rows: each header row fills one level", self.levels.len());
            return refuse("levels", problem);
        }
        let mut names: Vec<&str> = self.keep.iter().chain(&self.levels).chain([&self.value]).map(String::as_str).collect();
        names.sort_unstable();
        if let Some([name, ..]) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return refuse("keep", format!("\"{name}\" is named twice among keep, levels and value"));
        }
        if let Some(name) = renames.keys().find(|name| !self.keep.contains(name)) {
            return refuse("keep", format!("columns names \"{name}\", which is not kept"));
        }
        Ok(())
    }
}
