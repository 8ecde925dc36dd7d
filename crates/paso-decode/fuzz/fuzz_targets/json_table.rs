//! JSON tables, declared and guessed: the first byte chooses the definition, the rest is the body.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode::{Format, Known};
use paso_decode_fuzz::{Definitions, Order, check, check_recognized};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    Definitions::new(&[
        "[json]\nrows = \"\"",
        "[json]\nrows = [\"/*/items\", \"/items\", \"\"]\nlines = true\nexplode = \"a\"\njoin = [\"b\"]",
        "[json]\nrows = \"/items\"\nshape = \"arrays\"\nheader = true\njoin = [\"a\"]\nseparator = \"|\"",
        "[json]\nrows = [\"/1\", \"/items\"]\nshape = \"arrays\"\nnames = \"/0/*\"",
        "[json]\nrows = \"\"\nshape = \"columns\"\nfacts = { a = \"/items/0/a\" }\nignore = [\"b\"]",
        "[json]\nrows = \"/items\"\nerror = [\"/error\"]\nfacts = { a = \"/page\" }\ncolumns = { x = [\"a.b\", \"b\"] }",
        "[json]\nrows = \"/*/*\"\nlines = true\nexplode = \"a.b\"\nignore = [\"c\"]",
    ])
});

fuzz_target!(|input: &[u8]| {
    let Some((&choice, body)) = input.split_first() else { return };
    if choice % 8 == 7 {
        let known = Known { format: Some(Format::Json), ..Known::default() };
        let _ = check_recognized(body, &known, Order::Repeating);
    } else {
        let _ = check(body, DEFINITIONS.by(choice % 8), Order::Repeating);
    }
});
