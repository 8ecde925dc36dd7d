//! The text under the lexer: a window that moves over the body, checked to be UTF-8, in which every byte still has a line and a column.

use std::io::{self, Read};

use crate::error::DecodeError;
use crate::position::Position;

/// How much of the body is read at once, in bytes.
const WINDOW: usize = if cfg!(fuzzing) { 16 } else { 128 << 10 };
/// The longest token, in bytes. A text of 2 GB is no cell.
pub(crate) const MAX_TOKEN: usize = 16 << 20;
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// A window over a text.
pub(super) struct Input<R> {
    reader: R,
    place: String,
    text: String,
    /// The first byte that must stay: where the token begins that is being read.
    start: usize,
    /// The next byte to look at.
    at: usize,
    /// How many bytes the window may hold; it grows only under a longer token.
    window: usize,
    /// Where the window begins in the body.
    base: u64,
    line: u32,
    /// Where the current line begins, or what of it is in the window.
    line_from: usize,
    /// How many characters of the current line stand before `line_from`.
    line_chars: u64,
    /// The beginning of a character whose other bytes have not been read yet.
    partial: Vec<u8>,
    /// What stands behind the window, where that is not more text.
    end: Option<End>,
    /// What left the window of the values that are being captured, the innermost last, and where in the window they go on.
    captured: Vec<(String, usize)>,
}

enum End {
    Body,
    /// An incomplete character, and then the end.
    HalfCharacter,
    Byte(u8),
    Utf16,
    Read(io::Error),
    /// The error was reported; the reader is not asked again.
    Reported,
}

impl<R: Read> Input<R> {
    pub(super) fn new(reader: R, place: &str) -> Self {
        Self::resume(reader, place, 0, 1, 0)
    }

    /// Begins in the middle of a body, behind `line_chars` characters of a line.
    pub(super) fn resume(reader: R, place: &str, byte: u64, line: u32, line_chars: u64) -> Self {
        Self {
            reader,
            place: place.to_owned(),
            text: String::new(),
            start: 0,
            at: 0,
            window: WINDOW,
            base: byte,
            line,
            line_from: 0,
            line_chars,
            partial: Vec::new(),
            end: None,
            captured: Vec::new(),
        }
    }

    /// Reads fewer bytes at once.
    pub(super) fn with_window(mut self, window: usize) -> Self {
        self.window = window;
        self
    }

    /// The next byte, if it is in the window.
    #[inline]
    pub(super) fn first(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The bytes of the window from the next one on.
    #[inline]
    pub(super) fn ahead(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Passes over some of the bytes ahead.
    #[inline]
    pub(super) fn take(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Passes over some of the bytes ahead, which may have line ends, and lets go of them.
    pub(super) fn take_lines(&mut self, bytes: usize) {
        let passed = self.ahead().get(..bytes).unwrap_or_default();
        if let Some(last) = passed.iter().rposition(|&byte| byte == b'\n') {
            let lines = passed.split(|&byte| byte == b'\n').count() - 1;
            self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            self.line_from = self.at + last + 1;
            self.line_chars = 0;
        }
        self.take(bytes);
        self.begin();
    }

    /// Lets go of everything before the next byte: a token begins there.
    #[inline]
    pub(super) fn begin(&mut self) {
        self.start = self.at;
    }

    /// A part of the token that is being read or was read last; `from` and `to` count from its first byte.
    #[inline]
    pub(super) fn slice(&self, from: usize, to: usize) -> &str {
        self.text.get(self.start + from..self.start + to).unwrap_or_default()
    }

    /// Passes over white space; says whether there was any.
    #[inline]
    pub(super) fn white_space(&mut self) -> Result<bool, DecodeError> {
        if self.text.as_bytes().get(self.at).is_some_and(|&byte| byte > b' ') {
            return Ok(false);
        }
        self.pass_white_space()
    }

    fn pass_white_space(&mut self) -> Result<bool, DecodeError> {
        let mut any = false;
        loop {
            let ahead = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let mut length = 0;
            for &byte in ahead {
                match byte {
                    b' ' | b'\t' | b'\r' => {}
                    b'\n' => {
                        self.line = self.line.saturating_add(1);
                        self.line_from = self.at + length + 1;
                        self.line_chars = 0;
                    }
                    _ => break,
                }
                length += 1;
            }
            let exhausted = length == ahead.len();
            any |= length > 0;
            self.at += length;
            if !exhausted {
                return Ok(any);
            }
            self.begin();
            if !self.more()? {
                return Ok(any);
            }
        }
    }

    /// Reads on. False at the end of the body, unless it ends within a character.
    pub(super) fn more(&mut self) -> Result<bool, DecodeError> {
        if let Some(end) = self.end.take() {
            return self.ended(end).map(|()| false);
        }
        self.slide()?;
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        let before = bytes.len();
        let first = self.base == 0 && before == 0 && self.partial.is_empty();
        bytes.append(&mut self.partial);
        let room = self.window.saturating_sub(bytes.len()) as u64;
        let mut limited = (&mut self.reader).take(room);
        let read = limited.read_to_end(&mut bytes);
        let exhausted = limited.limit() > 0;
        self.end = match read {
            Err(error) => Some(End::Read(error)),
            Ok(_) if exhausted => Some(End::Body),
            Ok(_) => None,
        };
        if first && is_utf16(&bytes) {
            self.end = Some(End::Utf16);
            bytes.clear();
        }
        self.text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let (valid, broken) = (error.utf8_error().valid_up_to(), error.utf8_error().error_len().is_some());
                let mut bytes = error.into_bytes();
                let rest = bytes.split_off(valid);
                if broken {
                    self.end = rest.first().map(|byte| End::Byte(*byte));
                } else if matches!(self.end, Some(End::Body)) {
                    self.end = Some(End::HalfCharacter);
                } else {
                    self.partial = rest;
                }
                String::from_utf8(bytes).unwrap_or_default()
            }
        };
        if first && self.text.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len_utf8();
            (self.start, self.line_from) = (self.at, self.at);
        }
        // Nothing may have come but a byte order mark or a part of a character.
        if self.text.len() > before.max(self.at) { Ok(true) } else { self.more() }
    }

    /// Drops what stands before the token, and makes room.
    fn slide(&mut self) -> Result<(), DecodeError> {
        let gone = self.start.min(self.text.len());
        for (captured, from) in &mut self.captured {
            captured.push_str(self.text.get(*from..gone).unwrap_or_default());
            *from = 0;
        }
        if self.line_from < gone {
            self.line_chars += self.text.get(self.line_from..gone).map_or(0, |passed| passed.chars().count() as u64);
        }
        self.line_from = self.line_from.saturating_sub(gone);
        self.text.drain(..gone);
        self.base += gone as u64;
        self.at -= gone.min(self.at);
        self.start = 0;
        if self.text.len() + self.partial.len() >= self.window {
            if self.window >= MAX_TOKEN {
                return Err(self.too_long("a text or number", MAX_TOKEN));
            }
            self.window = (self.window * 2).max(8);
        }
        Ok(())
    }

    fn ended(&mut self, end: End) -> Result<(), DecodeError> {
        let byte = match end {
            End::Body => {
                self.end = Some(End::Body);
                return Ok(());
            }
            End::HalfCharacter => return Err(self.truncated("within a character")),
            End::Reported => "what could not be read before".to_owned(),
            End::Utf16 => "UTF-16 or UTF-32".to_owned(),
            End::Byte(byte) => format!("byte 0x{byte:02X}"),
            End::Read(source) => {
                self.end = Some(End::Reported);
                return Err(DecodeError::reading(&self.place, source));
            }
        };
        self.end = Some(End::Reported);
        let at = self.position_of(self.text.len());
        Err(DecodeError::Encoding { place: self.place.clone(), encoding: "UTF-8, as JSON must be", at, problem: byte })
    }

    /// Begins to keep the raw text from the next byte on.
    pub(super) fn capture(&mut self) {
        self.captured.push((String::new(), self.at));
    }

    /// How many bytes were captured so far.
    pub(super) fn captured_bytes(&self) -> usize {
        self.captured.last().map_or(0, |(text, from)| text.len() + self.at.saturating_sub(*from))
    }

    /// Appends what was captured since the last [`Input::capture`], if it is wanted.
    pub(super) fn end_capture(&mut self, into: Option<&mut String>) {
        if let (Some((text, from)), Some(into)) = (self.captured.pop(), into) {
            into.push_str(&text);
            into.push_str(self.text.get(from..self.at).unwrap_or_default());
        }
    }

    /// Where the token begins that is being read or was read last.
    pub(super) fn position(&self) -> Position {
        self.position_of(self.start)
    }

    /// Where the next byte stands: its offset, its line, and how many characters of the line stand before it.
    pub(super) fn place_ahead(&self) -> (u64, u32, u64) {
        (self.base + self.at as u64, self.line, self.chars_before(self.at))
    }

    fn position_of(&self, index: usize) -> Position {
        let column = (self.chars_before(index) + 1).min(u64::from(u32::MAX)) as u32;
        Position::Text { line: self.line, column, byte: self.base + index as u64 }
    }

    /// How many characters of the current line stand before a byte of the window.
    fn chars_before(&self, index: usize) -> u64 {
        self.line_chars + self.text.get(self.line_from..index).map_or(0, |passed| passed.chars().count() as u64)
    }

    /// The body ends too early.
    pub(super) fn truncated(&self, problem: &str) -> DecodeError {
        DecodeError::Truncated { place: self.place.clone(), at: self.position_of(self.text.len()), problem: problem.to_owned() }
    }

    /// A byte ahead breaks the grammar.
    pub(super) fn malformed(&self, ahead: usize, problem: String) -> DecodeError {
        DecodeError::Malformed { place: self.place.clone(), at: self.position_of(self.at + ahead), problem }
    }

    /// The character at a byte ahead, as errors name it.
    pub(super) fn found(&self, ahead: usize) -> String {
        match self.text.get(self.at + ahead..).and_then(|text| text.chars().next()) {
            None => "the end".to_owned(),
            Some(character) if character.is_control() => format!("U+{:04X}", u32::from(character)),
            Some(character) => format!("`{character}`"),
        }
    }

    pub(super) fn too_long(&self, what: &'static str, cap: usize) -> DecodeError {
        DecodeError::TooLong { place: self.place.clone(), at: self.position(), what, cap }
    }
}

/// JSON begins with two ASCII characters, so a zero among the first bytes tells the wide encodings (RFC 4627, section 3).
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..])
}
