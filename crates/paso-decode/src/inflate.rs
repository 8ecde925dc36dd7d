//! Inflation under a cap. Declared sizes can lie, so a budget is charged with what really comes out.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::DecodeError;
use crate::position::Position;

/// How many members an archive may have. The largest workbook seen has 61.
pub const MAX_MEMBERS: usize = 4096;

const BUFFER: usize = 64 * 1024;

/// How many bytes may still be inflated.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    cap: u64,
    left: u64,
}

impl Budget {
    /// A budget of `cap` bytes.
    pub fn new(cap: u64) -> Self {
        Self { cap, left: cap }
    }

    /// Reads everything that `reader` yields, handing each piece to `take`. `member` names it in errors.
    ///
    /// Fails with [`DecodeError::TooLarge`] as soon as the budget is spent.
    pub fn read_pieces(&mut self, mut reader: impl Read, member: &str, mut take: impl FnMut(&[u8])) -> Result<(), DecodeError> {
        let mut buffer = vec![0; BUFFER];
        loop {
            let read = match reader.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(source) if source.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(DecodeError::Member { member: member.to_owned(), source }),
            };
            self.left = self
                .left
                .checked_sub(read as u64)
                .ok_or_else(|| DecodeError::TooLarge { member: format!("member \"{member}\""), cap: self.cap })?;
            take(&buffer[..read]);
        }
    }

    /// Everything that `reader` yields.
    pub fn read(&mut self, reader: impl Read, member: &str) -> Result<Vec<u8>, DecodeError> {
        let mut bytes = Vec::new();
        self.read_pieces(reader, member, |piece| bytes.extend_from_slice(piece))?;
        Ok(bytes)
    }
}

/// An archive whose members are inflated under one budget.
pub(crate) struct Members<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    budget: Budget,
}

impl<'a> Members<'a> {
    /// Opens the archive.
    pub(crate) fn open(body: &'a [u8], cap: u64) -> Result<Self, DecodeError> {
        let archive = ZipArchive::new(Cursor::new(body)).map_err(|source| unreadable(body, source))?;
        if archive.len() > MAX_MEMBERS {
            return Err(DecodeError::TooManyMembers { found: archive.len(), cap: MAX_MEMBERS });
        }
        Ok(Self { archive, budget: Budget::new(cap) })
    }

    /// The names of the members that are files, with their indexes, in the order of the archive.
    pub(crate) fn names(&mut self) -> Result<Vec<(usize, String)>, DecodeError> {
        let mut names = Vec::new();
        for index in 0..self.archive.len() {
            let member = self.archive.by_index_raw(index).map_err(|source| DecodeError::Archive { source })?;
            let name = member.name().map_err(|source| DecodeError::Archive { source })?.into_owned();
            if !name.ends_with('/') {
                names.push((index, name));
            }
        }
        Ok(names)
    }

    /// Inflates a member.
    pub(crate) fn read(&mut self, index: usize, name: &str) -> Result<Vec<u8>, DecodeError> {
        let member = self.archive.by_index(index).map_err(|source| DecodeError::Archive { source })?;
        self.budget.read(member, name)
    }
}

/// The directory of an archive stands at its end: without it, the rest was cut off.
fn unreadable(body: &[u8], source: ZipError) -> DecodeError {
    const DIRECTORY_END: &[u8] = b"PK\x05\x06";
    if body.windows(DIRECTORY_END.len()).any(|window| window == DIRECTORY_END) {
        return DecodeError::Archive { source };
    }
    DecodeError::Truncated {
        place: "the archive".to_owned(),
        at: Position::Byte(body.len() as u64),
        problem: "its directory, which stands at the end, is missing".to_owned(),
    }
}

/// Whether an archive is an XLSX workbook, judged by its directory, or by its first member where the directory was cut off.
pub(crate) fn is_workbook(body: &[u8]) -> bool {
    match ZipArchive::new(Cursor::new(body)) {
        Ok(archive) => {
            let has = |wanted: &[u8]| archive.file_names_raw().any(|name| name.eq_ignore_ascii_case(wanted));
            has(b"[Content_Types].xml") && archive.file_names_raw().any(|name| name.to_ascii_lowercase().starts_with(b"xl/"))
        }
        Err(_) => first_name(body).is_some_and(|name| {
            name == b"[Content_Types].xml" || [&b"xl/"[..], b"_rels/", b"docProps/"].iter().any(|p| name.starts_with(p))
        }),
    }
}

/// The name in the archive's first local header.
fn first_name(body: &[u8]) -> Option<&[u8]> {
    const NAME_LENGTH: usize = 26;
    const NAME: usize = 30;
    let length = u16::from_le_bytes([*body.get(NAME_LENGTH)?, *body.get(NAME_LENGTH + 1)?]);
    body.get(NAME..NAME + usize::from(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::zipped;

    #[test]
    fn a_member_within_the_budget_is_inflated_whole() {
        let body = zipped(&[("a.csv", b"x,y\n1,2\n".to_vec()), ("folder/", Vec::new())]);
        let mut members = Members::open(&body, 100).unwrap();
        assert_eq!(members.names().unwrap(), [(0, "a.csv".to_owned())]);
        assert_eq!(members.read(0, "a.csv").unwrap(), b"x,y\n1,2\n");
    }

    #[test]
    fn a_bomb_is_stopped_at_the_cap_and_named() {
        let body = zipped(&[("small.csv", vec![b'1'; 10]), ("bomb.csv", vec![b'0'; 10_000_000])]);
        assert!(body.len() < 100_000, "a bomb is small: {}", body.len());
        let mut members = Members::open(&body, 1_000_000).unwrap();
        members.read(0, "small.csv").unwrap();
        let error = members.read(1, "bomb.csv").unwrap_err();
        assert_eq!(error.to_string(), "member \"bomb.csv\" is larger than 1000000 bytes once inflated");
    }

    #[test]
    fn a_declared_size_that_lies_does_not_help_the_bomb() {
        let mut body = zipped(&[("bomb.csv", vec![b'0'; 1_000_000])]);
        // The uncompressed size stands 22 bytes into the local header and 24 into the directory's entry: both now claim 10 bytes.
        let directory = body.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
        for at in [22, directory + 24] {
            body[at..at + 4].copy_from_slice(&10u32.to_le_bytes());
        }
        let error = Members::open(&body, 100_000).and_then(|mut members| members.read(0, "bomb.csv")).unwrap_err();
        assert!(matches!(error, DecodeError::TooLarge { .. } | DecodeError::Member { .. }), "{error}");
    }

    #[test]
    fn the_budget_is_shared_by_all_members() {
        let body = zipped(&[("a", vec![b'0'; 600]), ("b", vec![b'0'; 600])]);
        let mut members = Members::open(&body, 1000).unwrap();
        members.read(0, "a").unwrap();
        assert!(matches!(members.read(1, "b"), Err(DecodeError::TooLarge { cap: 1000, .. })));
    }

    #[test]
    fn a_truncated_archive_says_where_it_ends() {
        let body = zipped(&[("a.csv", b"x,y\n1,2\n".to_vec())]);
        let cut = &body[..30];
        let error = Members::open(cut, 100).err().unwrap();
        assert_eq!(error.to_string(), "the archive is cut off at byte 30: its directory, which stands at the end, is missing");
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        let mut body = zipped(&[("a.csv", (0..=255u8).cycle().take(5000).collect())]);
        body[60] ^= 0x10;
        let error = Members::open(&body, 10_000).and_then(|mut members| members.read(0, "a.csv")).unwrap_err();
        assert!(matches!(error, DecodeError::Member { .. } | DecodeError::Archive { .. }), "{error}");
    }

    #[test]
    fn archives_with_absurdly_many_members_are_refused() {
        let names: Vec<String> = (0..=MAX_MEMBERS).map(|n| format!("{n}")).collect();
        let members: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (name.as_str(), Vec::new())).collect();
        let error = Members::open(&zipped(&members), 100).err().unwrap();
        assert_eq!(error.to_string(), "the archive has 4097 members, more than 4096");
    }
}
