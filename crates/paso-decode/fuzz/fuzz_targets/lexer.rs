//! The JSON lexer beside serde_json: both accept the same texts, apart from what the lexer says that it refuses, and read the same cells.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode::DecodeError;
use paso_decode_fuzz::{Definitions, Order, Reluctant, Rows, SMALL, told};
use serde_json::Value;
use serde_json::value::RawValue;

static DEFINITIONS: LazyLock<Definitions> =
    LazyLock::new(|| Definitions::new(&["[json]\nrows = \"/1\"\nshape = \"arrays\"\nnames = \"/0/*\""]));

/// What the value is as a cell; none for `null`.
fn cell(raw: &str) -> Option<String> {
    match raw.as_bytes().first() {
        Some(b'"') => Some(serde_json::from_str(raw).expect("a text that was checked")),
        Some(b'n') => None,
        _ => Some(raw.to_owned()),
    }
}

/// The cells of the one row, as serde_json finds them; none where it finds another document.
fn cells(body: &[u8]) -> Option<Vec<Box<RawValue>>> {
    let (_, mut rows): (Value, Vec<Vec<Box<RawValue>>>) = serde_json::from_str(std::str::from_utf8(body).ok()?).ok()?;
    let row = rows.pop()?;
    rows.is_empty().then_some(row)
}

/// Whether a text within the value has half of a surrogate pair: serde_json sees it only in a value that it reads as texts, and only where
/// nothing before is wrong with the numbers.
fn lone_surrogate(raw: &str) -> bool {
    let unit = |rest: &str| rest.strip_prefix("\\u").and_then(|rest| u16::from_str_radix(rest.get(..4)?, 16).ok());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        rest = &rest[at..];
        let length = match unit(rest) {
            Some(0xD800..0xDC00) if matches!(unit(&rest[6..]), Some(0xDC00..0xE000)) => 12,
            Some(0xD800..0xE000) => return true,
            Some(_) => 6,
            None => 2,
        };
        rest = &rest[length..];
    }
    false
}

fuzz_target!(|input: &[u8]| {
    // One row of one cell, which is what the fuzzer writes.
    let body = [b"[[\"a\"],[[", input, b"]]]"].concat();
    let mut rows = Rows::new(SMALL.batch_rows, Order::Ascending);
    let decoded = paso_decode::decode(&Reluctant::new(&body, 5), DEFINITIONS.by(0), SMALL, &mut rows);
    match (decoded, cells(&body)) {
        (Ok(_), Some(cells)) => {
            let [only] = &cells[..] else { return };
            let read: Vec<_> = rows.all().map(|row| row.texts.first().cloned().flatten()).collect();
            assert_eq!(read, [cell(only.get())]);
        }
        (Ok(_), None) => {
            // Several rows are no fault; a document that is none at all is.
            let read = std::str::from_utf8(&body).is_ok_and(|text| serde_json::from_str::<&RawValue>(text).is_ok());
            assert!(read, "serde_json refuses what was read: {rows:?}");
        }
        (Err(error), Some(cells)) => {
            let words = told(&error);
            let malformed = matches!(error, DecodeError::Malformed { .. } | DecodeError::Truncated { .. } | DecodeError::Encoding { .. });
            let by_design = cells.len() != 1 || cells.iter().any(|cell| lone_surrogate(cell.get())) || words.contains("128");
            assert!(!malformed || by_design, "serde_json reads it: {words}");
        }
        (Err(error), None) => drop(told(&error)),
    }
});
