//! Small bodies through decode and normalize, with the reference data of the project.

#![expect(clippy::expect_used, reason = "a helper of tests fails the test that calls it")]

mod cells;
mod editions;
mod events;
mod golden;
mod mapping;
mod rows;
mod sources;
mod streaming;
mod sums;

use std::{collections::BTreeMap, num::NonZero, path::Path, sync::LazyLock};

use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{Date32Type, Float64Type, UInt8Type, UInt32Type},
};
use jiff::civil::date;
use paso_areas::Areas;
use paso_decode::Forms;
use paso_model::{Concept, Measures};
use paso_normalize::{Account, Body, CheckResult, CodeLists, Definition, Flags, NormalizeError, Observe, Reference, normalize};
use serde::Deserialize;

/// The tables of a definition that normalization reads.
#[derive(Deserialize)]
struct Dataset {
    concept: Concept,
    decode: Forms,
    observe: Observe,
}

const CONCEPT: &str = r#"
[concept]
source_type = "register"
basis = "citizenship"
reference_day = "12-31"
coverage = { en = "c", es = "c" }
upstream = []
comparable = { en = "c", es = "c" }
[decode.csv]
"#;

/// A definition of persons by country and sex, with what a test adds to `observe`.
fn definition(cells: &str, values: &str, more: &str) -> String {
    format!(
        "{CONCEPT}\n[observe]\ncomplete_for = \"everything\"\nperiod = {{ column = \"year\", forms = [\"year\"] }}\n{more}\n\
         [observe.dimensions]\nref_area = {{ code = \"CHL\" }}\ndestination = {{ code = \"CHL\" }}\n\
         origin = {{ column = \"country\", scheme = \"name_es\", codes = {{ \"Todos\" = \"_T\", \"Sudamérica\" = \"M49_005\" }} }}\n\
         sex = {{ column = \"sex\", codes = {{ Mujer = \"F\", Hombre = \"M\", Total = \"_T\" }}, blank = \"_U\" }}\n\
         [observe.cells]\n{cells}\n[[observe.values]]\ncolumn = \"persons\"\nmeasure = \"migrant_stock\"\n{values}\n"
    )
}

struct Reviewed {
    areas: Areas,
    measures: Measures,
    flags: Flags,
    codes: CodeLists,
}

fn reviewed() -> &'static Reviewed {
    static REVIEWED: LazyLock<Reviewed> = LazyLock::new(read_reviewed);
    &REVIEWED
}

fn read_reviewed() -> Reviewed {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/reference");
    let measures = std::fs::read_to_string(folder.join("measures.toml")).expect("measures");
    Reviewed {
        areas: Areas::load(&folder).expect("areas"),
        measures: Measures::parse(&measures).expect("measures"),
        flags: Flags::parse("[list.notes]\n\"3\" = { status = \"D\", meaning = { en = \"a\", es = \"a\" } }").expect("flags"),
        codes: CodeLists::default(),
    }
}

fn body(text: &str) -> Body<'static> {
    Body {
        url: "https://example.org/table.csv".to_owned(),
        snapshot: "ab".repeat(32),
        columns: BTreeMap::new(),
        content: Box::new(text.as_bytes().to_vec()),
        last_modified: None,
        retrieved: date(2026, 8, 18),
    }
}

/// An edition that was written and read again.
struct Written {
    batches: Vec<RecordBatch>,
    quarantine: RecordBatch,
    account: Account,
    accounts: Vec<Account>,
    checks: Vec<CheckResult>,
    file: Vec<u8>,
}

fn try_normalize_on(threads: usize, definition: &str, bodies: &[&str]) -> Result<Written, NormalizeError> {
    let dataset: Dataset = toml::from_str(definition).expect("a definition");
    let reviewed = reviewed();
    let reference = Reference { areas: &reviewed.areas, measures: &reviewed.measures, flags: &reviewed.flags, codes: &reviewed.codes };
    let definition =
        Definition { dataset: "example.persons", concept: &dataset.concept, forms: &dataset.decode, observe: &dataset.observe };
    let bodies: Vec<Body<'_>> = bodies.iter().map(|text| body(text)).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("edition.parquet");
    let edition = normalize(definition, reference, &bodies, &path, NonZero::new(threads).expect("a thread"))?;
    let (quarantine, account, checks) = (edition.quarantine().expect("a batch"), edition.account(), edition.checks().to_vec());
    let accounts = edition.accounts().map(|(_, account)| account.clone()).collect();
    let footer = BTreeMap::from([("paso.dataset".to_owned(), "example.persons".to_owned())]);
    let rows = edition.write(&footer).expect("a file");
    assert_eq!(paso_lake::parquet::footer(&path).expect("a footer"), footer);
    assert_eq!(rows, account.observations);
    let batches = paso_lake::parquet::read(&path).expect("a file").collect::<Result<_, _>>().expect("batches");
    Ok(Written { batches, quarantine, account, accounts, checks, file: std::fs::read(&path).expect("a file") })
}

fn try_normalize(definition: &str, bodies: &[&str]) -> Result<Written, NormalizeError> {
    try_normalize_on(2, definition, bodies)
}

fn normalized(definition: &str, text: &str) -> Written {
    try_normalize(definition, &[text]).expect("an edition")
}

/// The observations as text, one line each, of the columns that are named.
fn lines(edition: &Written, columns: &[&str]) -> Vec<String> {
    edition.batches.iter().flat_map(|batch| batch_lines(batch, columns)).collect()
}

fn quarantine(edition: &Written, columns: &[&str]) -> Vec<String> {
    batch_lines(&edition.quarantine, columns)
}

fn batch_lines(batch: &RecordBatch, columns: &[&str]) -> Vec<String> {
    let cell = |name: &str, row: usize| {
        let column = batch.column_by_name(name).expect("a column");
        if column.is_null(row) {
            return "null".to_owned();
        }
        if let Some(text) = column.as_string_opt::<i32>() {
            return text.value(row).to_owned();
        }
        if let Some(number) = column.as_primitive_opt::<Float64Type>() {
            return number.value(row).to_string();
        }
        if let Some(number) = column.as_primitive_opt::<UInt32Type>() {
            return number.value(row).to_string();
        }
        if let Some(number) = column.as_primitive_opt::<UInt8Type>() {
            return number.value(row).to_string();
        }
        column.as_primitive::<Date32Type>().value_as_date(row).expect("a date").to_string()
    };
    (0..batch.num_rows()).map(|row| columns.iter().map(|name| cell(name, row)).collect::<Vec<_>>().join(" ")).collect()
}
