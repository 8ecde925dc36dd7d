//! What a value cell can be.

use crate::{definition, lines, normalized, quarantine, try_normalize};

fn table(cell: &str) -> String {
    format!("country,sex,year,persons\nPerú,Mujer,2020,{cell}\n")
}

#[test]
fn a_suppressed_cell_is_an_interval_and_never_zero() {
    let edition = normalized(&definition("suppressed = { \"*\" = { low = 1, high = 5 } }", "", ""), &table("*"));
    assert_eq!(lines(&edition, &["value", "value_low", "value_high", "bound", "status", "conf"]), ["null 1 5 suppression Q A"]);
}

#[test]
fn a_rounded_number_keeps_its_interval() {
    let edition = normalized(&definition("rounded = { \"5\" = { low = 1, high = 5 } }", "", ""), &table("5"));
    assert_eq!(lines(&edition, &["value", "value_low", "value_high", "bound", "status"]), ["5 1 5 rounding A"]);
}

#[test]
fn a_missing_cell_says_why() {
    let edition = normalized(&definition("missing = { \"..\" = \"O\" }", "", ""), &table(".."));
    assert_eq!(lines(&edition, &["value", "value_low", "bound", "status", "conf"]), ["null null null O F"]);
}

#[test]
fn an_excluded_cell_is_counted_with_its_reason() {
    let edition = normalized(&definition("exclude = { \"-\" = \"not_applicable\" }", "", ""), &table("-"));
    let account = &edition.account;
    assert_eq!((account.cells, account.observations, account.excluded["not_applicable"]), (1, 0, 1));
}

#[test]
fn a_blank_is_no_zero_unless_somebody_says_so() {
    let edition = normalized(&definition("", "", ""), &format!("{}Cuba,Mujer,2020,1\n", table("")));
    assert_eq!(quarantine(&edition, &["reason", "detail"]), ["bad_value the cell is empty, which is not declared"]);
}

#[test]
fn impossible_values_are_quarantined_with_their_place() {
    for (cell, detail) in [
        ("-5", "`migrant_stock` cannot be negative"),
        ("many", "`many` is not a number"),
        ("\"1,234\"", "`1,234` is not a number"),
        ("NaN", "`NaN` is not a number"),
    ] {
        let edition = normalized(&definition("", "", ""), &format!("{}Cuba,Mujer,2020,1\n", table(cell)));
        assert_eq!(quarantine(&edition, &["detail"]), [detail]);
        assert_eq!(quarantine(&edition, &["row", "col", "column", "reason", "rule"]), ["2 4 persons bad_value observe.values.0"]);
        assert_eq!(edition.account.observations, 1);
    }
}

#[test]
fn marks_and_scales_are_declared() {
    let ambiguous = try_normalize(&definition("thousands = \".\"", "", ""), &[&table("1.234")]).err().map(|error| error.to_string());
    assert!(ambiguous.is_some_and(|text| text.contains("is the decimal mark too")));
    let definition = definition("thousands = \".\"\ndecimal = \",\"", "scale = 1000", "");
    assert_eq!(lines(&normalized(&definition, &table("\"1.234,5678\"")), &["value", "decimals"]), ["1234567.8 1"]);
}

#[test]
fn a_whole_measure_takes_whole_numbers_only() {
    let definition = definition("", "", "").replace("migrant_stock", "refugees");
    let edition = normalized(&definition, &format!("{}Cuba,Mujer,2020,1\n", table("2.5")));
    assert_eq!(quarantine(&edition, &["detail"]), ["`refugees` counts whole units"]);
}

#[test]
fn flags_travel_and_an_unknown_one_is_quarantined() {
    let definition = definition("", "", "status = \"E\"\nflags = { column = \"note\", list = \"notes\" }\nnature = \"how\"");
    let text = "country,sex,year,persons,note,how\nPerú,Mujer,2020,7,3,C\nBolivia,Mujer,2020,8,99,C\nChina,Mujer,2020,9,,C\n";
    let edition = normalized(&definition, text);
    assert_eq!(lines(&edition, &["origin", "status", "flags", "nature"]), ["CHN E null C", "PER DE 3 C"]);
    assert_eq!(
        quarantine(&edition, &["reason", "raw", "detail"]),
        ["unknown_flag 8 `note` holds `99`, which the list `notes` of reference/flags.toml does not have"]
    );
}
