//! Where the bytes of a message come from: something that can be opened again and again.
//!
//! Some layouts can only be read twice: a JSON message may state its values before the dimensions that they stand for. A decoder then
//! opens its source again instead of keeping the document in memory.

use std::io::{self, Cursor, Read, Write as _};
use std::path::Path;

use crate::error::DecodeError;

/// Bytes that can be read from any offset, as often as a decoder needs.
pub trait Source: Send + Sync {
    /// The bytes from `offset` on; none are left behind the end.
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>>;

    /// How many bytes there are, where that is known without reading them.
    fn size(&self) -> Option<u64>;
}

/// Bytes in memory.
#[derive(Debug, Clone, Copy)]
pub struct Bytes<'b>(pub &'b [u8]);

impl Source for Bytes<'_> {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.0.len());
        Ok(Box::new(Cursor::new(&self.0[start..])))
    }

    fn size(&self) -> Option<u64> {
        Some(self.0.len() as u64)
    }
}

impl Source for Vec<u8> {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.len());
        Ok(Box::new(Cursor::new(&self[start..])))
    }

    fn size(&self) -> Option<u64> {
        Some(self.len() as u64)
    }
}

/// A file. Every reader has its own place in it, and all of them read the file that was opened, whatever its path names later.
#[derive(Debug)]
pub struct File {
    file: std::fs::File,
    size: u64,
}

impl File {
    /// Opens a file.
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::of(std::fs::File::open(path)?)
    }

    /// Keeps what a stream yields in a temporary file that has no name, because a stream cannot be opened again.
    ///
    /// Fails with [`io::ErrorKind::FileTooLarge`] when there are more than `max_bytes`.
    pub fn spool(stream: impl Read, max_bytes: u64) -> io::Result<Self> {
        let mut file = tempfile::tempfile()?;
        let copied = io::copy(&mut stream.take(max_bytes.saturating_add(1)), &mut file)?;
        if copied > max_bytes {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("the stream has more than {max_bytes} bytes")));
        }
        file.flush()?;
        Self::of(file)
    }

    fn of(file: std::fs::File) -> io::Result<Self> {
        let size = file.metadata()?.len();
        Ok(Self { file, size })
    }
}

impl Source for File {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(At { file: &self.file, offset }))
    }

    fn size(&self) -> Option<u64> {
        Some(self.size)
    }
}

/// A reader that keeps its place itself, so that many can share one file.
struct At<'f> {
    file: &'f std::fs::File,
    offset: u64,
}

impl Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(self.file, buffer, self.offset)?;
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(self.file, buffer, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}

/// The bytes of a source from an offset on; what its container found wrong stays the error that it is.
pub(crate) fn open<'s>(source: &'s dyn Source, place: &str, offset: u64) -> Result<Box<dyn Read + Send + 's>, DecodeError> {
    source.open(offset).map_err(|error| DecodeError::reading(place, error))
}

/// The first bytes of a source, at most `limit`.
pub(crate) fn head(source: &dyn Source, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.open(0)?.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &dyn Source, offset: u64) -> String {
        let mut text = String::new();
        source.open(offset).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_source_opens_anywhere_and_again() {
        let spooled = File::spool(&b"0123456789"[..], 10).unwrap();
        for source in [&Bytes(b"0123456789") as &dyn Source, &b"0123456789".to_vec(), &spooled] {
            assert_eq!(source.size(), Some(10));
            assert_eq!([read(source, 0), read(source, 7), read(source, 10), read(source, 99)], ["0123456789", "789", "", ""]);
            let (mut first, mut second) = (source.open(2).unwrap(), source.open(4).unwrap());
            let (mut a, mut b) = ([0; 2], [0; 2]);
            first.read_exact(&mut a).unwrap();
            second.read_exact(&mut b).unwrap();
            first.read_exact(&mut a).unwrap();
            assert_eq!((&a, &b), (b"45", b"45"));
        }
    }

    #[test]
    fn a_stream_above_its_cap_is_refused() {
        assert_eq!(File::spool(&b"0123456789"[..], 9).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
