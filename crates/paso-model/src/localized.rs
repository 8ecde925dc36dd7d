//! Text for people, in the two languages of the programme.

use serde::{Deserialize, Serialize};

/// A title or note in English and Spanish. Both are required: a release carries both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// English.
    pub en: String,
    /// Spanish.
    pub es: String,
}
