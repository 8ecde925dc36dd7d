use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::facts::{self, CellPlace};
use crate::header::validate_columns;
use crate::text::Encoding;
use crate::unpivot::Unpivot;

/// The table `decode.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a text, each a key of the definition")]
pub struct CsvForm {
    /// The character encoding. A byte order mark is dropped.
    #[serde(default)]
    pub encoding: Encoding,
    /// What stands between fields.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// How the header is found. Without it, it is the first line that is not blank.
    #[serde(default)]
    pub header: Option<CsvHeader>,
    /// Whether every line ends with a delimiter: the empty field after it is dropped, and must be empty.
    #[serde(default)]
    pub trailing_empty_column: bool,
    /// Whether null characters fill the end of the body, behind the text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nul_padding: bool,
    /// Whether quotes are characters like any other, and hold no field together.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub literal_quotes: bool,
    /// Whether a row may leave out its last fields where they are empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pad_short_rows: bool,
    /// The beginnings of notes: a row of another length than the header that begins so is no data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
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
    /// The last column of the table, from 1: fields to the right of it are not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_column: Option<u32>,
    /// Tables that stand below each other, each under a header of its own that `header` finds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocks: Option<CsvBlocks>,
    /// Whether a title that stands twice gets a number. It is no key: who declares columns must say which one is meant.
    #[serde(skip)]
    pub numbered: bool,
}

/// Tables below each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvBlocks {
    /// The column that receives the title of the block.
    pub title: String,
    /// Where the title stands: the first text of the record that is so far above the header; 1 unless said otherwise. 0 is the header itself.
    #[serde(default = "one")]
    pub above: u32,
}

fn one() -> u32 {
    1
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
    /// How many rows it has, one unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
    /// The titles of a body that has no header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub titles: Option<Vec<String>>,
    /// Whether some bodies have a header all the same, which says just these titles.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

fn comma() -> char {
    ','
}

impl Default for CsvForm {
    fn default() -> Self {
        Self {
            encoding: Encoding::default(),
            delimiter: comma(),
            header: None,
            trailing_empty_column: false,
            nul_padding: false,
            literal_quotes: false,
            pad_short_rows: false,
            notes: Vec::new(),
            unquoted_texts: Vec::new(),
            columns: BTreeMap::new(),
            optional: Vec::new(),
            facts: BTreeMap::new(),
            unpivot: None,
            last_column: None,
            blocks: None,
            numbered: false,
        }
    }
}

impl CsvForm {
    /// How many rows of titles there are.
    pub(super) fn header_rows(&self) -> usize {
        self.header.as_ref().and_then(|header| header.rows).unwrap_or(1) as usize
    }

    pub(crate) fn validate(&self) -> Result<(), DecodeError> {
        let refuse = |key: &str, problem: String| Err(DecodeError::Definition { key: format!("decode.csv.{key}"), problem });
        if !self.delimiter.is_ascii() || matches!(self.delimiter, '"' | '\r' | '\n' | '\0') {
            let problem = format!("must be one ASCII character other than a quote or a line end, found \"{}\"", self.delimiter);
            return refuse("delimiter", problem);
        }
        if let Some(header) = &self.header {
            header.validate()?;
        }
        if self.last_column == Some(0) {
            return refuse("last_column", "columns count from 1".to_owned());
        }
        if self.blocks.is_some() && self.header.as_ref().is_none_or(|header| header.starts_with.is_none()) {
            return refuse("blocks", "each table is found by what its header starts with".to_owned());
        }
        if let Some(text) = self.unquoted_texts.iter().find(|text| !text.contains(self.delimiter)) {
            return refuse("unquoted_texts", format!("\"{text}\" does not contain the delimiter"));
        }
        validate_columns("decode.csv", &self.columns, &self.optional)?;
        facts::validate("decode.csv.facts", &self.facts)?;
        self.unpivot.as_ref().map_or(Ok(()), |unpivot| unpivot.validate("decode.csv.unpivot", self.header_rows(), &self.columns))
    }
}

impl CsvHeader {
    fn validate(&self) -> Result<(), DecodeError> {
        let refuse =
            |key: &str, problem: &str| Err(DecodeError::Definition { key: format!("decode.csv.header{key}"), problem: problem.to_owned() });
        let Self { starts_with, row, rows, titles, optional } = self;
        if *optional && titles.is_none() {
            return refuse(".optional", "a body without a header needs titles");
        }
        let ways = [starts_with.is_some(), row.is_some(), titles.is_some()].into_iter().filter(|said| *said).count();
        match (starts_with, row, rows, titles) {
            (Some(titles), ..) if titles.is_empty() => refuse(".starts_with", "name at least one title"),
            (.., Some(titles)) if titles.is_empty() => refuse(".titles", "name at least one title"),
            (_, Some(0), ..) => refuse(".row", "lines count from 1"),
            (_, _, Some(0), _) => refuse(".rows", "a header has at least one row; a body without one needs titles"),
            (_, _, Some(_), Some(_)) => refuse(".rows", "a body that needs titles has no header rows"),
            (_, _, Some(_), _) if ways == 0 => Ok(()),
            _ if ways == 1 => Ok(()),
            _ => refuse("", "say either starts_with or row or titles"),
        }
    }
}
