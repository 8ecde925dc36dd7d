//! What a decoder hands over: batches of text columns, rows that do not fit the header, and facts about the body.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::{Field, Schema, UInt32Type};

use crate::error::DecodeError;
use crate::work::{Pieces, one_by_one};

/// What a column of a statistical message is, where its format says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// A column of a format that does not tell: CSV, JSON tables, workbooks.
    #[default]
    Cell,
    /// Part of what identifies an observation.
    Dimension,
    /// An observed value.
    Measure,
    /// Says something about an observation, or about a group of them.
    Attribute,
}

/// One column of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The canonical name of the definition, else the header's text with its whitespace folded; `column 7` where the header is blank.
    pub name: String,
    /// The column in the part, from 1 (JSON: in the order in which keys first appear). 0 for the level and value columns of an unpivoted
    /// part, whose cells come from many columns: see [`Batch::cells`].
    pub position: u32,
    /// What the format says that the column is.
    pub role: Role,
}

impl Column {
    /// A column of a format that does not tell roles.
    pub fn cell(name: impl Into<String>, position: u32) -> Self {
        Self { name: name.into(), position, role: Role::Cell }
    }
}

/// Some rows of a part. Every batch of a part has the same columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The sheet, the archive member, the JSON pointer of the data set; none for a bare body with one table.
    pub part: Option<Arc<str>>,
    /// The columns, in the order of `data`.
    pub columns: Arc<[Column]>,
    /// The physical row of every row of `data`, from 1: the row of the sheet, the line where the CSV record starts, the ordinal of the JSON row
    /// or of the observation in its data set.
    pub rows: Vec<u32>,
    /// Unpivoted parts only: the source column of every row's value cell, from 1.
    pub cells: Option<Vec<u32>>,
    /// One column for each entry of `columns`, same order, same names: nullable texts as published, dictionary-encoded with keys of 32 bits.
    /// The texts of a dictionary may repeat, and a column whose cells hardly repeat has one for each row.
    pub data: RecordBatch,
}

impl Batch {
    /// The texts of a column.
    pub fn texts(&self, column: usize) -> Texts<'_> {
        Texts::of(self.data.column(column))
    }

    /// The batch with further columns of one text each: what is known of its rows from elsewhere, such as their address. They stand in no
    /// column of the body, so their position is 0. A column of the body that has one of their names is an error: one of the two would be hidden.
    pub fn with_texts(self, texts: &BTreeMap<String, String>) -> Result<Self, SinkError> {
        if texts.is_empty() {
            return Ok(self);
        }
        if let Some(column) = self.columns.iter().find(|column| texts.contains_key(&column.name)) {
            let name = &column.name;
            return Err(format!(
                "the body has a column {name:?} of its own: what is known of its rows from elsewhere (request.each) needs another name"
            )
            .into());
        }
        let rows = self.rows.len();
        let mut columns = self.columns.to_vec();
        let mut fields = self.data.schema().fields().to_vec();
        let mut arrays = self.data.columns().to_vec();
        for (name, text) in texts {
            columns.push(Column::cell(name.clone(), 0));
            let array: ArrayRef = Arc::new(DictionaryArray::<UInt32Type>::try_new(
                UInt32Array::from(vec![0; rows]),
                Arc::new(StringArray::from_iter_values([text])),
            )?);
            fields.push(Arc::new(Field::new(name, array.data_type().clone(), true)));
            arrays.push(array);
        }
        let data = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?;
        Ok(Self { columns: columns.into(), data, ..self })
    }
}

/// The texts of a column of a [`Batch`].
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    column: &'a DictionaryArray<UInt32Type>,
    values: &'a StringArray,
}

impl<'a> Texts<'a> {
    pub(crate) fn of(column: &'a ArrayRef) -> Self {
        let column = column.as_dictionary::<UInt32Type>();
        Self { column, values: column.values().as_string() }
    }

    /// The text of a row; none where the cell is absent.
    pub fn get(&self, row: usize) -> Option<&'a str> {
        self.column.is_valid(row).then(|| self.values.value(self.column.keys().value(row) as usize))
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.column.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The position of every row's text among the [`Texts::values`].
    pub fn keys(&self) -> &'a UInt32Array {
        self.column.keys()
    }

    /// The distinct texts, or more: a text may stand here twice.
    pub fn values(&self) -> &'a StringArray {
        self.values
    }
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
    /// Takes a body in pieces: one by one, unless the sink has threads to share them.
    fn pieces(&mut self, pieces: &mut dyn Pieces) -> Result<(), DecodeError> {
        one_by_one(pieces, self)
    }
}

/// What a body says about itself outside of its rows, such as the day of its last update, by the names of the definition.
pub type Facts = BTreeMap<String, String>;

/// Bounds on what one body may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes one container may inflate to: a gzip file, a Zstandard file, one member of an archive. Each counts for itself, and anew
    /// whenever it is read again, so a workbook of twenty parts may hold twenty times as much. What has to be kept in memory (an XLS workbook, an
    /// archive inside of another container) is held to the same cap and to 256 MiB.
    pub max_inflated_bytes: u64,
    /// How many rows a batch holds at most.
    pub batch_rows: usize,
}

impl Default for Limits {
    /// 512 MiB and 65,536 rows.
    fn default() -> Self {
        Self { max_inflated_bytes: 512 << 20, batch_rows: 1 << 16 }
    }
}
