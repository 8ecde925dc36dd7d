//! The archive's log: one JSON line per request over the network, one per answer, and one per complete retrieval that brought something new.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use paso_lake::{Lake, Sha256, file};
use serde::{Deserialize, Serialize};

use crate::{ArchiveError, BodyRecord, Edition};

/// How the lines start that are passed over without being read.
const ANSWER: &str = r#"{"kind":"answer""#;
const ASKED: &str = r#"{"kind":"asked""#;

/// What is logged.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Line<'a> {
    /// A request over the network, whatever came of it: a budget counts these.
    Asked {
        /// The dataset.
        dataset: &'a str,
        /// The address without secrets.
        url: &'a str,
        /// When, to the fraction of a second.
        #[serde(with = "crate::timestamp")]
        when: Timestamp,
    },
    /// An answer that was kept.
    Answer(Answer<'a>),
    /// An answer that was not what its request asked for; the body is in `rejected/`.
    Rejected(Answer<'a>),
    /// All bodies of a complete retrieval.
    Edition {
        /// The dataset.
        dataset: &'a str,
        /// Its bodies.
        bodies: &'a [BodyRecord],
    },
}

/// One answer.
#[derive(Debug, Serialize)]
pub(crate) struct Answer<'a> {
    pub dataset: &'a str,
    pub method: &'static str,
    pub url: &'a str,
    pub status: u16,
    #[serde(with = "crate::timestamp")]
    pub when: Timestamp,
    #[serde(with = "crate::timestamp::optional")]
    pub last_modified: Option<Timestamp>,
    pub content_type: Option<&'a str>,
    pub sha256: &'a Sha256,
    pub bytes: u64,
    pub licence: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Read {
    Edition(Edition),
    #[serde(other)]
    Other,
}

/// Appends one line.
pub(crate) fn append(lake: &Lake, publisher: &str, dataset: &str, line: &Line<'_>) -> Result<(), ArchiveError> {
    let path = lake.archive_log(publisher);
    let text = serde_json::to_string(line).map_err(|source| ArchiveError::Log { path: path.clone(), line: 0, source })?;
    file::append_line(&path, &text).map_err(|source| ArchiveError::Lake { dataset: dataset.to_owned(), source })
}

/// The retrievals of a dataset in the order of the log, repeats included.
pub(crate) fn retrievals(lake: &Lake, publisher: &str, dataset: &str) -> Result<Vec<Edition>, ArchiveError> {
    let path = lake.archive_log(publisher);
    let lines = file::read_lines(&path).map_err(|source| ArchiveError::Lake { dataset: dataset.to_owned(), source })?;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(&lines) {
        // Most lines are requests and answers, and nothing here needs them.
        if line.starts_with(ANSWER) || line.starts_with(ASKED) {
            continue;
        }
        match serde_json::from_str(line) {
            Ok(Read::Edition(edition)) if edition.dataset == dataset => found.push(edition),
            Ok(_) => {}
            Err(source) => return Err(ArchiveError::Log { path, line: number, source }),
        }
    }
    Ok(found)
}

/// When the publisher was asked over the network, oldest first.
pub(crate) fn asked(lake: &Lake, publisher: &str, dataset: &str) -> Result<Vec<Timestamp>, ArchiveError> {
    #[derive(Deserialize)]
    struct Asked {
        #[serde(with = "crate::timestamp")]
        when: Timestamp,
    }
    let path = lake.archive_log(publisher);
    let lines = file::read_lines(&path).map_err(|source| ArchiveError::Lake { dataset: dataset.to_owned(), source })?;
    let asked = (1..).zip(&lines).filter(|(_, line)| line.starts_with(ASKED));
    let read = asked.map(|(number, line)| match serde_json::from_str::<Asked>(line) {
        Ok(asked) => Ok(asked.when),
        Err(source) => Err(ArchiveError::Log { path: path.clone(), line: number, source }),
    });
    let mut moments: Vec<Timestamp> = read.collect::<Result<_, _>>()?;
    moments.sort_unstable();
    Ok(moments)
}

/// The editions among retrievals: of several with the same bodies the first, ordered by the time of their last retrieval. A publisher that
/// takes an edition back serves the one before again: that one is the newest then, and keeps the date of its first retrieval.
pub(crate) fn distinct(retrievals: Vec<Edition>) -> Vec<Edition> {
    let hashes = |edition: &Edition| edition.bodies.iter().map(|body| body.sha256.clone()).collect::<Vec<_>>();
    // Of two retrievals with one time, the later line of the log is the later one.
    let mut last: BTreeMap<Vec<Sha256>, (Timestamp, usize)> = BTreeMap::new();
    for (line, retrieval) in retrievals.iter().enumerate() {
        let time = last.entry(hashes(retrieval)).or_insert((Timestamp::MIN, line));
        *time = (*time).max((retrieval.first_retrieved(), line));
    }
    let mut seen = BTreeSet::new();
    let mut editions: Vec<_> = retrievals.into_iter().filter(|edition| seen.insert(hashes(edition))).collect();
    // A mirror may bring an older edition later; the sort is stable.
    editions.sort_by_key(|edition| last.get(&hashes(edition)).copied());
    editions
}
