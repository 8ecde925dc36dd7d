//! The encoding of a text that nobody declared, from all of its bytes.

use std::io::{self, ErrorKind};

use super::encoding::{BLOCK, Encoding};
use crate::source::Source;

/// What all bytes of a text prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// The encoding.
    pub encoding: Encoding,
    /// By what, such as `its byte order mark`.
    pub by: &'static str,
    /// Whether the text ends with a null character, as one does that fills whole blocks.
    pub padded: bool,
}

impl Encoding {
    /// Proves the encoding of a text by reading all of it: its byte order mark decides, else that it is UTF-8 throughout, else that it has
    /// bytes that only windows-1252 gives a character, else ISO-8859-1.
    ///
    /// A text that has more characters of UTF-8 than bytes that belong to none is UTF-8 with mistakes in it: reading it fails at the first of
    /// them. As any other, it would be full of `Ã±`.
    pub fn prove(source: &dyn Source) -> io::Result<Proof> {
        let mut reader = source.open(0)?;
        let (mut held, mut buffer) = (Vec::new(), vec![0; BLOCK]);
        let mut seen = Seen::default();
        let mut mark = None;
        let mut first = true;
        loop {
            let read = match reader.read(&mut buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read?,
            };
            let block = &buffer[..read];
            seen.last = block.last().copied().or(seen.last);
            held.extend_from_slice(block);
            if first && held.len() < 3 && read > 0 {
                continue;
            }
            if std::mem::take(&mut first) {
                mark = [Self::Utf8, Self::Utf16, Self::Utf16BigEndian].into_iter().find(|encoding| held.starts_with(encoding.mark()));
            }
            match mark {
                Some(Self::Utf8) => held.clear(),
                Some(encoding) => return Ok(Proof { encoding, by: "its byte order mark", padded: false }),
                None => {
                    // A character may be cut in two by the end of a block, never by the end of the text.
                    let rest = seen.look(&held, read == 0);
                    held.drain(..held.len() - rest);
                }
            }
            if read == 0 {
                return Ok(seen.proof(mark));
            }
        }
    }
}

/// What was seen of a text.
#[derive(Default)]
struct Seen {
    /// Characters of several bytes, and bytes that belong to no character of UTF-8.
    characters: u64,
    invalid: u64,
    /// Whether ISO 8859-1 has no character for some byte.
    windows: bool,
    last: Option<u8>,
}

impl Seen {
    /// Looks at some bytes; says how many of the last ones may be the beginning of a character.
    fn look(&mut self, bytes: &[u8], last: bool) -> usize {
        if bytes.is_ascii() {
            return 0;
        }
        self.windows |= bytes.iter().any(|byte| (0x80..=0x9F).contains(byte));
        let mut left = bytes.len();
        for chunk in bytes.utf8_chunks() {
            let (valid, invalid) = (chunk.valid().as_bytes(), chunk.invalid());
            self.characters += valid.iter().filter(|byte| **byte >= 0xC0).count() as u64;
            left -= valid.len() + invalid.len();
            let unfinished = left == 0 && !last && std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if unfinished {
                return invalid.len();
            }
            self.invalid += u64::from(!invalid.is_empty());
        }
        0
    }

    fn proof(&self, mark: Option<Encoding>) -> Proof {
        let (encoding, by) = match mark {
            Some(encoding) => (encoding, "its byte order mark"),
            None if self.invalid == 0 => (Encoding::Utf8, "every byte of it being valid"),
            None if self.characters > self.invalid => (Encoding::Utf8, "most of its characters, though not all"),
            None if self.windows => (Encoding::Windows1252, "bytes that are not UTF-8 and that ISO-8859-1 has no character for"),
            None => (Encoding::Latin1, "bytes that are not UTF-8"),
        };
        Proof { encoding, by, padded: self.last == Some(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Bytes;

    fn prove(text: &[u8]) -> (Encoding, bool) {
        let Proof { encoding, padded, .. } = Encoding::prove(&Bytes(text)).unwrap();
        (encoding, padded)
    }

    #[test]
    fn all_bytes_decide() {
        // A mark of one encoding in the middle is text of another.
        assert_eq!(prove(b""), (Encoding::Utf8, false));
        assert_eq!(prove("año\u{FEFF}".as_bytes()), (Encoding::Utf8, false));
        assert_eq!(prove(b"a\xF1o"), (Encoding::Latin1, false));
        assert_eq!(prove(b"a\xF1o \x96"), (Encoding::Windows1252, false));
        assert_eq!(prove(b"half \xC3"), (Encoding::Latin1, false));
        assert_eq!(prove(&[vec![b'a'; 3 * BLOCK], vec![0xF1]].concat()), (Encoding::Latin1, false));
        assert_eq!(prove(b"\xFF\xFEa\0"), (Encoding::Utf16, false));
        assert_eq!(prove(b"\xFE\xFF\0a"), (Encoding::Utf16BigEndian, false));
        assert_eq!(prove("\u{FEFF}a\0".as_bytes()), (Encoding::Utf8, true));
        assert_eq!(prove("ñ\0\0".as_bytes()), (Encoding::Utf8, true));
        // Characters on every border of a block.
        for before in 0..4 {
            let text = [vec![b'a'; before], "ñ€𝄞".repeat(BLOCK / 4).into_bytes()].concat();
            assert_eq!(prove(&text), (Encoding::Utf8, false), "{before}");
            assert_eq!(prove(&text[..text.len() - 1]), (Encoding::Utf8, false), "cut in the last character, {before}");
        }
    }

    #[test]
    fn a_text_of_utf8_with_a_mistake_is_no_text_of_another_encoding() {
        let text = [b"1,\xFF\n".to_vec(), "2,ñandú\n".repeat(30_000).into_bytes()].concat();
        assert_eq!(Encoding::prove(&Bytes(&text)).unwrap().by, "most of its characters, though not all");
        assert_eq!(prove(&text).0, Encoding::Utf8);
        // `Ã±` in ISO 8859-1, among others.
        assert_eq!(prove(b"\xC3\xB1 a\xF1o espa\xF1ol"), (Encoding::Latin1, false));
    }
}
