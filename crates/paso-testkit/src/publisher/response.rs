//! Answers, right and wrong.

use std::{convert::Infallible, io, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::stream;
use jiff::{Timestamp, fmt::rfc2822};
use paso_archive::mirror::Entry;

use super::Fault;

const HTML: &str = "text/html; charset=utf-8";

/// The answer that the mirror's index describes.
pub(super) fn whole(entry: &Entry, bytes: Vec<u8>) -> Response {
    let length = bytes.len();
    with_headers(entry, Some(length), Body::from(bytes))
}

/// An HTML page with a status.
pub(super) fn page(status: StatusCode, title: &str, text: &str) -> Response {
    let html = format!("<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>\n");
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
    response
}

/// What comes instead of the answer.
pub(super) async fn faulty(fault: &Fault, entry: &Entry, mut bytes: Vec<u8>) -> Response {
    match fault {
        Fault::Status(code) => {
            let status = StatusCode::from_u16(*code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            page(status, status.canonical_reason().unwrap_or("Error"), "The local publisher was told to answer so.")
        }
        Fault::HtmlPage => page(StatusCode::OK, "Attention Required!", "Please enable cookies and reload this page."),
        Fault::Truncated => {
            bytes.truncate(bytes.len() / 2);
            whole(entry, bytes)
        }
        Fault::CutOff => {
            let length = bytes.len();
            bytes.truncate(length / 2);
            let pieces: [io::Result<Vec<u8>>; 2] = [Ok(bytes), Err(io::Error::from(io::ErrorKind::ConnectionAborted))];
            // The pause lets the first half leave before the connection breaks.
            let body = stream::unfold((pieces.into_iter(), Duration::ZERO), |(mut pieces, pause)| async move {
                tokio::time::sleep(pause).await;
                pieces.next().map(|piece| (piece.map(Bytes::from), (pieces, Duration::from_millis(50))))
            });
            with_headers(entry, Some(length), Body::from_stream(body))
        }
        Fault::Slow(pause) => {
            let (length, pause) = (bytes.len(), *pause);
            let size = length.div_ceil(10).max(1);
            let pieces: Vec<Bytes> = bytes.chunks(size).map(Bytes::copy_from_slice).collect();
            let body = stream::unfold(pieces.into_iter(), move |mut pieces| async move {
                let piece = pieces.next()?;
                tokio::time::sleep(pause).await;
                Some((Ok::<_, Infallible>(piece), pieces))
            });
            with_headers(entry, Some(length), Body::from_stream(body))
        }
        Fault::Hang => std::future::pending().await,
        Fault::Oversize(more) => {
            let filler = Bytes::from(vec![b' '; 64 * 1024]);
            let body = stream::unfold((Some(Bytes::from(bytes)), *more), move |(first, left)| {
                let filler = filler.clone();
                async move {
                    if let Some(bytes) = first {
                        return Some((Ok::<_, Infallible>(bytes), (None, left)));
                    }
                    let size = left.min(filler.len() as u64);
                    (size > 0).then(|| (Ok(filler.slice(..size as usize)), (None, left - size)))
                }
            });
            with_headers(entry, None, Body::from_stream(body))
        }
        Fault::Drop => {
            // An error before the first byte of the body closes the connection with nothing sent.
            let pieces: [io::Result<Bytes>; 1] = [Err(io::Error::from(io::ErrorKind::ConnectionAborted))];
            with_headers(entry, None, Body::from_stream(stream::iter(pieces)))
        }
    }
}

fn with_headers(entry: &Entry, length: Option<usize>, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    if let Some(content_type) = entry.content_type.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    insert_date(headers, header::DATE, Some(entry.retrieved));
    insert_date(headers, header::LAST_MODIFIED, entry.last_modified);
    response
}

fn insert_date(headers: &mut HeaderMap, name: HeaderName, time: Option<Timestamp>) {
    let printer = rfc2822::DateTimePrinter::new();
    let text = time.and_then(|time| printer.timestamp_to_rfc9110_string(&time).ok());
    if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
        headers.insert(name, value);
    }
}
