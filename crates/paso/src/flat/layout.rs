//! The columns of the flat table, and where a batch has their cells.

use paso_decode::{Batch, Role};

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Title {
    /// Its name; no two columns have the same one.
    pub(crate) name: String,
    /// Whether it holds whole numbers, and not texts.
    pub(crate) is_number: bool,
}

/// Where a batch has the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cells {
    /// Nowhere.
    Absent,
    /// In this column.
    Texts(usize),
    /// The part of the message.
    Part,
    /// The row in the part.
    Row,
    /// The column in which the value stands.
    Cell,
}

/// The columns of the table, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) titles: Vec<Title>,
    /// Whether another part of the message may have other columns.
    pub(crate) may_widen: bool,
}

impl Layout {
    /// The columns of the first batch.
    pub(super) fn of(batch: &Batch, places: bool) -> Self {
        // A body with one table has no parts.
        let mut layout = Self { titles: Vec::new(), may_widen: batch.part.is_some() };
        layout.add(batch, places);
        layout
    }

    /// The same columns, when all parts are known.
    pub(super) fn settled(&self) -> Self {
        Self { titles: self.titles.clone(), may_widen: false }
    }

    /// Adds the columns that are not there yet.
    pub(super) fn add(&mut self, batch: &Batch, places: bool) {
        for (name, cells) in named(batch, places) {
            if !self.titles.iter().any(|title| title.name == name) {
                self.titles.push(Title { name, is_number: matches!(cells, Cells::Row | Cells::Cell) });
            }
        }
    }

    /// Where a batch has the cells of every column; none if it has columns that are not here.
    pub(super) fn cells(&self, batch: &Batch, places: bool) -> Option<Vec<Cells>> {
        let mut all = vec![Cells::Absent; self.titles.len()];
        for (name, cells) in named(batch, places) {
            let index = self.titles.iter().position(|title| title.name == name)?;
            all[index] = cells;
        }
        Some(all)
    }
}

/// The columns of a batch under their names in the table. A name that is taken gets a number, `Total (2)`.
fn named(batch: &Batch, places: bool) -> Vec<(String, Cells)> {
    let mut named: Vec<(String, Cells)> = Vec::with_capacity(batch.columns.len() + 3);
    if places {
        named.push(("#part".to_owned(), Cells::Part));
        named.push(("#row".to_owned(), Cells::Row));
        if batch.cells.is_some() {
            named.push(("#cell".to_owned(), Cells::Cell));
        }
    }
    for (index, column) in batch.columns.iter().enumerate() {
        let plain = if column.role == Role::Attribute { format!("attr:{}", column.name) } else { column.name.clone() };
        let taken = |name: &str| named.iter().any(|(other, _)| other == name);
        let mut name = plain.clone();
        let mut number = 2;
        while taken(&name) {
            name = format!("{plain} ({number})");
            number += 1;
        }
        named.push((name, Cells::Texts(index)));
    }
    named
}
