//! What a definition may say about JSON-stat bodies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::header::validate_columns;
use crate::labels::Labels;

/// The table `decode.json_stat`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonStatForm {
    /// How the categories of dimensions are written.
    #[serde(default)]
    pub labels: Labels,
    /// The one data set to read where a body has several: its id in a bundle, or its JSON pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// Canonical column names, each with the ids that a dimension may have. Other columns keep their name.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Facts about the body, each with the JSON pointer to its text, such as `/updated`.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
}

impl JsonStatForm {
    pub(crate) fn validate(&self) -> Result<(), DecodeError> {
        for (name, pointer) in &self.facts {
            if !pointer.starts_with('/') {
                let problem = format!("a JSON pointer to a text begins with \"/\", found \"{pointer}\"");
                return Err(DecodeError::Definition { key: format!("decode.json_stat.facts.{name}"), problem });
            }
        }
        validate_columns("decode.json_stat", &self.columns, &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_little_and_nothing_unknown() {
        let form: JsonStatForm =
            toml::from_str("labels = \"both\"\ndataset = \"CPI15\"\nfacts = { updated = \"/CPI15/updated\" }").unwrap();
        assert_eq!((form.labels, form.dataset.as_deref()), (Labels::Both, Some("CPI15")));
        assert_eq!(toml::from_str::<JsonStatForm>("").unwrap(), JsonStatForm::default());
        assert!(toml::from_str::<JsonStatForm>("label = \"id\"").unwrap_err().to_string().contains("unknown field `label`"));
        assert!(toml::from_str::<JsonStatForm>("labels = \"code\"").is_err());
    }

    #[test]
    fn a_fact_is_a_pointer() {
        let form: JsonStatForm = toml::from_str("facts = { updated = \"updated\" }").unwrap();
        let error = form.validate().unwrap_err().to_string();
        assert_eq!(error, "decode.json_stat.facts.updated: a JSON pointer to a text begins with \"/\", found \"updated\"");
    }
}
