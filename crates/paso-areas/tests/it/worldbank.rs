//! World Bank: the list of countries, and the indicator files.

use crate::{
    areas,
    corpus::{corpus, files, table, text},
    resolve,
};

#[test]
fn the_country_list_holds_79_aggregates() {
    let Some(corpus) = corpus("worldbank::the_country_list_holds_79_aggregates") else { return };
    let answer: serde_json::Value = serde_json::from_str(&text(&corpus.join("worldbank/json_reconstructed/wb-country.json"))).unwrap();
    let list = answer[1].as_array().unwrap();
    let (mut groups, mut countries) = (0, 0);
    for entry in list {
        let get = |key: &str| entry[key].as_str().unwrap();
        let area = resolve("worldbank", get("id"));
        assert_eq!(resolve("worldbank_iso2", get("iso2Code")), area);
        assert_eq!(resolve("worldbank_names", get("name")), area);
        assert_eq!(areas().is_group(area), entry["region"]["id"] == "NA", "{area}");
        if areas().is_group(area) {
            groups += 1;
        } else {
            countries += 1;
        }
    }
    assert_eq!((groups, countries), (79, 217));
    for (code, area) in [("WLD", "M49_001"), ("CHI", "M49_830"), ("XKX", "XKX"), ("INX", "WB_INX"), ("EUU", "WB_EUU"), ("ANT", "ANHH")] {
        assert_eq!(resolve("worldbank", code), area);
    }
    assert_eq!((resolve("worldbank_iso2", "NA"), resolve("iso2", "na")), ("NAM", "NAM"), "Namibia is not missing");
    assert_eq!(resolve("worldbank_iso2", "JG"), "M49_830");
}

#[test]
fn the_members_of_regions_are_those_of_the_country_list() {
    let Some(corpus) = corpus("worldbank::the_members_of_regions_are_those_of_the_country_list") else { return };
    let answer: serde_json::Value = serde_json::from_str(&text(&corpus.join("worldbank/json_reconstructed/wb-country.json"))).unwrap();
    let mut listed = 0;
    for entry in answer[1].as_array().unwrap() {
        let (id, region) = (entry["id"].as_str().unwrap(), entry["region"]["id"].as_str().unwrap());
        if region != "NA" {
            let members = areas().members_on(resolve("worldbank", region), jiff::civil::date(2025, 1, 1));
            assert!(members.contains(&resolve("worldbank", id)), "{id} in {region}");
            listed += 1;
        }
    }
    let ours = areas().members().iter().filter(|member| member.group.starts_with("WB_") && member.holds_on(jiff::civil::date(2025, 1, 1)));
    assert_eq!((listed, ours.count()), (217, 217));
}

#[test]
fn every_row_of_the_indicator_files_is_known() {
    let Some(corpus) = corpus("worldbank::every_row_of_the_indicator_files_is_known") else { return };
    let mut unnamed = Vec::new();
    for path in files(&corpus.join("worldbank/csv_zip"), "API_", ".csv") {
        let (_, rows) = table(&path, &["Country Name", "Country Code"]);
        let names = if path.to_string_lossy().contains("_es_") { "worldbank_names_es" } else { "worldbank_names" };
        assert_eq!(rows.len(), 266);
        let mut groups = 0;
        for row in &rows {
            let area = resolve("worldbank", &row[1]);
            groups += usize::from(areas().is_group(area));
            if row[0].is_empty() {
                unnamed.push(row[1].to_owned());
            } else {
                assert_eq!(resolve(names, &row[0]), area);
            }
        }
        assert_eq!(groups, 49);
    }
    assert_eq!(unnamed, ["AFE", "AFW", "AFE", "AFW"], "without a name in the Spanish edition");
    let metadata = files(&corpus.join("worldbank/csv_zip"), "Metadata_Country", ".csv");
    let (_, rows) = table(&metadata[0], &["Country Code"]);
    assert_eq!(rows.len(), 265);
    assert!(rows.iter().all(|row| resolve("worldbank_names", &row[4]) == resolve("worldbank", &row[0])));
}

#[test]
fn every_older_answer_is_known() {
    let Some(corpus) = corpus("worldbank::every_older_answer_is_known") else { return };
    let answer: serde_json::Value = serde_json::from_str(&text(&corpus.join("worldbank/json_2012/countries.json"))).unwrap();
    let list = answer[1].as_array().unwrap();
    assert_eq!(list.len(), 50);
    for entry in list {
        let area = resolve("worldbank", entry["id"].as_str().unwrap());
        assert_eq!(resolve("worldbank_iso2", entry["iso2Code"].as_str().unwrap()), area);
    }
}
