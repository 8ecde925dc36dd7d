//! Small bodies through decode and normalize, with the reference data of the project.

#![expect(clippy::expect_used, reason = "a helper of tests fails the test that calls it")]

mod cells;
mod editions;
mod golden;
mod rows;

use std::path::Path;

use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{Date32Type, Float64Type, UInt8Type, UInt32Type},
};
use jiff::civil::date;
use paso_areas::Areas;
use paso_decode::Forms;
use paso_model::{Concept, Measures};
use paso_normalize::{Body, CodeLists, Definition, Edition, Flags, NormalizeError, Observe, Reference, normalize};
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

fn reviewed() -> Reviewed {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/reference");
    let measures = std::fs::read_to_string(folder.join("measures.toml")).expect("measures");
    Reviewed {
        areas: Areas::load(&folder).expect("areas"),
        measures: Measures::parse(&measures).expect("measures"),
        flags: Flags::parse("[list.notes]\n\"3\" = { status = \"D\", meaning = { en = \"a\", es = \"a\" } }").expect("flags"),
        codes: CodeLists::default(),
    }
}

fn body(text: &str) -> Body {
    Body {
        url: "https://example.org/table.csv".to_owned(),
        snapshot: "ab".repeat(32),
        bytes: text.as_bytes().to_vec(),
        last_modified: None,
        retrieved: date(2026, 8, 18),
    }
}

fn try_normalize(definition: &str, bodies: &[&str]) -> Result<Edition, NormalizeError> {
    let dataset: Dataset = toml::from_str(definition).expect("a definition");
    let reviewed = reviewed();
    let reference = Reference { areas: &reviewed.areas, measures: &reviewed.measures, flags: &reviewed.flags, codes: &reviewed.codes };
    let definition =
        Definition { dataset: "example.persons", concept: &dataset.concept, forms: &dataset.decode, observe: &dataset.observe };
    normalize(definition, reference, bodies.iter().map(|text| Ok(body(text))))
}

fn normalized(definition: &str, text: &str) -> Edition {
    try_normalize(definition, &[text]).expect("an edition")
}

/// The observations as text, one line each, of the columns that are named.
fn lines(edition: &Edition, columns: &[&str]) -> Vec<String> {
    let batches: Vec<RecordBatch> = edition.observations().collect::<Result<_, _>>().expect("batches");
    batches.iter().flat_map(|batch| batch_lines(batch, columns)).collect()
}

fn quarantine(edition: &Edition, columns: &[&str]) -> Vec<String> {
    batch_lines(&edition.quarantine().expect("a batch"), columns)
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
