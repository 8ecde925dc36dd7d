//! Why two editions cannot be compared.

use arrow::error::ArrowError;
use paso_archive::ArchiveError;
use paso_lake::LakeError;

/// Why two editions cannot be compared. The message says what was asked for, [`DiffError::hint`] what there is.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// The pipeline has no such dataset.
    #[error("`{dataset}` is no dataset of this pipeline")]
    Dataset {
        /// What was asked for.
        dataset: String,
    },
    /// Several datasets answer to the name.
    #[error("`{name}` is {} datasets, and editions are compared within one", datasets.len())]
    Several {
        /// What was asked for.
        name: String,
        /// Those that answer to it.
        datasets: Vec<String>,
    },
    /// The dataset has no figures.
    #[error("`{dataset}` has no observations to compare: {why}")]
    NoObservations {
        /// The dataset.
        dataset: String,
        /// What it has instead.
        why: &'static str,
    },
    /// Two words name two datasets.
    #[error("`{one}` and `{other}` are two datasets, and editions are compared within one")]
    TwoDatasets {
        /// The first.
        one: String,
        /// The second.
        other: String,
    },
    /// More than two editions were named.
    #[error("{count} editions are named, and two are compared")]
    TooMany {
        /// How many.
        count: usize,
    },
    /// The lake holds less than two editions.
    #[error("there is nothing to compare: of `{dataset}` the lake has {}", normalized(known))]
    TooFew {
        /// The dataset.
        dataset: String,
        /// The names of those that there are.
        known: Vec<String>,
        /// How many the archive has that are not normalized.
        waiting: usize,
    },
    /// No edition has this name.
    #[error("of `{dataset}` the lake has no edition `{edition}`")]
    Edition {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        edition: String,
        /// The names of those that there are.
        known: Vec<String>,
    },
    /// Several editions have this name.
    #[error("of `{dataset}` the lake has {} editions that `{edition}` may mean", fingerprints.len())]
    Ambiguous {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        edition: String,
        /// What tells them apart.
        fingerprints: Vec<String>,
    },
    /// The oldest edition has none before it.
    #[error("`{edition}` is the oldest edition that the lake has, so that it changed nothing")]
    Oldest {
        /// Its name.
        edition: String,
        /// The names of those that there are.
        known: Vec<String>,
    },
    /// Both words name one edition.
    #[error("both are the edition `{edition}`")]
    Same {
        /// Its name.
        edition: String,
        /// The names of those that there are.
        known: Vec<String>,
    },
    /// No row has the codes that were asked for.
    #[error("no row of either edition has {filter}")]
    NothingLeft {
        /// What was asked for.
        filter: String,
    },
    /// The lake.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An edition has not the columns of observations.
    #[error("an edition cannot be read")]
    Arrow(#[from] ArrowError),
}

fn normalized(known: &[String]) -> String {
    match known {
        [] => "no edition".to_owned(),
        [one] => format!("one edition, {one}"),
        several => format!("{} editions", several.len()),
    }
}

impl DiffError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        let there_are = |known: &[String]| Some(format!("there {} {}", if known.len() == 1 { "is" } else { "are" }, known.join(", ")));
        match self {
            Self::Dataset { .. } => Some("`paso sources` lists them".to_owned()),
            Self::Several { datasets, .. } => there_are(datasets),
            Self::NoObservations { .. } | Self::Arrow(_) => None,
            Self::TwoDatasets { .. } => {
                Some("two sources of one figure stand side by side in `paso query`: SELECT … WHERE measure = '…'".to_owned())
            }
            Self::TooMany { .. } => Some("name the dataset, then the older and the newer edition".to_owned()),
            Self::TooFew { waiting: 1.., .. } => Some("others are in the archive and wait for `paso normalize`".to_owned()),
            Self::TooFew { known, .. } if known.is_empty() => Some("`paso run` makes the first one".to_owned()),
            Self::TooFew { .. } => Some(
                "a second one comes when `paso run` finds that the publisher's file changed, or from a mirror of an older copy (--mirror DIR)".to_owned(),
            ),
            Self::Edition { known, .. } if known.is_empty() => Some("`paso run` makes them".to_owned()),
            Self::Edition { known, .. } | Self::Oldest { known, .. } | Self::Same { known, .. } => there_are(known),
            Self::Ambiguous { dataset, fingerprints, .. } => {
                Some(format!("name one by the beginning of its fingerprint, oldest first: {dataset}@{}", fingerprints.join(&format!(", {dataset}@"))))
            }
            Self::NothingLeft { .. } => {
                Some("a selector is a column of the key and codes as `paso query` shows them, such as ref_area=CHL or sex=F,M".to_owned())
            }
            Self::Lake(error) => error.hint(),
            Self::Archive(error) => error.hint(),
        }
    }
}
