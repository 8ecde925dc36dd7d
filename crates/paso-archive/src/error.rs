//! What can go wrong between a publisher and the archive, and what to do about it.

use std::{io, path::PathBuf};

use paso_lake::LakeError;

use crate::secrets::Secrets;

/// A failure to get, keep or find bodies. Errors about one request name its dataset as `<publisher>.<dataset>`; URLs are without secrets.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The lake could not keep or give something.
    #[error("{dataset}: the lake cannot keep or give its bodies")]
    Lake {
        /// The dataset.
        dataset: String,
        /// Why.
        source: LakeError,
    },
    /// The HTTP client could not be set up.
    #[error("cannot set up HTTP")]
    Client {
        /// Why.
        source: reqwest::Error,
    },
    /// A file of printed figures cannot be read.
    #[error("{dataset}: cannot read {}", path.display())]
    Printed {
        /// The dataset.
        dataset: String,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A secret parameter is not in the environment.
    #[error("{dataset}: the publisher wants a key, which is in no variable {variable} of the environment")]
    Secret {
        /// The dataset.
        dataset: String,
        /// The variable.
        variable: String,
    },
    /// So many requests as the budget allows were made within an hour.
    #[error("{dataset}: {requests} requests within an hour are as many as {publisher} allows; the next is possible at {next}")]
    Budget {
        /// The dataset.
        dataset: String,
        /// The publisher.
        publisher: String,
        /// How many.
        requests: u32,
        /// When the oldest of them is an hour old.
        next: jiff::Timestamp,
    },
    /// No connection to the publisher.
    #[error("{dataset}: cannot reach {url}{}", tries(*attempts))]
    Unreachable {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        url: String,
        /// How often it was tried.
        attempts: u32,
        /// Why.
        source: reqwest::Error,
    },
    /// The answer did not arrive whole in time.
    #[error("{dataset}: {url} did not answer within {seconds} s{}", tries(*attempts))]
    Timeout {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        url: String,
        /// The time allowed.
        seconds: f64,
        /// How often it was tried.
        attempts: u32,
    },
    /// The connection broke in the middle of the answer, or the answer is not HTTP.
    #[error("{dataset}: the answer of {url} broke off after {received} bytes{}", tries(*attempts))]
    Interrupted {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        url: String,
        /// Bytes received, after content decoding.
        received: u64,
        /// How often it was tried.
        attempts: u32,
        /// Why.
        source: reqwest::Error,
    },
    /// The publisher redirects too often, or in a circle.
    #[error("{dataset}: {url} redirects too often")]
    Redirects {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        url: String,
        /// Why.
        source: reqwest::Error,
    },
    /// The publisher answered with another status than 200.
    #[error("{dataset}: {url} answered {status}{}: {text}", tries(*attempts))]
    Status {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
        /// How often it was tried.
        attempts: u32,
        /// The first 200 characters of the answer.
        text: String,
        /// Whether the same request may work later.
        transient: bool,
    },
    /// The answer is larger than the definition allows.
    #[error("{dataset}: the answer of {url} is larger than the {max_bytes} bytes allowed")]
    TooLarge {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        url: String,
        /// The cap, in bytes after content decoding.
        max_bytes: u64,
    },
    /// The answer is something else than data.
    #[error("{dataset}: {url} answered with {found}, expected {expected}")]
    NotData {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        url: String,
        /// What the definition decodes.
        expected: String,
        /// What came; an HTML page with its title.
        found: String,
        /// Where the answer is kept.
        kept: Option<PathBuf>,
    },
    /// The answer is the publisher's own error message.
    #[error("{dataset}: {url} answered with an error message: {message}")]
    Publisher {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        url: String,
        /// The message.
        message: String,
        /// Where the answer is kept.
        kept: Option<PathBuf>,
    },
    /// The envelope of the answer is not as declared.
    #[error("{dataset}: the answer of {url} cannot be read as declared: {detail}")]
    Envelope {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        url: String,
        /// What is wrong, and where in the body.
        detail: String,
        /// Where the answer is kept.
        kept: Option<PathBuf>,
    },
    /// The number of pages or rows changed while they were read: the pages belong to different states of the data.
    #[error("{dataset}: the publisher changed its data while it was read: there were {before} {of}, {url} says {now}")]
    PagesChanged {
        /// The dataset.
        dataset: String,
        /// The page that says something else.
        url: String,
        /// What is counted: pages or rows.
        of: &'static str,
        /// The number before.
        before: u64,
        /// The number now.
        now: u64,
    },
    /// The index of a mirror is wrong.
    #[error("{}, line {line}: {detail}", path.display())]
    MirrorIndex {
        /// The index.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        detail: String,
    },
    /// A file of a mirror cannot be read.
    #[error("cannot read {}", path.display())]
    MirrorRead {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of a mirror cannot be written.
    #[error("cannot write the mirror")]
    MirrorWrite {
        /// Why.
        source: LakeError,
    },
    /// Two answers to one request were put into a mirror.
    #[error("the mirror already answers {url}")]
    MirrorDuplicate {
        /// The request.
        url: String,
    },
    /// The mirror has no answer.
    #[error("{dataset}: the mirror {} does not answer {url}", mirror.display())]
    MirrorUnanswered {
        /// The dataset.
        dataset: String,
        /// The mirror.
        mirror: PathBuf,
        /// What was asked for.
        url: String,
        /// What it answers at the same address.
        nearest: Vec<String>,
    },
    /// A body of the mirror is not the one that its index describes.
    #[error("the mirror's body {} does not match its index: {detail}", path.display())]
    MirrorBody {
        /// The body.
        path: PathBuf,
        /// How it differs.
        detail: String,
    },
    /// The archive has no answer, and nothing else may be asked.
    #[error("{dataset}: the archive does not answer {url}")]
    NotArchived {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        url: String,
        /// What it answers at the same address.
        nearest: Vec<String>,
    },
    /// A line of the archive's log cannot be understood.
    #[error("{}, line {line}: the archive's log is damaged", path.display())]
    Log {
        /// The log.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
}

impl ArchiveError {
    /// The error without secrets: a publisher may repeat them in its links and its words.
    pub(crate) fn masked(mut self, secrets: &Secrets) -> Self {
        let texts: Vec<&mut String> = match &mut self {
            Self::Status { url, text, .. } => vec![url, text],
            Self::NotData { url, found, .. } => vec![url, found],
            Self::Publisher { url, message, .. } => vec![url, message],
            Self::Envelope { url, detail, .. } => vec![url, detail],
            Self::MirrorUnanswered { url, nearest, .. } | Self::NotArchived { url, nearest, .. } => {
                std::iter::once(url).chain(nearest).collect()
            }
            Self::Unreachable { url, .. }
            | Self::Timeout { url, .. }
            | Self::Interrupted { url, .. }
            | Self::Redirects { url, .. }
            | Self::TooLarge { url, .. }
            | Self::PagesChanged { url, .. } => vec![url],
            // Nothing of these comes from a publisher.
            Self::Lake { .. }
            | Self::Client { .. }
            | Self::Printed { .. }
            | Self::Secret { .. }
            | Self::Budget { .. }
            | Self::MirrorIndex { .. }
            | Self::MirrorRead { .. }
            | Self::MirrorWrite { .. }
            | Self::MirrorDuplicate { .. }
            | Self::MirrorBody { .. }
            | Self::Log { .. } => Vec::new(),
        };
        for text in texts {
            *text = secrets.mask(text);
        }
        self
    }

    /// Whether the same request may work a little later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::Interrupted { .. } | Self::PagesChanged { .. } => true,
            Self::Status { transient, .. } => *transient,
            _ => false,
        }
    }

    /// What to do next, where something can be done.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Lake { source, .. } | Self::MirrorWrite { source } => source.hint(),
            Self::Unreachable { .. } | Self::Interrupted { .. } => {
                Some("check the network and run again; --offline works from the archive, --mirror from a folder".into())
            }
            Self::Printed { .. } => {
                Some("the file stands in the folder `printed` of the pipeline; `printed` in the dataset's request table names it".into())
            }
            Self::Secret { variable, .. } => {
                Some(format!("register with the publisher and export {variable}; --offline works from the archive, --mirror from a folder"))
            }
            Self::Budget { .. } => Some("run again then; what was fetched is kept".into()),
            Self::Timeout { .. } => Some("run again later, or raise timeout_secs in the dataset's request table".into()),
            Self::Status { status: 404 | 410, .. } => {
                Some("the publisher moved the file: find its new address and change url in the dataset's request table".into())
            }
            Self::Status { status: 401 | 403, .. } => {
                Some("the publisher refuses this client: look at its terms, and at headers in the dataset's request table".into())
            }
            Self::Status { transient: true, .. } => Some("the publisher has a problem: run again later".into()),
            Self::Status { .. } | Self::Redirects { .. } => {
                Some("compare url and query of the dataset's request table with the publisher's documentation".into())
            }
            Self::TooLarge { .. } => {
                Some("raise max_bytes in the dataset's request table if the publisher's file is really that large".into())
            }
            Self::NotData { kept, .. } => Some(format!(
                "open the URL in a browser: the address may have moved, or the publisher may be down or refuse this client{}",
                kept_text(kept.as_ref())
            )),
            Self::Publisher { kept, .. } => Some(format!(
                "compare url and query of the dataset's request table with what the publisher says{}",
                kept_text(kept.as_ref())
            )),
            Self::Envelope { kept, .. } => Some(format!(
                "run again; if it stays so, the publisher changed its answer: change paging or envelope in the dataset's request table{}",
                kept_text(kept.as_ref())
            )),
            Self::PagesChanged { .. } => Some("run again: all pages will be read anew".into()),
            Self::MirrorIndex { .. } => Some("mend that line, or write the mirror anew".into()),
            Self::MirrorRead { path, .. } => {
                Some(format!("check that {} exists and may be read, or give another folder with --mirror", path.display()))
            }
            Self::MirrorUnanswered { nearest, .. } => {
                Some(nearest_text("it answers", nearest, "fetch over the network, or add the answer to the mirror"))
            }
            Self::MirrorBody { .. } => Some("copy the mirror again: a file was changed or damaged after its index was written".into()),
            Self::NotArchived { nearest, .. } => Some(nearest_text("it has", nearest, "run once without --offline")),
            Self::Log { path, .. } => Some(format!("restore {} from a copy, or delete that line", path.display())),
            Self::Client { .. } | Self::MirrorDuplicate { .. } => None,
        }
    }
}

fn tries(attempts: u32) -> String {
    if attempts == 1 { String::new() } else { format!(" ({attempts} tries)") }
}

fn kept_text(kept: Option<&PathBuf>) -> String {
    kept.map(|path| format!("; the answer is kept in {}", path.display())).unwrap_or_default()
}

fn nearest_text(verb: &str, nearest: &[String], otherwise: &str) -> String {
    if nearest.is_empty() { otherwise.to_owned() } else { format!("{verb} {}; {otherwise}", nearest.join(", ")) }
}
