//! One value cell: a number, a missing value with its reason, a withheld one with its interval, or a declared exclusion.

use std::collections::HashMap;

use paso_model::{Measure, Status};

use crate::{
    number::{Number, parse_number, plain_number},
    spec::Cells,
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
    pub(crate) bounds: Option<(f64, f64)>,
    pub(crate) bound: Option<&'static str>,
    pub(crate) status: Status,
    pub(crate) conf: &'static str,
}

/// The number of the class of plain numbers.
pub(crate) const PLAIN: u16 = 0;

/// The classes that a definition tells apart.
#[derive(Debug)]
pub(crate) struct Classes(Vec<Class>);

impl Default for Classes {
    fn default() -> Self {
        Self(vec![Class { valued: true, bounds: None, bound: None, status: Status::NORMAL, conf: "F" }])
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

    fn number(&mut self, class: Class) -> u16 {
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
}

/// Reads the cells of one value column.
#[derive(Debug)]
pub(crate) struct CellReader {
    special: HashMap<String, Special>,
    /// Whether a special text begins with this byte; most cells are settled by it.
    begins: [bool; 256],
    /// The reasons of declared exclusions, by number.
    pub(crate) reasons: Vec<String>,
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
            let class = Class { valued: true, bounds, bound: Some("rounding"), status: Status::NORMAL, conf: "F" };
            special.insert(text.clone(), Special::Rounded(classes.number(class)));
        }
        for (text, suppressed) in &cells.suppressed {
            let (bounds, status) = (suppressed.low.zip(suppressed.high), "Q".parse().unwrap_or_default());
            let class = Class { valued: false, bounds, bound: bounds.map(|_| "suppression"), status, conf: "A" };
            special.insert(text.clone(), Special::Missing(classes.number(class)));
        }
        for (text, letters) in &cells.missing {
            let class = Class { valued: false, bounds: None, bound: None, status: letters.parse().unwrap_or_default(), conf: "F" };
            special.insert(text.clone(), Special::Missing(classes.number(class)));
        }
        let mut reasons = Vec::new();
        for (text, reason) in &cells.exclude {
            special.insert(text.clone(), Special::Excluded(reasons.len() as u16));
            reasons.push(reason.clone());
        }
        let mut begins = [false; 256];
        for first in special.keys().filter_map(|text| text.as_bytes().first()) {
            begins[*first as usize] = true;
        }
        Self {
            special,
            begins,
            reasons,
            scale,
            thousands: cells.thousands,
            decimal: cells.decimal.unwrap_or('.'),
            measure: name.to_owned(),
            signed: measure.signed,
            whole: measure.whole,
        }
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
            Some(Special::Rounded(class)) => class,
            None => PLAIN,
        };
        let number = plain_number(text, self.scale, self.decimal).or_else(|| self.parse(text).ok());
        match number {
            Some(number) if self.problem(number).is_none() => Cell::Number(number, class),
            _ => Cell::Bad,
        }
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
