//! Missing Migrants Project and UN Treaty Collection.

use std::collections::BTreeSet;

use crate::{
    corpus::{column, corpus, files, table, text},
    resolve,
};

#[test]
fn every_country_and_region_of_an_incident_is_known() {
    let Some(corpus) = corpus("every_country_and_region_of_an_incident_is_known") else { return };
    let (mut countries, mut regions) = (BTreeSet::new(), BTreeSet::new());
    for file in files(&corpus.join("missing_migrants/json"), "", ".json") {
        let incidents: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&text(&file)).unwrap();
        for incident in incidents {
            for (key, known, scheme) in
                [("country_of_incident", &mut countries, "missing_migrants"), ("region", &mut regions, "missing_migrants_regions")]
            {
                let name = incident.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
                if !name.is_empty() {
                    known.insert(resolve(scheme, name));
                }
            }
        }
    }
    assert!(countries.len() > 100 && regions.len() > 12, "{} {}", countries.len(), regions.len());
}

#[test]
fn every_code_of_a_party_is_known() {
    let Some(corpus) = corpus("every_code_of_a_party_is_known") else { return };
    let (columns, rows) = table(&corpus.join("untc_2022/hr_status_icmw.csv"), &["iso2"]);
    let iso2 = column(&columns, "iso2").unwrap();
    let known: BTreeSet<&str> = rows.iter().map(|row| resolve("untc_iso2", &row[iso2])).collect();
    assert!(known.contains("TLS") && known.contains("NAM") && known.len() > 190, "{}", known.len());
}
