use std::{fs::OpenOptions, io::Write as _};

use paso_archive::{ArchiveError, Edition, RequestSpec, editions};
use serde_json::json;

use crate::street::{SOURCE, Street, spec};

const TABLE: &str = "https://a.org/table.csv";

fn table() -> RequestSpec {
    spec(json!({"url": TABLE}))
}

fn known(street: &Street) -> Vec<Edition> {
    editions(&street.lake, SOURCE.publisher, SOURCE.dataset).unwrap()
}

/// Serves a body on a day, fetches it, and says whether it was new and when its edition was first retrieved.
async fn on(street: &Street, day: &str, body: &str) -> (bool, String) {
    street.write_mirror(&format!("{day}T12:00:00Z"), [(TABLE, body.as_bytes())]);
    let fetched = street.fetch(&table()).await.unwrap();
    (fetched.new, fetched.edition.first_retrieved().strftime("%F").to_string())
}

#[tokio::test]
async fn the_same_body_again_keeps_its_first_retrieval() {
    let street = Street::new();
    assert_eq!(on(&street, "2026-01-01", "a").await, (true, "2026-01-01".into()));
    assert_eq!(on(&street, "2026-02-01", "a").await, (false, "2026-01-01".into()));
    assert_eq!(street.log_kinds(), ["answer", "edition", "answer"]);
    assert_eq!(known(&street).len(), 1);
}

#[tokio::test]
async fn a_changed_body_is_a_new_edition_and_one_that_comes_back_is_the_old_one() {
    let street = Street::new();
    assert_eq!(on(&street, "2026-01-01", "a").await, (true, "2026-01-01".into()));
    assert_eq!(on(&street, "2026-02-01", "b").await, (true, "2026-02-01".into()));
    assert_eq!(on(&street, "2026-03-01", "a").await, (false, "2026-01-01".into()));
    // The log knows that it came back, once.
    assert_eq!(on(&street, "2026-04-01", "a").await, (false, "2026-01-01".into()));
    assert_eq!(street.log_kinds().iter().filter(|kind| *kind == "edition").count(), 3);
    assert_eq!(
        known(&street).iter().map(|edition| edition.first_retrieved().strftime("%F").to_string()).collect::<Vec<_>>(),
        ["2026-02-01", "2026-01-01"],
        "what is served again holds again"
    );
}

#[tokio::test]
async fn editions_are_ordered_by_retrieval_whatever_the_order_of_arrival() {
    let street = Street::new();
    on(&street, "2026-02-01", "b").await;
    on(&street, "2026-01-01", "a").await;
    assert_eq!(
        known(&street).iter().map(|edition| edition.first_retrieved().strftime("%F").to_string()).collect::<Vec<_>>(),
        ["2026-01-01", "2026-02-01"]
    );
}

#[tokio::test]
async fn the_log_has_what_provenance_needs() {
    let street = Street::new();
    on(&street, "2026-01-01", "Year\n2020\n").await;
    let log = street.log();
    let body = &known(&street)[0].bodies[0];
    assert_eq!(
        log[0],
        json!({
            "kind": "answer", "dataset": "unhcr.population", "method": "GET", "url": TABLE, "status": 200,
            "when": "2026-01-01T12:00:00Z", "last_modified": "2026-07-01T08:30:00Z", "content_type": "application/json",
            "sha256": body.sha256.as_str(), "bytes": 10, "licence": "CC-BY-4.0",
        })
    );
    assert_eq!(log[1]["kind"], json!("edition"));
    assert_eq!(log[1]["bodies"][0]["sha256"], json!(body.sha256.as_str()));
}

#[tokio::test]
async fn datasets_of_one_publisher_share_a_log_and_nothing_else() {
    let street = Street::new();
    on(&street, "2026-01-01", "a").await;
    assert_eq!(editions(&street.lake, "unhcr", "unhcr.asylum").unwrap(), []);
    assert_eq!(editions(&street.lake, "worldbank", "unhcr.population").unwrap(), []);
}

#[tokio::test]
async fn a_line_torn_by_a_kill_is_as_if_never_written() {
    let street = Street::new();
    on(&street, "2026-01-01", "a").await;
    let whole = std::fs::read_to_string(street.lake.archive_log("unhcr")).unwrap();
    let edition_line = whole.lines().nth(1).unwrap();
    for length in [1, edition_line.len() / 2, edition_line.len()] {
        let torn = Street::new();
        torn.write_mirror("2026-01-01T12:00:00Z", [(TABLE, &b"a"[..])]);
        let path = torn.lake.archive_log("unhcr");
        paso_lake::file::append_line(&path, whole.lines().next().unwrap()).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(&edition_line.as_bytes()[..length]).unwrap();
        assert_eq!(known(&torn), [], "{length}");

        assert!(torn.fetch(&table()).await.unwrap().new);
        assert_eq!(torn.log_kinds(), ["answer", "answer", "edition"], "{length}");
        assert_eq!(known(&torn), known(&street), "{length}");
    }
}

#[tokio::test]
async fn damage_in_the_middle_of_the_log_is_named_with_its_line() {
    let street = Street::new();
    on(&street, "2026-01-01", "a").await;
    let path = street.lake.archive_log("unhcr");
    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"kind\":\"edition\",\n").unwrap();
    let error = editions(&street.lake, SOURCE.publisher, SOURCE.dataset).unwrap_err();
    assert!(matches!(error, ArchiveError::Log { line: 3, .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("{}, line 3: the archive's log is damaged", path.display()));
}

#[tokio::test]
async fn a_kill_between_the_last_body_and_the_log_loses_nothing() {
    let street = Street::new();
    // The body is there, the log is not: as after a kill between the two.
    street.lake.store_body(b"a").unwrap();
    assert_eq!(known(&street), []);
    assert_eq!(on(&street, "2026-01-01", "a").await, (true, "2026-01-01".into()));
    assert_eq!(street.lake.bodies().unwrap().len(), 1);
}
