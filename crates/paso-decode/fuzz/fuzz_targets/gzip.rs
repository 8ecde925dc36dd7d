//! gzip: the first byte says whether the rest is the container itself or what stands inside of it, which must come out as if it stood bare.

#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;
use paso_decode_fuzz::container::same_as_bare;

/// Two members, cut anywhere.
fn packed(bytes: &[u8], cut: u8) -> Vec<u8> {
    let (first, second) = bytes.split_at(usize::from(cut).min(bytes.len()));
    let member = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory")
    };
    [member(first), member(second)].concat()
}

fuzz_target!(|input: &[u8]| same_as_bare(input, packed));
