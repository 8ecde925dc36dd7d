use std::sync::Arc;

use paso_archive::{Archive, ArchiveError, Probe, RequestSpec, Route, Source, mirror::Mirror, via};
use serde_json::json;

use crate::street::{ALL, Street, serve, spec, url};

const PAGE_1: &[u8] = br#"{"page":1,"maxPages":2,"items":[{"year":2020,"refugees":2053}]}"#;
const PAGE_2: &[u8] = br#"{"page":2,"maxPages":2,"items":[{"year":2020,"refugees":"-"}]}"#;

fn population() -> RequestSpec {
    spec(json!({
        "url": "https://api.unhcr.org/population/v1/population/",
        "query": {"limit": "1", "year": "2020"},
        "paging": {"page-number": {"parameter": "page", "last": "/maxPages"}},
    }))
}

fn two_pages() -> [(&'static str, &'static [u8]); 2] {
    [
        ("https://api.unhcr.org/population/v1/population/?page=1&limit=1&year=2020", PAGE_1),
        ("https://api.unhcr.org/population/v1/population/?year=2020&page=2&limit=1", PAGE_2),
    ]
}

#[tokio::test]
async fn mirror_and_via_give_the_same_edition_and_offline_repeats_it() {
    let by_mirror = Street::new();
    by_mirror.write_mirror("2026-08-18T12:00:00.75Z", two_pages());
    let fetched = by_mirror.fetch(&population()).await.unwrap();
    assert!(fetched.new);
    let edition = &fetched.edition;
    assert_eq!(edition.dataset, "unhcr.population");
    assert_eq!(edition.first_retrieved().to_string(), "2026-08-18T12:00:00Z");
    assert_eq!(edition.last_modified().unwrap().to_string(), "2026-07-01T08:30:00Z");
    // The URL is the one that was asked for, not the spelling of the mirror.
    assert_eq!(edition.bodies[1].url, "https://api.unhcr.org/population/v1/population/?limit=1&year=2020&page=2");
    assert_eq!(by_mirror.lake.read_body(&edition.bodies[1].sha256, 1000).unwrap(), PAGE_2);

    let by_server = Street::new();
    let base = serve(Mirror::open(by_mirror.mirror()).unwrap()).await;
    assert_eq!(by_server.fetch_by(Route::Via(base.clone()), &population()).await.unwrap(), fetched);
    assert_eq!(by_server.log(), by_mirror.log());
    assert_eq!(by_server.probe_by(Route::Via(base), &population()).await.unwrap(), Probe::Unknown);

    let lines = by_server.log().len();
    let again = by_server.fetch_by(Route::Offline, &population()).await.unwrap();
    assert_eq!((again.edition, again.new), (fetched.edition, false));
    assert_eq!(by_server.log().len(), lines, "a replay is no answer of a publisher");
}

#[tokio::test]
async fn what_the_server_lacks_is_an_error() {
    let street = Street::new();
    street.write_mirror("2026-08-18T12:00:00Z", two_pages());
    let base = serve(Mirror::open(street.mirror()).unwrap()).await;
    let error = street.fetch_by(Route::Via(base), &spec(json!({"url": "https://a.org/missing"}))).await.unwrap_err();
    assert_eq!(error.to_string(), "unhcr.population: https://a.org/missing answered 404: (no text)");
    assert_eq!(street.log_kinds(), [""; 0]);
}

#[tokio::test]
async fn offline_says_what_the_archive_lacks() {
    let street = Street::new();
    let error = street.fetch_by(Route::Offline, &population()).await.unwrap_err();
    assert!(matches!(error, ArchiveError::NotArchived { .. }), "{error:?}");
    assert_eq!(error.hint().unwrap(), "run once without --offline");

    street.write_mirror("2026-08-18T12:00:00Z", two_pages());
    street.fetch(&population()).await.unwrap();
    let other = spec(json!({"url": "https://api.unhcr.org/population/v1/population/", "query": {"year": "2021", "limit": "1"}}));
    let error = street.fetch_by(Route::Offline, &other).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "unhcr.population: the archive does not answer https://api.unhcr.org/population/v1/population/?limit=1&year=2021"
    );
    assert!(error.hint().unwrap().starts_with("it has https://api.unhcr.org/population/v1/population/?limit=1&year=2020&page=1, "));
}

#[tokio::test]
async fn a_probe_tells_and_writes_nothing() {
    let street = Street::new();
    let mirror = || Route::Mirror(street.mirror());
    street.write_mirror("2026-08-18T12:00:00Z", two_pages());
    assert_eq!(street.probe_by(mirror(), &population()).await.unwrap(), Probe::First);
    assert!(!street.lake.root().join("archive").exists());

    street.fetch(&population()).await.unwrap();
    let bodies = street.lake.bodies().unwrap();
    assert_eq!(street.probe_by(mirror(), &population()).await.unwrap(), Probe::Unchanged);
    assert_eq!(street.probe_by(Route::Offline, &population()).await.unwrap(), Probe::Unchanged);

    let [first, (second, _)] = two_pages();
    street.write_mirror("2026-08-19T12:00:00Z", [first, (second, br#"{"page":2,"maxPages":2,"items":[]}"#)]);
    assert_eq!(street.probe_by(mirror(), &population()).await.unwrap(), Probe::Changed);
    assert_eq!(street.lake.bodies().unwrap(), bodies);
    assert_eq!(street.log_kinds(), ["answer", "answer", "edition"]);
}

#[tokio::test]
async fn secrets_are_sent_to_the_publisher_alone_and_never_written() {
    let mirrored = Street::new();
    mirrored.write_mirror("2026-08-18T12:00:00Z", [("https://a.org/t?year=2020&token=topsecret", b"Year\n2020\n".as_slice())]);
    let publisher = via(&serve(Mirror::open(mirrored.mirror()).unwrap()).await, &url("https://a.org/t"));
    let request = |url: &str| spec(json!({"url": url, "query": {"token": "topsecret", "year": "2020"}, "secret_query": ["token"]}));

    let street = Street::new();
    // The server answers only the URL with the token.
    let asked = request(publisher.as_str());
    let fetched = street.fetch_by(Route::Network, &asked).await.unwrap();
    assert_eq!(fetched.edition.bodies[0].url, format!("{publisher}?year=2020"));
    let log = std::fs::read_to_string(street.lake.archive_log("unhcr")).unwrap();
    assert!(!log.contains("topsecret") && log.contains("?year=2020"), "{log}");
    assert_eq!(street.fetch_by(Route::Offline, &asked).await.unwrap().edition, fetched.edition);

    // A mirror is without secrets, and so is what it is asked for; a server that stands for the publishers is none of them.
    let street = Street::new();
    let secret = request("https://a.org/t");
    street.write_mirror("2026-08-18T12:00:00Z", [("https://a.org/t?year=2020", b"Year\n2020\n".as_slice())]);
    let fetched = street.fetch(&secret).await.unwrap();
    assert_eq!(url(&fetched.edition.bodies[0].url).query(), Some("year=2020"));
    let base = serve(Mirror::open(street.mirror()).unwrap()).await;
    assert_eq!(street.fetch_by(Route::Via(base), &secret).await.unwrap().edition, fetched.edition);
}

#[tokio::test]
async fn datasets_fetched_at_once_share_a_log_of_whole_lines() {
    let street = Street::new();
    let address = |number| format!("https://a.org/x?n={number}");
    let bodies: Vec<_> = (0..8).map(|number| (address(number), format!("Year\n{number}\n"))).collect();
    street.write_mirror("2026-08-18T12:00:00Z", bodies.iter().map(|(address, body)| (address.as_str(), body.as_bytes())));
    let archive = Arc::new(Archive::new(&street.lake, Route::Mirror(street.mirror())).unwrap());
    let tasks = (0..8).map(|number| {
        let archive = archive.clone();
        tokio::spawn(async move {
            let dataset = format!("unhcr.d{number}");
            let source = Source { publisher: "unhcr", dataset: &dataset, licence: None, budget: paso_archive::Budget::default() };
            archive.fetch(source, &spec(json!({"url": "https://a.org/x", "query": {"n": number.to_string()}})), ALL).await.unwrap()
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert!(task.await.unwrap().new);
    }
    assert_eq!(street.log().len(), 16);
    for number in 0..8 {
        let editions = archive.editions("unhcr", &format!("unhcr.d{number}")).unwrap();
        assert_eq!(editions[0].bodies[0].url, address(number));
    }
}
