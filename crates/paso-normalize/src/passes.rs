//! The bodies of an edition on their way: taken apart and mapped on several threads, taken over in their order.
//!
//! 1. All bodies are read once, in the hope that no key occurs twice. Row groups are sorted and encoded where they are mapped; smaller pieces
//!    are joined first. Of each row's key a hash is kept.
//! 2. Where hashes repeat, the bodies are read again for the rows that have them, and it is found which keys truly occur twice.
//! 3. Where keys do, the bodies are read a last time and written without the rows that are left out.

use std::{collections::HashSet, io, num::NonZero, path::Path, sync::Arc};

use jiff::civil::Date;
use paso_decode::{DecodeError, Decoded, Forms, Limits, Parallel, Prepare, SinkError, decode};
use paso_lake::{
    file::AtomicFile,
    parquet::{EncodedGroup, GroupWriter, ROW_GROUP_ROWS},
};
use paso_model::observation;

use crate::{
    account::Account,
    block::Block,
    body::Body,
    checks::{self, Seen},
    duplicates::{self, Hashes, KeyHasher, Repeated, portions},
    encode::{BlockEncoder, Edge},
    error::NormalizeError,
    mapper::{Mapped, Mapper, refuse_ragged},
    mapping::{From, Mapping},
    order::order,
    quarantine::{self, Places, Refused},
    settle::{Candidates, Settled},
};

/// A block of so many rows becomes row groups of its own; smaller ones are joined.
const OWN_GROUP: usize = ROW_GROUP_ROWS / 4;
/// How many rows that may share their key are looked at together.
const TOGETHER: u64 = 1 << 19;

/// What bounds the memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    /// How many cells of an edition may be refused, and how many rows may share their key: beyond, the definition is wrong.
    refused: u64,
    repeated: u64,
    /// How many hashes are kept in memory, and not in a file.
    hashes: usize,
}

impl Default for Most {
    fn default() -> Self {
        Self { refused: 1 << 20, repeated: 1 << 23, hashes: duplicates::HELD }
    }
}

/// What the bodies of an edition are normalized with.
pub(crate) struct Passes<'s> {
    mapping: &'s Mapping<'s>,
    forms: &'s Forms,
    bodies: &'s [Body<'s>],
    snapshots: Vec<String>,
    vintage: Date,
    threads: NonZero<usize>,
    path: &'s Path,
    hasher: KeyHasher,
    most: Most,
}

/// What became of the bodies.
pub(crate) struct Outcome {
    pub(crate) refused: Vec<Refused>,
    pub(crate) places: Places,
    /// One for each body.
    pub(crate) accounts: Vec<Account>,
    /// One for each declared check.
    pub(crate) seen: Vec<Seen>,
    pub(crate) file: GroupWriter<AtomicFile>,
}

/// What is made of a batch.
#[derive(Clone, Copy)]
enum Want<'w> {
    /// Row groups, and hashes of the keys.
    Groups,
    /// The rows whose key has one of these hashes.
    Candidates(&'w HashSet<u64>),
    /// The rows as they are.
    Blocks,
}

/// What became of a batch.
struct Taken {
    part: Option<Arc<str>>,
    refused: Vec<Refused>,
    account: Account,
    rows: u64,
    hashes: Vec<u64>,
    made: Made,
}

enum Made {
    Nothing,
    Groups(Vec<EncodedGroup>, Vec<Seen>),
    Block(Block),
    /// Some rows of a block, by their place in it.
    Rows(Block, Vec<u32>),
}

impl<'s> Passes<'s> {
    pub(crate) fn new(
        mapping: &'s Mapping<'s>,
        forms: &'s Forms,
        bodies: &'s [Body<'s>],
        vintage: Date,
        threads: NonZero<usize>,
        path: &'s Path,
    ) -> Self {
        let snapshots = bodies.iter().map(|body| body.snapshot.clone()).collect();
        Self { mapping, forms, bodies, snapshots, vintage, threads, path, hasher: KeyHasher::default(), most: Most::default() }
    }

    pub(crate) fn run(&self) -> Result<Outcome, NormalizeError> {
        let mut places = Places::of(self.snapshots.clone());
        let mut accounts = vec![Account::default(); self.bodies.len()];
        let mut refused = Vec::new();
        let mut writing = Writing::start(self)?;
        // The file stands in this folder already, as a temporary one.
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut hashes = Hashes::new(folder.to_owned(), self.most.hashes);
        self.read(Want::Groups, |body, taken| {
            let part = places.part(taken.part.as_ref());
            refused.extend(taken.refused.into_iter().map(|mut refused| {
                refused.pointer.part = part;
                refused
            }));
            self.check_refused(&refused)?;
            accounts[body].add(&taken.account);
            accounts[body].observations += taken.rows;
            hashes.add(&taken.hashes).map_err(|source| self.spill(source))?;
            writing.take(self, taken.made)
        })?;
        if accounts.iter().all(|account| account.cells == 0) {
            return Err(NormalizeError::Empty { dataset: self.mapping.dataset.to_owned(), bodies: self.bodies.len() });
        }
        let repeated = hashes.repeated(self.threads).map_err(|source| self.spill(source))?;
        let (rows, most) = (repeated.iter().map(|part| part.rows).sum(), self.most.repeated);
        if rows > most {
            return Err(NormalizeError::Repeated { dataset: self.mapping.dataset.to_owned(), rows, most });
        }
        let mut settled = self.settle(&repeated, &mut places)?;
        if settled.count > 0 {
            writing = self.write_without(&settled)?;
        }
        for (account, left_out) in accounts.iter_mut().zip(&settled.accounts) {
            account.add(left_out);
            account.observations -= left_out.quarantined_total() + left_out.excluded_total();
        }
        // They come in the order of hashes, whose seed is random.
        settled.refused.sort_by_key(|(number, _)| *number);
        refused.extend(settled.refused.into_iter().map(|(_, refused)| refused));
        self.check_refused(&refused)?;
        let (file, seen) = writing.finish(self)?;
        Ok(Outcome { refused, places, accounts, seen, file })
    }

    /// Finds the rows that truly share their key, among those whose hashes say that they may.
    fn settle(&self, repeated: &[Repeated], places: &mut Places) -> Result<Settled, NormalizeError> {
        let mut settled = Settled::new(self.bodies.len());
        for together in portions(repeated, TOGETHER) {
            let hashes: HashSet<u64> = together.iter().flat_map(|part| part.hashes.iter().copied()).collect();
            let (mut candidates, mut first) = (Candidates::default(), 0);
            self.read(Want::Candidates(&hashes), |_, taken| {
                if let Made::Rows(block, at) = taken.made {
                    let numbers = at.into_iter().map(|row| first + u64::from(row));
                    candidates.add(block, numbers, places.part(taken.part.as_ref()));
                }
                first += taken.rows;
                Ok(())
            })?;
            candidates.settle(self.mapping, &mut settled);
        }
        Ok(settled)
    }

    /// Writes the bodies without the rows that are left out.
    fn write_without(&self, settled: &Settled) -> Result<Writing, NormalizeError> {
        let (mut writing, mut first) = (Writing::start(self)?, 0);
        self.read(Want::Blocks, |_, taken| {
            if let Made::Block(mut block) = taken.made {
                settled.put_sums(&mut block, first);
                let count = block.rows.count as u32;
                let kept: Vec<u32> = (0..count).filter(|row| !settled.is_dropped(first + u64::from(*row))).collect();
                let block = if kept.len() == count as usize { block } else { block.take(&kept) };
                writing.take(self, Made::Block(block))?;
            }
            first += taken.rows;
            Ok(())
        })?;
        Ok(writing)
    }

    /// Reads all bodies; what becomes of their batches is taken over in their order.
    fn read(&self, want: Want<'_>, mut take: impl FnMut(usize, Taken) -> Result<(), NormalizeError> + Send) -> Result<(), NormalizeError> {
        for (number, body) in self.bodies.iter().enumerate() {
            let from = From { number: number as u32, url: &body.url, snapshot: &body.snapshot, vintage: self.vintage };
            let work = Work { passes: self, from, want };
            let commit = |done: Vec<Taken>| -> Result<(), SinkError> {
                done.into_iter().try_for_each(|taken| take(number, taken)).map_err(SinkError::from)
            };
            let mut sink = Parallel::new(self.threads, &work, commit);
            let limits = Limits { batch_rows: ROW_GROUP_ROWS, ..Limits::default() };
            let source = body.open(self.mapping.dataset)?;
            decode(&*source, self.forms, limits, &mut sink).map_err(|error| self.failure(body, error))?;
        }
        Ok(())
    }

    /// A failure of our own comes back from the decoder as its sink's.
    fn failure(&self, body: &Body<'_>, error: DecodeError) -> NormalizeError {
        let error = match error {
            DecodeError::Sink { source } => match source.downcast::<NormalizeError>() {
                Ok(failure) => return *failure,
                Err(source) => DecodeError::Sink { source },
            },
            error => error,
        };
        body.failure(self.mapping.dataset, error)
    }

    fn check_refused(&self, refused: &[Refused]) -> Result<(), NormalizeError> {
        quarantine::check_count(self.mapping.dataset, refused, self.most.refused)
    }

    fn spill(&self, source: io::Error) -> NormalizeError {
        NormalizeError::Spill { dataset: self.mapping.dataset.to_owned(), source }
    }

    fn edge(&self) -> Edge<'_> {
        Edge { dataset: self.mapping.dataset, vintage: self.vintage, snapshots: &self.snapshots, classes: &self.mapping.plan.classes }
    }

    /// What the declared checks see of a block.
    fn seen(&self, block: &Block) -> Vec<Seen> {
        self.mapping.observe.totals.iter().map(|check| checks::see(check, block, &self.mapping.plan.classes)).collect()
    }

    /// Sorts and encodes a block.
    fn encode(&self, encoder: &mut BlockEncoder, block: &Block) -> Result<Vec<EncodedGroup>, NormalizeError> {
        encoder.encode(&self.edge(), block, order(block).as_deref())
    }
}

/// Makes what is wanted of the batches of a body, on any thread.
struct Work<'w> {
    passes: &'w Passes<'w>,
    from: From<'w>,
    want: Want<'w>,
}

impl Prepare for Work<'_> {
    type Done = Vec<Taken>;
    type Scratch = BlockEncoder;

    fn prepare(&self, encoder: &mut BlockEncoder, decoded: Decoded) -> Result<Vec<Taken>, SinkError> {
        let Decoded { batches, ragged } = decoded;
        let mapping = self.passes.mapping;
        let mut done = Vec::with_capacity(batches.len() + ragged.len());
        for batch in batches {
            let batch = batch.with_texts(&self.passes.bodies[self.from.number as usize].columns)?;
            let Mapped { block, refused, account } = Mapper::map(mapping, &batch, self.from)?;
            let part = batch.part.clone();
            drop(batch);
            let rows = block.as_ref().map_or(0, |block| block.rows.count as u64);
            let (hashes, made) = match block {
                Some(block) => self.make(encoder, block)?,
                None => (Vec::new(), Made::Nothing),
            };
            done.push(Taken { part, refused, account, rows, hashes, made });
        }
        for row in ragged {
            let refused = refuse_ragged(mapping, self.passes.forms, &row, self.from.number);
            let mut account = Account { cells: refused.len() as u64, ..Account::default() };
            account.quarantine("ragged_row", account.cells);
            done.push(Taken { part: row.part, refused, account, rows: 0, hashes: Vec::new(), made: Made::Nothing });
        }
        Ok(done)
    }
}

impl Work<'_> {
    fn make(&self, encoder: &mut BlockEncoder, block: Block) -> Result<(Vec<u64>, Made), NormalizeError> {
        match self.want {
            Want::Groups => {
                let hashes = self.passes.hasher.hashes(&block);
                if block.rows.count < OWN_GROUP {
                    return Ok((hashes, Made::Block(block)));
                }
                let seen = self.passes.seen(&block);
                Ok((hashes, Made::Groups(self.passes.encode(encoder, &block)?, seen)))
            }
            Want::Candidates(wanted) => {
                let hashes = self.passes.hasher.hashes(&block);
                let rows: Vec<u32> = (0..hashes.len()).filter(|row| wanted.contains(&hashes[*row])).map(|row| row as u32).collect();
                let made = if rows.is_empty() { Made::Nothing } else { Made::Rows(block.take(&rows), rows) };
                Ok((Vec::new(), made))
            }
            Want::Blocks => Ok((Vec::new(), Made::Block(block))),
        }
    }
}

/// The file that is being written.
struct Writing {
    file: GroupWriter<AtomicFile>,
    encoder: BlockEncoder,
    /// Rows that do not fill a row group yet.
    pending: Option<Block>,
    seen: Vec<Seen>,
}

impl Writing {
    fn start(passes: &Passes<'_>) -> Result<Self, NormalizeError> {
        let file = AtomicFile::create(passes.path)?;
        let file = GroupWriter::new(file, passes.path, &observation::schema(), &std::collections::BTreeMap::new())?;
        let seen = passes.mapping.observe.totals.iter().map(|_| Seen::default()).collect();
        Ok(Self { file, encoder: BlockEncoder::default(), pending: None, seen })
    }

    fn take(&mut self, passes: &Passes<'_>, made: Made) -> Result<(), NormalizeError> {
        match made {
            Made::Nothing | Made::Rows(..) => Ok(()),
            Made::Groups(groups, seen) => {
                self.see(seen);
                self.append(groups)
            }
            Made::Block(block) if block.rows.count >= OWN_GROUP => self.encode(passes, &block),
            Made::Block(block) => {
                let pending = self.pending.as_ref().map_or(0, |pending| pending.rows.count);
                if pending + block.rows.count > ROW_GROUP_ROWS {
                    self.flush(passes)?;
                }
                match &mut self.pending {
                    Some(pending) => pending.append(block),
                    none => *none = Some(block),
                }
                Ok(())
            }
        }
    }

    fn flush(&mut self, passes: &Passes<'_>) -> Result<(), NormalizeError> {
        self.pending.take().map_or(Ok(()), |block| self.encode(passes, &block))
    }

    fn encode(&mut self, passes: &Passes<'_>, block: &Block) -> Result<(), NormalizeError> {
        self.see(passes.seen(block));
        let groups = passes.encode(&mut self.encoder, block)?;
        self.append(groups)
    }

    fn see(&mut self, more: Vec<Seen>) {
        for (seen, more) in self.seen.iter_mut().zip(more) {
            seen.join(more);
        }
    }

    fn append(&mut self, groups: Vec<EncodedGroup>) -> Result<(), NormalizeError> {
        groups.into_iter().try_for_each(|group| self.file.append(group)).map_err(NormalizeError::from)
    }

    fn finish(mut self, passes: &Passes<'_>) -> Result<(GroupWriter<AtomicFile>, Vec<Seen>), NormalizeError> {
        self.flush(passes)?;
        Ok((self.file, self.seen))
    }
}

#[cfg(test)]
mod tests;
