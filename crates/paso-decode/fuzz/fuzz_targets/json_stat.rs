//! JSON-stat: the first byte chooses the definition, the rest is the body.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode_fuzz::{Definitions, Order, check};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    Definitions::new(&[
        "[json_stat]",
        "[json_stat]\nlabels = \"name\"\nfacts = { updated = \"/updated\" }",
        "[json_stat]\nlabels = \"both\"\ndataset = \"a\"\ncolumns = { area = [\"geo\", \"A\"] }",
    ])
});

fuzz_target!(|input: &[u8]| {
    let Some((&choice, body)) = input.split_first() else { return };
    let _ = check(body, DEFINITIONS.by(choice), Order::Any);
});
