//! Observations in, batches out.
//!
//! Only what differs from one observation to the next costs anything per observation. A field whose value holds for a series or for the whole
//! data set lags behind, and catches up at the end of the series or of the batch.

use std::sync::Arc;

use arrow::array::RecordBatch;

use super::PLACE;
use super::groups::Groups;
use super::key::ANY;
use super::plan::{Field, Plan};
use super::structure::Level;
use crate::batch::{Batch, Limits, Sink};
use crate::error::DecodeError;
use crate::position::Position;
use crate::table::{BATCH_BYTES, CodedColumn, TextColumn};

/// How many batches may wait for the attributes of one series, when a sender puts them behind its observations.
const MAX_WAITING: usize = 16;
/// What the key of a cell costs.
const KEY_BYTES: usize = size_of::<u32>();
/// What the column of deletions says.
const DELETE: &str = "Delete";

/// The value of a component.
#[derive(Debug, Clone, Default)]
pub(super) enum Cell {
    #[default]
    Absent,
    /// A code, by its key in the field.
    Key(u32),
    Text(Box<str>),
}

/// What a field collects.
enum Collected {
    Coded(CodedColumn),
    Texts(TextColumn),
}

impl Collected {
    fn new(field: &Field<'_>) -> Self {
        if field.coded {
            Self::Coded(CodedColumn::new(field.codes.iter().flat_map(|codes| codes.texts())))
        } else {
            Self::Texts(TextColumn::default())
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Coded(column) => column.len(),
            Self::Texts(column) => column.len(),
        }
    }

    fn push_key(&mut self, key: u32) {
        match self {
            Self::Coded(column) => column.push(key),
            Self::Texts(column) => column.push_absent(),
        }
    }

    fn push_text(&mut self, text: &str) {
        match self {
            Self::Coded(column) => column.push_text(text),
            Self::Texts(column) => column.push(text),
        }
    }

    fn push(&mut self, cell: &Cell) {
        match (cell, &mut *self) {
            (Cell::Key(key), _) => self.push_key(*key),
            (Cell::Text(text), _) => self.push_text(text),
            (Cell::Absent, Self::Coded(column)) => column.push_absent(),
            (Cell::Absent, Self::Texts(column)) => column.push_absent(),
        }
    }

    /// Adds a cell until there are so many.
    fn pad(&mut self, length: usize, cell: &Cell) {
        let missing = length.saturating_sub(self.len());
        if missing > 0 {
            self.push(cell);
            match self {
                Self::Coded(column) => column.repeat(missing - 1),
                Self::Texts(column) => column.repeat(missing - 1),
            }
        }
    }
}

/// The rows of a data set.
pub(super) struct Rows<'p, 's> {
    plan: &'p Plan<'p>,
    part: Arc<str>,
    fields: Vec<Collected>,
    /// What a field holds where an observation says nothing: as of the data set, and as of the current series.
    base: Vec<Cell>,
    fills: Vec<Cell>,
    /// The fields whose fill changes with the series.
    varying: Vec<usize>,
    pub(super) groups: Groups,
    /// The position of every dimension.
    pub(super) positions: Vec<u32>,
    /// The attributes of the series may still come.
    waiting: bool,
    /// The ordinals of the observations of the batch.
    numbers: Vec<u32>,
    ordinal: u32,
    bytes: usize,
    /// How many observations a batch holds.
    capacity: usize,
    sink: &'s mut dyn Sink,
}

impl<'p, 's> Rows<'p, 's> {
    pub(super) fn new(plan: &'p Plan<'p>, part: Arc<str>, defaults: bool, limits: Limits, sink: &'s mut dyn Sink) -> Self {
        let mut base: Vec<Cell> = plan.fields.iter().map(|field| if defaults { default(field) } else { Cell::Absent }).collect();
        if let Some(action) = plan.action.and_then(|action| base.get_mut(action)) {
            *action = Cell::Text(DELETE.into());
        }
        let grouped = [Level::Group, Level::Series].into_iter().flat_map(|level| plan.attributes(level)).map(|slot| slot.field);
        Self {
            part,
            fields: plan.fields.iter().map(Collected::new).collect(),
            fills: base.clone(),
            base,
            varying: grouped.collect(),
            groups: Groups::default(),
            positions: vec![ANY; plan.dimensions.len()],
            waiting: false,
            numbers: Vec::new(),
            ordinal: 0,
            bytes: 0,
            capacity: limits.batch_rows.max(1),
            sink,
            plan,
        }
    }

    /// The JSON pointer of the data set.
    pub(super) fn part(&self) -> &str {
        &self.part
    }

    /// How many observations there were.
    pub(super) fn count(&self) -> u32 {
        self.ordinal
    }

    /// Takes the attributes of the data set.
    pub(super) fn data_set(&mut self, values: Vec<(usize, Cell)>) {
        set(&mut self.base, values);
        self.fills.clone_from(&self.base);
    }

    /// Everything that is known before the first observation is known.
    pub(super) fn begin(&mut self) -> Result<(), String> {
        for ((level, dimension), place) in self.plan.dimensions.iter().zip(&mut self.positions) {
            if *level != Level::DataSet {
                continue;
            }
            let values = dimension.codes.map_or(0, super::structure::Codes::len);
            if values != 1 && self.plan.action.is_none() {
                let id = self.plan.column(dimension.field);
                return Err(format!("{id} should be the same in the whole data set, but has {values} values"));
            }
            *place = if values == 1 { 0 } else { ANY };
            set(&mut self.base, [(dimension.field, position(*place))]);
        }
        let mut found = Vec::new();
        self.groups.matching(Level::DataSet, &self.positions, |values| {
            found.push(values.clone());
            Ok::<(), String>(())
        })?;
        // The group that fixes most has the last word.
        for values in found.into_iter().rev() {
            set(&mut self.base, values);
        }
        self.fills.clone_from(&self.base);
        Ok(())
    }

    /// Begins a series, whose positions are known.
    pub(super) fn begin_series(&mut self) {
        self.waiting = !self.plan.attributes(Level::Series).is_empty();
        for &field in &self.varying {
            if let (Some(fill), Some(base)) = (self.fills.get_mut(field), self.base.get(field)) {
                fill.clone_from(base);
            }
        }
        for ((level, dimension), place) in self.plan.dimensions.iter().zip(&self.positions) {
            if *level == Level::Series {
                set(&mut self.fills, [(dimension.field, position(*place))]);
            }
        }
        let mut found = Vec::new();
        let Ok(()) = self.groups.matching(Level::Series, &self.positions, |values| {
            found.push(values.clone());
            Ok::<(), std::convert::Infallible>(())
        });
        for values in found.into_iter().rev() {
            set(&mut self.fills, values);
        }
    }

    /// Takes the attributes of the series.
    pub(super) fn series(&mut self, values: Vec<(usize, Cell)>) {
        set(&mut self.fills, values);
        self.waiting = false;
    }

    /// Ends a series.
    pub(super) fn end_series(&mut self) -> Result<(), DecodeError> {
        self.waiting = false;
        let series = self.plan.dimensions.iter().filter(|(level, _)| *level == Level::Series).map(|(_, dimension)| dimension.field);
        for field in self.varying.iter().copied().chain(series) {
            if let (Some(collected), Some(fill)) = (self.fields.get_mut(field), self.fills.get(field)) {
                collected.pad(self.numbers.len(), fill);
            }
        }
        self.hand_over_when_full()
    }

    /// Begins an observation, whose positions are known.
    pub(super) fn begin_row(&mut self) -> Result<(), String> {
        for ((level, dimension), place) in self.plan.dimensions.iter().zip(&self.positions) {
            if *level == Level::Observation
                && let Some(collected) = self.fields.get_mut(dimension.field)
            {
                collected.push(&position(*place));
            }
        }
        self.ordinal = self.ordinal.checked_add(1).ok_or("there are more observations than 32 bits can count")?;
        Ok(())
    }

    /// The field of the current observation, once it has all cells before.
    fn field(&mut self, field: usize) -> Result<&mut Collected, String> {
        let row = self.numbers.len();
        let id = || self.plan.column(field);
        let (Some(collected), Some(fill)) = (self.fields.get_mut(field), self.fills.get(field)) else {
            return Err("a component has no column".to_owned());
        };
        if collected.len() > row {
            return Err(format!("an observation has two values of {}", id()));
        }
        if collected.len() < row {
            if self.waiting && self.plan.fields.get(field).is_some_and(|field| field.of_series) {
                return Err(format!("{} is given for observations before it is given for their series", id()));
            }
            collected.pad(row, fill);
        }
        Ok(collected)
    }

    /// Gives the observation a code.
    pub(super) fn put_key(&mut self, field: usize, key: u32) -> Result<(), String> {
        self.field(field)?.push_key(key);
        Ok(())
    }

    /// Gives the observation a text.
    pub(super) fn put_text(&mut self, field: usize, text: &str) -> Result<(), String> {
        self.bytes += text.len();
        self.field(field)?.push_text(text);
        Ok(())
    }

    /// Gives the observation what its groups say, where it says nothing itself, and ends it.
    pub(super) fn end_row(&mut self) -> Result<(), String> {
        let row = self.numbers.len();
        let mut groups = std::mem::take(&mut self.groups);
        let positions = std::mem::take(&mut self.positions);
        let given = groups.matching(Level::Observation, &positions, |values| {
            values.iter().try_for_each(|(field, cell)| {
                if self.fields.get(*field).is_some_and(|collected| collected.len() > row) {
                    return Ok(());
                }
                self.field(*field)?.push(cell);
                if let Cell::Text(text) = cell {
                    self.bytes += text.len();
                }
                Ok(())
            })
        });
        (self.groups, self.positions) = (groups, positions);
        self.numbers.push(self.ordinal);
        self.bytes += self.fields.len() * KEY_BYTES;
        given
    }

    /// Hands over a batch when there is one.
    pub(super) fn hand_over_when_full(&mut self) -> Result<(), DecodeError> {
        let batches = (self.numbers.len() / self.capacity).max(self.bytes / BATCH_BYTES);
        if batches == 0 {
            return Ok(());
        }
        if !self.waiting {
            return self.hand_over();
        }
        if batches > MAX_WAITING {
            let problem = "a series of so many observations has its attributes behind them".to_owned();
            return Err(DecodeError::Malformed { place: PLACE.to_owned(), at: Position::Row(self.ordinal), problem });
        }
        Ok(())
    }

    /// Hands over the last rows.
    pub(super) fn finish(mut self) -> Result<u32, DecodeError> {
        self.hand_over()?;
        Ok(self.ordinal)
    }

    fn hand_over(&mut self) -> Result<(), DecodeError> {
        let mut arrays = Vec::with_capacity(self.fields.len());
        for (collected, fill) in self.fields.iter_mut().zip(&self.fills) {
            collected.pad(self.numbers.len(), fill);
            arrays.push(match collected {
                Collected::Coded(column) => column.finish()?,
                Collected::Texts(column) => column.finish()?,
            });
        }
        let rows = std::mem::take(&mut self.numbers);
        self.bytes = 0;
        if rows.is_empty() {
            return Ok(());
        }
        let arrays = self.plan.beside(arrays)?;
        let data = RecordBatch::try_new(Arc::clone(&self.plan.schema), arrays).map_err(|source| DecodeError::Batch { source })?;
        for (index, rows) in rows.chunks(self.capacity).enumerate() {
            let batch = Batch {
                part: Some(Arc::clone(&self.part)),
                columns: Arc::clone(&self.plan.columns),
                rows: rows.to_vec(),
                cells: None,
                data: data.slice(index * self.capacity, rows.len()),
            };
            self.sink.batch(batch).map_err(|source| DecodeError::Sink { source })?;
        }
        Ok(())
    }
}

fn position(position: u32) -> Cell {
    if position == ANY { Cell::Absent } else { Cell::Key(position) }
}

fn set(cells: &mut [Cell], values: impl IntoIterator<Item = (usize, Cell)>) {
    for (field, value) in values {
        if let Some(cell) = cells.get_mut(field) {
            *cell = value;
        }
    }
}

/// The default of a field: a code by its key, anything else as it is.
fn default(field: &Field<'_>) -> Cell {
    let Some(default) = field.default else { return Cell::Absent };
    let is_default = |text: &str| text.strip_prefix(default).is_some_and(|name| name.is_empty() || name.starts_with(": "));
    match field.codes.iter().flat_map(|codes| codes.texts()).position(is_default) {
        Some(key) => Cell::Key(key as u32),
        None => Cell::Text(default.into()),
    }
}
