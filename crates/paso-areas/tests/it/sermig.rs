//! SERMIG, residence permits decided, second half of 2025.

use std::collections::BTreeMap;

use calamine::Data;

use crate::{
    areas,
    corpus::{corpus, sheet},
    resolve,
};

#[test]
fn every_country_and_region_name_is_known() {
    let Some(corpus) = corpus("sermig::every_country_and_region_name_is_known") else { return };
    let rows = sheet(&corpus.join("chile/sermig_2025/RD-Resueltas-2o-semestre-2025.xlsx"), "Sheet1");
    assert_eq!(rows.len(), 54_201);
    let at = |name: &str| rows[0].iter().position(|cell| *cell == Data::String(name.to_owned())).unwrap();
    let (country, region) = (at("PAÍS"), at("REGIÓN"));
    let mut countries: BTreeMap<&str, u32> = BTreeMap::new();
    let mut regions: BTreeMap<&str, u32> = BTreeMap::new();
    for row in &rows[1..] {
        *countries.entry(resolve("sermig", &row[country].to_string())).or_default() += 1;
        *regions.entry(resolve("sermig_regions", &row[region].to_string())).or_default() += 1;
    }
    assert_eq!(countries.len(), 27);
    assert_eq!(regions.len(), 18);
    assert_eq!(countries["VEN"], 6016);
    assert_eq!(countries["GBR"], 38);
    assert_eq!(countries["_O:sermig.otros_paises"], 2002);
    assert_eq!(countries["_O:sermig.otros_paises_25"], 24_328);
    assert_eq!((regions["_C"], regions["_U"], regions["CL-RM"], regions["CL-AN"]), (1539, 256, 20_872, 5087));
    assert!(regions.keys().all(|id| areas().label(id, "es").is_some()));
}
