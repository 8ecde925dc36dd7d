//! Fetch: every chosen dataset's bodies into the archive, several publishers at once.

use std::time::Instant;

use futures_util::{StreamExt, stream};
use paso_archive::{Archive, Route, Source as ArchiveSource};

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
        for (index, dataset) in datasets.iter().enumerate() {
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
    observer.begin(Stage::Fetch, &dataset.id);
    let started = Instant::now();
    let licence = street.source(dataset).map(|source| source.licence.id.as_str());
    let source = ArchiveSource { publisher: &dataset.publisher, dataset: &dataset.id, licence };
    let result = archive.fetch(source, &dataset.file.request, &Street::accepted(&dataset.file.decode)).await;
    let (mut step, failure) = match result {
        Ok(fetched) => {
            let (outcome, reason) = if fetched.new {
                (Outcome::Ran, "the publisher serves a new edition")
            } else {
                (Outcome::Fresh, "the publisher serves the same bodies")
            };
            let mut step = StepReport::new(Stage::Fetch, &dataset.id, outcome, reason);
            step.bodies = Some(fetched.edition.bodies.len() as u64);
            (step, None)
        }
        Err(error) => {
            let failure = Failure::new(Stage::Fetch, &dataset.id, &error, error.hint());
            (StepReport::new(Stage::Fetch, &dataset.id, Outcome::Failed, failure.error.clone()), Some(failure))
        }
    };
    step.seconds = started.elapsed().as_secs_f64();
    observer.end(&step);
    (step, failure)
}
