//! One column of many rows: a value for all of them, or one for each.

use std::{collections::HashMap, hash::Hash};

use arrow::array::Array as _;
use paso_decode::Texts;

/// The values of some rows. A column that holds one value costs nothing, however many rows there are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Column<T> {
    /// Every row has this one.
    All(T),
    /// Each row has its own.
    Each(Vec<T>),
}

impl<T: Copy + PartialEq> Column<T> {
    /// What each row's text stands for, found once for each distinct text. An absent cell is read like an empty one.
    pub(crate) fn of_texts(texts: Texts<'_>, mut of: impl FnMut(&str) -> T) -> Self {
        let entries: Vec<T> = texts.values().iter().map(|text| of(text.unwrap_or("").trim())).collect();
        let keys = texts.keys();
        let absent = (keys.null_count() > 0 || entries.is_empty()).then(|| of(""));
        let Some(first) = absent.or(entries.first().copied()) else { return Self::Each(Vec::new()) };
        if entries.iter().all(|entry| *entry == first) {
            return Self::All(first);
        }
        match keys.nulls().filter(|nulls| nulls.null_count() > 0) {
            None => Self::Each(keys.values().iter().map(|key| entries[*key as usize]).collect()),
            Some(_) => Self::Each(keys.iter().map(|key| key.map_or(first, |key| entries[key as usize])).collect()),
        }
    }

    /// The column of these values.
    pub(crate) fn of(values: Vec<T>) -> Self {
        match values.first() {
            Some(&first) if values.iter().all(|value| *value == first) => Self::All(first),
            _ => Self::Each(values),
        }
    }

    /// The value of a row.
    pub(crate) fn get(&self, row: usize) -> T {
        match self {
            Self::All(value) => *value,
            Self::Each(values) => values[row],
        }
    }

    /// Whether some row may have this value.
    pub(crate) fn may_hold(&self, wanted: T) -> bool {
        match self {
            Self::All(value) => *value == wanted,
            Self::Each(values) => values.contains(&wanted),
        }
    }

    /// Whether something may be true of the value of some row.
    pub(crate) fn may_be(&self, wanted: impl Fn(T) -> bool) -> bool {
        match self {
            Self::All(value) => wanted(*value),
            Self::Each(values) => values.iter().any(|value| wanted(*value)),
        }
    }

    /// The values of these rows, in this order.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        match self {
            Self::All(value) => Self::All(*value),
            Self::Each(values) => Self::Each(rows.iter().map(|row| values[*row as usize]).collect()),
        }
    }

    /// Changes the value of one of so many rows.
    pub(crate) fn set(&mut self, rows: usize, row: usize, value: T) {
        match self {
            Self::All(known) if *known == value => {}
            Self::All(known) => {
                let mut values = vec![*known; rows];
                values[row] = value;
                *self = Self::Each(values);
            }
            Self::Each(values) => values[row] = value,
        }
    }

    /// What a function makes of each value.
    pub(crate) fn map<U>(&self, mut of: impl FnMut(T) -> U) -> Column<U> {
        match self {
            Self::All(value) => Column::All(of(*value)),
            Self::Each(values) => Column::Each(values.iter().map(|value| of(*value)).collect()),
        }
    }

    /// What a function makes of the values of two columns of equally many rows.
    pub(crate) fn zip<U: Copy + PartialEq, V>(&self, other: &Column<U>, mut of: impl FnMut(T, U) -> V) -> Column<V> {
        match (self, other) {
            (_, Column::All(second)) => self.map(|first| of(first, *second)),
            (Self::All(first), _) => other.map(|second| of(*first, second)),
            (Self::Each(first), Column::Each(second)) => Column::Each(first.iter().zip(second).map(|(a, b)| of(*a, *b)).collect()),
        }
    }

    /// The same, for a function that is asked once for each pair of values: neighbours are mostly alike.
    pub(crate) fn zip_once<U: Copy + Eq + Hash, V: Copy>(&self, other: &Column<U>, mut of: impl FnMut(T, U) -> V) -> Column<V>
    where
        T: Eq + Hash,
    {
        let (mut known, mut last) = (HashMap::new(), None);
        self.zip(other, |first, second| match last {
            Some((pair, value)) if pair == (first, second) => value,
            _ => {
                let value = *known.entry((first, second)).or_insert_with(|| of(first, second));
                last = Some(((first, second), value));
                value
            }
        })
    }

    /// Adds the values of further rows to those of `rows` rows.
    pub(crate) fn append(&mut self, rows: usize, other: &Self, other_rows: usize) {
        if rows == 0 {
            self.clone_from(other);
            return;
        }
        match (&mut *self, other) {
            (Self::All(value), Self::All(same)) if *value == *same => {}
            (Self::Each(values), Self::All(value)) => values.resize(rows + other_rows, *value),
            (Self::Each(values), Self::Each(more)) => values.extend_from_slice(more),
            (Self::All(value), _) => {
                let mut values = Vec::with_capacity(rows + other_rows);
                values.resize(rows, *value);
                match other {
                    Self::All(value) => values.resize(rows + other_rows, *value),
                    Self::Each(more) => values.extend_from_slice(more),
                }
                *self = Self::Each(values);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_grow_into_one_value_for_each_row_when_they_must() {
        let mut column = Column::All(7);
        column.append(2, &Column::All(7), 1);
        assert_eq!(column, Column::All(7));
        column.append(3, &Column::Each(vec![8, 9]), 2);
        assert_eq!(column, Column::Each(vec![7, 7, 7, 8, 9]));
        column.append(5, &Column::All(1), 1);
        assert_eq!(column.take(&[5, 3, 0]), Column::Each(vec![1, 8, 7]));
        column.append(0, &Column::All(3), 1);
        assert_eq!(column, Column::All(3), "what held no rows takes over");
    }

    #[test]
    fn columns_are_joined_row_by_row() {
        let (one, each) = (Column::All(10), Column::Each(vec![1, 2]));
        assert_eq!(one.zip(&each, |a, b| a + b), Column::Each(vec![11, 12]));
        assert_eq!(each.zip(&one, |a, b| a - b), Column::Each(vec![-9, -8]));
        assert_eq!(each.zip(&each, |a, b| a * b), Column::Each(vec![1, 4]));
        assert_eq!(one.zip(&one, |a, b| a * b), Column::All(100));

        let mut asked = Vec::new();
        let sums = Column::Each(vec![1, 1, 2, 1]).zip_once(&Column::Each(vec![5, 5, 5, 5]), |a, b| {
            asked.push((a, b));
            a + b
        });
        assert_eq!((sums, asked), (Column::Each(vec![6, 6, 7, 6]), vec![(1, 5), (2, 5)]));
    }
}
