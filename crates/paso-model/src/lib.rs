//! The vocabulary of paso, without any input or output.
//!
//! * [`observation`]: the one table that every published number goes into, its columns and its Arrow schema;
//! * [`quarantine`]: what could not become an observation, one line per value cell;
//! * [`reference`](mod@reference): the columns of the reference tables;
//! * [`Period`]: labels such as `2020-Q3` and the half-open spans of days they stand for;
//! * [`Dimension`]: the breakdowns of an observation and the codes that mean "total";
//! * [`Measure`], [`Concept`], [`Status`]: what is counted, who is counted, and how sure the publisher was.
//!
//! ```
//! use paso_model::Period;
//! let mid_year = Period::day(jiff::civil::date(2020, 7, 1));
//! assert_eq!(mid_year.label(), "2020-07-01");
//! assert_eq!(mid_year.end(), jiff::civil::date(2020, 7, 2));
//! ```

pub mod code;
pub mod column;
mod concept;
mod dimension;
pub mod events;
mod localized;
mod measure;
pub mod observation;
mod period;
pub mod quarantine;
pub mod reference;
mod status;

pub use concept::{Concept, ORIGIN_BASES, Residence, SourceType};
pub use dimension::{Dimension, breakdown};
pub use localized::Localized;
pub use measure::{Measure, MeasureBreakdown, MeasureKind, Measures, MeasuresError};
pub use period::{Period, PeriodError, days_since_epoch};
pub use status::{STATUS_LETTERS, Status, StatusError};
