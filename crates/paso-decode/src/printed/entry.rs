//! One table of the file, a document or a figure, as texts with their places.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::DecodeError;
use crate::position::Position;

/// The file as text.
pub(super) struct File<'f> {
    text: &'f str,
    line_ends: Vec<usize>,
}

impl<'f> File<'f> {
    pub(super) fn new(text: &'f str) -> Self {
        Self { text, line_ends: memchr::memchr_iter(b'\n', text.as_bytes()).collect() }
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, byte: usize) -> u32 {
        self.line_ends.partition_point(|&end| end < byte) as u32 + 1
    }

    /// An error about what stands at a byte.
    pub(super) fn wrong(&self, byte: usize, key: impl Into<String>, problem: impl Into<String>) -> DecodeError {
        DecodeError::Entry { key: key.into(), at: Position::in_text(self.text.as_bytes(), byte), problem: problem.into() }
    }
}

/// A text of the file, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'f> {
    pub(super) key: &'f str,
    pub(super) text: &'f str,
    pub(super) at: usize,
}

/// A document or a figure.
pub(super) struct Entry<'f> {
    pub(super) file: &'f File<'f>,
    /// How errors call it: `document "answer-512"`, `figure 3`.
    pub(super) name: String,
    /// Where it begins.
    pub(super) at: usize,
    texts: Vec<Found<'f>>,
}

impl<'f> Entry<'f> {
    /// The texts of a table, all of them.
    pub(super) fn new(file: &'f File<'f>, name: String, value: &'f Spanned<DeValue<'f>>) -> Result<Self, DecodeError> {
        let at = value.span().start;
        let DeValue::Table(table) = value.get_ref() else {
            return Err(file.wrong(at, name, format!("is {}, expected a table of texts", kind(value.get_ref()))));
        };
        let mut entry = Self { file, name, at, texts: Vec::with_capacity(table.len()) };
        for (key, value) in table {
            let found = entry.found(key, value)?;
            entry.texts.push(found);
        }
        Ok(entry)
    }

    fn found(&self, key: &'f Spanned<std::borrow::Cow<'f, str>>, value: &'f Spanned<DeValue<'f>>) -> Result<Found<'f>, DecodeError> {
        let (name, span) = (key.get_ref().as_ref(), value.span());
        if name.trim().is_empty() {
            return Err(self.file.wrong(key.span().start, &self.name, "has a key without a name"));
        }
        let wrong = |problem: String| Err(self.wrong(name, span.start, problem));
        let text = match value.get_ref() {
            DeValue::String(text) => text.as_ref(),
            other @ (DeValue::Array(_) | DeValue::Table(_)) => return wrong(format!("is {}, expected a text", kind(other))),
            other => {
                let written = self.file.text.get(span.clone()).unwrap_or_default();
                let problem =
                    format!("{written} is {}: write it in quotation marks, exactly as printed: {name} = \"{written}\"", kind(other));
                return wrong(problem);
            }
        };
        if matches!(name, "thousands" | "decimal") {
            return Ok(Found { key: name, text, at: span.start });
        }
        if text.trim().is_empty() {
            return wrong("is blank".to_owned());
        }
        // A quotation of several lines ends in a line end; everything else would look right and compare wrong.
        if name != "quotation" && text.trim() != text {
            return wrong(format!("\"{text}\" begins or ends in white space"));
        }
        Ok(Found { key: name, text, at: span.start })
    }

    /// The texts, in the order of the file.
    pub(super) fn texts(&self) -> &[Found<'f>] {
        &self.texts
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> Option<Found<'f>> {
        self.texts.iter().find(|found| found.key == key).copied()
    }

    /// The text of a key that must be there; `what` says what it holds.
    pub(super) fn required(&self, key: &str, what: &str) -> Result<Found<'f>, DecodeError> {
        self.text(key).ok_or_else(|| self.missing(key, what))
    }

    /// The error for a key that must be there.
    pub(super) fn missing(&self, key: &str, what: &str) -> DecodeError {
        self.wrong(key, self.at, format!("is missing: {what}"))
    }

    /// An error about a key.
    pub(super) fn wrong(&self, key: &str, at: usize, problem: impl Into<String>) -> DecodeError {
        self.file.wrong(at, format!("{key} of {}", self.name), problem)
    }

    /// A mark of numbers under a key.
    pub(super) fn mark(&self, key: &str) -> Result<Option<char>, DecodeError> {
        let Some(value) = self.text(key) else { return Ok(None) };
        let mut characters = value.text.chars();
        match (characters.next(), characters.next()) {
            (Some(mark), None) if !mark.is_alphanumeric() && !"+-\u{2212}\u{2013}".contains(mark) => Ok(Some(mark)),
            _ => Err(self.wrong(key, value.at, format!("\"{}\" is not one mark, such as \".\" or \",\"", value.text))),
        }
    }
}

/// What a value is instead of a text or table.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "typed as a number",
        DeValue::Boolean(_) => "typed as true or false",
        DeValue::Datetime(_) => "typed as a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The table at the root of the file.
pub(super) fn root<'f>(file: &File<'f>) -> Result<DeTable<'f>, DecodeError> {
    DeTable::parse(file.text).map(Spanned::into_inner).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        file.wrong(at, "the file", error.message())
    })
}
