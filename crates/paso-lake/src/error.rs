//! What can go wrong with a lake, and what to do about it.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::Sha256;

/// A failure of the lake. The message says what was attempted and where; the source says why; [`LakeError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The operating system refused a file operation.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was attempted: "write", "read" …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The folder holds no lake.
    #[error("{} is not a lake: it has no lake.json", path.display())]
    NotALake {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds something else than a lake.
    #[error("{} is neither empty nor a lake: it holds {found:?} and no lake.json", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// The first entry found there.
        found: String,
    },
    /// The lake was made for another layout.
    #[error("the lake {} has layout {found}, this program reads layout {supported}", path.display())]
    Layout {
        /// The lake.
        path: PathBuf,
        /// The layout that `lake.json` names.
        found: u64,
        /// The layout of this program.
        supported: u64,
    },
    /// A small JSON file of the lake cannot be understood.
    #[error("cannot understand {}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// Another process writes to the lake.
    #[error("the lake {} is in use: another run holds its lock", lake.display())]
    Locked {
        /// The lake.
        lake: PathBuf,
    },
    /// A name that would leave its folder, or that some file system refuses.
    #[error("{name:?} cannot name a {what}: only letters, digits, '.', '-' and '_', not starting with '.'")]
    Name {
        /// What it should name: "release", "run" …
        what: &'static str,
        /// The name.
        name: String,
    },
    /// The lake has no such body.
    #[error("the archive has no body {sha256} ({})", path.display())]
    MissingBody {
        /// The body.
        sha256: Sha256,
        /// Where it should be.
        path: PathBuf,
    },
    /// The stored bytes are not the ones whose hash names the file.
    #[error("corrupt body {sha256} in {}: {detail}", path.display())]
    CorruptBody {
        /// The body.
        sha256: Sha256,
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The body is larger than the reader allows.
    #[error("body {sha256} is larger than the {max_bytes} bytes allowed")]
    BodyTooLarge {
        /// The body.
        sha256: Sha256,
        /// The cap, in bytes after decompression.
        max_bytes: u64,
    },
    /// A Parquet file cannot be written or read.
    #[error("cannot {action} the Parquet file {}", path.display())]
    Parquet {
        /// "write" or "read".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: ::parquet::errors::ParquetError,
    },
    /// Arrays cannot become a row group of a Parquet file.
    #[error("cannot encode a row group")]
    Encode {
        /// Why.
        source: ::parquet::errors::ParquetError,
    },
    /// The footer of a file lacks an entry, or holds one that cannot be read.
    #[error("{} says `{value}` for {key} in its footer", path.display())]
    Footer {
        /// The file.
        path: PathBuf,
        /// The entry.
        key: String,
        /// What stands there.
        value: String,
    },
    /// A batch does not fit the schema of the file that it should go into.
    #[error("cannot write {}: the rows from {first_row} do not fit its schema: {detail}", path.display())]
    Batch {
        /// The file.
        path: PathBuf,
        /// The first row of the batch, counted from 0 in the file.
        first_row: u64,
        /// What does not fit.
        detail: String,
    },
    /// A release of this name with other content stands already.
    #[error("the release {name} exists with other content: {difference}")]
    ReleaseExists {
        /// The release.
        name: String,
        /// The first file that differs, and how.
        difference: String,
    },
    /// There is no release of this name.
    #[error("the lake {} has no release {name}", lake.display())]
    NoRelease {
        /// The lake.
        lake: PathBuf,
        /// The release.
        name: String,
    },
}

impl LakeError {
    pub(crate) fn io(action: &'static str, path: impl AsRef<Path>, source: io::Error) -> Self {
        Self::Io { action, path: path.as_ref().to_owned(), source }
    }

    pub(crate) fn parquet(action: &'static str, path: &Path, source: ::parquet::errors::ParquetError) -> Self {
        // A full disk below the Parquet writer is still a full disk: it keeps its kind, and with it its hint.
        match source {
            ::parquet::errors::ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(inner) => Self::io(action, path, *inner),
                Err(inner) => Self::Parquet { action, path: path.to_owned(), source: ::parquet::errors::ParquetError::External(inner) },
            },
            source => Self::Parquet { action, path: path.to_owned(), source },
        }
    }

    /// What to do next, where something can be done.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io { path, source, .. } => io_hint(path, source),
            Self::NotALake { .. } => Some("`paso run` or `paso fetch` creates a lake; --lake names another folder".into()),
            Self::NotEmpty { .. } => Some("give an empty folder, a new one, or an existing lake with --lake".into()),
            Self::Layout { found, supported, .. } if found > supported => {
                Some("use the newer paso that wrote this lake, or another folder with --lake".into())
            }
            Self::Layout { .. } => Some("use another folder with --lake: a new lake is made from the publishers or from a mirror".into()),
            Self::Json { path, .. } => Some(format!("restore {} from a copy, or start with a new lake", path.display())),
            Self::Locked { .. } => {
                Some("wait until the other run ends, or give another folder with --lake; the lock of a killed run is already free".into())
            }
            Self::MissingBody { .. } => Some("fetch it again, or restore lake/archive from a copy".into()),
            Self::CorruptBody { path, .. } => {
                Some(format!("delete {} and fetch again, or restore it from a copy; check the disk", path.display()))
            }
            Self::BodyTooLarge { .. } => {
                Some("raise max_bytes in the dataset's request table if the publisher's file is really that large".into())
            }
            Self::Parquet { action: "read", path, .. } | Self::Footer { path, .. } => {
                Some(format!("delete {} and run again: it is made anew", path.display()))
            }
            Self::ReleaseExists { name, .. } => {
                Some(format!("a release never changes: if somebody edited it, delete releases/{name} and run again"))
            }
            Self::NoRelease { .. } => Some("`paso status` lists the releases; `paso run` makes one".into()),
            Self::Name { .. } | Self::Parquet { .. } | Self::Encode { .. } | Self::Batch { .. } => None,
        }
    }
}

fn io_hint(path: &Path, source: &io::Error) -> Option<String> {
    let path = path.display();
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some(format!("free some space on the disk that holds {path} and run again: what was complete is kept, nothing half-written is"))
        }
        io::ErrorKind::PermissionDenied => Some(format!("give this user the right to {path}, or choose another lake with --lake")),
        io::ErrorKind::ReadOnlyFilesystem => Some(format!("{path} is on a read-only file system: choose another lake with --lake")),
        io::ErrorKind::NotFound => Some(format!("check that {path} exists")),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            Some(format!("a file stands where {path} needs a folder: move it away, or choose another lake with --lake"))
        }
        _ => None,
    }
}
