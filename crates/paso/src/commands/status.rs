//! `status`: what the lake holds, and what should have come since.

use jiff::tz::TimeZone;
use paso_archive::clock;
use paso_lake::{Lake, file, parquet};
use paso_pipeline::{DatasetStanding, standing};

use crate::{
    commands::{existing, load},
    exit::{Abort, ExitStatus},
    printer::{Cell, Output, Printer, Rows},
    settings::Settings,
};

pub(crate) fn execute(settings: &Settings) -> Result<ExitStatus, Abort> {
    let pipeline = load(settings)?;
    let lake = existing(settings)?;
    // Nothing of this is kept, so that the day may count.
    let today = clock::now().to_zoned(TimeZone::UTC).date();
    let standing = standing(&pipeline, &lake, today)?;
    let printer = Printer::new(settings.output);
    if settings.output == Output::Json {
        Printer::json(&standing)?;
        return Ok(ExitStatus::Done);
    }
    let mut rows = Rows::new(["dataset", "vintage", "expected", "overdue", "archived", "normalized", "rows", "quarantined"]);
    for dataset in &standing.datasets {
        rows.push(vec![
            Cell::text(&dataset.dataset),
            Cell::maybe(dataset.vintage.as_deref()),
            Cell::maybe(dataset.expected.map(|expected| expected.to_string())),
            dataset.overdue_months.map_or(Cell::Nothing, |months| Cell::Count(months.into())),
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
        if let Some(line) = overdue(&standing.datasets) {
            Printer::text(&line)?;
        }
        Printer::text(&format!("release: {release}\nlast run: {run}"))?;
    }
    Ok(ExitStatus::Done)
}

/// How many datasets wait for an edition that should have come; none where none of them has a date.
fn overdue(datasets: &[DatasetStanding]) -> Option<String> {
    let expected = datasets.iter().filter(|dataset| dataset.expected.is_some()).count();
    let late: Vec<&DatasetStanding> = datasets.iter().filter(|dataset| dataset.overdue_months.is_some()).collect();
    let oldest = late.iter().max_by_key(|dataset| dataset.overdue_months);
    match (expected, oldest) {
        (0, _) => None,
        (_, None) => Some("overdue: no dataset".to_owned()),
        (_, Some(oldest)) => {
            let months = match oldest.overdue_months.unwrap_or_default() {
                1 => "1 month".to_owned(),
                months => format!("{months} months"),
            };
            let (count, id) = (late.len(), &oldest.dataset);
            Some(format!(
                "overdue: {count} of {expected} datasets whose next edition has a day, {id} by {months}; `paso run` asks their publishers"
            ))
        }
    }
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
