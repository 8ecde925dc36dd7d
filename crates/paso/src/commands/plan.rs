//! `plan`: what a run would do, and why.

use paso_lake::Lake;
use paso_pipeline::plan;

use crate::{
    commands::select,
    exit::{Abort, ExitStatus},
    printer::{Cell, Output, Printer, Rows},
    settings::Settings,
};

pub(crate) fn execute(settings: &Settings, selectors: &[String]) -> Result<ExitStatus, Abort> {
    let (pipeline, selection) = select(settings, selectors)?;
    // A lake that does not exist yet is planned for without being made.
    let scratch = tempfile::tempdir()?;
    let lake = match Lake::existing(&settings.lake) {
        Err(paso_lake::LakeError::NotALake { .. }) if !settings.lake.exists() => Lake::open(scratch.path())?,
        other => other?,
    };
    let steps = plan(&pipeline, &lake, &settings.route, &selection)?;
    let printer = Printer::new(settings.output);
    if settings.output == Output::Json {
        Printer::json(&steps)?;
        return Ok(ExitStatus::Done);
    }
    let mut rows = Rows::new(["stage", "subject", "action", "reason"]);
    for step in &steps {
        rows.push(vec![
            Cell::text(step.stage.to_string()),
            Cell::text(&step.subject),
            Cell::text(step.action.to_string()),
            Cell::text(&step.reason),
        ]);
    }
    printer.rows(&rows)?;
    Ok(ExitStatus::Done)
}
