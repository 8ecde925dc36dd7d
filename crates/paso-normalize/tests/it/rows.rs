//! Rows: keys, breakdowns, duplicates, exclusions, and definitions that do not fit.

use crate::{definition, lines, normalized, quarantine, try_normalize};

const HEADER: &str = "country,sex,year,persons";

fn table(rows: &str) -> String {
    format!("{HEADER}\n{rows}")
}

#[test]
fn breakdowns_name_what_a_row_breaks_down_and_star_groups() {
    let edition = normalized(
        &definition("", "", ""),
        &table("Todos,Total,2020,10\nTodos,Mujer,2020,6\nPerú,Total,2020,4\nPerú,Mujer,2020,3\nSudamérica,Mujer,2020,3\nPerú,,2020,1\n"),
    );
    assert_eq!(
        lines(&edition, &["origin", "sex", "breakdown"]),
        ["M49_005 F origin*+sex", "PER F origin+sex", "PER _T origin", "PER _U origin+sex", "_T F sex", "_T _T _T"]
    );
}

#[test]
fn a_year_end_stock_is_one_day_with_the_years_label() {
    let edition = normalized(&definition("", "", ""), &table("Perú,Mujer,2020,3\n"));
    assert_eq!(lines(&edition, &["period", "period_start", "period_end", "vintage"]), ["2020 2020-12-31 2021-01-01 2026-08-18"]);
    assert_eq!(lines(&edition, &["part", "row", "col", "method", "origin_basis", "unit"]), ["null 2 4 _Z citizenship PS"]);
}

#[test]
fn equal_repeats_are_one_observation_and_differing_ones_none() {
    let rows = "Perú,Mujer,2020,3\nPerú,Mujer,2020,3\nChina,Mujer,2020,4\nChina,Mujer,2020,5\nCuba,Mujer,2020,6\n";
    let edition = normalized(&definition("", "", ""), &table(rows));
    assert_eq!(lines(&edition, &["origin", "value", "row"]), ["CUB 6 6", "PER 3 2"]);
    assert_eq!(
        quarantine(&edition, &["row", "raw", "reason", "detail"]),
        ["4 4 conflicting_duplicate 2 cells of one key hold 4 and 5", "5 5 conflicting_duplicate 2 cells of one key hold 4 and 5"]
    );
    let account = &edition.account;
    assert_eq!((account.cells, account.observations, account.excluded["repeat"], account.quarantined_total()), (5, 2, 1, 2));
    assert!(account.balances());
}

#[test]
fn an_unmapped_name_is_never_dropped_and_never_guessed() {
    let edition = normalized(&definition("", "", ""), &table("Perú,Mujer,2020,3\nPeru,Mujer,2021,4\nPerúu,Mujer,2020,5\n"));
    // Without its accent it is another spelling: only a declared alias makes it Peru.
    let resolved = lines(&edition, &["origin", "period"]);
    let refused = quarantine(&edition, &["raw", "reason"]);
    assert_eq!(resolved.len() + refused.len(), 3);
    assert!(refused.contains(&"5 unmapped_code".to_owned()), "{refused:?}");
}

#[test]
fn excluded_rows_are_counted_and_unknown_periods_quarantined() {
    let definition = definition("", "", "exclude = [{ column = \"country\", texts = [\"Nota\", \"\"], reason = \"footer\" }]");
    let edition = normalized(&definition, &table("Perú,Mujer,2020,3\nNota,,,x\n,,,\nPerú,Mujer,20,9\n"));
    let account = &edition.account;
    assert_eq!((account.cells, account.observations, account.excluded["footer"], account.quarantined["bad_period"]), (4, 1, 2, 1));
}

#[test]
fn a_printed_total_that_the_parts_do_not_meet_is_named() {
    let more = "totals = [{ parts = \"origin+sex\", whole = \"origin\" }]";
    let rows = "Perú,Mujer,2020,3\nPerú,Hombre,2020,4\nPerú,Total,2020,7\nCuba,Mujer,2020,1\nCuba,Hombre,2020,1\nCuba,Total,2020,3\n";
    let edition = normalized(&definition("", "", more), &table(rows));
    let check = &edition.checks[0];
    assert_eq!((check.compared, check.equal, check.unexplained), (2, 1, 1));
    assert_eq!(check.differences, ["migrant_stock CUB 2020: printed 3, the 2 parts sum to 2"]);
    // A suppressed part explains a difference inside its interval, and none outside.
    let cells = "suppressed = { \"*\" = { low = 1, high = 5 } }";
    let explained = |total: u32| {
        let rows = format!("Perú,Mujer,2020,*\nPerú,Hombre,2020,4\nPerú,Total,2020,{total}\n");
        normalized(&definition(cells, "", more), &table(&rows)).checks[0].holds()
    };
    assert!(explained(5) && explained(9) && !explained(10) && !explained(4));
}

#[test]
fn a_definition_that_does_not_fit_is_an_error_that_names_the_key() {
    let error = |definition: &str, text: &str| match try_normalize(definition, &[text]) {
        Ok(_) => panic!("it fits"),
        Err(error) => error.to_string(),
    };
    let good = definition("", "", "");
    let missing = error(&good, "country,sex,year,people\nPerú,Mujer,2020,3\n");
    assert!(
        missing.contains("no column `persons`, which `observe.values.0.column` reads; it has `country`, `sex`, `year`, `people`"),
        "{missing}"
    );
    assert!(error(&good, "country,sex,year,persons\n").contains("hold no rows"));
    for (from, to, problem) in [
        ("scheme = \"name_es\"", "scheme = \"nombres\"", "names the scheme `nombres`"),
        ("destination = { code = \"CHL\" }", "destination = { same_as = \"destination\" }", "goes round in a circle"),
        ("ref_area = { code = \"CHL\" }", "ref_area = { code = \"CHL\", column = \"x\" }", "needs exactly one of"),
        ("measure = \"migrant_stock\"", "measure = \"migrant_stock\"\nscale = 20", "is not a power of ten"),
        ("measure = \"migrant_stock\"", "measure = \"migrant_stock\"\nstatus = \"A\"", "needs `when`"),
        ("measure = \"migrant_stock\"", "measure = \"migrant_stock\"\nunit = { code = \"CASES\" }", "is not a unit of"),
        ("reference_day = \"12-31\"", "reference_day = \"31-12\"", "is not MM-DD"),
        ("[observe.cells]", "[observe.cells]\nmissing = { \"..\" = \"E\" }", "does not say why a value is missing"),
        ("sex = {", "gender = {", "is not a dimension"),
        ("Mujer = \"F\"", "Mujer = \"Z\"", "maps to `Z`, which is no code of `sex`"),
        ("ref_area = { code = \"CHL\" }", "ref_area = { code = \"CHX\" }", "maps to `CHX`"),
        ("complete_for = \"everything\"", "complete_for = [\"periods\"]", "names `periods`"),
    ] {
        let text = error(&good.replace(from, to), "country,sex,year,persons\nPerú,Mujer,2020,3\n");
        assert!(text.contains(problem), "{text}");
    }
}

#[test]
fn a_stock_dated_after_its_edition_is_provisional() {
    let edition = normalized(&definition("", "", "vintage = { date = \"2023-11-15\" }"), &table("Perú,Mujer,2022,3\nPerú,Mujer,2023,4\n"));
    assert_eq!(lines(&edition, &["period", "status"]), ["2022 A", "2023 P"]);
}

#[test]
fn an_edition_without_a_single_observation_is_none() {
    let error = try_normalize(&definition("", "", ""), &[&table("Perúu,Mujer,2020,3\n")]).err().map(|error| error.to_string());
    assert!(error.is_some_and(|text| text.contains("all 1 value cells were refused") && text.contains("scheme `name_es`")));
}

#[test]
fn a_check_that_compares_nothing_does_not_hold() {
    let more = "totals = [{ parts = \"origin+sex\", whole = \"sex\" }]";
    let edition = normalized(&definition("", "", more), &table("Perú,Mujer,2020,3\n"));
    assert!(!edition.checks[0].holds());
    assert_eq!(edition.checks[0].problem(), "origin+sex = sex compares nothing: no total has parts");
}

#[test]
fn the_order_of_the_rows_of_a_body_changes_pointers_only() {
    let rows = ["Perú,Mujer,2020,3", "Cuba,Hombre,2019,4", "Perú,Hombre,2020,5", "Todos,Total,2020,9"];
    let columns = ["origin", "sex", "period", "value", "breakdown"];
    let forward = normalized(&definition("", "", ""), &table(&rows.join("\n")));
    let backward: Vec<&str> = rows.into_iter().rev().collect();
    let backward = normalized(&definition("", "", ""), &table(&backward.join("\n")));
    assert_eq!(lines(&forward, &columns), lines(&backward, &columns));
}
