//! What fetch may look at in an answer: its kind, and the declared envelope.

use serde_json::Value;

use crate::{
    BodyKind, Paging, RequestSpec,
    pointer::{Pointer, message_text},
};

/// Why an answer is not kept as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    NotData { expected: String, found: String },
    Publisher { message: String },
    Envelope { detail: String },
}

impl Refusal {
    /// One word for the log.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::NotData { .. } => "not-data",
            Self::Publisher { .. } => "publisher-error",
            Self::Envelope { .. } => "envelope",
        }
    }
}

/// Checks an answer and says how many pages there are, where it is one of several.
pub(crate) fn check(body: &[u8], spec: &RequestSpec, accept: &[BodyKind]) -> Result<Option<u64>, Refusal> {
    let expected = || accept.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
    let kind = match BodyKind::sniff(body) {
        Ok(kind) => kind,
        Err(foreign) => return Err(Refusal::NotData { expected: expected(), found: foreign.to_string() }),
    };
    if kind == BodyKind::Json {
        // Before the kind: a publisher that serves CSV says in JSON what is wrong.
        for pointer in &spec.envelope().error {
            if let Some(value) = find(pointer, body)?.filter(|value| !value.is_null()) {
                return Err(Refusal::Publisher { message: message_text(&value) });
            }
        }
    }
    if !accept.contains(&kind) {
        let found = match kind {
            BodyKind::Json => "JSON",
            BodyKind::Csv => "plain text",
            BodyKind::Xlsx => "an XLSX workbook",
            BodyKind::Zip => "a ZIP archive",
        };
        return Err(Refusal::NotData { expected: expected(), found: found.to_owned() });
    }
    let Some(Paging::PageNumber(paging)) = spec.paging() else { return Ok(None) };
    if kind != BodyKind::Json {
        // The definition accepts this kind beside JSON: it has no envelope to count pages in, and comes whole.
        return Ok(Some(1));
    }
    let Some(value) = find(&paging.last, body)? else {
        return Err(Refusal::Envelope { detail: format!("it has no number of pages at {}", paging.last) });
    };
    let pages = match &value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    pages.map(Some).ok_or_else(|| Refusal::Envelope { detail: format!("{} is {value}, which is no number of pages", paging.last) })
}

fn find(pointer: &Pointer, body: &[u8]) -> Result<Option<Value>, Refusal> {
    pointer.find(body).map_err(|error| {
        let what = if error.is_eof() { "truncated JSON" } else { "broken JSON" };
        Refusal::Envelope { detail: format!("{what}: {error}") }
    })
}
