//! Cells in, batches out: the position of a cell in its cube becomes a category of every dimension.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;

use super::form::{JsonStatForm, Labels};
use super::structure::{DataSet, Dimension, malformed, place};
use crate::batch::{Batch, Column, Limits, Role, Sink};
use crate::error::DecodeError;
use crate::header::{canonical, distinct, fold};
use crate::position::Position;
use crate::table::{CodedColumn, TextColumn, schema};

/// The column of the values.
const VALUE: &str = "OBS_VALUE";
/// The column of the statuses, and its name where a dimension is called so already.
const STATUS: [&str; 2] = ["status", "OBS_STATUS"];
/// A batch is handed over when its values and statuses reach this size, in bytes.
const BATCH_BYTES: usize = 16 << 20;
/// A dimension with more categories than this does not put all of them into every batch.
const SHARED: usize = 4096;

/// Collects the rows of one data set.
pub(super) struct Rows<'s> {
    part: Option<Arc<str>>,
    columns: Arc<[Column]>,
    schema: SchemaRef,
    place: String,
    at: Position,
    axes: Vec<Axis>,
    numbers: Vec<u32>,
    values: TextColumn,
    statuses: Option<TextColumn>,
    batch_rows: usize,
    sink: &'s mut dyn Sink,
    /// How many rows came out.
    pub(super) count: u64,
}

impl<'s> Rows<'s> {
    pub(super) fn new(
        set: &DataSet,
        part: Option<Arc<str>>,
        has_status: bool,
        form: &JsonStatForm,
        limits: Limits,
        sink: &'s mut dyn Sink,
    ) -> Result<Self, DecodeError> {
        let place = place(&set.pointer);
        let columns = columns(&set.dimensions, has_status, form);
        distinct(&place, 1, &columns)?;
        let mut stride = 1_u64;
        let mut axes = Vec::with_capacity(set.dimensions.len());
        for dimension in set.dimensions.iter().rev() {
            axes.push(Axis::new(dimension, stride, form.labels));
            stride = stride.saturating_mul(dimension.size() as u64);
        }
        axes.reverse();
        Ok(Self {
            part,
            schema: schema(&columns),
            columns: columns.into(),
            place,
            at: set.value.at,
            axes,
            numbers: Vec::new(),
            values: TextColumn::default(),
            statuses: has_status.then(TextColumn::default),
            batch_rows: limits.batch_rows.max(1),
            sink,
            count: 0,
        })
    }

    /// Takes a cell. It comes out where it has a value, or a status of its own that says something.
    pub(super) fn cell(&mut self, position: u64, value: Option<&str>, status: Option<&str>) -> Result<(), DecodeError> {
        if value.is_none() && status.is_none_or(str::is_empty) {
            return Ok(());
        }
        let number = u32::try_from(position).ok().and_then(|position| position.checked_add(1)).ok_or_else(|| {
            let problem = format!("cell {position} is beyond those that rows can be counted for, {}", u32::MAX);
            malformed(&self.place, self.at, "CUBE_SIZE_OVERFLOW", problem)
        })?;
        self.numbers.push(number);
        add(&mut self.values, value);
        if let Some(statuses) = &mut self.statuses {
            add(statuses, status);
        }
        let bytes = self.values.bytes() + self.statuses.as_ref().map_or(0, TextColumn::bytes);
        if self.numbers.len() >= self.batch_rows || bytes >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    /// Hands over the last rows.
    pub(super) fn finish(mut self) -> Result<u64, DecodeError> {
        if !self.numbers.is_empty() {
            self.flush()?;
        }
        Ok(self.count)
    }

    fn flush(&mut self) -> Result<(), DecodeError> {
        let rows = std::mem::take(&mut self.numbers);
        let mut arrays = self.axes.iter_mut().map(|axis| axis.column(&rows)).collect::<Result<Vec<_>, _>>()?;
        arrays.push(self.values.finish()?);
        if let Some(statuses) = &mut self.statuses {
            arrays.push(statuses.finish()?);
        }
        let data = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(|source| DecodeError::Batch { source })?;
        self.count += rows.len() as u64;
        let batch = Batch { part: self.part.clone(), columns: Arc::clone(&self.columns), rows, cells: None, data };
        self.sink.batch(batch).map_err(|source| DecodeError::Sink { source })
    }
}

fn add(column: &mut TextColumn, text: Option<&str>) {
    match text {
        Some(text) => column.push(text),
        None => column.push_absent(),
    }
}

fn columns(dimensions: &[Dimension], has_status: bool, form: &JsonStatForm) -> Vec<Column> {
    let name = |id: &str| canonical(&form.columns, &fold(id)).unwrap_or(id).to_owned();
    let mut columns: Vec<(String, Role)> = dimensions.iter().map(|dimension| (name(&dimension.id), Role::Dimension)).collect();
    columns.push((VALUE.to_owned(), Role::Measure));
    if has_status {
        let taken = columns.iter().any(|(name, _)| name == STATUS[0]);
        columns.push((STATUS[usize::from(taken)].to_owned(), Role::Attribute));
    }
    columns.into_iter().zip(1..).map(|((name, role), position)| Column { name, position, role }).collect()
}

/// One dimension of the cube.
struct Axis {
    /// From one category to the next it is so many cells.
    stride: u64,
    size: u64,
    /// The category of the cells from `from` up to, not with, `until`.
    category: u32,
    from: u64,
    until: u64,
    texts: Texts,
}

enum Texts {
    /// Every batch has all of them.
    Shared(CodedColumn),
    /// Every batch has those that occur in it.
    Many(Vec<Box<str>>, TextColumn),
}

impl Axis {
    fn new(dimension: &Dimension, stride: u64, labels: Labels) -> Self {
        let text = |position: usize| {
            let id = dimension.category(position).unwrap_or_default();
            match (labels, dimension.category_label(position)) {
                (Labels::Id, _) | (_, None) => id.to_owned(),
                (Labels::Name, Some(label)) => label.to_owned(),
                (Labels::Both, Some(label)) => format!("{id}: {label}"),
            }
        };
        let texts: Vec<Box<str>> = (0..dimension.size()).map(|position| text(position).into()).collect();
        let texts = if texts.len() > SHARED {
            Texts::Many(texts, TextColumn::default())
        } else {
            Texts::Shared(CodedColumn::new(texts.iter().map(AsRef::as_ref)))
        };
        Self { stride, size: dimension.size() as u64, category: 0, from: 0, until: stride, texts }
    }

    fn column(&mut self, rows: &[u32]) -> Result<ArrayRef, DecodeError> {
        for row in rows {
            self.move_to(u64::from(*row).saturating_sub(1));
            let category = self.category;
            match &mut self.texts {
                Texts::Shared(column) => column.push(category),
                Texts::Many(texts, column) => add(column, texts.get(category as usize).map(AsRef::as_ref)),
            }
        }
        match &mut self.texts {
            Texts::Shared(column) => column.finish(),
            Texts::Many(_, column) => column.finish(),
        }
    }

    /// Finds the category of a cell. Most cells come right after the one before, and need no division.
    fn move_to(&mut self, position: u64) {
        if position >= self.from && position < self.until {
            return;
        }
        if position == self.until {
            self.category += 1;
            if u64::from(self.category) >= self.size {
                self.category = 0;
            }
            self.from = position;
        } else {
            let step = position / self.stride.max(1);
            self.category = (step % self.size.max(1)) as u32;
            self.from = step * self.stride;
        }
        self.until = self.from.saturating_add(self.stride);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_a_digit_of_the_position() {
        for (stride, size) in [(1, 4), (4, 3), (12, 2), (1, 1), (6, 1), (u64::MAX, 2)] {
            let mut axis = Axis { stride, size, category: 0, from: 0, until: stride, texts: Texts::Many(Vec::new(), TextColumn::default()) };
            let ascending = 0..24;
            let runs = [8, 9, 10, 23, 0, 1, 12, 11, 13, 13];
            for position in ascending.chain(runs) {
                axis.move_to(position);
                assert_eq!(u64::from(axis.category), position / stride % size, "{position} / {stride} % {size}");
            }
        }
    }
}
