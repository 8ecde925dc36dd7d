//! Reads `pipelines/`, plans, runs and reports.
//!
//! * [`Pipeline::load`] reads and checks every file of a pipeline; a [`DefinitionError`] points at the line;
//! * [`Selection`] says what a stage works on;
//! * [`plan()`] says what a run would do, and why; [`run()`] does it, and writes a [`RunReport`];
//! * [`diff`] says what an edition changed;
//! * [`Street`] says which outputs there should be and what they are made of: their fingerprints come from here alone.
//!
//! Planning, explanation and execution share the same [`Derivation`]s, so that a plan cannot disagree with the run that follows it.

mod breaks;
mod definition;
mod derivation;
pub mod diff;
mod due;
mod error;
pub mod keys;
mod load;
mod look;
mod once;
mod plan;
mod reference;
mod report;
mod run;
mod selector;
mod stage_aggregate;
mod stage_fetch;
mod stage_normalize;
mod stage_publish;
mod stage_reference;
mod street;
mod undecided;

pub use breaks::{Break, BreakKind, Window};
pub use definition::{Dataset, DatasetFile, Licence, PipelineFile, Source, SourceFile, Update};
pub use derivation::Derivation;
pub use due::Expected;
pub use error::{DefinitionError, RunError};
pub use load::{Pipeline, ReferenceData};
pub use look::{DatasetStanding, Refusal, Scope, Standing, refusals, standing, views};
pub use once::fetch_once;
pub use plan::{Action, PlannedStep, plan};
pub use report::{
    Ending, Failure, IndicatorSummary, Observer, Outcome, REPORT_SCHEMA, RunReport, Silent, SourceSummary, Stage, StepReport,
};
pub use run::{RunOptions, run};
pub use selector::Selection;
pub use street::Street;
