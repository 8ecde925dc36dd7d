//! One figure of an edition, and how it differs from another.

use serde::Serialize;

/// What an edition says under a key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// The value; none where the status says why.
    pub value: Option<f64>,
    /// Decimals as published.
    pub decimals: u8,
    /// The letters of the SDMX observation status.
    pub status: String,
}

/// How much more the new value is, with the decimals of the finer one: binary fractions leave a rest that nobody published.
pub fn difference(old: Option<f64>, new: Option<f64>, decimals: u8) -> Option<f64> {
    Some(rounded(new? - old?, decimals))
}

/// The difference in per cent of the old value, with two decimals; none of a value of 0.
pub fn per_cent(old: Option<f64>, new: Option<f64>) -> Option<f64> {
    let (old, new) = (old?, new?);
    (old != 0.0).then(|| rounded((new - old) / old.abs() * 100.0, 2))
}

pub(super) fn rounded(value: f64, decimals: u8) -> f64 {
    let scale = 10_f64.powi(i32::from(decimals));
    // A difference of -0 would be printed with its sign.
    (value * scale).round() / scale + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_the_decimals_of_the_finer_value() {
        assert_eq!(difference(Some(0.1), Some(0.3), 1), Some(0.2));
        assert_eq!(difference(Some(639_724.0), Some(469_436.0), 0), Some(-170_288.0));
        assert_eq!(difference(None, Some(1.0), 0), None);
        assert!(difference(Some(0.1), Some(0.1), 0).is_some_and(f64::is_sign_positive));
    }

    #[test]
    fn per_cent_is_of_the_size_of_the_old_value() {
        assert_eq!(per_cent(Some(436_060.0), Some(435_728.0)), Some(-0.08));
        assert_eq!(per_cent(Some(-200.0), Some(-100.0)), Some(50.0));
        assert_eq!(per_cent(Some(0.0), Some(5.0)), None);
    }
}
