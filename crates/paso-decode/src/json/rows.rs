//! Row objects: their columns in the order of first appearance, and their cells.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::document::{Document, kind};
use crate::error::DecodeError;
use crate::table::Cells;

/// How deep objects may be nested in a row. The deepest seen is 2.
const MAX_DEPTH: usize = 16;
/// How many columns the rows may have together. The most seen is 41.
const MAX_COLUMNS: usize = 4096;

/// A cell of a JSON row.
pub(super) type Cell<'a> = Option<Cow<'a, str>>;

impl Cells for Vec<Cell<'_>> {
    fn cell(&self, index: usize) -> Option<&str> {
        self.get(index)?.as_deref()
    }
}

/// What the rows look like so far, and the raw cells of the row that was walked last.
pub(super) struct Walk<'a> {
    document: Document<'a>,
    objects: Vec<Object>,
    columns: Vec<String>,
    names: HashSet<String>,
    /// The raw text of every column, and the pass over a row in which it was met.
    raw: Vec<(u32, &'a str)>,
    pending: Vec<(usize, &'a str)>,
    /// Counts the passes over rows.
    pass: u32,
}

/// An object at one place of the rows.
#[derive(Default)]
struct Object {
    /// What its keys are prefixed with in column names, such as `country.`.
    prefix: String,
    members: Vec<Member>,
    /// The member after the one that was met last: rows repeat their order of keys.
    next: usize,
}

struct Member {
    key: String,
    column: Option<usize>,
    object: Option<usize>,
    /// The pass in which it was met last, to notice duplicates.
    pass: u32,
}

impl<'a> Walk<'a> {
    pub(super) fn new(document: Document<'a>) -> Self {
        let (columns, names, raw, pending) = (Vec::new(), HashSet::new(), Vec::new(), Vec::new());
        Self { document, objects: vec![Object::default()], columns, names, raw, pending, pass: 0 }
    }

    /// The columns that were met so far: keys, joined by dots where objects are nested.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Walks a row, learning its columns and remembering its cells.
    pub(super) fn row(&mut self, row: u32, text: &'a str) -> Result<(), DecodeError> {
        if !text.starts_with('{') {
            return Err(DecodeError::RowNotObject { row, at: self.document.position(text, 0), found: kind(text) });
        }
        self.pass += 1;
        self.object(row, 0, text, 1)
    }

    /// The cells of the row that was walked last.
    pub(super) fn cells(&self, cells: &mut Vec<Cell<'a>>) -> Result<(), DecodeError> {
        cells.clear();
        for (pass, raw) in &self.raw {
            let present = *pass == self.pass && *raw != "null";
            cells.push(if present { Some(self.document.text(raw)?) } else { None });
        }
        Ok(())
    }

    fn object(&mut self, row: u32, object: usize, text: &'a str, depth: usize) -> Result<(), DecodeError> {
        if depth > MAX_DEPTH {
            return Err(DecodeError::TooComplex { row, problem: "nested objects", cap: MAX_DEPTH });
        }
        let first = self.pending.len();
        let mut twice = None;
        let seed = Members { object: &mut self.objects[object], pass: self.pass, pending: &mut self.pending, twice: &mut twice };
        let parsed = self.document.parse(text, seed);
        if let Some(key) = twice {
            let key = format!("{}{key}", self.objects[object].prefix);
            return Err(DecodeError::DuplicateKey { key, at: self.document.position(text, 0) });
        }
        parsed?;
        for at in first..self.pending.len() {
            let (member, raw) = self.pending[at];
            if raw.starts_with('{') {
                let inner = self.inner(object, member);
                self.object(row, inner, raw, depth + 1)?;
            } else {
                let column = self.column(row, object, member, text)?;
                self.raw[column] = (self.pass, raw);
            }
        }
        self.pending.truncate(first);
        Ok(())
    }

    /// The object that stands at a member.
    fn inner(&mut self, object: usize, member: usize) -> usize {
        if let Some(inner) = self.objects[object].members[member].object {
            return inner;
        }
        let inner = self.objects.len();
        let prefix = format!("{}{}.", self.objects[object].prefix, self.objects[object].members[member].key);
        self.objects.push(Object { prefix, ..Object::default() });
        self.objects[object].members[member].object = Some(inner);
        inner
    }

    /// The column of a member.
    fn column(&mut self, row: u32, object: usize, member: usize, text: &str) -> Result<usize, DecodeError> {
        if let Some(column) = self.objects[object].members[member].column {
            return Ok(column);
        }
        let column = self.columns.len();
        if column == MAX_COLUMNS {
            return Err(DecodeError::TooComplex {
                row,
                problem: "keys that no row before had, so that there are more columns",
                cap: MAX_COLUMNS,
            });
        }
        let name = format!("{}{}", self.objects[object].prefix, self.objects[object].members[member].key);
        // The key "a.b" beside an object "a" with a key "b".
        if !self.names.insert(name.clone()) {
            return Err(DecodeError::DuplicateKey { key: name, at: self.document.position(text, 0) });
        }
        self.columns.push(name);
        self.raw.push((0, ""));
        self.objects[object].members[member].column = Some(column);
        Ok(column)
    }
}

/// Reads the members of an object into `pending`, as their number in `object` and their raw text.
struct Members<'w, 'a> {
    object: &'w mut Object,
    pass: u32,
    pending: &'w mut Vec<(usize, &'a str)>,
    twice: &'w mut Option<String>,
}

impl<'a> DeserializeSeed<'a> for Members<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Members<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        self.object.next = 0;
        while let Some(member) = map.next_key_seed(Key(self.object))? {
            let met = &mut self.object.members[member];
            if met.pass == self.pass {
                *self.twice = Some(met.key.clone());
                return Err(A::Error::custom("duplicate key"));
            }
            met.pass = self.pass;
            self.pending.push((member, map.next_value::<&RawValue>()?.get()));
        }
        Ok(())
    }
}

/// Finds the member of a key, without allocating for keys that were met before.
struct Key<'o>(&'o mut Object);

impl<'a> DeserializeSeed<'a> for Key<'_> {
    type Value = usize;
    fn deserialize<D: Deserializer<'a>>(self, parser: D) -> Result<usize, D::Error> {
        parser.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<usize, E> {
        let Object { members, next, .. } = self.0;
        let predicted = members.get(*next).is_some_and(|member| member.key == key).then_some(*next);
        let found = predicted.or_else(|| members.iter().position(|member| member.key == key));
        let member = found.unwrap_or_else(|| {
            members.push(Member { key: key.to_owned(), column: None, object: None, pass: 0 });
            members.len() - 1
        });
        *next = member + 1;
        Ok(member)
    }
}
