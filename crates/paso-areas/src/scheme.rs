//! Schemes: by which texts an area or region is found.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use paso_model::Localized;

/// A set of texts and codes with one meaning each. It may fall back to another scheme for the texts that it does not know.
#[derive(Debug)]
pub struct Scheme {
    pub(crate) name: String,
    pub(crate) title: Localized,
    pub(crate) publisher: String,
    pub(crate) entries: HashMap<String, Entry>,
    pub(crate) base: Option<Arc<Scheme>>,
}

/// What a text means, and which file and line say so.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: String,
    /// The text before folding.
    pub(crate) text: String,
    pub(crate) file: &'static str,
    pub(crate) line: u64,
    pub(crate) note: Option<Box<str>>,
}

impl Entry {
    /// Where it stands, for a complaint about a file: the file is named where it is another one.
    pub(crate) fn place(&self, file: &str) -> String {
        if self.file == file { format!("line {}", self.line) } else { format!("{}:{}", self.file, self.line) }
    }
}

impl Scheme {
    /// Its name in `schemes.toml`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it holds, for people.
    pub fn title(&self) -> &Localized {
        &self.title
    }

    /// Whose texts these are: a publisher, a standard (`iso`, `unsd`), or `paso` for names that nobody prints alone.
    pub fn publisher(&self) -> &str {
        &self.publisher
    }

    /// The scheme that is asked for what this one does not know.
    pub fn base(&self) -> Option<&Self> {
        self.base.as_deref()
    }

    /// The id that the text means: of an area, or of a region where the scheme finds regions. The text is compared exactly, after
    /// [`fold`]; nothing is guessed.
    pub fn resolve(&self, text: &str) -> Option<&str> {
        self.find(&fold(text)).map(|(_, entry)| entry.id.as_str())
    }

    /// The entry of a folded text, here or in the bases, and the scheme that has it.
    pub(crate) fn find(&self, folded: &str) -> Option<(&Self, &Entry)> {
        self.chain().find_map(|scheme| scheme.entries.get(folded).map(|entry| (scheme, entry)))
    }

    /// The scheme, its base, the base of that.
    pub(crate) fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |scheme| scheme.base())
    }
}

/// The form in which texts are compared: no white space at the ends, one space for any run of white space within, lower case.
///
/// ```
/// assert_eq!(paso_areas::fold("  CÔTE \u{a0}d'Ivoire\n"), "côte d'ivoire");
/// ```
pub fn fold(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    Cow::Owned(folded)
}

fn is_folded(text: &str) -> bool {
    let mut after_space = true;
    for character in text.chars() {
        if character.is_whitespace() {
            if after_space || character != ' ' {
                return false;
            }
            after_space = true;
        } else {
            after_space = false;
            let mut lower = character.to_lowercase();
            if lower.next() != Some(character) || lower.next().is_some() {
                return false;
            }
        }
    }
    text.is_empty() || !after_space
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn folding_is_idempotent(text in any::<String>()) {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once), once.as_str());
        }

        #[test]
        fn the_short_way_agrees_with_the_long_one(text in "[ aAñÑİΣσ\u{a0}\t]{0,8}") {
            let long: Vec<String> = text.split_whitespace().map(|w| w.chars().flat_map(char::to_lowercase).collect()).collect();
            prop_assert_eq!(fold(&text), long.join(" "));
        }
    }

    #[test]
    fn folded_text_is_borrowed() {
        for text in ["", "900", "perú", "a b"] {
            assert!(matches!(fold(text), Cow::Borrowed(_)), "{text}");
        }
        assert_eq!(fold(" SOUTH\r\n AMERICA "), "south america");
        assert_eq!(fold("   "), "");
    }
}
