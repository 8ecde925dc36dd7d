//! When a new edition is to be expected, and since when it is late.

use jiff::{ToSpan as _, Unit, civil::Date};
use serde::Serialize;

use crate::definition::Update;

/// When the next edition of a dataset is to be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// On this day.
    On(Date),
    /// Never: the publisher makes no more of them.
    Closed,
}

impl Expected {
    /// What the definition lets expect after an edition of this date.
    pub(crate) fn after(vintage: Date, update: Update) -> Option<Self> {
        match update.months {
            _ if update.closed => Some(Self::Closed),
            Some(months) => vintage.checked_add(i64::from(months).months()).ok().map(Self::On),
            None => None,
        }
    }

    /// How many whole months it is late on a day; none before the first has passed, for few publishers keep to a day.
    pub fn months_late(self, today: Date) -> Option<u32> {
        let Self::On(day) = self else { return None };
        months_between(day, today).filter(|months| *months > 0)
    }
}

/// How many whole months lie between two days; none where the second is the earlier one.
pub(crate) fn months_between(day: Date, later: Date) -> Option<u32> {
    u32::try_from(day.until((Unit::Month, later)).ok()?.get_months()).ok()
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::On(day) => day.fmt(f),
            Self::Closed => f.write_str("closed"),
        }
    }
}

impl Serialize for Expected {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_edition_is_late_once_a_whole_month_has_passed() {
        let yearly = Update { months: Some(12), closed: false };
        let expected = Expected::after(date(2024, 12, 30), yearly).unwrap();
        assert_eq!(expected, Expected::On(date(2025, 12, 30)));
        assert_eq!(expected.months_late(date(2025, 6, 1)), None);
        assert_eq!(expected.months_late(date(2026, 1, 29)), None);
        assert_eq!(expected.months_late(date(2026, 1, 30)), Some(1));
        assert_eq!(expected.months_late(date(2027, 2, 1)), Some(13));
        let monthly = Update { months: Some(1), closed: false };
        assert_eq!(Expected::after(date(2025, 1, 31), monthly), Some(Expected::On(date(2025, 2, 28))));
    }

    #[test]
    fn a_closed_dataset_is_never_late() {
        let closed = Update { months: None, closed: true };
        let expected = Expected::after(date(2015, 12, 1), closed).unwrap();
        assert_eq!((expected.to_string().as_str(), expected.months_late(date(2030, 1, 1))), ("closed", None));
    }
}
