//! Datasets whose rows are events: a table of them, and the observations that declared tabulations make of it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray, UInt8Array, UInt32Array},
    error::ArrowError,
};
use jiff::civil::Date;
use paso_decode::{Batch, DecodeError, Limits, Ragged, Sink, SinkError, decode};
use paso_lake::sha256;
use paso_model::{Dimension, Status, breakdown, code, days_since_epoch, events, observation};

use crate::{
    account::Account,
    block::Block,
    body::Body,
    edition,
    error::NormalizeError,
    event::Event,
    mapper::{Mapped, Mapper, refuse_ragged},
    mapping::{Definition, From, Mapping},
    plan::Reference,
    quarantine::{self, Places, Refused},
    spec::Tabulation,
};

/// The most figures of events that an edition may have: they are held in memory.
const MOST: usize = 1 << 23;
/// How many digits of a SHA-256 name an event that has no id.
const DIGITS: usize = 16;
/// The method of observations that are counted from events.
const METHOD: &str = "tabulation";

/// The events of an edition, and what was made of them.
pub struct EventEdition {
    dataset: String,
    vintage: Date,
    accounts: Vec<Account>,
    refused: Vec<Refused>,
    places: Places,
    /// The events table.
    pub events: RecordBatch,
    /// The observations.
    pub observations: RecordBatch,
}

impl EventEdition {
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
        quarantine::batch(&self.dataset, self.vintage, &self.refused, &self.places)
    }
}

/// Normalizes the bodies of one edition of a dataset whose rows are events.
pub fn normalize_events(definition: Definition<'_>, reference: Reference<'_>, bodies: &[Body<'_>]) -> Result<EventEdition, NormalizeError> {
    let mapping = Mapping::new(definition, reference)?;
    let vintage = edition::vintage(definition, bodies)?;
    let mut reading = Reading {
        mapping: &mapping,
        definition,
        vintage,
        body: 0,
        bodies,
        block: None,
        parts: Vec::new(),
        refused: Vec::new(),
        accounts: vec![Account::default(); bodies.len()],
        places: Places::of(bodies.iter().map(|body| body.snapshot.clone()).collect()),
    };
    for (number, body) in bodies.iter().enumerate() {
        reading.body = number;
        let source = body.open(definition.dataset)?;
        decode(&*source, definition.forms, Limits::default(), &mut reading).map_err(|error| failure(body, definition.dataset, error))?;
    }
    let Reading { block, parts, refused, accounts, places, .. } = reading;
    let Some(block) = block else {
        return Err(match refused.first() {
            Some(first) => NormalizeError::NothingObserved {
                dataset: definition.dataset.to_owned(),
                cells: refused.len() as u64,
                detail: first.detail.clone(),
            },
            None => NormalizeError::Empty { dataset: definition.dataset.to_owned(), bodies: bodies.len() },
        });
    };
    let arrow = |source| NormalizeError::Arrow { dataset: definition.dataset.to_owned(), source };
    let table = Table { mapping: &mapping, block: &block, parts: &parts, places: &places, vintage };
    let named = table.named();
    let events = table.events(&named).map_err(arrow)?;
    let observations = table.observations(&named)?;
    let observations = table.observed(&observations).map_err(arrow)?;
    let edition = EventEdition { dataset: definition.dataset.to_owned(), vintage, accounts, refused, places, events, observations };
    let account = edition.account();
    if !account.balances() {
        let out = account.observations + account.quarantined_total() + account.excluded_total();
        return Err(NormalizeError::Account { dataset: definition.dataset.to_owned(), cells: account.cells, out });
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
    definition: Definition<'r>,
    vintage: Date,
    body: usize,
    bodies: &'r [Body<'r>],
    block: Option<Block>,
    /// The number of each row's part.
    parts: Vec<Option<u32>>,
    refused: Vec<Refused>,
    accounts: Vec<Account>,
    places: Places,
}

impl Sink for Reading<'_> {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        let body = &self.bodies[self.body];
        let from = From { number: self.body as u32, url: &body.url, snapshot: &body.snapshot, vintage: self.vintage };
        let batch = batch.with_texts(&body.columns)?;
        let part = self.places.part(batch.part.as_ref());
        let Mapped { block, refused, account } = Mapper::map(self.mapping, &batch, from)?;
        self.refused.extend(refused.into_iter().map(|mut refused| {
            refused.pointer.part = part;
            refused
        }));
        let rows = block.as_ref().map_or(0, |block| block.rows.count);
        self.accounts[self.body].add(&account);
        self.accounts[self.body].observations += rows as u64;
        self.parts.resize(self.parts.len() + rows, part);
        if self.parts.len() > MOST {
            let dataset = self.mapping.dataset.to_owned();
            return Err(Box::new(NormalizeError::Events { dataset, most: MOST as u64 }));
        }
        match (&mut self.block, block) {
            (_, None) => {}
            (Some(known), Some(block)) => known.append(block),
            (none, block) => *none = block,
        }
        Ok(())
    }

    fn ragged(&mut self, row: Ragged) -> Result<(), SinkError> {
        let refused = refuse_ragged(self.mapping, self.definition.forms, &row, self.body as u32);
        let account = &mut self.accounts[self.body];
        account.cells += refused.len() as u64;
        account.quarantine("ragged_row", refused.len() as u64);
        self.refused.extend(refused);
        Ok(())
    }
}

/// The rows of an edition.
struct Table<'t> {
    mapping: &'t Mapping<'t>,
    block: &'t Block,
    parts: &'t [Option<u32>],
    places: &'t Places,
    vintage: Date,
}

/// A row's event, its id and its ordinal among those with that id.
struct Named {
    event: Event,
    id: String,
    item: u32,
}

/// What is counted of one key.
#[derive(Default)]
struct Count {
    value: f64,
    valued: bool,
    decimals: u8,
    status: Status,
}

/// The key of a tabulated observation: measure, unit, the codes of all dimensions, the breakdown and the number of the period.
type Key = (String, String, Vec<String>, String, u32);

impl Table<'_> {
    fn text(&self, symbol: crate::symbols::Symbol) -> &str {
        self.block.symbols.text(symbol)
    }

    /// The events of the rows. The figures of one row of a body are one event; rows with one id are told apart by their order.
    fn named(&self) -> Vec<Named> {
        let rows = &self.block.rows;
        let mut items: HashMap<String, u32> = HashMap::new();
        let mut met: HashMap<(u32, Option<u32>, u32), (String, u32)> = HashMap::new();
        // What an event without an id says: all of its figures count.
        let mut says: HashMap<(u32, Option<u32>, u32), Vec<String>> = HashMap::new();
        let place = |row: usize| (rows.body.get(row), self.parts[row], rows.row.get(row));
        for row in 0..rows.count {
            let value = self.mapping.plan.classes.get(rows.class.get(row)).valued.then(|| rows.value.get(row).to_string());
            let mut words: Vec<&str> = rows.codes().map(|column| self.text(column.get(row))).collect();
            words.push(self.block.periods.get(rows.period.get(row)).label());
            let value = value.unwrap_or_default();
            words.push(&value);
            says.entry(place(row)).or_default().push(words.join("\u{1f}"));
        }
        (0..rows.count)
            .map(|row| {
                let text = self.block.texts.text(rows.event.get(row));
                let mut event = Event::read(text);
                if self.mapping.plan.event.as_ref().is_some_and(|event| event.rule.start.is_none()) {
                    let period = self.block.periods.get(rows.period.get(row));
                    (event.start, event.end) = (Some(period.start()), period.end().yesterday().ok());
                }
                let (id, item) = met
                    .entry(place(row))
                    .or_insert_with(|| {
                        let id = event.id.clone().unwrap_or_else(|| {
                            let mut words = says.get(&place(row)).cloned().unwrap_or_default();
                            words.sort_unstable();
                            words.push(text.to_owned());
                            sha256(words.join("\u{1e}").as_bytes()).to_string().chars().take(DIGITS).collect()
                        });
                        let item = items.entry(id.clone()).or_default();
                        *item += 1;
                        (id, *item - 1)
                    })
                    .clone();
                Named { event, id, item }
            })
            .collect()
    }

    /// The events table, by id, item and measure.
    fn events(&self, named: &[Named]) -> Result<RecordBatch, ArrowError> {
        let (rows, classes) = (&self.block.rows, &self.mapping.plan.classes);
        let mut order: Vec<usize> = (0..rows.count).collect();
        let key = |row: &usize| (&named[*row].id, named[*row].item, self.text(rows.measure.get(*row)), rows.col.get(*row));
        order.sort_by(|one, other| key(one).cmp(&key(other)));
        let text = |of: &dyn Fn(usize) -> String| -> ArrayRef { Arc::new(order.iter().map(|row| Some(of(*row))).collect::<StringArray>()) };
        let maybe =
            |of: &dyn Fn(usize) -> Option<String>| -> ArrayRef { Arc::new(order.iter().map(|row| of(*row)).collect::<StringArray>()) };
        let number = |of: &dyn Fn(usize) -> Option<f64>| -> ArrayRef { Arc::new(order.iter().map(|row| of(*row)).collect::<Float64Array>()) };
        let day = |of: &dyn Fn(usize) -> Option<Date>| -> ArrayRef {
            Arc::new(order.iter().map(|row| of(*row).map(days_since_epoch)).collect::<Date32Array>())
        };
        let dimension = |dimension: Dimension| text(&|row| self.text(rows.dimensions[dimension.index()].get(row)).to_owned());
        let class = |row: usize| classes.get(rows.class.get(row));
        let bounds = |row: usize| if class(row).own_bounds { Some((rows.low.get(row), rows.high.get(row))) } else { class(row).bounds };
        let words = |symbol: crate::symbols::Symbol| {
            (symbol != crate::symbols::Symbol::NONE).then(|| self.block.texts.text(symbol).to_owned())
        };
        let kind = self.mapping.plan.event.as_ref().map(|event| event.rule.kind.clone()).unwrap_or_default();
        let columns: Vec<ArrayRef> = vec![
            text(&|_| self.mapping.dataset.to_owned()),
            day(&|_| Some(self.vintage)),
            text(&|row| named[row].id.clone()),
            Arc::new(order.iter().map(|row| Some(named[*row].item)).collect::<UInt32Array>()),
            text(&|_| kind.clone()),
            dimension(Dimension::RefArea),
            dimension(Dimension::Region),
            number(&|row| named[row].event.lat),
            number(&|row| named[row].event.lon),
            maybe(&|row| named[row].event.precision.clone()),
            day(&|row| named[row].event.start),
            day(&|row| named[row].event.end),
            maybe(&|row| named[row].event.accuracy.clone()),
            text(&|row| self.block.periods.get(rows.period.get(row)).label().to_owned()),
            dimension(Dimension::Origin),
            dimension(Dimension::Destination),
            dimension(Dimension::Category),
            dimension(Dimension::Subcategory),
            dimension(Dimension::Other),
            maybe(&|row| named[row].event.title.clone()),
            text(&|row| self.text(rows.measure.get(row)).to_owned()),
            number(&|row| class(row).valued.then(|| rows.value.get(row))),
            number(&|row| bounds(row).map(|(low, _)| low)),
            number(&|row| bounds(row).map(|(_, high)| high)),
            maybe(&|row| class(row).bound.map(str::to_owned)),
            text(&|row| self.text(rows.unit.get(row)).to_owned()),
            text(&|row| rows.status.get(row).to_string()),
            maybe(&|row| words(rows.flags.get(row))),
            text(&|row| self.places.snapshots[rows.body.get(row) as usize].clone()),
            maybe(&|row| words(rows.part.get(row))),
            Arc::new(order.iter().map(|row| Some(rows.row.get(*row))).collect::<UInt32Array>()),
        ];
        RecordBatch::try_new(events::schema(), columns)
    }

    /// What the declared tabulations count.
    fn observations(&self, named: &[Named]) -> Result<BTreeMap<Key, Count>, NormalizeError> {
        let mut counts = BTreeMap::new();
        let rules = self.mapping.plan.event.iter().flat_map(|event| &event.rule.tabulate);
        for tabulation in rules {
            let mut more = BTreeMap::new();
            self.tabulate(tabulation, named, &mut more);
            // Two tabulations may count the same, and say the same of it.
            for (key, count) in more {
                counts.entry(key).or_insert(count);
            }
        }
        Ok(counts)
    }

    fn tabulate(&self, tabulation: &Tabulation, named: &[Named], counts: &mut BTreeMap<Key, Count>) {
        let rows = &self.block.rows;
        let kept = |dimension: Dimension| {
            tabulation.by.iter().any(|name| name == dimension.column()) || matches!(dimension, Dimension::OriginBasis)
        };
        let mut counted: std::collections::HashSet<(&str, u32)> = std::collections::HashSet::new();
        for row in 0..rows.count {
            let measure = self.text(rows.measure.get(row));
            if !(tabulation.measures.is_empty() || tabulation.measures.iter().any(|name| name == measure)) {
                continue;
            }
            let codes: Vec<String> = Dimension::ALL
                .into_iter()
                .map(|dimension| {
                    let code = self.text(rows.dimensions[dimension.index()].get(row));
                    let whole = code == code::NOT_APPLICABLE || kept(dimension);
                    let total = match dimension {
                        Dimension::Origin | Dimension::Destination => code::TOTAL,
                        other => other.default_code(),
                    };
                    (if whole { code } else { total }).to_owned()
                })
                .collect();
            let codes = self.whole_world(codes);
            let period = rows.period.get(row);
            let class = self.mapping.plan.classes.get(rows.class.get(row));
            let value = class.valued.then(|| rows.value.get(row));
            let broken = self.breakdown(&codes);
            let key = (measure.to_owned(), self.text(rows.unit.get(row)).to_owned(), codes.clone(), broken.clone(), period);
            counts.entry(key).or_default().add(value, rows.decimals.get(row), rows.status.get(row));
            if let Some(count) = &tabulation.count
                && counted.insert((named[row].id.as_str(), named[row].item))
                && let Some(definition) = self.mapping.reference.measures.get(count)
            {
                let key = (count.clone(), definition.unit.clone(), codes, broken, period);
                counts.entry(key).or_default().add(Some(1.0), 0, Status::NORMAL);
            }
        }
    }

    /// A reference area is always a country or group: events of all countries are the world's.
    fn whole_world(&self, mut codes: Vec<String>) -> Vec<String> {
        if let Some(area) = codes.get_mut(Dimension::RefArea.index())
            && area == code::TOTAL
        {
            code::WORLD_AREA.clone_into(area);
        }
        codes
    }

    fn breakdown(&self, codes: &[String]) -> String {
        let listed = Dimension::ALL.into_iter().zip(codes).filter(|(dimension, code)| !dimension.is_total(code));
        let areas = self.mapping.reference.areas;
        breakdown(listed.map(|(dimension, code)| (dimension.column(), dimension.holds_areas() && areas.is_group(code))))
    }

    /// The tabulated observations in the order of their key. They point to no cell: many made them.
    fn observed(&self, counts: &BTreeMap<Key, Count>) -> Result<RecordBatch, ArrowError> {
        // Numbers of periods do not sort as their labels do.
        let mut rows: Vec<(&Key, &Count)> = counts.iter().collect();
        let label = |key: &Key| self.block.periods.get(key.4).label();
        rows.sort_by(|(one, _), (other, _)| (&one.0, &one.1, &one.2, label(one)).cmp(&(&other.0, &other.1, &other.2, label(other))));
        let text = |of: &dyn Fn(&Key, &Count) -> String| -> ArrayRef {
            Arc::new(rows.iter().map(|(key, count)| Some(of(key, count))).collect::<StringArray>())
        };
        let none = || -> ArrayRef { Arc::new(rows.iter().map(|_| None::<&str>).collect::<StringArray>()) };
        let nothing = || -> ArrayRef { Arc::new(rows.iter().map(|_| None::<f64>).collect::<Float64Array>()) };
        let nowhere = || -> ArrayRef { Arc::new(rows.iter().map(|_| None::<u32>).collect::<UInt32Array>()) };
        let day = |of: &dyn Fn(&Key) -> Date| -> ArrayRef {
            Arc::new(rows.iter().map(|(key, _)| Some(days_since_epoch(of(key)))).collect::<Date32Array>())
        };
        let mut columns: Vec<ArrayRef> = vec![
            text(&|_, _| self.mapping.dataset.to_owned()),
            day(&|_| self.vintage),
            text(&|key, _| key.0.clone()),
            text(&|key, _| key.1.clone()),
        ];
        for dimension in Dimension::ALL {
            columns.push(text(&|key, _| key.2[dimension.index()].clone()));
        }
        columns.extend([
            text(&|key, _| key.3.clone()),
            text(&|key, _| label(key).to_owned()),
            day(&|key| self.block.periods.get(key.4).start()),
            day(&|key| self.block.periods.get(key.4).end()),
            Arc::new(rows.iter().map(|(_, count)| count.valued.then_some(count.value)).collect::<Float64Array>()) as ArrayRef,
            Arc::new(rows.iter().map(|(_, count)| Some(count.decimals)).collect::<UInt8Array>()),
            nothing(),
            nothing(),
            none(),
            text(&|_, count| count.status.to_string()),
            text(&|_, _| "F".to_owned()),
            none(),
            none(),
            text(&|_, _| METHOD.to_owned()),
            none(),
            none(),
            nowhere(),
            nowhere(),
        ]);
        RecordBatch::try_new(observation::schema(), columns)
    }
}

impl Count {
    /// A figure that is not known adds nothing, and its status says that the sum is not whole.
    fn add(&mut self, value: Option<f64>, decimals: u8, status: Status) {
        self.valued |= value.is_some();
        self.value += value.unwrap_or_default();
        self.decimals = self.decimals.max(decimals);
        self.status = self.status.union(status);
    }
}

