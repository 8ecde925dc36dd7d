use super::*;
use crate::error::Answer;
use crate::source::Bytes;
use crate::testing::{Collected, zipped};

fn recognized(body: &[u8], known: Known) -> Result<(Format, String, Collected), DecodeError> {
    let source = Bytes(body);
    let message = Message::recognize(&source, known, Limits::default())?;
    let mut sink = Collected::default();
    message.decode(Limits::default(), &mut sink)?;
    Ok((message.format(), message.why().join("; "), sink))
}

/// The format, by what it was recognised, the columns and the number of rows.
#[track_caller]
fn check(body: &[u8], format: Format, why: &str, names: &[&str], rows: usize) {
    let (found, by, sink) = recognized(body, Known::default()).unwrap();
    assert_eq!((found, by.as_str()), (format, why));
    assert_eq!((sink.names(), sink.rows().len()), (names.to_vec(), rows));
}

const SDMX_CSV: &[u8] = b"DATAFLOW,FREQ,TIME_PERIOD,OBS_VALUE,OBS_STATUS\nX:Y(1.0),A,2020,1.50,p\n";
const CUBE: &[u8] =
    br#"{"version":"2.0","class":"dataset","id":["y"],"size":[1],"dimension":{"y":{"category":{"index":["2020"]}}},"value":[4]}"#;

#[test]
fn delimited_text_is_told_apart_by_its_first_line() {
    check(
        SDMX_CSV,
        Format::SdmxCsv,
        "SDMX-CSV, by its header, which begins `DATAFLOW,FREQ,TIME_PERIOD,OBS_VALUE,OBS_`",
        &["FREQ", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"],
        1,
    );
    check(
        b"freq,geo\\TIME_PERIOD\t2020 \t2021 \nA,CL\t1 p\t: \n",
        Format::EurostatTsv,
        "a table of Eurostat, by its first title, which begins `freq,geo\\TIME_PERIOD\t2020 \t2021 `",
        &["freq", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG", "CONF_STATUS"],
        1,
    );
}

#[test]
fn the_dialect_of_any_other_table_is_found() {
    check(
        "Población; nota\n\nregión;año;n\nÑuble;2020;1,5\nMaule;2021;2,0\nBiobío;2021;3\n".as_bytes(),
        Format::Csv,
        "UTF-8 text, proved by every byte of it being valid; a table of 3 columns: the semicolon gives 4 of the first 5 records that many \
         fields; line 3 is its header, the first of them",
        &["región", "año", "n"],
        3,
    );
    check(
        b"a\xF1o|n\n2020|1\n2021|2\n",
        Format::Csv,
        "ISO-8859-1 text, proved by bytes that are not UTF-8; a table of 2 columns: the vertical bar gives 3 of the first 3 records that \
         many fields; line 1 is its header, the first of them",
        &["año", "n"],
        2,
    );
    let utf16: Vec<u8> = "\u{FEFF}a\tb\n1\t2\n3\t4\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (_, why, sink) = recognized(&utf16, Known::default()).unwrap();
    assert!(why.starts_with("UTF-16LE text, proved by its byte order mark; a table of 2 columns: the tab gives 3"), "{why}");
    assert_eq!((sink.names(), sink.rows()), (vec!["a", "b"], vec![2, 3]));
    check(
        b"year\n2020\n2021\n",
        Format::Csv,
        "UTF-8 text, proved by every byte of it being valid; a table of one column: no delimiter gives two lines the same number of fields",
        &["year"],
        2,
    );
}

#[test]
fn json_is_told_apart_by_its_keys() {
    check(CUBE, Format::JsonStat, "JSON-stat, by its class \"dataset\"", &["y", "OBS_VALUE"], 1);
    let bundle = br#"{"CPI":{"value":[4],"dimension":{"id":["y"],"size":[1],"y":{"category":{"index":["2020"]}}}}}"#;
    check(bundle, Format::JsonStat, "JSON-stat, by its dimension and value at \"/CPI\"", &["y", "OBS_VALUE"], 1);
    let message = br#"{"meta":{},"data":{"structures":[{"dimensions":{"observation":[{"id":"T","values":[{"id":"2020"}]}]},"measures":{"observation":[{"id":"OBS_VALUE"}]}}],
        "dataSets":[{"structure":0,"observations":{"0":[5]}}]}}"#;
    check(message, Format::SdmxJson, "SDMX-JSON, by its structures at \"/data/structures\"", &["T", "OBS_VALUE"], 1);
    check(
        br#"{"@odata.context":"x","value":[{"a":1},{"a":2}]}"#,
        Format::Json,
        "a JSON table: rows at \"/value\" of an OData envelope",
        &["a"],
        2,
    );
    let (format, why, sink) = recognized(b"{\"a\":1}\n{\"a\":2}\n", Known::default()).unwrap();
    assert_eq!((format, sink.rows().len()), (Format::Json, 2), "{why}");
}

#[test]
fn containers_are_peeled_off_first() {
    let body = zipped(&[("data/x.csv", SDMX_CSV.to_vec()), ("readme.txt", b"note\none\n".to_vec())]);
    let (format, why, _) = recognized(&body, Known::default()).unwrap();
    assert_eq!(format, Format::SdmxCsv);
    assert!(why.starts_with("inside of member \"data/x.csv\" of a ZIP archive; SDMX-CSV"), "{why}");
    let known = Known { member: Some("read*".to_owned()), ..Known::default() };
    let (format, why, sink) = recognized(&body, known).unwrap();
    assert_eq!((format, sink.names()), (Format::Csv, vec!["note"]), "{why}");
}

#[test]
fn a_format_that_is_asked_for_must_fit() {
    let asked = |format| Known { format: Some(format), ..Known::default() };
    let error = recognized(CUBE, asked(Format::SdmxCsv)).unwrap_err();
    assert_eq!(error.to_string(), "found a JSON document, but the definition declares only sdmx-csv");
    let error = recognized(SDMX_CSV, asked(Format::Xlsx)).unwrap_err();
    assert_eq!(error.to_string(), "found delimited text, but the definition declares only xlsx");
    let (format, why, sink) = recognized(SDMX_CSV, asked(Format::Csv)).unwrap();
    assert_eq!((format, sink.names()[0]), (Format::Csv, "DATAFLOW"));
    assert!(why.starts_with("csv, as asked; UTF-8 text"), "{why}");
}

#[test]
fn answers_come_in_the_publishers_own_words() {
    let cases: [(&[u8], Answer, &str); 12] = [
        (
            b"<?xml version=\"1.0\"?><S:Fault xmlns:S=\"x\"><faultcode>150</faultcode><faultstring>The structure&apos;s value is not allowed: UNIT=X.</faultstring></S:Fault>",
            Answer::Error,
            "150 The structure's value is not allowed: UNIT=X.",
        ),
        (
            b"<e:Envelope xmlns:e=\"x\"><e:Body><r><queued><id>e3d3-9a</id><status>SUBMITTED</status></queued></r></e:Body></e:Envelope>",
            Answer::Queued,
            "e3d3-9a SUBMITTED",
        ),
        (b"<m:Error xmlns:m=\"x\"><m:ErrorMessage code=\"100\"><c:Text xmlns:c=\"y\">No  results\n</c:Text></m:ErrorMessage></m:Error>", Answer::NotFound, "100 No results"),
        (
            b"<m:GenericData xmlns:m=\"x\"><f:Footer xmlns:f=\"y\"><f:Message code=\"413\"><c:Text xmlns:c=\"z\">The response will be written to a file at http://x/y</c:Text></f:Message></f:Footer></m:GenericData>",
            Answer::Queued,
            "413 The response will be written to a file at http://x/y",
        ),
        (b"<Error><Code>NoSuchKey</Code><Message>The key does not exist.</Message></Error>", Answer::NotFound, "NoSuchKey The key does not exist."),
        (b"<Message>Maintenance until noon</Message>", Answer::Error, "Maintenance until noon"),
        (br#"{"error":[{"status":404,"id":100,"label":"ERR_NOT_FOUND_4: no"}]}"#, Answer::NotFound, "ERR_NOT_FOUND_4: no"),
        (br#"{"errors":[{"code":100,"title":"No results found"}]}"#, Answer::NotFound, "No results found"),
        (b"{\"message\":\"\\u001b[31mred\\u0007\"}", Answer::Error, "\u{FFFD}[31mred\u{FFFD}"),
        (
            b"Internal Server Error\n\nThe server met an unexpected condition\nthat kept it from\nfulfilling the request.\n",
            Answer::Error,
            "Internal Server Error The server met an unexpected condition that kept it from fulfilling the request.",
        ),
        (b"Could not find requested structures", Answer::NotFound, "Could not find requested structures"),
        (b"Not enough key values in query, expecting 5 got 3", Answer::Error, "Not enough key values in query, expecting 5 got 3"),
    ];
    for (body, expected, words) in cases {
        match recognized(body, Known::default()).unwrap_err() {
            DecodeError::Publisher { answer, text, .. } => assert_eq!((answer, text.as_str()), (expected, words)),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn what_is_no_data_is_named() {
    let error = |body: &[u8]| recognized(body, Known::default()).unwrap_err().to_string();
    assert_eq!(error(b""), "the body has no data: it is empty");
    assert_eq!(error(b"<!DOCTYPE html><title>Just a moment...</title>"), "found an HTML page titled \"Just a moment...\" instead of data");
    assert_eq!(
        error(b"<html><body><h1>Down for maintenance</h1>\x1b[31m</body></html>"),
        "found an HTML page that begins \"Down for maintenance \u{FFFD}[31m\" instead of data"
    );
    let utf16: Vec<u8> = "\u{FEFF}{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(error(&utf16), "the body is not UTF-8, as JSON must be: UTF-16 or UTF-32 at line 1, column 1 (byte 0)");
    assert_eq!(error(b"<?xml version=\"1.0\"?><gml/>"), "found an XML document instead of data");
    for root in [
        "<message:GenericData xmlns:message=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message\"><x/></message:GenericData>",
        "<?xml version=\"1.0\"?><!-- a --><CompactData xmlns=\"http://www.SDMX.org/resources/SDMXML/schemas/v2_0/message\"/>",
    ] {
        assert_eq!(error(root.as_bytes()), "found an SDMX-ML message instead of data");
    }
    assert_eq!(
        error(b"<a xmlns:m=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message\"><m:b/></a>"),
        "found an XML document instead of data"
    );
    assert_eq!(error(b"%PDF-1.7"), "found a PDF instead of data");
    assert_eq!(error(b"area,year,value\n"), "the body has no data: no rows stand under area,year,value");
    let page = ["# Title\n", &"A sentence.\n".repeat(9), "a,b\n"].concat();
    assert!(error(page.as_bytes()).contains("expected a table: only 1 of the first 11 lines have the same number of fields"), "{page}");
}

#[test]
fn a_format_that_the_body_is_not_in_is_refused() {
    let cube =
        r#"{"version":"2.0","class":"dataset","id":["geo"],"size":[1],"dimension":{"geo":{"category":{"index":["AT"]}}},"value":[1]}"#;
    let tsv = "geo\\TIME_PERIOD\t2022 \nAT\t1 \n";
    let found = |format, body: &str| {
        let error = recognized(body.as_bytes(), Known { format: Some(format), ..Known::default() }).unwrap_err();
        (matches!(error, DecodeError::NoForm { .. }), error.to_string())
    };
    for (format, body) in [
        (Format::SdmxCsv, "a,b\n1,2\n"),
        (Format::SdmxCsv, tsv),
        (Format::EurostatTsv, "a\tb\n1\t2\n"),
        (Format::EurostatTsv, "DATAFLOW,TIME_PERIOD,OBS_VALUE\nA:B(1.0),2020,1\n"),
        (Format::JsonStat, r#"[{"a":1}]"#),
        (Format::SdmxJson, cube),
        (Format::SdmxJson, r#"{"data":[{"a":1}]}"#),
    ] {
        let (refused, told) = found(format, body);
        assert!(refused, "{format} {body}: {told}");
    }
    for format in [Format::JsonStat, Format::SdmxJson, Format::SdmxCsv, Format::EurostatTsv] {
        let (refused, told) = found(format, r#"{"error":{"code":404,"message":"No such dataset"}}"#);
        assert!(!refused && told.contains("No such dataset"), "an answer keeps its words: {told}");
    }
    let (refused, told) = found(Format::SdmxCsv, "No results found");
    assert!(!refused && told.contains("No results found"), "{told}");
}

#[test]
fn prose_is_a_table_only_where_that_is_asked() {
    let text = b"The service is down.\nPlease come back later.\nWe are sorry for that.\nYour team of editors.\n";
    assert!(matches!(recognized(text, Known::default()), Err(DecodeError::Publisher { .. })));
    let error = recognized(&text.repeat(100), Known::default()).unwrap_err().to_string();
    assert!(error.starts_with("found a text for people that begins \"The service is down. Please"), "{error}");
    let (format, _, sink) = recognized(text, Known { format: Some(Format::Csv), ..Known::default() }).unwrap();
    assert_eq!((format, sink.rows().len()), (Format::Csv, 3));
    check(
        "Country\nUnited Kingdom of Great Britain and Northern Ireland\nCosta Rica\nPerú\n".as_bytes(),
        Format::Csv,
        "UTF-8 text, proved by every byte of it being valid; a table of one column: no delimiter gives two lines the same number of fields",
        &["Country"],
        3,
    );
}

#[test]
fn a_title_may_begin_like_an_archive_or_like_json() {
    let names = |body: &[u8], format| {
        recognized(body, Known { format, ..Known::default() }).map(|(_, _, sink)| sink.names().join("|")).map_err(|error| error.to_string())
    };
    assert_eq!(names(b"PK,b\n1,2\n", None).unwrap(), "PK|b");
    assert_eq!(names(b"PKEY;NAME\n1;x\n", None).unwrap(), "PKEY|NAME");
    for (body, columns) in [(&b"[a],b\n1,2\n"[..], "[a]|b"), (b"{a},b\n1,2\n", "{a}|b"), (b"[1],b\n1,2\n", "[1]|b")] {
        assert!(names(body, None).unwrap_err().ends_with("if it is delimited text that begins with a bracket, --format csv reads it"));
        assert_eq!(names(body, Some(Format::Csv)).unwrap(), columns);
        assert_eq!(crate::testing::decode_as(body, "[csv]").unwrap().names().join("|"), columns);
    }
    assert_eq!(names(b"[{\"a\":1}]", Some(Format::Csv)).unwrap_err(), "found a JSON document, but the definition declares only csv");
    assert_eq!(names(b"null\n", None).unwrap_err(), "the body has no data: it is null");
    assert!(!names(b"[{\"a\":1,}]", None).unwrap_err().contains("--format"));
}

#[test]
fn many_blanks_before_a_message_do_not_hide_it() {
    let blank = vec![b'\n'; HEAD + 10];
    let (format, _, sink) = recognized(&[&blank[..], b"[{\"a\":1}]"].concat(), Known::default()).unwrap();
    assert_eq!((format, sink.names()), (Format::Json, vec!["a"]));
    let error = |body: &[u8]| recognized(&[&blank[..], body].concat(), Known::default()).unwrap_err().to_string();
    assert_eq!(error(b""), "the body has no data: it is empty");
    assert_eq!(error(b"<html><title>x</title>"), "found an HTML page titled \"x\" instead of data");
    assert!(error(b"a,b\n1,2\n").starts_with("the body has no data: nothing stands in its first "));
}

#[test]
fn an_empty_list_of_errors_is_no_answer_of_eurostat() {
    let (format, why, _) = recognized(br#"{"error":[],"items":[{"a":1}]}"#, Known::default()).unwrap();
    assert_eq!(format, Format::Json, "{why}");
    let beside = CUBE.strip_suffix(b"}").unwrap();
    let error = recognized(&[beside, br#","error":[{"status":500,"label":"half of it"}]}"#].concat(), Known::default()).unwrap_err();
    assert_eq!(error.to_string(), "the publisher answered with an error (at /error/0/label): half of it");
    assert!(recognized(&[beside, br#","error":[],"warning":{"label":"old"}}"#].concat(), Known::default()).is_ok());
}

#[test]
fn no_beginning_of_a_message_makes_the_recognizer_panic() {
    let whole = [SDMX_CSV, CUBE, b"{\"error\":[{\"status\":404,\"label\":\"x\"}]}", b"<a><Fault>x</Fault></a>"];
    for body in whole {
        for end in 0..body.len() {
            let _ = recognized(&body[..end], Known::default());
        }
    }
}

#[test]
fn a_header_is_no_row_of_blanks_and_no_row_of_data() {
    // A title that a spreadsheet filled up with delimiters.
    let padded = b"Population by age,,,\n,,,\nage,2020,2021,2022\n0,1,2,3\n1,4,5,6\n";
    let (_, why, sink) = recognized(padded, Known::default()).unwrap();
    assert!(why.ends_with("line 3 is its header, the first of them that is not mostly blank"), "{why}");
    assert_eq!((sink.names(), sink.rows().len()), (vec!["age", "2020", "2021", "2022"], 2));
    // Rows that end in a delimiter their header does not have, and names of rows without a title.
    for body in [&b"id,name,value\n1,A,5,\n2,B,6,\n3,C,7,\n"[..], b"a,b\n\"r1\",1,2\n\"r2\",3,4\n"] {
        let error = recognized(body, Known::default()).unwrap_err();
        assert!(error.to_string().contains("as many titles as the rows have fields: line 1 has"), "{error}");
    }
    let rows = [
        "year,sex,pop,\n2020,M,100\n2020,F,110\n2021,M,105\n",
        "country,2020,2021,note\nx,1,2\ny,3,4\nz,3,4\n",
        "Region,2020\nA,1,2\nB,3,4\n",
        "Region,Total\nCL,1,2,3\nAR,4,5,6\nPE,7,8,9\n",
        "Country,,\nChile,1,2\nPeru,3,4\n",
        "Country,2020,,,\nChile,1,2,3,4\nPeru,1,2,3,4\n",
        "a,,\n1,2,3\n",
    ];
    for body in rows {
        let error = recognized(body.as_bytes(), Known::default()).unwrap_err();
        assert!(error.to_string().contains("as many titles as the rows have fields: line 1 has"), "{body}: {error}");
    }
    // Years and ages may be titles below a title of the table.
    for (body, titles) in [
        ("Population\nRegion,2020,2021\nA,1,2\nB,3,4\n", ["Region", "2020", "2021"]),
        ("Population,,\nRegion,0,1\nA,1,2\nB,3,4\n", ["Region", "0", "1"]),
        (",,Grupos\nPaís,0-4,5-9\nPerú,1,2\nChile,7,8\n", ["País", "0-4", "5-9"]),
    ] {
        assert_eq!(recognized(body.as_bytes(), Known::default()).unwrap().2.names(), titles, "{body}");
    }
}

#[test]
fn a_body_without_titles_is_refused_and_not_read_under_its_first_row() {
    for body in ["CL,2020,12\nCL,2021,13\nPE,2020,4\n", "2020-01-01,CL,5\n2020-01-02,CL,6\n", "1,2.5,3\n2,3.5,4\n3,4.5,5\n"] {
        let error = recognized(body.as_bytes(), Known::default()).unwrap_err();
        assert!(error.to_string().contains("titles in line 1, which holds numbers as the lines below it do"), "{body}: {error}");
    }
    // Codes that rise are titles.
    assert_eq!(recognized(b"Area,4,8,12\nA,1,2,3\nB,4,5,6\n", Known::default()).unwrap().2.names(), ["Area", "4", "8", "12"]);
    // The years would be lost.
    let two = ",2020,,2021,\nPaís,Hombres,Mujeres,Hombres,Mujeres\nPerú,1,2,3,4\nChile,5,6,7,8\n";
    let error = recognized(two.as_bytes(), Known::default()).unwrap_err();
    assert!(error.to_string().contains("line 1 has 2, the rows from line 2 on have 5"), "{error}");
}

#[test]
fn what_fills_the_last_block_of_a_text_is_no_data() {
    let body = [b"a,b\n1,2\n3,4\n".to_vec(), vec![0; 100_000]].concat();
    let (_, why, sink) = recognized(&body, Known::default()).unwrap();
    assert!(why.contains("null characters behind it, which fill whole blocks, are no data"), "{why}");
    assert_eq!((sink.names(), sink.rows()), (vec!["a", "b"], vec![2, 3]));
    let error = recognized(b"a,b\n1,2\n\0\x003,4\n\0", Known::default()).unwrap_err();
    assert!(error.to_string().contains("byte 0x00 (a null character) at line 3, column 1 (byte 8)"), "{error}");
}

#[test]
fn a_text_of_utf8_with_a_wrong_byte_is_refused_with_its_place() {
    let body = ["a,b\n".repeat(10).into_bytes(), "1,ñandú\n".repeat(1000).into_bytes(), b"2,\xFF\n".to_vec()].concat();
    let error = recognized(&body, Known::default()).unwrap_err();
    assert!(error.to_string().starts_with("the body is not UTF-8: byte 0xFF at line 1011, column 3"), "{error}");
}

#[test]
fn a_table_may_have_a_column_of_the_name_that_opens_a_message() {
    assert_eq!(recognized(b"DATAFLOW,x\nabc,1\ndef,2\n", Known::default()).unwrap().2.names(), ["DATAFLOW", "x"]);
    let (format, ..) = recognized(b"DATAFLOW,FREQ,TIME_PERIOD,OBS_VALUE\nE:F(1.0),A,2020,1\n", Known::default()).unwrap();
    assert_eq!(format, Format::SdmxCsv);
    assert_eq!(recognized(b"sep=\t\na\tb\n1\t2\n3\t4\n", Known::default()).unwrap().2.names(), ["a", "b"]);
}

#[test]
fn no_table_has_a_million_columns() {
    let line = |text: &str, count: usize| text.to_owned() + &",".repeat(count - 1) + "\n";
    let wide = |count| [line("a", count), line("1", count), line("2", count)].concat().into_bytes();
    assert_eq!(recognized(&wide(10_000), Known::default()).unwrap().2.names().len(), 10_000);
    let error = recognized(&wide(20_000), Known::default()).unwrap_err();
    assert_eq!(error.to_string(), "the body is malformed at row 1: it has 20000 fields, and no table has more than 16384");
}

#[test]
fn one_line_is_an_answer_or_a_header_without_rows() {
    for body in ["Forbidden", "404", "Bienvenido al portal"] {
        assert!(matches!(recognized(body.as_bytes(), Known::default()), Err(DecodeError::Publisher { .. })), "{body}");
    }
    for body in ["Country Name,Year,Value\n", "a,b,c"] {
        assert!(matches!(recognized(body.as_bytes(), Known::default()), Err(DecodeError::Empty { .. })), "{body}");
    }
}

#[test]
fn a_short_table_is_no_answer() {
    let known = |format| Known { format, ..Known::default() };
    for body in ["Name of region\nNew Zealand\nChile\n", "Country\nNew Zealand\n"] {
        assert!(matches!(recognized(body.as_bytes(), known(None)), Err(DecodeError::Publisher { .. })), "{body}");
        let (_, _, sink) = recognized(body.as_bytes(), known(Some(Format::Csv))).unwrap();
        assert_eq!(sink.rows().len(), body.lines().count() - 1, "{body}");
    }
    let error = |body: &str| recognized(body.as_bytes(), known(None)).unwrap_err();
    assert_eq!(error("Country name,Year\n").to_string(), "the body has no data: no rows stand under Country name,Year");
    assert_eq!(error("CL\n").to_string(), "the body has no data: it has one line without rows: CL");
    assert!(matches!(error("Country name,Value\nNew Zealand,3,4\n"), DecodeError::HeaderMissing { .. }));
    let (_, _, sink) = recognized(b"Resident population\n12345\n", known(None)).unwrap();
    assert_eq!((sink.names(), sink.rows().len()), (vec!["Resident population"], 1));
    for body in ["No data, sorry\n", "Forbidden\n", "404\n", "submitted\n", "Server error\nPlease wait\n", "Internal Server Error\n500\n"] {
        assert!(matches!(error(body), DecodeError::Publisher { .. }), "{body}");
    }
}

#[test]
fn an_error_beside_rows_or_as_a_column_does_not_decide() {
    for body in [
        r#"{"error":null,"items":[{"a":1}]}"#,
        r#"{"data":[{"a":1}],"warning":"This version is deprecated"}"#,
        "{\"a\":1,\"error\":\"x\"}\n{\"a\":2,\"error\":\"y\"}\n",
    ] {
        let (format, why, _) = recognized(body.as_bytes(), Known::default()).unwrap();
        assert_eq!(format, Format::Json, "{why}");
    }
    let socrata = r#"{"code":"query.soql.no-such-column","error":true,"message":"No such column: año"}"#;
    let error = recognized(socrata.as_bytes(), Known::default()).unwrap_err();
    assert!(error.to_string().ends_with("(at /message): No such column: año"), "{error}");
    let rows = recognized(b"[[],[]]", Known::default()).unwrap_err();
    assert!(!matches!(rows, DecodeError::Batch { .. }), "{rows}");
}

#[test]
fn a_first_line_that_tells_spreadsheets_the_delimiter_is_no_data() {
    let told = "UTF-8 text, proved by every byte of it being valid; line 1 is no data: it tells spreadsheets that the";
    let body = b"sep=;\r\nregion;year;n,m\r\nMaule;2020;1,5\r\nBiobio;2021;2,0\r\n";
    let why = format!(
        "{told} semicolon is the delimiter; a table of 3 columns: the semicolon gives 3 of the first 3 records that many fields; \
         line 2 is its header, the first of them"
    );
    check(body, Format::Csv, &why, &["region", "year", "n,m"], 2);
    let (_, why, sink) = recognized(b"\xEF\xBB\xBF\"SEP=|\"\nPopulation\n\na|b\n1|2\n3|4\n", Known::default()).unwrap();
    assert!(why.contains("line 4 is its header"), "{why}");
    assert_eq!((sink.names(), sink.rows()), (vec!["a", "b"], vec![5, 6]));
    let (_, why, sink) = recognized(b"sep=,\nyear\n2020\n2021\n", Known::default()).unwrap();
    assert!(why.ends_with("a table of one column: no delimiter gives two lines the same number of fields"), "{why}");
    assert_eq!((sink.names(), sink.rows()), (vec!["year"], vec![3, 4]));
    // A title may begin so, too.
    let (_, _, sink) = recognized(b"sep=x,b\n1,2\n3,4\n", Known::default()).unwrap();
    assert_eq!(sink.names(), ["sep=x", "b"]);
}

/// A workbook with two sheets of one column each.
fn two_sheets() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, title) in [("One", "a"), ("Sheet 2", "b")] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        sheet.write_row(0, 0, [title, "n"]).unwrap().write_row(1, 0, ["x", "1"]).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_sheet_of_a_workbook_in_an_archive_is_named_behind_a_slash() {
    let body = zipped(&[("2024/book.xlsx", two_sheets()), ("2024/notes.csv", b"a,b\n1,2\n".to_vec())]);
    let read = |body: &[u8], member: &str| recognized(body, Known { member: Some(member.to_owned()), ..Known::default() });
    for (member, title) in
        [("book.xlsx", "a"), ("book.xlsx/Sheet 2", "b"), ("2024/book.xlsx/One", "a"), ("*.xlsx/Sheet*", "b"), ("book/Sheet 2", "b")]
    {
        let (_, why, sink) = read(&body, member).unwrap();
        assert_eq!(sink.names(), [title, "n"], "{member}: {why}");
    }
    assert_eq!(read(&body, "book.xlsx/Three").unwrap_err().to_string(), "expected a sheet named \"Three\", found \"One\", \"Sheet 2\"");
    for none in ["notes.csv/One", "nothing.xlsx/One", "Sheet 2"] {
        let error = read(&body, none).unwrap_err().to_string();
        assert!(error.starts_with(&format!("expected one member named \"{none}\"")), "{error}");
    }
    assert_eq!(read(&two_sheets(), "Sheet 2").unwrap().2.names(), ["b", "n"]);
}

#[test]
fn sheets_that_nobody_chose_are_told() {
    let body = two_sheets();
    let unread = |member: Option<&str>| {
        let known = Known { member: member.map(str::to_owned), ..Known::default() };
        Message::recognize(&Bytes(&body), known, Limits::default()).unwrap().unread_sheets().to_vec()
    };
    assert_eq!((unread(None), unread(Some("One"))), (vec!["Sheet 2".to_owned()], vec![]));
}

#[test]
fn what_was_found_out_before_a_failure_is_told() {
    let steps = |body: &[u8], known: Known| {
        let mut steps = Vec::new();
        assert!(Message::explained(&Bytes(body), known, Limits::default(), &mut steps).is_err());
        steps.join("; ")
    };
    let asked = |format| Known { format: Some(format), ..Known::default() };
    assert_eq!(steps(b"<html><body>x", Known::default()), "the first bytes are those of an HTML page");
    assert_eq!(steps(SDMX_CSV, asked(Format::Xlsx)), "xlsx, as asked; the first bytes are those of delimited text");
    let archive = zipped(&[("a.json", b"{}".to_vec())]);
    assert_eq!(
        steps(&archive, Known::default()),
        "inside of member \"a.json\" of a ZIP archive; the first bytes are those of a JSON document"
    );
    let two = zipped(&[("a.csv", SDMX_CSV.to_vec()), ("b.csv", SDMX_CSV.to_vec())]);
    assert_eq!(steps(&two, Known::default()), "the first bytes are those of a ZIP archive or a workbook");
}
