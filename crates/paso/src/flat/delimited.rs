//! CSV as RFC 4180 has it, with line feeds: a field is quoted where it must be, and an absent cell is an empty field.

use std::io::Write as _;

use arrow::array::Array as _;
use paso_decode::{Batch, SinkError, Texts};

use super::{Cells, Form, Layout, Outlet};

/// CSV.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delimited;

impl Form for Delimited {
    type Scratch = ();
    type Piece = Vec<u8>;
    type Writer = Outlet;

    fn encode(&self, (): &mut (), _: &Layout, cells: &[Cells], batch: &Batch) -> Result<Vec<u8>, SinkError> {
        let fields: Vec<Field<'_>> = cells.iter().map(|cells| Field::of(*cells, batch)).collect();
        let mut out = Vec::with_capacity(batch.rows.len() * fields.len() * 8);
        for row in 0..batch.rows.len() {
            let start = out.len();
            for (index, field) in fields.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                field.write(row, &mut out)?;
            }
            // A blank line would be no record.
            if out.len() == start {
                out.extend_from_slice(b"\"\"");
            }
            out.push(b'\n');
        }
        Ok(out)
    }

    fn start(&self, mut outlet: Outlet, layout: &Layout) -> Result<Outlet, SinkError> {
        let mut line = Vec::new();
        for (index, title) in layout.titles.iter().enumerate() {
            if index > 0 {
                line.push(b',');
            }
            write(&title.name, must_be_quoted(&title.name), &mut line);
        }
        line.push(b'\n');
        outlet.write_all(&line)?;
        Ok(outlet)
    }

    fn append(writer: &mut Outlet, piece: Vec<u8>) -> Result<(), SinkError> {
        Ok(writer.write_all(&piece)?)
    }

    fn finish(writer: Outlet) -> Result<Outlet, SinkError> {
        Ok(writer)
    }
}

/// The cells of a column.
enum Field<'b> {
    Absent,
    /// With the texts of the dictionary that must be quoted, which are looked at once.
    Texts(Texts<'b>, Vec<bool>),
    Same(&'b str),
    Numbers(&'b [u32]),
}

impl<'b> Field<'b> {
    fn of(cells: Cells, batch: &'b Batch) -> Self {
        match cells {
            Cells::Absent => Self::Absent,
            Cells::Texts(column) => {
                let texts = batch.texts(column);
                let values = texts.values();
                Self::Texts(texts, (0..values.len()).map(|key| must_be_quoted(values.value(key))).collect())
            }
            Cells::Part => batch.part.as_deref().map_or(Self::Absent, Self::Same),
            Cells::Row => Self::Numbers(&batch.rows),
            Cells::Cell => batch.cells.as_deref().map_or(Self::Absent, Self::Numbers),
        }
    }

    fn write(&self, row: usize, out: &mut Vec<u8>) -> std::io::Result<()> {
        match self {
            Self::Absent => {}
            Self::Texts(texts, quoted) => {
                if let Some(text) = texts.get(row) {
                    write(text, quoted[texts.keys().value(row) as usize], out);
                }
            }
            Self::Same(text) => write(text, must_be_quoted(text), out),
            Self::Numbers(numbers) => write!(out, "{}", numbers[row])?,
        }
        Ok(())
    }
}

fn must_be_quoted(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
}

fn write(text: &str, quoted: bool, out: &mut Vec<u8>) {
    if !quoted {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for (index, piece) in text.split('"').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(piece.as_bytes());
    }
    out.push(b'"');
}
