//! What the first pass finds in an object that may be a data set, before anything is known about how its parts fit.

use super::text_list::TextList;
use crate::error::DecodeError;
use crate::json::lexer::{Kind, Offset};
use crate::position::Position;

/// A value that the second pass reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) offset: Offset,
    pub(super) kind: Kind,
    pub(super) at: Position,
}

/// An object that has members of a data set.
#[derive(Debug)]
pub(super) struct Draft {
    /// The JSON pointer of the object.
    pub(super) pointer: String,
    pub(super) at: Position,
    pub(super) class: Option<String>,
    pub(super) label: Option<String>,
    pub(super) href: Option<String>,
    pub(super) id: Option<TextList>,
    pub(super) size: Option<Vec<u64>>,
    /// The dimensions of each role, by the name of the role.
    pub(super) roles: Vec<(String, TextList)>,
    pub(super) dimensions: Option<Vec<DimensionDraft>>,
    pub(super) value: Option<Place>,
    pub(super) status: Option<Place>,
    /// Whether it has categories itself: a dimension on its own.
    pub(super) category: bool,
    /// How many items it links to: a collection.
    pub(super) items: Option<usize>,
    /// The first thing that no data set may have. It counts only once the object turns out to be a data set.
    pub(super) problem: Option<DecodeError>,
}

impl Draft {
    pub(super) fn new(pointer: String, at: Position) -> Self {
        Self {
            pointer,
            at,
            class: None,
            label: None,
            href: None,
            id: None,
            size: None,
            roles: Vec::new(),
            dimensions: None,
            value: None,
            status: None,
            category: false,
            items: None,
            problem: None,
        }
    }

    /// Whether it has observations and something that they are about.
    pub(super) fn is_data_set(&self) -> bool {
        self.value.is_some() && self.dimensions.is_some()
    }
}

/// A dimension as it stands.
#[derive(Debug)]
pub(super) struct DimensionDraft {
    pub(super) id: String,
    pub(super) at: Position,
    pub(super) label: Option<String>,
    pub(super) category: Option<CategoryDraft>,
}

/// The member `category` of a dimension. Its members stand in any order, so that nothing is checked before all of them are read.
#[derive(Debug, Default)]
pub(super) struct CategoryDraft {
    pub(super) index: Index,
    pub(super) labels: Keyed<TextList>,
    /// The children of each parent.
    pub(super) child: Keyed<Vec<TextList>>,
    pub(super) units: Keyed<Vec<Unit>>,
    pub(super) coordinates: Keyed<()>,
    pub(super) notes: Keyed<()>,
}

/// The three forms of `index`.
#[derive(Debug, Default)]
pub(super) enum Index {
    #[default]
    Absent,
    /// The ids in their order.
    Array(TextList),
    /// The ids in any order, each with its position.
    Object(TextList, Vec<u64>),
}

/// What an object says about categories: their ids, and what stands there, in the same order.
#[derive(Debug, Default)]
pub(super) struct Keyed<T> {
    pub(super) keys: TextList,
    pub(super) values: T,
}

/// The unit of a category of a metric dimension.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// The unit's name, such as `thousands of persons`.
    pub label: Option<String>,
    /// Its symbol, such as `%`.
    pub symbol: Option<String>,
    /// How many decimals the publisher means, whatever the digits of the values are.
    pub decimals: Option<String>,
}
