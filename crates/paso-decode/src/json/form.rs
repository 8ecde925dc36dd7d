use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::forms::validate_columns;

/// The table `decode.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonForm {
    /// JSON pointer to the array of row objects, such as `/items`; empty for a body that is the array. `null` and an empty array have no rows.
    pub rows: String,
    /// JSON pointers to where the publisher puts an error document: what stands there (and is not empty) becomes the error's text.
    #[serde(default)]
    pub error: Vec<String>,
    /// Canonical column names, each with the keys it may have; keys of nested objects are joined by dots. Other keys keep their name.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Facts about the body, each with the JSON pointer to its text.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
}

impl JsonForm {
    pub(crate) fn validate(&self) -> Result<(), DecodeError> {
        let facts = self.facts.iter().map(|(name, pointer)| (format!("facts.{name}"), pointer));
        let pointers =
            std::iter::once(("rows".to_owned(), &self.rows)).chain(self.error.iter().map(|pointer| ("error".to_owned(), pointer)));
        for (key, pointer) in pointers.chain(facts) {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                let problem = format!("a JSON pointer is empty or begins with \"/\", found \"{pointer}\"");
                return Err(DecodeError::Definition { key: format!("decode.json.{key}"), problem });
            }
        }
        validate_columns("decode.json.columns", &self.columns)
    }
}
