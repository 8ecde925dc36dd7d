//! Reading a mirror.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use paso_lake::sha256;
use url::Url;

use super::index::{Entry, INDEX};
use crate::{ArchiveError, address};

/// A mirror whose index was read.
#[derive(Debug)]
pub struct Mirror {
    folder: PathBuf,
    /// By [`address::key`].
    entries: BTreeMap<String, Entry>,
}

impl Mirror {
    /// Reads the index. A line that cannot be understood, a body outside the folder and a request answered twice are errors with their line.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, ArchiveError> {
        let folder = folder.as_ref();
        let path = folder.join(INDEX);
        let text = fs::read_to_string(&path).map_err(|source| ArchiveError::MirrorRead { path: path.clone(), source })?;
        let mut entries = BTreeMap::new();
        let mut lines = BTreeMap::new();
        for (line, content) in (1..).zip(text.lines()) {
            let wrong = |detail| ArchiveError::MirrorIndex { path: path.clone(), line, detail };
            let (entry, url) = Entry::parse(content).map_err(wrong)?;
            let key = address::key(&url);
            if let Some(before) = lines.insert(key.clone(), line) {
                return Err(wrong(format!("{url} is answered twice, here and in line {before}")));
            }
            entries.insert(key, entry);
        }
        Ok(Self { folder: folder.to_owned(), entries })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The answer to a request. The order of the parameters does not count, nor does the scheme.
    pub fn find(&self, url: &Url) -> Option<&Entry> {
        self.entries.get(&address::key(url))
    }

    /// The answer to a request that came by [`crate::via`]: `/host/path?query`.
    pub fn find_via(&self, path_and_query: &str) -> Option<&Entry> {
        Url::parse(&format!("https:/{path_and_query}")).ok().and_then(|url| self.find(&url))
    }

    /// Every answer, sorted by host, path and parameters.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The answered URLs with the same host and path that are most like one without an answer.
    pub fn nearest(&self, url: &Url) -> Vec<String> {
        address::nearest(url, self.entries().map(|entry| entry.url.as_str()))
    }

    /// The size of the body of an answer, in bytes.
    pub fn size(&self, entry: &Entry) -> Result<u64, ArchiveError> {
        let path = self.folder.join(&entry.body);
        fs::metadata(&path).map(|metadata| metadata.len()).map_err(|source| ArchiveError::MirrorRead { path, source })
    }

    /// The body of an answer, if it has at most `max_bytes` and is the one that the index describes.
    pub fn read(&self, entry: &Entry, max_bytes: u64) -> Result<Vec<u8>, ArchiveError> {
        let path = self.folder.join(&entry.body);
        let mut bytes = Vec::new();
        let read = File::open(&path).and_then(|file| file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes));
        read.map_err(|source| ArchiveError::MirrorRead { path: path.clone(), source })?;
        if bytes.len() as u64 > max_bytes {
            return Err(ArchiveError::MirrorBody { path, detail: format!("it is larger than the {max_bytes} bytes allowed") });
        }
        let found = sha256(&bytes);
        if found != entry.sha256 {
            let detail = format!("its SHA-256 is {found}, {} is expected", entry.sha256);
            return Err(ArchiveError::MirrorBody { path, detail });
        }
        Ok(bytes)
    }
}
