//! Codes that mean the same in every dimension, and the shapes of the others.

/// Everyone or everything: the total over a dimension.
pub const TOTAL: &str = "_T";
/// Unknown, as published.
pub const UNKNOWN: &str = "_U";
/// Withheld by the publisher to protect persons.
pub const WITHHELD: &str = "_C";
/// Not applicable.
pub const NOT_APPLICABLE: &str = "_Z";
/// The whole world but the reference area: a direction only.
pub const WORLD: &str = "W";
/// Stateless persons, as a citizenship or origin.
pub const STATELESS: &str = "_S";
/// Several areas at once, as published ("various").
pub const VARIOUS: &str = "_V";
/// Other, where the publisher gives no further name (sex).
pub const OTHER: &str = "_O";
/// The area of the whole world, as a reference area.
pub const WORLD_AREA: &str = "M49_001";

/// The code of a publisher's residual group, `_O:<publisher>.<id>`: residuals are never merged into one code.
pub fn residual(publisher: &str, id: &str) -> String {
    format!("{OTHER}:{publisher}.{id}")
}

/// Whether the text is a sex code of the observation.
pub fn is_sex(text: &str) -> bool {
    matches!(text, TOTAL | "F" | "M" | OTHER | UNKNOWN | WITHHELD)
}

/// Whether the text is an age code: `_T`, `_U`, `_C`, `Y5`, `Y0T4`, `Y_LT18`, `Y_GE80`.
pub fn is_age(text: &str) -> bool {
    if matches!(text, TOTAL | UNKNOWN | WITHHELD) {
        return true;
    }
    let Some(rest) = text.strip_prefix('Y') else { return false };
    let number = |digits: &str| !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit());
    if let Some(bound) = rest.strip_prefix("_GE").or_else(|| rest.strip_prefix("_LT")) {
        return number(bound);
    }
    match rest.split_once('T') {
        Some((from, to)) => number(from) && number(to) && from.parse::<u16>().ok() <= to.parse::<u16>().ok(),
        None => number(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_follow_sdmx() {
        for good in ["_T", "Y0T4", "Y_GE80", "Y_LT18", "Y7", "Y18T29"] {
            assert!(is_age(good), "{good}");
        }
        for bad in ["", "Y", "Y_GE", "Y9T4", "0T4", "Y0T", "Y1234", "_O"] {
            assert!(!is_age(bad), "{bad}");
        }
    }

    #[test]
    fn a_residual_names_its_publisher() {
        assert_eq!(residual("undesa", "other_north"), "_O:undesa.other_north");
    }
}
