use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use super::*;
use crate::{Endpoint, mirror::Body};

const BODY: &[u8] = b"SEXO,Total\nMujer,11\nHombre,12\n";

struct Answer {
    head: String,
    body: Vec<u8>,
}

/// Asks for a URL the way `--via` does, on a connection that ends with the answer.
fn get(publisher: &LocalPublisher, url: &str) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(publisher.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let path = url.replacen("https:/", "", 1);
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    Ok(Answer { head, body: bytes.get(end + 4..).unwrap_or_default().to_vec() })
}

fn serve(faults: Vec<FaultRule>) -> (tempfile::TempDir, LocalPublisher) {
    let folder = tempfile::tempdir().unwrap();
    let page: Body = Endpoint::UNHCR_POPULATION.body(2, BODY.to_vec()).unwrap();
    let file = Endpoint::SERMIG.body(1, BODY.to_vec()).unwrap();
    mirror::write(folder.path(), &[page, file]).unwrap();
    let publisher = LocalPublisher::start(folder.path(), 0, faults).unwrap();
    (folder, publisher)
}

fn with_fault(fault: Fault) -> (tempfile::TempDir, LocalPublisher) {
    serve(vec![FaultRule::new("https://serviciomigraciones.cl/", fault)])
}

#[test]
fn an_answer_has_the_stamps_of_the_index() {
    let (_folder, publisher) = serve(Vec::new());
    let answer = get(&publisher, &Endpoint::SERMIG.url(1)).unwrap();
    assert!(answer.head.starts_with("http/1.1 200 "), "{}", answer.head);
    for line in [
        "content-type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "date: fri, 13 feb 2026 12:00:00 gmt",
        "last-modified: thu, 12 feb 2026 21:19:28 gmt",
        &format!("content-length: {}", BODY.len()),
    ] {
        assert!(answer.head.contains(line), "{line} in {}", answer.head);
    }
    assert_eq!(answer.head.matches("date:").count(), 1);
    assert_eq!(answer.body, BODY);
}

#[test]
fn the_order_of_parameters_does_not_matter() {
    let (_folder, publisher) = serve(Vec::new());
    let url = "https://api.unhcr.org/population/v1/population/?page=2&yearTo=2030&yearFrom=1951&limit=10000&cf_type=ISO&coo_all=true&coa_all=true";
    let answer = get(&publisher, url).unwrap();
    assert_eq!(answer.body, BODY);
    assert!(!answer.head.contains("last-modified"), "{}", answer.head);
    let missing = get(&publisher, &Endpoint::UNHCR_POPULATION.url(3)).unwrap();
    assert!(missing.head.starts_with("http/1.1 404 ") && missing.head.contains("text/html"), "{}", missing.head);
    assert_eq!(publisher.requests(), [url.to_owned(), Endpoint::UNHCR_POPULATION.url(3)]);
}

#[test]
fn faults_hold_for_their_prefix_until_they_are_replaced() {
    let (_folder, publisher) = with_fault(Fault::Status(503));
    let url = Endpoint::SERMIG.url(1);
    assert!(get(&publisher, &url).unwrap().head.starts_with("http/1.1 503 "));
    assert_eq!(get(&publisher, &Endpoint::UNHCR_POPULATION.url(2)).unwrap().body, BODY);
    publisher.set_faults(vec![FaultRule::new("", Fault::HtmlPage)]);
    let page = get(&publisher, &url).unwrap();
    assert!(page.head.starts_with("http/1.1 200 ") && page.head.contains("text/html"), "{}", page.head);
    assert!(String::from_utf8(page.body).unwrap().contains("<title>Attention Required!</title>"));
    publisher.set_faults(Vec::new());
    assert_eq!(get(&publisher, &url).unwrap().body, BODY);
}

#[test]
fn a_truncated_body_has_an_honest_length_and_a_cut_off_one_has_not() {
    let half = &BODY[..BODY.len() / 2];
    let (_folder, publisher) = with_fault(Fault::Truncated);
    let truncated = get(&publisher, &Endpoint::SERMIG.url(1)).unwrap();
    assert!(truncated.head.contains(&format!("content-length: {}", half.len())), "{}", truncated.head);
    assert_eq!(truncated.body, half);
    publisher.set_faults(vec![FaultRule::new("", Fault::CutOff)]);
    let cut_off = get(&publisher, &Endpoint::SERMIG.url(1)).unwrap();
    assert!(cut_off.head.contains(&format!("content-length: {}", BODY.len())), "{}", cut_off.head);
    assert_eq!(cut_off.body, half);
}

#[test]
fn a_dropped_connection_gives_no_byte() {
    let (_folder, publisher) = with_fault(Fault::Drop);
    match get(&publisher, &Endpoint::SERMIG.url(1)) {
        Ok(answer) => assert_eq!((answer.head.as_str(), answer.body.len()), ("", 0)),
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
}

#[test]
fn an_oversize_body_goes_on_after_the_data() {
    let (_folder, publisher) = with_fault(Fault::Oversize(200_000));
    let answer = get(&publisher, &Endpoint::SERMIG.url(1)).unwrap();
    assert!(!answer.head.contains("content-length"), "{}", answer.head);
    assert!(answer.body.len() > 200_000 + BODY.len(), "{} bytes in chunks", answer.body.len());
}

#[test]
fn a_slow_body_arrives_whole_and_a_hanging_one_never() {
    let (_folder, publisher) = with_fault(Fault::Slow(Duration::from_millis(5)));
    assert_eq!(get(&publisher, &Endpoint::SERMIG.url(1)).unwrap().body, BODY);
    publisher.set_faults(vec![FaultRule::new("", Fault::Hang)]);
    let mut stream = TcpStream::connect(publisher.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let path = Endpoint::SERMIG.url(1).replacen("https:/", "", 1);
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).unwrap();
    let error = stream.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    // Ends although a request hangs.
    drop(publisher);
}

#[test]
fn a_folder_without_an_index_is_no_mirror() {
    let folder = tempfile::tempdir().unwrap();
    assert!(LocalPublisher::start(folder.path(), 0, Vec::new()).is_err());
}
