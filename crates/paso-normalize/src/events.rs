//! Datasets whose rows are events: a table of them, and the observations that declared tabulations make of it.

mod found;
mod presence;
mod table;
mod tabulate;

use std::collections::HashSet;

use arrow::{array::RecordBatch, error::ArrowError};
use jiff::civil::Date;
use paso_decode::{Batch, DecodeError, Limits, Ragged, Sink, SinkError, decode};

use crate::{
    account::Account,
    block::Block,
    body::Body,
    edition,
    error::NormalizeError,
    mapper::{Mapped, Mapper, refuse_ragged},
    mapping::{Definition, From, Mapping},
    plan::Reference,
    quarantine::{self, Places, Refused},
    symbols::Symbol,
};
use found::Found;

/// The most figures of events that an edition may have: they are held in memory, some hundred bytes each.
const MOST: usize = 1 << 19;
/// The most refused cells, which are held too and say more.
const MOST_REFUSED: u64 = 1 << 18;

/// The events of an edition, and what was made of them.
pub struct EventEdition<'a> {
    mapping: Mapping<'a>,
    vintage: Date,
    accounts: Vec<Account>,
    refused: Vec<Refused>,
    places: Places,
    block: Block,
    found: Found,
    /// The observations.
    pub observations: RecordBatch,
}

impl EventEdition<'_> {
    /// The edition date.
    pub fn vintage(&self) -> Date {
        self.vintage
    }

    /// The account over all bodies: figures of events stand in the place of observations.
    pub fn account(&self) -> Account {
        let mut sum = Account::default();
        self.accounts.iter().for_each(|account| sum.add(account));
        sum
    }

    /// The account of each body by its SHA-256.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, &Account)> {
        self.places.snapshots.iter().map(String::as_str).zip(&self.accounts)
    }

    /// The quarantine, in the order of the bodies.
    pub fn quarantine(&self) -> Result<RecordBatch, ArrowError> {
        quarantine::batch(self.mapping.dataset, self.vintage, &self.refused, &self.places)
    }

    /// The events table by id, item, measure and column, piece by piece.
    pub fn events(&self) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> + '_ {
        table::batches(&self.mapping, &self.block, &self.found, &self.places.snapshots, self.vintage)
    }
}

/// Normalizes the bodies of one edition of a dataset whose rows are events.
pub fn normalize_events<'a>(
    definition: Definition<'a>,
    reference: Reference<'a>,
    bodies: &[Body<'_>],
) -> Result<EventEdition<'a>, NormalizeError> {
    let dataset = definition.dataset;
    let mapping = Mapping::new(definition, reference)?;
    let presence = presence::observe(definition.observe, reference.measures);
    let presence = presence.as_ref().map(|observe| Mapping::new(Definition { observe, ..definition }, reference)).transpose()?;
    let vintage = edition::vintage(definition, bodies)?;
    let mut reading = Reading {
        mapping: &mapping,
        presence: presence.as_ref(),
        flows: tabulate::flows(&mapping),
        definition,
        vintage,
        body: 0,
        bodies,
        block: None,
        figures: Vec::new(),
        refused: Vec::new(),
        accounts: vec![Account::default(); bodies.len()],
        places: Places::of(bodies.iter().map(|body| body.snapshot.clone()).collect()),
    };
    for (number, body) in bodies.iter().enumerate() {
        reading.body = number;
        let source = body.open(dataset)?;
        decode(&*source, definition.forms, Limits::default(), &mut reading).map_err(|error| failure(body, dataset, error))?;
    }
    let Reading { block, figures, refused, mut accounts, places, .. } = reading;
    let observed = accounts.iter().any(|account| account.observations > 0);
    let mut block = match (block, refused.first()) {
        (_, Some(first)) if !observed => {
            let (dataset, cells, detail) = (dataset.to_owned(), refused.len() as u64, first.detail.clone());
            return Err(NormalizeError::NothingObserved { dataset, cells, detail });
        }
        (None, _) => return Err(NormalizeError::Empty { dataset: dataset.to_owned(), bodies: bodies.len() }),
        (Some(block), _) => block,
    };
    let found = Found::of(&mapping, &mut block, figures, &mut accounts);
    let observations = tabulate::observations(&mapping, &mut block, &found, vintage)?;
    let edition = EventEdition { mapping, vintage, accounts, refused, places, block, found, observations };
    let account = edition.account();
    if !account.balances() {
        let out = account.observations + account.quarantined_total() + account.excluded_total();
        return Err(NormalizeError::Account { dataset: dataset.to_owned(), cells: account.cells, out });
    }
    Ok(edition)
}

/// A failure of our own comes back from the decoder as its sink's.
fn failure(body: &Body<'_>, dataset: &str, error: DecodeError) -> NormalizeError {
    match error {
        DecodeError::Sink { source } => match source.downcast::<NormalizeError>() {
            Ok(failure) => *failure,
            Err(source) => body.failure(dataset, DecodeError::Sink { source }),
        },
        error => body.failure(dataset, error),
    }
}

/// Takes over what the decoder finds, body by body.
struct Reading<'r> {
    mapping: &'r Mapping<'r>,
    /// Which rows are events at all, whatever their figures say.
    presence: Option<&'r Mapping<'r>>,
    /// The measures of flows.
    flows: HashSet<Symbol>,
    definition: Definition<'r>,
    vintage: Date,
    body: usize,
    bodies: &'r [Body<'r>],
    block: Option<Block>,
    /// Whether each row of the block is a figure; else it is an event that has none.
    figures: Vec<bool>,
    refused: Vec<Refused>,
    accounts: Vec<Account>,
    places: Places,
}

impl Reading<'_> {
    fn take(&mut self, block: Block, figures: bool) -> Result<(), NormalizeError> {
        self.figures.resize(self.figures.len() + block.rows.count, figures);
        if self.figures.len() > MOST {
            return Err(NormalizeError::Events { dataset: self.mapping.dataset.to_owned(), most: MOST as u64 });
        }
        match &mut self.block {
            Some(known) => known.append(block),
            none => *none = Some(block),
        }
        Ok(())
    }

    fn refuse(&mut self, refused: impl IntoIterator<Item = Refused>) -> Result<(), NormalizeError> {
        self.refused.extend(refused);
        quarantine::check_count(self.mapping.dataset, &self.refused, MOST_REFUSED)
    }

    /// The rows of a batch that are events without a figure of the period.
    fn without_figures(&self, batch: &Batch, from: From<'_>, block: Option<&Block>) -> Result<Option<Block>, NormalizeError> {
        // Where cells stand alone, a row may go on in another batch, and a cell that is not there is none that is empty.
        let Some(presence) = self.presence.filter(|_| batch.cells.is_none()) else { return Ok(None) };
        let is_flow = |rows: &crate::block::Rows, row: usize| self.flows.contains(&rows.measure.get(row));
        let rows = block.map(|block| &block.rows);
        let known: HashSet<u32> =
            rows.iter().flat_map(|rows| (0..rows.count).filter(|row| is_flow(rows, *row)).map(|row| rows.row.get(row))).collect();
        if batch.rows.iter().all(|row| known.contains(row)) {
            return Ok(None);
        }
        presence::unknown(presence, batch, from, known)
    }
}

impl Sink for Reading<'_> {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        let body = &self.bodies[self.body];
        let from = From { number: self.body as u32, url: &body.url, snapshot: &body.snapshot, vintage: self.vintage };
        let batch = batch.with_texts(&body.columns)?;
        let part = self.places.part(batch.part.as_ref());
        let Mapped { block, refused, account } = Mapper::map(self.mapping, &batch, from)?;
        self.refuse(refused.into_iter().map(|mut refused| {
            refused.pointer.part = part;
            refused
        }))?;
        self.accounts[self.body].add(&account);
        self.accounts[self.body].observations += block.as_ref().map_or(0, |block| block.rows.count) as u64;
        let unknown = self.without_figures(&batch, from, block.as_ref())?;
        for (block, figures) in [(block, true), (unknown, false)] {
            block.map_or(Ok(()), |block| self.take(block, figures))?;
        }
        Ok(())
    }

    fn ragged(&mut self, row: Ragged) -> Result<(), SinkError> {
        let refused = refuse_ragged(self.mapping, self.definition.forms, &row, self.body as u32);
        let account = &mut self.accounts[self.body];
        account.cells += refused.len() as u64;
        account.quarantine("ragged_row", refused.len() as u64);
        Ok(self.refuse(refused)?)
    }
}
