//! Workbooks that were cut off or changed on the way.

use super::{STOCK, STRINGS, by_hand, stock};
use crate::source::Bytes;
use crate::testing::{Collected, zipped};
use crate::xlsx::{XlsxForm, decode, guess};
use crate::{DecodeError, Forms, Limits};

fn form(definition: &str) -> XlsxForm {
    toml::from_str::<Forms>(definition).unwrap().xlsx.unwrap()
}

fn collected(body: &[u8], form: &XlsxForm) -> (Collected, Result<(), DecodeError>) {
    let mut sink = Collected::default();
    let result = decode(&Bytes(body), form, Limits { batch_rows: 1, ..Limits::default() }, &mut sink);
    (sink, result.map(|_| ()))
}

#[test]
fn no_truncation_yields_any_row() {
    let body = stock(0);
    let form = form(STOCK);
    for keep in 0..body.len() {
        let (sink, result) = collected(&body[..keep], &form);
        assert!(matches!(result, Err(DecodeError::Truncated { .. })), "{keep}: {result:?}");
        assert!(sink.batches.is_empty());
        assert!(guess(&Bytes(&body[..keep]), None, Limits::default()).is_err());
    }
}

const SHEET: &str = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>n&amp;m</t></is></c></row>\
    <row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\"><v>2</v></c></row><row><c><v>3</v></c><c t=\"str\"><f>\"a\"</f><v>a</v></c></row></sheetData>\
    <mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells>";

#[test]
fn no_truncation_of_a_sheet_yields_rows_past_the_break() {
    let form = form("[xlsx]\nmerged_rows = true");
    let (whole, result) = collected(&by_hand(SHEET, STRINGS), &form);
    result.unwrap();
    assert_eq!(whole.rows(), [2, 3]);
    let end = SHEET.find("</sheetData>").unwrap();
    for keep in (0..SHEET.len()).filter(|keep| SHEET.is_char_boundary(*keep)) {
        // The archive is whole, so that the break is inside of its XML: a tag that is cut ends with that of the worksheet.
        let (sink, result) = collected(&by_hand(&SHEET[..keep], STRINGS), &form);
        assert!(keep > end + 11 || result.is_err(), "{keep}");
        assert!(whole.rows().starts_with(&sink.rows()), "{keep}");
        let before = SHEET[..keep].matches("</row>").count().saturating_sub(1);
        assert!(sink.rows().len() <= before, "{keep}: a row that is not whole was handed over");
    }
}

#[test]
fn no_changed_byte_of_any_part_makes_the_reader_panic() {
    let form = form("[xlsx]\nheader_rows = [1]\njoin = \" \"\nmerged_rows = true");
    let body = by_hand(SHEET, STRINGS);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&body)).unwrap();
    let members: Vec<(String, Vec<u8>)> = (0..archive.len())
        .map(|index| {
            let mut member = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut member, &mut bytes).unwrap();
            (member.name().unwrap().into_owned(), bytes)
        })
        .collect();
    for index in 0..members.len() {
        for at in 0..members[index].1.len() {
            for byte in *b"<\"&9" {
                let mut damaged: Vec<(&str, Vec<u8>)> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
                damaged[index].1[at] = byte;
                let (sink, _) = collected(&zipped(&damaged), &form);
                assert!(sink.rows().len() <= 3);
            }
        }
    }
}

#[test]
fn a_sheet_larger_than_the_cap_is_refused_when_it_gets_there() {
    let rows: Vec<String> = (2..3000).map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\"><v>{row}</v></c></row>")).collect();
    let body = by_hand(&format!("<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>{}</sheetData>", rows.concat()), STRINGS);
    let limits = Limits { max_inflated_bytes: 50_000, ..Limits::default() };
    let error = decode(&Bytes(&body), &form("[xlsx]"), limits, &mut Collected::default()).unwrap_err();
    assert_eq!(error.to_string(), "member \"xl/worksheets/sheet1.xml\" is larger than 50000 bytes once inflated");
}
