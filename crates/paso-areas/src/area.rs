//! Areas: `areas.csv`.

use std::{collections::HashMap, fmt, path::Path};

use jiff::civil::Date;
use paso_model::{code, reference::AREAS};

use crate::{
    error::AreasError,
    table::{Row, Table},
};

/// What an area is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AreaKind {
    /// A country or territory of ISO 3166-1, or one that publishers print like one.
    Country,
    /// A former country of ISO 3166-3.
    Former,
    /// Several areas together. A group is never added to its members.
    Group,
    /// People whose area is unknown, none, several or withheld.
    Special,
    /// What a publisher lumps together as "other". Residuals of different publishers are never merged.
    Residual,
}

impl AreaKind {
    /// Every kind, in the order of `areas.csv`.
    pub const ALL: [Self; 5] = [Self::Country, Self::Former, Self::Group, Self::Special, Self::Residual];

    /// The word in `areas.csv`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Former => "former",
            Self::Group => "group",
            Self::Special => "special",
            Self::Residual => "residual",
        }
    }

    /// Whether the id has the shape of this kind.
    fn fits(self, id: &str) -> bool {
        let upper = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        match self {
            Self::Country => match id.strip_prefix("M49_") {
                Some(number) => number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit()),
                None => id.len() == 3 && upper(id),
            },
            Self::Former => id.len() == 4 && id.bytes().all(|b| b.is_ascii_uppercase()),
            Self::Group => id.starts_with(|c: char| c.is_ascii_uppercase()) && id.split('_').all(|part| !part.is_empty() && upper(part)),
            Self::Special => [code::UNKNOWN, code::STATELESS, code::VARIOUS, code::WITHHELD].contains(&id),
            Self::Residual => id
                .strip_prefix(code::OTHER)
                .and_then(|rest| rest.strip_prefix(':'))
                .and_then(|rest| rest.split_once('.'))
                .is_some_and(|(publisher, rest)| word(publisher) && word(rest)),
        }
    }
}

impl fmt::Display for AreaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of an area in four languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// English.
    pub en: String,
    /// Spanish.
    pub es: String,
    /// Portuguese.
    pub pt: String,
    /// French.
    pub fr: String,
}

impl Names {
    /// The name in the language `en`, `es`, `pt` or `fr`; none for another language.
    pub fn get(&self, language: &str) -> Option<&str> {
        match language {
            "en" => Some(&self.en),
            "es" => Some(&self.es),
            "pt" => Some(&self.pt),
            "fr" => Some(&self.fr),
            _ => None,
        }
    }
}

/// One line of `areas.csv`; the fields are the columns of [`paso_model::reference::AREAS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// ISO 3166-1 alpha-3, ISO 3166-3 alpha-4, or the id of a group, special population or residual.
    pub id: String,
    /// What it is.
    pub kind: AreaKind,
    /// ISO 3166-1 alpha-2.
    pub alpha2: Option<String>,
    /// M49 code, three digits.
    pub m49: Option<String>,
    /// What it is called.
    pub name: Names,
    /// First day on which it existed, where that matters.
    pub valid_from: Option<Date>,
    /// First day on which it no longer existed.
    pub valid_to: Option<Date>,
    /// Remark.
    pub note: Option<String>,
}

/// An area and where it stands.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) area: Area,
    pub(crate) line: u64,
}

/// Reads the text of `areas.csv`.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Vec<Placed>, AreasError> {
    let table = Table::read(path, text, &AREAS.map(|column| column.name))?;
    let mut areas = Vec::with_capacity(table.rows().len());
    let mut seen: [HashMap<String, u64>; 3] = Default::default();
    for row in table.rows() {
        let area = read(row)?;
        let unique = [("area", Some(&area.id)), ("alpha2", area.alpha2.as_ref()), ("m49", area.m49.as_ref())];
        for ((what, value), seen) in unique.into_iter().zip(&mut seen) {
            if let Some(value) = value
                && let Some(first) = seen.insert(value.clone(), row.line())
            {
                return Err(row.duplicate(what, value, first));
            }
        }
        areas.push(Placed { area, line: row.line() });
    }
    Ok(areas)
}

fn read(row: &Row<'_>) -> Result<Area, AreasError> {
    let word = row.required(1)?;
    let kind = AreaKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == word)
        .ok_or_else(|| row.wrong(1, "country, former, group, special or residual"))?;
    let id = row.required(0)?;
    if !kind.fits(id) {
        return Err(row.wrong(0, "an id of its kind"));
    }
    let alpha2 = row.optional(2);
    if alpha2.as_deref().is_some_and(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase())) {
        return Err(row.wrong(2, "an ISO 3166-1 alpha-2 code"));
    }
    let m49 = row.optional(3);
    if m49.as_deref().is_some_and(|code| code.len() != 3 || !code.bytes().all(|b| b.is_ascii_digit())) {
        return Err(row.wrong(3, "an M49 code of three digits"));
    }
    let text = |column| row.required(column).map(str::to_owned);
    let (valid_from, valid_to) = row.dates(8, 9)?;
    Ok(Area {
        id: id.to_owned(),
        kind,
        alpha2,
        m49,
        name: Names { en: text(4)?, es: text(5)?, pt: text(6)?, fr: text(7)? },
        valid_from,
        valid_to,
        note: row.optional(10),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_shape_of_their_kind() {
        for (kind, good, bad) in [
            (AreaKind::Country, ["CHL", "AB9", "M49_830"], ["chl", "CHLE", "M49_83"]),
            (AreaKind::Former, ["CSHH", "SUHH", "YUCS"], ["CSK", "CSHH1", "cshh"]),
            (AreaKind::Group, ["CSM", "EU27_2020", "UNDESA_947_2015"], ["_U", "EU27_", "csm"]),
            (AreaKind::Special, ["_U", "_S", "_C"], ["_T", "_Z", "W"]),
            (AreaKind::Residual, ["_O:unhcr.tibetans", "_O:a.b", "_O:undesa.other_north"], ["_O", "_O:unhcr", "_O:unhcr.Tibetans"]),
        ] {
            for id in good {
                assert!(kind.fits(id), "{kind} {id}");
            }
            for id in bad {
                assert!(!kind.fits(id), "{kind} {id}");
            }
        }
    }
}
