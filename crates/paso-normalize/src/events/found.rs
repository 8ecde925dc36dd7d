//! Which rows are one event, its id, and its ordinal among those with that id.

use std::collections::HashMap;

use paso_lake::{Sha256, sha256};

use crate::{account::Account, block::Block, event::Event, mapping::Mapping, symbols::Symbol};

/// How many digits of a SHA-256 name an event that has no id.
const DIGITS: usize = 16;
/// What stands between the words of a row, and between rows.
const WORDS: &str = "\u{1f}";
const ROWS: &str = "\u{1e}";

/// The events of an edition in the order of the bodies.
pub(crate) struct Found {
    events: Vec<Occurrence>,
    /// The rows of the block by event.
    order: Vec<u32>,
    /// Whether each row of the block is a figure.
    figures: Vec<bool>,
}

/// One event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occurrence {
    first: u32,
    rows: u32,
    /// Of the block's texts.
    pub(crate) id: Symbol,
    /// The ordinal among the events of one id.
    pub(crate) item: u32,
}

impl Found {
    /// Finds the events in the rows of a block, and takes out those that another body has already said.
    pub(crate) fn of(mapping: &Mapping<'_>, block: &mut Block, figures: Vec<bool>, accounts: &mut [Account]) -> Self {
        let rows = &block.rows;
        let place = |row: u32| {
            let row = row as usize;
            (rows.body.get(row), rows.part.get(row).number(), rows.row.get(row))
        };
        let mut order: Vec<u32> = (0..rows.count as u32).collect();
        order.sort_by_key(|row| (place(*row), rows.col.get(*row as usize)));
        let mut events: Vec<Occurrence> = Vec::new();
        for (at, row) in order.iter().enumerate() {
            match events.last_mut() {
                Some(last) if place(order[last.first as usize]) == place(*row) => last.rows += 1,
                _ => events.push(Occurrence { first: at as u32, rows: 1, id: Symbol::NONE, item: 0 }),
            }
        }
        let mut found = Self { events, order, figures };
        found.name(mapping, block);
        found.drop_repeats(mapping, block, accounts);
        let mut items: HashMap<Symbol, u32> = HashMap::new();
        for event in &mut found.events {
            let next = items.entry(event.id).or_default();
            event.item = *next;
            *next += 1;
        }
        found
    }

    /// The events.
    pub(crate) fn events(&self) -> &[Occurrence] {
        &self.events
    }

    /// The rows of an event in the block.
    pub(crate) fn rows(&self, event: &Occurrence) -> &[u32] {
        &self.order[event.first as usize..(event.first + event.rows) as usize]
    }

    /// Whether a row is a figure; else it stands for an event that has none.
    pub(crate) fn is_figure(&self, row: u32) -> bool {
        self.figures[row as usize]
    }

    /// Gives every event the publisher's id, or else one of what it says.
    fn name(&mut self, mapping: &Mapping<'_>, block: &mut Block) {
        let mut ids: HashMap<Symbol, Symbol> = HashMap::new();
        for at in 0..self.events.len() {
            let event = self.events[at];
            let said = block.rows.event.get(self.order[event.first as usize] as usize);
            let id = if Event::read(block.texts.text(said)).id.is_none() {
                let mut says: Vec<String> = self.rows(&event).iter().map(|row| self.says(mapping, block, *row)).collect();
                says.sort_unstable();
                says.push(block.texts.text(said).to_owned());
                let digest = sha256(says.join(ROWS).as_bytes());
                block.texts.intern(digest.as_str().get(..DIGITS).unwrap_or_default())
            } else if let Some(id) = ids.get(&said) {
                *id
            } else {
                let id = Event::read(block.texts.text(said)).id.unwrap_or_default().to_owned();
                let id = block.texts.intern(&id);
                ids.insert(said, id);
                id
            };
            self.events[at].id = id;
        }
    }

    /// What a row says: its codes, its period and its value.
    fn says(&self, mapping: &Mapping<'_>, block: &Block, row: u32) -> String {
        let (rows, at) = (&block.rows, row as usize);
        let mut words: Vec<&str> = rows.codes().map(|column| block.symbols.text(column.get(at))).collect();
        words.push(block.periods.get(rows.period.get(at)).label());
        let valued = self.is_figure(row) && mapping.plan.classes.get(rows.class.get(at)).valued;
        let value = if valued { rows.value.get(at).to_string() } else { String::new() };
        words.push(&value);
        words.join(WORDS)
    }

    /// All that an event says, wherever it stands.
    fn digest(&self, mapping: &Mapping<'_>, block: &Block, event: &Occurrence) -> Sha256 {
        let rows = &block.rows;
        let words = |symbol: Symbol| if symbol == Symbol::NONE { "" } else { block.texts.text(symbol) };
        let mut says: Vec<String> = Vec::new();
        for row in self.rows(event) {
            let at = *row as usize;
            let class = mapping.plan.classes.get(rows.class.get(at));
            let ends = if class.own_bounds { Some((rows.low.get(at), rows.high.get(at))) } else { class.bounds };
            let (status, figure) = (rows.status.get(at), self.is_figure(*row));
            let published = [rows.nature.get(at), rows.flags.get(at), rows.conf.get(at)].map(words).join(WORDS);
            says.push(format!("{}{WORDS}{figure}{WORDS}{ends:?}{WORDS}{status}{WORDS}{published}", self.says(mapping, block, *row)));
        }
        says.sort_unstable();
        says.push(words(rows.event.get(self.order[event.first as usize] as usize)).to_owned());
        sha256(says.join(ROWS).as_bytes())
    }

    /// Takes out events that another body says with the same id and all the same words: pages overlap while a list grows. Within one body
    /// such rows are events of their own, and so are rows without an id, which nothing but their place tells apart.
    fn drop_repeats(&mut self, mapping: &Mapping<'_>, block: &Block, accounts: &mut [Account]) {
        let body = |event: &Occurrence| block.rows.body.get(self.order[event.first as usize] as usize);
        let has_id = |event: &Occurrence| {
            Event::read(block.texts.text(block.rows.event.get(self.order[event.first as usize] as usize))).id.is_some()
        };
        // The body that an id stands in first, and whether it stands in others.
        let mut bodies: HashMap<Symbol, (u32, bool)> = HashMap::new();
        for event in self.events.iter().filter(|event| has_id(event)) {
            let entry = bodies.entry(event.id).or_insert((body(event), false));
            entry.1 |= entry.0 != body(event);
        }
        // How often each was said by one body at most, and how often by the body that is looked at.
        let mut said: HashMap<Sha256, (u32, u32, u32)> = HashMap::new();
        let mut kept = Vec::with_capacity(self.events.len());
        for event in &self.events {
            if bodies.get(&event.id).is_some_and(|(_, several)| *several) && has_id(event) {
                let (most, now, of) = said.entry(self.digest(mapping, block, event)).or_insert((0, 0, body(event)));
                if *of != body(event) {
                    (*now, *of) = (0, body(event));
                }
                *now += 1;
                if *now <= *most {
                    let figures = self.rows(event).iter().filter(|row| self.is_figure(**row)).count() as u64;
                    let account = &mut accounts[body(event) as usize];
                    account.observations -= figures;
                    account.exclude("repeat", figures);
                    continue;
                }
                *most = *now;
            }
            kept.push(*event);
        }
        self.events = kept;
    }
}
