//! Messages cut at every byte: no panic, no row that was not there, none past the break.

use std::io::{Cursor, Write as _};

use paso_decode::{Bytes, DecodeError, Forms, Limits, decode};

use crate::collected::{Collected, Row};

/// What a sink received, whether or not the body was whole.
fn read(body: &[u8], forms: &Forms) -> (Collected, Result<(), DecodeError>) {
    let mut sink = Collected::default();
    let result = decode(&Bytes(body), forms, Limits { batch_rows: 2, ..Limits::default() }, &mut sink);
    (sink, result.map(|_| ()))
}

fn forms(definition: &str) -> Forms {
    toml::from_str(definition).unwrap()
}

/// Whether every cell of a row is a beginning of the cell that the whole body has.
fn begins(cut: &Row, whole: &Row) -> bool {
    let begins = |(cut, whole): (&Option<String>, &Option<String>)| {
        whole.as_deref().unwrap_or_default().starts_with(cut.as_deref().unwrap_or_default())
    };
    (cut.number, cut.cell) == (whole.number, whole.cell) && cut.texts.iter().zip(&whole.texts).all(begins)
}

/// Delimited text, record by record, in an encoding. Rows of records that are whole are all there and unchanged. Of the record that is cut,
/// only what a cut in its last cell leaves is a row, unless short rows are completed or pieces joined; there is none behind it.
fn delimited(definition: &str, records: &[&str], encode: impl Fn(&str) -> Vec<u8>) {
    let forms = forms(definition);
    let bytes: Vec<Vec<u8>> = records.iter().map(|record| encode(record)).collect();
    let body = bytes.concat();
    let (whole, result) = read(&body, &forms);
    result.unwrap();
    assert!(!whole.rows.is_empty());
    let padded = definition.contains("pad_short_rows");
    let mut handed_over = 0;
    for keep in 0..body.len() {
        let (mut line, mut end, mut broken) = (1, 0, "");
        for (record, text) in bytes.iter().zip(records) {
            broken = text;
            if end + record.len() > keep {
                break;
            }
            end += record.len();
            line += text.matches('\n').count() as u32;
        }
        let (cut, result) = read(&body[..keep], &forms);
        let sure = whole.rows.iter().take_while(|row| row.number < line).count();
        if result.is_ok() && !cut.names.is_empty() {
            assert_eq!(cut.names, whole.names, "{keep}");
            assert!(cut.rows.len() >= sure, "{keep}: rows of whole records are missing");
        }
        let sure = sure.min(cut.rows.len());
        assert_eq!(cut.rows[..sure], whole.rows[..sure], "{keep}");
        let behind = &cut.rows[sure..];
        assert!(behind.iter().all(|row| row.number == line), "{keep}: a row stands behind the break");
        // What is completed, and what may be joined, has the right number of fields too early.
        let joined = broken.contains("China, Hong");
        if !padded && !joined {
            for (row, whole) in behind.iter().zip(&whole.rows[sure..]) {
                assert!(begins(row, whole), "{keep}: {row:?} is no beginning of {whole:?}");
                // Only the last cell can have lost something.
                let all_but_last = row.texts.len() - usize::from(row.cell.is_none());
                assert!(row.cell.is_some() || row.texts[..all_but_last] == whole.texts[..all_but_last], "{keep}");
            }
            assert!(cut.rows.len() <= whole.rows.len(), "{keep}");
        }
        assert!(cut.ragged.iter().all(|ragged| ragged.row == line || whole.ragged.contains(ragged)), "{keep}: {:?}", cut.ragged);
        handed_over += usize::from(!cut.rows.is_empty());
    }
    assert!(handed_over > 0);
}

fn utf8(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// What windows-1252 writes as it writes ISO 8859-1.
fn western(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

fn big_endian(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

const BELOW_A_PREAMBLE: &[&str] = &[
    "Extracted:,\"Oficina de\n Estadística\"\n",
    "\n",
    "Years:\n",
    "Year,\"Country of origin\",Refugees,Returned\n",
    "2015,Afghanistan,54,-\n",
    "2015,\"Iran (\"\"Rep.\"\")\",\"0\",\"several\nlines\"\n",
    "2016,China, Hong Kong SAR,5,0\n",
    "Source: UNHCR\n",
    "2017,Chile,9,12",
];
const PREAMBLE: &str = "[csv]\nheader = { starts_with = [\"Year\", \"Country of origin\"] }\nunquoted_texts = [\"China, Hong Kong SAR\"]\n\
    notes = [\"Source:\"]\ncolumns = { origin = [\"Country of origin\"] }\nfacts = { by = { row = 1, column = 2 } }";

#[test]
fn a_table_below_a_preamble_with_notes() {
    delimited(PREAMBLE, BELOW_A_PREAMBLE, utf8);
    delimited(&format!("{PREAMBLE}\nencoding = \"windows-1252\""), BELOW_A_PREAMBLE, western);
    delimited(&format!("{PREAMBLE}\nencoding = \"utf-16be\""), BELOW_A_PREAMBLE, big_endian);
}

const WIDE: &[&str] = &[
    "Cuadro 3\r\n",
    ";2019;;2020\r\n",
    "Región;M;F;M\r\n",
    "Maule;1;22;3\r\n",
    "Ñuble;;\"5\";66\r\n",
    "Fuente: INE\r\n",
    "Biobío;7;8;99\r\n",
];
const UNPIVOT: &str = "[csv]\ndelimiter = \";\"\nheader = { starts_with = [\"\", \"2019\"], rows = 2 }\nnotes = [\"Fuente\"]\n\
    unpivot = { keep = [\"Región\"], levels = [\"year\", \"sex\"] }";

#[test]
fn a_wide_table_made_long() {
    delimited(UNPIVOT, WIDE, utf8);
    delimited(&format!("{UNPIVOT}\nencoding = \"windows-1252\""), WIDE, western);
}

#[test]
fn a_table_whose_short_rows_are_completed() {
    let records = ["a,b,c\n", "1,22,333\n", "4\n", "55,\"6,6\"\n", "Source: x\n", "7,8,99\n"];
    delimited("[csv]\npad_short_rows = true\nnotes = [\"Source\"]", &records, utf8);
    delimited("[csv]\npad_short_rows = true\nheader = { row = 1 }\nunpivot = { keep = [\"a\"], levels = [\"year\"] }", &records[..4], utf8);
}

#[test]
fn a_table_with_a_delimiter_at_the_end_of_every_line() {
    let records = ["Last Updated Date,2025-04-15,\n", "\n", "Name,Code,1960,1961,\n", "A,AFE,-1,22,\n", "B,NAM,5e+05,\"66\",\n"];
    let definition = "[csv]\nheader = { starts_with = [\"Name\", \"Code\"] }\ntrailing_empty_column = true\n\
        facts = { updated = { row = 1, column = 2 } }\nunpivot = { keep = [\"Name\", \"Code\"], levels = [\"year\"] }";
    delimited(definition, &records, utf8);
    delimited(
        "[csv]\ndelimiter = \"|\"\nheader = { titles = [\"year\", \"country\", \"n\"] }",
        &["2020|Chile|5\n", "2021|Perú|66\n"],
        utf8,
    );
}

#[test]
fn padding_that_is_cut_costs_nothing() {
    let body = [&b"a,b\n1,2\n3,4\n"[..], &[0; 40]].concat();
    let forms = forms("[csv]\nnul_padding = true");
    let (whole, _) = read(&body, &forms);
    for keep in 12..body.len() {
        let (cut, result) = read(&body[..keep], &forms);
        result.unwrap();
        assert_eq!(cut.rows, whole.rows);
    }
}

#[test]
fn lines_of_json_end_where_a_value_does() {
    let lines = [
        "{\"a\":\"á\\u00e9\",\"n\":{\"x\":1.50},\"t\":[1,\"]\"]}\n",
        "{\"a\":null,\"n\":{\"x\":-2e3},\"t\":[]}\r\n",
        "{\"a\":\"}\",\"n\":{\"x\":3},\"t\":[2,3]}",
    ];
    let body = lines.concat();
    for definition in [
        "[json]\nrows = \"\"\nlines = true",
        "[json]\nrows = \"\"\nlines = true\njoin = [\"t\"]",
        "[json]\nrows = \"\"\nlines = true\nexplode = \"t\"",
    ] {
        let forms = forms(definition);
        let (whole, result) = read(body.as_bytes(), &forms);
        result.unwrap();
        for keep in 0..body.len() {
            let (cut, result) = read(&body.as_bytes()[..keep], &forms);
            let ends: Vec<usize> =
                lines.iter().scan(0, |at, line| Some(std::mem::replace(at, *at + line.len()) + line.trim_end().len())).collect();
            let complete = ends.iter().filter(|end| **end <= keep).count();
            // Between two lines nothing tells that there was another one.
            let at_a_value = complete > 0 && body.as_bytes()[ends[complete - 1]..keep].iter().all(u8::is_ascii_whitespace);
            assert_eq!(result.is_ok(), at_a_value, "{keep}: {result:?}");
            let expected = whole.rows.iter().take_while(|row| at_a_value && row.number as usize <= complete).count();
            assert_eq!(cut.rows, whole.rows[..expected], "{keep}");
        }
    }
}

#[test]
fn rows_that_are_arrays_come_out_of_a_whole_body_only() {
    for (definition, body) in [
        ("[json]\nrows = \"\"\nshape = \"arrays\"\nheader = true", r#"[["name","n"],["Perú","1"],["Chi\"le",2.50]]"#),
        (
            "[json]\nrows = \"/data\"\nshape = \"arrays\"\nnames = \"/meta/*/id\"",
            r#"{"data":[[1,"é"],[null,true]],"meta":[{"id":"a"},{"id":"b"}]}"#,
        ),
        (
            "[json]\nrows = \"/data\"\nshape = \"arrays\"\nnames = \"/meta/*/id\"",
            r#"{"meta":[{"id":"a"},{"id":"b"}],"data":[[1,"é"],[[],{}]]}"#,
        ),
        ("[json]\nrows = \"\"\nshape = \"columns\"", r#"{"year":[2020,2021],"n":["1",null]}"#),
    ] {
        let forms = forms(definition);
        let (whole, result) = read(body.as_bytes(), &forms);
        result.unwrap();
        assert_eq!(whole.rows.len(), 2);
        for keep in 0..body.len() {
            let (cut, result) = read(&body.as_bytes()[..keep], &forms);
            assert!(cut.rows.is_empty(), "{keep}");
            assert!(matches!(result, Err(DecodeError::Truncated { .. } | DecodeError::Empty { .. })), "{keep}: {result:?}");
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstandard(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("data.txt", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_message_in_a_container_comes_out_whole_or_not_at_all() {
    let series = r#"{"data":{"structures":[{"dimensions":{"series":[{"id":"A","values":[{"id":"x"}]}],"observation":[{"id":"T","values":[{"id":"1"},{"id":"2"}]}]}}],
        "dataSets":[{"series":{"0":{"observations":{"0":[1.5],"1":[2]}}}}]}}"#;
    let cube =
        r#"{"version":"2.0","class":"dataset","id":["t"],"size":[2],"dimension":{"t":{"category":{"index":["1","2"]}}},"value":[1.50,2]}"#;
    for (definition, body) in [
        ("[csv]", "a,b\n1,2\n3,4\n5,é\n"),
        ("[eurostat_tsv]", "freq,geo\\TIME_PERIOD\t2022 \t2023 \nA,AT\t455 \t: c\nA,BE\t1 p\t2\n"),
        ("[sdmx_csv]", "DATAFLOW,FREQ,TIME_PERIOD,OBS_VALUE\nE:D(1.0),A,2020,5\nE:D(1.0),A,2021,6\n"),
        ("[json]\nrows = \"\"\nlines = true", "{\"a\":1}\n{\"a\":2}\n"),
        ("[sdmx_json]", series),
        ("[json_stat]", cube),
    ] {
        let forms = forms(definition);
        let (bare, result) = read(body.as_bytes(), &forms);
        result.unwrap();
        for packed in [gzip(body.as_bytes()), zstandard(body.as_bytes()), zip(body.as_bytes()), zip(&gzip(body.as_bytes()))] {
            let (whole, result) = read(&packed, &forms);
            result.unwrap();
            assert_eq!((&whole.names, &whole.rows), (&bare.names, &bare.rows));
            for keep in 0..packed.len() {
                let (cut, result) = read(&packed[..keep], &forms);
                assert!(cut.rows.is_empty() && cut.ragged.is_empty(), "{definition}: {keep} of {}", packed.len());
                // One byte may be a title without rows: `P` or `(`.
                assert!(result.is_err() || keep == 1, "{definition}: {keep} of {}", packed.len());
            }
        }
    }
}
