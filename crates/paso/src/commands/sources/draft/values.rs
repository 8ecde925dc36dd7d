//! The tables `observe.cells` and `observe.values` of a draft.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    guess::Guess,
    number::Notation,
    page::Draft,
    text::{comment, quoted, undecided},
};

impl Draft<'_> {
    pub(super) fn values(&self) -> String {
        let numbers: Vec<_> = self
            .columns
            .iter()
            .filter_map(|(column, guess)| if let Guess::Number(notation) = guess { Some((column, notation)) } else { None })
            .collect();
        let unread: BTreeSet<&String> = numbers.iter().flat_map(|(_, notation)| &notation.unread).collect();
        let blank = numbers.iter().any(|(column, _)| column.filled < self.rows);
        let missing: Vec<String> = blank.then(String::new).into_iter().chain(unread.into_iter().cloned()).collect();
        let marks = marks(&numbers.iter().map(|(_, notation)| *notation).collect::<Vec<_>>());
        let mut page = String::new();
        if !marks.is_empty() || !missing.is_empty() {
            let _ = write!(page, "\n[{}]\n{marks}", self.table("observe.cells"));
        }
        if !missing.is_empty() {
            let _ = writeln!(
                page,
                "missing = {}  # SDMX status letters; texts that are no figure of the table go to exclude, withheld counts to suppressed",
                undecided(&missing)
            );
        }
        let names = numbers.iter().map(|(column, _)| column.name.as_str());
        let columns: Vec<&str> = match &self.wide {
            Some(wide) => names.filter(|name| !wide.titles.iter().any(|title| title == name)).chain(["value"]).collect(),
            None => names.collect(),
        };
        if columns.is_empty() && self.headless.is_empty() {
            page += "\n# No column is a number throughout.\n";
        }
        let attributes = self.value_keys();
        for column in if columns.is_empty() { vec!["?"] } else { columns } {
            let measure = "measure = \"?\"  # from reference/measures.toml";
            let _ = writeln!(page, "\n[[{}]]\ncolumn = {}\n{measure}", self.table("observe.values"), quoted(column));
            page += &attributes;
        }
        page
    }
}

/// The marks in numbers: as those columns have them in which they are told, for one table has one way to write.
fn marks(notations: &[&Notation]) -> String {
    let lines = |thousands: Option<char>, decimal: char| {
        let thousands = thousands.map(|mark| format!("thousands = {}\n", quoted(&mark.to_string()))).unwrap_or_default();
        format!("{thousands}decimal = {}\n", quoted(&decimal.to_string()))
    };
    let marked = |notation: &&&Notation| notation.thousands.is_some() || notation.decimal != '.';
    if let Some(told) = notations.iter().filter(|notation| notation.doubtful.is_none()).find(marked) {
        return lines(told.thousands, told.decimal);
    }
    let Some((text, notation)) = notations.iter().find_map(|notation| Some((notation.doubtful.as_deref()?, notation))) else {
        return String::new();
    };
    let mark = notation.thousands.unwrap_or(notation.decimal);
    let digits: String = text.chars().filter(|c| *c != mark).collect();
    let other = text.replace(mark, ".");
    format!(
        "# Every {} stands before three digits: {} is {} where it is the mark for thousands, and {} where it is that for decimals.\n\
         thousands = \"?\"  # {}, or leave the line away\ndecimal = \"?\"  # {} or {}\n",
        quoted(&mark.to_string()),
        comment(text),
        comment(&digits),
        comment(&other),
        quoted(&mark.to_string()),
        quoted(&notation.decimal.to_string()),
        quoted(&mark.to_string())
    )
}
