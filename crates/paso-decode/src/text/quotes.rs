//! Where the last whole record of a buffer ends, and how its quotes must be read.

use memchr::{memchr, memchr_iter, memrchr};

use super::Dialect;

/// How the records of a chunk are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// There is no quote: every delimiter and line end counts.
    None,
    /// Every quoted field begins and ends at a delimiter or line end.
    Regular,
    /// A quote stands in the middle of a field, or a carriage return alone: only csv-core's rules say what that means.
    Irregular,
}

/// What a look at a buffer found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// Where the last whole record ends; 0 if there is none.
    pub(super) end: usize,
    /// How the records up to there are written.
    pub(super) quotes: Quotes,
    /// Where the record begins whose quote is still open at the end of the buffer.
    pub(super) open: Option<usize>,
}

/// Looks at a buffer that begins with a record. `last` says that nothing follows it.
pub(super) fn cut(bytes: &[u8], dialect: Dialect, last: bool) -> Cut {
    if let Some(cut) = regular(bytes, dialect, last) { cut } else { irregular(bytes, dialect, last) }
}

/// Where a quoted field of a record goes on behind its closing quote. csv-core takes that for a part of the field; but it is as likely that a
/// quote before it was never closed, and that what stands between are other fields and records.
pub(super) fn stray(record: &[u8], dialect: Dialect) -> Option<usize> {
    if dialect.literal_quotes {
        return None;
    }
    let (mut quoted, mut field_start, mut closed) = (false, true, false);
    for (at, &byte) in record.iter().enumerate() {
        if quoted {
            quoted = byte != b'"';
            closed = !quoted;
            continue;
        }
        let ends_field = byte == dialect.delimiter || byte == b'\n' || byte == b'\r';
        quoted = byte == b'"' && (field_start || closed);
        // Blanks belong to the field and join nothing.
        if closed && !quoted && !ends_field && !is_blank_to_the_end(&record[at..], dialect.delimiter) {
            return Some(at);
        }
        closed = false;
        field_start = ends_field;
    }
    None
}

/// Whether nothing but blanks stands in the rest of a field.
fn is_blank_to_the_end(rest: &[u8], delimiter: u8) -> bool {
    let mut field = rest.iter().take_while(|byte| **byte != delimiter && !matches!(byte, b'\n' | b'\r'));
    field.all(|byte| matches!(byte, b' ' | b'\t'))
}

/// The cut of a buffer that has no irregular quote; none where it has one.
fn regular(bytes: &[u8], dialect: Dialect, last: bool) -> Option<Cut> {
    let lone_return = |at: usize| match bytes.get(at + 1) {
        Some(next) => *next != b'\n',
        None => last,
    };
    if memchr_iter(b'\r', bytes).any(lone_return) {
        return None;
    }
    let whole = |from: usize, end: usize| if last { bytes.len() } else { line_end(bytes, from, bytes.len()).unwrap_or(end) };
    if dialect.literal_quotes {
        return Some(Cut { end: whole(0, 0), quotes: Quotes::None, open: None });
    }
    let ends_field = |byte: u8| byte == dialect.delimiter || byte == b'\n' || byte == b'\r';
    let (mut end, mut from, mut quotes) = (0, 0, Quotes::None);
    while let Some(opening) = memchr(b'"', &bytes[from..]).map(|at| from + at) {
        if opening > 0 && !ends_field(bytes[opening - 1]) {
            return None;
        }
        quotes = Quotes::Regular;
        end = line_end(bytes, from, opening).unwrap_or(end);
        let mut inside = opening + 1;
        let after = loop {
            match memchr(b'"', &bytes[inside..]).map(|at| inside + at + 1) {
                None => return Some(Cut { end, quotes, open: Some(end) }),
                Some(next) if bytes.get(next) == Some(&b'"') => inside = next + 1,
                Some(next) => break next,
            }
        };
        match bytes.get(after) {
            Some(&byte) if ends_field(byte) => from = after,
            Some(_) => return None,
            // The next piece may show that the quote at the end of this one is the first of two.
            None if !last => return Some(Cut { end, quotes, open: Some(end) }),
            None => from = after,
        }
    }
    Some(Cut { end: whole(from, end), quotes, open: None })
}

/// The end of the last line end in a range.
fn line_end(bytes: &[u8], from: usize, to: usize) -> Option<usize> {
    memrchr(b'\n', &bytes[from..to]).map(|at| from + at + 1)
}

/// The cut as csv-core reads: a quote opens a field only at its beginning, one after a closing quote stands for itself.
fn irregular(bytes: &[u8], dialect: Dialect, last: bool) -> Cut {
    let (mut end, mut quoted, mut field_start, mut escape) = (0, false, true, false);
    for (at, &byte) in bytes.iter().enumerate() {
        if quoted {
            quoted = byte != b'"';
            escape = !quoted;
            field_start = false;
            continue;
        }
        quoted = byte == b'"' && (field_start || escape) && !dialect.literal_quotes;
        escape = false;
        let line_ends = match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1).map_or(last, |next| *next != b'\n'),
            _ => false,
        };
        if line_ends {
            end = at + 1;
        }
        field_start = byte == dialect.delimiter || byte == b'\n' || byte == b'\r';
    }
    let open = quoted.then_some(end);
    Cut { end: if last && !quoted { bytes.len() } else { end }, quotes: Quotes::Irregular, open }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Dialect = Dialect::of(b',');

    #[track_caller]
    fn check(text: &str, last: bool, end: usize, quotes: Quotes, open: Option<usize>) {
        assert_eq!(cut(text.as_bytes(), COMMA, last), Cut { end, quotes, open }, "{text:?}");
    }

    #[test]
    fn a_buffer_is_cut_behind_its_last_whole_record() {
        check("a,b\n1,2\n3", false, 8, Quotes::None, None);
        check("a,b\n1,2\n3", true, 9, Quotes::None, None);
        check("a,b\r\n1", false, 5, Quotes::None, None);
        check("a", false, 0, Quotes::None, None);
        check("a,\"x\ny\"\nb", false, 8, Quotes::Regular, None);
        check("a,\"x\"\"\n\"\"y\"\nb", false, 12, Quotes::Regular, None);
        check("a,b\n1,\"x\ny", false, 4, Quotes::Regular, Some(4));
        check("a\n\"b\"", false, 2, Quotes::Regular, Some(2));
        check("a\n\"b\"", true, 5, Quotes::Regular, None);
        check("\"a\",\"b\"\r\n\"c\"\n\"d", false, 13, Quotes::Regular, Some(13));
    }

    #[test]
    fn irregular_quotes_are_followed_as_csv_core_does() {
        check("a\"b,c\nd", false, 6, Quotes::Irregular, None);
        check("a\"b,c\n\"d\n", false, 6, Quotes::Irregular, Some(6));
        check("\"a\"b,\"c\nd\"\ne", false, 11, Quotes::Irregular, None);
        check("a\rb\rc", false, 4, Quotes::Irregular, None);
        check("a\rb\r", false, 2, Quotes::Irregular, None);
        check("a\rb\r", true, 4, Quotes::Irregular, None);
        check("x\"y\n\"a\"\"", true, 4, Quotes::Irregular, Some(4));
    }

    #[test]
    fn literal_quotes_open_nothing() {
        let literal = Dialect { literal_quotes: true, ..COMMA };
        let found = |text: &str, last: bool| cut(text.as_bytes(), literal, last);
        assert_eq!(found("a,\"b\nc\"d", false), Cut { end: 5, quotes: Quotes::None, open: None });
        assert_eq!(found("a,\"b\nc\"d", true), Cut { end: 8, quotes: Quotes::None, open: None });
        assert_eq!(found("\"a\rb\n\"", false), Cut { end: 5, quotes: Quotes::Irregular, open: None });
        assert_eq!(stray(b"\"a\"b", literal), None);
    }

    #[test]
    fn a_field_that_goes_on_behind_its_closing_quote_is_found() {
        let found = |record: &str| stray(record.as_bytes(), COMMA);
        for regular in ["a,b\n", "\"a\",\"b\"\r\n", "\"a\"\"b\",c", "a\"b,c\"", "\"\"", "\"\"\"\"", "a \"b\" c,1", "\"a\nb\"\r"] {
            assert_eq!(found(regular), None, "{regular:?}");
        }
        assert_eq!(found("\"x\"y,1"), Some(3));
        assert_eq!(found("1,\"unclosed\n2,\"fine\"\n"), Some(15));
        assert_eq!(found("\"a\" ,\"b\"\t \r\n"), None, "blanks are no text");
        assert_eq!(found("\"a\" b,1"), Some(3));
        assert_eq!(found("\"a\"\"b\"c"), Some(6));
    }
}
