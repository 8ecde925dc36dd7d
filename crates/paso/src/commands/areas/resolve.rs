//! `areas resolve`: what texts mean, and why.

use std::collections::BTreeMap;

use jiff::civil::Date;
use paso_areas::{Answer, AreaKind, Areas, By, Scheme, Suggestion, fold};
use serde_json::{Value, json};

use crate::{
    cli::ResolveArea,
    commands::areas::{aligned, day, kind, kind_in_words, names, place, wrapped},
    exit::{Abort, ExitStatus},
    printer::{Cell, Output, Printer, Rows},
    settings::Settings,
};

/// How many near misses are named.
const SUGGESTIONS: usize = 5;

/// What is known of a text.
struct Finding<'a> {
    text: &'a str,
    /// What was asked for.
    answers: Vec<Answer<'a>>,
    /// What others say of a text that the scheme that was asked does not know.
    elsewhere: Vec<Answer<'a>>,
    suggestions: Vec<Suggestion<'a>>,
}

pub(super) fn execute(settings: &Settings, areas: &Areas, arguments: &ResolveArea) -> Result<ExitStatus, Abort> {
    let scheme = arguments.scheme.as_deref().map(|name| scheme(areas, name)).transpose()?;
    let findings: Vec<Finding<'_>> = arguments.texts.iter().map(|text| Finding::new(areas, scheme, text)).collect();
    let day = day(arguments.as_of);
    match settings.output {
        Output::Json => Printer::json(&findings.iter().map(|finding| finding.json(areas, day)).collect::<Vec<_>>())?,
        Output::Csv => Printer::new(settings.output).rows(&rows(areas, &findings, day))?,
        Output::Table => {
            let texts: Vec<String> = findings.iter().map(|finding| finding.in_words(areas, scheme, day)).collect();
            Printer::text(&texts.join("\n\n"))?;
        }
    }
    unknown(&findings, scheme).map_or(Ok(ExitStatus::Done), Err)
}

fn scheme<'a>(areas: &'a Areas, name: &str) -> Result<&'a Scheme, Abort> {
    areas.scheme(name).ok_or_else(|| {
        let known: Vec<&str> = areas.schemes().map(Scheme::name).collect();
        let hint = format!("reference/schemes.toml declares {}", known.join(", "));
        Abort::message(ExitStatus::Usage, format!("there is no scheme `{name}`"), Some(hint))
    })
}

/// The error about the texts that nobody knows, and what to do.
fn unknown(findings: &[Finding<'_>], scheme: Option<&Scheme>) -> Option<Abort> {
    let unknown: Vec<&Finding<'_>> = findings.iter().filter(|finding| finding.answers.is_empty()).collect();
    let first = unknown.first()?;
    let whom = scheme.map_or_else(String::new, |scheme| format!(" to the scheme `{}`", scheme.name()));
    let message = match (unknown.len(), findings.len()) {
        (1, 1) => format!("`{}` is unknown{whom}", first.text),
        (some, all) => format!("{some} of {all} texts are unknown{whom}"),
    };
    let table = scheme.map_or("scheme of the publisher", Scheme::name);
    let key = toml::Value::from(first.text);
    let hint = format!(
        "nothing is guessed: ask what the publisher means, then add the line `{key} = \"ID\"` under [{table}] in reference/aliases.toml; \
         `paso areas list` names the ids"
    );
    Some(Abort::message(ExitStatus::Failed, message, Some(hint)))
}

impl<'a> Finding<'a> {
    fn new(areas: &'a Areas, scheme: Option<&'a Scheme>, text: &'a str) -> Self {
        let answers: Vec<Answer<'a>> = match scheme {
            Some(scheme) => scheme.explain(text).into_iter().collect(),
            None => areas.explain(text),
        };
        let unknown = answers.is_empty();
        let elsewhere = if unknown && scheme.is_some() { areas.explain(text) } else { vec![] };
        let suggestions = if unknown { areas.suggest(text, scheme, SUGGESTIONS) } else { vec![] };
        Self { text, answers, elsewhere, suggestions }
    }

    fn in_words(&self, areas: &Areas, scheme: Option<&Scheme>, day: Date) -> String {
        let mut parts = Vec::new();
        let meanings = by_id(self.text, &self.answers);
        for (id, answers) in &meanings {
            parts.push(format!("`{}` is {id}, {}: {}", self.text, kind_in_words(areas, id), names(areas, id)));
            parts.push(aligned(&answers.iter().map(|answer| reason(answer)).collect::<Vec<_>>(), "  "));
            parts.extend(members_in_words(areas, id, day));
        }
        let in_schemes: Vec<&str> =
            meanings.iter().filter(|(_, answers)| answers.iter().any(|answer| answer.by.scheme().is_some())).map(|(id, _)| *id).collect();
        match in_schemes.as_slice() {
            _ if meanings.len() < 2 => {}
            [only] => parts.push(format!("{} meanings: to a dataset it is {only}, for no scheme has another.", meanings.len())),
            _ => parts.push(format!("{} meanings: the scheme that a dataset names decides.", meanings.len())),
        }
        if meanings.is_empty() {
            let whom = scheme.map_or_else(|| "no scheme".to_owned(), |scheme| format!("neither `{}` nor its bases", scheme.name()));
            parts.push(format!("`{}` is unknown: {whom} has it.", self.text));
            for (id, answers) in by_id(self.text, &self.elsewhere) {
                let who: Vec<String> = answers.iter().map(|answer| asked(answer)).collect();
                parts.push(format!("  elsewhere it is {id} ({}): {}", names(areas, id), who.join(", ")));
            }
            for near in &self.suggestions {
                let who = if near.schemes.is_empty() { "name or id".to_owned() } else { near.schemes.join(", ") };
                parts.push(format!("  only a suggestion, not used: `{}` is {} ({who})", near.text, near.id));
            }
        }
        parts.join("\n")
    }

    fn json(&self, areas: &Areas, day: Date) -> Value {
        let meanings: Vec<Value> = by_id(self.text, &self.answers)
            .into_iter()
            .map(|(id, answers)| {
                let reasons: Vec<Value> = answers.into_iter().map(answer_json).collect();
                let mut meaning = json!({
                    "id": id, "kind": kind(areas, id), "name_en": areas.label(id, "en"), "name_es": areas.label(id, "es"), "answers": reasons,
                });
                if areas.is_group(id) {
                    meaning["as_of"] = json!(day.to_string());
                    meaning["members"] = json!(areas.members_on(id, day));
                }
                meaning
            })
            .collect();
        let near = |near: &Suggestion<'_>| json!({ "text": near.text, "id": near.id, "schemes": near.schemes });
        json!({
            "text": self.text, "known": !self.answers.is_empty(), "meanings": meanings,
            "elsewhere": self.elsewhere.iter().map(|answer| {
                let mut told = answer_json(answer);
                told["id"] = json!(answer.id);
                told
            }).collect::<Vec<_>>(),
            "suggestions_not_used": self.suggestions.iter().map(near).collect::<Vec<_>>(),
        })
    }
}

/// The answers by what they mean: first the area whose id the text is, then in the order in which the meanings come up.
fn by_id<'f, 'a>(text: &str, answers: &'f [Answer<'a>]) -> Vec<(&'a str, Vec<&'f Answer<'a>>)> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut meanings: Vec<(&str, Vec<&Answer<'_>>)> = Vec::new();
    for answer in answers {
        let place = *places.entry(answer.id).or_insert_with(|| {
            meanings.push((answer.id, vec![]));
            meanings.len() - 1
        });
        meanings[place].1.push(answer);
    }
    meanings.sort_by_key(|(id, _)| fold(id) != fold(text));
    meanings
}

/// The scheme that was asked, or which text of areas.csv or regions.csv it is.
fn asked(answer: &Answer<'_>) -> String {
    match answer.by {
        By::Scheme { asked, .. } => asked.to_owned(),
        By::Register { column } => {
            let what = match column {
                "name_en" => "English name",
                "name_es" => "Spanish name",
                "name_pt" => "Portuguese name",
                "name_fr" => "French name",
                _ => "id",
            };
            format!("its {what}, in no scheme")
        }
    }
}

/// Scheme, place, base and remark.
fn reason(answer: &Answer<'_>) -> Vec<String> {
    let through = answer.by.through().map(|base| format!("through its base {base}"));
    let remark = answer.note.map(|note| format!("({note})"));
    vec![asked(answer), place(answer.file, answer.line), through.into_iter().chain(remark).collect::<Vec<_>>().join(" ")]
}

fn members_in_words(areas: &Areas, id: &str, day: Date) -> Option<String> {
    let area = areas.area(id).filter(|area| area.kind == AreaKind::Group)?;
    if areas.members_of(id).is_empty() {
        return Some(format!("  members: {}", area.note.as_deref().unwrap_or("reference/groups.toml has no list")));
    }
    let members = areas.members_on(id, day);
    let list = if members.is_empty() { "none".to_owned() } else { members.join(", ") };
    let fixed = areas.members_of(id).iter().all(|membership| membership.from.is_none() && membership.to.is_none());
    let when = if fixed { ", the same on every day".to_owned() } else { format!(" on {day}") };
    Some(wrapped(&format!("{} members{when}: {list}", members.len()), "  "))
}

fn answer_json(answer: &Answer<'_>) -> Value {
    let (publisher, column) = match answer.by {
        By::Scheme { publisher, .. } => (Some(publisher), None),
        By::Register { column } => (None, Some(column)),
    };
    json!({
        "scheme": answer.by.scheme(), "publisher": publisher, "through": answer.by.through(), "column": column, "text": answer.text,
        "file": format!("reference/{}", answer.file), "line": answer.line, "note": answer.note,
    })
}

/// One row for each answer; one without an id for a text that is not known. Suggestions are no rows: nothing could tell them from answers.
fn rows(areas: &Areas, findings: &[Finding<'_>], day: Date) -> Rows {
    let mut rows = Rows::new([
        "text",
        "known",
        "id",
        "kind",
        "name_en",
        "name_es",
        "scheme",
        "publisher",
        "through",
        "file",
        "line",
        "note",
        "as_of",
        "members",
    ]);
    for finding in findings {
        for answer in &finding.answers {
            let id = answer.id;
            let group = areas.is_group(id);
            let publisher = match answer.by {
                By::Scheme { publisher, .. } => Some(publisher),
                By::Register { .. } => None,
            };
            rows.push(vec![
                Cell::text(finding.text),
                Cell::text("yes"),
                Cell::text(id),
                Cell::text(kind(areas, id)),
                Cell::maybe(areas.label(id, "en")),
                Cell::maybe(areas.label(id, "es")),
                Cell::maybe(answer.by.scheme()),
                Cell::maybe(publisher),
                Cell::maybe(answer.by.through()),
                Cell::text(format!("reference/{}", answer.file)),
                Cell::Count(answer.line),
                Cell::maybe(answer.note),
                Cell::maybe(group.then(|| day.to_string())),
                Cell::maybe(group.then(|| areas.members_on(id, day).join(" "))),
            ]);
        }
        if finding.answers.is_empty() {
            let mut row = vec![Cell::text(finding.text), Cell::text("no")];
            row.resize(rows.headings.len(), Cell::Nothing);
            rows.push(row);
        }
    }
    rows
}
