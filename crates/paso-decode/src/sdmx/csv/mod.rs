//! SDMX-CSV, versions 1.0, 2.0 and 2.1: one row for each observation, one column for each component of its key, its values and attributes.
//!
//! Specification: the field guides of the SDMX technical working group, <https://github.com/sdmx-twg/sdmx-csv>.
//!
//! ```csv
//! DATAFLOW,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS                              1.0
//! ONS:MIG(1.0),A,CHL,2020,1462103,E
//! STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS         2.0, 2.1
//! dataflow,ONS:MIG(1.0),I,A,CHL,2020,1462103,E
//! ```
//!
//! Everything is told by the header, nothing by what was asked for: services answer a request for 2.0 with 1.0.
//!
//! # Columns
//!
//! * The delimiter is what follows the first title. `STRUCTURE[;]` also says what separates the values of an array.
//! * `STRUCTURE`, `STRUCTURE_ID` (`DATAFLOW` in 1.0), `STRUCTURE_NAME`, `SERIES_KEY` and `OBS_KEY` are about the message and repeat the key:
//!   they do not come out, but can be asked for as facts. `ACTION` comes out as an attribute, for rows may say that data is to be deleted.
//! * All others come out under their id, without marks: `TOPIC[]` (an array) as `TOPIC`, `NOTE[en;fr]` (several languages) as `NOTE`,
//!   `CONTACT[].NAME[]` (nested metadata) as `CONTACT.NAME`.
//! * Roles are those of the structure message, where one is given; a column that it does not have is the writer's own, and an attribute.
//!   Otherwise they are guessed: by the names `DIM…`, `MEAS_…`, `ATT…`, `Id_…`, `Me_…`, `At_…` where the message is written so; else by the order
//!   that the standard recommends: dimensions stand before `TIME_PERIOD` and `OBS_VALUE`, attributes behind the first of them.
//!   Eurostat's `LAST UPDATE`, which stands before the dimensions, is an attribute.
//!
//! # Names of codes
//!
//! | layout | titles | cells | what comes out as ids |
//! |---|---|---|---|
//! | `labels=id` | `FREQ` | `A` | the cell |
//! | `labels=both` | `FREQ: Frequency` | `A: Annual` | what stands before the first `": "` |
//! | `labels=name` (has `STRUCTURE_NAME`) | `FREQ,Frequency` | `A,Annual` | the first column of each pair |
//!
//! Under `labels=both` only coded values have a code: `2014-01`, `12.4` and texts stand bare. A text with a colon is told from a code by the
//! structure message, or by the characters that an id may have. Eurostat also serves names alone, under the header of `labels=id`: there, the
//! cells of `freq` are `Annual` and no code is to be had.
//!
//! # Cells
//!
//! * An empty cell is an absent one. `-` in a deletion and `NaN` (a missing value) come out as they stand, and so do arrays (`X;Y`) and texts in
//!   several languages (`en:Value;fr:Valeur`).
//! * Numbers of measures may have a decimal comma, `12,4`, and come out with a point. Where the delimiter is a comma, such a number is
//!   quoted, and `"1,234"` stays as it is: it may be a thousand of some spreadsheet.
//! * Quoted cells may have line breaks: XHTML is a value like others.
//! * A row may have a part of the key only: attributes of groups and of the whole data set, and deletions. It comes out like any other.
//!
//! # Errors
//!
//! An action or kind of structure that the standard does not have is malformed. A message may mix dataflows and structures; when a structure
//! message is given, all of its rows must lead to one structure, because another one may call the same column by another role. A header
//! without rows is empty, which is how services answer a query that selects nothing.
//!
//! A structure message of other data would make attributes of dimensions in silence, so that it must fit: each of its dimensions is a column,
//! unless the message deletes or has no values, for then a part of the key will do. A dataflow that the structure message does not
//! mention may be of its only structure; then that must have all columns that stand where dimensions do. A structure that the data
//! names itself (`datastructure`) must be there.

mod cell;
mod form;
mod layout;
mod read;
mod roles;
mod title;

pub use form::SdmxCsvForm;
pub(crate) use read::Message;
pub use read::decode;
pub(crate) use title::Opening;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
