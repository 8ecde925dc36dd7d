//! Facts that stand in cells around a table, such as the day of the last update above a header.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::batch::Facts;
use crate::error::DecodeError;

/// A cell, for facts in CSV and XLSX bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellPlace {
    /// The row of the sheet or the line of the CSV file, from 1.
    pub row: u32,
    /// The column, from 1.
    pub column: u32,
}

/// Checks the places of a definition's facts.
pub(crate) fn validate(key: &str, facts: &BTreeMap<String, CellPlace>) -> Result<(), DecodeError> {
    match facts.iter().find(|(_, place)| place.row == 0 || place.column == 0) {
        None => Ok(()),
        Some((name, _)) => {
            Err(DecodeError::Definition { key: format!("{key}.{name}"), problem: "rows and columns count from 1".to_owned() })
        }
    }
}

/// Picks the declared cells out of the rows that pass.
pub(crate) struct Watch<'f> {
    wanted: &'f BTreeMap<String, CellPlace>,
    found: Facts,
    last_row: u32,
}

impl<'f> Watch<'f> {
    pub(crate) fn new(wanted: &'f BTreeMap<String, CellPlace>) -> Self {
        Self { wanted, found: Facts::new(), last_row: wanted.values().map(|place| place.row).max().unwrap_or(0) }
    }

    /// The last row that holds a fact; 0 if there are none.
    pub(crate) fn last_row(&self) -> u32 {
        self.last_row
    }

    /// Looks at a row; `cell` yields the text of its columns, from index 0.
    pub(crate) fn see<'c>(&mut self, row: u32, cell: impl Fn(usize) -> Option<&'c str>) {
        if row > self.last_row {
            return;
        }
        for (name, place) in self.wanted.iter().filter(|(_, place)| place.row == row) {
            if let Some(text) = cell(place.column as usize - 1).filter(|text| !text.trim().is_empty()) {
                self.found.insert(name.clone(), text.to_owned());
            }
        }
    }

    /// The facts, all of them.
    pub(crate) fn finish(self, place: &str) -> Result<Facts, DecodeError> {
        for (name, cell) in self.wanted {
            if !self.found.contains_key(name) {
                let position = format!("row {}, column {} of {place}", cell.row, cell.column);
                return Err(DecodeError::FactMissing { name: name.clone(), position });
            }
        }
        Ok(self.found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_the_text_of_its_cell_and_a_blank_one_is_missing() {
        let wanted = BTreeMap::from([("updated".to_owned(), CellPlace { row: 3, column: 2 })]);
        let mut watch = Watch::new(&wanted);
        watch.see(2, |_| Some("no"));
        watch.see(3, |index| [Some("Last Updated Date"), Some("2025-04-15")][index]);
        watch.see(4, |_| Some("no"));
        assert_eq!(watch.finish("the body").unwrap()["updated"], "2025-04-15");

        let mut watch = Watch::new(&wanted);
        watch.see(3, |_| Some(" "));
        let error = watch.finish("the body").unwrap_err();
        assert_eq!(error.to_string(), "nothing stands at row 3, column 2 of the body, where the definition expects the fact \"updated\"");
    }

    #[test]
    fn places_count_from_one() {
        let facts = BTreeMap::from([("updated".to_owned(), CellPlace { row: 0, column: 2 })]);
        assert_eq!(
            validate("decode.csv.facts", &facts).unwrap_err().to_string(),
            "decode.csv.facts.updated: rows and columns count from 1"
        );
    }
}
