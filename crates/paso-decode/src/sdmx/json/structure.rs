//! What a message says about its components: dimensions, measures and attributes, each with the values that it takes in the message.

use std::io::Read;

use super::PLACE;
use super::value::text;
use super::walk::{Seen, broken, element, enter, member};
use crate::error::DecodeError;
use crate::json::lexer::{Kind, Lexer};
use crate::labels::Labels;

/// How much of codes, names and group attributes is held, in bytes. The code lists of the largest agencies have some megabytes.
pub(super) const MAX_HELD: usize = 256 << 20;
/// What a short text costs besides its bytes.
pub(super) const ENTRY: usize = 32;

/// Where in a data set the value of a component stands, from what holds for all of it to what holds for one observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    DataSet,
    Group,
    Series,
    Observation,
}

/// The levels, by their names in `dimensions`, `measures` and `attributes`.
const LEVELS: [(&str, Level); 4] =
    [("dataSet", Level::DataSet), ("dimensionGroup", Level::Group), ("series", Level::Series), ("observation", Level::Observation)];

/// The structure of one or several data sets.
#[derive(Debug, Default)]
pub(super) struct Structure {
    /// In the order of keys: those of the data set, of series, of observations.
    pub(super) dimensions: Vec<Component>,
    /// None in version 1, where an observation has one value.
    pub(super) measures: Option<Vec<Component>>,
    /// By level; in the order of the message within a level.
    pub(super) attributes: Vec<Component>,
    /// The data sets that the structure says it belongs to.
    pub(super) data_sets: Vec<u32>,
    /// How many annotations are listed, to whose positions data sets refer.
    pub(super) annotations: usize,
}

/// A dimension, measure or attribute.
#[derive(Debug)]
pub(super) struct Component {
    pub(super) id: Box<str>,
    pub(super) level: Level,
    /// The place in the key of queries, for dimensions.
    pub(super) key_position: Option<u32>,
    /// What positions stand for. None where the data has the values themselves.
    pub(super) codes: Option<Codes>,
    pub(super) default: Option<Box<str>>,
}

/// The values of a component.
#[derive(Debug)]
pub(super) struct Codes {
    id: Box<str>,
    texts: Vec<Box<str>>,
    /// The names beside them; none unless they are asked for.
    pub(super) names: Vec<Option<Box<str>>>,
}

impl Codes {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }

    /// The text of a position.
    pub(super) fn text(&self, position: u32) -> &str {
        self.texts.get(position as usize).map_or("", AsRef::as_ref)
    }

    /// Reads a position.
    pub(super) fn position(&self, number: &str) -> Result<u32, String> {
        match digits(number.as_bytes()) {
            Some(position) if (position as usize) < self.texts.len() => Ok(position),
            _ => Err(self.no_position(number)),
        }
    }

    /// Says that a position is none.
    pub(super) fn no_position(&self, number: &str) -> String {
        format!("{} has no value at position {number}: it has {}", self.id, self.texts.len())
    }
}

/// A number without sign, fraction or exponent.
pub(super) fn digits(bytes: &[u8]) -> Option<u32> {
    if bytes.is_empty() || bytes.len() > 9 {
        return None;
    }
    bytes.iter().try_fold(0, |number: u32, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

/// Reads structures, and counts what is held of them.
pub(super) struct Structures {
    pub(super) labels: Labels,
    pub(super) held: usize,
}

impl Structures {
    /// Reads the structure that is next.
    pub(super) fn read<R: Read>(&mut self, lexer: &mut Lexer<R>) -> Result<Structure, DecodeError> {
        let mut structure = Structure::default();
        if !enter(lexer, Kind::Object, "a structure")? {
            return Ok(structure);
        }
        let mut seen = Seen::default();
        while let Some(key) = member(lexer, &["dimensions", "measures", "attributes", "dataSets", "annotations"])? {
            if key == "annotations" {
                structure.annotations = annotations(lexer)?;
                continue;
            }
            seen.once(lexer, key)?;
            match key {
                "dimensions" => structure.dimensions = self.components(lexer, key)?,
                "measures" => structure.measures = Some(self.components(lexer, key)?),
                "attributes" => structure.attributes = self.components(lexer, key)?,
                _ => structure.data_sets = indices(lexer)?,
            }
        }
        Ok(structure)
    }

    /// The components under `dimensions`, `measures` or `attributes`, by level.
    fn components<R: Read>(&mut self, lexer: &mut Lexer<R>, what: &'static str) -> Result<Vec<Component>, DecodeError> {
        let mut components = Vec::new();
        if !enter(lexer, Kind::Object, what)? {
            return Ok(components);
        }
        while let Some(key) = member(lexer, &LEVELS.map(|(name, _)| name))? {
            let level = LEVELS.iter().find(|(name, _)| *name == key).map_or(Level::Observation, |(_, level)| *level);
            if !enter(lexer, Kind::Array, key)? {
                continue;
            }
            while element(lexer)? {
                components.push(self.component(lexer, level)?);
            }
        }
        components.sort_by_key(|component| component.level);
        Ok(components)
    }

    fn component<R: Read>(&mut self, lexer: &mut Lexer<R>, level: Level) -> Result<Component, DecodeError> {
        let (mut id, mut key_position, mut default, mut values) = (None, None, None, None);
        if enter(lexer, Kind::Object, "a component")? {
            let mut seen = Seen::default();
            while let Some(key) = member(lexer, &["id", "keyPosition", "default", "values"])? {
                seen.once(lexer, key)?;
                match key {
                    "id" => id = text(lexer)?,
                    "keyPosition" => key_position = text(lexer)?.as_deref().and_then(|number| digits(number.as_bytes())),
                    "default" => default = text(lexer)?.map(Into::into),
                    _ => values = self.values(lexer)?,
                }
            }
        }
        let Some(id) = id else { return Err(broken(lexer, "a component has no id")) };
        let id: Box<str> = id.into();
        self.hold(lexer, id.len())?;
        let codes = values.map(|(texts, names)| Codes { id: id.clone(), texts, names });
        Ok(Component { id, level, key_position, codes, default })
    }

    /// The values of a component, as texts and as the names beside them.
    #[expect(clippy::type_complexity, reason = "two columns of one list, which are taken apart at once")]
    fn values<R: Read>(&mut self, lexer: &mut Lexer<R>) -> Result<Option<(Vec<Box<str>>, Vec<Option<Box<str>>>)>, DecodeError> {
        if !enter(lexer, Kind::Array, "values")? {
            return Ok(None);
        }
        let (mut texts, mut names) = (Vec::new(), Vec::new());
        while element(lexer)? {
            let (text, name) = self.value(lexer)?;
            self.hold(lexer, text.len() + name.as_ref().map_or(0, String::len))?;
            texts.push(text.into_boxed_str());
            if self.labels == Labels::Name {
                names.push(name.map(String::into_boxed_str));
            }
        }
        Ok(Some((texts, names)))
    }

    /// A value: its code, else its text, else its name, and the name beside it.
    fn value<R: Read>(&self, lexer: &mut Lexer<R>) -> Result<(String, Option<String>), DecodeError> {
        if lexer.peek()? != Kind::Object {
            return Ok((text(lexer)?.unwrap_or_default(), None));
        }
        lexer.next()?;
        let (mut id, mut value, mut name, mut names) = (None, None, None, None);
        while let Some(key) = member(lexer, &["id", "value", "values", "name", "names"])? {
            match key {
                "id" => id = text(lexer)?,
                "name" => name = text(lexer)?,
                "names" => names = first(lexer)?,
                _ => value = text(lexer)?.or(value),
            }
        }
        let name = name.or(names);
        let Some(code) = id.or(value) else { return Ok((name.unwrap_or_default(), None)) };
        Ok(match (self.labels, name) {
            (Labels::Id, _) | (_, None) => (code, None),
            (Labels::Name, name) => (code, name),
            (Labels::Both, Some(name)) if name == code => (code, None),
            (Labels::Both, Some(name)) => (format!("{code}: {name}"), None),
        })
    }

    fn hold<R: Read>(&mut self, lexer: &Lexer<R>, bytes: usize) -> Result<(), DecodeError> {
        self.held += bytes + ENTRY;
        if self.held > MAX_HELD {
            return Err(too_much(lexer));
        }
        Ok(())
    }
}

/// More is to be held than any message needs.
pub(super) fn too_much<R: Read>(lexer: &Lexer<R>) -> DecodeError {
    DecodeError::TooLong { place: PLACE.to_owned(), at: lexer.position(), what: "codes, names and group attributes", cap: MAX_HELD }
}

/// The first of the names in several languages.
fn first<R: Read>(lexer: &mut Lexer<R>) -> Result<Option<String>, DecodeError> {
    let mut found = None;
    if enter(lexer, Kind::Object, "names")? {
        while lexer.peek()? == Kind::Key {
            lexer.next()?;
            let name = text(lexer)?;
            found = found.or(name);
        }
        lexer.next()?;
    }
    Ok(found)
}

/// Counts what is listed as annotations.
fn annotations<R: Read>(lexer: &mut Lexer<R>) -> Result<usize, DecodeError> {
    let mut count = 0;
    if lexer.peek()? != Kind::Array {
        return lexer.skip().map(|()| 0);
    }
    lexer.next()?;
    while element(lexer)? {
        lexer.skip()?;
        count += 1;
    }
    Ok(count)
}

/// An array of positions; what is none is left out.
fn indices<R: Read>(lexer: &mut Lexer<R>) -> Result<Vec<u32>, DecodeError> {
    let mut indices = Vec::new();
    if enter(lexer, Kind::Array, "dataSets")? {
        while element(lexer)? {
            indices.extend(text(lexer)?.as_deref().and_then(|number| digits(number.as_bytes())));
        }
    }
    Ok(indices)
}
