//! Development only: what the tests of this workspace share.
//!
//! * [`write_sample`] writes `sample-data`: a small mirror with real figures in each publisher's wire format; [`sample_data`] is the committed one;
//! * [`bodies_mirror`] makes a mirror of bodies that are written as text;
//! * [`LocalPublisher`] serves a mirror over HTTP for `--via`, with [`Fault`]s where they are wanted;
//! * [`corpus`] is the folder of real files, where it exists, and [`corpus_mirror`] makes a mirror of it;
//! * [`real_files`] says which real files stand for which answers, and what is printed in them;
//! * [`conformance`](conformance()) is the suite of published messages with their tables, where it exists, and [`conformance::differences`](mod@conformance) compares;
//! * [`message`] writes tables, or generated observations of any size, in every wire format that a decoder reads, and [`generate`] writes such files;
//! * [`copy_folder`], [`files`] and [`edit_mirror`] prepare and compare folders.
//!
//! ```
//! use paso_testkit::{Endpoint, LocalPublisher, sample_data};
//! let publisher = LocalPublisher::start(&sample_data(), 0, Vec::new())?;
//! assert!(publisher.via().starts_with("http://127.0.0.1:"));
//! assert!(Endpoint::UNHCR_POPULATION.url(2).ends_with("&page=2"));
//! # Ok::<(), paso_testkit::TestkitError>(())
//! ```

mod bodies;
pub mod conformance;
mod corpus;
mod endpoint;
mod error;
mod figures;
mod folder;
mod generate;
mod mirror;
mod publisher;
mod real;
mod sample;
mod wire;

pub use bodies::bodies_mirror;
pub use conformance::conformance;
pub use corpus::{corpus, corpus_mirror};
pub use endpoint::Endpoint;
pub use error::TestkitError;
pub use folder::{copy_folder, files, workspace};
pub use generate::{Bytes, Counts, GeneratedFormat, Size, generate};
pub use mirror::edit_mirror;
pub use publisher::{Fault, FaultRule, LocalPublisher};
pub use real::{Figure, RealFiles, real_files};
pub use sample::{sample_data, write_sample};
pub use wire::message;
