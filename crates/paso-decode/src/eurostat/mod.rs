//! Tab-separated values of Eurostat: one line for each series, one column for each period.
//!
//! The layout is described in the guide to Eurostat's dissemination API,
//! <https://ec.europa.eu/eurostat/web/user-guides/data-browser/api-data-access>; its bulk files are this, in gzip.
//!
//! ```text
//! freq,unit,geo\TIME_PERIOD⇥2022 ⇥2023 ⇥2024
//! A,PER,AT⇥455 ⇥: ⇥560 p
//! A,PER,BE⇥: c⇥12.30 bd⇥: @C
//! ```
//!
//! becomes, where `⇥` is a tab:
//!
//! | row, cell | freq | unit | geo | TIME_PERIOD | OBS_VALUE | OBS_FLAG | CONF_STATUS |
//! |---|---|---|---|---|---|---|---|
//! | 2, 2 | A | PER | AT | 2022 | 455 | | |
//! | 2, 4 | A | PER | AT | 2024 | 560 | p | |
//! | 3, 2 | A | PER | BE | 2022 | | c | |
//! | 3, 3 | A | PER | BE | 2023 | 12.30 | bd | |
//! | 3, 4 | A | PER | BE | 2024 | | | C |
//!
//! The line of a series is the row of its observations, and the column of the period is their cell.
//!
//! # The first column
//!
//! It holds the codes of all dimensions but one, separated by commas. Its title names them, and behind the last backslash the dimension whose
//! codes are the titles of the other columns. Nothing says which dimensions there are but this title:
//!
//! ```text
//! freq,unit,geo\TIME_PERIOD⇥2022 ⇥2023         since 2022: with the frequency, periods from the oldest on
//! unit,geo\time⇥2013 ⇥2012                      before: no frequency, `time` in small letters, the newest period first
//! geo,time\sex⇥F ⇥M                             any dimension may lie across
//! ```
//!
//! A definition that reads old and new editions gives both names: `columns = { period = ["TIME_PERIOD", "time"] }`, and
//! `optional = ["frequency"]` for what old ones lack. Periods of old files are written in Eurostat's own way, `2013M01` and `2013Q1`, those of
//! new ones as SDMX has them, `2013-01` and `2013-Q1`; both come out as published.
//!
//! # Cells
//!
//! A cell is a value, a space, and perhaps flags. What stands behind an `@` says that the value is confidential.
//!
//! | cell | OBS_VALUE | OBS_FLAG | CONF_STATUS | |
//! |---|---|---|---|---|
//! | `455 ` | 455 | | | the space at the end means nothing, as in the titles of periods |
//! | `12.30 bd` | 12.30 | bd | | flags are one letter each and come out together |
//! | `7 p@C` | 7 | p | C | |
//! | `7b` | 7 | b | | the same as `7 b`; Eurostat writes the space, other programs may not |
//! | `8 b p` | 8 | b p | | flags with spaces between them come out so |
//! | `: c` | | c | | confidential: an observation without a value |
//! | `:c` | | c | | the same, without the space |
//! | `: ` | | | | no observation, and no row: the same table as SDMX-CSV has none either |
//!
//! What `:` means is told by its flag alone: `: c` is withheld, `: z` cannot exist, `: u` is unreliable, and `:` by itself is not available.
//! Whoever drops all cells with a colon loses the first three.
//!
//! # Errors
//!
//! A line that has another number of cells than the header is ragged. A key that has another number of codes than the first title, and
//! a cell that is none of the above (`1,5`, `2 345`, `n/a`), are malformed. A header without lines is empty.
//!
//! A text that is cut off inside of its last cell looks whole: `560 p` cut short is `560` or `5`. Bulk files come in gzip, which tells.

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
