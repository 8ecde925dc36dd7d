//! Writing Parquet files.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use arrow::{
    compute::concat_batches,
    datatypes::{Schema, SchemaRef},
    record_batch::RecordBatch,
};

use super::{GroupEncoder, GroupWriter, ROW_GROUP_ROWS, ZSTD_LEVEL};
use crate::{LakeError, file::AtomicFile};

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
    encoder: GroupEncoder,
    file: GroupWriter<AtomicFile>,
    /// Rows that do not fill a row group yet.
    pending: Vec<RecordBatch>,
    pending_rows: usize,
    rows: u64,
}

impl Writer {
    /// Starts a file with these columns, in this order, and these entries in its footer.
    pub fn create(path: &Path, schema: &SchemaRef, footer: &BTreeMap<String, String>) -> Result<Self, LakeError> {
        // Metadata of a schema would not reach the file; without it, batches with and without it are equal.
        let schema = SchemaRef::new(Schema::new(schema.fields().clone()));
        let encoder = GroupEncoder::new(&schema, ZSTD_LEVEL).map_err(|error| name_file(error, path))?;
        let file = GroupWriter::new(AtomicFile::create(path)?, path, &schema, footer)?;
        Ok(Self { path: path.to_owned(), schema, encoder, file, pending: Vec::new(), pending_rows: 0, rows: 0 })
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
        self.file.finish()?.commit()?;
        Ok(self.rows)
    }

    /// Encodes one whole row group at once: its bytes then depend on its rows alone.
    fn encode_pending(&mut self) -> Result<(), LakeError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let rows = concat_batches(&self.schema, &self.pending).map_err(|error| LakeError::parquet("write", &self.path, error.into()))?;
        self.pending.clear();
        self.pending_rows = 0;
        let group = self.encoder.encode(rows.columns()).map_err(|error| name_file(error, &self.path))?;
        self.file.append(group)
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

/// Who cannot encode rows does not know which file they are for.
fn name_file(error: LakeError, path: &Path) -> LakeError {
    match error {
        LakeError::Encode { source } => LakeError::parquet("write", path, source),
        error => error,
    }
}
