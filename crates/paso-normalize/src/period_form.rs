//! Periods as publishers write them.

use paso_model::Period;

use crate::spec::PeriodForm;

/// Reads a period in one form. A stock has a reference day (month and day): a year then means that day in it.
pub(crate) fn read_period(text: &str, form: PeriodForm, reference_day: Option<(i8, i8)>) -> Option<Period> {
    match form {
        PeriodForm::Year => {
            let year: i16 = (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()?;
            match reference_day {
                Some((12, 31)) => Period::year_end(year).ok(),
                Some((month, day)) => jiff::civil::Date::new(year, month, day).ok().map(Period::day),
                None => Period::year(year).ok(),
            }
        }
        PeriodForm::YearSpan => {
            let (from, to) = text.split_once(['-', '–'])?;
            (from.len() == 4 && to.len() == 4).then(|| Period::parse(&format!("{from}/{to}")).ok()).flatten()
        }
        PeriodForm::Label => Period::parse(text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, form: PeriodForm, day: Option<(i8, i8)>) -> Option<(String, String, String)> {
        read_period(text, form, day).map(|period| (period.label().to_owned(), period.start().to_string(), period.end().to_string()))
    }

    fn of(label: &str, start: &str, end: &str) -> (String, String, String) {
        (label.to_owned(), start.to_owned(), end.to_owned())
    }

    #[test]
    fn a_year_is_a_span_for_flows_and_a_day_for_stocks() {
        assert_eq!(read("2020", PeriodForm::Year, None), Some(of("2020", "2020-01-01", "2021-01-01")));
        assert_eq!(read("2020", PeriodForm::Year, Some((12, 31))), Some(of("2020", "2020-12-31", "2021-01-01")));
        assert_eq!(read("2020", PeriodForm::Year, Some((7, 1))), Some(of("2020-07-01", "2020-07-01", "2020-07-02")));
    }

    #[test]
    fn a_span_of_years_goes_from_mid_year_to_mid_year() {
        assert_eq!(read("1990-1995", PeriodForm::YearSpan, Some((7, 1))), Some(of("1990/1995", "1990-07-01", "1995-07-01")));
        assert_eq!(read("1990", PeriodForm::YearSpan, None), None);
        assert_eq!(read("1990-1995", PeriodForm::Year, None), None);
    }

    #[test]
    fn what_is_no_year_is_refused() {
        for text in ["", "20", "+202", "20x0", "12020"] {
            assert_eq!(read(text, PeriodForm::Year, None), None, "{text}");
        }
    }
}
