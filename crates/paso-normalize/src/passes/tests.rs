//! What happens at the bounds of the memory, with bounds that a small body reaches.

use std::fmt::Write as _;

use jiff::civil::date;
use paso_areas::Areas;
use paso_model::{Concept, Measures};
use serde::Deserialize;

use super::*;
use crate::{flags::Flags, mapping::Definition, plan::Reference, spec::Observe};

#[derive(Deserialize)]
struct Dataset {
    concept: Concept,
    decode: Forms,
    observe: Observe,
}

const DATASET: &str = r#"
[concept]
source_type = "register"
basis = "citizenship"
reference_day = "12-31"
coverage = { en = "c", es = "c" }
upstream = []
comparable = { en = "c", es = "c" }
[decode.csv]
[observe]
complete_for = "everything"
period = { column = "year", forms = ["year"] }
[observe.dimensions]
ref_area = { code = "CHL" }
destination = { code = "CHL" }
origin = { column = "country", scheme = "name_es" }
[[observe.values]]
column = "persons"
measure = "migrant_stock"
"#;

/// 600 rows, of which every third has the key of the one before, and every sixth another value under it.
fn text() -> String {
    let mut text = "country,year,persons\n".to_owned();
    for row in 0..600 {
        let year = 1000 + row - u32::from(row % 3 == 2);
        let _ = writeln!(text, "Perú,{year},{}", year + u32::from(row % 6 == 5));
    }
    text
}

/// The outcome under some bounds on two threads: the account and the file.
fn run(text: &str, most: Most) -> Result<(Account, Vec<u8>), NormalizeError> {
    let dataset: Dataset = toml::from_str(DATASET).unwrap();
    let reference = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/reference");
    let areas = Areas::load(&reference).unwrap();
    let measures = Measures::parse(&std::fs::read_to_string(reference.join("measures.toml")).unwrap()).unwrap();
    let (flags, codes) = (Flags::default(), crate::CodeLists::default());
    let reference = Reference { areas: &areas, measures: &measures, flags: &flags, codes: &codes };
    let definition =
        Definition { dataset: "example.persons", concept: &dataset.concept, forms: &dataset.decode, observe: &dataset.observe };
    let mapping = Mapping::new(definition, reference)?;
    let day = date(2026, 8, 18);
    let content = Box::new(text.as_bytes().to_vec());
    let bodies = [Body {
        url: "u".to_owned(),
        snapshot: "ab".repeat(32),
        columns: std::collections::BTreeMap::new(),
        content,
        last_modified: None,
        retrieved: day,
    }];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("edition.parquet");
    let mut passes = Passes::new(&mapping, &dataset.decode, &bodies, day, NonZero::new(2).unwrap(), &path);
    passes.most = most;
    let Outcome { mut accounts, file, .. } = passes.run()?;
    file.finish().unwrap().commit().unwrap();
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["edition.parquet"], "no hashes are left behind");
    Ok((accounts.remove(0), std::fs::read(&path).unwrap()))
}

#[test]
fn hashes_in_a_file_find_the_same_duplicates_as_those_in_memory() {
    let in_memory = run(&text(), Most::default()).unwrap();
    let account = &in_memory.0;
    assert_eq!((account.cells, account.observations), (600, 300));
    assert_eq!((account.excluded_total(), account.quarantined_total()), (100, 200));
    let in_a_file = run(&text(), Most { hashes: 1, ..Most::default() }).unwrap();
    assert!(in_memory == in_a_file);
}

#[test]
fn too_many_rows_of_one_key_are_an_error_that_says_so() {
    assert!(run(&text(), Most { repeated: 400, ..Most::default() }).is_ok());
    let error = run(&text(), Most { repeated: 399, ..Most::default() }).unwrap_err();
    assert!(matches!(error, NormalizeError::Repeated { rows: 400, most: 399, .. }), "{error}");
}

#[test]
fn too_many_refused_cells_are_an_error_with_the_first_reason() {
    let text = "country,year,persons\nPerú,2020,x\nPerú,2021,y\nPerú,2022,3\n";
    assert!(run(text, Most { refused: 2, ..Most::default() }).is_ok());
    let error = run(text, Most { refused: 1, ..Most::default() }).unwrap_err();
    let NormalizeError::Refused { cells: 2, most: 1, detail, .. } = error else { panic!("{error}") };
    assert_eq!(detail, "`x` is not a number");
}
