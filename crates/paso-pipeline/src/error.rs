//! What can be wrong with the files of `pipelines/`, and with running them.

use std::path::PathBuf;

use miette::{Diagnostic, NamedSource, SourceSpan};
use paso_aggregate::AggregateError;
use paso_areas::AreasError;
use paso_lake::LakeError;

/// A definition is wrong: it says where, and shows the line.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum DefinitionError {
    /// A file could not be read.
    #[error("cannot read {path}")]
    #[diagnostic(help("the pipeline is chosen by `--pipeline FILE` or PASO_PIPELINE; its folders are named in it"))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A key is unknown, missing or has the wrong value.
    #[error("{path}: {problem}")]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
        /// The text of the file.
        #[source_code]
        text: std::sync::Arc<NamedSource<String>>,
        /// Where in it.
        #[label("here")]
        span: Option<SourceSpan>,
        /// What to do.
        #[help]
        help: Option<String>,
    },
    /// The areas are not valid.
    #[error("the areas of the reference data are not valid")]
    Areas(#[from] AreasError),
    /// A reference file is not valid.
    #[error("{path}: {problem}")]
    Reference {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// An indicator is not valid.
    #[error("{path}")]
    Indicator {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: AggregateError,
        /// What to do.
        #[help]
        help: Option<String>,
    },
    /// A selector names nothing.
    #[error("`{selector}` names nothing in this pipeline")]
    #[diagnostic(help("{known}"))]
    Selector {
        /// The selector.
        selector: String,
        /// What there is.
        known: String,
    },
}

/// A run could not start or finish as a whole. What fails for one dataset or indicator only is a [`crate::Failure`] in the report.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The lake.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The route to the publishers.
    #[error(transparent)]
    Archive(#[from] paso_archive::ArchiveError),
    /// A reference table.
    #[error("a reference table cannot be made")]
    Table(#[from] arrow::error::ArrowError),
    /// The release.
    #[error(transparent)]
    Publish(#[from] paso_publish::PublishError),
    /// The asynchronous runtime could not start.
    #[error("cannot start the network runtime")]
    Runtime(#[source] std::io::Error),
}

impl From<crate::stage_reference::Error> for RunError {
    fn from(error: crate::stage_reference::Error) -> Self {
        match error {
            crate::stage_reference::Error::Lake(error) => Self::Lake(error),
            crate::stage_reference::Error::Arrow(error) => Self::Table(error),
        }
    }
}

impl RunError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Lake(error) => error.hint(),
            Self::Archive(error) => error.hint(),
            Self::Publish(error) => error.hint(),
            Self::Table(_) | Self::Runtime(_) => None,
        }
    }
}
