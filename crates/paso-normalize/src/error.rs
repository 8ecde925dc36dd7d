//! What can go wrong in normalization as a whole. A single cell never fails here: it goes to quarantine.

use paso_decode::DecodeError;
use paso_lake::LakeError;

/// An edition could not be normalized.
#[derive(Debug, thiserror::Error)]
pub enum NormalizeError {
    /// More events than are held in memory.
    #[error("{dataset}: its events have more than {most} figures")]
    Events {
        /// The dataset.
        dataset: String,
        /// The most.
        most: u64,
    },
    /// Two tabulations of the events count differently what has one key.
    #[error("dataset `{dataset}`: two tabulations count {key}: one says {one}, the other {other}")]
    Tabulations {
        /// The dataset.
        dataset: String,
        /// The key, in words.
        key: String,
        /// What one of them says.
        one: String,
        /// What the other says.
        other: String,
    },
    /// The definition contradicts itself or the reference data.
    #[error("dataset `{dataset}`: `{key}` {problem}")]
    Definition {
        /// The dataset.
        dataset: String,
        /// The definition key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The body could not be read back from the archive.
    #[error("dataset `{dataset}`, body {url} ({snapshot}): {source}", snapshot = short(.snapshot))]
    Body {
        /// The dataset.
        dataset: String,
        /// Where the body came from.
        url: String,
        /// Its SHA-256.
        snapshot: String,
        /// What the archive said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The body could not be decoded.
    #[error("dataset `{dataset}`, body {url} ({snapshot}): {source}", snapshot = short(.snapshot))]
    Decode {
        /// The dataset.
        dataset: String,
        /// Where the body came from.
        url: String,
        /// Its SHA-256.
        snapshot: String,
        /// What the decoder said.
        source: Box<DecodeError>,
    },
    /// The body lacks a column that the definition reads.
    #[error("dataset `{dataset}`, body {url} ({snapshot}){part}: no column `{column}`, which `{key}` reads; it has {found}",
        snapshot = short(.snapshot), part = .part.as_deref().map(|p| format!(", {p}")).unwrap_or_default())]
    MissingColumn {
        /// The dataset.
        dataset: String,
        /// Where the body came from.
        url: String,
        /// Its SHA-256.
        snapshot: String,
        /// Sheet or archive member.
        part: Option<String>,
        /// The column.
        column: String,
        /// The definition key that reads it.
        key: String,
        /// The columns that there are.
        found: String,
    },
    /// The bodies hold no row at all.
    #[error("dataset `{dataset}`: its {bodies} bodies hold no rows")]
    Empty {
        /// The dataset.
        dataset: String,
        /// How many bodies there were.
        bodies: usize,
    },
    /// Not one value cell became an observation: such an edition never replaces another one.
    #[error("dataset `{dataset}`: all {cells} value cells were refused, the first because {detail}")]
    NothingObserved {
        /// The dataset.
        dataset: String,
        /// How many cells there were.
        cells: u64,
        /// Why the first was refused.
        detail: String,
    },
    /// So many cells are refused that the definition cannot be right. They are all held in memory, so that there is a limit.
    #[error("dataset `{dataset}`: {cells} value cells are refused, more than {most}; the first because {detail}")]
    Refused {
        /// The dataset.
        dataset: String,
        /// How many cells are refused by then.
        cells: u64,
        /// How many may be.
        most: u64,
        /// Why the first was refused.
        detail: String,
    },
    /// So many rows share their key with another one that the definition cannot be right.
    #[error("dataset `{dataset}`: {rows} rows share their key with another row, more than {most}")]
    Repeated {
        /// The dataset.
        dataset: String,
        /// How many rows do.
        rows: u64,
        /// How many may.
        most: u64,
    },
    /// No date could be given to the edition.
    #[error("dataset `{dataset}`: {problem}")]
    Vintage {
        /// The dataset.
        dataset: String,
        /// What is missing or unreadable.
        problem: String,
    },
    /// The account does not balance: a fault of paso itself.
    #[error("dataset `{dataset}`: {cells} value cells went in and {out} came out; this is a fault of paso, please report it")]
    Account {
        /// The dataset.
        dataset: String,
        /// Cells in.
        cells: u64,
        /// Cells accounted for.
        out: u64,
    },
    /// The observations could not be written.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The hashes of the keys could not be kept.
    #[error("dataset `{dataset}`: the temporary file of its keys' hashes: {source}")]
    Spill {
        /// The dataset.
        dataset: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Arrow refused a batch.
    #[error("dataset `{dataset}`: {source}")]
    Arrow {
        /// The dataset.
        dataset: String,
        /// What Arrow said.
        source: arrow::error::ArrowError,
    },
}

fn short(snapshot: &str) -> &str {
    snapshot.get(..12).unwrap_or(snapshot)
}

impl NormalizeError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Decode { source, .. } => source.hint(),
            Self::MissingColumn { column, .. } => Some(format!(
                "the publisher may have renamed it: look at the body with `paso inspect`, then add the new spelling to \
                 `decode.*.columns.{column}` of the definition"
            )),
            Self::NothingObserved { .. } | Self::Refused { .. } => Some(
                "the publisher changed a notation or the definition is wrong: look at the body with `paso inspect --dataset`".to_owned(),
            ),
            Self::Repeated { .. } => Some(
                "a column that tells the rows apart may be missing from `observe.dimensions`, or the same body may have been fetched twice"
                    .to_owned(),
            ),
            Self::Empty { .. } => Some("check the request's parameters: publishers answer unknown codes with an empty table".to_owned()),
            Self::Vintage { .. } => Some("give `observe.vintage` a `date`, or a `fact` that the body states".to_owned()),
            Self::Events { .. } => Some("a table of so many rows is none of events: observations are not held in memory".to_owned()),
            Self::Tabulations { .. } => {
                Some("leave out the key of one of them in `observe.event.tabulate`: they add up by other dimensions".to_owned())
            }
            Self::Body { .. } => Some("`paso verify --archive` names every body that is damaged; fetch it again".to_owned()),
            Self::Lake(error) => error.hint(),
            Self::Spill { .. } => Some("the lake's folder needs room for eight bytes of each observation".to_owned()),
            Self::Definition { .. } | Self::Account { .. } | Self::Arrow { .. } => None,
        }
    }
}
