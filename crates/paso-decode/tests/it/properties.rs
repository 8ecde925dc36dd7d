//! Whatever the bytes, a decoder answers; and what a writer writes, it reads back.

use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

use paso_decode::{Forms, Limits, decode, sniff};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::collected::Collected;

const FORMS: [&str; 7] = [
    "[json]\nrows = [\"/*/items\", \"\"]\nlines = true\nexplode = \"a\"\njoin = [\"b\"]",
    "[json]\nrows = \"/items\"\nshape = \"arrays\"\nheader = true\njoin = [\"a\"]",
    "[json]\nrows = \"\"\nshape = \"columns\"\nfacts = { a = \"/items/0/a\" }",
    "[json]\nrows = \"/items\"\nerror = [\"/error\"]\nfacts = { a = \"/page\" }\n[csv]\n[xlsx]\nsheet = \"T\"",
    "[json]\nrows = \"\"\n[csv]\nencoding = \"windows-1252\"\ndelimiter = \";\"\ntrailing_empty_column = true\nunquoted_texts = [\"a;b\"]",
    "[csv]\nencoding = \"utf-16le\"\nheader = { starts_with = [\"a\"] }\n[xlsx]\nsheet = \"T\"\nlast_column = 2\nstop_when_empty = true",
    "[csv]\nencoding = \"iso-8859-1\"\nfacts = { x = { row = 1, column = 1 } }\nunpivot = { keep = [\"a\"], levels = [\"year\"] }\n\
     [xlsx]\nsheet = \"T\"\nunpivot = { keep = [\"a\"], levels = [\"year\"] }",
];

/// Decodes under every form; only a panic fails.
fn survives(body: &[u8]) {
    let limits = Limits { max_inflated_bytes: 1 << 20, batch_rows: 7 };
    sniff(body);
    for definition in FORMS {
        let forms: Forms = toml::from_str(definition).unwrap();
        let mut sink = Collected::default();
        let _ = decode(&paso_decode::Bytes(body), &forms, limits, &mut sink);
    }
}

/// A small workbook with the sheet that the forms name.
static WORKBOOK: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet().set_name("T").unwrap();
    sheet.write_row(0, 0, ["a", "1990", "2020"]).unwrap();
    for row in 1..20 {
        sheet.write(row, 0, format!("area {row}")).unwrap();
        sheet.write_row(row, 1, [f64::from(row), 2.5]).unwrap();
    }
    workbook.save_to_buffer().unwrap()
});

/// Its members, inflated.
static MEMBERS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let mut archive = zip::ZipArchive::new(Cursor::new(WORKBOOK.as_slice())).unwrap();
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        members.push((member.name().unwrap().into_owned(), bytes));
    }
    members
});

fn zipped(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Pieces that hurt a reader of sheets.
fn almost_xml() -> impl Strategy<Value = String> {
    let pieces = [
        "\"",
        "<",
        ">",
        "&",
        "/>",
        "<c r=\"XFD1048576\"/>",
        "A99999",
        "-1",
        "4294967296",
        "</row>",
        "<row r=\"0\">",
        "é",
        " t=\"s\"",
        "&#0;",
        "]]>",
    ];
    prop_oneof![proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), "[ -~]{1,3}"]
}

/// Text that tends to look like one of the formats.
fn almost_data() -> impl Strategy<Value = String> {
    vec(
        prop_oneof![
            Just("a"),
            Just(","),
            Just(";"),
            Just("\""),
            Just("\n"),
            Just("\r\n"),
            Just("{\"items\":["),
            Just("{"),
            Just("}"),
            Just("["),
            Just("]"),
            Just("\"a\":"),
            Just("1"),
            Just("null"),
            Just("\\u00"),
            Just("é"),
            Just(" "),
            Just("<"),
            Just("\u{FEFF}")
        ],
        0..60,
    )
    .prop_map(|pieces| pieces.concat())
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9.*-]{0,8}", "[ -~]{0,8}", "\\PC{0,6}", Just("a\r\nb\"c,d".to_owned())]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1usize..6).prop_flat_map(|width| vec(vec(cell(), width), 0..12))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_decoder_panic(body in vec(any::<u8>(), 0..400)) {
        survives(&body);
    }

    #[test]
    fn no_text_makes_a_decoder_panic(text in almost_data()) {
        survives(text.as_bytes());
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        survives(&wide);
    }

    #[test]
    fn no_damage_to_a_workbook_makes_a_decoder_panic(damage in vec((any::<Index>(), any::<u8>()), 1..6), keep in any::<Option<Index>>()) {
        let mut body = WORKBOOK.clone();
        for (at, byte) in damage {
            let at = at.index(body.len());
            body[at] = byte;
        }
        if let Some(keep) = keep {
            body.truncate(keep.index(body.len()));
        }
        survives(&body);
    }

    #[test]
    fn no_damage_inside_a_workbook_makes_a_decoder_panic(member in any::<Index>(), damage in vec((any::<Index>(), almost_xml()), 1..4)) {
        let mut members = MEMBERS.clone();
        let member = member.index(members.len());
        for (at, piece) in damage {
            let bytes = &mut members[member].1;
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + piece.len());
            bytes.splice(at..end, piece.bytes());
        }
        survives(&zipped(&members));
    }

    #[test]
    fn what_a_csv_writer_writes_is_read_back(rows in table()) {
        let width = rows.first().map_or(1, Vec::len);
        let header: Vec<String> = (1..=width).map(|column| format!("c{column}")).collect();
        let lines: Vec<String> = std::iter::once(&header).chain(&rows).map(|row| row.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(",")).collect();
        let body = lines.join("\r\n");
        let decoded = Collected::decode(body.as_bytes(), "[csv]").unwrap();
        let texts: Vec<Vec<String>> = decoded.rows.iter().map(|row| row.texts.iter().map(|text| text.clone().unwrap()).collect()).collect();
        prop_assert_eq!(texts, rows);
        prop_assert!(decoded.ragged.is_empty());
    }

    #[test]
    fn every_shape_of_json_rows_is_read_back(rows in vec(vec(proptest::option::of(cell()), 3), 1..12)) {
        let names = ["a", "b.c", "d"];
        let objects: Vec<String> =
            rows.iter().map(|row| serde_json::json!({"a": row[0], "b": {"c": row[1]}, "d": row[2]}).to_string()).collect();
        let column = |index: usize| rows.iter().map(|row| &row[index]).collect::<Vec<_>>();
        let bodies = [
            ("rows = \"\"\nlines = true", objects.join("\n")),
            ("rows = \"/*/0\"", objects.iter().map(|row| format!("[[{row}]]")).collect::<Vec<_>>().join(",")),
            ("rows = \"/0\"\nshape = \"arrays\"\nnames = \"/1/*\"", serde_json::json!([rows, names]).to_string()),
            ("rows = \"\"\nshape = \"columns\"", serde_json::json!({"a": column(0), "b": {"c": column(1)}, "d": column(2)}).to_string()),
        ];
        for (form, body) in bodies {
            let body = if form.contains("/*/0") { format!("[{body}]") } else { body };
            let decoded = Collected::decode(body.as_bytes(), &format!("[json]\n{form}")).unwrap();
            prop_assert_eq!(&decoded.names, &names, "{}", form);
            let texts: Vec<Vec<Option<String>>> = decoded.rows.into_iter().map(|row| row.texts).collect();
            prop_assert_eq!(&texts, &rows, "{}", form);
        }
    }

    #[test]
    fn what_a_json_writer_writes_is_read_back(rows in vec(vec(proptest::option::of(cell()), 3), 0..12)) {
        let objects: Vec<serde_json::Value> = rows.iter().map(|row| serde_json::json!({"a": row[0], "b": {"c": row[1]}, "d": row[2]})).collect();
        let body = serde_json::to_vec(&serde_json::json!({ "items": objects })).unwrap();
        let decoded = Collected::decode(&body, "[json]\nrows = \"/items\"").unwrap();
        let texts: Vec<Vec<Option<String>>> = decoded.rows.into_iter().map(|row| row.texts).collect();
        prop_assert_eq!(texts, rows);
    }
}
