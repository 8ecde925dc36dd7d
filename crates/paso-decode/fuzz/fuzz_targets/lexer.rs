//! The JSON lexer beside serde_json: both accept the same texts, apart from what the lexer says that it refuses, and read the same cells.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode::DecodeError;
use paso_decode_fuzz::{Definitions, Order, Reluctant, Rows, SMALL, told};
use serde_json::Value;
use serde_json::value::RawValue;

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    Definitions::new(&[
        "[json]\nrows = \"\"\nshape = \"arrays\"\nnames = \"/0\"",
        "[json]\nrows = \"/1\"\nshape = \"arrays\"\nnames = \"/0\"",
    ])
});

/// What the value is as a cell; none for `null`.
fn cell(raw: &str) -> Option<String> {
    match raw.as_bytes().first() {
        Some(b'"') => Some(serde_json::from_str(raw).expect("a text that was checked")),
        Some(b'n') => None,
        _ => Some(raw.to_owned()),
    }
}

fuzz_target!(|input: &[u8]| {
    // One row of one cell, which is what the fuzzer writes.
    let body = [b"[[\"a\"],[[", input, b"]]]"].concat();
    let mut rows = Rows::new(7, Order::Ascending);
    let decoded = paso_decode::decode(&Reluctant::new(&body, 5), DEFINITIONS.by(1), SMALL, &mut rows);
    // Half a surrogate pair is refused by a value, but not by a raw one; the range of numbers the other way round.
    let raw: Option<Vec<Box<RawValue>>> = std::str::from_utf8(&body)
        .ok()
        .and_then(|text| serde_json::from_str::<(Value, Vec<Vec<Box<RawValue>>>)>(text).ok())
        .and_then(|(_, mut rows)| {
            let row = rows.pop()?;
            rows.is_empty().then_some(row)
        });
    match (&decoded, raw) {
        (Ok(_), None) => panic!("serde_json refuses what was read: {rows:?}"),
        (Ok(_), Some(raw)) => {
            let [only] = &raw[..] else { panic!("a row of {} cells was read under one title", raw.len()) };
            let read: Vec<_> = rows.all().map(|row| row.texts[0].clone()).collect();
            assert_eq!(read, [cell(only.get())]);
        }
        (Err(error), Some(raw)) => {
            told(error);
            let refused = raw.len() == 1
                && matches!(error, DecodeError::Malformed { .. } | DecodeError::Truncated { .. } | DecodeError::Encoding { .. });
            let by_design = raw.iter().any(|raw| lone_surrogate(raw.get())) || error.to_string().contains("128");
            assert!(!refused || by_design, "serde_json reads it: {error}");
        }
        (Err(error), None) => drop(told(error)),
    }
});

/// Whether a text within the value has half of a surrogate pair: only a value that is read as texts shows it.
fn lone_surrogate(raw: &str) -> bool {
    raw.contains("\\u") && serde_json::from_str::<Value>(raw).is_err_and(|error| !error.to_string().contains("out of range"))
}
