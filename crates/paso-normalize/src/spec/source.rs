//! Where a code comes from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where a code comes from. Exactly one of `code`, `same_as` and `column`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The same code in every row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The code of another dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// The decoded column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Codes by the text in the column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    /// The scheme of `reference/schemes.toml` that knows the texts that `codes` does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// How the texts that `codes` does not know are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<SourceForm>,
    /// What every text begins with, and what is taken off before it is looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strip_prefix: Option<String>,
    /// The words of the text that are meant, where it says two things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<Take>,
    /// Texts that stand for the row's reference area: its nationals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<String>,
    /// The code of every text that nothing else here knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
    /// What must stand in a text for `otherwise` to be its code: another text that nothing knows is refused. Empty for all texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise_where: Vec<String>,
    /// The code of an empty cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<String>,
    /// The code where the reference area is a group, whatever the column says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_groups: Option<String>,
    /// Codes that are sub-totals of others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subtotals: Vec<String>,
    /// Where to look when the cell is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or: Option<Box<Source>>,
}

/// Some words of a text; any white space stands between words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The first one.
    FirstWord,
    /// The last one.
    LastWord,
    /// All but the first one.
    AfterFirstWord,
    /// All but the last one.
    BeforeLastWord,
}

impl Take {
    /// The words that are meant; none where the text has only one.
    pub(crate) fn of(self, text: &str) -> Option<&str> {
        let text = text.trim();
        let (first, rest) = text.split_once(char::is_whitespace)?;
        let (before, last) = text.rsplit_once(char::is_whitespace)?;
        Some(match self {
            Self::FirstWord => first,
            Self::AfterFirstWord => rest.trim_start(),
            Self::LastWord => last,
            Self::BeforeLastWord => before.trim_end(),
        })
    }
}

/// A way to write codes that need no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceForm {
    /// Ages in completed years: `7`, `0-4`, `00 A 04`, `80 o más`, `85+`.
    Age,
}
