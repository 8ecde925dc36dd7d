//! What the lake holds, and what should have come since.

use serde_json::Value;

use crate::{lake_of, paso};

#[test]
fn the_age_of_an_edition_stands_beside_the_day_of_the_next() {
    let lake = lake_of(&["undesa.migrant_stock", "dicoex"]);
    let status = |arguments: &[&str]| {
        let out = paso().env("PASO_LAKE", lake.path()).arg("status").args(arguments).output().expect("an output");
        String::from_utf8_lossy(&out.stdout).into_owned()
    };
    let standing: Value = serde_json::from_str(&status(&["--output", "json"])).expect("JSON");
    let find = |id: &str| standing["datasets"].as_array().and_then(|all| all.iter().find(|one| one["dataset"] == id)).expect("a dataset");
    let stock = find("undesa.migrant_stock");
    assert_eq!((&stock["vintage"], &stock["expected"]), (&"2025-01-27".into(), &"2029-01-27".into()));
    let closed = find("dicoex.chileans_abroad");
    assert_eq!((&closed["expected"], &closed["overdue_months"]), (&"closed".into(), &Value::Null));
    // What was never fetched has no age.
    assert_eq!(find("unhcr.population")["expected"], Value::Null);
    let table = status(&[]);
    assert!(table.lines().any(|line| line.starts_with("overdue: ")), "{table}");
    assert!(stock["age_months"].as_u64() > Some(20), "{stock}");
    assert_eq!((&stock["by_hand"], &closed["by_hand"]), (&false.into(), &true.into()));
    let chosen: Value = serde_json::from_str(&status(&["undesa.migrant_stock", "--output", "json"])).expect("JSON");
    assert_eq!(chosen["datasets"].as_array().map(Vec::len), Some(1));
    let wrong = paso().env("PASO_LAKE", lake.path()).args(["status", "undesas"]).output().expect("an output");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("`undesas` names nothing in this pipeline"));
}
