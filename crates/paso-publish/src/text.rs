//! What people read in a release, in Spanish and English.

pub(crate) mod attribution;
pub(crate) mod dictionary;

use paso_model::Localized;

/// A language of the release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Spanish,
}

impl Language {
    /// The text in this language.
    pub(crate) fn of(self, text: &Localized) -> &str {
        self.pick(&text.en, &text.es)
    }

    /// One of two texts.
    pub(crate) fn pick<'a>(self, english: &'a str, spanish: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Spanish => spanish,
        }
    }
}

/// A text as one cell of a Markdown table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
