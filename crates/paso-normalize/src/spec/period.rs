//! How periods are written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Take;

/// Where the period stands. Exactly one of `column`, `columns` and `always`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodRule {
    /// The column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Columns whose texts together say it, such as a year and a month; they are joined by one space.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The period of every row, where the body states it outside the rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always: Option<String>,
    /// What every text begins with, and what is taken off: `a` for `a2002`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strip_prefix: Option<String>,
    /// The words of the text that are meant, where it says two things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<Take>,
    /// What is put before the text, where the body leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// paso's labels by text, looked up before the forms: `2025` is the half of it that is published.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    /// The ways of writing that occur.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<PeriodForm>,
    /// The span of a day that is meant, where the forms read days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grain: Option<Grain>,
    /// The offset from universal time, such as `-05:00`, in which moments are dated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<String>,
}

/// A way to write a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodForm {
    /// `2020`: the year of a flow; for a stock, the concept's `reference_day` in it.
    Year,
    /// `1990-1995`: from mid-year to mid-year.
    YearSpan,
    /// paso's own labels: `2020-Q3`, `2020-07`, `2020-07-01` …
    Label,
    /// SDMX time periods: as `Year` and `Label`, and `2020-M07`.
    Sdmx,
    /// A year and a month, by number or name: `2020 Julio`, `07/2020`.
    Month,
    /// A year and a quarter: `2018 4`, `2011Q1`, `IV 2018`.
    Quarter,
    /// A day, in `strptime` notation.
    Date(String),
    /// Milliseconds since 1970, dated in the rule's `offset`.
    EpochMs,
}

/// The span of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// Its month.
    Month,
    /// Its quarter.
    Quarter,
    /// Its year.
    Year,
}
