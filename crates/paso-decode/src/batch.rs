//! What a decoder hands over: batches of text columns, rows that do not fit the header, and facts about the body.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use arrow::array::RecordBatch;

/// One column of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The canonical name of the definition, else the header's text with its whitespace folded; `column 7` where the header is blank.
    pub name: String,
    /// The column in the part, from 1 (JSON: in the order in which keys first appear). 0 for the level and value columns of an unpivoted
    /// part, whose cells come from many columns: see [`Batch::cells`].
    pub position: u32,
}

/// Some rows of a part. Every batch of a part has the same columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The sheet or archive member; none for a bare body.
    pub part: Option<Arc<str>>,
    /// The columns, in the order of `data`.
    pub columns: Vec<Column>,
    /// The physical row of every row of `data`, from 1: the row of the sheet, the line where the CSV record starts, the ordinal of the JSON row.
    pub rows: Vec<u32>,
    /// Unpivoted parts only: the source column of every row's value cell, from 1.
    pub cells: Option<Vec<u32>>,
    /// One nullable Utf8 column for each entry of `columns`, same order, same names. Text is as published.
    pub data: RecordBatch,
}

/// A row that has another number of fields than its header, and is in no batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ragged {
    /// The archive member; none for a bare body.
    pub part: Option<Arc<str>>,
    /// The line where the row starts, from 1.
    pub row: u32,
    /// The row as published, cut after [`RAGGED_TEXT`] bytes.
    pub text: String,
    /// How many fields it has.
    pub fields: u32,
    /// How many fields the header has.
    pub expected: u32,
}

/// How many bytes of a ragged row are kept: a stray quote can swallow half a file.
pub const RAGGED_TEXT: usize = 4096;

/// What a sink may fail with; it comes back as [`crate::DecodeError::Sink`].
pub type SinkError = Box<dyn Error + Send + Sync>;

/// Receives what a decoder reads, in the order of the body.
///
/// When [`crate::decode`] fails, what the sink received before must be thrown away: the body is not what it claims to be.
pub trait Sink {
    /// Takes the next rows.
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError>;
    /// Takes a row that does not fit the header.
    fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError>;
}

/// What a body says about itself outside of its rows, such as the day of its last update, by the names of the definition.
pub type Facts = BTreeMap<String, String>;

/// Bounds on what one body may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes all members of an archive may inflate to, together.
    pub max_inflated_bytes: u64,
    /// How many rows a batch holds at most.
    pub batch_rows: usize,
}

impl Default for Limits {
    /// 512 MiB and 8,192 rows.
    fn default() -> Self {
        Self { max_inflated_bytes: 512 << 20, batch_rows: 8192 }
    }
}
