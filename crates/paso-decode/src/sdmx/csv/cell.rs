//! What becomes of a cell. Applied once for each distinct text of a column.

use std::borrow::Cow;

/// Which part of a cell comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// What stands before the first `": "`.
    Code,
    /// The same, where that can be a code; else all of it: an attribute may be a plain text, which bears no code.
    CodeOrText,
    /// The codes of an array whose values are separated so.
    Codes(char),
    /// What stands behind the first `": "`.
    Name,
    /// The same, where what stands before it can be a code.
    NameUnlessText,
    /// The names of an array.
    Names(char),
}

/// What a comma in a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comma {
    /// A character of the text, which stays.
    Kept,
    /// The decimal mark, which comes out as a point.
    Decimal,
    /// The same in `1,50`. But `1,234` stays: the standard has no mark between thousands, and spreadsheets that save such a file do.
    DecimalUnlessThousands,
}

/// What becomes of the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) part: Part,
    pub(crate) comma: Comma,
}

impl Cell {
    pub(crate) const WHOLE: Self = Self { part: Part::Whole, comma: Comma::Kept };

    /// What comes out of a text; nothing where the cell is empty, which in SDMX-CSV means that it is absent.
    pub(crate) fn read<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let part = match self.part {
            Part::Whole => Cow::Borrowed(text),
            Part::Code => Cow::Borrowed(labelled(text).map_or(text, |(code, _)| code)),
            Part::CodeOrText => Cow::Borrowed(coded(text).map_or(text, |(code, _)| code)),
            Part::Name => Cow::Borrowed(labelled(text).map_or("", |(_, name)| name)),
            Part::NameUnlessText => Cow::Borrowed(coded(text).map_or("", |(_, name)| name)),
            Part::Codes(separator) => array(text, separator, |(code, _)| code).unwrap_or(Cow::Borrowed(text)),
            Part::Names(separator) => array(text, separator, |(_, name)| name).unwrap_or(Cow::Borrowed("")),
        };
        let decimal = match self.comma {
            Comma::Kept => false,
            Comma::Decimal => has_decimal_comma(&part),
            Comma::DecimalUnlessThousands => has_decimal_comma(&part) && !may_be_thousands(&part),
        };
        let read = if decimal { Cow::Owned(part.replace(',', ".")) } else { part };
        Some(read).filter(|text| !text.is_empty())
    }
}

/// A code and its name. The name may contain the separator again, a code never does.
fn labelled(text: &str) -> Option<(&str, &str)> {
    text.split_once(": ")
}

fn coded(text: &str) -> Option<(&str, &str)> {
    labelled(text).filter(|(code, _)| is_id(code))
}

/// Whether SDMX would take it for an id.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'$' | b'-'))
}

/// One part of every value of an array. A piece without a code belongs to the name before it, in which the separator occurred.
fn array<'t>(text: &'t str, separator: char, part: impl Fn((&'t str, &'t str)) -> &'t str) -> Option<Cow<'t, str>> {
    let mut pieces = text.split(separator).map(coded);
    let first = part(pieces.next().flatten()?);
    let mut read = Cow::Borrowed(first);
    for piece in pieces.flatten() {
        let read = read.to_mut();
        read.push(separator);
        read.push_str(part(piece));
    }
    Some(read)
}

/// Whether a text is a number such as `-12,4` or `1,5E3`.
fn has_decimal_comma(text: &str) -> bool {
    // Most numbers have none, and are told by this alone.
    if !text.as_bytes().contains(&b',') {
        return false;
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((whole, rest)) = text.split_once(',') else { return false };
    let (fraction, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    digits(whole.strip_prefix(['-', '+']).unwrap_or(whole))
        && digits(fraction)
        && digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))
}

/// Whether a number with one comma may be a whole one, `1,234`.
fn may_be_thousands(text: &str) -> bool {
    let Some((whole, rest)) = text.split_once(',') else { return false };
    let whole = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    whole.len() <= 3 && !whole.starts_with('0') && rest.len() == 3 && rest.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(part: Part, text: &str) -> Option<String> {
        Cell { part, comma: Comma::Kept }.read(text).map(Cow::into_owned)
    }

    #[test]
    fn codes_are_cut_off_their_names() {
        assert_eq!(read(Part::Code, "A: Annual: every year").as_deref(), Some("A"));
        assert_eq!(read(Part::Code, "2014-01").as_deref(), Some("2014-01"));
        assert_eq!(read(Part::Name, "A: Annual: every year").as_deref(), Some("Annual: every year"));
        assert_eq!(read(Part::Name, "2014-01"), None);
        assert_eq!(read(Part::Whole, "A: Annual").as_deref(), Some("A: Annual"));
        assert_eq!(read(Part::Whole, ""), None);
    }

    #[test]
    fn a_text_with_a_colon_is_no_code() {
        assert_eq!(read(Part::CodeOrText, "Break in series, see: annex").as_deref(), Some("Break in series, see: annex"));
        assert_eq!(read(Part::CodeOrText, "B: Break").as_deref(), Some("B"));
        assert_eq!(read(Part::CodeOrText, "10:30").as_deref(), Some("10:30"));
        assert_eq!(read(Part::NameUnlessText, "B: Break").as_deref(), Some("Break"));
        assert_eq!(read(Part::NameUnlessText, "Break in series, see: annex"), None);
    }

    #[test]
    fn the_values_of_an_array_are_cut_one_by_one() {
        assert_eq!(read(Part::Codes(';'), "A: Value A;B: Value B").as_deref(), Some("A;B"));
        assert_eq!(read(Part::Names(';'), "A: Value A;B: Value B").as_deref(), Some("Value A;Value B"));
        assert_eq!(read(Part::Codes(';'), "A: One; or more;B: Two").as_deref(), Some("A;B"));
        assert_eq!(read(Part::Codes('|'), "A: One").as_deref(), Some("A"));
        assert_eq!(read(Part::Codes(';'), "M, N & O;P & Q").as_deref(), Some("M, N & O;P & Q"), "texts have no codes");
        assert_eq!(read(Part::Names(';'), "M, N & O;P & Q"), None);
    }

    #[test]
    fn a_decimal_comma_becomes_a_point_in_numbers_only() {
        let cell = Cell { part: Part::Code, comma: Comma::Decimal };
        for (text, expected) in [
            ("12,4", "12.4"),
            ("-0,50", "-0.50"),
            ("1,5E-3", "1.5E-3"),
            ("12,40: 12,4", "12.40"),
            ("12.4", "12.4"),
            ("1.234,5", "1.234,5"),
            ("1,2,3", "1,2,3"),
            ("a,b", "a,b"),
            (",5", ",5"),
        ] {
            assert_eq!(cell.read(text).unwrap(), expected, "{text}");
        }
    }
}
