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
    doubt: Vec<Doubt>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trap {
    name: String,
    #[serde(rename = "trap")]
    quirk: String,
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
    #[serde(rename = "trap")]
    quirk: String,
    dataset: String,
    url: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    edit: Option<Edit>,
    error: String,
}

/// What no run fails for, and what no figure comes of: a cell in quarantine, or a total that its parts do not meet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Doubt {
    name: String,
    #[serde(rename = "trap")]
    quirk: String,
    dataset: String,
    url: String,
    edit: Edit,
    /// The reason of the quarantine.
    reason: Option<String>,
    /// The difference that a check names.
    difference: Option<String>,
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

/// What is wrong with the rows that a trap is about.
fn problem(trap: &Trap, found: &[&Value]) -> Option<String> {
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
    let wrong =
        |row: &Value| trap.columns.iter().find(|(column, expected)| !is(&row[column.as_str()], expected)).map(|(column, _)| column.clone());
    found.iter().find_map(|row| wrong(row).map(|column| format!("`{column}` is {}", row[column.as_str()])))
}

/// Looks at the traps of each view of a dataset with one query, which reads the table once.
fn check(lake: &Path, chosen: impl Fn(&Trap) -> bool) {
    let traps = traps().trap;
    let mut views: BTreeMap<(&str, &str), Vec<&Trap>> = BTreeMap::new();
    for trap in traps.iter().filter(|trap| chosen(trap)) {
        assert!(trap.none || trap.value.is_some() || trap.rows.is_some() || !trap.columns.is_empty(), "{} says nothing", trap.name);
        views.entry((&trap.dataset, trap.view.as_deref().unwrap_or("observations"))).or_default().push(trap);
    }
    assert!(views.values().map(Vec::len).sum::<usize>() > 200, "the traps of every publisher are here");
    let mut wrong = Vec::new();
    for ((dataset, view), traps) in views {
        let marks =
            traps.iter().enumerate().map(|(number, trap)| format!("CASE WHEN ({}) THEN 1 ELSE 0 END AS trap_{number}", trap.condition));
        let conditions: Vec<String> = traps.iter().map(|trap| format!("({})", trap.condition)).collect();
        let sql = format!(
            "SELECT *, {} FROM {view} WHERE dataset = '{dataset}' AND ({})",
            marks.collect::<Vec<_>>().join(", "),
            conditions.join(" OR ")
        );
        let rows = |sql: &str| report(&expect(0, paso(lake).args(["query", "--output", "json", "--dataset", dataset, sql])));
        let found = rows(&sql).as_array().cloned().unwrap_or_default();
        if found.is_empty() {
            let any = rows(&format!("SELECT COUNT(*) AS rows FROM {view} WHERE dataset = '{dataset}'"));
            assert!(any[0]["rows"].as_f64() > Some(0.0), "`{view}` has nothing of {dataset}: {any}");
        }
        for (number, trap) in traps.iter().enumerate() {
            let caught: Vec<&Value> = found.iter().filter(|row| row[format!("trap_{number}")].as_f64() == Some(1.0)).collect();
            wrong.extend(
                problem(trap, &caught)
                    .map(|problem| format!("{} ({dataset}): {problem}\n  {}\n  {}", trap.name, trap.quirk, trap.condition)),
            );
        }
    }
    assert!(wrong.is_empty(), "{} traps:\n{}", wrong.len(), wrong.join("\n"));
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

impl Edit {
    /// Some bodies are no UTF-8: what is looked for is found by its bytes.
    fn of(&self, name: &str, mut bytes: Vec<u8>) -> Vec<u8> {
        let find = self.find.as_bytes();
        let place = bytes.windows(find.len()).position(|window| window == find);
        let place = place.unwrap_or_else(|| panic!("{name}: the sample has no `{}`", self.find));
        bytes.splice(place..place + find.len(), self.replace.bytes());
        bytes
    }
}

/// The report of a run of one dataset whose answer at an address is another one.
fn run_with(dataset: &str, url: &str, status: i32, edit: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let mirror = folder.path().join("mirror");
    copy_folder(&sample_data(), &mirror).expect("a copy");
    edit_mirror(&mirror, url, None, edit).expect("an edit");
    let lake = folder.path().join("lake");
    report(&expect(status, paso(&lake).args(["run", "--output", "json", dataset, "--mirror"]).arg(&mirror)))
}

#[test]
fn what_is_no_data_of_a_dataset_is_refused_in_words() {
    let refusals = traps().refusal;
    assert!(refusals.len() > 10, "{} refusals", refusals.len());
    for Refusal { name, quirk, dataset, url, body, edit, error } in refusals {
        let report = run_with(&dataset, &url, 1, |bytes| match (body, edit) {
            (Some(body), None) => body.into_bytes(),
            (None, Some(edit)) => edit.of(&name, bytes),
            _ => panic!("{name} needs exactly one of `body` and `edit`"),
        });
        let failures = report["failures"].to_string();
        assert!(failures.contains(&error), "{name}: {quirk}\n{failures}");
    }
}

#[test]
fn what_is_doubtful_is_named_and_no_figure() {
    let doubts = traps().doubt;
    assert!(doubts.len() > 5, "{} doubts", doubts.len());
    for Doubt { name, quirk, dataset, url, edit, reason, difference } in doubts {
        let report = run_with(&dataset, &url, 0, |bytes| edit.of(&name, bytes));
        let mut steps = report["steps"].as_array().into_iter().flatten();
        let step = steps.rfind(|step| step["stage"] == "normalize" && step["subject"] == dataset.as_str()).expect("a step");
        match (reason, difference) {
            (Some(reason), None) => assert_eq!(step["account"]["quarantined"], serde_json::json!({ reason: 1 }), "{name}: {quirk}"),
            (None, Some(difference)) => assert!(step["checks"].to_string().contains(&difference), "{name}: {quirk}\n{}", step["checks"]),
            _ => panic!("{name} needs exactly one of `reason` and `difference`"),
        }
    }
}
