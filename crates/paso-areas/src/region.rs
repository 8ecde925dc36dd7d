//! Regions: `regions.csv`.

use std::{collections::HashMap, path::Path};

use paso_model::Localized;

use crate::{area::AreaKind, error::AreasError, table::Table};

/// The columns of `regions.csv`.
const COLUMNS: [&str; 4] = ["region", "area", "name_en", "name_es"];

/// A part of a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// ISO 3166-2, such as `CL-RM`.
    pub id: String,
    /// The country.
    pub area: String,
    /// What it is called.
    pub name: Localized,
}

/// A region and where it stands.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) region: Region,
    pub(crate) line: u64,
}

/// Reads the text of `regions.csv`.
pub(crate) fn parse(path: &Path, text: &str, area: impl Fn(&str) -> Option<AreaKind>) -> Result<Vec<Placed>, AreasError> {
    let table = Table::read(path, text, &COLUMNS)?;
    let mut regions = Vec::with_capacity(table.rows().len());
    let mut seen = HashMap::new();
    for row in table.rows() {
        let id = row.required(0)?;
        let fits = id.split_once('-').is_some_and(|(country, part)| {
            let upper = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            country.len() == 2 && upper(country) && (1..=3).contains(&part.len()) && upper(part)
        });
        if !fits {
            return Err(row.wrong(0, "an ISO 3166-2 code"));
        }
        if let Some(first) = seen.insert(id, row.line()) {
            return Err(row.duplicate("region", id, first));
        }
        let country = row.required(1)?;
        if area(country) != Some(AreaKind::Country) {
            return Err(row.unknown(1, "a country of areas.csv"));
        }
        let name = Localized { en: row.required(2)?.to_owned(), es: row.required(3)?.to_owned() };
        regions.push(Placed { region: Region { id: id.to_owned(), area: country.to_owned(), name }, line: row.line() });
    }
    Ok(regions)
}
