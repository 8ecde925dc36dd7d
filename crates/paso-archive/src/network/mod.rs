//! Answers over HTTP: bounded in time and size, tried again where that may help.

use std::time::Duration;

use encoding_rs::{Encoding, UTF_8};
use futures_util::future::BoxFuture;
use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use reqwest::{
    Client, ClientBuilder, StatusCode,
    header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, LAST_MODIFIED},
    redirect::Policy,
};
use tracing::warn;
use url::Url;

use crate::{
    ArchiveError, BodyKind, address, clock,
    secrets::Secrets,
    transport::{Request, Response, Transport},
};

#[cfg(test)]
pub(crate) mod tests;

const USER_AGENT: &str = concat!("paso/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const MOST_REDIRECTS: usize = 5;
/// The waits before the second and the third try.
const WAITS: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(1)];
const ERROR_TEXT_CHARS: usize = 200;
const ERROR_TEXT_BYTES: u64 = 16 * 1024;

/// HTTP to the publishers, or to the one server of `--via`.
#[derive(Debug)]
pub(crate) struct Network {
    client: Client,
    via: Option<Url>,
    waits: [Duration; 2],
}

impl Network {
    /// Sets up the client. The proxies of the system are used, except towards a `--via` server.
    pub(crate) fn new(via: Option<Url>) -> Result<Self, ArchiveError> {
        let builder = client();
        let builder = match via {
            // A redirect would lead out to the publisher.
            Some(_) => builder.no_proxy().redirect(Policy::none()),
            None => builder,
        };
        let client = builder.build().map_err(|source| ArchiveError::Client { source })?;
        Ok(Self { client, via, waits: WAITS })
    }

    async fn once(&self, request: &Request, attempts: u32) -> Result<Response, ArchiveError> {
        // A server that stands for the publishers is none: it gets no key.
        let target = self.via.as_ref().map_or_else(|| request.url.clone(), |base| address::via(base, &request.public_url));
        let mut builder = self.client.get(target).timeout(request.timeout);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let sent = builder.send().await.map_err(|source| self.failure(request, attempts, 0, source))?;
        let status = sent.status();
        let headers = sent.headers().clone();
        if status != StatusCode::OK {
            // The message matters less than the status: whatever arrives of it will do.
            let body = read(sent, ERROR_TEXT_BYTES).await.unwrap_or_default();
            return Err(refusal(request, attempts, status, &headers, &body.bytes));
        }
        if sent.content_length().is_some_and(|length| length > request.max_bytes) {
            return Err(too_large(request));
        }
        let read = read(sent, request.max_bytes).await;
        let body = read.map_err(|(received, source)| self.failure(request, attempts, received, source))?;
        if body.cut {
            return Err(too_large(request));
        }
        Ok(Response {
            retrieved: http_date(&headers, &DATE).unwrap_or_else(|| clock::whole_seconds(clock::now())),
            last_modified: http_date(&headers, &LAST_MODIFIED),
            content_type: text_header(&headers, &CONTENT_TYPE),
            body: body.bytes,
        })
    }

    /// Tells what went wrong on the way.
    fn failure(&self, request: &Request, attempts: u32, received: u64, source: reqwest::Error) -> ArchiveError {
        let dataset = request.dataset.clone();
        let url = match &self.via {
            Some(base) => format!("{} (by way of {base})", request.public_url),
            None => request.public_url.to_string(),
        };
        // The client's own message would show the URL with its secrets.
        let source = source.without_url();
        if source.is_timeout() && !source.is_connect() {
            ArchiveError::Timeout { dataset, url, seconds: request.timeout.as_secs_f64(), attempts }
        } else if source.is_redirect() {
            ArchiveError::Redirects { dataset, url, source }
        } else if source.is_connect() {
            ArchiveError::Unreachable { dataset, url, attempts, source }
        } else {
            ArchiveError::Interrupted { dataset, url, received, attempts, source }
        }
    }
}

impl Transport for Network {
    fn get<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, ArchiveError>> {
        Box::pin(async move {
            let mut waits = self.waits.iter();
            let (mut attempts, mut before) = (0, None);
            loop {
                if let Some(turn) = &request.turn
                    && let Err(refused) = turn.wait(request).await
                {
                    // Where no other try is allowed, what the last one brought says more.
                    return Err(before.unwrap_or(refused));
                }
                attempts += 1;
                let outcome = self.once(request, attempts).await.map_err(|error| error.masked(&request.secrets));
                match (outcome, waits.next()) {
                    (Err(error), Some(wait)) if error.is_transient() => {
                        warn!(dataset = request.dataset, %error, wait_secs = wait.as_secs_f64(), "trying again");
                        tokio::time::sleep(*wait).await;
                        before = Some(error);
                    }
                    (outcome, _) => return outcome,
                }
            }
        })
    }
}

fn client() -> ClientBuilder {
    // A `Referer` would tell the address with its secrets to wherever a redirect leads.
    Client::builder().user_agent(USER_AGENT).connect_timeout(CONNECT_TIMEOUT).redirect(Policy::limited(MOST_REDIRECTS)).referer(false)
}

#[derive(Default)]
struct Body {
    bytes: Vec<u8>,
    /// Whether there was more than allowed.
    cut: bool,
}

/// Reads a body piece by piece, after content decoding, and stops at the cap. On an error it says how many bytes had come.
async fn read(mut response: reqwest::Response, max_bytes: u64) -> Result<Body, (u64, reqwest::Error)> {
    let mut bytes = Vec::new();
    loop {
        let received = bytes.len() as u64;
        match response.chunk().await.map_err(|source| (received, source))? {
            None => return Ok(Body { bytes, cut: false }),
            Some(chunk) if received + chunk.len() as u64 > max_bytes => {
                bytes.extend_from_slice(&chunk[..(max_bytes - received) as usize]);
                return Ok(Body { bytes, cut: true });
            }
            Some(chunk) => bytes.extend_from_slice(&chunk),
        }
    }
}

fn too_large(request: &Request) -> ArchiveError {
    ArchiveError::TooLarge { dataset: request.dataset.clone(), url: request.public_url.to_string(), max_bytes: request.max_bytes }
}

fn refusal(request: &Request, attempts: u32, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ArchiveError {
    let is_page = BodyKind::sniff(body).is_err_and(|foreign| foreign.found == "an HTML page");
    let transient = status.is_server_error()
        || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS)
        // The World Bank answers so when it is overloaded, and with JSON when the request is wrong.
        || (status == StatusCode::BAD_REQUEST && is_page);
    ArchiveError::Status {
        dataset: request.dataset.clone(),
        url: request.public_url.to_string(),
        status: status.as_u16(),
        attempts,
        text: error_text(headers, body, &request.secrets),
        transient,
    }
}

/// The start of an error body as one line of text. Secrets go before it is cut: half a key is none that could be found any more.
fn error_text(headers: &HeaderMap, body: &[u8], secrets: &Secrets) -> String {
    let content_type = text_header(headers, &CONTENT_TYPE).unwrap_or_default();
    let charset = content_type.split(';').find_map(|part| part.trim().strip_prefix("charset="));
    let encoding = charset.and_then(|label| Encoding::for_label(label.trim_matches('"').as_bytes())).unwrap_or(UTF_8);
    let (text, ..) = encoding.decode(body);
    let line = secrets.mask(&text).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { "(no text)".to_owned() } else { line.chars().take(ERROR_TEXT_CHARS).collect() }
}

fn text_header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// A date header; one that cannot be understood counts as absent.
fn http_date(headers: &HeaderMap, name: &HeaderName) -> Option<Timestamp> {
    let text = text_header(headers, name)?;
    DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text.trim()).ok().map(clock::whole_seconds)
}
