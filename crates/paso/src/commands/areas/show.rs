//! `areas show`: all that the reference data says of an area.

use paso_areas::{Answer, Areas, Membership, Region, Scheme};
use serde_json::{Value, json};

use crate::{
    cli::ShowAreas,
    commands::areas::{aligned, kind, kind_in_words, names, place, span},
    exit::{Abort, ExitStatus},
    printer::{Cell, Output, Printer, Rows},
    settings::Settings,
};

/// The most members that a card lists one by one.
const MOST: usize = 40;

pub(super) fn execute(settings: &Settings, areas: &Areas, arguments: &ShowAreas) -> Result<ExitStatus, Abort> {
    let ids = arguments.ids.iter().map(|id| known(areas, id)).collect::<Result<Vec<String>, Abort>>()?;
    match settings.output {
        Output::Json => Printer::json(&ids.iter().map(|id| object(areas, id)).collect::<Vec<_>>())?,
        Output::Csv => Printer::new(settings.output).rows(&rows(areas, &ids))?,
        Output::Table => Printer::text(&ids.iter().map(|id| card(areas, id)).collect::<Vec<_>>().join("\n\n"))?,
    }
    Ok(ExitStatus::Done)
}

/// The id as the reference data writes it.
fn known(areas: &Areas, id: &str) -> Result<String, Abort> {
    let found = [id.to_owned(), id.to_uppercase()].into_iter().find(|id| areas.place(id).is_some());
    found.ok_or_else(|| {
        let hint = format!("`paso areas resolve {}` finds ids by names and codes", toml::Value::from(id));
        Abort::message(ExitStatus::Usage, format!("`{id}` is no id of reference/areas.csv or reference/regions.csv"), Some(hint))
    })
}

/// The texts that each scheme itself has for the id.
fn texts<'a>(areas: &'a Areas, id: &'a str) -> impl Iterator<Item = (&'a Scheme, Vec<Answer<'a>>)> {
    areas.schemes().map(move |scheme| (scheme, scheme.texts_of(id))).filter(|(_, texts)| !texts.is_empty())
}

/// The schemes that know whatever this one does, for it is a base of theirs.
fn heirs<'a>(areas: &'a Areas, base: &Scheme) -> Vec<&'a str> {
    let has = |scheme: &&Scheme| std::iter::successors(scheme.base(), |base| base.base()).any(|known| known.name() == base.name());
    areas.schemes().filter(has).map(Scheme::name).collect()
}

fn card(areas: &Areas, id: &str) -> String {
    let (file, line) = areas.place(id).unwrap_or_default();
    let mut parts = vec![format!("{id}: {}", names(areas, id)), format!("  {}, {}", kind_in_words(areas, id), place(file, line))];
    if let Some(area) = areas.area(id) {
        let name = &area.name;
        parts.push(format!("  names: en {}; es {}; pt {}; fr {}", name.en, name.es, name.pt, name.fr));
        if area.valid_from.is_some() || area.valid_to.is_some() {
            parts.push(format!("  existed: {}", span(area.valid_from, area.valid_to)));
        }
        parts.extend(area.note.as_ref().map(|note| format!("  note: {note}")));
    }
    let codes: Vec<_> = texts(areas, id)
        .map(|(scheme, texts)| {
            let texts: Vec<&str> = texts.iter().map(|answer| answer.text).collect();
            let heirs = heirs(areas, scheme);
            let heirs = if heirs.is_empty() { String::new() } else { format!("also in {}", heirs.join(", ")) };
            vec![scheme.name().to_owned(), texts.join(" · "), heirs]
        })
        .collect();
    if !codes.is_empty() {
        parts.push(format!("codes and texts, by scheme\n{}", aligned(&codes, "  ")));
    }
    let groups: Vec<_> = areas.groups_of(id).map(|membership| seat(areas, &membership.group, membership)).collect();
    if !groups.is_empty() {
        parts.push(format!("groups\n{}", aligned(&groups, "  ")));
    }
    parts.extend(members(areas, id));
    parts.extend(regions(areas, id));
    parts.join("\n")
}

/// The regions of a country with the number of their parts, or the parts of a region.
fn regions(areas: &Areas, id: &str) -> Option<String> {
    let parts = |of: &str| areas.regions().filter(|region| region.parent.as_deref() == Some(of)).count();
    let line = |region: &Region| {
        let below = match parts(&region.id) {
            0 => String::new(),
            parts => format!("{parts} parts"),
        };
        vec![region.id.clone(), region.name.es.clone(), below]
    };
    let beside = |region: &&Region| {
        if areas.area(id).is_some() { region.area == id && region.parent.is_none() } else { region.parent.as_deref() == Some(id) }
    };
    let list: Vec<_> = areas.regions().filter(beside).map(line).collect();
    let what = if areas.area(id).is_some() { "regions: `paso areas show` lists the parts of one" } else { "parts" };
    (!list.is_empty()).then(|| format!("{what}\n{}", aligned(&list, "  ")))
}

/// The members of a group: one by one where days or few of them deserve it.
fn members(areas: &Areas, id: &str) -> Option<String> {
    let all = areas.members_of(id);
    let source = &all.first()?.source;
    let fixed = all.iter().all(|membership| membership.from.is_none() && membership.to.is_none());
    if fixed && all.len() > MOST {
        return Some(format!("members\n  {}, the same on every day; `paso areas list --group {id}` lists them", all.len()));
    }
    let seats: Vec<_> = all.iter().map(|membership| seat(areas, &membership.member, membership)).collect();
    Some(format!("members: {source}\n{}", aligned(&seats, "  ")))
}

/// One membership seen from one of its sides.
fn seat(areas: &Areas, other: &str, membership: &Membership) -> Vec<String> {
    vec![
        other.to_owned(),
        areas.label(other, "en").unwrap_or_default().to_owned(),
        span(membership.from, membership.to),
        membership.note.clone().unwrap_or_default(),
    ]
}

fn membership_json(membership: &Membership) -> Value {
    let Membership { group, member, from, to, source, note, line } = membership;
    json!({
        "group": group, "member": member, "from": from.map(|day| day.to_string()), "to": to.map(|day| day.to_string()), "source": source,
        "note": note, "file": "reference/groups.toml", "line": line,
    })
}

fn object(areas: &Areas, id: &str) -> Value {
    let (file, line) = areas.place(id).unwrap_or_default();
    let area = areas.area(id);
    let label = |language| areas.label(id, language);
    let text = |scheme: &Scheme, answer: &Answer<'_>| {
        json!({
            "scheme": scheme.name(), "publisher": scheme.publisher(), "text": answer.text, "file": format!("reference/{}", answer.file),
            "line": answer.line, "note": answer.note,
        })
    };
    let texts: Vec<Value> =
        texts(areas, id).flat_map(|(scheme, texts)| texts.iter().map(|answer| text(scheme, answer)).collect::<Vec<_>>()).collect();
    json!({
        "id": id, "kind": kind(areas, id), "name": { "en": label("en"), "es": label("es"), "pt": label("pt"), "fr": label("fr") },
        "part_of": areas.region(id).map(|region| &region.area),
        "valid_from": area.and_then(|area| area.valid_from).map(|day| day.to_string()),
        "valid_to": area.and_then(|area| area.valid_to).map(|day| day.to_string()),
        "note": area.and_then(|area| area.note.as_deref()), "file": format!("reference/{file}"), "line": line,
        "texts": texts,
        "groups": areas.groups_of(id).map(membership_json).collect::<Vec<_>>(),
        "members": areas.members_of(id).iter().map(membership_json).collect::<Vec<_>>(),
    })
}

/// One row for each text and membership.
fn rows(areas: &Areas, ids: &[String]) -> Rows {
    let mut rows = Rows::new(["area", "fact", "scheme", "value", "from", "to", "source", "note", "file", "line"]);
    for id in ids {
        for (scheme, texts) in texts(areas, id) {
            for answer in texts {
                rows.push(vec![
                    Cell::text(id),
                    Cell::text("text"),
                    Cell::text(scheme.name()),
                    Cell::text(answer.text),
                    Cell::Nothing,
                    Cell::Nothing,
                    Cell::Nothing,
                    Cell::maybe(answer.note),
                    Cell::text(format!("reference/{}", answer.file)),
                    Cell::Count(answer.line),
                ]);
            }
        }
        let groups = areas.groups_of(id).map(|membership| ("group", &membership.group, membership));
        let members = areas.members_of(id).iter().map(|membership| ("member", &membership.member, membership));
        for (fact, other, membership) in groups.chain(members) {
            rows.push(vec![
                Cell::text(id),
                Cell::text(fact),
                Cell::Nothing,
                Cell::text(other),
                Cell::maybe(membership.from.map(|day| day.to_string())),
                Cell::maybe(membership.to.map(|day| day.to_string())),
                Cell::text(&membership.source),
                Cell::maybe(membership.note.as_deref()),
                Cell::text("reference/groups.toml"),
                Cell::Count(membership.line),
            ]);
        }
    }
    rows
}
