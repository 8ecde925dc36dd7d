//! Strict reading of the TOML files: tables of keys whose meaning is checked here, so that every complaint names file and line.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::error::AreasError;

/// A file as tables.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    lines: Lines<'a>,
    tables: DeTable<'a>,
}

/// Which line a place of the text is on.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    path: &'a Path,
    /// Where each line starts.
    starts: Vec<usize>,
}

/// One table of a file, and where its name stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Section<'d> {
    lines: &'d Lines<'d>,
    pub(crate) name: &'d str,
    pub(crate) at: usize,
    table: &'d DeTable<'d>,
}

/// A key or item with its value, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'d> {
    lines: &'d Lines<'d>,
    pub(crate) key: &'d str,
    pub(crate) at: usize,
    value: &'d DeValue<'d>,
}

impl<'a> Document<'a> {
    /// Reads the text of a file that consists of tables.
    pub(crate) fn read(path: &'a Path, text: &'a str) -> Result<Self, AreasError> {
        let lines = Lines::new(path, text);
        match DeTable::parse(text) {
            Ok(tables) => Ok(Self { lines, tables: tables.into_inner() }),
            Err(source) => Err(lines.refuse(source)),
        }
    }

    /// The tables in the order of the file.
    pub(crate) fn sections<'d>(&'d self) -> impl Iterator<Item = Result<Section<'d>, AreasError>>
    where
        'a: 'd,
    {
        self.tables.iter().map(|(name, value)| {
            let (at, name) = (name.span().start, name.get_ref().as_ref());
            match value.get_ref() {
                DeValue::Table(table) => Ok(Section { lines: &self.lines, name, at, table }),
                _ => Err(self.lines.wrong(at, "key", name, "in a table such as [name]")),
            }
        })
    }
}

impl<'a> Lines<'a> {
    pub(crate) fn new(path: &'a Path, text: &str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path, starts }
    }

    /// The line of a place, from 1.
    pub(crate) fn line(&self, at: usize) -> u64 {
        self.starts.partition_point(|start| *start <= at) as u64
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.path.to_owned()
    }

    /// The complaint about a text that is no TOML, or none of this shape.
    pub(crate) fn refuse(&self, source: toml::de::Error) -> AreasError {
        let line = source.span().map_or(0, |span| self.line(span.start));
        AreasError::Declaration { path: self.path(), line, source }
    }

    /// The complaint about a key or value.
    fn wrong(&self, at: usize, column: &'static str, value: &str, expected: &'static str) -> AreasError {
        AreasError::Field { path: self.path(), line: self.line(at), column, value: value.to_owned(), expected }
    }
}

impl<'d> Section<'d> {
    /// The keys in the order of the file.
    pub(crate) fn fields(self) -> impl Iterator<Item = Field<'d>> {
        fields(self.lines, self.table)
    }

    /// The line of the table's name.
    pub(crate) fn line(self) -> u64 {
        self.lines.line(self.at)
    }

    pub(crate) fn path(self) -> PathBuf {
        self.lines.path()
    }

    /// The complaint about the table as a whole.
    pub(crate) fn wrong(self, column: &'static str, expected: &'static str) -> AreasError {
        self.lines.wrong(self.at, column, self.name, expected)
    }
}

impl<'d> Field<'d> {
    /// The line of the key or item.
    pub(crate) fn line(self) -> u64 {
        self.lines.line(self.at)
    }

    pub(crate) fn path(self) -> PathBuf {
        self.lines.path()
    }

    /// The value where it is a text.
    pub(crate) fn as_text(self) -> Option<&'d str> {
        self.value.as_str()
    }

    /// The value, which must be a text that is not empty and has no white space at its ends.
    pub(crate) fn text(self, column: &'static str) -> Result<&'d str, AreasError> {
        match self.value.as_str() {
            None => Err(self.lines.wrong(self.at, "key", self.key, "a text in quotes")),
            Some(text) => self.trimmed(column, text),
        }
    }

    /// The text, which must not be empty and have no white space at its ends.
    pub(crate) fn trimmed(self, column: &'static str, text: &'d str) -> Result<&'d str, AreasError> {
        match text {
            "" => Err(self.wrong(column, text, "allowed to be empty")),
            _ if text.trim() != text => Err(self.wrong(column, text, "free of white space at its ends")),
            _ => Ok(text),
        }
    }

    /// The value, which must be a day.
    pub(crate) fn day(self) -> Result<Date, AreasError> {
        let day = self.value.as_datetime().filter(|value| value.time.is_none() && value.offset.is_none()).and_then(|value| value.date);
        let small = |number: u8| i8::try_from(number).ok();
        day.and_then(|day| Date::new(i16::try_from(day.year).ok()?, small(day.month)?, small(day.day)?).ok())
            .ok_or_else(|| self.lines.wrong(self.at, "key", self.key, "a day without quotes such as 1993-01-01"))
    }

    /// The items of the value, which must be a list.
    pub(crate) fn items(self) -> Result<impl Iterator<Item = Field<'d>>, AreasError> {
        let items = self.value.as_array().ok_or_else(|| self.lines.wrong(self.at, "key", self.key, "a list in brackets"))?;
        Ok(items.iter().map(move |item: &Spanned<DeValue<'_>>| Field {
            lines: self.lines,
            key: self.key,
            at: item.span().start,
            value: item.get_ref(),
        }))
    }

    /// The keys of the value where it is a table.
    pub(crate) fn as_table(self) -> Option<impl Iterator<Item = Field<'d>>> {
        self.value.as_table().map(|table| fields(self.lines, table))
    }

    /// The complaint about the value.
    pub(crate) fn wrong(self, column: &'static str, value: &str, expected: &'static str) -> AreasError {
        self.lines.wrong(self.at, column, value, expected)
    }

    /// The complaint about an id that does not exist or is of the wrong kind.
    pub(crate) fn unknown(self, column: &'static str, id: &str, expected: &'static str) -> AreasError {
        AreasError::Unknown { path: self.path(), line: self.line(), column, id: id.to_owned(), expected }
    }
}

fn fields<'d>(lines: &'d Lines<'d>, table: &'d DeTable<'d>) -> impl Iterator<Item = Field<'d>> {
    table.iter().map(move |(key, value)| Field { lines, key: key.get_ref().as_ref(), at: key.span().start, value: value.get_ref() })
}
