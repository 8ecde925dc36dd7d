//! The text of a cell, as the sheet would show it without a number format.

use std::fmt::Write;
use std::ops::Range;

use calamine::{DataRef, ExcelDateTime};

use crate::table::Cells;

/// A row of cells that is filled again and again.
///
/// Shared strings are borrowed from the workbook: a sheet may repeat one long text a million times.
#[derive(Debug, Default)]
pub(super) struct Row<'w> {
    /// The row, from 1.
    pub(super) number: u32,
    cells: Vec<Text<'w>>,
    own: String,
}

#[derive(Debug, Clone)]
enum Text<'w> {
    None,
    Shared(&'w str),
    Own(Range<usize>),
}

impl<'w> Row<'w> {
    pub(super) fn start(&mut self, number: u32) {
        self.number = number;
        self.cells.clear();
        self.own.clear();
    }

    /// Adds a cell; false if an earlier one stands there or to the right.
    pub(super) fn push(&mut self, column: u32, value: &DataRef<'w>) -> bool {
        let index = column as usize - 1;
        if index < self.cells.len() {
            return false;
        }
        self.cells.resize(index, Text::None);
        let text = match value {
            DataRef::Empty | DataRef::Error(_) => Text::None,
            DataRef::SharedString(text) => Text::Shared(text),
            own => {
                let from = self.own.len();
                write(&mut self.own, own);
                Text::Own(from..self.own.len())
            }
        };
        self.cells.push(text);
        true
    }

    /// The texts of the cells, from column 1 to the last one that the row has.
    pub(super) fn texts(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.cells.len()).map(|index| self.cell(index))
    }

    /// Whether no cell says anything.
    pub(super) fn is_blank(&self) -> bool {
        self.texts().flatten().all(|text| text.trim().is_empty())
    }

    /// The first cell right of `width` that says something, with its column.
    pub(super) fn stray(&self, width: u32) -> Option<(u32, &str)> {
        (width..self.cells.len() as u32)
            .filter_map(|index| self.cell(index as usize).map(|text| (index + 1, text)))
            .find(|(_, text)| !text.trim().is_empty())
    }
}

impl Cells for Row<'_> {
    fn cell(&self, index: usize) -> Option<&str> {
        match self.cells.get(index)? {
            Text::None => None,
            Text::Shared(text) => Some(text),
            Text::Own(range) => self.own.get(range.clone()),
        }
    }
}

fn write(into: &mut String, value: &DataRef<'_>) {
    // Writing to a String cannot fail.
    let _ = match value {
        DataRef::Int(number) => write!(into, "{number}"),
        // The shortest text that reads back as the same number: 900, 2.03339, 8.605341153154372.
        DataRef::Float(number) => write!(into, "{number}"),
        DataRef::Bool(truth) => write!(into, "{truth}"),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => write!(into, "{text}"),
        DataRef::SharedString(text) => write!(into, "{text}"),
        DataRef::DateTime(moment) => write_moment(into, moment),
        DataRef::Error(_) | DataRef::Empty => Ok(()),
    };
}

/// The days that a spreadsheet has: up to the end of 9999.
const DAYS: Range<f64> = 0.0..2_958_466.0;

/// A cell with a date format: an ISO 8601 day, a moment if it has a time, a time if it has no day. Durations, and what is no date, stay numbers.
fn write_moment(into: &mut String, moment: &ExcelDateTime) -> std::fmt::Result {
    let serial = moment.as_f64();
    if moment.is_duration() || !DAYS.contains(&serial) {
        return write!(into, "{serial}");
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    if serial >= 1.0 {
        write!(into, "{year:04}-{month:02}-{day:02}")?;
        if (hour, minute, second, milli) == (0, 0, 0, 0) {
            return Ok(());
        }
        into.push('T');
    }
    write!(into, "{hour:02}:{minute:02}:{second:02}")?;
    if milli == 0 { Ok(()) } else { write!(into, ".{milli:03}") }
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    fn text(value: &DataRef<'_>) -> Option<String> {
        let mut row = Row::default();
        assert!(row.push(1, value));
        row.cell(0).map(str::to_owned)
    }

    #[test]
    fn numbers_are_the_shortest_text_that_reads_back() {
        for (number, expected) in
            [(900.0, "900"), (0.0, "0"), (-17_267.0, "-17267"), (19_116.209, "19116.209"), (8.605_341_153_154_372, "8.605341153154372")]
        {
            assert_eq!(text(&DataRef::Float(number)).unwrap(), expected);
        }
        assert_eq!(text(&DataRef::Int(7)).unwrap(), "7");
    }

    #[test]
    fn errors_and_empty_cells_are_null_and_an_empty_text_is_not() {
        assert_eq!(text(&DataRef::Error(CellErrorType::Div0)), None);
        assert_eq!(text(&DataRef::Empty), None);
        assert_eq!(text(&DataRef::SharedString("")).as_deref(), Some(""));
        assert_eq!(text(&DataRef::Bool(true)).as_deref(), Some("true"));
        assert_eq!(text(&DataRef::String("  Chile*".to_owned())).as_deref(), Some("  Chile*"));
    }

    #[test]
    fn dates_are_iso_days() {
        let moment = |serial| DataRef::DateTime(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false));
        // Serials as documented for Excel: 45943 is 2025-10-13, 61 is 1900-03-01.
        assert_eq!(text(&moment(45_943.0)).unwrap(), "2025-10-13");
        assert_eq!(text(&moment(61.0)).unwrap(), "1900-03-01");
        assert_eq!(text(&moment(45_943.541)).unwrap(), "2025-10-13T12:59:02.400");
        assert_eq!(text(&moment(45_943.5)).unwrap(), "2025-10-13T12:00:00");
        assert_eq!(text(&moment(0.25)).unwrap(), "06:00:00");
        assert_eq!(text(&moment(-1.0)).unwrap(), "-1");
        assert_eq!(text(&moment(f64::NAN)).unwrap(), "NaN");
        let duration = DataRef::DateTime(ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false));
        assert_eq!(text(&duration).unwrap(), "1.5");
    }

    #[test]
    fn gaps_in_a_row_are_null_and_order_is_kept() {
        let mut row = Row::default();
        row.start(7);
        assert!(row.push(2, &DataRef::Int(1)));
        assert!(row.push(4, &DataRef::SharedString(" ")));
        assert!(!row.push(4, &DataRef::Int(2)));
        assert!(!row.push(1, &DataRef::Int(2)));
        assert_eq!(row.texts().collect::<Vec<_>>(), [None, Some("1"), None, Some(" ")]);
        assert_eq!(row.stray(1), Some((2, "1")));
        assert_eq!(row.stray(2), None);
        row.start(8);
        assert!(row.is_blank() && row.push(1, &DataRef::SharedString("\u{A0}")) && row.is_blank());
    }
}
