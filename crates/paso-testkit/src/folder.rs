//! Folders: copying, listing, clearing.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use paso_lake::file::write_atomic;

use crate::TestkitError;

/// The root of this workspace.
pub fn workspace() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates.and_then(Path::parent).unwrap_or(Path::new(env!("CARGO_MANIFEST_DIR"))).to_owned()
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> TestkitError {
    move |source| TestkitError::File { action, path: path.to_owned(), source }
}

/// Writes a file whole, making its folder where needed.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), TestkitError> {
    write_atomic(path, |writer| writer.write_all(bytes)).map_err(|error| TestkitError::File {
        action: "write",
        path: path.to_owned(),
        source: io::Error::other(error),
    })
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, TestkitError> {
    fs::read(path).map_err(failed("read", path))
}

/// Copies a folder with everything in it into another one, which is made where needed.
pub fn copy_folder(from: &Path, to: &Path) -> Result<(), TestkitError> {
    fs::create_dir_all(to).map_err(failed("make", to))?;
    for entry in fs::read_dir(from).map_err(failed("list", from))? {
        let path = entry.map_err(failed("list", from))?.path();
        let Some(name) = path.file_name() else { continue };
        let target = to.join(name);
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(failed("copy", &path))?;
        }
    }
    Ok(())
}

/// All files below a folder with their bytes, by their path in it with `/` between folders, sorted.
pub fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, TestkitError> {
    let mut found = Vec::new();
    collect(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<(String, Vec<u8>)>) -> Result<(), TestkitError> {
    for entry in fs::read_dir(folder).map_err(failed("list", folder))? {
        let path = entry.map_err(failed("list", folder))?.path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), found)?;
        } else {
            found.push((name, read(&path)?));
        }
    }
    Ok(())
}

/// Empties a folder that holds a mirror, so that no body of an older one stays behind; a folder that holds anything else is refused.
pub(crate) fn clear_mirror(folder: &Path) -> Result<(), TestkitError> {
    let is_empty = !folder.exists() || fs::read_dir(folder).map_err(failed("list", folder))?.next().is_none();
    if is_empty {
        return Ok(());
    }
    if !folder.join("mirror.jsonl").is_file() {
        return Err(TestkitError::Mirror { folder: folder.to_owned(), detail: "it has other files in it and is not a mirror".to_owned() });
    }
    fs::remove_dir_all(folder).map_err(failed("empty", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_same_files() {
        let temporary = tempfile::tempdir().unwrap();
        let (from, to) = (temporary.path().join("from"), temporary.path().join("to/deeper"));
        write(&from.join("a/b/c.txt"), b"one").unwrap();
        write(&from.join("d.txt"), b"two").unwrap();
        copy_folder(&from, &to).unwrap();
        assert_eq!(files(&to).unwrap(), [("a/b/c.txt".to_owned(), b"one".to_vec()), ("d.txt".to_owned(), b"two".to_vec())]);
    }

    #[test]
    fn the_workspace_is_where_the_crates_are() {
        assert!(workspace().join("crates/paso-testkit/Cargo.toml").is_file());
    }
}
