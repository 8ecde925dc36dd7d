//! Workbooks as text: one line for each row, a tab between cells.
//!
//! ```text
//! %sheet Table 1          a sheet; `%sheet! Hoja1` is a hidden one
//! %row 11                 the next line is row 11; otherwise rows count up from 1
//! %merge A1:C1            cells that are one
//! Code<TAB>Name<TAB>2020  an empty field is no cell, "" an empty string
//! ```
//!
//! A field that is a number is a number. `'007` is a text, `i:text` an inline string, `=A1+1|15` a formula and what it gave; `\n` is a line break and
//! `\t` a tab within a cell.

use crate::wire::workbook::{Cell, Sheet, Workbook};

/// Reads the text of a workbook.
pub(crate) fn workbook(text: &str, created: &str) -> Result<Workbook, String> {
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut row = 1;
    for (number, line) in text.lines().enumerate() {
        let wrong = |what: &str| format!("line {}: {what}", number + 1);
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "%sheet" | "%sheet!" if !rest.is_empty() => {
                sheets.push(Sheet { hidden: word.ends_with('!'), ..Sheet::new(rest) });
                row = 1;
                continue;
            }
            "%row" => {
                row = rest.trim().parse().map_err(|_| wrong("%row needs a number"))?;
                continue;
            }
            "%merge" => {
                sheets.last_mut().ok_or_else(|| wrong("there is no sheet yet"))?.merged.push(rest.trim().to_owned());
                continue;
            }
            word if word.starts_with('%') && word[1..].bytes().all(|b| b.is_ascii_alphabetic() || b == b'!') && word.len() > 1 => {
                return Err(wrong("it is none of %sheet, %row and %merge"));
            }
            _ => {}
        }
        let sheet = sheets.last_mut().ok_or_else(|| wrong("there is no sheet yet"))?;
        for (field, column) in line.split('\t').zip(1..) {
            if let Some(cell) = cell(field) {
                sheet.set(row, column, cell);
            }
        }
        row += 1;
    }
    Ok(Workbook { created: created.to_owned(), sheets })
}

fn cell(field: &str) -> Option<Cell> {
    let text = |text: &str| text.replace("\\n", "\n").replace("\\t", "\t");
    if field.is_empty() {
        None
    } else if field == "\"\"" {
        Some(Cell::text(""))
    } else if let Some(rest) = field.strip_prefix('\'') {
        Some(Cell::text(text(rest)))
    } else if let Some(rest) = field.strip_prefix("i:") {
        Some(Cell::Inline(text(rest)))
    } else if let Some((formula, result)) = field.strip_prefix('=').and_then(|rest| rest.split_once('|')) {
        Some(Cell::Formula(formula.to_owned(), text(result)))
    } else {
        Some(Cell::read(&text(field)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_sheets_rows_and_cells() {
        let text = "%sheet Table 1\n%row 3\nCode\t\t'007\ti:a\\nb\n900\t\"\"\t=A1|x\n%merge A1:B1\n%sheet! Hoja1\nstale\n";
        let workbook = workbook(text, "2025-01-01T00:00:00Z").unwrap();
        let [first, second] = workbook.sheets.as_slice() else { panic!() };
        assert_eq!((first.name.as_str(), first.hidden, second.hidden), ("Table 1", false, true));
        assert_eq!(first.cells[&(3, 1)], Cell::text("Code"));
        assert!(!first.cells.contains_key(&(3, 2)));
        assert_eq!(first.cells[&(3, 3)], Cell::text("007"));
        assert_eq!(first.cells[&(3, 4)], Cell::Inline("a\nb".to_owned()));
        assert_eq!(first.cells[&(4, 1)], Cell::Number("900".to_owned()));
        assert_eq!(first.cells[&(4, 2)], Cell::text(""));
        assert_eq!(first.cells[&(4, 3)], Cell::Formula("A1".to_owned(), "x".to_owned()));
        assert_eq!(first.merged, ["A1:B1"]);
    }

    #[test]
    fn a_line_that_means_nothing_is_named() {
        assert_eq!(workbook("a\tb\n", "").unwrap_err(), "line 1: there is no sheet yet");
        assert_eq!(workbook("%sheet a\n%rows 3\n", "").unwrap_err(), "line 2: it is none of %sheet, %row and %merge");
        assert_eq!(workbook("%sheet a\n%row x\n", "").unwrap_err(), "line 2: %row needs a number");
    }
}
