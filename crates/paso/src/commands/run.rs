//! `run`, and its single stages.

use std::path::Path;

use paso_lake::Lake;
use paso_pipeline::{Ending, Outcome, RunOptions, RunReport, Stage, run};

use crate::{
    cli::Output,
    commands::select,
    exit::{Abort, ExitStatus},
    printer::{Cell, Printer, Rows},
    progress::Progress,
    settings::Settings,
};

/// Walks these stages and prints the recap.
pub(crate) fn execute(settings: &Settings, selectors: &[String], stages: &[Stage]) -> Result<ExitStatus, Abort> {
    let (pipeline, selection) = select(settings, selectors)?;
    let lake = Lake::open(&settings.lake)?;
    let options = RunOptions { route: settings.route.clone(), selection, stages: stages.to_vec(), jobs: settings.jobs };
    let progress = Progress::new(settings.quiet);
    let (report, path) = run(&pipeline, &lake, &options, &progress)?;
    let printer = Printer::new(settings.output);
    match settings.output {
        Output::Json => Printer::json(&report)?,
        Output::Csv => printer.rows(&steps(&report))?,
        Output::Table => Printer::text(&recap(&report, &lake, path.as_deref()))?,
    }
    Ok(match report.ending() {
        Ending::Done => ExitStatus::Done,
        Ending::Failed => ExitStatus::Failed,
        Ending::Refused => ExitStatus::Refused,
    })
}

/// Every step as a row.
fn steps(report: &RunReport) -> Rows {
    let mut rows = Rows::new(["stage", "subject", "outcome", "reason", "bodies", "cells", "rows", "quarantined", "excluded", "seconds"]);
    for step in &report.steps {
        let count = |of: Option<u64>| of.map_or(Cell::Nothing, Cell::Count);
        let account = step.account.as_ref();
        rows.push(vec![
            Cell::text(step.stage.to_string()),
            Cell::text(&step.subject),
            Cell::text(step.outcome.to_string()),
            Cell::text(&step.reason),
            count(step.bodies),
            count(account.map(|account| account.cells)),
            count(step.rows),
            count(account.map(paso_normalize::Account::quarantined_total)),
            count(account.map(paso_normalize::Account::excluded_total)),
            Cell::Number(step.seconds),
        ]);
    }
    rows
}

fn recap(report: &RunReport, lake: &Lake, path: Option<&Path>) -> String {
    let mut parts = Vec::new();
    if report.sources.iter().any(|source| source.account.cells > 0 || source.bodies > 0) {
        let mut rows = Rows::new(["source", "bodies", "cells", "observations", "quarantined", "excluded", "seconds"]);
        for source in &report.sources {
            rows.push(vec![
                Cell::text(&source.publisher),
                Cell::Count(source.bodies),
                Cell::Count(source.account.cells),
                Cell::Count(source.account.observations),
                Cell::Count(source.account.quarantined_total()),
                Cell::Count(source.account.excluded_total()),
                Cell::text(format!("{:.1}", source.seconds)),
            ]);
        }
        parts.push(rows.table());
    }
    if !report.indicators.is_empty() {
        let mut rows = Rows::new(["indicator", "rows"]);
        for indicator in &report.indicators {
            rows.push(vec![Cell::text(&indicator.id), Cell::Count(indicator.rows)]);
        }
        parts.push(rows.table());
    }
    for failure in &report.failures {
        let hint = failure.hint.as_ref().map(|hint| format!("\n  help: {hint}")).unwrap_or_default();
        parts.push(format!("FAILED {} {}: {}{hint}", failure.stage, failure.subject, failure.error));
    }
    for reason in &report.refused {
        parts.push(format!("REFUSED {reason}"));
    }
    for step in report.steps.iter().filter(|step| step.outcome == Outcome::Skipped && step.stage != Stage::Publish) {
        parts.push(format!("skipped {} {}: {}", step.stage, step.subject, step.reason));
    }
    let ran = report.ran().count();
    let skipped = report.steps.iter().any(|step| step.outcome == Outcome::Skipped);
    let did = if ran == 0 && skipped {
        "nothing ran".to_owned()
    } else if ran == 0 {
        "nothing to do: everything is fresh".to_owned()
    } else {
        format!("{ran} of {} steps ran", report.steps.len())
    };
    let written = path.map(|path| format!("; report: {}", path.display())).unwrap_or_default();
    parts.push(format!("{did}, {:.2} s{written}", report.seconds));
    if let Some(release) = &report.release {
        let folder = lake.release(release);
        parts.push(format!("release: {}", folder.display()));
        if report.ending() == Ending::Refused {
            parts.push("The release above is the previous one: a quality gate refused the new one.".to_owned());
        } else {
            parts.push(open_hint(&folder.display().to_string()));
        }
    }
    parts.join("\n")
}

fn open_hint(folder: &str) -> String {
    let file = format!("{folder}/indicators/migrant_share_of_population.parquet");
    format!(
        "open it:\n  DuckDB  SELECT * FROM '{file}' WHERE ref_area = 'CHL';\n  pandas  import pandas; \
         pandas.read_parquet(\"{file}\").query(\"ref_area == 'CHL'\")"
    )
}
