//! One value cell: a number, a missing value with its reason, a withheld one with its interval, or a declared exclusion.

use std::collections::HashMap;

use paso_model::{Measure, Status};

use crate::{
    number::{Number, parse_number, plain_number},
    spec::{Cells, Counts},
};

/// What a value cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell {
    /// A number, and the number of its class.
    Number(Number, u16),
    /// No number, but an observation; the number of its class says why.
    Missing(u16),
    /// No data, by declaration: the number of the reason.
    Excluded(u16),
    /// What the definition cannot read.
    Bad,
}

/// What cells of one kind have in common. The first class is that of plain numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Class {
    /// Whether there is a value.
    pub(crate) valued: bool,
    /// The interval, where all cells of the class have the same.
    pub(crate) bounds: Option<(f64, f64)>,
    /// Whether each cell has an interval of its own.
    pub(crate) own_bounds: bool,
    pub(crate) bound: Option<&'static str>,
    /// Whether the value is a declared sum of several cells.
    pub(crate) summed: bool,
    pub(crate) status: Status,
    pub(crate) conf: &'static str,
}

impl Class {
    pub(crate) fn plain() -> Self {
        Self { valued: true, bounds: None, own_bounds: false, bound: None, summed: false, status: Status::NORMAL, conf: "F" }
    }

    /// Of values whose interval differs from cell to cell.
    pub(crate) fn with_own_bounds(bound: &'static str) -> Self {
        Self { own_bounds: true, bound: Some(bound), ..Self::plain() }
    }
}

/// The number of the class of plain numbers.
pub(crate) const PLAIN: u16 = 0;

/// The classes that a definition tells apart.
#[derive(Debug)]
pub(crate) struct Classes(Vec<Class>);

impl Default for Classes {
    fn default() -> Self {
        Self(vec![Class::plain()])
    }
}

impl Classes {
    /// All of them, by number.
    pub(crate) fn all(&self) -> &[Class] {
        &self.0
    }

    pub(crate) fn get(&self, number: u16) -> &Class {
        &self.0[number as usize]
    }

    /// The number of a class.
    pub(crate) fn number(&mut self, class: Class) -> u16 {
        if let Some(number) = self.0.iter().position(|known| *known == class) {
            return number as u16;
        }
        self.0.push(class);
        (self.0.len() - 1) as u16
    }
}

/// What a text means that is not just a number.
#[derive(Debug, Clone, Copy)]
enum Special {
    Excluded(u16),
    Missing(u16),
    Rounded(u16),
    Zero,
}

/// Reads the cells of one value column.
#[derive(Debug)]
pub(crate) struct CellReader {
    special: HashMap<String, Special>,
    /// Whether a special text begins with this byte; most cells are settled by it.
    begins: [bool; 256],
    /// The reasons of declared exclusions, by number.
    pub(crate) reasons: Vec<String>,
    /// The multiple that numbers are rounded to, in the stored unit, and the class of those that are.
    rounded: Option<(f64, u16)>,
    /// Whether every text is one, and no number.
    counts: bool,
    scale: u8,
    thousands: Option<char>,
    decimal: char,
    measure: String,
    signed: bool,
    whole: bool,
}

impl CellReader {
    /// Compiles the rules of a column of this measure, published in units of ten to the power of `scale`.
    pub(crate) fn compile(cells: &Cells, scale: u8, name: &str, measure: &Measure, classes: &mut Classes) -> Self {
        let mut special = HashMap::new();
        for (text, rounded) in &cells.rounded {
            let bounds = Some((rounded.low, rounded.high));
            let class = Class { bounds, bound: Some("rounding"), ..Class::plain() };
            special.insert(text.clone(), Special::Rounded(classes.number(class)));
        }
        for (text, suppressed) in &cells.suppressed {
            let (bounds, status) = (suppressed.low.zip(suppressed.high), "Q".parse().unwrap_or_default());
            let bound = bounds.map(|_| "suppression");
            let class = Class { valued: false, bounds, bound, status, conf: "A", ..Class::plain() };
            special.insert(text.clone(), Special::Missing(classes.number(class)));
        }
        for (text, letters) in &cells.missing {
            let class = Class { valued: false, status: letters.parse().unwrap_or_default(), ..Class::plain() };
            special.insert(text.clone(), Special::Missing(classes.number(class)));
        }
        special.extend(cells.zero.iter().map(|text| (text.clone(), Special::Zero)));
        let mut reasons = Vec::new();
        for (text, reason) in &cells.exclude {
            special.insert(text.clone(), Special::Excluded(reasons.len() as u16));
            reasons.push(reason.clone());
        }
        let mut begins = [false; 256];
        for first in special.keys().filter_map(|text| text.as_bytes().first()) {
            begins[*first as usize] = true;
        }
        let rounded =
            cells.rounded_to.map(|of| (f64::from(of) * 10_f64.powi(i32::from(scale)), classes.number(Class::with_own_bounds("rounding"))));
        Self {
            special,
            begins,
            reasons,
            rounded,
            counts: false,
            scale,
            thousands: cells.thousands,
            decimal: cells.decimal.unwrap_or('.'),
            measure: name.to_owned(),
            signed: measure.signed,
            whole: measure.whole,
        }
    }

    /// The same, where cells hold no numbers and count themselves.
    pub(crate) fn counting(self, counts: Option<Counts>) -> Self {
        Self { counts: counts.is_some(), ..self }
    }

    /// Reads the trimmed text of a cell.
    pub(crate) fn read(&self, text: &str) -> Cell {
        let special = match text.as_bytes().first() {
            Some(first) if !self.begins[*first as usize] => None,
            _ => self.special.get(text).copied(),
        };
        let class = match special {
            Some(Special::Excluded(reason)) => return Cell::Excluded(reason),
            Some(Special::Missing(class)) => return Cell::Missing(class),
            Some(Special::Zero) => return Cell::Number(Number { value: 0.0, decimals: 0 }, PLAIN),
            Some(Special::Rounded(class)) => class,
            None if self.counts && !text.is_empty() => return Cell::Number(Number { value: 1.0, decimals: 0 }, PLAIN),
            None => PLAIN,
        };
        let number = plain_number(text, self.scale, self.decimal).or_else(|| self.parse(text).ok());
        match number {
            Some(number) if self.problem(number).is_none() => Cell::Number(number, self.multiple(number, class)),
            _ => Cell::Bad,
        }
    }

    /// The class of a number where numbers are rounded to a multiple: one that is no multiple is exact.
    fn multiple(&self, number: Number, class: u16) -> u16 {
        match self.rounded {
            Some((of, rounded)) if class == PLAIN && number.value % of == 0.0 => rounded,
            _ => class,
        }
    }

    /// The interval of a number that is rounded to a multiple. Counts are rounded to the nearest one.
    pub(crate) fn interval(&self, value: f64) -> (f64, f64) {
        let of = self.rounded.map_or(0.0, |(of, _)| of);
        let half = if self.whole { (of / 2.0).floor() } else { of / 2.0 };
        let low = if self.signed { value - half } else { (value - half).max(0.0) };
        (low, value + half)
    }

    /// Whether numbers are rounded to a multiple.
    pub(crate) fn rounds(&self) -> bool {
        self.rounded.is_some()
    }

    /// Reads the end of an interval.
    pub(crate) fn end(&self, text: &str) -> Option<f64> {
        self.parse(text).ok().map(|number| number.value)
    }

    /// What is wrong with a cell that could not be read.
    pub(crate) fn detail(&self, text: &str) -> String {
        if text.is_empty() {
            return "the cell is empty, which is not declared".to_owned();
        }
        match self.parse(text).map(|number| self.problem(number)) {
            Err(detail) | Ok(Some(detail)) => detail,
            Ok(None) => format!("`{text}` is not a number"),
        }
    }

    fn parse(&self, text: &str) -> Result<Number, String> {
        parse_number(text, self.scale, self.thousands, self.decimal)
    }

    fn problem(&self, number: Number) -> Option<String> {
        if number.value < 0.0 && !self.signed {
            return Some(format!("`{}` cannot be negative", self.measure));
        }
        (self.whole && number.value.fract() != 0.0).then(|| format!("`{}` counts whole units", self.measure))
    }
}
