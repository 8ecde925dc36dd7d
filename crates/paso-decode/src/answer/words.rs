//! What the words of an answer say about it.

use crate::error::Answer;

const NOT_FOUND: [&str; 10] = [
    "not found",
    "not_found",
    "not find",
    "no data",
    "no results",
    "no records",
    "does not exist",
    "no existe",
    "no se encontr",
    "norecordsfound",
];
const TOO_LARGE: [&str; 5] = ["too large", "too big", "too many", "extraction_too_big", "exceeds the"];
const QUEUED: [&str; 7] =
    ["been submitted", "is submitted", "was submitted", "queued", "will be written to a file", "being prepared", "asynchronous_response"];

/// What kind of answer a text is.
pub(crate) fn answer(text: &str) -> Answer {
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // The whole answer of a service that prepares its data; elsewhere, it is the query that was submitted.
    if says(&QUEUED) || text.trim() == "submitted" {
        Answer::Queued
    } else if says(&TOO_LARGE) && !text.contains("too many requests") {
        Answer::TooLarge
    } else if says(&NOT_FOUND) {
        Answer::NotFound
    } else {
        Answer::Error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart_by_their_words() {
        assert_eq!(answer("Could not find requested structures"), Answer::NotFound);
        assert_eq!(answer("Due to the large query the response will be written to a file"), Answer::Queued);
        assert_eq!(answer("EXTRACTION_TOO_BIG"), Answer::TooLarge);
        assert_eq!(answer("SUBMITTED"), Answer::Queued);
        assert_eq!(answer("Semantic error: the submitted query is wrong"), Answer::Error);
        assert_eq!(answer("Too many requests, slow down"), Answer::Error);
        assert_eq!(answer("Not enough key values in query"), Answer::Error);
    }
}
