//! `sources`: who is counted, when and by which rule; and the proof of every definition against its sample.

mod card;
mod draft;

use paso_archive::Route;
use paso_lake::Lake;
use paso_pipeline::{Dataset, Ending, Outcome, Pipeline, Refusal, RunOptions, Selection, Source, Stage, refusals, run};

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
        Some(SourcesCommand::New(arguments)) => draft::execute(settings, arguments),
        Some(SourcesCommand::Show { selector }) => list(settings, Some(selector)),
        None => list(settings, arguments.selector.as_deref()),
    }
}

/// The datasets that are meant, with their publishers; no selector means all.
fn chosen<'p>(pipeline: &'p Pipeline, selector: Option<&str>) -> Result<Vec<(&'p Source, &'p Dataset)>, Abort> {
    let selectors: Vec<String> = selector.map(str::to_owned).into_iter().collect();
    let selection = Selection::parse(pipeline, &selectors)?;
    let all = pipeline.sources.iter().flat_map(|source| source.datasets.iter().map(move |dataset| (source, dataset)));
    Ok(all.filter(|(_, dataset)| selection.datasets.contains(&dataset.id)).collect())
}

fn list(settings: &Settings, selector: Option<&str>) -> Result<ExitStatus, Abort> {
    let pipeline = load(settings)?;
    let chosen = chosen(&pipeline, selector)?;
    let printer = Printer::new(settings.output);
    match settings.output {
        Output::Json => {
            let cards: Vec<_> = chosen.iter().map(|(source, dataset)| card::json(&pipeline, source, dataset)).collect();
            Printer::json(&cards)?;
        }
        Output::Table if selector.is_some() => {
            let cards: Vec<String> = chosen.iter().map(|(source, dataset)| card::text(&pipeline, source, dataset)).collect();
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
                    Cell::text(&card::licence(source, dataset).id),
                    Cell::text(&dataset.file.title.en),
                ]);
            }
            printer.rows(&rows)?;
        }
    }
    Ok(ExitStatus::Done)
}

/// Fetches from the mirror into a lake that is thrown away, and normalizes.
fn check(settings: &Settings, selectors: &[String]) -> Result<ExitStatus, Abort> {
    let (pipeline, selection) = select(settings, selectors)?;
    if settings.route == Route::Offline {
        let message = "`sources check` proves definitions against the bodies of a mirror, and --offline has none".to_owned();
        return Err(Abort::message(
            ExitStatus::Usage,
            message,
            Some("leave it out for sample-data, or name a folder with --mirror".to_owned()),
        ));
    }
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
    let mut why = Vec::new();
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
        if account.quarantined_total() > 0 {
            let fingerprint = step.and_then(|step| step.fingerprint.as_deref()).unwrap_or_default();
            why.extend(refused(&lake, &subject, &dataset.id, fingerprint)?);
        }
        let differences = step.into_iter().flat_map(|step| &step.checks).filter(|check| !check.holds());
        why.extend(differences.map(|check| format!("{subject}: {}", check.problem())));
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
    for line in why {
        tracing::warn!("{line}");
    }
    Ok(if unproven || report.ending() != Ending::Done { ExitStatus::Failed } else { ExitStatus::Done })
}

/// The reasons of a quarantine that have the most cells. The lake of a check is thrown away, so that nobody could look for them there.
fn refused(lake: &Lake, subject: &str, dataset: &str, fingerprint: &str) -> Result<Vec<String>, Abort> {
    const SHOWN: usize = 5;
    let path = lake.root().join("quarantine").join(dataset).join(format!("{fingerprint}.parquet"));
    let refusals = refusals(&path)?;
    let line =
        |(Refusal { reason, rule, detail }, cells): &(Refusal, u64)| format!("{subject}: {reason} by {rule}: {detail} ({cells} cells)");
    let mut lines: Vec<String> = refusals.iter().take(SHOWN).map(line).collect();
    if refusals.len() > SHOWN {
        lines.push(format!("{subject}: and {} further reasons", refusals.len() - SHOWN));
    }
    Ok(lines)
}
