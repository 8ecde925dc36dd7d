//! Keys: the positions of an observation, a series or a dimension group among the values of its dimensions.

use super::plan::Slot;
use super::structure::{Level, digits};

/// A dimension that a key leaves open.
pub(super) const ANY: u32 = u32::MAX;

/// Reads a key such as `0:12:3` into one position for each dimension. `open` allows parts that are empty or `~`.
pub(super) fn read(key: &str, dimensions: &[(Level, Slot<'_>)], open: bool, into: &mut [u32]) -> Result<(), String> {
    let mut parts = key.split(':');
    if dimensions.is_empty() && key.is_empty() {
        return Ok(());
    }
    for ((_, dimension), place) in dimensions.iter().zip(&mut *into) {
        let Some(part) = parts.next() else { return Err(wrong_length(key, dimensions)) };
        let length = dimension.codes.map_or(0, super::structure::Codes::len);
        *place = match digits(part.as_bytes()) {
            Some(position) if (position as usize) < length => position,
            Some(_) => return Err(wrong_position(key, part, dimension)),
            None if open && (part.is_empty() || part == "~") => ANY,
            None if key.split(':').count() != dimensions.len() => return Err(wrong_length(key, dimensions)),
            None => return Err(wrong_position(key, part, dimension)),
        };
    }
    if parts.next().is_some() { Err(wrong_length(key, dimensions)) } else { Ok(()) }
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
