use std::{fs, path::Path};

use paso_archive::{
    ArchiveError, Route,
    mirror::{Mirror, Writer},
};
use paso_lake::file::write_atomic;
use serde_json::json;

use crate::street::{Street, served, spec, url};

const HASH: &str = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

/// An index line for a body `a`.
fn line(url: &str, body: &str) -> serde_json::Value {
    json!({
        "method": "GET", "url": url, "body": body, "sha256": HASH, "retrieved": "2026-08-18T12:00:00Z",
        "last_modified": null, "content_type": null,
    })
}

fn write_index(folder: &Path, lines: &[serde_json::Value]) {
    write_atomic(&folder.join("mirror.jsonl"), |writer| lines.iter().try_for_each(|line| writeln!(writer, "{line}"))).unwrap();
}

#[test]
fn a_wrong_index_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let good = line("https://a.org/x?a=1&b=2", "a.org/x.csv");
    let changed = |key: &str, value: serde_json::Value| {
        let mut line = line("https://a.org/y", "a.org/y.csv");
        line[key] = value;
        line
    };
    for (wrong, detail) in [
        (line("http://a.org/x?b=2&a=1", "a.org/z.csv"), "is answered twice, here and in line 1"),
        (changed("body", json!("../secret")), "\"../secret\" is not a path inside the mirror"),
        (changed("body", json!("/etc/passwd")), "is not a path inside the mirror"),
        (changed("body", json!("a\\b")), "is not a path inside the mirror"),
        (changed("method", json!("POST")), "method \"POST\" is not GET"),
        (changed("url", json!("a.org/y")), "is not a URL"),
        (changed("url", json!("file:///a")), "neither http nor https"),
        (changed("sha256", json!("abc")), "is not a SHA-256"),
        (changed("retrieved", json!("yesterday")), "\"yesterday\" is not a time such as"),
        (changed("status", json!(200)), "unknown field `status`"),
        (json!({"url": "https://a.org/y"}), "missing field"),
    ] {
        write_index(folder.path(), &[good.clone(), wrong]);
        let error = Mirror::open(folder.path()).unwrap_err();
        let ArchiveError::MirrorIndex { line: 2, .. } = &error else { panic!("{error:?}") };
        assert!(error.to_string().contains(detail), "{error}");
        assert!(error.to_string().contains("mirror.jsonl, line 2: "), "{error}");
    }
}

#[test]
fn a_folder_without_an_index_is_no_mirror() {
    let folder = tempfile::tempdir().unwrap();
    let error = Mirror::open(folder.path()).unwrap_err();
    assert!(error.to_string().starts_with("cannot read ") && error.to_string().ends_with("mirror.jsonl"), "{error}");
    assert!(error.hint().unwrap().contains("--mirror"));
}

#[tokio::test]
async fn an_altered_or_missing_body_is_refused() {
    let street = Street::new();
    let request = spec(json!({"url": "https://a.org/x.csv"}));
    street.write_mirror("2026-08-18T12:00:00Z", [("https://a.org/x.csv", &b"a"[..])]);
    let body = street.mirror().join("a.org/x.csv");
    write_atomic(&body, |writer| writer.write_all(b"b")).unwrap();
    let error = street.fetch(&request).await.unwrap_err();
    let text = format!("the mirror's body {} does not match its index: its SHA-256 is ", body.display());
    assert!(error.to_string().starts_with(&text) && error.to_string().ends_with(&format!("{HASH} is expected")), "{error}");
    assert!(!street.lake.root().join("archive").exists());

    fs::remove_file(&body).unwrap();
    let error = street.fetch(&request).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot read {}", body.display()));
}

#[tokio::test]
async fn a_body_over_the_cap_is_not_read() {
    let street = Street::new();
    street.write_mirror("2026-08-18T12:00:00Z", [("https://a.org/x.csv", &b"abc"[..])]);
    let error = street.fetch(&spec(json!({"url": "https://a.org/x.csv", "max_bytes": 2}))).await.unwrap_err();
    assert!(matches!(error, ArchiveError::TooLarge { max_bytes: 2, .. }), "{error:?}");
}

#[tokio::test]
async fn an_unanswered_request_names_its_neighbours() {
    let street = Street::new();
    let body = &b"a"[..];
    street.write_mirror(
        "2026-08-18T12:00:00Z",
        [("https://a.org/x?year=2020&sex=F", body), ("https://a.org/x?year=2019", body), ("https://a.org/y?year=2020", body)],
    );
    let error = street.fetch(&spec(json!({"url": "https://a.org/x", "query": {"year": "2020"}}))).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("unhcr.population: the mirror {} does not answer https://a.org/x?year=2020", street.mirror().display())
    );
    assert!(error.hint().unwrap().starts_with("it answers https://a.org/x?year=2020&sex=F, https://a.org/x?year=2019; "));
    let error = street.fetch_by(Route::Mirror(street.mirror()), &spec(json!({"url": "https://b.org/"}))).await.unwrap_err();
    assert_eq!(error.hint().unwrap(), "fetch over the network, or add the answer to the mirror");
}

#[test]
fn bodies_have_readable_names_and_the_index_is_sorted() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::new(folder.path());
    for (address, body) in [
        ("https://b.org/", &b"{}"[..]),
        ("https://api.unhcr.org/population/v1/population/?page=1", b"{\"page\":1}"),
        ("https://a.org/files/Table%201%20(both).XLSX", b"PK\x05\x06 xl/workbook.xml"),
        ("https://a.org/files/Table_201__both_.xlsx", b"PK\x05\x06 xl/workbook.xml"),
        ("http://a.org:8080/.hidden/../.x", b"Year\n"),
        ("https://a.org/v1.2/file.name-without-extension", b"<html>"),
    ] {
        writer.add(&url(address), body, served("2026-08-18T12:00:00Z")).unwrap();
    }
    assert!(!folder.path().join("mirror.jsonl").exists(), "the index comes last");
    writer.finish().unwrap();
    let mirror = Mirror::open(folder.path()).unwrap();
    let bodies: Vec<_> = mirror.entries().map(|entry| entry.body.as_str()).collect();
    // The hash is that of `api.unhcr.org/population/v1/population/?page=1`, by Python's hashlib.
    assert_eq!(
        bodies,
        [
            "a.org/files/Table_201_20_both_.XLSX",
            "a.org/files/Table_201__both_.xlsx",
            "a.org/v1.2/file.name-without-extension.body",
            "a.org_8080/_.x",
            "api.unhcr.org/population/v1/population-99e4aab8.json",
            "b.org/index.json",
        ]
    );
    for entry in mirror.entries() {
        assert!(folder.path().join(&entry.body).is_file());
        mirror.read(entry, 100).unwrap();
    }
    let lines: Vec<_> = fs::read_to_string(folder.path().join("mirror.jsonl")).unwrap().lines().map(str::to_owned).collect();
    let urls: Vec<_> = lines.iter().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["url"].clone()).collect();
    assert_eq!(urls.len(), 6);
    assert_eq!(urls[0], json!("https://a.org/files/Table%201%20(both).XLSX"));
}

#[test]
fn names_that_differ_only_in_what_a_file_system_drops_get_different_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::new(folder.path());
    let addresses = [
        "https://a.org/Table.csv",
        "https://a.org/table.csv",
        "https://a.org/table.csv?",
        "https://a.org/t%61ble.csv",
        "https://a.org/a b.csv",
        "https://a.org/a+b.csv",
    ];
    let mut expected = 0;
    for address in addresses {
        // `?` without parameters asks for the same.
        if writer.add(&url(address), url(address).as_str().as_bytes(), served("2026-08-18T12:00:00Z")).is_ok() {
            expected += 1;
        }
    }
    writer.finish().unwrap();
    let mirror = Mirror::open(folder.path()).unwrap();
    let mut bodies: Vec<_> = mirror.entries().map(|entry| entry.body.to_lowercase()).collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!((bodies.len(), expected), (5, 5));
    assert!(mirror.entries().all(|entry| mirror.read(entry, 100).unwrap() == entry.url.as_bytes()));
}

#[test]
fn one_request_has_one_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::new(folder.path());
    writer.add(&url("https://a.org/x?a=1&b=2"), b"a", served("2026-08-18T12:00:00Z")).unwrap();
    let error = writer.add(&url("https://a.org/x?b=2&a=1"), b"b", served("2026-08-18T12:00:00Z")).unwrap_err();
    assert_eq!(error.to_string(), "the mirror already answers https://a.org/x?b=2&a=1");
}
