//! Published numbers: exact decimal text to a float and its precision.

/// A number as published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The unscaled value.
    pub value: f64,
    /// Decimals of the unscaled value, as published.
    pub decimals: u8,
}

/// Reads a published number. `scale` is the power of ten of the published unit (3 for thousands); it moves the decimal point in the
/// text, so that no arithmetic rounds.
///
/// ```
/// use paso_normalize::{Number, parse_number};
/// assert_eq!(parse_number("19116.209", 3, None, '.'), Ok(Number { value: 19_116_209.0, decimals: 0 }));
/// assert_eq!(parse_number("1,022", 0, Some(','), '.').unwrap().value, 1022.0);
/// ```
pub fn parse_number(text: &str, scale: u8, thousands: Option<char>, decimal: char) -> Result<Number, String> {
    let trimmed = text.trim();
    let (mantissa, exponent) = match trimmed.find(['e', 'E']) {
        Some(at) => (&trimmed[..at], trimmed[at + 1..].parse::<i32>().map_err(|_| format!("`{text}` is not a number"))?),
        None => (trimmed, 0),
    };
    let digits = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let negative = mantissa.starts_with('-');
    let (whole, fraction) = digits.split_once(decimal).unwrap_or((digits, ""));
    let whole = join_thousands(whole, thousands).ok_or_else(|| format!("`{text}` is not a number"))?;
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(&whole) || !all_digits(fraction) || (digits.contains(decimal) && fraction.is_empty()) {
        return Err(format!("`{text}` is not a number"));
    }
    let shifted = exponent.checked_add(i32::from(scale)).ok_or_else(|| format!("`{text}` is not a number"))?;
    let value: f64 = format!("{}{whole}.{fraction}0e{shifted}", if negative { "-" } else { "" })
        .parse()
        .map_err(|_| format!("`{text}` is not a number"))?;
    if !value.is_finite() {
        return Err(format!("`{text}` is out of range"));
    }
    let decimals = i32::try_from(fraction.len()).unwrap_or(i32::MAX).saturating_sub(shifted).clamp(0, 255);
    // Minus zero would be a second zero with other bytes.
    Ok(Number { value: if value == 0.0 { 0.0 } else { value }, decimals: decimals as u8 })
}

/// Reads what most cells hold: digits, perhaps a sign and a decimal mark, few enough that one division gives the nearest float. None where
/// [`parse_number`] must look closer.
pub(crate) fn plain_number(text: &str, scale: u8, decimal: char) -> Option<Number> {
    let bytes = text.as_bytes();
    let (negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    // 15 digits are below 2^53, and so are the powers of ten up to 10^22 exact.
    if digits.len() > 16 {
        return None;
    }
    let (mut mantissa, mut point) = (0_u64, None);
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + u64::from(byte - b'0'),
            byte if point.is_none() && at > 0 && char::from(*byte) == decimal => point = Some(at),
            _ => return None,
        }
    }
    let fraction = point.map_or(0, |at| digits.len() - at - 1);
    if digits.is_empty() || mantissa >= 1_000_000_000_000_000 || (point.is_some() && fraction == 0) {
        return None;
    }
    let shift = i32::from(scale) - i32::try_from(fraction).ok()?;
    let power = *POWERS.get(shift.unsigned_abs() as usize)?;
    let value = if shift < 0 { mantissa as f64 / power } else { mantissa as f64 * power };
    let value = if negative && mantissa > 0 { -value } else { value };
    Some(Number { value, decimals: (-shift).clamp(0, 255) as u8 })
}

/// The powers of ten that a float holds exactly.
const POWERS: [f64; 23] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

/// Removes thousands marks, which must stand between groups of three digits.
fn join_thousands(whole: &str, mark: Option<char>) -> Option<String> {
    let Some(mark) = mark.filter(|mark| whole.contains(*mark)) else { return Some(whole.to_owned()) };
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    if first.is_empty() || first.len() > 3 {
        return None;
    }
    let mut joined = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        joined.push_str(group);
    }
    Some(joined)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> Result<Number, String> {
        parse_number(text, 0, None, '.')
    }

    #[test]
    fn published_figures_keep_their_digits() {
        assert_eq!(plain("66197477.5911306"), Ok(Number { value: 66_197_477.591_130_6, decimals: 7 }));
        assert_eq!(plain("8.605341153154372"), Ok(Number { value: 8.605_341_153_154_372, decimals: 15 }));
        assert_eq!(plain("-102704"), Ok(Number { value: -102_704.0, decimals: 0 }));
        assert_eq!(plain("5e+05"), Ok(Number { value: 500_000.0, decimals: 0 }));
        assert_eq!(plain("1.5E3"), Ok(Number { value: 1500.0, decimals: 0 }));
        assert_eq!(plain("-0").unwrap().value.to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn thousands_are_unscaled_without_rounding() {
        assert_eq!(parse_number("237.807", 3, None, '.'), Ok(Number { value: 237_807.0, decimals: 0 }));
        assert_eq!(parse_number("0.1234", 3, None, '.'), Ok(Number { value: 123.4, decimals: 1 }));
    }

    #[test]
    fn marks_stand_between_groups_of_three() {
        assert_eq!(parse_number("1.234.567,5", 0, Some('.'), ','), Ok(Number { value: 1_234_567.5, decimals: 1 }));
        assert!(parse_number("1,22", 0, Some(','), '.').is_err());
        assert!(parse_number(",122", 0, Some(','), '.').is_err());
        assert!(parse_number("1,022", 0, None, '.').is_err());
    }

    #[test]
    fn text_is_no_number() {
        for text in ["", "-", "*", "..", "NaN", "inf", "1e", "0x10", "1 000", "1.", ".5", "--1", "1e999", "١"] {
            assert!(plain(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whole_numbers_come_back_exactly(n in -9_007_199_254_740_991_i64..9_007_199_254_740_991) {
            prop_assert_eq!(plain(&n.to_string()).unwrap().value as i64, n);
        }

        #[test]
        fn the_short_way_agrees_with_the_long_one(text in "-?[0-9]{0,9}[.,]?[0-9]{0,9}", scale in 0_u8..=12, decimal in "[.,]") {
            let decimal = decimal.chars().next().unwrap();
            if let Some(short) = plain_number(&text, scale, decimal) {
                let long = parse_number(&text, scale, None, decimal).unwrap();
                prop_assert_eq!((short.value.to_bits(), short.decimals), (long.value.to_bits(), long.decimals));
            }
        }

        #[test]
        fn any_text_is_answered(text in ".{0,20}") {
            let _ = plain(&text);
        }
    }
}
