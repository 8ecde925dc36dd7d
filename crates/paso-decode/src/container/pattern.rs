//! Names with gaps: `*` stands for any text, `?` for one character.

/// Whether a name is meant as a pattern.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether a name fits a pattern, from its first character to its last.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // The last star, and the first character that it has not swallowed yet: on a mismatch it swallows one more.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, swallowed)) = star else { return false };
                star = Some((at, swallowed + 1));
                (p, n) = (at + 1, swallowed + 1);
            }
        }
    }
    pattern[p..].iter().all(|left| *left == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_fill_gaps() {
        let cases = [
            ("API_*.csv", "API_SM.POP.NETM.csv", true),
            ("API_*.csv", "Metadata_API_.csv", false),
            ("Tabla ?", "Tabla 1", true),
            ("Tabla ?", "Tabla 12", false),
            ("*", "", true),
            ("?", "", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*ab", "aab", true),
            ("año ?", "año é", true),
            ("", "", true),
            ("a", "A", false),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
        assert!(is_pattern("a?") && is_pattern("*") && !is_pattern("Table 1"));
    }

    #[test]
    fn many_stars_cost_no_more_than_the_product_of_the_lengths() {
        assert!(!matches(&"*a".repeat(200), &"a".repeat(10_000).replace("aaaaa", "aaaab")[..150]));
    }
}
