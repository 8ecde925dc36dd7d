//! Which scheme knows the texts of a column.

use std::cmp::Reverse;

use paso_pipeline::ReferenceData;

/// The scheme that knows most texts of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AreaGuess {
    /// Its name; none where several know as many, and nothing says whose texts these are.
    pub(crate) scheme: Option<String>,
    /// What it holds; of several the first.
    pub(crate) title: String,
    /// The schemes that know as many, where none is chosen.
    pub(crate) equals: Vec<String>,
    pub(crate) of_regions: bool,
    /// Whether more of the areas are groups than countries.
    pub(crate) of_groups: bool,
    pub(crate) resolved: usize,
    pub(crate) total: usize,
    pub(crate) unresolved: Vec<String>,
    /// The next best scheme, where it knows more than half; or those that know more and are of other publishers.
    pub(crate) next: Option<(String, usize)>,
}

/// The schemes that are no publisher's own, the plainest first.
const SHARED: [&str; 8] = ["iso3", "iso2", "m49", "name_en", "name_es", "name_pt", "name_fr", "iso3166_2"];

/// Titles of columns that hold units, currencies and frequencies, whose codes look like those of areas.
const NO_AREAS: [&str; 12] =
    ["unit", "units", "measure", "currency", "unidad", "moneda", "divisa", "moeda", "freq", "frequency", "frecuencia", "decimals"];

/// The scheme that knows most of the texts, and at least half of them. `publisher` is whose texts these are.
pub(crate) fn area(title: &str, texts: &[&str], reference: &ReferenceData, publisher: &str) -> Option<AreaGuess> {
    if title.to_lowercase().split(|c: char| !c.is_alphabetic()).any(|part| NO_AREAS.contains(&part)) {
        return None;
    }
    let areas = &reference.areas;
    let mut found: Vec<AreaGuess> = Vec::new();
    for scheme in areas.schemes() {
        let ids: Vec<Option<&str>> = texts.iter().map(|text| scheme.resolve(text)).collect();
        let resolved = ids.iter().flatten().count();
        if resolved * 2 < texts.len() || resolved == 0 || (resolved == 1 && texts.len() > 2) {
            continue;
        }
        let groups = ids.iter().flatten().filter(|id| areas.is_group(id)).count();
        found.push(AreaGuess {
            scheme: Some(scheme.name().to_owned()),
            title: scheme.title().en.clone(),
            equals: Vec::new(),
            of_regions: ids.iter().flatten().any(|id| areas.region(id).is_some()),
            of_groups: groups * 2 > resolved,
            resolved,
            total: texts.len(),
            unresolved: texts.iter().zip(&ids).filter(|(_, id)| id.is_none()).map(|(text, _)| (*text).to_owned()).collect(),
            next: None,
        });
    }
    let most = found.iter().map(|guess| guess.resolved).max()?;
    let (equals, mut others): (Vec<_>, Vec<_>) = found.into_iter().partition(|guess| guess.resolved == most);
    others.sort_by_key(|guess| Reverse(guess.resolved));
    let names: Vec<String> = equals.iter().filter_map(|guess| guess.scheme.clone()).collect();
    let is = |guess: &AreaGuess, name: &str| guess.scheme.as_deref() == Some(name);
    if let Some(chosen) = chosen(&names, reference, publisher) {
        let next = others.into_iter().next().and_then(|next| Some((next.scheme?, next.resolved)));
        return Some(AreaGuess { next, ..equals.into_iter().find(|guess| is(guess, chosen))? });
    }
    // A shared scheme that lacks no more than a total and a few spellings: those are decided one by one.
    let nearly = |guess: &&AreaGuess| guess.resolved + 1 >= most || guess.resolved * 10 >= most * 9;
    let shared = SHARED.iter().find_map(|shared| others.iter().filter(nearly).find(|guess| is(guess, shared)));
    if let Some(shared) = shared {
        return Some(AreaGuess { next: Some((names.join(", "), most)), ..shared.clone() });
    }
    let next = others.into_iter().next().and_then(|next| Some((next.scheme?, next.resolved)));
    Some(AreaGuess { scheme: None, equals: names, next, ..equals.into_iter().next()? })
}

/// The scheme, of some that know as much, that is meant: the publisher's own, a shared one, or the one that the others build on. What is left are
/// lists of other publishers, between which no order of names decides.
fn chosen<'n>(names: &'n [String], reference: &ReferenceData, publisher: &str) -> Option<&'n str> {
    let scheme = |name: &str| reference.areas.scheme(name);
    let own = || names.iter().find(|name| scheme(name).is_some_and(|scheme| scheme.publisher() == publisher));
    let shared = || SHARED.iter().find_map(|shared| names.iter().find(|name| name == shared));
    let builds_on = |name: &str, base: &str| {
        let mut at = scheme(name);
        while let Some(scheme) = at {
            if scheme.name() == base {
                return true;
            }
            at = scheme.base();
        }
        false
    };
    let base = || names.iter().find(|base| names.iter().all(|name| builds_on(name, base)));
    own().or_else(shared).or_else(base).map(String::as_str)
}

/// The dimension that a title of areas names, where it names just one.
pub(crate) fn direction(title: &str) -> Option<&'static str> {
    let title = title.to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| title.contains(word));
    let says = |words: &[&str]| title.split(|c: char| !c.is_alphanumeric()).any(|part| words.contains(&part));
    let from = names(&["orig", "nacion", "citiz", "birth", "nacim", "nascim", "naissance", "proced"]) || says(&["coo"]);
    let to = names(&["ref_area", "refarea", "destin", "resid", "asyl", "asilo", "report", "incident"]) || says(&["geo", "coa"]);
    match (from, to) {
        (true, false) => Some("origin"),
        (false, true) => Some("ref_area"),
        // A title that names both, `destination (across) / origin (down)`, is read by a person.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use paso_pipeline::Pipeline;

    use super::*;

    fn guess(title: &str, texts: &[&str], publisher: &str) -> Option<AreaGuess> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/chile/pipeline.toml");
        area(title, texts, &Pipeline::load(&path).unwrap().reference, publisher)
    }

    fn scheme(title: &str, texts: &[&str], publisher: &str) -> Option<String> {
        guess(title, texts, publisher)?.scheme
    }

    #[test]
    fn a_shared_scheme_goes_before_those_of_other_publishers() {
        let countries = ["Bolivia", "Perú", "Chile", "Alemania"];
        assert_eq!(scheme("pais_origen", &countries, "?").as_deref(), Some("name_es"));
        assert_eq!(scheme("pais_origen", &countries, "renaper_argentina").as_deref(), Some("renaper_argentina"));
        assert_eq!(scheme("geo", &["CHL", "PER", "ARG"], "?").as_deref(), Some("iso3"));
        // `World` is in the lists of three publishers.
        let guess = guess("sender", &["Argentina", "Bolivia", "Chile", "World"], "?").unwrap();
        assert_eq!((guess.scheme.as_deref(), guess.unresolved), (Some("name_en"), vec!["World".to_owned()]));
    }

    #[test]
    fn between_lists_of_several_publishers_a_person_decides() {
        // Regions of Chile from north to south, or as they came to be: the same digits.
        let regions: Vec<String> = (1..=15).map(|region| region.to_string()).collect();
        let texts: Vec<&str> = regions.iter().map(String::as_str).collect();
        let guess = guess("CODREGEO", &texts, "?").unwrap();
        assert_eq!((guess.scheme, guess.of_regions), (None, true));
        assert!(guess.equals.contains(&"ine_cut".to_owned()) && guess.equals.contains(&"ine_codregeo".to_owned()), "{:?}", guess.equals);
    }

    #[test]
    fn units_and_currencies_are_no_areas() {
        for title in ["UNIT_MEASURE", "unit", "Currency code", "MONEDA"] {
            assert_eq!(guess(title, &["PS", "CHL", "PER"], "?"), None, "{title}");
        }
    }

    #[test]
    fn a_title_says_which_way() {
        assert_eq!(direction("País de nacimiento"), Some("origin"));
        assert_eq!(direction("coa_iso"), Some("ref_area"));
        assert_eq!(direction("country_of_incident"), Some("ref_area"));
        assert_eq!(direction("unsd_geographic_grouping"), None);
        assert_eq!(direction("country"), None);
        assert_eq!(direction("destination (across) / origin (down)"), None);
    }
}
