//! The definition keys that normalization executes: `[dataset.<id>.observe]`, `[dataset.<id>.codelist]` and `[dataset.<id>.notes]`.

use std::collections::BTreeMap;

use paso_model::Localized;
use serde::{Deserialize, Serialize};

mod document;
mod event;
mod period;
mod row;
mod source;
mod value;

pub use document::{Aggregate, Codelist, NoteArea, NoteMeasures, Notes};
pub use event::{EventRule, Point, PointOrder, Tabulation};
pub use period::{Grain, PeriodForm, PeriodRule};
pub use row::{Exclusion, FlagColumn, FlagColumns, StatusColumn};
pub use source::{Source, SourceForm, Take};
pub use value::{Bounds, Cells, Counts, Rounded, Suppressed, Value};

/// How decoded rows become observations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observe {
    /// The edition date; without it, `Last-Modified` or the day of first retrieval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<Vintage>,
    /// What a new edition replaces.
    pub complete_for: CompleteFor,
    /// Where the period stands and how it is written; each value column may say it for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<PeriodRule>,
    /// Where the dimensions come from; a dimension that is not named is the total, or not applicable for directions.
    pub dimensions: BTreeMap<String, Source>,
    /// Further breakdowns, by identifier: they go to `other`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, Source>,
    /// How value cells are read, unless a value says otherwise.
    #[serde(default)]
    pub cells: Cells,
    /// The value columns.
    pub values: Vec<Value>,
    /// Rows that are no data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<Exclusion>,
    /// Status letters that every row carries (`E` where the publisher estimates).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Status letters from a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_from: Option<StatusColumn>,
    /// The column that says how the figure was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nature: Option<String>,
    /// The columns with the publisher's flags, and the lists of `flags.toml` that explain them.
    #[serde(default, skip_serializing_if = "FlagColumns::is_empty")]
    pub flags: FlagColumns,
    /// The column that says how confidential a value is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conf_from: Option<StatusColumn>,
    /// That rows of one key are parts of one figure and add up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<DeclaredSum>,
    /// That rows are events, which have an id, days and a place of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventRule>,
    /// How many cells of an edition may be in quarantine before a release that reads it is refused; none unless said otherwise.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub max_quarantined: u64,
    /// Sums that the publisher's own totals must meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<TotalCheck>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The date of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vintage {
    /// The date, where the publisher states it outside the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The decoded fact that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<String>,
    /// How the fact is written, in `strptime` notation; default `%Y-%m-%d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

/// What a new edition replaces of the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CompleteFor {
    /// The word `everything`: a key that the new edition does not have is retracted.
    Everything(Everything),
    /// Dimensions (or `period`, `measure`): within their values that it holds, an edition replaces the last one; an empty list adds
    /// and corrects only.
    Dimensions(Vec<String>),
}

/// The word `everything`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "one word")]
pub enum Everything {
    Everything,
}

/// That the rows of one key are parts of one figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredSum {
    /// What the rows are parts of, and why they may be added.
    pub note: Localized,
}

/// A printed total that the parts must sum to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotalCheck {
    /// The breakdown of the parts, such as `ref_area+sex`.
    pub parts: String,
    /// The breakdown of the totals, such as `ref_area`.
    pub whole: String,
    /// The largest difference that is no error, in the measure's unit.
    #[serde(default)]
    pub tolerance: f64,
    /// The measures; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<String>,
    /// How many totals of an edition may differ by more: known mistakes of the publisher, which `note` names.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub differing: u64,
    /// Whether the parts are a selection: some were not asked for or are not printed, so that they may be less than the total, never more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub selection: bool,
    /// Why a difference is no error, where one is tolerated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
