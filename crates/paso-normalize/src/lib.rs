//! From decoded columns to observations.
//!
//! A dataset's `[observe]` table ([`Observe`]) says which column is which dimension, how cells are read and what is no data.
//! [`normalize`] runs it over the bodies of one edition and gives an [`Edition`]: a file of observations, the quarantine, an
//! [`Account`] that proves that no value cell was lost, and the results of the declared [`TotalCheck`]s. [`current()`] joins editions
//! to what holds today. A dataset without figures, a list of codes or footnotes, goes through
//! [`normalize_list`].
//!
//! Nothing is mapped row by row. The texts of a batch are dictionaries: each distinct one is mapped, parsed or refused once, and the
//! rows follow their keys, up to the pages of the written file. Pieces of a body are mapped, sorted and encoded on several threads and
//! taken over in their order, so that memory is bounded and the outcome depends on the bodies alone.
//!
//! A single cell never fails an edition: it goes to quarantine with its reason. An edition fails as a whole ([`NormalizeError`]) when
//! its definition does not fit its bodies.

mod account;
mod age_form;
mod block;
mod body;
mod cell;
mod checks;
mod codelist;
mod coder;
mod codes;
mod column;
mod current;
mod dimensions;
mod duplicates;
mod edition;
mod encode;
mod error;
mod event;
mod event_check;
mod events;
mod flags;
pub mod keys;
mod listing;
mod mapper;
mod mapping;
mod notes;
mod number;
mod order;
mod passes;
mod period_form;
mod plan;
mod quarantine;
mod sense;
mod settle;
mod spec;
mod statuses;
mod sum;
mod symbols;
mod vintage;

pub use account::Account;
pub use age_form::read_age;
pub use body::{Body, Content};
pub use checks::CheckResult;
pub use codes::{CodeLists, CodeListsError};
pub use current::{CURRENT_CODE_VERSION, Holding, current, current_events, key_digest, newest_vintage, text_columns};
pub use edition::{CODE_VERSION, Edition, check_definition, normalize};
pub use error::NormalizeError;
pub use events::{EventEdition, normalize_events};
pub use flags::{Flag, Flags, FlagsError};
pub use listing::{List, Listing, normalize_list};
pub use mapping::Definition;
pub use number::{Number, parse_number};
pub use period_form::read_period;
pub use plan::Reference;
pub use spec::{
    Aggregate, Bounds, Cells, Codelist, CompleteFor, Counts, DeclaredSum, EventRule, Everything, Exclusion, FlagColumn, FlagColumns, Grain,
    NoteArea, NoteMeasures, Notes, Observe, PeriodForm, PeriodRule, Point, PointOrder, Rounded, Source, SourceForm, StatusColumn,
    Suppressed, Tabulation, Take, TotalCheck, Value, Vintage,
};
