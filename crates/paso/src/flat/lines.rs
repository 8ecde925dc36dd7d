//! NDJSON: one JSON object for each row, with every column; an absent cell is null.

use std::io::Write as _;

use paso_decode::{Batch, SinkError};

use super::{Cells, Form, Layout, Outlet};

/// NDJSON.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines;

impl Form for Lines {
    type Scratch = ();
    type Piece = Vec<u8>;
    type Writer = Outlet;

    fn encode(&self, (): &mut (), layout: &Layout, cells: &[Cells], batch: &Batch) -> Result<Vec<u8>, SinkError> {
        let mut keys = Vec::with_capacity(cells.len());
        for (index, title) in layout.titles.iter().enumerate() {
            let mut key = vec![if index == 0 { b'{' } else { b',' }];
            serde_json::to_writer(&mut key, &title.name)?;
            key.push(b':');
            keys.push(key);
        }
        let texts: Vec<_> =
            cells.iter().map(|cells| if let Cells::Texts(column) = cells { Some(batch.texts(*column)) } else { None }).collect();
        let mut out = Vec::with_capacity(batch.rows.len() * cells.len() * 16);
        for row in 0..batch.rows.len() {
            for ((key, cells), texts) in keys.iter().zip(cells).zip(&texts) {
                out.extend_from_slice(key);
                match cells {
                    Cells::Row => write!(out, "{}", batch.rows[row])?,
                    Cells::Cell => serde_json::to_writer(&mut out, &batch.cells.as_ref().map(|cells| cells[row]))?,
                    Cells::Part => serde_json::to_writer(&mut out, &batch.part.as_deref())?,
                    Cells::Texts(_) | Cells::Absent => serde_json::to_writer(&mut out, &texts.and_then(|texts| texts.get(row)))?,
                }
            }
            out.extend_from_slice(b"}\n");
        }
        Ok(out)
    }

    fn start(&self, outlet: Outlet, _: &Layout) -> Result<Outlet, SinkError> {
        Ok(outlet)
    }

    fn append(writer: &mut Outlet, piece: Vec<u8>) -> Result<(), SinkError> {
        Ok(writer.write_all(&piece)?)
    }

    fn finish(writer: Outlet) -> Result<Outlet, SinkError> {
        Ok(writer)
    }
}
