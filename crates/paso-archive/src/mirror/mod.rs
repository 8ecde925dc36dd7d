//! A mirror: a folder that answers requests. `mirror.jsonl` has one line per request; the bodies stand under `host/path/`.
//!
//! ```
//! use paso_archive::mirror::{Mirror, Served, Writer};
//! # let folder = tempfile::tempdir()?;
//! let url = url::Url::parse("https://example.org/table.csv?year=2020&sex=F")?;
//! let mut writer = Writer::new(folder.path());
//! let served = Served { retrieved: "2026-08-18T12:00:00Z".parse()?, last_modified: None, content_type: Some("text/csv".into()) };
//! writer.add(&url, b"Year,Women\n2020,814942\n", served)?;
//! writer.finish()?;
//!
//! let mirror = Mirror::open(folder.path())?;
//! let same = url::Url::parse("https://example.org/table.csv?sex=F&year=2020")?;
//! let entry = mirror.find(&same).ok_or("not found")?;
//! assert_eq!(mirror.read(entry, 1024)?, b"Year,Women\n2020,814942\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod index;
mod read;
mod write;

pub use index::Entry;
pub use read::Mirror;
pub use write::{Served, Writer};
