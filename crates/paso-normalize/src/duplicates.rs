//! Which keys may occur twice, in little memory: eight bytes of hash for each row, on disk where there are many.
//!
//! Equal keys have equal hashes, so no equal hash proves that there is no duplicate. Equal hashes are candidates, which [`crate::settle`]
//! looks at. The hash of a row is made of one for each code, which is found once for each distinct code of a block. The seed is random, and
//! nothing that is written depends on it.

use std::{
    fs::File,
    hash::{BuildHasher, RandomState},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    iter::Enumerate,
    num::NonZero,
    panic::resume_unwind,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    thread,
    vec::IntoIter,
};

use paso_model::Period;

use crate::{block::Block, column::Column, symbols::Symbol};

/// How many parts the hashes fall into: each then fits the processor's cache when it is looked through.
const PARTITIONS: usize = 256;
/// How many hashes are kept in memory: 28 MB of them, in room for 32.
pub(crate) const HELD: usize = 7 << 19;

/// Hashes keys.
#[derive(Debug, Default)]
pub(crate) struct KeyHasher(RandomState);

impl KeyHasher {
    /// The hash of each row's key.
    pub(crate) fn hashes(&self, block: &Block) -> Vec<u64> {
        let rows = &block.rows;
        let mut hashes = vec![0; rows.count];
        let mut constant = 0;
        for (position, column) in rows.codes().enumerate() {
            let of = |number: usize| self.0.hash_one((position, block.symbols.texts().get(number)));
            add(&mut hashes, &mut constant, column, Symbol::number, of);
        }
        let labels = block.periods.all();
        let of = |number: usize| self.0.hash_one(labels.get(number).map(Period::label));
        add(&mut hashes, &mut constant, &rows.period, |number| number, of);
        for hash in &mut hashes {
            *hash ^= constant;
        }
        hashes
    }
}

fn add<T: Copy>(hashes: &mut [u64], constant: &mut u64, column: &Column<T>, number: impl Fn(T) -> u32, of: impl Fn(usize) -> u64) {
    match column {
        Column::All(value) => *constant ^= of(number(*value) as usize),
        Column::Each(values) => {
            let mut known: Vec<u64> = Vec::new();
            for (hash, value) in hashes.iter_mut().zip(values) {
                let number = number(*value) as usize;
                if known.len() <= number {
                    known.resize(number + 1, 0);
                }
                if known[number] == 0 {
                    known[number] = of(number);
                }
                *hash ^= known[number];
            }
        }
    }
}

/// The hashes of all keys of an edition.
#[derive(Debug)]
pub(crate) struct Hashes {
    held: Vec<Vec<u64>>,
    count: usize,
    limit: usize,
    folder: PathBuf,
    spilled: Option<Spill>,
}

#[derive(Debug)]
struct Spill {
    file: File,
    end: u64,
    /// Where the hashes of each part stand: offset and number.
    pieces: Vec<Vec<(u64, usize)>>,
}

/// Hashes that occur more than once, and how many rows have them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Repeated {
    pub(crate) hashes: Vec<u64>,
    pub(crate) rows: u64,
}

impl Hashes {
    /// Hashes that go to a nameless file in this folder when there are so many.
    pub(crate) fn new(folder: PathBuf, limit: usize) -> Self {
        Self { held: vec![Vec::new(); PARTITIONS], count: 0, limit, folder, spilled: None }
    }

    /// Takes the hashes of some rows.
    pub(crate) fn add(&mut self, hashes: &[u64]) -> io::Result<()> {
        for hash in hashes {
            self.held[(hash >> 56) as usize].push(*hash);
        }
        self.count += hashes.len();
        if self.count >= self.limit { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        let spilled = match &mut self.spilled {
            Some(spilled) => spilled,
            none => none.insert(Spill { file: tempfile::tempfile_in(&self.folder)?, end: 0, pieces: vec![Vec::new(); PARTITIONS] }),
        };
        let mut bytes = Vec::new();
        for (hashes, pieces) in self.held.iter_mut().zip(&mut spilled.pieces) {
            bytes.clear();
            bytes.extend(hashes.iter().flat_map(|hash| hash.to_le_bytes()));
            spilled.file.write_all(&bytes)?;
            pieces.push((spilled.end, hashes.len()));
            spilled.end += bytes.len() as u64;
            hashes.clear();
        }
        self.count = 0;
        Ok(())
    }

    /// The hashes that occur more than once, part by part, found on so many threads.
    pub(crate) fn repeated(self, threads: NonZero<usize>) -> io::Result<Vec<Repeated>> {
        let parts = Mutex::new(Parts { held: self.held.into_iter().enumerate(), spilled: self.spilled });
        let work = || -> io::Result<Vec<(usize, Repeated)>> {
            let (mut found, mut table) = (Vec::new(), Vec::new());
            loop {
                // The lock is given back before the part is looked through.
                let next = parts.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((part, hashes)) = next? else { return Ok(found) };
                let repeated = repeated(&hashes, &mut table);
                if !repeated.hashes.is_empty() {
                    found.push((part, repeated));
                }
            }
        };
        let mut found = thread::scope(|scope| {
            let others: Vec<_> = (1..threads.get()).map(|_| scope.spawn(work)).collect();
            let mut found = work()?;
            for other in others {
                found.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic))?);
            }
            io::Result::Ok(found)
        })?;
        found.sort_unstable_by_key(|(part, _)| *part);
        Ok(found.into_iter().map(|(_, repeated)| repeated).collect())
    }
}

/// What is still to be looked through.
struct Parts {
    held: Enumerate<IntoIter<Vec<u64>>>,
    spilled: Option<Spill>,
}

impl Parts {
    /// The number and the hashes of the next part.
    fn next(&mut self) -> io::Result<Option<(usize, Vec<u64>)>> {
        let Some((part, mut hashes)) = self.held.next() else { return Ok(None) };
        if let Some(spilled) = &mut self.spilled {
            for (offset, count) in &spilled.pieces[part] {
                let mut bytes = vec![0; count * size_of::<u64>()];
                spilled.file.seek(SeekFrom::Start(*offset))?;
                spilled.file.read_exact(&mut bytes)?;
                let (words, _) = bytes.as_chunks();
                hashes.extend(words.iter().map(|word| u64::from_le_bytes(*word)));
            }
        }
        Ok(Some((part, hashes)))
    }
}

/// Parts of at most so many rows together; a larger part stands alone.
pub(crate) fn portions(repeated: &[Repeated], most: u64) -> Vec<&[Repeated]> {
    let mut portions = Vec::new();
    let mut rest = repeated;
    while !rest.is_empty() {
        let mut rows = 0;
        let fits = |part: &&Repeated| {
            rows += part.rows;
            rows <= most
        };
        let (portion, later) = rest.split_at(rest.iter().take_while(fits).count().max(1));
        portions.push(portion);
        rest = later;
    }
    portions
}

/// Looks each hash up in a table with free places between.
fn repeated(hashes: &[u64], table: &mut Vec<u64>) -> Repeated {
    let size = (hashes.len() * 2).next_power_of_two();
    table.clear();
    table.resize(size, 0);
    let mut zeros = 0_u64;
    let mut again = Vec::new();
    for hash in hashes {
        if *hash == 0 {
            zeros += 1;
            continue;
        }
        let mut at = *hash as usize & (size - 1);
        while table[at] != 0 && table[at] != *hash {
            at = (at + 1) & (size - 1);
        }
        if table[at] == *hash {
            again.push(*hash);
        }
        table[at] = *hash;
    }
    let mut rows = again.len() as u64;
    again.sort_unstable();
    again.dedup();
    rows += again.len() as u64;
    if zeros > 1 {
        again.insert(0, 0);
        rows += zeros;
    }
    Repeated { hashes: again, rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_that_repeat_are_found_in_memory_and_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        // Every byte of a hash varies; 0 and 300 repeat, the latter twice.
        let hash = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let all: Vec<u64> = (0..5000).chain([0, 300, 300]).map(hash).collect();
        let mut expected = vec![hash(0), hash(300)];
        expected.sort_unstable();
        for (limit, threads) in [(10_000, 1), (700, 1), (10_000, 3), (700, 3)] {
            let threads = NonZero::new(threads).unwrap();
            let mut hashes = Hashes::new(folder.path().to_owned(), limit);
            for some in all.chunks(100) {
                hashes.add(some).unwrap();
            }
            assert_eq!(hashes.spilled.is_some(), limit < 5000);
            let repeated = hashes.repeated(threads).unwrap();
            let mut found: Vec<u64> = repeated.iter().flat_map(|part| part.hashes.clone()).collect();
            found.sort_unstable();
            assert_eq!((found, repeated.iter().map(|part| part.rows).sum::<u64>()), (expected.clone(), 5));
        }
    }

    #[test]
    fn every_part_is_in_one_portion() {
        let parts: Vec<Repeated> = [3, 4, 9, 1, 2, 2].map(|rows| Repeated { hashes: vec![rows], rows }).into();
        let rows: Vec<Vec<u64>> = portions(&parts, 7).into_iter().map(|portion| portion.iter().map(|part| part.rows).collect()).collect();
        assert_eq!(rows, [vec![3, 4], vec![9], vec![1, 2, 2]]);
    }

    #[test]
    fn distinct_hashes_prove_that_nothing_repeats() {
        let mut hashes = Hashes::new(PathBuf::new(), HELD);
        hashes.add(&[1, 2, u64::MAX, 0]).unwrap();
        assert_eq!(hashes.repeated(NonZero::<usize>::MIN).unwrap(), []);
    }
}
