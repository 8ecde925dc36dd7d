//! The data package, against what version 2 of the standard asks for.

use std::collections::BTreeSet;

use paso_aggregate::Indicator;
use paso_lake::sha256;
use paso_publish::{Contents, Licence, Observations, publish};
use serde_json::Value;

use crate::fixture::{Fixture, STOCK, files};

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {value}"))
}

#[test]
fn every_resource_is_described_and_is_what_it_says() {
    let fixture = Fixture::new();
    let published = publish(&fixture.lake, &fixture.contents()).unwrap();
    let files = files(&published.path);
    let package: Value = serde_json::from_slice(&files["datapackage.json"]).unwrap();
    assert_eq!(text(&package, "$schema"), "https://datapackage.org/profiles/2.0/datapackage.json");
    assert_eq!(text(&package, "name"), "paso-chile");
    let mut names = BTreeSet::new();
    let mut paths = BTreeSet::new();
    for resource in package["resources"].as_array().unwrap() {
        let name = text(resource, "name");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b)), "{name}");
        assert!(names.insert(name.to_owned()), "{name} stands twice");
        let path = text(resource, "path");
        paths.insert(path.to_owned());
        let bytes = &files[path];
        assert_eq!(resource["bytes"].as_u64(), Some(bytes.len() as u64), "{path}");
        assert_eq!(text(resource, "hash"), format!("sha256:{}", sha256(bytes)), "{path}");
        assert_eq!(text(resource, "type"), "table");
        assert!(path.ends_with(&format!(".{}", text(resource, "format"))));
        fields(resource, path, bytes);
    }
    let tables: BTreeSet<String> = files.keys().filter(|path| path.contains('/')).cloned().collect();
    assert_eq!(paths, tables);
}

fn fields(resource: &Value, path: &str, bytes: &[u8]) {
    let schema = &resource["schema"];
    let fields = schema["fields"].as_array().unwrap();
    let names: Vec<&str> = fields.iter().map(|field| text(field, "name")).collect();
    for field in fields {
        assert!(["string", "number", "integer", "boolean", "date"].contains(&text(field, "type")));
        assert!(!text(field, "description").is_empty() && !text(field, "description_es").is_empty(), "{path}: {field}");
    }
    for key in schema["primaryKey"].as_array().into_iter().flatten() {
        let field = fields.iter().find(|field| field["name"] == *key).unwrap();
        assert_eq!(field["constraints"]["required"], true);
    }
    if resource["format"] == "csv" {
        let header = String::from_utf8_lossy(bytes).lines().next().unwrap().to_owned();
        assert_eq!(header, names.join(","), "{path}");
    }
}

#[test]
fn licences_and_sources_follow_the_inputs() {
    let fixture = Fixture::new();
    let published = publish(&fixture.lake, &fixture.contents()).unwrap();
    let package: Value = serde_json::from_slice(&files(&published.path)["datapackage.json"]).unwrap();
    let licences: Vec<(Option<&str>, &str)> =
        package["licenses"].as_array().unwrap().iter().map(|licence| (licence["name"].as_str(), text(licence, "path"))).collect();
    // What is no licence has no licence's name.
    assert_eq!(licences, [(Some("CC-BY-3.0-IGO"), "https://undesa.example/terms"), (None, "https://sermig.example/terms")]);
    let resources = package["resources"].as_array().unwrap();
    let of = |name: &str| resources.iter().find(|resource| resource["name"] == name).unwrap();
    assert_eq!(of("stock")["sources"].as_array().unwrap().len(), 1);
    assert_eq!(of("stock")["sources"][0]["title"], "United Nations");
    assert_eq!(of("observations.undesa.migrant_stock.parquet")["licenses"][0]["name"], "CC-BY-3.0-IGO");
    assert!(of("areas").get("licenses").is_none());
    assert_eq!(of("stock")["schema"]["primaryKey"], serde_json::json!(["ref_area", "period"]));
}

/// The fixture's dataset and a code list of its publisher, under terms of their own.
fn own_terms(fixture: &Fixture) -> Contents<'_> {
    let mut contents = fixture.contents();
    let licence = |id: &str| Licence { id: id.to_owned(), url: format!("https://{id}.example"), ..contents.sources[0].licence.clone() };
    let (of_dataset, of_list) = (licence("CC-BY-4.0"), licence("CC0-1.0"));
    contents.observations[0].licence = Some(of_dataset);
    let mut list = contents.references[0].clone();
    list.name.replace_range(.., "undesa.locations");
    list.licence = Some(of_list);
    contents.references.push(list);
    contents
}

#[test]
fn the_licence_of_a_dataset_goes_before_that_of_its_publisher() {
    let fixture = Fixture::new();
    let published = publish(&fixture.lake, &own_terms(&fixture)).unwrap();
    let files = files(&published.path);
    let package: Value = serde_json::from_slice(&files["datapackage.json"]).unwrap();
    let names = |value: &Value| -> Vec<String> {
        value["licenses"].as_array().into_iter().flatten().map(|licence| text(licence, "title").to_owned()).collect()
    };
    // Nothing in the release stands under the publisher's own terms.
    assert_eq!(names(&package), ["CC-BY-4.0", "CC0-1.0", "none-declared"]);
    assert_eq!(package["sources"].as_array().unwrap().len(), 2);
    let resources = package["resources"].as_array().unwrap();
    let of = |name: &str| names(resources.iter().find(|resource| resource["name"] == name).unwrap());
    assert_eq!(of("observations.undesa.migrant_stock.parquet"), ["CC-BY-4.0"]);
    assert_eq!(of("stock"), ["CC-BY-4.0"]);
    assert_eq!(of("undesa.locations"), ["CC0-1.0"]);
    assert!(of("areas").is_empty());

    let attribution = String::from_utf8_lossy(&files["ATTRIBUTION.md"]);
    let (_, english) = attribution.split_once("## United Nations\n\n").unwrap();
    let (english, _) = english.split_once("\n\n## SERMIG").unwrap();
    let expected = "### CC-BY-4.0\n\n- Cite as: undesa, data\n- Licence: CC-BY-4.0, <https://CC-BY-4.0.example>\n\
        - Data: <https://undesa.example/data>\n- Datasets: `undesa.migrant_stock`\n- Indicators: `stock`\n\n\
        ### CC0-1.0\n\n- Cite as: undesa, data\n- Licence: CC0-1.0, <https://CC0-1.0.example>\n\
        - Data: <https://undesa.example/data>\n- Datasets: `undesa.locations`";
    assert_eq!(english, expected);
    assert!(
        String::from_utf8_lossy(&files["dictionary.en.md"]).contains("| `undesa.migrant_stock` | Migrant stock | 2020-12-01 | CC-BY-4.0 |")
    );
}

#[test]
fn an_indicator_lists_the_licences_of_all_its_inputs() {
    let fixture = Fixture::new();
    let indicator = Indicator::parse("stock.sql", &STOCK.replace("[\"undesa.migrant_stock\"]", "[\"measure:migrant_stock\"]")).unwrap();
    let mut contents = own_terms(&fixture);
    contents.indicators[0].indicator = &indicator;
    for dataset in ["sermig.permits", "undesa.population"] {
        contents.observations.push(Observations { dataset: dataset.to_owned(), licence: None, ..contents.observations[0].clone() });
    }
    let published = publish(&fixture.lake, &contents).unwrap();
    let package: Value = serde_json::from_slice(&files(&published.path)["datapackage.json"]).unwrap();
    let stock = package["resources"].as_array().unwrap().iter().find(|resource| resource["name"] == "stock").unwrap();
    let titles: Vec<&str> = stock["licenses"].as_array().unwrap().iter().map(|licence| text(licence, "title")).collect();
    assert_eq!(titles, ["CC-BY-3.0-IGO", "CC-BY-4.0", "none-declared"]);
}
