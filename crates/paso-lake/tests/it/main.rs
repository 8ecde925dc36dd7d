//! The lake from outside: what stands on the disk, and what a kill, a full disk or a stranger's hand leave of it.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail like the tests")]

mod bodies;
mod files;
mod layout;
mod pages;
mod releases;
mod tables;

use std::path::{Path, PathBuf};

/// Every file and folder below a folder, relative to it, sorted.
fn tree(folder: &Path) -> Vec<String> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            found.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
            if path.is_dir() && !path.is_symlink() {
                walk(root, &path, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

/// Overwrites a file as a stranger would, past every helper.
#[expect(clippy::disallowed_methods, reason = "a stranger's hand does not use the helper")]
fn overwrite(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// A folder that its owner may not write into; none where the user is one whom modes do not stop (root).
#[cfg(unix)]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn read_only_folder(parent: &Path) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = parent.join("read-only");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o500)).unwrap();
    if std::fs::create_dir(folder.join("probe")).is_ok() {
        eprintln!("SKIPPED: this user may write into read-only folders");
        return None;
    }
    Some(folder)
}
