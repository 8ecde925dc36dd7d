//! Row groups encoded straight from Arrow arrays, on any thread; files that take them in order.
//!
//! The writer of the parquet crate hashes and compares every row of a column, also of a dictionary array, whose keys say already which rows are
//! the same. Here a text is hashed and compared once for each distinct value, and the keys go into the pages. What a file holds is what the
//! stock writer makes of the same rows: schema, statistics, column and offset index, pages of version 1, zstd.
//!
//! | values | encoding |
//! |---|---|
//! | that repeat | dictionary of the distinct values in the order of their first use; keys in runs and packed bits |
//! | other texts | `DELTA_LENGTH_BYTE_ARRAY`: the lengths, then the texts |
//! | other integers, dates | `DELTA_BINARY_PACKED`: row numbers take a hundredth of a byte each |
//! | other floats, truth values | `PLAIN` |
//!
//! One file is written like this; the groups may be encoded on as many threads as there are, each with its own [`GroupEncoder`]:
//!
//! ```
//! use std::{collections::BTreeMap, path::Path, sync::Arc};
//! use arrow::{array::{ArrayRef, StringArray}, datatypes::{DataType, Field, Schema}};
//! use paso_lake::parquet::{GroupEncoder, GroupWriter, ZSTD_LEVEL};
//!
//! let schema = Schema::new(vec![Field::new("origin", DataType::Utf8, true)]);
//! let origins: ArrayRef = Arc::new(StringArray::from(vec![Some("PER"), None, Some("PER")]));
//! let group = GroupEncoder::new(&schema, ZSTD_LEVEL)?.encode(&[origins])?;
//! let mut writer = GroupWriter::new(Vec::new(), Path::new("origins.parquet"), &schema, &BTreeMap::new())?;
//! writer.append(group)?;
//! let file: Vec<u8> = writer.finish()?;
//! assert!(file.starts_with(b"PAR1"));
//! # Ok::<(), paso_lake::LakeError>(())
//! ```
//!
//! The bytes depend on the arrays alone: not on the thread, nor on what an encoder has encoded before.

mod bits;
mod chunk;
mod delta;
mod dictionary;
mod encoder;
mod file;
mod hybrid;
mod numbers;
mod rows;
mod statistics;
mod text;

pub use encoder::{ColumnValues, EncodedGroup, GroupEncoder};
pub use file::GroupWriter;

/// The most rows of a page.
const PAGE_ROWS: usize = 20_000;

/// A page of texts ends with the text that reaches so many bytes.
const PAGE_BYTES: usize = 1024 * 1024;

/// What one encoder works with; it keeps memory from chunk to chunk, and nothing else.
struct Scratch {
    codec: chunk::Codec,
    keys: dictionary::Keys,
    body: Vec<u8>,
}
