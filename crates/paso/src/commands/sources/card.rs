//! `sources show`: what a person must know of a dataset before its figures are quoted.

use std::collections::{BTreeMap, BTreeSet};

use paso_archive::Budget;
use paso_model::{Concept, MeasureKind, Residence};
use paso_normalize::{Grain, Observe, PeriodForm, PeriodRule};
use paso_pipeline::{Break, Dataset, Licence, Pipeline, Source, Update, Window};
use serde_json::{Value, json};

/// The terms of a dataset: its own, or its publisher's.
pub(super) fn licence<'a>(source: &'a Source, dataset: &'a Dataset) -> &'a Licence {
    dataset.file.licence.as_ref().unwrap_or(&source.licence)
}

/// The card for programs.
pub(super) fn json(pipeline: &Pipeline, source: &Source, dataset: &Dataset) -> Value {
    let measures: Vec<Value> =
        measures(pipeline, dataset).into_iter().map(|(measure, unit)| json!({ "measure": measure, "unit": unit })).collect();
    let editions: Vec<Value> = dataset
        .layouts()
        .map(|layout| json!({ "edition": layout.edition, "vintage": stated_vintage(layout), "url": layout.file.request.template() }))
        .collect();
    let breaks: Vec<Value> = breaks(pipeline, dataset)
        .map(|(id, entry)| json!({ "break": id, "date": entry.date.to_string(), "kind": entry.kind.name(), "title": entry.title }))
        .collect();
    json!({
        "dataset": dataset.id, "publisher": source.publisher, "title": dataset.file.title, "published_as": dataset.file.published_as, "concept": dataset.file.concept,
        "repeated_by": repeated_by(pipeline, dataset), "measures": measures, "periods": periods(dataset),
        "sums": sums(dataset).into_iter().map(|(note, checks)| json!({ "checks": checks, "note": note })).collect::<Vec<_>>(), "update": dataset.file.update, "breaks": breaks,
        "licence": licence(source, dataset), "redistribute": pipeline.may_be_redistributed(dataset),
        "budget": source.budget, "editions": editions, "url": dataset.file.request.template(),
    })
}

/// The card for people.
pub(super) fn text(pipeline: &Pipeline, source: &Source, dataset: &Dataset) -> String {
    let concept = &dataset.file.concept;
    let terms = licence(source, dataset);
    let mut card = Card::default();
    card.line("publisher", source.title.en.clone());
    card.line("published as", dataset.file.published_as.join(", "));
    card.line("kind", concept.source_type.name());
    card.line("who", who(concept));
    card.line("when", concept.reference_day.as_deref().map_or_else(|| "over the period".to_owned(), |day| format!("stocks on {day}")));
    card.line("coverage", concept.coverage.en.clone());
    card.lines("independence", independence(pipeline, dataset));
    card.line("comparable", concept.comparable.en.clone());
    card.lines("measures", measures(pipeline, dataset).into_iter().map(|(measure, unit)| in_words(pipeline, measure, &unit)));
    card.lines("periods", [periods(dataset).join(", ")]);
    card.lines("sums", sums(dataset).into_iter().map(|(note, checks)| format!("{note} ({})", checks.join(", "))));
    card.lines("breaks", breaks(pipeline, dataset).map(|(_, entry)| format!("{} ({}): {}", entry.date, entry.kind.name(), entry.title.en)));
    card.lines("served", windows(pipeline, dataset).map(window));
    card.line("update", update(dataset.file.update));
    card.line("licence", format!("{} ({})", terms.id, terms.url));
    card.lines("", terms.note.as_ref().map(|note| note.en.clone()));
    card.line(
        "passing on",
        if pipeline.may_be_redistributed(dataset) {
            "what is made of it may be given to others"
        } else {
            "what is made of it may not be given to others: nothing of it enters a release"
        },
    );
    card.line(
        "asked",
        if dataset.file.request.printed().is_some() { "nobody: its figures are typed in".to_owned() } else { asked(source.budget) },
    );
    card.line("cite", terms.attribution.en.clone());
    card.line("url", dataset.file.request.template());
    card.lines("editions", dataset.layouts().filter(|_| !dataset.earlier.is_empty()).map(edition));
    format!("{}: {}{}", dataset.id, dataset.file.title.en, card.text)
}

#[derive(Default)]
struct Card {
    text: String,
}

impl Card {
    fn line(&mut self, label: &str, text: impl AsRef<str>) {
        self.lines(label, [text]);
    }

    /// Several lines under one label; no line where there is nothing to say.
    fn lines(&mut self, label: &str, texts: impl IntoIterator<Item = impl AsRef<str>>) {
        let mut label = label;
        for text in texts.into_iter().filter(|text| !text.as_ref().is_empty()) {
            self.text += &["\n  ", &format!("{label:<14}"), " ", text.as_ref()].concat();
            label = "";
        }
    }
}

/// Whose figures these are: what repeats another source, or is repeated by one, is no second source.
fn independence(pipeline: &Pipeline, dataset: &Dataset) -> Vec<String> {
    let upstream = &dataset.file.concept.upstream;
    let repeated_by = repeated_by(pipeline, dataset);
    let mut lines = Vec::new();
    if upstream.is_empty() {
        lines.push("it speaks for itself, and repeats no other dataset".to_owned());
    } else {
        lines.push(format!("it repeats or builds on {}: one voice with it, not a second source", upstream.join(", ")));
    }
    if !repeated_by.is_empty() {
        lines.push(format!("it is repeated or built upon by {}: one voice with it, not a second source", repeated_by.join(", ")));
    }
    lines
}

/// The datasets that repeat this one or are built from it.
fn repeated_by<'p>(pipeline: &'p Pipeline, dataset: &Dataset) -> Vec<&'p str> {
    let repeats = |other: &&Dataset| other.file.concept.upstream.contains(&dataset.id);
    pipeline.datasets().filter(repeats).map(|other| other.id.as_str()).collect()
}

fn observes(dataset: &Dataset) -> impl Iterator<Item = &Observe> {
    dataset.layouts().filter_map(|layout| layout.file.observe.as_ref())
}

/// The measures of all editions with the units that they may have.
fn measures<'p>(pipeline: &Pipeline, dataset: &'p Dataset) -> Vec<(&'p str, Vec<String>)> {
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for value in observes(dataset).flat_map(|observe| &observe.values) {
        let units = found.entry(value.measure.as_str()).or_default();
        match &value.unit {
            None => units.extend(pipeline.reference.measures.get(&value.measure).map(|measure| measure.unit.clone())),
            Some(unit) => units.extend(unit.code.iter().chain(unit.codes.values()).cloned()),
        }
    }
    found.into_iter().map(|(measure, units)| (measure, units.into_iter().collect())).collect()
}

fn in_words(pipeline: &Pipeline, measure: &str, units: &[String]) -> String {
    let known = pipeline.reference.measures.get(measure);
    let kind = match known.map(|measure| measure.kind) {
        Some(MeasureKind::Stock) => "stock",
        Some(MeasureKind::Flow) => "flow",
        Some(MeasureKind::Ratio) => "ratio",
        None => "unknown",
    };
    let title = known.map(|measure| measure.title.en.as_str()).unwrap_or_default();
    format!("{measure} ({kind}, {}): {title}", units.join(" or "))
}

/// The printed totals that the parts do not meet to the digit, by the reason.
fn sums(dataset: &Dataset) -> Vec<(&str, Vec<String>)> {
    let mut found: Vec<(&str, Vec<String>)> = Vec::new();
    for check in observes(dataset).flat_map(|observe| &observe.totals) {
        let Some(note) = check.note.as_deref() else { continue };
        let text = format!("{} = {}", check.parts, check.whole);
        match found.iter_mut().find(|(known, _)| *known == note) {
            Some((_, checks)) if checks.contains(&text) => {}
            Some((_, checks)) => checks.push(text),
            None => found.push((note, vec![text])),
        }
    }
    found
}

/// How often the publisher is asked over the network.
fn asked(budget: Budget) -> String {
    let pause = (budget.pause_ms > 0).then(|| format!("at most every {} ms", budget.pause_ms));
    let hour = budget.requests_per_hour.map(|requests| format!("at most {requests} times an hour"));
    let limits: Vec<String> = pause.into_iter().chain(hour).collect();
    if limits.is_empty() { "without a limit".to_owned() } else { limits.join(", ") }
}

/// How periods are written, in all editions.
fn periods(dataset: &Dataset) -> Vec<String> {
    let mut found = Vec::new();
    let rules =
        observes(dataset).flat_map(|observe| observe.period.iter().chain(observe.values.iter().filter_map(|value| value.period.as_ref())));
    for text in rules.flat_map(period) {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

fn period(rule: &PeriodRule) -> Vec<String> {
    let grain = match rule.grain {
        None => "days",
        Some(Grain::Month) => "months, as a day in them",
        Some(Grain::Quarter) => "quarters, as a day in them",
        Some(Grain::Year) => "years, as a day in them",
    };
    let form = |form: &PeriodForm| match form {
        PeriodForm::Year => "years".to_owned(),
        PeriodForm::YearSpan => "spans of years, mid-year to mid-year".to_owned(),
        PeriodForm::Label => "labels such as 2020-Q3".to_owned(),
        PeriodForm::Sdmx => "SDMX time periods".to_owned(),
        PeriodForm::Month => "months".to_owned(),
        PeriodForm::Quarter => "quarters".to_owned(),
        PeriodForm::Date(format) => format!("{grain} ({format})"),
        PeriodForm::EpochMs => format!("{grain} (milliseconds since 1970)"),
    };
    rule.always.iter().map(|always| format!("always {always}")).chain(rule.forms.iter().map(form)).collect()
}

fn update(update: Option<Update>) -> String {
    match update {
        None => "the definition does not say".to_owned(),
        Some(Update { closed: true, .. }) => "closed: no further edition comes".to_owned(),
        Some(Update { months: None | Some(1), .. }) => "a new edition every month".to_owned(),
        Some(Update { months: Some(months), .. }) => format!("a new edition every {months} months; `paso status` says which are overdue"),
    }
}

/// What interrupts the dataset's series, in the order of the days.
fn breaks<'p>(pipeline: &'p Pipeline, dataset: &Dataset) -> impl Iterator<Item = (&'p String, &'p Break)> {
    let mut found: Vec<_> = pipeline.reference.breaks.iter().filter(|(_, entry)| entry.datasets.contains(&dataset.id)).collect();
    found.sort_by_key(|(_, entry)| entry.date);
    found.into_iter()
}

/// When the publisher serves it, where that is not for all time.
fn windows<'p>(pipeline: &'p Pipeline, dataset: &Dataset) -> impl Iterator<Item = &'p Window> {
    let id = dataset.id.clone();
    pipeline.reference.windows.iter().filter(move |window| window.dataset == id)
}

fn window(window: &Window) -> String {
    let measure = window.measure.as_ref().map(|measure| format!("{measure} ")).unwrap_or_default();
    let from = window.from.map(|day| format!("from {day} ")).unwrap_or_default();
    let to = window.to.map(|day| format!("until before {day} ")).unwrap_or_default();
    format!("{measure}{from}{to}– {}", window.note.en)
}

/// The date that the definition states for an edition.
fn stated_vintage(layout: &Dataset) -> Option<&str> {
    layout.file.observe.as_ref()?.vintage.as_ref()?.date.as_deref()
}

fn edition(layout: &Dataset) -> String {
    let name = layout.edition.as_deref().unwrap_or("the newest");
    let vintage = stated_vintage(layout).map(|date| format!(" ({date})")).unwrap_or_default();
    format!("{name}{vintage}: {}", layout.file.request.template())
}

/// Who is counted, and from how long a stay on where the source states a rule.
fn who(concept: &Concept) -> String {
    let basis = basis(&concept.basis);
    match concept.residence {
        None => basis.to_owned(),
        Some(Residence { months: 0, .. }) => format!("{basis}; no least length of stay"),
        Some(Residence { months, intention: false }) => format!("{basis}; residents from {months} months of stay on"),
        Some(Residence { months, intention: true }) => {
            format!("{basis}; residents from {months} months of stay on, or the intention of it")
        }
    }
}

/// An `origin_basis` in words.
fn basis(code: &str) -> &str {
    match code {
        "birth" => "by country of birth",
        "citizenship" => "by citizenship",
        "descent" => "by descent",
        "previous_residence" => "by country of previous residence",
        "next_residence" => "by country of next residence",
        "asylum_origin" => "by country of origin of those who seek protection",
        "mixed" => "mixed basis (birth or citizenship, see origin_basis)",
        "undetermined" => "the publisher does not say by what",
        "_Z" => "not counted by origin",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use paso_model::ORIGIN_BASES;

    use super::*;

    #[test]
    fn every_basis_has_words() {
        for code in ORIGIN_BASES {
            assert!(basis(code).contains(' '), "{code}");
        }
    }
}
