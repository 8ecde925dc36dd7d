//! `reference/flags.toml`: what the publishers' flags mean. An unknown flag is quarantined, never ignored.

use std::collections::BTreeMap;

use paso_model::{Localized, Status};
use serde::Deserialize;

/// The lists of flags.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flags {
    #[serde(default)]
    list: BTreeMap<String, BTreeMap<String, Flag>>,
}

/// One flag.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// The SDMX status letters that it stands for; none where it is a remark only.
    #[serde(default)]
    pub status: String,
    /// What the publisher says it means.
    pub meaning: Localized,
}

/// The text of `flags.toml` is not valid.
#[derive(Debug, thiserror::Error)]
pub enum FlagsError {
    /// Not TOML, or unknown keys.
    #[error("flags: {0}")]
    Toml(#[from] toml::de::Error),
    /// A status letter that SDMX does not have.
    #[error("flags: list `{list}`, flag `{flag}`: {source}")]
    Status {
        /// The list.
        list: String,
        /// The flag.
        flag: String,
        /// What is wrong.
        source: paso_model::StatusError,
    },
}

impl Flags {
    /// Reads the text of `flags.toml`.
    pub fn parse(text: &str) -> Result<Self, FlagsError> {
        let flags: Self = toml::from_str(text)?;
        for (list, entries) in &flags.list {
            for (flag, entry) in entries {
                entry.status.parse::<Status>().map_err(|source| FlagsError::Status { list: list.clone(), flag: flag.clone(), source })?;
            }
        }
        Ok(flags)
    }

    /// Whether the list exists.
    pub fn has_list(&self, list: &str) -> bool {
        self.list.contains_key(list)
    }

    /// The status of a flag, if the list knows it.
    pub fn status(&self, list: &str, flag: &str) -> Option<Status> {
        self.list.get(list)?.get(flag)?.status.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_flag_has_a_status_and_an_unknown_one_has_none() {
        let flags = Flags::parse("[list.undesa]\n\"3\" = { status = \"D\", meaning = { en = \"a\", es = \"b\" } }").unwrap();
        assert_eq!(flags.status("undesa", "3").unwrap().to_string(), "D");
        assert!(flags.status("undesa", "4").is_none() && flags.status("other", "3").is_none() && flags.has_list("undesa"));
    }

    #[test]
    fn a_letter_that_sdmx_lacks_is_refused() {
        let error = Flags::parse("[list.x]\n\"1\" = { status = \"?\", meaning = { en = \"a\", es = \"b\" } }").unwrap_err();
        assert!(error.to_string().contains("list `x`, flag `1`"), "{error}");
    }
}
