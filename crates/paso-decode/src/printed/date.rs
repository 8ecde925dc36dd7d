//! Dates as documents bear them: a day, a month or a year.

/// Whether a text is `2024-05-14`, and such a day exists.
pub(super) fn is_day(text: &str) -> bool {
    text.len() == 10 && is_date(text)
}

/// Whether a text is a day, a month (`2024-05`) or a year (`2024`).
pub(super) fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let Some(year) = parts.next().and_then(|part| digits(part, 4)) else { return false };
    let Some(month) = parts.next() else { return true };
    let Some(month) = digits(month, 2).filter(|month| (1..=12).contains(month)) else { return false };
    let Some(day) = parts.next() else { return true };
    parts.next().is_none() && digits(day, 2).is_some_and(|day| (1..=days(year, month)).contains(&day))
}

fn digits(text: &str, count: usize) -> Option<u32> {
    if text.len() != count || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// The days of a month in the Gregorian calendar.
fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_months_and_years_are_dates() {
        for date in ["2024", "2024-12", "2024-02-29", "2000-02-29", "1999-12-31"] {
            assert!(is_date(date), "{date}");
        }
        for other in [
            "",
            "24",
            "2024-",
            "2024-13",
            "2024-00",
            "2024-5",
            "2023-02-29",
            "1900-02-29",
            "2024-04-31",
            "2024-04-00",
            "14-05-2024",
            "2024/05/14",
            "2024-05-14T00:00",
            "2024-05-14-01",
            "２０２４",
            "mayo de 2024",
        ] {
            assert!(!is_date(other), "{other}");
        }
        assert!(is_day("2024-05-14") && !is_day("2024-05") && !is_day("2024-05-32"));
    }
}
