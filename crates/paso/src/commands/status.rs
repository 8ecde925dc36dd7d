//! `status`: what the lake holds.

use paso_lake::{Lake, file, parquet};
use paso_pipeline::standing;

use crate::{
    commands::{existing, load},
    exit::{Abort, ExitStatus},
    printer::{Cell, Output, Printer, Rows},
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
        for dataset in &standing.datasets {
            if let Some(cells @ 1..) = dataset.quarantined {
                Printer::text(&quarantined(&lake, &dataset.dataset, cells))?;
            }
        }
        Printer::text(&format!("release: {release}\nlast run: {run}"))?;
    }
    Ok(ExitStatus::Done)
}

/// The way into the quarantine: the one file with so many cells, or the folder where that does not tell which edition it is of.
fn quarantined(lake: &Lake, dataset: &str, cells: u64) -> String {
    let folder = lake.root().join("quarantine").join(dataset);
    let files: Vec<_> = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| !file::is_temporary(path) && parquet::row_count(path).is_ok_and(|rows| rows == cells))
        .collect();
    match files.as_slice() {
        [path] => format!("quarantined {dataset}: {cells} cells; look: paso inspect {}", path.display()),
        _ => format!("quarantined {dataset}: {cells} cells; look into the files of {} with paso inspect", folder.display()),
    }
}
