//! Columns that say something about a figure: flags, status letters, confidentiality, the power of ten.

use std::fmt::Write as _;

use paso_decode::Role;
use paso_model::STATUS_LETTERS;
use paso_normalize::Flags;

use super::{
    guess::Guess,
    page::Draft,
    text::{comment, quoted, shortened},
};
use crate::message::Column;

/// SDMX `CL_CONF_STATUS`, as `conf_from` takes it.
const CONFIDENTIALITY: [&str; 6] = ["F", "A", "C", "D", "N", "S"];

/// So many codes of an attribute are named in a comment.
const NAMED: usize = 12;

/// What an attribute says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Letters of SDMX `CL_OBS_STATUS`.
    Status,
    /// Letters of SDMX `CL_CONF_STATUS`.
    Confidentiality,
    /// The publisher's own flags or notes.
    Flags,
    /// The power of ten of the published unit.
    Multiplier,
    /// What no key reads.
    Display,
    /// The unit, or how often there is a figure.
    Unit,
    Other,
}

fn kind(column: &Column) -> Option<Kind> {
    let title = column.name.to_lowercase();
    let is_attribute = column.role == Role::Attribute;
    Some(match title.as_str() {
        "obs_status" | "observation_status" => Kind::Status,
        "conf_status" | "obs_conf" => Kind::Confidentiality,
        "obs_flag" | "flag" | "flags" | "flag codes" | "flag_codes" | "flag and footnotes" => Kind::Flags,
        // Elsewhere it may be that of a person.
        "status" if is_attribute => Kind::Flags,
        "unit_mult" | "unit multiplier" | "powercode code" => Kind::Multiplier,
        "decimals" => Kind::Display,
        "unit" | "unit_measure" | "freq" if texts(column).count() == 1 || is_attribute => Kind::Unit,
        _ if is_note(&title) && texts(column).all(is_code) && (column.filled == 0 || column.codes.is_some()) => Kind::Flags,
        _ if is_attribute => Kind::Other,
        _ => return None,
    })
}

fn texts(column: &Column) -> impl Iterator<Item = &str> {
    column.codes.iter().flatten().map(|(text, _)| text.as_str())
}

fn is_note(title: &str) -> bool {
    matches!(title, "note" | "notes" | "notas" | "footnote" | "footnotes") || title.starts_with("note_")
}

/// Whether a text is a code rather than a sentence.
fn is_code(text: &str) -> bool {
    text.len() <= 40 && !text.trim().contains(' ')
}

/// Whether a column says something about a figure, and does not identify it.
pub(super) fn is_one(column: &Column) -> bool {
    kind(column).is_some()
}

impl Draft<'_> {
    fn of_kind(&self, wanted: Kind) -> impl Iterator<Item = &Column> {
        let attributes = self.columns.iter().filter(|(_, guess)| *guess == Guess::Attribute);
        attributes.map(|(column, _)| *column).filter(move |column| kind(column) == Some(wanted))
    }

    /// The keys of `observe` that read attributes: without them, a figure that is flagged becomes one that is not.
    pub(super) fn attribute_keys(&self, flags: &Flags) -> String {
        let mut page = String::new();
        for (number, column) in self.of_kind(Kind::Status).enumerate() {
            let key = if number == 0 { "" } else { "# or: " };
            let codes = codes(column, |text| STATUS_LETTERS.iter().any(|(letter, _)| letter.to_string() == text), "A");
            let _ = writeln!(page, "# {}: status letters; a letter that is not here sends its cells to quarantine.", comment(&column.name));
            let _ = writeln!(page, "{key}status_from = {{ column = {}, codes = {codes} }}", quoted(&column.name));
        }
        for (number, column) in self.of_kind(Kind::Confidentiality).enumerate() {
            let key = if number == 0 { "" } else { "# or: " };
            let codes = codes(column, |text| CONFIDENTIALITY.contains(&text), "C");
            let _ = writeln!(page, "# {}: how confidential a value is, by letters of SDMX CL_CONF_STATUS.", comment(&column.name));
            let _ = writeln!(page, "{key}conf_from = {{ column = {}, codes = {codes} }}", quoted(&column.name));
        }
        let mut tables = Vec::new();
        for column in self.of_kind(Kind::Flags) {
            let separator = separator(column);
            let _ = writeln!(page, "# {}: {}", comment(&column.name), flags_found(column, separator, flags));
            let separator = separator.map(|separator| format!(", separator = {}", quoted(separator))).unwrap_or_default();
            tables.push(format!("{{ column = {}, list = \"?\"{separator} }}", quoted(&column.name)));
        }
        match tables.as_slice() {
            [] => {}
            [one] => _ = writeln!(page, "flags = {one}  # list: one of reference/flags.toml"),
            several => _ = writeln!(page, "flags = [{}]  # list: one of reference/flags.toml", several.join(", ")),
        }
        for column in self.of_kind(Kind::Display) {
            let _ = writeln!(page, "# {}: how many decimals are shown; no key reads it.", comment(&column.name));
        }
        for column in self.of_kind(Kind::Other).filter(|column| column.filled > 0) {
            let asked = "flags, the nature of a figure, a dimension, or nothing to keep?";
            let _ = writeln!(page, "# {}: {asked} {}", comment(&column.name), found(column));
        }
        page
    }

    /// The keys of a table of `observe.values` that attributes fill: the power of ten, and of which unit its rows are.
    pub(super) fn value_keys(&self) -> String {
        let mut page = String::new();
        let mut when = Vec::new();
        for column in self.of_kind(Kind::Multiplier).chain(self.of_kind(Kind::Unit)) {
            let known: Vec<&str> = texts(column).collect();
            match known.as_slice() {
                [] => {}
                [one] => when.push(format!("{} = [{}]", quoted(&column.name), quoted(one))),
                _ => {
                    let asked = "one table of observe.values for each, told apart by when";
                    let _ = writeln!(page, "# {}: {asked}. {}", comment(&column.name), found(column));
                    when.push(format!("{} = \"?\"", quoted(&column.name)));
                }
            }
        }
        for column in self.of_kind(Kind::Multiplier) {
            let power = |text: &str| text.trim().parse::<u32>().ok().and_then(|power| 10_u64.checked_pow(power));
            let powers: Option<Vec<u64>> = texts(column).map(power).collect();
            match powers.as_deref() {
                Some([] | [1]) => {}
                Some([one]) => _ = writeln!(page, "scale = {one}  # {} is {}", comment(&column.name), texts(column).collect::<String>()),
                _ => _ = writeln!(page, "scale = \"?\"  # {} says it", comment(&column.name)),
            }
        }
        if !when.is_empty() {
            let _ = writeln!(page, "when = {{ {} }}", when.join(", "));
        }
        page
    }
}

/// Each code of a column: itself where it is known, and to be decided where it is not. A sample may have none; `example` shows how one is written.
fn codes(column: &Column, knows: impl Fn(&str) -> bool, example: &str) -> String {
    let pairs: Vec<String> =
        texts(column).map(|text| format!("{} = {}", quoted(text), quoted(if knows(text) { text } else { "?" }))).collect();
    if pairs.is_empty() { format!("{{ {example} = \"?\" }}") } else { format!("{{ {} }}", pairs.join(", ")) }
}

/// What stands between the flags of a cell, where it is told: letters of Eurostat stand one behind the other, notes of ILOSTAT between lines.
fn separator(column: &Column) -> Option<&'static str> {
    let letters = |text: &str| text.len() <= 4 && text.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '|' | ' '));
    let title = column.name.to_lowercase();
    if matches!(title.as_str(), "obs_flag" | "status" | "flag and footnotes") && texts(column).all(letters) {
        Some("")
    } else if title.starts_with("note_") || texts(column).any(|text| text.contains('_')) {
        Some("_")
    } else {
        None
    }
}

/// The flags that stand in a column, and the lists that know all of them.
fn flags_found(column: &Column, separator: Option<&str>, flags: &Flags) -> String {
    let mut single: Vec<String> = match separator {
        None => texts(column).map(str::to_owned).collect(),
        Some("") => texts(column).flat_map(str::chars).filter(|c| !c.is_whitespace()).map(String::from).collect(),
        Some(separator) => texts(column).flat_map(|text| text.split(separator)).map(|flag| flag.trim().to_owned()).collect(),
    };
    single.sort_unstable();
    single.dedup();
    if single.is_empty() {
        return "the publisher's flags; this sample has none.".to_owned();
    }
    let mut lists: Vec<&str> = flags.all().map(|(list, ..)| list).collect();
    lists.dedup();
    lists.retain(|list| single.iter().all(|flag| flags.get(list, flag).is_some()));
    let known = if lists.is_empty() { "no list has all of them".to_owned() } else { format!("all are in {}", lists.join(", ")) };
    let shown: Vec<String> = single.iter().take(NAMED).map(|flag| shortened(flag)).collect();
    let more = if single.len() > NAMED { " …" } else { "" };
    format!("the publisher's flags {}{more}: {known}.", shown.join(", "))
}

fn found(column: &Column) -> String {
    match &column.codes {
        None => "It has too many texts to list.".to_owned(),
        Some(codes) => {
            let listed: Vec<String> = codes.iter().map(|(text, _)| text.clone()).collect();
            let shown: Vec<String> = listed.iter().take(NAMED).map(|text| shortened(text)).collect();
            format!("Found: {}{}", shown.join(", "), if listed.len() > NAMED { " …" } else { "" })
        }
    }
}
