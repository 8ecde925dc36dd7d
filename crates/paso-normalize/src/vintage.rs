//! The date of an edition.

use jiff::civil::Date;
use paso_decode::Facts;

use crate::{error::NormalizeError, period_form::months_in_english, spec::Vintage};

/// Finds the edition date: stated by definition or body, else `Last-Modified`, else the day of first retrieval.
pub(crate) struct VintageFinder<'a> {
    dataset: &'a str,
    rule: Option<&'a Vintage>,
    stated: Option<Date>,
    last_modified: Option<Date>,
    retrieved: Option<Date>,
    without_last_modified: bool,
}

impl<'a> VintageFinder<'a> {
    pub(crate) fn new(dataset: &'a str, rule: Option<&'a Vintage>) -> Self {
        Self { dataset, rule, stated: None, last_modified: None, retrieved: None, without_last_modified: false }
    }

    fn fail(&self, problem: String) -> NormalizeError {
        NormalizeError::Vintage { dataset: self.dataset.to_owned(), problem }
    }

    pub(crate) fn see(&mut self, facts: &Facts, last_modified: Option<Date>, retrieved: Date) -> Result<(), NormalizeError> {
        self.last_modified = self.last_modified.max(last_modified);
        self.without_last_modified |= last_modified.is_none();
        self.retrieved = self.retrieved.max(Some(retrieved));
        let Some(fact) = self.rule.and_then(|rule| rule.fact.as_ref()) else { return Ok(()) };
        // A form of the body that declares no such fact falls back to what the transport says.
        // So does one that states it by nothing.
        let Some(text) = facts.get(fact).filter(|text| !text.trim().is_empty()) else { return Ok(()) };
        let format = self.rule.and_then(|rule| rule.format.as_deref()).unwrap_or("%Y-%m-%d");
        let date = read_date(text.trim(), format)
            .ok_or_else(|| self.fail(format!("the body states its edition as `{text}`, which is not written `{format}`")))?;
        self.stated = self.stated.max(Some(date));
        Ok(())
    }

    /// Whether the bodies must be read to know the date.
    pub(crate) fn needs_facts(&self) -> bool {
        self.rule.is_some_and(|rule| rule.date.is_none() && rule.fact.is_some())
    }

    pub(crate) fn vintage(&self) -> Result<Date, NormalizeError> {
        if let Some(text) = self.rule.and_then(|rule| rule.date.as_ref()) {
            return text.parse().map_err(|_| self.fail(format!("`observe.vintage.date` is `{text}`, which is not a date")));
        }
        let last_modified = if self.without_last_modified { None } else { self.last_modified };
        self.stated
            .or(last_modified)
            .or(self.retrieved)
            .ok_or_else(|| self.fail("there is no body to take an edition date from".to_owned()))
    }
}

fn read_date(text: &str, formats: &str) -> Option<Date> {
    let english = months_in_english(text);
    formats.split('|').find_map(|format| Date::strptime(format, text).or_else(|_| Date::strptime(format, &english)).ok())
}
