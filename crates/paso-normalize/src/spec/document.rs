//! Datasets that are lists of codes or notes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Vintage;

/// A dataset that is a list of codes: it proves that `reference/` knows every code of a publisher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codelist {
    /// The edition date, as for observations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<Vintage>,
    /// The column of the code.
    pub code: String,
    /// The scheme that must know it.
    pub scheme: String,
    /// The column of the name.
    pub name: String,
    /// The column and text that mark an aggregate; the area must be a group exactly there.
    pub aggregate: Aggregate,
}

/// How a code list marks aggregates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// The column.
    pub column: String,
    /// The text.
    pub text: String,
}

/// A publisher's footnotes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    /// The edition date, as for observations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<Vintage>,
    /// The column of the words.
    pub text: String,
    /// The column of the years: years and spans of years, separated by commas.
    pub years: String,
    /// Which measures a footnote qualifies.
    pub measures: NoteMeasures,
    /// The areas that it is about; an empty cell is all of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dimensions: BTreeMap<String, NoteArea>,
}

/// The measures that a footnote qualifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteMeasures {
    /// The column.
    pub column: String,
    /// What stands between two of them.
    pub separator: String,
    /// The measures of each text.
    pub codes: BTreeMap<String, Vec<String>>,
}

/// An area that a footnote is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteArea {
    /// The column.
    pub column: String,
    /// The scheme of its codes.
    pub scheme: String,
}
