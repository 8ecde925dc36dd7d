//! How the numbers of a column are written.

use paso_normalize::parse_number;

/// A way to write numbers, and what it does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notation {
    pub(crate) thousands: Option<char>,
    pub(crate) decimal: char,
    /// Texts that are no number: they mean something.
    pub(crate) unread: Vec<String>,
    /// Whether the texts could be meant otherwise: `1.625` is a number with a mark for thousands, and one with three decimals.
    pub(crate) doubtful: bool,
}

/// The notations that publishers use, the plainest first.
const NOTATIONS: [(Option<char>, char); 6] =
    [(None, '.'), (Some('.'), ','), (Some(','), '.'), (Some(' '), ','), (Some('\u{a0}'), ','), (Some('\''), '.')];

/// The notation that reads most of the texts; none where it does not read four out of five.
pub(crate) fn notation(texts: &[&str]) -> Option<Notation> {
    let read = |thousands, decimal| texts.iter().filter(|text| parse_number(text, 0, thousands, decimal).is_ok()).count();
    let counts: Vec<usize> = NOTATIONS.iter().map(|(thousands, decimal)| read(*thousands, *decimal)).collect();
    let most = counts.iter().copied().max().filter(|most| *most > 0 && most * 5 >= texts.len() * 4)?;
    let mut best = counts.iter().position(|count| *count == most)?;
    // Where every mark stands before three digits, nobody publishes three decimals: it is that for thousands.
    let marked: Vec<&&str> = texts.iter().filter(|text| text.contains('.')).collect();
    let grouped =
        |text: &&&str| text.rsplit_once('.').is_some_and(|(_, rest)| rest.len() == 3) && !text.trim_start_matches('-').starts_with("0.");
    let doubtful = best == 0 && !marked.is_empty() && marked.iter().all(grouped);
    if doubtful {
        best = 1;
    }
    let (thousands, decimal) = NOTATIONS[best];
    let unread = texts.iter().filter(|text| parse_number(text, 0, thousands, decimal).is_err()).map(|text| (*text).to_owned()).collect();
    Some(Notation { thousands, decimal, unread, doubtful })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str]) -> Option<(Option<char>, char, bool)> {
        notation(texts).map(|notation| (notation.thousands, notation.decimal, notation.doubtful))
    }

    #[test]
    fn marks_are_told_by_what_stands_beside_them() {
        assert_eq!(found(&["12", "1300"]), Some((None, '.', false)));
        assert_eq!(found(&["1.625.074", "826"]), Some((Some('.'), ',', false)));
        assert_eq!(found(&["1,625,074.5", "826"]), Some((Some(','), '.', false)));
        assert_eq!(found(&["0.125", "12.5"]), Some((None, '.', false)));
        assert_eq!(found(&["826.071", "79.335"]), Some((Some('.'), ',', true)));
        assert_eq!(found(&["Chile", "Perú", "12"]), None);
    }

    #[test]
    fn texts_that_are_no_number_are_named() {
        assert_eq!(notation(&["1", "2", "3", "4", "-"]).unwrap().unread, ["-"]);
    }
}
