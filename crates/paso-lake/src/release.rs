//! Releases: built aside, moved into place whole, switched to in one step.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::{
    Lake, LakeError, file,
    hash::sha256_file,
    layout::{check_name, folder_names, read_json},
};

#[derive(Serialize, Deserialize)]
struct Latest {
    release: String,
}

/// A release under construction: a folder that nobody sees until [`StagedRelease::commit`]; dropped before, it leaves nothing.
#[derive(Debug)]
pub struct StagedRelease {
    folder: TempDir,
    name: String,
    place: PathBuf,
}

impl StagedRelease {
    /// The folder to write the files into.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The name that it will have.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Moves the folder into place once all of it is on the disk. Where an identical release stands already, that one is left alone.
    pub fn commit(self) -> Result<PathBuf, LakeError> {
        let Self { folder, name, place } = self;
        if place.exists() {
            return match difference(folder.path(), &place)? {
                None => Ok(place),
                Some(difference) => Err(LakeError::ReleaseExists { name, difference }),
            };
        }
        file::sync_tree(folder.path())?;
        file::rename_into_place(folder.path(), &place)?;
        // It is no longer temporary, and there is nothing under the old name to remove.
        let _moved = folder.keep();
        Ok(place)
    }
}

impl Lake {
    /// The folder of a release.
    pub fn release(&self, name: &str) -> PathBuf {
        self.releases_folder().join(name)
    }

    /// The releases, sorted by name.
    pub fn releases(&self) -> Result<Vec<String>, LakeError> {
        folder_names(&self.releases_folder())
    }

    /// Starts a release.
    pub fn stage_release(&self, name: &str) -> Result<StagedRelease, LakeError> {
        check_name("release", name)?;
        let folder = file::temporary_folder(&self.releases_folder())?;
        Ok(StagedRelease { folder, name: name.to_owned(), place: self.release(name) })
    }

    /// The release that holds, if there is one.
    pub fn latest(&self) -> Result<Option<String>, LakeError> {
        let Some(Latest { release }) = read_json(&self.latest_file())? else { return Ok(None) };
        check_name("release", &release)?;
        Ok(Some(release))
    }

    /// Makes a release the one that holds, in one atomic step. `releases/latest` follows as a link for people, where links exist.
    pub fn switch_latest(&self, name: &str) -> Result<(), LakeError> {
        check_name("release", name)?;
        if !self.release(name).is_dir() {
            return Err(LakeError::NoRelease { lake: self.root().to_owned(), name: name.to_owned() });
        }
        if self.latest()?.as_deref() != Some(name) {
            let latest = Latest { release: name.to_owned() };
            file::write_atomic(&self.latest_file(), |writer| {
                serde_json::to_writer(&mut *writer, &latest)?;
                writer.write_all(b"\n")
            })?;
        }
        #[cfg(unix)]
        {
            let link = self.releases_folder().join("latest");
            if std::fs::read_link(&link).ok().as_deref() != Some(Path::new(name)) {
                // Some file systems have no links; latest.json alone decides.
                let _best_effort = file::replace_link(name, &link);
            }
        }
        Ok(())
    }

    pub(crate) fn releases_folder(&self) -> PathBuf {
        self.root().join("releases")
    }

    fn latest_file(&self) -> PathBuf {
        self.releases_folder().join("latest.json")
    }
}

/// The first file in which two folders differ.
fn difference(new: &Path, old: &Path) -> Result<Option<String>, LakeError> {
    let (new_files, old_files) = (files_below(new)?, files_below(old)?);
    if let Some(path) = new_files.iter().find(|path| !old_files.contains(path)) {
        return Ok(Some(format!("it lacks {}", path.display())));
    }
    if let Some(path) = old_files.iter().find(|path| !new_files.contains(path)) {
        return Ok(Some(format!("it has {} besides", path.display())));
    }
    for path in new_files {
        if sha256_file(&new.join(&path))? != sha256_file(&old.join(&path))? {
            return Ok(Some(format!("{} differs", path.display())));
        }
    }
    Ok(None)
}

/// The paths of all files below a folder, relative to it, sorted.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, LakeError> {
    let mut found = Vec::new();
    for entry in file::entries(folder)? {
        let name = PathBuf::from(entry.file_name());
        if entry.path().is_dir() {
            found.extend(files_below(&entry.path())?.into_iter().map(|path| name.join(path)));
        } else {
            found.push(name);
        }
    }
    Ok(found)
}
