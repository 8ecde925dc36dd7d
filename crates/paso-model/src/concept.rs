//! Who is counted, when and by which rule: what makes two official figures comparable, or explains why they are not.

use serde::{Deserialize, Serialize};

use crate::Localized;

/// The kind of source that a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum SourceType {
    Census,
    Register,
    Survey,
    Permits,
    Border,
    Model,
    Compilation,
    Printed,
}

impl SourceType {
    /// The name as definitions write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Census => "census",
            Self::Register => "register",
            Self::Survey => "survey",
            Self::Permits => "permits",
            Self::Border => "border",
            Self::Model => "model",
            Self::Compilation => "compilation",
            Self::Printed => "printed",
        }
    }
}

/// From how long a stay on a person counts as a resident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Residence {
    /// Months of stay; 0 where the source knows no such rule.
    pub months: u8,
    /// Whether the intention to stay so long is enough.
    #[serde(default)]
    pub intention: bool,
}

/// The concept block of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// The kind of source.
    pub source_type: SourceType,
    /// Who counts as foreign or migrant; see the observation's `origin_basis`.
    pub basis: String,
    /// The residence rule, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residence: Option<Residence>,
    /// The day of the year that stocks refer to, `MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_day: Option<String>,
    /// Who is in and who is left out.
    pub coverage: Localized,
    /// Datasets that this one republishes or is built from: with them it is one voice.
    pub upstream: Vec<String>,
    /// What it can be compared with, and what not.
    pub comparable: Localized,
}

/// The values that `origin_basis` may have.
pub const ORIGIN_BASES: [&str; 9] =
    ["birth", "citizenship", "descent", "previous_residence", "next_residence", "asylum_origin", "mixed", "undetermined", "_Z"];
