//! One column of texts, each distinct text kept once.

use std::hash::BuildHasher;
use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, StringArray, UInt32Array};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::UInt32Type;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::error::DecodeError;

/// The key of an absent cell, until the column is finished.
const ABSENT: u32 = u32::MAX;
/// After this many rows a column shows whether its texts repeat.
const TRIAL: usize = 1024;

/// Collects texts into a dictionary and one key for each row.
///
/// A column whose texts hardly repeat, such as the observed values, gets an entry for each row: looking them up costs more than it saves.
pub(crate) struct TextColumn {
    keys: Vec<u32>,
    absent: usize,
    text: Vec<u8>,
    ends: Vec<i32>,
    /// Which entry stood behind each one last: tables walk through the codes of a dimension in the same order again and again.
    next: Vec<u32>,
    index: HashTable<u32>,
    hasher: RandomState,
    last: u32,
    repeats: bool,
}

impl Default for TextColumn {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            absent: 0,
            text: Vec::new(),
            ends: Vec::new(),
            next: Vec::new(),
            index: HashTable::new(),
            hasher: RandomState::default(),
            last: ABSENT,
            repeats: true,
        }
    }
}

impl TextColumn {
    /// A column with room for so many cells.
    pub(crate) fn with_capacity(cells: usize) -> Self {
        Self { keys: Vec::with_capacity(cells), ..Self::default() }
    }

    /// Adds a cell.
    pub(crate) fn push(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    /// Adds a cell of bytes; [`TextColumn::finish`] fails where they are not UTF-8.
    pub(crate) fn push_bytes(&mut self, text: &[u8]) {
        let key = self.key(text);
        self.keys.push(key);
    }

    /// Adds a cell that is not there.
    pub(crate) fn push_absent(&mut self) {
        self.absent += 1;
        self.keys.push(ABSENT);
    }

    /// Adds the last cell again, so many times.
    pub(crate) fn repeat(&mut self, times: usize) {
        repeat(&mut self.keys, &mut self.absent, times);
    }

    /// The cells so far.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The bytes of the dictionary so far.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    fn entry(&self, key: u32) -> &[u8] {
        entry(&self.text, &self.ends, key)
    }

    fn key(&mut self, text: &[u8]) -> u32 {
        let last = self.last;
        if last != ABSENT && is_same(self.entry(last), text) {
            return last;
        }
        if self.repeats && self.keys.len() == TRIAL && self.ends.len() > TRIAL / 2 {
            self.repeats = false;
            self.index = HashTable::new();
        }
        self.last = match self.next.get(last as usize) {
            _ if !self.repeats => self.append(text),
            Some(&next) if is_same(self.entry(next), text) => next,
            _ => {
                let key = self.known(text);
                if let Some(next) = self.next.get_mut(last as usize) {
                    *next = key;
                }
                key
            }
        };
        self.last
    }

    fn known(&mut self, text: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(text);
        let (bytes, ends) = (&self.text, &self.ends);
        if let Some(&key) = self.index.find(hash, |&key| is_same(entry(bytes, ends, key), text)) {
            return key;
        }
        let key = self.append(text);
        self.next.push(key);
        let (bytes, ends, hasher) = (&self.text, &self.ends, &self.hasher);
        self.index.insert_unique(hash, key, |&key| hasher.hash_one(entry(bytes, ends, key)));
        key
    }

    fn append(&mut self, text: &[u8]) -> u32 {
        self.text.extend_from_slice(text);
        // A batch is handed over long before its text has 2 GiB; an end that saturates fails when the column is finished.
        self.ends.push(i32::try_from(self.text.len()).unwrap_or(i32::MAX));
        self.ends.len() as u32 - 1
    }

    /// The column, which starts anew.
    pub(crate) fn finish(&mut self) -> Result<ArrayRef, DecodeError> {
        let taken = std::mem::replace(self, Self { hasher: self.hasher.clone(), ..Self::default() });
        let offsets = std::iter::once(0).chain(taken.ends).collect::<Vec<i32>>();
        let values = StringArray::try_new(OffsetBuffer::new(ScalarBuffer::from(offsets)), Buffer::from_vec(taken.text), None)
            .map_err(|source| DecodeError::Batch { source })?;
        dictionary(taken.keys, taken.absent, Arc::new(values))
    }
}

fn entry<'t>(text: &'t [u8], ends: &[i32], key: u32) -> &'t [u8] {
    let key = key as usize;
    let start = key.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start as usize..ends[key] as usize]
}

/// Whether two texts are the same. Most are codes of a few bytes, for which a call to compare memory costs more than comparing.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let (words, rest) = one.as_chunks::<8>();
    let (others, other_rest) = other.as_chunks::<8>();
    if words.len() > 4 {
        return one == other;
    }
    let word = |bytes: &[u8]| match bytes {
        // The two halves overlap where there are fewer than eight bytes.
        [a, b, c, d, ..] => {
            let last = bytes.last_chunk::<4>().copied().unwrap_or_default();
            u64::from(u32::from_ne_bytes([*a, *b, *c, *d])) << 32 | u64::from(u32::from_ne_bytes(last))
        }
        [a, b, c] => u64::from(u32::from_ne_bytes([*a, *b, *c, 0])),
        [a, b] => u64::from(u32::from_ne_bytes([*a, *b, 0, 0])),
        [a] => u64::from(*a),
        [] => 0,
    };
    words.iter().zip(others).all(|(a, b)| u64::from_ne_bytes(*a) == u64::from_ne_bytes(*b)) && word(rest) == word(other_rest)
}

/// A column whose texts are all known beforehand, such as the codes of a dimension: rows are given by their key.
pub(crate) struct CodedColumn {
    values: Arc<StringArray>,
    keys: Vec<u32>,
    absent: usize,
    /// Texts that are none of the known ones.
    others: Vec<Box<str>>,
}

impl CodedColumn {
    /// A column over these texts; they may repeat.
    pub(crate) fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self { values: Arc::new(texts.into_iter().map(Some).collect()), keys: Vec::new(), absent: 0, others: Vec::new() }
    }

    /// Adds a cell by the position of its text, or as absent where there is no such text.
    pub(crate) fn push(&mut self, key: u32) {
        if (key as usize) < arrow::array::Array::len(self.values.as_ref()) {
            self.keys.push(key);
        } else {
            self.push_absent();
        }
    }

    /// Adds a cell that is not there.
    pub(crate) fn push_absent(&mut self) {
        self.absent += 1;
        self.keys.push(ABSENT);
    }

    /// Adds a cell whose text is none of the known ones.
    pub(crate) fn push_text(&mut self, text: &str) {
        if self.others.last().is_none_or(|last| **last != *text) {
            self.others.push(text.into());
        }
        self.keys.push((arrow::array::Array::len(self.values.as_ref()) + self.others.len()) as u32 - 1);
    }

    /// Adds the last cell again, so many times.
    pub(crate) fn repeat(&mut self, times: usize) {
        repeat(&mut self.keys, &mut self.absent, times);
    }

    /// The cells so far.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The rows collected so far, over the same texts; the next ones start anew.
    pub(crate) fn finish(&mut self) -> Result<ArrayRef, DecodeError> {
        let others = std::mem::take(&mut self.others);
        let values = if others.is_empty() {
            Arc::clone(&self.values)
        } else {
            Arc::new(self.values.iter().chain(others.iter().map(|text| Some(text.as_ref()))).collect::<StringArray>())
        };
        dictionary(std::mem::take(&mut self.keys), std::mem::take(&mut self.absent), values)
    }
}

fn repeat(keys: &mut Vec<u32>, absent: &mut usize, times: usize) {
    if let Some(&last) = keys.last() {
        *absent += if last == ABSENT { times } else { 0 };
        keys.resize(keys.len() + times, last);
    }
}

fn dictionary(mut keys: Vec<u32>, absent: usize, values: ArrayRef) -> Result<ArrayRef, DecodeError> {
    let nulls = (absent > 0).then(|| keys.iter().map(|&key| key != ABSENT).collect::<NullBuffer>());
    if absent > 0 {
        for key in &mut keys {
            *key = if *key == ABSENT { 0 } else { *key };
        }
    }
    let keys = UInt32Array::try_new(keys.into(), nulls).map_err(|source| DecodeError::Batch { source })?;
    let column = DictionaryArray::<UInt32Type>::try_new(keys, values).map_err(|source| DecodeError::Batch { source })?;
    Ok(Arc::new(column))
}

#[cfg(test)]
mod tests {
    use arrow::array::Array as _;

    use super::*;
    use crate::batch::Texts;

    fn texts(column: &ArrayRef) -> Vec<Option<String>> {
        let texts = Texts::of(column);
        (0..column.len()).map(|row| texts.get(row).map(str::to_owned)).collect()
    }

    #[test]
    fn repeated_texts_are_kept_once() {
        let mut column = TextColumn::default();
        for text in ["CHL", "CHL", "PER", "CHL", ""] {
            column.push(text);
        }
        column.push_absent();
        assert_eq!((column.len(), column.bytes()), (6, 6));
        let array = column.finish().unwrap();
        assert_eq!(Texts::of(&array).values().len(), 3);
        assert_eq!(texts(&array), [Some("CHL"), Some("CHL"), Some("PER"), Some("CHL"), Some(""), None].map(|t| t.map(str::to_owned)));
        column.push("x");
        assert_eq!(texts(&column.finish().unwrap()), [Some("x".to_owned())], "a finished column starts anew");
    }

    proptest::proptest! {
        #[test]
        fn texts_are_the_same_byte_by_byte(one in "[ab]{0,40}", other in "[ab]{0,40}", at in 0_usize..40) {
            proptest::prop_assert_eq!(is_same(one.as_bytes(), other.as_bytes()), one == other);
            let mut near = one.clone().into_bytes();
            proptest::prop_assert!(is_same(one.as_bytes(), &near));
            if let Some(byte) = near.get_mut(at) {
                *byte ^= 1;
                proptest::prop_assert!(!is_same(one.as_bytes(), &near));
            }
        }

        #[test]
        fn cells_come_back_in_their_order(cells in proptest::collection::vec("[ab]{0,2}", 0..60)) {
            let mut column = TextColumn::default();
            for _ in 0..2 {
                for cell in &cells {
                    column.push(cell);
                }
                let array = column.finish().unwrap();
                let found: Vec<String> = texts(&array).into_iter().flatten().collect();
                proptest::prop_assert_eq!(&found, &cells);
                let mut distinct = cells.clone();
                distinct.sort();
                distinct.dedup();
                proptest::prop_assert_eq!(Texts::of(&array).values().len(), distinct.len());
            }
        }
    }

    #[test]
    fn texts_that_hardly_repeat_are_not_looked_up() {
        let mut column = TextColumn::default();
        let expected: Vec<Option<String>> = (0..3000).map(|n| (n % 7 > 0).then(|| n.to_string())).collect();
        for text in &expected {
            match text {
                Some(text) => column.push(text),
                None => column.push_absent(),
            }
        }
        assert!(!column.repeats);
        assert_eq!(texts(&column.finish().unwrap()), expected);
    }

    #[test]
    fn a_column_of_absent_cells_has_no_texts() {
        let mut column = TextColumn::default();
        column.push_absent();
        assert_eq!(texts(&column.finish().unwrap()), [None]);
    }

    #[test]
    fn codes_are_given_by_key() {
        let mut column = CodedColumn::new(["F", "M"]);
        column.push(1);
        column.push(0);
        column.push(2);
        column.push_absent();
        assert_eq!(texts(&column.finish().unwrap()), [Some("M"), Some("F"), None, None].map(|t| t.map(str::to_owned)));
        column.push(0);
        assert_eq!(texts(&column.finish().unwrap()), [Some("F".to_owned())]);
    }

    #[test]
    fn a_coded_column_takes_other_texts_and_repeats_its_last_cell() {
        let mut column = CodedColumn::new(["F", "M"]);
        column.push(1);
        column.push_text("X");
        column.repeat(2);
        column.push_absent();
        column.repeat(1);
        assert_eq!(column.len(), 6);
        let expected = [Some("M"), Some("X"), Some("X"), Some("X"), None, None].map(|text| text.map(str::to_owned));
        assert_eq!(texts(&column.finish().unwrap()), expected);
        column.push(0);
        let array = column.finish().unwrap();
        assert_eq!(Texts::of(&array).values().len(), 2, "other texts last for one batch");

        let mut column = TextColumn::default();
        column.repeat(3);
        column.push("a");
        column.repeat(2);
        assert_eq!(texts(&column.finish().unwrap()), ["a", "a", "a"].map(|text| Some(text.to_owned())));
    }
}
