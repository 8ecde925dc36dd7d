//! The first pass: every data set of a message with its structure, and where its cells stand.
//!
//! Members come in any order, and a bundle names its data sets as it likes, so that only the end of an object tells what it was. What
//! breaks JSON is an error at once; what breaks JSON-stat is kept with the object and counts when that turns out to be a data set.

use std::io::Read;

use super::draft::{CategoryDraft, DimensionDraft, Draft, Index, Place, Unit};
use super::structure;
use super::text_list::TextList;
use crate::answer::value;
use crate::error::DecodeError;
use crate::json::lexer::{Event, Kind, Lexer, Offset};
use crate::pointer::step;
use crate::position::Position;

/// The longest that all ids and labels of a message may be together, in bytes, with what it costs to keep them.
const STRUCTURE_BYTES: usize = 48 << 20;
/// What it costs to keep a text, beside its own bytes.
const TEXT_COST: usize = 16;
/// What it costs to keep the children or the unit of a category.
const ENTRY_COST: usize = 112;
/// What it costs to keep a dimension, or an object that may be a data set.
const OBJECT_COST: usize = 512;
/// How errors call a message.
pub(super) const PLACE: &str = "the body";
/// The members of a data set that decide what it says.
const MEMBERS: [&str; 6] = ["id", "size", "role", "dimension", "value", "status"];

/// What a message consists of.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Objects that may be data sets, in the order in which they end; the message itself is the last.
    pub(super) drafts: Vec<Draft>,
    /// The members of the message that were wanted, and where the value of each begins.
    pub(super) members: Vec<(String, Offset)>,
    /// What stands under `error` or `errors`, or else under `warning`: the member, and its raw text.
    pub(super) answer: Option<(String, String)>,
    /// The member of the message that says that the request failed.
    pub(super) failed: Option<&'static str>,
}

/// Where an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// It is the message.
    Message,
    /// It is a member of the message that may be a data set of a bundle.
    Bundled,
    /// It is an item of a collection.
    Item,
}

/// Reads a message to its end. `wanted` are members of the message whose place is needed later.
pub(super) fn read(reader: impl Read, wanted: &[&str]) -> Result<Outline, DecodeError> {
    let mut walk = Walk { lexer: Lexer::new(reader, PLACE), left: STRUCTURE_BYTES, wanted, outline: Outline::default() };
    if walk.lexer.peek()? == Kind::Object {
        walk.object(String::new(), Level::Message)?;
    } else {
        walk.lexer.skip()?;
    }
    walk.lexer.next()?;
    Ok(walk.outline)
}

struct Walk<'w, R> {
    lexer: Lexer<R>,
    left: usize,
    wanted: &'w [&'w str],
    outline: Outline,
}

impl<R: Read> Walk<'_, R> {
    /// The key of the next member of an object that was entered; none at its end, which is passed.
    fn key(&mut self) -> Result<Option<String>, DecodeError> {
        match self.lexer.next()? {
            Event::Key(key) => Ok(Some(key.to_owned())),
            _ => Ok(None),
        }
    }

    /// Enters an object or array. Anything else is passed over; it is a problem unless it is null.
    fn enter(&mut self, kind: Kind, what: &str, draft: &mut Draft) -> Result<bool, DecodeError> {
        let found = self.lexer.peek()?;
        if found == kind {
            self.lexer.next()?;
            return Ok(true);
        }
        if found != Kind::Null {
            complain(draft, &self.lexer, || format!("STRUCTURAL_VIOLATION: {what} is {found}, expected {kind}"));
        }
        self.lexer.skip()?;
        Ok(false)
    }

    /// Whether another element follows in an array that was entered; the end is passed.
    fn element(&mut self) -> Result<Option<Kind>, DecodeError> {
        let kind = self.lexer.peek()?;
        if kind == Kind::Close {
            self.lexer.next()?;
            return Ok(None);
        }
        Ok(Some(kind))
    }

    fn pay(&mut self, bytes: usize) -> Result<(), DecodeError> {
        self.left = self.left.checked_sub(bytes + TEXT_COST).ok_or_else(|| DecodeError::TooLong {
            place: PLACE.to_owned(),
            at: self.lexer.position(),
            what: "ids and labels",
            cap: STRUCTURE_BYTES,
        })?;
        Ok(())
    }

    /// A text or number; none for anything else, which is passed over.
    fn text(&mut self) -> Result<Option<String>, DecodeError> {
        let text = match self.lexer.peek()? {
            Kind::Text | Kind::Number => match self.lexer.next()? {
                Event::Text(text) | Event::Number(text) => Some(text.to_owned()),
                _ => None,
            },
            _ => {
                self.lexer.skip()?;
                None
            }
        };
        self.pay(text.as_ref().map_or(0, String::len))?;
        Ok(text)
    }

    /// An array of texts.
    fn texts(&mut self, what: &str, draft: &mut Draft) -> Result<Option<TextList>, DecodeError> {
        if !self.enter(Kind::Array, what, draft)? {
            return Ok(None);
        }
        let mut texts = TextList::default();
        while let Some(kind) = self.element()? {
            let length = match self.lexer.next()? {
                // An id that looks like a number is written as one by some.
                Event::Text(text) | Event::Number(text) => {
                    texts.push(text);
                    text.len()
                }
                _ => {
                    complain(draft, &self.lexer, || format!("STRUCTURAL_VIOLATION: {what} has {kind}, expected texts"));
                    self.close(kind)?;
                    0
                }
            };
            self.pay(length)?;
        }
        Ok(Some(texts))
    }

    /// Passes over what is left of a value whose first event was taken.
    fn close(&mut self, kind: Kind) -> Result<(), DecodeError> {
        if matches!(kind, Kind::Object | Kind::Array) { self.lexer.rest(self.lexer.depth()) } else { Ok(()) }
    }

    fn object(&mut self, pointer: String, level: Level) -> Result<(), DecodeError> {
        let mut draft = Draft::new(pointer, self.lexer.position());
        let mut seen: Vec<String> = Vec::new();
        self.lexer.next()?;
        while let Some(key) = self.key()? {
            let kind = self.lexer.peek()?;
            if level == Level::Message && self.wanted.contains(&key.as_str()) {
                self.outline.members.push((key.clone(), self.lexer.offset()));
            }
            if MEMBERS.contains(&key.as_str()) {
                if seen.contains(&key) && draft.problem.is_none() {
                    let key = format!("{}/{key}", draft.pointer);
                    draft.problem = Some(DecodeError::DuplicateKey { key, at: self.lexer.position() });
                } else if seen.len() < MEMBERS.len() {
                    seen.push(key.clone());
                }
            }
            self.member(&key, kind, level, &mut draft)?;
        }
        if level == Level::Message || draft.dimensions.is_some() {
            self.pay(draft.pointer.len() + OBJECT_COST)?;
            self.outline.drafts.push(draft);
        }
        Ok(())
    }

    fn member(&mut self, key: &str, kind: Kind, level: Level, draft: &mut Draft) -> Result<(), DecodeError> {
        match key {
            "class" => draft.class = self.text()?,
            "label" if kind == Kind::Text => draft.label = self.text()?,
            "href" => draft.href = self.text()?,
            "id" if kind == Kind::Array => draft.id = self.texts("`id`", draft)?,
            "size" if kind == Kind::Array => draft.size = self.sizes(draft)?,
            "role" if kind == Kind::Object => self.role(draft).map(drop)?,
            "dimension" if kind == Kind::Object => self.dimensions(draft)?,
            "value" => draft.value = self.cells("`value`", &[Kind::Array, Kind::Object], draft)?,
            "status" => draft.status = self.cells("`status`", &[Kind::Array, Kind::Object, Kind::Text], draft)?,
            "category" if kind == Kind::Object => {
                draft.category = true;
                self.lexer.skip()?;
            }
            "link" if kind == Kind::Object => self.link(draft)?,
            "extension" | "note" | "link" => self.lexer.skip()?,
            "success" | "isSuccess" if level == Level::Message && kind == Kind::Boolean => {
                if self.lexer.next()? == Event::False {
                    self.outline.failed = Some(if key == "success" { "success" } else { "isSuccess" });
                }
            }
            "error" | "warning" if level == Level::Message && kind != Kind::Null => self.answer(key)?,
            // A bundle may have a data set of this name.
            "errors" if level == Level::Message && matches!(kind, Kind::Array | Kind::Text) => self.answer(key)?,
            _ if level == Level::Message && kind == Kind::Object => {
                let pointer = step(key);
                self.object(pointer, Level::Bundled)?;
            }
            _ => self.lexer.skip()?,
        }
        Ok(())
    }

    /// Keeps what stands under a member for answers. An error counts more than a warning; an empty list of errors says nothing.
    fn answer(&mut self, key: &str) -> Result<(), DecodeError> {
        let mut raw = String::new();
        self.lexer.capture(&mut raw)?;
        let counts = key != "warning" && value::read("", &raw).is_some();
        if counts || self.outline.answer.is_none() {
            self.outline.answer = Some((key.to_owned(), raw));
        }
        Ok(())
    }

    /// Notes where cells stand.
    fn cells(&mut self, what: &str, kinds: &[Kind], draft: &mut Draft) -> Result<Option<Place>, DecodeError> {
        let kind = self.lexer.peek()?;
        let place = Place { offset: self.lexer.offset(), kind, at: self.lexer.position() };
        if !kinds.contains(&kind) && kind != Kind::Null {
            complain(draft, &self.lexer, || format!("STRUCTURAL_VIOLATION: {what} is {kind}"));
        }
        self.lexer.skip()?;
        Ok(kinds.contains(&kind).then_some(place))
    }

    fn sizes(&mut self, draft: &mut Draft) -> Result<Option<Vec<u64>>, DecodeError> {
        self.lexer.next()?;
        let mut sizes = Vec::new();
        while let Some(kind) = self.element()? {
            let size = match self.lexer.next()? {
                Event::Number(text) => text.parse().ok(),
                _ => None,
            };
            if size.is_none() {
                complain(draft, &self.lexer, || "STRUCTURAL_VIOLATION: `size` has something other than a whole number".to_owned());
            }
            self.close(kind)?;
            self.pay(0)?;
            sizes.push(size.unwrap_or(0));
        }
        Ok(Some(sizes))
    }

    /// The roles, unless it is a dimension of this name, whose category is handed back.
    fn role(&mut self, draft: &mut Draft) -> Result<Option<CategoryDraft>, DecodeError> {
        self.lexer.next()?;
        let mut dimension = None;
        while let Some(role) = self.key()? {
            match self.lexer.peek()? {
                Kind::Object if role == "category" => dimension = self.category(draft)?,
                Kind::Array => {
                    if let Some(members) = self.texts("`role`", draft)? {
                        draft.roles.push((role, members));
                    }
                }
                _ => self.lexer.skip()?,
            }
        }
        Ok(dimension)
    }

    fn dimensions(&mut self, draft: &mut Draft) -> Result<(), DecodeError> {
        self.lexer.next()?;
        let mut dimensions: Vec<DimensionDraft> = Vec::new();
        while let Some(id) = self.key()? {
            let kind = self.lexer.peek()?;
            let at = self.lexer.position();
            match (id.as_str(), kind) {
                // Version 1.0 has these beside the dimensions; a list or a number is no dimension.
                ("id", Kind::Array) => draft.id = self.texts("`dimension.id`", draft)?,
                ("size", Kind::Array) => draft.size = self.sizes(draft)?,
                ("role", Kind::Object) => {
                    if let Some(category) = self.role(draft)? {
                        dimensions.push(DimensionDraft { id, at, label: None, category: Some(category) });
                    }
                }
                (_, Kind::Object) => {
                    self.pay(id.len() + OBJECT_COST)?;
                    let dimension = self.dimension(id, at, draft)?;
                    dimensions.push(dimension);
                }
                _ => self.lexer.skip()?,
            }
        }
        draft.dimensions = Some(dimensions);
        Ok(())
    }

    fn dimension(&mut self, id: String, at: Position, draft: &mut Draft) -> Result<DimensionDraft, DecodeError> {
        self.lexer.next()?;
        let mut dimension = DimensionDraft { id, at, label: None, category: None };
        while let Some(key) = self.key()? {
            match key.as_str() {
                "label" => dimension.label = self.text()?,
                "category" if self.lexer.peek()? == Kind::Object => dimension.category = self.category(draft)?,
                _ => self.lexer.skip()?,
            }
        }
        Ok(dimension)
    }

    fn category(&mut self, draft: &mut Draft) -> Result<Option<CategoryDraft>, DecodeError> {
        self.lexer.next()?;
        let mut category = CategoryDraft::default();
        while let Some(key) = self.key()? {
            match key.as_str() {
                "index" => category.index = self.index(draft)?,
                "label" => {
                    let (keys, values) = (&mut category.labels.keys, &mut category.labels.values);
                    self.keyed("`label`", keys, draft, |walk, _| {
                        values.push(&walk.text()?.unwrap_or_default());
                        Ok(())
                    })?;
                }
                "child" => {
                    let (keys, values) = (&mut category.child.keys, &mut category.child.values);
                    self.keyed("`child`", keys, draft, |walk, draft| {
                        walk.pay(ENTRY_COST)?;
                        values.push(walk.texts("`child`", draft)?.unwrap_or_default());
                        Ok(())
                    })?;
                }
                "unit" => {
                    let (keys, values) = (&mut category.units.keys, &mut category.units.values);
                    self.keyed("`unit`", keys, draft, |walk, draft| {
                        walk.pay(ENTRY_COST)?;
                        values.push(walk.unit(draft)?);
                        Ok(())
                    })?;
                }
                "coordinates" => self.keyed("`coordinates`", &mut category.coordinates.keys, draft, |walk, _| walk.lexer.skip())?,
                "note" => self.keyed("`note`", &mut category.notes.keys, draft, |walk, _| walk.lexer.skip())?,
                _ => self.lexer.skip()?,
            }
        }
        Ok(Some(category))
    }

    /// The members of an object whose keys are categories.
    fn keyed(
        &mut self,
        what: &str,
        keys: &mut TextList,
        draft: &mut Draft,
        mut value: impl FnMut(&mut Self, &mut Draft) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        if !self.enter(Kind::Object, what, draft)? {
            return Ok(());
        }
        while let Event::Key(key) = self.lexer.next()? {
            keys.push(key);
            let length = key.len();
            self.pay(length)?;
            value(self, draft)?;
        }
        Ok(())
    }

    fn index(&mut self, draft: &mut Draft) -> Result<Index, DecodeError> {
        match self.lexer.peek()? {
            Kind::Array => Ok(self.texts("`index`", draft)?.map_or(Index::Absent, Index::Array)),
            Kind::Object => {
                let (mut ids, mut positions) = (TextList::default(), Vec::new());
                self.keyed("`index`", &mut ids, draft, |walk, draft| {
                    let kind = walk.lexer.peek()?;
                    let position = match walk.lexer.next()? {
                        Event::Number(text) => text.parse().ok(),
                        _ => None,
                    };
                    if position.is_none() {
                        let problem = || "INDEX_POSITIONS_INVALID: a position in `index` is no whole number".to_owned();
                        complain(draft, &walk.lexer, problem);
                    }
                    walk.close(kind)?;
                    positions.push(position.unwrap_or(0));
                    Ok(())
                })?;
                Ok(Index::Object(ids, positions))
            }
            _ => self.enter(Kind::Array, "`index`", draft).map(|_| Index::Absent),
        }
    }

    fn unit(&mut self, draft: &mut Draft) -> Result<Unit, DecodeError> {
        let mut unit = Unit::default();
        if self.enter(Kind::Object, "`unit`", draft)? {
            while let Some(key) = self.key()? {
                match key.as_str() {
                    "label" => unit.label = self.text()?,
                    "symbol" => unit.symbol = self.text()?,
                    "decimals" => unit.decimals = self.text()?,
                    _ => self.lexer.skip()?,
                }
            }
        }
        Ok(unit)
    }

    /// The items of a collection: data sets, other collections, or links to them.
    fn link(&mut self, draft: &mut Draft) -> Result<(), DecodeError> {
        self.lexer.next()?;
        while let Some(relation) = self.key()? {
            if relation != "item" || self.lexer.peek()? != Kind::Array {
                self.lexer.skip()?;
                continue;
            }
            self.lexer.next()?;
            let mut items = 0;
            while let Some(kind) = self.element()? {
                if kind == Kind::Object {
                    self.object(format!("{}/link/item/{items}", draft.pointer), Level::Item)?;
                } else {
                    self.lexer.skip()?;
                }
                items += 1;
            }
            draft.items = Some(items);
        }
        Ok(())
    }
}

/// Keeps the first problem of an object.
fn complain<R: Read>(draft: &mut Draft, lexer: &Lexer<R>, problem: impl FnOnce() -> String) {
    if draft.problem.is_none() {
        draft.problem = Some(DecodeError::Malformed { place: structure::place(&draft.pointer), at: lexer.position(), problem: problem() });
    }
}
