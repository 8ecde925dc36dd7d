//! Numbers that a cell shows as a date.

use std::fmt::{self, Write};
use std::ops::Range;

/// From which day a workbook counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Epoch {
    /// Day 1 is 1900-01-01, and day 60 is 1900-02-29, which never was: an error of Lotus 1-2-3 that all spreadsheets keep.
    #[default]
    Year1900,
    /// Day 0 is 1904-01-01: workbooks of old Macintosh programs.
    Year1904,
}

/// The days that a spreadsheet has: up to the end of 9999.
const DAYS: Range<f64> = 0.0..2_958_466.0;
const MILLISECONDS: f64 = 86_400_000.0;

/// An ISO 8601 day, a moment if it has a time, a time if it has no day. What is no date stays a number.
pub(super) fn write_moment(into: &mut String, serial: f64, epoch: Epoch) -> fmt::Result {
    if !DAYS.contains(&serial) {
        return write!(into, "{serial}");
    }
    let mut day = serial.floor() as i64;
    let mut milliseconds = ((serial - serial.floor()) * MILLISECONDS).round() as i64;
    if milliseconds == MILLISECONDS as i64 {
        (day, milliseconds) = (day + 1, 0);
    }
    if serial >= 1.0 {
        let (year, month, day) = calendar(day, epoch);
        write!(into, "{year:04}-{month:02}-{day:02}")?;
        if milliseconds == 0 {
            return Ok(());
        }
        into.push('T');
    }
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
    write!(into, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
    if rest == 0 { Ok(()) } else { write!(into, ".{rest:03}") }
}

/// The year, month and day of a serial number.
fn calendar(serial: i64, epoch: Epoch) -> (i64, i64, i64) {
    let day = match (epoch, serial) {
        (Epoch::Year1900, 60) => return (1900, 2, 29),
        (Epoch::Year1900, ..60) => serial + 693_594,
        (Epoch::Year1900, _) => serial + 693_593,
        (Epoch::Year1904, _) => serial + 695_055,
    };
    // Days since 0000-03-01, by the arithmetic of the Gregorian cycle of 400 years.
    let shifted = day + 306;
    let (cycle, in_cycle) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_in_cycle = (in_cycle - in_cycle / 1460 + in_cycle / 36_524 - in_cycle / 146_096) / 365;
    let in_year = in_cycle - (365 * year_in_cycle + year_in_cycle / 4 - year_in_cycle / 100);
    let shifted_month = (5 * in_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = cycle * 400 + year_in_cycle + i64::from(month <= 2);
    (year, month, in_year - (153 * shifted_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(serial: f64, epoch: Epoch) -> String {
        let mut text = String::new();
        write_moment(&mut text, serial, epoch).unwrap();
        text
    }

    #[test]
    fn serial_numbers_are_days() {
        // Serials as documented for Excel: 45943 is 2025-10-13, 61 is 1900-03-01, 2958465 is 9999-12-31.
        for (serial, expected) in [
            (45_943.0, "2025-10-13"),
            (1.0, "1900-01-01"),
            (59.0, "1900-02-28"),
            (60.0, "1900-02-29"),
            (61.0, "1900-03-01"),
            (36_526.0, "2000-01-01"),
            (36_585.0, "2000-02-29"),
            (2_958_465.0, "9999-12-31"),
            (45_943.541, "2025-10-13T12:59:02.400"),
            (45_943.5, "2025-10-13T12:00:00"),
            (45_942.999_999_999, "2025-10-13"),
            (0.25, "06:00:00"),
            (-1.0, "-1"),
            (f64::NAN, "NaN"),
            (2_958_466.0, "2958466"),
        ] {
            assert_eq!(text(serial, Epoch::Year1900), expected);
        }
        // The two systems are 1,462 days apart.
        assert_eq!(text(45_943.0 - 1462.0, Epoch::Year1904), "2025-10-13");
        assert_eq!(text(1.0, Epoch::Year1904), "1904-01-02");
    }
}
