//! The status of every cell, in whichever of the three forms it stands.

use std::collections::HashMap;
use std::io::Read;

use super::draft::Place;
use super::structure::malformed;
use crate::error::DecodeError;
use crate::json::lexer::{Event, Kind, Lexer};
use crate::source::{Source, open};

/// How many statuses are kept so that they can be looked up in any order: 8 bytes each, 32 MiB in all.
pub(super) const LISTED: usize = 4 << 20;
/// How long the distinct statuses may be together, in bytes.
const DISTINCT_BYTES: usize = 1 << 20;

type Reader<'s> = Box<dyn Read + Send + 's>;

/// The statuses of a data set.
pub(super) enum Status<'s> {
    /// There is none.
    None,
    /// One text for every cell that has a value.
    Every(String),
    /// Kept, and found for cells in any order.
    Listed(Listed),
    /// Read beside the values, whose cells must come in ascending order.
    Streamed(Box<Stream<'s>>),
}

/// What must be known of a data set to read its statuses.
#[derive(Clone, Copy)]
pub(super) struct Cube<'a> {
    /// How errors call the data set.
    pub(super) place: &'a str,
    pub(super) cells: u64,
    /// Whether every cell has its place in `value`, so that cells come in ascending order.
    pub(super) dense: bool,
    /// How many statuses may be listed.
    pub(super) listed: usize,
}

impl<'s> Status<'s> {
    pub(super) fn open(source: &'s dyn Source, at: Option<Place>, cube: Cube<'_>) -> Result<Self, DecodeError> {
        let Some(at) = at else { return Ok(Self::None) };
        let mut stream = Stream::open(source, at, cube)?;
        if at.kind == Kind::Text {
            return stream.only().map(Self::Every);
        }
        if at.kind == Kind::Array {
            if let Some(one) = Stream::open(source, at, cube)?.one()? {
                return Ok(one);
            }
            if cube.dense {
                return Ok(Self::Streamed(Box::new(stream)));
            }
        }
        match Listed::read(&mut stream, cube.listed)? {
            Some(listed) if listed.entries.is_empty() => Ok(Self::None),
            Some(listed) => Ok(Self::Listed(listed)),
            None => Ok(Self::Streamed(Box::new(Stream::open(source, at, cube)?))),
        }
    }

    /// The status of a cell.
    pub(super) fn at(&mut self, position: u64, has_value: bool) -> Result<Option<&str>, DecodeError> {
        match self {
            Self::None => Ok(None),
            Self::Every(text) => Ok(has_value.then_some(text.as_str())),
            Self::Listed(listed) => Ok(listed.at(position)),
            Self::Streamed(stream) => stream.at(position),
        }
    }

    /// A cell before `position` whose status was not asked for: it is not in a sparse `value`.
    pub(super) fn passed(&mut self, position: u64) -> Result<Option<(u64, &str)>, DecodeError> {
        match self {
            Self::Streamed(stream) => stream.passed(position),
            _ => Ok(None),
        }
    }

    /// The next cell of those whose status was not asked for, once `value` has come to its end.
    pub(super) fn left(&mut self) -> Result<Option<(u64, &str)>, DecodeError> {
        match self {
            Self::Listed(listed) => Ok(listed.left()),
            Self::Streamed(stream) => stream.passed(u64::MAX),
            Self::None | Self::Every(_) => Ok(None),
        }
    }
}

/// Statuses that are kept.
pub(super) struct Listed {
    /// Positions with the key of their text, in ascending order. A cell is below 2³², as rows are counted in 32 bits.
    entries: Vec<(u32, u32)>,
    texts: Vec<String>,
    /// The entry after the one that was found last: keys come in runs, even where the runs are in no order.
    next: usize,
    /// The entry up to which [`Listed::left`] has come.
    left: usize,
}

/// Marks an entry that was asked for.
const TAKEN: u32 = 1 << 31;

impl Listed {
    /// None where there are too many.
    fn read(stream: &mut Stream<'_>, cap: usize) -> Result<Option<Self>, DecodeError> {
        let mut listed = Self { entries: Vec::new(), texts: Vec::new(), next: 0, left: 0 };
        let mut keys: HashMap<String, u32> = HashMap::new();
        let mut bytes = 0;
        while let Some(position) = stream.advance()? {
            let Some(text) = stream.text() else { continue };
            let position = u32::try_from(position).map_err(|_| stream.out_of_range(&position.to_string()))?;
            let key = if let Some(key) = keys.get(text) {
                *key
            } else {
                bytes += text.len() + 64;
                if bytes > DISTINCT_BYTES {
                    return Err(stream.too_long("distinct statuses", DISTINCT_BYTES));
                }
                let key = listed.texts.len() as u32;
                listed.texts.push(text.to_owned());
                keys.insert(text.to_owned(), key);
                key
            };
            if listed.entries.len() == cap {
                return Ok(None);
            }
            listed.entries.push((position, key));
        }
        listed.entries.sort_unstable();
        let twice = listed.entries.windows(2).find_map(|pair| match pair {
            [first, second] if first.0 == second.0 => Some(first.0),
            _ => None,
        });
        match twice {
            Some(position) => Err(DecodeError::DuplicateKey { key: format!("status/{position}"), at: stream.start.at }),
            None => Ok(Some(listed)),
        }
    }

    fn at(&mut self, position: u64) -> Option<&str> {
        let position = u32::try_from(position).ok()?;
        let stands = |index: usize| self.entries.get(index).map(|entry| entry.0);
        if stands(self.next) != Some(position) {
            let after = stands(self.next).is_none_or(|next| position < next);
            let before = self.next.checked_sub(1).and_then(stands).is_none_or(|last| last < position);
            if after && before {
                return None;
            }
            self.next = self.entries.partition_point(|entry| entry.0 < position);
        }
        let entry = self.entries.get_mut(self.next).filter(|entry| entry.0 == position)?;
        self.next += 1;
        let key = entry.1 & !TAKEN;
        entry.1 |= TAKEN;
        self.texts.get(key as usize).map(String::as_str)
    }

    fn left(&mut self) -> Option<(u64, &str)> {
        loop {
            let (position, key) = *self.entries.get(self.left)?;
            self.left += 1;
            if key & TAKEN == 0 {
                return Some((u64::from(position), self.texts.get(key as usize)?));
            }
        }
    }
}

/// A cursor over an array or object of statuses.
pub(super) struct Stream<'s> {
    lexer: Lexer<Reader<'s>>,
    start: Place,
    place: String,
    cells: u64,
    listed: usize,
    /// How many elements of an array were read.
    count: u64,
    /// The position that was read last, and whether its status was asked for.
    ahead: Option<u64>,
    taken: bool,
    text: String,
    absent: bool,
    ended: bool,
}

impl<'s> Stream<'s> {
    fn open(source: &'s dyn Source, start: Place, cube: Cube<'_>) -> Result<Self, DecodeError> {
        let place = cube.place.to_owned();
        let reader = open(source, &place, start.offset.byte())?;
        let mut lexer = Lexer::resume(reader, cube.place, start.offset);
        if start.kind != Kind::Text {
            lexer.next()?;
        }
        let (cells, listed) = (cube.cells, cube.listed);
        Ok(Self {
            lexer,
            start,
            place,
            cells,
            listed,
            count: 0,
            ahead: None,
            taken: false,
            text: String::new(),
            absent: false,
            ended: false,
        })
    }

    /// The text of a status that is one for all.
    fn only(&mut self) -> Result<String, DecodeError> {
        self.value()?;
        Ok(std::mem::take(&mut self.text))
    }

    /// The element of an array that has one for more cells than one: it stands for all of them.
    fn one(mut self) -> Result<Option<Status<'s>>, DecodeError> {
        if self.cells == 1 || self.lexer.peek()? == Kind::Close {
            return Ok(None);
        }
        self.value()?;
        let alone = self.lexer.peek()? == Kind::Close;
        Ok(alone.then_some(if self.absent { Status::None } else { Status::Every(self.text) }))
    }

    /// Moves to the next status and says of which cell it is.
    fn advance(&mut self) -> Result<Option<u64>, DecodeError> {
        if self.ended {
            return Ok(None);
        }
        let position = if self.start.kind == Kind::Array { self.element()? } else { self.key()? };
        match position {
            Some(_) => self.value()?,
            None => self.ended = true,
        }
        Ok(position)
    }

    fn element(&mut self) -> Result<Option<u64>, DecodeError> {
        let close = self.lexer.peek()? == Kind::Close;
        if close != (self.count == self.cells) {
            let mut found = self.count;
            while self.lexer.peek()? != Kind::Close {
                self.lexer.skip()?;
                found += 1;
            }
            let problem = format!("`status` has {found} elements for {} cells", self.cells);
            return Err(malformed(&self.place, self.start.at, "STATUS_LEN_MISMATCH", problem));
        }
        let position = self.count;
        self.count += 1;
        Ok((!close).then_some(position))
    }

    fn key(&mut self) -> Result<Option<u64>, DecodeError> {
        let Event::Key(key) = self.lexer.next()? else { return Ok(None) };
        if let Some(position) = cell(key, self.cells) {
            return Ok(Some(position));
        }
        let key = key.to_owned();
        Err(self.out_of_range(&key))
    }

    fn value(&mut self) -> Result<(), DecodeError> {
        self.text.clear();
        self.absent = false;
        match self.lexer.next()? {
            Event::Text(text) | Event::Number(text) => self.text.push_str(text),
            Event::Null => self.absent = true,
            _ => {
                let problem = "a status is neither a text nor null";
                return Err(malformed(&self.place, self.lexer.position(), "STRUCTURAL_VIOLATION", problem));
            }
        }
        Ok(())
    }

    fn text(&self) -> Option<&str> {
        (!self.absent).then_some(self.text.as_str())
    }

    /// Reads on, up to `position` at least.
    fn catch_up(&mut self) -> Result<(), DecodeError> {
        let last = self.ahead;
        self.ahead = self.advance()?;
        self.taken = false;
        if let (Some(last), Some(ahead)) = (last, self.ahead)
            && ahead <= last
        {
            return Err(self.too_long("statuses out of order", self.listed.saturating_mul(8)));
        }
        Ok(())
    }

    fn load(&mut self) -> Result<(), DecodeError> {
        if self.ahead.is_none() && !self.ended { self.catch_up() } else { Ok(()) }
    }

    fn at(&mut self, position: u64) -> Result<Option<&str>, DecodeError> {
        self.load()?;
        while self.ahead.is_some_and(|ahead| ahead < position) {
            self.catch_up()?;
        }
        if self.ahead != Some(position) {
            return Ok(None);
        }
        self.taken = true;
        Ok(self.text())
    }

    fn passed(&mut self, position: u64) -> Result<Option<(u64, &str)>, DecodeError> {
        self.load()?;
        while let Some(ahead) = self.ahead.filter(|ahead| *ahead < position) {
            if !self.taken && !self.absent {
                self.taken = true;
                return Ok(Some((ahead, self.text.as_str())));
            }
            self.catch_up()?;
        }
        Ok(None)
    }

    fn out_of_range(&self, key: &str) -> DecodeError {
        let problem = format!("`status` has key \"{key}\", the cells are {}", range(self.cells));
        malformed(&self.place, self.lexer.position(), "STATUS_KEY_OUT_OF_RANGE", problem)
    }

    fn too_long(&self, what: &'static str, cap: usize) -> DecodeError {
        DecodeError::TooLong { place: self.place.clone(), at: self.lexer.position(), what, cap }
    }
}

/// The position that a key of a sparse object stands for; none unless it is written as JSON writes a whole number, and within the cube.
pub(super) fn cell(key: &str, cells: u64) -> Option<u64> {
    let canonical = key == "0" || (key.bytes().all(|byte| byte.is_ascii_digit()) && !key.starts_with('0'));
    key.parse().ok().filter(|position| canonical && *position < cells)
}

/// The positions of a cube, for error messages.
pub(super) fn range(cells: u64) -> String {
    cells.checked_sub(1).map_or_else(|| "none".to_owned(), |last| format!("0 to {last}"))
}
