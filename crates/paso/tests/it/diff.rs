//! What an edition changed, as people and programs see it.

use std::{fmt::Write as _, path::Path};

use serde_json::Value;

use crate::{lake_of, paso};

fn run(lake: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let out = paso().env("PASO_LAKE", lake).args(arguments).output().expect("an output");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.code(), text(&out.stdout), text(&out.stderr))
}

#[test]
fn an_edition_says_what_it_revised() {
    let lake = lake_of(&["undesa.migrant_stock_bilateral", "undesa.migrant_stock"]);
    let pair = ["undesa.migrant_stock_bilateral@2015", "undesa.migrant_stock_bilateral@2020", "ref_area=CHL", "origin=W"];
    let (status, table, errors) = run(lake.path(), &[&["diff"], &pair[..]].concat());
    assert_eq!((status, errors.as_str()), (Some(0), ""), "{table}");
    insta::assert_snapshot!("diff_table", table);
    let (_, json, _) = run(lake.path(), &[&["diff", "--output", "json"], &pair[..]].concat());
    let found: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(found["new"]["vintage"], "2020-12-01");
    let change = &found["changes"][0];
    assert_eq!((&change["change"], &change["key"]["period"]), (&"changed".into(), &"2015-07-01".into()));
    assert_eq!((&change["old"]["value"], &change["new"]["value"]), (&469_436.0.into(), &639_724.0.into()));
    assert_eq!((&change["difference"], &change["per_cent"]), (&170_288.0.into(), &36.28.into()));
    let (_, csv, _) = run(lake.path(), &[&["diff", "--output", "csv", "--kind", "changed"], &pair[..]].concat());
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.lines().nth(1).is_some_and(|row| row.ends_with(",2015-07-01,469436,639724,170288,36.28,E,E")), "{csv}");
    let (_, table, _) = run(lake.path(), &["diff", "undesa.migrant_stock@2019", "2020-12-01", "--by", "ref_area", "--rows", "1"]);
    let row = table.lines().find(|line| line.contains("M49_005")).unwrap_or_default();
    assert_eq!(
        row.split_whitespace().skip(1).collect::<Vec<_>>().join(" "),
        "migrant_stock PS M49_005 2015-07-01 _T 6072903 6080207 7304 0.12 1 0 0 │"
    );
}

#[test]
fn wrong_editions_say_which_there_are() {
    let lake = lake_of(&["undesa.migrant_stock"]);
    let mut told = String::new();
    for arguments in [
        vec!["undesa.migrant_stock@2018", "undesa.migrant_stock@2020"],
        vec!["undesa.migrant_stock@2019"],
        vec!["undesa.migrant_stock", "2020", "2020"],
        vec!["undesa.migrant_stock", "unhcr.population@2023_10"],
        vec!["undesa.migrant_stocks"],
        vec!["unhcr.population"],
        vec!["undesa.migrant_stock", "area=CHL"],
        vec!["undesa.migrant_stock", "2019", "2020", "ref_area=CHI"],
        vec!["worldbank.countries"],
    ] {
        let (status, stdout, stderr) = run(lake.path(), &[&["diff"], &arguments[..]].concat());
        let _ = write!(told, "$ paso diff {}\nstatus {}\n{stdout}{stderr}\n", arguments.join(" "), status.unwrap_or(-1));
    }
    insta::assert_snapshot!("diff_mistakes", told);
}
