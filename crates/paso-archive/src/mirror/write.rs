//! Writing a mirror.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use paso_lake::{file::write_atomic, sha256};
use url::Url;

use super::index::{Entry, INDEX};
use crate::{ArchiveError, BodyKind, address, clock};

/// How an answer was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// When the publisher gave it.
    pub retrieved: Timestamp,
    /// When the publisher says that it last changed.
    pub last_modified: Option<Timestamp>,
    /// The content type as served.
    pub content_type: Option<String>,
}

/// Writes a mirror: the bodies as they come, the index at the end. Until then the folder answers what it answered before.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    /// By [`address::key`].
    entries: BTreeMap<String, Entry>,
    /// Lower-cased, for file systems where case does not count.
    taken: BTreeSet<String>,
}

impl Writer {
    /// Starts a mirror in a folder.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned(), entries: BTreeMap::new(), taken: BTreeSet::new() }
    }

    /// Adds the answer to a GET request. The URL must be without secrets.
    pub fn add(&mut self, url: &Url, bytes: &[u8], served: Served) -> Result<(), ArchiveError> {
        let key = address::key(url);
        if self.entries.contains_key(&key) {
            return Err(ArchiveError::MirrorDuplicate { url: url.to_string() });
        }
        let body = self.free_path(url, &key, bytes);
        write_atomic(&self.folder.join(&body), |writer| writer.write_all(bytes)).map_err(|source| ArchiveError::MirrorWrite { source })?;
        let entry = Entry {
            method: "GET".into(),
            url: url.to_string(),
            body,
            sha256: sha256(bytes),
            retrieved: clock::whole_seconds(served.retrieved),
            last_modified: served.last_modified.map(clock::whole_seconds),
            content_type: served.content_type,
        };
        self.entries.insert(key, entry);
        Ok(())
    }

    /// Writes the index, sorted by host, path and parameters.
    pub fn finish(self) -> Result<(), ArchiveError> {
        let written = write_atomic(&self.folder.join(INDEX), |writer| {
            for entry in self.entries.values() {
                serde_json::to_writer(&mut *writer, entry)?;
                writer.write_all(b"\n")?;
            }
            Ok(())
        });
        written.map_err(|source| ArchiveError::MirrorWrite { source })
    }

    /// A readable path that no other body has: `host/path/name.json`, with a short hash of the query where there is one.
    fn free_path(&mut self, url: &Url, key: &str, bytes: &[u8]) -> String {
        let host = plain(&address::authority(url));
        let segments: Vec<_> = url.path().split('/').filter(|segment| !segment.is_empty()).map(plain).collect();
        let (last, folders) = segments.split_last().map_or(("index", &[][..]), |(last, folders)| (last.as_str(), folders));
        let (stem, extension) = match last.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() && is_extension(extension) => (stem, extension),
            _ => (last, extension_of(bytes)),
        };
        let folder = std::iter::once(host.as_str()).chain(folders.iter().map(String::as_str)).collect::<Vec<_>>().join("/");
        let hash = sha256(key.as_bytes());
        let bare = format!("{folder}/{stem}.{extension}");
        let hashed = format!("{folder}/{stem}-{}.{extension}", hash.short());
        let whole = format!("{folder}/{stem}-{hash}.{extension}");
        // The last one is free: the key in its hash is not in the mirror yet.
        let wanted = if url.query().is_some() { [hashed, whole.clone()] } else { [bare, hashed] };
        let path = wanted.into_iter().find(|path| !self.taken.contains(&path.to_lowercase())).unwrap_or(whole);
        self.taken.insert(path.to_lowercase());
        path
    }
}

/// The text as a file name of every file system.
fn plain(text: &str) -> String {
    const LONGEST: usize = 80;
    let allowed = |char: char| if char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '_') { char } else { '_' };
    let name: String = text.chars().take(LONGEST).map(allowed).collect();
    if name.starts_with('.') { format!("_{name}") } else { name }
}

fn is_extension(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn extension_of(bytes: &[u8]) -> &'static str {
    match BodyKind::sniff(bytes) {
        Ok(BodyKind::Json) => "json",
        Ok(BodyKind::Csv) => "csv",
        Ok(BodyKind::Xlsx) => "xlsx",
        Ok(BodyKind::Xls) => "xls",
        Ok(BodyKind::Zip) => "zip",
        Ok(BodyKind::Gzip) => "gz",
        Err(_) => "body",
    }
}
