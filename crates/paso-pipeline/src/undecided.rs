//! What a drafted definition leaves for a person to decide: keys whose value is `"?"`.

use toml::{Table, Value};

/// The mark of what is not decided.
const MARK: &str = "?";

/// The dotted keys that are not decided, in the order of the file. A list may hold the mark as a publisher's text: only the value of a key counts.
pub(crate) fn undecided(table: &Table) -> Vec<String> {
    let mut found = Vec::new();
    collect(table, "", &mut found);
    found
}

fn collect(table: &Table, place: &str, found: &mut Vec<String>) {
    for (key, value) in table {
        let path = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
        match value {
            Value::String(text) if text == MARK => found.push(path),
            Value::Table(table) => collect(table, &path, found),
            Value::Array(items) => {
                let tables = items.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_table()?)));
                tables.for_each(|(index, table)| collect(table, &format!("{path}.{index}"), found));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_value_of_a_key_is_undecided() {
        let table: Table = toml::from_str("a = '?'\nb = ['?']\n[c]\n'?' = 'O'\n[[d]]\ne = { f = '?' }\n").unwrap();
        assert_eq!(undecided(&table), ["a", "d.0.e.f"]);
    }
}
