//! Attributes of dimension groups: what holds for all observations that share some of their dimensions.

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::key::ANY;
use super::rows::Cell;
use super::structure::Level;

/// How many different sets of dimensions groups may have. The most seen is 4.
const MAX_MASKS: usize = 64;

/// The values of a group: the field, and what stands in it.
pub(super) type Values = Vec<(usize, Cell)>;

/// The groups of a data set.
#[derive(Default)]
pub(super) struct Groups {
    masks: Vec<Mask>,
}

/// The groups that fix the same dimensions.
struct Mask {
    /// The dimensions, by their place in keys.
    fixed: Vec<usize>,
    /// The level of the last of them: where it is known which group is meant.
    level: Level,
    index: HashMap<Box<[u32]>, usize, RandomState>,
    groups: Vec<Values>,
    /// The positions that were looked up last, and their group.
    last: Vec<u32>,
    found: Option<usize>,
}

/// Why a group cannot be taken.
pub(super) enum Refusal {
    /// It came before.
    Twice,
    /// There are more sets of dimensions than any message has.
    TooMany,
}

impl Groups {
    /// Adds a group: a position for each dimension, [`ANY`] where it does not matter.
    pub(super) fn add(&mut self, positions: &[u32], levels: impl Fn(usize) -> Level, values: Values) -> Result<(), Refusal> {
        let fixed: Vec<usize> = positions.iter().enumerate().filter(|(_, position)| **position != ANY).map(|(index, _)| index).collect();
        let key: Box<[u32]> = positions.iter().copied().filter(|position| *position != ANY).collect();
        let at = match self.masks.iter().position(|mask| mask.fixed == fixed) {
            Some(at) => at,
            None if self.masks.len() == MAX_MASKS => return Err(Refusal::TooMany),
            None => {
                let level = fixed.iter().map(|index| levels(*index)).max().unwrap_or(Level::DataSet);
                // Those that fix more dimensions come first.
                let at = self.masks.iter().position(|mask| mask.fixed.len() < fixed.len()).unwrap_or(self.masks.len());
                // No position is looked up yet, not even that of no dimension at all.
                let last = vec![ANY; fixed.len() + 1];
                self.masks.insert(at, Mask { fixed, level, index: HashMap::default(), groups: Vec::new(), last, found: None });
                at
            }
        };
        let Some(mask) = self.masks.get_mut(at) else { return Ok(()) };
        mask.groups.push(values);
        if mask.index.insert(key, mask.groups.len() - 1).is_some() { Err(Refusal::Twice) } else { Ok(()) }
    }

    /// Visits the groups of a level that these positions belong to, those that fix more dimensions first.
    pub(super) fn matching<E>(
        &mut self,
        level: Level,
        positions: &[u32],
        mut visit: impl FnMut(&Values) -> Result<(), E>,
    ) -> Result<(), E> {
        for mask in self.masks.iter_mut().filter(|mask| mask.level == level) {
            let wanted = mask.fixed.iter().map(|index| positions.get(*index).copied().unwrap_or(ANY));
            // Neighbours mostly belong to the same group, or to none.
            if !wanted.clone().eq(mask.last.iter().copied()) {
                mask.last.clear();
                mask.last.extend(wanted);
                mask.found = mask.index.get(mask.last.as_slice()).copied();
            }
            if let Some(values) = mask.found.and_then(|found| mask.groups.get(found)) {
                visit(values)?;
            }
        }
        Ok(())
    }
}
