//! Messages that are refused: for what stands in them, or for where they end.

use super::{coded, column, flat_dimensions, message, read};
use crate::testing::Collected;
use crate::{Answer, Bytes, DecodeError, Forms, Limits, decode};

#[test]
fn what_contradicts_the_structure_is_named_with_its_place() {
    let flat = flat_dimensions();
    let two = format!(r#""dimensions":{{"dataSet":[{}],"observation":[{}]}}"#, coded("A", &["a", "b"]), coded("B", &["b"]));
    let series = format!(r#""dimensions":{{"series":[{}],"observation":[{}]}}"#, coded("A", &["a"]), coded("B", &["b"]));
    let grouped = format!(r#"{flat},"attributes":{{"dimensionGroup":[{{"id":"N"}}]}}"#);
    let status = format!(r#"{flat},"attributes":{{"observation":[{}]}}"#, coded("S", &["A"]));
    let noted = format!(r#"{status},"annotations":[{{"title":"n"}}]"#);
    let cases = [
        (&flat, r#"{"observations":{"0:3":[1]}}"#, "in the key \"0:3\" B has no value at position 3: it has 3"),
        (&flat, r#"{"observations":{"0:x":[1]}}"#, "in the key \"0:x\" B has no value at position x: it has 3"),
        (&flat, r#"{"observations":{"0:~":[1]}}"#, "in the key \"0:~\" B has no value at position ~: it has 3"),
        (&flat, r#"{"observations":{"0:-1":[1]}}"#, "in the key \"0:-1\" B has no value at position -1: it has 3"),
        (&flat, r#"{"observations":{"0":[1]}}"#, "the key \"0\" has 1 parts, expected one for each of 2 dimensions"),
        (&flat, r#"{"observations":{"0:0:0":[1]}}"#, "the key \"0:0:0\" has 3 parts, expected one for each of 2 dimensions"),
        (&flat, r#"{"observations":{"":[1]}}"#, "the key \"\" has 1 parts, expected one for each of 2 dimensions"),
        (&flat, r#"{"series":{"0":{"observations":{"0:0":[1]}}}}"#, "the key \"0\" has 1 parts, expected one for each of 0 dimensions"),
        (&flat, r#"{"observations":[1]}"#, "observations is an array, expected an object"),
        (&flat, r#"{"observations":{"0:0":1}}"#, "an observation is a number, expected an array"),
        (&two, r#"{"observations":{"0":[1]}}"#, "A should be the same in the whole data set, but has 2 values"),
        (&series, r#"{"observations":{"0":[1]}}"#, "an observation stands outside of series, but the structure has dimensions of series"),
        (&grouped, r#"{"dimensionGroupAttributes":{"0":["x"]}}"#, "the key \"0\" has 1 parts, expected one for each of 2 dimensions"),
        (&grouped, r#"{"dimensionGroupAttributes":{"0:":["x"],"0:~":["y"]}}"#, "the attributes of a dimension group stand there twice"),
        (&status, r#"{"observations":{"0:0":[1,1]}}"#, "S has no value at position 1: it has 1"),
        (&status, r#"{"observations":{"0:0":[1,[0,-1]]}}"#, "S has no value at position -1: it has 1"),
        (
            &status,
            r#"{"observations":{"0:0":[1,0,5]}}"#,
            "/data/dataSets/0/observations/0:0/2 belongs to none of 2 measures and attributes, and is no position among 0 annotations",
        ),
        (&status, r#"{"observations":{"0:0":[1,0,"x"]}}"#, "and is no position among 0 annotations"),
        (&noted, r#"{"observations":{"0:0":[1,0,1]}}"#, "and is no position among 1 annotations"),
        (&flat, r#"{"observations":{"0:1":[1],"0:0":[1],"0:1":[2]}}"#, "/data/dataSets/0/observations/0:1 stands there twice"),
        (
            &series,
            r#"{"series":{"0":{"observations":{"0":[1],"00":[2]}}}}"#,
            "/data/dataSets/0/series/0/observations/00 stands there twice",
        ),
        (
            &series,
            r#"{"series":{"0":{"observations":{"0":[1]}},"0":{"observations":{"0":[2]}}}}"#,
            "/data/dataSets/0/series/0 stands there twice",
        ),
    ];
    for (structure, body, expected) in cases {
        let error = read(&message(structure, body)).unwrap_err();
        assert!(matches!(error, DecodeError::Malformed { .. }), "{body}: {error}");
        let text = error.to_string();
        assert!(text.starts_with("the body is malformed at line 1, column "), "{text}");
        assert!(text.ends_with(expected), "{text}");
    }
    let text = read(&message(&flat, "\n {\"observations\":\n{\"0:0\":[1],\n \"0:9\":[2]}}")).unwrap_err().to_string();
    assert!(text.starts_with("the body is malformed at line 4, column 2 (byte "), "{text}");
}

#[test]
fn what_stands_there_twice_or_not_at_all_is_refused() {
    let flat = flat_dimensions();
    let body = r#"{"observations":{"0:0":[1]}}"#;
    let cases = [
        (message(&format!("{flat},{flat}"), body), "key \"dimensions\" appears twice in one object at line 1, "),
        (format!(r#"{{"structure":{{{flat}}},"data":{{"structures":[]}}}}"#), "key \"structures\" appears twice in one object at line 1, "),
        (message(&flat, r#"{"observations":{},"observations":{}}"#), "key \"observations\" appears twice in one object at line 1, "),
        (message(r#""dimensions":{"observation":[{"values":[]}]}"#, body), "the body is malformed at line 1, "),
        (
            message(&format!(r#"{flat},"attributes":{{"observation":[{{"id":"N"}},{{"id":"N"}}]}}"#), body),
            "two columns of the body are named \"N\": 4 and 5",
        ),
        (
            message(&flat, &format!(r#"{{"structure":1,{}"#, &body[1..])),
            "the header of the body does not fit the definition at row 1: data set 0 ",
        ),
        (message(&flat, ""), "the body has no data: its list of data sets is empty"),
        (message(&flat, "null"), "the body has no data: its data sets have no observations"),
        (message(&flat, r#"{"observations":{},"series":{}}"#), "the body has no data: its data sets have no observations"),
        (r#"{"meta":{},"data":{"codelists":[]}}"#.to_owned(), "the body has no data: it has no data sets"),
        ("[]".to_owned(), "the body is malformed at line 1, column 1 (byte 0): the message is an array, expected an object"),
        (format!("{} x", message(&flat, body)), "the body is malformed at line 1, "),
    ];
    for (message, expected) in cases {
        let error = read(&message).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{message}: {error}");
    }
}

#[test]
fn attributes_of_two_levels_need_those_of_the_series_first() {
    let structure = format!(
        r#""dimensions":{{"series":[{}],"observation":[{}]}},"attributes":{{"series":[{{"id":"N"}}],"observation":[{{"id":"N"}}]}}"#,
        coded("A", &["a"]),
        coded("T", &["t0", "t1"])
    );
    let observations = r#""observations":{"0":[1],"1":[2,"own"]}"#;
    let body = format!(r#"{{"series":{{"0":{{"attributes":["of the series"],{observations}}}}}}}"#);
    assert_eq!(column(&read(&message(&structure, &body)).unwrap(), "N"), "of the series|own");
    let body = format!(r#"{{"series":{{"0":{{{observations},"attributes":["of the series"]}}}}}}"#);
    let error = read(&message(&structure, &body)).unwrap_err().to_string();
    assert!(error.ends_with("N is given for observations before it is given for their series"), "{error}");

    let structure = structure.replace(r#""series":[{"id":"N"}]"#, r#""dimensionGroup":[{"id":"N"}],"series":[{"id":"N"}]"#);
    let groups = r#""dimensionGroupAttributes":{":1":["of t1"]}"#;
    let observations = r#""observations":{"0":[1],"1":[2]}"#;
    let body = format!(r#"{{{groups},"series":{{"0":{{"attributes":["of the series"],{observations}}}}}}}"#);
    assert_eq!(column(&read(&message(&structure, &body)).unwrap(), "N"), "of the series|of t1");
    let body = format!(r#"{{{groups},"series":{{"0":{{{observations},"attributes":["of the series"]}}}}}}"#);
    let error = read(&message(&structure, &body)).unwrap_err().to_string();
    assert!(error.ends_with("N is given for observations before it is given for their series"), "{error}");
}

#[test]
fn answers_that_are_no_data_come_in_the_publishers_words() {
    let cases = [
        (r#"{"errors":[{"code":100,"title":"No results found"}]}"#, Answer::NotFound, "/errors", "100 No results found"),
        (
            r#"{"meta":{},"errors":[{"detail":"key  has\n3 parts","title":"Syntax error","code":140},{"code":150}]}"#,
            Answer::Error,
            "/errors",
            "140 Syntax error key has 3 parts; 150",
        ),
        (
            r#"{"error":[{"status":413,"id":"EXTRACTION_TOO_BIG","label":"Too many cells"}]}"#,
            Answer::TooLarge,
            "/error",
            "413 EXTRACTION_TOO_BIG Too many cells",
        ),
        (r#"{"error":{"code":404,"message":"unknown flow"}}"#, Answer::NotFound, "/error", "404 unknown flow"),
        (r#"{"errors":["down for maintenance"]}"#, Answer::Error, "/errors", "down for maintenance"),
        (r#"{"error":"quota"}"#, Answer::Error, "/error", "quota"),
    ];
    for (body, kind, at, expected) in cases {
        let Err(DecodeError::Publisher { answer, pointer, text }) = read(body) else { panic!("{body}") };
        assert_eq!((answer, pointer.as_str(), text.as_str()), (kind, at, expected), "{body}");
    }
    for nothing in ["[]", "null", "false", "\"\""] {
        let message = message(&flat_dimensions(), r#"{"observations":{"0:0":[1]}}"#).replacen('{', &format!("{{\"errors\":{nothing},"), 1);
        assert_eq!(read(&message).unwrap().rows(), [1], "{nothing}");
    }
}

#[test]
fn positions_of_annotations_follow_the_attributes() {
    let structure = format!(
        r#"{},"attributes":{{"observation":[{}]}},"annotations":[{{"title":"n"}},{{"title":"m"}}]"#,
        flat_dimensions(),
        coded("S", &["A"])
    );
    let table = read(&message(&structure, r#"{"observations":{"0:0":[1,0,1,null,0],"0:1":[2,null,[0,1]]}}"#)).unwrap();
    assert_eq!(column(&table, "OBS_VALUE"), "1|2");
}

#[test]
fn a_message_that_says_that_it_failed_is_no_data() {
    let whole = message(&flat_dimensions(), r#"{"observations":{"0:0":[1]}}"#);
    let failed = whole.replacen('{', r#"{"success":false,"message":"cut","#, 1);
    let Err(DecodeError::Publisher { pointer, text, .. }) = read(&failed) else { panic!("{failed}") };
    assert_eq!((pointer.as_str(), text.as_str()), ("/message", "cut"));
    assert_eq!(read(&whole.replacen('{', r#"{"success":true,"#, 1)).unwrap().rows(), [1]);
}

#[test]
fn a_message_that_ends_anywhere_before_its_end_gives_nothing() {
    let structure = format!(
        r#""dimensions":{{"series":[{}],"observation":[{}]}},"attributes":{{"dimensionGroup":[{{"id":"É"}}],"series":[{{"id":"N"}}]}}"#,
        coded("A", &["a"]),
        coded("T", &["t"])
    );
    let set = r#"{"series":{"0":{"observations":{"0":[1.5]},"attributes":[["x\"",{"en":"ñ"}]]}},"dimensionGroupAttributes":{"0:~":["é"]}}"#;
    let whole = message(&structure, set);
    assert_eq!(column(&read(&whole).unwrap(), "N"), "x\";{\"en\":\"ñ\"}");
    let forms: Forms = toml::from_str("[sdmx_json]").unwrap();
    for end in 1..whole.len() {
        let mut sink = Collected::default();
        let error = decode(&Bytes(&whole.as_bytes()[..end]), &forms, Limits::default(), &mut sink).unwrap_err();
        assert!(matches!(error, DecodeError::Truncated { .. } | DecodeError::Encoding { .. }), "{end}: {error}");
        assert!(sink.batches.is_empty(), "{end}");
    }
    // A break that the first pass does not look for stops the second one.
    let broken = whole.replace("[1.5]", "[1.5 2]");
    assert!(matches!(read(&broken).unwrap_err(), DecodeError::Malformed { .. }));
}
