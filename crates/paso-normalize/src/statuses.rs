//! When observations were made, and the status letters that they carry for it and for other reasons.

use paso_model::{MeasureKind, Status};

use crate::{block::PeriodTable, column::Column, mapper::Mapper, period_form::read_period, symbols::Symbol};

impl Mapper<'_> {
    /// The periods of the batch's rows.
    pub(crate) fn periods(&mut self, kind: MeasureKind) -> Column<u32> {
        let flow = kind == MeasureKind::Flow;
        if let Some(known) = &self.read_periods[usize::from(flow)] {
            return known.clone();
        }
        let rule = &self.mapping.observe.period;
        let day = if flow { None } else { self.mapping.plan.reference_day };
        let periods = &mut self.periods;
        let mut read = |text: &str| {
            let period = rule.forms.iter().find_map(|form| read_period(text, *form, day));
            period.map_or(PeriodTable::REFUSED, |period| periods.intern(period))
        };
        let column = match self.bound.period {
            Some(place) => Column::of_texts(self.batch.texts(place), read),
            None => Column::All(read(rule.always.as_deref().unwrap_or("").trim())),
        };
        self.read_periods[usize::from(flow)] = Some(column.clone());
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

    /// The publisher's flags.
    pub(crate) fn flags(&mut self) -> Column<Symbol> {
        let (Some(place), Some(list)) = (self.bound.flags, &self.mapping.observe.flags) else { return Column::All(Symbol::NONE) };
        let known = self.mapping.reference.flags;
        let texts = &mut self.texts;
        Column::of_texts(self.batch.texts(place), |text| match text {
            "" => Symbol::NONE,
            text if known.get(&list.list, text).is_some() => texts.intern(text),
            _ => Symbol::REFUSED,
        })
    }

    /// Adds what the flags mean, which may depend on the day that they speak of.
    pub(crate) fn flagged(&self, status: Column<Status>, flags: &Column<Symbol>, period: &Column<u32>) -> Column<Status> {
        let Some(list) = self.mapping.observe.flags.as_ref().filter(|_| *flags != Column::All(Symbol::NONE)) else { return status };
        let meant = flags.zip_once(period, |flag, period| {
            let day = self.periods.get(period).start();
            let text = if flag == Symbol::NONE { None } else { Some(self.texts.text(flag)) };
            text.and_then(|text| self.mapping.reference.flags.status(&list.list, text, day)).unwrap_or_default()
        });
        status.zip(&meant, Status::union)
    }

    /// A stock dated after its edition is a mid-year figure under the label of a year that was not over.
    pub(crate) fn dated(&self, status: Column<Status>, period: &Column<u32>) -> Column<Status> {
        let late: Vec<bool> = self.periods.all().iter().map(|period| period.start() > self.from.vintage).collect();
        if !late.contains(&true) {
            return status;
        }
        status.zip(
            period,
            |status, period| {
                if late[period as usize] && !status.contains('F') { status.union(Status::PROVISIONAL) } else { status }
            },
        )
    }
}
