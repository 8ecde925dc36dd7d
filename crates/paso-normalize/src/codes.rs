//! `reference/codes.toml`: codes of dimensions that have no standard list of their own.

use std::collections::BTreeMap;

use paso_areas::{AreaKind, Areas};
use paso_model::{Dimension, Localized, ORIGIN_BASES, code};
use serde::Deserialize;

/// The lists of codes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeLists {
    #[serde(default)]
    list: BTreeMap<String, BTreeMap<String, Localized>>,
}

/// The text of `codes.toml` is not valid.
#[derive(Debug, thiserror::Error)]
#[error("codes: {0}")]
pub struct CodeListsError(#[from] toml::de::Error);

impl CodeLists {
    /// Reads the text of `codes.toml`.
    pub fn parse(text: &str) -> Result<Self, CodeListsError> {
        Ok(toml::from_str(text)?)
    }

    /// Every code: list, code and name, sorted.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str, &Localized)> {
        self.list.iter().flat_map(|(list, codes)| codes.iter().map(move |(code, name)| (list.as_str(), code.as_str(), name)))
    }

    /// Whether a definition may map to this code of a dimension; `categories` knows the codes of the dataset's measures.
    pub(crate) fn knows(&self, dimension: Dimension, text: &str, areas: &Areas, categories: impl Fn(&str) -> bool) -> bool {
        let everywhere = matches!(text, code::TOTAL | code::UNKNOWN | code::WITHHELD | code::NOT_APPLICABLE);
        match dimension {
            Dimension::Sex => code::is_sex(text),
            Dimension::Age => code::is_age(text),
            Dimension::OriginBasis => ORIGIN_BASES.contains(&text),
            Dimension::Region => {
                everywhere || areas.region(text).is_some() || areas.area(text).is_some_and(|area| area.kind == AreaKind::Residual)
            }
            Dimension::Category | Dimension::Subcategory => everywhere || categories(text),
            Dimension::Education | Dimension::Activity => {
                everywhere || self.list.get(dimension.column()).is_some_and(|list| list.contains_key(text))
            }
            Dimension::Origin | Dimension::Destination | Dimension::Citizenship | Dimension::Birth => {
                everywhere || text == code::WORLD || areas.area(text).is_some()
            }
            Dimension::RefArea => everywhere || areas.area(text).is_some(),
            // Further breakdowns are the definition's own.
            Dimension::Other => true,
        }
    }
}
