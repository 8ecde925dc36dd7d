//! Bytes to text, strictly: a byte that the encoding does not have is an error, never a replacement character.

use std::io::{ErrorKind, Read};

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::position::Position;
use crate::sniff::UTF8_MARK;
use crate::source::Source;

/// The character encodings that publishers use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// ISO 8859-1, without its control characters: a byte from 0x80 to 0x9F means that the text is windows-1252.
    #[serde(rename = "iso-8859-1")]
    Latin1,
    /// Windows code page 1252.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// UTF-16, little-endian, as spreadsheets save "Unicode text".
    #[serde(rename = "utf-16le")]
    Utf16,
    /// UTF-16, big-endian.
    #[serde(rename = "utf-16be")]
    Utf16BigEndian,
}

impl Encoding {
    /// The registered name of the encoding.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Latin1 => "ISO-8859-1",
            Self::Windows1252 => "windows-1252",
            Self::Utf16 => "UTF-16LE",
            Self::Utf16BigEndian => "UTF-16BE",
        }
    }

    /// The byte order mark that may stand before the text.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => UTF8_MARK,
            Self::Utf16 => b"\xFF\xFE",
            Self::Utf16BigEndian => b"\xFE\xFF",
            Self::Latin1 | Self::Windows1252 => b"",
        }
    }

    pub(crate) fn is_utf16(self) -> bool {
        matches!(self, Self::Utf16 | Self::Utf16BigEndian)
    }
}

/// How much is read at once.
pub(super) const BLOCK: usize = if cfg!(fuzzing) { 16 } else { 1 << 18 };

/// Reads a source as UTF-8, piece by piece.
///
/// Text that claims to be UTF-8 passes as it is, without its byte order mark: whoever takes the pieces apart checks it, on any thread.
pub(super) struct Utf8Stream<'s> {
    reader: Box<dyn Read + Send + 's>,
    encoding: Encoding,
    place: String,
    input: Vec<u8>,
    /// How many bytes of the source are turned into text: where the next ones stand.
    byte: u64,
    line: u32,
    column: u32,
    started: bool,
    ended: bool,
}

impl<'s> Utf8Stream<'s> {
    pub(super) fn open(source: &'s dyn Source, encoding: Encoding, place: &str) -> Result<Self, DecodeError> {
        let reader = source.open(0).map_err(|source| DecodeError::Read { place: place.to_owned(), source })?;
        let (input, place) = (Vec::new(), place.to_owned());
        Ok(Self { reader, encoding, place, input, byte: 0, line: 1, column: 1, started: false, ended: false })
    }

    /// How many bytes stood before the text.
    pub(super) fn mark(&self) -> u64 {
        if self.encoding == Encoding::Utf8 { self.byte } else { 0 }
    }

    /// Adds at least one block to `text`; false at the end of the source.
    pub(super) fn read(&mut self, text: &mut Vec<u8>) -> Result<bool, DecodeError> {
        if self.ended {
            return Ok(false);
        }
        let begin = !self.started;
        if begin || self.encoding != Encoding::Utf8 {
            let more = self.input()?;
            if begin {
                self.begin()?;
            }
            self.convert(text)?;
            return Ok(more);
        }
        let start = text.len();
        text.resize(start + BLOCK, 0);
        let read = fill(&mut self.reader, &mut text[start..]).map_err(|source| self.unreadable(source))?;
        text.truncate(start + read);
        self.ended = read < BLOCK;
        Ok(read > 0)
    }

    /// Reads a block of the source; false at its end.
    fn input(&mut self) -> Result<bool, DecodeError> {
        let start = self.input.len();
        self.input.resize(start + BLOCK, 0);
        let read = fill(&mut self.reader, &mut self.input[start..]).map_err(|source| self.unreadable(source))?;
        self.input.truncate(start + read);
        self.ended = read < BLOCK;
        Ok(read > 0)
    }

    /// Looks at the byte order mark.
    fn begin(&mut self) -> Result<(), DecodeError> {
        self.started = true;
        let own = self.encoding.mark();
        if !own.is_empty() && self.input.starts_with(own) {
            self.input.drain(..own.len());
            self.byte = own.len() as u64;
            return Ok(());
        }
        // A file that begins with the mark of another encoding is in that one, whatever the definition says.
        for other in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf16BigEndian] {
            if self.input.starts_with(other.mark()) {
                return Err(self.refuse(format!("the byte order mark of {}", if other.is_utf16() { "UTF-16" } else { "UTF-8" })));
            }
        }
        Ok(())
    }

    fn convert(&mut self, text: &mut Vec<u8>) -> Result<(), DecodeError> {
        let input = std::mem::take(&mut self.input);
        match self.encoding {
            Encoding::Utf8 => text.extend_from_slice(&input),
            Encoding::Latin1 => self.single_bytes(&input, text, |byte| (!(0x80..=0x9F).contains(&byte)).then(|| char::from(byte)))?,
            Encoding::Windows1252 => self.single_bytes(&input, text, windows_1252)?,
            Encoding::Utf16 => self.utf16(&input, text, u16::from_le_bytes)?,
            Encoding::Utf16BigEndian => self.utf16(&input, text, u16::from_be_bytes)?,
        }
        Ok(())
    }

    fn single_bytes(&mut self, input: &[u8], text: &mut Vec<u8>, character: impl Fn(u8) -> Option<char>) -> Result<(), DecodeError> {
        text.reserve(input.len());
        for &byte in input {
            if byte < 0x80 {
                text.push(byte);
                self.advance(char::from(byte), 1);
            } else {
                let character = character(byte).ok_or_else(|| self.refuse(format!("byte 0x{byte:02X}")))?;
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                self.advance(character, 1);
            }
        }
        Ok(())
    }

    fn utf16(&mut self, input: &[u8], text: &mut Vec<u8>, unit: fn([u8; 2]) -> u16) -> Result<(), DecodeError> {
        let mut used = input.len() / 2 * 2;
        let units = |to: usize| input[..to].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        // The first half of a pair waits for the second.
        if !self.ended && units(used).next_back().is_some_and(|last| (0xD800..0xDC00).contains(&last)) {
            used -= 2;
        }
        for decoded in char::decode_utf16(units(used)) {
            let character = decoded.map_err(|error| self.refuse(format!("the lone surrogate 0x{:04X}", error.unpaired_surrogate())))?;
            text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            self.advance(character, 2 * character.len_utf16() as u64);
        }
        if self.ended && used < input.len() {
            let problem = "half a character at the end".to_owned();
            return Err(DecodeError::Truncated { place: self.place.clone(), at: self.position(), problem });
        }
        self.input.extend_from_slice(&input[used..]);
        Ok(())
    }

    fn advance(&mut self, character: char, bytes: u64) {
        self.byte += bytes;
        if character == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
    }

    fn position(&self) -> Position {
        Position::Text { line: self.line, column: self.column, byte: self.byte }
    }

    fn refuse(&self, problem: String) -> DecodeError {
        DecodeError::Encoding { place: self.place.clone(), encoding: self.encoding.name(), at: self.position(), problem }
    }

    fn unreadable(&self, source: std::io::Error) -> DecodeError {
        crate::error::unreadable(&self.place, source)
    }
}

fn windows_1252(byte: u8) -> Option<char> {
    let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte)).0;
    let undefined = matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
    text.chars().next().filter(|_| !undefined)
}

/// Reads until the buffer is full or the reader has no more.
fn fill(reader: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Bytes;

    fn text(bytes: &[u8], encoding: Encoding) -> Result<String, String> {
        let source = Bytes(bytes);
        let mut stream = Utf8Stream::open(&source, encoding, "the body").unwrap();
        let mut text = Vec::new();
        loop {
            match stream.read(&mut text) {
                Ok(true) => {}
                Ok(false) => return Ok(String::from_utf8(text).unwrap()),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    #[test]
    fn each_encoding_reads_its_own_bytes() {
        assert_eq!(text(b"\xEF\xBB\xBFA\xC3\x91O", Encoding::Utf8).unwrap(), "AÑO");
        assert_eq!(text(b"A\xD1O \xA9", Encoding::Latin1).unwrap(), "AÑO ©");
        assert_eq!(text(b"UNHCR\x92s mandate \x80", Encoding::Windows1252).unwrap(), "UNHCR’s mandate €");
        assert_eq!(text(b"\xFF\xFEA\0\xD1\0O\0", Encoding::Utf16).unwrap(), "AÑO");
        assert_eq!(text(b"\xFE\xFF\0A\0\xD1\0O\xD8\x3D\xDE\x00", Encoding::Utf16BigEndian).unwrap(), "AÑO😀");
        assert_eq!(text(b"plain", Encoding::Latin1).unwrap(), "plain");
        assert_eq!(text(b"", Encoding::Utf16).unwrap(), "");
    }

    #[test]
    fn pairs_are_not_torn_by_the_blocks() {
        let long: String = "a😀".repeat(BLOCK / 3);
        let bytes: Vec<u8> = long.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&bytes, Encoding::Utf16).unwrap(), long);
    }

    #[test]
    fn a_byte_that_the_encoding_does_not_have_is_placed() {
        let cases: [(&[u8], Encoding, &str); 6] = [
            (b"\xFF\xFEa\0", Encoding::Utf8, "the body is not UTF-8: the byte order mark of UTF-16 at line 1, column 1 (byte 0)"),
            (b"\xEF\xBB\xBFa", Encoding::Latin1, "the body is not ISO-8859-1: the byte order mark of UTF-8 at line 1, column 1 (byte 0)"),
            (b"a\n\x93b", Encoding::Latin1, "the body is not ISO-8859-1: byte 0x93 at line 2, column 1 (byte 2)"),
            (b"a\x81", Encoding::Windows1252, "the body is not windows-1252: byte 0x81 at line 1, column 2 (byte 1)"),
            (b"a\0\n\0\0\xD8", Encoding::Utf16, "the body is not UTF-16LE: the lone surrogate 0xD800 at line 2, column 1 (byte 4)"),
            (b"\xFE\xFF\0a", Encoding::Utf16, "the body is not UTF-16LE: the byte order mark of UTF-16 at line 1, column 1 (byte 0)"),
        ];
        for (bytes, encoding, message) in cases {
            assert_eq!(text(bytes, encoding).unwrap_err(), message);
        }
    }

    #[test]
    fn half_a_character_is_a_cut() {
        assert_eq!(
            text(b"a\0b", Encoding::Utf16).unwrap_err(),
            "the body is cut off at line 1, column 2 (byte 2): half a character at the end"
        );
    }
}
