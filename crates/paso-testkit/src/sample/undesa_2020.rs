//! UN DESA, International Migrant Stock 2020: the workbook by sex and destination, eight sheets.

use crate::{
    Endpoint, TestkitError,
    figures::{self, Source, Table},
    mirror::Body,
    wire::workbook::{Cell, Sheet, Workbook},
};

const TITLE: &str = "International Migrant Stock 2020: Destination";
const SYMBOL: &str = "POP/DB/MIG/Stock/Rev.2020";
const CITATION: &str = "Suggested citation: United Nations Department of Economic and Social Affairs, Population Division (2020). International Migrant Stock 2020.";
const COPYRIGHT: &str = "Copyright © 2020 by United Nations, made available under a Creative Commons license CC BY 3.0 IGO: http://creativecommons.org/licenses/by/3.0/igo/";

const BLOCK_ROW: u32 = 8;
const HEADER_ROW: u32 = 11;
const FIRST_ROW: u32 = 12;
const FIRST_VALUE: u32 = 6;

struct Printed {
    figures: Source,
    title: &'static str,
    /// The titles above the columns, each with the number of columns that it spans.
    blocks: &'static [(&'static str, u32)],
    /// Table 6 prints no numbers of notes.
    with_notes: bool,
}

const TABLES: [Printed; 6] = [
    Printed {
        figures: figures::UNDESA_2020_TABLE_1,
        title: "International migrant stock at mid-year by sex and by region, country or area of destination, 1990-2020",
        blocks: &[
            ("International migrant stock at mid-year, both sexes combined", 7),
            ("International migrant stock at mid-year, males", 7),
            ("International migrant stock at mid-year, females", 7),
        ],
        with_notes: true,
    },
    Printed {
        figures: figures::UNDESA_2020_TABLE_2,
        title: "Total population at mid-year by sex and by region, country or area of destination, 1990-2020 (thousands)",
        blocks: &[
            ("Total population at mid-year, both sexes combined (thousands)", 7),
            ("Total population at mid-year, males (thousands)", 7),
            ("Total population at mid-year, females (thousands)", 7),
        ],
        with_notes: true,
    },
    Printed {
        figures: figures::UNDESA_2020_TABLE_3,
        title: "International migrant stock as a percentage of the total population by sex and by region, country or area of destination, 1990-2020",
        blocks: &[
            ("International migrant stock as a percentage of the total population, both sexes combined", 7),
            ("International migrant stock as a percentage of the total population, males", 7),
            ("International migrant stock as a percentage of the total population, females", 7),
        ],
        with_notes: true,
    },
    Printed {
        figures: figures::UNDESA_2020_TABLE_4,
        title: "Female migrants as a percentage of the international migrant stock by region, country or area of destination, 1990-2020",
        blocks: &[("Female migrants as a percentage of the international migrant stock", 7)],
        with_notes: true,
    },
    Printed {
        figures: figures::UNDESA_2020_TABLE_5,
        title: "Annual rate of change of the migrant stock by sex and by region, country or area of destination, 1990-2020 (percentage)",
        blocks: &[
            ("Annual rate of change of the migrant stock, both sexes combined", 6),
            ("Annual rate of change of the migrant stock, males", 6),
            ("Annual rate of change of the migrant stock, females", 6),
        ],
        with_notes: true,
    },
    Printed {
        figures: figures::UNDESA_2020_TABLE_6,
        title: "Estimated refugee stock (including asylum seekers) at mid-year by region, country or area of destination, 1990-2020",
        blocks: &[
            ("Refugee and asylum seekers at mid-year, both sexes combined", 7),
            ("Refugee and asylum seekers as a percentage of the international migrant stock", 7),
            ("Annual rate of change of the refugee and asylum seekers, both sexes combined", 6),
        ],
        with_notes: false,
    },
];

/// The workbook.
pub(super) fn workbook() -> Result<Body, TestkitError> {
    let areas = Table::read(figures::UNDESA_2020_AREAS)?;
    let mut sheets = vec![contents()];
    for (printed, number) in TABLES.iter().zip(1..) {
        sheets.push(table(number, printed, &areas)?);
    }
    sheets.push(notes());
    let workbook = Workbook { created: "2021-01-25T19:38:13Z".to_owned(), sheets };
    Endpoint::UNDESA_2020.body(1, workbook.bytes("UN DESA migrant stock 2020")?)
}

fn contents() -> Sheet {
    let mut sheet = Sheet::new("Table of contents");
    sheet.titles(2, 10, &[TITLE, "Table of contents", SYMBOL, CITATION, COPYRIGHT]);
    sheet.merge((8, 1), (10, 1));
    sheet.set(HEADER_ROW, 2, Cell::text("Table number"));
    sheet.set(HEADER_ROW, 3, Cell::text("Title"));
    for (printed, number) in TABLES.iter().zip(1..) {
        let title = format!("'Table {number}'!E3");
        let formula = format!("MID({title},FIND(\":\", {title})+2, LEN({title}))");
        sheet.set(HEADER_ROW + number, 2, Cell::text(format!("   Table {number}")));
        sheet.set(HEADER_ROW + number, 3, Cell::Formula(formula, printed.title.to_owned()));
    }
    sheet.set(HEADER_ROW + 7, 2, Cell::text("   Notes"));
    sheet.set(HEADER_ROW + 7, 3, Cell::text("Notes"));
    sheet
}

fn table(number: u32, printed: &Printed, areas: &Table) -> Result<Sheet, TestkitError> {
    let values = Table::read(printed.figures)?;
    let mut sheet = Sheet::new(&format!("Table {number}"));
    let title = format!("Table {number}: {}", printed.title);
    sheet.titles(2, 5, &[TITLE, &title, SYMBOL, CITATION, COPYRIGHT]);
    sheet.merge((BLOCK_ROW, 1), (BLOCK_ROW + 2, 1));
    let mut column = FIRST_VALUE;
    for (block, columns) in printed.blocks {
        sheet.set(BLOCK_ROW, column, Cell::text(*block));
        sheet.merge((BLOCK_ROW, column), (BLOCK_ROW + 2, column + columns - 1));
        column += columns;
    }
    let keys = ["Region, development group, country or area", "Notes", "Location code", "Type of data"];
    for (key, column) in keys.iter().zip(2..) {
        sheet.set(HEADER_ROW, column, Cell::text(*key));
    }
    for (year, column) in values.header.iter().skip(1).zip(FIRST_VALUE..) {
        sheet.set(HEADER_ROW, column, Cell::read(year));
    }
    for (index, ((area, values_of_area), row)) in areas.rows.iter().zip(&values.rows).zip(FIRST_ROW..).enumerate() {
        let [sort, name, note, code, kind] = area.as_slice() else { return Err(areas.error(index, "five columns")) };
        if values_of_area.first() != Some(sort) {
            return Err(values.error(index, "the area of the same line in undesa_2020_areas.csv"));
        }
        sheet.set(row, 1, Cell::read(sort));
        sheet.set(row, 2, Cell::text(name));
        if printed.with_notes && !note.is_empty() {
            sheet.set(row, 3, Cell::read(note));
        }
        sheet.set(row, 4, Cell::read(code));
        // The type of an aggregate is an empty string, not an empty cell.
        sheet.set(row, 5, Cell::text(kind));
        for (value, column) in values_of_area.iter().skip(1).zip(FIRST_VALUE..) {
            sheet.set(row, column, Cell::read(value));
        }
    }
    Ok(sheet)
}

fn notes() -> Sheet {
    let mut sheet = Sheet::new("Notes");
    sheet.titles(2, 10, &[TITLE, "Notes", SYMBOL, CITATION, COPYRIGHT]);
    sheet.merge((8, 1), (10, 1));
    let notes = [
        "Notes",
        "Sample: the aggregates and a selection of countries, with all the years and sexes of the publisher's workbook. No figure is changed. The rows of the other countries and the 41 country notes are left out, so the countries shown do not add up to every aggregate; the 14 members of South America (931) are complete.",
        "* A note on this country is in the publisher's workbook.",
        "Years are as at 1 July; 1995-2000 is the period between two such days.",
        "A minus sign is a decrease; a full stop separates decimals.",
        "(—) less than half of the unit; (0) none; (..) not available or not reported separately; (~) withheld because fewer than five.",
        "Type of data: B foreign-born population; C foreign citizens; R refugees, asylum seekers or Venezuelans displaced abroad added; I imputed.",
        "Figures need not add up to totals because of rounding.",
    ];
    sheet.titles(HEADER_ROW, 2, &notes);
    sheet
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Range, Reader as _, Xlsx};

    use super::*;

    fn sheet(name: &str) -> Range<Data> {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(workbook().unwrap().bytes)).unwrap();
        workbook.worksheet_range(name).unwrap()
    }

    fn cell(sheet: &Range<Data>, row: u32, column: u32) -> Data {
        sheet.get_value((row - 1, column - 1)).cloned().unwrap_or_default()
    }

    fn row_of(sheet: &Range<Data>, code: f64) -> u32 {
        (12..=sheet.end().unwrap().0 + 1).find(|row| cell(sheet, *row, 4) == Data::Float(code)).unwrap()
    }

    #[test]
    fn the_sheets_and_headers_stand_where_they_do_in_the_publishers_file() {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(workbook().unwrap().bytes)).unwrap();
        assert_eq!(
            workbook.sheet_names(),
            ["Table of contents", "Table 1", "Table 2", "Table 3", "Table 4", "Table 5", "Table 6", "Notes"]
        );
        let table = sheet("Table 1");
        for (row, column, text) in [
            (8, 6, "International migrant stock at mid-year, both sexes combined"),
            (8, 13, "International migrant stock at mid-year, males"),
            (8, 20, "International migrant stock at mid-year, females"),
            (11, 2, "Region, development group, country or area"),
            (11, 5, "Type of data"),
            (12, 2, "WORLD"),
        ] {
            assert_eq!(cell(&table, row, column), Data::String(text.to_owned()));
        }
        assert_eq!(cell(&table, 11, 12), Data::Float(2020.0));
        assert_eq!(cell(&sheet("Table 5"), 11, 6), Data::String("1990-1995".to_owned()));
        assert_eq!(
            workbook.worksheet_range("Table of contents").unwrap().get_value((11, 2)).cloned(),
            Some(Data::String(TABLES[0].title.to_owned()))
        );
    }

    // The publisher's own figures for Chile, and its printed total for South America.
    #[test]
    fn chile_and_south_america_have_their_published_figures() {
        let stock = sheet("Table 1");
        let chile = row_of(&stock, 152.0);
        assert_eq!(
            [10, 11, 12, 26].map(|column| cell(&stock, chile, column)),
            [375_388.0, 639_724.0, 1_645_015.0, 814_942.0].map(Data::Float)
        );
        assert_eq!(cell(&sheet("Table 3"), chile, 12), Data::Float(8.605_341_153_154_372));
        let south_america = row_of(&stock, 931.0);
        assert_eq!(cell(&stock, south_america, 12), Data::Float(10_887_474.0));
        let members = [32, 68, 76, 152, 170, 218, 238, 254, 328, 600, 604, 740, 858, 862];
        let sum: f64 = members
            .iter()
            .map(|code| match cell(&stock, row_of(&stock, f64::from(*code)), 12) {
                Data::Float(value) => value,
                other => panic!("{other:?}"),
            })
            .sum();
        assert!((sum - 10_887_474.0).abs() < 0.5, "{sum}");
    }

    #[test]
    fn the_traps_of_the_workbook_are_there() {
        let stock = sheet("Table 1");
        let rows = 12..=stock.end().unwrap().0 + 1;
        assert_eq!(rows.clone().filter(|row| cell(&stock, *row, 4) == Data::Float(927.0)).count(), 2);
        assert_eq!(cell(&stock, row_of(&stock, 158.0), 12), Data::String("..".to_owned()));
        assert_eq!(cell(&stock, 12, 5), Data::String(String::new()));
        assert_eq!(cell(&stock, row_of(&stock, 84.0), 5), Data::String("B R ".to_owned()));
        assert_eq!(cell(&stock, row_of(&stock, 238.0), 2), Data::String("   Falkland Islands (Malvinas)*".to_owned()));
        assert_eq!(cell(&stock, row_of(&stock, 909.0), 2), Data::String(" OCEANIA ".to_owned()));
        let refugees = sheet("Table 6");
        assert!(rows.clone().any(|row| (6..26).any(|column| cell(&refugees, row, column) == Data::String("~".to_owned()))));
    }
}
