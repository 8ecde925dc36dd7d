//! Where the bytes of a table go.

use std::{
    fs::File,
    io::{self, BufWriter, Seek as _, Write},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use paso_decode::SinkError;
use paso_lake::file::AtomicFile;

/// What was asked for.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// A file, which appears when it is whole.
    File(PathBuf),
    /// Standard output, and whether its reader has read enough: not every writer in between tells why it failed.
    Standard(Arc<AtomicBool>),
}

impl Target {
    /// A file, or standard output.
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        path.map_or_else(|| Self::Standard(Arc::default()), Self::File)
    }

    /// Whether whoever reads the output closed it, which is no error.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, Self::Standard(closed) if closed.load(Ordering::Relaxed))
    }

    /// Opens it; `held` output may still be thrown away.
    pub(super) fn open(&self, held: bool) -> Result<Outlet, SinkError> {
        Ok(match self {
            Self::File(path) => Outlet::File(AtomicFile::create(path)?),
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
    File(AtomicFile),
    /// What goes to standard output when it is whole.
    Held(BufWriter<File>, Standard),
    Standard(Standard),
}

impl Outlet {
    /// Makes the output visible.
    pub(super) fn commit(self) -> Result<(), SinkError> {
        match self {
            Self::File(file) => file.commit()?,
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
            Self::File(file) => file.write(bytes),
            Self::Held(file, _) => file.write(bytes),
            Self::Standard(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
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
