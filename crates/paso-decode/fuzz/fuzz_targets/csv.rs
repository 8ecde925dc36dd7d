//! CSV: the first byte chooses the dialect, the rest is the body.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode_fuzz::{Definitions, Order, check};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    Definitions::new(&[
        "[csv]",
        "[csv]\ndelimiter = \";\"\nencoding = \"windows-1252\"\ntrailing_empty_column = true\nunquoted_texts = [\"a;b\"]",
        "[csv]\ndelimiter = \"\\t\"\nencoding = \"iso-8859-1\"\npad_short_rows = true\nnotes = [\"Source\"]",
        "[csv]\nencoding = \"utf-16le\"\nheader = { starts_with = [\"a\"] }",
        "[csv]\nencoding = \"utf-16be\"\nnul_padding = true",
        "[csv]\nfacts = { x = { row = 1, column = 1 } }\nheader = { row = 2 }\nunpivot = { keep = [\"a\"], levels = [\"year\"] }",
        "[csv]\nheader = { rows = 2 }\nunpivot = { keep = [\"a\"], levels = [\"b\", \"c\"] }",
        "[csv]\nheader = { titles = [\"a\", \"b\"] }\ncolumns = { x = [\"a\", \"c\"], y = [\"d\"] }\noptional = [\"y\"]",
        "[csv]\nliteral_quotes = true",
        "[csv]\nnul_padding = true\npad_short_rows = true\ntrailing_empty_column = true",
    ])
});

fuzz_target!(|input: &[u8]| {
    let Some((&choice, body)) = input.split_first() else { return };
    let _ = check(body, DEFINITIONS.by(choice), Order::Ascending);
});
