//! Zstandard, RFC 8878.

use std::io::{self, BufReader, Read};

use zstd::stream::read::Decoder;

use super::checked::{Allowance, Counted, is_decided};
use super::gzip::BUFFER;
use super::skip;
use crate::error::DecodeError;
use crate::position::Position;
use crate::source::Source;

const PLACE: &str = "the Zstandard data";

/// The largest window, as a power of two, that a frame may ask the reader to keep: 128 MiB, what `zstd` itself accepts unasked.
const WINDOW_LOG: u32 = 27;

/// What a Zstandard file holds.
pub(super) struct Zstandard<'s> {
    source: Box<dyn Source + 's>,
    cap: u64,
}

impl<'s> Zstandard<'s> {
    pub(super) fn new(source: Box<dyn Source + 's>, cap: u64) -> Self {
        Self { source, cap }
    }
}

impl Source for Zstandard<'_> {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        let compressed = Counted::new(BufReader::with_capacity(BUFFER, self.source.open(0)?));
        let mut frames = Decoder::with_buffer(compressed)?;
        frames.window_log_max(WINDOW_LOG)?;
        skip(Box::new(Inflate { frames, allowance: Allowance::new(PLACE.to_owned(), self.cap) }), offset)
    }

    fn size(&self) -> Option<u64> {
        None
    }
}

type Compressed<'r> = Counted<BufReader<Box<dyn Read + Send + 'r>>>;

struct Inflate<'r> {
    frames: Decoder<'static, Compressed<'r>>,
    allowance: Allowance,
}

impl Read for Inflate<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.frames.read(buffer) {
            Ok(read) => {
                self.allowance.spend(read)?;
                Ok(read)
            }
            Err(error) if is_decided(&error) => Err(error),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let (place, at) = (PLACE.to_owned(), Position::Byte(self.frames.get_ref().at()));
                Err(match error.kind() {
                    io::ErrorKind::UnexpectedEof => {
                        DecodeError::Truncated { place, at, problem: "it ends inside of a frame".to_owned() }.into_io()
                    }
                    io::ErrorKind::Other => DecodeError::Malformed { place, at, problem: error.to_string() }.into_io(),
                    _ => error,
                })
            }
        }
    }
}
