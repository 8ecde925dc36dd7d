//! Names and codes to areas.
//!
//! The reference data is a folder of reviewed files (`pipelines/reference` of a pipeline folder); this crate reads it strictly and
//! answers four questions:
//!
//! * which area a publisher's text means: [`Areas::scheme`], [`Scheme::resolve`]. A text is found exactly, after folding white space
//!   and letter case ([`fold`]), and never by similarity: what is not in the files is not found;
//! * what an area is: [`Areas::area`], [`Area`], [`AreaKind`];
//! * whether a code is an aggregate, and of whom: [`Areas::is_group`], [`Areas::members_on`];
//! * what it is called: [`Areas::label`].
//!
//! | file | holds |
//! |---|---|
//! | `areas.csv` | countries, former countries, groups, special populations, publishers' residual groups, with names in four languages |
//! | `area_groups.csv` | members of groups, with dates and where that is stated |
//! | `schemes.toml` | the schemes and what each falls back to |
//! | `area_aliases.csv` | further texts and codes of each scheme |
//! | `regions.csv`, `region_aliases.csv` | parts of countries, and their texts |
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
mod error;
mod load;
mod membership;
mod region;
mod scheme;
mod schemes;
mod table;

pub use area::{Area, AreaKind, Names};
pub use areas::Areas;
pub use error::AreasError;
pub use membership::Membership;
pub use region::Region;
pub use scheme::{Scheme, fold};
