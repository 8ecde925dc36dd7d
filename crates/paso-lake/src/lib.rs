//! Where files live.
//!
//! A [`Lake`] is one folder. This crate knows its layout and is the only one that writes into it:
//!
//! * [`Lake::open`], [`Lake::existing`], [`Lake::lock`]: the folder, its layout version, its one writer;
//! * [`file`](mod@file): the one atomic write, and the one append;
//! * [`Lake::store_body`], [`Lake::read_body`]: raw bodies by their SHA-256;
//! * [`FingerprintBuilder`]: the name of an output is the hash of its inputs;
//! * [`parquet`]: tables with identical bytes for identical rows;
//! * [`Lake::stage_release`], [`Lake::switch_latest`]: releases appear whole, in one step.
//!
//! ```
//! use paso_lake::Lake;
//! # let folder = tempfile::tempdir()?;
//! let lake = Lake::open(folder.path().join("lake"))?;
//! let _lock = lake.lock()?;
//! let body = lake.store_body(b"Year,Refugees\n2020,2053\n")?;
//! assert_eq!(lake.read_body(&body, 1024)?, b"Year,Refugees\n2020,2053\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bodies;
mod error;
pub mod file;
mod fingerprint;
mod hash;
mod layout;
mod lock;
pub mod parquet;
mod release;
mod runs;

pub use bodies::StoredBody;
pub use error::LakeError;
pub use fingerprint::{Fingerprint, FingerprintBuilder};
pub use hash::{Hasher, Sha256, Sha256Error, sha256, sha256_file};
pub use layout::{LAYOUT, Lake};
pub use lock::LakeLock;
pub use release::StagedRelease;
