//! A source that hands out little at a time.

use std::io::{self, Read};

use paso_decode::Source;

/// Bytes of which no read gives more than so many, so that every boundary between two reads is crossed.
pub struct Reluctant<'b> {
    body: &'b [u8],
    at_most: usize,
}

impl<'b> Reluctant<'b> {
    /// `at_most` is at least 1.
    pub fn new(body: &'b [u8], at_most: usize) -> Self {
        Self { body, at_most }
    }
}

impl Source for Reluctant<'_> {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.body.len());
        Ok(Box::new(Slow { rest: &self.body[start..], at_most: self.at_most }))
    }

    fn size(&self) -> Option<u64> {
        Some(self.body.len() as u64)
    }
}

struct Slow<'b> {
    rest: &'b [u8],
    at_most: usize,
}

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.rest.len().min(buffer.len()).min(self.at_most);
        let (now, later) = self.rest.split_at(length);
        buffer[..length].copy_from_slice(now);
        self.rest = later;
        Ok(length)
    }
}
