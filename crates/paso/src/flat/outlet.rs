//! Where the bytes of a table go.

use std::{
    fs::File,
    io::{self, BufWriter, Seek as _, Write},
    path::PathBuf,
};

use paso_decode::SinkError;
use paso_lake::file::AtomicFile;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A file, which appears when it is whole.
    File(PathBuf),
    /// Standard output.
    Standard,
}

impl Target {
    /// Opens it; `held` output may still be thrown away.
    pub(super) fn open(&self, held: bool) -> Result<Outlet, SinkError> {
        Ok(match self {
            Self::File(path) => Outlet::File(AtomicFile::create(path)?),
            Self::Standard if held => Outlet::Held(BufWriter::new(tempfile::tempfile()?)),
            Self::Standard => Outlet::Standard(io::stdout()),
        })
    }
}

/// An open output.
#[derive(Debug)]
pub(crate) enum Outlet {
    File(AtomicFile),
    /// What goes to standard output when it is whole.
    Held(BufWriter<File>),
    Standard(io::Stdout),
}

impl Outlet {
    /// Makes the output visible.
    pub(super) fn commit(self) -> Result<(), SinkError> {
        match self {
            Self::File(file) => file.commit()?,
            Self::Held(writer) => {
                let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.rewind()?;
                let mut out = io::stdout();
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
            Self::Held(file) => file.write(bytes),
            Self::Standard(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Held(file) => file.flush(),
            Self::Standard(out) => out.flush(),
        }
    }
}
