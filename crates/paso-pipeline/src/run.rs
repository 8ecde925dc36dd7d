//! Walks the street: fetch, normalize, aggregate, publish, each only where something changed.

use std::{
    collections::BTreeMap,
    num::NonZero,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use paso_archive::{Route, clock};
use paso_lake::{Lake, LakeLock};

use crate::{
    definition::Dataset,
    error::RunError,
    load::Pipeline,
    report::{Failure, IndicatorSummary, Observer, Outcome, REPORT_SCHEMA, RunReport, SourceSummary, Stage, StepReport},
    selector::Selection,
    stage_aggregate::{self, Made},
    stage_fetch,
    stage_normalize::{self, NormalizedDataset},
    stage_publish, stage_reference,
    street::Street,
};

/// What a run does.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Where answers come from.
    pub route: Route,
    /// What it works on.
    pub selection: Selection,
    /// The stages that it walks.
    pub stages: Vec<Stage>,
    /// How many datasets are worked on at once.
    pub jobs: usize,
}

/// Runs a pipeline over a lake, and writes the report of it; without its path where it could not be written.
///
/// What fails for one dataset or indicator is in the report; the rest goes on. An error here means that nothing could start.
pub fn run(
    pipeline: &Pipeline,
    lake: &Lake,
    options: &RunOptions,
    observer: &dyn Observer,
) -> Result<(RunReport, Option<PathBuf>), RunError> {
    let lock = lake.lock()?;
    let started = Instant::now();
    let street = Street { pipeline, lake };
    let mut walk = Walk { street, options, observer, steps: Vec::new(), failures: Vec::new(), refused: Vec::new() };
    walk.fetch()?;
    let mut made = Made::default();
    let mut indicators = Vec::new();
    if walk.reaches(Stage::Normalize) {
        made = walk.normalize();
    }
    if walk.reaches(Stage::Aggregate) {
        let chosen = |id: &str| options.stages.contains(&Stage::Aggregate) && options.selection.indicators.contains(id);
        let aggregated = stage_aggregate::run(street, &made, chosen, observer);
        walk.steps.extend(aggregated.steps);
        walk.failures.extend(aggregated.failures);
        indicators = aggregated.indicators.iter().map(|made| IndicatorSummary { id: made.id.clone(), rows: made.rows }).collect();
        // A part of the pipeline is no release.
        if options.stages.contains(&Stage::Publish) && options.selection.everything {
            let published = stage_publish::run(street, &made, &aggregated.indicators, &aggregated.absent, &walk.steps, observer);
            walk.steps.extend(published.steps);
            walk.failures.extend(published.failures);
            walk.refused = published.refused;
        }
    }
    let Walk { steps, failures, refused, .. } = walk;
    let (run, sources) = (run_name(lake, &lock)?, summaries(pipeline, &steps));
    let mut report = RunReport {
        schema: REPORT_SCHEMA.to_owned(),
        run: run.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pipeline: pipeline.file.id.clone(),
        route: route_name(&options.route),
        seconds: seconds(started.elapsed()),
        steps,
        failures,
        refused,
        sources,
        indicators,
        release: lake.latest()?,
    };
    // A full disk must not take away the account of what failed.
    let path = match lake.write_run(&run, &report) {
        Ok(path) => Some(path),
        Err(error) => {
            report.failures.push(Failure::new(Stage::Publish, "run report", &error, error.hint()));
            None
        }
    };
    Ok((report, path))
}

struct Walk<'a> {
    street: Street<'a>,
    options: &'a RunOptions,
    observer: &'a dyn Observer,
    steps: Vec<StepReport>,
    failures: Vec<Failure>,
    refused: Vec<String>,
}

impl Walk<'_> {
    /// Whether the run goes as far as this stage; earlier ones are then looked at, though only chosen ones do anything.
    fn reaches(&self, stage: Stage) -> bool {
        self.options.stages.iter().any(|chosen| *chosen >= stage)
    }

    fn chosen(&self, stage: Stage) -> Vec<&'_ Dataset> {
        if !self.options.stages.contains(&stage) {
            return Vec::new();
        }
        self.street.pipeline.datasets().filter(|dataset| self.options.selection.datasets.contains(&dataset.id)).collect()
    }

    fn fetch(&mut self) -> Result<(), RunError> {
        let datasets = self.chosen(Stage::Fetch);
        if datasets.is_empty() {
            return Ok(());
        }
        let (steps, failures) = stage_fetch::run(self.street, &self.options.route, &datasets, self.options.jobs, self.observer)?;
        self.steps.extend(steps);
        self.failures.extend(failures);
        Ok(())
    }

    /// Normalizes the chosen datasets; of the others, what was made before counts.
    fn normalize(&mut self) -> Made {
        let street = self.street;
        let chosen: Vec<&str> = self.chosen(Stage::Normalize).iter().map(|dataset| dataset.id.as_str()).collect();
        let datasets: Vec<&Dataset> = street.pipeline.datasets().collect();
        let queue = Mutex::new(datasets.iter().enumerate());
        let results = Mutex::new(BTreeMap::new());
        let observer = self.observer;
        // Datasets share the jobs; one that is alone has all of them.
        let threads = NonZero::new(self.options.jobs / chosen.len().max(1)).unwrap_or(NonZero::<usize>::MIN);
        std::thread::scope(|scope| {
            for _ in 0..self.options.jobs.clamp(1, datasets.len().max(1)) {
                scope.spawn(|| {
                    // A poisoned lock means that another worker panicked; the scope passes the panic on.
                    while let Some((index, dataset)) = next(&queue) {
                        let result = if chosen.contains(&dataset.id.as_str()) {
                            stage_normalize::run(street, dataset, observer, threads)
                        } else {
                            stage_normalize::as_it_stands(street, dataset)
                        };
                        results.lock().unwrap_or_else(PoisonError::into_inner).insert(index, result);
                    }
                });
            }
        });
        let results: BTreeMap<usize, NormalizedDataset> = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut made = Made::default();
        for (index, result) in results {
            let id = &datasets[index].id;
            self.steps.extend(result.steps);
            self.failures.extend(result.failures);
            made.editions.insert(id.clone(), result.editions);
            if let Some(current) = result.current {
                made.currents.insert(id.clone(), current);
            }
            if let Some(events) = result.events {
                made.events.insert(id.clone(), events);
            }
        }
        let (steps, failures, references) = stage_reference::run(street);
        self.steps.extend(steps);
        self.failures.extend(failures);
        made.references = references;
        made
    }
}

/// Takes the next of a queue; the lock is free again before the work on it begins.
fn next<T>(queue: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    queue.lock().ok()?.next()
}

fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}

/// The name of a run: the time of its end, with a number where two end in one second.
fn run_name(lake: &Lake, _lock: &LakeLock) -> Result<String, RunError> {
    let time = clock::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let names = lake.run_names()?;
    let name = (1_u32..).map(|number| if number == 1 { time.clone() } else { format!("{time}-{number}") });
    Ok(name.into_iter().find(|name| !names.contains(name)).unwrap_or(time))
}

fn route_name(route: &Route) -> String {
    match route {
        Route::Network => "network".to_owned(),
        Route::Via(url) => format!("via {url}"),
        Route::Mirror(folder) => format!("mirror {}", folder.display()),
        Route::Offline => "offline".to_owned(),
    }
}

/// The figures of each publisher: the newest edition of each of its datasets.
fn summaries(pipeline: &Pipeline, steps: &[StepReport]) -> Vec<SourceSummary> {
    let mut summaries = Vec::new();
    for source in &pipeline.sources {
        let mut summary = SourceSummary { publisher: source.publisher.clone(), ..SourceSummary::default() };
        for dataset in &source.datasets {
            let of_dataset = || steps.iter().filter(|step| step.subject == dataset.id);
            summary.seconds += of_dataset().map(|step| step.seconds).sum::<f64>();
            let newest = of_dataset()
                .filter(|step| step.stage == Stage::Normalize && matches!(step.outcome, Outcome::Ran | Outcome::Fresh))
                .max_by(|a, b| a.vintage.cmp(&b.vintage));
            if let Some(step) = newest {
                summary.bodies += step.bodies.unwrap_or_default();
                summary.account.add(&step.account.clone().unwrap_or_default());
            }
        }
        summaries.push(summary);
    }
    summaries
}
