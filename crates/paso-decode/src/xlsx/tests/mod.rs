mod damaged;
mod guessed;
mod layouts;
mod old;
mod peer;
mod variants;

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use crate::testing::{Collected, decode_as, decode_within, zipped};
use crate::{DecodeError, Limits};

/// Two header rows as UN DESA has them: block titles in row 8, years in row 11, an untitled running number on the left.
const STOCK: &str = r#"
[xlsx]
sheet = "Table 1"
header_rows = [8, 11]
columns = { code = ["Location code"], area = ["Region, development group, country or area"] }
unpivot = { keep = ["code", "area", "Type of data"], levels = ["sex", "period"] }
facts = { edition = { row = 4, column = 5 } }
"#;

fn saved(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Table 1").unwrap();
    fill(sheet);
    workbook.add_worksheet().set_name("NOTES").unwrap();
    workbook.save_to_buffer().unwrap()
}

/// Writes the table with its header `down` rows lower than it should be.
fn stock(down: u32) -> Vec<u8> {
    saved(|sheet| {
        sheet.write(3, 4, "POP/DB/MIG/Stock/Rev.2020").unwrap();
        sheet.merge_range(7 + down, 4, 8 + down, 5, "both sexes\ncombined", &Format::new()).unwrap();
        sheet.write(7 + down, 6, "females").unwrap();
        sheet.write_row(10 + down, 1, ["Region, development group,\ncountry or area", "Location code", "Type of data"]).unwrap();
        sheet.write_row(10 + down, 4, [2015, 2020, 2020]).unwrap();
        for (row, code, area, values) in
            [(11, 900, "WORLD", [1.0, 280_598_105.0, 2.5]), (12, 152, "   Chile*", [639_724.0, 1_645_015.0, 814_942.0])]
        {
            sheet.write(row + down, 0, row - 10).unwrap();
            sheet.write(row + down, 1, area).unwrap();
            sheet.write(row + down, 2, code).unwrap();
            sheet.write_row(row + down, 4, values).unwrap();
        }
        sheet.write(13 + down, 1, "South America").unwrap();
        sheet.write(13 + down, 5, "..").unwrap();
    })
}

fn texts(column: &[Option<String>]) -> Vec<&str> {
    column.iter().map(|text| text.as_deref().unwrap_or("∅")).collect()
}

fn fails(body: &[u8], definition: &str) -> String {
    decode_as(body, definition).unwrap_err().to_string()
}

#[test]
fn a_table_under_two_header_rows_is_made_long() {
    let sink = decode_as(&stock(0), STOCK).unwrap();
    assert_eq!(sink.batches[0].part.as_deref(), Some("Table 1"));
    assert_eq!(sink.names(), ["code", "area", "Type of data", "sex", "period", "value"]);
    assert_eq!(sink.rows(), [12, 12, 12, 13, 13, 13, 14, 14, 14]);
    assert_eq!(sink.cells(), [5, 6, 7, 5, 6, 7, 5, 6, 7]);
    assert_eq!(texts(&sink.column("code")), ["900", "900", "900", "152", "152", "152", "∅", "∅", "∅"]);
    assert_eq!(texts(&sink.column("sex"))[..3], ["both sexes combined", "both sexes combined", "females"]);
    assert_eq!(texts(&sink.column("period"))[..3], ["2015", "2020", "2020"]);
    assert_eq!(texts(&sink.column("value")), ["1", "280598105", "2.5", "639724", "1645015", "814942", "∅", "..", "∅"]);
    assert_eq!(sink.cell(3, "area").as_deref(), Some("   Chile*"), "names keep their indentation and footnote marks");
    assert_eq!(sink.facts["edition"], "POP/DB/MIG/Stock/Rev.2020");
}

#[test]
fn a_header_that_moved_says_where_it_went() {
    let error = decode_as(&stock(1), STOCK).unwrap_err();
    assert_eq!(
        error.to_string(),
        "header moved or renamed: expected \"Location code\" in row 11 of sheet \"Table 1\", found nothing (it stands in cell C12)"
    );
    assert!(error.hint().unwrap().contains("if the header moved"));
}

#[test]
fn a_renamed_column_shows_what_stands_there() {
    let renamed = STOCK.replace("Location code", "LocID");
    assert_eq!(
        fails(&stock(0), &renamed),
        "header moved or renamed: expected \"LocID\" in row 11 of sheet \"Table 1\", found \"Region, development group, country or area\", \
         \"Location code\", \"Type of data\", \"2015\", \"2020\", \"2020\""
    );
}

#[test]
fn a_block_title_that_moved_is_noticed() {
    let error = fails(&stock(0), &STOCK.replace("[8, 11]", "[7, 11]"));
    assert_eq!(error, "the header of sheet \"Table 1\" does not fit the definition at cell E7: a value column has no title there");
}

#[test]
fn a_missing_sheet_lists_the_others() {
    assert_eq!(
        fails(&stock(0), &STOCK.replace("\"Table 1\"", "\"Table 16\"")),
        "expected a sheet named \"Table 16\", found \"Table 1\", \"NOTES\""
    );
}

const LONG: &str = "[xlsx]\nsheet = \"Table 1\"";

#[test]
fn every_kind_of_cell_becomes_text() {
    let body = saved(|sheet| {
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_row(0, 0, ["text", "number", "truth", "day", "formula", "error", "words", "empty"]).unwrap();
        sheet.write(1, 0, "*").unwrap();
        sheet.write(1, 1, 8.605_341_153_154_372).unwrap();
        sheet.write(1, 2, false).unwrap();
        sheet.write_with_format(1, 3, ExcelDateTime::from_ymd(2023, 7, 1).unwrap(), &day).unwrap();
        sheet.write(1, 4, Formula::new("=A17+1").set_result("18")).unwrap();
        sheet.write(1, 5, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
        sheet.write(1, 6, Formula::new("=\"a\"&\"b\"").set_result("ab")).unwrap();
    });
    let sink = decode_as(&body, LONG).unwrap();
    let row: Vec<Option<String>> = sink.names().into_iter().map(|name| sink.cell(0, name)).collect();
    assert_eq!(texts(&row), ["*", "8.605341153154372", "false", "2023-07-01", "18", "#DIV/0!", "ab", "∅"]);
    assert_eq!(sink.batches[0].cells, None);
}

#[test]
fn rows_keep_their_number_where_the_used_range_does_not_begin_at_a1() {
    let body = saved(|sheet| {
        sheet.write_row(4, 2, ["code", "n"]).unwrap();
        sheet.write_row(5, 2, [152, 1]).unwrap();
        sheet.write_row(8, 2, [32, 2]).unwrap();
    });
    let sink = decode_as(&body, &format!("{LONG}\nheader_rows = [5]")).unwrap();
    assert_eq!(sink.names(), ["column 1", "column 2", "code", "n"]);
    assert_eq!(sink.batches[0].columns[2].position, 3);
    assert_eq!(sink.rows(), [6, 9], "empty rows are skipped");
    let sink = decode_as(&body, &format!("{LONG}\nheader_rows = [5]\nstop_when_empty = true")).unwrap();
    assert_eq!(sink.rows(), [6], "or end the table");
}

/// A table with a blank row, notes below it, and a note beside it.
fn annotated(beside: &str) -> Vec<u8> {
    saved(|sheet| {
        sheet.write_row(0, 0, ["code", "n"]).unwrap();
        sheet.write_row(1, 0, [152, 1]).unwrap();
        sheet.write(1, 4, beside).unwrap();
        sheet.write(2, 0, "  ").unwrap();
        sheet.write(3, 0, "Source: Population Division").unwrap();
        sheet.write(4, 1, "2020-12-31").unwrap();
    })
}

#[test]
fn notes_below_the_table_end_with_it_and_facts_may_stand_among_them() {
    let definition = format!("{LONG}\nstop_when_empty = true\nfacts = {{ edition = {{ row = 5, column = 2 }} }}");
    let sink = decode_as(&annotated(" "), &definition).unwrap();
    assert_eq!(sink.rows(), [2]);
    assert_eq!(sink.facts["edition"], "2020-12-31");
    assert_eq!(decode_as(&annotated(" "), LONG).unwrap().rows(), [2, 4, 5]);
}

#[test]
fn a_value_beside_the_table_is_an_error_unless_declared() {
    let body = annotated("see notes");
    let error = decode_as(&body, LONG).unwrap_err();
    assert_eq!(error.to_string(), "sheet \"Table 1\" has a value under no title at cell E2: \"see notes\"");
    assert!(error.hint().unwrap().contains("last_column"));
    assert_eq!(decode_as(&body, &format!("{LONG}\nlast_column = 2\nstop_when_empty = true")).unwrap().rows(), [2]);
}

#[test]
fn an_empty_first_row_is_an_error() {
    assert_eq!(
        fails(&stock(0), &STOCK.replace("[8, 11]", "[8, 11]\nfirst_row = 20")),
        "row 20 of sheet \"Table 1\" is empty, data should start there"
    );
    assert_eq!(fails(&annotated(""), &format!("{LONG}\nfirst_row = 3")), "row 3 of sheet \"Table 1\" is empty, data should start there");
    assert!(fails(&stock(0), &format!("{LONG}\nheader_rows = [99]")).contains("no title stands there"));
}

#[test]
fn a_missing_fact_is_an_error() {
    let error = fails(&stock(0), &STOCK.replace("row = 4", "row = 5"));
    assert_eq!(error, "nothing stands at row 5, column 5 of sheet \"Table 1\", where the definition expects the fact \"edition\"");
}

#[test]
fn a_truncated_workbook_says_where_it_ends() {
    let body = stock(0);
    for keep in [100, body.len() / 2, body.len() - 10] {
        let error = decode_as(&body[..keep], STOCK).unwrap_err();
        let expected = format!("the archive is cut off at byte {keep}: its directory, which stands at the end, is missing");
        if keep < body.len() - 22 {
            assert_eq!(error.to_string(), expected);
        }
        assert!(matches!(error, DecodeError::Truncated { .. }), "{error}");
    }
}

#[test]
fn a_flipped_bit_is_noticed_before_any_row_is_handed_over() {
    let mut body = stock(0);
    let sheet = body.windows(24).position(|window| window == b"xl/worksheets/sheet1.xml").unwrap();
    body[sheet + 120] ^= 0x40;
    let error = decode_as(&body, STOCK).unwrap_err();
    assert!(matches!(error, DecodeError::Member { .. }), "{error}");
    assert!(error.to_string().contains("xl/worksheets/sheet1.xml"));
}

/// A workbook whose parts are written by hand.
fn by_hand(sheet: &str, strings: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relation = |id: &str, kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}\"><Relationship Id=\"{id}\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    zipped(&[
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("_rels/.rels", relation("r1", "officeDocument", "xl/workbook.xml").into()),
        ("xl/_rels/workbook.xml.rels", relation("r1", "worksheet", "worksheets/sheet1.xml").into()),
        ("xl/workbook.xml", format!("<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"Table 1\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>").into()),
        ("xl/sharedStrings.xml", format!("<sst xmlns=\"{main}\" {strings}</sst>").into()),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\">{sheet}</worksheet>").into()),
    ])
}

const STRINGS: &str = "uniqueCount=\"2\"><si><t>code</t></si><si><r><t xml:space=\"preserve\">rich </t></r><r><t>text</t></r></si>";

fn hand(sheet: &str) -> Result<Collected, DecodeError> {
    decode_as(&by_hand(sheet, STRINGS), LONG)
}

#[test]
fn inline_strings_rich_text_and_cells_without_references_are_read() {
    let sheet = "<sheetData><row r=\"1\"><c t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is><t>PAÍS</t></is></c></row>\
        <row r=\"26978\"><c r=\"A26978\" t=\"s\"><v>1</v></c><c r=\"B26978\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> *</t></is></c></row></sheetData>";
    let body = by_hand(sheet, STRINGS);
    let sink = decode_as(&body, &format!("{LONG}\nfirst_row = 26978")).unwrap();
    assert_eq!((sink.names(), sink.rows()), (vec!["code", "PAÍS"], vec![26978]));
    assert_eq!((sink.cell(0, "code").as_deref(), sink.cell(0, "PAÍS").as_deref()), (Some("rich text"), Some(" *")));
}

#[test]
fn absurd_references_are_malformed_and_never_a_panic() {
    let cases = [
        "<sheetData><row r=\"1\"><c r=\"ZZZZZZZZZZ1\"><v>1</v></c></row></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"A99999999999\"><v>1</v></c></row></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"XFE1\"><v>1</v></c></row></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"A1048577\"><v>1</v></c></row></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row></sheetData>",
        "<dimension ref=\"B5:A1\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>",
        "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>99</v></c></row></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v>",
        "<chart/>",
    ];
    for sheet in cases {
        let error = hand(sheet).unwrap_err();
        assert!(matches!(error, DecodeError::Malformed { .. }), "{sheet}: {error}");
    }
}

#[test]
fn a_sheet_that_claims_a_billion_cells_costs_nothing() {
    let sheet = "<dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>\
        <row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"1048576\"><c r=\"A1048576\"><v>2</v></c><c r=\"XFD1048576\"/></row></sheetData>";
    assert_eq!(hand(sheet).unwrap().rows(), [2, 1_048_576]);
}

#[test]
fn a_count_of_strings_that_lies_is_not_believed() {
    let sheet = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row></sheetData>";
    let lying = "uniqueCount=\"99999999999999\"><si><t>code</t></si>";
    assert_eq!(decode_as(&by_hand(sheet, lying), LONG).unwrap().names(), ["code"]);
    let error = decode_as(&by_hand(sheet, &"\0".repeat(40)), LONG).unwrap_err();
    assert!(matches!(error, DecodeError::Malformed { .. }), "{error}");
}

#[test]
fn a_bomb_among_the_members_is_stopped_before_the_workbook_is_opened() {
    let padding = " ".repeat(20_000_000);
    let body = by_hand(&format!("<sheetData>{padding}</sheetData>"), STRINGS);
    let limits = Limits { max_inflated_bytes: 1 << 20, ..Limits::default() };
    let error = decode_within(&body, LONG, limits).unwrap_err();
    assert_eq!(error.to_string(), "member \"xl/worksheets/sheet1.xml\" is larger than 1048576 bytes once inflated");
}

#[test]
fn one_long_text_shared_by_many_cells_does_not_make_a_huge_batch() {
    let long = "x".repeat(1 << 20);
    let rows: Vec<String> = (2..200).map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>1</v></c></row>")).collect();
    let sheet = format!("<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>{}</sheetData>", rows.concat());
    let sink = decode_as(&by_hand(&sheet, &format!("uniqueCount=\"2\"><si><t>code</t></si><si><t>{long}</t></si>")), LONG).unwrap();
    assert_eq!(sink.rows().len(), 198);
    assert!(sink.batches.iter().all(|batch| batch.rows.len() <= 32), "32 MiB each");
}
