//! Parquet: each batch is a row group, its columns are texts, and an absent cell is null.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use arrow::{
    array::{ArrayRef, StringArray, UInt32Array, new_null_array},
    datatypes::{DataType, Field, Schema},
};
use paso_decode::{Batch, SinkError};
use paso_lake::parquet::{EncodedGroup, GroupEncoder, GroupWriter, ZSTD_LEVEL};

use super::{Cells, Form, Layout, Outlet};

/// Parquet, compressed with zstd.
#[derive(Debug, Clone)]
pub(crate) struct Groups {
    /// How errors call the file.
    pub(crate) path: PathBuf,
}

impl Form for Groups {
    type Scratch = Option<GroupEncoder>;
    type Piece = EncodedGroup;
    type Writer = GroupWriter<Outlet>;

    fn encode(
        &self,
        scratch: &mut Option<GroupEncoder>,
        layout: &Layout,
        cells: &[Cells],
        batch: &Batch,
    ) -> Result<EncodedGroup, SinkError> {
        let encoder = match scratch {
            Some(encoder) => encoder,
            none => none.insert(GroupEncoder::new(&schema(layout), ZSTD_LEVEL)?),
        };
        let arrays: Vec<ArrayRef> = cells.iter().zip(&layout.titles).map(|(cells, title)| array(*cells, title.is_number, batch)).collect();
        Ok(encoder.encode(&arrays)?)
    }

    fn start(&self, outlet: Outlet, layout: &Layout) -> Result<Self::Writer, SinkError> {
        Ok(GroupWriter::new(outlet, &self.path, &schema(layout), &BTreeMap::new())?)
    }

    fn append(writer: &mut Self::Writer, piece: EncodedGroup) -> Result<(), SinkError> {
        Ok(writer.append(piece)?)
    }

    fn finish(writer: Self::Writer) -> Result<Outlet, SinkError> {
        Ok(writer.finish()?)
    }
}

fn kind(is_number: bool) -> DataType {
    if is_number { DataType::UInt32 } else { DataType::Utf8 }
}

fn schema(layout: &Layout) -> Schema {
    Schema::new(layout.titles.iter().map(|title| Field::new(&title.name, kind(title.is_number), true)).collect::<Vec<_>>())
}

fn array(cells: Cells, is_number: bool, batch: &Batch) -> ArrayRef {
    let rows = batch.rows.len();
    match (cells, &batch.part, &batch.cells) {
        (Cells::Texts(column), ..) => Arc::clone(batch.data.column(column)),
        (Cells::Row, ..) => Arc::new(UInt32Array::from(batch.rows.clone())),
        (Cells::Cell, _, Some(cells)) => Arc::new(UInt32Array::from(cells.clone())),
        (Cells::Part, Some(part), _) => Arc::new(std::iter::repeat_n(Some(&**part), rows).collect::<StringArray>()),
        _ => new_null_array(&kind(is_number), rows),
    }
}
