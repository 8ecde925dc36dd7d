//! Files that take encoded row groups.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use ::parquet::{
    arrow::ArrowSchemaConverter,
    file::{metadata::KeyValue, properties::WriterProperties, writer::SerializedFileWriter},
};
use arrow::datatypes::Schema;

use super::EncodedGroup;
use crate::LakeError;

/// Stands in every file; a version of the program here would change the bytes of files whose rows are the same.
const CREATED_BY: &str = "paso version 1";

/// Writes a file of encoded row groups, in the order in which they come.
#[derive(Debug)]
pub struct GroupWriter<W: Write + Send> {
    path: PathBuf,
    writer: SerializedFileWriter<W>,
    rows: u64,
}

impl<W: Write + Send> GroupWriter<W> {
    /// Starts a file with these columns and these entries in its footer; `path` names it in errors.
    ///
    /// The schema is the one that the groups' encoders have.
    pub fn new(writer: W, path: &Path, schema: &Schema, footer: &BTreeMap<String, String>) -> Result<Self, LakeError> {
        let error = |source| LakeError::parquet("write", path, source);
        let entries = footer.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
        let properties = WriterProperties::builder().set_created_by(CREATED_BY.to_owned()).set_key_value_metadata(Some(entries)).build();
        let columns = ArrowSchemaConverter::new().convert(schema).map_err(error)?;
        let writer = SerializedFileWriter::new(writer, columns.root_schema_ptr(), Arc::new(properties)).map_err(error)?;
        Ok(Self { path: path.to_owned(), writer, rows: 0 })
    }

    /// Appends the next row group. One without rows leaves no trace.
    pub fn append(&mut self, group: EncodedGroup) -> Result<(), LakeError> {
        if group.rows() == 0 {
            return Ok(());
        }
        let error = |source| LakeError::parquet("write", &self.path, source);
        self.rows += group.rows() as u64;
        let mut writer = self.writer.next_row_group().map_err(error)?;
        for column in group.columns {
            writer.append_column(&column.bytes, column.close).map_err(error)?;
        }
        writer.close().map_err(error)?;
        Ok(())
    }

    /// Adds entries to the footer, for what is only known when the rows are.
    pub fn describe(&mut self, footer: &BTreeMap<String, String>) {
        for (key, value) in footer {
            self.writer.append_key_value_metadata(KeyValue::new(key.clone(), value.clone()));
        }
    }

    /// The number of rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes the footer and gives back what the file was written to. Of a file of the lake that is an
    /// [`AtomicFile`](crate::file::AtomicFile), which its commit makes visible.
    pub fn finish(self) -> Result<W, LakeError> {
        let Self { path, writer, .. } = self;
        writer.into_inner().map_err(|source| LakeError::parquet("write", &path, source))
    }
}
