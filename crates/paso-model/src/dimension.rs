//! The dimensions of an observation and the name of its breakdown.

use std::{fmt, str::FromStr};

use crate::code;

/// A dimension that a number can be broken down by, in the order of the observation's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the observation's columns, documented in `column`")]
pub enum Dimension {
    RefArea,
    Region,
    Origin,
    Destination,
    OriginBasis,
    Citizenship,
    Birth,
    Sex,
    Age,
    Education,
    Activity,
    Category,
    Subcategory,
    Other,
}

impl Dimension {
    /// Every dimension, in column order.
    pub const ALL: [Self; 14] = [
        Self::RefArea,
        Self::Region,
        Self::Origin,
        Self::Destination,
        Self::OriginBasis,
        Self::Citizenship,
        Self::Birth,
        Self::Sex,
        Self::Age,
        Self::Education,
        Self::Activity,
        Self::Category,
        Self::Subcategory,
        Self::Other,
    ];

    /// The observation's column.
    pub fn column(self) -> &'static str {
        match self {
            Self::RefArea => "ref_area",
            Self::Region => "region",
            Self::Origin => "origin",
            Self::Destination => "destination",
            Self::OriginBasis => "origin_basis",
            Self::Citizenship => "citizenship",
            Self::Birth => "birth",
            Self::Sex => "sex",
            Self::Age => "age",
            Self::Education => "education",
            Self::Activity => "activity",
            Self::Category => "category",
            Self::Subcategory => "subcategory",
            Self::Other => "other",
        }
    }

    /// Position in [`Dimension::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The code where a definition says nothing: not applicable for directions, the total elsewhere.
    pub fn default_code(self) -> &'static str {
        match self {
            Self::Origin | Self::Destination | Self::OriginBasis => code::NOT_APPLICABLE,
            _ => code::TOTAL,
        }
    }

    /// Whether the code covers the whole dimension, so that a row with it is not broken down by it.
    pub fn is_total(self, code: &str) -> bool {
        match self {
            Self::RefArea => code == code::WORLD_AREA,
            Self::Origin | Self::Destination => matches!(code, code::TOTAL | code::WORLD | code::NOT_APPLICABLE | code::WORLD_AREA),
            Self::OriginBasis => true,
            _ => matches!(code, code::TOTAL | code::NOT_APPLICABLE),
        }
    }

    /// Whether areas are the codes of this dimension.
    pub fn holds_areas(self) -> bool {
        matches!(self, Self::RefArea | Self::Origin | Self::Destination | Self::Citizenship | Self::Birth)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.column())
    }
}

impl FromStr for Dimension {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|dimension| dimension.column() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|dimension| dimension.column()).collect();
            format!("`{text}` is not a dimension of the observation; it has {}", known.join(", "))
        })
    }
}

/// The breakdown of a row: the names of the dimensions that it breaks down, sorted and joined by `+`, starred where the code is a
/// group or sub-total; `_T` for a grand total.
///
/// ```
/// assert_eq!(paso_model::breakdown([("sex", false), ("ref_area", true)]), "ref_area*+sex");
/// assert_eq!(paso_model::breakdown([]), "_T");
/// ```
pub fn breakdown<'a>(dimensions: impl IntoIterator<Item = (&'a str, bool)>) -> String {
    let mut names: Vec<(&str, bool)> = dimensions.into_iter().collect();
    names.sort_unstable();
    if names.is_empty() {
        return code::TOTAL.to_owned();
    }
    let names: Vec<String> = names.into_iter().map(|(name, group)| format!("{name}{}", if group { "*" } else { "" })).collect();
    names.join("+")
}
