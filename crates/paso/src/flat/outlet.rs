//! Where the bytes of a table go.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Seek as _, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use paso_decode::SinkError;
use paso_lake::file::AtomicFile;

/// The name of standard output.
const STANDARD: &str = "-";

/// What was asked for.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// A file, which appears when it is whole.
    File(PathBuf),
    /// What is no regular file, such as a device or a named pipe: it is written to, and not replaced.
    Device(PathBuf),
    /// Standard output, and whether its reader has read enough: not every writer in between tells why it failed.
    Standard(Arc<AtomicBool>),
}

impl Target {
    /// A file, or standard output: for `-`, too.
    pub(crate) fn new(path: Option<&Path>) -> Self {
        let Some(path) = path.filter(|path| path.as_os_str() != STANDARD) else { return Self::Standard(Arc::default()) };
        match fs::metadata(path) {
            Ok(about) if !about.is_file() && !about.is_dir() => Self::Device(path.to_owned()),
            // A link stays one: what it leads to is replaced.
            Ok(_) => Self::File(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())),
            Err(_) => Self::File(path.to_owned()),
        }
    }

    /// Whether it is standard output.
    pub(crate) fn is_standard(&self) -> bool {
        matches!(self, Self::Standard(_))
    }

    /// Whether whoever reads the output closed it, which is no error.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, Self::Standard(closed) if closed.load(Ordering::Relaxed))
    }

    /// Opens it; `held` output may still be thrown away.
    pub(super) fn open(&self, held: bool) -> Result<Outlet, SinkError> {
        Ok(match self {
            Self::File(path) => {
                let permissions = fs::metadata(path).ok().map(|about| about.permissions());
                Outlet::File(AtomicFile::create(path)?, path.clone(), permissions)
            }
            Self::Device(path) => Outlet::Device(File::options().write(true).open(path)?),
            Self::Standard(closed) => {
                let standard = Standard { out: io::stdout(), closed: Arc::clone(closed) };
                if held { Outlet::Held(BufWriter::new(tempfile::tempfile()?), standard) } else { Outlet::Standard(standard) }
            }
        })
    }
}

/// An open output.
#[derive(Debug)]
pub(crate) enum Outlet {
    /// A file, and who may read and write the one that it replaces.
    File(AtomicFile, PathBuf, Option<fs::Permissions>),
    Device(File),
    /// What goes to standard output when it is whole.
    Held(BufWriter<File>, Standard),
    Standard(Standard),
}

impl Outlet {
    /// Makes the output visible.
    pub(super) fn commit(self) -> Result<(), SinkError> {
        match self {
            Self::File(file, path, permissions) => {
                file.commit()?;
                if let Some(permissions) = permissions {
                    fs::set_permissions(path, permissions)?;
                }
            }
            Self::Device(mut file) => file.flush()?,
            Self::Held(writer, mut out) => {
                let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.rewind()?;
                io::copy(&mut file, &mut out)?;
                out.flush()?;
            }
            Self::Standard(mut out) => out.flush()?,
        }
        Ok(())
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file, ..) => file.write(bytes),
            Self::Device(file) => file.write(bytes),
            Self::Held(file, _) => file.write(bytes),
            Self::Standard(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file, ..) => file.flush(),
            Self::Device(file) => file.flush(),
            Self::Held(file, _) => file.flush(),
            Self::Standard(out) => out.flush(),
        }
    }
}

/// Standard output.
#[derive(Debug)]
pub(crate) struct Standard {
    out: io::Stdout,
    closed: Arc<AtomicBool>,
}

impl Standard {
    fn watch<T>(&self, written: io::Result<T>) -> io::Result<T> {
        if written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            self.closed.store(true, Ordering::Relaxed);
        }
        written
    }
}

impl Write for Standard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.watch(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.watch(flushed)
    }
}
