//! The cells under the periods.

/// What a cell says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Value<'c> {
    /// The number as published; none where there is only a flag.
    pub(super) number: Option<&'c str>,
    /// The flags, as published together.
    pub(super) flags: Option<&'c str>,
    /// What stands behind `@`.
    pub(super) confidential: Option<&'c str>,
}

impl<'c> Value<'c> {
    /// Reads a cell; nothing where there is no observation. Fails where it is none of what Eurostat writes.
    pub(super) fn read(cell: &'c str) -> Result<Option<Self>, String> {
        let malformed = || format!("the cell \"{}\" is no value with flags", excerpt(cell));
        let cell = cell.trim();
        let mut words = cell.split_ascii_whitespace();
        let Some(first) = words.next() else { return Ok(None) };
        let (number, glued) = match first.strip_prefix(':') {
            Some(glued) => (None, glued),
            None => (Some(first), ""),
        };
        let behind = match (glued, words.next()) {
            (glued, None) => glued,
            ("", Some(behind)) => behind,
            _ => return Err(malformed()),
        };
        let (flags, confidential) = behind.split_once('@').map_or((behind, None), |(flags, behind)| (flags, Some(behind)));
        let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
        let known = number.is_none_or(is_number) && letters(flags) && confidential.is_none_or(|text| !text.is_empty() && letters(text));
        if !known || words.next().is_some() {
            return Err(malformed());
        }
        let flags = Some(flags).filter(|flags| !flags.is_empty());
        let value = Self { number, flags, confidential };
        Ok((value != Self::default()).then_some(value))
    }
}

/// Whether a text is a number such as `-12.30` or `1.5E-7`.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let unsigned = |text: &str| text.strip_prefix(['-', '+']).unwrap_or(text).to_owned();
    let number = unsigned(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, "0"));
    digits(whole) && digits(fraction) && digits(&unsigned(exponent))
}

fn excerpt(cell: &str) -> String {
    cell.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_value_with_flags() {
        let value = |number, flags, confidential| Ok(Some(Value { number, flags, confidential }));
        assert_eq!(Value::read("1570.0 "), value(Some("1570.0"), None, None));
        assert_eq!(Value::read("-12.30 bd"), value(Some("-12.30"), Some("bd"), None));
        assert_eq!(Value::read("1.5E-7"), value(Some("1.5E-7"), None, None));
        assert_eq!(Value::read("7.0 p@C"), value(Some("7.0"), Some("p"), Some("C")));
        assert_eq!(Value::read("7 @C "), value(Some("7"), None, Some("C")));
        assert_eq!(Value::read(": u"), value(None, Some("u"), None));
        assert_eq!(Value::read(":c"), value(None, Some("c"), None));
        assert_eq!(Value::read(": @C"), value(None, None, Some("C")));
        for none in [": ", ":", "", "  "] {
            assert_eq!(Value::read(none), Ok(None), "{none:?}");
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for cell in ["1 234.5", "1,5", "n/a", "5 b d", ":c d", "5b", "1.", ".5", "--1", "5 @", "5 p@", "1e", "5 b1", "NaN"] {
            assert_eq!(Value::read(cell).unwrap_err(), format!("the cell \"{cell}\" is no value with flags"));
        }
    }
}
