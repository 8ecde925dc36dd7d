//! SERMIG, resolved applications for permanent residence: one sheet of inline strings, counts as text.

use crate::{
    Endpoint, TestkitError,
    figures::{self, Table},
    mirror::Body,
    wire::workbook::{Cell, Sheet, Workbook},
};

/// The column of the year, the only one with numbers.
const YEAR: usize = 6;

/// The workbook.
pub(super) fn workbook() -> Result<Body, TestkitError> {
    let table = Table::read(figures::SERMIG_2025)?;
    let mut sheet = Sheet::new("Sheet1");
    for (title, column) in table.header.iter().zip(1..) {
        sheet.set(1, column, Cell::Inline(title.clone()));
    }
    for (line, row) in table.rows.iter().zip(2..) {
        for (index, (value, column)) in line.iter().zip(1..).enumerate() {
            sheet.set(row, column, if index == YEAR { Cell::Number(value.clone()) } else { Cell::Inline(value.clone()) });
        }
    }
    let workbook = Workbook { created: "2026-02-12T21:19:28Z".to_owned(), sheets: vec![sheet] };
    Endpoint::SERMIG.body(1, workbook.bytes("SERMIG permanent residence")?)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx};

    use super::*;

    #[test]
    fn the_years_kept_whole_add_up_to_the_published_figures() {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(workbook().unwrap().bytes)).unwrap();
        let sheet = workbook.worksheet_range("Sheet1").unwrap();
        let rows: Vec<&[Data]> = sheet.rows().skip(1).collect();
        assert!(rows.len() <= 6_000);
        let granted = |year: f64| -> u64 {
            rows.iter()
                .filter(|row| row[YEAR] == Data::Float(year) && row[7] == Data::String("Otorga".to_owned()))
                .filter_map(|row| if let Data::String(count) = &row[8] { count.parse::<u64>().ok() } else { panic!("a count as text") })
                .sum()
        };
        assert_eq!((granted(2021.0), granted(2023.0)), (21_416, 114_463));
        assert_eq!(rows.iter().filter(|row| row[8] == Data::String("*".to_owned())).count(), 39);
        for spelling in ["Anonimizado", "Anonimizada", "Sin info", "Sin Información", "Otros países dentro de los 25 primeros"] {
            assert!(rows.iter().any(|row| row.contains(&Data::String(spelling.to_owned()))), "{spelling}");
        }
    }
}
