//! Rows that are objects: their columns in the order of first appearance, and their cells.

use std::collections::{HashMap, HashSet};

use super::cells::{RowCells, Span};
use super::form::JsonForm;
use super::lexer::{Event, Kind};
use super::pointer::Reader;
use crate::answer::document;
use crate::error::DecodeError;
use crate::table::Table;

/// How deep objects may be nested in a row. The deepest seen is 2.
const MAX_NESTED: usize = 16;
/// How many columns the rows may have together. The most seen is 41.
pub(super) const MAX_COLUMNS: usize = 4096;
/// How long a column's name may be, in bytes.
pub(super) const MAX_NAME: usize = 4096;
/// How many rows a row may be exploded to.
const MAX_ELEMENTS: u32 = 1 << 20;

/// What the rows look like so far, and the cells of the one that was read last.
pub(super) struct Objects<'f> {
    form: &'f JsonForm,
    nodes: Vec<Node>,
    columns: Vec<String>,
    names: HashSet<String>,
    /// Counts the objects that were read, to notice members that appear twice.
    visits: u64,
    cells: RowCells,
    /// The cells of the exploded array: the element, the column, the text.
    exploded: Vec<(u32, usize, Span)>,
    /// How many elements the exploded array has so far, while it is read and after it.
    elements: Option<u32>,
    exploding: bool,
    /// Whether only the columns are wanted, and no cells.
    learning: bool,
    /// The keys of the first row, while no other has one of them and they are those of an error document.
    opening: Option<usize>,
    /// The row that was read last, where it has no key of the rows before it, but those of an error document.
    last: Option<u32>,
    /// Such rows at the end of an array of rows.
    closing: Vec<u32>,
}

/// An object at one place of the rows.
#[derive(Default)]
struct Node {
    /// What its keys are prefixed with in column names, such as `country.`.
    prefix: String,
    members: Vec<Member>,
    by_key: HashMap<String, usize>,
}

struct Member {
    key: String,
    column: Option<usize>,
    node: Option<usize>,
    reading: Reading,
    visit: u64,
}

/// What the form says about a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Cell,
    Joined,
    Exploded,
    Ignored,
}

/// Where a member stands: its node and its place there.
type Place = (usize, usize);

impl<'f> Objects<'f> {
    pub(super) fn new(form: &'f JsonForm) -> Self {
        Self {
            form,
            nodes: vec![Node::default()],
            columns: Vec::new(),
            names: HashSet::new(),
            visits: 0,
            cells: RowCells::default(),
            exploded: Vec::new(),
            elements: None,
            exploding: false,
            learning: true,
            opening: None,
            last: None,
            closing: Vec::new(),
        }
    }

    /// Whether the first row may be the publisher's answer and no row.
    pub(super) fn opening(&self) -> bool {
        self.opening.is_some()
    }

    /// Rows at the end that may be the publisher's answer and no rows.
    pub(super) fn closing(&self) -> &[u32] {
        &self.closing
    }

    /// An array of rows has ended.
    pub(super) fn end(&mut self) {
        self.closing.extend(self.last.take());
    }

    /// The columns that were met so far: keys, joined by dots where objects are nested.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Reads a row, learning its columns, and hands its cells to the table.
    pub(super) fn row(&mut self, lexer: &mut Reader<'_>, kind: Kind, row: u32, table: Option<&mut Table<'_>>) -> Result<(), DecodeError> {
        if kind != Kind::Object {
            return Err(DecodeError::RowNotObject { row, at: lexer.position(), found: kind.name(), expected: "an object" });
        }
        self.cells.clear();
        self.exploded.clear();
        (self.elements, self.exploding, self.learning) = (None, false, table.is_none());
        let (before, visit) = (self.known_keys().len(), self.visits + 1);
        self.object(lexer, row, 0, 1)?;
        match table {
            None => {
                self.judge(before, visit, row);
                Ok(())
            }
            Some(table) => self.hand_over(row, table),
        }
    }

    fn known_keys(&self) -> &[Member] {
        self.nodes.first().map_or(&[], |node| &node.members)
    }

    /// Notes whether a row may be an answer: one that ends the rows has no key of those before it, one that stands in place of them shares none
    /// with those behind. What a definition makes a column of is none of an answer's keys. So few rows are noted: a key is new only once.
    fn judge(&mut self, before: usize, visit: u64, row: u32) {
        let form = self.form;
        let meant = |key: &str| form.columns.values().flatten().any(|known| known == key);
        let Some((known, new)) = self.known_keys().split_at_checked(before) else { return };
        let keys: Vec<&str> = new.iter().map(|member| member.key.as_str()).collect();
        let unmeant = !keys.is_empty() && !keys.iter().any(|key| meant(key));
        let shared = |members: &[Member]| members.iter().any(|member| member.visit == visit);
        let opens = match self.opening {
            _ if row == 1 => (unmeant && document::may_open(&keys)).then_some(new.len()),
            Some(first) if !shared(known.get(..first).unwrap_or_default()) => Some(first),
            _ => None,
        };
        let ends = unmeant && !known.is_empty() && !shared(known) && document::may_replace(&keys);
        (self.opening, self.last) = (opens, ends.then_some(row));
    }

    fn hand_over(&mut self, row: u32, table: &mut Table<'_>) -> Result<(), DecodeError> {
        let mut next = 0;
        for element in 0..self.elements.unwrap_or(0) {
            let first = next;
            while let Some(&(_, column, span)) = self.exploded.get(next).filter(|(of, ..)| *of == element) {
                self.cells.set(column, Some(span));
                next += 1;
            }
            table.row(row, &self.cells)?;
            for &(_, column, _) in self.exploded.get(first..next).unwrap_or_default() {
                self.cells.set(column, None);
            }
        }
        if self.elements.unwrap_or(0) == 0 { table.row(row, &self.cells) } else { Ok(()) }
    }

    fn object(&mut self, lexer: &mut Reader<'_>, row: u32, node: usize, depth: usize) -> Result<(), DecodeError> {
        if depth > MAX_NESTED {
            return Err(DecodeError::TooComplex { row, problem: "nested objects", cap: MAX_NESTED });
        }
        lexer.next()?;
        self.visits += 1;
        let visit = self.visits;
        // Rows repeat their order of keys.
        let mut expected = 0;
        while let Event::Key(key) = lexer.next()? {
            let member = match self.known(node, key, expected) {
                Some(member) => member,
                None => self.learn(node, key, row)?,
            };
            expected = member + 1;
            let place = (node, member);
            let Some(met) = self.member(place) else { continue };
            if std::mem::replace(&mut met.visit, visit) == visit {
                return Err(DecodeError::DuplicateKey { key: self.name(place), at: lexer.position() });
            }
            self.value(lexer, row, place, depth)?;
        }
        Ok(())
    }

    fn value(&mut self, lexer: &mut Reader<'_>, row: u32, place: Place, depth: usize) -> Result<(), DecodeError> {
        let Some(&mut Member { reading, column, .. }) = self.member(place) else { return Ok(()) };
        if reading == Reading::Ignored {
            return lexer.skip();
        }
        match (lexer.peek()?, reading) {
            (Kind::Object, _) => {
                let node = self.node(row, place)?;
                self.object(lexer, row, node, depth + 1)
            }
            (Kind::Array, Reading::Exploded) => self.explode(lexer, row, place, depth),
            (kind, _) => {
                let column = match column {
                    Some(column) => column,
                    None => self.column(lexer, row, place)?,
                };
                if self.learning {
                    return lexer.skip();
                }
                let span = if kind == Kind::Array && reading == Reading::Joined {
                    self.cells.joined(lexer, self.form.separator())?
                } else {
                    self.cells.value(lexer, kind)?
                };
                match (span, self.exploding) {
                    (Some(span), true) => self.exploded.push((self.elements.unwrap_or(0), column, span)),
                    (Some(span), false) => self.cells.set(column, Some(span)),
                    (None, _) => {}
                }
                Ok(())
            }
        }
    }

    /// Reads the elements of the array that becomes rows.
    fn explode(&mut self, lexer: &mut Reader<'_>, row: u32, place: Place, depth: usize) -> Result<(), DecodeError> {
        lexer.next()?;
        self.exploding = true;
        let mut element = 0;
        loop {
            self.elements = Some(element);
            let kind = lexer.peek()?;
            match kind {
                Kind::Close => break,
                Kind::Object => {
                    let node = self.node(row, place)?;
                    self.object(lexer, row, node, depth + 1)?;
                }
                _ => {
                    let column = self.column(lexer, row, place)?;
                    if let Some(span) = self.cells.value(lexer, kind)? {
                        self.exploded.push((element, column, span));
                    }
                }
            }
            if element == MAX_ELEMENTS {
                return Err(DecodeError::TooComplex { row, problem: "elements that become rows", cap: MAX_ELEMENTS as usize });
            }
            element += 1;
        }
        self.exploding = false;
        lexer.next().map(|_| ())
    }

    fn member(&mut self, (node, member): Place) -> Option<&mut Member> {
        self.nodes.get_mut(node)?.members.get_mut(member)
    }

    fn name(&self, (node, member): Place) -> String {
        let member = |node: &Node| node.members.get(member).map(|member| format!("{}{}", node.prefix, member.key));
        self.nodes.get(node).and_then(member).unwrap_or_default()
    }

    /// The place of a key that was met before.
    fn known(&self, node: usize, key: &str, expected: usize) -> Option<usize> {
        let node = self.nodes.get(node)?;
        let predicted = node.members.get(expected).is_some_and(|member| member.key == key);
        if predicted { Some(expected) } else { node.by_key.get(key).copied() }
    }

    fn learn(&mut self, node: usize, key: &str, row: u32) -> Result<usize, DecodeError> {
        let Some(met) = self.nodes.get_mut(node) else { return Ok(0) };
        let name = format!("{}{key}", met.prefix);
        if name.len() > MAX_NAME {
            return Err(DecodeError::TooComplex { row, problem: "a key with its objects' keys of more bytes", cap: MAX_NAME });
        }
        if met.members.len() == MAX_COLUMNS {
            return Err(too_many_columns(row));
        }
        let reading = if self.form.ignore.contains(&name) {
            Reading::Ignored
        } else if self.form.explode.as_ref() == Some(&name) {
            Reading::Exploded
        } else if self.form.join.contains(&name) {
            Reading::Joined
        } else {
            Reading::Cell
        };
        met.by_key.insert(key.to_owned(), met.members.len());
        met.members.push(Member { key: key.to_owned(), column: None, node: None, reading, visit: 0 });
        Ok(met.members.len() - 1)
    }

    /// The object that stands at a member.
    fn node(&mut self, row: u32, place: Place) -> Result<usize, DecodeError> {
        if let Some(node) = self.member(place).and_then(|member| member.node) {
            return Ok(node);
        }
        let node = self.nodes.len();
        if node == MAX_COLUMNS {
            return Err(too_many_columns(row));
        }
        self.nodes.push(Node { prefix: format!("{}.", self.name(place)), ..Node::default() });
        if let Some(member) = self.member(place) {
            member.node = Some(node);
        }
        Ok(node)
    }

    /// The column of a member.
    fn column(&mut self, lexer: &Reader<'_>, row: u32, place: Place) -> Result<usize, DecodeError> {
        if let Some(column) = self.member(place).and_then(|member| member.column) {
            return Ok(column);
        }
        let column = self.columns.len();
        if column == MAX_COLUMNS {
            return Err(too_many_columns(row));
        }
        let name = self.name(place);
        // The key "a.b" beside an object "a" with a key "b".
        if !self.names.insert(name.clone()) {
            return Err(DecodeError::DuplicateKey { key: name, at: lexer.position() });
        }
        self.columns.push(name);
        if let Some(member) = self.member(place) {
            member.column = Some(column);
        }
        Ok(column)
    }
}

fn too_many_columns(row: u32) -> DecodeError {
    DecodeError::TooComplex { row, problem: "keys that no row before had, so that there are more columns", cap: MAX_COLUMNS }
}
