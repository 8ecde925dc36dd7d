//! Periods: the label that people read and the half-open span of days that joins use.

use std::fmt;

use jiff::{
    ToSpan,
    civil::{Date, ISOWeekDate, Weekday, date},
};

/// A period: `2020`, `2020-S1`, `2020-Q3`, `2020-07`, `2024-W01`, `2020-07-01`, `1990/1995` (from the one mid-year to the other)
/// or `2026-01-01/2026-07-01`, with the half-open span `[start, end)` of days.
///
/// The label of a year may stand for one day in it: a stock on 31 December is labelled by its year.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    label: String,
    start: Date,
    end: Date,
}

/// Text that is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a period{}", if .why.is_empty() { String::new() } else { format!(": {}", .why) })]
pub struct PeriodError {
    /// The text as found.
    pub text: String,
    /// What is wrong with it, where more can be said.
    pub why: String,
}

impl Period {
    /// The calendar year.
    pub fn year(year: i16) -> Result<Self, PeriodError> {
        Ok(Self { label: format!("{year:04}"), start: first_day(year)?, end: first_day(year + 1)? })
    }

    /// The stock on the last day of a year, labelled by the year.
    pub fn year_end(year: i16) -> Result<Self, PeriodError> {
        let end = first_day(year + 1)?;
        Ok(Self { label: format!("{year:04}"), start: end.saturating_sub(1.day()), end })
    }

    /// The first day, under the label.
    #[must_use]
    pub fn first_day(self) -> Self {
        Self { end: self.start.saturating_add(1.day()), ..self }
    }

    /// The last day, under the label.
    #[must_use]
    pub fn last_day(self) -> Self {
        Self { start: self.end.saturating_sub(1.day()), ..self }
    }

    /// One day.
    pub fn day(day: Date) -> Self {
        Self { label: day.to_string(), start: day, end: day.saturating_add(1.day()) }
    }

    /// The months from `first` on.
    fn months(label: &str, year: i16, first: i8, count: i32) -> Result<Self, PeriodError> {
        first_day(year)?;
        let start = date(year, first, 1);
        Ok(Self { label: label.to_owned(), start, end: start.saturating_add(count.months()) })
    }

    /// Reads a label.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let fail = |why: &str| PeriodError { text: text.to_owned(), why: why.to_owned() };
        if let Some((from, to)) = text.split_once('/') {
            return Self::parse_span(text, from, to);
        }
        let (year, rest) = match text.split_once('-') {
            Some((year, rest)) => (parse_year(year).ok_or_else(|| fail("the year needs four digits"))?, rest),
            None => return Self::year(parse_year(text).ok_or_else(|| fail("the year needs four digits"))?),
        };
        let ordinal = |digits: &str, most: i8| {
            digits.parse::<i8>().ok().filter(|n| (1..=most).contains(n) && digits.bytes().all(|b| b.is_ascii_digit()))
        };
        if let Some(half) = rest.strip_prefix('S') {
            let half = ordinal(half, 2).ok_or_else(|| fail("half-years are S1 and S2"))?;
            return Self::months(text, year, half * 6 - 5, 6);
        }
        if let Some(quarter) = rest.strip_prefix('Q') {
            let quarter = ordinal(quarter, 4).ok_or_else(|| fail("quarters are Q1 to Q4"))?;
            return Self::months(text, year, quarter * 3 - 2, 3);
        }
        if let Some(week) = rest.strip_prefix('W') {
            let week = ordinal(week, 53).filter(|_| week.len() == 2).ok_or_else(|| fail("weeks are W01 to W53"))?;
            let monday = ISOWeekDate::new(year, week, Weekday::Monday).map_err(|e| fail(&e.to_string()))?.date();
            return Ok(Self { label: text.to_owned(), start: monday, end: monday.saturating_add(7.days()) });
        }
        if rest.len() == 2 {
            let month = ordinal(rest, 12).ok_or_else(|| fail("months are 01 to 12"))?;
            return Self::months(text, year, month, 1);
        }
        let day: Date = text.parse().map_err(|_| fail("days are written 2020-07-01"))?;
        if day.to_string() != text {
            return Err(fail("days are written 2020-07-01"));
        }
        Ok(Self::day(day))
    }

    fn parse_span(text: &str, from: &str, to: &str) -> Result<Self, PeriodError> {
        let fail = |why: &str| PeriodError { text: text.to_owned(), why: why.to_owned() };
        let (start, end) = match (parse_year(from), parse_year(to)) {
            (Some(from), Some(to)) => (mid_year(from), mid_year(to)),
            _ => (
                from.parse().map_err(|_| fail("a span joins two years or two days by `/`"))?,
                to.parse().map_err(|_| fail("a span joins two years or two days by `/`"))?,
            ),
        };
        if start >= end {
            return Err(fail("it ends before it starts"));
        }
        Ok(Self { label: text.to_owned(), start, end })
    }

    /// The label.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The first day.
    pub fn start(&self) -> Date {
        self.start
    }

    /// The first day after it.
    pub fn end(&self) -> Date {
        self.end
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

fn parse_year(text: &str) -> Option<i16> {
    (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn mid_year(year: i16) -> Date {
    date(year, 7, 1)
}

fn first_day(year: i16) -> Result<Date, PeriodError> {
    if !(1000..=9998).contains(&year) {
        return Err(PeriodError { text: year.to_string(), why: "the year needs four digits".to_owned() });
    }
    Ok(date(year, 1, 1))
}

/// Days since 1970-01-01, as Arrow's `Date32` stores a date.
pub fn days_since_epoch(day: Date) -> i32 {
    day.since((jiff::Unit::Day, date(1970, 1, 1))).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(text: &str) -> (String, String) {
        let period = Period::parse(text).unwrap();
        (period.start().to_string(), period.end().to_string())
    }

    #[test]
    fn every_form_has_its_half_open_span() {
        for (text, start, end) in [
            ("2020", "2020-01-01", "2021-01-01"),
            ("2020-S1", "2020-01-01", "2020-07-01"),
            ("2020-S2", "2020-07-01", "2021-01-01"),
            ("2020-Q3", "2020-07-01", "2020-10-01"),
            ("2020-07", "2020-07-01", "2020-08-01"),
            ("2024-W01", "2024-01-01", "2024-01-08"),
            ("2020-W53", "2020-12-28", "2021-01-04"),
            ("2020-02-29", "2020-02-29", "2020-03-01"),
            ("1990/1995", "1990-07-01", "1995-07-01"),
            ("2026-01-01/2026-07-01", "2026-01-01", "2026-07-01"),
        ] {
            assert_eq!(span(text), (start.to_owned(), end.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in
            ["", "20", "2020-13", "2020-Q5", "2020-S3", "2021-W53", "2021-02-29", "1995/1990", "2020-7", "2020-Q", "r2020", "2020-1-1"]
        {
            assert!(Period::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_year_end_stock_is_one_day_labelled_by_its_year() {
        let period = Period::year_end(2020).unwrap();
        assert_eq!(
            (period.label(), period.start().to_string(), period.end().to_string()),
            ("2020", "2020-12-31".into(), "2021-01-01".into())
        );
    }

    #[test]
    fn days_count_from_the_epoch() {
        assert_eq!(days_since_epoch(date(1970, 1, 1)), 0);
        assert_eq!(days_since_epoch(date(1969, 12, 31)), -1);
        assert_eq!(days_since_epoch(date(2020, 7, 1)), 18_444);
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_keeps_the_label(text in "[0-9]{4}(-[SQW]?[0-9]{1,2}(-[0-9]{2})?)?(/[0-9]{4})?") {
            if let Ok(period) = Period::parse(&text) {
                prop_assert_eq!(period.label(), text.as_str());
                prop_assert!(period.start() < period.end());
            }
        }
    }
}
