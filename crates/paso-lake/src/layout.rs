//! Where things are in a lake.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{Fingerprint, LakeError, LakeLock, file};

/// The layout that this program reads and writes.
pub const LAYOUT: u64 = 1;

/// A lake: a folder with everything that paso keeps. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Lake {
    root: Arc<Path>,
}

#[derive(Serialize, Deserialize)]
struct Marker {
    layout: u64,
}

impl Lake {
    /// Opens the lake in a folder. A folder that does not exist or is empty becomes a lake.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, LakeError> {
        let root = root.as_ref();
        if read_marker(root)? {
            return Ok(Self { root: root.into() });
        }
        file::create_folders(root)?;
        // A run killed right here leaves only these; they do not make the folder somebody else's.
        let mut names = file::entries(root)?.into_iter().map(|entry| entry.file_name().to_string_lossy().into_owned());
        if let Some(found) = names.find(|name| name != "lake.lock" && !file::is_temporary(Path::new(name))) {
            return Err(LakeError::NotEmpty { path: root.to_owned(), found });
        }
        let marker = root.join("lake.json");
        file::write_atomic(&marker, |writer| writeln!(writer, "{{\"layout\": {LAYOUT}}}"))?;
        Ok(Self { root: root.into() })
    }

    /// Opens a lake that must exist; writes nothing.
    pub fn existing(root: impl AsRef<Path>) -> Result<Self, LakeError> {
        let root = root.as_ref();
        if read_marker(root)? { Ok(Self { root: root.into() }) } else { Err(LakeError::NotALake { path: root.to_owned() }) }
    }

    /// Takes the lock of the lake, or fails at once with [`LakeError::Locked`]; then clears away what a killed writer left unfinished.
    pub fn lock(&self) -> Result<LakeLock, LakeError> {
        let lock = LakeLock::acquire(&self.root)?;
        for entry in file::entries(&self.root)? {
            // Finished releases are never written into; only unfinished ones stand beside them.
            if entry.file_name() != "releases" && entry.path().is_dir() {
                file::remove_stale_temporaries(&entry.path())?;
            }
        }
        file::remove_temporaries_in(&self.root)?;
        file::remove_temporaries_in(&self.releases_folder())?;
        Ok(lock)
    }

    /// The folder of the lake.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// One edition of a dataset.
    pub fn observations(&self, dataset: &str, fingerprint: &Fingerprint) -> PathBuf {
        self.table("observations", dataset, fingerprint)
    }

    /// The events of one edition.
    pub fn events(&self, dataset: &str, fingerprint: &Fingerprint) -> PathBuf {
        self.table("events", dataset, fingerprint)
    }

    /// The events from which an edition's observations, in this file, are made.
    pub fn events_beside(&self, observations: &Path) -> PathBuf {
        let name = |path: Option<&Path>| path.and_then(Path::file_name).map(ToOwned::to_owned).unwrap_or_default();
        self.root.join("events").join(name(observations.parent())).join(name(Some(observations)))
    }

    /// The value cells of one edition that could not become observations.
    pub fn quarantine(&self, dataset: &str, fingerprint: &Fingerprint) -> PathBuf {
        self.table("quarantine", dataset, fingerprint)
    }

    /// What holds today of a dataset, as made from certain editions.
    pub fn current(&self, dataset: &str, fingerprint: &Fingerprint) -> PathBuf {
        self.table("current", dataset, fingerprint)
    }

    /// What holds today of a dataset. Between the write of a new one and [`Lake::keep_current`] there are two: the one written last.
    pub fn current_file(&self, dataset: &str) -> Result<Option<PathBuf>, LakeError> {
        let files = self.tables("current", dataset)?;
        Ok(files.into_iter().max_by_key(|path| path.metadata().and_then(|metadata| metadata.modified()).ok()))
    }

    /// Removes what held before of a dataset, once the file of this fingerprint is written.
    pub fn keep_current(&self, dataset: &str, fingerprint: &Fingerprint) -> Result<(), LakeError> {
        let keep = self.current(dataset, fingerprint);
        if !keep.is_file() {
            return Err(LakeError::io("keep", keep, io::ErrorKind::NotFound.into()));
        }
        self.tables("current", dataset)?.iter().filter(|path| **path != keep).try_for_each(|path| file::remove(path))
    }

    /// The table of one indicator.
    pub fn indicator(&self, id: &str, fingerprint: &Fingerprint) -> PathBuf {
        self.table("indicators", id, fingerprint)
    }

    /// A reference table.
    pub fn reference(&self, name: &str, fingerprint: &Fingerprint) -> PathBuf {
        self.table("reference", name, fingerprint)
    }

    /// The folder of the reports of runs.
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// The log of what a publisher answered.
    pub fn archive_log(&self, publisher: &str) -> PathBuf {
        self.root.join("archive").join("log").join(format!("{publisher}.jsonl"))
    }

    /// The datasets that have editions, sorted.
    pub fn datasets(&self) -> Result<Vec<String>, LakeError> {
        folder_names(&self.root.join("observations"))
    }

    /// The editions of a dataset, sorted by fingerprint.
    pub fn editions(&self, dataset: &str) -> Result<Vec<PathBuf>, LakeError> {
        self.tables("observations", dataset)
    }

    fn table(&self, kind: &str, name: &str, fingerprint: &Fingerprint) -> PathBuf {
        self.root.join(kind).join(name).join(format!("{fingerprint}.parquet"))
    }

    fn tables(&self, kind: &str, name: &str) -> Result<Vec<PathBuf>, LakeError> {
        let entries = file::entries(&self.root.join(kind).join(name))?;
        let is_table = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "parquet");
        Ok(entries.into_iter().map(|entry| entry.path()).filter(is_table).filter(|path| !file::is_temporary(path)).collect())
    }
}

/// The names of the folders in a folder, sorted, less unfinished ones.
pub(crate) fn folder_names(folder: &Path) -> Result<Vec<String>, LakeError> {
    let entries = file::entries(folder)?;
    let folders =
        entries.into_iter().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()) && !file::is_temporary(&entry.path()));
    Ok(folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

/// Refuses names that would leave their folder or that some file system does not take.
pub(crate) fn check_name(what: &'static str, name: &str) -> Result<(), LakeError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if name.is_empty() || name.len() > 128 || name.starts_with('.') || !name.bytes().all(allowed) {
        return Err(LakeError::Name { what, name: name.to_owned() });
    }
    Ok(())
}

/// Reads a small JSON file of the lake; none where there is no file.
pub(crate) fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Option<T>, LakeError> {
    const LIMIT: u64 = 64 * 1024 * 1024;
    let file = match File::open(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|source| LakeError::io("read", path, source))?,
    };
    let mut bytes = Vec::new();
    file.take(LIMIT).read_to_end(&mut bytes).map_err(|source| LakeError::io("read", path, source))?;
    serde_json::from_slice(&bytes).map(Some).map_err(|source| LakeError::Json { path: path.to_owned(), source })
}

/// Whether the folder has the marker of this layout; another layout is an error.
fn read_marker(root: &Path) -> Result<bool, LakeError> {
    if fs::metadata(root).is_ok_and(|metadata| !metadata.is_dir()) {
        return Err(LakeError::io("open the lake", root, io::ErrorKind::NotADirectory.into()));
    }
    match read_json::<Marker>(&root.join("lake.json"))? {
        None => Ok(false),
        Some(Marker { layout: LAYOUT }) => Ok(true),
        Some(Marker { layout: found }) => Err(LakeError::Layout { path: root.to_owned(), found, supported: LAYOUT }),
    }
}
