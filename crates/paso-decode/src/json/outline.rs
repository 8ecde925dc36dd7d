//! What an envelope has: its keys, the arrays in it, and what it says about itself.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::lexer::{Event, Kind, MAX_TOKEN};
use super::pointer::Reader;
use crate::answer::document::{self, is_about, is_error};
use crate::error::DecodeError;
use crate::pointer::step;

/// How deep arrays are looked for.
const MAX_LEVELS: usize = 3;
/// How many arrays and keys are noted: with more of them, none stands out.
const NOTED: usize = 64;
/// How many objects of an array are looked at for names of columns.
const MAX_NAMES: u64 = 4096;
/// The longest name of a column, in bytes.
const MAX_NAME: usize = 256;
/// How many errors of a list are read.
const MAX_ERRORS: usize = 32;
/// How much of a text is kept that may be a message, in bytes.
const MAX_WORDS: usize = 4096;
/// How publishers call the name of a column that an object describes, the most telling first.
const NAME_KEYS: [&str; 9] = ["name", "id", "fieldName", "label", "title", "key", "header", "field", "code"];

/// What the elements of an array are, judged by the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Elements {
    None,
    /// Objects: how many, and under which key all of them have a name, as descriptions of columns do.
    Objects {
        count: u64,
        name: Option<&'static str>,
    },
    /// Arrays: whether the first of them is a header, nothing but texts, and how many elements it has.
    Arrays {
        header: bool,
        width: u64,
    },
    Scalars {
        count: u64,
        texts: bool,
    },
}

/// Reads an array.
pub(super) fn elements(lexer: &mut Reader<'_>) -> Result<Elements, DecodeError> {
    lexer.next()?;
    let depth = lexer.depth();
    let found = match lexer.peek()? {
        Kind::Close => Elements::None,
        Kind::Object => objects(lexer)?,
        Kind::Array => first_array(lexer)?,
        _ => {
            let (mut count, mut texts) = (0, true);
            loop {
                match lexer.peek()? {
                    Kind::Close => break,
                    kind => texts &= kind == Kind::Text,
                }
                lexer.skip()?;
                count += 1;
            }
            Elements::Scalars { count, texts }
        }
    };
    lexer.rest(depth)?;
    Ok(found)
}

/// Counts the elements of the first array of several.
fn first_array(lexer: &mut Reader<'_>) -> Result<Elements, DecodeError> {
    lexer.next()?;
    let (mut width, mut header) = (0, true);
    loop {
        match lexer.peek()? {
            Kind::Close => break,
            kind => header &= kind == Kind::Text,
        }
        lexer.skip()?;
        width += 1;
    }
    lexer.next()?;
    Ok(Elements::Arrays { header: header && width > 0, width })
}

/// Looks for the key under which all objects have a name of their own. Rows mostly have none, or are too many to be columns.
fn objects(lexer: &mut Reader<'_>) -> Result<Elements, DecodeError> {
    let mut names: [HashSet<String>; NAME_KEYS.len()] = Default::default();
    let mut count = 0;
    let mut possible = [true; NAME_KEYS.len()];
    while count < MAX_NAMES && lexer.peek()? == Kind::Object && possible.contains(&true) {
        let mut found: [Option<String>; NAME_KEYS.len()] = Default::default();
        lexer.next()?;
        while let Event::Key(key) = lexer.next()? {
            let which = NAME_KEYS.iter().position(|name| *name == key);
            match (which.and_then(|which| found.get_mut(which)), lexer.peek()?) {
                (Some(place), Kind::Text) => {
                    if let Event::Text(text) = lexer.next()?
                        && text.len() <= MAX_NAME
                    {
                        *place = Some(text.to_owned());
                    }
                }
                _ => lexer.skip()?,
            }
        }
        count += 1;
        for ((possible, names), found) in possible.iter_mut().zip(&mut names).zip(found) {
            *possible &= found.is_some_and(|found| names.insert(found));
        }
    }
    let whole = lexer.peek()? == Kind::Close;
    let name = NAME_KEYS.iter().zip(possible).find_map(|(key, possible)| (possible && whole).then_some(*key));
    Ok(Elements::Objects { count, name })
}

/// What an envelope has.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) keys: Vec<String>,
    pub(super) arrays: Vec<(String, Elements)>,
    /// Whether something stands at the top that is no array.
    pub(super) more: bool,
    /// What the envelope says about itself: the document without its arrays, and of what else is in it only what may be about an error.
    about: Value,
    /// Members at the top that are null.
    pub(super) nulls: Vec<String>,
    /// Whether `/result/records` is a text.
    pub(super) ckan_text: bool,
}

impl Outline {
    /// Reads the object that is next.
    pub(super) fn of(lexer: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut outline = Self::default();
        outline.about = Value::Object(outline.read(lexer, "", 1)?);
        Ok(outline)
    }

    fn read(&mut self, lexer: &mut Reader<'_>, prefix: &str, level: usize) -> Result<Map<String, Value>, DecodeError> {
        lexer.next()?;
        let mut about = Map::new();
        loop {
            let Event::Key(key) = lexer.next()? else { return Ok(about) };
            if self.is_full() || key.len() >= NOTED {
                self.more |= level == 1;
                lexer.skip()?;
                continue;
            }
            let (key, pointer) = (key.to_owned(), format!("{prefix}{}", step(key)));
            if level == 1 {
                self.keys.push(key.clone());
            }
            let said = match lexer.peek()? {
                Kind::Array if for_errors(&key, level) => self.errors(lexer, pointer, level)?,
                Kind::Array => {
                    let elements = elements(lexer)?;
                    self.arrays.push((pointer, elements));
                    continue;
                }
                kind => {
                    self.more |= level == 1;
                    self.ckan_text |= kind == Kind::Text && pointer == "/result/records";
                    if level == 1 && kind == Kind::Null {
                        self.nulls.push(pointer.clone());
                    }
                    self.said(lexer, &key, kind, &pointer, level)?
                }
            };
            if !said.is_null() {
                about.insert(key, said);
            }
        }
    }

    /// What a member says that is no array: null where that is nothing about the envelope.
    fn said(&mut self, lexer: &mut Reader<'_>, key: &str, kind: Kind, pointer: &str, level: usize) -> Result<Value, DecodeError> {
        if kind == Kind::Object && for_errors(key, level) {
            return value(lexer);
        }
        if kind == Kind::Object && level < MAX_LEVELS {
            return self.read(lexer, pointer, level + 1).map(Value::Object);
        }
        if !is_about(key) || is_error(key) && !for_errors(key, level) || kind == Kind::Object {
            return lexer.skip().map(|()| Value::Null);
        }
        Ok(match lexer.next()? {
            Event::Text(text) => text.get(..text.floor_char_boundary(MAX_WORDS)).unwrap_or_default().into(),
            Event::True => true.into(),
            Event::False => false.into(),
            // Numbers under a key for errors say nothing: a table may well be about them.
            Event::Number(number) if !is_error(key) => serde_json::from_str(number).unwrap_or_default(),
            _ => Value::Null,
        })
    }

    /// Reads an array under a key for errors, which may be a column of parallel arrays as well, or rows that are about errors.
    fn errors(&mut self, lexer: &mut Reader<'_>, pointer: String, level: usize) -> Result<Value, DecodeError> {
        lexer.next()?;
        let (mut count, mut texts, mut errors) = (0, true, Vec::new());
        loop {
            match lexer.peek()? {
                Kind::Close => break,
                kind => texts &= kind == Kind::Text,
            }
            if errors.len() < MAX_ERRORS {
                errors.push(value(lexer)?);
            } else {
                lexer.skip()?;
            }
            count += 1;
        }
        lexer.next()?;
        if errors.first().is_some_and(document::is_data) && errors.iter().all(document::is_data) {
            self.arrays.push((pointer, Elements::Objects { count, name: None }));
            return Ok(Value::Null);
        }
        if errors.iter().any(|error| error.is_object() || error.is_array()) {
            self.more |= level == 1;
        } else {
            self.arrays.push((pointer, Elements::Scalars { count, texts }));
        }
        Ok(Value::Array(errors.into_iter().filter(|error| !error.is_number()).collect()))
    }

    /// What the objects say in which something stands, from the top on.
    pub(super) fn around<'o>(&'o self, pointer: &'o str) -> impl Iterator<Item = (&'o str, &'o Map<String, Value>)> {
        let ends = pointer.match_indices('/').map(|(at, _)| at);
        ends.filter_map(|end| pointer.get(..end)).filter_map(move |at| Some((at, self.about.pointer(at)?.as_object()?)))
    }

    /// With so many arrays or keys, more are not noted.
    pub(super) fn is_full(&self) -> bool {
        self.keys.len() >= NOTED || self.arrays.len() >= NOTED
    }

    pub(super) fn at(&self, pointer: &str) -> Option<Elements> {
        self.arrays.iter().find(|(at, _)| at == pointer).map(|(_, elements)| *elements)
    }
}

/// Whether a member is for errors. Within the envelope only one that is called so is: exceptions may be those of a calendar.
fn for_errors(key: &str, level: usize) -> bool {
    is_error(key) && (level == 1 || key.to_lowercase().contains("error"))
}

fn value(lexer: &mut Reader<'_>) -> Result<Value, DecodeError> {
    let mut raw = String::new();
    lexer.capture_within(MAX_TOKEN, &mut raw)?;
    // The lexer allows numbers that serde_json does not: they say nothing.
    Ok(serde_json::from_str(&raw).unwrap_or(Value::Null))
}
