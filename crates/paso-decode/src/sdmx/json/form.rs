use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::header::validate_columns;
use crate::labels::Labels;

/// The table `decode.sdmx_json`. Version and layout are never declared: the message says them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SdmxJsonForm {
    /// What of codes and their names comes out.
    #[serde(default)]
    pub labels: Labels,
    /// Whether an attribute that has no value in the message takes the default that its structure declares. SDMX-JSON lets senders leave out
    /// what equals the default; many declare one and send every value all the same.
    #[serde(default)]
    pub defaults: bool,
    /// The data set to read, counted from 0; without it, all of them, each as a part of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_set: Option<u32>,
    /// Canonical column names, each with the ids it may have in the message; one of them must be a component. Others keep their id.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Names under `columns` that an edition may lack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional: Vec<String>,
}

impl SdmxJsonForm {
    pub(crate) fn validate(&self) -> Result<(), DecodeError> {
        validate_columns("decode.sdmx_json", &self.columns, &self.optional)
    }
}
