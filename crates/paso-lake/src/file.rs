//! The one way to write files: whole or not at all, and safe after a power cut.
//!
//! A file appears under its name only after all its bytes and then its folder entry have reached the disk. A killed process leaves at most a
//! file or folder whose name starts with [`TEMPORARY_PREFIX`]; [`remove_stale_temporaries`] takes these away when the next writer has the lock.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use tempfile::NamedTempFile;

use crate::LakeError;

/// How the names of unfinished files and folders start.
pub const TEMPORARY_PREFIX: &str = ".tmp-";

/// A file that appears under its name at [`AtomicFile::commit`]; dropped before, it leaves nothing.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    writer: BufWriter<NamedTempFile>,
}

impl AtomicFile {
    /// Starts a file that everyone may read whom the umask allows; makes its folder where needed.
    pub fn create(path: &Path) -> Result<Self, LakeError> {
        Self::with_mode(path, 0o666)
    }

    /// Starts a file that only this user may ever read, from its first byte on.
    pub fn create_private(path: &Path) -> Result<Self, LakeError> {
        Self::with_mode(path, 0o600)
    }

    fn with_mode(path: &Path, mode: u32) -> Result<Self, LakeError> {
        let folder = folder_of(path);
        create_folders(folder)?;
        let temporary = temporary_builder(mode).tempfile_in(folder).map_err(|source| LakeError::io("write", path, source))?;
        Ok(Self { path: path.to_owned(), writer: BufWriter::with_capacity(128 * 1024, temporary) })
    }

    /// Makes the file visible, replacing one of the same name, once it is safe on the disk.
    pub fn commit(self) -> Result<(), LakeError> {
        let Self { path, writer } = self;
        let error = |source| LakeError::io("write", &path, source);
        let temporary = writer.into_inner().map_err(|failed| error(failed.into_error()))?;
        temporary.as_file().sync_all().map_err(error)?;
        temporary.persist(&path).map_err(|failed| error(failed.error))?;
        sync_folder(folder_of(&path))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg_attr(not(unix), allow(unused_variables))]
fn temporary_builder(mode: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    builder
}

/// Writes a file whole: the closure writes into a temporary file beside it, which takes its place only when it is safe on the disk.
pub fn write_atomic(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), LakeError> {
    let mut file = AtomicFile::create(path)?;
    write(&mut file).map_err(|source| LakeError::io("write", path, source))?;
    file.commit()
}

/// Makes a temporary folder in `parent`, removed with its content when dropped.
pub(crate) fn temporary_folder(parent: &Path) -> Result<tempfile::TempDir, LakeError> {
    create_folders(parent)?;
    temporary_builder(0o777).tempdir_in(parent).map_err(|source| LakeError::io("write in", parent, source))
}

/// Moves a finished temporary file or folder to its name in the same folder.
#[expect(clippy::disallowed_methods, reason = "this is the helper that the ban names: the folder is synced right after")]
pub(crate) fn rename_into_place(temporary: &Path, path: &Path) -> Result<(), LakeError> {
    fs::rename(temporary, path).map_err(|source| LakeError::io("write", path, source))?;
    sync_folder(folder_of(path))
}

/// Makes `link` a symbolic link to `target`, replacing what it pointed to before.
#[cfg(unix)]
pub(crate) fn replace_link(target: &str, link: &Path) -> Result<(), LakeError> {
    let folder = temporary_folder(folder_of(link))?;
    let temporary = folder.path().join("link");
    std::os::unix::fs::symlink(target, &temporary).map_err(|source| LakeError::io("write", link, source))?;
    rename_into_place(&temporary, link)
}

/// Copies a file as one atomic write.
pub fn copy_atomic(from: &Path, to: &Path) -> Result<(), LakeError> {
    let mut source = File::open(from).map_err(|source| LakeError::io("read", from, source))?;
    write_atomic(to, |writer| io::copy(&mut source, writer).map(drop))
}

/// Makes a folder and those above it, each safe on the disk.
pub fn create_folders(folder: &Path) -> Result<(), LakeError> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let parent = folder_of(folder);
    create_folders(parent)?;
    match fs::create_dir(folder) {
        // Another thread or process may have made it since.
        Err(source) if source.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(source) => Err(LakeError::io("create the folder", folder, source)),
        Ok(()) => sync_folder(parent),
    }
}

/// Appends one line to a log and waits until it is on the disk. See [`append_lines`].
pub fn append_line(path: &Path, line: &str) -> Result<(), LakeError> {
    append_lines(path, [line])
}

/// Appends lines to a log in one write and waits until they are on the disk.
///
/// A last line without its line feed is what a killed writer left: it was never acknowledged and is cut off first. A line must not hold a line
/// feed itself.
pub fn append_lines<'a>(path: &Path, lines: impl IntoIterator<Item = &'a str>) -> Result<(), LakeError> {
    // Two threads that append to one log must not see each other's unfinished line as a torn one.
    static APPENDING: Mutex<()> = Mutex::new(());
    let error = |source| LakeError::io("append to", path, source);
    let mut text = String::new();
    for line in lines {
        if line.contains('\n') {
            return Err(error(io::Error::new(io::ErrorKind::InvalidInput, "a log line must not hold a line feed")));
        }
        text.push_str(line);
        text.push('\n');
    }
    if text.is_empty() {
        return Ok(());
    }
    let _one_at_a_time = APPENDING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder_of(path);
    create_folders(folder)?;
    let is_new = !path.exists();
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(error)?;
    let whole = whole_length(&mut file).map_err(error)?;
    file.set_len(whole).map_err(error)?;
    file.seek(SeekFrom::Start(whole)).map_err(error)?;
    file.write_all(text.as_bytes()).map_err(error)?;
    file.sync_data().map_err(error)?;
    if is_new { sync_folder(folder) } else { Ok(()) }
}

/// The length of a log up to and with its last line feed.
fn whole_length(file: &mut File) -> io::Result<u64> {
    const STEP: u64 = 4096;
    let mut end = file.metadata()?.len();
    while end > 0 {
        let start = end.saturating_sub(STEP);
        let mut piece = vec![0; (end - start) as usize];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut piece)?;
        if let Some(position) = piece.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + position as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// The whole lines of a log; none where there is no file. What stands after the last line feed is ignored, as the next append would cut it off.
pub fn read_lines(path: &Path) -> Result<Vec<String>, LakeError> {
    let bytes = match fs::read(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(|source| LakeError::io("read", path, source))?,
    };
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |position| position + 1);
    let invalid = |line: usize| {
        LakeError::io("read", path, io::Error::new(io::ErrorKind::InvalidData, format!("line {line} is not UTF-8: the file is damaged")))
    };
    let lines = bytes[..whole].split_inclusive(|byte| *byte == b'\n').enumerate();
    lines.map(|(index, line)| String::from_utf8(line[..line.len() - 1].to_vec()).map_err(|_| invalid(index + 1))).collect()
}

/// Removes what killed writers left below a folder, and says how many entries that were. Only the holder of the lock may call it.
pub fn remove_stale_temporaries(folder: &Path) -> Result<usize, LakeError> {
    let mut removed = remove_temporaries_in(folder)?;
    for entry in entries(folder)? {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            removed += remove_stale_temporaries(&entry.path())?;
        }
    }
    Ok(removed)
}

/// The same for the entries of one folder, without looking into the folders below.
pub(crate) fn remove_temporaries_in(folder: &Path) -> Result<usize, LakeError> {
    let mut removed = 0;
    for entry in entries(folder)? {
        let path = entry.path();
        if is_temporary(&path) {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let outcome = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            outcome.map_err(|source| LakeError::io("remove", &path, source))?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Whether the name is that of an unfinished file or folder.
pub fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(TEMPORARY_PREFIX.as_bytes()))
}

/// Removes a file if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), LakeError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(LakeError::io("remove", path, source)),
        _ => Ok(()),
    }
}

/// The entries of a folder sorted by name; none where there is no folder.
pub(crate) fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>, LakeError> {
    let error = |source| LakeError::io("list", folder, source);
    let listing = match fs::read_dir(folder) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(error)?,
    };
    let mut entries = listing.collect::<Result<Vec<_>, _>>().map_err(error)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    Ok(entries)
}

/// Waits until every file and folder below a folder is on the disk.
pub(crate) fn sync_tree(folder: &Path) -> Result<(), LakeError> {
    for entry in entries(folder)? {
        let path = entry.path();
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            let synced = File::open(&path).and_then(|file| file.sync_all());
            synced.map_err(|source| LakeError::io("write", &path, source))?;
        }
    }
    sync_folder(folder)
}

/// Waits until the entries of a folder are on the disk.
fn sync_folder(folder: &Path) -> Result<(), LakeError> {
    if cfg!(windows) {
        // Windows has no handle for this; its file systems log renames themselves.
        return Ok(());
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match File::open(folder).and_then(|file| file.sync_all()) {
        // Some network file systems cannot sync a folder; they order its entries themselves.
        Err(source) if matches!(source.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        other => other.map_err(|source| LakeError::io("write in", folder, source)),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}
