//! What an edition changed: the figures of two editions of a dataset, key by key. Nothing here writes.
//!
//! * [`EditionPair::choose`] finds the editions that words such as `undesa.migrant_stock@2019` name;
//! * [`compare`] says which keys changed, came and went, by measure and one by one;
//! * [`sums`] adds the figures up by a dimension, where they may be added up.
//!
//! A key is the observation's less its vintage. One pass over each edition, and one more over the older one: in memory are the digests and figures
//! of the older edition, and what differs.

mod compare;
mod editions;
mod error;
mod figure;
mod sums;

pub use compare::{Change, ChangeKind, Comparison, MeasureCounts, compare, key_columns};
pub use editions::{EditionPair, NamedEdition};
pub use error::DiffError;
pub use figure::{Figure, difference, per_cent};
pub use sums::{By, Group, sums};

/// Codes that a row must have in a column to be compared; rows need one of the codes of every column.
pub type Filter = std::collections::BTreeMap<String, Vec<String>>;
