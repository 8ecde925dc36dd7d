//! Reading Parquet files that paso wrote.

use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
};

use ::parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use arrow::{datatypes::SchemaRef, record_batch::RecordBatch};

use crate::LakeError;

const BATCH_ROWS: usize = 8192;

/// The entries of the footer. An entry without a value is an empty text.
pub fn footer(path: &Path) -> Result<BTreeMap<String, String>, LakeError> {
    let builder = open(path)?;
    let entries = builder.metadata().file_metadata().key_value_metadata();
    let entries = entries.into_iter().flatten();
    Ok(entries.map(|entry| (entry.key.clone(), entry.value.clone().unwrap_or_default())).collect())
}

/// The number of rows, from the footer alone.
pub fn row_count(path: &Path) -> Result<u64, LakeError> {
    Ok(open(path)?.metadata().file_metadata().num_rows().try_into().unwrap_or(0))
}

/// The columns.
pub fn schema(path: &Path) -> Result<SchemaRef, LakeError> {
    Ok(open(path)?.schema().clone())
}

/// The rows, in batches of at most 8,192.
pub fn read(path: &Path) -> Result<Batches, LakeError> {
    let reader = open(path)?.with_batch_size(BATCH_ROWS).build().map_err(|source| LakeError::parquet("read", path, source))?;
    Ok(Batches { path: path.to_owned(), reader })
}

fn open(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, LakeError> {
    let file = File::open(path).map_err(|source| LakeError::io("read", path, source))?;
    // Otherwise the footer's entries would become metadata of the schema, and no schema would equal the declared one.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).map_err(|source| LakeError::parquet("read", path, source))
}

/// The batches of one file, in order.
#[derive(Debug)]
pub struct Batches {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, LakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.reader.next()?;
        Some(batch.map_err(|source| LakeError::parquet("read", &self.path, source.into())))
    }
}
