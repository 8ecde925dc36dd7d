//! `areas.csv` and `groups.toml` against the list of the United Nations Statistics Division.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;

use crate::{
    areas,
    corpus::{column, corpus, table},
    resolve,
};

/// Members that the list counts within another area.
const BESIDE: [&str; 3] = ["M49_830", "TWN", "XKX"];

#[test]
fn every_row_of_the_unsd_list_agrees() {
    let Some(corpus) = corpus("every_row_of_the_unsd_list_agrees") else { return };
    let (columns, rows) = table(&corpus.join("reference/m49/UNSD_Methodology_2025-12.csv"), &["Global Code"]);
    assert_eq!(rows.len(), 249);
    let at = |name: &str| column(&columns, name).unwrap();
    let groups = [
        (at("Global Code"), at("Global Name")),
        (at("Region Code"), at("Region Name")),
        (at("Sub-region Code"), at("Sub-region Name")),
        (at("Intermediate Region Code"), at("Intermediate Region Name")),
    ];
    let mut members: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &rows {
        let area = resolve("m49", &row[at("M49 Code")]);
        let alpha3 = &row[at("ISO-alpha3 Code")];
        assert_eq!(area, if alpha3.is_empty() { "M49_680" } else { alpha3 });
        assert_eq!(resolve("m49_names", &row[at("Country or Area")]), area);
        for (code, name) in groups {
            if !row[code].is_empty() {
                let group = resolve("m49", &row[code]);
                assert_eq!(areas().label(group, "en"), Some(&row[name]));
                members.entry(group).or_default().insert(area);
            }
        }
    }
    assert_eq!(members.remove("M49_830").unwrap(), BTreeSet::from(["GGY", "JEY", "M49_680"]));
    assert_eq!(members.len(), 30);
    for (group, expected) in members {
        let ours: BTreeSet<&str> = areas().members_on(group, date(2025, 12, 1)).into_iter().collect();
        assert!(expected.is_subset(&ours), "{group}");
        assert!(ours.difference(&expected).all(|member| BESIDE.contains(member)), "{group}");
    }
}

#[test]
fn every_name_of_the_ocha_taxonomy_is_found() {
    let Some(corpus) = corpus("every_name_of_the_ocha_taxonomy_is_found") else { return };
    let (columns, rows) = table(&corpus.join("reference/hdx/Countries_and_Territories_Taxonomy.csv"), &["ID"]);
    let at = |name: &str| column(&columns, name).unwrap();
    let mut checked = 0;
    for row in rows.iter().filter(|row| !row[at("ISO 3166-1 Alpha 3-Codes")].is_empty()) {
        let area = resolve("iso3", &row[at("ISO 3166-1 Alpha 3-Codes")]);
        for (scheme, column) in [
            ("name_en", "English Short"),
            ("name_en", "M49 English"),
            ("name_es", "Spanish Short"),
            ("name_es", "M49 Spanish"),
            ("name_fr", "French Short"),
            ("name_fr", "M49 French"),
        ] {
            let name = &row[at(column)];
            if !name.is_empty() {
                assert_eq!(resolve(scheme, name), area, "{column}");
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 1387);
}
