//! Layouts that publishers use: sheets, headers that move, merged cells, HXL, stacked blocks, notes.

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::{fails, texts};
use crate::testing::{Collected, decode_as};

/// A sheet's name and what fills it.
type Sheet<'s> = (&'s str, &'s dyn Fn(&mut Worksheet));

/// A workbook with these sheets; `hidden` ones begin with a dot.
fn workbook(sheets: &[Sheet<'_>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, fill) in sheets {
        let sheet = workbook.add_worksheet().set_name(name.trim_start_matches('.')).unwrap();
        sheet.set_hidden(name.starts_with('.'));
        sheet.set_active(!name.starts_with('.'));
        fill(sheet);
    }
    workbook.save_to_buffer().unwrap()
}

fn rows<'r>(first: u32, rows: &'r [&'r [&'r str]]) -> impl Fn(&mut Worksheet) + 'r {
    move |sheet| {
        for (row, texts) in (first - 1..).zip(rows) {
            for (column, text) in (0..).zip(*texts).filter(|(_, text)| !text.is_empty()) {
                sheet.write(row, column, *text).unwrap();
            }
        }
    }
}

fn one(first: u32, table: &[&[&str]]) -> Vec<u8> {
    workbook(&[("Table 1", &rows(first, table))])
}

fn all(sink: &Collected) -> Vec<Vec<String>> {
    let columns: Vec<Vec<Option<String>>> = sink.names().into_iter().map(|name| sink.column(name)).collect();
    (0..sink.rows().len()).map(|row| columns.iter().map(|column| column[row].clone().unwrap_or("∅".to_owned())).collect()).collect()
}

#[test]
fn sheets_are_named_or_fit_a_pattern_and_hidden_ones_are_only_named() {
    let table = |n: &'static str| rows(1, if n == "1" { &[&["code"], &["1"]] } else { &[&["code"], &["2"]] });
    let (a, b) = (table("1"), table("2"));
    let body = workbook(&[("Tabla 1 ", &a), (".Tabla 2", &b), ("Tabla 3", &b), ("Notas", &|_| ())]);
    let parts = |definition: &str| {
        let sink = decode_as(&body, definition).unwrap();
        sink.batches.iter().map(|batch| batch.part.as_deref().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(parts("[xlsx]\nsheets = [\"Tabla *\"]"), ["Tabla 1 ", "Tabla 3"]);
    assert_eq!(parts("[xlsx]\nsheets = [\"Tabla 3\", \"Tabla 2\", \"Tabla ?\"]"), ["Tabla 1 ", "Tabla 2", "Tabla 3"]);
    assert_eq!(parts("[xlsx]\nsheet = \"Tabla 2\""), ["Tabla 2"]);
    assert_eq!(parts("[xlsx]\nsheet = \"*3\""), ["Tabla 3"]);
    assert_eq!(
        fails(&body, "[xlsx]\nsheet = \"Tabla*\""),
        "decode.xlsx.sheet: 2 sheets fit \"Tabla*\": \"Tabla 1 \", \"Tabla 3\"; name one of them, or all of them under sheets"
    );
    assert!(fails(&body, "[xlsx]").starts_with("decode.xlsx.sheet: 3 sheets are visible: "));
    assert!(fails(&body, "[xlsx]\nsheet = \"*2\"").starts_with("expected a sheet named \"*2\", found "));
    let single = workbook(&[(".Hoja1", &b), ("Datos", &a)]);
    assert_eq!(decode_as(&single, "[xlsx]").unwrap().batches[0].part.as_deref(), Some("Datos"));
}

#[test]
fn facts_of_several_sheets_must_agree() {
    let definition = "[xlsx]\nsheets = [\"*\"]\nheader_rows = [2]\nfacts = { edition = { row = 1, column = 3 } }";
    let sheet = |edition: &'static str| move |sheet: &mut Worksheet| rows(1, &[&["", "", edition], &["a"], &["1"]])(sheet);
    let body = workbook(&[("a", &sheet("2020")), ("b", &sheet("2020"))]);
    assert_eq!(decode_as(&body, definition).unwrap().facts["edition"], "2020");
    let body = workbook(&[("a", &sheet("2020")), ("b", &sheet("2021"))]);
    assert!(fails(&body, definition).contains("the fact \"edition\" is \"2021\" here and another in the first sheet"));
}

const FOUND: &str = "[xlsx]\nheader = { titles = [\"Location code\", \"Region\"] }\ncolumns = { code = [\"Location code\"] }";

#[test]
fn a_header_is_found_wherever_it_stands() {
    for first in [1, 2, 17] {
        let mut table: Vec<&[&str]> = vec![&["Region", "Location\ncode", "n"], &["Chile", "152", "1"], &["Perú", "604", "2"]];
        if first > 1 {
            table.insert(0, &["United Nations", "", "2020"]);
        }
        let sink = decode_as(&one(first, &table), FOUND).unwrap();
        assert_eq!(all(&sink), [["Chile", "152", "1"], ["Perú", "604", "2"]]);
        assert_eq!(sink.names(), ["Region", "code", "n"]);
    }
    let begins = "[xlsx]\nheader = { starts_with = [\"Region\", \"Location code\"], skip = 1 }";
    let body = one(3, &[&["Region of the world"], &["", "Region", "Location code"], &["", "(1)", "(2)"], &["", "Chile", "152"]]);
    assert_eq!(all(&decode_as(&body, begins).unwrap()), [["∅", "Chile", "152"]]);
}

#[test]
fn a_header_that_is_not_found_shows_what_stands_there() {
    let body = one(3, &[&["Title"], &["Area", "Code"], &["Chile", "152"]]);
    assert_eq!(
        fails(&body, FOUND),
        "no header in sheet \"Table 1\": expected a row with the titles Location code | Region; it begins:\n\
         row 3: Title\nrow 4: Area | Code\nrow 5: Chile | 152"
    );
}

#[test]
fn rows_of_titles_are_given_relative_to_the_one_that_is_found() {
    let table: &[&[&str]] =
        &[&["", "", "both", "", "males"], &[], &["Region", "Location code", "2015", "2020", "2020"], &["Chile", "152", "1", "2", "3"]];
    let definition = "[xlsx]\nheader = { titles = [\"Location code\"], rows = [-2, 0] }\n\
        columns = { Region = [\"Region\"] }\nunpivot = { keep = [\"Region\", \"Location code\"], levels = [\"sex\", \"year\"] }";
    for first in [1, 30] {
        let sink = decode_as(&one(first, table), definition).unwrap();
        assert_eq!(all(&sink)[1..], [["Chile", "152", "both", "2020", "2"], ["Chile", "152", "males", "2020", "3"]]);
        assert_eq!(sink.rows()[0], first + 3);
    }
    assert!(fails(&one(1, &table[2..]), definition).contains("there is no row 2 above it"));
    let below: &[&[&str]] = &[&["Country", "Country of origin"], &["", "Total", "Peru"], &["Chile", "9", "4"]];
    let definition =
        "[xlsx]\nheader = { titles = [\"Country\"], rows = [0, 1] }\nunpivot = { keep = [\"Country\"], levels = [\"what\", \"origin\"] }";
    assert_eq!(all(&decode_as(&one(5, below), definition).unwrap())[1], ["Chile", "Country of origin", "Peru", "4"]);
}

#[test]
fn titles_of_several_rows_are_joined_and_merged_ones_count_for_all_their_columns() {
    let body = workbook(&[("T", &|sheet| {
        sheet.merge_range(0, 1, 0, 2, "2018", &Format::new()).unwrap();
        sheet.merge_range(0, 3, 0, 4, "2019", &Format::new()).unwrap();
        sheet.merge_range(0, 0, 1, 0, "Región ", &Format::new()).unwrap();
        sheet.write_row(1, 1, ["Censo", "Registros", "Censo", "Registros"]).unwrap();
        sheet.write_row(2, 0, ["Total País"]).unwrap();
        sheet.write_row(2, 1, [782_422, 517_583, 1, 2]).unwrap();
    })]);
    let sink = decode_as(&body, "[xlsx]\nheader_rows = [1, 2]\njoin = \" \"").unwrap();
    assert_eq!(sink.names(), ["Región", "2018 Censo", "2018 Registros", "2019 Censo", "2019 Registros"]);
    let definition = "[xlsx]\nheader_rows = [1, 2]\njoin = \" | \"\nunpivot = { keep = [\"Región\"], levels = [\"series\"] }";
    assert_eq!(all(&decode_as(&body, definition).unwrap())[2], ["Total País", "2019 | Censo", "1"]);
}

#[test]
fn merged_keys_reach_down_by_declaration_only() {
    let body = workbook(&[("T", &|sheet| {
        sheet.write_row(0, 0, ["Región", "Sexo", "n"]).unwrap();
        sheet.merge_range(1, 0, 2, 0, "Arica", &Format::new()).unwrap();
        for (row, (sex, n)) in (1..).zip([("Hombre", 1), ("Mujer", 2), ("", 3), ("Mujer", 4)]) {
            sheet.write(row, 1, sex).unwrap();
            sheet.write(row, 2, n).unwrap();
        }
        sheet.write(4, 0, "Tarapacá").unwrap();
    })]);
    let keys = |more: &str| texts(&decode_as(&body, &format!("[xlsx]\n{more}")).unwrap().column("Región")).join(" ");
    assert_eq!(keys(""), "Arica ∅ ∅ Tarapacá");
    assert_eq!(keys("merged_rows = true"), "Arica Arica ∅ Tarapacá");
    assert_eq!(keys("fill_down = [\"Región\"]"), "Arica Arica Arica Tarapacá");
    let sexes = decode_as(&body, "[xlsx]\nfill_down = [\"Sexo\"]").unwrap().column("Sexo");
    assert_eq!(texts(&sexes), ["Hombre", "Mujer", "Mujer", "Mujer"], "an empty text is filled, too");
    assert!(fails(&body, "[xlsx]\nfill_down = [\"Region\"]").contains("expected \"Region\""));
}

#[test]
fn a_row_of_hxl_tags_is_no_data() {
    let table: &[&[&str]] =
        &[&["ISO3", "Name", "New Displacements"], &["#country+code", "#country+name", "#affected+idps+ind"], &["CHL", "Chile", "8300"]];
    let body = one(1, table);
    assert_eq!(all(&decode_as(&body, "[xlsx]").unwrap()), [["CHL", "Chile", "8300"]]);
    let names = "[xlsx]\nhxl = \"names\"\ncolumns = { area = [\"#country+code\"] }";
    let sink = decode_as(&body, names).unwrap();
    assert_eq!((sink.names(), sink.rows()), (vec!["area", "#country+name", "#affected+idps+ind"], vec![3]));
    let without = one(1, &[table[0], table[2]]);
    assert!(fails(&without, names).contains("no row of HXL tags stands below it"));
    let found = "[xlsx]\nheader = { starts_with = [\"ISO3\"] }";
    assert_eq!(decode_as(&body, found).unwrap().rows(), [3]);
}

const STACKED: &[&[&str]] = &[
    &["Cuadro 1"],
    &["Hombres"],
    &["Región", "2018", "2019"],
    &["Arica", "1", "2"],
    &["Total", "1", "2"],
    &[],
    &["Nota: a"],
    &["Mujeres"],
    &["Región", "2018", "2019"],
    &["Arica", "3", "4"],
    &["Fuente: INE"],
    &["Región de origen"],
];

#[test]
fn stacked_blocks_are_one_table_with_their_title_in_a_column() {
    let definition =
        "[xlsx]\nheader = { titles = [\"Región\"] }\nblocks = { title = \"sex\" }\nstop_when_empty = true\nstop_at = [\"Fuente\"]";
    let sink = decode_as(&one(1, STACKED), definition).unwrap();
    assert_eq!(sink.names(), ["Región", "2018", "2019", "sex"]);
    assert_eq!(all(&sink), [["Arica", "1", "2", "Hombres"], ["Total", "1", "2", "Hombres"], ["Arica", "3", "4", "Mujeres"]]);
    assert_eq!((sink.rows(), sink.batches[0].columns[3].position), (vec![4, 5, 10], 0));
    let long = format!("{definition}\nunpivot = {{ keep = [\"Región\"], levels = [\"year\"] }}");
    let sink = decode_as(&one(4, STACKED), &long).unwrap();
    assert_eq!(sink.names(), ["Región", "sex", "year", "value"]);
    assert_eq!(all(&sink)[4..], [["Arica", "Mujeres", "2018", "3"], ["Arica", "Mujeres", "2019", "4"]]);
    let mut other = STACKED.to_vec();
    other[8] = &["Región", "2019", "2020"];
    assert!(fails(&one(1, &other), definition).contains("its columns are not those of the first block"));
    other[8] = STACKED[8];
    other[7] = &[];
    assert!(fails(&one(1, &other), definition).contains("the block has no title"));
}

#[test]
fn a_note_ends_a_table_by_how_it_begins() {
    let table: &[&[&str]] = &[&["code", "n"], &["152", "1"], &["", "2"], &["  Source:\u{a0}INE"], &["604", "3"]];
    let definition = "[xlsx]\nstop_at = [\"Source: INE\"]\nfacts = { source = { row = 4, column = 1 } }";
    let sink = decode_as(&one(1, table), definition).unwrap();
    assert_eq!(sink.rows(), [2, 3]);
    assert_eq!(sink.facts["source"], "  Source:\u{a0}INE");
    assert_eq!(decode_as(&one(1, table), "[xlsx]").unwrap().rows(), [2, 3, 4, 5]);
}

#[test]
fn a_formula_that_was_never_calculated_is_an_error_where_it_counts() {
    let cell = |xml: &str| {
        let sheet = format!(
            "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\"><c r=\"A2\"><v>7</v></c></row>\
             <row r=\"3\"><c r=\"A3\"{xml}</row></sheetData>"
        );
        decode_as(&super::by_hand(&sheet, super::STRINGS), super::LONG).map(|sink| sink.column("code").get(1).cloned().flatten())
    };
    for uncalculated in ["><f>A2*2</f></c>", "><f>A2*2</f><v/></c>", "><f>A2*2</f><v></v></c>", " t=\"str\"><f>A2</f></c>"] {
        let error = cell(uncalculated).unwrap_err();
        assert_eq!(error.to_string(), "sheet \"Table 1\" has a formula that was never calculated at cell A3");
        assert!(error.hint().unwrap().contains("spreadsheet program"));
    }
    assert_eq!(cell("><f>A2*2</f><v>14</v></c>").unwrap().as_deref(), Some("14"));
    assert_eq!(cell("><f t=\"shared\" si=\"0\"/><v>14</v></c>").unwrap().as_deref(), Some("14"));
    assert_eq!(cell(" t=\"str\"><f>\"\"</f><v></v></c>").unwrap(), None, "a formula may give an empty text, and then the row is empty");
    let beside = workbook(&[("T", &|sheet| {
        sheet.write_row(0, 0, ["a"]).unwrap();
        sheet.write(1, 0, 1).unwrap();
        sheet.write_formula(1, 3, Formula::new("=A2").set_result("")).unwrap();
    })]);
    assert_eq!(decode_as(&beside, "[xlsx]\nlast_column = 1").unwrap().rows(), [2]);
}
