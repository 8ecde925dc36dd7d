//! gzip, RFC 1952.

use std::io::{self, BufRead, BufReader, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::checked::{Allowance, Counted, is_damage};
use super::skip;
use crate::error::DecodeError;
use crate::position::Position;
use crate::source::Source;

const PLACE: &str = "the gzip data";

/// What a gzip file holds.
pub(super) struct Gzip<'s> {
    source: Box<dyn Source + 's>,
    cap: u64,
}

impl<'s> Gzip<'s> {
    pub(super) fn new(source: Box<dyn Source + 's>, cap: u64) -> Self {
        Self { source, cap }
    }
}

impl Source for Gzip<'_> {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        let compressed = Counted::new(BufReader::with_capacity(BUFFER, self.source.open(0)?));
        let inflate = Inflate {
            deflate: DeflateDecoder::new(compressed),
            state: State::First,
            crc: Crc::new(),
            allowance: Allowance::new(PLACE.to_owned(), self.cap),
        };
        skip(Box::new(inflate), offset)
    }

    fn size(&self) -> Option<u64> {
        None
    }
}

pub(super) const BUFFER: usize = 64 * 1024;

enum State {
    /// Before the first member.
    First,
    /// Inside of a member.
    Member,
    /// After a member: another one, padding, or the end.
    Between,
    End,
}

struct Inflate<R> {
    deflate: DeflateDecoder<Counted<R>>,
    state: State,
    crc: Crc,
    allowance: Allowance,
}

const MAGIC: [u8; 2] = [0x1F, 0x8B];
const DEFLATE: u8 = 8;
const HEADER_CHECKSUM: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

impl<R: BufRead> Inflate<R> {
    fn at(&self) -> u64 {
        self.deflate.get_ref().at()
    }

    fn malformed(at: u64, problem: String) -> io::Error {
        DecodeError::Malformed { place: PLACE.to_owned(), at: Position::Byte(at), problem }.into_io()
    }

    fn truncated(&self, problem: &str) -> io::Error {
        DecodeError::Truncated { place: PLACE.to_owned(), at: Position::Byte(self.at()), problem: problem.to_owned() }.into_io()
    }

    fn fixed<const N: usize>(&mut self, part: &str) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        match self.deflate.get_mut().read_exact(&mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(self.truncated(&format!("it ends in a member's {part}"))),
            Err(error) => Err(error),
        }
    }

    /// A text that ends with a zero byte.
    fn skip_text(&mut self) -> io::Result<()> {
        while self.fixed::<1>("header")? != [0] {}
        Ok(())
    }

    /// Reads a member's header; `place` is where it stands, in words.
    fn header(&mut self, place: &str) -> io::Result<()> {
        let start = self.at();
        // Byte by byte: what is no header may be shorter than one.
        for expected in MAGIC {
            if self.fixed::<1>("header")? != [expected] {
                return Err(Self::malformed(start, format!("something that is no gzip member stands {place}")));
            }
        }
        let [method, flags, ..] = self.fixed::<8>("header")?;
        if method != DEFLATE || flags & RESERVED != 0 {
            return Err(Self::malformed(start, format!("compression method {method} with flags {flags:#04x} is not defined")));
        }
        if flags & EXTRA != 0 {
            let length = u16::from_le_bytes(self.fixed("header")?);
            for _ in 0..length {
                self.fixed::<1>("header")?;
            }
        }
        if flags & NAME != 0 {
            self.skip_text()?;
        }
        if flags & COMMENT != 0 {
            self.skip_text()?;
        }
        if flags & HEADER_CHECKSUM != 0 {
            self.fixed::<2>("header")?;
        }
        self.deflate.reset_data();
        self.crc = Crc::new();
        self.state = State::Member;
        Ok(())
    }

    /// Looks behind a member: the state is then that of the next one, or the end.
    fn between(&mut self) -> io::Result<()> {
        let compressed = self.deflate.get_mut();
        let end = compressed.at();
        loop {
            match compressed.fill_buf()?.first().copied() {
                None => {
                    self.state = State::End;
                    return Ok(());
                }
                Some(0) => {
                    let zeros = compressed.fill_buf()?.iter().take_while(|byte| **byte == 0).count();
                    compressed.consume(zeros);
                }
                Some(_) if compressed.at() == end => return self.header("behind the last one"),
                Some(_) => {
                    return Err(Self::malformed(compressed.at(), "data stands behind the zero bytes that end the last member".to_owned()));
                }
            }
        }
    }

    fn trailer(&mut self) -> io::Result<()> {
        let at = self.at();
        let [c0, c1, c2, c3, s0, s1, s2, s3] = self.fixed::<8>("data or checksum")?;
        let (checksum, size) = (u32::from_le_bytes([c0, c1, c2, c3]), u32::from_le_bytes([s0, s1, s2, s3]));
        if checksum != self.crc.sum() || size != self.crc.amount() {
            let problem = format!(
                "the member's checksum {checksum:08x} and size {size} do not fit what came out, {:08x} and {}",
                self.crc.sum(),
                self.crc.amount()
            );
            return Err(Self::malformed(at, problem));
        }
        self.state = State::Between;
        Ok(())
    }
}

impl<R: BufRead> Read for Inflate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::First => self.header("there")?,
                State::Between => self.between()?,
                State::End => return Ok(0),
                State::Member => {
                    let read = match self.deflate.read(buffer) {
                        Ok(read) => read,
                        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                            return Err(self.truncated("it ends in a member's data or checksum"));
                        }
                        Err(error) if is_damage(&error) => return Err(Self::malformed(self.at(), error.to_string())),
                        Err(error) => return Err(error),
                    };
                    if read > 0 {
                        self.crc.update(&buffer[..read]);
                        self.allowance.spend(read)?;
                        return Ok(read);
                    }
                    self.trailer()?;
                }
            }
        }
    }
}
