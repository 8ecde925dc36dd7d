//! One file per command, or per family of commands.

pub(crate) mod areas;
pub(crate) mod completions;
pub(crate) mod decode;
pub(crate) mod diff;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod plan;
pub(crate) mod query;
pub(crate) mod recap;
pub(crate) mod reference;
pub(crate) mod run;
pub(crate) mod sources;
pub(crate) mod status;
pub(crate) mod verify;

use std::io::ErrorKind;

use paso_lake::Lake;
use paso_pipeline::{DefinitionError, Pipeline, Selection};

use crate::{exit::Abort, settings::Settings};

/// The pipeline that the settings name.
pub(crate) fn load(settings: &Settings) -> Result<Pipeline, Abort> {
    Pipeline::load(&settings.pipeline).map_err(|error| unusable(settings, error))
}

/// Why a pipeline cannot be used, and what to do.
fn unusable(settings: &Settings, error: DefinitionError) -> Abort {
    match &error {
        DefinitionError::Read { path, source } if *path == settings.pipeline && source.kind() == ErrorKind::NotFound => {
            let hint = "run it in the checkout of a pipeline, or give --pipeline FILE (or PASO_PIPELINE)".to_owned();
            Abort::definition(error, Some(hint))
        }
        DefinitionError::Areas(areas) => {
            let hint = areas.hint();
            Abort::definition(error, hint)
        }
        _ => error.into(),
    }
}

/// The pipeline and what was selected of it.
pub(crate) fn select(settings: &Settings, selectors: &[String]) -> Result<(Pipeline, Selection), Abort> {
    let pipeline = load(settings)?;
    let selection = Selection::parse(&pipeline, selectors)?;
    Ok((pipeline, selection))
}

/// The lake that the settings name, which must be there.
pub(crate) fn existing(settings: &Settings) -> Result<Lake, Abort> {
    Ok(Lake::existing(&settings.lake)?)
}
