//! Budgets and secrets, against a publisher on this machine.

use jiff::ToSpan as _;
use paso_lake::file;
use serde_json::json;

use super::*;
use crate::{
    Archive, BodyKind, Fetched, RequestSpec, Route, Source,
    network::tests::{Answer, Publisher, answer, network, request},
};

/// A lake and a publisher that is asked over the network.
struct Street {
    _folder: tempfile::TempDir,
    lake: Lake,
    publisher: Publisher,
}

impl Street {
    async fn new(script: impl IntoIterator<Item = Answer>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(folder.path().join("lake")).unwrap();
        Self { _folder: folder, lake, publisher: Publisher::new(script).await }
    }

    /// An archive as a run opens one.
    fn run(&self) -> Archive {
        Archive::over(&self.lake, Route::Network, Box::new(network()))
    }

    fn url(&self, path: &str) -> String {
        self.publisher.address.join(path).unwrap().into()
    }

    fn log_kinds(&self) -> Vec<String> {
        let lines = file::read_lines(&self.lake.archive_log("p")).unwrap();
        lines.iter().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["kind"].as_str().unwrap().to_owned()).collect()
    }
}

fn ok(body: &str) -> Answer {
    answer("200 OK", "", body)
}

async fn fetch(archive: &Archive, dataset: &str, budget: Budget, table: serde_json::Value) -> Result<Fetched, ArchiveError> {
    let spec: RequestSpec = serde_json::from_value(table).unwrap();
    let source = Source { publisher: "p", dataset, licence: None, budget };
    archive.fetch(source, &spec, &[BodyKind::Json, BodyKind::Csv]).await
}

#[tokio::test]
async fn every_request_waits_for_the_pause() {
    let street = Street::new((0..4).map(|page| ok(&format!("{{\"n\":4,\"page\":{page}}}")))).await;
    let table = json!({"url": street.url("x"), "paging": {"page-number": {"parameter": "page", "last": "/n"}}});
    let before = Instant::now();
    fetch(&street.run(), "p.d", Budget { pause_ms: 80, requests_per_hour: None }, table).await.unwrap();
    assert_eq!(street.publisher.count(), 4);
    assert!(before.elapsed() >= Duration::from_millis(240), "three pauses lie between four requests: {:?}", before.elapsed());
}

#[tokio::test]
async fn a_request_that_waits_holds_up_the_next_one() {
    let street = Street::new([ok("a")]).await;
    let requests = Requests::new(&street.lake);
    let request = request(street.publisher.address.clone());
    let budget = Budget { pause_ms: 60_000, requests_per_hour: None };
    let rests = (0..4).map(|_| requests.count(&request, budget).unwrap().as_secs_f64().div_euclid(50.0));
    // 0, 60, 120 and 180 seconds, less what the log took.
    assert_eq!(rests.collect::<Vec<_>>(), [0.0, 1.0, 2.0, 3.0]);
}

#[tokio::test]
async fn another_try_is_another_request() {
    let busy = || answer("503 Service Unavailable", "", "");
    let street = Street::new([busy(), busy(), ok("a")]).await;
    let before = Instant::now();
    let table = json!({"url": street.url("x")});
    fetch(&street.run(), "p.d", Budget { pause_ms: 80, requests_per_hour: Some(3) }, table.clone()).await.unwrap();
    assert!(before.elapsed() >= Duration::from_millis(160), "{:?}", before.elapsed());
    assert_eq!(street.log_kinds(), ["asked", "asked", "asked", "answer", "edition"]);

    // Where no other try is allowed, the publisher's answer is what is said.
    let street = Street::new([busy()]).await;
    let error = fetch(&street.run(), "p.d", Budget { pause_ms: 0, requests_per_hour: Some(2) }, json!({"url": street.url("x")})).await;
    assert!(matches!(error, Err(ArchiveError::Status { status: 503, attempts: 2, .. })), "{error:?}");
    assert_eq!(street.publisher.count(), 2);
}

#[tokio::test]
async fn what_is_refused_counts_and_what_is_read_again_does_not() {
    let street = Street::new([ok("a"), answer("404 Not Found", "", "gone"), ok("b")]).await;
    let budget = Budget { pause_ms: 0, requests_per_hour: Some(3) };
    let archive = street.run();
    let table = |path: &str| json!({"url": street.url(path)});
    for dataset in ["p.d", "p.e", "p.f", "p.g"] {
        assert!(fetch(&archive, dataset, budget, table("x")).await.unwrap().new);
    }
    assert_eq!(street.publisher.count(), 1);
    assert!(matches!(fetch(&archive, "p.h", budget, table("gone")).await, Err(ArchiveError::Status { status: 404, .. })));
    fetch(&archive, "p.i", budget, table("z")).await.unwrap();

    // The budget is used up, for this run and for the next.
    for archive in [archive, street.run()] {
        let error = fetch(&archive, "p.j", budget, table("more")).await.unwrap_err();
        let ArchiveError::Budget { requests: 3, next, .. } = error else { panic!("{error:?}") };
        assert!(next > clock::now() && next <= clock::now() + HOUR);
    }
    assert_eq!(street.publisher.count(), 3);
}

#[tokio::test]
async fn requests_count_for_an_hour() {
    let street = Street::new([ok("a")]).await;
    let log = street.lake.archive_log("p");
    let ago = |minutes: i64| clock::now() - minutes.minutes();
    for when in [ago(120), ago(61), ago(30)] {
        let line = Line::Asked { dataset: "p.d", url: "https://a.org/", when };
        file::append_line(&log, &serde_json::to_string(&line).unwrap()).unwrap();
    }
    let table = json!({"url": street.url("x")});
    let one = Budget { pause_ms: 0, requests_per_hour: Some(1) };
    let error = fetch(&street.run(), "p.d", one, table.clone()).await.unwrap_err();
    let ArchiveError::Budget { next, .. } = error else { panic!("{error:?}") };
    assert!((clock::now() + 29.minutes()..clock::now() + 31.minutes()).contains(&next), "{next}");
    fetch(&street.run(), "p.d", Budget { requests_per_hour: Some(2), ..one }, table).await.unwrap();
}

#[tokio::test]
async fn no_message_repeats_a_secret() {
    const KEY: &str = "SECRET KEY/77";
    for (what, script) in [
        ("a status", answer("403 Forbidden", "", format!("{} {KEY}", "your key is wrong, ".repeat(10)))),
        ("a message", ok(&format!(r#"{{"error":"your key {KEY} is wrong"}}"#))),
        ("a link that is none", ok(r#"{"count":2,"rows":[1],"next":"http://[bad?client_id=SECRET+KEY%2F77"}"#)),
        ("a link elsewhere", ok(r#"{"count":2,"rows":[1],"next":"/x/SECRET+KEY%2F77"}"#)),
        ("a link that is something else", ok(&format!(r#"{{"next":["{KEY}"]}}"#))),
        ("a page", ok(&format!("<!DOCTYPE html><html><title>{KEY} is wrong</title></html>"))),
    ] {
        let street = Street::new([script]).await;
        let table = json!({
            "url": street.url("x"), "query": {"client_id": KEY}, "secret_query": ["client_id"],
            "envelope": {"error": ["/error"]}, "paging": {"next-link": {"link": "/next", "total": "/count", "rows": "/rows"}},
        });
        let error = fetch(&street.run(), "p.d", Budget::default(), table).await.unwrap_err();
        let said = format!("{error} {error:?} {:?}", error.hint());
        assert!(!said.contains("SECRET"), "{what}: {said}");
        // What is shown instead, unless it is said without it.
        assert!(said.contains("(secret)") || said.contains("repeats a secret"), "{what}: {said}");
    }
}
