//! What the unit tests share.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use crate::{Batch, DecodeError, Facts, Forms, Limits, Ragged, Sink, SinkError};

/// A sink that keeps everything.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) batches: Vec<Batch>,
    pub(crate) ragged: Vec<Ragged>,
    pub(crate) facts: Facts,
}

impl Sink for Collected {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        if let Some(first) = self.batches.iter().find(|other| other.part == batch.part) {
            assert_eq!(first.columns, batch.columns, "every batch of a part has the same columns");
        }
        assert_eq!(batch.rows.len(), batch.data.num_rows());
        assert!(batch.cells.as_ref().is_none_or(|cells| cells.len() == batch.rows.len()));
        self.batches.push(batch);
        Ok(())
    }

    fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError> {
        self.ragged.push(ragged);
        Ok(())
    }
}

impl Collected {
    pub(crate) fn names(&self) -> Vec<&str> {
        self.batches.first().map(|batch| batch.columns.iter().map(|column| column.name.as_str()).collect()).unwrap_or_default()
    }

    pub(crate) fn rows(&self) -> Vec<u32> {
        self.batches.iter().flat_map(|batch| batch.rows.clone()).collect()
    }

    pub(crate) fn cells(&self) -> Vec<u32> {
        self.batches.iter().flat_map(|batch| batch.cells.clone().unwrap_or_default()).collect()
    }

    pub(crate) fn column(&self, name: &str) -> Vec<Option<String>> {
        self.batches
            .iter()
            .flat_map(|batch| {
                let column = batch.columns.iter().position(|column| column.name == name).unwrap_or_else(|| panic!("no column {name}"));
                let texts = batch.texts(column);
                (0..texts.len()).map(|row| texts.get(row).map(str::to_owned)).collect::<Vec<_>>()
            })
            .collect()
    }

    /// The cell of a row, counted from 0 over all batches.
    pub(crate) fn cell(&self, row: usize, name: &str) -> Option<String> {
        self.column(name)[row].clone()
    }
}

/// Decodes under a definition written as TOML.
pub(crate) fn decode_as(body: &[u8], definition: &str) -> Result<Collected, DecodeError> {
    decode_within(body, definition, Limits::default())
}

pub(crate) fn decode_within(body: &[u8], definition: &str, limits: Limits) -> Result<Collected, DecodeError> {
    let forms: Forms = toml::from_str(definition).unwrap();
    let mut sink = Collected::default();
    let facts = crate::decode(&crate::Bytes(body), &forms, limits, &mut sink)?;
    Ok(Collected { facts, ..sink })
}

/// An archive with these members.
pub(crate) fn zipped(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        if name.ends_with('/') {
            writer.add_directory(*name, SimpleFileOptions::default()).unwrap();
        } else {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}
