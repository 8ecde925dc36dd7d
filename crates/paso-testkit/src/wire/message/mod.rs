//! Messages of official statistics, written from one table into every format that a decoder reads.
//!
//! What a message says is a [`Table`] (small, in memory) or [`Generated`] observations (any number of them, from a seed, never all in
//! memory); how it says so is a [`Format`]. What a reader must give back is [`Table::flat`].
//!
//! The writers are exact about what the formats leave open (quoting, order, where an attribute stands), because that is what readers
//! trip over; each choice is a field. A format that cannot carry a table says so with [`std::io::ErrorKind::InvalidInput`] instead of
//! writing something else.
//!
//! ```
//! use paso_testkit::message::{Format as _, Labels, SdmxCsv, Table, small};
//! let table: Table = small();
//! let message = SdmxCsv { labels: Labels::Both, ..SdmxCsv::default() }.bytes(&table)?;
//! assert!(message.starts_with(b"STRUCTURE,STRUCTURE_ID,SEX: Sex,TIME_PERIOD: Time period,OBS_VALUE: Observation value"));
//! # Ok::<(), std::io::Error>(())
//! ```

mod csv;
mod eurostat_tsv;
mod fields;
mod generated;
mod json_stat;
mod json_table;
mod json_text;
mod sdmx_csv;
mod sdmx_json;
mod strategy;
mod table;
mod wide;
mod xlsx;

#[cfg(test)]
mod resolved;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

pub use csv::{Csv, Encoding};
pub use eurostat_tsv::EurostatTsv;
pub use fields::{LineEnd, Quoting};
pub use generated::{Coverage, Generated};
pub use json_stat::{Index, JsonStat, JsonStatVersion, Status};
pub use json_table::{Envelope, JsonTable};
pub use sdmx_csv::{Labels, SdmxCsv, SdmxCsvVersion};
pub use sdmx_json::{SdmxJson, SdmxJsonVersion};
pub use strategy::{eurostat_table, table, table_of_texts};
pub use table::{Attribute, Code, Dimension, Flat, Relationship, Row, Table, small};
pub use xlsx::Xlsx;

/// Observations that can be gone through more than once; every time in the same order.
pub trait Observations {
    /// The dimensions with their codes.
    fn dimensions(&self) -> &[Dimension];

    /// The attributes, in the order of [`Row::attributes`].
    fn attributes(&self) -> &[Attribute];

    /// Shows every row to `visit`; its first error ends the walk.
    fn each(&self, visit: &mut dyn FnMut(&Row) -> io::Result<()>) -> io::Result<()>;
}

/// A way to write observations down.
pub trait Format {
    /// Writes the message. Observations that the format cannot carry are [`io::ErrorKind::InvalidInput`].
    fn write(&self, observations: &dyn Observations, out: &mut dyn Write) -> io::Result<()>;

    /// The message in memory.
    fn bytes(&self, observations: &dyn Observations) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.write(observations, &mut bytes)?;
        Ok(bytes)
    }
}

/// The error of observations that a format cannot carry.
fn unfit(detail: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, detail.into())
}
