//! UN DESA, Trends in International Migrant Stock 2015: the workbook by destination and origin, cut to Table 16.

use crate::{
    Endpoint, TestkitError,
    figures::{self, Table},
    mirror::Body,
    wire::workbook::{Cell, Sheet, Workbook},
};

const PUBLISHER: [&str; 3] = ["United Nations", "Population Division", "Department of Economic and Social Affairs"];
const TITLE: &str = "Trends in International Migrant Stock: Migrants by Destination and Origin";
const SYMBOL: &str = "POP/DB/MIG/Stock/Rev.2015";
const COPYRIGHT: &str = "December 2015 - Copyright © 2015 by United Nations. All rights reserved";
const CITATION: &str = "Suggested citation: United Nations, Department of Economic and Social Affairs (2015). Trends in International Migrant Stock: Migrants by Destination and Origin (United Nations database, POP/DB/MIG/Stock/Rev.2015).";

const UPPER_HEADER_ROW: u32 = 15;
const HEADER_ROW: u32 = 16;
const FIRST_ROW: u32 = 17;
const FIRST_VALUE: u32 = 6;

/// The workbook.
pub(super) fn workbook() -> Result<Body, TestkitError> {
    let workbook = Workbook { created: "2015-12-31T00:00:00Z".to_owned(), sheets: vec![contents(), table_16()?, annex()?, notes()] };
    Endpoint::UNDESA_2015.body(1, workbook.bytes("UN DESA migrant stock 2015")?)
}

fn front(name: &str, column: u32, title_column: u32, title: &str) -> Sheet {
    let mut sheet = Sheet::new(name);
    sheet.titles(5, column, &PUBLISHER);
    sheet.titles(9, title_column, &[TITLE, title]);
    sheet.titles(11, column, &[SYMBOL, COPYRIGHT]);
    sheet
}

fn contents() -> Sheet {
    let mut sheet = front("CONTENTS", 1, 1, "TABLE OF CONTENTS");
    sheet.set(13, 1, Cell::text(CITATION));
    sheet.merge((13, 1), (13, 2));
    sheet.set(16, 1, Cell::text("TABLE"));
    sheet.set(16, 2, Cell::text("TITLE"));
    let years = [1990, 1995, 2000, 2005, 2010, 2015];
    let tables = years.iter().flat_map(|year| ["Total", "Male", "Female"].map(|sex| (sex, year)));
    let mut row = 17;
    for (number, (sex, year)) in (1..).zip(tables) {
        let title = format!("{sex} migrant stock at mid-year by origin and by major area, region, country or area of destination, {year}");
        sheet.set(row, 1, Cell::text(format!("Table {number}")));
        sheet.set(row, 2, Cell::text(title));
        row += 1;
    }
    for (name, title) in [("ANNEX", "Classification of countries and areas by major area and region"), ("NOTES", "Notes")] {
        sheet.set(row, 1, Cell::text(name));
        sheet.set(row, 2, Cell::text(title));
        row += 1;
    }
    sheet
}

fn table_16() -> Result<Sheet, TestkitError> {
    let table = Table::read(figures::UNDESA_2015_TABLE_16)?;
    let title = "Table 16. Total migrant stock at mid-year by origin and by major area, region, country or area of destination, 2015";
    let mut sheet = front("Table 16", 5, 5, title);
    sheet.set(13, 2, Cell::text(CITATION));
    sheet.merge((13, 2), (13, 10));
    let keys = [
        "Sort\norder",
        "Major area, region, country or area of destination",
        "Notes",
        "Country code",
        "Type of data (a)",
        "Country of origin",
    ];
    for (key, column) in keys.iter().zip(1..) {
        sheet.set(UPPER_HEADER_ROW, column, Cell::text(*key));
        if column < FIRST_VALUE {
            sheet.merge((UPPER_HEADER_ROW, column), (HEADER_ROW, column));
        }
    }
    for (origin, column) in table.header.iter().skip(5).zip(FIRST_VALUE..) {
        sheet.set(HEADER_ROW, column, Cell::text(origin));
    }
    for (line, row) in table.rows.iter().zip(FIRST_ROW..) {
        for (value, column) in line.iter().zip(1..) {
            // A blank is an empty cell here, and no zero; the name, the notes and the type are never numbers.
            if value.is_empty() {
                continue;
            }
            let cell = if matches!(column, 2 | 3 | 5) { Cell::text(value) } else { Cell::read(value) };
            sheet.set(row, column, cell);
        }
    }
    Ok(sheet)
}

fn annex() -> Result<Sheet, TestkitError> {
    let table = Table::read(figures::UNDESA_2015_ANNEX)?;
    let mut sheet = front("ANNEX", 5, 5, "ANNEX. Classification of countries and areas by major area and region");
    sheet.set(13, 2, Cell::text(CITATION));
    sheet.merge((13, 2), (13, 10));
    for (line, row) in std::iter::once(&table.header).chain(&table.rows).zip(15..) {
        for (value, column) in line.iter().zip(1..) {
            sheet.set(row, column, Cell::read(value));
        }
    }
    Ok(sheet)
}

fn notes() -> Sheet {
    let mut sheet = front("NOTES", 1, 2, "NOTES");
    sheet.set(13, 1, Cell::text(CITATION));
    sheet.merge((13, 1), (13, 2));
    sheet.set(15, 1, Cell::text("NOTES"));
    let notes = [
        ("(a)", "Type of data: B foreign-born population, C foreign citizens, R refugees added, I imputed."),
        ("(b)", "Europe, Northern America, Australia, New Zealand and Japan."),
        ("(c)", "Africa, Asia without Japan, Latin America and the Caribbean, Melanesia, Micronesia and Polynesia."),
        ("(d)", "The 48 least developed countries of December 2015."),
        ("(e)", "Africa without Northern Africa, but with the Sudan."),
        ("(5)", "Without Hong Kong and Macao."),
        ("(6)", "Special Administrative Region of China since 1 July 1997."),
        ("(7)", "Special Administrative Region of China since 20 December 1999."),
        ("(10)", "Including Northern Cyprus."),
        ("(14)", "Guernsey and Jersey."),
        ("(15)", "Including the Åland Islands."),
        ("(16)", "Including Svalbard and Jan Mayen."),
        ("(17)", "Vatican City State."),
        ("(18)", "Including Kosovo; 1990 and 2000 refer to Serbia and Montenegro."),
        ("(19)", "Including the Canary Islands, Ceuta and Melilla."),
        ("(20)", "1990 to 2005 refer to the former Netherlands Antilles."),
        ("(22)", "Including Christmas Island, the Cocos (Keeling) Islands and Norfolk Island."),
        (
            "Sample",
            "Table 16 only, with the aggregates, a selection of destinations and every destination where someone born in Chile was counted; all 235 columns of origin are kept, so every row adds up to its printed total. The rows of the other destinations are left out. No figure is changed.",
        ),
    ];
    for ((mark, text), row) in notes.iter().zip(16..) {
        sheet.set(row, 1, Cell::text(*mark));
        sheet.set(row, 2, Cell::text(*text));
    }
    sheet
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Range, Reader as _, Xlsx};

    use super::*;

    fn table() -> Range<Data> {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(workbook().unwrap().bytes)).unwrap();
        assert_eq!(workbook.sheet_names(), ["CONTENTS", "Table 16", "ANNEX", "NOTES"]);
        workbook.worksheet_range("Table 16").unwrap()
    }

    fn number(table: &Range<Data>, row: u32, column: u32) -> f64 {
        if let Some(Data::Float(value)) = table.get_value((row, column)) { *value } else { 0.0 }
    }

    #[test]
    fn every_row_adds_up_to_its_printed_total() {
        let table = table();
        let last = table.end().unwrap();
        assert_eq!(last.1, 239, "240 columns, as in the publisher's file");
        for row in 16..=last.0 {
            let sum: f64 = (6..=last.1).map(|column| number(&table, row, column)).sum();
            assert!((sum - number(&table, row, 5)).abs() < 0.5, "row {}", row + 1);
        }
    }

    // The publisher's own figures.
    #[test]
    fn chile_has_its_published_figures() {
        let table = table();
        let column = |name: &str| (5..240).find(|column| table.get_value((15, *column)) == Some(&Data::String(name.to_owned()))).unwrap();
        let row = |code: f64| (16..=table.end().unwrap().0).find(|row| table.get_value((*row, 3)) == Some(&Data::Float(code))).unwrap();
        let chile = row(152.0);
        assert!((number(&table, chile, 5) - 469_436.0).abs() < 0.5);
        assert!((number(&table, chile, column("Peru")) - 178_385.0).abs() < 0.5);
        assert!((number(&table, row(32.0), column("Chile")) - 213_119.0).abs() < 0.5);
        let countries = (16..=table.end().unwrap().0).filter(|row| number(&table, *row, 3) < 900.0);
        let abroad: f64 = countries.map(|row| number(&table, row, column("Chile"))).sum();
        assert!((abroad - 612_409.0).abs() < 0.5, "{abroad}");
        assert_eq!(table.get_value((chile, 6)).cloned().unwrap_or_default(), Data::Empty);
    }
}
