//! Releases: what the lake holds, frozen, described and verifiable.
//!
//! * [`Contents`] says what goes in: indicators, observations, reference tables, sources and what is missing;
//! * [`publish`] builds the release aside, verifies every file, moves it into place and makes it the one that holds;
//! * [`release_name`], [`standing`]: what a release would be called, and whether it holds already, without reading a row;
//! * [`verify`] reads a release again and names what is missing, extra or changed.
//!
//! A release has stable paths:
//!
//! ```text
//! indicators/<id>.parquet, .csv      the indicators
//! observations/<dataset>.parquet     what they were computed from
//! reference/<name>.parquet, .csv     areas, groups, measures, datasets
//! datapackage.json                   Frictionless Data Package, version 2
//! dictionary.es.md, dictionary.en.md every column, in two languages
//! ATTRIBUTION.md                     how to cite each source, and under which terms it may be used
//! manifest.json                      the SHA-256 of every other file, and what the release was made from
//! ```

mod contents;
mod csv;
mod describe;
mod error;
mod manifest;
mod package;
mod publish;
mod text;
mod verify;

pub use contents::{Contents, IndicatorTable, Licence, Observations, ReferenceTable, Source};
pub use error::PublishError;
pub use manifest::{FileRecord, Inputs, Manifest};
pub use publish::{Published, publish, release_name, standing};
pub use verify::{Changed, Verification, verify};

/// The version of this stage, part of every fingerprint: raised by hand when its outputs change.
pub const CODE_VERSION: u32 = 3;
