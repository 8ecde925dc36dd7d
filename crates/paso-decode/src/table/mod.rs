//! Rows of cells in, batches out: the one place where text columns are assembled.

mod column;

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

pub(crate) use self::column::{CodedColumn, TextColumn};

use crate::batch::{Batch, Column, Limits, Ragged, Sink};
use crate::error::DecodeError;
use crate::header::{Layout, ValueColumn};
use crate::unpivot::Unpivot;

/// The cells of one row of a part; index 0 is column 1.
pub(crate) trait Cells {
    /// The text of a cell; none where it is empty.
    fn cell(&self, index: usize) -> Option<&str>;
}

/// The index under which a decoder's row yields the cell of a column that stands nowhere in the part, and so has position 0.
pub(crate) const MADE: usize = usize::MAX;

/// A batch is handed over when its text reaches this size, so that long cells do not make huge batches.
pub(crate) const BATCH_BYTES: usize = 16 << 20;

/// Collects rows into batches.
pub(crate) struct Table<'s> {
    part: Option<Arc<str>>,
    columns: Arc<[Column]>,
    schema: SchemaRef,
    keep: Vec<usize>,
    values: Arc<[ValueColumn]>,
    builders: Vec<TextColumn>,
    rows: Vec<u32>,
    cells: Vec<u32>,
    bytes: usize,
    batch_rows: usize,
    sink: &'s mut dyn Sink,
}

impl<'s> Table<'s> {
    pub(crate) fn new(part: Option<Arc<str>>, layout: Layout, unpivot: Option<&Unpivot>, limits: Limits, sink: &'s mut dyn Sink) -> Self {
        let (mut columns, values) = match layout {
            Layout::Long { columns } => (columns, Vec::new()),
            Layout::Wide { keep, values } => (keep, values),
        };
        let keep = columns.iter().map(|column| (column.position as usize).checked_sub(1).unwrap_or(MADE)).collect();
        if !values.is_empty() {
            let made = unpivot.iter().flat_map(|unpivot| unpivot.levels.iter().chain([&unpivot.value]));
            columns.extend(made.map(|name| Column::cell(name.as_str(), 0)));
        }
        Self {
            part,
            builders: columns.iter().map(|_| TextColumn::default()).collect(),
            schema: schema(&columns),
            columns: columns.into(),
            keep,
            values: values.into(),
            rows: Vec::new(),
            cells: Vec::new(),
            bytes: 0,
            batch_rows: limits.batch_rows.max(1),
            sink,
        }
    }

    /// Takes the cells of a row of the part.
    pub(crate) fn row(&mut self, number: u32, cells: &impl Cells) -> Result<(), DecodeError> {
        if self.values.is_empty() {
            self.append_kept(cells);
            return self.end_row(number);
        }
        let values = Arc::clone(&self.values);
        values.iter().try_for_each(|value| self.value(number, cells, value))
    }

    fn value(&mut self, number: u32, cells: &impl Cells, value: &ValueColumn) -> Result<(), DecodeError> {
        self.append_kept(cells);
        let kept = self.keep.len();
        for (builder, level) in self.builders[kept..].iter_mut().zip(&value.levels) {
            builder.push(level);
        }
        let text = cells.cell(value.position as usize - 1);
        self.bytes += add(&mut self.builders[kept + value.levels.len()], text);
        self.cells.push(value.position);
        self.end_row(number)
    }

    fn append_kept(&mut self, cells: &impl Cells) {
        for (builder, &index) in self.builders.iter_mut().zip(&self.keep) {
            self.bytes += add(builder, cells.cell(index));
        }
    }

    fn end_row(&mut self, number: u32) -> Result<(), DecodeError> {
        self.rows.push(number);
        // Every cell has a key, also those that are absent: rows of thousands of columns make smaller batches.
        self.bytes += self.builders.len() * size_of::<u32>();
        if self.rows.len() >= self.batch_rows || self.bytes >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    /// Hands over a row that does not fit the header.
    pub(crate) fn ragged(&mut self, row: u32, text: String, fields: usize, expected: usize) -> Result<(), DecodeError> {
        let ragged = Ragged { part: self.part.clone(), row, text, fields: fields as u32, expected: expected as u32 };
        self.sink.ragged(ragged).map_err(|source| DecodeError::Sink { source })
    }

    /// Hands over the last rows.
    pub(crate) fn finish(mut self) -> Result<(), DecodeError> {
        if self.rows.is_empty() { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), DecodeError> {
        if self.builders.is_empty() {
            return Err(DecodeError::Empty { place: "the body".to_owned(), problem: "its rows have no columns".to_owned() });
        }
        let arrays = self.builders.iter_mut().map(TextColumn::finish).collect::<Result<_, _>>()?;
        let data = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(|source| DecodeError::Batch { source })?;
        let cells = std::mem::take(&mut self.cells);
        let batch = Batch {
            part: self.part.clone(),
            columns: Arc::clone(&self.columns),
            rows: std::mem::take(&mut self.rows),
            cells: (!self.values.is_empty()).then_some(cells),
            data,
        };
        self.bytes = 0;
        self.sink.batch(batch).map_err(|source| DecodeError::Sink { source })
    }
}

/// Adds a cell and says how many bytes of text it has at most.
fn add(column: &mut TextColumn, text: Option<&str>) -> usize {
    match text {
        Some(text) => column.push(text),
        None => column.push_absent(),
    }
    text.map_or(0, str::len)
}

/// The schema of a part's batches.
pub(crate) fn schema(columns: &[Column]) -> SchemaRef {
    let texts = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
    Arc::new(Schema::new(columns.iter().map(|column| Field::new(&column.name, texts.clone(), true)).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Collected;

    struct Row(Vec<Option<&'static str>>);

    impl Cells for Row {
        fn cell(&self, index: usize) -> Option<&str> {
            self.0.get(index).copied().flatten()
        }
    }

    fn column(name: &str, position: u32) -> Column {
        Column::cell(name, position)
    }

    #[test]
    fn every_batch_has_the_same_columns_and_at_most_the_declared_rows() {
        let mut sink = Collected::default();
        let layout = Layout::Long { columns: vec![column("a", 1), column("b", 3)] };
        let mut table = Table::new(Some("part".into()), layout, None, Limits { batch_rows: 2, ..Limits::default() }, &mut sink);
        for row in 1..=5 {
            table.row(row, &Row(vec![Some("x"), Some("ignored"), None])).unwrap();
        }
        table.finish().unwrap();
        assert_eq!(sink.batches.iter().map(|batch| batch.rows.clone()).collect::<Vec<_>>(), [vec![1, 2], vec![3, 4], vec![5]]);
        assert!(sink.batches.iter().all(|batch| *batch.columns == [column("a", 1), column("b", 3)] && batch.cells.is_none()));
        assert_eq!(sink.cell(4, "a"), Some("x".to_owned()));
        assert_eq!(sink.cell(4, "b"), None);
    }

    #[test]
    fn a_batch_of_absent_cells_has_a_size_too() {
        let mut sink = Collected::default();
        let columns = (1..=4096).map(|position| column(&position.to_string(), position)).collect();
        let mut table = Table::new(None, Layout::Long { columns }, None, Limits::default(), &mut sink);
        for row in 1..=2000 {
            table.row(row, &Row(Vec::new())).unwrap();
        }
        table.finish().unwrap();
        assert_eq!(sink.batches.iter().map(|batch| batch.rows.len()).collect::<Vec<_>>(), [1024, 976]);
    }

    #[test]
    fn unpivoting_repeats_what_is_kept_and_remembers_the_cell() {
        let mut sink = Collected::default();
        let value = |position, levels: [&str; 2]| ValueColumn { position, levels: levels.map(str::to_owned).to_vec() };
        let layout = Layout::Wide { keep: vec![column("code", 1)], values: vec![value(2, ["m", "1990"]), value(3, ["f", "1990"])] };
        let unpivot = Unpivot { keep: vec!["code".into()], levels: vec!["sex".into(), "year".into()], value: "value".into() };
        let mut table = Table::new(None, layout, Some(&unpivot), Limits { batch_rows: 3, ..Limits::default() }, &mut sink);
        table.row(12, &Row(vec![Some("900"), Some("1"), None])).unwrap();
        table.row(13, &Row(vec![Some("152"), Some(""), Some("4")])).unwrap();
        table.finish().unwrap();
        assert_eq!(sink.rows(), [12, 12, 13, 13]);
        assert_eq!(sink.cells(), [2, 3, 2, 3]);
        assert_eq!(sink.names(), ["code", "sex", "year", "value"]);
        assert_eq!(sink.column("value"), [Some("1"), None, Some(""), Some("4")].map(|v| v.map(str::to_owned)));
        assert_eq!(sink.column("sex"), ["m", "f", "m", "f"].map(|v| Some(v.to_owned())));
    }

    #[test]
    fn a_failing_sink_is_reported() {
        struct Full;
        impl Sink for Full {
            fn batch(&mut self, _: Batch) -> Result<(), crate::SinkError> {
                Err("disk full".into())
            }
            fn ragged(&mut self, _: crate::Ragged) -> Result<(), crate::SinkError> {
                Err("disk full".into())
            }
        }
        let mut sink = Full;
        let mut table = Table::new(None, Layout::Long { columns: vec![column("a", 1)] }, None, Limits::default(), &mut sink);
        table.row(1, &Row(vec![Some("x")])).unwrap();
        assert!(matches!(table.finish(), Err(DecodeError::Sink { .. })));
    }
}
