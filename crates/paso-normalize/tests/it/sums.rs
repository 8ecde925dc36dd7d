//! Rows that are parts of one figure by declaration.

use crate::{definition, lines, normalized, quarantine};

const HEADER: &str = "country,sex,year,persons,conf,flag,value_low,value_high";
const SUM: &str = "sum = { note = { en = \"parts\", es = \"partes\" } }";

/// Rows under this header; what a row leaves out at its end is empty.
fn table(rows: &str) -> String {
    let fields = HEADER.split(',').count();
    let whole = |row: &str| format!("\n{row}{}", ",".repeat(fields - row.split(',').count()));
    HEADER.to_owned() + &rows.lines().map(whole).collect::<String>() + "\n"
}

#[test]
fn equal_parts_are_parts_and_no_repeats() {
    let edition =
        normalized(&definition("", "", SUM), &table("Perú,Mujer,2020,10\nPerú,Mujer,2020,10\nPerú,Mujer,2020,3\nCuba,Mujer,2020,1\n"));
    assert_eq!(lines(&edition, &["origin", "value", "method"]), ["CUB 1 _Z", "PER 23 sum"]);
    assert_eq!((edition.account.excluded["summed"], edition.account.observations), (2, 2));
    assert!(edition.account.balances());
}

#[test]
fn ends_of_rounding_and_suppression_add_up() {
    let columns = ["value", "value_low", "value_high", "bound", "conf"];
    let rounded = normalized(&definition("rounded_to = 10", "", SUM), &table("Perú,Mujer,2020,10\nPerú,Mujer,2020,10\n"));
    assert_eq!(lines(&rounded, &columns), ["20 10 30 rounding F"]);
    let cells = "suppressed = { \"*\" = { low = 1, high = 4 } }\nmissing = { \"..\" = \"M\" }";
    let withheld = normalized(&definition(cells, "", SUM), &table("Perú,Mujer,2020,*\nPerú,Mujer,2020,*\nPerú,Mujer,2020,7\n"));
    assert_eq!(lines(&withheld, &columns), ["null 9 15 suppression A"]);
    let missing = normalized(&definition(cells, "", SUM), &table("Perú,Mujer,2020,..\nPerú,Mujer,2020,7\n"));
    assert_eq!(lines(&missing, &columns), ["null null null null F"]);
    assert_eq!(lines(&missing, &["status"]), ["M"]);
}

#[test]
fn intervals_of_confidence_do_not_add_up() {
    let values = "bounds = { low = \"value_low\", high = \"value_high\", kind = \"ci95\" }";
    let edition =
        normalized(&definition("", values, SUM), &table("Perú,Mujer,2020,10,,,8,12\nPerú,Mujer,2020,10,,,8,12\nCuba,Mujer,2020,1\n"));
    assert_eq!((edition.account.observations, edition.account.quarantined["conflicting_duplicate"]), (1, 2));
}

#[test]
fn what_is_confidential_stays_so() {
    let more = format!("{SUM}\nconf_from = {{ column = \"conf\", codes = {{ C = \"C\", N = \"N\" }} }}");
    let edition = normalized(
        &definition("", "", &more),
        &table("Perú,Mujer,2020,10,,\nPerú,Mujer,2020,5,C,\nCuba,Mujer,2020,1,N,\nCuba,Mujer,2020,1,C,\n"),
    );
    assert_eq!(lines(&edition, &["origin", "value", "conf"]), ["PER 15 C"]);
    assert_eq!(quarantine(&edition, &["reason"]), ["conflicting_duplicate", "conflicting_duplicate"]);
}

#[test]
fn rows_that_differ_in_confidentiality_or_flags_are_no_repeats() {
    let more = "conf_from = { column = \"conf\", codes = { C = \"C\" } }";
    let edition = normalized(
        &definition("", "", more),
        &table("Perú,Mujer,2020,10,,\nPerú,Mujer,2020,10,C,\nCuba,Mujer,2020,1,C,\nCuba,Mujer,2020,1,C,\n"),
    );
    assert_eq!(lines(&edition, &["origin", "conf"]), ["CUB C"]);
    assert_eq!(edition.account.quarantined["conflicting_duplicate"], 2);
    let more = "flags = { column = \"flag\", list = \"notes\" }";
    let edition = normalized(&definition("", "", more), &table("Perú,Mujer,2020,10,,3\nPerú,Mujer,2020,10\nCuba,Mujer,2020,1\n"));
    assert_eq!(edition.account.quarantined["conflicting_duplicate"], 2);
}
