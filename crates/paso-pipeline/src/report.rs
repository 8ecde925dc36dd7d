//! What a run did: one step for each output, why it ran, how long it took, and the account of every value cell.

use std::{collections::BTreeMap, fmt};

use paso_normalize::{Account, CheckResult};
use serde::{Deserialize, Serialize};

/// The identifier of the report's schema.
pub const REPORT_SCHEMA: &str = "paso.run/1";

/// A stage of the street.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Bytes from the publishers into the archive.
    Fetch,
    /// Bodies into observations.
    Normalize,
    /// Editions into what holds today.
    Current,
    /// Reference data into tables.
    Reference,
    /// Observations into indicators.
    Aggregate,
    /// Indicators into a release.
    Publish,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fetch => "fetch",
            Self::Normalize => "normalize",
            Self::Current => "current",
            Self::Reference => "reference",
            Self::Aggregate => "aggregate",
            Self::Publish => "publish",
        })
    }
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It ran.
    Ran,
    /// Its output was there already.
    Fresh,
    /// It failed; see [`RunReport::failures`].
    Failed,
    /// What it needs is not there.
    Skipped,
    /// It is refused by declaration, and that is no failure: rows of persons.
    Kept,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ran => "ran",
            Self::Fresh => "fresh",
            Self::Failed => "failed",
            Self::Kept => "kept",
            Self::Skipped => "skipped",
        })
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepReport {
    /// Its stage.
    pub stage: Stage,
    /// What it made: a dataset, an indicator, a table, the release.
    pub subject: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// Seconds that it took.
    pub seconds: f64,
    /// The fingerprint of its output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// The edition date, for a normalized edition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<String>,
    /// Bodies fetched or read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bodies: Option<u64>,
    /// Rows of its output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The account of its value cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// The account of each body, by SHA-256.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub accounts: BTreeMap<String, Account>,
    /// Printed totals against the sums of their parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckResult>,
    /// What the checks of an indicator found, where it does not forbid a release.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl StepReport {
    /// A step without figures yet.
    pub fn new(stage: Stage, subject: impl Into<String>, outcome: Outcome, reason: impl Into<String>) -> Self {
        Self {
            stage,
            subject: subject.into(),
            outcome,
            reason: reason.into(),
            seconds: 0.0,
            fingerprint: None,
            vintage: None,
            bodies: None,
            rows: None,
            account: None,
            accounts: BTreeMap::new(),
            checks: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// Something that failed for one dataset or indicator; the rest went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The stage.
    pub stage: Stage,
    /// The dataset, indicator or release.
    pub subject: String,
    /// What happened, with its causes.
    pub error: String,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Failure {
    /// A failure from an error with its chain of causes.
    pub fn new(stage: Stage, subject: impl Into<String>, error: &dyn std::error::Error, hint: Option<String>) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let more = error.to_string();
            // Errors that quote their cause would say it twice.
            if !text.contains(&more) {
                text = format!("{text}: {more}");
            }
            cause = error.source();
        }
        Self { stage, subject: subject.into(), error: text, hint }
    }
}

/// The figures of one publisher, for the recap.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SourceSummary {
    /// The publisher.
    pub publisher: String,
    /// Bodies of the newest editions.
    pub bodies: u64,
    /// The account of the newest editions.
    pub account: Account,
    /// Seconds spent on it.
    pub seconds: f64,
}

/// The figures of one indicator, for the recap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorSummary {
    /// The indicator.
    pub id: String,
    /// Its rows.
    pub rows: u64,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Everything is done.
    Done,
    /// Some part failed.
    Failed,
    /// A quality gate refused the release.
    Refused,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// [`REPORT_SCHEMA`].
    pub schema: String,
    /// The run's name.
    pub run: String,
    /// The version of paso.
    pub version: String,
    /// The pipeline.
    pub pipeline: String,
    /// Where answers came from.
    pub route: String,
    /// Seconds that it took.
    pub seconds: f64,
    /// Every step, in the order of the street.
    pub steps: Vec<StepReport>,
    /// Everything that failed.
    pub failures: Vec<Failure>,
    /// Why the release was refused, where it was.
    pub refused: Vec<String>,
    /// The publishers.
    pub sources: Vec<SourceSummary>,
    /// The indicators.
    pub indicators: Vec<IndicatorSummary>,
    /// The release that holds after the run.
    pub release: Option<String>,
}

impl RunReport {
    /// How it ended.
    pub fn ending(&self) -> Ending {
        if !self.refused.is_empty() {
            Ending::Refused
        } else if self.failures.is_empty() {
            Ending::Done
        } else {
            Ending::Failed
        }
    }

    /// The steps that ran.
    pub fn ran(&self) -> impl Iterator<Item = &StepReport> {
        self.steps.iter().filter(|step| step.outcome == Outcome::Ran)
    }
}

/// Is told what goes on, for progress on a terminal.
pub trait Observer: Sync {
    /// A step begins.
    fn begin(&self, stage: Stage, subject: &str);
    /// A step ended.
    fn end(&self, step: &StepReport);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Observer for Silent {
    fn begin(&self, _: Stage, _: &str) {}
    fn end(&self, _: &StepReport) {}
}
