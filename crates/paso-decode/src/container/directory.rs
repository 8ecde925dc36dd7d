//! The directory of a ZIP archive, which stands at its end (PKWARE APPNOTE 4.3.12 to 4.3.16, with the 64-bit forms).

use std::io::{self, BufReader, Read};

use crate::error::DecodeError;
use crate::position::Position;
use crate::source::Source;

/// How many members an archive may have. The largest workbook seen has 61.
pub(crate) const MAX_MEMBERS: usize = 4096;

/// A line of the directory: what it declares about a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) method: u16,
    pub(super) encrypted: bool,
    pub(super) checksum: u32,
    pub(super) compressed: u64,
    pub(super) size: u64,
    /// Where the member's own header begins.
    pub(super) header: u64,
}

const PLACE: &str = "the archive";
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
const LONGEST_COMMENT: usize = 0xFFFF;
const LOCATOR_LENGTH: usize = 20;
const END64_LENGTH: usize = 56;
const LINE_LENGTH: usize = 46;
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
const UTF8_NAMES: u16 = 1 << 11;

/// Reads the directory of an archive of `size` bytes.
pub(super) fn read(source: &dyn Source, size: u64) -> Result<Vec<Entry>, DecodeError> {
    let extent = Extent::find(source, size)?;
    if extent.members > MAX_MEMBERS as u64 {
        return Err(DecodeError::TooManyMembers { found: usize::try_from(extent.members).unwrap_or(usize::MAX), cap: MAX_MEMBERS });
    }
    let mut lines = Lines { reader: BufReader::new(open(source, extent.start)?.take(extent.size)), at: extent.start };
    (0..extent.members).map(|_| lines.next(extent.prefix)).collect()
}

fn open(source: &dyn Source, offset: u64) -> Result<Box<dyn Read + Send + '_>, DecodeError> {
    source.open(offset).map_err(|error| DecodeError::reading(PLACE, error))
}

fn malformed(at: u64, problem: &str) -> DecodeError {
    DecodeError::Malformed { place: PLACE.to_owned(), at: Position::Byte(at), problem: problem.to_owned() }
}

/// The little-endian number of `N` bytes at an offset; 0 behind the end, which every caller rules out by the length it has read.
fn number<const N: usize>(bytes: &[u8], at: usize) -> u64 {
    let bytes = bytes.get(at..at + N).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Where the directory stands.
struct Extent {
    start: u64,
    size: u64,
    members: u64,
    /// How many bytes stand before the archive, such as those of a program that unpacks it.
    prefix: u64,
}

impl Extent {
    fn find(source: &dyn Source, size: u64) -> Result<Self, DecodeError> {
        let from = size.saturating_sub((END_LENGTH + LONGEST_COMMENT + LOCATOR_LENGTH) as u64);
        let mut tail = Vec::new();
        open(source, from)?.read_to_end(&mut tail).map_err(|error| DecodeError::reading(PLACE, error))?;
        let fits = |at: &usize, exactly: bool| {
            let rest = &tail[*at..];
            let end = END_LENGTH + number::<2>(rest, 20) as usize;
            rest.starts_with(END) && if exactly { end == rest.len() } else { end <= rest.len() }
        };
        let candidates = || (0..tail.len()).rev();
        let Some(at) = candidates().find(|at| fits(at, true)).or_else(|| candidates().find(|at| fits(at, false))) else {
            let problem = "its directory, which stands at the end, is missing".to_owned();
            return Err(DecodeError::Truncated { place: PLACE.to_owned(), at: Position::Byte(size), problem });
        };
        let end = &tail[at..];
        let position = from + at as u64;
        let (mut members, mut bytes, mut offset) = (number::<2>(end, 10), number::<4>(end, 12), number::<4>(end, 16));
        let mut disks = [number::<2>(end, 4), number::<2>(end, 6)];
        let mut directory_end = position;
        let wide = members == 0xFFFF || bytes == 0xFFFF_FFFF || offset == 0xFFFF_FFFF;
        if let Some((place, record)) = if wide { Self::end64(source, &tail, at)? } else { None } {
            (members, bytes, offset) = (number::<8>(&record, 32), number::<8>(&record, 40), number::<8>(&record, 48));
            disks = [number::<4>(&record, 16), number::<4>(&record, 20)];
            directory_end = place;
        }
        if disks[0] != disks[1] {
            return Err(malformed(position, "it is one of several volumes"));
        }
        let start = directory_end.checked_sub(bytes).ok_or_else(|| malformed(position, "its directory is declared larger than itself"))?;
        let prefix = start.checked_sub(offset).ok_or_else(|| malformed(position, "its directory is declared to stand behind its end"))?;
        if members > bytes / LINE_LENGTH as u64 {
            return Err(malformed(position, "its directory declares more members than it has room for"));
        }
        Ok(Self { start, size: bytes, members, prefix })
    }

    /// The 64-bit form of the last record: where it stands, and its bytes. None where there is no pointer to one.
    fn end64(source: &dyn Source, tail: &[u8], end: usize) -> Result<Option<(u64, Vec<u8>)>, DecodeError> {
        let Some(locator) = end.checked_sub(LOCATOR_LENGTH).map(|at| &tail[at..end]).filter(|bytes| bytes.starts_with(b"PK\x06\x07"))
        else {
            return Ok(None);
        };
        let place = number::<8>(locator, 8);
        let mut record = Vec::new();
        open(source, place)?.take(END64_LENGTH as u64).read_to_end(&mut record).map_err(|error| DecodeError::reading(PLACE, error))?;
        if record.len() < END64_LENGTH || !record.starts_with(b"PK\x06\x06") {
            return Err(malformed(place, "the 64-bit end of its directory should stand there"));
        }
        Ok(Some((place, record)))
    }
}

/// The lines of a directory.
struct Lines<R> {
    reader: R,
    at: u64,
}

impl<R: Read> Lines<R> {
    fn bytes(&mut self, length: usize) -> Result<Vec<u8>, DecodeError> {
        let mut bytes = vec![0; length];
        match self.reader.read_exact(&mut bytes) {
            Ok(()) => {
                self.at += length as u64;
                Ok(bytes)
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(malformed(self.at, "its directory ends in the middle of a line"))
            }
            Err(error) => Err(DecodeError::reading(PLACE, error)),
        }
    }

    fn next(&mut self, prefix: u64) -> Result<Entry, DecodeError> {
        let at = self.at;
        let line = self.bytes(LINE_LENGTH)?;
        if !line.starts_with(b"PK\x01\x02") {
            return Err(malformed(at, "a line of its directory should begin there"));
        }
        let flags = number::<2>(&line, 8) as u16;
        let name = self.bytes(number::<2>(&line, 28) as usize)?;
        let extra = self.bytes(number::<2>(&line, 30) as usize)?;
        self.bytes(number::<2>(&line, 32) as usize)?;
        let (mut size, mut compressed, mut header) = (number::<4>(&line, 24), number::<4>(&line, 20), number::<4>(&line, 42));
        // The 64-bit numbers follow each other, and only those are there whose 32 bits do not suffice.
        let mut wide = extra64(&extra).chunks_exact(8).map(|bytes| number::<8>(bytes, 0));
        for short in [&mut size, &mut compressed, &mut header] {
            if *short == 0xFFFF_FFFF {
                *short = wide.next().ok_or_else(|| malformed(at, "a member's 64-bit size is missing"))?;
            }
        }
        Ok(Entry {
            name: decode_name(&name, flags & UTF8_NAMES != 0),
            method: number::<2>(&line, 10) as u16,
            encrypted: flags & ENCRYPTED != 0,
            checksum: number::<4>(&line, 16) as u32,
            compressed,
            size,
            header: header.checked_add(prefix).ok_or_else(|| malformed(at, "a member is declared to stand behind the end"))?,
        })
    }
}

/// The field with the 64-bit numbers among a line's extra fields; empty where there is none.
fn extra64(mut extra: &[u8]) -> &[u8] {
    while extra.len() >= 4 {
        let (id, length) = (number::<2>(extra, 0), number::<2>(extra, 2) as usize);
        let body = extra.get(4..4 + length).unwrap_or_default();
        if id == 1 {
            return body;
        }
        extra = extra.get(4 + length..).unwrap_or_default();
    }
    &[]
}

/// What the upper half of code page 437 stands for: names without the UTF-8 flag are written in it, unless they are UTF-8 after all.
const CODE_PAGE_437: &str =
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";

fn decode_name(bytes: &[u8], declared_utf8: bool) -> String {
    match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) if declared_utf8 => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => bytes
            .iter()
            .map(|&byte| match byte.checked_sub(0x80) {
                None => char::from(byte),
                Some(upper) => CODE_PAGE_437.chars().nth(usize::from(upper)).unwrap_or(char::REPLACEMENT_CHARACTER),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_utf8_or_code_page_437() {
        assert_eq!(CODE_PAGE_437.chars().count(), 128);
        assert_eq!(decode_name("Población.csv".as_bytes(), false), "Población.csv");
        assert_eq!(decode_name(b"Poblaci\xA2n.csv", false), "Población.csv");
        assert_eq!(decode_name(b"\xE1", false), "ß");
        assert_eq!(decode_name(b"a\xFF", true), "a\u{FFFD}");
    }

    #[test]
    fn wide_numbers_are_found_among_other_fields() {
        let extra = [&b"\x55\x54\x01\0\x07"[..], b"\x01\0\x08\0\x01\x02\0\0\0\0\0\0"].concat();
        assert_eq!(extra64(&extra), b"\x01\x02\0\0\0\0\0\0");
        assert_eq!(extra64(b"\x01\0\xFF"), b"");
        assert_eq!(number::<8>(extra64(&extra), 0), 0x201);
    }
}
