//! Workbooks that come without a form.

use rust_xlsxwriter::{Workbook, Worksheet};

use crate::source::Bytes;
use crate::testing::Collected;
use crate::xlsx::{decode, guess};
use crate::{DecodeError, Limits};

fn guessed(body: &[u8], sheet: Option<&str>) -> Result<(Collected, String), DecodeError> {
    let source = Bytes(body);
    let (form, why) = guess(&source, sheet, Limits::default())?;
    form.validate().unwrap();
    let mut sink = Collected::default();
    decode(&source, &form, Limits::default(), &mut sink)?;
    Ok((sink, why))
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
        "no header in sheet \"Datos\": expected a row of at least two different titles with rows of the same width below it \
         (other sheets: \"Más datos\"); it begins:\n\
         row 3: See the other sheets"
    );
}
