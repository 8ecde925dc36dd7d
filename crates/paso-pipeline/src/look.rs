//! What a lake holds, for people: nothing here writes.

use std::path::Path;

use jiff::civil::Date;
use paso_aggregate::Views;
use paso_lake::{Lake, parquet};
use serde::Serialize;

use crate::{
    due::Expected, error::RunError, load::Pipeline, reference::tables, stage_aggregate::Made, stage_normalize,
    stage_reference::MadeReference, street::Street,
};

/// What holds of one dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatasetStanding {
    /// The dataset.
    pub dataset: String,
    /// The newest edition.
    pub vintage: Option<String>,
    /// When the next one is to be expected.
    pub expected: Option<Expected>,
    /// Whole months since then.
    pub overdue_months: Option<u32>,
    /// Editions in the archive.
    pub archived: u64,
    /// Editions that are normalized.
    pub normalized: u64,
    /// Rows that hold today.
    pub rows: Option<u64>,
    /// Cells in quarantine, of the editions that hold.
    pub quarantined: Option<u64>,
}

/// What a lake holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The release that holds.
    pub release: Option<String>,
    /// The last run.
    pub last_run: Option<String>,
    /// The datasets of the pipeline.
    pub datasets: Vec<DatasetStanding>,
}

/// What a lake holds of a pipeline, and what is late on a day.
pub fn standing(pipeline: &Pipeline, lake: &Lake, today: Date) -> Result<Standing, RunError> {
    let street = Street { pipeline, lake };
    let mut datasets = Vec::new();
    for dataset in pipeline.datasets() {
        let editions = street.editions(dataset)?;
        let ordered = Street::normalized(&editions);
        let newest = ordered.last();
        let vintage = match newest {
            Some(edition) => Some(Street::vintage(&edition.path)?),
            None => None,
        };
        let mut quarantined = None;
        for edition in Street::counting(&ordered) {
            let path = lake.quarantine(&dataset.id, &edition.fingerprint);
            if path.is_file() {
                quarantined = Some(quarantined.unwrap_or_default() + parquet::row_count(&path)?);
            }
        }
        let current = stage_normalize::as_it_stands(street, dataset).current;
        let rows = match current {
            Some((_, path)) => Some(parquet::row_count(&path)?),
            None => None,
        };
        let expected = vintage.zip(dataset.file.update).and_then(|(vintage, update)| Expected::after(vintage, update));
        datasets.push(DatasetStanding {
            dataset: dataset.id.clone(),
            vintage: vintage.map(|vintage| vintage.to_string()),
            expected,
            overdue_months: expected.and_then(|expected| expected.months_late(today)),
            archived: editions.len() as u64,
            normalized: ordered.len() as u64,
            rows,
            quarantined,
        });
    }
    Ok(Standing { release: lake.latest()?, last_run: lake.run_names()?.pop(), datasets })
}

/// Which observations the views show.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Only these datasets; all when there is none.
    pub datasets: Vec<String>,
    /// As of this day: editions with a later date do not exist yet.
    pub as_of: Option<Date>,
}

/// The views over what a lake holds of a pipeline. Tables that stand in no lake, because they held on an earlier day, are written into the
/// scratch folder.
pub fn views(pipeline: &Pipeline, lake: &Lake, scope: &Scope, scratch: &Path) -> Result<Views, RunError> {
    let street = Street { pipeline, lake };
    let mut made = Made::default();
    for dataset in pipeline.datasets().filter(|dataset| scope.datasets.is_empty() || scope.datasets.contains(&dataset.id)) {
        let standing = match scope.as_of {
            None => stage_normalize::as_it_stands(street, dataset),
            Some(day) => stage_normalize::as_of(street, dataset, day, &scratch.join(format!("{}.parquet", dataset.id)))?,
        };
        if let Some(current) = standing.current {
            made.currents.insert(dataset.id.clone(), current);
        }
        if let Some(events) = standing.events {
            made.events.insert(dataset.id.clone(), events);
        }
        made.editions.insert(dataset.id.clone(), standing.editions);
    }
    for table in tables(pipeline) {
        let fingerprint = table.derivation.fingerprint();
        let path = lake.reference(table.name, &fingerprint);
        if path.is_file() {
            made.references.push(MadeReference { name: table.name, title: table.title, columns: table.columns, fingerprint, path });
        }
    }
    Ok(made.views(street))
}
