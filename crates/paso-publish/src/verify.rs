//! Reading a release again.

use std::{collections::BTreeSet, fs, io, path::Path};

use paso_lake::{LakeError, Sha256, sha256_file};

use crate::{
    FileRecord, PublishError,
    manifest::{MANIFEST, Manifest},
};

/// What a release is, compared with what its manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The release.
    pub release: String,
    /// How many files were read, the manifest not counted.
    pub files: usize,
    /// Their size.
    pub bytes: u64,
    /// Files that the manifest names and that are not there.
    pub missing: Vec<String>,
    /// Files that are there and that the manifest does not name.
    pub extra: Vec<String>,
    /// Files with other bytes.
    pub changed: Vec<Changed>,
}

/// A file with other bytes than the manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The path in the release.
    pub file: String,
    /// The digest in the manifest.
    pub expected: Sha256,
    /// The digest of the file.
    pub found: Sha256,
}

impl Verification {
    /// Whether every file is there, and no other, with the bytes that were published.
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty() && self.changed.is_empty()
    }

    /// The files that are wrong, in words.
    pub fn problems(&self) -> Vec<String> {
        let missing = self.missing.iter().map(|file| format!("{file} is missing"));
        let extra = self.extra.iter().map(|file| format!("{file} does not belong to it"));
        let changed = self.changed.iter().map(|changed| format!("{} was changed", changed.file));
        missing.chain(extra).chain(changed).collect()
    }
}

/// Reads every file of a release again and compares it with the manifest. A manifest that was changed itself is an error.
pub fn verify(folder: &Path) -> Result<Verification, PublishError> {
    let manifest = Manifest::read(folder)?;
    let mut present = BTreeSet::new();
    files_below(folder, "", &mut present)?;
    present.remove(MANIFEST);
    let mut verification = Verification {
        release: manifest.release.clone(),
        files: 0,
        bytes: 0,
        missing: Vec::new(),
        extra: present.iter().filter(|file| !manifest.files.contains_key(*file)).cloned().collect(),
        changed: Vec::new(),
    };
    for (file, record) in &manifest.files {
        if !present.contains(file) {
            verification.missing.push(file.clone());
            continue;
        }
        let (found, bytes) = sha256_file(&folder.join(file))?;
        verification.files += 1;
        verification.bytes += bytes;
        if (&found, bytes) != (&record.sha256, record.bytes) {
            verification.changed.push(Changed { file: file.clone(), expected: record.sha256.clone(), found });
        }
    }
    Ok(verification)
}

/// Whether the files of a release are those that its manifest names, each of its size. Reads no file.
pub(crate) fn has_its_files(folder: &Path, manifest: &Manifest) -> Result<bool, PublishError> {
    let mut present = BTreeSet::new();
    files_below(folder, "", &mut present)?;
    present.remove(MANIFEST);
    let sized = |(file, record): (&String, &FileRecord)| fs::metadata(folder.join(file)).is_ok_and(|found| found.len() == record.bytes);
    Ok(present.iter().eq(manifest.files.keys()) && manifest.files.iter().all(sized))
}

/// The paths of all files below a folder, joined by `/`.
fn files_below(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) -> Result<(), PublishError> {
    let failed = |source: io::Error| LakeError::Io { action: "read", path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(failed)?.is_dir() {
            files_below(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.insert(name);
        }
    }
    Ok(())
}
