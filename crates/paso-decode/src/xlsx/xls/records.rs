//! The records of a workbook stream (MS-XLS 2.1.4), and the texts in them.

use encoding_rs::Encoding;

use super::bytes::{u16_at, u32_at};

/// A record: its type, where it stands, its body and the bodies of the records that continue it.
pub(super) struct Record<'b> {
    pub(super) kind: u16,
    pub(super) at: usize,
    pub(super) body: &'b [u8],
    pub(super) more: Vec<&'b [u8]>,
}

const CONTINUE: u16 = 0x3C;

/// The records of a stream from an offset on.
pub(super) struct Records<'b> {
    stream: &'b [u8],
    at: usize,
}

impl<'b> Records<'b> {
    pub(super) fn new(stream: &'b [u8], at: usize) -> Self {
        Self { stream, at }
    }

    fn one(&mut self) -> Result<Option<(u16, &'b [u8])>, usize> {
        let rest = self.stream.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        let length = usize::from(u16_at(rest, 2));
        let body = rest.get(4..4 + length).ok_or(self.at)?;
        self.at += 4 + length;
        Ok(Some((u16_at(rest, 0), body)))
    }

    /// The next record; none at the end. The error is the offset of a record that is not whole.
    pub(super) fn next(&mut self) -> Result<Option<Record<'b>>, usize> {
        let at = self.at;
        let Some((kind, body)) = self.one()? else { return Ok(None) };
        let mut more = Vec::new();
        while self.stream.get(self.at..).is_some_and(|rest| rest.len() >= 4 && u16_at(rest, 0) == CONTINUE) {
            more.extend(self.one()?.map(|(_, body)| body));
        }
        Ok(Some(Record { kind, at, body, more }))
    }
}

/// How a workbook writes its texts.
#[derive(Clone, Copy)]
pub(super) enum Letters {
    /// BIFF8: UTF-16, or its low bytes.
    Unicode,
    /// BIFF5: a code page.
    Page(&'static Encoding),
}

impl Letters {
    /// The letters of a Windows code page, as far as the encoding standard of the web has it.
    pub(super) fn of_page(number: u16) -> Option<&'static Encoding> {
        let label = match number {
            0x8001 | 1252 => "windows-1252",
            1250 => "windows-1250",
            1251 => "windows-1251",
            1253 => "windows-1253",
            1254 => "windows-1254",
            1255 => "windows-1255",
            1256 => "windows-1256",
            1257 => "windows-1257",
            1258 => "windows-1258",
            0x8000 | 10_000 => "macintosh",
            874 => "windows-874",
            932 => "shift_jis",
            936 => "gbk",
            949 => "euc-kr",
            950 => "big5",
            _ => return None,
        };
        Encoding::for_label(label.as_bytes())
    }

    /// The text at the start of a record's body, whose length takes `length_bytes`. None where the body is too short.
    pub(super) fn text(self, body: &[u8], more: &[&[u8]], length_bytes: usize) -> Option<String> {
        let length = if length_bytes == 1 { usize::from(*body.first()?) } else { usize::from(u16_at(body.get(..2)?, 0)) };
        let rest = body.get(length_bytes..)?;
        match self {
            Self::Page(encoding) => Some(encoding.decode_without_bom_handling(rest.get(..length)?).0.into_owned()),
            Self::Unicode => {
                let mut pieces = Pieces::new(rest, more);
                let mut text = String::new();
                let flags = pieces.byte()?;
                pieces.characters(length, flags, &mut text)?;
                Some(text)
            }
        }
    }
}

/// The body of a record and of those that continue it, as one.
pub(super) struct Pieces<'b> {
    current: &'b [u8],
    more: std::collections::VecDeque<&'b [u8]>,
}

const WIDE: u8 = 1;
const HAS_EXTENSION: u8 = 1 << 2;
const HAS_RUNS: u8 = 1 << 3;

impl<'b> Pieces<'b> {
    pub(super) fn new(body: &'b [u8], more: &[&'b [u8]]) -> Self {
        Self { current: body, more: more.iter().copied().collect() }
    }

    /// Goes to the next piece where this one is used up; false at the end.
    fn refill(&mut self) -> bool {
        while self.current.is_empty() {
            let Some(next) = self.more.pop_front() else { return false };
            self.current = next;
        }
        true
    }

    fn byte(&mut self) -> Option<u8> {
        self.refill();
        let (first, rest) = self.current.split_first()?;
        self.current = rest;
        Some(*first)
    }

    fn number(&mut self, bytes: u32) -> Option<u32> {
        (0..bytes).try_fold(0, |number, byte| Some(number | u32::from(self.byte()?) << (8 * byte)))
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            if !self.refill() {
                return None;
            }
            let skipped = bytes.min(self.current.len());
            self.current = &self.current[skipped..];
            bytes -= skipped;
        }
        Some(())
    }

    /// Characters of one or two bytes. Where they go on in the next piece, that says anew how many bytes they have.
    fn characters(&mut self, mut count: usize, mut flags: u8, into: &mut String) -> Option<()> {
        let mut units: Vec<u16> = Vec::new();
        while count > 0 {
            if self.current.is_empty() {
                if !self.refill() {
                    return None;
                }
                flags = self.byte()?;
            }
            let width = if flags & WIDE == 0 { 1 } else { 2 };
            let taken = count.min(self.current.len() / width);
            if taken == 0 {
                return None;
            }
            let (letters, rest) = self.current.split_at(taken * width);
            units.extend(letters.chunks_exact(width).map(|letter| if width == 1 { u16::from(letter[0]) } else { u16_at(letter, 0) }));
            self.current = rest;
            count -= taken;
        }
        into.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        Some(())
    }

    /// A text of the shared table: runs of formats and phonetic hints are left out.
    pub(super) fn shared(&mut self, into: &mut String) -> Option<()> {
        let count = self.number(2)? as usize;
        let flags = self.byte()?;
        let runs = if flags & HAS_RUNS == 0 { 0 } else { self.number(2)? as usize };
        let extension = if flags & HAS_EXTENSION == 0 { 0 } else { self.number(4)? as usize };
        self.characters(count, flags, into)?;
        self.skip(runs * 4 + extension)
    }
}

/// How many texts a shared table declares.
pub(super) fn declared_texts(body: &[u8]) -> u32 {
    u32_at(body, 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_change_its_width_where_it_is_continued() {
        let first = b"\x05\0\x00ab";
        let second = b"\x01\xE9\0c\0d\0";
        let mut text = String::new();
        Pieces::new(first, &[second]).shared(&mut text).unwrap();
        assert_eq!(text, "abécd");
    }

    #[test]
    fn runs_and_extensions_are_skipped_across_pieces() {
        let body = [&b"\x01\0\x0C\x01\0\x03\0\0\0x"[..], b"RUNS", b"e"].concat();
        let mut pieces = Pieces::new(&body, &[b"xt", b"\x01\0\0y"]);
        let mut text = String::new();
        pieces.shared(&mut text).unwrap();
        pieces.shared(&mut text).unwrap();
        assert_eq!(text, "xy");
        assert_eq!(pieces.shared(&mut text), None);
    }

    #[test]
    fn texts_of_code_pages_and_of_unicode_are_read() {
        let page = Letters::Page(Letters::of_page(1252).unwrap());
        assert_eq!(page.text(b"\x05Bo\xF1as", &[], 1).as_deref(), Some("Boñas"));
        assert_eq!(Letters::Unicode.text(b"\x02\0\x01\xF1\0a\0", &[], 2).as_deref(), Some("ña"));
        assert_eq!(Letters::Unicode.text(b"\x02\0\x01\xF1\0a", &[], 2), None);
        assert!(Letters::of_page(437).is_none());
    }
}
