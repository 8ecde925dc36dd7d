//! A sink that checks every batch and keeps its rows.

use std::num::NonZero;

use paso_decode::{Batch, Column, DecodeError, Decoded, Parallel, Pieces, Prepare, Ragged, Sink, SinkError};

/// How the rows of a part follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Each row stands behind the one before it.
    Ascending,
    /// One physical row may become several rows.
    Repeating,
    /// The number of a row is its place in a cube, and the body may have any order.
    Any,
}

/// A row: where it stands, and its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub number: u32,
    pub cell: Option<u32>,
    pub texts: Vec<Option<String>>,
}

/// All rows of a part.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    pub name: Option<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// What a body consists of.
#[derive(Debug)]
pub struct Rows {
    pub parts: Vec<Part>,
    pub ragged: Vec<Ragged>,
    batch_rows: usize,
    order: Order,
    threads: usize,
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        (&self.parts, &self.ragged) == (&other.parts, &other.ragged)
    }
}

impl Rows {
    pub fn new(batch_rows: usize, order: Order) -> Self {
        Self { parts: Vec::new(), ragged: Vec::new(), batch_rows, order, threads: 1 }
    }

    /// Takes the body in pieces, on so many threads.
    pub fn on(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// The rows of every part, one after the other.
    pub fn all(&self) -> impl Iterator<Item = &Row> {
        self.parts.iter().flat_map(|part| &part.rows)
    }

    fn keep(&mut self, batch: &Batch) {
        let Batch { part, columns, rows, cells, data } = batch;
        assert!(!rows.is_empty(), "a batch has rows");
        // What one record of a long table becomes stays together.
        let one = cells.is_some() && rows.iter().all(|row| Some(row) == rows.first());
        assert!(one || rows.len() <= self.batch_rows, "{} rows in a batch of {}", rows.len(), self.batch_rows);
        assert_eq!(rows.len(), data.num_rows());
        assert_eq!(columns.len(), data.num_columns());
        assert!(cells.as_ref().is_none_or(|cells| cells.len() == rows.len()));
        let name = part.as_deref().map(str::to_owned);
        if self.parts.last().is_none_or(|last| last.name != name) {
            assert!(self.parts.iter().all(|other| other.name != name), "the part {name:?} goes on behind another one");
            let schema = data.schema();
            assert!(columns.iter().zip(schema.fields()).all(|(column, field)| column.name == *field.name()), "{columns:?} {schema:?}");
            let mut names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "two columns have one name: {columns:?}");
            self.parts.push(Part { name, columns: columns.to_vec(), rows: Vec::new() });
        }
        let order = self.order;
        let Some(part) = self.parts.last_mut() else { return };
        assert_eq!(part.columns, **columns, "every batch of a part has the same columns");
        let texts: Vec<_> = (0..columns.len()).map(|column| batch.texts(column)).collect();
        assert!(texts.iter().all(|texts| texts.len() == rows.len()));
        for (index, &number) in rows.iter().enumerate() {
            assert!(number > 0, "rows count from 1");
            let behind = part.rows.last().is_none_or(|last| match order {
                Order::Ascending if cells.is_none() => last.number < number,
                Order::Any => true,
                _ => last.number <= number,
            });
            assert!(behind, "row {number} stands behind {:?}", part.rows.last());
            let cell = cells.as_ref().map(|cells| cells[index]);
            assert!(cell != Some(0), "cells count from 1");
            part.rows.push(Row { number, cell, texts: texts.iter().map(|texts| texts.get(index).map(str::to_owned)).collect() });
        }
    }
}

impl Sink for Rows {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.keep(&batch);
        Ok(())
    }

    fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError> {
        assert!(ragged.row > 0, "rows count from 1");
        assert!(ragged.text.len() <= paso_decode::RAGGED_TEXT);
        self.ragged.push(ragged);
        Ok(())
    }

    fn pieces(&mut self, pieces: &mut dyn Pieces) -> Result<(), DecodeError> {
        let threads = NonZero::new(self.threads).expect("at least one thread");
        Parallel::new(threads, &AsItIs, |Decoded { batches, ragged }| {
            batches.iter().for_each(|batch| self.keep(batch));
            ragged.into_iter().try_for_each(|row| self.ragged(row))
        })
        .pieces(pieces)
    }
}

/// Does nothing with a piece.
struct AsItIs;

impl Prepare for AsItIs {
    type Done = Decoded;
    type Scratch = ();

    fn prepare(&self, (): &mut (), decoded: Decoded) -> Result<Decoded, SinkError> {
        Ok(decoded)
    }
}
