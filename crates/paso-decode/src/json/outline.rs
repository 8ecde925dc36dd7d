//! What an envelope has: its keys, the arrays in it, and what it says about itself.

use std::collections::HashSet;

use serde_json::Value;

use super::lexer::{Event, Kind, MAX_TOKEN};
use super::pointer::Reader;
use crate::answer::document::{is_error, is_header, is_success};
use crate::answer::value::{Said, said};
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
    /// What stands at the top under a key for errors, and says something.
    pub(super) error: Option<(String, Said)>,
    /// The member that says that the request failed, such as `header/success`.
    pub(super) failed: Option<String>,
    /// Whether `/result/records` is a text.
    pub(super) ckan_text: bool,
}

impl Outline {
    /// Reads the object that is next.
    pub(super) fn of(lexer: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut outline = Self::default();
        outline.read(lexer, "", 1)?;
        Ok(outline)
    }

    fn read(&mut self, lexer: &mut Reader<'_>, prefix: &str, level: usize) -> Result<(), DecodeError> {
        lexer.next()?;
        loop {
            let Event::Key(key) = lexer.next()? else { return Ok(()) };
            let noted = !self.is_full() && key.len() < NOTED;
            let pointer = if noted { format!("{prefix}{}", step(key)) } else { String::new() };
            let (for_errors, for_success) = (level == 1 && is_error(key), is_success(key));
            if noted && level == 1 {
                self.keys.push(key.to_owned());
            }
            let about = level == 1 || level == 2 && is_header(prefix.trim_start_matches('/'));
            match lexer.peek()? {
                Kind::Array if noted && for_errors => self.errors(lexer, pointer)?,
                Kind::Array if noted => {
                    let elements = elements(lexer)?;
                    self.arrays.push((pointer, elements));
                }
                kind => {
                    self.more |= level == 1;
                    self.ckan_text |= kind == Kind::Text && pointer == "/result/records";
                    if for_errors && noted {
                        let value = value(lexer)?;
                        self.error(pointer, &value);
                    } else if for_success && about && kind == Kind::Boolean {
                        if lexer.next()? == Event::False {
                            self.failed.get_or_insert(pointer);
                        }
                    } else if kind == Kind::Object && noted && level < MAX_LEVELS {
                        self.read(lexer, &pointer, level + 1)?;
                    } else {
                        lexer.skip()?;
                    }
                }
            }
        }
    }

    /// Reads an array under a key for errors, which may be a column of parallel arrays as well.
    fn errors(&mut self, lexer: &mut Reader<'_>, pointer: String) -> Result<(), DecodeError> {
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
        if errors.iter().any(|error| error.is_object() || error.is_array()) {
            self.more = true;
        } else {
            self.arrays.push((pointer.clone(), Elements::Scalars { count, texts }));
        }
        self.error(pointer, &Value::Array(errors.into_iter().filter(|error| !error.is_number()).collect()));
        Ok(())
    }

    /// Notes what stands under a key for errors. Numbers say nothing: a table may well be about them.
    fn error(&mut self, pointer: String, value: &Value) {
        if self.error.is_none() && !value.is_number() {
            self.error = said(value).map(|said| (pointer, said));
        }
    }

    /// With so many arrays or keys, more are not noted.
    pub(super) fn is_full(&self) -> bool {
        self.keys.len() >= NOTED || self.arrays.len() >= NOTED
    }

    pub(super) fn at(&self, pointer: &str) -> Option<Elements> {
        self.arrays.iter().find(|(at, _)| at == pointer).map(|(_, elements)| *elements)
    }
}

fn value(lexer: &mut Reader<'_>) -> Result<Value, DecodeError> {
    let mut raw = String::new();
    lexer.capture_within(MAX_TOKEN, &mut raw)?;
    // The lexer allows numbers that serde_json does not: they say nothing.
    Ok(serde_json::from_str(&raw).unwrap_or(Value::Null))
}
