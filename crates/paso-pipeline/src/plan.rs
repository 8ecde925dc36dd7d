//! What a run would do, and why, without doing it.

use std::{collections::BTreeMap, path::Path};

use paso_archive::{Archive, ArchiveError, Budget, Probe, Route, Source as ArchiveSource};
use paso_lake::{Lake, sha256};
use serde::Serialize;

use crate::{
    definition::Dataset,
    error::RunError,
    load::Pipeline,
    reference::tables,
    report::Stage,
    selector::Selection,
    stage_aggregate::Made,
    stage_fetch::{LOST, SAVED},
    stage_normalize, stage_publish,
    stage_reference::MadeReference,
    street::{Street, made_before},
};

/// Whether a step would run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It would run.
    Run,
    /// Its output is there.
    Fresh,
    /// It cannot run yet.
    Blocked,
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Run => "run",
            Self::Fresh => "fresh",
            Self::Blocked => "blocked",
        })
    }
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedStep {
    /// Its stage.
    pub stage: Stage,
    /// What it would make.
    pub subject: String,
    /// Whether it would run.
    pub action: Action,
    /// Why.
    pub reason: String,
}

struct Planner<'a> {
    street: Street<'a>,
    selection: &'a Selection,
    steps: Vec<PlannedStep>,
    /// Why a dataset's table would change, by dataset.
    changing: BTreeMap<String, String>,
    blocked: BTreeMap<String, String>,
    made: Made,
}

/// Plans a run. Nothing is written, and no publisher is asked; a mirror or the archive is looked into.
pub fn plan(pipeline: &Pipeline, lake: &Lake, route: &Route, selection: &Selection) -> Result<Vec<PlannedStep>, RunError> {
    let street = Street { pipeline, lake };
    let mut planner =
        Planner { street, selection, steps: Vec::new(), changing: BTreeMap::new(), blocked: BTreeMap::new(), made: Made::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(RunError::Runtime)?;
    let archive = runtime.block_on(async { Archive::new(lake, route.clone()) })?;
    let datasets: Vec<&Dataset> = pipeline.datasets().filter(|dataset| selection.datasets.contains(&dataset.id)).collect();
    for dataset in datasets.iter().flat_map(|dataset| dataset.layouts()) {
        let subject = dataset.archived_as();
        let source = ArchiveSource { publisher: &dataset.publisher, dataset: &subject, licence: None, budget: Budget::default() };
        if dataset.file.request.saved() && !archive.may_hold(&dataset.file.request) {
            let known = paso_archive::editions(lake, &dataset.publisher, &subject).is_ok_and(|editions| !editions.is_empty());
            planner.push(Stage::Fetch, &subject, Action::Fresh, if known { SAVED } else { LOST });
            continue;
        }
        if let Some(file) = dataset.file.request.printed() {
            planner.fetch(dataset, printed(street, dataset, &pipeline.printed(file)));
            continue;
        }
        let accepted = Street::accepted(&dataset.file.decode);
        let probe = runtime.block_on(archive.probe(source, &dataset.file.request, &accepted));
        planner.fetch(dataset, probe);
    }
    for dataset in pipeline.datasets() {
        planner.normalize(dataset)?;
    }
    planner.reference()?;
    planner.aggregate()?;
    planner.publish()?;
    Ok(planner.steps)
}

/// Whether a file of printed figures, which is a part of the pipeline, is the one that the archive has.
fn printed(street: Street<'_>, dataset: &Dataset, path: &Path) -> Result<Probe, ArchiveError> {
    // A file that is not there fails when it is fetched, with its words.
    let Ok(bytes) = std::fs::read(path) else { return Ok(Probe::Unknown) };
    let known = paso_archive::editions(street.lake, &dataset.publisher, &dataset.archived_as())?;
    let Some(newest) = known.last() else { return Ok(Probe::First) };
    let same = newest.bodies.iter().any(|body| body.sha256 == sha256(&bytes));
    Ok(if same { Probe::Unchanged } else { Probe::Changed })
}

/// Why nothing can be made of a dataset.
const NOTHING: &str = "nothing was fetched yet";

impl Planner<'_> {
    fn push(&mut self, stage: Stage, subject: &str, action: Action, reason: impl Into<String>) {
        self.steps.push(PlannedStep { stage, subject: subject.to_owned(), action, reason: reason.into() });
    }

    fn fetch(&mut self, dataset: &Dataset, probe: Result<Probe, ArchiveError>) {
        let known = self.street.editions(dataset).is_ok_and(|editions| !editions.is_empty());
        let (action, reason) = match probe {
            Ok(Probe::Unchanged) => (Action::Fresh, "the same bodies as the last time".to_owned()),
            Ok(Probe::Changed) => (Action::Run, "other bodies than the last time".to_owned()),
            Ok(Probe::Unknown) if known => (Action::Run, "the publisher is asked whether anything changed".to_owned()),
            Ok(Probe::First | Probe::Unknown) => (Action::Run, "never fetched".to_owned()),
            Err(error) => (Action::Blocked, error.to_string()),
        };
        let unasked = matches!(reason.as_str(), "the publisher is asked whether anything changed");
        if action == Action::Run && !unasked {
            self.changing.insert(dataset.id.clone(), "new bodies".to_owned());
        }
        if action == Action::Blocked && !known {
            self.blocked.insert(dataset.id.clone(), NOTHING.to_owned());
        }
        self.push(Stage::Fetch, &dataset.archived_as(), action, reason);
    }

    fn normalize(&mut self, dataset: &Dataset) -> Result<(), RunError> {
        let selected = self.selection.datasets.contains(&dataset.id);
        let editions = self.street.editions(dataset)?;
        let standing = stage_normalize::as_it_stands(self.street, dataset);
        if let Some(current) = standing.current {
            self.made.currents.insert(dataset.id.clone(), current);
        }
        if let Some(events) = standing.events {
            self.made.events.insert(dataset.id.clone(), events);
        }
        self.made.editions.insert(dataset.id.clone(), standing.editions);
        if !selected {
            return Ok(());
        }
        if let Some(reason) = self.changing.get(&dataset.id).cloned() {
            self.push(Stage::Normalize, &dataset.id, Action::Run, reason);
            self.current(dataset, Action::Run, "a new edition");
            return Ok(());
        }
        if let Some(reason) = self.blocked.get(&dataset.id).cloned() {
            self.push(Stage::Normalize, &dataset.id, Action::Blocked, reason);
            return Ok(());
        }
        if dataset.file.microdata && !editions.is_empty() {
            self.push(Stage::Normalize, &dataset.id, Action::Fresh, stage_normalize::MICRODATA);
            return Ok(());
        }
        if editions.is_empty() {
            self.blocked.insert(dataset.id.clone(), NOTHING.to_owned());
            self.push(Stage::Normalize, &dataset.id, Action::Blocked, NOTHING);
            return Ok(());
        }
        let waiting: Vec<_> = editions.iter().map(|(_, edition)| edition).filter(|edition| !edition.path.is_file()).collect();
        let Some(first) = waiting.first() else {
            self.push(Stage::Normalize, &dataset.id, Action::Fresh, "same bodies, definition, reference data and code");
            let (action, reason) =
                if self.made.currents.contains_key(&dataset.id) { (Action::Fresh, "same editions") } else { (Action::Run, "never made") };
            self.current(dataset, action, reason);
            return Ok(());
        };
        let reason = first.derivation.explain(&made_before(&first.path))?;
        self.changing.insert(dataset.id.clone(), reason.clone());
        self.push(Stage::Normalize, &dataset.id, Action::Run, reason);
        self.current(dataset, Action::Run, "a new edition");
        Ok(())
    }

    /// A list of codes holds as it stands; observations are joined.
    fn current(&mut self, dataset: &Dataset, action: Action, reason: &str) {
        if dataset.file.observe.is_some() {
            self.push(Stage::Current, &dataset.id, action, reason);
        }
    }

    fn reference(&mut self) -> Result<(), RunError> {
        for table in tables(self.street.pipeline) {
            let fingerprint = table.derivation.fingerprint();
            let path = self.street.lake.reference(table.name, &fingerprint);
            let (action, reason) = if path.is_file() {
                (Action::Fresh, "same reference data".to_owned())
            } else {
                (Action::Run, table.derivation.explain(&made_before(&path))?)
            };
            self.push(Stage::Reference, table.name, action, reason);
            self.made.references.push(MadeReference { name: table.name, title: table.title, columns: table.columns, fingerprint, path });
        }
        Ok(())
    }

    fn aggregate(&mut self) -> Result<(), RunError> {
        for indicator in &self.street.pipeline.indicators {
            if !self.selection.indicators.contains(&indicator.id) {
                continue;
            }
            let inputs: Vec<String> = indicator
                .inputs
                .iter()
                .flat_map(|input| self.street.pipeline.datasets_of_input(&input.to_string()))
                .map(|dataset| dataset.id.clone())
                .collect();
            let blocked: Vec<_> = inputs.iter().filter(|id| self.blocked.contains_key(*id)).cloned().collect();
            let changing: Vec<_> = inputs.iter().filter(|id| self.changing.contains_key(*id)).cloned().collect();
            let (action, reason) = if !blocked.is_empty() {
                (Action::Blocked, format!("no data of {}", blocked.join(", ")))
            } else if !changing.is_empty() {
                (Action::Run, format!("changes: {}", changing.join(", ")))
            } else {
                let derivation = self.made.derivation(self.street, indicator);
                let path = self.street.lake.indicator(&indicator.id, &derivation.fingerprint());
                if path.is_file() {
                    (Action::Fresh, "same inputs, definition and code".to_owned())
                } else {
                    (Action::Run, derivation.explain(&made_before(&path))?)
                }
            };
            if action == Action::Run {
                self.changing.insert(indicator.id.clone(), reason.clone());
            }
            self.steps.push(PlannedStep { stage: Stage::Aggregate, subject: indicator.id.clone(), action, reason });
        }
        Ok(())
    }

    fn publish(&mut self) -> Result<(), RunError> {
        if !self.selection.everything {
            return Ok(());
        }
        let running = self.steps.iter().filter(|step| step.action == Action::Run && step.stage != Stage::Fetch).count();
        let (action, reason) = if running > 0 {
            (Action::Run, format!("{running} of its parts would change"))
        } else {
            match stage_publish::standing(self.street, &self.made)? {
                Some(name) => (Action::Fresh, format!("{name} has the same contents")),
                None => (Action::Run, "no release has these contents".to_owned()),
            }
        };
        self.push(Stage::Publish, "release", action, reason);
        Ok(())
    }
}
