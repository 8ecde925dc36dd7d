//! What a message holds, gathered in bounded memory.

use std::collections::HashMap;

use arrow::array::Array as _;
use paso_decode::{Batch, Ragged, Role, Sink, SinkError};
use paso_model::Period;

/// The most codes of a column that are told apart.
pub(crate) const MOST_CODES: usize = 10_000;

/// How many ragged rows are kept, to be shown.
pub(crate) const RAGGED_KEPT: usize = 3;

/// What stands in the columns of a message.
#[derive(Debug, Default)]
pub(crate) struct Profile {
    /// The columns in the order in which they first come, with those of all parts.
    pub(crate) columns: Vec<Column>,
    /// The parts with their numbers of rows; one without a name where the body is one table.
    pub(crate) parts: Vec<(Option<String>, u64)>,
    /// Observations, or rows.
    pub(crate) rows: u64,
    /// Those in which a measure has a value.
    pub(crate) with_value: u64,
    /// Rows that do not fit their header.
    pub(crate) ragged: u64,
    /// The first of them.
    pub(crate) first_ragged: Vec<Ragged>,
}

/// What stands in a column.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// In how many rows it has a text that is not empty.
    pub(crate) filled: u64,
    /// The texts in the order in which they first come, with their numbers of rows; none where there are more than [`MOST_CODES`].
    pub(crate) codes: Option<Vec<(String, u64)>>,
    index: HashMap<String, usize>,
}

impl Column {
    fn new(name: &str, role: Role) -> Self {
        Self { name: name.to_owned(), role, filled: 0, codes: Some(Vec::new()), index: HashMap::new() }
    }

    fn add(&mut self, code: &str, rows: u64) {
        self.filled += rows;
        let Some(codes) = &mut self.codes else { return };
        if let Some(&index) = self.index.get(code) {
            codes[index].1 += rows;
        } else if codes.len() < MOST_CODES {
            self.index.insert(code.to_owned(), codes.len());
            codes.push((code.to_owned(), rows));
        } else {
            self.codes = None;
            self.index = HashMap::new();
        }
    }

    /// The first and the last period of time, where all texts of a column that may be a dimension are some.
    pub(crate) fn periods(&self) -> Option<(String, String)> {
        if !matches!(self.role, Role::Dimension | Role::Cell) {
            return None;
        }
        let codes = self.codes.as_ref().filter(|codes| !codes.is_empty())?;
        let mut periods: Vec<Period> = codes.iter().map(|(code, _)| Period::parse(code).ok()).collect::<Option<_>>()?;
        periods.sort_by_key(|period| (period.start(), period.end()));
        Some((periods.first()?.label().to_owned(), periods.last()?.label().to_owned()))
    }
}

impl Profile {
    /// The column of this name that no other column of the batch has taken: a title may stand twice in a header.
    fn column(&mut self, name: &str, role: Role, taken: &[usize]) -> usize {
        let fits = |(index, column): (usize, &Column)| column.name == name && column.role == role && !taken.contains(&index);
        self.columns.iter().enumerate().position(fits).unwrap_or_else(|| {
            self.columns.push(Column::new(name, role));
            self.columns.len() - 1
        })
    }
}

impl Sink for Profile {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        let rows = batch.rows.len();
        self.rows += rows as u64;
        let part = batch.part.as_deref();
        match self.parts.last_mut() {
            Some((last, count)) if last.as_deref() == part => *count += rows as u64,
            _ => self.parts.push((part.map(str::to_owned), rows as u64)),
        }
        let mut valued = vec![false; rows];
        let mut taken = Vec::with_capacity(batch.columns.len());
        for (number, column) in batch.columns.iter().enumerate() {
            let index = self.column(&column.name, column.role, &taken);
            taken.push(index);
            let texts = batch.texts(number);
            let mut counts = vec![0_u64; texts.values().len()];
            for row in (0..rows).filter(|row| texts.keys().is_valid(*row)) {
                let key = texts.keys().value(row) as usize;
                counts[key] += 1;
                if column.role == Role::Measure && !texts.values().value(key).is_empty() {
                    valued[row] = true;
                }
            }
            for (key, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                let text = texts.values().value(key);
                if !text.is_empty() {
                    self.columns[index].add(text, count);
                }
            }
        }
        self.with_value += valued.into_iter().filter(|valued| *valued).count() as u64;
        Ok(())
    }

    fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError> {
        self.ragged += 1;
        if self.first_ragged.len() < RAGGED_KEPT {
            self.first_ragged.push(ragged);
        }
        Ok(())
    }
}
