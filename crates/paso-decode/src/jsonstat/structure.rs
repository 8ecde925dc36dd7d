//! The structure of a data set: its dimensions and their categories, checked against each other.

use super::draft::{CategoryDraft, DimensionDraft, Draft, Index, Place, Unit};
use super::hierarchy;
use super::text_list::TextList;
use crate::error::DecodeError;
use crate::position::Position;

/// A data set of a JSON-stat message: what its observations are about.
#[derive(Debug)]
pub struct DataSet {
    /// The JSON pointer of the data set; empty for a message that is the data set.
    pub pointer: String,
    /// The title.
    pub label: Option<String>,
    /// The address under which the publisher serves it.
    pub href: Option<String>,
    /// The dimensions; the last one changes fastest from one cell to the next.
    pub dimensions: Vec<Dimension>,
    /// How many cells the cube has, whether they hold a value or not.
    pub cells: u64,
    pub(super) value: Place,
    pub(super) status: Option<Place>,
}

/// A dimension of a data set.
#[derive(Debug)]
pub struct Dimension {
    /// The id.
    pub id: String,
    /// The title.
    pub label: Option<String>,
    /// `time`, `geo`, `metric` or what else the publisher calls its role; none for a classification.
    pub role: Option<String>,
    ids: TextList,
    labels: TextList,
    /// For each category the position of its label, or `NONE`.
    labelled: Vec<u32>,
    /// Units by the position of their category.
    units: Vec<(u32, Unit)>,
    edges: Vec<hierarchy::Edge>,
}

const NONE: u32 = u32::MAX;
/// How many dimensions a data set may have.
const DIMENSIONS: usize = 1000;

impl Dimension {
    /// How many categories it has.
    pub fn size(&self) -> usize {
        self.ids.len()
    }

    /// The id of a category, by its position from 0.
    pub fn category(&self, position: usize) -> Option<&str> {
        self.ids.get(position)
    }

    /// The label of a category, where it has one.
    pub fn category_label(&self, position: usize) -> Option<&str> {
        self.labels.get(*self.labelled.get(position)? as usize)
    }

    /// Whether any category has a label.
    pub fn has_labels(&self) -> bool {
        self.labels.len() > 0
    }

    /// The unit of a category, where it has one.
    pub fn unit(&self, position: usize) -> Option<&Unit> {
        self.units.iter().find(|(category, _)| *category as usize == position).map(|(_, unit)| unit)
    }

    /// The positions of the categories that a category is the total of, in ascending order.
    pub fn children(&self, position: usize) -> impl Iterator<Item = usize> {
        self.edges.iter().filter(move |edge| edge.0 as usize == position).map(|edge| edge.1 as usize)
    }
}

/// How errors call a data set.
pub(super) fn place(pointer: &str) -> String {
    if pointer.is_empty() { "the body".to_owned() } else { format!("data set \"{pointer}\"") }
}

/// A problem of a data set, named by the code under which the format's own validator knows it.
pub(super) fn malformed(place: &str, at: Position, code: &str, problem: impl std::fmt::Display) -> DecodeError {
    DecodeError::Malformed { place: place.to_owned(), at, problem: format!("{code}: {problem}") }
}

/// Puts a data set together.
pub(super) fn resolve(draft: Draft) -> Result<DataSet, DecodeError> {
    let Draft { pointer, at, label, href, id, size, roles, dimensions, value, status, problem, .. } = draft;
    if let Some(problem) = problem {
        return Err(problem);
    }
    let place = place(&pointer);
    let wrong = |code: &str, problem: String| malformed(&place, at, code, problem);
    let missing = |member: &str| wrong("STRUCTURAL_VIOLATION", format!("the data set has no `{member}`"));
    let value = value.ok_or_else(|| missing("value"))?;
    let mut drafts = dimensions.ok_or_else(|| missing("dimension"))?;
    let ids = id.ok_or_else(|| missing("id"))?;
    let sizes = size.ok_or_else(|| missing("size"))?;
    if ids.len() != sizes.len() {
        return Err(wrong("ID_SIZE_LEN_MISMATCH", format!("`id` names {} dimensions, `size` has {} numbers", ids.len(), sizes.len())));
    }
    if ids.len() > DIMENSIONS {
        return Err(wrong("STRUCTURAL_VIOLATION", format!("{} dimensions are more than {DIMENSIONS}", ids.len())));
    }
    let cells = sizes
        .iter()
        .try_fold(1_u64, |cells, size| cells.checked_mul(*size))
        .ok_or_else(|| wrong("CUBE_SIZE_OVERFLOW", format!("no cube has {} cells", list(&sizes, " × "))))?;
    let mut dimensions = Vec::with_capacity(ids.len());
    for (id, size) in ids.iter().zip(&sizes) {
        let at = drafts.iter().position(|dimension| dimension.id == id);
        let dimension = at.map(|at| drafts.swap_remove(at)).ok_or_else(|| {
            let problem = format!("`id` names \"{id}\" once more, or `dimension` does not have it");
            wrong("DIM_KEY_ID_MISMATCH", problem)
        })?;
        let role = roles.iter().find(|(_, members)| members.iter().any(|member| member == id)).map(|(role, _)| role.clone());
        dimensions.push(Dimension::resolve(dimension, *size, role, &place)?);
    }
    // An older message has `id`, `size` and `role` beside its dimensions, and some have more.
    if let Some(other) = drafts.iter().find(|dimension| dimension.category.is_some()) {
        let problem = format!("`dimension` has \"{}\", which `id` does not name", other.id);
        return Err(malformed(&place, other.at, "DIM_KEY_ID_MISMATCH", problem));
    }
    for (role, members) in &roles {
        if let Some(unknown) = members.iter().find(|member| !ids.iter().any(|id| id == *member)) {
            return Err(wrong("ROLE_ID_UNKNOWN", format!("`role.{role}` names \"{unknown}\", which is no dimension")));
        }
    }
    Ok(DataSet { pointer, label, href, dimensions, cells, value, status })
}

impl Dimension {
    fn resolve(draft: DimensionDraft, size: u64, role: Option<String>, place: &str) -> Result<Self, DecodeError> {
        let DimensionDraft { id, at, label, category } = draft;
        let wrong = |code: &str, problem: String| malformed(place, at, code, format!("dimension \"{id}\" {problem}"));
        let category = category.ok_or_else(|| wrong("STRUCTURAL_VIOLATION", "has no `category`".to_owned()))?;
        let CategoryDraft { index, labels, child, units, coordinates, notes } = category;
        let (member, ids, positions) = match index {
            Index::Array(ids) => ("index", ids, None),
            Index::Object(ids, positions) => ("index", ids, Some(positions)),
            Index::Absent => ("label", labels.keys.clone(), None),
        };
        if ids.len() as u64 != size {
            let problem = format!("has {} categories in `{member}`, but `size` says {size}", ids.len());
            return Err(wrong("INDEX_COUNT_MISMATCH", problem));
        }
        if member == "label" && size != 1 {
            return Err(wrong("STRUCTURAL_VIOLATION", format!("has {size} categories and no `index`, which gives them their order")));
        }
        let ids = match positions {
            None => ids,
            Some(positions) => in_order(&ids, &positions).ok_or_else(|| {
                wrong("INDEX_POSITIONS_INVALID", format!("has positions in `index` other than 0 to {}, each once", size.saturating_sub(1)))
            })?,
        };
        let known = Known::new(&ids);
        if let Some(twice) = known.twice() {
            return Err(wrong("INDEX_POSITIONS_INVALID", format!("has category \"{twice}\" twice in `{member}`")));
        }
        let find = |code: &str, member: &str, key: &str| {
            known.position(key).ok_or_else(|| wrong(code, format!("has \"{key}\" in `{member}`, which is no category")))
        };
        let mut labelled = vec![NONE; ids.len()];
        for (index, key) in (0..).zip(labels.keys.iter()) {
            let position = find("LABEL_KEY_UNKNOWN", "label", key)?;
            if let Some(slot) = labelled.get_mut(position as usize) {
                *slot = index;
            }
        }
        let mut resolved = Vec::with_capacity(units.values.len());
        for (key, unit) in units.keys.iter().zip(units.values) {
            resolved.push((find("UNIT_KEY_UNKNOWN", "unit", key)?, unit));
        }
        for key in coordinates.keys.iter() {
            find("COORD_KEY_UNKNOWN", "coordinates", key)?;
        }
        for key in notes.keys.iter() {
            find("NOTE_KEY_UNKNOWN", "note", key)?;
        }
        let mut edges = Vec::new();
        for (parent, children) in child.keys.iter().zip(&child.values) {
            let parent = find("CHILD_ID_UNKNOWN", "child", parent)?;
            for child in children.iter() {
                edges.push((parent, find("CHILD_ID_UNKNOWN", "child", child)?));
            }
        }
        edges.sort_unstable();
        if let Some(cycle) = hierarchy::cycle(ids.len(), edges.clone()) {
            let category = ids.get(cycle as usize).unwrap_or_default();
            return Err(wrong("CHILD_CYCLE", format!("has category \"{category}\" below itself in `child`")));
        }
        Ok(Self { role, label, labels: labels.values, labelled, units: resolved, edges, ids, id })
    }
}

/// The ids by position; none unless every position from 0 on occurs once.
fn in_order(ids: &TextList, positions: &[u64]) -> Option<TextList> {
    let mut order = vec![NONE; ids.len()];
    for (index, position) in (0..).zip(positions) {
        let slot = order.get_mut(usize::try_from(*position).ok()?)?;
        if *slot != NONE {
            return None;
        }
        *slot = index;
    }
    Some(ids.reordered(&order))
}

/// Finds a category by its id.
struct Known<'t> {
    ids: &'t TextList,
    sorted: Vec<u32>,
}

impl<'t> Known<'t> {
    fn new(ids: &'t TextList) -> Self {
        Self { ids, sorted: ids.sorted() }
    }

    fn id(&self, index: u32) -> &'t str {
        self.ids.get(index as usize).unwrap_or_default()
    }

    fn twice(&self) -> Option<&'t str> {
        self.sorted.windows(2).find_map(|pair| match pair {
            [first, second] if self.id(*first) == self.id(*second) => Some(self.id(*first)),
            _ => None,
        })
    }

    fn position(&self, key: &str) -> Option<u32> {
        let at = self.sorted.binary_search_by(|&index| self.id(index).cmp(key)).ok()?;
        self.sorted.get(at).copied()
    }
}

fn list(numbers: &[u64], separator: &str) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(separator)
}
