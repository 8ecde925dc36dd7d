//! The second pass: the observations of a data set.

use std::io::Read;

use super::groups::{Refusal, Values};
use super::key;
use super::plan::{Plan, Slot};
use super::rows::{Cell, Rows};
use super::structure::{ENTRY, Level, MAX_HELD, digits, too_much};
use super::value::{append, append_array, append_object};
use super::walk::{broken, element, enter, member};
use crate::error::DecodeError;
use crate::json::lexer::{Event, Kind, Lexer};
use crate::pointer::step;

/// Reads a data set.
pub(super) struct Reader<'p, 's> {
    plan: &'p Plan<'p>,
    pub(super) rows: Rows<'p, 's>,
    /// The slots of an observation: measures, then attributes.
    slots: Vec<Slot<'p>>,
    /// Where the dimensions of series begin, and those of observations.
    series_from: usize,
    observation_from: usize,
    /// The keys of series and observations so far, and those that are being read.
    series: key::Keys,
    observed: key::Keys,
    series_key: Option<String>,
    key: String,
    /// Positions of a group.
    group: Vec<u32>,
    /// How much of group attributes is held.
    held: usize,
    text: String,
}

impl<'p, 's> Reader<'p, 's> {
    pub(super) fn new(plan: &'p Plan<'p>, rows: Rows<'p, 's>) -> Self {
        let below = |level| plan.dimensions.iter().filter(|(other, _)| *other < level).count();
        Self {
            slots: plan.measures.iter().chain(plan.attributes(Level::Observation)).copied().collect(),
            series_from: below(Level::Series),
            observation_from: below(Level::Observation),
            series: key::Keys::default(),
            observed: key::Keys::default(),
            series_key: None,
            key: String::new(),
            group: vec![key::ANY; plan.dimensions.len()],
            held: 0,
            text: String::new(),
            plan,
            rows,
        }
    }

    /// Reads the data set that is next. What stands behind its observations was read before.
    pub(super) fn data_set<R: Read>(&mut self, lexer: &mut Lexer<R>, attributes: bool, groups: bool) -> Result<(), DecodeError> {
        if !enter(lexer, Kind::Object, "a data set")? {
            return Ok(());
        }
        while let Some(key) = member(lexer, &["attributes", "dimensionGroupAttributes", "series", "observations"])? {
            match key {
                "attributes" if attributes => self.attributes(lexer)?,
                "dimensionGroupAttributes" if groups => self.groups(lexer)?,
                "series" => self.series(lexer)?,
                "observations" => {
                    if !enter(lexer, Kind::Object, key)? {
                        continue;
                    }
                    if lexer.peek()? == Kind::Key {
                        self.begin(lexer)?;
                        if self.series_from < self.observation_from {
                            let problem = "an observation stands outside of series, but the structure has dimensions of series";
                            return Err(broken(lexer, problem));
                        }
                    }
                    self.observations(lexer)?;
                }
                _ => lexer.skip()?,
            }
        }
        Ok(())
    }

    /// Reads the attributes of the data set.
    pub(super) fn attributes<R: Read>(&mut self, lexer: &mut Lexer<R>) -> Result<(), DecodeError> {
        let values = self.values(lexer, Level::DataSet)?;
        self.rows.data_set(values);
        Ok(())
    }

    /// Reads the attributes of dimension groups.
    pub(super) fn groups<R: Read>(&mut self, lexer: &mut Lexer<R>) -> Result<(), DecodeError> {
        if self.plan.attributes(Level::Group).is_empty() {
            return lexer.skip();
        }
        if !enter(lexer, Kind::Object, "dimensionGroupAttributes")? {
            return Ok(());
        }
        loop {
            let Event::Key(key) = lexer.next()? else { return Ok(()) };
            if let Err(problem) = key::read(key, &self.plan.dimensions, true, &mut self.group) {
                return Err(broken(lexer, problem));
            }
            let values = self.values(lexer, Level::Group)?;
            if values.is_empty() {
                continue;
            }
            let texts: usize = values.iter().map(|(_, cell)| if let Cell::Text(text) = cell { text.len() } else { 0 }).sum();
            self.held += texts + ENTRY * (values.len() + self.group.len());
            if self.held > MAX_HELD {
                return Err(too_much(lexer));
            }
            let level = |index: usize| self.plan.dimensions.get(index).map_or(Level::Observation, |(level, _)| *level);
            match self.rows.groups.add(&self.group, level, values) {
                Ok(()) => {}
                Err(Refusal::Twice) => return Err(broken(lexer, "the attributes of a dimension group stand there twice")),
                Err(Refusal::TooMany) => return Err(broken(lexer, "dimension groups of too many kinds")),
            }
        }
    }

    /// An array with the attributes of a level.
    fn values<R: Read>(&mut self, lexer: &mut Lexer<R>, level: Level) -> Result<Values, DecodeError> {
        let mut values = Values::new();
        if !enter(lexer, Kind::Array, "attributes")? {
            return Ok(values);
        }
        let mut slots = self.plan.attributes(level).iter();
        while element(lexer)? {
            // Annotations follow the attributes.
            let Some(slot) = slots.next() else {
                lexer.skip()?;
                continue;
            };
            match (lexer.peek()?, slot.codes) {
                (Kind::Number, Some(codes)) => {
                    let Event::Number(number) = lexer.next()? else { continue };
                    match codes.position(number) {
                        Ok(position) => values.push((slot.field, Cell::Key(slot.base + position))),
                        Err(problem) => return Err(broken(lexer, problem)),
                    }
                }
                (_, codes) => {
                    let mut text = String::new();
                    if append(lexer, codes, &mut text)? {
                        values.push((slot.field, Cell::Text(text.into())));
                    }
                }
            }
        }
        Ok(values)
    }

    fn begin<R: Read>(&mut self, lexer: &Lexer<R>) -> Result<(), DecodeError> {
        self.rows.begin().map_err(|problem| broken(lexer, problem))
    }

    fn series<R: Read>(&mut self, lexer: &mut Lexer<R>) -> Result<(), DecodeError> {
        if !enter(lexer, Kind::Object, "series")? {
            return Ok(());
        }
        if lexer.peek()? == Kind::Key {
            self.begin(lexer)?;
        }
        loop {
            let Event::Key(key) = lexer.next()? else {
                self.series_key = None;
                return Ok(());
            };
            self.rows.positions.get_mut(self.observation_from..).unwrap_or_default().fill(key::ANY);
            let range = self.series_from..self.observation_from;
            let dimensions = self.plan.dimensions.get(range.clone()).unwrap_or_default();
            let places = self.rows.positions.get_mut(range).unwrap_or_default();
            let read = key::read(key, dimensions, self.plan.action.is_some(), places);
            let is_new = self.series.is_new(dimensions, places);
            self.series_key = Some(key.to_owned());
            if let Err(problem) = read {
                return Err(broken(lexer, problem));
            }
            if !is_new {
                return Err(broken(lexer, format!("{} stands there twice", self.pointer(None))));
            }
            self.rows.begin_series();
            let before = self.rows.count();
            if enter(lexer, Kind::Object, "a series")? {
                while let Some(key) = member(lexer, &["attributes", "observations"])? {
                    if key == "attributes" {
                        let values = self.values(lexer, Level::Series)?;
                        self.rows.series(values);
                    } else if enter(lexer, Kind::Object, key)? {
                        self.observations(lexer)?;
                    }
                }
            }
            // A deletion without observations deletes the whole series.
            if self.plan.action.is_some() && self.rows.count() == before {
                self.rows.positions.get_mut(self.observation_from..).unwrap_or_default().fill(key::ANY);
                self.rows.begin_row().map_err(|problem| broken(lexer, problem))?;
                self.end_row(lexer)?;
            }
            self.rows.end_series()?;
        }
    }

    /// The observations of an object that was entered.
    fn observations<R: Read>(&mut self, lexer: &mut Lexer<R>) -> Result<(), DecodeError> {
        self.observed.clear();
        loop {
            let Event::Key(key) = lexer.next()? else { return Ok(()) };
            self.key.clear();
            self.key.push_str(key);
            let dimensions = self.plan.dimensions.get(self.observation_from..).unwrap_or_default();
            let places = self.rows.positions.get_mut(self.observation_from..).unwrap_or_default();
            if let Err(problem) = key::read(key, dimensions, self.plan.action.is_some(), places) {
                return Err(broken(lexer, problem));
            }
            if !self.observed.is_new(dimensions, places) {
                return Err(broken(lexer, format!("{} stands there twice", self.pointer(Some(&self.key)))));
            }
            if let Err(problem) = self.rows.begin_row() {
                return Err(broken(lexer, problem));
            }
            if enter(lexer, Kind::Array, "an observation")? {
                self.observation(lexer)?;
            }
            self.end_row(lexer)?;
        }
    }

    fn end_row<R: Read>(&mut self, lexer: &Lexer<R>) -> Result<(), DecodeError> {
        self.rows.end_row().map_err(|problem| broken(lexer, problem))?;
        self.rows.hand_over_when_full()
    }

    /// The JSON pointer of an observation, or of the series.
    fn pointer(&self, observation: Option<&str>) -> String {
        let series = self.series_key.iter().map(|key| format!("/series{}", step(key)));
        let observation = observation.iter().map(|key| format!("/observations{}", step(key)));
        std::iter::once(self.rows.part().to_owned()).chain(series).chain(observation).collect()
    }

    /// What stands behind the last attribute of an observation: positions of annotations, and nothing else.
    fn surplus(&self, index: usize, number: Option<&str>) -> Result<(), String> {
        let count = self.plan.annotations;
        let known = number.map_or(count > 0, |number| digits(number.as_bytes()).is_some_and(|position| (position as usize) < count));
        if known {
            return Ok(());
        }
        let at = self.pointer(Some(&self.key));
        let slots = self.slots.len();
        Err(format!("{at}/{index} belongs to none of {slots} measures and attributes, and is no position among {count} annotations"))
    }

    /// The values of an observation.
    fn observation<R: Read>(&mut self, lexer: &mut Lexer<R>) -> Result<(), DecodeError> {
        let mut index = 0;
        loop {
            let slot = self.slots.get(index).copied();
            let depth = lexer.depth();
            let done = match (lexer.next()?, slot) {
                (Event::ArrayEnd | Event::End, _) => return Ok(()),
                (Event::Number(number), Some(slot)) => number_of(&mut self.rows, &slot, number),
                (Event::Text(text), Some(slot)) => self.rows.put_text(slot.field, text),
                (Event::True, Some(slot)) => self.rows.put_text(slot.field, "true"),
                (Event::False, Some(slot)) => self.rows.put_text(slot.field, "false"),
                (Event::ArrayStart, Some(slot)) => {
                    self.text.clear();
                    if append_array(lexer, slot.codes, &mut self.text)? { self.rows.put_text(slot.field, &self.text) } else { Ok(()) }
                }
                (Event::ObjectStart, Some(slot)) => {
                    self.text.clear();
                    append_object(lexer, &mut self.text)?;
                    self.rows.put_text(slot.field, &self.text)
                }
                // Annotations follow the attributes.
                (Event::Number(number), None) => self.surplus(index, Some(number)),
                (Event::ArrayStart | Event::ObjectStart, None) => {
                    lexer.rest(depth + 1)?;
                    self.surplus(index, None)
                }
                (Event::Text(_) | Event::True | Event::False, None) => self.surplus(index, None),
                _ => Ok(()),
            };
            if let Err(problem) = done {
                return Err(broken(lexer, problem));
            }
            index += 1;
        }
    }
}

/// A number is the position of a code where there are codes, and a value otherwise.
fn number_of(rows: &mut Rows<'_, '_>, slot: &Slot<'_>, number: &str) -> Result<(), String> {
    let Some(codes) = slot.codes else { return rows.put_text(slot.field, number) };
    let (field, base, codes) = slot.stands_for.unwrap_or((slot.field, slot.base, codes));
    rows.put_key(field, base + codes.position(number)?)
}
