//! Names and codes to areas.
//!
//! The reference data is a folder of reviewed files (`pipelines/reference` of a pipeline folder); this crate reads it strictly and
//! answers these questions:
//!
//! * which area a publisher's text means: [`Areas::scheme`], [`Scheme::resolve`]. A text is found exactly, after folding white space
//!   and letter case ([`fold`]), and never by similarity: what is not in the files is not found;
//! * why: [`Areas::explain`] names scheme, file and line; [`Areas::suggest`] names what a person may have meant;
//! * what an area is: [`Areas::area`], [`Area`], [`AreaKind`];
//! * whether a code is an aggregate, and of whom: [`Areas::is_group`], [`Areas::members_on`];
//! * what it is called: [`Areas::label`].
//!
//! | file | holds |
//! |---|---|
//! | `areas.csv` | countries, former countries, groups, special populations, publishers' residual groups, with names in four languages |
//! | `groups.toml` | members of groups, with dates and where that is stated |
//! | `schemes.toml` | the schemes, whose texts they are, and what each falls back to |
//! | `aliases.toml` | further texts and codes of each scheme |
//! | `regions.csv` | parts of countries |
//!
//! ```
//! use paso_areas::Areas;
//! # let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/reference");
//! let areas = Areas::load(&folder)?;
//! let unhcr = areas.scheme("unhcr").expect("schemes.toml declares it");
//! assert_eq!(unhcr.resolve("ARE"), Some("EGY"));
//! assert_eq!(areas.label("EGY", "es"), Some("Egipto"));
//! assert!(areas.is_group("CSM") && !areas.is_group("CHL"));
//! # Ok::<(), paso_areas::AreasError>(())
//! ```

mod aliases;
mod area;
mod areas;
mod document;
mod error;
mod explain;
mod load;
mod membership;
mod region;
mod scheme;
mod schemes;
mod suggest;
mod table;

pub use area::{Area, AreaKind, Names};
pub use areas::Areas;
pub use error::AreasError;
pub use explain::{Answer, By};
pub use membership::Membership;
pub use region::Region;
pub use scheme::{Scheme, fold};
pub use suggest::Suggestion;
