//! Facts that stand in cells around a table, such as the day of the last update above a header.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::batch::Facts;
use crate::error::DecodeError;

/// Where a fact stands in CSV and XLSX bodies: in a cell, or in the first one that begins with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellPlace {
    /// The row of the sheet or the line of the CSV file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The column, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// What the first text of a row begins with; the fact is the rest of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_with: Option<String>,
}

impl CellPlace {
    /// What an error calls it.
    fn position(&self, place: &str) -> String {
        match self {
            Self { starts_with: Some(beginning), .. } => format!("a row of {place} that begins with {beginning:?}"),
            Self { row, column, .. } => format!("row {}, column {} of {place}", row.unwrap_or_default(), column.unwrap_or_default()),
        }
    }

    /// The last row that may hold it.
    fn last_row(&self) -> u32 {
        self.row.unwrap_or(u32::MAX)
    }
}

/// Checks the places of a definition's facts.
pub(crate) fn validate(key: &str, facts: &BTreeMap<String, CellPlace>) -> Result<(), DecodeError> {
    for (name, place) in facts {
        let problem = match (place.row, place.column, place.starts_with.as_deref()) {
            (Some(0), ..) | (_, Some(0), _) => "rows and columns count from 1",
            (Some(_), Some(_), None) => continue,
            (None, None, Some(beginning)) if !beginning.trim().is_empty() => continue,
            _ => "needs a row and a column, or what its cell starts with",
        };
        return Err(DecodeError::Definition { key: format!("{key}.{name}"), problem: problem.to_owned() });
    }
    Ok(())
}

/// How many cells of a row are looked at for its first text.
const FIRST_TEXT_WITHIN: usize = 64;

/// Picks the declared cells out of the rows that pass.
pub(crate) struct Watch<'f> {
    wanted: &'f BTreeMap<String, CellPlace>,
    found: Facts,
    last_row: u32,
}

impl<'f> Watch<'f> {
    pub(crate) fn new(wanted: &'f BTreeMap<String, CellPlace>) -> Self {
        Self { wanted, found: Facts::new(), last_row: wanted.values().map(CellPlace::last_row).max().unwrap_or(0) }
    }

    /// The last row that may hold a fact; 0 if there are none.
    pub(crate) fn last_row(&self) -> u32 {
        self.last_row
    }

    /// Looks at a row; `cell` yields the text of its columns, from index 0.
    pub(crate) fn see<'c>(&mut self, row: u32, cell: impl Fn(usize) -> Option<&'c str>) {
        if row > self.last_row {
            return;
        }
        let some = |index: usize| cell(index).map(str::trim).filter(|text| !text.is_empty());
        for (name, place) in self.wanted {
            let text = match (&place.starts_with, place.column) {
                (Some(_), _) if self.found.contains_key(name) => None,
                (Some(beginning), _) => {
                    (0..FIRST_TEXT_WITHIN).find_map(some).and_then(|text| text.strip_prefix(beginning.trim())).map(str::trim)
                }
                (None, Some(column)) if place.row == Some(row) => cell(column as usize - 1).filter(|text| !text.trim().is_empty()),
                _ => None,
            };
            if let Some(text) = text {
                self.found.insert(name.clone(), text.to_owned());
            }
        }
    }

    /// The facts, all of them.
    pub(crate) fn finish(self, place: &str) -> Result<Facts, DecodeError> {
        for (name, cell) in self.wanted {
            if !self.found.contains_key(name) {
                return Err(DecodeError::FactMissing { name: name.clone(), position: cell.position(place) });
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
        let wanted = BTreeMap::from([("updated".to_owned(), CellPlace { row: Some(3), column: Some(2), starts_with: None })]);
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
    fn a_fact_may_stand_behind_its_name() {
        let place = CellPlace { row: None, column: None, starts_with: Some("Last Updated:".to_owned()) };
        let wanted = BTreeMap::from([("updated".to_owned(), place)]);
        validate("decode.csv.facts", &wanted).unwrap();
        let mut watch = Watch::new(&wanted);
        watch.see(7, |index| [Some("Chile"), Some("Last Updated: no")].get(index).copied().flatten());
        watch.see(9, |index| [None, Some(" Last Updated: 03/31/2022 ")].get(index).copied().flatten());
        watch.see(10, |index| (index == 0).then_some("Last Updated: later"));
        assert_eq!(watch.finish("the body").unwrap()["updated"], "03/31/2022");
        let error = Watch::new(&wanted).finish("the body").unwrap_err().to_string();
        assert!(error.contains("a row of the body that begins with \"Last Updated:\""), "{error}");
    }

    #[test]
    fn places_count_from_one() {
        let facts = BTreeMap::from([("updated".to_owned(), CellPlace { row: Some(0), column: Some(2), starts_with: None })]);
        assert_eq!(
            validate("decode.csv.facts", &facts).unwrap_err().to_string(),
            "decode.csv.facts.updated: rows and columns count from 1"
        );
    }
}
