//! Fetch: every chosen dataset's bodies into the archive, several publishers at once.

use std::{path::Path, time::Instant};

use futures_util::{StreamExt, stream};
use paso_archive::{Archive, ArchiveError, Fetched, RequestSpec, Route, Source as ArchiveSource};

use crate::{
    definition::Dataset,
    error::RunError,
    report::{Failure, Observer, Outcome, Stage, StepReport},
    street::Street,
};

/// Fetches the datasets; a failure of one is no failure of another. The steps come in the order of the datasets.
pub(crate) fn run(
    street: Street<'_>,
    route: &Route,
    datasets: &[&Dataset],
    jobs: usize,
    observer: &dyn Observer,
) -> Result<(Vec<StepReport>, Vec<Failure>), RunError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(RunError::Runtime)?;
    let results = runtime.block_on(async {
        let archive = Archive::new(street.lake, route.clone())?;
        // One publisher is asked one thing at a time; publishers are asked side by side.
        let mut publishers: Vec<Vec<(usize, &Dataset)>> = Vec::new();
        let layouts = datasets.iter().flat_map(|dataset| dataset.layouts());
        for (index, dataset) in layouts.enumerate() {
            match publishers.iter_mut().find(|known| known[0].1.publisher == dataset.publisher) {
                Some(known) => known.push((index, dataset)),
                None => publishers.push(vec![(index, dataset)]),
            }
        }
        let archive = &archive;
        let fetches = publishers.into_iter().map(|datasets| async move {
            let mut results = Vec::new();
            for (index, dataset) in datasets {
                results.push((index, fetch(street, archive, dataset, observer).await));
            }
            results
        });
        let results: Vec<_> = stream::iter(fetches).buffer_unordered(jobs.max(1)).collect().await;
        Ok::<_, RunError>(results)
    })?;
    let mut results: Vec<_> = results.into_iter().flatten().collect();
    results.sort_by_key(|(index, _)| *index);
    let (mut steps, mut failures) = (Vec::new(), Vec::new());
    for (_, (step, failure)) in results {
        steps.push(step);
        failures.extend(failure);
    }
    Ok((steps, failures))
}

async fn fetch(street: Street<'_>, archive: &Archive, dataset: &Dataset, observer: &dyn Observer) -> (StepReport, Option<Failure>) {
    let subject = dataset.archived_as();
    observer.begin(Stage::Fetch, &subject);
    let started = Instant::now();
    let source = street.source(dataset);
    let licence = source.map(|source| source.licence.id.as_str());
    let budget = source.map(|source| source.budget).unwrap_or_default();
    let request = &dataset.file.request;
    let source = ArchiveSource { publisher: &dataset.publisher, dataset: &subject, licence, budget };
    if request.saved()
        && let Some(step) = saved(street, archive, dataset, &subject)
    {
        observer.end(&step);
        return (step, None);
    }
    let result = match request.printed() {
        Some(file) => printed(&street.pipeline.printed(file), archive, source, request),
        None => archive.fetch(source, request, &Street::accepted(&dataset.file.decode)).await,
    };
    let (mut step, failure) = match result {
        Ok(fetched) => {
            let (outcome, reason) = if fetched.new {
                (Outcome::Ran, "the publisher serves a new edition")
            } else {
                (Outcome::Fresh, "the publisher serves the same bodies")
            };
            let mut step = StepReport::new(Stage::Fetch, &subject, outcome, reason);
            step.bodies = Some(fetched.edition.bodies.len() as u64);
            (step, None)
        }
        Err(error) => {
            let failure = Failure::new(Stage::Fetch, &subject, &error, error.hint());
            (StepReport::new(Stage::Fetch, &subject, Outcome::Failed, failure.error.clone()), Some(failure))
        }
    };
    step.seconds = started.elapsed().as_secs_f64();
    observer.end(&step);
    (step, failure)
}

/// A file of printed figures is part of the pipeline, and is read by every route.
fn printed(path: &Path, archive: &Archive, source: ArchiveSource<'_>, request: &RequestSpec) -> Result<Fetched, ArchiveError> {
    let bytes = std::fs::read(path).map_err(|source_error| ArchiveError::Printed {
        dataset: source.dataset.to_owned(),
        path: path.to_owned(),
        source: source_error,
    })?;
    archive.keep(source, request, &bytes)
}

/// What is said of an edition that no address serves any more.
pub(crate) const SAVED: &str = "no address serves it any more: what the archive has stays";
pub(crate) const LOST: &str = "no address serves it any more, and neither the archive nor this route has it";

/// What becomes of an edition that no address serves any more; none where a mirror may hold it.
fn saved(street: Street<'_>, archive: &Archive, dataset: &Dataset, subject: &str) -> Option<StepReport> {
    let known = paso_archive::editions(street.lake, &dataset.publisher, subject).is_ok_and(|editions| !editions.is_empty());
    if archive.may_hold(&dataset.file.request) {
        return None;
    }
    let (outcome, reason) = if known { (Outcome::Fresh, SAVED) } else { (Outcome::Skipped, LOST) };
    Some(StepReport::new(Stage::Fetch, subject, outcome, reason))
}
