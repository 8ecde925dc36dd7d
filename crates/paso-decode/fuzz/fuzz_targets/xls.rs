//! XLS workbooks: the first byte chooses the definition, and whether the rest is the compound file or the records inside of it.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode::Known;
use paso_decode_fuzz::{Definitions, Order, check, check_recognized, compound_file};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    Definitions::new(&[
        "[xlsx]",
        "[xlsx]\nsheets = [\"*\"]\nlast_column = 4\nmerged_rows = true",
        "[xlsx]\nheader_rows = [1, 2]\nunpivot = { keep = [\"a\"], levels = [\"b\", \"c\"] }\nstop_when_empty = true",
    ])
});

fuzz_target!(|input: &[u8]| {
    let Some((&choice, rest)) = input.split_first() else { return };
    let assembled;
    let body: &[u8] = if choice & 4 == 0 {
        assembled = compound_file(rest);
        &assembled
    } else {
        rest
    };
    if choice % 4 == 3 {
        let _ = check_recognized(body, &Known::default(), Order::Ascending);
    } else {
        let _ = check(body, DEFINITIONS.by(choice % 4), Order::Ascending);
    }
});
