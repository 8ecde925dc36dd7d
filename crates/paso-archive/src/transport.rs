//! The one trait behind which all routes answer requests.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use url::Url;

use crate::{ArchiveError, budget::Turn, secrets::Secrets};

/// Where answers come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The publishers themselves.
    Network,
    /// One server that answers for all publishers: see [`crate::via`].
    Via(Url),
    /// A mirror folder.
    Mirror(PathBuf),
    /// The archive: the last edition of each dataset again.
    Offline,
}

/// One GET request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub publisher: String,
    /// `<publisher>.<dataset>`.
    pub dataset: String,
    /// The address with its secrets.
    pub url: Url,
    /// The address as it may be written down.
    pub public_url: Url,
    pub headers: BTreeMap<String, String>,
    pub max_bytes: u64,
    pub timeout: Duration,
    /// What no message may show.
    pub secrets: Secrets,
    /// When a publisher may be asked for it; none where no publisher is asked.
    pub turn: Option<Turn>,
}

/// A whole answer with status 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    /// When the publisher gave it, in whole seconds.
    pub retrieved: Timestamp,
    pub last_modified: Option<Timestamp>,
    pub content_type: Option<String>,
    /// After content decoding.
    pub body: Vec<u8>,
}

/// Answers requests.
pub(crate) trait Transport: Send + Sync {
    fn get<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, ArchiveError>>;

    /// Whether it surely has the answer to an address, without secrets, and need not ask anybody.
    fn holds(&self, _: &Url) -> bool {
        false
    }
}
