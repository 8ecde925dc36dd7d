//! Forms of the standard that few programs write: the strict one, dates from 1904, dates as texts; and each part cut off by itself.

use super::{LONG, texts};
use crate::source::Bytes;
use crate::testing::{Collected, decode_as, zipped};
use crate::xlsx::{XlsxForm, decode};
use crate::{DecodeError, Format, Known, Limits, Message};

/// The namespaces of a form of the standard.
struct Standard {
    main: &'static str,
    office: &'static str,
}

/// ISO 29500 part 4, and ECMA-376 before it.
const TRANSITIONAL: Standard = Standard {
    main: "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    office: "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
};

/// ISO 29500 part 1.
const STRICT: Standard =
    Standard { main: "http://purl.oclc.org/ooxml/spreadsheetml/main", office: "http://purl.oclc.org/ooxml/officeDocument/relationships" };

const SHEET: &str = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c></row>\
    <row r=\"2\"><c r=\"A2\" t=\"s\"><v>3</v></c><c r=\"B2\" s=\"1\"><v>44481</v></c><c r=\"C2\"><v>1.50</v></c></row>\
    <row r=\"3\"><c r=\"A3\"/><c r=\"B3\" s=\"2\"><v>44481.5</v></c><c r=\"C3\"><f>C2*2</f><v>3</v></c></row></sheetData>\
    <mergeCells count=\"1\"><mergeCell ref=\"A2:A3\"/></mergeCells>";

/// The parts of a workbook in that form, with a hidden sheet before the visible one.
fn parts(standard: &Standard, properties: &str, sheet: &str) -> Vec<(&'static str, Vec<u8>)> {
    let Standard { main, office } = standard;
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relations = |list: &[(&str, &str, &str)]| {
        let one =
            |(id, kind, target): &(&str, &str, &str)| format!("<Relationship Id=\"{id}\" Type=\"{office}/{kind}\" Target=\"{target}\"/>");
        format!("{head}<Relationships xmlns=\"{package}\">{}</Relationships>", list.iter().map(one).collect::<String>()).into_bytes()
    };
    let part = |root: &str, inner: &str| format!("{head}<{root} xmlns=\"{main}\" xmlns:r=\"{office}\">{inner}</{root}>").into_bytes();
    let book = format!(
        "<workbookPr {properties}/><sheets><sheet name=\"Viejo\" sheetId=\"1\" state=\"hidden\" r:id=\"r1\"/>\
         <sheet name=\"Table 1\" sheetId=\"2\" r:id=\"r2\"/></sheets>"
    );
    let strings = "<si><t>area</t></si><si><t>day</t></si><si><r><t>n</t></r></si><si><t xml:space=\"preserve\"> Perú</t></si>";
    let styles = "<numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\\ hh:mm\"/></numFmts>\
        <cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs>";
    vec![
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("_rels/.rels", relations(&[("r1", "officeDocument", "/xl/workbook.xml")])),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[
                ("r1", "worksheet", "worksheets/sheet1.xml"),
                ("r2", "worksheet", "worksheets/sheet2.xml"),
                ("r3", "sharedStrings", "sharedStrings.xml"),
                ("r4", "styles", "styles.xml"),
            ]),
        ),
        ("xl/workbook.xml", part("workbook", &book)),
        ("xl/sharedStrings.xml", part("sst", strings)),
        ("xl/styles.xml", part("styleSheet", styles)),
        ("xl/worksheets/sheet1.xml", part("worksheet", "<sheetData/>")),
        ("xl/worksheets/sheet2.xml", part("worksheet", sheet)),
    ]
}

#[test]
fn a_strict_workbook_is_read_as_a_transitional_one() {
    for standard in [&TRANSITIONAL, &STRICT] {
        let body = zipped(&parts(standard, "", SHEET));
        for definition in ["[xlsx]\nmerged_rows = true", &format!("{LONG}\nmerged_rows = true")] {
            let sink = decode_as(&body, definition).unwrap();
            assert_eq!((sink.names(), sink.rows()), (vec!["area", "day", "n"], vec![2, 3]));
            assert_eq!(texts(&sink.column("area")), [" Perú", " Perú"]);
            assert_eq!(texts(&sink.column("day")), ["2021-10-12", "2021-10-12T12:00:00"]);
            assert_eq!(texts(&sink.column("n")), ["1.5", "3"]);
        }
        let source = Bytes(&body);
        assert_eq!(Message::recognize(&source, Known::default(), Limits::default()).unwrap().format(), Format::Xlsx);
    }
}

#[test]
fn days_count_from_1904_where_the_workbook_says_so() {
    for (properties, day) in [
        ("date1904=\"1\"", "2025-10-13"),
        ("codeName=\"x\" date1904=\"true\"", "2025-10-13"),
        ("date1904=\"0\"", "2021-10-12"),
        ("date1904=\"false\"", "2021-10-12"),
    ] {
        for standard in [&TRANSITIONAL, &STRICT] {
            let sink = decode_as(&zipped(&parts(standard, properties, SHEET)), "[xlsx]").unwrap();
            assert_eq!(texts(&sink.column("day")), [day.to_owned(), format!("{day}T12:00:00")], "{properties}");
        }
    }
}

#[test]
fn a_sheet_without_merged_cells_has_none() {
    let cells = SHEET.split("<mergeCells").next().unwrap_or_default();
    for behind in ["", "<pageMargins left=\"0\"/>", "<mergeCells count=\"0\"/>", "<mergeCells></mergeCells>"] {
        let sink = decode_as(&zipped(&parts(&STRICT, "", &format!("{cells}{behind}"))), "[xlsx]\nmerged_rows = true").unwrap();
        assert_eq!(texts(&sink.column("area")), [" Perú", "∅"], "{behind}");
    }
}

#[test]
fn a_day_that_is_written_as_text_stays_what_it_is() {
    let sheet = "<sheetData><row r=\"1\"><c t=\"s\"><v>1</v></c></row><row r=\"2\"><c t=\"d\" s=\"1\"><v>2025-10-13</v></c></row>\
        <row r=\"3\"><c t=\"d\"><v>2025-10-13T12:00:00</v></c></row></sheetData>";
    let sink = decode_as(&zipped(&parts(&STRICT, "", sheet)), "[xlsx]").unwrap();
    assert_eq!(texts(&sink.column("day")), ["2025-10-13", "2025-10-13T12:00:00"]);
}

/// Decodes, and keeps what was handed over before an error.
fn collected(body: &[u8], form: &XlsxForm) -> (Collected, Result<(), DecodeError>) {
    let mut sink = Collected::default();
    let result = decode(&Bytes(body), form, Limits { batch_rows: 1, ..Limits::default() }, &mut sink);
    (sink, result.map(|_| ()))
}

#[test]
fn no_part_that_is_cut_inside_of_a_whole_archive_is_taken_for_whole() {
    let form = XlsxForm { sheet: None, merged_rows: true, ..XlsxForm::plain("", 1) };
    let whole = parts(&TRANSITIONAL, "date1904=\"1\"", SHEET);
    let (expected, result) = collected(&zipped(&whole), &form);
    result.unwrap();
    assert_eq!(expected.rows(), [2, 3]);
    for (index, (name, bytes)) in whole.iter().enumerate() {
        // Content types say nothing that is needed, and the other sheet is not asked for.
        if matches!(*name, "[Content_Types].xml" | "xl/worksheets/sheet1.xml") {
            continue;
        }
        for keep in 0..bytes.len() {
            let mut cut = whole.clone();
            cut[index].1.truncate(keep);
            let (sink, result) = collected(&zipped(&cut), &form);
            // Behind the merged cells nothing is looked for.
            if name.ends_with("sheet2.xml") && bytes.len() - keep <= "</worksheet>".len() {
                assert_eq!((sink.rows(), result.is_ok()), (expected.rows(), true), "{name} cut at {keep}");
                continue;
            }
            assert!(matches!(result, Err(DecodeError::Malformed { .. })), "{name} cut at {keep}: {result:?}");
            assert!(name.ends_with("sheet2.xml") || sink.batches.is_empty(), "{name} cut at {keep}");
            assert!(expected.rows().starts_with(&sink.rows()), "{name} cut at {keep}");
            assert!(expected.column("day").starts_with(&sink.column("day")), "{name} cut at {keep}");
        }
    }
}
