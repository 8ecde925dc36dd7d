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

/// What an answer says of the pages that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pages {
    /// How many there are together.
    Count(u64),
    /// How many rows there are together, and how many this page has.
    Rows { all: u64, here: u64 },
    /// How many rows there are together, how many this page has, and where the next one is, if this is not the last.
    Next { all: u64, here: u64, link: Option<String> },
}

/// Checks an answer and says what it says of its pages, where it is one of several.
pub(crate) fn check(body: &[u8], spec: &RequestSpec, accept: &[BodyKind]) -> Result<Pages, Refusal> {
    let expected = || accept.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
    let kind = match BodyKind::sniff(body) {
        Ok(kind) => kind,
        Err(foreign) => return Err(Refusal::NotData { expected: expected(), found: foreign.to_string() }),
    };
    if kind == BodyKind::Json {
        // Before the kind: a publisher that serves CSV says in JSON what is wrong.
        for pointer in &spec.envelope().error {
            if let Some(value) = find(pointer, body)?.filter(|value| !value.is_null()) {
                return Err(Refusal::Publisher { message: message_text(&value, &spec.secrets()) });
            }
        }
    }
    if !accept.contains(&kind) {
        let found = if kind == BodyKind::Csv { "plain text".to_owned() } else { kind.to_string() };
        return Err(Refusal::NotData { expected: expected(), found });
    }
    let Some(paging) = spec.paging() else { return Ok(Pages::Count(1)) };
    if kind != BodyKind::Json {
        // The definition accepts this kind beside JSON: it has no envelope to count pages in, and comes whole.
        return Ok(Pages::Count(1));
    }
    match paging {
        Paging::PageNumber(paging) => Ok(Pages::Count(count(&paging.last, body, "pages")?)),
        Paging::Offset(paging) => Ok(Pages::Rows { all: count(&paging.total, body, "rows")?, here: rows(&paging.rows, body)? }),
        Paging::NextLink(paging) => {
            let link = match find(&paging.link, body)? {
                None | Some(Value::Null) => None,
                Some(Value::String(text)) => Some(text).filter(|text| !text.trim().is_empty()),
                Some(value) => return Err(Refusal::Envelope { detail: format!("{} is {value}, which is no address", paging.link) }),
            };
            Ok(Pages::Next { all: count(&paging.total, body, "rows")?, here: rows(&paging.rows, body)?, link })
        }
    }
}

/// How many rows a page has.
fn rows(pointer: &Pointer, body: &[u8]) -> Result<u64, Refusal> {
    let here = pointer.count(body).map_err(|error| Refusal::Envelope { detail: format!("{pointer} is no list of rows: {error}") })?;
    Ok(here.unwrap_or(0))
}

fn count(pointer: &Pointer, body: &[u8], of: &str) -> Result<u64, Refusal> {
    let Some(value) = find(pointer, body)? else {
        return Err(Refusal::Envelope { detail: format!("it has no number of {of} at {pointer}") });
    };
    let count = match &value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    count.ok_or_else(|| Refusal::Envelope { detail: format!("{pointer} is {value}, which is no number of {of}") })
}

fn find(pointer: &Pointer, body: &[u8]) -> Result<Option<Value>, Refusal> {
    pointer.find(body).map_err(|error| {
        let what = if error.is_eof() { "truncated JSON" } else { "broken JSON" };
        Refusal::Envelope { detail: format!("{what}: {error}") }
    })
}
