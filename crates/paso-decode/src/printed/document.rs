//! Documents: what was printed, by whom and when.

use super::date::{is_date, is_day};
use super::entry::{Entry, Found};
use super::number::{Marks, show};
use crate::error::DecodeError;

/// Every key that a document may have.
pub(super) const KEYS: [&str; 11] =
    ["title", "date", "url", "no_url", "publisher", "language", "retrieved", "no_page", "thousands", "decimal", "note"];

/// A document that figures are quoted from.
#[derive(Debug)]
pub(super) struct Document<'f> {
    pub(super) id: &'f str,
    /// Where it begins in the file.
    pub(super) at: usize,
    pub(super) title: &'f str,
    pub(super) date: &'f str,
    pub(super) url: Option<&'f str>,
    pub(super) retrieved: &'f str,
    pub(super) no_page: bool,
    pub(super) marks: Marks,
}

impl<'f> Document<'f> {
    pub(super) fn new(id: &'f str, entry: &Entry<'f>) -> Result<Self, DecodeError> {
        if let Some(unknown) = entry.texts().iter().find(|found| !KEYS.contains(&found.key)) {
            return Err(entry.wrong(unknown.key, unknown.at, format!("is not a key of documents; these are {}", KEYS.join(", "))));
        }
        let title = entry.required("title", "the title as printed")?;
        let date = entry.required("date", "the date that the document bears, such as \"2024-05-14\" (or \"2024-05\", or \"2024\")")?;
        if !is_date(date.text) {
            let problem =
                format!("\"{}\" is no date: write year-month-day, such as \"2024-05-14\" (or \"2024-05\", or \"2024\")", date.text);
            return Err(entry.wrong("date", date.at, problem));
        }
        let url = url(entry)?;
        entry.required("publisher", "who published the document")?;
        language(entry)?;
        let retrieved = retrieved(entry, date)?;
        let marks = marks(entry, Marks::default())?;
        let no_page = entry.text("no_page").is_some();
        Ok(Self { id, at: entry.at, title: title.text, date: date.text, url, retrieved, no_page, marks })
    }
}

/// What an entry says about marks, and otherwise what holds around it.
pub(super) fn marks(entry: &Entry<'_>, around: Marks) -> Result<Marks, DecodeError> {
    let marks = Marks { thousands: entry.mark("thousands")?.or(around.thousands), decimal: entry.mark("decimal")?.or(around.decimal) };
    match (marks.thousands, marks.decimal) {
        (Some(thousands), Some(decimal)) if thousands == decimal => {
            let at = entry.text("decimal").or_else(|| entry.text("thousands")).map_or(entry.at, |found| found.at);
            Err(entry.wrong("decimal", at, format!("{} is the thousands mark too", show(decimal))))
        }
        _ => Ok(marks),
    }
}

fn url<'f>(entry: &Entry<'f>) -> Result<Option<&'f str>, DecodeError> {
    match (entry.text("url"), entry.text("no_url")) {
        (Some(url), None) => {
            let address = url.text.strip_prefix("https://").or_else(|| url.text.strip_prefix("http://"));
            if address.is_some_and(|address| !address.is_empty() && !address.contains(char::is_whitespace)) {
                return Ok(Some(url.text));
            }
            Err(entry.wrong("url", url.at, format!("\"{}\" is not an address that begins with https:// or http://", url.text)))
        }
        (None, Some(_)) => Ok(None),
        (Some(_), Some(no_url)) => Err(entry.wrong("no_url", no_url.at, "the document has a url")),
        (None, None) => {
            Err(entry.missing("url", "the document's address, or no_url with the reason why it has none, such as \"printed only\""))
        }
    }
}

/// A language tag such as `es`, `arn` or `es-CL` (BCP 47).
fn language(entry: &Entry<'_>) -> Result<(), DecodeError> {
    let found = entry.required("language", "the language of the quotations, such as \"es\"")?;
    let mut parts = found.text.split('-');
    let primary = parts.next().is_some_and(|part| (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    if primary && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return Ok(());
    }
    Err(entry.wrong("language", found.at, format!("\"{}\" is no language tag, such as \"es\" or \"es-CL\"", found.text)))
}

fn retrieved<'f>(entry: &Entry<'f>, date: Found<'f>) -> Result<&'f str, DecodeError> {
    let found = entry.required("retrieved", "the day on which the document was read, such as \"2025-11-20\"")?;
    if !is_day(found.text) {
        let problem = format!("\"{}\" is no day: write year-month-day, such as \"2025-11-20\"", found.text);
        return Err(entry.wrong("retrieved", found.at, problem));
    }
    // Only as much of the day as the document's own date states can be compared.
    if found.text.get(..date.text.len()).is_some_and(|day| day < date.text) {
        let problem = format!("{} lies before the document's date, {}", found.text, date.text);
        return Err(entry.wrong("retrieved", found.at, problem));
    }
    Ok(found.text)
}
