//! Publish: a release of everything that holds, unless a quality gate refuses it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use paso_model::Localized;
use paso_publish::{Contents, IndicatorTable, Licence, Manifest, Observations, PublishError, ReferenceTable, Source, publish};

use crate::{
    error::RunError,
    report::{Failure, Observer, Outcome, Stage, StepReport},
    stage_aggregate::{Made, MadeIndicator},
    stage_normalize,
    street::Street,
};

/// What became of the release.
#[derive(Debug, Default)]
pub(crate) struct Published {
    pub(crate) steps: Vec<StepReport>,
    pub(crate) failures: Vec<Failure>,
    /// Why a quality gate refused it.
    pub(crate) refused: Vec<String>,
}

/// Publishes what holds.
pub(crate) fn run(
    street: Street<'_>,
    made: &Made,
    indicators: &[MadeIndicator],
    absent: &BTreeMap<String, String>,
    steps: &[StepReport],
    observer: &dyn Observer,
) -> Published {
    let mut out = Published::default();
    observer.begin(Stage::Publish, "release");
    let started = Instant::now();
    match refusals(street, made, indicators, steps) {
        Ok(refused) => out.refused = refused,
        Err(error) => out.failures.push(Failure::new(Stage::Publish, "release", &error, error.hint())),
    }
    out.refused.extend(losses(street, absent, made));
    let mut step = if let Some(failure) = out.failures.first() {
        StepReport::new(Stage::Publish, "release", Outcome::Failed, failure.error.clone())
    } else if out.refused.is_empty() {
        match release(street, made, indicators, absent) {
            Ok(step) => step,
            Err(error) => {
                let failure = Failure::new(Stage::Publish, "release", &error, error.hint());
                let step = StepReport::new(Stage::Publish, "release", Outcome::Failed, failure.error.clone());
                out.failures.push(failure);
                step
            }
        }
    } else {
        StepReport::new(Stage::Publish, "release", Outcome::Skipped, format!("refused: {}", out.refused.join("; ")))
    };
    step.seconds = started.elapsed().as_secs_f64();
    observer.end(&step);
    out.steps.push(step);
    out
}

/// The gates: printed totals that the parts do not meet, cells in quarantine that an indicator would miss, and indicator checks of severity
/// `error` that found rows.
fn refusals(street: Street<'_>, made: &Made, indicators: &[MadeIndicator], steps: &[StepReport]) -> Result<Vec<String>, RunError> {
    let mut refused = Vec::new();
    for dataset in street.pipeline.datasets() {
        let Some((_, current)) = made.currents.get(&dataset.id) else { continue };
        let read = street.pipeline.indicators.iter().find(|indicator| {
            let inputs = indicator.inputs.iter().flat_map(|input| street.pipeline.datasets_of_input(&input.to_string()));
            inputs.into_iter().any(|input| input.id == dataset.id)
        });
        let of = |step: &&StepReport| step.stage == Stage::Normalize && step.subject.split('@').next() == Some(&dataset.id);
        let mut holding: Option<(BTreeSet<String>, BTreeSet<String>)> = None;
        for (index, step) in steps.iter().enumerate().filter(|(_, step)| of(step)) {
            let layout = dataset.layouts().find(|layout| layout.archived_as() == step.subject).unwrap_or(dataset);
            let Some(observe) = &layout.file.observe else { continue };
            let mut problems: Vec<String> =
                step.checks.iter().filter(|check| !check.holds()).map(|check| format!("{}: {}", step.subject, check.problem())).collect();
            let quarantined = step.account.as_ref().map_or(0, paso_normalize::Account::quarantined_total);
            if let Some(indicator) = read.filter(|_| quarantined > observe.max_quarantined) {
                problems.push(format!(
                    "{}: {quarantined} cells are in quarantine and {} are allowed: {} would be smaller than it is",
                    step.subject, observe.max_quarantined, indicator.id
                ));
            }
            // An edition of which nothing holds any more harms nobody; the one that was served last always counts.
            let newest = !steps[index + 1..].iter().any(|step| of(&step));
            if problems.is_empty() {
                continue;
            }
            if newest {
                refused.extend(problems);
                continue;
            }
            if holding.is_none() {
                let editions = street.editions(dataset)?;
                let counting =
                    Street::counting(&Street::normalized(&editions)).iter().map(|edition| edition.fingerprint.to_string()).collect();
                holding = Some((counting, stage_normalize::vintages(current)?));
            }
            let holds = holding.as_ref().is_some_and(|(counting, vintages)| {
                let among = |text: &Option<String>, known: &BTreeSet<String>| text.as_ref().is_some_and(|text| known.contains(text));
                among(&step.fingerprint, counting) && among(&step.vintage, vintages)
            });
            if holds {
                refused.extend(problems);
            }
        }
    }
    let findings = indicators.iter().flat_map(|indicator| indicator.refused.iter().map(|why| format!("{}: {why}", indicator.id)));
    refused.extend(findings);
    Ok(refused)
}

/// A release that lost a table of the one that holds would break whoever reads it: the one that holds stays.
fn losses(street: Street<'_>, absent: &BTreeMap<String, String>, made: &Made) -> Vec<String> {
    let Ok(Some(holds)) = street.lake.latest() else { return Vec::new() };
    let Ok(manifest) = Manifest::read(&street.lake.release(&holds)) else { return Vec::new() };
    let mut lost: Vec<String> = absent
        .iter()
        .filter(|(id, _)| manifest.files.contains_key(&format!("indicators/{id}.parquet")))
        .map(|(id, why)| format!("{id}: {why}, and the release {holds} has it"))
        .collect();
    let datasets = street.pipeline.datasets().filter(|dataset| !made.currents.contains_key(&dataset.id));
    let gone = datasets.filter(|dataset| manifest.files.contains_key(&format!("observations/{}.parquet", dataset.id)));
    lost.extend(gone.map(|dataset| format!("{}: nothing of it can be read, and the release {holds} has it", dataset.id)));
    lost
}

fn release(
    street: Street<'_>,
    made: &Made,
    indicators: &[MadeIndicator],
    absent: &BTreeMap<String, String>,
) -> Result<StepReport, RunError> {
    let contents = contents(street, made, indicators, absent)?;
    if let Some(name) = paso_publish::standing(street.lake, &contents)? {
        return Ok(StepReport::new(Stage::Publish, "release", Outcome::Fresh, format!("{name} has the same contents")));
    }
    let published = publish(street.lake, &contents)?;
    let reason = if published.new { "new contents" } else { "an earlier release has these contents" };
    let mut step = StepReport::new(Stage::Publish, "release", Outcome::Ran, format!("{}: {reason}", published.name));
    step.rows = Some(published.files as u64);
    Ok(step)
}

/// The release that holds, if it has the contents that stand in the lake now.
pub(crate) fn standing(street: Street<'_>, made: &Made) -> Result<Option<String>, RunError> {
    let mut indicators = Vec::new();
    let mut absent = BTreeMap::new();
    for indicator in &street.pipeline.indicators {
        let missing = made.missing(street, indicator);
        if !missing.is_empty() {
            absent.insert(indicator.id.clone(), format!("no data of {}", missing.join(", ")));
            continue;
        }
        let fingerprint = made.derivation(street, indicator).fingerprint();
        let path = street.lake.indicator(&indicator.id, &fingerprint);
        if !path.is_file() {
            return Ok(None);
        }
        indicators.push(MadeIndicator { id: indicator.id.clone(), path, fingerprint, rows: 0, refused: Vec::new() });
    }
    let found = contents(street, made, &indicators, &absent).and_then(|contents| Ok(paso_publish::standing(street.lake, &contents)?));
    match found {
        Ok(name) => Ok(name),
        Err(RunError::Publish(PublishError::Nothing)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn localized((en, es): (&str, &str)) -> Localized {
    Localized { en: en.to_owned(), es: es.to_owned() }
}

fn contents<'a>(
    street: Street<'a>,
    made: &Made,
    indicators: &[MadeIndicator],
    absent: &BTreeMap<String, String>,
) -> Result<Contents<'a>, RunError> {
    let pipeline = street.pipeline;
    let mut missing = absent.clone();
    let mut observations = Vec::new();
    let mut events = Vec::new();
    let mut references: Vec<ReferenceTable> = made
        .references
        .iter()
        .map(|table| ReferenceTable {
            name: table.name.to_owned(),
            title: localized(table.title),
            columns: table.columns,
            path: table.path.clone(),
            fingerprint: table.fingerprint.clone(),
            licence: None,
        })
        .collect();
    let mut quarantined = BTreeMap::new();
    for dataset in pipeline.datasets() {
        let Some((fingerprint, path)) = made.currents.get(&dataset.id) else {
            missing.insert(dataset.id.clone(), "no edition of it could be fetched and normalized yet".to_owned());
            continue;
        };
        if !pipeline.may_be_redistributed(dataset) {
            missing.insert(dataset.id.clone(), "its terms do not allow that others are given what is made of it".to_owned());
            continue;
        }
        let (path, fingerprint, title) = (path.clone(), fingerprint.clone(), dataset.file.title.clone());
        let licence = dataset.file.licence.as_ref().map(terms);
        let editions = street.editions(dataset)?;
        let mut cells = 0;
        for edition in Street::counting(&Street::normalized(&editions)) {
            cells += stage_normalize::quarantined(&edition.path)?;
        }
        quarantined.insert(dataset.id.clone(), cells);
        if let Some(list) = dataset.file.list() {
            references.push(ReferenceTable { name: dataset.id.clone(), title, columns: list.columns(), path, fingerprint, licence });
            continue;
        }
        let vintage = Street::vintage(&path)?;
        if let Some(path) = made.events.get(&dataset.id).cloned() {
            let (dataset, title, licence) = (dataset.id.clone(), title.clone(), licence.clone());
            events.push(Observations { dataset, title, vintage, path, fingerprint: fingerprint.clone(), licence });
        }
        observations.push(Observations { dataset: dataset.id.clone(), title, vintage, path, fingerprint, licence });
    }
    let tables = indicators.iter().filter_map(|made| {
        let indicator = pipeline.indicators.iter().find(|indicator| indicator.id == made.id)?;
        Some(IndicatorTable {
            indicator,
            agenda: pipeline.file.agenda.get(&indicator.agenda)?.clone(),
            path: made.path.clone(),
            fingerprint: made.fingerprint.clone(),
        })
    });
    let sources = pipeline.sources.iter().map(|source| Source {
        publisher: source.publisher.clone(),
        title: source.title.clone(),
        homepage: source.homepage.clone(),
        licence: terms(&source.licence),
    });
    Ok(Contents {
        pipeline: &pipeline.file.id,
        title: pipeline.file.title.clone(),
        indicators: tables.collect(),
        observations,
        events,
        references,
        sources: sources.collect(),
        missing,
        quarantined,
    })
}

fn terms(licence: &crate::definition::Licence) -> Licence {
    Licence { id: licence.id.clone(), url: licence.url.clone(), attribution: licence.attribution.clone(), note: licence.note.clone() }
}
