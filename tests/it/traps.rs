//! The traps of the sources, one by one: `tests/traps.toml`.

use std::{collections::BTreeMap, path::Path};

use paso_testkit::{copy_folder, edit_mirror, sample_data};
use paso_tests::{corpus_lake, expect, paso, report, sample_lake, workspace};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Traps {
    trap: Vec<Trap>,
    refusal: Vec<Refusal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trap {
    name: String,
    trap: String,
    dataset: String,
    #[serde(default)]
    view: Option<String>,
    #[serde(rename = "where")]
    condition: String,
    #[serde(default)]
    rows: Option<usize>,
    #[serde(default)]
    value: Option<f64>,
    #[serde(default)]
    tolerance: f64,
    #[serde(default)]
    columns: BTreeMap<String, toml::Value>,
    #[serde(default)]
    none: bool,
    #[serde(default = "yes")]
    sample: bool,
    #[serde(default = "yes")]
    corpus: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    name: String,
    trap: String,
    dataset: String,
    url: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    edit: Option<Edit>,
    error: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    find: String,
    replace: String,
}

fn yes() -> bool {
    true
}

fn traps() -> Traps {
    let text = std::fs::read_to_string(workspace().join("tests/traps.toml")).expect("the traps");
    toml::from_str(&text).unwrap_or_else(|error| panic!("tests/traps.toml: {error}"))
}

/// Whether a cell of a row is what a trap says.
fn is(cell: &Value, expected: &toml::Value) -> bool {
    match expected {
        toml::Value::String(text) if text == "null" => cell.is_null(),
        toml::Value::String(text) => cell.as_str() == Some(text),
        toml::Value::Boolean(flag) => cell.as_bool() == Some(*flag),
        toml::Value::Integer(number) => cell.as_f64().is_some_and(|cell| (cell - *number as f64).abs() < f64::EPSILON),
        toml::Value::Float(number) => cell.as_f64().is_some_and(|cell| (cell - number).abs() < f64::EPSILON * number.abs().max(1.0)),
        other => panic!("a column is a text, a number, true or false, not {other}"),
    }
}

/// What is wrong with the answer to a trap.
fn problem(trap: &Trap, found: &[Value]) -> Option<String> {
    if trap.none {
        return (!found.is_empty()).then(|| format!("{} rows, none may be there", found.len()));
    }
    let expected = trap.rows.unwrap_or(1);
    if found.len() != expected {
        return Some(format!("{} rows, {expected} expected", found.len()));
    }
    if let Some(value) = trap.value {
        let sum: f64 = found.iter().filter_map(|row| row["value"].as_f64()).sum();
        if (sum - value).abs() > trap.tolerance {
            return Some(format!("the sum is {sum}, {value} expected"));
        }
    }
    let wrong = |row: &Value| trap.columns.iter().find(|(column, expected)| !is(&row[column.as_str()], expected)).map(|(column, _)| column.clone());
    found.iter().find_map(|row| wrong(row).map(|column| format!("`{column}` is {}", row[column.as_str()])))
}

fn check(lake: &Path, chosen: impl Fn(&Trap) -> bool) {
    let mut wrong = Vec::new();
    let mut counted = 0;
    for trap in traps().trap.iter().filter(|trap| chosen(trap)) {
        counted += 1;
        let view = trap.view.as_deref().unwrap_or("observations");
        let sql = format!("SELECT * FROM {view} WHERE dataset = '{}' AND ({})", trap.dataset, trap.condition);
        let text = expect(0, paso(lake).args(["query", "--output", "json", "--dataset", &trap.dataset, &sql]));
        let found = report(&text).as_array().cloned().unwrap_or_default();
        wrong.extend(problem(trap, &found).map(|problem| format!("{}: {problem}\n  {}\n  {sql}", trap.name, trap.trap)));
    }
    assert!(counted > 60, "{counted} traps");
    assert!(wrong.is_empty(), "{} of {counted} traps:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_trap_of_the_sources_catches_the_sample() {
    check(&sample_lake(), |trap| trap.sample);
}

#[test]
fn no_trap_of_the_sources_catches_the_real_files() {
    let Some(folder) = corpus_lake() else { return };
    check(&folder.join("lake"), |trap| trap.corpus);
}

#[test]
fn what_is_no_data_of_a_dataset_is_refused_in_words() {
    for refusal in traps().refusal {
        let folder = tempfile::tempdir().expect("a folder");
        let mirror = folder.path().join("mirror");
        copy_folder(&sample_data(), &mirror).expect("a copy");
        let bad = |bytes: Vec<u8>| match (&refusal.body, &refusal.edit) {
            (Some(body), None) => body.clone().into_bytes(),
            (None, Some(Edit { find, replace })) => {
                let text = String::from_utf8(bytes).expect("a body of text");
                assert!(text.contains(find.as_str()), "{}: the sample has no `{find}`", refusal.name);
                text.replacen(find.as_str(), replace, 1).into_bytes()
            }
            _ => panic!("{} needs exactly one of `body` and `edit`", refusal.name),
        };
        edit_mirror(&mirror, &refusal.url, None, bad).expect("an edit");
        let lake = folder.path().join("lake");
        let text = expect(1, paso(&lake).args(["run", "--output", "json", &refusal.dataset, "--mirror"]).arg(&mirror));
        let failures = report(&text)["failures"].to_string();
        assert!(failures.contains(&refusal.error), "{}: {}\n{failures}", refusal.name, refusal.trap);
    }
}
