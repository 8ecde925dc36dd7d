//! What is never published.

use paso_aggregate::{AggregateError, Computed, Indicator, PolarsEngine, STATUS_TRAVELS, Severity, compute};

use crate::{
    fixture::{Lab, Row, cells},
    indicator::{GOOD, parse},
};

fn stock() -> Indicator {
    parse(&GOOD.replace("\"a.stock\", \"measure:population\"", "\"a.stock\"")).unwrap()
}

fn row(area: &str, period: &str, value: f64) -> Row {
    Row::new("a.stock", "migrant_stock", "PS", area).period(period).value(value)
}

fn run(indicator: &Indicator, rows: &[Row]) -> Result<Computed, AggregateError> {
    let lab = Lab::new(rows);
    compute(&PolarsEngine, indicator, &lab.views, &lab.labels())
}

fn refusal(sql: &str, rows: &[Row]) -> String {
    let text = GOOD.replace("\"a.stock\", \"measure:population\"", "\"a.stock\"").replace("value AS persons, status_e", sql);
    run(&parse(&text).unwrap(), rows).unwrap_err().to_string()
}

#[test]
fn an_input_without_rows_is_named() {
    let both = parse(GOOD).unwrap();
    let rows = [row("CHL", "2020", 1.0)];
    assert_eq!(run(&both, &rows).unwrap_err().to_string(), "indicator stock: input `measure:population` has no rows");
    let others = [Row::new("b.people", "population", "PS", "CHL").value(1.0)];
    let error = run(&both, &others).unwrap_err();
    assert_eq!(error.to_string(), "indicator stock: input `a.stock` has no rows");
    assert!(error.hint().unwrap().contains("a.stock"));
}

#[test]
fn a_table_without_rows_is_refused() {
    let rows = [Row::new("a.stock", "refugees", "PS", "CHL").value(1.0)];
    assert_eq!(run(&stock(), &rows).unwrap_err().to_string(), "indicator stock: the query found no rows");
}

#[test]
fn a_key_that_stands_twice_is_refused_with_its_place() {
    let rows = [row("ARG", "2020", 1.0), row("CHL", "2020", 2.0), row("CHL", "2020", 3.0).with("sex", "F")];
    let error = run(&stock(), &rows).unwrap_err();
    assert_eq!(error.to_string(), "indicator stock: the key (ref_area, period) stands twice in row 3: ref_area=CHL, period=2020");
    assert!(error.hint().unwrap().contains("breakdown"));
}

#[test]
fn a_null_in_the_key_is_refused() {
    let text = GOOD
        .replace("\"a.stock\", \"measure:population\"", "\"a.stock\"")
        .replace("SELECT ref_area, period, value", "SELECT NULLIF(ref_area, 'CHL') AS ref_area, period, value");
    let error = run(&parse(&text).unwrap(), &[row("CHL", "2020", 1.0)]).unwrap_err();
    assert_eq!(error.to_string(), "indicator stock: the key (ref_area, period) has a null in row 1: ref_area=, period=2020");
}

#[test]
fn a_code_without_a_name_is_refused() {
    let error = run(&stock(), &[row("XYZ", "2020", 1.0)]).unwrap_err();
    assert_eq!(error.to_string(), "indicator stock: `XYZ` in column `ref_area` has no label");
}

#[test]
fn an_infinite_value_is_refused_with_its_place() {
    let message = refusal("value / NULLIF(value - value + 0.0, 1) AS persons", &[row("CHL", "2020", 1.0)]);
    assert_eq!(message, "indicator stock: `persons` is inf in row 1: ref_area=CHL, period=2020");
}

#[test]
fn columns_that_nobody_declared_are_refused() {
    let rows = [row("CHL", "2020", 1.0)];
    for (sql, expected) in [
        ("value AS persons, value AS people", "column `people` is not described: add it to `columns` in the front matter"),
        ("value AS people", "column `persons` is declared in the front matter, and the query does not select it"),
        ("value AS persons, value", "column `value` is a number: declare its `decimals` in `columns`"),
        ("status AS persons", "column `persons` declares `decimals` and is Utf8, not a number"),
        ("value AS persons, status", "column `status` is made of the letters: select status_b, status_d and so on, each with OR or MAX"),
        ("value AS persons, 1 AS status_e", "column `status_e` is Int64, and a status letter is Boolean"),
    ] {
        assert_eq!(refusal(sql, &rows), format!("indicator stock: {expected}"));
    }
}

#[test]
fn a_query_that_the_engine_refuses_names_the_indicator() {
    let text = GOOD.replace("\"a.stock\", \"measure:population\"", "\"a.stock\"").replace("value AS persons", "no_such_column AS persons");
    let error = run(&parse(&text).unwrap(), &[row("CHL", "2020", 1.0)]).unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with("indicator stock cannot be run: "), "{message}");
    assert!(message.contains("no_such_column"), "{message}");
    let expected = "the query starts at somewhere/stock.sql:27: run it part by part with `paso query`";
    assert_eq!(error.hint().unwrap(), expected);
    let check = GOOD.replace("\"a.stock\", \"measure:population\"", "\"a.stock\"").replace("r.persons < 0", "r.people < 0");
    let error = run(&parse(&check).unwrap(), &[row("CHL", "2020", 1.0)]).unwrap_err();
    assert!(error.to_string().starts_with("check none_below_zero of indicator stock cannot be run: "), "{error}");
    assert!(error.hint().unwrap().contains("somewhere/stock.sql:22"), "{:?}", error.hint());
}

#[test]
fn the_example_of_a_finding_does_not_depend_on_the_order_of_rows() {
    let mut rows: Vec<Row> = (0..300).map(|n| row(["CHL", "PER", "ARG"][n % 3], &(1000 + n).to_string(), -1.0 - n as f64)).collect();
    let first = run(&stock(), &rows).unwrap();
    assert_eq!((first.findings[0].rows, first.findings[0].example.as_str()), (300, "ref_area=ARG"));
    rows.reverse();
    assert_eq!(run(&stock(), &rows).unwrap().findings, first.findings);
}

#[test]
fn checks_see_the_finished_table() {
    let rows = [row("ARG", "2020", -3.4), row("CHL", "2020", -0.4)];
    let computed = run(&stock(), &rows).unwrap();
    // −0.4 persons round to 0, which is not below zero; −3.4 to −3, which is.
    assert_eq!(cells(&computed.table, &["ref_area", "persons"]), [["ARG", "-3"], ["CHL", "0"]]);
    assert_eq!((computed.findings[0].check.as_str(), computed.findings[0].rows), ("none_below_zero", 1));
    assert_eq!(computed.findings[0].example, "ref_area=ARG");
    assert!(!computed.refused());
}

#[test]
fn a_status_letter_that_does_not_travel_is_reported() {
    let rows = [row("ARG", "2020", 1.0).with("status", "EP"), row("CHL", "2020", 1.0)];
    let computed = run(&stock(), &rows).unwrap();
    assert_eq!(cells(&computed.table, &["ref_area", "status"]), [["ARG", "E"], ["CHL", "A"]]);
    let finding = &computed.findings[0];
    assert_eq!((finding.check.as_str(), finding.severity, finding.rows), (STATUS_TRAVELS, Severity::Warning, 1));
    assert!(finding.example.contains('P') && !finding.example.contains('E'), "{}", finding.example);
}

#[test]
fn the_same_inputs_give_the_same_table_in_any_order_of_rows() {
    let mut rows: Vec<Row> = (0..500).map(|n| row(["ARG", "CHL", "PER"][n % 3], &(1000 + n).to_string(), n as f64 / 7.0)).collect();
    let table = run(&stock(), &rows).unwrap().table;
    rows.reverse();
    rows.swap(3, 300);
    assert_eq!(run(&stock(), &rows).unwrap().table, table);
}
