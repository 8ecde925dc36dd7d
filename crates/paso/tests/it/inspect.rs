//! `paso inspect`: what messages hold, and what is said of a body that is none.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{
    decode::{BULK_DOWNLOAD, COLLECTION, Folder, RAGGED, WORKBOOK},
    output,
};

fn described(arguments: &[&str]) -> (i32, Value, String) {
    let (status, out, errors) = output(&[&["inspect", "--output", "json"], arguments].concat());
    (status, serde_json::from_str(&out).expect("JSON"), errors)
}

#[test]
fn inspect_says_what_a_message_holds() {
    let folder = Folder::new();
    let message = folder.with("collection.json", COLLECTION);
    let (status, table, _) = output(&["inspect", &message]);
    assert_eq!(status, 0);
    insta::assert_snapshot!("inspect_message", table);
    let (_, json, _) = output(&["inspect", "--output", "json", &message]);
    let about: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&about["format"], &about["observations"], &about["with_value"]), (&"json-stat".into(), &4.into(), &4.into()));
    assert_eq!(about["columns"][0]["codes"][2], serde_json::json!({ "code": "CL", "rows": 2 }));
    let flows = folder.with("flows.csv", "DATAFLOW,TIME_PERIOD,OBS_VALUE\nA:B(1.0),2020-Q4,1\nA:B(1.0),2019-Q2,\n");
    let (_, table, _) = output(&["inspect", &flows]);
    assert!(table.contains("periods       2019-Q2 to 2020-Q4 (TIME_PERIOD)\n"), "{table}");
}

#[test]
fn a_column_with_very_many_codes_is_counted_and_not_kept() {
    let folder = Folder::new();
    let mut body = String::from("id,year\n");
    for row in 0..12_000 {
        writeln!(body, "person {row},2020").unwrap();
    }
    let message = folder.with("persons.csv", body);
    let (_, json, _) = output(&["inspect", "--output", "json", &message]);
    let about: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&about["columns"][0]["rows"], &about["columns"][0]["codes"]), (&12_000.into(), &serde_json::Value::Null));
    assert_eq!(about["columns"][1]["codes"], serde_json::json!([{ "code": "2020", "rows": 12_000 }]));
    assert_eq!(about["columns"][1]["periods"]["first"], "2020");
}

#[test]
fn what_is_no_whole_message_is_shown_and_is_an_error() {
    let folder = Folder::new();
    let page = folder.with("page.html", "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>");
    let broken = folder.with("broken.json", &COLLECTION[..COLLECTION.len() - 3]);
    let answer = folder.with("answer.json", r#"{"error":{"code":404,"message":"No such dataset"}}"#);
    let ragged = folder.with("ragged.csv", RAGGED);
    for (name, path) in [("inspect_page", &page), ("inspect_broken", &broken), ("inspect_answer", &answer), ("inspect_ragged", &ragged)] {
        let (status, stdout, stderr) = output(&["inspect", path]);
        insta::assert_snapshot!(name, format!("status {status}\n{stdout}{stderr}"));
        // The status is that of `decode`.
        assert_eq!(output(&["decode", path]).0, status, "{name}");
    }
    let (status, about, errors) = described(&[&broken]);
    assert_eq!((status, &about["kind"], &about["bytes"]), (1, &json!("JSON"), &json!(COLLECTION.len() - 3)));
    assert_eq!(about["why"], json!(["JSON-stat, by its class \"collection\""]));
    assert!(errors.contains(about["problem"].as_str().expect("a text")), "{errors}");
}

#[test]
fn members_and_sheets_are_listed() {
    let (status, about, errors) = described(&[BULK_DOWNLOAD]);
    assert_eq!((status, about["members"].as_array().map(Vec::len)), (2, Some(3)));
    assert_eq!(about["members"][0], json!({ "name": "API_SP.POP.TOTL_DS2_en_csv_v2_23156.csv", "bytes": 21307 }));
    assert!(errors.contains("expected one data file in the archive, found \"API_SP.POP.TOTL_DS2_en_csv_v2_23156.csv\""), "{errors}");
    let (status, about, _) = described(&[BULK_DOWNLOAD, "--member", "API_"]);
    assert_eq!((status, about["members"].as_array().map(Vec::len), &about["format"]), (0, Some(3), &json!("csv")));
    let (status, about, _) = described(&[WORKBOOK]);
    assert_eq!((status, about["sheets"].as_array().map(Vec::len)), (0, Some(8)));
    assert_eq!(about["sheets"][1], json!({ "name": "Table 1", "visible": true }));
    let (_, table, _) = output(&["inspect", "--rows", "2", WORKBOOK]);
    assert!(table.contains("\nsheets        Table of contents\n              Table 1\n              6 more\n"), "{table}");
}

#[test]
fn one_page_of_several_is_told() {
    let folder = Folder::new();
    let page = folder.with("page.json", r#"[{"page":1,"pages":3},[{"area":"CHL","year":"2020"}]]"#);
    let (status, table, stderr) = output(&["inspect", &page]);
    assert_eq!((status, stderr.as_str()), (0, ""));
    assert!(table.contains("\npages         this is page 1 of 3\n"), "{table}");
    assert_eq!(described(&[&page]).1["pages"], "this is page 1 of 3");
    let (status, csv, stderr) = output(&["decode", &page]);
    assert_eq!((status, csv.as_str()), (0, "area,year\nCHL,2020\n"));
    assert!(stderr.contains("this is page 1 of 3: one message is read"), "{stderr}");
    assert_eq!(output(&["decode", "-qq", &page]).2, "");
}

#[test]
fn options_about_messages_are_refused_for_other_files() {
    let folder = Folder::new();
    let csv = folder.with("table.csv", "a,b\n1,2\n");
    let (status, _, stderr) = output(&["inspect", &csv, "--member", "b"]);
    assert!(status == 2 && stderr.contains("and this message is csv"), "{stderr}");
    let (status, _, stderr) = output(&["inspect", &csv, "--dataset", "unhcr.population", "--member", "b"]);
    assert!(status == 2 && stderr.contains("cannot be used with"), "{stderr}");
    let parquet = folder.path("t.parquet").display().to_string();
    assert_eq!(output(&["decode", &csv, "--to", &parquet]).0, 0);
    let (status, _, stderr) = output(&["inspect", &parquet, "--format", "csv"]);
    assert!(status == 2 && stderr.contains("is a Parquet file"), "{stderr}");
}

#[test]
fn a_terminal_obeys_nothing_that_a_body_says() {
    let folder = Folder::new();
    let bodies = [
        ("header.csv", "a\u{1b}[31m,b\u{202e}\n1,2\u{9b}\n"),
        ("key.json", r#"[{"\u001b[31mk":"\u0007"}]"#),
        ("next.json", "{\"next\u{2066}\":\"x\",\"rows\":[{\"a\":1}]}"),
        ("broken.json", "[{\"a\":\"\u{202d}\"},\n{\"\u{1b}]0;title\u{7}\"\n"),
        ("answer.json", r#"{"error":"\u001b[31mno"}"#),
        ("ragged.csv", "a,b\n1,2\n1,2\n1,2\n\u{1b}[31m\n"),
    ];
    let is_obeyed =
        |text: &str| text.contains(|found: char| (found.is_control() && found != '\n') || ('\u{202a}'..='\u{2069}').contains(&found));
    for (name, body) in bodies {
        let path = folder.with(name, body);
        let (_, stdout, stderr) = output(&["inspect", &path]);
        assert!(!stdout.is_empty() && !is_obeyed(&stdout) && !is_obeyed(&stderr), "{name}: {stdout:?} {stderr:?}");
        let (_, _, stderr) = output(&["decode", "--explain", &path]);
        assert!(!is_obeyed(&stderr), "{name}: {stderr:?}");
    }
    let (status, data, _) = output(&["decode", &folder.path("header.csv").display().to_string()]);
    assert_eq!((status, data.as_str()), (0, bodies[0].1), "data comes out as it is");
}
