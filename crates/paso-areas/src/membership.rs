//! Members of groups: `groups.toml`.

use std::{collections::HashMap, path::Path};

use jiff::civil::Date;

use crate::{
    area::AreaKind,
    document::{Document, Field, Section},
    error::AreasError,
};

/// One member of a group, from `groups.toml`. All but the last two fields are the columns of [`paso_model::reference::AREA_GROUPS`].
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
    /// Remark.
    pub note: Option<String>,
    /// The line of `groups.toml`.
    pub line: u64,
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

/// Reads the text of `groups.toml`, sorted by group, member and first day.
pub(crate) fn parse(path: &Path, text: &str, area: impl Fn(&str) -> Option<AreaKind>) -> Result<Vec<Membership>, AreasError> {
    let document = Document::read(path, text)?;
    let mut members: Vec<Membership> = Vec::new();
    for section in document.sections() {
        let section = section?;
        if area(section.name) != Some(AreaKind::Group) {
            let id = section.name.to_owned();
            return Err(AreasError::Unknown {
                path: section.path(),
                line: section.line(),
                column: "group",
                id,
                expected: "a group of areas.csv",
            });
        }
        let mut seen: HashMap<&str, Vec<usize>> = HashMap::new();
        let (source, items) = keys(section)?;
        for item in items.items()? {
            let stated = Stated::read(item, source)?;
            for place in &stated.members {
                let member = place.text("member")?;
                if !matches!(area(member), Some(AreaKind::Country | AreaKind::Former)) {
                    return Err(place.unknown("member", member, "a country or former country of areas.csv"));
                }
                let membership = stated.membership(section.name, member, place.line());
                let earlier = seen.entry(member).or_default();
                if let Some(&first) = earlier.iter().find(|&&first| membership.overlaps(&members[first])) {
                    let Membership { group, member, line, .. } = membership;
                    return Err(AreasError::Overlap { path: section.path(), line, group, member, first: members[first].line });
                }
                earlier.push(members.len());
                members.push(membership);
            }
        }
        if seen.is_empty() {
            return Err(section.wrong("group", "without members: leave the table out"));
        }
    }
    members.sort();
    Ok(members)
}

/// The keys of a group: its source, and its list of members.
fn keys(section: Section<'_>) -> Result<(&str, Field<'_>), AreasError> {
    let (mut source, mut members) = (None, None);
    for field in section.fields() {
        match field.key {
            "source" => source = Some(field.text("source")?),
            "members" => members = Some(field),
            other => return Err(field.wrong("key", other, "source or members")),
        }
    }
    match (source, members) {
        (Some(source), Some(members)) => Ok((source, members)),
        _ => Err(section.wrong("group", "complete: it needs source and members")),
    }
}

/// One item of a list of members: one area, or several with the same days.
struct Stated<'d> {
    members: Vec<Field<'d>>,
    from: Option<Date>,
    to: Option<Date>,
    source: &'d str,
    note: Option<&'d str>,
}

impl<'d> Stated<'d> {
    fn read(item: Field<'d>, source: &'d str) -> Result<Self, AreasError> {
        let mut stated = Self { members: vec![], from: None, to: None, source, note: None };
        if item.as_text().is_some() {
            stated.members.push(item);
            return Ok(stated);
        }
        let mut end = None;
        let refuse = |problem| item.wrong("an item of", item.key, problem);
        for field in item.as_table().ok_or_else(|| refuse("a code in quotes, or { area = \"…\", from = 1993-01-01 }"))? {
            match field.key {
                "area" => stated.members.push(field),
                "areas" => stated.members.extend(field.items()?),
                "from" => stated.from = Some(field.day()?),
                "to" => (stated.to, end) = (Some(field.day()?), Some(field)),
                "source" => stated.source = field.text("source")?,
                "note" => stated.note = Some(field.text("note")?),
                other => return Err(field.wrong("key", other, "area, areas, from, to, source or note")),
            }
        }
        match (stated.from, stated.to, end) {
            (Some(first), Some(after), Some(end)) if first >= after => Err(end.wrong("to", &after.to_string(), "after the first day")),
            _ if stated.members.is_empty() => Err(refuse("about anyone: name them with area or areas")),
            _ => Ok(stated),
        }
    }

    fn membership(&self, group: &str, member: &str, line: u64) -> Membership {
        let (source, note) = (self.source.to_owned(), self.note.map(str::to_owned));
        Membership { group: group.to_owned(), member: member.to_owned(), from: self.from, to: self.to, source, note, line }
    }
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
