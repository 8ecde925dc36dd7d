//! Several values in a row, rules by condition, and columns that stand in for one another.

use crate::{Written, definition, lines, quarantine, try_normalize};

fn normalized(definition: &str, text: &str) -> Written {
    try_normalize(definition, &[text]).expect("an edition")
}

/// Two more value rules of one column, told apart by another one.
const BY_KIND: &str = "when = { kind = [\"stock\", \"\"] }\n[[observe.values]]\ncolumn = \"persons\"\nmeasure = \"refugees\"\n\
                       when = { kind = [\"refugees\"] }\n[[observe.values]]\ncolumn = \"asylum\"\nmeasure = \"asylum_seekers\"\n\
                       optional = true";

#[test]
fn each_row_is_read_under_the_first_rule_that_holds() {
    let text =
        "country,sex,year,kind,persons\nPerú,Mujer,2020,refugees,1\nPerú,Mujer,2020,stock,2\nPerú,Mujer,2020,other,3\nCuba,Mujer,2020,,4\n";
    let edition = normalized(&definition("", BY_KIND, ""), text);
    let expected = ["migrant_stock CUB 4 5", "migrant_stock PER 2 3", "refugees PER 1 2"];
    assert_eq!(lines(&edition, &["measure", "origin", "value", "row"]), expected);
    assert_eq!(
        quarantine(&edition, &["row", "raw", "reason", "rule", "detail"]),
        ["4 3 no_rule observe.values no value rule's `when` holds for this row"]
    );
}

#[test]
fn several_value_columns_keep_their_columns_and_count_each_cell() {
    let text = "country,sex,year,kind,persons,asylum\nPerú,Mujer,2020,,1,7\nCuba,Mujer,2020,,x,8\nNota,,,,,\n";
    let more = "exclude = [{ column = \"country\", texts = [\"Nota\"], reason = \"footer\" }]";
    let edition = normalized(&definition("", BY_KIND, more), text);
    let expected = ["asylum_seekers CUB 8 3 6", "asylum_seekers PER 7 2 6", "migrant_stock PER 1 2 5"];
    assert_eq!(lines(&edition, &["measure", "origin", "value", "row", "col"]), expected);
    assert_eq!(quarantine(&edition, &["row", "col", "column", "raw"]), ["3 5 persons x"]);
    assert_eq!((edition.account.cells, edition.account.observations, edition.account.excluded["footer"]), (6, 3, 2));
    assert!(edition.account.balances());
}

#[test]
fn another_column_stands_in_where_one_is_empty_or_absent() {
    let definition = definition("", "", "").replace(
        "origin = { column = \"country\",",
        "origin = { column = \"iso\", scheme = \"iso3\", or = { column = \"country\", scheme = \"name_es\" } }\n\
         citizenship = { column = \"country\",",
    );
    let text = "iso,country,sex,year,persons\nPER,Cuba,Mujer,2020,1\n,Cuba,Mujer,2020,2\n,,Mujer,2020,3\n";
    let edition = normalized(&definition, text);
    assert_eq!(lines(&edition, &["origin", "citizenship", "value"]), ["CUB CUB 2", "PER CUB 1"]);
    assert_eq!(quarantine(&edition, &["row", "rule", "detail"]), ["4 observe.dimensions.origin `country` is empty"]);
    let edition = normalized(&definition, "country,sex,year,persons\nCuba,Mujer,2020,2\n");
    assert_eq!(lines(&edition, &["origin"]), ["CUB"]);
}

#[test]
fn further_breakdowns_are_joined_and_listed() {
    let more = "[observe.other]\nROUTE = { column = \"route\", codes = { Mar = \"SEA\", Todas = \"_T\" } }\n\
                AGE = { column = \"adult\", codes = { si = \"Y\", \"\" = \"_T\" }, blank = \"_T\" }";
    let text = "country,sex,year,persons,route,adult\nPerú,Total,2020,1,Mar,si\nPerú,Total,2020,2,Todas,si\nPerú,Total,2020,3,Todas,\n\
                Perú,Total,2020,4,Mar,\nPerú,Total,2020,5,Aire,si\n";
    let edition = normalized(&definition("", "", more), text);
    let expected = ["AGE=Y age+origin 2", "AGE=Y;ROUTE=SEA age+origin+route 1", "ROUTE=SEA origin+route 4", "_T origin 3"];
    assert_eq!(lines(&edition, &["other", "breakdown", "value"]), expected);
    assert_eq!(quarantine(&edition, &["rule", "detail"]), ["observe.other.ROUTE `route` holds `Aire`, which has no code"]);
}

#[test]
fn a_ragged_row_is_refused_for_each_value_column() {
    let edition = normalized(&definition("", "", ""), "country,sex,year,persons\nPerú,Mujer,2020,3\nPerú,Mujer,2021\n");
    assert_eq!(
        quarantine(&edition, &["row", "col", "column", "reason", "rule", "detail"]),
        ["3 0 persons ragged_row decode.csv the record has 3 fields where the header has 4"]
    );
    assert!(edition.account.balances());
    let tabs = definition("", "", "").replace("[decode.csv]", "[decode.eurostat_tsv]").replace("\"persons\"", "\"OBS_VALUE\"");
    let tabs = tabs.replace("\"year\", forms", "\"TIME_PERIOD\", forms");
    let edition = normalized(&tabs, "country,sex\\TIME_PERIOD\t2020\t2021\nPerú,Mujer\t3\t4\nPerú,Hombre\t3\n");
    assert_eq!(quarantine(&edition, &["row", "reason", "rule"]), ["3 ragged_row decode.eurostat_tsv"]);
}
