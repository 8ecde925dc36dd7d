//! Regions: `regions.csv`.

use std::{collections::HashMap, path::Path};

use paso_model::Localized;

use crate::{area::AreaKind, error::AreasError, table::Table};

/// The columns of `regions.csv`.
const COLUMNS: [&str; 5] = ["region", "area", "name_en", "name_es", "parent"];

/// A part of a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// ISO 3166-2, such as `CL-RM`; below it a national code, such as `CUT_13101`.
    pub id: String,
    /// The region that it is part of, where the code is a national one. A part is never added to its region.
    pub parent: Option<String>,
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

fn is_upper(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn is_iso3166_2(id: &str) -> bool {
    id.split_once('-').is_some_and(|(country, part)| country.len() == 2 && is_upper(country) && part.len() <= 3 && is_upper(part))
}

/// A code of a national list below the regions of ISO 3166-2: the list's name, an underscore and the code.
fn is_national(id: &str) -> bool {
    id.split_once('_').is_some_and(|(list, part)| is_upper(list) && is_upper(part))
}

/// Reads the text of `regions.csv`.
pub(crate) fn parse(path: &Path, text: &str, area: impl Fn(&str) -> Option<AreaKind>) -> Result<Vec<Placed>, AreasError> {
    let table = Table::read(path, text, &COLUMNS)?;
    let mut regions = Vec::with_capacity(table.rows().len());
    let mut seen = HashMap::new();
    for row in table.rows() {
        let id = row.required(0)?;
        let parent = Some(row.text(4)).filter(|parent| !parent.is_empty());
        if !(if parent.is_some() { is_national(id) } else { is_iso3166_2(id) }) {
            return Err(row.wrong(0, "an ISO 3166-2 code, or with a parent a national one such as CUT_13101"));
        }
        if parent.is_some_and(|parent| !seen.contains_key(parent)) {
            return Err(row.unknown(4, "a region of the lines before"));
        }
        if let Some(first) = seen.insert(id, row.line()) {
            return Err(row.duplicate("region", id, first));
        }
        let country = row.required(1)?;
        if area(country) != Some(AreaKind::Country) {
            return Err(row.unknown(1, "a country of areas.csv"));
        }
        let name = Localized { en: row.required(2)?.to_owned(), es: row.required(3)?.to_owned() };
        regions.push(Placed {
            region: Region { id: id.to_owned(), parent: parent.map(str::to_owned), area: country.to_owned(), name },
            line: row.line(),
        });
    }
    Ok(regions)
}
