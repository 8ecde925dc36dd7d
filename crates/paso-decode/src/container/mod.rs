//! What stands around a message: gzip, Zstandard, a ZIP archive. All of it inflates while it is read, under a cap, with every checksum
//! and every size verified by what really comes out. `lib.rs` tells readers of it, for this module is private.
//!
//! # gzip: [RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)
//!
//! ```text
//! 1f 8b 08 flags time… [extra] [name\0] [comment\0] [checksum]   deflated data   crc32 size      a member
//! 1f 8b 08 …                                                                                     another one
//! 00 00 00 …                                                                                     padding
//! ```
//!
//! Several members may stand one after the other, as daily files appended with `cat` are: what they hold is one message. Zero bytes after the
//! last one are padding (tapes, block devices); anything else is an error that names its byte, because a download manager that appends an HTML
//! page to a good file would otherwise go unseen. A file that ends between two members is whole: nothing tells how many there were.
//!
//! # Zstandard: [RFC 8878](https://www.rfc-editor.org/rfc/rfc8878)
//!
//! ```text
//! 28 b5 2f fd header blocks… [checksum]      a frame
//! 50 2a 4d 18 03 00 00 00 'a' 'b' 'c'        a frame that holds no data (50 to 5f), passed over
//! ```
//!
//! Several frames may follow each other. The window that a frame asks for is at most 128 MiB. The checksum is optional: without it, a changed byte
//! may go unseen, and a cut does not.
//!
//! # ZIP: PKWARE [APPNOTE](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT)
//!
//! ```text
//! PK\3\4 header "a.csv" deflated data        members, each with a header of its own; a program may stand before the first
//! PK\1\2 line "a.csv" sizes checksum         the directory: a line for each
//! PK\5\6 where the directory begins          the end, and a comment
//! ```
//!
//! The directory stands at the end, so that a file that was cut off is noticed at once. Sizes are declared twice and both can lie: nothing is
//! reserved on the word of a header, and a member that holds more than it declares is an error, and so is one that is encrypted or packed in
//! another way than by deflate. Archives and members of more than 4 GiB have 64-bit sizes. Names without the UTF-8 flag are UTF-8 where they can be,
//! else of code page 437: `Poblaci\xA2n.csv` is `Población.csv`. Which member is meant is declared (`member = "API_"` under `decode`), or there is one data file:
//! folders and hidden files (`__MACOSX/._a.csv`) do not count, and neither do documents where there is one table.
//!
//! # Bounds
//!
//! A ratio between the sizes says nothing: a table of zeros shrinks a thousandfold and is data. Only what comes out is limited, by
//! [`Limits::max_inflated_bytes`], for each reader that is opened: each member of an archive and each of two containers counts for itself.
//!
//! Nothing is unpacked to disk. A source inside a container opens at an offset by inflating from the start and throwing away what stands
//! before it. An archive inside of a container needs random access, so it is kept in memory, up to [`RESIDENT`] bytes. At most [`MAX_DEPTH`]
//! containers stand in each other.

mod archive;
mod checked;
mod directory;
mod gzip;
mod pattern;
mod zstandard;

use std::io::{self, Read};
use std::sync::Arc;

use crate::batch::Limits;
use crate::error::DecodeError;
use crate::position::Position;
use crate::source::{Source, head};

pub(crate) use archive::Archive;
use gzip::Gzip;
pub(crate) use pattern::{is_pattern, matches};
use zstandard::Zstandard;

/// How many containers may stand around a message, such as a gzip file in a ZIP archive.
const MAX_DEPTH: usize = 2;

/// The most bytes of an archive that stands in another container.
pub(crate) const RESIDENT: u64 = 256 << 20;

/// A message without what stood around it.
pub(crate) struct Opened<'s> {
    /// The message itself.
    pub(crate) source: Box<dyn Source + 's>,
    /// The archive member that it is; none outside of an archive.
    pub(crate) member: Option<Arc<str>>,
    trail: Vec<String>,
}

impl Opened<'_> {
    /// What was peeled off, from the outside, such as `gzip, then member "a.csv" of a ZIP archive`.
    pub(crate) fn trail(&self) -> Option<String> {
        (!self.trail.is_empty()).then(|| self.trail.join(", then "))
    }
}

/// A source that somebody else owns.
pub(crate) struct Whole<'s>(pub(crate) &'s dyn Source);

impl Source for Whole<'_> {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        self.0.open(offset)
    }

    fn size(&self) -> Option<u64> {
        self.0.size()
    }
}

/// Bytes that were inflated into memory.
struct Resident(Vec<u8>);

impl Source for Resident {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.0.len());
        Ok(Box::new(&self.0[start..]))
    }

    fn size(&self) -> Option<u64> {
        Some(self.0.len() as u64)
    }
}

/// A container, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Gzip,
    Zstandard,
    Zip,
}

const SIGNATURES: [(&[u8], Container); 4] = [
    (b"\x1F\x8B", Container::Gzip),
    (b"\x28\xB5\x2F\xFD", Container::Zstandard),
    (b"PK\x03\x04", Container::Zip),
    (b"PK\x05\x06", Container::Zip),
];

/// Peels the containers off a message. In an archive, `member` says which one is meant: by its name, by a pattern with `*` and `?`, or by
/// the beginning of its name; without it, the archive must hold one data file. A workbook is an archive and no container: it stays whole.
pub(crate) fn unwrap<'s>(source: &'s dyn Source, member: Option<&str>, limits: Limits) -> Result<Opened<'s>, DecodeError> {
    let mut opened = Opened { source: Box::new(Whole(source)), member: None, trail: Vec::new() };
    loop {
        let place = opened.trail().map_or_else(|| "the body".to_owned(), |trail| format!("what stands in {trail}"));
        let start = head(opened.source.as_ref(), 4).map_err(|error| DecodeError::reading(&place, error))?;
        let Some(&(_, container)) = SIGNATURES.iter().find(|(signature, _)| start.starts_with(signature)) else { return Ok(opened) };
        let depth = opened.trail.len();
        match container {
            Container::Zip => {
                let source = seekable(opened.source, &place, limits)?;
                let archive = Archive::open(source, limits.max_inflated_bytes)?;
                if archive.is_workbook() {
                    opened.source = archive.into_source();
                    return Ok(opened);
                }
                let index = archive.choose(member)?;
                let name: Arc<str> = archive.name(index).into();
                opened.trail.push(format!("member \"{name}\" of a ZIP archive"));
                opened.source = Box::new(archive.into_member(index)?);
                opened.member = Some(name);
            }
            Container::Gzip => {
                opened.trail.push("gzip".to_owned());
                opened.source = Box::new(Gzip::new(opened.source, limits.max_inflated_bytes));
            }
            Container::Zstandard => {
                opened.trail.push("Zstandard".to_owned());
                opened.source = Box::new(Zstandard::new(opened.source, limits.max_inflated_bytes));
            }
        }
        if depth == MAX_DEPTH {
            let problem = format!("more than {MAX_DEPTH} containers stand in each other: {}", opened.trail.join(", then "));
            return Err(DecodeError::Malformed { place: "the body".to_owned(), at: Position::Byte(0), problem });
        }
    }
}

/// The members of the archive around a message, each with the bytes that it declares; none where there is no archive.
pub(crate) fn members(source: &dyn Source, limits: Limits) -> Result<Vec<(String, u64)>, DecodeError> {
    let mut inner: Box<dyn Source + '_> = Box::new(Whole(source));
    for _ in 0..=MAX_DEPTH {
        let start = head(inner.as_ref(), 4).map_err(|error| DecodeError::reading("the body", error))?;
        inner = match SIGNATURES.iter().find(|(signature, _)| start.starts_with(signature)) {
            Some((_, Container::Gzip)) => Box::new(Gzip::new(inner, limits.max_inflated_bytes)),
            Some((_, Container::Zstandard)) => Box::new(Zstandard::new(inner, limits.max_inflated_bytes)),
            Some((_, Container::Zip)) => {
                let archive = Archive::open(seekable(inner, "the archive", limits)?, limits.max_inflated_bytes)?;
                return Ok(if archive.is_workbook() { Vec::new() } else { archive.members() });
            }
            None => break,
        };
    }
    Ok(Vec::new())
}

/// The archive itself where it can be read anywhere, else a copy in memory.
fn seekable<'s>(source: Box<dyn Source + 's>, place: &str, limits: Limits) -> Result<Box<dyn Source + 's>, DecodeError> {
    if source.size().is_some() {
        return Ok(source);
    }
    let cap = limits.max_inflated_bytes.min(RESIDENT);
    let bytes =
        head(source.as_ref(), usize::try_from(cap + 1).unwrap_or(usize::MAX)).map_err(|error| DecodeError::reading(place, error))?;
    if bytes.len() as u64 > cap {
        return Err(DecodeError::TooLarge { member: format!("{place}, an archive that has to be kept in memory,"), cap });
    }
    Ok(Box::new(Resident(bytes)))
}

/// A reader that stands at an offset of what it inflates.
fn skip<'r>(mut reader: Box<dyn Read + Send + 'r>, offset: u64) -> io::Result<Box<dyn Read + Send + 'r>> {
    io::copy(&mut reader.by_ref().take(offset), &mut io::sink())?;
    Ok(reader)
}

#[cfg(test)]
mod tests;
