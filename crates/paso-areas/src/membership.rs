//! Members of groups: `area_groups.csv`.

use std::{collections::HashMap, path::Path};

use jiff::civil::Date;
use paso_model::reference::AREA_GROUPS;

use crate::{area::AreaKind, error::AreasError, table::Table};

/// One line of `area_groups.csv`; the fields are the columns of [`paso_model::reference::AREA_GROUPS`].
///
/// Members are single areas, present or former: a list made of other lists is written out. The dates are days of membership and not
/// editions of a publisher; a group whose list changes with the edition has one id for each edition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// The group.
    pub group: String,
    /// The member.
    pub member: String,
    /// First day of membership; none means always.
    pub from: Option<Date>,
    /// First day after membership; none means still.
    pub to: Option<Date>,
    /// Where the membership is stated.
    pub source: String,
}

impl Membership {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let before = |end: Option<Date>, start: Option<Date>| matches!((end, start), (Some(end), Some(start)) if end <= start);
        !before(self.to, other.from) && !before(other.to, self.from)
    }
}

/// Reads the text of `area_groups.csv`, sorted by group, member and first day.
pub(crate) fn parse(path: &Path, text: &str, area: impl Fn(&str) -> Option<AreaKind>) -> Result<Vec<Membership>, AreasError> {
    let table = Table::read(path, text, &AREA_GROUPS.map(|column| column.name))?;
    let mut members = Vec::with_capacity(table.rows().len());
    let mut seen: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (index, row) in table.rows().iter().enumerate() {
        let (group, member) = (row.required(0)?, row.required(1)?);
        if area(group) != Some(AreaKind::Group) {
            return Err(row.unknown(0, "a group of areas.csv"));
        }
        if !matches!(area(member), Some(AreaKind::Country | AreaKind::Former)) {
            return Err(row.unknown(1, "a country or former country of areas.csv"));
        }
        let (from, to) = row.dates(2, 3)?;
        let membership = Membership { group: group.to_owned(), member: member.to_owned(), from, to, source: row.required(4)?.to_owned() };
        let earlier = seen.entry((group, member)).or_default();
        if let Some(&first) = earlier.iter().find(|&&first| membership.overlaps(&members[first])) {
            return Err(AreasError::Overlap {
                path: row.path(),
                line: row.line(),
                group: membership.group,
                member: membership.member,
                first: table.rows()[first].line(),
            });
        }
        earlier.push(index);
        members.push(membership);
    }
    members.sort();
    Ok(members)
}

/// The members of each group as a range of the sorted list.
pub(crate) fn ranges(members: &[Membership]) -> HashMap<String, std::ops::Range<usize>> {
    let mut ranges = HashMap::new();
    let mut start = 0;
    for chunk in members.chunk_by(|a, b| a.group == b.group) {
        ranges.insert(chunk[0].group.clone(), start..start + chunk.len());
        start += chunk.len();
    }
    ranges
}
