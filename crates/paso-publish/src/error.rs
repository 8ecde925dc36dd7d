//! What can go wrong with a release, and what to do about it.

use std::path::PathBuf;

use paso_aggregate::AggregateError;
use paso_lake::LakeError;

/// A failure of a release. The message says what was attempted and where, [`PublishError::hint`] what to do next.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A release without a single dataset would say nothing.
    #[error("there is nothing to publish: no dataset has observations")]
    Nothing,
    /// Two tables would have one path.
    #[error("two tables of the release would stand at {path}")]
    Twice {
        /// The path in the release.
        path: String,
    },
    /// A dataset belongs to no source.
    #[error("dataset {dataset} has no source: nobody could cite it")]
    NoSource {
        /// The dataset.
        dataset: String,
    },
    /// A table does not have the columns that its description names.
    #[error("{} has the columns {found}, and its description names {expected}", path.display())]
    Columns {
        /// The table.
        path: PathBuf,
        /// The columns of the file.
        found: String,
        /// The columns of the description.
        expected: String,
    },
    /// A table cannot be written as CSV.
    #[error("cannot write {path} as CSV")]
    Csv {
        /// The path in the release.
        path: String,
        /// Why.
        source: csv::Error,
    },
    /// A column has a type that CSV files of a release do not use.
    #[error("cannot write {path} as CSV: column `{column}` has the type {found}")]
    CsvType {
        /// The path in the release.
        path: String,
        /// The column.
        column: String,
        /// The type.
        found: String,
    },
    /// JSON cannot be written.
    #[error("cannot write {path}")]
    Json {
        /// The path in the release.
        path: String,
        /// Why.
        source: serde_json::Error,
    },
    /// A folder is no release, or its manifest cannot be understood.
    #[error("{} is no release that can be verified: {problem}", path.display())]
    Manifest {
        /// The folder.
        path: PathBuf,
        /// What is wrong with its manifest.
        problem: String,
    },
    /// A release on the disk is not what its manifest says.
    #[error("the release {name} is damaged: {problem}")]
    Damaged {
        /// The release.
        name: String,
        /// The first files that are missing, extra or changed.
        problem: String,
    },
    /// An indicator's table has a column that nobody describes.
    #[error(transparent)]
    Aggregate(#[from] AggregateError),
    /// The lake refused a read or a write.
    #[error(transparent)]
    Lake(#[from] LakeError),
}

impl PublishError {
    /// What to do next, where more can be said than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Nothing => Some("`paso status` says what was fetched and normalized, and what failed".to_owned()),
            Self::Damaged { name, .. } => {
                Some(format!("a release never changes: move releases/{name} away and run again, and it is made anew from the same inputs"))
            }
            Self::Manifest { .. } => Some("give the folder that holds manifest.json, or the name of a release".to_owned()),
            Self::NoSource { .. } => Some("the first part of a dataset's name is the publisher of one of the sources".to_owned()),
            Self::Columns { path, .. } => Some(format!("delete {} and run again: it is made anew", path.display())),
            Self::Aggregate(error) => error.hint(),
            Self::Lake(error) => error.hint(),
            Self::Twice { .. } | Self::Csv { .. } | Self::CsvType { .. } | Self::Json { .. } => None,
        }
    }
}
