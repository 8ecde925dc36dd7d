//! Figures: one printed number each, and the words around it.

use std::collections::BTreeMap;

use super::document::{self, Document};
use super::entry::{Entry, Found};
use super::number::Standing;
use crate::error::DecodeError;

/// The keys that mean the same in every file.
const KEYS: [&str; 11] =
    ["document", "page", "no_page", "quotation", "no_quotation", "value", "thousands", "decimal", "counted", "period", "note"];
/// What comes out beside the keys of figures and documents.
const NUMBER: &str = "number";
/// How many ids an error lists.
const SHOWN: usize = 20;

/// A printed figure.
#[derive(Debug)]
pub(super) struct Figure<'d, 'f> {
    /// The line on which it begins.
    pub(super) line: u32,
    pub(super) document: &'d Document<'f>,
    pub(super) page: Option<&'f str>,
    /// The words around it; none where the file says why it does not have them.
    pub(super) quotation: Option<&'f str>,
    /// As printed.
    pub(super) value: &'f str,
    /// Without marks, with a point before decimals.
    pub(super) number: String,
    pub(super) counted: &'f str,
    pub(super) period: &'f str,
    /// The dimensions, in the order of the file.
    pub(super) further: Vec<(&'f str, &'f str)>,
}

impl<'d, 'f> Figure<'d, 'f> {
    pub(super) fn new(entry: &Entry<'f>, documents: &'d BTreeMap<&'f str, Document<'f>>) -> Result<Self, DecodeError> {
        let id = entry.required("document", "the id of the document that prints the figure")?;
        let document = documents.get(id.text).ok_or_else(|| {
            let known: Vec<&str> = documents.keys().copied().take(SHOWN).collect();
            let known = if known.is_empty() { "no document at all".to_owned() } else { known.join(", ") };
            entry.wrong("document", id.at, format!("there is no [document.{}] in the file; there is {known}", id.text))
        })?;
        let page = page(entry, document)?;
        let quotation = quotation(entry)?;
        let value = entry.required("value", "the number as printed, in quotation marks")?;
        let number = number(entry, document, quotation, value)?;
        let counted = entry.required("counted", "who or what is counted, and how")?;
        let period = entry.required("period", "the period or day that the figure is about, such as \"2021\"")?;
        Ok(Self {
            line: entry.file.line(entry.at),
            document,
            page,
            quotation: quotation.map(|quotation| quotation.text),
            value: value.text,
            number,
            counted: counted.text,
            period: period.text,
            further: further(entry)?,
        })
    }

    /// What no two figures share.
    pub(super) fn identity(&self) -> Vec<(&'f str, &'f str)> {
        let mut identity = self.further.clone();
        identity.sort_unstable();
        identity.extend([("document", self.document.id), ("counted", self.counted), ("period", self.period)]);
        identity
    }
}

fn page<'f>(entry: &Entry<'f>, document: &Document<'f>) -> Result<Option<&'f str>, DecodeError> {
    match (entry.text("page"), entry.text("no_page")) {
        (Some(_), Some(no_page)) => Err(entry.wrong("no_page", no_page.at, "the figure has a page")),
        (Some(page), None) if document.no_page => Err(entry.wrong("page", page.at, "no_page of the document says that it has none")),
        (Some(page), None) => Ok(Some(page.text)),
        (None, no_page) if document.no_page || no_page.is_some() => Ok(None),
        _ => {
            let what = "the page as printed, such as \"iv\", or no_page with the reason why there is none, such as \"web page\"";
            Err(entry.missing("page", what))
        }
    }
}

/// The words around the value, or the reason why they are not here: whoever opens the document adds them.
fn quotation<'f>(entry: &Entry<'f>) -> Result<Option<Found<'f>>, DecodeError> {
    match (entry.text("quotation"), entry.text("no_quotation")) {
        (Some(_), Some(no_quotation)) => Err(entry.wrong("no_quotation", no_quotation.at, "the figure has a quotation")),
        (Some(quotation), None) => Ok(Some(quotation)),
        (None, Some(_)) => Ok(None),
        (None, None) => {
            let what = "the words around the value, as printed: a sentence, or the row of a table; or no_quotation with the reason why they are not \
                        here, such as \"noted from the page; its words were not kept\"";
            Err(entry.missing("quotation", what))
        }
    }
}

/// Reads the value, which must stand in the quotation where there is one.
fn number(entry: &Entry<'_>, document: &Document<'_>, quotation: Option<Found<'_>>, value: Found<'_>) -> Result<String, DecodeError> {
    let marks = document::marks(entry, document.marks)?;
    let number = marks.read(value.text).map_err(|problem| entry.wrong("value", value.at, problem))?;
    let Some(quotation) = quotation else { return Ok(number) };
    let problem = match marks.stand(value.text, quotation.text) {
        Standing::Alone if quotation.text.trim() == value.text => {
            "is the value and nothing else: quote the sentence, or the row of the table, in which it stands".to_owned()
        }
        Standing::Alone => return Ok(number),
        Standing::Piece => format!("has the value \"{}\" only as a piece of a longer number", value.text),
        Standing::Nowhere => format!("does not contain the value \"{}\" as it is written under value", value.text),
    };
    Err(entry.wrong("quotation", quotation.at, problem))
}

fn further<'f>(entry: &Entry<'f>) -> Result<Vec<(&'f str, &'f str)>, DecodeError> {
    let mut further = Vec::new();
    for found in entry.texts().iter().filter(|found| !KEYS.contains(&found.key)) {
        if document::KEYS.contains(&found.key) {
            return Err(entry.wrong(found.key, found.at, "is a key of documents: it stands once, under [document.<id>]"));
        }
        if found.key == NUMBER {
            return Err(entry.wrong(found.key, found.at, "is made from the value, and cannot be typed"));
        }
        further.push((found.key, found.text));
    }
    Ok(further)
}
