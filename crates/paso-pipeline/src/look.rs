//! What a lake holds, for people: nothing here writes.

use std::{collections::BTreeMap, path::Path};

use jiff::civil::Date;
use paso_aggregate::Views;
use paso_lake::{Lake, parquet};
use paso_normalize::text_columns;
use serde::Serialize;

use crate::{
    due::{Expected, months_between},
    error::RunError,
    load::Pipeline,
    reference::tables,
    selector::Selection,
    stage_aggregate::Made,
    stage_normalize,
    stage_reference::{self, MadeReference},
    street::Street,
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
    /// Whether no address serves it: a person brings the file, or the figures of the print.
    pub by_hand: bool,
    /// Whole months since the day of the newest edition.
    pub age_months: Option<u32>,
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
    /// The datasets that were chosen.
    pub datasets: Vec<DatasetStanding>,
}

/// What a lake holds of the chosen datasets, and what is late on a day.
pub fn standing(pipeline: &Pipeline, lake: &Lake, selection: &Selection, today: Date) -> Result<Standing, RunError> {
    let street = Street { pipeline, lake };
    let mut datasets = Vec::new();
    for dataset in pipeline.datasets().filter(|dataset| selection.datasets.contains(&dataset.id)) {
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
            by_hand: dataset.file.request.saved() || dataset.file.request.printed().is_some(),
            age_months: vintage.and_then(|vintage| months_between(vintage, today)),
            archived: editions.len() as u64,
            normalized: ordered.len() as u64,
            rows,
            quarantined,
        });
    }
    Ok(Standing { release: lake.latest()?, last_run: lake.run_names()?.pop(), datasets })
}

/// What a quarantine refuses for one reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The reason.
    pub reason: String,
    /// The key of the definition that refused it.
    pub rule: String,
    /// What exactly was refused.
    pub detail: String,
}

/// What a file of the quarantine refuses and how many cells of each, the most first.
pub fn refusals(path: &Path) -> Result<Vec<(Refusal, u64)>, RunError> {
    let mut counts: BTreeMap<Refusal, u64> = BTreeMap::new();
    for batch in parquet::read(path)? {
        let batch = batch?;
        let columns = text_columns(&batch, &["reason", "rule", "detail"])?;
        for row in 0..batch.num_rows() {
            let [reason, rule, detail] = [0, 1, 2].map(|place| columns[place].value(row).to_owned());
            *counts.entry(Refusal { reason, rule, detail }).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, cells)| std::cmp::Reverse(*cells));
    Ok(counts)
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
        let mut path = lake.reference(table.name, &fingerprint);
        // The definitions may have changed since the last run: what they say now needs no run.
        if !path.is_file() {
            path = scratch.join(format!("reference.{}.parquet", table.name));
            stage_reference::write(street, &table, &path)?;
        }
        made.references.push(MadeReference { name: table.name, title: table.title, columns: table.columns, fingerprint, path });
    }
    Ok(made.views(street))
}
