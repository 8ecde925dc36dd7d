//! What publishers answer instead of data, in their own words.
//!
//! * [`words`] tells kinds of answers apart by their words;
//! * [`value`] takes the words out of a JSON value that stands where errors stand;
//! * [`document`] knows the JSON documents that are nothing but an answer.

pub(crate) mod document;
pub(crate) mod value;
pub(crate) mod words;

use crate::error::{Answer, DecodeError, printable};
use crate::header::fold;

/// The longest answer that is repeated, in characters.
pub(crate) const EXCERPT: usize = 500;

/// A publisher's answer: its words on one line, without what a terminal would obey, and no more of them than a message should have.
pub(crate) fn publisher(answer: Answer, pointer: impl Into<String>, words: &str) -> DecodeError {
    DecodeError::Publisher { answer, pointer: pointer.into(), text: excerpt(words, EXCERPT) }
}

/// The beginning of a text, on one line and without control characters.
pub(crate) fn excerpt(words: &str, characters: usize) -> String {
    printable(&fold(words)).chars().take(characters).collect()
}
