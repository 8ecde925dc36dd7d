//! JSON documents that are an answer and no data: error documents, refusals with status 200, tickets for what is being prepared.
//!
//! | document | of |
//! |---|---|
//! | `{"error": {"message": "…"}}`, `{"odata.error": {…}}`, `{"errors": [{"title": "…"}]}` | OData, CKAN, SDMX-JSON, JSON:API and many others |
//! | `{"fault": {"faultstring": "…"}}` | Apigee |
//! | `[{"errorCode": "…", "message": "…"}]`, `[{"message": [{"key": "…", "value": "…"}]}]` | Salesforce, the World Bank |
//! | `{"header": {"success": false, "message": "…"}}`, `{"success": false}`, `{"status": "fail"}` | CEPALSTAT, JSend |
//! | `{"status": "queued", "id": "…"}` | services that prepare their data |
//! | `{"message": "…"}`, `{"title": "…", "detail": "…"}` (RFC 9457), `{"detail": [{"msg": "…"}]}` | frameworks |
//!
//! All but the last are told from data by what stands in them; the last only where no row was found. Beside rows, what speaks are the objects
//! around them, at the top and on the way to the rows; in place of a row, an object with nothing but an error in it.

use std::io::Read as _;

use serde_json::{Map, Value};

use super::value::{self, Said, said};
use super::{publisher, words};
use crate::error::{Answer, DecodeError};
use crate::source::Source;

/// An answer is short.
const MAX_BYTES: u64 = 1 << 20;

/// Members that hold an error, wherever they are not empty.
const ERRORS: [&str; 13] = [
    "error",
    "erro",
    "erreur",
    "odata.error",
    "errors",
    "errorMessages",
    "errorMessage",
    "error_message",
    "ErrorMessage",
    "fault",
    "Fault",
    "exception",
    "exceptions",
];
/// Members that say whether there is an answer at all, those that say whether there is none, and texts that say so.
const SUCCESS: [&str; 8] = ["success", "Success", "ok", "succeeded", "isSuccess", "IsSuccess", "is_success", "isSuccessful"];
const FAILURE: [&str; 7] = ["isError", "IsError", "is_error", "hasError", "hasErrors", "HasErrors", "has_errors"];
const FAILED: [&str; 4] = ["error", "fail", "failed", "failure"];
/// Where the state of a query stands, and what it is while the data is being prepared.
const STATES: [&str; 5] = ["status", "state", "estado", "jobStatus", "job_status"];
const PREPARING: [&str; 10] =
    ["queued", "submitted", "accepted", "pending", "processing", "running", "scheduled", "in progress", "in_progress", "inprogress"];
/// Where a ticket says how to get its data.
const TICKETS: [&str; 8] = ["href", "url", "location", "link", "id", "jobId", "job_id", "ticket"];
/// Objects at the top in which an envelope speaks about itself.
const HEADERS: [&str; 6] = ["header", "meta", "status", "response", "result", "job"];

/// What stands at the top of a document about what went wrong.
const TITLES: [&str; 4] = ["error", "errorCode", "title", "odata.error"];
const TEXTS: [&str; 14] = [
    "message",
    "Message",
    "msg",
    "mensaje",
    "mensagem",
    "faultstring",
    "detail",
    "error_description",
    "errorMessage",
    "error_message",
    "description",
    "descripcion",
    "Descripcion",
    "errors",
];
/// What an error document in a list of one may have besides.
const BESIDES: [&str; 11] =
    ["code", "errorCode", "status", "statusCode", "type", "timestamp", "path", "fields", "requestId", "request_id", "trace"];
/// What an entry of a list of errors may have besides.
const BESIDES_ENTRY: [&str; 5] = ["loc", "input", "ctx", "url", "location"];
/// What only an error says about itself, of all that it is called.
const MESSAGES: [&str; 9] =
    ["message", "Message", "msg", "faultstring", "detail", "error_description", "errorMessage", "error_message", "ErrorMessage"];
/// What the numbers of errors stand under.
const NUMBERS: [&str; 5] = ["code", "status", "statusCode", "status_code", "errorCode"];
/// What numbers an error may have besides.
const PLACES: [&str; 6] = ["id", "line", "column", "row", "position", "timestamp"];

/// Whether a member of an envelope holds an error, unless it is empty.
pub(crate) fn is_error(key: &str) -> bool {
    ERRORS.contains(&key)
}

/// Whether a member of an envelope may say how the request went, or in which words.
pub(crate) fn is_about(key: &str) -> bool {
    [&ERRORS[..], &SUCCESS, &FAILURE, &STATES, &TITLES, &TEXTS, &NUMBERS].iter().any(|keys| keys.contains(&key))
}

/// Whether the words of an answer may stand under a key at its top.
pub(crate) fn is_text(key: &str) -> bool {
    TEXTS.contains(&key)
}

/// Whether an object with these keys may be an answer in place of a row: a member is for errors, or all are those of an error document, and
/// one of them for its message.
pub(crate) fn may_replace(keys: &[&str]) -> bool {
    keys.iter().any(|key| is_error(key) || SUCCESS.contains(key) || FAILURE.contains(key)) || may_open(keys)
}

/// Whether an object with these keys may be an answer before all rows: all keys are those of an error document.
pub(crate) fn may_open(keys: &[&str]) -> bool {
    let speaks = |key: &&str| is_error(key) || [&MESSAGES[..], &SUCCESS, &FAILURE, &STATES].iter().any(|known| known.contains(key));
    keys.iter().all(|key| is_known(key)) && keys.iter().any(speaks)
}

fn is_known(key: &str) -> bool {
    is_about(key) || BESIDES.contains(&key)
}

/// Whether an object in a list of errors is data, such as a standard error: it has no word of an error, and more than its number.
pub(crate) fn is_data(entry: &Value) -> bool {
    let Some(members) = entry.as_object() else { return false };
    let speaks = |key: &String| MESSAGES.contains(&key.as_str()) || TITLES.contains(&key.as_str()) || TEXTS.contains(&key.as_str());
    let measures =
        |(key, value): (&String, &Value)| value.is_number() && ![&NUMBERS[..], &PLACES].iter().any(|keys| keys.contains(&key.as_str()));
    !members.keys().any(speaks) && members.iter().any(measures)
}

/// The answer that a document without rows is.
pub(crate) fn of(source: &dyn Source) -> Option<DecodeError> {
    let document = document(source)?;
    let (pointer, members) = top(&document)?;
    refused(members).or_else(|| worded(members)).map(|said| said.at(pointer))
}

/// The answer that a document with an empty list of rows is: there, a mere message says nothing.
pub(crate) fn refusal(source: &dyn Source) -> Option<DecodeError> {
    let document = document(source)?;
    let (pointer, members) = top(&document)?;
    refused(members).map(|said| said.at(pointer))
}

/// What an envelope says in whose list there are no rows: a message, or a status that is one of failure.
pub(crate) fn words(members: &Map<String, Value>) -> Option<String> {
    let number = || {
        let failed = |value: &Value| value.as_u64().is_some_and(|number| (400..600).contains(&number));
        NUMBERS.iter().find_map(|key| Some(format!("{key}: {}", members.get(*key).filter(|value| failed(value))?)))
    };
    let message = value::text(members, &[], &MESSAGES).map(|said| said.words);
    message.filter(|words| !words.to_lowercase().contains("success")).or_else(number)
}

/// The answer of an envelope that has rows.
pub(crate) fn beside(members: &Map<String, Value>) -> Option<Said> {
    error(members).or_else(|| failure(members))
}

/// The answer that a list under a member for words is, as frameworks say what is wrong with a query.
pub(crate) fn complaints(source: &dyn Source, key: &str) -> Option<DecodeError> {
    let document = document(source)?;
    let list = document.get(key)?;
    let complains = |entry: &Value| {
        entry.as_object().is_some_and(|members| {
            let known = |key: &String| is_known(key) || BESIDES_ENTRY.contains(&key.as_str());
            members.keys().all(known) && value::text(members, &[], &MESSAGES).is_some()
        })
    };
    let all = list.as_array().is_some_and(|entries| entries.iter().all(complains));
    said(list).filter(|_| all).map(|said| inside(said, key).at(""))
}

/// The answer of an envelope in which a member says that the request failed.
pub(crate) fn failed(source: &dyn Source, flag: &str) -> DecodeError {
    let words = || format!("{flag}: false");
    refusal(source).unwrap_or_else(|| publisher(Answer::Error, format!("/{flag}"), &words()))
}

/// The answer that stands in place of a row behind others.
pub(crate) fn row(raw: &str) -> Option<Said> {
    let Value::Object(members) = serde_json::from_str(raw).ok()? else { return None };
    let message = || {
        let known = members.keys().all(|key| is_known(key));
        value::text(&members, &TITLES, &TEXTS).filter(|_| known && value::text(&members, &[], &MESSAGES).is_some())
    };
    beside(&members).or_else(message)
}

/// The answer that stands before all rows, of which it has no key.
pub(crate) fn first(raw: &str) -> Option<Said> {
    match serde_json::from_str(raw).ok()? {
        Value::Object(members) if members.keys().all(|key| is_known(key)) => beside(&members),
        _ => None,
    }
}

fn document(source: &dyn Source) -> Option<Value> {
    let mut body = Vec::new();
    source.open(0).ok()?.take(MAX_BYTES).read_to_end(&mut body).ok()?;
    let body = body.strip_prefix(crate::sniff::UTF8_MARK).unwrap_or(&body);
    // What is no document, or more than one, is no answer.
    serde_json::from_slice(body).ok()
}

/// The object that speaks, and where it stands.
fn top(document: &Value) -> Option<(&'static str, &Map<String, Value>)> {
    match document {
        Value::Object(members) => Some(("", members)),
        Value::Array(list) => match list.as_slice() {
            [Value::Object(members)] | [Value::Object(members), Value::Null | Value::Array(_)] if is_bare(members) => Some(("/0", members)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the only object of a list is an error and no row: nothing but an error stands in it.
fn is_bare(members: &Map<String, Value>) -> bool {
    let known = |key: &String| [&ERRORS[..], &TITLES, &TEXTS, &BESIDES].iter().any(|keys| keys.contains(&key.as_str()));
    let speaks = |(key, value): (&String, &Value)| {
        let nested = value.is_object() || value.is_array();
        (is_error(key) || key == "errorCode" || nested && TEXTS.contains(&key.as_str())) && said(value).is_some()
    };
    members.keys().all(known) && members.iter().any(speaks)
}

fn refused(members: &Map<String, Value>) -> Option<Said> {
    error(members).or_else(|| failure(members)).or_else(|| ticket(members))
}

/// What stands under a member for errors: an object or a list that speaks for itself, or a text or flag with a message beside it.
fn error(members: &Map<String, Value>) -> Option<Said> {
    let (key, value) = ERRORS.iter().find_map(|key| members.get(*key).filter(|value| said(value).is_some()).map(|value| (key, value)))?;
    match value {
        Value::Object(_) | Value::Array(_) => said(value).map(|said| inside(said, key)),
        Value::Number(_) => value::text(members, &[], &TEXTS),
        _ => value::text(members, &TITLES, &TEXTS).or_else(|| said(value).map(|said| inside(said, key))),
    }
}

fn inside(said: Said, key: &str) -> Said {
    Said { within: format!("/{key}{}", said.within), ..said }
}

/// The members at the top, and those of the objects there in which an envelope speaks about itself.
fn speaking(members: &Map<String, Value>) -> impl Iterator<Item = (String, &Map<String, Value>)> {
    let inner = HEADERS.iter().filter_map(|key| Some((format!("/{key}"), members.get(*key)?.as_object()?)));
    std::iter::once((String::new(), members)).chain(inner)
}

/// `"success": false`, `"isError": true`, or a status of failure.
fn failure(members: &Map<String, Value>) -> Option<Said> {
    let negative = |(key, value): (&String, &Value)| {
        let state = || value.as_str().is_some_and(|text| FAILED.contains(&text.to_lowercase().as_str()));
        let is = |flag: bool| *value == Value::Bool(flag) || value.as_str() == Some(if flag { "true" } else { "false" });
        let key = key.as_str();
        SUCCESS.contains(&key) && is(false) || FAILURE.contains(&key) && is(true) || STATES.contains(&key) && state()
    };
    let (pointer, speaks, flag) = speaking(members)
        .find_map(|(pointer, speaks)| speaks.iter().find(|member| negative(*member)).map(|flag| (pointer, speaks, flag)))?;
    let words = value::text(speaks, &TITLES, &TEXTS).map(|said| Said { within: format!("{pointer}{}", said.within), ..said });
    let flagged =
        || Said { answer: Answer::Error, within: format!("{pointer}/{}", flag.0), words: format!("{}: {}", flag.0, plain(flag.1)) };
    Some(words.or_else(|| value::text(members, &TITLES, &TEXTS)).unwrap_or_else(flagged))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A status that says that the data is being prepared, with what leads to it later.
fn ticket(members: &Map<String, Value>) -> Option<Said> {
    let state = |members: &Map<String, Value>| {
        STATES.iter().find_map(|key| {
            let state = members.get(*key)?.as_str()?;
            PREPARING.contains(&state.trim().to_lowercase().as_str()).then(|| ((*key).to_owned(), state.to_owned()))
        })
    };
    let (within, speaks, words) =
        speaking(members).find_map(|(pointer, speaks)| state(speaks).map(|(key, words)| (format!("{pointer}/{key}"), speaks, words)))?;
    let message = value::text(speaks, &[], &TEXTS).map(|said| said.words);
    let leads = TICKETS.iter().find_map(|key| Some(format!("{key} {}", said(speaks.get(*key)?)?.words)));
    let words: Vec<String> = std::iter::once(words).chain(message).chain(leads).collect();
    Some(Said { answer: Answer::Queued, within, words: words.join(", ") })
}

/// A message and nothing else. Eurostat warns of what is being prepared.
fn worded(members: &Map<String, Value>) -> Option<Said> {
    let warning = || members.get("warning").filter(|warning| warning.is_object()).and_then(said).map(|said| inside(said, "warning"));
    value::text(members, &TITLES, &TEXTS).or_else(warning)
}

/// The answer that a plain text is.
pub(crate) fn text(words: &str) -> DecodeError {
    publisher(words::answer(words), "the whole body", words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Bytes;

    fn answer(body: &str) -> Option<(Answer, String, String)> {
        of(&Bytes(body.as_bytes())).map(|error| match error {
            DecodeError::Publisher { answer, pointer, text } => (answer, pointer, text),
            other => panic!("{other}"),
        })
    }

    #[test]
    fn well_known_answers_speak_in_their_own_words() {
        let cases = [
            (r#"{"error":{"code":"BadRequest","message":"Not valid"}}"#, Answer::Error, "/error/message", "Not valid"),
            (
                r#"{"odata.error":{"message":{"lang":"en","value":"No such set"}}}"#,
                Answer::Error,
                "/odata.error/message/value",
                "No such set",
            ),
            (r#"{"errors":[{"code":100,"title":"No results found"}]}"#, Answer::NotFound, "/errors/0/title", "No results found"),
            (r#"{"errors":[{"code":140,"message":"Syntax error"}]}"#, Answer::Error, "/errors/0/message", "Syntax error"),
            (
                r#"{"header":{"success":false,"code":404,"message":"Indicador no existe"},"body":{}}"#,
                Answer::NotFound,
                "/header/message",
                "Indicador no existe",
            ),
            (r#"{"success":false,"msg":"Key expired"}"#, Answer::Error, "/msg", "Key expired"),
            (r#"{"success":false}"#, Answer::Error, "/success", "success: false"),
            (r#"{"status":"fail","data":[]}"#, Answer::Error, "/status", "status: fail"),
            (
                r#"{"fault":{"faultstring":"Invalid ApiKey","detail":{"errorcode":"oauth.v2.InvalidApiKey"}}}"#,
                Answer::Error,
                "/fault/faultstring",
                "Invalid ApiKey",
            ),
            (r#"[{"errorCode":"INVALID_FIELD","message":"No such column 'x'"}]"#, Answer::Error, "/0", "INVALID_FIELD: No such column 'x'"),
            (
                r#"[{"message":[{"id":"120","key":"Invalid value","value":"Not valid"}]}]"#,
                Answer::Error,
                "/0/message/0",
                "Invalid value: Not valid",
            ),
            (r#"{"status":"queued","id":"e3d3"}"#, Answer::Queued, "/status", "queued, id e3d3"),
            (
                r#"{"job":{"state":"SUBMITTED","message":"Come back later","href":"/jobs/1"}}"#,
                Answer::Queued,
                "/job/state",
                "SUBMITTED, Come back later, href /jobs/1",
            ),
            (
                r#"{"timestamp":"x","status":404,"error":"Not Found","message":"No such path"}"#,
                Answer::NotFound,
                "",
                "Not Found: No such path",
            ),
            (r#"{"error":true,"code":"query","message":"No such column: a\u00f1o"}"#, Answer::Error, "/message", "No such column: año"),
            (r#"{"type":"x","title":"Out of range","detail":"1900","status":400}"#, Answer::Error, "", "Out of range: 1900"),
            (
                r#"{"warning":{"status":413,"label":"ASYNCHRONOUS_RESPONSE. Wait."}}"#,
                Answer::Queued,
                "/warning/label",
                "ASYNCHRONOUS_RESPONSE. Wait.",
            ),
            (r#"{"message":"Rate limit"}"#, Answer::Error, "/message", "Rate limit"),
            (r#"{"estado":"ERROR","descripcion":"Token vencido"}"#, Answer::Error, "/descripcion", "Token vencido"),
            (r#"{"erro":"Parâmetro inválido"}"#, Answer::Error, "/erro", "Parâmetro inválido"),
        ];
        for (body, kind, pointer, words) in cases {
            let (found, at, text) = answer(body).unwrap_or_else(|| panic!("{body}"));
            assert_eq!((found, at.as_str(), text.as_str()), (kind, pointer, words), "{body}");
        }
    }

    #[test]
    fn data_is_no_answer() {
        let bodies = [
            r#"[{"error":0.5,"year":2020}]"#,
            r#"[{"code":1,"message":"a cell"}]"#,
            r#"[{"message":"a"},{"message":"b"}]"#,
            r#"{"error":null,"errors":[],"a":1}"#,
            r#"{"success":true,"status":"ok"}"#,
            r#"{"error":"x"} {"error":"y"}"#,
            "[1]",
        ];
        for body in bodies {
            assert_eq!(answer(body), None, "{body}");
        }
        assert!(refusal(&Bytes(br#"{"message":"fine","items":[]}"#)).is_none());
        assert!(refusal(&Bytes(br#"{"error":"quota","items":[]}"#)).is_some());
        assert!(row(r#"{"message":"a cell","year":2020}"#).is_none());
        assert!(first(r#"{"message":"a cell"}"#).is_none());
        assert_eq!(row(r#"{"error":{"message":"cut"}}"#).unwrap().words, "cut");
    }
}
