//! The XML of workbook parts, one tag or text after the other, without a tree.
//!
//! Office Open XML is a small dialect: UTF-8, no document type, no entities but the five of XML and characters by number. That is what is
//! read here; anything else is an error. A tag or text longer than [`MAX_TOKEN`] is one too, so that memory stays bounded.

use std::io::Read;

use crate::error::DecodeError;
use crate::position::Position;

/// The longest tag or text. A cell holds 32,767 characters at most.
const MAX_TOKEN: usize = 16 << 20;
const FIRST_BUFFER: usize = if cfg!(fuzzing) { 16 } else { 64 << 10 };

/// A piece of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'x> {
    /// `<name …>`, or `<name …/>`, which has no end.
    Start { name: &'x [u8], attributes: Attributes<'x>, empty: bool },
    /// `</name>`.
    End { name: &'x [u8] },
    /// Text with its entities.
    Text(&'x [u8]),
    /// Text without entities (`CDATA`).
    Literal(&'x [u8]),
    /// The end of the document.
    Eof,
}

/// The attributes of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attributes<'x>(&'x [u8]);

/// A reader of XML.
pub(super) struct Xml<R> {
    reader: R,
    /// How errors call the part.
    place: String,
    /// Where errors say that it stands; the byte, where that is not known better.
    pub(super) at: Option<Position>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// The bytes before the buffer.
    offset: u64,
    /// How many elements are open, and whether there was any tag: a part that was cut off between two tags is told by them alone.
    depth: u64,
    begun: bool,
}

impl<R: Read> Xml<R> {
    pub(super) fn new(reader: R, place: String) -> Self {
        Self { reader, place, at: None, buffer: vec![0; FIRST_BUFFER], start: 0, end: 0, offset: 0, depth: 0, begun: false }
    }

    /// How errors call the part.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// An error at the current place.
    pub(super) fn malformed(&self, problem: impl Into<String>) -> DecodeError {
        let at = self.at.unwrap_or(Position::Byte(self.offset + self.start as u64));
        DecodeError::Malformed { place: self.place.clone(), at, problem: problem.into() }
    }

    /// The next piece. Comments and processing instructions are passed over. A document ends when its root is closed, and not before.
    pub(super) fn next(&mut self) -> Result<Token<'_>, DecodeError> {
        loop {
            if self.start == self.end && !self.fill()? {
                return if self.begun && self.depth == 0 { Ok(Token::Eof) } else { Err(self.ends()) };
            }
            if self.offset == 0 && self.start == 0 {
                self.check_encoding()?;
            }
            if self.buffer[self.start] != b'<' {
                let length = self.find(0, |bytes| bytes.iter().position(|byte| *byte == b'<'))?.unwrap_or(self.end - self.start);
                let text = self.take(length);
                return Ok(Token::Text(&self.buffer[text]));
            }
            while self.end - self.start < CDATA.len() && self.fill()? {}
            let start = &self.buffer[self.start..self.end];
            if start.starts_with(COMMENT) {
                self.delimited(COMMENT.len(), b"-->")?;
            } else if start.starts_with(b"<?") {
                self.delimited(2, b"?>")?;
            } else if start.starts_with(CDATA) {
                let text = self.delimited(CDATA.len(), b"]]>")?;
                return Ok(Token::Literal(&self.buffer[text]));
            } else if start.starts_with(b"<!") {
                return Err(self.malformed("a document type declaration, which no workbook has"));
            } else {
                return self.tag();
            }
        }
    }

    /// Reads on to the end of an element whose start was read.
    pub(super) fn skip_element(&mut self) -> Result<(), DecodeError> {
        let mut depth = 1u32;
        while depth > 0 {
            match self.next()? {
                Token::Start { empty: false, .. } => depth += 1,
                Token::End { .. } => depth -= 1,
                Token::Eof => return Err(self.ends()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Collects the text of an element whose start was read, up to its end; elements in it are passed over.
    pub(super) fn text(&mut self, into: &mut Vec<u8>) -> Result<(), DecodeError> {
        loop {
            match self.next()? {
                Token::Text(text) => into.extend_from_slice(text),
                // Escaped, so that it reads back as what it is.
                Token::Literal(text) => {
                    into.extend(text.iter().flat_map(|byte| if *byte == b'&' { &b"&amp;"[..] } else { std::slice::from_ref(byte) }));
                }
                Token::End { .. } => return Ok(()),
                Token::Start { empty: true, .. } => {}
                Token::Start { .. } => self.skip_element()?,
                Token::Eof => return Err(self.ends()),
            }
            if into.len() > MAX_TOKEN {
                return Err(self.too_long());
            }
        }
    }

    /// Reads what is left, so that the checksum of the member is verified.
    pub(super) fn finish(mut self) -> Result<(), DecodeError> {
        let drained = std::io::copy(&mut self.reader, &mut std::io::sink());
        drained.map(|_| ()).map_err(|error| DecodeError::reading(&self.place, error))
    }

    /// The document ended inside of an element.
    pub(super) fn ends(&self) -> DecodeError {
        self.malformed("it ends in the middle")
    }

    fn too_long(&self) -> DecodeError {
        self.malformed(format!("a tag or text of more than {MAX_TOKEN} bytes"))
    }

    fn tag(&mut self) -> Result<Token<'_>, DecodeError> {
        let mut quote = 0;
        let close = |bytes: &[u8]| {
            bytes.iter().position(|&byte| {
                match (quote, byte) {
                    (0, b'"' | b'\'') => quote = byte,
                    (0, b'>') => return true,
                    (open, byte) if open == byte => quote = 0,
                    _ => {}
                }
                false
            })
        };
        let Some(length) = self.find(1, close)? else { return Err(self.ends()) };
        let tag = self.take(length + 1);
        let inner = &self.buffer[tag.start + 1..tag.end - 1];
        // Who looks for what stands behind the cells begins in the middle, and may meet the end of the root only.
        self.begun = true;
        if let Some(name) = inner.strip_prefix(b"/") {
            self.depth = self.depth.saturating_sub(1);
            return Ok(Token::End { name: local(name.trim_ascii_end()) });
        }
        let (inner, empty) = inner.strip_suffix(b"/").map_or((inner, false), |inner| (inner, true));
        self.depth += u64::from(!empty);
        let end = inner.iter().position(u8::is_ascii_whitespace).unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(end);
        Ok(Token::Start { name: local(name), attributes: Attributes(attributes), empty })
    }

    /// Takes a piece up to its closing mark, and yields what stands between.
    fn delimited(&mut self, from: usize, mark: &[u8]) -> Result<std::ops::Range<usize>, DecodeError> {
        let mut seen = Vec::with_capacity(mark.len());
        let closes = |bytes: &[u8]| {
            bytes.iter().position(|&byte| {
                if seen.len() == mark.len() {
                    seen.remove(0);
                }
                seen.push(byte);
                seen == mark
            })
        };
        let Some(last) = self.find(from, closes)? else { return Err(self.ends()) };
        let piece = self.take(last + 1);
        Ok(piece.start + from..piece.end - mark.len())
    }

    /// Where a search through what follows succeeds, counted from the current byte; none at the end of the document.
    fn find(&mut self, from: usize, mut search: impl FnMut(&[u8]) -> Option<usize>) -> Result<Option<usize>, DecodeError> {
        let mut searched = from;
        loop {
            let window = self.buffer.get(self.start + searched..self.end).unwrap_or_default();
            if let Some(at) = search(window) {
                return Ok(Some(searched + at));
            }
            searched = searched.max(self.end - self.start);
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn take(&mut self, length: usize) -> std::ops::Range<usize> {
        let piece = self.start..self.start + length;
        self.start = piece.end;
        piece
    }

    /// Reads more bytes behind those that were not taken yet; false at the end.
    fn fill(&mut self) -> Result<bool, DecodeError> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.offset += self.start as u64;
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            if self.end >= MAX_TOKEN {
                return Err(self.too_long());
            }
            self.buffer.resize(self.end * 2, 0);
        }
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(read) => {
                    self.end += read;
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(DecodeError::reading(&self.place, error)),
            }
        }
    }

    /// A byte order mark is dropped, and UTF-16 refused.
    fn check_encoding(&mut self) -> Result<(), DecodeError> {
        while self.end - self.start < 4 && self.fill()? {}
        let start = &self.buffer[self.start..self.end];
        if start.starts_with(b"\xFE\xFF") || start.starts_with(b"\xFF\xFE") || start.iter().take(4).any(|byte| *byte == 0) {
            return Err(self.malformed("it is no UTF-8 text"));
        }
        if start.starts_with(b"\xEF\xBB\xBF") {
            self.start += 3;
        }
        Ok(())
    }
}

const COMMENT: &[u8] = b"<!--";
const CDATA: &[u8] = b"<![CDATA[";

/// A name without the prefix of its namespace.
fn local(name: &[u8]) -> &[u8] {
    name.iter().rposition(|byte| *byte == b':').map_or(name, |at| &name[at + 1..])
}

impl<'x> Attributes<'x> {
    /// Every attribute: its name without a prefix, and its raw value.
    pub(super) fn iter(self) -> impl Iterator<Item = (&'x [u8], &'x [u8])> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            rest = rest.trim_ascii_start();
            let equals = rest.iter().position(|byte| *byte == b'=')?;
            let name = rest[..equals].trim_ascii_end();
            let value = rest[equals + 1..].trim_ascii_start();
            let (quote, value) = value.split_first()?;
            let end = value.iter().position(|byte| byte == quote)?;
            rest = &value[end + 1..];
            Some((local(name), &value[..end]))
        })
    }

    /// The raw value of an attribute.
    pub(super) fn get(self, wanted: &str) -> Option<&'x [u8]> {
        self.iter().find(|(name, _)| *name == wanted.as_bytes()).map(|(_, value)| value)
    }

    /// The text of an attribute; none where it is absent or no text.
    pub(super) fn text(self, wanted: &str) -> Option<String> {
        let mut text = String::new();
        unescape(self.get(wanted)?, &mut text).ok()?;
        Some(text)
    }
}

/// Appends a text, its entities replaced and its line ends made `\n`.
pub(super) fn unescape(raw: &[u8], into: &mut String) -> Result<(), String> {
    let text = std::str::from_utf8(raw).map_err(|error| format!("its text is no UTF-8: {error}"))?;
    if !text.contains(['&', '\r']) {
        into.push_str(text);
        return Ok(());
    }
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\r']) {
        into.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('\r') {
            into.push('\n');
            rest = after.strip_prefix('\n').unwrap_or(after);
            continue;
        }
        let Some(end) = rest.find(';') else { return Err("a `&` that begins no entity".to_owned()) };
        let entity = &rest[1..end];
        into.push(
            character(entity).ok_or_else(|| format!("the entity `&{};` is not defined", entity.chars().take(20).collect::<String>()))?,
        );
        rest = &rest[end + 1..];
    }
    into.push_str(rest);
    Ok(())
}

fn character(entity: &str) -> Option<char> {
    Some(match entity {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = number.strip_prefix(['x', 'X']).map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16));
            char::from_u32(code.ok()?)?
        }
    })
}

/// Replaces what a workbook writes for characters that XML cannot hold: `_x000D_` is a carriage return, `_x005F_` an underscore.
pub(super) fn unescape_controls(text: &mut String, from: usize) {
    let Some(first) = text.get(from..).and_then(|text| text.find("_x")) else { return };
    let tail = text.split_off(from + first);
    let mut rest = tail.as_str();
    while let Some(at) = rest.find("_x") {
        text.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let code = code.filter(|_| rest.get(at + 6..at + 7) == Some("_")).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        if let Some(character) = code.and_then(char::from_u32) {
            text.push(character);
            rest = &rest[at + 7..];
        } else {
            text.push_str("_x");
            rest = &rest[at + 2..];
        }
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One byte for each call of `read`, so that every piece is cut everywhere.
    struct Slow<'b>(&'b [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn tokens(reader: impl Read) -> Result<Vec<String>, DecodeError> {
        let mut xml = Xml::new(reader, "member \"x\"".to_owned());
        let mut found = Vec::new();
        loop {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            found.push(match xml.next()? {
                Token::Eof => return Ok(found),
                Token::Start { name, attributes, empty } => {
                    let pairs: Vec<String> = attributes.iter().map(|(name, value)| format!(" {}={}", text(name), text(value))).collect();
                    format!("{}{}{}", text(name), pairs.concat(), if empty { "/" } else { "" })
                }
                Token::End { name } => format!("/{}", text(name)),
                Token::Text(bytes) => format!("'{}'", text(bytes)),
                Token::Literal(bytes) => format!("\"{}\"", text(bytes)),
            });
        }
    }

    const DOCUMENT: &str =
        "\u{FEFF}<?xml version='1.0'?><!-- <c> -- > --><x:row r=\"1\" a:s='>\"' ><c\nr=\"A1\"/>a&lt;b<![CDATA[<&]]]]></x:row >";

    #[test]
    fn pieces_are_found_wherever_the_reads_cut_them() {
        let expected = ["row r=1 s=>\"", "c r=A1/", "'a&lt;b'", "\"<&]]\"", "/row"];
        assert_eq!(tokens(DOCUMENT.as_bytes()).unwrap(), expected);
        assert_eq!(tokens(Slow(DOCUMENT.as_bytes())).unwrap(), expected);
    }

    #[test]
    fn what_no_workbook_has_is_refused() {
        let refused = |text: &[u8]| tokens(text).unwrap_err().to_string();
        assert!(refused(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>").contains("at byte 0: a document type declaration"));
        assert!(refused(b"\xFF\xFE<\0x\0").contains("no UTF-8"));
        assert!(refused(b"<\0x\0/\0>\0").contains("no UTF-8"));
        for cut in [&b"<a><b"[..], b"<a><!-- ", b"<a b='>", b"<![CDATA[ ]]", b"<a><b/>", b"<a><b></b>", b"<?xml version='1.0'?>", b""] {
            assert!(refused(cut).contains("ends in the middle"), "{}", String::from_utf8_lossy(cut));
        }
    }

    #[test]
    fn a_tag_or_text_without_end_is_stopped() {
        for start in ["<a>", "<a b='"] {
            let endless = start.as_bytes().chain(std::io::repeat(b'x'));
            assert!(tokens(endless).unwrap_err().to_string().contains("a tag or text of more than 16777216 bytes"));
        }
    }

    #[test]
    fn entities_line_ends_and_control_characters_are_replaced() {
        let plain = |raw: &str| {
            let mut text = String::new();
            unescape(raw.as_bytes(), &mut text).map(|()| text)
        };
        assert_eq!(plain("a &amp;&#65;&#x42;\r\n\rb&quot;").unwrap(), "a &AB\n\nb\"");
        for bad in ["&nbsp;", "&", "&#xD800;", "&#;"] {
            assert!(plain(bad).is_err(), "{bad}");
        }
        assert!(unescape(b"\xFF", &mut String::new()).is_err());
        for (raw, expected) in [("_x000D_a_x005F_x0041_", "\ra_x0041_"), ("_x12", "_x12"), ("_xñññ_", "_xñññ_"), ("_x_x0041_", "_xA")]
        {
            let mut text = format!("_x0041_{raw}");
            unescape_controls(&mut text, 7);
            assert_eq!(text, format!("_x0041_{expected}"));
        }
    }
}
