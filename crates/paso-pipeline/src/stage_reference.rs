//! The reference tables, as Parquet files that SQL and releases read.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Instant,
};

use arrow::error::ArrowError;
use paso_lake::{Fingerprint, LakeError, parquet};
use paso_model::column::schema;

use crate::{
    derivation::FOOTER_INPUTS,
    reference::{ReferenceTable, tables},
    report::{Failure, Outcome, Stage, StepReport},
    street::{Street, made_before},
};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Lake(#[from] LakeError),
    #[error(transparent)]
    Arrow(#[from] ArrowError),
}

/// A reference table that was made.
#[derive(Debug, Clone)]
pub(crate) struct MadeReference {
    pub(crate) name: &'static str,
    pub(crate) title: (&'static str, &'static str),
    pub(crate) columns: &'static [paso_model::column::Column],
    pub(crate) fingerprint: Fingerprint,
    pub(crate) path: PathBuf,
}

/// Makes the reference tables that changed.
pub(crate) fn run(street: Street<'_>) -> (Vec<StepReport>, Vec<Failure>, Vec<MadeReference>) {
    let (mut steps, mut failures, mut made) = (Vec::new(), Vec::new(), Vec::new());
    for table in tables(street.pipeline) {
        let started = Instant::now();
        let fingerprint = table.derivation.fingerprint();
        let path = street.lake.reference(table.name, &fingerprint);
        match step(street, &table, &path) {
            Ok(mut step) => {
                step.seconds = started.elapsed().as_secs_f64();
                step.fingerprint = Some(fingerprint.to_string());
                steps.push(step);
                made.push(MadeReference { name: table.name, title: table.title, columns: table.columns, fingerprint, path });
            }
            Err(error) => {
                let hint = match &error {
                    Error::Lake(error) => error.hint(),
                    Error::Arrow(_) => None,
                };
                let failure = Failure::new(Stage::Reference, table.name, &error, hint);
                steps.push(StepReport::new(Stage::Reference, table.name, Outcome::Failed, failure.error.clone()));
                failures.push(failure);
            }
        }
    }
    (steps, failures, made)
}

fn step(street: Street<'_>, table: &ReferenceTable, path: &Path) -> Result<StepReport, Error> {
    if path.is_file() {
        return Ok(StepReport::new(Stage::Reference, table.name, Outcome::Fresh, "same reference data"));
    }
    let reason = table.derivation.explain(&made_before(path))?;
    write(street, table, path)?;
    Ok(StepReport::new(Stage::Reference, table.name, Outcome::Ran, reason))
}

/// Writes a reference table.
pub(crate) fn write(street: Street<'_>, table: &ReferenceTable, path: &Path) -> Result<(), Error> {
    let batch = (table.make)(street.pipeline)?;
    let footer = BTreeMap::from([
        ("paso.schema".to_owned(), format!("paso.{}/1", table.name)),
        ("paso.title".to_owned(), table.title.0.to_owned()),
        ("paso.fingerprint".to_owned(), table.derivation.fingerprint().to_string()),
        (FOOTER_INPUTS.to_owned(), table.derivation.footer()),
    ]);
    parquet::write(path, &schema(table.columns), [Ok::<_, Error>(batch)], &footer)?;
    Ok(())
}
