//! When observations were made, and the status letters that they carry for it and for other reasons.

use jiff::civil::Date;
use paso_model::{MeasureKind, Period, Status, days_since_epoch};

use crate::{block::PeriodTable, column::Column, flags::Flags, mapper::Mapper, symbols::Symbol};

impl Mapper<'_> {
    /// The periods of the batch's rows by a rule of the plan.
    pub(crate) fn periods(&mut self, rule: usize, kind: MeasureKind) -> Column<u32> {
        if let Some(known) = self.read_periods.get(&(rule, kind)) {
            return known.clone();
        }
        let day = if kind == MeasureKind::Flow { None } else { self.mapping.plan.reference_day };
        // A stock stands at a day. Where it is that of the end or the beginning of the year, it is that of a month as well.
        let at_day = |period: Period| match (kind, day) {
            (MeasureKind::Stock, _) if days_since_epoch(period.end()) - days_since_epoch(period.start()) == 1 => Some(period),
            (MeasureKind::Stock, Some((12, 31))) => Some(period.last_day()),
            (MeasureKind::Stock, Some((1, 1))) => Some(period.first_day()),
            (MeasureKind::Stock, _) => None,
            _ => Some(period),
        };
        let (reader, periods) = (&self.mapping.plan.periods[rule], &mut self.periods);
        let mut read = |text: &str| reader.read(text, day).and_then(at_day).map_or(PeriodTable::REFUSED, |period| periods.intern(period));
        let column = match self.bound.periods[rule].as_slice() {
            [] => Column::All(read(reader.always())),
            [place] => Column::of_texts(self.batch.texts(*place), read),
            [first, rest @ ..] => {
                let texts = &mut self.texts;
                let mut joined = Column::of_texts(self.batch.texts(*first), |text| texts.intern(text));
                for place in rest {
                    let next = Column::of_texts(self.batch.texts(*place), |text| texts.intern(text));
                    joined = joined.zip_once(&next, |before, after| {
                        let text = format!("{} {}", texts.text(before), texts.text(after));
                        texts.intern(&text)
                    });
                }
                joined.map(|text| read(texts.text(text)))
            }
        };
        self.read_periods.insert((rule, kind), column.clone());
        column
    }

    /// The declared status letters of a column; none where a text is not declared.
    pub(crate) fn letters(&self) -> Column<Option<Status>> {
        let Some(place) = self.bound.status else { return Column::All(Some(Status::NORMAL)) };
        Column::of_texts(self.batch.texts(place), |text| match text {
            "" => Some(Status::NORMAL),
            text => self.mapping.plan.status_codes.get(text).copied(),
        })
    }

    /// The publisher's flags, column by column.
    pub(crate) fn flags(&mut self) -> Vec<Column<Symbol>> {
        let known = self.mapping.reference.flags;
        let texts = &mut self.texts;
        let columns = self.mapping.observe.flags.0.iter().zip(&self.bound.flags);
        columns
            .map(|(rule, place)| {
                let Some(place) = place else { return Column::All(Symbol::NONE) };
                Column::of_texts(self.batch.texts(*place), |text| match text {
                    "" => Symbol::NONE,
                    text => {
                        let flags = Flags::of_cell(text, rule.separator.as_deref());
                        let all = flags.iter().all(|flag| known.get(&rule.list, flag).is_some());
                        if all { texts.intern(text) } else { Symbol::REFUSED }
                    }
                })
            })
            .collect()
    }

    /// The flags of all columns as one text.
    pub(crate) fn joined_flags(&mut self, flags: &[Column<Symbol>]) -> Column<Symbol> {
        let Some((first, rest)) = flags.split_first() else { return Column::All(Symbol::NONE) };
        let texts = &mut self.texts;
        rest.iter().fold(first.clone(), |joined, next| {
            joined.zip_once(next, |before, after| match (before, after) {
                (flag, Symbol::NONE) | (Symbol::NONE, flag) => flag,
                (before, after) => {
                    let text = format!("{}; {}", texts.text(before), texts.text(after));
                    texts.intern(&text)
                }
            })
        })
    }

    /// Adds what the flags mean, which may depend on the day that they speak of.
    pub(crate) fn flagged(&self, status: Column<Status>, flags: &[Column<Symbol>], period: &Column<u32>) -> Column<Status> {
        let rules = self.mapping.observe.flags.0.iter().zip(flags).filter(|(_, flags)| **flags != Column::All(Symbol::NONE));
        rules.fold(status, |status, (rule, flags)| {
            let meant = flags.zip_once(period, |flag, period| {
                if flag == Symbol::NONE {
                    return Status::default();
                }
                let day = self.periods.get(period).start();
                let flags = Flags::of_cell(self.texts.text(flag), rule.separator.as_deref());
                let meant = flags.iter().filter_map(|flag| self.mapping.reference.flags.status(&rule.list, flag, day));
                meant.fold(Status::default(), Status::union)
            });
            status.zip(&meant, Status::union)
        })
    }

    /// How confidential the rows are, where a column says it: `F` where its cell is empty, refused where its text is not declared.
    pub(crate) fn confidentiality(&mut self) -> Column<Symbol> {
        let (Some(place), Some(rule)) = (self.bound.conf, &self.mapping.observe.conf_from) else { return Column::All(Symbol::NONE) };
        let texts = &mut self.texts;
        Column::of_texts(self.batch.texts(place), |text| match text {
            "" => Symbol::NONE,
            text => rule.codes.get(text).map_or(Symbol::REFUSED, |code| texts.intern(code)),
        })
    }

    /// What the edition cannot know: a figure of days to come, and that of a period that was not over.
    pub(crate) fn dated(&self, status: Column<Status>, period: &Column<u32>) -> Column<Status> {
        let when: Vec<When> = self.periods.all().iter().map(|period| When::of(period, self.from.vintage)).collect();
        if when.iter().all(|when| *when == When::Over) {
            return status;
        }
        status.zip(period, |status, period| when[period as usize].status(status))
    }
}

/// Where a period stands by the day of an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Over,
    Begun,
    ToCome,
}

impl When {
    pub(crate) fn of(period: &Period, vintage: Date) -> Self {
        let last = days_since_epoch(period.end()) - 1;
        match days_since_epoch(vintage) {
            day if days_since_epoch(period.start()) > day => Self::ToCome,
            day if last > day => Self::Begun,
            _ => Self::Over,
        }
    }

    /// The status of a figure. An estimate of what is to come is a forecast; a count of it is a mid-year figure under the label of a year that was
    /// not over, and provisional like one of a year of which a part is counted.
    pub(crate) fn status(self, status: Status) -> Status {
        match self {
            Self::Over => status,
            _ if status.contains('F') => status,
            Self::ToCome if status.contains('E') => status.less(Status::ESTIMATED).union(Status::FORECAST),
            Self::Begun | Self::ToCome => status.union(Status::PROVISIONAL),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_edition_knows_no_more_than_its_day() {
        let status = |text: &str, period: &str, vintage: Date| {
            When::of(&Period::parse(period).unwrap(), vintage).status(text.parse().unwrap()).to_string()
        };
        assert_eq!(status("A", "2024", date(2024, 8, 1)), "P", "seven months of a year");
        assert_eq!(status("A", "2024", date(2024, 12, 31)), "A");
        assert_eq!(status("A", "2024-06-30", date(2024, 6, 30)), "A");
        assert_eq!(status("A", "2024-12-31", date(2024, 8, 1)), "P", "mid-year under the label of the year");
        assert_eq!(status("E", "2050-06-30", date(2018, 12, 21)), "F");
        assert_eq!(status("E", "2018", date(2018, 12, 21)), "EP");
        assert_eq!(status("F", "2018", date(2018, 12, 21)), "F");
    }
}
