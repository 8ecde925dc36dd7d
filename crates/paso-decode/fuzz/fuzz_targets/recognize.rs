//! Any message at all: what it is, and its rows.

#![no_main]

use libfuzzer_sys::fuzz_target;
use paso_decode::{Bytes, Known, jsonstat, sniff};
use paso_decode_fuzz::{Order, check_recognized, told};

fuzz_target!(|input: &[u8]| {
    let _ = sniff(input);
    let _ = check_recognized(input, &Known::default(), Order::Any);
    if let Err(error) = jsonstat::structure(&Bytes(input)) {
        told(&error);
    }
});
