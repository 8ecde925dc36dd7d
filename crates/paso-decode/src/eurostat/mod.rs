//! Tab-separated values of Eurostat: one line for each series, one column for each period.
//!
//! ```text
//! freq,unit,geo\TIME_PERIOD⇥2022 ⇥2023 ⇥2024
//! A,PER,AT⇥455 ⇥: ⇥560 p
//! A,PER,BE⇥: c⇥12.3 bd⇥: @C
//! ```
//!
//! Layout: Eurostat's guide to its dissemination API, <https://ec.europa.eu/eurostat/web/user-guides/data-browser/api-data-access>.
//!
//! * The first column holds the codes of all dimensions but one, separated by commas. Its title names them, and behind the last backslash the
//!   dimension whose codes are the titles of the other columns: `TIME_PERIOD`, or `time` in files of before 2022.
//! * Titles of periods and cells end in a space that means nothing.
//! * A cell is a value, then flags: `12.3 bd` is the value 12.3 with the flags `b` and `d`, which come out together as `OBS_FLAG`. What stands
//!   behind an `@` says that the value is confidential and comes out as `CONF_STATUS`.
//! * `:` stands where there is no value. With a flag (`: c`) it is an observation without a value; alone it is none, and there is no row for it:
//!   the same table as SDMX-CSV has none either.
//! * The line of a series is the row of its observations, and the column of the period is their cell.
//!
//! Errors: a line that has another number of cells than the header is ragged. A key that has another number of codes than the first title, and
//! a cell that is none of the above, are malformed. A header without lines is empty.

mod form;
mod header;
mod read;
mod value;

pub use form::EurostatTsvForm;
pub(crate) use header::opens;
pub use read::decode;
pub(crate) use read::decode_part;

#[cfg(test)]
mod tests;
