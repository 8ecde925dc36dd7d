//! ZIP archives: members that are verified while they are read.

use std::io::{self, BufReader, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::checked::{Allowance, is_damage};
use super::directory::{self, Entry};
use super::gzip::BUFFER;
use super::pattern::{is_pattern, matches};
use super::skip;
use crate::error::DecodeError;
use crate::source::Source;

/// An archive that can be read anywhere.
pub(crate) struct Archive<'s> {
    source: Box<dyn Source + 's>,
    size: u64,
    entries: Vec<Entry>,
    cap: u64,
}

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

impl<'s> Archive<'s> {
    /// Reads the directory. `cap` limits what every single member may inflate to, each time that it is read.
    pub(crate) fn open(source: Box<dyn Source + 's>, cap: u64) -> Result<Self, DecodeError> {
        let size = source.size().ok_or_else(|| DecodeError::reading("the archive", io::ErrorKind::NotSeekable.into()))?;
        let mut entries = directory::read(source.as_ref(), size)?;
        entries.retain(|entry| !entry.name.ends_with('/'));
        Ok(Self { source, size, entries, cap })
    }

    /// Whether this is a workbook of the Office Open XML family.
    pub(crate) fn is_workbook(&self) -> bool {
        self.position("[Content_Types].xml").is_some() && self.entries.iter().any(|entry| starts_with(&entry.name, "xl/"))
    }

    /// The member of this name; part names of workbooks do not tell capitals from small letters.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.entries
            .iter()
            .position(|entry| entry.name == name)
            .or_else(|| self.entries.iter().position(|entry| entry.name.eq_ignore_ascii_case(name)))
    }

    /// The name of a member.
    pub(crate) fn name(&self, index: usize) -> &str {
        self.entries.get(index).map_or("", |entry| entry.name.as_str())
    }

    /// All members, each with the bytes that the directory declares.
    pub(super) fn members(&self) -> Vec<(String, u64)> {
        self.entries.iter().map(|entry| (entry.name.clone(), entry.size)).collect()
    }

    /// The archive's own bytes.
    pub(super) fn into_source(self) -> Box<dyn Source + 's> {
        self.source
    }

    /// A member as a source of its own. Fails at once where it cannot be read at all.
    pub(super) fn into_member(self, index: usize) -> Result<Member<'s>, DecodeError> {
        self.entry(index)?.readable()?;
        Ok(Member { archive: self, index })
    }

    fn entry(&self, index: usize) -> Result<&Entry, DecodeError> {
        self.entries.get(index).ok_or_else(|| self.missing("a member".to_owned()))
    }

    fn missing(&self, expected: String) -> DecodeError {
        DecodeError::MemberMissing { expected, found: self.entries.iter().map(|entry| entry.name.clone()).collect() }
    }

    /// The one member that is meant: by name, by pattern, by the beginning of its name; else the one data file.
    pub(super) fn choose(&self, wanted: Option<&str>) -> Result<usize, DecodeError> {
        if self.entries.is_empty() {
            return Err(DecodeError::Empty { place: "the archive".to_owned(), problem: "it is empty".to_owned() });
        }
        let one = |fits: &dyn Fn(&str) -> bool| {
            let mut fitting = (0..self.entries.len()).filter(|&index| fits(self.name(index)));
            let first = fitting.next();
            if fitting.next().is_some() { Err(()) } else { Ok(first) }
        };
        let (expected, chosen) = match wanted {
            None => {
                let visible = one(&|name| !is_hidden(name));
                let chosen = if let Ok(Some(index)) = visible { Ok(Some(index)) } else { one(&|name| !is_hidden(name) && is_data(name)) };
                ("one data file".to_owned(), chosen)
            }
            Some(wanted) => {
                let whole = |name: &str| name == wanted || file_name(name) == wanted;
                let chosen = match one(&whole) {
                    Ok(None) if is_pattern(wanted) => one(&|name| matches(wanted, name) || matches(wanted, file_name(name))),
                    Ok(None) => one(&|name| file_name(name).starts_with(wanted)),
                    decided => decided,
                };
                (format!("one member named \"{wanted}\" or \"{wanted}…\""), chosen)
            }
        };
        chosen.ok().flatten().ok_or_else(|| self.missing(expected))
    }

    /// What a member holds. Sizes and checksum are verified while it is read; the last read fails where they do not fit.
    pub(crate) fn read(&self, index: usize) -> Result<Box<dyn Read + Send + '_>, DecodeError> {
        let entry = self.entry(index)?;
        entry.readable()?;
        let start = self.data_start(entry)?;
        let compressed = self.source.open(start).map_err(|error| DecodeError::reading("the archive", error))?.take(entry.compressed);
        let inflated: Box<dyn Read + Send + '_> = if entry.method == STORED {
            Box::new(compressed)
        } else {
            Box::new(DeflateDecoder::new(BufReader::with_capacity(BUFFER, compressed)))
        };
        let allowance = Allowance::new(format!("member \"{}\"", entry.name), self.cap);
        Ok(Box::new(Verified { entry, inflated, crc: Crc::new(), allowance }))
    }

    /// Where the bytes of a member begin: behind its own header, which must agree with the directory.
    fn data_start(&self, entry: &Entry) -> Result<u64, DecodeError> {
        const HEADER: usize = 30;
        let damaged = |problem: &str| entry.damaged(io::Error::new(io::ErrorKind::InvalidData, problem));
        let mut header = Vec::with_capacity(HEADER + entry.name.len());
        self.source
            .open(entry.header)
            .and_then(|reader| reader.take(HEADER as u64).read_to_end(&mut header))
            .map_err(|error| DecodeError::reading("the archive", error))?;
        if header.len() < HEADER || !header.starts_with(b"PK\x03\x04") {
            return Err(damaged("the directory says that it begins where no member does"));
        }
        let field = |at: usize| u64::from(header[at]) | u64::from(header[at + 1]) << 8;
        if field(8) != u64::from(entry.method) {
            return Err(damaged("its header and the directory disagree about the compression"));
        }
        let start = entry.header.checked_add(HEADER as u64 + field(26) + field(28));
        start
            .filter(|start| start.checked_add(entry.compressed).is_some_and(|end| end <= self.size))
            .ok_or_else(|| damaged("it is declared larger than the archive"))
    }
}

impl Entry {
    fn damaged(&self, source: io::Error) -> DecodeError {
        DecodeError::Member { member: self.name.clone(), source }
    }

    fn readable(&self) -> Result<(), DecodeError> {
        let unreadable = |problem: String| Err(DecodeError::MemberUnreadable { member: self.name.clone(), problem });
        match self.method {
            _ if self.encrypted => unreadable("encrypted".to_owned()),
            STORED | DEFLATED => Ok(()),
            other => unreadable(format!("compressed with {}", method(other))),
        }
    }
}

/// The name of a compression method (APPNOTE 4.4.5).
fn method(number: u16) -> String {
    let name = match number {
        9 => "Deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 => "Zstandard",
        95 => "xz",
        98 => "PPMd",
        _ => return format!("method {number}"),
    };
    format!("{name} (method {number})")
}

fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn starts_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// What macOS and editors leave behind.
fn is_hidden(name: &str) -> bool {
    starts_with(name, "__MACOSX/") || file_name(name).starts_with('.')
}

/// A text file beside another one is a note about it more often than data, so it does not count.
const DATA: [&str; 12] = ["csv", "tsv", "tab", "json", "ndjson", "jsonl", "jsonstat", "xml", "xlsx", "xls", "gz", "zst"];

fn is_data(name: &str) -> bool {
    file_name(name).rsplit_once('.').is_some_and(|(_, extension)| DATA.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// One member of an archive.
pub(super) struct Member<'s> {
    archive: Archive<'s>,
    index: usize,
}

impl Source for Member<'_> {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        skip(self.archive.read(self.index).map_err(DecodeError::into_io)?, offset)
    }

    /// What the directory declares is known only when it has come out.
    fn size(&self) -> Option<u64> {
        None
    }
}

/// What comes out of a member, compared with what its directory entry declares.
struct Verified<'r> {
    entry: &'r Entry,
    inflated: Box<dyn Read + Send + 'r>,
    crc: Crc,
    allowance: Allowance,
}

impl Verified<'_> {
    fn damaged(&self, problem: String) -> io::Error {
        self.entry.damaged(io::Error::new(io::ErrorKind::InvalidData, problem)).into_io()
    }
}

impl Read for Verified<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let read = match self.inflated.read(buffer) {
            Ok(read) => read,
            Err(error) if is_damage(&error) => return Err(self.entry.damaged(error).into_io()),
            Err(error) => return Err(error),
        };
        self.crc.update(&buffer[..read]);
        self.allowance.spend(read)?;
        let (out, declared) = (self.allowance.out(), self.entry.size);
        if out > declared {
            return Err(self.damaged(format!("it declares {declared} bytes and holds more")));
        }
        if read == 0 && out < declared {
            return Err(self.damaged(format!("it declares {declared} bytes and holds {out}")));
        }
        if read == 0 && self.crc.sum() != self.entry.checksum {
            return Err(self.damaged(format!("its checksum is {:08x}, declared is {:08x}", self.crc.sum(), self.entry.checksum)));
        }
        Ok(read)
    }
}
