//! `areas.csv` against the crate `rust_iso3166`.

use std::collections::BTreeSet;

use paso_areas::AreaKind;

use crate::{
    areas,
    corpus::{corpus, text},
    resolve,
};

#[test]
fn every_iso_country_is_there_with_all_its_codes() {
    let mut oracle = BTreeSet::new();
    for alpha3 in rust_iso3166::ALL_ALPHA3 {
        let country = rust_iso3166::from_alpha3(alpha3).unwrap();
        let area = areas().area(alpha3).unwrap_or_else(|| panic!("no {alpha3}"));
        assert_eq!(area.kind, AreaKind::Country);
        assert_eq!(area.alpha2.as_deref(), Some(country.alpha2), "{alpha3}");
        let numeric = format!("{:03}", country.numeric);
        assert_eq!(area.m49.as_deref(), Some(numeric.as_str()), "{alpha3}");
        assert_eq!(resolve("iso3", alpha3), *alpha3);
        assert_eq!(resolve("iso2", country.alpha2), *alpha3);
        assert_eq!(resolve("m49", &numeric), *alpha3);
        assert_eq!(resolve("m49", &country.numeric.to_string()), *alpha3);
        oracle.insert(*alpha3);
    }
    assert_eq!(oracle.len(), 249);
    let others: Vec<&str> = areas()
        .areas()
        .filter(|area| area.kind == AreaKind::Country && !oracle.contains(area.id.as_str()))
        .map(|area| area.id.as_str())
        .collect();
    assert_eq!(others, ["AB9", "M49_680", "M49_830", "XKX"], "countries that ISO 3166-1 does not have");
    assert!(others.iter().all(|id| areas().area(id).is_some_and(|area| area.alpha2.is_none() && area.note.is_some())));
}

#[test]
fn former_countries_are_found_by_both_their_codes() {
    let former: Vec<_> = areas().areas().filter(|area| area.kind == AreaKind::Former).collect();
    assert_eq!(former.len(), 31, "the entries of ISO 3166-3");
    for (alpha4, alpha3) in [
        ("CSHH", "CSK"),
        ("CSXX", "SCG"),
        ("YUCS", "YUG"),
        ("SUHH", "SUN"),
        ("DDDE", "DDR"),
        ("ANHH", "ANT"),
        ("YDYE", "YMD"),
        ("ZRCD", "ZAR"),
    ] {
        assert_eq!((resolve("iso3", alpha4), resolve("iso3", alpha3)), (alpha4, alpha4));
    }
    assert_eq!(resolve("iso3", "ATF"), "ATF", "FQHH bore the code of a present country");
    let day = |id: &str| areas().area(id).and_then(|area| area.valid_to).map(|day| day.to_string());
    assert_eq!(day("DDDE").as_deref(), Some("1990-10-03"));
    assert_eq!(day("CSHH").as_deref(), Some("1993-01-01"));
    assert_eq!(day("CSXX").as_deref(), Some("2006-06-03"));
    assert_eq!(day("ANHH").as_deref(), Some("2010-10-10"));
}

#[test]
fn former_countries_are_found_by_the_names_of_iso_3166_3() {
    let Some(corpus) = corpus("former_countries_are_found_by_the_names_of_iso_3166_3") else { return };
    let list: serde_json::Value = serde_json::from_str(&text(&corpus.join("reference/iso/pycountry_iso3166-3.json"))).unwrap();
    let list = list["3166-3"].as_array().unwrap();
    assert_eq!(list.len(), 31);
    for entry in list {
        let (former, code) = (entry["alpha_4"].as_str().unwrap(), entry["alpha_2"].as_str().unwrap());
        assert_eq!(resolve("iso3166_3", entry["name"].as_str().unwrap()), former);
        // Codes that another country bears today, and the one of two former countries.
        if !["AI", "BQ", "BY", "CS", "GE", "SK"].contains(&code) {
            assert_eq!(resolve("iso2", code), former);
        }
    }
}

#[test]
fn the_regions_of_chile_are_those_of_iso_3166_2() {
    let regions = || areas().regions().filter(|region| region.area == "CHL");
    let ours: BTreeSet<&str> = regions().filter(|region| region.parent.is_none()).map(|region| region.id.as_str()).collect();
    let oracle = rust_iso3166::from_alpha2("CL").unwrap();
    let theirs: BTreeSet<&str> = oracle.subdivisions().unwrap().iter().map(|region| region.code).collect();
    assert_eq!(ours.len(), 16);
    assert!(theirs.is_subset(&ours), "missing: {:?}", theirs.difference(&ours));
    for id in &ours {
        assert_eq!(resolve("iso3166_2", id), *id);
    }
    // Communes have national codes, each in a region.
    let communes: Vec<_> = regions().filter_map(|region| region.parent.as_deref()).collect();
    assert_eq!(communes.len(), 346);
    assert!(communes.iter().all(|parent| ours.contains(parent)));
}
