//! The bodies of an edition.

use std::{collections::BTreeMap, error::Error};

use jiff::civil::Date;
use paso_decode::{Bytes, DecodeError, Source};

use crate::error::NormalizeError;

/// One body of an edition.
pub struct Body<'b> {
    /// Where it came from.
    pub url: String,
    /// Its SHA-256 in hexadecimal digits.
    pub snapshot: String,
    /// What only the address says of its rows: a column of one text for each name.
    pub columns: BTreeMap<String, String>,
    /// The bytes.
    pub content: Box<dyn Content + 'b>,
    /// The day that the publisher says it was last changed.
    pub last_modified: Option<Date>,
    /// The day of first retrieval.
    pub retrieved: Date,
}

impl Body<'_> {
    /// Opens it for a dataset.
    pub(crate) fn open(&self, dataset: &str) -> Result<Box<dyn Source + '_>, NormalizeError> {
        self.content.open().map_err(|source| NormalizeError::Body {
            dataset: dataset.to_owned(),
            url: self.url.clone(),
            snapshot: self.snapshot.clone(),
            source,
        })
    }

    /// What the decoder said of it.
    pub(crate) fn failure(&self, dataset: &str, source: DecodeError) -> NormalizeError {
        let source = Box::new(source);
        NormalizeError::Decode { dataset: dataset.to_owned(), url: self.url.clone(), snapshot: self.snapshot.clone(), source }
    }
}

/// The bytes of a body, which are opened when their turn comes, and again where a second look is needed.
pub trait Content: Sync {
    /// Opens them: the same bytes each time.
    fn open(&self) -> Result<Box<dyn Source + '_>, Box<dyn Error + Send + Sync>>;
}

impl Content for Vec<u8> {
    fn open(&self) -> Result<Box<dyn Source + '_>, Box<dyn Error + Send + Sync>> {
        Ok(Box::new(Bytes(self)))
    }
}
