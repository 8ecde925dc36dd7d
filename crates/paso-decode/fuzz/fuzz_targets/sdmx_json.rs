//! SDMX-JSON: the first byte chooses the definition, the rest is the body.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode_fuzz::{Definitions, Order, check};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    Definitions::new(&[
        "[sdmx_json]",
        "[sdmx_json]\nlabels = \"name\"\ndefaults = true",
        "[sdmx_json]\nlabels = \"both\"\ndata_set = 0\ncolumns = { area = [\"REF_AREA\", \"A\"] }\noptional = [\"area\"]",
    ])
});

fuzz_target!(|input: &[u8]| {
    let Some((&choice, body)) = input.split_first() else { return };
    let _ = check(body, DEFINITIONS.by(choice), Order::Ascending);
});
