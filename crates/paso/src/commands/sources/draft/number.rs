//! How the numbers of a column are written.

use paso_normalize::parse_number;

/// A way to write numbers, and what it does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notation {
    pub(crate) thousands: Option<char>,
    pub(crate) decimal: char,
    /// Texts that are no number: they mean something.
    pub(crate) unread: Vec<String>,
    /// A text such as `3.675`, where no text of the column says whether its mark stands before thousands or before decimals. The notation is
    /// then the one for thousands.
    pub(crate) doubtful: Option<String>,
}

/// The notations that publishers use, the plainest first.
const NOTATIONS: [(Option<char>, char); 6] =
    [(None, '.'), (Some('.'), ','), (Some(','), '.'), (Some(' '), ','), (Some('\u{a0}'), ','), (Some('\''), '.')];

/// The notation that reads most of the texts; none where it does not read four out of five.
pub(crate) fn notation(texts: &[&str]) -> Option<Notation> {
    let unread = |(thousands, decimal): (Option<char>, char)| -> Vec<String> {
        texts.iter().filter(|text| parse_number(text, 0, thousands, decimal).is_err()).map(|text| (*text).to_owned()).collect()
    };
    let fewest = NOTATIONS.iter().map(|notation| unread(*notation).len()).min()?;
    if fewest >= texts.len() || fewest * 5 > texts.len() {
        return None;
    }
    let mut notations = NOTATIONS.iter().copied().filter(|notation| unread(*notation).len() == fewest);
    let (thousands, decimal) = notations.next()?;
    let plain = Notation { thousands, decimal, unread: unread((thousands, decimal)), doubtful: None };
    // Two notations read `3.675`: whoever takes the plainer one may be wrong a thousandfold.
    let Some(mark) = ['.', ','].into_iter().find(|mark| could_be_thousands(*mark, texts)) else { return Some(plain) };
    let grouped = if mark == '.' { (Some('.'), ',') } else { (Some(','), '.') };
    if unread(grouped).len() > fewest {
        return Some(plain);
    }
    let (thousands, decimal) = grouped;
    let marked = texts.iter().find(|text| text.contains(mark)).map(|text| (*text).to_owned());
    let told = texts.iter().any(|text| text.matches(mark).count() > 1 || (text.contains('.') && text.contains(',')));
    Some(Notation { thousands, decimal, unread: unread(grouped), doubtful: marked.filter(|_| !told) })
}

/// Whether a mark stands in some of the numbers and always before exactly three digits, as one for thousands does.
fn could_be_thousands(mark: char, texts: &[&str]) -> bool {
    let is_number = |text: &&&str| text.bytes().any(|b| b.is_ascii_digit());
    let mut marked = texts.iter().filter(is_number).filter(|text| text.contains(mark)).peekable();
    marked.peek().is_some()
        && marked.all(|text| {
            let mut groups = text.trim().trim_start_matches(['-', '+']).split(mark);
            let first = groups.next().unwrap_or_default();
            // The other mark may stand behind the last group: `1,625,074.5`.
            let three = |group: &str| group.split(['.', ',']).next().is_some_and(|digits| digits.len() == 3);
            (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(three)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str]) -> Option<(Option<char>, char, bool)> {
        notation(texts).map(|notation| (notation.thousands, notation.decimal, notation.doubtful.is_some()))
    }

    #[test]
    fn marks_are_told_by_what_stands_beside_them() {
        assert_eq!(found(&["12", "1300"]), Some((None, '.', false)));
        assert_eq!(found(&["1.625.074", "826"]), Some((Some('.'), ',', false)));
        assert_eq!(found(&["1,625,074.5", "826"]), Some((Some(','), '.', false)));
        assert_eq!(found(&["1,625,074", "3,675"]), Some((Some(','), '.', false)));
        assert_eq!(found(&["0.125", "12.5"]), Some((None, '.', false)));
        assert_eq!(found(&["0,125", "12,5"]), Some((Some('.'), ',', false)));
        assert_eq!(found(&["1234.567", "3.675"]), Some((None, '.', false)));
        assert_eq!(found(&["Chile", "Perú", "12"]), None);
    }

    /// Thousands of refused entries at the borders, as Eurostat's Data Explorer wrote them, were drafted as numbers with three decimals.
    #[test]
    fn a_mark_before_three_digits_throughout_is_in_doubt() {
        assert_eq!(found(&["3,675", "13,195", "845"]), Some((Some(','), '.', true)));
        assert_eq!(found(&["826.071", "79.335"]), Some((Some('.'), ',', true)));
        assert_eq!(notation(&[":", "5", "3,675", "13,195", "845"]).unwrap().doubtful.as_deref(), Some("3,675"));
    }

    #[test]
    fn texts_that_are_no_number_are_named() {
        assert_eq!(notation(&["1", "2", "3", "4", "-"]).unwrap().unread, ["-"]);
    }
}
