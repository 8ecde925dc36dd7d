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
        "the publisher answered with an error (at /0/message/0): Invalid value: The provided parameter value is not valid"
    );
    assert!(error.hint().unwrap().contains("request's query"));
}

#[test]
fn a_declared_error_counts_behind_the_rows_too() {
    let definition = "[json]\nrows = \"/value\"\nerror = [\"/error\", \"/odata.error\"]";
    let error = fails(r#"{"value":[{"a":1},{"a":2}],"error":null,"odata.error":{"message":{"value":"Time is up"}}}"#, definition);
    assert_eq!(error.to_string(), "the publisher answered with an error (at /odata.error/message/value): Time is up");
    let lines = "[json]\nrows = \"\"\nlines = true\nerror = [\"/*/error\"]";
    let error = fails("{\"a\":1,\"error\":null}\n{\"a\":2,\"error\":\"\"}\n{\"a\":3,\"error\":\"cut\"}\n", lines);
    assert_eq!(error.to_string(), "the publisher answered with an error (at /*/error): cut");
}

#[test]
fn an_error_in_place_of_a_row_is_no_row() {
    let lines = "[json]\nrows = \"\"\nlines = true";
    let error = fails("{\"a\":1}\n{\"a\":2}\n{\"error\":{\"code\":404,\"message\":\"gone\"}}", lines);
    assert_eq!(
        error.to_string(),
        "the publisher answered that there is nothing to be found (at /error/message of row 3, line 3, column 1 (byte 16)): gone"
    );
    let pages = "[json]\nrows = \"/*/items\"";
    let error = fails(r#"[{"items":[{"a":1}]},{"items":[{"a":2},{"error":"cut"}]}]"#, pages);
    assert_eq!(error.to_string(), "the publisher answered with an error (at /error of row 3, line 1, column 40 (byte 39)): cut");
    // A definition that has a column of this name means it.
    let sink = decode_as(b"{\"a\":1}\n{\"error\":\"x\"}", &format!("{lines}\ncolumns = {{ note = [\"error\"] }}")).unwrap();
    assert_eq!(values(&sink, "note"), [None, Some("x".to_owned())]);
}

#[test]
fn an_error_beside_an_empty_list_of_rows_is_the_publishers() {
    assert_eq!(
        fails(r#"{"items":[],"success":false,"message":"unknown area"}"#, ITEMS).to_string(),
        "the publisher answered with an error (at /message): unknown area"
    );
    assert!(decode_as(br#"{"items":[],"success":true,"message":"no more pages"}"#, ITEMS).unwrap().batches.is_empty());
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
    assert_eq!(error.to_string(), "key \"b.c\" appears twice in one object at line 2, column 19 (byte 37)");
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
    let arrays = |depth: usize| format!("{{\"items\":[{{\"a\":{}{}}}]}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(decode_as(arrays(125).as_bytes(), ITEMS).unwrap().rows(), [1], "arrays stay as their text");
    assert!(fails(&arrays(100_000), ITEMS).to_string().ends_with("nested deeper than 128 levels"));
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
    assert_eq!(error.to_string(), "the body is cut off at line 2, column 5 (byte 38): within a key");
    assert!(error.hint().unwrap().starts_with("fetch the body again"));
}

#[test]
fn malformed_json_says_where() {
    let error = fails("[\n\n    -\n    {\n        page: 1\n", "[json]\nrows = \"/1\"");
    assert_eq!(error.to_string(), "the body is malformed at line 3, column 6 (byte 8): a number without a digit there");
    let error = fails("{\"items\":[]} extra", ITEMS);
    assert_eq!(error.to_string(), "the body is malformed at line 1, column 14 (byte 13): expected nothing more, found `e`");
}

#[test]
fn a_byte_that_is_not_utf8_is_placed() {
    let error = decode_as(b"{\"items\":[\n{\"name\":\"Per\xFA\"}]}", ITEMS).unwrap_err();
    assert_eq!(error.to_string(), "the body is not UTF-8, as JSON must be: byte 0xFA at line 2, column 13 (byte 23)");
}

#[test]
fn the_first_pointer_that_names_rows_counts() {
    let definition = "[json]\nrows = [\"/result/records\", \"/result\", \"/items\"]";
    for body in [
        r#"{"items":[{"a":"no"}],"result":{"records":[{"a":"yes"}]}}"#,
        r#"{"result":[{"a":"yes"}],"items":[{"a":"no"}]}"#,
        r#"{"result":{"page":1},"items":[{"a":"yes"}]}"#,
    ] {
        assert_eq!(values(&decode_as(body.as_bytes(), definition).unwrap(), "a"), some(&["yes"]), "{body}");
    }
    let error = fails(r#"{"result":{"page":1}}"#, definition);
    assert_eq!(error.to_string(), "expected an array of rows at \"/result/records\" or \"/result\" or \"/items\", found only page");
}

#[test]
fn a_pointer_into_what_a_later_one_names_still_comes_first() {
    let definition = "[json]\nrows = [\"/0/items\", \"\"]";
    assert_eq!(values(&decode_as(br#"[{"items":[{"a":1}]}]"#, definition).unwrap(), "a"), some(&["1"]));
    assert_eq!(values(&decode_as(br#"[{"a":2}]"#, definition).unwrap(), "a"), some(&["2"]));
}

#[test]
fn pages_are_one_table_whose_rows_count_on() {
    let body = r#"[{"items":[{"a":1},{"a":2}]},{"items":null},{"page":3},{"items":[{"b":3}]}]"#;
    let sink = decode_as(body.as_bytes(), "[json]\nrows = \"/*/items\"").unwrap();
    assert_eq!(sink.rows(), [1, 2, 3]);
    assert_eq!(sink.cell(2, "b").as_deref(), Some("3"));
}

#[test]
fn lines_are_rows_or_envelopes_of_rows() {
    let definition = "[json]\nrows = \"\"\nlines = true";
    let sink = decode_as(b"{\"a\":1}\n\n{\"b\":{\"c\":2}}\r\n", definition).unwrap();
    assert_eq!((sink.names(), sink.rows()), (vec!["a", "b.c"], vec![1, 2]));
    assert_eq!(fails("{\"a\":1}\n[2]", definition).to_string(), "row 2 (line 2, column 1 (byte 8)) is an array, expected an object");
    let error = fails("{\"a\":1}\n{\"a\":", definition);
    assert_eq!(error.to_string(), "the body is cut off at line 2, column 6 (byte 13): expected a value");
    let pages =
        decode_as(b"{\"items\":[{\"a\":1}]}\n{\"items\":[{\"a\":2},{\"a\":3}]}", "[json]\nrows = \"/*/items\"\nlines = true").unwrap();
    assert_eq!(values(&pages, "a"), some(&["1", "2", "3"]));
    let arrays = decode_as(b"[\"a\",\"b\"]\n[1,2]\n", &format!("{definition}\nshape = \"arrays\"\nheader = true")).unwrap();
    assert_eq!((values(&arrays, "b"), arrays.rows()), (some(&["2"]), vec![2]));
}

#[test]
fn rows_that_are_arrays_are_named_by_the_first_or_from_elsewhere() {
    let census = r#"[["NAME"," P1_001N\n",null],["Alabama","5024279","01"],["Alaska",733391,null]]"#;
    let header = "[json]\nrows = \"\"\nshape = \"arrays\"\nheader = true\ncolumns = { population = [\"P1_001N\"] }";
    let sink = decode_as(census.as_bytes(), header).unwrap();
    assert_eq!((sink.names(), sink.rows()), (vec!["NAME", "population", "column 3"], vec![2, 3]), "the header is the first row");
    assert_eq!(values(&sink, "population"), some(&["5024279", "733391"]));
    assert_eq!(values(&sink, "column 3"), [Some("01".to_owned()), None]);

    let socrata = r#"{"data":[["row-1",7,[1, null,"x"]],["row-2",null,null]],"meta":{"view":{"columns":[{"name":":sid"},{"name":"n"},{"name":"tags"}]}}}"#;
    let named =
        "[json]\nrows = \"/data\"\nshape = \"arrays\"\nnames = \"/meta/view/columns/*/name\"\nignore = [\":sid\"]\njoin = [\"tags\"]";
    let sink = decode_as(socrata.as_bytes(), named).unwrap();
    assert_eq!(sink.names(), ["n", "tags"]);
    assert_eq!(sink.batches[0].columns[0].position, 2, "a column that is not read keeps its place");
    assert_eq!(values(&sink, "n"), [Some("7".to_owned()), None]);
    assert_eq!(values(&sink, "tags"), [Some("1; x".to_owned()), None]);

    let inside = "[json]\nrows = \"\"\nshape = \"arrays\"\nnames = \"/0/*\"\nfacts = { corner = \"/1/0\" }";
    let sink = decode_as(br#"[["a","b"],["x",2]]"#, inside).unwrap();
    assert_eq!((values(&sink, "a"), sink.facts["corner"].as_str()), (some(&["a", "x"]), "x"));

    let bare = decode_as(b"[[1],[2,3],[]]", "[json]\nrows = \"\"\nshape = \"arrays\"").unwrap();
    assert_eq!(bare.names(), ["column 1", "column 2"]);
    assert_eq!(values(&bare, "column 2"), [None, Some("3".to_owned()), None]);
}

#[test]
fn an_array_of_another_length_than_its_names_is_ragged() {
    let definition = "[json]\nrows = \"/rows\"\nshape = \"arrays\"\nnames = \"/names/*\"";
    let sink = decode_as(br#"{"names":["a","b"],"rows":[[1,2],[1, [2,3] ,"\u00f1"],[4],[5,6]]}"#, definition).unwrap();
    assert_eq!(sink.rows(), [1, 4]);
    let ragged: Vec<_> = sink.ragged.iter().map(|row| (row.row, row.text.as_str(), row.fields, row.expected)).collect();
    assert_eq!(ragged, [(2, "[1, [2,3] ,\"\\u00f1\"]", 3, 2), (3, "[4]", 1, 2)]);
    assert_eq!(
        fails(r#"{"rows":[[1,2]]}"#, definition).to_string(),
        "the header of the body does not fit the definition at row 1: no column names stand at \"/names/*\""
    );
    let error = fails(r#"{"names":["a"],"rows":[{"a":1}]}"#, definition);
    assert_eq!(error.to_string(), "row 1 (line 1, column 24 (byte 23)) is an object, expected an array");
    let twice = fails(r#"{"names":["a","a"],"rows":[[1,2]]}"#, definition);
    assert_eq!(twice.to_string(), "two columns of the body are named \"a\": 1 and 2 (header row 1)");
}

#[test]
fn parallel_arrays_are_read_side_by_side() {
    let definition =
        "[json]\nrows = \"/hourly\"\nshape = \"columns\"\nignore = [\"units\"]\njoin = [\"tags\"]\ncolumns = { period = [\"time.year\"] }";
    let body = r#"{"hourly":{"units":"°C","time":{"year":[2020,2021]},"tags":[["a","b"],null],
        "value":["1.50",{"x": 1}]},"more":[1]}"#;
    let sink = decode_as(body.as_bytes(), definition).unwrap();
    assert_eq!((sink.names(), sink.rows()), (vec!["period", "tags", "value"], vec![1, 2]));
    assert_eq!(values(&sink, "period"), some(&["2020", "2021"]));
    assert_eq!(values(&sink, "tags"), [Some("a; b".to_owned()), None]);
    assert_eq!(values(&sink, "value"), some(&["1.50", "{\"x\": 1}"]));

    let error = fails("{\"hourly\":{\"year\":[1,2],\n\"value\":[3]}}", definition);
    assert_eq!(error.to_string(), "the body is malformed at line 2, column 9 (byte 33): \"value\" has 1 elements, \"year\" has 2");
    let error = fails("{\"hourly\":{\"year\":[1,2],\"unit\":\"m\"}}", definition);
    assert!(error.to_string().ends_with("\"unit\" is a string, expected an array as long as the others"), "{error}");
    assert!(matches!(fails("{\"hourly\":{\"a\":[1],\"a\":[1]}}", definition), DecodeError::DuplicateKey { key, .. } if key == "a"));
    assert_eq!(fails("{\"hourly\":[1]}", definition).to_string(), "expected an array of rows at \"/hourly\", found an array");
    assert!(decode_as(b"{\"hourly\":{\"year\":[],\"value\":[]}}", definition).unwrap().batches.is_empty());
}

#[test]
fn an_array_is_joined_or_exploded_by_declaration() {
    let body = r#"{"items":[
        {"area":"CL","tags":["a",null,"b;c",1.50,{"x": 1}],"data":[{"year":2020,"n":1},{"year":2021,"flag":{"p":true}}],"end":"x"},
        {"area":"PE","tags":[],"data":[],"end":"y"},
        {"area":"AR","data":[7,null,[8]],"end":"z"},
        {"area":"BO","data":{"year":1999}}]}"#;
    let sink = decode_as(body.as_bytes(), &format!("{ITEMS}\njoin = [\"tags\"]\nseparator = \"|\"\nexplode = \"data\"")).unwrap();
    assert_eq!(sink.rows(), [1, 1, 2, 3, 3, 3, 4], "the place is that of the whole row");
    assert_eq!(sink.names(), ["area", "tags", "data.year", "data.n", "data.flag.p", "end", "data"]);
    let column = |name: &str| sink.column(name).into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>();
    assert_eq!(column("area"), ["CL", "CL", "PE", "AR", "AR", "AR", "BO"]);
    assert_eq!(column("end"), ["x", "x", "y", "z", "z", "z", ""]);
    assert_eq!(column("data.year"), ["2020", "2021", "", "", "", "", "1999"]);
    assert_eq!(column("data.n"), ["1", "", "", "", "", "", ""]);
    assert_eq!(column("data.flag.p"), ["", "true", "", "", "", "", ""]);
    assert_eq!(column("data"), ["", "", "", "7", "", "[8]", ""]);
    assert_eq!(sink.cell(0, "tags").as_deref(), Some("a|b;c|1.50|{\"x\": 1}"));
    assert_eq!(sink.cell(2, "tags").as_deref(), Some(""), "an empty list is an empty text, not an absent cell");
}

#[test]
fn ignored_members_are_not_read() {
    let body = r#"{"features":[{"id":1,"properties":{"a":2,"b":3},"geometry":{"type":"Point","coordinates":[1,2]}}]}"#;
    let sink = decode_as(body.as_bytes(), "[json]\nrows = \"/features\"\nignore = [\"geometry\", \"properties.b\"]").unwrap();
    assert_eq!(sink.names(), ["id", "properties.a"]);
}

#[test]
fn an_id_that_is_in_no_list_stands_as_it_is() {
    let definition =
        "[json]\nrows = \"/rows\"\nlookup = { country = { column = \"dim\", rows = \"/members\", key = \"id\", value = \"name\" } }";
    let body = r#"{"members":[{"id":1,"name":"Chile"},{"id":2,"name":null}],"rows":[{"dim":1},{"dim":3},{"dim":2},{"dim":null}]}"#;
    let sink = decode_as(body.as_bytes(), definition).unwrap();
    // An absent cell would be a blank, which may mean the total: only an absent id has none.
    assert_eq!(values(&sink, "country"), [Some("Chile"), Some("3"), Some("2"), None].map(|text| text.map(str::to_owned)));
}

#[test]
fn what_is_known_from_elsewhere_hides_no_column() {
    let batch = decode_as(br#"[{"year":2015}]"#, "[json]\nrows = \"\"").unwrap().batches.remove(0);
    let texts = |name: &str| std::iter::once((name.to_owned(), "2017".to_owned())).collect();
    let error = batch.clone().with_texts(&texts("year")).unwrap_err().to_string();
    assert!(error.starts_with("the body has a column \"year\" of its own"), "{error}");
    let added = batch.with_texts(&texts("edition")).unwrap();
    assert_eq!((added.texts(0).get(0), added.texts(1).get(0)), (Some("2015"), Some("2017")));
}

#[test]
fn a_usual_error_document_is_the_publishers_even_if_undeclared() {
    let error = fails("{\"error\":{\"code\":400,\"message\":\"Too many\\nrequests\"}}", ITEMS);
    assert_eq!(error.to_string(), "the publisher answered with an error (at /error/message): Too many requests");
    let error = fails("{\"message\":\"fine\",\"error\":\"\"}", "[json]\nrows = \"/items\"\nerror = [\"/message\"]");
    assert_eq!(error.to_string(), "the publisher answered with an error (at /message): fine");
    assert!(decode_as(br#"{"message":"fine","items":[{"a":1}]}"#, ITEMS).is_ok(), "a body with rows is no error document");
}

#[test]
fn what_a_container_finds_wrong_stays_its_error() {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(b"{\"items\":[{\"a\":1}]}").unwrap();
    let mut body = encoder.finish().unwrap();
    let checksum = body.len() - 5;
    body[checksum] ^= 1;
    for definition in [ITEMS, "[sdmx_json]", "[json_stat]"] {
        let error = decode_as(&body, definition).unwrap_err().to_string();
        assert!(error.contains("do not fit what came out"), "{definition}: {error}");
    }
}

#[test]
fn a_member_of_an_archive_is_the_part() {
    let body = crate::testing::zipped(&[("a.json", b"{\"items\":[{\"a\":1}]}".to_vec())]);
    assert_eq!(decode_as(&body, ITEMS).unwrap().batches[0].part.as_deref(), Some("a.json"));
}

#[test]
fn no_row_is_handed_over_from_a_body_that_breaks() {
    let whole = "{\"page\":1,\"items\":[{\"a\":[1,2],\"b\":{\"c\":\"\\u00f1\"}},{\"a\":\"é\"}],\"end\":true}";
    for definition in [ITEMS, "[json]\nrows = \"/*\"\nexplode = \"a\"", "[json]\nrows = \"/items\"\nshape = \"columns\""] {
        for length in 0..whole.len() {
            let forms: crate::Forms = toml::from_str(definition).unwrap();
            let mut sink = Collected::default();
            let body = &whole.as_bytes()[..length];
            assert!(crate::decode(&crate::Bytes(body), &forms, Limits::default(), &mut sink).is_err(), "{length}");
            assert!(sink.batches.is_empty(), "{length}");
        }
    }
}
