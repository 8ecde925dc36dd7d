//! What a text that nobody knows may be meant for. A suggestion is for people: nothing in the project acts on one.

use std::collections::{BTreeMap, BTreeSet};

use crate::{areas::Areas, scheme::Scheme};

/// A text of the reference data that resembles another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion<'a> {
    /// The text that is known.
    pub text: &'a str,
    /// What that text means.
    pub id: &'a str,
    /// The schemes that have it, sorted; none where it is only the id or name in `areas.csv` or `regions.csv`.
    pub schemes: Vec<&'a str>,
}

impl Areas {
    /// The texts that are most like one: few letters apart, or sharing most words; accents and punctuation aside. The best first, one for
    /// each id, at most `most`. Only the texts of a scheme and its bases where one is given.
    pub fn suggest(&self, text: &str, scheme: Option<&Scheme>, most: usize) -> Vec<Suggestion<'_>> {
        let schemes: BTreeSet<&str> = match scheme {
            Some(scheme) => scheme.chain().map(Scheme::name).collect(),
            None => self.schemes().map(Scheme::name).collect(),
        };
        let own = self.schemes().filter(|known| schemes.contains(known.name()));
        let texts =
            own.flat_map(|scheme| scheme.entries.values().map(|entry| (entry.text.as_str(), entry.id.as_str(), Some(scheme.name()))));
        let register = self.register().filter(|_| scheme.is_none()).map(|answer| (answer.text, answer.id, None));
        let wanted = Plain::new(text);
        let mut best: BTreeMap<&str, (u32, &str)> = BTreeMap::new();
        let mut known: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        for (text, id, scheme) in texts.chain(register) {
            let likeness = wanted.likeness(&Plain::new(text));
            if likeness == 0 {
                continue;
            }
            known.entry((id, text)).or_default().extend(scheme);
            let first = best.entry(id).or_insert((likeness, text));
            if (likeness, std::cmp::Reverse(text)) > (first.0, std::cmp::Reverse(first.1)) {
                *first = (likeness, text);
            }
        }
        let mut found: Vec<_> = best.into_iter().collect();
        found.sort_by_key(|(id, (likeness, _))| (std::cmp::Reverse(*likeness), *id));
        found.truncate(most);
        let suggestion = |(id, (_, text))| {
            let schemes = known.remove(&(id, text)).unwrap_or_default().into_iter().collect();
            Suggestion { text, id, schemes }
        };
        found.into_iter().map(suggestion).collect()
    }
}

/// A text without accents, case and punctuation.
struct Plain {
    letters: Vec<char>,
    words: BTreeSet<String>,
}

/// Words that say nothing about which area is meant.
const EMPTY_WORDS: [&str; 18] =
    ["and", "da", "das", "de", "del", "des", "do", "dos", "du", "e", "el", "et", "la", "las", "los", "of", "the", "y"];

impl Plain {
    fn new(text: &str) -> Self {
        let mut letters = Vec::with_capacity(text.len());
        for letter in text.chars().flat_map(char::to_lowercase).map(without_accent) {
            match letter {
                _ if letter.is_alphanumeric() => letters.push(letter),
                _ if letters.last().is_some_and(|last| *last != ' ') => letters.push(' '),
                _ => {}
            }
        }
        if letters.last() == Some(&' ') {
            letters.pop();
        }
        let words = letters.split(|letter| *letter == ' ').map(|word| word.iter().collect::<String>());
        let words = words.filter(|word| !word.is_empty() && !EMPTY_WORDS.contains(&word.as_str())).collect();
        Self { letters, words }
    }

    /// From 0, not alike, to 1000, the same.
    fn likeness(&self, other: &Self) -> u32 {
        let longer = self.letters.len().max(other.letters.len());
        let shorter = self.letters.len().min(other.letters.len());
        // About one letter in four may be another one. Codes of three letters are all alike, so that a suggestion would say nothing.
        let allowed = if longer > 3 { (longer + 2) / 4 } else { 0 };
        let by_letters = if longer - shorter <= allowed {
            let apart = distance(&self.letters, &other.letters);
            if apart <= allowed { 1000 * (longer - apart) / longer.max(1) } else { 0 }
        } else {
            0
        };
        let shared = self.words.intersection(&other.words).count();
        let telling = self.words.intersection(&other.words).any(|word| word.chars().count() > 3);
        let all = self.words.len() + other.words.len() - shared;
        // Half of the words at least, and one of them more than a code. Words count a little less than letters.
        let by_words = if telling && 2 * shared >= all { 900 * shared / all } else { 0 };
        // `Corea` stands in `Corea del Sur` as a whole: that is more than a few letters in common.
        let within = if telling && shared == self.words.len() { 700 + 200 * shared / all } else { 0 };
        u32::try_from(by_letters.max(by_words).max(within).max(self.begins(other))).unwrap_or(0)
    }

    /// How much of one text the other is, where it begins with it: `EU-27` and `EU27_2020`, `peruana` and `Perú`.
    fn begins(&self, other: &Self) -> usize {
        let close = |text: &Self| text.letters.iter().copied().filter(|letter| *letter != ' ').collect::<Vec<_>>();
        let (one, two) = (close(self), close(other));
        let (shorter, longer) = if one.len() < two.len() { (one, two) } else { (two, one) };
        if shorter.len() > 3 && longer.starts_with(&shorter) { 500 + 200 * shorter.len() / longer.len() } else { 0 }
    }
}

/// How many letters must be put in, left out, replaced or exchanged with their neighbour (the distance of optimal string
/// alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(above.len());
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = above[j] + usize::from(x != y);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

/// The letter below the accents of Spanish, Portuguese, French and their neighbours.
fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' | 'č' | 'ć' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'š' => 's',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'ž' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: &str, b: &str) -> u32 {
        Plain::new(a).likeness(&Plain::new(b))
    }

    #[test]
    fn letters_are_counted() {
        let apart = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!((apart("", ""), apart("", "abc"), apart("abc", "abc")), (0, 3, 0));
        assert_eq!((apart("chilli", "chile"), apart("chlie", "chile"), apart("kitten", "sitting")), (2, 1, 3));
    }

    #[test]
    fn accents_case_and_punctuation_do_not_tell_texts_apart() {
        for (a, b) in [("Perú", "PERU"), ("Côte d’Ivoire", "cote d'ivoire"), ("Congo, Rep.", "congo rep")] {
            assert_eq!(likeness(a, b), 1000, "{a} {b}");
        }
    }

    #[test]
    fn shared_words_and_few_letters_are_alike_and_others_are_not() {
        assert!(likeness("Corea del Sud", "Corea del Sur") > likeness("Corea del Sud", "Corea del Norte"));
        assert!(likeness("Republica de Corea del Sur", "Corea del Sur") > 0);
        assert!(likeness("Chilli", "Chile") > 0 && likeness("Perou", "Peru") > 0 && likeness("CHLL", "CHL") > 0);
        assert_eq!(likeness("Corea (Sur)", "Corea del Sur"), 900);
        assert!(likeness("Corea", "Corea del Sur") > likeness("Corea", "Corral"));
        assert!(likeness("EU-27", "EU27_2020") > 0 && likeness("peruana", "Perú") > 0);
        for (a, b) in [
            ("Chile", "Perú"),
            ("República de Corea", "República Dominicana"),
            ("Corea del Sud", "SUD"),
            ("CHX", "CHL"),
            ("", "Chile"),
            ("A", "B"),
            ("?", "!"),
            ("", ""),
        ] {
            assert_eq!(likeness(a, b), 0, "{a} {b}");
        }
    }
}
