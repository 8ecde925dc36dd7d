//! `areas list`: areas of a kind, or the members of a group on a day.

use std::collections::HashMap;

use paso_areas::{Areas, Membership};

use crate::{
    cli::ListAreas,
    commands::areas::day,
    exit::{Abort, ExitStatus},
    printer::{Cell, Printer, Rows},
    settings::Settings,
};

pub(super) fn execute(settings: &Settings, areas: &Areas, arguments: &ListAreas) -> Result<ExitStatus, Abort> {
    let members = arguments.group.as_deref().map(|group| members(areas, group, arguments)).transpose()?;
    let mut headings = vec!["area", "kind", "alpha2", "m49", "name_en", "name_es", "valid_from", "valid_to"];
    if members.is_some() {
        headings.extend(["member_from", "member_to"]);
    }
    let mut rows = Rows::new(headings);
    for area in areas.areas().filter(|area| arguments.kind.is_none_or(|kind| area.kind == kind)) {
        let membership = members.as_ref().map(|members| members.get(area.id.as_str()));
        if membership == Some(None) {
            continue;
        }
        let mut row = vec![
            Cell::text(&area.id),
            Cell::text(area.kind.as_str()),
            Cell::maybe(area.alpha2.as_deref()),
            Cell::maybe(area.m49.as_deref()),
            Cell::text(&area.name.en),
            Cell::text(&area.name.es),
            Cell::maybe(area.valid_from.map(|day| day.to_string())),
            Cell::maybe(area.valid_to.map(|day| day.to_string())),
        ];
        if let Some(Some(membership)) = membership {
            row.push(Cell::maybe(membership.from.map(|day| day.to_string())));
            row.push(Cell::maybe(membership.to.map(|day| day.to_string())));
        }
        rows.push(row);
    }
    Printer::new(settings.output).rows(&rows)?;
    Ok(ExitStatus::Done)
}

/// Who is in a group on the day, by id.
fn members<'a>(areas: &'a Areas, group: &str, arguments: &ListAreas) -> Result<HashMap<&'a str, &'a Membership>, Abort> {
    // As `areas show` does, it takes an id in small letters.
    let upper = group.to_uppercase();
    let group = if areas.is_group(group) { group } else { upper.as_str() };
    if !areas.is_group(group) {
        let message = format!("`{group}` is no group of reference/areas.csv");
        let hint = "`paso areas list --kind group` names the groups, and `paso areas resolve` finds one by its name".to_owned();
        return Err(Abort::message(ExitStatus::Usage, message, Some(hint)));
    }
    let all = areas.members_of(group);
    if all.is_empty() {
        let note = areas.area(group).and_then(|area| area.note.clone()).unwrap_or_default();
        let message = format!("reference/groups.toml has no members of `{group}`");
        let hint = if note.is_empty() { format!("add [{group}] with its source and members") } else { note };
        return Err(Abort::message(ExitStatus::Failed, message, Some(hint)));
    }
    let day = day(arguments.as_of);
    Ok(all.iter().filter(|membership| membership.holds_on(day)).map(|membership| (membership.member.as_str(), membership)).collect())
}
