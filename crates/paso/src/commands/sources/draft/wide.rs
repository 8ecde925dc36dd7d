//! Tables whose columns are values of one dimension: the titles are periods, or areas.

use paso_decode::Forms;
use paso_normalize::PeriodForm;
use paso_pipeline::ReferenceData;

use super::{
    area::{AreaGuess, area},
    guess::{Guess, period_form},
};
use crate::message::Column;

/// So many columns whose titles are periods make a wide table.
const PERIODS: usize = 3;
/// So many columns whose titles are areas make one.
const AREAS: usize = 5;

/// What the titles of a wide table are.
#[derive(Debug)]
pub(super) enum Across {
    Periods(PeriodForm),
    Areas(AreaGuess),
}

/// A wide table.
#[derive(Debug)]
pub(super) struct Wide {
    /// The titles of the columns that become rows.
    pub(super) titles: Vec<String>,
    pub(super) across: Across,
}

impl Wide {
    /// The column that receives the titles.
    pub(super) fn level(&self) -> &'static str {
        match &self.across {
            Across::Periods(_) => "period",
            Across::Areas(area) if area.of_regions => "region",
            Across::Areas(_) => "destination",
        }
    }

    /// A title that is known for what it is.
    pub(super) fn example(&self) -> &str {
        let known = |title: &&String| matches!(&self.across, Across::Areas(area) if !area.unresolved.contains(title));
        self.titles.iter().find(known).or(self.titles.first()).map_or("", String::as_str)
    }
}

/// The columns of a table that is wide, where its form can make it long.
pub(super) fn wide(columns: &[(&Column, Guess)], forms: &Forms, reference: &ReferenceData, publisher: &str) -> Option<Wide> {
    let unpivots = forms.csv.as_ref().map(|form| &form.unpivot).or(forms.xlsx.as_ref().map(|form| &form.unpivot))?;
    if unpivots.is_some() {
        return None;
    }
    let titles = |free: bool| {
        let values = columns.iter().filter(move |(_, guess)| matches!(guess, Guess::Number(_)) || (free && *guess == Guess::Free));
        values.map(|(column, _)| column.name.as_str())
    };
    let is_period = |title: &&str| period_form(&[title]).is_some_and(|(_, unread)| unread.is_empty());
    let periods: Vec<&str> = titles(true).filter(is_period).collect();
    let owned = |titles: Vec<&str>| titles.into_iter().map(str::to_owned).collect();
    if periods.len() >= PERIODS
        && let Some((form, unread)) = period_form(&periods)
        && unread.is_empty()
    {
        return Some(Wide { titles: owned(periods), across: Across::Periods(form) });
    }
    // A column without a title is none of them.
    let areas: Vec<&str> = titles(false).filter(|title| !title.starts_with("column ")).collect();
    let guess = (areas.len() >= AREAS).then(|| area("", &areas, reference, publisher)).flatten()?;
    (guess.resolved * 5 >= areas.len() * 4).then(|| Wide { titles: owned(areas), across: Across::Areas(guess) })
}
