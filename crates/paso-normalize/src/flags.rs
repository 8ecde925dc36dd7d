//! `reference/flags.toml`: what the publishers' flags mean. An unknown flag is quarantined, never ignored.

use std::collections::BTreeMap;

use jiff::civil::Date;
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
    /// The last day that it speaks of, where it speaks of the past only.
    #[serde(default)]
    pub through: Option<String>,
    /// What the publisher says it means.
    pub meaning: Localized,
}

/// The text of `flags.toml` is not valid.
#[derive(Debug, thiserror::Error)]
pub enum FlagsError {
    /// Not TOML, or unknown keys.
    #[error("flags: {0}")]
    Toml(#[from] toml::de::Error),
    /// A day that is none.
    #[error("flags: list `{list}`, flag `{flag}`: `through` is `{text}`, which is not a date")]
    Day {
        /// The list.
        list: String,
        /// The flag.
        flag: String,
        /// What stands there.
        text: String,
    },
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
                if let Some(text) = entry.through.as_ref().filter(|text| text.parse::<Date>().is_err()) {
                    return Err(FlagsError::Day { list: list.clone(), flag: flag.clone(), text: text.clone() });
                }
                entry.status.parse::<Status>().map_err(|source| FlagsError::Status { list: list.clone(), flag: flag.clone(), source })?;
            }
        }
        Ok(flags)
    }

    /// Whether the list exists.
    pub fn has_list(&self, list: &str) -> bool {
        self.list.contains_key(list)
    }

    /// A flag of a list, if the list knows it.
    pub fn get(&self, list: &str, flag: &str) -> Option<&Flag> {
        self.list.get(list)?.get(flag)
    }

    /// The status of a flag on a day, if the list knows the flag.
    pub fn status(&self, list: &str, flag: &str, day: Date) -> Option<Status> {
        let flag = self.get(list, flag)?;
        let end = flag.through.as_ref().and_then(|text| text.parse::<Date>().ok());
        if end.is_some_and(|end| day > end) {
            return Some(Status::NORMAL);
        }
        flag.status.parse().ok()
    }

    /// The flags of a cell: itself, what stands between separators, or each of its characters.
    pub(crate) fn of_cell<'t>(text: &'t str, separator: Option<&str>) -> Vec<&'t str> {
        match separator {
            None => vec![text],
            Some("") => text.split("").filter(|flag| !flag.trim().is_empty()).collect(),
            Some(separator) => text.split(separator).map(str::trim).filter(|flag| !flag.is_empty()).collect(),
        }
    }

    /// Every flag: list, flag and what it means, sorted.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str, &Flag)> {
        self.list.iter().flat_map(|(list, flags)| flags.iter().map(move |(name, flag)| (list.as_str(), name.as_str(), flag)))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_known_flag_has_a_status_and_an_unknown_one_has_none() {
        let flags = Flags::parse("[list.undesa]\n\"3\" = { status = \"D\", meaning = { en = \"a\", es = \"b\" } }").unwrap();
        let day = date(2020, 7, 1);
        assert_eq!(flags.status("undesa", "3", day).unwrap().to_string(), "D");
        assert!(flags.status("undesa", "4", day).is_none() && flags.status("other", "3", day).is_none() && flags.has_list("undesa"));
    }

    #[test]
    fn a_flag_of_the_past_says_nothing_of_today() {
        let text = "[list.undesa]\n\"3\" = { status = \"D\", through = \"2005-12-31\", meaning = { en = \"a\", es = \"b\" } }";
        let flags = Flags::parse(text).unwrap();
        assert_eq!(flags.status("undesa", "3", date(2005, 7, 1)).unwrap().to_string(), "D");
        assert_eq!(flags.status("undesa", "3", date(2010, 7, 1)), Some(Status::NORMAL));
    }

    #[test]
    fn a_letter_that_sdmx_lacks_is_refused() {
        let error = Flags::parse("[list.x]\n\"1\" = { status = \"?\", meaning = { en = \"a\", es = \"b\" } }").unwrap_err();
        assert!(error.to_string().contains("list `x`, flag `1`"), "{error}");
    }
}
