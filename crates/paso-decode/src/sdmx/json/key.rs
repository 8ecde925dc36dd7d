//! Keys: the positions of an observation, a series or a dimension group among the values of its dimensions.

use std::collections::HashSet;

use super::plan::Slot;
use super::structure::{Codes, Level, digits};

/// A dimension that a key leaves open.
pub(super) const ANY: u32 = u32::MAX;

/// Reads a key such as `0:12:3` into one position for each dimension. `open` allows parts that are empty or `~`.
pub(super) fn read(key: &str, dimensions: &[(Level, Slot<'_>)], open: bool, into: &mut [u32]) -> Result<(), String> {
    if dimensions.is_empty() && key.is_empty() {
        return Ok(());
    }
    let mut rest = Some(key.as_bytes());
    for ((_, dimension), place) in dimensions.iter().zip(&mut *into) {
        let Some(bytes) = rest else { return Err(wrong_length(key, dimensions)) };
        let (part, behind) = split(bytes);
        rest = behind;
        let length = dimension.codes.map_or(0, Codes::len);
        *place = match digits(part) {
            Some(position) if (position as usize) < length => position,
            None if open && (part.is_empty() || part == b"~") => ANY,
            None if key.split(':').count() != dimensions.len() => return Err(wrong_length(key, dimensions)),
            _ => return Err(wrong_position(key, &String::from_utf8_lossy(part), dimension)),
        };
    }
    if rest.is_some() { Err(wrong_length(key, dimensions)) } else { Ok(()) }
}

/// How many keys of one object are kept to compare others with.
const MAX_KEPT: usize = 1 << 22;

/// The keys that an object had so far, to refuse one that comes again.
#[derive(Default)]
pub(super) struct Keys(HashSet<u64>);

impl Keys {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether these positions come for the first time. Keys that leave dimensions open are not compared, nor are those of cubes with more cells
    /// than 64 bits can count, nor are more than [`MAX_KEPT`] kept.
    pub(super) fn is_new(&mut self, dimensions: &[(Level, Slot<'_>)], positions: &[u32]) -> bool {
        let mut cells = dimensions.iter().zip(positions);
        let cell = cells.try_fold(0_u64, |cell, ((_, dimension), position)| {
            let length = dimension.codes.map_or(0, Codes::len) as u64;
            cell.checked_mul(length)?.checked_add(u64::from(*position)).filter(|_| *position != ANY)
        });
        let Some(cell) = cell else { return true };
        if self.0.len() < MAX_KEPT { self.0.insert(cell) } else { !self.0.contains(&cell) }
    }
}

/// The bytes before the first colon and those behind it.
fn split(bytes: &[u8]) -> (&[u8], Option<&[u8]>) {
    match bytes.iter().position(|&byte| byte == b':') {
        Some(at) => (bytes.get(..at).unwrap_or_default(), bytes.get(at + 1..)),
        None => (bytes, None),
    }
}

fn wrong_length(key: &str, dimensions: &[(Level, Slot<'_>)]) -> String {
    format!("the key \"{}\" has {} parts, expected one for each of {} dimensions", cut(key), key.split(':').count(), dimensions.len())
}

fn wrong_position(key: &str, part: &str, dimension: &Slot<'_>) -> String {
    let why = dimension.codes.map_or_else(|| "its dimension has no values".to_owned(), |codes| codes.no_position(cut(part)));
    format!("in the key \"{}\" {why}", cut(key))
}

/// Enough of a key for a message.
fn cut(key: &str) -> &str {
    key.char_indices().nth(100).map_or(key, |(end, _)| key.get(..end).unwrap_or(key))
}
