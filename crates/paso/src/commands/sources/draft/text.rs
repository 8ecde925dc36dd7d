//! Texts as TOML and its comments hold them.

use std::fmt::Write as _;

use paso_decode::printable;
use paso_normalize::PeriodForm;

/// So many texts that nothing knows are listed, to be decided one by one.
const LISTED: usize = 12;

/// Texts with what they mean to be decided; of very many the first.
pub(super) fn undecided(texts: &[String]) -> String {
    let listed: Vec<String> = texts.iter().take(LISTED).map(|text| format!("{} = \"?\"", quoted(text))).collect();
    format!("{{ {} }}", listed.join(", "))
}

/// How many texts [`undecided`] leaves out, for the comment above it.
pub(super) fn unlisted(texts: usize) -> String {
    if texts > LISTED { format!(" {} more texts are not listed.", texts - LISTED) } else { String::new() }
}

pub(super) fn form_key(form: &PeriodForm) -> String {
    match form {
        PeriodForm::Date(format) => format!("{{ date = {} }}", quoted(format)),
        form => serde_json::to_string(form).unwrap_or_else(|_| "\"?\"".to_owned()),
    }
}

pub(super) fn is_nothing(value: &toml::Value) -> bool {
    match value {
        toml::Value::Boolean(set) => !set,
        toml::Value::Array(items) => items.is_empty(),
        toml::Value::Table(table) => table.is_empty(),
        _ => false,
    }
}

pub(super) fn inline(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => quoted(text),
        toml::Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        toml::Value::Table(table) => {
            let pairs: Vec<String> =
                table.iter().filter(|(_, value)| !is_nothing(value)).map(|(key, value)| format!("{key} = {}", inline(value))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        other => other.to_string(),
    }
}

/// A text between quotes on one line, as TOML reads it; what a terminal would obey is escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if printable(c.encode_utf8(&mut [0; 4])) != c.to_string() => _ = write!(quoted, "\\U{:08X}", c as u32),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// A text that stays within its comment.
pub(super) fn comment(text: &str) -> String {
    printable(&text.replace(['\n', '\r'], " ")).into_owned()
}

pub(super) fn shortened(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    comment(&if short.len() < text.len() { format!("{short}…") } else { short })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line() {
        assert_eq!(quoted("a\n\"b\"\\"), "\"a\\U0000000A\\\"b\\\"\\\\\"");
        let table: toml::Table = toml::from_str(&format!("{} = {}", quoted("a\tb"), quoted("c\n\"d\""))).unwrap();
        assert_eq!(table["a\tb"].as_str(), Some("c\n\"d\""));
        assert_eq!(comment("a\nb"), "a b");
    }
}
