use std::num::NonZero;
use std::sync::Arc;

use arrow::array::Array as _;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::batch::{Batch, Column, Ragged, SinkError};
use crate::header::ValueColumn;
use crate::source::Bytes;
use crate::testing::Collected;
use crate::work::{Decoded, Parallel, Prepare};

const COMMA: Dialect = Dialect::of(b',');

fn made(name: &str, from: From, edit: Option<Edit>) -> Made {
    Made { column: Column::cell(name, 0), from, edit, label: None }
}

fn fields(count: usize) -> Shape {
    let made = (0..count).map(|field| made(&format!("f{field}"), From::Field(field), None)).collect();
    Shape { made, ..Shape::of(count) }
}

fn read(text: &[u8], dialect: Dialect, shape: Shape, chunk: usize, rows: usize) -> (Collected, Result<(), DecodeError>) {
    let source = Bytes(text);
    let mut sink = Collected::default();
    let limits = Limits { batch_rows: rows, ..Limits::default() };
    let result = Text::open(&source, dialect, "the body", None)
        .map(|text| text.with_chunks_of(chunk))
        .and_then(|text| text.decode(shape, limits, &mut sink));
    (sink, result)
}

/// Every cell, row by row, with the row's line.
fn cells(sink: &Collected) -> Vec<(u32, Vec<String>)> {
    let rows = |batch: &Batch| {
        let columns: Vec<_> = (0..batch.columns.len()).map(|column| batch.texts(column)).collect();
        let text = |row| columns.iter().map(|texts| texts.get(row).unwrap_or("∅").to_owned()).collect();
        batch.rows.iter().enumerate().map(|(row, &line)| (line, text(row))).collect::<Vec<_>>()
    };
    sink.batches.iter().flat_map(rows).collect()
}

fn fails(text: &[u8]) -> String {
    read(text, COMMA, fields(2), 16, 10).1.unwrap_err().to_string()
}

#[test]
fn whatever_the_size_of_the_chunks_the_rows_are_the_same() {
    let text = "a,b\n1,\"x\ny\"\n\n\"2\"\"\",\n3,4,5\r\nab\"c,d\nlast,\"é\"".as_bytes();
    let expected = [(1, ["a", "b"]), (2, ["1", "x\ny"]), (5, ["2\"", ""]), (7, ["ab\"c", "d"]), (8, ["last", "é"])];
    let expected: Vec<(u32, Vec<String>)> = expected.into_iter().map(|(line, row)| (line, row.map(str::to_owned).to_vec())).collect();
    for chunk in [1, 2, 5, 11, 17, 30, 100] {
        for rows in [1, 2, 100] {
            let (sink, result) = read(text, COMMA, fields(2), chunk, rows);
            result.unwrap();
            assert_eq!(cells(&sink), expected, "chunks of {chunk}");
            assert_eq!(sink.ragged, [Ragged { part: None, row: 6, text: "3,4,5".into(), fields: 3, expected: 2 }], "chunks of {chunk}");
            assert!(sink.batches.iter().all(|batch| batch.rows.len() <= rows));
        }
    }
}

#[test]
fn records_above_the_table_are_read_one_by_one() {
    let source = Bytes("note\r\n\r\n\"a\r\n\",b\r\n1,2\r\n3,4\r\n".as_bytes());
    for chunk in [1, 4, 9, 100] {
        let mut text = Text::open(&source, COMMA, "the body", None).unwrap().with_chunks_of(chunk);
        assert_eq!(text.record().unwrap().unwrap().raw, "note");
        let record = text.record().unwrap().unwrap();
        assert_eq!((record.line, record.fields().collect::<Vec<_>>()), (3, vec!["a\r\n", "b"]));
        let mut sink = Collected::default();
        text.decode(fields(2), Limits::default(), &mut sink).unwrap();
        assert_eq!(sink.rows(), [5, 6], "chunks of {chunk}");
        assert_eq!(sink.column("f1"), [Some("2".to_owned()), Some("4".to_owned())]);
    }
}

#[test]
fn no_two_records_stand_in_one_line() {
    for chunk in [1, 3, 100] {
        let (sink, result) = read(b"a,b\rc,d\ne,f\r\ng,\"h\ri\"\rj,k", COMMA, fields(2), chunk, 10);
        result.unwrap();
        assert_eq!(sink.rows(), [1, 2, 3, 4, 6], "chunks of {chunk}");
    }
}

#[test]
fn errors_say_where() {
    assert_eq!(fails(b"a,b\n1,\xCD\n"), "the body is not UTF-8: byte 0xCD at line 2, column 3 (byte 6)");
    assert_eq!(
        fails(b"\xEF\xBB\xBFa,b\n1,2\n3,4\n5,6\n7,\0\n"),
        "the body is not UTF-8: byte 0x00 (a null character) at line 5, column 3 (byte 21)"
    );
    assert_eq!(
        fails(b"a,b\n1,\"x\n2,y\n"),
        "the body is cut off at line 2, column 1 (byte 4): the record that starts there has a quote that is never closed"
    );
}

#[test]
fn a_field_that_goes_on_behind_its_closing_quote_is_refused() {
    let problem = "text behind the quote that closes a field: a quote before it may be left open, or quotes inside of the field are not \
                   doubled; where quotes are plain characters, literal_quotes says so";
    let joined = b"a,b\n1,\"left open\n2,\"whole\"\n3,4\n";
    for chunk in [1, 8, CHUNK] {
        let (sink, result) = read(joined, COMMA, fields(2), chunk, 10);
        assert_eq!(result.unwrap_err().to_string(), format!("the body is malformed at line 3, column 4 (byte 20): {problem}"));
        assert!(cells(&sink).len() <= 1, "nothing behind the header is told");
    }
    assert_eq!(fails(b"1,2\n\"O\"Higgins\",3\n"), format!("the body is malformed at line 2, column 4 (byte 7): {problem}"));
    let source = Bytes(b"\"a\"b,c\n1,2\n");
    let mut text = Text::open(&source, COMMA, "the body", None).unwrap();
    text.record().unwrap().unwrap();
    let error = text.decode(fields(2), Limits::default(), &mut Collected::default()).unwrap_err();
    assert_eq!(error.to_string(), format!("the body is malformed at row 1: {problem}"));
}

#[test]
fn literal_quotes_are_characters() {
    let literal = Dialect { literal_quotes: true, ..COMMA };
    let text = b"\"a,b\n1,\"x\"y\n\"2\",3\r\n4,\"";
    let expected = [(1, ["\"a", "b"]), (2, ["1", "\"x\"y"]), (3, ["\"2\"", "3"]), (4, ["4", "\""])];
    let expected: Vec<(u32, Vec<String>)> = expected.into_iter().map(|(line, row)| (line, row.map(str::to_owned).to_vec())).collect();
    for chunk in [1, 6, CHUNK] {
        let (sink, result) = read(text, literal, fields(2), chunk, 10);
        result.unwrap();
        assert_eq!(cells(&sink), expected, "chunks of {chunk}");
    }
    // A carriage return alone ends a line here as well.
    let (sink, result) = read(b"1,\"x\r2,\"", literal, fields(2), CHUNK, 10);
    result.unwrap();
    assert_eq!(cells(&sink), [(1, vec!["1".to_owned(), "\"x".to_owned()]), (2, vec!["2".to_owned(), "\"".to_owned()])]);
}

#[test]
fn a_quote_that_is_left_open_is_refused_before_it_fills_the_memory() {
    let text = [b"a,b\n1,\"".to_vec(), vec![b'x'; MAX_RECORD + 10]].concat();
    let (sink, result) = read(&text, COMMA, fields(2), CHUNK, 10);
    assert_eq!(sink.rows(), [1]);
    let error = result.unwrap_err().to_string();
    assert_eq!(
        error,
        "the body is malformed at line 2, column 1 (byte 4): the record that starts there has more than 33554432 bytes: a quote may be left open"
    );
}

#[test]
fn padding_ends_the_text_where_it_is_declared() {
    let padded = Dialect { nul_padding: true, ..COMMA };
    let text = [b"a,b\n1,2".to_vec(), vec![0; 3 << 18]].concat();
    for chunk in [1, CHUNK] {
        let (sink, result) = read(&text, padded, fields(2), chunk, 10);
        result.unwrap();
        assert_eq!(cells(&sink).last().unwrap().1, ["1", "2"]);
    }
    let error = read(b"a,b\n1,2\0\0,x", padded, fields(2), CHUNK, 10).1.unwrap_err();
    assert_eq!(error.to_string(), "the body is malformed at line 2, column 1 (byte 9): text behind the null characters that end it");
}

#[test]
fn texts_are_edited_once_for_each_of_them() {
    let edit: Edit = Arc::new(|text| match text {
        ":" => Ok(Edited::Absent),
        "?" => Err("a question".to_owned()),
        text => Ok(text.strip_suffix(" p").map_or(Edited::Same, |text| Edited::Text(text.to_owned()))),
    });
    let shape = Shape { made: vec![made("x", From::Field(1), Some(edit)), made("y", From::Field(1), None)], ..fields(2) };
    let (sink, result) = read(b"a,1 p\nb,:\nc,2\n", COMMA, shape.clone(), CHUNK, 10);
    result.unwrap();
    assert_eq!(sink.column("x"), [Some("1".to_owned()), None, Some("2".to_owned())]);
    assert_eq!(sink.column("y"), ["1 p", ":", "2"].map(|text| Some(text.to_owned())));
    let error = read(b"a,1\nb,?\n", COMMA, shape, CHUNK, 10).1.unwrap_err();
    assert_eq!(error.to_string(), "the body is malformed at row 2: column x: a question");
}

#[test]
fn checks_refuse_texts_of_columns_that_do_not_come_out() {
    let known: Edit = Arc::new(|text| if text == "I" { Ok(Edited::Same) } else { Err(format!("\"{text}\" is unknown")) });
    let shape =
        Shape { made: vec![made("x", From::Field(1), None)], checks: vec![made("action", From::Field(0), Some(known))], ..Shape::of(2) };
    let (sink, result) = read(b"I,1\nI,2\n", COMMA, shape.clone(), CHUNK, 10);
    result.unwrap();
    assert_eq!((sink.names(), sink.column("x")), (vec!["x"], vec![Some("1".to_owned()), Some("2".to_owned())]));
    let (sink, result) = read(b"I,1\nX,2\n", COMMA, shape, CHUNK, 10);
    assert_eq!(result.unwrap_err().to_string(), "the body is malformed at row 2: column action: \"X\" is unknown");
    assert!(sink.batches.is_empty());
}

#[test]
fn labels_stand_behind_the_texts_that_have_one() {
    let absent: Edit = Arc::new(|text| Ok(if text.is_empty() { Edited::Absent } else { Edited::Same }));
    let column = Made { label: Some(1), ..made("geo", From::Field(0), Some(absent)) };
    let shape = Shape { made: vec![column], ..Shape::of(2) };
    let (sink, result) = read(b"AT,Austria\nBE,\n,Nowhere\nAT,Austria\nAT,\xC3\x96sterreich\n", COMMA, shape, CHUNK, 10);
    result.unwrap();
    let expected = [Some("AT: Austria"), Some("BE"), None, Some("AT: Austria"), Some("AT: Österreich")];
    assert_eq!(sink.column("geo"), expected.map(|text| text.map(str::to_owned)));
    assert_eq!(sink.batches[0].texts(0).values().len(), 3, "a pair is put together once");
}

#[test]
fn wide_records_become_long_and_leave_out_what_is_no_row() {
    let values = [(2, "2019"), (3, "2020")].map(|(position, title)| ValueColumn { position, levels: vec![title.to_owned()] }).to_vec();
    let made = vec![made("area", From::Field(0), None), made("year", From::Level(0), None), made("value", From::Value, None)];
    let shape = Shape { made, values, no_row: Some(|text| text == ":"), ..fields(3) };
    for rows in [1, 2, 3, 100] {
        let (sink, result) = read(b"CL,1,:\nPE,,4\n", COMMA, shape.clone(), CHUNK, rows);
        result.unwrap();
        let expected = [(1, ["CL", "2019", "1"]), (2, ["PE", "2019", ""]), (2, ["PE", "2020", "4"])];
        assert_eq!(cells(&sink), expected.map(|(line, row)| (line, row.map(str::to_owned).to_vec())));
        assert_eq!(sink.cells(), [2, 2, 3]);
    }
}

struct Keep;

impl Prepare for Keep {
    type Done = Decoded;
    type Scratch = ();
    fn prepare(&self, (): &mut (), decoded: Decoded) -> Result<Decoded, SinkError> {
        Ok(decoded)
    }
}

#[test]
fn threads_change_nothing() {
    let text: String = (0..5000).map(|n| [(n % 13).to_string(), n.to_string()].join(",") + "\n").collect();
    let alone = cells(&read(text.as_bytes(), COMMA, fields(2), 1000, 100).0);
    assert_eq!(alone.len(), 5000);
    for threads in [1, 2, 4] {
        let mut together = Collected::default();
        let mut sink = Parallel::new(NonZero::new(threads).unwrap(), &Keep, |decoded: Decoded| {
            together.batches.extend(decoded.batches);
            Ok(())
        });
        let source = Bytes(text.as_bytes());
        let opened = Text::open(&source, COMMA, "the body", None).unwrap().with_chunks_of(1000);
        opened.decode(fields(2), Limits { batch_rows: 100, ..Limits::default() }, &mut sink).unwrap();
        assert_eq!(cells(&together), alone, "{threads} threads");
    }
}

proptest! {
    /// However the quotes stand, the rows are those of csv-core on the whole text.
    #[test]
    fn any_text_is_read_as_csv_core_reads_it(lines in vec("[ab,\"\r]{0,12}", 0..12), chunk in 1_usize..40) {
        let text = lines.join("\n");
        let (sink, result) = read(text.as_bytes(), COMMA, fields(2), chunk, 3);
        let mut reader = csv_core::ReaderBuilder::new().build();
        let (mut record, mut rest, mut expected) = (Record::default(), text.as_bytes(), Vec::new());
        while let Some(read) = record.parse(&mut reader, rest) {
            rest = &rest[read..];
            if record.len() == 2 {
                expected.push(record.fields().map(str::to_owned).collect::<Vec<_>>());
            }
        }
        let found: Vec<Vec<String>> = cells(&sink).into_iter().map(|(_, row)| row).collect();
        match result {
            Ok(()) => prop_assert_eq!(found, expected),
            // csv-core closes the quote that is left open at the end; what stands before it is the same.
            Err(_) => prop_assert!(expected.starts_with(&found), "{:?} {:?}", found, expected),
        }
    }

    #[test]
    fn no_truncation_yields_rows_past_the_break(rows in vec(("[a-c]{0,3}", "[a\", \n]{0,5}"), 1..6), chunk in 1_usize..60) {
        let text: String = rows.iter().map(|(a, b)| a.clone() + ",\"" + &b.replace('"', "\"\"") + "\"\n").collect();
        let (whole, result) = read(text.as_bytes(), COMMA, fields(2), chunk, 2);
        result.unwrap();
        let whole = cells(&whole);
        prop_assert_eq!(whole.len(), rows.len());
        for end in 0..text.len() {
            let (cut, _) = read(&text.as_bytes()[..end], COMMA, fields(2), chunk, 2);
            let cut = cells(&cut);
            // Only the last row can have lost something.
            let sure = cut.len().saturating_sub(1);
            prop_assert_eq!(&cut[..sure], &whole[..sure]);
        }
    }
}
