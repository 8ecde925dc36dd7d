//! gzip: the first byte says whether the rest is the container itself or what stands inside of it, which must come out as if it stood bare.

#![no_main]

use std::io::Write;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode_fuzz::{Definitions, Order, check};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| Definitions::new(&["[csv]", "[csv]\n[json]\nrows = \"\"\n[xlsx]"]));

/// Two members, cut anywhere.
fn packed(bytes: &[u8], cut: u8) -> Vec<u8> {
    let (first, second) = bytes.split_at(usize::from(cut).min(bytes.len()));
    let member = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory")
    };
    [member(first), member(second)].concat()
}

fuzz_target!(|input: &[u8]| {
    let [choice, rest @ ..] = input else { return };
    let forms = DEFINITIONS.by(*choice);
    if choice & 2 == 0 {
        let _ = check(rest, forms, Order::Ascending);
        return;
    }
    // A container inside of another one is told apart by the names in errors.
    if [&b"\x1F\x8B"[..], b"\x28\xB5\x2F\xFD", b"PK"].iter().any(|signature| rest.starts_with(signature)) {
        return;
    }
    let bare = check(rest, forms, Order::Ascending);
    let inside = check(&packed(rest, choice >> 2), forms, Order::Ascending);
    match (bare, inside) {
        (Ok((bare, facts)), Ok((inside, same_facts))) => {
            assert_eq!(facts, same_facts);
            assert!(bare.all().eq(inside.all()), "{bare:?} {inside:?}");
            assert_eq!(bare.ragged.len(), inside.ragged.len());
        }
        (Err(_), Err(_)) => {}
        other => panic!("the container makes a difference: {other:?}"),
    }
});
