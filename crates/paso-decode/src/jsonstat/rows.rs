//! Cells in, batches out: the position of a cell in its cube becomes a category of every dimension.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;

use super::form::JsonStatForm;
use super::structure::{DataSet, Dimension, malformed, place};
use crate::batch::{Batch, Column, Limits, Role, Sink};
use crate::error::DecodeError;
use crate::header::{canonical, distinct, fold};
use crate::labels::Labels;
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
    axes: Vec<Axis<'s>>,
    numbers: Vec<u32>,
    values: TextColumn,
    statuses: Option<TextColumn>,
    most: usize,
    sink: &'s mut dyn Sink,
    /// How many rows came out.
    pub(super) count: u64,
}

impl<'s> Rows<'s> {
    pub(super) fn new(
        set: &'s DataSet,
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
            most: limits.batch_rows.max(1),
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
        if self.numbers.len() >= self.most || bytes >= BATCH_BYTES { self.flush() } else { Ok(()) }
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
        let mut arrays = Vec::with_capacity(self.columns.len());
        self.axes.iter_mut().try_for_each(|axis| axis.finish(&rows, &mut arrays))?;
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
    let mut columns: Vec<(String, Role)> = Vec::new();
    for dimension in dimensions {
        let name = canonical(&form.columns, &fold(&dimension.id)).unwrap_or(&dimension.id);
        columns.push((name.to_owned(), Role::Dimension));
        if form.labels == Labels::Name && dimension.has_labels() {
            columns.push((format!("{name}_label"), Role::Cell));
        }
    }
    columns.push((VALUE.to_owned(), Role::Measure));
    if has_status {
        let taken = columns.iter().any(|(name, _)| name == STATUS[0]);
        columns.push((STATUS[usize::from(taken)].to_owned(), Role::Attribute));
    }
    columns.into_iter().zip(1..).map(|((name, role), position)| Column { name, position, role }).collect()
}

/// One dimension of the cube.
struct Axis<'a> {
    /// From one category to the next it is so many cells.
    stride: u64,
    size: u64,
    /// The category of the cells from `from` up to, not with, `until`.
    category: u32,
    from: u64,
    until: u64,
    /// The category's id, and its label where that has a column of its own.
    columns: Vec<Texts<'a>>,
}

/// A column of the categories of a dimension.
struct Texts<'a> {
    dimension: &'a Dimension,
    written: Written,
    column: TextsOf,
    /// Room for an id and its label.
    joined: String,
}

#[derive(Clone, Copy)]
enum Written {
    Id,
    Label,
    Both,
}

enum TextsOf {
    /// Every batch has all of them.
    All(CodedColumn),
    /// Every batch has those that occur in it.
    Some(TextColumn),
}

impl Written {
    /// A category of a dimension; none where it has no label. `joined` is room for a text that stands nowhere as it is.
    fn text<'t>(self, dimension: &'t Dimension, category: usize, joined: &'t mut String) -> Option<&'t str> {
        let id = dimension.category(category);
        match (self, dimension.category_label(category)) {
            (Self::Id, _) | (Self::Both, None) => id,
            (Self::Label, label) => label,
            (Self::Both, Some(label)) => {
                joined.clear();
                joined.extend([id.unwrap_or_default(), ": ", label]);
                Some(joined)
            }
        }
    }
}

impl<'a> Texts<'a> {
    fn new(dimension: &'a Dimension, written: Written) -> Self {
        let mut joined = String::new();
        let column = if dimension.size() > SHARED {
            TextsOf::Some(TextColumn::default())
        } else {
            let texts = (0..dimension.size()).map(|category| written.text(dimension, category, &mut joined).unwrap_or_default().to_owned());
            TextsOf::All(CodedColumn::new(texts.collect::<Vec<_>>().iter().map(String::as_str)))
        };
        Self { dimension, written, column, joined }
    }

    fn push(&mut self, category: u32) {
        match &mut self.column {
            TextsOf::All(column) => {
                let absent = matches!(self.written, Written::Label) && self.dimension.category_label(category as usize).is_none();
                if absent { column.push_absent() } else { column.push(category) }
            }
            TextsOf::Some(column) => add(column, self.written.text(self.dimension, category as usize, &mut self.joined)),
        }
    }

    fn finish(&mut self) -> Result<ArrayRef, DecodeError> {
        match &mut self.column {
            TextsOf::All(column) => column.finish(),
            TextsOf::Some(column) => column.finish(),
        }
    }
}

impl<'a> Axis<'a> {
    fn new(dimension: &'a Dimension, stride: u64, labels: Labels) -> Self {
        let written: &[Written] = match labels {
            Labels::Both => &[Written::Both],
            Labels::Name if dimension.has_labels() => &[Written::Id, Written::Label],
            Labels::Id | Labels::Name => &[Written::Id],
        };
        let columns = written.iter().map(|written| Texts::new(dimension, *written)).collect();
        Self { stride, size: dimension.size() as u64, category: 0, from: 0, until: stride, columns }
    }

    /// The categories of some rows.
    fn finish(&mut self, rows: &[u32], arrays: &mut Vec<ArrayRef>) -> Result<(), DecodeError> {
        for row in rows {
            self.move_to(u64::from(*row).saturating_sub(1));
            let category = self.category;
            self.columns.iter_mut().for_each(|column| column.push(category));
        }
        for column in &mut self.columns {
            arrays.push(column.finish()?);
        }
        Ok(())
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
            let mut axis = Axis { stride, size, category: 0, from: 0, until: stride, columns: Vec::new() };
            let ascending = 0..24;
            let runs = [8, 9, 10, 23, 0, 1, 12, 11, 13, 13];
            for position in ascending.chain(runs) {
                axis.move_to(position);
                assert_eq!(u64::from(axis.category), position / stride % size, "{position} / {stride} % {size}");
            }
        }
    }
}
