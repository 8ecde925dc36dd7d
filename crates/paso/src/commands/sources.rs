//! `sources`: who is counted, when and by which rule; and the proof of every definition against its sample.

use paso_archive::Route;
use paso_lake::Lake;
use paso_model::{Concept, Residence};
use paso_pipeline::{Dataset, Ending, Licence, Outcome, Pipeline, RunOptions, Source, Stage, run};
use serde_json::json;

use crate::{
    cli::{Sources, SourcesCommand},
    commands::{load, select},
    exit::{Abort, ExitStatus},
    printer::{Cell, Output, Printer, Rows},
    progress::Progress,
    settings::Settings,
};

pub(crate) fn execute(settings: &Settings, arguments: &Sources) -> Result<ExitStatus, Abort> {
    match &arguments.command {
        Some(SourcesCommand::Check(selectors)) => check(settings, &selectors.selectors),
        None => list(settings, arguments.selector.as_deref()),
    }
}

fn chosen<'p>(pipeline: &'p Pipeline, selector: Option<&str>) -> Result<Vec<(&'p Source, &'p Dataset)>, Abort> {
    let fits = |dataset: &Dataset| selector.is_none_or(|selector| dataset.id == selector || dataset.publisher == selector);
    let chosen: Vec<_> = pipeline
        .sources
        .iter()
        .flat_map(|source| source.datasets.iter().map(move |dataset| (source, dataset)))
        .filter(|(_, dataset)| fits(dataset))
        .collect();
    if chosen.is_empty() {
        let publisher = selector.unwrap_or_default().split('.').next().unwrap_or_default();
        let datasets: Vec<&str> =
            pipeline.datasets().filter(|dataset| dataset.publisher == publisher).map(|dataset| dataset.id.as_str()).collect();
        let publishers = || pipeline.sources.iter().map(|source| source.publisher.as_str()).collect();
        let known: Vec<&str> = if datasets.is_empty() { publishers() } else { datasets };
        let message = format!("`{}` is no publisher or dataset of this pipeline", selector.unwrap_or_default());
        return Err(Abort::message(ExitStatus::Usage, message, Some(format!("there are {}", known.join(", ")))));
    }
    Ok(chosen)
}

fn list(settings: &Settings, selector: Option<&str>) -> Result<ExitStatus, Abort> {
    let pipeline = load(settings)?;
    let chosen = chosen(&pipeline, selector)?;
    let printer = Printer::new(settings.output);
    match settings.output {
        Output::Json => {
            let cards: Vec<_> = chosen
                .iter()
                .map(|(source, dataset)| {
                    json!({
                        "dataset": dataset.id, "publisher": source.publisher, "title": dataset.file.title,
                        "concept": dataset.file.concept, "licence": licence(source, dataset), "url": dataset.file.request.template(),
                    })
                })
                .collect();
            Printer::json(&cards)?;
        }
        Output::Table if selector.is_some() => {
            let cards: Vec<String> = chosen.iter().map(|(source, dataset)| card(source, dataset)).collect();
            Printer::text(&cards.join("\n\n"))?;
        }
        Output::Table | Output::Csv => {
            let mut rows = Rows::new(["dataset", "source", "who", "when", "upstream", "licence", "title"]);
            for (source, dataset) in chosen {
                let concept = &dataset.file.concept;
                rows.push(vec![
                    Cell::text(&dataset.id),
                    Cell::text(concept.source_type.name()),
                    Cell::text(&concept.basis),
                    Cell::maybe(concept.reference_day.as_deref()),
                    Cell::text(concept.upstream.join(";")),
                    Cell::text(&licence(source, dataset).id),
                    Cell::text(&dataset.file.title.en),
                ]);
            }
            printer.rows(&rows)?;
        }
    }
    Ok(ExitStatus::Done)
}

fn card(source: &Source, dataset: &Dataset) -> String {
    let file = &dataset.file;
    let concept = &file.concept;
    let upstream = if concept.upstream.is_empty() {
        "none: it speaks for itself".to_owned()
    } else {
        format!("{}: one voice with it", concept.upstream.join(", "))
    };
    format!(
        "{id}: {title}\n  publisher      {publisher}\n  kind           {kind}\n  who            {who}\n  when           \
         {when}\n  coverage       {coverage}\n  upstream       {upstream}\n  comparable     {comparable}\n  licence        {licence} \
         ({terms})\n  cite           {cite}\n  url            {url}",
        id = dataset.id,
        title = file.title.en,
        publisher = source.title.en,
        kind = concept.source_type.name(),
        who = who(concept),
        when = concept.reference_day.as_deref().map_or_else(|| "over the period".to_owned(), |day| format!("stocks on {day}")),
        coverage = concept.coverage.en,
        comparable = concept.comparable.en,
        licence = licence(source, dataset).id,
        terms = licence(source, dataset).url,
        cite = licence(source, dataset).attribution.en,
        url = file.request.template(),
    )
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

/// Fetches from the mirror into a lake that is thrown away, and normalizes.
fn check(settings: &Settings, selectors: &[String]) -> Result<ExitStatus, Abort> {
    let (pipeline, selection) = select(settings, selectors)?;
    let route = match &settings.route {
        Route::Network => Route::Mirror("sample-data".into()),
        other => other.clone(),
    };
    let scratch = tempfile::tempdir()?;
    let lake = Lake::open(scratch.path().join("lake"))?;
    let options = RunOptions { route, selection, stages: vec![Stage::Fetch, Stage::Normalize], jobs: settings.jobs };
    let (report, _) = run(&pipeline, &lake, &options, &Progress::new(settings.quiet))?;
    let mut rows = Rows::new(["dataset", "result", "cells", "observations", "quarantined", "excluded", "checks"]);
    let mut unproven = false;
    let chosen = pipeline.datasets().filter(|dataset| options.selection.datasets.contains(&dataset.id));
    let layouts = chosen.flat_map(|dataset| dataset.layouts().map(move |layout| (dataset, layout)));
    for (dataset, layout) in layouts {
        let subject = if layout.edition == dataset.edition { dataset.id.clone() } else { layout.archived_as() };
        let steps = || report.steps.iter().filter(|step| step.subject == subject || step.subject == layout.archived_as());
        let step = steps().find(|step| step.stage == Stage::Normalize);
        let failure = report.failures.iter().find(|failure| failure.subject == subject || failure.subject == layout.archived_as());
        let skipped = steps().find(|step| step.outcome == Outcome::Skipped);
        let account = step.and_then(|step| step.account.clone()).unwrap_or_default();
        let broken = step.map_or(0, |step| step.checks.iter().filter(|check| !check.holds()).count());
        let result = match failure {
            Some(failure) => failure.error.clone(),
            None if layout.file.microdata => "rows are persons: decoded, and not normalized".to_owned(),
            None if account.cells == 0 => skipped.map_or("no edition of it".to_owned(), |step| step.reason.clone()),
            None if account.quarantined_total() > 0 => "cells in quarantine".to_owned(),
            None if broken > 0 => "totals are not met".to_owned(),
            None => "holds".to_owned(),
        };
        unproven |= result != "holds" && !layout.file.microdata;
        let met = step.map_or(0, |step| step.checks.len()) - broken;
        rows.push(vec![
            Cell::text(&subject),
            Cell::text(result),
            Cell::Count(account.cells),
            Cell::Count(account.observations),
            Cell::Count(account.quarantined_total()),
            Cell::Count(account.excluded_total()),
            Cell::text(format!("{met} of {}", met + broken)),
        ]);
    }
    Printer::new(settings.output).rows(&rows)?;
    Ok(if unproven || report.ending() != Ending::Done { ExitStatus::Failed } else { ExitStatus::Done })
}

/// The terms of a dataset: its own, or its publisher's.
fn licence<'a>(source: &'a Source, dataset: &'a Dataset) -> &'a Licence {
    dataset.file.licence.as_ref().unwrap_or(&source.licence)
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
