//! Value columns, and how their cells are read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{PeriodRule, Source};

/// How value cells are read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cells {
    /// Texts that mean a missing value, with the status letter that says why. `""` is an empty cell.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missing: BTreeMap<String, String>,
    /// Texts that are no number of the table (not applicable, summed out), with the reason: declared exclusions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exclude: BTreeMap<String, String>,
    /// Texts that stand for a withheld number, with the interval that it lies in where the publisher states one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub suppressed: BTreeMap<String, Suppressed>,
    /// Printed numbers that stand for any number of an interval, because the publisher rounds small ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rounded: BTreeMap<String, Rounded>,
    /// Every number is rounded to a multiple of this one, and stands for any that is rounded to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounded_to: Option<u32>,
    /// Texts that stand for 0. A check of totals must prove it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zero: Vec<String>,
    /// The thousands mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
    /// The decimal mark; default `.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
}

/// A number withheld to protect persons.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppressed {
    /// The lowest number that is written so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The highest number that is written so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// The interval that a rounded number lies in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounded {
    /// The lowest number that is printed so.
    pub low: f64,
    /// The highest number that is printed so.
    pub high: f64,
}

/// One value column (or, with `when`, some of its rows).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// The decoded column.
    pub column: String,
    /// The measure, from `measures.toml`.
    pub measure: String,
    /// The unit where it differs from the measure's: a code, or a column with codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Source>,
    /// What a cell counts, where it holds no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    /// The published unit in terms of the stored one: 1000 where thousands are published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u64>,
    /// Only rows whose columns hold one of these texts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, Vec<String>>,
    /// Status letters in the place of those that every row carries: `A` for a count among estimates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether a form of the body may lack the column.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Its period, where it differs from that of the other values: stocks and flows of one row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<PeriodRule>,
    /// The columns of the interval that the publisher gives for the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<Bounds>,
    /// Dimensions that differ from those of the other values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dimensions: BTreeMap<String, Source>,
    /// How its cells are read, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cells: Option<Cells>,
}

/// What a cell counts that holds no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// Itself: every text is one.
    Cells,
}

/// The interval that the publisher gives for a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The column of the lower end.
    pub low: String,
    /// The column of the upper end.
    pub high: String,
    /// What the interval is: `ci95`.
    pub kind: String,
    /// Whether a form of the body may lack both columns; it then has no intervals.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}
