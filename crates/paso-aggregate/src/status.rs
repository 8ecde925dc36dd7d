//! Status letters as columns: one boolean per letter in the views, one text in a finished table.

use paso_model::STATUS_LETTERS;

/// The column of a finished table.
pub(crate) const STATUS: &str = "status";

/// The letters that an observation's status may have, `A` (normal) excepted.
pub(crate) fn letters() -> impl Iterator<Item = char> {
    STATUS_LETTERS.iter().map(|(letter, _)| *letter).filter(|letter| *letter != 'A')
}

/// The name of a letter's boolean column.
pub(crate) fn column(letter: char) -> String {
    format!("{STATUS}_{}", letter.to_ascii_lowercase())
}

/// The letter of a boolean column.
pub(crate) fn letter_of(name: &str) -> Option<char> {
    letters().find(|letter| column(*letter) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_but_normal_has_a_column() {
        let letters: String = letters().collect();
        assert_eq!(letters, "BDEFGIJKLMNOPQSUVW");
        assert_eq!(letter_of("status_q"), Some('Q'));
        for other in ["status", "status_a", "status_c", "status_qq", "status_Q"] {
            assert_eq!(letter_of(other), None, "{other}");
        }
    }
}
