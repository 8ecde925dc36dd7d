//! The first pass over a body: what its envelope says, what its rows look like, and that it is whole.

use super::arrays::Arrays;
use super::columns::Columns;
use super::form::{JsonForm, Shape};
use super::lexer::{Event, Kind, MAX_TOKEN};
use super::objects::{MAX_COLUMNS, Objects};
use super::pointer::{Found, Pointer, Reader, Taken, Visit, walk};
use super::{PLACE, lex, text, too_many_rows};
use crate::answer::value::Said;
use crate::answer::{document, value};
use crate::batch::Column;
use crate::error::DecodeError;
use crate::header::{canonical, fold};
use crate::position::Position;
use crate::source::Source;
use crate::table::Table;

/// The rows at one pointer.
pub(super) struct Rows<'f> {
    shape: Shaped<'f>,
    /// The ordinal of the row that was read last, over all places that the pointer names.
    row: u32,
    /// How many of them are rows and no header.
    pub(super) count: u32,
    /// Whether there was a place for rows, be it an empty one.
    found: bool,
}

enum Shaped<'f> {
    Objects(Objects<'f>),
    Arrays(Arrays<'f>),
    Columns(Columns<'f>),
}

impl<'f> Rows<'f> {
    fn new(form: &'f JsonForm) -> Self {
        let shape = match form.shape {
            Shape::Objects => Shaped::Objects(Objects::new(form)),
            Shape::Arrays => Shaped::Arrays(Arrays::new(form)),
            Shape::Columns => Shaped::Columns(Columns::new(form)),
        };
        Self { shape, row: 0, count: 0, found: false }
    }

    /// The columns of the table, by the names of the form.
    pub(super) fn columns(&mut self, form: &JsonForm) -> Vec<Column> {
        let all: Vec<(String, bool)> = match &mut self.shape {
            Shaped::Objects(objects) => objects.columns().iter().map(|name| (name.clone(), true)).collect(),
            Shaped::Arrays(arrays) => arrays.columns(),
            Shaped::Columns(columns) => columns.names().map(|name| (name.clone(), true)).collect(),
        };
        let column = |(name, position): (String, u32)| {
            let canonical = canonical(&form.columns, &fold(&name)).map(str::to_owned);
            Column::cell(canonical.unwrap_or(name), position)
        };
        all.into_iter().zip(1..).filter(|((_, read), _)| *read).map(|((name, _), position)| column((name, position))).collect()
    }

    /// The second pass: hands the rows to the table.
    pub(super) fn read(&mut self, source: &dyn Source, form: &JsonForm, pointer: &str, table: &mut Table<'_>) -> Result<(), DecodeError> {
        if let Shaped::Columns(columns) = &self.shape {
            return columns.read(source, table);
        }
        self.row = 0;
        walk(&mut lex(source, form)?, form.lines, &[Pointer::parse(pointer)], &mut Second { rows: self, table })
    }

    /// Takes what the pointer names, if it is of the shape of rows.
    fn take(&mut self, found: Found, lexer: &mut Reader<'_>, mut table: Option<&mut Table<'_>>) -> Result<Taken, DecodeError> {
        match (found.kind(), &mut self.shape) {
            (Kind::Null, _) => lexer.skip()?,
            (Kind::Object, Shaped::Columns(columns)) if !self.found => {
                columns.find(lexer)?;
                self.count = columns.rows();
            }
            (Kind::Array, Shaped::Objects(_) | Shaped::Arrays(_)) => {
                if found != Found::Lines {
                    lexer.next()?;
                }
                loop {
                    let kind = lexer.peek()?;
                    if matches!(kind, Kind::Close | Kind::End) {
                        break;
                    }
                    self.one(lexer, kind, table.as_deref_mut())?;
                }
                if let (Shaped::Objects(objects), None) = (&mut self.shape, &table) {
                    objects.end();
                }
                if found != Found::Lines {
                    lexer.next()?;
                }
            }
            _ => return Ok(Taken::No),
        }
        self.found = true;
        Ok(Taken::Yes)
    }

    /// The publisher's answer in place of a row, where a service failed before it sent any, or after it had sent some. Between rows there is
    /// none: an answer ends what is sent.
    pub(super) fn answer(&self, source: &dyn Source, form: &JsonForm, pointer: &str) -> Result<Option<DecodeError>, DecodeError> {
        let Shaped::Objects(objects) = &self.shape else { return Ok(None) };
        let opening = objects.opening().then_some((1, document::first as fn(&str) -> Option<Said>));
        for (row, read) in opening.into_iter().chain(objects.closing().iter().map(|row| (*row, document::row as _))) {
            let mut raw = RawRow { wanted: row, row: 0, raw: None };
            walk(&mut lex(source, form)?, form.lines, &[Pointer::parse(pointer)], &mut raw)?;
            if let Some((raw, at)) = raw.raw
                && let Some(said) = read(&raw)
            {
                return Ok(Some(said.in_row(row, at)));
            }
        }
        Ok(None)
    }

    fn one(&mut self, lexer: &mut Reader<'_>, kind: Kind, table: Option<&mut Table<'_>>) -> Result<(), DecodeError> {
        self.row = self.row.checked_add(1).ok_or_else(|| too_many_rows(self.row))?;
        let learning = table.is_none();
        let is_row = match &mut self.shape {
            Shaped::Objects(objects) => objects.row(lexer, kind, self.row, table).map(|()| true)?,
            Shaped::Arrays(_) if kind == Kind::Object && self.row > 1 => {
                let (at, mut raw) = (lexer.position(), String::new());
                let said = lexer.capture(&mut raw).ok().and_then(|()| document::row(&raw));
                let is_no_array = DecodeError::RowNotObject { row: self.row, at, found: kind.name(), expected: "an array" };
                return Err(said.map_or(is_no_array, |said| said.in_row(self.row, at)));
            }
            Shaped::Arrays(arrays) => arrays.row(lexer, kind, self.row, table)?,
            Shaped::Columns(_) => false,
        };
        self.count += u32::from(is_row && learning);
        Ok(())
    }
}

struct Second<'s, 'f, 't> {
    rows: &'s mut Rows<'f>,
    table: &'s mut Table<'t>,
}

impl Visit for Second<'_, '_, '_> {
    fn visit(&mut self, _: &[usize], found: Found, lexer: &mut Reader<'_>) -> Result<Taken, DecodeError> {
        self.rows.take(found, lexer, Some(self.table))
    }
}

/// Looks for the raw text of one row, and where it begins.
struct RawRow {
    wanted: u32,
    row: u32,
    raw: Option<(String, Position)>,
}

impl Visit for RawRow {
    fn visit(&mut self, _: &[usize], found: Found, lexer: &mut Reader<'_>) -> Result<Taken, DecodeError> {
        if found.kind() != Kind::Array {
            return Ok(Taken::No);
        }
        if found != Found::Lines {
            lexer.next()?;
        }
        while !matches!(lexer.peek()?, Kind::Close | Kind::End) {
            self.row = self.row.saturating_add(1);
            if self.row == self.wanted {
                let (at, mut raw) = (lexer.position(), String::new());
                lexer.capture_within(MAX_TOKEN, &mut raw)?;
                self.raw = Some((raw, at));
            } else {
                lexer.skip()?;
            }
        }
        if found != Found::Lines {
            lexer.next()?;
        }
        Ok(Taken::Yes)
    }
}

/// What the first pass found.
pub(super) struct Survey<'f> {
    /// The rows under each pointer of the form.
    rows: Vec<Rows<'f>>,
    /// The raw text at each error pointer.
    pub(super) errors: Vec<Option<String>>,
    /// The raw text of each fact.
    pub(super) facts: Vec<Option<String>>,
    /// The column names that stand elsewhere.
    names: Vec<String>,
}

impl<'f> Survey<'f> {
    /// Reads the whole body.
    pub(super) fn of(source: &dyn Source, form: &'f JsonForm) -> Result<Self, DecodeError> {
        let mut survey = Self {
            rows: form.rows.iter().map(|_| Rows::new(form)).collect(),
            errors: vec![None; form.error.len()],
            facts: vec![None; form.facts.len()],
            names: Vec::new(),
        };
        let rows: Vec<Pointer> = form.rows.iter().map(Pointer::parse).collect();
        let texts = form.error.iter().chain(form.facts.values()).chain(&form.names).map(|pointer| Pointer::parse(pointer));
        let mut pointers = rows.clone();
        pointers.extend(texts);
        let (_, texts) = pointers.split_at(rows.len());
        // Rows are read as they pass: what stands within them needs a pass of its own.
        if pointers.iter().any(|inner| rows.iter().any(|outer| inner.leads_into(outer))) {
            survey.pass(source, form, rows.len(), texts)?;
            for (which, pointer) in rows.iter().enumerate() {
                survey.pass(source, form, which, std::slice::from_ref(pointer))?;
                if survey.rows.get(which).is_some_and(|rows| rows.found) {
                    break;
                }
            }
        } else {
            survey.pass(source, form, 0, &pointers)?;
        }
        Ok(survey)
    }

    /// Looks for some of the pointers, of which the first is the `first` of all.
    fn pass(&mut self, source: &dyn Source, form: &JsonForm, first: usize, pointers: &[Pointer]) -> Result<(), DecodeError> {
        walk(&mut lex(source, form)?, form.lines, pointers, &mut First { survey: self, first })
    }

    /// The rows under the first pointer that names some, and the pointer.
    pub(super) fn chosen(self, source: &dyn Source, form: &'f JsonForm) -> Result<(Rows<'f>, &'f str), DecodeError> {
        let Some((mut rows, pointer)) = self.rows.into_iter().zip(form.rows.iter()).find(|(rows, _)| rows.found) else {
            return Err(document::of(source).unwrap_or_else(|| missing(source, form)));
        };
        if let (Shaped::Arrays(arrays), Some(pointer)) = (&mut rows.shape, &form.names) {
            if self.names.is_empty() && rows.count > 0 {
                let problem = format!("no column names stand at \"{pointer}\"");
                return Err(DecodeError::Header { place: PLACE.to_owned(), at: Position::Row(1), problem });
            }
            arrays.named(self.names);
        }
        Ok((rows, pointer))
    }

    fn text(&mut self, which: usize, raw: &str) -> Result<(), DecodeError> {
        let errors = self.errors.len();
        let mut places = self.errors.iter_mut().chain(&mut self.facts);
        match places.nth(which) {
            // A pointer to the errors of several pages finds many that say nothing before one that does.
            Some(place) if which < errors && place.is_some() => {
                if value::read("", raw).is_some() && place.as_deref().and_then(|raw| value::read("", raw)).is_none() {
                    *place = Some(raw.to_owned());
                }
            }
            Some(place) => {
                place.get_or_insert_with(|| raw.to_owned());
            }
            None if self.names.len() < MAX_COLUMNS => self.names.push(text(raw)),
            None => return Err(DecodeError::TooComplex { row: 1, problem: "column names", cap: MAX_COLUMNS }),
        }
        Ok(())
    }
}

/// The first pass, or a part of it: its pointers are some of all, from the `first` on.
struct First<'s, 'f> {
    survey: &'s mut Survey<'f>,
    first: usize,
}

impl Visit for First<'_, '_> {
    fn visit(&mut self, pointers: &[usize], found: Found, lexer: &mut Reader<'_>) -> Result<Taken, DecodeError> {
        let count = self.survey.rows.len();
        let pointers = pointers.iter().map(|pointer| pointer + self.first);
        for pointer in pointers.clone() {
            if let Some(rows) = self.survey.rows.get_mut(pointer)
                && let taken @ (Taken::Yes | Taken::Raw(_)) = rows.take(found, lexer, None)?
            {
                return Ok(taken);
            }
        }
        let texts: Vec<usize> = pointers.filter_map(|pointer| pointer.checked_sub(count)).collect();
        if texts.is_empty() || found == Found::Lines {
            return Ok(Taken::No);
        }
        let mut raw = String::new();
        lexer.capture(&mut raw)?;
        for which in texts {
            self.survey.text(which, &raw)?;
        }
        Ok(Taken::Raw(raw))
    }
}

/// The error for a body without rows: what stands where they should be, or around it.
fn missing(source: &dyn Source, form: &JsonForm) -> DecodeError {
    let pointer = form.rows.iter().collect::<Vec<_>>().join("\" or \"");
    let first = form.rows.iter().next().unwrap_or_default();
    let found = describe(source, form, first).unwrap_or_else(|error| error.to_string());
    DecodeError::RowsMissing { pointer, found }
}

/// How many keys are listed.
const LISTED: usize = 20;

/// What stands at a pointer.
struct Describe {
    kind: Option<Kind>,
    keys: Vec<String>,
}

impl Visit for Describe {
    fn visit(&mut self, _: &[usize], found: Found, lexer: &mut Reader<'_>) -> Result<Taken, DecodeError> {
        if self.kind.is_some() || found == Found::Lines {
            return Ok(Taken::No);
        }
        self.kind = Some(found.kind());
        if found.kind() != Kind::Object {
            return Ok(Taken::No);
        }
        lexer.next()?;
        while let Event::Key(key) = lexer.next()? {
            if self.keys.len() < LISTED {
                self.keys.push(key.to_owned());
            }
            lexer.skip()?;
        }
        Ok(Taken::Yes)
    }
}

fn describe(source: &dyn Source, form: &JsonForm, pointer: &str) -> Result<String, DecodeError> {
    let look = |pointer: &str| {
        let mut described = Describe { kind: None, keys: Vec::new() };
        walk(&mut lex(source, form)?, form.lines, &[Pointer::parse(pointer)], &mut described).map(|()| described)
    };
    if let Some(kind) = look(pointer)?.kind {
        return Ok(kind.name().to_owned());
    }
    let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    Ok(match look(parent)? {
        Describe { kind: None, .. } => format!("nothing at \"{parent}\" either"),
        Describe { keys, .. } if !keys.is_empty() => format!("only {}", keys.join(", ")),
        Describe { kind: Some(kind), .. } => format!("{kind} without it"),
    })
}
