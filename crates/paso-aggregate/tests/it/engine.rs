//! What SQL sees, and what it is told when it asks for something else.

use std::error::Error as _;

use arrow::datatypes::DataType;
use paso_aggregate::{AggregateError, Engine as _, Input, PolarsEngine, View, Views, query};

use crate::fixture::{Lab, Row, cells};

fn lab() -> Lab {
    Lab::new(&[
        Row::new("a.stock", "migrant_stock", "PS", "CHL").with("status", "EP").value(10.0),
        Row::new("a.stock", "population", "PS", "CHL").period("2020-07-01").value(100.0),
        Row::new("b.people", "population", "PS", "ARG").with("status", "Q"),
        Row::new("b.people", "refugees", "PS", "ARG").value(3.0),
    ])
}

#[test]
fn the_view_of_the_observations_has_one_boolean_per_status_letter() {
    let table =
        query("SELECT measure, status, status_e, status_p, status_q FROM observations ORDER BY dataset, measure", &lab().views).unwrap();
    assert_eq!(
        cells(&table, &["measure", "status", "status_e", "status_p", "status_q"]),
        [
            ["migrant_stock", "EP", "true", "true", "false"],
            ["population", "A", "false", "false", "false"],
            ["population", "Q", "false", "false", "true"],
            ["refugees", "A", "false", "false", "false"],
        ]
    );
}

#[test]
fn population_is_one_measure_of_the_observations() {
    let table = query("SELECT dataset, ref_area FROM population ORDER BY dataset", &lab().views).unwrap();
    assert_eq!(cells(&table, &["dataset", "ref_area"]), [["a.stock", "CHL"], ["b.people", "ARG"]]);
}

#[test]
fn inputs_hide_the_rows_of_everything_else() {
    let rows = |inputs: &[&str]| {
        let inputs: Vec<Input> = inputs.iter().map(|input| input.parse().unwrap()).collect();
        let views = lab().views;
        // The lab is gone with its files when the closure ends, so the query runs inside it.
        let lab = lab();
        assert_eq!(views.has(View::Observations), lab.views.has(View::Observations));
        let table =
            PolarsEngine.query("SELECT dataset, measure FROM observations ORDER BY dataset, measure", &lab.views.restricted_to(&inputs));
        cells(&table.unwrap(), &["dataset", "measure"]).into_iter().map(|row| row.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(rows(&["b.people"]), ["b.people population", "b.people refugees"]);
    assert_eq!(rows(&["measure:population"]), ["a.stock population", "b.people population"]);
    assert_eq!(rows(&["a.stock", "measure:refugees"]), ["a.stock migrant_stock", "a.stock population", "b.people refugees"]);
}

#[test]
fn every_column_of_an_observation_can_be_read() {
    let lab = lab();
    let table = query("SELECT * FROM observations ORDER BY dataset, measure", &lab.views).unwrap();
    for column in paso_model::observation::COLUMNS {
        assert!(table.column_by_name(column.name).is_some(), "{}", column.name);
    }
    let kind = |name: &str| table.schema().field_with_name(name).unwrap().data_type().clone();
    assert_eq!(
        (kind("decimals"), kind("row"), kind("vintage"), kind("value")),
        (DataType::Int64, DataType::Int64, DataType::Date32, DataType::Float64)
    );
}

#[test]
fn rows_are_counted_also_over_a_union() {
    let lab = lab();
    for (sql, rows) in [
        ("SELECT COUNT(*) AS n FROM observations", "4"),
        ("SELECT COUNT(*) AS n FROM (SELECT area FROM areas UNION ALL SELECT member AS area FROM area_groups) AS both", "21"),
    ] {
        assert_eq!(cells(&query(sql, &lab.views).unwrap(), &["n"]), [[rows]], "{sql}");
    }
}

#[test]
fn the_functions_that_the_linter_allows_mean_what_they_mean_in_duckdb() {
    let lab = Lab::new(&[
        Row::new("a.stock", "migrant_stock", "PS", "CHL").period("2020-07-01").value(-1.5),
        Row::new("a.stock", "migrant_stock", "PS", "PER").period("2021-07-01").value(2.25),
        Row::new("a.stock", "migrant_stock", "PS", "USA").period("2021-07-01"),
    ]);
    // What DuckDB 2.0 and DataFusion 55 answer.
    for (expression, answer) in [
        ("SUM(ABS(value))", "3.75"),
        ("AVG(value)", "0.375"),
        ("SUM(CAST(FLOOR(value) AS BIGINT) * 0 + CAST('7' AS BIGINT))", "14"),
        ("MIN(CEIL(value))", "-1"),
        ("MIN(FLOOR(value))", "-2"),
        ("SUM(COALESCE(value, 10.0))", "10.75"),
        ("MAX(CONCAT(ref_area, '-', sex))", "USA-_T"),
        ("MAX(ref_area || '-' || sex)", "USA-_T"),
        ("MAX(ref_area || NULLIF(sex, '_T'))", ""),
        ("COUNT(*)", "3"),
        ("COUNT(value)", "2"),
        ("COUNT(DISTINCT period)", "2"),
        ("MAX(EXTRACT(YEAR FROM period_start))", "2021"),
        ("MAX(LENGTH('ñandú'))", "5"),
        ("MAX(LOWER('ÑANDÚ'))", "ñandú"),
        ("MAX(UPPER('ñandú'))", "ÑANDÚ"),
        ("COUNT(NULLIF(ref_area, 'CHL'))", "2"),
        ("MAX(STARTS_WITH(ref_area, 'CH'))", "true"),
        ("STRING_AGG(ref_area, ' ' ORDER BY ref_area)", "CHL PER USA"),
        ("STRING_AGG(CASE WHEN value > 100 THEN ref_area END, ' ')", ""),
        ("MIN(SUBSTRING(ref_area, 2, 1))", "E"),
        ("MAX(status_q)", "false"),
        ("SUM(CASE WHEN value > 0 THEN value END)", "2.25"),
        ("SUM(CASE WHEN value > 100 THEN value END)", ""),
    ] {
        let sql = format!("SELECT {expression} AS answer FROM observations");
        assert_eq!(cells(&query(&sql, &lab.views).unwrap(), &["answer"]), [[answer]], "{expression}");
    }
}

#[test]
fn a_sum_of_nothing_is_null_as_in_sql() {
    let table = query("SELECT dataset, SUM(value) AS v FROM observations WHERE value IS NULL GROUP BY dataset", &lab().views).unwrap();
    assert_eq!(cells(&table, &["dataset", "v"]), [["b.people", ""]]);
}

#[test]
fn dates_join_a_day_to_its_year() {
    let lab = Lab::new(&[
        Row::new("a.flow", "net_migration", "PS", "CHL").period("2019").value(1.0),
        Row::new("a.flow", "net_migration", "PS", "CHL").period("2020").value(2.0),
        Row::new("a.flow", "population", "PS", "CHL").period("2020-07-01").value(100.0),
    ]);
    let sql = "SELECT n.period, p.value FROM observations AS n
        JOIN population AS p ON p.ref_area = n.ref_area AND p.period_start >= n.period_start AND p.period_end <= n.period_end
        WHERE n.measure = 'net_migration'";
    assert_eq!(cells(&query(sql, &lab.views).unwrap(), &["period", "value"]), [["2020", "100"]]);
}

#[test]
fn a_view_without_files_is_named_with_what_to_do() {
    let error = query("SELECT * FROM observations_all", &lab().views).unwrap_err();
    assert_eq!(error.to_string(), "the query reads `observations_all`, which has no files");
    assert!(error.hint().unwrap().contains("paso run"));
}

#[test]
fn a_missing_or_damaged_file_is_named() {
    let lab = lab();
    let path = lab.write("broken", &query("SELECT area FROM areas", &lab.views).unwrap());
    std::fs::remove_file(&path).unwrap();
    let mut views = Views::default();
    views.add_current("a.stock", [path.clone()]);
    let error = query("SELECT value FROM observations", &views).unwrap_err();
    assert!(matches!(&error, AggregateError::File { path: named, .. } if *named == path), "{error}");

    paso_lake::file::write_atomic(&path, |writer| writer.write_all(b"PAR1 and no more PAR1")).unwrap();
    let error = query("SELECT value FROM observations", &views).unwrap_err();
    assert!(matches!(&error, AggregateError::File { path: named, .. } if *named == path), "{error}");
}

#[test]
fn a_query_that_is_no_sql_says_why() {
    let error = query("SELECT area FROM areas WHERE", &lab().views).unwrap_err();
    assert!(error.to_string().starts_with("the query cannot be run: "), "{error}");
    let error = query("SELECT no_such_column FROM areas", &lab().views).unwrap_err();
    assert!(error.to_string().contains("no_such_column"), "{error}");
    assert_eq!(error.to_string().lines().count(), 1, "a plan follows: {error}");
    assert!(error.source().is_none(), "what the engine said would be printed twice");
    assert_eq!(error.hint(), None);
}

#[test]
fn only_a_select_is_run() {
    let lab = lab();
    for sql in
        ["DELETE FROM areas", "DROP TABLE areas", "CREATE TABLE a AS SELECT area FROM areas", "SELECT 1; DROP TABLE areas", "SELEC 1"]
    {
        let error = query(sql, &lab.views).unwrap_err();
        assert!(matches!(error, AggregateError::NotAQuery { .. }), "{sql}: {error}");
        assert_eq!(error.hint().unwrap(), "start with SELECT or WITH; the views are observations, areas, area_groups, population");
    }
    let error = query("DELETE FROM areas", &lab.views).unwrap_err();
    assert_eq!(error.to_string(), "the query starts with `DELETE`: only one SELECT, or WITH and a SELECT, can be run");
    let error = query("TRUNCATE areas", &Views::default()).unwrap_err();
    assert!(error.hint().unwrap().contains("paso run"));
}

#[test]
fn a_table_that_is_no_view_is_named_with_those_that_are() {
    for sql in [
        "SELECT a FROM nowhere",
        "WITH x AS (SELECT b FROM nowhere) SELECT b FROM x",
        "SELECT a.area FROM areas AS a JOIN nowhere AS n ON n.area = a.area",
    ] {
        let error = query(sql, &lab().views).unwrap_err();
        let expected = "the query reads `nowhere`, which is no view: there are observations, areas, area_groups, population";
        assert_eq!(error.to_string(), expected, "{sql}");
    }
}
