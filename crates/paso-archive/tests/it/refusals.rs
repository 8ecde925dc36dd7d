use paso_archive::{Archive, ArchiveError, BodyKind, Probe, Route};
use serde_json::json;

use crate::street::{ALL, SOURCE, Street, spec};

const PAGE: &[u8] = b"<!DOCTYPE html><html><head><title>Service unavailable</title></head></html>";

/// Answers one URL with a body, and fetches it as one of some kinds.
async fn fetch(street: &Street, body: &[u8], accept: &[BodyKind]) -> ArchiveError {
    street.write_mirror("2026-08-18T12:00:00Z", [("https://a.org/table", body)]);
    let archive = Archive::new(&street.lake, Route::Mirror(street.mirror())).unwrap();
    let request = spec(json!({"url": "https://a.org/table", "envelope": {"error": ["/0/message", "/error"]}}));
    archive.fetch(SOURCE, &request, accept).await.unwrap_err()
}

#[tokio::test]
async fn an_html_page_is_set_aside_and_named() {
    let street = Street::new();
    let error = fetch(&street, PAGE, &[BodyKind::Json, BodyKind::Csv]).await;
    let text = "unhcr.population: https://a.org/table answered with an HTML page titled \"Service unavailable\", expected JSON or CSV";
    assert_eq!(error.to_string(), text);
    let ArchiveError::NotData { kept: Some(kept), .. } = &error else { panic!("{error:?}") };
    assert!(error.hint().unwrap().ends_with(&format!("the answer is kept in {}", kept.display())));

    assert_eq!(street.lake.bodies().unwrap(), []);
    let log = street.log();
    assert_eq!((&log[0]["kind"], &log[0]["reason"], log.len()), (&json!("rejected"), &json!("not-data"), 1));
    let hash = log[0]["sha256"].as_str().unwrap().parse().unwrap();
    assert_eq!(street.lake.read_rejected_body(&hash, 1000).unwrap(), PAGE);
    assert_eq!(street.lake.rejected_body(&hash), *kept);
    assert_eq!(paso_archive::editions(&street.lake, "unhcr", "unhcr.population").unwrap(), []);
}

#[tokio::test]
async fn another_format_than_declared_is_no_data() {
    let street = Street::new();
    for (body, accept, found) in [
        (&b"Year,Refugees\n"[..], BodyKind::Json, "plain text, expected JSON"),
        (br#"{"data":[]}"#, BodyKind::Csv, "JSON, expected CSV"),
        (b"PK\x03\x04 cut off", BodyKind::Xlsx, "a truncated ZIP archive or workbook, expected an XLSX workbook"),
        (b"PK\x05\x06..................", BodyKind::Xlsx, "a ZIP archive, expected an XLSX workbook"),
        (b"", BodyKind::Csv, "an empty body, expected CSV"),
    ] {
        let error = fetch(&street, body, &[accept]).await;
        assert!(error.to_string().ends_with(&format!("answered with {found}")), "{error}");
    }
}

#[tokio::test]
async fn the_publishers_own_error_message_is_passed_on() {
    let street = Street::new();
    // As the World Bank answers with status 200.
    let body = br#"[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]"#;
    // Also where CSV was expected: the message says more than the format.
    for accept in [BodyKind::Json, BodyKind::Csv] {
        let error = fetch(&street, body, &[accept]).await;
        let text = "unhcr.population: https://a.org/table answered with an error message: 120: Invalid value: The provided parameter value is not valid";
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(street.log_kinds(), ["rejected", "rejected"]);
    assert_eq!(street.log()[0]["reason"], json!("publisher-error"));
}

#[tokio::test]
async fn null_in_the_place_of_an_error_is_none() {
    let street = Street::new();
    street.write_mirror("2026-08-18T12:00:00Z", [("https://a.org/table", &br#"{"error":null,"data":[]}"#[..])]);
    let request = spec(json!({"url": "https://a.org/table", "envelope": {"error": ["/error"]}}));
    assert!(street.fetch(&request).await.unwrap().new);
}

#[tokio::test]
async fn truncated_json_is_no_answer_where_an_envelope_is_declared() {
    let street = Street::new();
    let error = fetch(&street, br#"{"data":[{"year":2020"#, ALL).await;
    assert!(error.to_string().contains("truncated JSON: EOF while parsing an object at line 1 column 21"), "{error}");
}

#[tokio::test]
async fn a_refused_answer_leaves_the_last_edition() {
    let street = Street::new();
    let request = spec(json!({"url": "https://a.org/table"}));
    street.write_mirror("2026-08-18T12:00:00Z", [("https://a.org/table", &b"Year\n2020\n"[..])]);
    let fetched = street.fetch(&request).await.unwrap();
    fetch(&street, PAGE, ALL).await;
    assert_eq!(paso_archive::editions(&street.lake, "unhcr", "unhcr.population").unwrap(), std::slice::from_ref(&fetched.edition));
    assert_eq!(street.fetch_by(Route::Offline, &request).await.unwrap().edition, fetched.edition);

    // A probe sets nothing aside.
    let before = street.log().len();
    let error = street.probe_by(Route::Mirror(street.mirror()), &request).await.unwrap_err();
    assert!(matches!(error, ArchiveError::NotData { kept: None, .. }), "{error:?}");
    assert_eq!(street.log().len(), before);
    assert_eq!(street.probe_by(Route::Offline, &request).await.unwrap(), Probe::Unchanged);
}

#[tokio::test]
async fn an_unwritable_lake_is_named() {
    let street = Street::new();
    street.write_mirror("2026-08-18T12:00:00Z", [("https://a.org/table", &b"Year\n2020\n"[..])]);
    // A file where the archive needs a folder stops every user, also the one whom no mode stops.
    paso_lake::file::write_atomic(&street.lake.root().join("archive"), |_| Ok(())).unwrap();
    let error = street.fetch(&spec(json!({"url": "https://a.org/table"}))).await.unwrap_err();
    let ArchiveError::Lake { dataset, source } = &error else { panic!("{error:?}") };
    assert_eq!(dataset, "unhcr.population");
    assert!(source.to_string().contains("archive"), "{source}");
    assert!(error.hint().unwrap().contains("a file stands where"), "{:?}", error.hint());
}
