//! The tokens of RFC 8259 within a slice of the text.

/// What a scan found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scan {
    /// The token is complete and has this many bytes. A text may have escapes.
    Token { length: usize, escaped: bool },
    /// The slice ends within the token.
    More,
    /// The byte at this place breaks a rule.
    Broken { at: usize, problem: &'static str },
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// A text, from its opening to its closing quote.
pub(super) fn text(bytes: &[u8]) -> Scan {
    let mut at = 1;
    let mut escaped = false;
    loop {
        at = plain(bytes, at);
        match bytes.get(at) {
            None => return Scan::More,
            Some(b'"') => return Scan::Token { length: at + 1, escaped },
            Some(b'\\') => match escape(bytes, at) {
                Scan::Token { length, .. } => at += length,
                other => return other,
            },
            Some(_) => return Scan::Broken { at, problem: "a control character that is not escaped" },
        }
        escaped = true;
    }
}

/// The next quote, backslash or control character from `at` on. Eight bytes at a time: a borrow in the subtraction can only mark bytes
/// behind the first one that counts.
fn plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let (quote, backslash) = (word ^ (ONES * u64::from(b'"')), word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let marks = (control | (quote.wrapping_sub(ONES) & !quote) | (backslash.wrapping_sub(ONES) & !backslash)) & HIGHS;
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len())
}

/// Where an object or array ends, by its quotes and brackets alone.
#[derive(Default)]
pub(super) struct Nesting {
    depth: usize,
    closed: bool,
    in_text: bool,
    escaped: bool,
}

impl Nesting {
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Looks at more bytes, and says how many of them belong to it.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.escaped {
                self.escaped = false;
            } else if self.in_text {
                at = plain(bytes, at);
                match bytes.get(at) {
                    Some(b'"') => self.in_text = false,
                    Some(b'\\') => self.escaped = true,
                    _ => {}
                }
            } else {
                match byte {
                    b'"' => self.in_text = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => {
                        self.depth = self.depth.saturating_sub(1);
                        if self.depth == 0 {
                            self.closed = true;
                            return at + 1;
                        }
                    }
                    _ => {}
                }
            }
            at += 1;
        }
        bytes.len()
    }
}

/// The escape that begins at `at`. Both halves of a surrogate pair are one escape.
fn escape(bytes: &[u8], at: usize) -> Scan {
    match bytes.get(at + 1) {
        None => Scan::More,
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Scan::Token { length: 2, escaped: true },
        Some(b'u') => match unit(bytes, at + 2) {
            Err(scan) => scan,
            Ok(0xD800..=0xDBFF) => low_surrogate(bytes, at),
            Ok(0xDC00..=0xDFFF) => Scan::Broken { at, problem: "half of a surrogate pair" },
            Ok(_) => Scan::Token { length: 6, escaped: true },
        },
        Some(_) => Scan::Broken { at, problem: "an escape that JSON does not have" },
    }
}

/// Whether the second half follows the high surrogate at `at`.
fn low_surrogate(bytes: &[u8], at: usize) -> Scan {
    for (index, expected) in [(at + 6, b'\\'), (at + 7, b'u')] {
        match bytes.get(index) {
            None => return Scan::More,
            Some(byte) if *byte == expected => {}
            Some(_) => return Scan::Broken { at, problem: "half of a surrogate pair" },
        }
    }
    match unit(bytes, at + 8) {
        Err(scan) => scan,
        Ok(0xDC00..=0xDFFF) => Scan::Token { length: 12, escaped: true },
        Ok(_) => Scan::Broken { at, problem: "half of a surrogate pair" },
    }
}

/// Four hexadecimal digits.
fn unit(bytes: &[u8], at: usize) -> Result<u32, Scan> {
    let mut value = 0;
    for index in at..at + 4 {
        let digit = bytes.get(index).ok_or(Scan::More)?;
        let digit = char::from(*digit).to_digit(16).ok_or(Scan::Broken { at: index, problem: "no hexadecimal digit" })?;
        value = value * 16 + digit;
    }
    Ok(value)
}

/// Appends a text without its escapes; `inner` was scanned before.
pub(super) fn unescape(inner: &str, into: &mut String) {
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        into.push_str(rest.get(..at).unwrap_or_default());
        let (character, length) = unescaped(rest.as_bytes(), at);
        into.push(character);
        rest = rest.get(at + length..).unwrap_or_default();
    }
    into.push_str(rest);
}

fn unescaped(bytes: &[u8], at: usize) -> (char, usize) {
    let simple = match bytes.get(at + 1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{C}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let unit = |index| unit(bytes, index).unwrap_or_default();
            let (code, length) = match unit(at + 2) {
                high @ 0xD800..=0xDBFF => (0x1_0000 + ((high & 0x3FF) << 10) + (unit(at + 8) & 0x3FF), 12),
                code => (code, 6),
            };
            return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), length);
        }
        other => char::from(other.copied().unwrap_or_default()),
    };
    (simple, 2)
}

/// A number. Where the slice ends with it more digits may follow, unless it is the `last` one.
pub(super) fn number(bytes: &[u8], last: bool) -> Scan {
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let mut at = match bytes.get(sign) {
        Some(b'0') => sign + 1,
        _ => digits(sign),
    };
    if at == sign {
        return missing_digit(bytes, at);
    }
    if bytes.get(at) == Some(&b'.') {
        let end = digits(at + 1);
        if end == at + 1 {
            return missing_digit(bytes, end);
        }
        at = end;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let exponent = at + 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let end = digits(exponent);
        if end == exponent {
            return missing_digit(bytes, end);
        }
        at = end;
    }
    match bytes.get(at) {
        None if !last => Scan::More,
        Some(b'0'..=b'9') => Scan::Broken { at, problem: "a number with a leading zero" },
        _ => Scan::Token { length: at, escaped: false },
    }
}

fn missing_digit(bytes: &[u8], at: usize) -> Scan {
    if at < bytes.len() { Scan::Broken { at, problem: "a number without a digit there" } } else { Scan::More }
}
