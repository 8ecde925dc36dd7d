use super::*;
use crate::source::Bytes;
use crate::testing::Collected;
use crate::{Forms, Limits};

type Cells = Vec<Option<String>>;

/// What a body is recognised by, its column names, and its cells.
fn read(body: &str) -> Result<(String, Vec<String>, Vec<Cells>), DecodeError> {
    let guess = guess(&Bytes(body.as_bytes()))?;
    let forms = Forms { json: Some(guess.form), ..Forms::default() };
    let mut sink = Collected::default();
    crate::decode(&Bytes(body.as_bytes()), &forms, Limits::default(), &mut sink)?;
    let names: Vec<String> = sink.names().into_iter().map(str::to_owned).collect();
    let columns = names.iter().map(|name| sink.column(name)).collect();
    Ok((guess.by, names, columns))
}

#[track_caller]
fn unclear(body: &str, found: &str) {
    let error = guess(&Bytes(body.as_bytes())).unwrap_err().to_string();
    assert!(error.starts_with("expected an array of rows") && error.ends_with(found), "{body}: {error}");
}

#[test]
fn envelopes_are_recognised_by_what_stands_in_them() {
    let cases = [
        ("{\"a\":\"1\",\"b\":\"x\"}\n{\"a\":\"2\"}\n", "an object on each line"),
        ("[\"a\",\"b\"]\n[1,\"x\"]\n[2,null]", "an array on each line"),
        ("[{\"a\":1,\"b\":\"x\"},{\"a\":2}]", "an array of objects"),
        ("[[\"a\",\"b\"],[1,\"x\"],[2,null]]", "an array of arrays, the first of which are names"),
        ("[{\"page\":1,\"total\":2},[{\"a\":1,\"b\":\"x\"},{\"a\":2}]]", "an array of an object with the counts and the rows"),
        ("{\"@odata.context\":\"x\",\"value\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}", "rows at \"/value\" of an OData envelope"),
        ("{\"d\":{\"results\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}}", "rows at \"/d/results\" of an OData 2 envelope"),
        ("{\"d\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}", "rows at \"/d\" of an OData 2 envelope"),
        (
            "{\"help\":\"x\",\"success\":true,\"result\":{\"fields\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"records\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}}",
            "rows at \"/result/records\" of a CKAN envelope",
        ),
        (
            "{\"success\":true,\"result\":{\"records\":[[1,\"x\"],[2,null]],\"fields\":[{\"id\":\"a\"},{\"id\":\"b\"}]}}",
            "rows at \"/result/records\" of a CKAN envelope",
        ),
        (
            "{\"meta\":{\"view\":{\"columns\":[{\"fieldName\":\"a\",\"tags\":[]},{\"fieldName\":\"b\"}]}},\"data\":[[1,\"x\"],[2,null]]}",
            "rows at \"/data\" of a Socrata envelope, named under \"/meta/view/columns\"",
        ),
        ("{\"columns\":[\"a\",\"b\"],\"index\":[0,1],\"data\":[[1,\"x\"],[2,null]]}", "rows at \"/data\", named at \"/columns\""),
        ("{\"a\":[1,2],\"b\":[\"x\",null]}", "2 arrays of 2 elements"),
        (
            "{\"page\":1,\"total\":[],\"body\":{\"data\":{\"x/y\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}}}",
            "the only array of objects, at \"/body/data/x~1y\"",
        ),
        ("{\"cells\":[[\"a\",\"b\"],[1,\"x\"],[2,null]]}", "the only array of arrays, at \"/cells\""),
    ];
    for (body, by) in cases {
        let (found, names, columns) = read(body).unwrap();
        assert_eq!((found.as_str(), names), (by, vec!["a".to_owned(), "b".to_owned()]), "{body}");
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(columns, [[text("1"), text("2")], [text("x"), None]], "{body}");
    }
}

#[test]
fn error_documents_speak_for_themselves() {
    let cases = [
        ("{\"error\":{\"code\":\"BadRequest\",\"message\":\"The query is not valid\"}}", "(at /error/message): The query is not valid"),
        ("{\"odata.error\":{\"code\":\"\",\"message\":{\"lang\":\"en\",\"value\":\"No such set\"}}}", "value): No such set"),
        (
            "{\"code\":\"query.soql.no-such-column\",\"error\":true,\"message\":\"No such column: a\\u00f1o\"}",
            "(at /message): No such column: año",
        ),
        (
            "{\"help\":\"x\",\"success\":false,\"error\":{\"message\":\"Not found: Resource\",\"__type\":\"Not Found Error\"}}",
            "(at /error/message): Not found: Resource",
        ),
        (
            "{\"success\":false,\"error\":{\"limit\":[\"Must be a number\"],\"__type\":\"Validation Error\"}}",
            "(at /error): limit: Must be a number; __type: Validation Error",
        ),
        ("{\"error\":[{\"status\":404,\"label\":\"No such dataset\"}]}", "(at /error/0/label): No such dataset"),
        (
            "[{\"message\":[{\"id\":\"120\",\"key\":\"Invalid value\",\"value\":\"Not valid\"}]}]",
            "(at /0/message/0): Invalid value: Not valid",
        ),
    ];
    for (body, text) in cases {
        let error = read(body).unwrap_err();
        assert!(matches!(error, DecodeError::Publisher { .. }), "{body}: {error}");
        assert!(error.to_string().ends_with(text), "{body}: {error}");
    }
}

#[test]
fn nothing_is_guessed_where_nothing_stands_out() {
    let none = "a document in which no array could be the rows";
    let several = "a document in which several arrays could be the rows: \"/a\", \"/b\"";
    unclear(r#"{"a":[{"x":1}],"b":[{"x":1}]}"#, several);
    unclear(r#"{"a":[[1]],"b":[[1]]}"#, several);
    unclear(r#"{"a":[1,2],"b":[1]}"#, "arrays that are no columns, for their numbers of elements differ: 2 at \"/a\", 1 at \"/b\"");
    unclear(r#"{"a":1}"#, none);
    unclear("{\"a\":1,\n\"b\":2}", none);
    unclear("[1,2]", none);
    unclear(r#"{"x":[],"y":[]}"#, none);
    unclear(r#"{"data":[],"items":[]}"#, none);
    let many: Vec<String> = (0..20).map(|n| format!("\"k{n}\":[{{}}]")).collect();
    unclear(&format!("{{{}}}", many.join(",")), "\"/k9\" and others");
    assert!(guess(&Bytes(b"{\"a\":")).is_err());
}

#[test]
fn arrays_are_named_by_what_describes_their_columns() {
    let cases = [
        (r#"{"meta":[{"name":"a","type":"UInt8"},{"name":"b","type":"String"}],"data":[[1,"x"],[2,null]],"rows":2}"#, "/meta/*/name"),
        (r#"{"rows":[["1","x"],["2",null]],"columns":[{"name":"a"},{"name":"b"}]}"#, "/columns/*/name"),
        (
            r#"{"schema":{"fields":[{"type":"x","title":"a"},{"type":"x","title":"b"}]},"rows":[[1,"x"],[2,null]]}"#,
            "/schema/fields/*/title",
        ),
        (r#"{"fields":["a","b"],"rows":[["1","x"],["2",null]]}"#, "/fields/*"),
        (r#"{"links":[{"href":"x"}],"headers":[{"code":"a"},{"code":"b"}],"cells":[[1,"x"],[2,null]]}"#, "/headers/*/code"),
    ];
    for (body, at) in cases {
        let (by, names, columns) = read(body).unwrap();
        assert!(by.ends_with(&format!("named at \"{at}\"")), "{by}");
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            (names, columns),
            (vec!["a".to_owned(), "b".to_owned()], vec![vec![text("1"), text("2")], vec![text("x"), None]]),
            "{body}"
        );
    }
    // One name too few, or too many places for them.
    unclear(r#"{"meta":[{"name":"a"}],"data":[[1,"x"]]}"#, "several arrays could be the rows: \"/meta\", \"/data\"");
    unclear(r#"{"meta":[{"name":"a"}],"fields":[{"id":"a"}],"data":[[1]]}"#, "\"/meta\", \"/fields\", \"/data\"");
    // Names of which one is missing or comes twice name nothing.
    unclear(r#"{"meta":[{"name":"a"},{"name":"a"}],"other":[{"x":1}],"data":[[1,2]]}"#, "\"/meta\", \"/other\", \"/data\"");
    // Rows that nothing names, beside what is about them: a description of all, and footnotes, of which there are as many as columns.
    for body in [
        r#"{"data":[["2020",1.5],["2021",2]],"count":2,"meta":[{"frequency":"year","units":"%"}]}"#,
        r#"{"rows":[["2020",1.5],["2021",2]],"notas":[{"id":"1","texto":"prov"},{"id":"2","texto":"x"}]}"#,
    ] {
        let (by, names, columns) = read(body).unwrap();
        assert!(by.ends_with("whose columns nothing names"), "{by}");
        assert_eq!((names, columns[1].len()), (vec!["column 1".to_owned(), "column 2".to_owned()], 2));
    }
    let cepalstat = r#"{"header":{"success":true},"body":{"data":[{"value":"1"}],"sources":[{"id":1}],"footnotes":[]}}"#;
    assert_eq!(read(cepalstat).unwrap().1, ["value"]);
    // Columns without rows, and rows beside a box.
    assert_eq!(read(r#"{"meta":[{"name":"a","type":"x"}],"data":[],"rows":0}"#).unwrap().1, Vec::<String>::new());
    assert_eq!(read(r#"{"box":[[0,0],[1,1]],"items":[{"year":2020}]}"#).unwrap().1, ["year"]);
    let error = read(r#"{"success":true,"result":{"fields":[{"id":"a"}],"records":"1\n2\n"}}"#).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("found a text, the rows as CKAN gives them with records_format=csv or tsv: ask for records_format=objects"),
        "{error}"
    );
}

#[test]
fn an_error_beside_rows_or_behind_them_is_the_publishers() {
    let cases = [
        (r#"{"@odata.context":"x","value":[{"a":1}],"error":{"code":"","message":"Time is up"}}"#, "(at /error/message): Time is up"),
        (
            r#"{"value":[{"a":1}],"odata.metadata":"x","odata.error":{"message":{"value":"Time is up"}}}"#,
            "(at /odata.error/message/value): Time is up",
        ),
        (r#"{"data":[{"a":1}],"errors":[{"message":"Half of it"},{"message":"is missing"}]}"#, "(at /errors): Half of it; is missing"),
        (r#"{"errors":["Half of it"],"data":[{"a":1}]}"#, "(at /errors/0): Half of it"),
        (r#"{"header":{"success":false,"message":"Sin datos"},"body":{"data":[{"a":1}]}}"#, "(at /header/message): Sin datos"),
        (r#"{"status":"queued","data":[],"links":[{"href":"/x"}]}"#, "(at /status): queued"),
        (r#"{"success":false,"message":"No such indicator","data":[]}"#, "(at /message): No such indicator"),
        (
            "{\"a\":1}\n{\"a\":2}\n{\"error\":{\"message\":\"Time is up\"}}\n",
            "(at /error/message of row 3, line 3, column 1 (byte 16)): Time is up",
        ),
        ("[{\"a\":1},{\"error\":true,\"message\":\"Time is up\"}]", "(at /message of row 2, line 1, column 10 (byte 9)): Time is up"),
        ("[{\"error\":{\"message\":\"x\"}},{\"y\":2,\"v\":2}]", "(at /error/message of row 1, line 1, column 2 (byte 1)): x"),
        ("{\"error\":{\"message\":\"x\"}}\n{\"y\":2,\"v\":2}\n", "(at /error/message of row 1, line 1, column 1 (byte 0)): x"),
        ("[{\"y\":1},{\"status\":\"error\",\"message\":\"x\"}]", "(at /message of row 2, line 1, column 10 (byte 9)): x"),
        ("[{\"y\":1},{\"code\":500,\"message\":\"Internal Server Error\"}]", "column 10 (byte 9)): Internal Server Error"),
        ("{\"y\":1}\n{\"y\":2}\n{\"message\":\"Time is up\"}\n", "(at /message of row 3, line 3, column 1 (byte 16)): Time is up"),
        (r#"{"d":{"results":[{"y":1}],"error":{"message":"db"}}}"#, "(at /d/error/message): db"),
        (r#"{"response":{"error":"boom","docs":[{"y":1}]}}"#, "(at /response/error): boom"),
        (r#"{"response":{"success":false,"docs":[{"y":1}]}}"#, "(at /response/success): success: false"),
        (r#"{"status":"error","data":[{"y":1}]}"#, "(at /status): status: error"),
        (r#"{"errorMessage":"quota exceeded","data":[{"y":1}]}"#, "(at /errorMessage): quota exceeded"),
        (r#"{"IsError":true,"Message":"Quota","data":[{"y":1}]}"#, "(at /Message): Quota"),
        (r#"{"isSuccess":false,"errorMessages":[],"result":[{"y":1}],"statusCode":500}"#, "(at /isSuccess): isSuccess: false"),
        (r#"{"detail":[{"loc":["query"],"msg":"field required","type":"missing"}]}"#, "(at /detail/0/msg): field required"),
        (r#"[{"message":[{"id":"120","key":"Invalid value","value":"Not valid"}]},null]"#, "(at /0/message/0): Invalid value: Not valid"),
        (r#"{"errors":[{"line":3,"column":5}]}"#, "(at /errors/0): line: 3; column: 5"),
        ("[\"a\"]\n[1]\n{\"error\":\"Time is up\"}", "(at /error of row 3, line 3, column 1 (byte 10)): Time is up"),
    ];
    for (body, text) in cases {
        let error = read(body).unwrap_err();
        assert!(matches!(error, DecodeError::Publisher { .. }) && error.to_string().ends_with(text), "{body}: {error}");
    }
}

#[test]
fn a_table_about_errors_is_a_table() {
    let cases: [(&str, &[&str]); 19] = [
        (r#"[{"year":2020,"error":"x"},{"year":2021,"error":"y"}]"#, &["year", "error"]),
        (r#"[{"error":"x"},{"error":"y"}]"#, &["error"]),
        (r#"[{"year":2020},{"year":2021,"error":"x"}]"#, &["year", "error"]),
        (r#"[{"year":2020},{"error":0.5}]"#, &["year", "error"]),
        (r#"[{"year":2020},{"error":null}]"#, &["year", "error"]),
        (r#"[{"error":"x","year":2020}]"#, &["error", "year"]),
        (r#"{"year":[2020,2021],"error":[0.1,0.2]}"#, &["year", "error"]),
        (r#"{"errors":[],"error":null,"success":true,"data":[{"year":1}]}"#, &["year"]),
        (r#"{"error":"","errors":{},"message":"fine","items":[{"year":1}]}"#, &["year"]),
        (r#"{"calendar":{"exceptions":["New Year"],"fault":"x","days":[{"year":1}]}}"#, &["year"]),
        (r#"{"error":"false","data":[{"year":1}]}"#, &["year"]),
        (r#"{"error":{"code":200,"message":"Success"},"data":[{"year":1}]}"#, &["year"]),
        (r#"{"isSuccess":true,"statusCode":200,"errorMessages":[],"result":[{"year":1}]}"#, &["year"]),
        (r#"{"IsError":false,"status":"ok","message":"error free","data":[{"year":1}]}"#, &["year"]),
        (r#"[{"id":1},{"error":"E1"},{"id":2}]"#, &["id", "error"]),
        (r#"[{"message":"a"},{"year":1}]"#, &["message", "year"]),
        (r#"[{"year":1},{"note":"a","message":"b"}]"#, &["year", "note", "message"]),
        (r#"[{"error":"x"},{"year":1},{"error":"y","year":2}]"#, &["error", "year"]),
        (r#"{"detail":[{"msg":"x","year":1}]}"#, &["msg", "year"]),
    ];
    for (body, names) in cases {
        assert_eq!(read(body).unwrap().1, names, "{body}");
    }
}

#[test]
fn errors_that_are_data_are_rows_like_others() {
    unclear(r#"{"values":[{"y":1,"v":2}],"errors":[{"y":1,"se":0.2}]}"#, "several arrays could be the rows: \"/values\", \"/errors\"");
    unclear(r#"{"values":[[1,2]],"errors":[{"y":1,"se":0.2}]}"#, "several arrays could be the rows: \"/values\", \"/errors\"");
}

#[test]
fn a_message_behind_many_rows_is_found() {
    let rows = "{\"year\":2020},".repeat(100_000);
    let error = read(&format!("{{\"data\":[{rows}{{}}],\"success\":false,\"message\":\"cut\"}}")).unwrap_err();
    assert!(error.to_string().ends_with("(at /message): cut"), "{error}");
}

#[test]
fn an_empty_list_has_the_words_beside_it() {
    let cases = [
        (r#"{"message":"Invalid API key","data":[]}"#, "it says \"Invalid API key\""),
        (r#"{"status":404,"data":[]}"#, "it says \"status: 404\""),
        (r#"{"response":{"msg":"nothing for 1900","docs":[]}}"#, "it says \"nothing for 1900\""),
        (r#"{"value":null}"#, "null stands at \"/value\", where rows would"),
        ("null", "it is null"),
    ];
    for (body, words) in cases {
        let error = guess(&Bytes(body.as_bytes())).unwrap_err();
        assert!(matches!(error, DecodeError::Empty { .. }) && error.to_string().ends_with(words), "{body}: {error}");
    }
    let error = guess(&Bytes(br#"{"error_message":"quota","data":[]}"#)).unwrap_err();
    assert!(error.to_string().ends_with("(at /error_message): quota"), "{error}");
}

#[test]
fn what_is_no_row_is_named() {
    let error = guess(&Bytes(b"[{\"y\":1},null,{\"y\":3}]")).unwrap_err();
    assert_eq!(error.to_string(), "row 2 (line 1, column 10 (byte 9)) is null, expected an object");
    assert!(guess(&Bytes(b"[{},1]")).unwrap_err().to_string().contains("row 2"));
}

#[test]
fn one_line_is_a_row() {
    assert_eq!(read("{\"a\":1,\"b\":{\"c\":2}}\n").unwrap().1, ["a", "b.c"]);
}

#[test]
fn an_empty_answer_has_no_rows() {
    for body in [
        "[]",
        "{\"value\":[],\"@odata.context\":\"x\"}",
        "{\"page\":1,\"list\":[]}",
        "{\"total\":[],\"items\":[]}",
        "{\"message\":\"Request successful\",\"items\":[]}",
        "[{\"page\":0},null]",
    ] {
        assert_eq!(read(body).unwrap().1, Vec::<String>::new(), "{body}");
    }
}
