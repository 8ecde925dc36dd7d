use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::header::validate_columns;

/// The table `decode.eurostat_tsv`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EurostatTsvForm {
    /// Canonical column names, each with the ids it may have in the message; one of them must be there. Others keep their id.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Names under `columns` that an edition may lack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional: Vec<String>,
}

impl EurostatTsvForm {
    pub(crate) fn validate(&self) -> Result<(), DecodeError> {
        validate_columns("decode.eurostat_tsv", &self.columns, &self.optional)
    }
}
