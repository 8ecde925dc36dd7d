//! Dictionaries: the distinct values of a chunk, numbered in the order of their first use, and pages of keys into them.

use std::hash::{BuildHasher as _, Hasher};

use ::parquet::{basic::Encoding, errors::ParquetError};
use hashbrown::{
    DefaultHashBuilder,
    hash_table::{self as table, HashTable},
};

use super::{
    bits,
    chunk::{ChunkWriter, EncodedColumn},
    hybrid,
    rows::Rows,
    statistics::{Bound, PageSummary},
};

/// The most bytes of a dictionary: a reader holds all of it for the smallest selection of rows.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The key of a value that was not met yet.
const UNKNOWN: u32 = u32::MAX;

/// A value that a dictionary may hold.
pub(super) trait Entry: Copy {
    /// Feeds a hash. It decides nothing that reaches a file, so its seed may be random.
    fn hash(self, hasher: &mut impl Hasher);

    /// Whether the two have the same bytes.
    fn is_same(self, other: Self) -> bool;

    /// How many bytes the value has in `PLAIN` encoding.
    fn plain_bytes(self) -> usize;

    /// Appends the value in `PLAIN` encoding.
    fn plain(self, out: &mut Vec<u8>);
}

/// The keys of one chunk after the other; between chunks only the memory stays.
#[derive(Default)]
pub(super) struct Keys {
    seed: DefaultHashBuilder,
    table: HashTable<u32>,
    /// The hash of each entry.
    hashes: Vec<u64>,
    /// The key of each row that has a value.
    pub(super) rows: Vec<u32>,
    /// The key of each value of a dictionary array, once it was used.
    known: Vec<u32>,
    /// How many rows have values.
    expected: usize,
}

impl Keys {
    /// Forgets the chunk before, for one in which so many rows have values.
    pub(super) fn start(&mut self, expected: usize) {
        self.table.clear();
        self.hashes.clear();
        self.rows.clear();
        self.rows.reserve(expected);
        self.expected = expected;
    }
}

/// Numbers the rows of a dictionary array: row by row the key of `value(index(row))`, found once for each of the array's `count` values. None
/// where a dictionary does not pay. Only rows that have a value are asked for their index.
pub(super) fn number_keys<V: Entry>(
    count: usize,
    value: impl Fn(usize) -> V,
    index: impl Fn(usize) -> usize,
    rows: Rows<'_>,
    keys: &mut Keys,
) -> Option<Dictionary<V>> {
    keys.start(rows.values());
    let mut dictionary = Dictionary::new();
    if count == 1 && rows.values() > 0 {
        // One value for all rows: there is nothing to look up.
        let key = dictionary.key(value(0), keys)?;
        keys.rows.resize(rows.values(), key);
        return Some(dictionary);
    }
    keys.known.clear();
    keys.known.resize(count, UNKNOWN);
    for stretch in rows.stretches() {
        for row in stretch {
            let index = index(row);
            let key = match keys.known.get(index) {
                Some(&key) if key != UNKNOWN => key,
                _ => {
                    let key = dictionary.key(value(index), keys)?;
                    if let Some(known) = keys.known.get_mut(index) {
                        *known = key;
                    }
                    key
                }
            };
            keys.rows.push(key);
        }
    }
    Some(dictionary)
}

/// The distinct values of one chunk, by key.
pub(super) struct Dictionary<V> {
    entries: Vec<V>,
    bytes: usize,
}

impl<V: Entry> Dictionary<V> {
    pub(super) fn new() -> Self {
        Self { entries: Vec::new(), bytes: 0 }
    }

    /// The key of a value; none once the dictionary will hardly pay, as far as the rows have been seen.
    pub(super) fn key(&mut self, value: V, keys: &mut Keys) -> Option<u32> {
        let mut hasher = keys.seed.build_hasher();
        value.hash(&mut hasher);
        let hash = hasher.finish();
        let is_same = |&key: &u32| self.entries.get(key as usize).is_some_and(|entry| entry.is_same(value));
        let hash_of = |&key: &u32| keys.hashes.get(key as usize).copied().unwrap_or_default();
        let vacant = match keys.table.entry(hash, is_same, hash_of) {
            table::Entry::Occupied(known) => return Some(*known.get()),
            table::Entry::Vacant(vacant) => vacant,
        };
        let (count, seen) = (self.entries.len(), keys.rows.len());
        // Values may come round only after thousands of rows, as areas do in each year: a quarter of the rows is looked at.
        let is_hopeless = count * 2 > keys.expected || seen * 4 >= keys.expected && count * 2 > seen;
        if is_hopeless || self.bytes > MAX_BYTES {
            return None;
        }
        vacant.insert(count as u32);
        keys.hashes.push(hash);
        self.entries.push(value);
        self.bytes += value.plain_bytes();
        Some(count as u32)
    }

    /// Whether keys and entries take at most half the bytes of the values. Repeated values are cheap for the compressor as well, so a
    /// dictionary that saves less makes larger files.
    pub(super) fn pays(&self, rows: usize) -> bool {
        let keys = rows * self.width() as usize / 8;
        // As if every entry were used equally often.
        let values = self.bytes * rows / self.entries.len().max(1);
        (self.bytes + keys) * 2 <= values
    }

    fn width(&self) -> u32 {
        bits::width(self.entries.len().saturating_sub(1) as u64)
    }
}

impl<V: Entry + Bound> Dictionary<V> {
    /// Writes the dictionary and the pages of keys.
    pub(super) fn write(
        &self,
        keys: &[u32],
        rows: Rows<'_>,
        mut chunk: ChunkWriter<'_>,
        body: &mut Vec<u8>,
    ) -> Result<EncodedColumn, ParquetError> {
        body.clear();
        for entry in &self.entries {
            entry.plain(body);
        }
        chunk.dictionary(self.entries.len(), body)?;
        let mut last_page = vec![0_u32; self.entries.len()];
        let mut summaries = Vec::new();
        for (page, number) in rows.pages().zip(1..) {
            let keys = keys.get(page.values.clone()).unwrap_or_default();
            body.clear();
            rows.levels(&page.rows, body);
            body.push(self.width() as u8);
            hybrid::encode(keys, self.width(), body);
            chunk.data(page.rows.len(), Encoding::RLE_DICTIONARY, body)?;
            summaries.push(PageSummary { rows: page.rows.len(), nulls: page.nulls(), bounds: self.bounds(keys, number, &mut last_page) });
        }
        chunk.finish(&summaries)
    }

    /// Compares every entry of a page once.
    fn bounds(&self, keys: &[u32], page: u32, last_page: &mut [u32]) -> Option<(V, V)> {
        if self.entries.len() == 1 && !keys.is_empty() {
            return V::bounds(self.entries.iter().copied());
        }
        let is_first_use = |key: &&u32| last_page.get_mut(**key as usize).is_some_and(|last| std::mem::replace(last, page) != page);
        V::bounds(keys.iter().filter(is_first_use).filter_map(|key| self.entries.get(*key as usize).copied()))
    }
}
