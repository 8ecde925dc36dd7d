//! The words of a JSON value that stands where errors stand.

use serde_json::{Map, Value};

use super::{publisher, words};
use crate::error::{Answer, DecodeError};
use crate::header::fold;
use crate::pointer::step;
use crate::position::Position;

/// What an error is called, and what is said about it; the first of each that says something counts.
const TITLES: [&str; 5] = ["key", "title", "label", "error", "errorCode"];
const TEXTS: [&str; 17] = [
    "message",
    "Message",
    "messages",
    "msg",
    "faultstring",
    "value",
    "detail",
    "details",
    "description",
    "error_description",
    "errorMessage",
    "error_message",
    "reason",
    "text",
    "label",
    "title",
    "errors",
];
/// Where the number of an error stands.
const NUMBERS: [&str; 5] = ["status", "code", "statusCode", "status_code", "errorCode"];
/// What fields for errors say where there is none.
const NOTHING: [&str; 10] = ["ok", "success", "successful", "none", "null", "false", "no", "no error", "no errors", "0"];

/// What a value says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) answer: Answer,
    /// Where in the value the words stand: a JSON pointer, which is empty where they come from several places.
    pub(crate) within: String,
    pub(crate) words: String,
}

impl Said {
    fn new(words: String) -> Self {
        Self { answer: words::answer(&words), within: String::new(), words }
    }

    fn inside(self, key: &str) -> Self {
        Self { within: format!("{}{}", step(key), self.within), ..self }
    }

    /// The error for it, where the value stands at a pointer.
    pub(crate) fn at(self, pointer: &str) -> DecodeError {
        publisher(self.answer, format!("{pointer}{}", self.within), &self.words)
    }

    /// The error for it, where the value stands in place of a row.
    pub(crate) fn in_row(self, row: u32, at: Position) -> DecodeError {
        let within = if self.within.is_empty() { String::new() } else { format!("{} of ", self.within) };
        publisher(self.answer, format!("{within}row {row}, {at}"), &self.words)
    }
}

/// The answer in the raw text of the value at a pointer; none where nothing is said, as in `"errors": []`.
pub(crate) fn read(pointer: &str, raw: &str) -> Option<DecodeError> {
    said(&serde_json::from_str(raw).ok()?).map(|said| said.at(pointer))
}

/// What a value says; many envelopes always have a field for errors, which is empty, null or false where there is none.
pub(crate) fn said(value: &Value) -> Option<Said> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::Bool(true) => Some(Said::new("true".to_owned())),
        Value::Number(number) => (number.as_f64() != Some(0.0)).then(|| Said::new(number.to_string())),
        Value::String(text) => {
            let text = fold(text);
            let nothing = text.is_empty() || NOTHING.contains(&text.to_lowercase().as_str());
            (!nothing).then(|| Said::new(text))
        }
        Value::Array(values) => several(values.iter().enumerate().map(|(index, value)| (index.to_string(), value)), false),
        Value::Object(members) => {
            let found = text(members, &TITLES, &TEXTS);
            let fine = |(key, value): &(&String, &Value)| NUMBERS.contains(&key.as_str()) && is_success(value);
            found.or_else(|| several(members.iter().filter(|member| !fine(member)).map(|(key, value)| (key.clone(), value)), true))
        }
    }
}

/// Whether the number of an error is none: that of HTTP for success.
fn is_success(value: &Value) -> bool {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.is_some_and(|number| (200..300).contains(&number))
}

/// The title and the text of an error, of which one may be missing.
pub(super) fn text(members: &Map<String, Value>, titles: &[&str], texts: &[&str]) -> Option<Said> {
    let first = |keys: &[&str], wanted: fn(&Value) -> bool| {
        keys.iter().find_map(|key| said(members.get(*key).filter(|value| wanted(value))?).map(|said| said.inside(key)))
    };
    let title = first(titles, Value::is_string);
    let text = first(texts, |value| value.is_string() || value.is_array() || value.is_object());
    let said = match (title, text) {
        (Some(title), Some(text)) if !text.words.contains(&title.words) => {
            Said { answer: text.answer, ..Said::new(format!("{}: {}", title.words, text.words)) }
        }
        (title, text) => text.or(title)?,
    };
    Some(Said { answer: numbered(members, &said), ..said })
}

/// The words of several values, with their keys if these are names.
fn several<'v>(values: impl Iterator<Item = (String, &'v Value)>, named: bool) -> Option<Said> {
    let mut found: Vec<(String, Said)> = values.filter_map(|(key, value)| Some((key, said(value)?))).collect();
    if found.len() == 1 && !named {
        return found.pop().map(|(index, said)| said.inside(&index));
    }
    let kind = found.iter().map(|(_, said)| said.answer).find(|answer| *answer != Answer::Error);
    let words: Vec<String> =
        found.into_iter().map(|(key, said)| if named { format!("{key}: {}", said.words) } else { said.words }).collect();
    let said = Said::new(words.join("; "));
    (!said.words.is_empty()).then_some(Said { answer: kind.unwrap_or(said.answer), ..said })
}

/// The kind of an answer. Eurostat says 413 both to what is too large for ever and to what is being prepared: then the words decide.
fn numbered(members: &Map<String, Value>, said: &Said) -> Answer {
    let number = |key: &&str| members.get(*key).and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()));
    match NUMBERS.iter().find_map(number) {
        _ if said.answer == Answer::Queued => Answer::Queued,
        Some(404) => Answer::NotFound,
        Some(413) => Answer::TooLarge,
        _ => said.answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(raw: &str) -> Option<(Answer, String, String)> {
        match read("/error", raw) {
            Some(DecodeError::Publisher { answer, pointer, text }) => Some((answer, pointer, text)),
            None => None,
            Some(other) => panic!("{other}"),
        }
    }

    #[test]
    fn the_publishers_words_are_found_and_classed() {
        let cases = [
            (
                r#"[{"status":404,"id":100,"label":"ERR_NOT_FOUND_4: x is not available"}]"#,
                Answer::NotFound,
                "/error/0/label",
                "ERR_NOT_FOUND_4: x is not available",
            ),
            (
                r#"[{"status":413,"label":"EXTRACTION_TOO_BIG: 10 rows"}]"#,
                Answer::TooLarge,
                "/error/0/label",
                "EXTRACTION_TOO_BIG: 10 rows",
            ),
            (
                r#"{"status":413,"label":"ASYNCHRONOUS_RESPONSE. Please try again later."}"#,
                Answer::Queued,
                "/error/label",
                "ASYNCHRONOUS_RESPONSE. Please try again later.",
            ),
            (r#"{"code":"404","message":"unknown"}"#, Answer::NotFound, "/error/message", "unknown"),
            (r#""deprecated or invalid  dataset""#, Answer::Error, "/error", "deprecated or invalid dataset"),
            (r#"{"message":{"lang":"en","value":"No data"}}"#, Answer::NotFound, "/error/message/value", "No data"),
            (
                r#"[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]"#,
                Answer::Error,
                "/error/0",
                "Invalid value: The provided parameter value is not valid",
            ),
            (
                r#"[{"code":140,"title":"Syntax error","detail":"3 of 5 keys"},{"title":"Too large"}]"#,
                Answer::TooLarge,
                "/error",
                "Syntax error: 3 of 5 keys; Too large",
            ),
            (
                r#"{"limit":["Must be a number"],"__type":"Validation Error"}"#,
                Answer::Error,
                "/error",
                "limit: Must be a number; __type: Validation Error",
            ),
            (r#"{"code":150}"#, Answer::Error, "/error", "code: 150"),
            ("true", Answer::Error, "/error", "true"),
            (r#""\u001b[31mred\u0007""#, Answer::Error, "/error", "\u{FFFD}[31mred\u{FFFD}"),
        ];
        for (raw, expected, pointer, words) in cases {
            let (kind, at, text) = answer(raw).unwrap();
            assert_eq!((kind, at.as_str(), text.as_str()), (expected, pointer, words), "{raw}");
        }
    }

    #[test]
    fn an_empty_error_says_nothing() {
        for raw in [
            "[]",
            "{}",
            "null",
            "false",
            "\"\"",
            "0",
            "[{\"label\": \" \"}]",
            "{\"code\":0,\"message\":\"OK\"}",
            "[null,[]]",
            "\"none\"",
            "\"false\"",
            "{\"code\":200,\"message\":\"Success\"}",
        ] {
            assert_eq!(answer(raw), None, "{raw}");
        }
    }
}
