use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::header::validate_columns;
use crate::labels::Labels;

/// The table `decode.sdmx_csv`. Version, delimiter and layout are never declared: the message says them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SdmxCsvForm {
    /// What of codes and their names comes out.
    #[serde(default)]
    pub labels: Labels,
    /// Canonical column names, each with the ids it may have in the message; one of them must stand in the header. Others keep their id.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Names under `columns` that an edition may lack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional: Vec<String>,
    /// Facts about the message, each with the title of the column that states it on every row, such as `LAST UPDATE` or `STRUCTURE_NAME`.
    /// The first row is taken.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
}

impl SdmxCsvForm {
    pub(crate) fn validate(&self) -> Result<(), DecodeError> {
        validate_columns("decode.sdmx_csv", &self.columns, &self.optional)
    }
}
