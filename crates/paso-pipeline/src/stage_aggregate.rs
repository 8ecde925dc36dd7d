//! Aggregate: every indicator whose inputs, definition or labels changed.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Instant,
};

use paso_aggregate::{AggregateError, Computed, Finding, Indicator, Labels, PolarsEngine, Severity, View, Views, compute};
use paso_lake::{Fingerprint, LakeError, parquet};
use serde::{Deserialize, Serialize};

use crate::{
    derivation::{Derivation, FOOTER_INPUTS},
    report::{Failure, Observer, Outcome, Stage, StepReport},
    stage_reference::MadeReference,
    street::{FOOTER_FINDINGS, Street, from_footer, made_before},
};

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Aggregate(#[from] AggregateError),
    #[error(transparent)]
    Lake(#[from] LakeError),
}

impl Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Aggregate(error) => error.hint(),
            Self::Lake(error) => error.hint(),
        }
    }
}

/// What the checks of an indicator found, kept in its footer.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Findings {
    /// Findings that forbid a release.
    refused: Vec<String>,
    /// The others.
    warnings: Vec<String>,
}

/// What the stages before have made.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// What holds today, by dataset.
    pub(crate) currents: BTreeMap<String, (Fingerprint, PathBuf)>,
    /// The events that hold today, by dataset.
    pub(crate) events: BTreeMap<String, PathBuf>,
    /// Every normalized edition, by dataset.
    pub(crate) editions: BTreeMap<String, Vec<PathBuf>>,
    /// The reference tables.
    pub(crate) references: Vec<MadeReference>,
}

impl Made {
    pub(crate) fn derivation(&self, street: Street<'_>, indicator: &Indicator) -> Derivation {
        let currents = self.currents.iter().map(|(id, (fingerprint, _))| (id.clone(), fingerprint.clone())).collect();
        let references = self.references.iter().map(|table| (table.name.to_owned(), table.fingerprint.clone())).collect();
        street.indicator(indicator, &currents, &self.editions, &references)
    }

    /// The datasets that an indicator reads and that have nothing yet.
    pub(crate) fn missing(&self, street: Street<'_>, indicator: &Indicator) -> Vec<String> {
        let mut missing = Vec::new();
        for input in &indicator.inputs {
            let datasets = street.pipeline.datasets_of_input(&input.to_string());
            let absent = datasets.iter().filter(|dataset| !self.currents.contains_key(&dataset.id));
            missing.extend(absent.map(|dataset| dataset.id.clone()));
        }
        missing.sort();
        missing.dedup();
        missing
    }

    /// The views over everything that was made.
    pub(crate) fn views(&self, street: Street<'_>) -> Views {
        let mut views = Views::default();
        for dataset in street.pipeline.datasets().filter(|dataset| dataset.file.observe.is_some()) {
            if let Some((_, path)) = self.currents.get(&dataset.id) {
                views.add_current(&dataset.id, [path.clone()]);
            }
            if let Some(paths) = self.editions.get(&dataset.id) {
                views.add_editions(&dataset.id, paths.iter().cloned());
            }
            if let Some(path) = self.events.get(&dataset.id) {
                views.add_events(&dataset.id, path.clone());
            }
        }
        for dataset in street.pipeline.datasets().filter(|dataset| dataset.file.notes.is_some()) {
            if let Some((_, path)) = self.currents.get(&dataset.id) {
                views.add_notes(&dataset.id, path.clone());
            }
        }
        for table in &self.references {
            if let Some(view) = View::named(table.name) {
                views.set_reference(view, &table.path);
            }
        }
        views
    }
}

/// An indicator that was made.
#[derive(Debug, Clone)]
pub(crate) struct MadeIndicator {
    pub(crate) id: String,
    pub(crate) path: PathBuf,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) rows: u64,
    /// Why its findings forbid a release; empty where they do not.
    pub(crate) refused: Vec<String>,
}

/// What became of the indicators.
#[derive(Debug, Default)]
pub(crate) struct Aggregated {
    pub(crate) steps: Vec<StepReport>,
    pub(crate) failures: Vec<Failure>,
    pub(crate) indicators: Vec<MadeIndicator>,
    /// Indicators that could not be made, with the reason.
    pub(crate) absent: BTreeMap<String, String>,
}

/// Computes the chosen indicators; the others are taken as they stand.
pub(crate) fn run(street: Street<'_>, made: &Made, chosen: impl Fn(&str) -> bool, observer: &dyn Observer) -> Aggregated {
    let mut out = Aggregated::default();
    let views = made.views(street);
    let mut labels: Option<Labels> = None;
    for indicator in &street.pipeline.indicators {
        let missing = made.missing(street, indicator);
        let derivation = made.derivation(street, indicator);
        let fingerprint = derivation.fingerprint();
        let path = street.lake.indicator(&indicator.id, &fingerprint);
        if !missing.is_empty() {
            let reason = format!("no data of {}", missing.join(", "));
            out.absent.insert(indicator.id.clone(), reason.clone());
            out.steps.push(StepReport::new(Stage::Aggregate, &indicator.id, Outcome::Skipped, reason));
            continue;
        }
        if !chosen(&indicator.id) && !path.is_file() {
            out.absent.insert(indicator.id.clone(), "not chosen, and not computed before from these inputs".to_owned());
            continue;
        }
        observer.begin(Stage::Aggregate, &indicator.id);
        let started = Instant::now();
        let result = step(street, indicator, &derivation, &path, &views, &mut labels);
        let mut step = match result {
            Ok((step, indicator)) => {
                out.indicators.push(indicator);
                step
            }
            Err(error) => {
                let failure = Failure::new(Stage::Aggregate, &indicator.id, &error, error.hint());
                // The reason goes into a release, so it must not name this machine's paths.
                out.absent.insert(indicator.id.clone(), "its computation failed".to_owned());
                let step = StepReport::new(Stage::Aggregate, &indicator.id, Outcome::Failed, failure.error.clone());
                out.failures.push(failure);
                step
            }
        };
        step.seconds = started.elapsed().as_secs_f64();
        observer.end(&step);
        out.steps.push(step);
    }
    out
}

fn step(
    street: Street<'_>,
    indicator: &Indicator,
    derivation: &Derivation,
    path: &Path,
    views: &Views,
    labels: &mut Option<Labels>,
) -> Result<(StepReport, MadeIndicator), Error> {
    let fingerprint = derivation.fingerprint();
    let (outcome, reason) = if path.is_file() {
        (Outcome::Fresh, "same inputs, definition and code".to_owned())
    } else {
        let reason = derivation.explain(&made_before(path))?;
        if labels.is_none() {
            let mut loaded = Labels::load(&PolarsEngine, views)?;
            loaded.add_measures(&street.pipeline.reference.measures);
            *labels = Some(loaded);
        }
        let none = Labels::default();
        let computed = compute(&PolarsEngine, indicator, views, labels.as_ref().unwrap_or(&none))?;
        write(indicator, derivation, path, &computed)?;
        (Outcome::Ran, reason)
    };
    let rows = parquet::row_count(path)?;
    let findings: Findings = from_footer(path, FOOTER_FINDINGS)?;
    let mut step = StepReport::new(Stage::Aggregate, &indicator.id, outcome, reason);
    step.fingerprint = Some(fingerprint.to_string());
    step.rows = Some(rows);
    step.warnings = findings.warnings;
    let refused = findings.refused;
    Ok((step, MadeIndicator { id: indicator.id.clone(), path: path.to_owned(), fingerprint, rows, refused }))
}

fn write(indicator: &Indicator, derivation: &Derivation, path: &Path, computed: &Computed) -> Result<(), Error> {
    let say = |finding: &Finding| format!("{}: {} rows, such as {}", finding.check, finding.rows, finding.example);
    let of = |severity: Severity| computed.findings.iter().filter(move |finding| finding.severity == severity).map(say).collect::<Vec<_>>();
    let findings = Findings { refused: of(Severity::Error), warnings: of(Severity::Warning) };
    for warning in &findings.warnings {
        tracing::info!(indicator = indicator.id, warning, "check found rows");
    }
    let footer = BTreeMap::from([
        ("paso.schema".to_owned(), format!("paso.indicator.{}/1", indicator.id)),
        ("paso.fingerprint".to_owned(), derivation.fingerprint().to_string()),
        (FOOTER_INPUTS.to_owned(), derivation.footer()),
        (FOOTER_FINDINGS.to_owned(), serde_json::to_string(&findings).unwrap_or_default()),
    ]);
    parquet::write(path, &computed.table.schema(), [Ok::<_, Error>(computed.table.clone())], &footer)?;
    Ok(())
}
