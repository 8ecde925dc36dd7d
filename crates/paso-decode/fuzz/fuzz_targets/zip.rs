//! ZIP: the first byte says whether the rest is the container itself or what stands inside of it, which must come out as if it stood bare.

#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;
use paso_decode_fuzz::container::same_as_bare;

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

fuzz_target!(|input: &[u8]| same_as_bare(input, packed));
