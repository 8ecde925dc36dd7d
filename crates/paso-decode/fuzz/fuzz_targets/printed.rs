//! Files of printed figures.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode_fuzz::{Definitions, Order, check};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    Definitions::new(&[
        "[printed]",
        "[printed]\ncolumns = { via = [\"route\"] }\noptional = [\"via\"]\nfacts = { newest = \"newest_date\", last = \"last_retrieved\" }",
    ])
});

fuzz_target!(|input: &[u8]| {
    let Some((&choice, body)) = input.split_first() else { return };
    let _ = check(body, DEFINITIONS.by(choice), Order::Ascending);
});
