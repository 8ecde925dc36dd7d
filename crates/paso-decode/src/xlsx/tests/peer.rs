//! What calamine reads in the publishers' own workbooks and in hand-made ones, cell by cell.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _, SheetType};

use crate::Limits;
use crate::source::Bytes;
use crate::table::Cells as _;
use crate::xlsx::sheet::Rows;
use crate::xlsx::workbook::Workbook;

/// Every cell that says something: sheet, row, column, text.
type Cell = (String, u32, u32, String);

fn ours(body: &[u8]) -> Vec<Cell> {
    let source = Bytes(body);
    let workbook = Workbook::open(&source, Limits::default()).unwrap();
    let mut cells = Vec::new();
    for sheet in workbook.sheets() {
        let mut rows = Rows::new(workbook.rows(sheet, None).unwrap()).unwrap();
        while !rows.finished {
            for index in 0..rows.row.width() {
                if let Some(text) = rows.row.cell(index as usize).filter(|text| !text.is_empty()) {
                    cells.push((sheet.name.clone(), rows.row.number, index + 1, text.to_owned()));
                }
            }
            rows.next().unwrap();
        }
    }
    cells
}

fn theirs(body: &[u8]) -> Vec<Cell> {
    let mut workbook = calamine::open_workbook_auto_from_rs(Cursor::new(body)).unwrap();
    let sheets: Vec<String> =
        workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| sheet.name.clone()).collect();
    let mut cells = Vec::new();
    for name in sheets {
        let range = workbook.worksheet_range(&name).unwrap();
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let text = match value {
                Data::Empty | Data::Error(_) => continue,
                Data::Int(number) => number.to_string(),
                Data::Float(number) => number.to_string(),
                Data::Bool(truth) => truth.to_string(),
                Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
                // A day before the calendar of spreadsheets is no day: one birth date of SERMIG is -258626.
                Data::DateTime(moment) if moment.is_duration() || moment.as_f64() < 0.0 => moment.as_f64().to_string(),
                Data::DateTime(moment) => {
                    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
                    let midnight = (hour, minute, second, milli) == (0, 0, 0, 0);
                    let time =
                        format!("{hour:02}:{minute:02}:{second:02}{}", if milli == 0 { String::new() } else { format!(".{milli:03}") });
                    let date = format!("{year:04}-{month:02}-{day:02}");
                    if moment.as_f64() < 1.0 {
                        time
                    } else if midnight {
                        date
                    } else {
                        format!("{date}T{time}")
                    }
                }
            };
            if !text.is_empty() {
                cells.push((name.clone(), row as u32 + top + 1, column as u32 + left + 1, text));
            }
        }
    }
    cells
}

fn workbooks(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            workbooks(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "xlsx" || extension == "xls") {
            into.push(path);
        }
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn real_workbooks_hold_the_same_cells_as_for_calamine() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let mut paths = Vec::new();
    workbooks(&folder, &mut paths);
    if paths.is_empty() {
        eprintln!("SKIPPED: {} does not exist, so the real workbooks are not compared", folder.display());
    }
    for path in paths {
        let body = std::fs::read(&path).unwrap();
        let (ours, theirs) = (ours(&body), theirs(&body));
        let first = ours.iter().zip(&theirs).find(|(a, b)| a != b);
        assert!(first.is_none(), "{}: {first:?}", path.display());
        assert_eq!(ours.len(), theirs.len(), "{}", path.display());
        assert!(!ours.is_empty(), "{}", path.display());
    }
}
