use crate::testing::{Collected, decode_as, decode_within};
use crate::{DecodeError, Limits};

const ITEMS: &str = "[json]\nrows = \"/items\"";
const WORLD_BANK: &str = r#"
[json]
rows = "/1"
error = ["/0/message"]
facts = { last_updated = "/0/lastupdated" }
columns = { area = ["countryiso3code"], period = ["date"] }
"#;

fn fails(body: &str, definition: &str) -> DecodeError {
    decode_as(body.as_bytes(), definition).unwrap_err()
}

fn values(sink: &Collected, name: &str) -> Vec<Option<String>> {
    sink.column(name)
}

fn some(texts: &[&str]) -> Vec<Option<String>> {
    texts.iter().map(|text| Some((*text).to_owned())).collect()
}

#[test]
fn a_unhcr_page_keeps_its_dashes_quoted_and_bare_zeros() {
    let body = r#"{"page":1,"short-url":"TEST00","maxPages":1,"total":[],"items":[
        {"year":2023,"coo_iso":"SYR","coa_iso":"-","refugees":6355788,"stateless":"0","oip":"-","ooc":0},
        {"year":2023,"coo_iso":null,"coa_iso":"NAM","refugees":"","stateless":0,"oip":5e+05,"ooc":-0.0}]}"#;
    let sink = decode_as(body.as_bytes(), ITEMS).unwrap();
    assert_eq!(sink.names(), ["year", "coo_iso", "coa_iso", "refugees", "stateless", "oip", "ooc"]);
    assert_eq!(sink.rows(), [1, 2]);
    assert_eq!(values(&sink, "coa_iso"), some(&["-", "NAM"]));
    assert_eq!(values(&sink, "stateless"), some(&["0", "0"]));
    assert_eq!(values(&sink, "oip"), some(&["-", "5e+05"]));
    assert_eq!(values(&sink, "ooc"), some(&["0", "-0.0"]));
    assert_eq!(values(&sink, "coo_iso"), [Some("SYR".to_owned()), None], "null is no text");
    assert_eq!(values(&sink, "refugees"), some(&["6355788", ""]), "an empty string stays one");
}

#[test]
fn a_page_past_the_end_has_no_rows() {
    let sink = decode_as(br#"{"page":1,"short-url":"TEST00","maxPages":0,"total":[],"items":[]}"#, ITEMS).unwrap();
    assert!(sink.batches.is_empty());
}

#[test]
fn nested_objects_become_dotted_columns_and_numbers_keep_their_digits() {
    let body = r#"[{"page":1,"pages":1,"per_page":"50","total":1,"lastupdated":"2025-07-01"},
        [{"indicator":{"id":"BX.TRF.PWKR.CD.DT"},"country":{"id":"NA","value":"Namibia"},"countryiso3code":"NAM","date":"2020",
          "value":66197477.5911306,"unit":"","obs_status":"","decimal":0,"tags":[1, 2],"final":true}]]"#;
    let sink = decode_as(body.as_bytes(), WORLD_BANK).unwrap();
    assert_eq!(
        sink.names(),
        ["indicator.id", "country.id", "country.value", "area", "period", "value", "unit", "obs_status", "decimal", "tags", "final"]
    );
    assert_eq!(sink.batches[0].columns[4].position, 5);
    assert_eq!(values(&sink, "country.id"), some(&["NA"]));
    assert_eq!(values(&sink, "value"), some(&["66197477.5911306"]));
    assert_eq!(values(&sink, "tags"), some(&["[1, 2]"]), "arrays stay as their text");
    assert_eq!(values(&sink, "final"), some(&["true"]));
    assert_eq!(sink.facts["last_updated"], "2025-07-01");
}

#[test]
fn an_error_with_http_200_is_the_publishers() {
    let body = r#"[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]"#;
    let error = fails(body, WORLD_BANK);
    assert_eq!(
        error.to_string(),
        "the publisher answered with an error (at /0/message): [{\"id\":\"120\",\"key\":\"Invalid value\",\"value\":\"The provided parameter value is not valid\"}]"
    );
    assert!(error.hint().unwrap().contains("request's query"));
}

#[test]
fn an_empty_list_of_errors_is_no_error() {
    let definition = "[json]\nrows = \"/result\"\nerror = [\"/errorMessages\", \"/error\"]";
    let sink = decode_as(br#"{"result":[{"a":1}],"errorMessages":[ ],"error":null}"#, definition).unwrap();
    assert_eq!(sink.rows(), [1]);
}

#[test]
fn no_data_is_null_or_an_empty_array() {
    for rows in ["null", "[]"] {
        let sink = decode_as(format!("[{{\"page\":0,\"lastupdated\":null}},{rows}]").as_bytes(), WORLD_BANK).unwrap();
        assert!(sink.batches.is_empty());
        assert!(sink.facts.is_empty(), "there is nothing that the fact could be about");
    }
}

#[test]
fn rows_that_are_not_where_they_should_be_are_no_empty_table() {
    let error = fails(r#"{"page":1,"results":[{"a":1}]}"#, ITEMS);
    assert_eq!(error.to_string(), "expected an array of rows at \"/items\", found only page, results");
    assert_eq!(fails("{\"items\":{}}", ITEMS).to_string(), "expected an array of rows at \"/items\", found an object");
    assert_eq!(fails("[{}]", WORLD_BANK).to_string(), "expected an array of rows at \"/1\", found an array without it");
    assert_eq!(fails("[]", "[json]\nrows = \"/a/b\"").to_string(), "expected an array of rows at \"/a/b\", found nothing at \"/a\" either");
}

#[test]
fn a_fact_that_is_missing_beside_rows_is_an_error() {
    let error = fails(r#"[{"page":1},[{"a":1}]]"#, WORLD_BANK);
    assert_eq!(error.to_string(), "nothing stands at \"/0/lastupdated\", where the definition expects the fact \"last_updated\"");
}

#[test]
fn a_body_may_be_the_array_itself() {
    let sink = decode_as("\u{FEFF}[{\"web_id\":\"2024.MMP1008\"}]\n".as_bytes(), "[json]\nrows = \"\"").unwrap();
    assert_eq!(values(&sink, "web_id"), some(&["2024.MMP1008"]));
}

#[test]
fn a_key_that_first_appears_in_row_5000_has_its_column_in_every_batch() {
    let mut rows: Vec<String> = (1..5000).map(|n| format!("{{\"a\":{n}}}")).collect();
    rows.push("{\"b\":{\"c\":\"late\"},\"a\":5000}".to_owned());
    let body = format!("{{\"items\":[{}]}}", rows.join(","));
    let sink = decode_within(body.as_bytes(), ITEMS, Limits { batch_rows: 1000, ..Limits::default() }).unwrap();
    assert_eq!(sink.batches.len(), 5);
    assert_eq!(sink.names(), ["a", "b.c"]);
    assert_eq!(sink.cell(0, "b.c"), None);
    assert_eq!(sink.cell(4999, "b.c").as_deref(), Some("late"));
    assert_eq!(sink.cell(4999, "a").as_deref(), Some("5000"));
    assert_eq!(sink.rows()[4999], 5000);
}

#[test]
fn a_missing_key_is_null_and_a_cell_of_the_row_before_does_not_stay() {
    let sink = decode_as(br#"{"items":[{"a":"x","b":"y"},{"b":"z"},{}]}"#, ITEMS).unwrap();
    assert_eq!(values(&sink, "a"), [Some("x".to_owned()), None, None]);
    assert_eq!(values(&sink, "b"), [Some("y".to_owned()), Some("z".to_owned()), None]);
}

#[test]
fn a_member_that_is_null_in_one_row_and_an_object_in_another_has_both_columns() {
    let sink = decode_as(br#"{"items":[{"region":null},{"region":{"id":"LCN"}}]}"#, ITEMS).unwrap();
    assert_eq!(sink.names(), ["region", "region.id"]);
    assert_eq!(values(&sink, "region.id"), [None, Some("LCN".to_owned())]);
}

#[test]
fn duplicate_keys_are_refused() {
    let error = fails("{\"items\":[{\"a\":1},\n{\"a\":1,\"b\":{\"c\":1,\"c\":2}}]}", ITEMS);
    assert_eq!(error.to_string(), "key \"b.c\" appears twice in one object at line 2, column 12 (byte 30)");
    assert!(matches!(fails(r#"{"items":[{"a.b":1,"a":{"b":2}}]}"#, ITEMS), DecodeError::DuplicateKey { key, .. } if key == "a.b"));
}

#[test]
fn two_keys_of_one_name_are_refused() {
    let definition = "[json]\nrows = \"\"\ncolumns = { oip = [\"vda\", \"oip\"] }";
    assert_eq!(
        fails(r#"[{"vda":1,"oip":2}]"#, definition).to_string(),
        "two columns of the body are named \"oip\": 1 and 2 (header row 1)"
    );
}

#[test]
fn rows_must_be_objects() {
    let error = fails("{\"items\":[{},\n[1]]}", ITEMS);
    assert_eq!(error.to_string(), "row 2 (line 2, column 1 (byte 14)) is an array, expected an object");
}

#[test]
fn nesting_is_bounded() {
    let deep = format!("{{\"items\":[{}1{}]}}", "{\"a\":".repeat(17), "}".repeat(17));
    assert_eq!(fails(&deep, ITEMS).to_string(), "row 1 has nested objects, more than 16");
    let arrays = format!("{{\"items\":[{{\"a\":{}{}}}]}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(decode_as(arrays.as_bytes(), ITEMS).unwrap().rows(), [1], "arrays are not descended into");
}

#[test]
fn columns_are_bounded() {
    let keys: Vec<String> = (0..=4096).map(|n| format!("\"k{n}\":1")).collect();
    let error = fails(&format!("{{\"items\":[{{{}}}]}}", keys.join(",")), ITEMS);
    assert!(error.to_string().ends_with("more than 4096"), "{error}");
}

#[test]
fn truncated_json_says_where_it_ends() {
    let error = fails("{\"page\":1,\"items\":[{\"year\":2020},\n{\"ye", ITEMS);
    assert_eq!(error.to_string(), "the body is cut off at line 2, column 5 (byte 38): EOF while parsing a string");
    assert!(error.hint().unwrap().starts_with("fetch the body again"));
}

#[test]
fn malformed_json_says_where() {
    let error = fails("[\n\n    -\n    {\n        page: 1\n", "[json]\nrows = \"/1\"");
    assert_eq!(error.to_string(), "the body is malformed at line 4, column 1 (byte 9): invalid number");
    let error = fails("{\"items\":[]} extra", ITEMS);
    assert_eq!(error.to_string(), "the body is malformed at line 1, column 14 (byte 13): trailing characters");
}

#[test]
fn a_byte_that_is_not_utf8_is_placed() {
    let error = decode_as(b"{\"items\":[\n{\"name\":\"Per\xFA\"}]}", ITEMS).unwrap_err();
    assert_eq!(error.to_string(), "the body is not UTF-8, as JSON must be: byte 0xFA at line 2, column 13 (byte 23)");
}
