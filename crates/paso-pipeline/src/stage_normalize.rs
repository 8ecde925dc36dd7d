//! Normalize: the archived editions of a dataset that have no observations yet, then what holds today.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZero,
    path::{Path, PathBuf},
    time::Instant,
};

use arrow::{array::Date32Array, error::ArrowError, record_batch::RecordBatch};
use jiff::{ToSpan, civil::Date};
use paso_archive::BodyRecord;
use paso_decode::Source;
use paso_lake::{Lake, LakeError, file, parquet};
use paso_model::{column::schema, events, observation, quarantine};
use paso_normalize::{
    Account, Body, CheckResult, CompleteFor, Content, Definition, Holding, List, NormalizeError, Observe, current, current_events,
    normalize, normalize_events, normalize_list,
};
use serde::{Deserialize, Serialize};

use crate::{
    definition::Dataset,
    derivation::{Derivation, FOOTER_INPUTS},
    error::RunError,
    report::{Failure, Observer, Outcome, Stage, StepReport},
    street::{EditionStep, FOOTER_FINDINGS, FOOTER_VINTAGE, Street, day, from_footer, made_before},
};

/// The most bytes of a raw body that are read back.
const BODY_CAP: u64 = 2 << 30;
/// A body of more bytes is laid out in a temporary file instead of in memory.
const HELD_BODY: u64 = 32 << 20;

/// Why rows of persons are not normalized.
pub(crate) const MICRODATA: &str =
    "its rows are persons: they stay in the archive, and no step makes observations of them until disclosure control stands between";

/// What a normalized edition found, kept in its footer so that a fresh step can tell it again.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Findings {
    account: Account,
    bodies: BTreeMap<String, Account>,
    checks: Vec<CheckResult>,
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Normalize(#[from] NormalizeError),
    #[error(transparent)]
    Lake(#[from] LakeError),
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    #[error(transparent)]
    Archive(#[from] paso_archive::ArchiveError),
}

impl Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Normalize(error) => error.hint(),
            Self::Lake(error) => error.hint(),
            Self::Archive(error) => error.hint(),
            Self::Arrow(_) => None,
        }
    }
}

/// What became of one dataset.
#[derive(Debug, Default)]
pub(crate) struct NormalizedDataset {
    pub(crate) steps: Vec<StepReport>,
    pub(crate) failures: Vec<Failure>,
    /// The table that holds today, with its fingerprint; none where nothing could be normalized.
    pub(crate) current: Option<(paso_lake::Fingerprint, PathBuf)>,
    /// The events that hold today, where the rows are events.
    pub(crate) events: Option<PathBuf>,
    /// Every normalized edition.
    pub(crate) editions: Vec<PathBuf>,
}

/// Normalizes every edition of a dataset that needs it, on some threads.
pub(crate) fn run(street: Street<'_>, dataset: &Dataset, observer: &dyn Observer, threads: NonZero<usize>) -> NormalizedDataset {
    let mut out = NormalizedDataset::default();
    let fail = |error: &Error| Failure::new(Stage::Normalize, &dataset.id, error, error.hint());
    let editions = match street.editions(dataset).map_err(Error::from) {
        Ok(editions) => editions,
        Err(error) => {
            out.failures.push(fail(&error));
            return out;
        }
    };
    if editions.is_empty() {
        out.steps.push(StepReport::new(Stage::Normalize, &dataset.id, Outcome::Skipped, "nothing was fetched yet"));
        return out;
    }
    if dataset.file.microdata {
        out.steps.push(StepReport::new(Stage::Normalize, &dataset.id, Outcome::Kept, MICRODATA));
        return out;
    }
    for (index, (layout, edition)) in editions.iter().enumerate() {
        let subject = if layout.edition == dataset.edition { dataset.id.clone() } else { layout.archived_as() };
        let served = editions.get(index + 1).is_none_or(|(next, _)| next.edition != layout.edition);
        observer.begin(Stage::Normalize, &dataset.id);
        let started = Instant::now();
        let mut step = match edition_step(street, layout, edition, threads) {
            Ok(step) => step,
            // Once the publisher serves another edition, one that could not be read no longer fails a run.
            Err(error) if !served => {
                let reason = format!("an edition that is no longer served cannot be read: {error}");
                StepReport::new(Stage::Normalize, &dataset.id, Outcome::Skipped, reason)
            }
            Err(error) => {
                out.failures.push(Failure::new(Stage::Normalize, &subject, &error, error.hint()));
                StepReport::new(Stage::Normalize, &subject, Outcome::Failed, error.to_string())
            }
        };
        step.subject = subject;
        step.seconds = started.elapsed().as_secs_f64();
        step.bodies = Some(edition.archived.bodies.len() as u64);
        observer.end(&step);
        out.steps.push(step);
    }
    out.editions = editions.iter().map(|(_, edition)| edition.path.clone()).filter(|path| path.is_file()).collect();
    if out.editions.is_empty() {
        return out;
    }
    observer.begin(Stage::Current, &dataset.id);
    let started = Instant::now();
    match current_step(street, dataset, &editions) {
        Ok((mut step, fingerprint, path)) => {
            step.seconds = started.elapsed().as_secs_f64();
            observer.end(&step);
            out.steps.push(step);
            out.events = street.current_events(dataset, &Street::normalized(&editions), &fingerprint).filter(|path| path.is_file());
            out.current = Some((fingerprint, path));
        }
        Err(error) => {
            let failure = Failure::new(Stage::Current, &dataset.id, &error, error.hint());
            let step = StepReport::new(Stage::Current, &dataset.id, Outcome::Failed, failure.error.clone());
            observer.end(&step);
            out.steps.push(step);
            out.failures.push(failure);
        }
    }
    out
}

/// What was made of a dataset before; makes nothing.
pub(crate) fn as_it_stands(street: Street<'_>, dataset: &Dataset) -> NormalizedDataset {
    let mut out = NormalizedDataset::default();
    let found = || -> Result<_, Error> {
        let editions = street.editions(dataset)?;
        let ordered: Vec<EditionStep> = Street::normalized(&editions).into_iter().cloned().collect();
        let steps: Vec<&EditionStep> = ordered.iter().collect();
        let current = match (dataset.file.list().is_some(), ordered.last()) {
            (_, None) => None,
            (true, Some(newest)) => Some((newest.fingerprint.clone(), newest.path.clone())),
            (false, Some(_)) => {
                let (_, fingerprint, path) = street.current(dataset, &steps);
                path.is_file().then_some((fingerprint, path))
            }
        };
        let events = current.as_ref().and_then(|(fingerprint, _)| street.current_events(dataset, &steps, fingerprint));
        Ok((ordered.into_iter().map(|edition| edition.path).collect(), current, events.filter(|path| path.is_file())))
    };
    match found() {
        Ok((editions, current, events)) => (out.editions, out.current, out.events) = (editions, current, events),
        Err(error) => out.failures.push(Failure::new(Stage::Normalize, &dataset.id, &error, error.hint())),
    }
    out
}

/// How many cells of a normalized edition are in quarantine.
pub(crate) fn quarantined(edition: &Path) -> Result<u64, LakeError> {
    let findings: Findings = from_footer(edition, FOOTER_FINDINGS)?;
    Ok(findings.account.quarantined_total())
}

/// The edition dates of the rows of a table, as steps say them.
pub(crate) fn vintages(table: &Path) -> Result<BTreeSet<String>, LakeError> {
    let mut found = BTreeSet::new();
    for batch in parquet::read(table)? {
        let batch = batch?;
        if let Some(days) = batch.column_by_name("vintage").and_then(|column| column.as_any().downcast_ref::<Date32Array>()) {
            found.extend(days.iter().flatten());
        }
    }
    Ok(found.into_iter().map(|days| (Date::constant(1970, 1, 1) + i64::from(days).days()).to_string()).collect())
}

/// What held of a dataset on a day: the editions that were there, joined into `path` where no file of the lake has just that.
pub(crate) fn as_of(street: Street<'_>, dataset: &Dataset, day: Date, path: &Path) -> Result<NormalizedDataset, RunError> {
    let editions = street.editions(dataset)?;
    let mut ordered = Vec::new();
    for edition in Street::normalized(&editions) {
        if Street::vintage(&edition.path)? <= day {
            ordered.push(edition);
        }
    }
    let mut out =
        NormalizedDataset { editions: ordered.iter().map(|edition| edition.path.clone()).collect(), ..NormalizedDataset::default() };
    let Some(newest) = ordered.last().filter(|_| dataset.file.observe.is_some()) else { return Ok(out) };
    let (derivation, fingerprint, _) = street.current(dataset, &ordered);
    let several = Street::counting(&ordered).len() > 1;
    let events = street.current_events(dataset, &ordered, &fingerprint);
    out.events = events.map(|events| if several { path.with_extension("events.parquet") } else { events });
    if let Some(events) = out.events.as_ref().filter(|_| several) {
        match join_events(street, dataset, &derivation, &ordered, events) {
            Ok(()) => {}
            Err(Error::Lake(error)) => return Err(error.into()),
            Err(error) => out.failures.push(Failure::new(Stage::Current, &dataset.id, &error, error.hint())),
        }
    }
    out.events = out.events.filter(|events| events.is_file());
    if matches!(newest.complete_for, Some(CompleteFor::Everything(_))) {
        out.current = Some((newest.fingerprint.clone(), newest.path.clone()));
        return Ok(out);
    }
    match join(street, dataset, &derivation, &ordered, path) {
        Ok(()) => out.current = Some((fingerprint, path.to_owned())),
        Err(Error::Lake(error)) => return Err(error.into()),
        Err(error) => out.failures.push(Failure::new(Stage::Current, &dataset.id, &error, error.hint())),
    }
    Ok(out)
}

fn edition_step(street: Street<'_>, dataset: &Dataset, edition: &EditionStep, threads: NonZero<usize>) -> Result<StepReport, Error> {
    // An edition is its observations and its quarantine: where one was taken away, both are made again.
    let events = dataset.file.observe.as_ref().is_some_and(|observe| observe.event.is_some());
    let whole = edition.path.is_file()
        && street.lake.quarantine(&dataset.id, &edition.fingerprint).is_file()
        && (!events || street.lake.events(&dataset.id, &edition.fingerprint).is_file());
    let (outcome, reason) = if whole {
        (Outcome::Fresh, "same bodies, definition, reference data and code".to_owned())
    } else {
        let reason = if edition.path.is_file() {
            "its quarantine was taken away".to_owned()
        } else {
            edition.derivation.explain(&made_before(&edition.path))?
        };
        match (&edition.observe, dataset.file.list()) {
            (Some(observe), _) if events => write_events(street, dataset, edition, observe)?,
            (Some(observe), _) => write_edition(street, dataset, edition, observe, threads)?,
            (None, Some(list)) => write_list(street, dataset, edition, list)?,
            (None, None) => {}
        }
        (Outcome::Ran, reason)
    };
    let mut step = StepReport::new(Stage::Normalize, &dataset.id, outcome, reason);
    let findings: Findings = from_footer(&edition.path, FOOTER_FINDINGS)?;
    step.fingerprint = Some(edition.fingerprint.to_string());
    step.vintage = Some(Street::vintage(&edition.path)?.to_string());
    step.rows = Some(parquet::row_count(&edition.path)?);
    step.account = Some(findings.account);
    step.accounts = findings.bodies;
    step.checks = findings.checks;
    Ok(step)
}

/// The bodies of an edition, read from the archive when their turn comes.
fn bodies<'a>(street: Street<'a>, dataset: &Dataset, edition: &'a EditionStep) -> Vec<Body<'a>> {
    let body = |record: &'a BodyRecord| Body {
        url: record.url.clone(),
        snapshot: record.sha256.to_string(),
        columns: dataset.file.request.columns(record),
        content: Box::new(Archived { lake: street.lake, record }),
        last_modified: record.last_modified.map(day),
        retrieved: day(record.retrieved),
    };
    edition.archived.bodies.iter().map(body).collect()
}

/// A body in the archive.
struct Archived<'a> {
    lake: &'a Lake,
    record: &'a BodyRecord,
}

impl Content for Archived<'_> {
    fn open(&self) -> Result<Box<dyn Source + '_>, Box<dyn std::error::Error + Send + Sync>> {
        if self.record.bytes <= HELD_BODY {
            return Ok(Box::new(self.lake.read_body(&self.record.sha256, BODY_CAP)?));
        }
        let stored = self.lake.open_body(&self.record.sha256, BODY_CAP)?;
        match paso_decode::File::spool(stored, BODY_CAP) {
            Ok(file) => Ok(Box::new(file)),
            Err(error) => Err(error.downcast::<LakeError>().map_or_else(Box::from, Box::from)),
        }
    }
}

fn write_edition(
    street: Street<'_>,
    dataset: &Dataset,
    edition: &EditionStep,
    observe: &Observe,
    threads: NonZero<usize>,
) -> Result<(), Error> {
    let definition = Definition { dataset: &dataset.id, concept: &dataset.file.concept, forms: &dataset.file.decode, observe };
    let bodies = bodies(street, dataset, edition);
    let normalized = normalize(definition, street.pipeline.reference.borrow(), &bodies, &edition.path, threads)?;
    let findings = Findings {
        account: normalized.account(),
        bodies: normalized.accounts().map(|(snapshot, account)| (snapshot.to_owned(), account.clone())).collect(),
        checks: normalized.checks().to_vec(),
    };
    let vintage = normalized.vintage();
    write_quarantine(street, dataset, edition, vintage, normalized.quarantine())?;
    let footer = footer(street, dataset, edition, observation::SCHEMA_ID, vintage, Some(&findings));
    normalized.write(&footer)?;
    Ok(())
}

/// Events and the observations that are made of them come last: where these stand, the edition is complete.
fn write_events(street: Street<'_>, dataset: &Dataset, edition: &EditionStep, observe: &Observe) -> Result<(), Error> {
    let definition = Definition { dataset: &dataset.id, concept: &dataset.file.concept, forms: &dataset.file.decode, observe };
    let normalized = normalize_events(definition, street.pipeline.reference.borrow(), &bodies(street, dataset, edition))?;
    let findings = Findings {
        account: normalized.account(),
        bodies: normalized.accounts().map(|(snapshot, account)| (snapshot.to_owned(), account.clone())).collect(),
        checks: Vec::new(),
    };
    let vintage = normalized.vintage();
    write_quarantine(street, dataset, edition, vintage, normalized.quarantine())?;
    let footer_of = |schema: &str| footer(street, dataset, edition, schema, vintage, Some(&findings));
    let path = street.lake.events(&dataset.id, &edition.fingerprint);
    write(&path, &events::schema(), normalized.events(), &footer_of(events::SCHEMA_ID))?;
    write(&edition.path, &observation::schema(), [Ok(normalized.observations)], &footer_of(observation::SCHEMA_ID))
}

fn write_list(street: Street<'_>, dataset: &Dataset, edition: &EditionStep, list: List<'_>) -> Result<(), Error> {
    let areas = &street.pipeline.reference.areas;
    let normalized = normalize_list(&dataset.id, &dataset.file.decode, list, areas, &bodies(street, dataset, edition))?;
    let vintage = normalized.vintage();
    write_quarantine(street, dataset, edition, vintage, normalized.quarantine())?;
    let findings = Findings { account: normalized.account().clone(), ..Findings::default() };
    let footer = footer(street, dataset, edition, list.schema_id(), vintage, Some(&findings));
    write(&edition.path, &schema(list.columns()), [normalized.batch()], &footer)
}

/// Writes the quarantine of an edition. It comes before the observations: where these stand, the edition is complete.
fn write_quarantine(
    street: Street<'_>,
    dataset: &Dataset,
    edition: &EditionStep,
    vintage: Date,
    refused: Result<RecordBatch, ArrowError>,
) -> Result<(), Error> {
    let path = street.lake.quarantine(&dataset.id, &edition.fingerprint);
    write(&path, &quarantine::schema(), [refused], &footer(street, dataset, edition, quarantine::SCHEMA_ID, vintage, None))
}

fn write(
    path: &Path,
    schema: &arrow::datatypes::SchemaRef,
    batches: impl IntoIterator<Item = Result<RecordBatch, ArrowError>>,
    footer: &BTreeMap<String, String>,
) -> Result<(), Error> {
    parquet::write(path, schema, batches.into_iter().map(|batch| batch.map_err(Error::from)), footer)?;
    Ok(())
}

fn footer(
    street: Street<'_>,
    dataset: &Dataset,
    edition: &EditionStep,
    schema_id: &str,
    vintage: Date,
    findings: Option<&Findings>,
) -> BTreeMap<String, String> {
    let mut footer = described(street, dataset, schema_id, &edition.derivation);
    footer.insert(FOOTER_VINTAGE.to_owned(), vintage.to_string());
    if let Some(text) = findings.and_then(|findings| serde_json::to_string(findings).ok()) {
        footer.insert(FOOTER_FINDINGS.to_owned(), text);
    }
    footer
}

fn described(street: Street<'_>, dataset: &Dataset, schema_id: &str, derivation: &Derivation) -> BTreeMap<String, String> {
    // No title here: it changes nothing in the table, so it must not change the file.
    BTreeMap::from([
        ("paso.schema".to_owned(), schema_id.to_owned()),
        ("paso.dataset".to_owned(), dataset.id.clone()),
        ("paso.licence".to_owned(), street.licence(dataset)),
        ("paso.fingerprint".to_owned(), derivation.fingerprint().to_string()),
        (FOOTER_INPUTS.to_owned(), derivation.footer()),
    ])
}

fn current_step(
    street: Street<'_>,
    dataset: &Dataset,
    editions: &[(&Dataset, EditionStep)],
) -> Result<(StepReport, paso_lake::Fingerprint, PathBuf), Error> {
    let ordered = Street::normalized(editions);
    if let (Some(_), Some(newest)) = (dataset.file.list(), ordered.last()) {
        let step = StepReport::new(Stage::Current, &dataset.id, Outcome::Fresh, "the newest edition");
        return Ok((step, newest.fingerprint.clone(), newest.path.clone()));
    }
    let (derivation, fingerprint, path) = street.current(dataset, &ordered);
    // The events come first: where the observations stand, so do they, unless somebody took them away.
    let events = street.current_events(dataset, &ordered, &fingerprint).filter(|path| !path.is_file());
    if let Some(events) = events.filter(|_| Street::counting(&ordered).len() > 1) {
        join_events(street, dataset, &derivation, &ordered, &events)?;
    }
    let mut step = if path.is_file() {
        StepReport::new(Stage::Current, &dataset.id, Outcome::Fresh, "same editions")
    } else {
        let reason = derivation.explain(&made_before(&path))?;
        match ordered.last() {
            // A newest edition that replaces all before it is what holds, byte for byte.
            Some(newest) if matches!(newest.complete_for, Some(CompleteFor::Everything(_))) => file::copy_atomic(&newest.path, &path)?,
            Some(_) => join(street, dataset, &derivation, &ordered, &path)?,
            None => {}
        }
        StepReport::new(Stage::Current, &dataset.id, Outcome::Ran, reason)
    };
    street.lake.keep_current(&dataset.id, &fingerprint)?;
    step.fingerprint = Some(fingerprint.to_string());
    step.rows = Some(parquet::row_count(&path)?);
    Ok((step, fingerprint, path))
}

/// Joins the events of the editions of which something holds.
fn join_events(street: Street<'_>, dataset: &Dataset, derivation: &Derivation, ordered: &[&EditionStep], path: &Path) -> Result<(), Error> {
    let mut editions = Vec::new();
    let mut vintage = Date::ZERO;
    for edition in Street::counting(ordered) {
        if let Some(complete_for) = &edition.complete_for {
            let events = street.lake.events_beside(&edition.path);
            editions.push(Holding { batches: parquet::read(&events)?.collect::<Result<Vec<_>, _>>()?, complete_for });
        }
        vintage = vintage.max(Street::vintage(&edition.path)?);
    }
    let rows = current_events(&editions)?;
    let mut footer = described(street, dataset, events::SCHEMA_ID, derivation);
    footer.insert(FOOTER_VINTAGE.to_owned(), vintage.to_string());
    write(path, &events::schema(), rows.into_iter().map(Ok), &footer)
}

fn join(street: Street<'_>, dataset: &Dataset, derivation: &Derivation, ordered: &[&EditionStep], path: &Path) -> Result<(), Error> {
    let mut editions = Vec::new();
    let mut vintage = Date::ZERO;
    for edition in ordered {
        if let Some(complete_for) = &edition.complete_for {
            editions.push(Holding { batches: parquet::read(&edition.path)?.collect::<Result<Vec<_>, _>>()?, complete_for });
        }
        vintage = vintage.max(Street::vintage(&edition.path)?);
    }
    let rows = current(&editions)?;
    let mut footer = described(street, dataset, observation::SCHEMA_ID, derivation);
    footer.insert(FOOTER_VINTAGE.to_owned(), vintage.to_string());
    write(path, &observation::schema(), rows.into_iter().map(Ok), &footer)
}
