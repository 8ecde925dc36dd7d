//! What a publisher says under `error` or `warning` instead of data.

use serde_json::Value;

use crate::error::{Answer, DecodeError};
use crate::header::fold;

/// The longest excerpt of a publisher's words that is repeated, in characters.
const EXCERPT: usize = 500;
/// Where publishers put their words within an error document.
const WORDS: [&str; 6] = ["label", "message", "detail", "description", "title", "error"];

/// The answer that stands under a member; none where nothing is said, as in `"error": []`.
pub(super) fn read(member: &str, raw: &str) -> Option<DecodeError> {
    let value: Value = serde_json::from_str(raw).ok()?;
    let (pointer, first) = match &value {
        Value::Array(errors) => (format!("/{member}/0"), errors.first()?),
        other => (format!("/{member}"), other),
    };
    let status = ["status", "code"].iter().find_map(|key| number(first.get(key)?));
    let (pointer, words) = match first {
        Value::Null | Value::Bool(false) => return None,
        Value::String(words) => (pointer, words.clone()),
        Value::Object(members) if members.is_empty() => return None,
        Value::Object(members) => match WORDS.iter().find_map(|key| Some((key, members.get(*key)?.as_str()?))) {
            Some((key, words)) => (format!("{pointer}/{key}"), words.to_owned()),
            None => (pointer, raw.to_owned()),
        },
        _ => (pointer, raw.to_owned()),
    };
    if words.trim().is_empty() {
        return None;
    }
    let text = fold(&words).chars().take(EXCERPT).collect();
    Some(DecodeError::Publisher { answer: answer(status, &words), pointer, text })
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// What kind of answer it is. Eurostat puts an HTTP status into the document and serves it under any status, and says 413 both where a
/// query is too large for ever and where the answer is being prepared.
fn answer(status: Option<u64>, words: &str) -> Answer {
    match status {
        _ if words.contains("ASYNCHRONOUS_RESPONSE") => Answer::Queued,
        Some(404) => Answer::NotFound,
        Some(413) => Answer::TooLarge,
        _ if words.contains("EXTRACTION_TOO_BIG") => Answer::TooLarge,
        _ => Answer::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(raw: &str) -> Option<(Answer, String, String)> {
        match read("error", raw) {
            Some(DecodeError::Publisher { answer, pointer, text }) => Some((answer, pointer, text)),
            None => None,
            Some(other) => panic!("{other}"),
        }
    }

    #[test]
    fn the_publishers_words_are_found_and_classed() {
        let cases = [
            (r#"[{"status":404,"id":100,"label":"ERR_NOT_FOUND_4: x is not available"}]"#, Answer::NotFound, "/error/0/label"),
            (r#"[{"status":413,"label":"EXTRACTION_TOO_BIG: 10 rows"}]"#, Answer::TooLarge, "/error/0/label"),
            (r#"{"status":413,"label":"ASYNCHRONOUS_RESPONSE. Please try again later."}"#, Answer::Queued, "/error/label"),
            (r#"{"code":"404","message":"no such table"}"#, Answer::NotFound, "/error/message"),
            (r#""deprecated or invalid dataset id=A+B""#, Answer::Error, "/error"),
            ("[1, 2]", Answer::Error, "/error/0"),
        ];
        for (raw, expected, pointer) in cases {
            let (answer, at, text) = answer(raw).unwrap();
            assert_eq!((answer, at.as_str()), (expected, pointer), "{raw}");
            assert!(!text.is_empty() && raw.contains(&text), "{raw}: {text}");
        }
    }

    #[test]
    fn an_empty_error_says_nothing() {
        for raw in ["[]", "{}", "null", "false", "\"\"", "[{\"label\": \" \"}]"] {
            assert_eq!(answer(raw), None, "{raw}");
        }
    }
}
