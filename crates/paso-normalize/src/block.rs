//! Observations before they are written: some rows column by column, codes as symbols.

use std::collections::HashMap;

use paso_model::{Dimension, Period, Status};

use crate::{
    column::Column,
    symbols::{Symbol, Symbols},
};

/// Number of dimensions.
pub(crate) const DIMENSIONS: usize = Dimension::ALL.len();

/// Where a value cell stands. Bodies and parts are numbered in the order in which they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pointer {
    pub(crate) body: u32,
    pub(crate) part: Option<u32>,
    pub(crate) row: u32,
    pub(crate) col: u32,
}

/// Distinct periods.
#[derive(Debug, Clone, Default)]
pub(crate) struct PeriodTable {
    periods: Vec<Period>,
    numbers: HashMap<Period, u32>,
}

impl PeriodTable {
    /// Stands for a text that is no period.
    pub(crate) const REFUSED: u32 = u32::MAX;

    pub(crate) fn intern(&mut self, period: Period) -> u32 {
        if let Some(number) = self.numbers.get(&period) {
            return *number;
        }
        let number = self.periods.len() as u32;
        self.periods.push(period.clone());
        self.numbers.insert(period, number);
        number
    }

    pub(crate) fn get(&self, number: u32) -> &Period {
        &self.periods[number as usize]
    }

    /// All of them, by number.
    pub(crate) fn all(&self) -> &[Period] {
        &self.periods
    }

    fn take_over(&mut self, other: &Self) -> Vec<u32> {
        other.periods.iter().map(|period| self.intern(period.clone())).collect()
    }

    /// The place of each period in byte order of the labels. A label has one place, whatever days it stands for: it is what the key holds.
    pub(crate) fn places(&self) -> Vec<u32> {
        let mut labels: Vec<&str> = self.periods.iter().map(Period::label).collect();
        labels.sort_unstable();
        labels.dedup();
        self.periods.iter().map(|period| labels.partition_point(|label| *label < period.label()) as u32).collect()
    }
}

/// The columns of some observations.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    pub(crate) count: usize,
    pub(crate) measure: Column<Symbol>,
    pub(crate) unit: Column<Symbol>,
    pub(crate) dimensions: [Column<Symbol>; DIMENSIONS],
    pub(crate) breakdown: Column<Symbol>,
    pub(crate) period: Column<u32>,
    /// Anything where the class has no value.
    pub(crate) value: Column<f64>,
    pub(crate) decimals: Column<u8>,
    /// The ends of the interval, where the class has none and says that each row has its own.
    pub(crate) low: Column<f64>,
    pub(crate) high: Column<f64>,
    /// Of [`crate::cell::Classes`].
    pub(crate) class: Column<u16>,
    pub(crate) status: Column<Status>,
    /// The publisher's own words: symbols of [`Block::texts`].
    pub(crate) nature: Column<Symbol>,
    pub(crate) flags: Column<Symbol>,
    /// How confidential the row is, where a column says it; else its class does.
    pub(crate) conf: Column<Symbol>,
    /// The event that the row is, as one text.
    pub(crate) event: Column<Symbol>,
    /// The number of the value rule.
    pub(crate) rule: Column<u16>,
    pub(crate) body: Column<u32>,
    /// A symbol of [`Block::texts`].
    pub(crate) part: Column<Symbol>,
    pub(crate) row: Column<u32>,
    pub(crate) col: Column<u32>,
}

impl Rows {
    /// The columns of the key from the measure to the last dimension, in its order. The period is the last one.
    pub(crate) fn codes(&self) -> impl DoubleEndedIterator<Item = &Column<Symbol>> {
        [&self.measure, &self.unit].into_iter().chain(&self.dimensions)
    }

    /// These rows, in this order.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        Self {
            count: rows.len(),
            measure: self.measure.take(rows),
            unit: self.unit.take(rows),
            dimensions: std::array::from_fn(|index| self.dimensions[index].take(rows)),
            breakdown: self.breakdown.take(rows),
            period: self.period.take(rows),
            value: self.value.take(rows),
            decimals: self.decimals.take(rows),
            low: self.low.take(rows),
            high: self.high.take(rows),
            class: self.class.take(rows),
            status: self.status.take(rows),
            nature: self.nature.take(rows),
            flags: self.flags.take(rows),
            conf: self.conf.take(rows),
            event: self.event.take(rows),
            rule: self.rule.take(rows),
            body: self.body.take(rows),
            part: self.part.take(rows),
            row: self.row.take(rows),
            col: self.col.take(rows),
        }
    }

    /// Adds rows whose numbers mean the same.
    pub(crate) fn append(&mut self, more: &Self) {
        let (rows, others) = (self.count, more.count);
        self.measure.append(rows, &more.measure, others);
        self.unit.append(rows, &more.unit, others);
        for (column, more) in self.dimensions.iter_mut().zip(&more.dimensions) {
            column.append(rows, more, others);
        }
        self.breakdown.append(rows, &more.breakdown, others);
        self.period.append(rows, &more.period, others);
        self.value.append(rows, &more.value, others);
        self.decimals.append(rows, &more.decimals, others);
        self.low.append(rows, &more.low, others);
        self.high.append(rows, &more.high, others);
        self.class.append(rows, &more.class, others);
        self.status.append(rows, &more.status, others);
        self.nature.append(rows, &more.nature, others);
        self.flags.append(rows, &more.flags, others);
        self.conf.append(rows, &more.conf, others);
        self.event.append(rows, &more.event, others);
        self.rule.append(rows, &more.rule, others);
        self.body.append(rows, &more.body, others);
        self.part.append(rows, &more.part, others);
        self.row.append(rows, &more.row, others);
        self.col.append(rows, &more.col, others);
        self.count += others;
    }

    fn renumber(&mut self, symbols: &[Symbol], texts: &[Symbol], periods: &[u32]) {
        let code = |column: &Column<Symbol>| column.map(|symbol| symbols[symbol.number() as usize]);
        let text = |column: &Column<Symbol>| column.map(|symbol| texts.get(symbol.number() as usize).copied().unwrap_or(symbol));
        self.measure = code(&self.measure);
        self.unit = code(&self.unit);
        self.breakdown = code(&self.breakdown);
        for column in &mut self.dimensions {
            *column = code(column);
        }
        self.period = self.period.map(|period| periods[period as usize]);
        self.nature = text(&self.nature);
        self.flags = text(&self.flags);
        self.conf = text(&self.conf);
        self.event = text(&self.event);
        self.part = text(&self.part);
    }
}

/// Rows, with the tables that their numbers point to.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) rows: Rows,
    /// Codes.
    pub(crate) symbols: Symbols,
    /// What the publisher says in its own words.
    pub(crate) texts: Symbols,
    pub(crate) periods: PeriodTable,
}

impl Block {
    /// Some of its rows.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        Self { rows: self.rows.take(rows), symbols: self.symbols.clone(), texts: self.texts.clone(), periods: self.periods.clone() }
    }

    /// Adds the rows of another block.
    pub(crate) fn append(&mut self, mut other: Self) {
        let symbols = self.symbols.take_over(&other.symbols);
        let texts = self.texts.take_over(&other.texts);
        let periods = self.periods.take_over(&other.periods);
        other.rows.renumber(&symbols, &texts, &periods);
        self.rows.append(&other.rows);
    }
}
