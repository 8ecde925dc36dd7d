//! XLSX workbooks: the first byte chooses the definition, and whether the rest is the archive or the parts inside of it.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode::Known;
use paso_decode_fuzz::{Definitions, Order, check, check_recognized, spreadsheet};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    Definitions::new(&[
        "[xlsx]",
        "[xlsx]\nsheet = \"T\"\nlast_column = 2\nstop_when_empty = true\nmerged_rows = true",
        "[xlsx]\nsheets = [\"*\"]\nheader_rows = [1, 2]\njoin = \" / \"\nfill_down = [\"a\"]\nstop_at = [\"Source\"]",
        "[xlsx]\nheader = { titles = [\"a\"], rows = [-1, 0], skip = 1 }\nhxl = \"skip\"",
        "[xlsx]\nheader = { starts_with = [\"a\"] }\nblocks = { title = \"block\" }\nmerged_rows = true",
        "[xlsx]\nunpivot = { keep = [\"a\"], levels = [\"year\"] }\nfacts = { x = { row = 1, column = 1 } }",
        "[xlsx]\nhxl = \"names\"\nlast_column = 3",
    ])
});

fuzz_target!(|input: &[u8]| {
    let Some((&choice, rest)) = input.split_first() else { return };
    let assembled;
    let body: &[u8] = if choice & 8 == 0 {
        assembled = spreadsheet(rest);
        &assembled
    } else {
        rest
    };
    if choice % 8 == 7 {
        let _ = check_recognized(body, &Known::default(), Order::Ascending);
    } else {
        let _ = check(body, DEFINITIONS.by(choice % 8), Order::Ascending);
    }
});
