//! Requests in, bodies in the lake.
//!
//! A [`RequestSpec`] says what to ask a publisher for. An [`Archive`] asks by one [`Route`] (the network, one server in place of all publishers,
//! a [`mirror`] folder, or the archive itself), checks that the answer is data, and keeps it in the lake by its hash. All bodies of one complete
//! retrieval are an [`Edition`].
//!
//! ```
//! use paso_archive::{Archive, BodyKind, RequestSpec, Route, Source, mirror};
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! # let folder = tempfile::tempdir()?;
//! # let mirror = folder.path().join("mirror");
//! # let mut writer = mirror::Writer::new(&mirror);
//! # let served = mirror::Served { retrieved: "2026-08-18T12:00:00Z".parse()?, last_modified: None, content_type: None };
//! # writer.add(&"https://example.org/t.csv?year=2020".parse()?, b"Year,Women\n2020,814942\n", served)?;
//! # writer.finish()?;
//! let lake = paso_lake::Lake::open(folder.path().join("lake"))?;
//! let spec: RequestSpec = serde_json::from_str(r#"{"url": "https://example.org/t.csv", "query": {"year": "2020"}}"#)?;
//! let source = Source { publisher: "example", dataset: "example.women", licence: Some("CC-BY-4.0"), budget: paso_archive::Budget { pause_ms: 0, requests_per_hour: None } };
//! let archive = Archive::new(&lake, Route::Mirror(mirror))?;
//! let fetched = archive.fetch(source, &spec, &[BodyKind::Csv]).await?;
//! assert!(fetched.new);
//! assert!(!archive.fetch(source, &spec, &[BodyKind::Csv]).await?.new);
//! assert_eq!(lake.read_body(&fetched.edition.bodies[0].sha256, 1024)?, b"Year,Women\n2020,814942\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod archive;
mod body_kind;
mod budget;
mod check;
pub mod clock;
mod edition;
mod error;
mod log;
pub mod mirror;
mod network;
mod paging;
mod pointer;
mod replay;
mod secrets;
mod spec;
mod timestamp;
mod transport;

pub use address::via;
pub use archive::{Archive, Fetched, Probe, Source, editions};
pub use body_kind::{BodyKind, Foreign};
pub use budget::Budget;
pub use edition::{BodyRecord, Edition};
pub use error::ArchiveError;
pub use pointer::Pointer;
pub use spec::{Envelope, Offset, PageNumber, Paging, RequestSpec, SpecError};
pub use transport::Route;

/// Runs work that reads or writes files, or hashes much, beside the threads that wait for the network.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        // Nobody cancels the work but a runtime that ends, and then nobody waits here.
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}
