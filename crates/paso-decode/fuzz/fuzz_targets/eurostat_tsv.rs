//! Tables of Eurostat: the first byte chooses the definition, the rest is the body.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode_fuzz::{Definitions, Order, check};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    Definitions::new(&["[eurostat_tsv]", "[eurostat_tsv]\ncolumns = { area = [\"geo\"], sex = [\"sex\"] }\noptional = [\"sex\"]"])
});

fuzz_target!(|input: &[u8]| {
    let Some((&choice, body)) = input.split_first() else { return };
    let _ = check(body, DEFINITIONS.by(choice), Order::Repeating);
});
