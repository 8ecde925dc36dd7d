//! `status`: what the lake holds.

use paso_pipeline::standing;

use crate::{
    cli::Output,
    commands::{existing, load},
    exit::{Abort, ExitStatus},
    printer::{Cell, Printer, Rows},
    settings::Settings,
};

pub(crate) fn execute(settings: &Settings) -> Result<ExitStatus, Abort> {
    let pipeline = load(settings)?;
    let lake = existing(settings)?;
    let standing = standing(&pipeline, &lake)?;
    let printer = Printer::new(settings.output);
    if settings.output == Output::Json {
        Printer::json(&standing)?;
        return Ok(ExitStatus::Done);
    }
    let mut rows = Rows::new(["dataset", "vintage", "archived", "normalized", "rows", "quarantined"]);
    for dataset in &standing.datasets {
        rows.push(vec![
            Cell::text(&dataset.dataset),
            Cell::maybe(dataset.vintage.as_deref()),
            Cell::Count(dataset.archived),
            Cell::Count(dataset.normalized),
            dataset.rows.map_or(Cell::Nothing, Cell::Count),
            dataset.quarantined.map_or(Cell::Nothing, Cell::Count),
        ]);
    }
    printer.rows(&rows)?;
    if settings.output == Output::Table {
        let release = standing.release.map_or_else(|| "none yet".to_owned(), |name| lake.release(&name).display().to_string());
        let run = standing.last_run.as_deref().unwrap_or("none yet");
        Printer::text(&format!("release: {release}\nlast run: {run}"))?;
    }
    Ok(ExitStatus::Done)
}
