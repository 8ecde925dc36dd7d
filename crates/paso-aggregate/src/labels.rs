//! Names of codes in two languages.

use std::collections::BTreeMap;

use arrow::{array::AsArray as _, record_batch::RecordBatch};
use paso_model::{Dimension, Localized, Measures, code};

use crate::{AggregateError, Engine, Views};

/// The names of codes, by dimension. Sexes, ages and bases are known; areas come from the table `areas`, the rest from whoever calls.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Labels {
    areas: BTreeMap<String, Localized>,
    /// Nothing where two measures name a code differently.
    others: BTreeMap<(Dimension, String), Option<Localized>>,
}

const DIRECTIONS: [(&str, &str, &str); 3] = [
    (code::TOTAL, "Everyone", "Todas las personas"),
    (code::WORLD, "Everywhere else", "Todas las demás áreas"),
    (code::NOT_APPLICABLE, "Not applicable", "No se aplica"),
];

const SEXES: [(&str, &str, &str); 6] = [
    (code::TOTAL, "Both sexes", "Ambos sexos"),
    ("F", "Women", "Mujeres"),
    ("M", "Men", "Hombres"),
    (code::OTHER, "Other", "Otro"),
    (code::UNKNOWN, "Unknown", "Desconocido"),
    (code::WITHHELD, "Withheld", "Reservado"),
];

const BASES: [(&str, &str, &str); 9] = [
    ("birth", "Country of birth", "País de nacimiento"),
    ("citizenship", "Country of citizenship", "País de nacionalidad"),
    ("descent", "Descent", "Ascendencia"),
    ("previous_residence", "Previous residence", "Residencia anterior"),
    ("next_residence", "Next residence", "Residencia siguiente"),
    ("asylum_origin", "Country of origin in the asylum system", "País de origen en el sistema de asilo"),
    ("mixed", "Mixed: birth in some areas, citizenship in others", "Mixta: nacimiento en unas áreas, nacionalidad en otras"),
    ("undetermined", "Undetermined", "Indeterminada"),
    (code::NOT_APPLICABLE, "Not applicable", "No se aplica"),
];

const EVERYWHERE: [(&str, &str, &str); 4] = [
    (code::TOTAL, "Total", "Total"),
    (code::UNKNOWN, "Unknown", "Desconocido"),
    (code::WITHHELD, "Withheld", "Reservado"),
    (code::NOT_APPLICABLE, "Not applicable", "No se aplica"),
];

impl Labels {
    /// The names that the table `areas` of these views gives.
    pub fn load(engine: &dyn Engine, views: &Views) -> Result<Self, AggregateError> {
        let table =
            engine.query("SELECT area, name_en, name_es FROM areas", views).map_err(|error| error.about("the names of the areas"))?;
        Ok(Self { areas: names(&table), others: BTreeMap::new() })
    }

    /// Adds the names of the measures' own breakdowns, which stand in `category` and `subcategory`.
    pub fn add_measures(&mut self, measures: &Measures) {
        for measure in measures.measure.values() {
            for (dimension, breakdown) in [(Dimension::Category, &measure.category), (Dimension::Subcategory, &measure.subcategory)] {
                for (code, label) in breakdown.iter().flat_map(|breakdown| &breakdown.codes) {
                    self.insert(dimension, code, label);
                }
            }
        }
    }

    /// Adds one name. Where the code has another name already, it has none from now on: nobody could say which one is meant.
    pub fn insert(&mut self, dimension: Dimension, code: &str, label: &Localized) {
        let kept = self.others.entry((dimension, code.to_owned())).or_insert_with(|| Some(label.clone()));
        if kept.as_ref() != Some(label) {
            *kept = None;
        }
    }

    /// The name of a code.
    pub fn get(&self, dimension: Dimension, code: &str) -> Option<Localized> {
        if let Some(label) = self.others.get(&(dimension, code.to_owned())) {
            return label.clone();
        }
        if dimension.holds_areas() {
            return self.areas.get(code).cloned().or_else(|| built_in(&DIRECTIONS, code));
        }
        match dimension {
            Dimension::Sex => built_in(&SEXES, code),
            Dimension::OriginBasis => built_in(&BASES, code),
            Dimension::Age => age(code).or_else(|| built_in(&EVERYWHERE, code)),
            _ => built_in(&EVERYWHERE, code),
        }
    }
}

fn names(table: &RecordBatch) -> BTreeMap<String, Localized> {
    let column = |name: &str| table.column_by_name(name).and_then(|array| array.as_string_opt::<i32>());
    let (Some(areas), Some(en), Some(es)) = (column("area"), column("name_en"), column("name_es")) else { return BTreeMap::new() };
    let label = |row: usize| Localized { en: en.value(row).to_owned(), es: es.value(row).to_owned() };
    (0..table.num_rows()).map(|row| (areas.value(row).to_owned(), label(row))).collect()
}

fn built_in(table: &[(&str, &str, &str)], code: &str) -> Option<Localized> {
    table.iter().find(|(known, ..)| *known == code).map(|(_, en, es)| Localized { en: (*en).to_owned(), es: (*es).to_owned() })
}

/// The name of an SDMX age: `Y0T4`, `Y_GE80`, `Y_LT18`, `Y7`.
fn age(code: &str) -> Option<Localized> {
    if !code::is_age(code) {
        return None;
    }
    let years = code.strip_prefix('Y')?;
    let label = |en: String, es: String| Some(Localized { en, es });
    if let Some(from) = years.strip_prefix("_GE") {
        return label(format!("{from} years and over"), format!("{from} años y más"));
    }
    if let Some(below) = years.strip_prefix("_LT") {
        return label(format!("under {below} years"), format!("menores de {below} años"));
    }
    match years.split_once('T') {
        Some((from, to)) => label(format!("{from} to {to} years"), format!("{from} a {to} años")),
        None => label(format!("{years} years"), format!("{years} años")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(en: &str, es: &str) -> Localized {
        Localized { en: en.to_owned(), es: es.to_owned() }
    }

    #[test]
    fn ages_and_sexes_are_named() {
        let labels = Labels::default();
        for (dimension, code, en, es) in [
            (Dimension::Age, "Y0T4", "0 to 4 years", "0 a 4 años"),
            (Dimension::Age, "Y_GE80", "80 years and over", "80 años y más"),
            (Dimension::Age, "_T", "Total", "Total"),
            (Dimension::Sex, "F", "Women", "Mujeres"),
            (Dimension::Origin, "W", "Everywhere else", "Todas las demás áreas"),
        ] {
            assert_eq!(labels.get(dimension, code), Some(text(en, es)), "{code}");
        }
        assert_eq!(labels.get(Dimension::RefArea, "CHL"), None);
        assert_eq!(labels.get(Dimension::Age, "old"), None);
    }

    #[test]
    fn every_basis_is_named() {
        for basis in paso_model::ORIGIN_BASES {
            assert!(Labels::default().get(Dimension::OriginBasis, basis).is_some(), "{basis}");
        }
    }

    #[test]
    fn a_code_that_two_measures_name_differently_has_no_name() {
        let mut labels = Labels::default();
        labels.insert(Dimension::Category, "N", &text("New", "Nueva"));
        labels.insert(Dimension::Category, "N", &text("New", "Nueva"));
        assert_eq!(labels.get(Dimension::Category, "N"), Some(text("New", "Nueva")));
        labels.insert(Dimension::Category, "N", &text("None", "Ninguna"));
        labels.insert(Dimension::Category, "N", &text("New", "Nueva"));
        assert_eq!(labels.get(Dimension::Category, "N"), None);
    }
}
