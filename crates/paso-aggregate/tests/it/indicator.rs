//! Reading an indicator's file.

use arrow::datatypes::{DataType, Field, Schema};
use paso_aggregate::{AggregateError, Indicator, Input, Severity, View};

use crate::fixture::chile;

pub(crate) const GOOD: &str = r#"--| id = "stock"
--| agenda = "information"
--| unit = "PS"
--| key = ["ref_area", "period"]
--| inputs = ["a.stock", "measure:population"]
--| title = { en = "Stock", es = "Stock" }
--| note = { en = "A note.", es = "Una nota." }
--|
--| [formula]
--| text = { en = "as published", es = "como se publica" }
--| source = "nobody"
--|
--| [columns.persons]
--| decimals = 0
--| en = "Persons"
--| es = "Personas"
--|
--| [[checks]]
--| name = "none_below_zero"
--| severity = "warning"
--| sql = """
--| SELECT r.ref_area FROM result AS r
--| JOIN areas AS a ON a.area = r.ref_area
--| WHERE r.persons < 0
--| """
-- the stock
SELECT ref_area, period, value AS persons, status_e
FROM observations
WHERE measure = 'migrant_stock'
ORDER BY ref_area, period
"#;

pub(crate) fn parse(text: &str) -> Result<Indicator, AggregateError> {
    Indicator::parse("somewhere/stock.sql", text)
}

fn refusal(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn a_file_is_front_matter_and_a_query() {
    let indicator = parse(GOOD).unwrap();
    assert_eq!((indicator.id.as_str(), indicator.agenda.as_str(), indicator.unit.as_str()), ("stock", "information", "PS"));
    assert_eq!(indicator.inputs, [Input::Dataset("a.stock".into()), Input::Measure("population".into())]);
    assert_eq!(indicator.columns["persons"].decimals, Some(0));
    assert_eq!(indicator.checks[0].severity, Severity::Warning);
    assert_eq!(indicator.views().into_iter().collect::<Vec<_>>(), [View::Observations, View::Areas]);
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let text = GOOD.replace("--| source = \"nobody\"", "--| source = \"nobody\"\n--| sauce = \"hot\"");
    let message = refusal(&text);
    assert!(message.starts_with("somewhere/stock.sql:12: the front matter is not valid: unknown field `sauce`"), "{message}");
}

#[test]
fn what_the_linter_refuses_has_the_line_of_the_file() {
    let message = refusal(&GOOD.replace("value AS persons", "ROUND(value) AS persons"));
    assert!(message.starts_with("somewhere/stock.sql: the SQL is not accepted:\n  line 27: `ROUND` "), "{message}");
    let message = refusal(&GOOD.replace("--| WHERE r.persons < 0", "--| WHERE r.persons < 0 LIMIT 1"));
    assert!(message.contains("\n  line 24: `LIMIT` "), "{message}");
}

#[test]
fn an_incomplete_front_matter_is_refused() {
    for (from, to, expected) in [
        ("id = \"stock\"", "id = \"stocks\"", ":1: the front matter is not valid: the id is `stocks` and the file is `stock.sql`"),
        ("--| unit = \"PS\"\n", "", "missing field `unit`"),
        ("Una nota.", "  ", "`note` is empty in one of the languages"),
        ("\"a.stock\", ", "\"stock\", ", "`stock` is no input"),
        ("\"a.stock\", ", "\"a.stock\", \"a.stock\", ", "`a.stock` stands twice in `inputs`"),
        ("columns.persons", "columns.status_e", "`columns.status_e` is described already"),
        ("columns.persons", "columns.ref_area_label_es", "`columns.ref_area_label_es` is described already"),
        ("decimals = 0", "decimals = 12", "`columns.persons.decimals` is at most 9"),
        ("--| id", "-- id", ":1: the front matter is not valid: the first lines must start with `--|`"),
        ("-- the stock", "-- the stock\n--| unit = \"1\"", ":27: the front matter is not valid: `--|` lines stand together"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let message = refusal(&GOOD.replacen(from, to, 1));
        assert!(message.contains(expected), "{from} -> {to}: {message}");
    }
}

#[test]
fn an_indicator_without_a_check_is_refused() {
    let (before, rest) = GOOD.split_once("--| [[checks]]").unwrap();
    let (_, after) = rest.split_once("-- the stock").unwrap();
    assert!(refusal(&format!("{before}{after}")).contains("`checks` has at least one"));
}

#[test]
fn only_what_changes_the_table_changes_the_fingerprint() {
    let canonical = |text: &str| parse(text).unwrap().canonical();
    let good = canonical(GOOD);
    for (from, to) in [
        ("en = \"Stock\"", "en = \"Migrants\""),
        ("Una nota.", "Otra nota."),
        ("en = \"Persons\"", "en = \"People\""),
        ("agenda = \"information\"", "agenda = \"diaspora\""),
        ("source = \"nobody\"", "source = \"somebody\""),
        ("-- the stock", "-- the stock, as published"),
        ("FROM observations\nWHERE", "from\n  observations where"),
        ("[\"a.stock\", \"measure:population\"]", "[\"measure:population\", \"a.stock\"]"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        assert_eq!(canonical(&GOOD.replacen(from, to, 1)), good, "{from} -> {to}");
    }
    for (from, to) in [
        ("decimals = 0", "decimals = 1"),
        ("'migrant_stock'", "'Migrant_stock'"),
        ("\"measure:population\"]", "\"measure:refugees\"]"),
        ("r.persons < 0", "r.persons < 1"),
        ("severity = \"warning\"", "severity = \"error\""),
        ("value AS persons", "value + 1 AS persons"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        assert_ne!(canonical(&GOOD.replacen(from, to, 1)), good, "{from} -> {to}");
    }
}

#[test]
fn every_column_of_the_table_is_described_in_both_languages() {
    let indicator = parse(GOOD).unwrap();
    let field = |name: &str, kind: DataType, nullable: bool| Field::new(name, kind, nullable);
    let mut fields = vec![
        field("ref_area", DataType::Utf8, false),
        field("ref_area_label_es", DataType::Utf8, false),
        field("period", DataType::Utf8, false),
        field("persons", DataType::Float64, true),
        field("status", DataType::Utf8, false),
    ];
    let columns = indicator.describe(&Schema::new(fields.clone())).unwrap();
    assert_eq!(columns.iter().map(|column| column.key).collect::<Vec<_>>(), [true, false, true, false, false]);
    assert_eq!(columns[1].description.es, "Nombre de `ref_area` en español");
    assert_eq!((columns[3].unit.as_deref(), columns[3].decimals, columns[3].description.es.as_str()), (Some("PS"), Some(0), "Personas"));
    assert!(columns.iter().all(|column| !column.description.en.is_empty() && !column.description.es.is_empty()));

    fields.push(field("surprise", DataType::Utf8, true));
    let error = indicator.describe(&Schema::new(fields)).unwrap_err();
    assert_eq!(error.to_string(), "indicator stock: column `surprise` is not described: add it to `columns` in the front matter");
}

#[test]
fn the_pipeline_says_which_inputs_it_reads() {
    let indicator = chile("information/migrant_share_of_population.sql");
    let inputs: Vec<String> = indicator.inputs.iter().map(ToString::to_string).collect();
    assert_eq!(inputs, ["undesa.migrant_stock", "undesa.population", "undesa.migrant_share"]);
    assert!(indicator.views().contains(&View::AreaGroups));
}
