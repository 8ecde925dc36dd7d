//! Keys: the positions of an observation, a series or a dimension group among the values of its dimensions.

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
