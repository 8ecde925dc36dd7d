//! Bytes to text, strictly: a byte that the encoding does not have is an error, never a replacement character.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::position::Position;
use crate::sniff::UTF8_MARK;

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
}

impl Encoding {
    fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Latin1 => "ISO-8859-1",
            Self::Windows1252 => "windows-1252",
            Self::Utf16 => "UTF-16LE",
        }
    }

    /// Whether a byte stands for a character that a data file may hold.
    fn has(self, byte: u8) -> bool {
        byte != 0
            && match self {
                Self::Latin1 => !(0x80..=0x9F).contains(&byte),
                Self::Windows1252 => !matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D),
                Self::Utf8 | Self::Utf16 => true,
            }
    }
}

const UTF16_MARKS: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];

/// The text of a body, without its byte order mark.
pub(super) fn decode<'b>(bytes: &'b [u8], encoding: Encoding, place: &str) -> Result<Cow<'b, str>, DecodeError> {
    let refuse = |byte: usize, problem: String| {
        let at = Position::in_text(bytes, byte);
        Err(DecodeError::Encoding { place: place.to_owned(), encoding: encoding.name(), at, problem })
    };
    if encoding == Encoding::Utf16 {
        return utf16(bytes, place).map(Cow::Owned);
    }
    if UTF16_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return refuse(0, "the byte order mark of UTF-16".to_owned());
    }
    if let Some(byte) = bytes.iter().position(|&byte| !encoding.has(byte)) {
        let what = if bytes[byte] == 0 { " (a null character)" } else { "" };
        return refuse(byte, format!("byte 0x{:02X}{what}", bytes[byte]));
    }
    match encoding {
        Encoding::Utf8 | Encoding::Utf16 => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text.strip_prefix('\u{FEFF}').unwrap_or(text))),
            Err(error) => refuse(error.valid_up_to(), format!("byte 0x{:02X}", bytes[error.valid_up_to()])),
        },
        // A file that begins with the mark of UTF-8 is UTF-8, whatever the definition says.
        Encoding::Latin1 | Encoding::Windows1252 if bytes.starts_with(UTF8_MARK) => refuse(0, "the byte order mark of UTF-8".to_owned()),
        Encoding::Latin1 => Ok(encoding_rs::mem::decode_latin1(bytes)),
        Encoding::Windows1252 => Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0),
    }
}

fn utf16(bytes: &[u8], place: &str) -> Result<String, DecodeError> {
    let start = if bytes.starts_with(UTF16_MARKS[0]) { 2 } else { 0 };
    let body = &bytes[start..];
    let mut text = String::with_capacity(body.len() / 2);
    let position = |text: &str| {
        let byte = start + 2 * text.encode_utf16().count();
        let line = text.matches('\n').count() as u32 + 1;
        let column = text.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
        Position::Text { line, column, byte: byte as u64 }
    };
    let units = body.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    for unit in char::decode_utf16(units) {
        let problem = match unit {
            Ok('\0') => "a null character".to_owned(),
            Err(error) => format!("the lone surrogate 0x{:04X}", error.unpaired_surrogate()),
            Ok(character) => {
                text.push(character);
                continue;
            }
        };
        let at = position(&text);
        return Err(DecodeError::Encoding { place: place.to_owned(), encoding: Encoding::Utf16.name(), at, problem });
    }
    if body.len() % 2 == 1 {
        let problem = "half a character at the end".to_owned();
        return Err(DecodeError::Truncated { place: place.to_owned(), at: position(&text), problem });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], encoding: Encoding) -> Result<String, String> {
        decode(bytes, encoding, "the body").map(Cow::into_owned).map_err(|error| error.to_string())
    }

    #[test]
    fn each_encoding_reads_its_own_bytes() {
        assert_eq!(text(b"\xEF\xBB\xBFA\xC3\x91O", Encoding::Utf8).unwrap(), "AÑO");
        assert_eq!(text(b"A\xD1O \xA9", Encoding::Latin1).unwrap(), "AÑO ©");
        assert_eq!(text(b"UNHCR\x92s mandate \x80", Encoding::Windows1252).unwrap(), "UNHCR’s mandate €");
        assert_eq!(text(b"\xFF\xFEA\0\xD1\0O\0", Encoding::Utf16).unwrap(), "AÑO");
        assert_eq!(text(b"plain", Encoding::Latin1).unwrap(), "plain");
    }

    #[test]
    fn a_byte_that_the_encoding_does_not_have_is_placed() {
        let cases: [(&[u8], Encoding, &str); 8] = [
            (b"PA\xCDS\nPer\xC3", Encoding::Utf8, "the body is not UTF-8: byte 0xCD at line 1, column 3 (byte 2)"),
            (b"a,b\n1,\0\n", Encoding::Utf8, "the body is not UTF-8: byte 0x00 (a null character) at line 2, column 3 (byte 6)"),
            (b"\xFF\xFEa\0", Encoding::Utf8, "the body is not UTF-8: the byte order mark of UTF-16 at line 1, column 1 (byte 0)"),
            (b"\xEF\xBB\xBFa", Encoding::Latin1, "the body is not ISO-8859-1: the byte order mark of UTF-8 at line 1, column 1 (byte 0)"),
            (b"a\n\x93b", Encoding::Latin1, "the body is not ISO-8859-1: byte 0x93 at line 2, column 1 (byte 2)"),
            (b"a\x81", Encoding::Windows1252, "the body is not windows-1252: byte 0x81 at line 1, column 2 (byte 1)"),
            (b"a\0\n\0\0\xD8", Encoding::Utf16, "the body is not UTF-16LE: the lone surrogate 0xD800 at line 2, column 1 (byte 4)"),
            (b"a\0\0\0", Encoding::Utf16, "the body is not UTF-16LE: a null character at line 1, column 2 (byte 2)"),
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
