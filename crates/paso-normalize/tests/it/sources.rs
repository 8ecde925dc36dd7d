//! Where codes, periods and intervals come from.

use crate::{definition, lines, normalized, quarantine, try_normalize};

const HEADER: &str = "country,sex,year,persons,low,high";

/// Rows under this header; what a row leaves out at its end is empty.
fn table(rows: &str) -> String {
    let fields = HEADER.split(',').count();
    let whole = |row: &str| format!("\n{row}{}", ",".repeat(fields - row.split(',').count()));
    HEADER.to_owned() + &rows.lines().map(whole).collect::<String>() + "\n"
}

/// What is wrong with a definition in which one text stands for another.
fn problem(from: &str, to: &str) -> String {
    let definition = definition("", "", "").replace(from, to);
    match try_normalize(&definition, &[&table("Perú,Mujer,2020,3,1,5\n")]) {
        Ok(_) => panic!("{to}: nothing is wrong"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_missing_has_no_interval_and_is_no_zero() {
    let cells = "missing = { \"..\" = \"M\" }\nsuppressed = { \"*\" = { low = 0, high = 4 } }";
    let values = "bounds = { low = \"low\", high = \"high\", kind = \"ci95\" }";
    let rows = "Perú,Mujer,2020,3,1,5\nPerú,Mujer,2021,..,-10,10\nPerú,Mujer,2022,*,0,4\nPerú,Mujer,2023,7,,\nPerú,Mujer,2024,7,8,9\n";
    let edition = normalized(&definition(cells, values, ""), &table(rows));
    assert_eq!(
        lines(&edition, &["period", "value", "value_low", "value_high", "bound", "status", "conf"]),
        ["2020 3 1 5 ci95 A F", "2021 null null null null M F", "2022 null 0 4 suppression A A", "2023 7 null null null A F"]
            .map(|line| line.replace("suppression A", "suppression Q"))
    );
    assert_eq!(quarantine(&edition, &["raw", "reason"]), ["7 bad_bounds"]);
}

#[test]
fn columns_of_intervals_must_be_there_unless_a_form_may_lack_them() {
    let bounds = |optional: &str| definition("", &format!("bounds = {{ low = \"lo\", high = \"hi\", kind = \"ci95\"{optional} }}"), "");
    let text = table("Perú,Mujer,2020,3,1,5\n");
    let error = try_normalize(&bounds(""), &[&text]).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("no column `lo`, which `observe.values.0.bounds.low` reads"), "{error}");
    assert_eq!(lines(&normalized(&bounds(", optional = true"), &text), &["value", "bound"]), ["3 null"]);
}

#[test]
fn numbers_rounded_to_a_multiple_lie_half_of_it_around() {
    let edition = normalized(&definition("rounded_to = 10", "", ""), &table("Perú,Mujer,2020,20\nPerú,Mujer,2021,0\nPerú,Mujer,2022,7\n"));
    assert_eq!(lines(&edition, &["period", "value_low", "value_high"]), ["2020 15 25", "2021 0 5", "2022 null null"]);
    let edition = normalized(&definition("rounded_to = 5", "", ""), &table("Perú,Mujer,2020,20\n"));
    assert_eq!(lines(&edition, &["value_low", "value_high"]), ["17.5 22.5"]);
}

#[test]
fn own_nationals_are_those_of_the_reference_area_in_every_dimension_that_is_the_same() {
    let own = definition("", "", "")
        .replace("codes = { \"Todos\" = \"_T\"", "own = [\"Nacionales\"], codes = { \"Todos\" = \"_T\"")
        .replace("destination = { code = \"CHL\" }", "destination = { code = \"CHL\" }\ncitizenship = { same_as = \"origin\" }");
    let edition = normalized(&own, &table("Nacionales,Mujer,2020,3\nPerú,Mujer,2020,4\n"));
    assert_eq!(lines(&edition, &["origin", "citizenship", "value"]), ["CHL CHL 3", "PER PER 4"]);
}

#[test]
fn otherwise_is_for_unknown_codes_and_not_for_texts_that_are_written_otherwise() {
    let definition =
        definition("", "", "").replace("scheme = \"name_es\"", "strip_prefix = \"C:\", otherwise = \"_U\", scheme = \"name_es\"");
    let edition = normalized(&definition, &table("C:Perú,Mujer,2020,3\nC:Nadie,Mujer,2020,4\nPerú,Mujer,2021,5\n"));
    assert_eq!(lines(&edition, &["origin", "value"]), ["PER 3", "_U 4"]);
    assert_eq!(quarantine(&edition, &["raw", "reason"]), ["5 unmapped_code"]);
}

#[test]
fn a_stock_stands_at_a_day() {
    let of = |day: &str| {
        let monthly = definition("", "", "").replace("forms = [\"year\"]", "forms = [\"month\", { date = \"%d-%m-%Y\" }]");
        let monthly = monthly.replace("reference_day = \"12-31\"", day);
        normalized(&monthly, &table("Perú,Mujer,2020-02,3\nPerú,Mujer,31-03-2020,4\n"))
    };
    let columns = ["period", "period_start", "period_end"];
    assert_eq!(lines(&of("reference_day = \"12-31\""), &columns), ["2020-02 2020-02-29 2020-03-01", "2020-03-31 2020-03-31 2020-04-01"]);
    assert_eq!(lines(&of("reference_day = \"01-01\""), &columns)[0], "2020-02 2020-02-01 2020-02-02");
    assert_eq!(quarantine(&of("reference_day = \"07-01\""), &["raw", "reason"]), ["3 bad_period"]);
    assert_eq!(quarantine(&of(""), &["raw", "reason"]), ["3 bad_period"]);
}

#[test]
fn keys_that_would_be_ignored_are_refused() {
    assert!(problem("sex = { column = \"sex\"", "sex = { column = \"sex\", form = \"age\"").contains("only the dimension `age`"));
    assert!(problem("ref_area = { code = \"CHL\" }", "ref_area = { code = \"CHL\", blank = \"CHL\" }").contains("beside `code`"));
    assert!(problem("scheme = \"name_es\"", "subtotals = [\"TYPO\"], scheme = \"name_es\"").contains("maps to `TYPO`"));
    assert!(problem("forms = [\"year\"]", "forms = [\"year\"], offset = \"-05:00\"").contains("no form reads milliseconds"));
    assert!(problem("[observe.cells]", "[observe.cells]\nrounded_to = 0").contains("is 0"));
    assert!(problem("[observe.cells]", "[observe.cells]\nsuppressed = { \"*\" = { low = 9, high = 2 } }").contains("holds no number"));
    let own = "ref_area = { same_as = \"origin\" }";
    let definition = definition("", "", "")
        .replace("ref_area = { code = \"CHL\" }", own)
        .replace("scheme = \"name_es\"", "own = [\"Nacionales\"], scheme = \"name_es\"");
    let error = try_normalize(&definition, &[&table("Perú,Mujer,2020,3\n")]).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("names it by `own`"), "{error}");
}
