//! The first pass: what the message holds, and where.

use std::io::Read;

use super::structure::{Structure, Structures, digits};
use super::value::text;
use super::walk::{Seen, broken, element, enter, member};
use super::{PLACE, answer};
use crate::error::DecodeError;
use crate::json::lexer::{Event, Kind, Lexer, Offset};
use crate::labels::Labels;

/// How many data sets a message may have. The most seen is 2.
const MAX_DATA_SETS: usize = 1 << 16;

/// A message without its observations.
#[derive(Debug, Default)]
pub(super) struct Survey {
    structures: Vec<Structure>,
    pub(super) data_sets: Vec<DataSet>,
    /// Where the array of data sets begins, and its JSON pointer.
    pub(super) array: Option<(Offset, &'static str)>,
    /// The member at the top that says that the request failed.
    pub(super) failed: Option<&'static str>,
}

/// What must be known of a data set before its first observation is read.
#[derive(Debug, Default)]
pub(super) struct DataSet {
    structure: Option<u32>,
    /// The observations are those to delete.
    pub(super) delete: bool,
    /// Where its attributes stand, if behind the observations.
    pub(super) attributes: Option<Offset>,
    /// Where the attributes of dimension groups stand, if behind the observations.
    pub(super) groups: Option<Offset>,
}

impl Survey {
    /// Reads a whole message, and checks it to its last byte.
    pub(super) fn read<R: Read>(lexer: &mut Lexer<R>, labels: Labels) -> Result<Self, DecodeError> {
        let mut survey = Self::default();
        let mut structures = Structures { labels, held: 0 };
        let mut seen = Seen::default();
        if !enter(lexer, Kind::Object, "the message")? {
            return Err(broken(lexer, "the message is null, expected an object"));
        }
        while let Some(key) = member(lexer, &["errors", "error", "success", "isSuccess", "data", "structure", "structures", "dataSets"])? {
            match key {
                "success" | "isSuccess" if lexer.peek()? == Kind::Boolean => {
                    if lexer.next()? == Event::False {
                        survey.failed.get_or_insert(key);
                    }
                }
                "errors" | "error" => {
                    if let Some(answer) = answer::read(lexer, if key == "errors" { "/errors" } else { "/error" })? {
                        return Err(answer);
                    }
                }
                "data" if lexer.peek()? == Kind::Object => {
                    lexer.next()?;
                    while let Some(key) = member(lexer, &["structure", "structures", "dataSets"])? {
                        survey.part(lexer, key, "/data/dataSets", &mut structures, &mut seen)?;
                    }
                }
                "success" | "isSuccess" | "data" => lexer.skip()?,
                key => survey.part(lexer, key, "/dataSets", &mut structures, &mut seen)?,
            }
        }
        while lexer.next()? != Event::End {}
        Ok(survey)
    }

    fn part<R: Read>(
        &mut self,
        lexer: &mut Lexer<R>,
        key: &'static str,
        pointer: &'static str,
        structures: &mut Structures,
        seen: &mut Seen,
    ) -> Result<(), DecodeError> {
        // One structure or several, inside of `data` or not, but never twice.
        seen.once(lexer, if key == "dataSets" { key } else { "structures" })?;
        match key {
            "structure" => self.structures.push(structures.read(lexer)?),
            "structures" if enter(lexer, Kind::Array, key)? => {
                while element(lexer)? {
                    self.structures.push(structures.read(lexer)?);
                }
            }
            "dataSets" if lexer.peek()? != Kind::Null => {
                self.array = Some((lexer.offset(), pointer));
                enter(lexer, Kind::Array, key)?;
                while element(lexer)? {
                    self.data_set(lexer)?;
                }
            }
            "dataSets" => lexer.skip()?,
            _ => {}
        }
        Ok(())
    }

    fn data_set<R: Read>(&mut self, lexer: &mut Lexer<R>) -> Result<(), DecodeError> {
        if self.data_sets.len() == MAX_DATA_SETS {
            return Err(broken(lexer, format!("there are more than {MAX_DATA_SETS} data sets")));
        }
        let mut set = DataSet::default();
        let mut seen = Seen::default();
        let mut observed = false;
        if enter(lexer, Kind::Object, "a data set")? {
            while let Some(key) =
                member(lexer, &["structure", "action", "attributes", "dimensionGroupAttributes", "series", "observations"])?
            {
                seen.once(lexer, key)?;
                match key {
                    "structure" => set.structure = text(lexer)?.as_deref().and_then(|number| digits(number.as_bytes())),
                    "action" => set.delete = text(lexer)?.is_some_and(|action| action.eq_ignore_ascii_case("delete")),
                    "series" | "observations" => {
                        observed = true;
                        lexer.leap()?;
                    }
                    _ => {
                        if observed && lexer.peek()? != Kind::Null {
                            let place = if key == "attributes" { &mut set.attributes } else { &mut set.groups };
                            *place = Some(lexer.offset());
                        }
                        lexer.skip()?;
                    }
                }
            }
        }
        self.data_sets.push(set);
        Ok(())
    }

    /// The structure of a data set: the one that it names, else the one that names it, else the only one.
    pub(super) fn structure(&self, index: usize, set: &DataSet) -> Result<&Structure, DecodeError> {
        let named = set.structure.map(|named| self.structures.get(named as usize));
        let naming = || self.structures.iter().find(|structure| structure.data_sets.contains(&(index as u32)));
        let only = || if let [only] = &self.structures[..] { Some(only) } else { None };
        named.unwrap_or_else(|| naming().or_else(only)).ok_or_else(|| DecodeError::Header {
            place: PLACE.to_owned(),
            at: crate::Position::Row(index as u32 + 1),
            problem: format!("data set {index} belongs to none of the {} structures of the message", self.structures.len()),
        })
    }
}
