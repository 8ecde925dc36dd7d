//! Mirrors of bodies in memory, and edits to a mirror on disk.

use std::path::Path;

use jiff::Timestamp;
use paso_archive::mirror::{Entry, Mirror, Served, Writer};
use paso_lake::{file::write_atomic, sha256};
use url::Url;

use crate::{TestkitError, folder};

/// Larger than any body that a mirror of this project holds.
const MAX_BYTES: u64 = 1 << 30;

/// One answer.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) url: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) retrieved: Timestamp,
    pub(crate) last_modified: Option<Timestamp>,
    pub(crate) content_type: Option<String>,
}

fn failed(folder: &Path, detail: impl Into<String>) -> TestkitError {
    TestkitError::Mirror { folder: folder.to_owned(), detail: detail.into() }
}

/// Writes a mirror.
pub(crate) fn write(folder: &Path, bodies: &[Body]) -> Result<(), TestkitError> {
    let mut writer = Writer::new(folder);
    for body in bodies {
        let url = Url::parse(&body.url).map_err(|error| failed(folder, format!("{}: {error}", body.url)))?;
        let served = Served { retrieved: body.retrieved, last_modified: body.last_modified, content_type: body.content_type.clone() };
        writer.add(&url, &body.bytes, served).map_err(|error| failed(folder, error.to_string()))?;
    }
    writer.finish().map_err(|error| failed(folder, error.to_string()))
}

/// The answers of a mirror on disk to other addresses than these: what people have added to it by hand.
pub(crate) fn added_by_hand(folder: &Path, own: &[Body]) -> Result<Vec<Body>, TestkitError> {
    if !folder.join("mirror.jsonl").is_file() {
        return Ok(Vec::new());
    }
    let mirror = open(folder)?;
    let foreign = mirror.entries().filter(|entry| !own.iter().any(|body| body.url == entry.url));
    foreign
        .map(|entry| {
            Ok(Body {
                url: entry.url.clone(),
                bytes: read(&mirror, entry)?,
                retrieved: entry.retrieved,
                last_modified: entry.last_modified,
                content_type: entry.content_type.clone(),
            })
        })
        .collect()
}

/// Opens a mirror.
pub(crate) fn open(folder: &Path) -> Result<Mirror, TestkitError> {
    Mirror::open(folder).map_err(|error| failed(folder, error.to_string()))
}

/// The body of an answer.
pub(crate) fn read(mirror: &Mirror, entry: &Entry) -> Result<Vec<u8>, TestkitError> {
    mirror.read(entry, MAX_BYTES).map_err(|error| failed(mirror.folder(), error.to_string()))
}

/// Changes one answer of a mirror on disk: `edit` gets the body and returns the new one. The index line gets the new digest and, where
/// given, the new time of retrieval, which then is also the time of last modification if the publisher states one.
pub fn edit_mirror(
    folder: &Path,
    url: &str,
    retrieved: Option<Timestamp>,
    edit: impl FnOnce(Vec<u8>) -> Vec<u8>,
) -> Result<(), TestkitError> {
    let mirror = open(folder)?;
    let wanted =
        Url::parse(url).ok().and_then(|url| mirror.find(&url)).ok_or_else(|| failed(folder, format!("it does not answer {url}")))?;
    let bytes = edit(read(&mirror, wanted)?);
    let mut changed = wanted.clone();
    changed.sha256 = sha256(&bytes);
    if let Some(retrieved) = retrieved {
        changed.retrieved = retrieved;
        changed.last_modified = changed.last_modified.map(|_| retrieved);
    }
    folder::write(&folder.join(&changed.body), &bytes)?;
    let entries: Vec<&Entry> = mirror.entries().map(|entry| if entry.url == changed.url { &changed } else { entry }).collect();
    let index = write_atomic(&folder.join("mirror.jsonl"), |writer| {
        for entry in entries {
            serde_json::to_writer(&mut *writer, entry)?;
            writer.write_all(b"\n")?;
        }
        writer.flush()
    });
    index.map_err(|error| failed(folder, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Endpoint;

    #[test]
    fn an_edit_changes_one_body_and_its_line() {
        let temporary = tempfile::tempdir().unwrap();
        let (first, second) =
            (Endpoint::SERMIG.body(1, b"one".to_vec()).unwrap(), Endpoint::UNHCR_SOLUTIONS.body(1, b"two".to_vec()).unwrap());
        let url = first.url.clone();
        write(temporary.path(), &[first, second]).unwrap();
        let later: Timestamp = "2026-08-18T12:00:00Z".parse().unwrap();
        edit_mirror(temporary.path(), &url, Some(later), |mut bytes| {
            bytes.extend(b" more");
            bytes
        })
        .unwrap();

        let mirror = open(temporary.path()).unwrap();
        let changed = mirror.find(&Url::parse(&url).unwrap()).unwrap();
        assert_eq!(read(&mirror, changed).unwrap(), b"one more");
        assert_eq!((changed.retrieved, changed.last_modified), (later, Some(later)));
        let other = mirror.find(&Url::parse(&Endpoint::UNHCR_SOLUTIONS.url(1)).unwrap()).unwrap();
        assert_eq!(read(&mirror, other).unwrap(), b"two");
        assert_eq!(other.retrieved, "2024-07-19T10:55:00Z".parse().unwrap());
        assert!(edit_mirror(temporary.path(), "https://example.org/", None, |bytes| bytes).is_err());
    }
}
