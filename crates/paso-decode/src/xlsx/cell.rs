//! The text of a cell, as the sheet would show it without a number format.

use std::fmt::Write;
use std::ops::Range;

use super::moment::{Epoch, write_moment};
use super::xml::{unescape, unescape_controls};
use crate::table::Cells;

/// A row of cells that is filled again and again.
///
/// Shared strings are borrowed from the workbook: a sheet may repeat one long text a million times.
#[derive(Debug, Default, Clone)]
pub(super) struct Row<'w> {
    /// The row, from 1.
    pub(super) number: u32,
    /// The first column whose cell has a formula that was never calculated.
    pub(super) uncalculated: Option<u32>,
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
        self.uncalculated = None;
        self.cells.clear();
        self.own.clear();
    }

    /// The columns up to the last cell.
    pub(super) fn width(&self) -> u32 {
        self.cells.len() as u32
    }

    /// Makes a column the next one; false if an earlier cell stands there or to the right.
    pub(super) fn advance(&mut self, column: u32) -> bool {
        let index = column as usize - 1;
        let in_order = index >= self.cells.len();
        if in_order {
            self.cells.resize(index, Text::None);
        }
        in_order
    }

    pub(super) fn push_nothing(&mut self) {
        self.cells.push(Text::None);
    }

    /// Adds a cell with a formula and no value.
    pub(super) fn push_uncalculated(&mut self) {
        self.cells.push(Text::None);
        self.uncalculated.get_or_insert(self.cells.len() as u32);
    }

    pub(super) fn push_shared(&mut self, text: &'w str) {
        self.cells.push(Text::Shared(text));
    }

    pub(super) fn push_text(&mut self, text: &str) {
        self.push_own(|own| own.push_str(text));
    }

    pub(super) fn push_own(&mut self, write: impl FnOnce(&mut String)) {
        let from = self.own.len();
        write(&mut self.own);
        self.cells.push(Text::Own(from..self.own.len()));
    }

    /// Adds a text from XML.
    pub(super) fn push_xml(&mut self, raw: &[u8]) -> Result<(), String> {
        let from = self.own.len();
        unescape(raw, &mut self.own)?;
        unescape_controls(&mut self.own, from);
        self.cells.push(Text::Own(from..self.own.len()));
        Ok(())
    }

    /// Adds a number from its text; false if it is none.
    pub(super) fn push_number(&mut self, raw: &[u8], date: Option<Epoch>) -> bool {
        let from = self.own.len();
        let written = match (std::str::from_utf8(raw), date) {
            (Ok(text), None) if is_shortest(raw) => {
                self.own.push_str(text);
                true
            }
            (Ok(text), date) => text.parse().ok().filter(|number: &f64| number.is_finite()).is_some_and(|number| {
                write_number(&mut self.own, number, date);
                true
            }),
            (Err(_), _) => false,
        };
        if written {
            self.cells.push(Text::Own(from..self.own.len()));
        }
        written
    }

    /// Adds a number.
    pub(super) fn push_float(&mut self, number: f64, date: Option<Epoch>) {
        self.push_own(|own| write_number(own, number, date));
    }

    /// The texts of the cells, from column 1 to the last one that the row has.
    pub(super) fn texts(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.cells.len()).map(|index| self.cell(index))
    }

    /// The texts that say something, each with its column.
    pub(super) fn said(&self) -> impl Iterator<Item = (u32, &str)> {
        self.texts().zip(1..).filter_map(|(text, column)| Some((column, text.filter(|text| !is_blank(text))?)))
    }

    /// Whether no cell says anything.
    pub(super) fn is_blank(&self) -> bool {
        self.said().next().is_none()
    }

    /// The first cell right of `width` that says something, with its column.
    pub(super) fn stray(&self, width: u32) -> Option<(u32, &str)> {
        if self.width() <= width {
            return None;
        }
        self.said().find(|(column, _)| *column > width)
    }
}

/// Whether a text says nothing.
pub(super) fn is_blank(text: &str) -> bool {
    text.trim_start().is_empty()
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

/// Whether a number's text is already the shortest that reads back as the same number. A decimal of at most 15 digits is: no two of them
/// are the same double.
fn is_shortest(raw: &[u8]) -> bool {
    const SURE_DIGITS: usize = 15;
    let unsigned = raw.strip_prefix(b"-").unwrap_or(raw);
    if unsigned.len() > SURE_DIGITS + 1 {
        return false;
    }
    let (whole, fraction) =
        unsigned.iter().position(|byte| *byte == b'.').map_or((unsigned, None), |at| (&unsigned[..at], Some(&unsigned[at + 1..])));
    let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    let whole_fits = match whole {
        [b'0'] => fraction.is_some() || raw.len() == 1,
        [] | [b'0', ..] => false,
        digits_only => digits(digits_only),
    };
    let fraction_fits = fraction.is_none_or(|fraction| digits(fraction) && fraction.last().is_some_and(|last| *last != b'0'));
    whole_fits && fraction_fits && whole.len() + fraction.map_or(0, <[u8]>::len) <= SURE_DIGITS
}

fn write_number(into: &mut String, number: f64, date: Option<Epoch>) {
    // Writing to a String cannot fail. Display gives the shortest text that reads back as the same number: 900, 2.03339, 8.605341153154372.
    let _ = match date {
        Some(epoch) => write_moment(into, number, epoch),
        None => write!(into, "{number}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_shortest_text_that_reads_back() {
        let cases = [
            ("900", "900"),
            ("0", "0"),
            ("-17267", "-17267"),
            ("19116.209", "19116.209"),
            ("8.605341153154372", "8.605341153154372"),
            ("1.50", "1.5"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("0.1", "0.1"),
            ("1E3", "1000"),
            ("2.8059810500000000E8", "280598105"),
            ("007", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-0.0", "-0"),
            ("1e-7", "0.0000001"),
            ("123456789012345", "123456789012345"),
            ("1234567890123456789", "1234567890123456800"),
        ];
        for (raw, expected) in cases {
            let mut row = Row::default();
            assert!(row.push_number(raw.as_bytes(), None));
            assert_eq!(row.cell(0), Some(expected), "{raw}");
            let shortest = raw.parse::<f64>().unwrap().to_string();
            assert!(!is_shortest(raw.as_bytes()) || shortest == raw, "{raw}");
        }
        for no_number in ["", "x", "inf", "NaN", "1e999", "--1", "1.2.3", "1,5"] {
            assert!(!Row::default().push_number(no_number.as_bytes(), None), "{no_number}");
        }
    }

    #[test]
    fn dates_are_iso_days() {
        let mut row = Row::default();
        assert!(row.push_number(b"45943", Some(Epoch::Year1900)));
        row.push_float(44_481.5, Some(Epoch::Year1904));
        assert_eq!((row.cell(0), row.cell(1)), (Some("2025-10-13"), Some("2025-10-13T12:00:00")));
    }

    #[test]
    fn gaps_in_a_row_are_null_and_order_is_kept() {
        let mut row = Row::default();
        row.start(7);
        assert!(row.advance(2));
        row.push_text("1");
        assert!(row.advance(4));
        row.push_shared(" ");
        assert!(!row.advance(4) && !row.advance(1));
        assert_eq!(row.texts().collect::<Vec<_>>(), [None, Some("1"), None, Some(" ")]);
        assert_eq!((row.stray(1), row.stray(2), row.width()), (Some((2, "1")), None, 4));
        row.push_uncalculated();
        assert_eq!(row.uncalculated, Some(5));
        row.start(8);
        assert!(row.is_blank() && row.advance(1));
        row.push_xml("\u{A0}".as_bytes()).unwrap();
        assert!(row.is_blank() && row.uncalculated.is_none());
    }
}
