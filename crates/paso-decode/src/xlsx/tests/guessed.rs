//! Workbooks that come without a form.

use rust_xlsxwriter::{Workbook, Worksheet};

use crate::source::Bytes;
use crate::testing::Collected;
use crate::xlsx::{decode, guess};
use crate::{DecodeError, Limits};

fn guessed(body: &[u8], sheet: Option<&str>) -> Result<(Collected, String), DecodeError> {
    let source = Bytes(body);
    let guess = guess(&source, sheet, Limits::default())?;
    guess.form.validate().unwrap();
    let mut sink = Collected::default();
    decode(&source, &guess.form, Limits::default(), &mut sink)?;
    Ok((sink, guess.by))
}

fn workbook(fill: impl Fn(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Hoja1").unwrap().set_hidden(true);
    fill(workbook.add_worksheet().set_name("Datos").unwrap().set_active(true));
    workbook.add_worksheet().set_name("Más datos").unwrap().write_row(0, 0, ["a", "b"]).unwrap().write_row(1, 0, [1, 2]).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn the_header_is_the_first_row_of_titles_above_rows_of_its_width() {
    let body = workbook(|sheet| {
        sheet.write(0, 0, "Población nacida en el extranjero").unwrap();
        sheet.write_row(1, 0, ["Edition", "2024"]).unwrap();
        sheet.write_row(4, 1, ["Código comuna", "Comuna"]).unwrap();
        sheet.write_row(4, 3, [2019, 2020]).unwrap();
        for row in 5..9 {
            sheet.write_row(row, 1, ["01107", "Alto Hospicio"]).unwrap();
            sheet.write_row(row, 3, [row, 7]).unwrap();
        }
        sheet.write(10, 0, "Nota").unwrap();
    });
    let (sink, why) = guessed(&body, None).unwrap();
    assert_eq!(sink.names(), ["column 1", "Código comuna", "Comuna", "2019", "2020"]);
    assert_eq!(sink.rows(), [6, 7, 8, 9, 11], "no row is lost, not even a note");
    assert_eq!(
        why,
        "read sheet \"Datos\", the first of 2 visible sheets (1 hidden); row 5 is the header, the first one with 4 different titles and rows \
         of that width below it"
    );
    let (sink, why) = guessed(&body, Some("Más*")).unwrap();
    assert_eq!((sink.names(), sink.rows()), (vec!["a", "b"], vec![2]));
    assert!(why.starts_with("read sheet \"Más datos\", which fits \"Más*\"; row 1"), "{why}");
    assert!(guessed(&body, Some("Datos")).unwrap().1.contains(", as asked; "));
    assert!(guessed(&body, Some("Tabla")).unwrap_err().to_string().starts_with("expected a sheet named \"Tabla\""));
}

#[test]
fn tags_below_a_header_are_passed_over_and_said() {
    let body = workbook(|sheet| {
        sheet.write_row(0, 0, ["ISO3", "Year"]).unwrap();
        sheet.write_row(1, 0, ["#country+code", "#date+year"]).unwrap();
        sheet.write_row(2, 0, ["CHL", "2017"]).unwrap();
    });
    let (sink, why) = guessed(&body, None).unwrap();
    assert_eq!(sink.rows(), [3]);
    assert!(why.ends_with("the HXL tags below it are passed over"), "{why}");
}

#[test]
fn a_sheet_without_a_table_shows_what_it_begins_with() {
    let body = workbook(|sheet| {
        sheet.write(2, 0, "See the other sheets").unwrap();
    });
    assert_eq!(
        guessed(&body, None).unwrap_err().to_string(),
        "no table in sheet \"Datos\": expected a row of at least two different titles with rows of the same width right below it; other sheets \
         are \"Más datos\"; it begins:\n\
         row 3: See the other sheets"
    );
    let error = guessed(&workbook(|_| {}), None).unwrap_err().to_string();
    assert_eq!(
        error,
        "no table in sheet \"Datos\": expected a table, but it has no cell with a text or number; other sheets are \"Más datos\""
    );
}

#[test]
fn a_note_beside_the_table_does_not_hide_its_header() {
    let body = workbook(|sheet| {
        sheet.write_row(0, 0, ["Year", "Country", "V"]).unwrap();
        for row in 1..4 {
            sheet.write_row(row, 0, ["2020", "Chile", "5"]).unwrap();
        }
        sheet.write(1, 4, "provisional").unwrap();
    });
    let (sink, why) = guessed(&body, None).unwrap();
    assert_eq!((sink.names(), sink.rows()), (vec!["Year", "Country", "V", "column 5"], vec![2, 3, 4]));
    assert_eq!(sink.column("column 5"), [Some("provisional".to_owned()), None, None], "and is not lost");
    assert!(why.ends_with("; what stands right of the last title comes out under the numbers of its columns"), "{why}");
    // What stands beside most rows belongs to a wider table.
    let body = workbook(|sheet| {
        sheet.write_row(0, 0, ["Table 1", "Population"]).unwrap();
        sheet.write_row(1, 0, ["Year", "Country", "V"]).unwrap();
        sheet.write_row(2, 0, ["2020", "Chile", "5"]).unwrap();
    });
    assert_eq!(guessed(&body, None).unwrap().0.names(), ["Year", "Country", "V"]);
}

#[test]
fn notes_behind_a_blank_row_hide_no_small_table() {
    let body = workbook(|sheet| {
        sheet.write_row(0, 0, ["País", "Total"]).unwrap();
        sheet.write_row(1, 0, ["Perú", "1"]).unwrap();
        sheet.write(3, 0, "Fuente: INE").unwrap();
        sheet.write(4, 0, "1/ Preliminar").unwrap();
    });
    let (sink, _) = guessed(&body, None).unwrap();
    assert_eq!((sink.names(), sink.rows()), (vec!["País", "Total"], vec![2, 4, 5]));
}

#[test]
fn a_row_that_stands_by_itself_is_a_title_and_no_header() {
    let set_off = |header: &[&str], value: &'static str| {
        let header: Vec<String> = header.iter().map(|title| (*title).to_owned()).collect();
        let body = workbook(|sheet| {
            sheet.write_row(0, 0, ["Table 1", "Population by country"]).unwrap();
            sheet.write_row(2, 0, &header).unwrap();
            sheet.write_row(3, 0, ["Chile", value]).unwrap();
            sheet.write_row(4, 0, ["Peru", value]).unwrap();
        });
        guessed(&body, None).map(|(sink, _)| (sink.names().join("|"), sink.rows())).map_err(|error| error.to_string())
    };
    assert_eq!(set_off(&["Country", "Population"], "5"), Ok(("Country|Population".to_owned(), vec![4, 5])));
    // Nothing tells a header from a row of data where all are texts: none is guessed.
    assert!(set_off(&["Argentina", "Buenos Aires"], "a city").unwrap_err().starts_with("no table in sheet \"Datos\""));
}

#[test]
fn a_title_that_stands_twice_gets_a_number() {
    let body = workbook(|sheet| {
        sheet.write(0, 0, "Población").unwrap();
        sheet.write_row(1, 0, ["Región", "Total", "Total", "Nota"]).unwrap();
        for row in 2..5 {
            sheet.write_row(row, 0, ["Arica", "a", "b", "c"]).unwrap();
        }
    });
    let (sink, why) = guessed(&body, None).unwrap();
    assert_eq!((sink.names(), sink.rows()), (vec!["Región", "Total", "Total (2)", "Nota"], vec![3, 4, 5]));
    assert!(
        why.ends_with("with 3 different titles and rows of that width below it; a title that stands there again gets a number"),
        "{why}"
    );
}

#[test]
fn the_lower_row_of_a_header_of_several_is_not_numbered() {
    let body = workbook(|sheet| {
        sheet.write_row(0, 1, ["Men", "", "Women"]).unwrap();
        sheet.write_row(1, 0, ["Región", "Born here", "Elsewhere", "Born here", "Elsewhere"]).unwrap();
        for row in 2..5 {
            sheet.write(row, 0, "Arica").unwrap().write_row(row, 1, [1, 2, 3, 4]).unwrap();
        }
    });
    let error = guessed(&body, None).unwrap_err().to_string();
    assert!(error.starts_with("no table in sheet \"Datos\": expected a row of at least two different titles"), "{error}");
}

#[test]
fn a_formula_that_was_never_calculated_is_not_hidden_by_the_search_for_a_header() {
    // `=` is a formula without its value.
    let sheet = |rows: &[&[&str]]| {
        let cell = |(column, text): (usize, &&str)| match *text {
            "" => String::new(),
            "=" => format!("<c r=\"{}{{row}}\"><f>1+1</f></c>", ["A", "B", "C", "D", "E"][column]),
            text => format!("<c r=\"{}{{row}}\" t=\"str\"><v>{text}</v></c>", ["A", "B", "C", "D", "E"][column]),
        };
        let row = |(number, cells): (usize, &&[&str])| {
            let cells = cells.iter().enumerate().map(cell).collect::<String>().replace("{row}", &(number + 1).to_string());
            format!("<row r=\"{}\">{cells}</row>", number + 1)
        };
        let rows: String = rows.iter().enumerate().map(row).collect();
        let body = super::by_hand(&format!("<sheetData>{rows}</sheetData>"), super::STRINGS);
        guessed(&body, None).map(|(_, why)| why).map_err(|error| error.to_string())
    };
    let at = |cell: &str| Err(format!("sheet \"Table 1\" has a formula that was never calculated at cell {cell}"));
    assert_eq!(sheet(&[&["Región", "Total"], &["Arica", "="], &["Maule", "="]]), at("B2"));
    assert_eq!(sheet(&[&["Región", "Total", "="], &["Arica", "1"]]), at("C1"));
    assert_eq!(sheet(&[&["Región", "Total"], &["Arica", "1", "", "", "="]]), at("E2"));
    assert_eq!(sheet(&[&["="], &["="]]), at("A1"));
    let above = sheet(&[&["="], &["Región", "Total"], &["Arica", "1"]]).unwrap();
    assert!(above.ends_with("; row 1, above it, has a formula that was never calculated"), "{above}");
}
