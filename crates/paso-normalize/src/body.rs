//! The bodies of an edition.

use std::error::Error;

use jiff::civil::Date;
use paso_decode::{Bytes, Source};

/// One body of an edition.
pub struct Body<'b> {
    /// Where it came from.
    pub url: String,
    /// Its SHA-256 in hexadecimal digits.
    pub snapshot: String,
    /// The bytes.
    pub content: Box<dyn Content + 'b>,
    /// The day that the publisher says it was last changed.
    pub last_modified: Option<Date>,
    /// The day of first retrieval.
    pub retrieved: Date,
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
