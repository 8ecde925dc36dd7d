//! The bytes of a small release. Where they change, so does [`paso_publish::CODE_VERSION`].

use paso_publish::{CODE_VERSION, publish};

use crate::fixture::{Fixture, files};

#[test]
fn the_files_of_a_release() {
    let fixture = Fixture::new();
    let published = publish(&fixture.lake, &fixture.contents()).unwrap();
    let files = files(&published.path);
    let paths: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "ATTRIBUTION.md",
            "datapackage.json",
            "dictionary.en.md",
            "dictionary.es.md",
            "indicators/stock.csv",
            "indicators/stock.parquet",
            "manifest.json",
            "observations/undesa.migrant_stock.parquet",
            "reference/areas.csv",
            "reference/areas.parquet",
            "reference/measures.csv",
            "reference/measures.parquet",
        ]
    );
    for (path, bytes) in &files {
        if !path.ends_with(".parquet") {
            let name = path.replace(['/', '.'], "_");
            insta::assert_snapshot!(name, String::from_utf8(bytes.clone()).unwrap());
        }
    }
}

#[test]
fn the_code_version_is_raised_when_the_bytes_change() {
    // The name holds the fingerprint: of the texts, of the data package without digests, of the inputs and of the code version.
    let fixture = Fixture::new();
    let published = publish(&fixture.lake, &fixture.contents()).unwrap();
    assert_eq!((CODE_VERSION, published.name.as_str(), published.files), (3, "2020-12-01-02be1194", 12));
}
