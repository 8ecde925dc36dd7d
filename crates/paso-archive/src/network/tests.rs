//! Faults of publishers, byte by byte.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;

/// `{"items":[{"year":2020,"refugees":2053}]}`, by Python's gzip.
const GZIP: &[u8] = b"\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\xAB\x56\xCA\x2C\x49\xCD\x2D\x56\xB2\x8A\xAE\x56\xAA\x4C\x4D\x2C\x52\xB2\x32\x32\x30\x32\xD0\x51\x2A\x4A\x4D\x2B\x4D\x4F\x4D\x2D\x06\xF1\x4D\x8D\x6B\x63\x6B\x01\x7F\xED\x32\xF4\x29\x00\x00\x00";
/// 100,000 zero bytes, by Python's gzip.
const GZIP_BOMB: &[u8] = b"\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\xED\xC1\x31\x01\x00\x00\x00\xC2\xA0\xF5\x4F\x6D\x0D\x0F\xA0\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x57\x03\x7D\x95\x11\xD4\xA0\x86\x01\x00";

/// A publisher that gives one scripted answer per connection, in order, and the last one again and again.
pub(crate) struct Publisher {
    pub(crate) address: Url,
    requests: Arc<Mutex<Vec<String>>>,
}

/// Bytes to send, a pause after them, and the rest.
pub(crate) type Answer = (Vec<u8>, Duration, Vec<u8>);

impl Publisher {
    pub(crate) async fn new(script: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, mut script) = (requests.clone(), script.into_iter().collect::<VecDeque<_>>());
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                seen.lock().unwrap().push(String::from_utf8(head).unwrap());
                let (first, pause, rest) = if script.len() > 1 { script.pop_front().unwrap() } else { script[0].clone() };
                stream.write_all(&first).await.unwrap();
                tokio::time::sleep(pause).await;
                // The client may have gone by now.
                let _ = stream.write_all(&rest).await;
            }
        });
        Self { address, requests }
    }

    /// Asks once, with two more tries after a moment.
    async fn ask(&self, network: &Network, change: impl FnOnce(&mut Request)) -> Result<Response, ArchiveError> {
        let mut request = request(self.address.join("/data?year=2020").unwrap());
        change(&mut request);
        network.get(&request).await
    }

    pub(crate) fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

pub(crate) fn request(url: Url) -> Request {
    Request {
        publisher: "unhcr".into(),
        dataset: "unhcr.population".into(),
        public_url: url.clone(),
        url,
        headers: BTreeMap::new(),
        max_bytes: 1000,
        timeout: Duration::from_secs(5),
        secrets: Secrets::default(),
        turn: None,
    }
}

pub(crate) fn network() -> Network {
    Network { client: client().no_proxy().build().unwrap(), via: None, waits: [Duration::from_millis(1); 2] }
}

fn whole(text: impl AsRef<[u8]>) -> Answer {
    (text.as_ref().to_vec(), Duration::ZERO, Vec::new())
}

pub(crate) fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Answer {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    whole(bytes)
}

#[tokio::test]
async fn an_answer_carries_its_dates_and_is_decoded() {
    let headers = "Date: Tue, 18 Aug 2026 12:00:00 GMT\r\nLast-Modified: Wed, 01 Jul 2026 08:30:00 GMT\r\n\
                   Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    let publisher = Publisher::new([answer("200 OK", headers, GZIP)]).await;
    let response =
        publisher.ask(&network(), |request| _ = request.headers.insert("Accept".into(), "application/json".into())).await.unwrap();
    assert_eq!(response.body, br#"{"items":[{"year":2020,"refugees":2053}]}"#);
    assert_eq!(response.retrieved.to_string(), "2026-08-18T12:00:00Z");
    assert_eq!(response.last_modified.unwrap().to_string(), "2026-07-01T08:30:00Z");
    assert_eq!(response.content_type.as_deref(), Some("application/json"));
    let sent = publisher.requests.lock().unwrap()[0].to_lowercase();
    assert!(sent.starts_with("get /data?year=2020 http/1.1\r\n"), "{sent}");
    assert!(sent.contains(concat!("user-agent: paso/", env!("CARGO_PKG_VERSION"))), "{sent}");
    assert!(sent.contains("accept: application/json\r\n") && sent.contains("accept-encoding: gzip\r\n"), "{sent}");
}

#[tokio::test]
async fn without_a_date_header_the_clock_decides_and_a_wrong_date_counts_as_none() {
    let publisher = Publisher::new([answer("200 OK", "Last-Modified: yesterday\r\n", "x")]).await;
    let before = clock::whole_seconds(clock::now());
    let response = publisher.ask(&network(), |_| ()).await.unwrap();
    assert!(before <= response.retrieved && response.retrieved <= clock::now());
    assert_eq!(response.last_modified, None);
}

#[tokio::test]
async fn nothing_larger_than_the_cap_is_read() {
    let unbounded = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", "x".repeat(1001));
    let bomb = answer("200 OK", "Content-Encoding: gzip\r\n", GZIP_BOMB);
    assert!(GZIP_BOMB.len() < 1000);
    for (what, script) in [("declared", answer("200 OK", "", "x".repeat(1001))), ("not declared", whole(unbounded)), ("bomb", bomb)] {
        let publisher = Publisher::new([script]).await;
        let error = publisher.ask(&network(), |_| ()).await.unwrap_err();
        assert!(matches!(error, ArchiveError::TooLarge { max_bytes: 1000, .. }), "{what}: {error}");
        assert!(error.hint().unwrap().contains("max_bytes"));
        assert_eq!(publisher.count(), 1, "{what}: no second try");
    }
    let publisher = Publisher::new([answer("200 OK", "", "x".repeat(1000))]).await;
    assert_eq!(publisher.ask(&network(), |_| ()).await.unwrap().body.len(), 1000);
}

#[tokio::test]
async fn a_missing_page_is_shown_with_its_first_words_and_not_tried_again() {
    let mut page = b"<html> <h1>P\xE1gina\n no encontrada</h1>".to_vec();
    page.extend(b"x".repeat(300));
    let publisher = Publisher::new([answer("404 Not Found", "Content-Type: text/html; charset=\"ISO-8859-1\"\r\n", page)]).await;
    let error = publisher.ask(&network(), |_| ()).await.unwrap_err();
    let ArchiveError::Status { status: 404, attempts: 1, transient: false, text, .. } = &error else { panic!("{error:?}") };
    assert!(text.starts_with("<html> <h1>P\u{e1}gina no encontrada</h1>xxx"), "{text}");
    assert_eq!(text.chars().count(), 200);
    assert!(error.to_string().starts_with("unhcr.population: http://127.0.0.1:"), "{error}");
    assert!(error.hint().unwrap().contains("moved"));
    assert_eq!(publisher.count(), 1);
}

#[tokio::test]
async fn a_passing_problem_is_tried_again() {
    let page = "\u{feff}<!DOCTYPE html><title>Bad Request</title>";
    for first in ["500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests", "408 Request Timeout", "400 Bad Request"]
    {
        let publisher = Publisher::new([answer(first, "", page), answer("200 OK", "", "ok")]).await;
        assert_eq!(publisher.ask(&network(), |_| ()).await.unwrap().body, b"ok", "{first}");
        assert_eq!(publisher.count(), 2, "{first}");
    }
}

#[tokio::test]
async fn three_tries_are_all() {
    let publisher = Publisher::new([answer("502 Bad Gateway", "", "")]).await;
    let error = publisher.ask(&network(), |_| ()).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Status { status: 502, attempts: 3, transient: true, .. }), "{error:?}");
    assert!(error.to_string().ends_with("answered 502 (3 tries): (no text)"), "{error}");
    assert_eq!(publisher.count(), 3);
}

#[tokio::test]
async fn a_wrong_request_is_not_tried_again() {
    let publisher = Publisher::new([answer("400 Bad Request", "", r#"{"error":"unknown parameter"}"#)]).await;
    let error = publisher.ask(&network(), |_| ()).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Status { status: 400, attempts: 1, transient: false, .. }), "{error:?}");
}

#[tokio::test]
async fn a_slow_answer_is_given_up() {
    let pause = Duration::from_secs(30);
    let silent = (Vec::new(), pause, b"HTTP/1.1 200 OK\r\n\r\n".to_vec());
    let stalled = (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".to_vec(), pause, b"defghij".to_vec());
    for script in [silent, stalled] {
        // Each pause blocks the scripted publisher: later tries wait for their connection's answer as long.
        let publisher = Publisher::new([script]).await;
        let error = publisher.ask(&network(), |request| request.timeout = Duration::from_millis(60)).await.unwrap_err();
        assert!(matches!(error, ArchiveError::Timeout { attempts: 3, .. }), "{error:?}");
        assert!(error.to_string().contains("did not answer within 0.06 s"), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_body() {
    let publisher = Publisher::new([whole("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nYear,Refugees\n")]).await;
    let error = publisher.ask(&network(), |_| ()).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Interrupted { attempts: 3, received: 14, .. }), "{error:?}");
    assert!(error.is_transient());
}

#[tokio::test]
async fn nobody_there_is_said_without_secrets() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut request = request(Url::parse(&format!("http://{free}/data?key=topsecret")).unwrap());
    request.public_url.set_query(None);
    let error = network().get(&request).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Unreachable { attempts: 3, .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("topsecret"));

    let via = Network { via: Some(Url::parse(&format!("http://{free}/")).unwrap()), ..network() };
    request.url = Url::parse("https://example.org/data").unwrap();
    request.public_url = request.url.clone();
    let error = via.get(&request).await.unwrap_err();
    let text = format!("unhcr.population: cannot reach https://example.org/data (by way of http://{free}/) (3 tries)");
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn a_redirect_does_not_tell_the_address_with_its_secrets() {
    let publisher = Publisher::new([answer("302 Found", "Location: /elsewhere\r\n", ""), answer("200 OK", "", "ok")]).await;
    publisher.ask(&network(), |request| request.url.set_query(Some("key=topsecret"))).await.unwrap();
    let sent = publisher.requests.lock().unwrap()[1].clone();
    assert!(sent.starts_with("GET /elsewhere ") && !sent.contains("topsecret"), "{sent}");
}

#[tokio::test]
async fn redirects_are_followed_a_few_times_but_never_from_the_one_server() {
    let moved = answer("302 Found", "Location: /elsewhere\r\n", "");
    let publisher = Publisher::new([moved.clone(), answer("200 OK", "", "ok")]).await;
    assert_eq!(publisher.ask(&network(), |_| ()).await.unwrap().body, b"ok");
    assert!(publisher.requests.lock().unwrap()[1].starts_with("GET /elsewhere "));

    let publisher = Publisher::new([moved.clone()]).await;
    let error = publisher.ask(&network(), |_| ()).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Redirects { .. }), "{error:?}");
    assert_eq!(publisher.count(), 1 + MOST_REDIRECTS);

    let publisher = Publisher::new([moved]).await;
    let via = Network::new(Some(publisher.address.clone())).unwrap();
    let error = via.get(&request(Url::parse("https://example.org/data").unwrap())).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Status { status: 302, .. }), "{error:?}");
    assert!(publisher.requests.lock().unwrap()[0].starts_with("GET /example.org/data "));
    assert!(error.to_string().contains("https://example.org/data"), "the error names the publisher's address: {error}");
}
