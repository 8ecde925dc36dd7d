//! Writing Parquet files.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ::parquet::{
    arrow::{ArrowWriter, arrow_writer::ArrowWriterOptions},
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::{metadata::KeyValue, properties::WriterProperties},
};
use arrow::{
    compute::concat_batches,
    datatypes::{Schema, SchemaRef},
    record_batch::RecordBatch,
};

use super::ROW_GROUP_ROWS;
use crate::{LakeError, file::AtomicFile};

/// Stands in every file; a version of the program here would change the bytes of files whose rows are the same.
const CREATED_BY: &str = "paso version 1";
const ZSTD_LEVEL: i32 = 3;

/// Writes the batches of an iterator as one file and returns the number of rows. On any error, also of the iterator, there is no file.
///
/// The error type is the caller's own: whatever the batches fail with and a [`LakeError`] can become.
pub fn write<E: From<LakeError>>(
    path: &Path,
    schema: &SchemaRef,
    batches: impl IntoIterator<Item = Result<RecordBatch, E>>,
    footer: &BTreeMap<String, String>,
) -> Result<u64, E> {
    let mut writer = Writer::create(path, schema, footer)?;
    for batch in batches {
        writer.write(&batch?)?;
    }
    Ok(writer.finish()?)
}

/// Writes one file batch by batch. It appears at [`Writer::finish`]; dropped before, it leaves nothing.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    schema: SchemaRef,
    encoder: ArrowWriter<AtomicFile>,
    /// Rows that do not fill a row group yet.
    pending: Vec<RecordBatch>,
    pending_rows: usize,
    rows: u64,
}

impl Writer {
    /// Starts a file with these columns, in this order, and these entries in its footer.
    pub fn create(path: &Path, schema: &SchemaRef, footer: &BTreeMap<String, String>) -> Result<Self, LakeError> {
        let error = |source| LakeError::parquet("write", path, source);
        // Metadata of a schema would not reach the file; without it, batches with and without it are equal.
        let schema = SchemaRef::new(Schema::new(schema.fields().clone()));
        let entries = footer.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL).map_err(error)?))
            .set_created_by(CREATED_BY.to_owned())
            .set_key_value_metadata(Some(entries))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_max_row_group_bytes(None)
            .build();
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let file = AtomicFile::create(path)?;
        let encoder = ArrowWriter::try_new_with_options(file, schema.clone(), options).map_err(error)?;
        Ok(Self { path: path.to_owned(), schema, encoder, pending: Vec::new(), pending_rows: 0, rows: 0 })
    }

    /// Takes the next rows. Their columns must be those of the schema: same order, names and types, and no null where none may be.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        let batch = self.fit(batch)?;
        let mut taken = 0;
        while taken < batch.num_rows() {
            let length = (batch.num_rows() - taken).min(ROW_GROUP_ROWS - self.pending_rows);
            self.pending.push(batch.slice(taken, length));
            self.pending_rows += length;
            taken += length;
            if self.pending_rows == ROW_GROUP_ROWS {
                self.encode_pending()?;
            }
        }
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Completes the file, makes it visible, and returns its number of rows.
    pub fn finish(mut self) -> Result<u64, LakeError> {
        self.encode_pending()?;
        let Self { path, encoder, rows, .. } = self;
        encoder.into_inner().map_err(|source| LakeError::parquet("write", &path, source))?.commit()?;
        Ok(rows)
    }

    /// Encodes one whole row group in one call: page borders then depend on the rows alone.
    fn encode_pending(&mut self) -> Result<(), LakeError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let rows = concat_batches(&self.schema, &self.pending).map_err(ParquetError::from);
        let encoded = rows.and_then(|rows| self.encoder.write(&rows)).and_then(|()| self.encoder.flush());
        encoded.map_err(|source| LakeError::parquet("write", &self.path, source))?;
        self.pending.clear();
        self.pending_rows = 0;
        Ok(())
    }

    fn fit(&self, batch: &RecordBatch) -> Result<RecordBatch, LakeError> {
        let misfit = |detail| LakeError::Batch { path: self.path.clone(), first_row: self.rows, detail };
        let names = |schema: &Schema| schema.fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
        let (expected, found) = (names(&self.schema), names(batch.schema_ref()));
        if expected != found {
            let position = expected.iter().zip(&found).take_while(|(one, other)| one == other).count();
            let name = |names: &[String]| names.get(position).map_or_else(|| "none".to_owned(), |name| format!("{name:?}"));
            return Err(misfit(format!("column {} should be {} and is {}", position + 1, name(&expected), name(&found))));
        }
        RecordBatch::try_new(self.schema.clone(), batch.columns().to_vec()).map_err(|error| misfit(error.to_string()))
    }
}
