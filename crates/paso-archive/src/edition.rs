//! Editions: what a dataset was at one time, as a list of bodies.

use jiff::Timestamp;
use paso_lake::Sha256;
use serde::{Deserialize, Serialize};

/// One body of an edition, and how it was got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyRecord {
    /// The URL with its query, without secrets.
    pub url: String,
    /// The digest that names it in the archive.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub bytes: u64,
    /// When the publisher gave it, in whole seconds.
    #[serde(with = "crate::timestamp")]
    pub retrieved: Timestamp,
    /// When the publisher says that it last changed.
    #[serde(with = "crate::timestamp::optional")]
    pub last_modified: Option<Timestamp>,
    /// The content type as served.
    pub content_type: Option<String>,
    /// The address of the first page, without secrets, where the publisher's own links led from there to this one and the address says what the
    /// rows do not: a link need not repeat that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_page: Option<String>,
}

/// A complete retrieval of a dataset. Two with the same bodies in the same order are one edition, known by its first retrieval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// The dataset, `<publisher>.<dataset>`.
    pub dataset: String,
    /// Its bodies in the order of the pages; never empty.
    pub bodies: Vec<BodyRecord>,
}

impl Edition {
    /// When the first retrieval was complete: the latest time among its bodies.
    pub fn first_retrieved(&self) -> Timestamp {
        self.bodies.iter().map(|body| body.retrieved).max().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// When the publisher says that it last changed: the latest date among its bodies, if every body has one.
    pub fn last_modified(&self) -> Option<Timestamp> {
        self.bodies.iter().map(|body| body.last_modified).collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// Whether another list of bodies has the same content in the same order.
    pub(crate) fn same_bodies(&self, bodies: &[BodyRecord]) -> bool {
        self.bodies.iter().map(|body| &body.sha256).eq(bodies.iter().map(|body| &body.sha256))
    }
}
