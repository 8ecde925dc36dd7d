//! What `verify` finds.

use std::{fs, path::Path};

use paso_lake::file::write_atomic;
use paso_publish::{PublishError, Published, publish, verify};

use crate::fixture::{Fixture, files};

fn release() -> (Fixture, Published) {
    let fixture = Fixture::new();
    let published = publish(&fixture.lake, &fixture.contents()).unwrap();
    (fixture, published)
}

fn overwrite(path: &Path, bytes: &[u8]) {
    write_atomic(path, |writer| writer.write_all(bytes)).unwrap();
}

#[test]
fn a_release_as_it_was_made_is_whole() {
    let (_fixture, published) = release();
    let verification = verify(&published.path).unwrap();
    assert!(verification.is_whole());
    assert_eq!((verification.release, verification.files + 1), (published.name, published.files));
    let size: usize = files(&published.path).iter().filter(|(path, _)| *path != "manifest.json").map(|(_, bytes)| bytes.len()).sum();
    assert_eq!(verification.bytes, size as u64);
}

#[test]
fn one_flipped_bit_anywhere_is_found() {
    let (_fixture, published) = release();
    for (path, bytes) in files(&published.path) {
        for position in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut flipped = bytes.clone();
            flipped[position] ^= 1;
            overwrite(&published.path.join(&path), &flipped);
            match verify(&published.path) {
                Ok(verification) => {
                    assert_eq!(verification.problems(), [format!("{path} was changed")]);
                    assert_ne!(verification.changed[0].expected, verification.changed[0].found);
                }
                Err(error) => {
                    assert_eq!(path, "manifest.json");
                    assert!(matches!(error, PublishError::Manifest { .. }), "{error}");
                }
            }
        }
        overwrite(&published.path.join(&path), &bytes);
    }
    assert!(verify(&published.path).unwrap().is_whole());
}

#[test]
fn a_manifest_that_was_edited_is_refused() {
    let (_fixture, published) = release();
    let path = published.path.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    for (from, to) in
        [("an HTML page", "a fine page"), ("\"pipeline\": \"chile\"", "\"pipeline\":  \"chile\""), ("paso.manifest/1", "paso.manifest/2")]
    {
        assert!(text.contains(from));
        overwrite(&path, text.replace(from, to).as_bytes());
        let error = verify(&published.path).unwrap_err();
        assert!(error.to_string().contains("is no release that can be verified: "), "{error}");
    }
}

#[test]
fn missing_and_extra_files_are_named() {
    let (_fixture, published) = release();
    fs::remove_file(published.path.join("reference/areas.csv")).unwrap();
    overwrite(&published.path.join("indicators/stock.xlsx"), b"not ours");
    overwrite(&published.path.join(".hidden"), b"");
    let verification = verify(&published.path).unwrap();
    assert!(!verification.is_whole());
    assert_eq!(verification.missing, ["reference/areas.csv"]);
    assert_eq!(verification.extra, [".hidden", "indicators/stock.xlsx"]);
    assert_eq!(verification.changed, []);
}

#[test]
fn a_folder_without_a_manifest_is_no_release() {
    let (fixture, published) = release();
    fs::remove_file(published.path.join("manifest.json")).unwrap();
    assert!(verify(&published.path).unwrap_err().to_string().contains("manifest.json cannot be read"));
    assert!(verify(&fixture.folder.path().join("nowhere")).unwrap_err().hint().unwrap().contains("manifest.json"));
}
