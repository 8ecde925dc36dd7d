//! Dialects of delimited text, from declared bytes to rows: encodings, padding, containers.

use std::io::Write as _;

use crate::collected::Collected;

fn rows(body: &[u8], definition: &str) -> Vec<(u32, Vec<String>)> {
    let decoded = Collected::decode(body, definition).unwrap();
    assert!(decoded.ragged.is_empty(), "{:?}", decoded.ragged);
    decoded.rows.into_iter().map(|row| (row.number, row.texts.into_iter().map(Option::unwrap_or_default).collect())).collect()
}

fn row<const N: usize>(number: u32, texts: [&str; N]) -> (u32, Vec<String>) {
    (number, texts.map(str::to_owned).to_vec())
}

#[test]
fn windows_1252_has_its_own_dashes_quotes_and_euro() {
    let body = b"Cuadro 1 \x96 Poblaci\xF3n\r\nregi\xF3n;a\xF1o;monto\r\n\x93\xD1uble\x94;2020;5 \x80\r\nD\x92Arc;2021;\x85\r\n";
    let definition = "[csv]\nencoding = \"windows-1252\"\ndelimiter = \";\"\nheader = { starts_with = [\"región\"] }\n\
        columns = { region = [\"región\"] }\nfacts = { title = { row = 1, column = 1 } }";
    assert_eq!(rows(body, definition), [row(3, ["“Ñuble”", "2020", "5 €"]), row(4, ["D’Arc", "2021", "…"])]);
    let decoded = Collected::decode(body, definition).unwrap();
    assert_eq!(
        (decoded.names.as_slice(), decoded.facts["title"].as_str()),
        (&["region", "año", "monto"].map(str::to_owned)[..], "Cuadro 1 – Población")
    );
    // The same bytes are no ISO 8859-1, which has control characters there, and a byte without a character is none in windows-1252 either.
    let error = Collected::decode(body, &definition.replace("windows-1252", "iso-8859-1")).unwrap_err().to_string();
    assert!(error.starts_with("the body is not ISO-8859-1: byte 0x96"), "{error}");
    let error = Collected::decode(b"a;b\n1;\x81\n", "[csv]\nencoding = \"windows-1252\"\ndelimiter = \";\"").unwrap_err().to_string();
    assert!(error.starts_with("the body is not windows-1252: byte 0x81") && error.contains("line 2, column 3 (byte 6)"), "{error}");
}

#[test]
fn utf_16_is_read_in_either_order_with_and_without_its_mark() {
    let text = "región\taño\r\n\"Ñuble\r\nañadida\"\t2020\r\n😀\t2021\r\n";
    let expected = [row(2, ["Ñuble\r\nañadida", "2020"]), row(4, ["😀", "2021"])];
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (encoding, mark, units) in [("utf-16be", &b"\xFE\xFF"[..], big), ("utf-16le", b"\xFF\xFE", little)] {
        let definition = format!("[csv]\nencoding = \"{encoding}\"\ndelimiter = \"\\t\"");
        assert_eq!(rows(&[mark, &units].concat(), &definition), expected);
        assert_eq!(rows(&units, &definition), expected, "{encoding} without a mark");
        // Half a unit, and half a pair of units, are no character.
        assert!(Collected::decode(&[&units[..], &b"\0"[..]].concat(), &definition).is_err());
        let lone: &[u8] = if encoding == "utf-16be" { b"\xD8\x3D" } else { b"\x3D\xD8" };
        assert!(Collected::decode(&[&units[..], lone].concat(), &definition).is_err());
    }
}

#[test]
fn padding_behind_the_text_is_passed_over_by_declaration_only() {
    let text = "year,country,n\r\n2020,Chile,5\r\n2021,Perú,6\r\n";
    let padded = [text.as_bytes(), &[0; 1000]].concat();
    let expected = [row(2, ["2020", "Chile", "5"]), row(3, ["2021", "Perú", "6"])];
    assert_eq!(rows(&padded, "[csv]\nnul_padding = true"), expected);
    assert_eq!(rows(text.as_bytes(), "[csv]\nnul_padding = true"), expected, "a body may fill its blocks exactly");
    let undeclared = Collected::decode(&padded, "[csv]").unwrap_err().to_string();
    assert!(undeclared.contains("a null character"), "{undeclared}");
    let behind = Collected::decode(&[&padded[..], b"x"].concat(), "[csv]\nnul_padding = true").unwrap_err().to_string();
    assert!(behind.contains("text behind the null characters"), "{behind}");
}

#[test]
fn a_table_of_eurostat_is_served_in_gzip() {
    let table = "freq,unit,geo\\TIME_PERIOD\t2022 \t2023 \nA,PER,AT\t455 \t: c\nA,PER,BE\t: \t12.30 bd\n";
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(table.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let definition = "[eurostat_tsv]\ncolumns = { area = [\"geo\"] }";
    let [bare, inflated] = [table.as_bytes(), &packed].map(|body| Collected::decode(body, definition).unwrap());
    assert_eq!((&inflated.names, &inflated.rows), (&bare.names, &bare.rows));
    assert_eq!(inflated.column("area"), ["AT", "AT", "BE"].map(Some));
    assert_eq!(inflated.column("OBS_VALUE"), [Some("455"), None, Some("12.30")]);
    assert_eq!(inflated.column("OBS_FLAG"), [None, Some("c"), Some("bd")]);
    assert_eq!((inflated.part.as_deref(), inflated.rows[2].number, inflated.rows[2].cell), (None, 3, Some(3)));
}
