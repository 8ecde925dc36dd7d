//! SDMX observation status letters, as a sorted set.

use std::{fmt, str::FromStr};

/// The letters of SDMX `CL_OBS_STATUS` (version 2.2) that observations may carry, with their English names.
pub const STATUS_LETTERS: [(char, &str); 19] = [
    ('A', "normal value"),
    ('B', "time series break"),
    ('D', "definition differs"),
    ('E', "estimated value"),
    ('F', "forecast value"),
    ('G', "experimental value"),
    ('I', "value imputed by a receiving agency"),
    ('J', "derogation"),
    ('K', "data included in another category"),
    ('L', "missing value; data exist but were not collected"),
    ('M', "missing value; data cannot exist"),
    ('N', "not significant"),
    ('O', "missing value"),
    ('P', "provisional value"),
    ('Q', "missing value; suppressed"),
    ('S', "strike or other special event"),
    ('U', "low reliability"),
    ('V', "unvalidated value"),
    ('W', "includes data from another category"),
];

/// A set of SDMX observation status letters. Empty means normal and is written `A`; `A` never stands beside another letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Status(u32);

/// A letter that SDMX does not define.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{letter}` in status `{text}` is not an SDMX observation status")]
pub struct StatusError {
    /// The offending letter.
    pub letter: char,
    /// The whole status as written.
    pub text: String,
}

impl Status {
    /// The normal status, written `A`.
    pub const NORMAL: Self = Self(0);

    /// `E`, estimated.
    pub const ESTIMATED: Self = Self(1 << (b'E' - b'A'));
    /// `F`, forecast.
    pub const FORECAST: Self = Self(1 << (b'F' - b'A'));
    /// The provisional status, written `P`.
    pub const PROVISIONAL: Self = Self(1 << (b'P' - b'A'));
    /// `Q`, withheld.
    pub const SUPPRESSED: Self = Self(1 << (b'Q' - b'A'));

    /// The union of two statuses: what an aggregate of both carries.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The letters of this status that the other one does not hold.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the set holds this letter. `A` is held by the empty set only.
    pub fn contains(self, letter: char) -> bool {
        if letter == 'A' { self.0 == 0 } else { letter.is_ascii_uppercase() && self.0 & bit(letter) != 0 }
    }

    /// Whether a null value is explained by one of the letters.
    pub fn explains_null(self) -> bool {
        ['J', 'K', 'L', 'M', 'O', 'Q'].into_iter().any(|letter| self.contains(letter))
    }
}

fn bit(letter: char) -> u32 {
    1 << (letter as u32 - 'A' as u32)
}

impl FromStr for Status {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        let mut bits = 0;
        for letter in text.chars() {
            if !STATUS_LETTERS.iter().any(|(known, _)| *known == letter) {
                return Err(StatusError { letter, text: text.to_owned() });
            }
            if letter != 'A' {
                bits |= bit(letter);
            }
        }
        Ok(Self(bits))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("A");
        }
        for (letter, _) in STATUS_LETTERS {
            if letter != 'A' && self.contains(letter) {
                write!(f, "{letter}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_is_sorted_and_loses_the_normal_letter() {
        let status = "P".parse::<Status>().unwrap().union("EB".parse().unwrap()).union(Status::NORMAL);
        assert_eq!(status.to_string(), "BEP");
        assert!(!status.contains('A'));
        assert_eq!("A".parse::<Status>().unwrap().to_string(), "A");
    }

    #[test]
    fn an_unknown_letter_is_refused() {
        assert_eq!("Ax".parse::<Status>().unwrap_err().letter, 'x');
        assert_eq!("*".parse::<Status>().unwrap_err().letter, '*');
    }

    #[test]
    fn suppressed_and_missing_explain_a_null_and_estimated_does_not() {
        assert!("Q".parse::<Status>().unwrap().explains_null());
        assert!("O".parse::<Status>().unwrap().explains_null());
        assert!(!"E".parse::<Status>().unwrap().explains_null());
    }
}
