//! Readers that count: compressed bytes on the way in, inflated ones on the way out.

use std::io::{self, BufRead, Read};

use crate::error::DecodeError;

/// A buffered reader that knows at which byte it stands.
pub(super) struct Counted<R> {
    inner: R,
    at: u64,
}

impl<R: BufRead> Counted<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, at: 0 }
    }

    /// The offset of the next byte.
    pub(super) fn at(&self) -> u64 {
        self.at
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.inner.consume(amount);
        self.at += amount as u64;
    }
}

/// How many bytes may still come out of one reader.
pub(super) struct Allowance {
    place: String,
    cap: u64,
    out: u64,
}

impl Allowance {
    pub(super) fn new(place: String, cap: u64) -> Self {
        Self { place, cap, out: 0 }
    }

    /// Counts what came out.
    pub(super) fn spend(&mut self, bytes: usize) -> io::Result<()> {
        self.out += bytes as u64;
        if self.out > self.cap {
            return Err(DecodeError::TooLarge { member: self.place.clone(), cap: self.cap }.into_io());
        }
        Ok(())
    }

    /// What came out so far.
    pub(super) fn out(&self) -> u64 {
        self.out
    }
}

/// Whether an error already says what is wrong with a container inside.
pub(super) fn is_decided(error: &io::Error) -> bool {
    matches!(error.get_ref(), Some(inner) if inner.is::<DecodeError>())
}

/// Whether an error says that the bytes are wrong, and not that they could not be read.
pub(super) fn is_damage(error: &io::Error) -> bool {
    let damage = matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof);
    damage && !is_decided(error)
}
