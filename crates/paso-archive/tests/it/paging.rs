use paso_archive::{ArchiveError, RequestSpec, editions};
use serde_json::json;

use crate::street::{Street, spec};

/// Writes pages 1, 2 … and fetches them.
async fn fetch(last: &str, pages: &[&str]) -> Result<usize, ArchiveError> {
    let street = Street::new();
    let addresses: Vec<_> = (1..=pages.len()).map(|page| format!("https://a.org/x?page={page}")).collect();
    street.write_mirror("2026-08-18T12:00:00Z", addresses.iter().map(String::as_str).zip(pages.iter().map(|page| page.as_bytes())));
    let fetched = street.fetch(&paged(last)).await;
    let kinds = street.log_kinds();
    assert_eq!(
        kinds.iter().filter(|kind| *kind == "edition").count(),
        usize::from(fetched.is_ok()),
        "an edition only for a whole retrieval"
    );
    fetched.map(|fetched| fetched.edition.bodies.len())
}

fn paged(last: &str) -> RequestSpec {
    spec(json!({"url": "https://a.org/x", "paging": {"page-number": {"parameter": "page", "last": last}}}))
}

#[tokio::test]
async fn pages_are_read_to_the_last() {
    assert_eq!(fetch("/n", &[r#"{"n":3}"#, r#"{"n":3,"x":1}"#, r#"{"n":3,"x":2}"#, r#"{"n":3,"x":3}"#]).await.unwrap(), 3);
    assert_eq!(fetch("/0/pages", &[r#"[{"pages":"2"},[1]]"#, r#"[{"pages":"2"},[2]]"#]).await.unwrap(), 2);
}

#[tokio::test]
async fn no_pages_are_one_empty_answer() {
    assert_eq!(fetch("/maxPages", &[r#"{"page":1,"maxPages":0,"items":[]}"#]).await.unwrap(), 1);
    assert_eq!(fetch("/maxPages", &[r#"{"page":1,"maxPages":1,"items":[]}"#]).await.unwrap(), 1);
}

#[tokio::test]
async fn the_first_page_may_be_number_zero() {
    let street = Street::new();
    street
        .write_mirror("2026-08-18T12:00:00Z", [("https://a.org/x?page=0", &br#"{"n":2}"#[..]), ("https://a.org/x?page=1", br#"{"n":2} "#)]);
    let zero = spec(json!({"url": "https://a.org/x", "paging": {"page-number": {"parameter": "page", "first": 0, "last": "/n"}}}));
    assert_eq!(street.fetch(&zero).await.unwrap().edition.bodies.len(), 2);
}

#[tokio::test]
async fn a_change_between_two_pages_is_no_edition() {
    let error = fetch("/n", &[r#"{"n":3}"#, r#"{"n":2}"#, "{}"]).await.unwrap_err();
    assert!(error.is_transient());
    let text = "unhcr.population: the publisher changed its data while it was read: there were 3 pages, https://a.org/x?page=2 says 2";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn an_envelope_that_is_not_as_declared_names_the_place() {
    for (page, detail) in [
        ("{}", "it has no number of pages at /n"),
        (r#"{"n":-1}"#, "/n is -1, which is no number of pages"),
        (r#"{"n":"many"}"#, "/n is \"many\", which is no number of pages"),
        (r#"{"n":2,"items":[{"y"#, "truncated JSON: EOF while parsing a string at line 1 column 19"),
        (r#"{"n":2,"items":oops}"#, "broken JSON: expected value at line 1 column 16"),
    ] {
        let error = fetch("/n", &[page]).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("unhcr.population: the answer of https://a.org/x?page=1 cannot be read as declared: {detail}")
        );
        assert!(!error.is_transient());
    }
}

#[tokio::test]
async fn an_accepted_format_without_an_envelope_comes_whole() {
    assert_eq!(fetch("/n", &["n\n2\n"]).await.unwrap(), 1);
}

#[tokio::test]
async fn paging_without_end_is_refused_at_the_first_page() {
    let error = fetch("/n", &[r#"{"n":10001}"#]).await.unwrap_err();
    assert!(error.to_string().ends_with("it has 10001 pages, at most 10000 are read"), "{error}");
}

#[tokio::test]
async fn pages_that_hold_fewer_rows_than_there_are_are_no_edition() {
    let rows = spec(json!({
        "url": "https://a.org/x", "paging": {"offset": {"parameter": "skip", "step": 4, "total": "/count", "rows": "/rows"}},
    }));
    let street = Street::new();
    // Four rows are asked for, and the publisher gives no more than two.
    street.write_mirror(
        "2026-08-18T12:00:00Z",
        [("https://a.org/x?skip=0", &br#"{"count":8,"rows":[1,2]}"#[..]), ("https://a.org/x?skip=4", br#"{"count":8,"rows":[5,6]}"#)],
    );
    let error = street.fetch(&rows).await.unwrap_err().to_string();
    assert!(error.contains("https://a.org/x?skip=0 cannot be read as declared: after page 1 there are 2 of 8 rows and not 4"), "{error}");
    assert_eq!(street.log_kinds(), ["answer"]);

    street.write_mirror(
        "2026-08-18T12:00:00Z",
        [("https://a.org/x?skip=0", &br#"{"count":6,"rows":[1,2,3,4]}"#[..]), ("https://a.org/x?skip=4", br#"{"count":6,"rows":[5,6]}"#)],
    );
    assert_eq!(street.fetch(&rows).await.unwrap().edition.bodies.len(), 2);
    street.write_mirror("2026-08-18T12:00:00Z", [("https://a.org/x?skip=0", &br#"{"count":1,"rows":"none"}"#[..])]);
    assert!(street.fetch(&rows).await.unwrap_err().to_string().contains("/rows is no list of rows"));
}

#[tokio::test]
async fn links_in_a_circle_end() {
    let linked = spec(json!({"url": "https://a.org/1", "paging": {"next-link": {"link": "/next", "total": "/count", "rows": "/rows"}}}));
    let street = Street::new();
    street.write_mirror(
        "2026-08-18T12:00:00Z",
        [
            ("https://a.org/1", &br#"{"count":2,"rows":[1],"next":"https://a.org/2"}"#[..]),
            ("https://a.org/2", br#"{"count":2,"rows":[2],"next":"https://a.org/1"}"#),
        ],
    );
    let error = street.fetch(&linked).await.unwrap_err().to_string();
    let said = "the answer of https://a.org/2 cannot be read as declared: it leads to https://a.org/1, which was asked for already";
    assert!(error.contains(said), "{error}");
    assert_eq!(street.log_kinds(), ["answer", "answer"]);
}

#[tokio::test]
async fn pages_behind_a_link_are_of_the_part_that_led_there() {
    let parts = spec(json!({
        "url": "https://a.org/x", "query": {"year": "{year}"}, "each": [{"year": "2014"}, {"year": "2015"}], "paging": {"next-link": {"link": "/next", "total": "/count", "rows": "/rows"}},
    }));
    let street = Street::new();
    street.write_mirror(
        "2026-08-18T12:00:00Z",
        [
            ("https://a.org/x?year=2014", &br#"{"count":2,"rows":[1],"next":"/more/1"}"#[..]),
            ("https://a.org/more/1", br#"{"count":2,"rows":[2],"next":"/more/2"}"#),
            ("https://a.org/more/2", br#"{"count":2,"rows":[]}"#),
            ("https://a.org/x?year=2015", br#"{"count":0,"rows":[],"next":null}"#),
        ],
    );
    street.fetch(&parts).await.unwrap();
    // As the log gives them back.
    let edition = editions(&street.lake, "unhcr", "unhcr.population").unwrap().remove(0);
    let years: Vec<_> = edition.bodies.iter().map(|body| parts.columns(body)["year"].clone()).collect();
    assert_eq!(years, ["2014", "2014", "2014", "2015"]);
}
