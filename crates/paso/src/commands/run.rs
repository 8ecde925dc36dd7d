//! `run`, and its single stages.

use paso_lake::Lake;
use paso_pipeline::{Ending, RunOptions, RunReport, Stage, run};

use crate::{
    commands::{recap::Recap, select},
    exit::{Abort, ExitStatus},
    printer::{Cell, Output, Printer, Rows},
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
        Output::Table => {
            let recap = Recap { report: &report, selection: &options.selection, focus: &pipeline.file.focus, lake: &lake };
            Printer::text(&recap.text(path.as_deref()))?;
        }
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
