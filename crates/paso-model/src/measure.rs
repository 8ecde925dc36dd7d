//! What is counted: `reference/measures.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Localized;

/// Whether a measure is counted on a day, over a period, or computed from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// Counted on one day.
    Stock,
    /// Counted over a period.
    Flow,
    /// A share or rate; it never adds up.
    Ratio,
}

/// A measure: one kind of number, in one unit. Kinds never mix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Stock, flow or ratio.
    pub kind: MeasureKind,
    /// The unit where the publisher states none: `PS` persons, `PERMITS`, `USD`, `PT` per cent …
    pub unit: String,
    /// Other units that the publisher may state, such as `CASES`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_units: Vec<String>,
    /// Whether a value below zero is possible.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
    /// Whether values are whole numbers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// For money: `current` or the base of constant prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_base: Option<String>,
    /// The name of the measure.
    pub title: Localized,
    /// What is and what is not counted.
    pub definition: Localized,
    /// What `category` breaks down, and its codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<MeasureBreakdown>,
    /// What `subcategory` breaks down, and its codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subcategory: Option<MeasureBreakdown>,
}

/// A breakdown of a measure's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureBreakdown {
    /// Its name, such as `outcome`.
    pub name: String,
    /// Codes with their labels.
    #[serde(default)]
    pub codes: BTreeMap<String, Localized>,
}

/// Every measure by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measures {
    /// The measures.
    pub measure: BTreeMap<String, Measure>,
}

/// The text of `measures.toml` is not valid.
#[derive(Debug, thiserror::Error)]
#[error("measures: {0}")]
pub struct MeasuresError(#[from] toml::de::Error);

impl Measures {
    /// Reads the text of `measures.toml`.
    pub fn parse(text: &str) -> Result<Self, MeasuresError> {
        Ok(toml::from_str(text)?)
    }

    /// One measure.
    pub fn get(&self, id: &str) -> Option<&Measure> {
        self.measure.get(id)
    }
}
