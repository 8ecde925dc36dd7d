//! The cells under the periods.

/// What a cell says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Value<'c> {
    /// The number as published; none where there is only a flag.
    pub(super) number: Option<&'c str>,
    /// The flags, as published: letters, and perhaps blanks between them.
    pub(super) flags: Option<&'c str>,
    /// What stands behind `@`.
    pub(super) confidential: Option<&'c str>,
}

impl<'c> Value<'c> {
    /// Reads a cell; nothing where there is no observation. Fails where it is none of what Eurostat writes.
    pub(super) fn read(cell: &'c str) -> Result<Option<Self>, String> {
        let malformed = || format!("the cell \"{}\" is no value with flags", excerpt(cell));
        let cell = cell.trim();
        if cell.is_empty() {
            return Ok(None);
        }
        let (number, behind) = if let Some(behind) = cell.strip_prefix(':') {
            (None, behind)
        } else {
            let (number, behind) = cell.split_at(number_length(cell).ok_or_else(malformed)?);
            (Some(number), behind)
        };
        let (flags, confidential) = behind.split_once('@').map_or((behind, None), |(flags, behind)| (flags, Some(behind)));
        let flags = flags.trim();
        let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
        let known = flags.split(' ').all(letters) && confidential.is_none_or(|text| !text.is_empty() && letters(text));
        if !known {
            return Err(malformed());
        }
        let flags = Some(flags).filter(|flags| !flags.is_empty());
        let value = Self { number, flags, confidential };
        Ok((value != Self::default()).then_some(value))
    }
}

/// The length of the number that a cell begins with, such as `-12.30` or `1.5E-7`; none where it is none. What stands behind it is blank or a
/// flag, `1e` is a value of 1 with the flag `e`.
fn number_length(cell: &str) -> Option<usize> {
    let bytes = cell.as_bytes();
    let digits = |from: usize| bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let signed = |from: usize| from + usize::from(matches!(bytes.get(from), Some(b'-' | b'+')));
    let mut end = signed(0);
    if digits(end) == 0 {
        return None;
    }
    end += digits(end);
    if bytes.get(end) == Some(&b'.') {
        if digits(end + 1) == 0 {
            return None;
        }
        end += 1 + digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let exponent = signed(end + 1);
        if digits(exponent) > 0 {
            end = exponent + digits(exponent);
        }
    }
    matches!(bytes.get(end), None | Some(b' ' | b'@' | b'a'..=b'z' | b'A'..=b'Z')).then_some(end)
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
        // As older files and other programs write them: no space before the flag, several flags apart.
        assert_eq!(Value::read("7b"), value(Some("7"), Some("b"), None));
        assert_eq!(Value::read("7.5bd@C"), value(Some("7.5"), Some("bd"), Some("C")));
        assert_eq!(Value::read("1e"), value(Some("1"), Some("e"), None));
        assert_eq!(Value::read("1e5p"), value(Some("1e5"), Some("p"), None));
        assert_eq!(Value::read("8 b p"), value(Some("8"), Some("b p"), None));
        assert_eq!(Value::read("8  b p @C"), value(Some("8"), Some("b p"), Some("C")));
        assert_eq!(Value::read(":c d"), value(None, Some("c d"), None));
        for none in [": ", ":", "", "  "] {
            assert_eq!(Value::read(none), Ok(None), "{none:?}");
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for cell in ["1 234.5", "1,5", "n/a", "1.", ".5", "--1", "5 @", "5 p@", "5 b1", "5b1", "1e-", "5 b\u{e9}", "NaN", "-", ": 5"] {
            assert_eq!(Value::read(cell).unwrap_err(), format!("the cell \"{cell}\" is no value with flags"));
        }
    }
}
