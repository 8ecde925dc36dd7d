//! Ages as publishers write them.

/// The SDMX code of an age or a span of ages in completed years: `7`, `0-4`, `00 A 04`, `15 a 19 años`, `80 O MÁS`, `85+`, `under 5`.
pub fn read_age(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '_'))
        .filter(|word| !matches!(*word, "" | "años" | "año" | "years" | "year" | "anos" | "ans" | "age" | "edad" | "de" | "old"))
        .collect();
    let number = |word: &str| word.parse::<u16>().ok().filter(|number| *number < 200 && word.bytes().all(|b| b.is_ascii_digit()));
    let more = |word: &str| matches!(word, "más" | "mas" | "more" | "over" | "older" | "above" | "mais" | "plus");
    match words.as_slice() {
        [one] if one.ends_with('+') => number(one.trim_end_matches('+')).map(|from| format!("Y_GE{from}")),
        [one] => number(one).map(|age| format!("Y{age}")),
        [from, "+"] => number(from).map(|from| format!("Y_GE{from}")),
        [from, "y" | "o" | "ó" | "and" | "or" | "e" | "ou" | "et", word] if more(word) => number(from).map(|from| format!("Y_GE{from}")),
        ["under" | "below", to] => number(to).map(|to| format!("Y_LT{to}")),
        ["menos" | "menores" | "less", "than" | "que", to] => number(to).map(|to| format!("Y_LT{to}")),
        [from, to] | [from, "a" | "to" | "à" | "y", to] => {
            let (from, to) = (number(from)?, number(to)?);
            (from <= to).then(|| if from == to { format!("Y{from}") } else { format!("Y{from}T{to}") })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use paso_model::code::is_age;

    use super::*;

    #[test]
    fn ages_in_their_many_forms() {
        for (text, code) in [
            ("7", "Y7"),
            ("0", "Y0"),
            ("0-4", "Y0T4"),
            ("00 A 04", "Y0T4"),
            ("15 a 19 años", "Y15T19"),
            ("80 O MÁS", "Y_GE80"),
            ("80 o más años", "Y_GE80"),
            ("85+", "Y_GE85"),
            ("100 and over", "Y_GE100"),
            ("75 ó más", "Y_GE75"),
            ("under 5", "Y_LT5"),
            ("de 20 a 24 años", "Y20T24"),
            ("25–29", "Y25T29"),
        ] {
            assert_eq!(read_age(text).as_deref(), Some(code), "{text}");
            assert!(is_age(code), "{code}");
        }
        for text in ["", "total", "9-4", "IGNORADA", "1 2 3", "-4x", "17 ó menos", "2020"] {
            assert_eq!(read_age(text), None, "{text}");
        }
    }
}
