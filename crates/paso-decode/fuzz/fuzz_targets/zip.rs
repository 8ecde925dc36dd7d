//! ZIP: the first byte says whether the rest is the container itself or what stands inside of it, which must come out as if it stood bare.

#![no_main]

use std::io::Write;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use paso_decode_fuzz::{Definitions, Order, check};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| Definitions::new(&["[csv]", "[csv]\n[json]\nrows = \"\"\n[xlsx]"]));

/// An archive of one data file, and maybe something beside it that is none.
fn packed(bytes: &[u8], kind: u8) -> Vec<u8> {
    let method = if kind & 1 == 0 { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
    let options = zip::write::SimpleFileOptions::default().compression_method(method).large_file(kind & 4 == 4);
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    if kind & 2 == 2 {
        archive.start_file("readme.txt", options).and_then(|()| Ok(archive.write_all(b"about")?)).expect("a new member");
    }
    archive.start_file("folder/data.csv", options).and_then(|()| Ok(archive.write_all(bytes)?)).expect("a new member");
    archive.finish().expect("an archive").into_inner()
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
