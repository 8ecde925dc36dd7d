use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::encoding::Encoding;
use crate::error::DecodeError;
use crate::facts::{self, CellPlace};
use crate::forms::validate_columns;
use crate::unpivot::Unpivot;

/// The table `decode.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvForm {
    /// The character encoding. A byte order mark is dropped.
    #[serde(default)]
    pub encoding: Encoding,
    /// What stands between fields.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// The beginning of the name of the archive member to read; its folders do not count. Without it, the archive must hold one `.csv` file.
    #[serde(default)]
    pub member: Option<String>,
    /// How the header is found. Without it, it is the first line that is not blank.
    #[serde(default)]
    pub header: Option<CsvHeader>,
    /// Whether every line ends with a delimiter: the empty field after it is dropped, and must be empty.
    #[serde(default)]
    pub trailing_empty_column: bool,
    /// Texts that contain the delimiter and are published without quotes: their pieces are joined again where a row has too many fields.
    #[serde(default)]
    pub unquoted_texts: Vec<String>,
    /// Canonical column names, each with the titles it may have in the header; one of them must stand there. Other columns keep their title.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Names under `columns` that an edition may lack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional: Vec<String>,
    /// Facts about the body, each with the cell that holds its text.
    #[serde(default)]
    pub facts: BTreeMap<String, CellPlace>,
    /// Makes a wide table long.
    #[serde(default)]
    pub unpivot: Option<Unpivot>,
}

/// How the header is found: by one of the two keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvHeader {
    /// Its first titles: the first line that has them is the header, whatever stands above.
    #[serde(default)]
    pub starts_with: Option<Vec<String>>,
    /// Its line, from 1.
    #[serde(default)]
    pub row: Option<u32>,
}

fn comma() -> char {
    ','
}

impl Default for CsvForm {
    fn default() -> Self {
        Self {
            encoding: Encoding::default(),
            delimiter: comma(),
            member: None,
            header: None,
            trailing_empty_column: false,
            unquoted_texts: Vec::new(),
            columns: BTreeMap::new(),
            optional: Vec::new(),
            facts: BTreeMap::new(),
            unpivot: None,
        }
    }
}

impl CsvForm {
    pub(crate) fn validate(&self) -> Result<(), DecodeError> {
        let refuse = |key: &str, problem: String| Err(DecodeError::Definition { key: format!("decode.csv.{key}"), problem });
        if !self.delimiter.is_ascii() || matches!(self.delimiter, '"' | '\r' | '\n' | '\0') {
            let problem = format!("must be one ASCII character other than a quote or a line end, found \"{}\"", self.delimiter);
            return refuse("delimiter", problem);
        }
        if let Some(name) = self.optional.iter().find(|name| !self.columns.contains_key(*name)) {
            return refuse("optional", format!("\"{name}\" is not under columns"));
        }
        match &self.header {
            Some(CsvHeader { starts_with: Some(titles), row: None }) if titles.is_empty() => {
                return refuse("header.starts_with", "name at least one title".to_owned());
            }
            Some(CsvHeader { starts_with: None, row: Some(0) }) => return refuse("header.row", "lines count from 1".to_owned()),
            Some(CsvHeader { starts_with, row }) if starts_with.is_some() == row.is_some() => {
                return refuse("header", "say either starts_with or row".to_owned());
            }
            None | Some(_) => {}
        }
        if let Some(text) = self.unquoted_texts.iter().find(|text| !text.contains(self.delimiter)) {
            return refuse("unquoted_texts", format!("\"{text}\" does not contain the delimiter"));
        }
        validate_columns("decode.csv.columns", &self.columns)?;
        facts::validate("decode.csv.facts", &self.facts)?;
        self.unpivot.as_ref().map_or(Ok(()), |unpivot| unpivot.validate("decode.csv.unpivot", 1, &self.columns))
    }
}
