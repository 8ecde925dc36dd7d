//! `status`: what the lake holds, and what should have come since.

use jiff::tz::TimeZone;
use paso_archive::clock;
use paso_lake::{Lake, file, parquet};
use paso_pipeline::{DatasetStanding, Expected, standing};

use crate::{
    cli::Selectors,
    commands::{existing, select},
    exit::{Abort, ExitStatus},
    printer::{Cell, Output, Printer, Rows},
    settings::Settings,
};

pub(crate) fn execute(settings: &Settings, arguments: &Selectors) -> Result<ExitStatus, Abort> {
    let (pipeline, selection) = select(settings, &arguments.selectors)?;
    let lake = existing(settings)?;
    // Nothing of this is kept, so that the day may count.
    let today = clock::now().to_zoned(TimeZone::UTC).date();
    let standing = standing(&pipeline, &lake, &selection, today)?;
    let printer = Printer::new(settings.output);
    if settings.output == Output::Json {
        Printer::json(&standing)?;
        return Ok(ExitStatus::Done);
    }
    let mut rows = Rows::new(["dataset", "vintage", "age", "expected", "overdue", "archived", "normalized", "rows", "quarantined"]);
    for dataset in &standing.datasets {
        rows.push(vec![
            Cell::text(&dataset.dataset),
            Cell::maybe(dataset.vintage.as_deref()),
            dataset.age_months.map_or(Cell::Nothing, |months| Cell::Count(months.into())),
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
        Printer::text("age and overdue are whole months; vintage is the day of the newest edition")?;
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

/// How many datasets wait for an edition that should have come, and who brings it; none where none of them has a day.
fn overdue(datasets: &[DatasetStanding]) -> Option<String> {
    let expected = datasets.iter().filter(|dataset| matches!(dataset.expected, Some(Expected::On(_)))).count();
    let late = datasets.iter().filter(|dataset| dataset.overdue_months.is_some());
    let (by_hand, asked): (Vec<_>, Vec<_>) = late.partition(|dataset| dataset.by_hand);
    let those = |late: &[&DatasetStanding], who: &str| {
        let oldest = late.iter().max_by_key(|dataset| dataset.overdue_months)?;
        let months = match oldest.overdue_months.unwrap_or_default() {
            1 => "1 month".to_owned(),
            months => format!("{months} months"),
        };
        Some(format!("{} of {expected} datasets whose next edition has a day, {} by {months}; {who}", late.len(), oldest.dataset))
    };
    let lines = [
        those(&asked, "`paso run` asks their publishers; where an address names its edition, the definition needs the new one"),
        those(&by_hand, "no address serves them: a person brings the file (`paso sources show` says which)"),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().map(|line| format!("overdue: {line}")).collect();
    match (expected, lines.as_slice()) {
        (0, _) => None,
        (_, []) => Some("overdue: no dataset".to_owned()),
        (_, lines) => Some(lines.join("\n")),
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
