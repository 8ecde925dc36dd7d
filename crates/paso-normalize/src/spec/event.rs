//! Rows that are events.

use serde::{Deserialize, Serialize};

use super::PeriodRule;

/// That rows are events: they go into a table of their own, from which tabulations make the observations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRule {
    /// What kind of event it is.
    pub kind: String,
    /// The columns of the publisher's id; without them, and where all are empty, what the event says is hashed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id: Vec<String>,
    /// The column of its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The first day; without it, that of the figure's period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<PeriodRule>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<PeriodRule>,
    /// Whether days that run backwards are kept as published; else such an event is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_end_before_start: bool,
    /// The column that says how exact the days are; the first, where another one says it of the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<String>,
    /// The column that says how exact the last day is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_accuracy: Option<String>,
    /// The column of the codes that others give the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<String>,
    /// Where it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// The column that says how exact the place is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<String>,
    /// The observations that are made of the events.
    pub tabulate: Vec<Tabulation>,
}

/// The columns of a place: one that holds both coordinates, or one for each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The column of both, with a comma between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Which comes first in it.
    #[serde(default)]
    pub order: PointOrder,
    /// The column of degrees north.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<String>,
    /// The column of degrees east.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<String>,
}

/// The order of two coordinates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointOrder {
    /// Latitude first.
    #[default]
    LatLon,
    /// Longitude first, as GeoJSON has it.
    LonLat,
}

/// Observations that are counted from events: the figures of one period, added up by some dimensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tabulation {
    /// The dimensions that are kept; of the others, everything is added up.
    pub by: Vec<String>,
    /// The measures; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<String>,
    /// The measure that counts the events themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
}
