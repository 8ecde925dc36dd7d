//! The files of printed figures, and the entry that their guide shows.

use std::path::{Path, PathBuf};

use crate::collected::Collected;

const FORM: &str = "[printed]\nfacts = { newest = \"newest_date\", read = \"last_retrieved\" }";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/printed")
}

#[test]
fn every_file_of_printed_figures_is_in_order() {
    let mut kinds = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        kinds.push(path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_owned());
        if path.extension().is_some_and(|extension| extension == "toml") {
            let table =
                Collected::decode(&std::fs::read(&path).unwrap(), FORM).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(!table.rows.is_empty() && table.ragged.is_empty(), "{}", path.display());
        }
    }
    assert!(kinds.iter().all(|kind| kind == "toml" || kind == "md"), "a stray file would never be read: {kinds:?}");
}

#[test]
fn the_entry_of_the_guide_can_be_copied() {
    let guide = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let example = guide.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```")).unwrap().0;
    let table = Collected::decode(example.as_bytes(), FORM).unwrap();
    assert_eq!(table.rows.len(), 1);
    assert_eq!(table.column("value"), [Some("56.586")]);
    assert_eq!(table.column("number"), [Some("56586")]);
    assert_eq!(table.column("route"), [Some("land")]);
    assert_eq!((table.facts["newest"].as_str(), table.facts["read"].as_str()), ("2024-05-14", "2025-11-20"));
    assert!(!table.names.iter().any(|name| name == "note"));
}
