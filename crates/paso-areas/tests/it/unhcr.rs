//! UNHCR: its own codes, its ISO codes and its names.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::{
    areas,
    corpus::{column, corpus, files, table, text},
    resolve,
};

#[test]
fn codes_that_look_like_iso_codes_are_not() {
    for (code, area) in [("ARE", "EGY"), ("AUS", "AUT"), ("MAR", "MTQ"), ("CHI", "CHN"), ("CHL", "CHL"), ("PAR", "PRY"), ("URU", "URY")] {
        assert_eq!(resolve("unhcr", code), area);
    }
    for (code, area) in [("CRB", "_O:unhcr.crb"), ("SGS", "SGS"), ("STA", "_S"), ("UKN", "_U"), ("TIB", "_O:unhcr.tibetans")] {
        assert_eq!(resolve("unhcr", code), area);
    }
    for (code, area) in [("UNK", "_U"), ("XXA", "_S"), ("TIB", "_O:unhcr.tibetans"), ("AUS", "AUS"), ("ARE", "ARE"), ("NAM", "NAM")] {
        assert_eq!(resolve("unhcr_iso3", code), area);
    }
    let own = areas().scheme("unhcr").unwrap();
    assert_eq!((own.resolve("DEU"), own.resolve("EGY")), (None, None), "no fall back to ISO codes");
}

/// The distinct combinations of own code, ISO code and name of a file, with how often each stands there.
fn combinations(path: &Path) -> BTreeMap<[String; 3], u32> {
    let (columns, rows) = table(path, &["year"]);
    let mut found = BTreeMap::new();
    for end in ["coo", "coa"] {
        let at = [end.to_owned(), format!("{end}_iso"), format!("{end}_name")].map(|name| column(&columns, &name).unwrap());
        for row in &rows {
            *found.entry(at.map(|column| row[column].to_owned())).or_default() += 1;
        }
    }
    found
}

#[test]
fn the_package_values_agree_in_all_three_schemes() {
    let Some(corpus) = corpus("unhcr::the_package_values_agree_in_all_three_schemes") else { return };
    let mut all: BTreeMap<[String; 3], u32> = BTreeMap::new();
    for path in files(&corpus.join("unhcr/package_values"), "", ".csv") {
        if !path.to_string_lossy().contains("countries") {
            for (combination, count) in combinations(&path) {
                *all.entry(combination).or_default() += count;
            }
        }
    }
    for [code, iso, name] in all.keys() {
        let area = resolve("unhcr", code);
        assert_eq!(resolve("unhcr_iso3", iso), area, "{code} {iso}");
        assert_eq!(resolve("unhcr_names", name), area, "{code} {name}");
    }
    assert_eq!(all.len(), 223);
    assert_eq!(all.values().sum::<u32>(), 801_948, "two for each row");
}

#[test]
fn every_entry_of_the_country_list_is_known() {
    let Some(corpus) = corpus("unhcr::every_entry_of_the_country_list_is_known") else { return };
    let (_, rows) = table(&corpus.join("unhcr/package_values/countries.2026-06-25.csv"), &["iso_code", "unhcr_code", "name"]);
    assert_eq!(rows.len(), 232);
    let mut without_iso = Vec::new();
    for row in &rows {
        let area = resolve("unhcr", &row[1]);
        if row[0].is_empty() {
            without_iso.push(&row[1]);
        } else {
            assert_eq!(resolve("unhcr_iso3", &row[0]), area);
            assert_eq!(resolve("unhcr_names", &row[2]), area);
        }
    }
    assert_eq!(without_iso, ["CRB", "CUR", "TIB"]);
}

#[test]
fn the_downloads_agree_in_names_and_codes() {
    let Some(corpus) = corpus("unhcr::the_downloads_agree_in_names_and_codes") else { return };
    let mut names = BTreeSet::new();
    let mut codes = BTreeSet::new();
    let mut totals = 0;
    for path in files(&corpus.join("unhcr/rdf_download_2024-07-19"), "", ".csv").into_iter().chain(files(
        &corpus.join("unhcr/rdf_download_2021-10"),
        "",
        ".csv",
    )) {
        if path.ends_with("footnotes.csv") {
            continue;
        }
        let (columns, rows) = table(&path, &["Year"]);
        for row in &rows {
            // One edition leaves the commas of Hong Kong and Macao unquoted.
            let mut fields: Vec<String> = Vec::new();
            for field in row {
                if field.ends_with(" SAR") && field.starts_with(' ') {
                    let name = fields.pop().unwrap();
                    fields.push(format!("{name},{field}"));
                } else {
                    fields.push(field.to_owned());
                }
            }
            assert_eq!(fields.len(), columns.len(), "{row:?}");
            for end in ["origin", "asylum"] {
                let name = &fields[column(&columns, &format!("Country of {end}")).unwrap()];
                let code = column(&columns, &format!("Country of {end} (ISO)")).map(|column| &fields[column]);
                if name == "-" {
                    assert_eq!(code.map(String::as_str), Some("-"));
                    totals += 1;
                    continue;
                }
                let area = resolve("unhcr_names", name);
                names.insert(name.clone());
                if let Some(code) = code {
                    assert_eq!(resolve("unhcr_iso3", code), area, "{name}");
                    codes.insert(code.clone());
                }
            }
        }
    }
    assert_eq!((names.len(), codes.len(), totals), (218, 212, 324));
}

#[test]
fn every_footnote_names_known_countries() {
    let Some(corpus) = corpus("unhcr::every_footnote_names_known_countries") else { return };
    let (columns, rows) = table(&corpus.join("unhcr/rdf_download_2024-07-19/footnotes.csv"), &["Footnote"]);
    let mut known = 0;
    for row in &rows {
        for end in ["Country of origin (ISO)", "Country of asylum (ISO)"] {
            let code = &row[column(&columns, end).unwrap()];
            if !code.is_empty() {
                resolve("unhcr_iso3", code);
                known += 1;
            }
        }
    }
    assert_eq!(known, 103);
}

/// Every object of an answer that names a country, at any depth.
fn objects<'a>(value: &'a serde_json::Value, found: &mut Vec<&'a serde_json::Map<String, serde_json::Value>>) {
    match value {
        serde_json::Value::Object(object) => {
            found.push(object);
            object.values().for_each(|value| objects(value, found));
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| objects(value, found)),
        _ => {}
    }
}

#[test]
fn every_answer_of_the_interface_names_known_countries() {
    let Some(corpus) = corpus("unhcr::every_answer_of_the_interface_names_known_countries") else { return };
    let folders = ["unhcr/api_json_reconstructed", "unhcr/api_json_transcribed"];
    let (mut known, mut totals, mut blanks) = (0, 0, 0);
    for path in folders.iter().flat_map(|folder| files(&corpus.join(folder), "", ".json")) {
        let answer: serde_json::Value = serde_json::from_str(&text(&path)).unwrap();
        let mut found = Vec::new();
        objects(&answer, &mut found);
        for object in found {
            let get = |key: &str| object.get(key).and_then(serde_json::Value::as_str).filter(|text| !text.is_empty());
            // Footnotes print names, or own codes, where the other answers print own codes.
            let footnote = object.contains_key("footnote");
            let entry = if object.contains_key("iso2") { get("code") } else { None };
            for (code, iso, name) in [
                (get("coo"), get("coo_iso"), get("coo_name")),
                (get("coa"), get("coa_iso"), get("coa_name")),
                (entry, get("iso"), get("name").filter(|name| Some(*name) != entry)),
            ] {
                match code {
                    None => {}
                    Some("-") => totals += 1,
                    Some(text) if text.trim().is_empty() => blanks += 1,
                    Some(text) => {
                        let named = areas().scheme("unhcr_names").unwrap().resolve(text).filter(|_| footnote);
                        let area = named.unwrap_or_else(|| resolve("unhcr", text));
                        assert!(iso.is_none_or(|iso| resolve("unhcr_iso3", iso) == area), "{text}");
                        assert!(name.is_none_or(|name| resolve("unhcr_names", name) == area), "{text}");
                        known += 1;
                    }
                }
            }
        }
    }
    assert_eq!((known, totals, blanks), (5543, 39, 3));
}
