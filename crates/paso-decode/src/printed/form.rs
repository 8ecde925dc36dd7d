use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::header::validate_columns;

/// The table `decode.printed`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintedForm {
    /// Canonical column names, each with the keys of figures that it may have in the file; one of them must be there. Others keep their name.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Names under `columns` that a file may lack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional: Vec<String>,
    /// Facts about the file, each with what it is.
    #[serde(default)]
    pub facts: BTreeMap<String, PrintedFact>,
}

/// What a file of printed figures says as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintedFact {
    /// The date of its newest document, as far as that document states it.
    NewestDate,
    /// The last day on which one of its documents was read.
    LastRetrieved,
}

impl PrintedForm {
    pub(crate) fn validate(&self) -> Result<(), DecodeError> {
        validate_columns("decode.printed", &self.columns, &self.optional)
    }
}
