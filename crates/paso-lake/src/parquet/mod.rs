//! Parquet files: the wall between the stages.
//!
//! The same rows give the same bytes, however they arrive: row groups are filled to [`ROW_GROUP_ROWS`] before anything is encoded, the writer's
//! name is fixed, and footer entries are sorted. Texts are plain Utf8, with a dictionary where they repeat, and no Arrow schema is embedded, so
//! that every reader sees strings.

mod pages;
mod read;
mod write;

pub use pages::{ColumnValues, EncodedGroup, GroupEncoder, GroupWriter};
pub use read::{Batches, footer, read, row_count, schema};
pub use write::{Writer, write};

/// The most rows in a row group.
pub const ROW_GROUP_ROWS: usize = 128 * 1024;

/// The level of compression of the lake's files.
pub const ZSTD_LEVEL: i32 = 3;
