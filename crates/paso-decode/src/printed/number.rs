//! Numbers as documents print them.

/// The marks with which a document writes numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// What stands between groups of three digits.
    pub(super) thousands: Option<char>,
    /// What stands before decimals.
    pub(super) decimal: Option<char>,
}

/// What some country writes between digits.
const USUAL: [char; 9] = ['.', ',', '\'', '’', '·', ' ', '\u{A0}', '\u{2009}', '\u{202F}'];
/// Hyphens, minus and dash: all of them are printed before a negative number.
const MINUS: [char; 3] = ['-', '\u{2212}', '\u{2013}'];

impl Marks {
    /// The digits of a printed number without marks, with a point before decimals; or what is wrong with it.
    pub(super) fn read(self, printed: &str) -> Result<String, String> {
        let negative = printed.starts_with(MINUS);
        let unsigned = printed.strip_prefix(MINUS).or_else(|| printed.strip_prefix('+')).unwrap_or(printed);
        let declared = |c: char| Some(c) == self.thousands || Some(c) == self.decimal;
        match unsigned.chars().find(|&c| !c.is_ascii_digit() && !declared(c)) {
            Some(mark) if USUAL.contains(&mark) && unsigned.contains(|c: char| c.is_ascii_digit()) => {
                return Err(format!(
                    "nothing says what {} means in \"{printed}\": name it as thousands or as decimal, in the figure or in its document",
                    show(mark)
                ));
            }
            None if unsigned.contains(|c: char| c.is_ascii_digit()) => {}
            _ => {
                return Err(format!(
                    "\"{printed}\" is not a number: give the digits as printed, and what they count under counted or unit"
                ));
            }
        }
        let (whole, fraction) = match self.decimal.and_then(|mark| unsigned.split_once(mark)) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (unsigned, None),
        };
        if fraction.is_some_and(|fraction| fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(format!("\"{printed}\" has no digits, or more than digits, after its decimal mark"));
        }
        let whole = self
            .joined(whole)
            .ok_or_else(|| format!("the thousands mark of \"{printed}\" does not stand between groups of three digits"))?;
        let whole = if whole.is_empty() { "0" } else { &whole };
        let sign = if negative { "-" } else { "" };
        Ok(fraction.map_or_else(|| format!("{sign}{whole}"), |fraction| format!("{sign}{whole}.{fraction}")))
    }

    /// The whole part without thousands marks.
    fn joined(self, whole: &str) -> Option<String> {
        let Some(mark) = self.thousands.filter(|&mark| whole.contains(mark)) else { return Some(whole.to_owned()) };
        let mut groups = whole.split(mark);
        let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
        groups.try_fold(first.to_owned(), |joined, group| (group.len() == 3).then(|| joined + group))
    }

    /// Whether a printed number stands in a text, and is not a piece of a longer one there.
    pub(super) fn stand(self, printed: &str, text: &str) -> Standing {
        let mut standing = Standing::Nowhere;
        for (at, _) in text.match_indices(printed) {
            let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + printed.len()..).unwrap_or_default());
            if !self.goes_on_before(printed, before) && !self.goes_on_after(after) {
                return Standing::Alone;
            }
            standing = Standing::Piece;
        }
        standing
    }

    fn goes_on_after(self, after: &str) -> bool {
        let mut rest = after.chars();
        match rest.next() {
            None => false,
            Some(c) if c.is_ascii_digit() => true,
            Some(mark) if mark.is_whitespace() => Some(mark) == self.thousands && run(rest) == 3,
            Some(mark) => self.joins(mark) && run(rest) > 0,
        }
    }

    fn goes_on_before(self, printed: &str, before: &str) -> bool {
        let mut rest = before.chars().rev();
        match rest.next() {
            None => false,
            Some(c) if c.is_ascii_digit() => true,
            // A space separates words as well: it only joins digits where both sides can be groups.
            Some(mark) if mark.is_whitespace() => Some(mark) == self.thousands && run(printed.chars()) == 3 && (1..=3).contains(&run(rest)),
            Some(mark) => self.joins(mark) && run(rest) > 0,
        }
    }

    fn joins(self, mark: char) -> bool {
        USUAL.contains(&mark) || Some(mark) == self.thousands || Some(mark) == self.decimal
    }
}

/// Where a number stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// As a number of its own.
    Alone,
    /// Only inside longer numbers.
    Piece,
    /// Not at all.
    Nowhere,
}

/// How many digits begin a text.
fn run(text: impl Iterator<Item = char>) -> usize {
    text.take_while(char::is_ascii_digit).count()
}

/// A mark in an error message: spaces cannot be told apart by eye.
pub(super) fn show(mark: char) -> String {
    if mark.is_whitespace() { format!("the space U+{:04X}", u32::from(mark)) } else { format!("\"{mark}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPANISH: Marks = Marks { thousands: Some('.'), decimal: Some(',') };
    const NONE: Marks = Marks { thousands: None, decimal: None };

    #[test]
    fn marks_are_read_as_declared() {
        let english = Marks { thousands: Some(','), decimal: Some('.') };
        let french = Marks { thousands: Some('\u{202F}'), decimal: Some(',') };
        let decimal_point = Marks { thousands: None, decimal: Some('.') };
        for (marks, printed, number) in [
            (SPANISH, "56.586", "56586"),
            (SPANISH, "1.204.007,50", "1204007.50"),
            (SPANISH, "7,5", "7.5"),
            (SPANISH, "1070", "1070"),
            (english, "56,586.0", "56586.0"),
            (decimal_point, "56.586", "56.586"),
            (decimal_point, ".5", "0.5"),
            (french, "1\u{202F}204,5", "1204.5"),
            (NONE, "007", "007"),
            (NONE, "\u{2212}12", "-12"),
            (SPANISH, "–1.204", "-1204"),
            (NONE, "+12", "12"),
        ] {
            assert_eq!(marks.read(printed).as_deref(), Ok(number), "{printed}");
        }
    }

    #[test]
    fn what_nobody_declared_is_no_mark() {
        let problem = |marks: Marks, printed: &str| marks.read(printed).unwrap_err();
        assert!(problem(NONE, "56.586").starts_with("nothing says what \".\" means in \"56.586\": name it as thousands or as decimal"));
        assert!(problem(SPANISH, "56 586").starts_with("nothing says what the space U+0020 means"));
        for printed in ["", "-", ".", "muchos", "7,5 %", "1e3", "0x1F", "５６", "56-57"] {
            assert!(SPANISH.read(printed).is_err(), "{printed}");
        }
        for printed in ["1.20", "12.3456", "1234.567", ".586", "1..000"] {
            assert!(problem(SPANISH, printed).contains("groups of three digits"), "{printed}");
        }
        for printed in ["7,", "7,5,0", "7,500.000"] {
            assert!(problem(SPANISH, printed).contains("after its decimal mark"), "{printed}");
        }
    }

    #[test]
    fn a_number_is_not_a_piece_of_another_one() {
        let spaced = Marks { thousands: Some(' '), decimal: Some(',') };
        for (marks, printed, text, standing) in [
            (SPANISH, "56.586", "En 2021 se registraron 56.586 ingresos.", Standing::Alone),
            (SPANISH, "56.586", "fueron 56.586.", Standing::Alone),
            (SPANISH, "2021", "(2020, 2021, 2022)", Standing::Alone),
            (SPANISH, "56.586", "fueron 156.586", Standing::Piece),
            (SPANISH, "586", "fueron 56.586", Standing::Piece),
            (SPANISH, "56", "fueron 56.586", Standing::Piece),
            (NONE, "7", "un 7,5 %", Standing::Piece),
            (SPANISH, "7", "un 7,5 % de 7", Standing::Alone),
            (SPANISH, "56.586", "fueron 56586", Standing::Nowhere),
            (spaced, "56 586", "en 2021 56 586 ingresos", Standing::Alone),
            (spaced, "586", "fueron 56 586 ingresos", Standing::Piece),
            (spaced, "56", "fueron 56 586 ingresos", Standing::Piece),
            (NONE, "1300005", "Total País 782422 517583 1300005", Standing::Alone),
            (NONE, "517583", "Total País 782422 517583 1300005", Standing::Alone),
        ] {
            assert_eq!(marks.stand(printed, text), standing, "{printed} in {text}");
        }
    }
}
