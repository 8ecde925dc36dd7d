//! Strict reading of the comma-separated files: the columns are known, every complaint names file and line.

use std::path::{Path, PathBuf};

use csv::{ReaderBuilder, StringRecord, Trim};
use jiff::civil::Date;

use crate::error::AreasError;

/// A file as rows.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    rows: Vec<Row<'a>>,
}

/// One line of a file.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    path: &'a Path,
    columns: Box<[&'static str]>,
    line: u64,
    record: StringRecord,
}

impl<'a> Table<'a> {
    /// Reads the text of a file whose first line must name these columns.
    pub(crate) fn read(path: &'a Path, text: &str, columns: &[&'static str]) -> Result<Self, AreasError> {
        let refuse =
            |source: csv::Error| AreasError::Csv { path: path.to_owned(), line: source.position().map_or(0, csv::Position::line), source };
        let mut reader = ReaderBuilder::new().trim(Trim::None).from_reader(text.as_bytes());
        let found = reader.headers().map_err(refuse)?;
        if found.iter().ne(columns.iter().copied()) {
            return Err(AreasError::Header {
                path: path.to_owned(),
                found: found.iter().collect::<Vec<_>>().join(","),
                expected: columns.join(","),
            });
        }
        let mut rows = Vec::new();
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).map_err(refuse)? {
            let line = record.position().map_or(0, csv::Position::line);
            let row = Row { path, columns: columns.into(), line, record: record.clone() };
            for (column, field) in row.record.iter().enumerate() {
                if field.trim() != field {
                    return Err(row.wrong(column, "free of white space at its ends"));
                }
            }
            rows.push(row);
        }
        Ok(Self { rows })
    }

    /// The lines after the first.
    pub(crate) fn rows(&self) -> &[Row<'a>] {
        &self.rows
    }
}

impl Row<'_> {
    /// The line in the file, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The file.
    pub(crate) fn path(&self) -> PathBuf {
        self.path.to_owned()
    }

    /// The name of a column.
    pub(crate) fn column(&self, column: usize) -> &'static str {
        self.columns[column]
    }

    /// The text of a field, empty where there is none.
    pub(crate) fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    /// The text of a field that must hold something.
    pub(crate) fn required(&self, column: usize) -> Result<&str, AreasError> {
        match self.text(column) {
            "" => Err(self.wrong(column, "allowed to be empty")),
            text => Ok(text),
        }
    }

    /// The text of a field, none where it is empty.
    pub(crate) fn optional(&self, column: usize) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The span of two fields: the first day, and the first day after.
    pub(crate) fn dates(&self, from: usize, to: usize) -> Result<(Option<Date>, Option<Date>), AreasError> {
        let day = |column: usize| match self.text(column) {
            "" => Ok(None),
            text => text.parse::<Date>().map(Some).map_err(|_| self.wrong(column, "a day such as 1993-01-01")),
        };
        let span = (day(from)?, day(to)?);
        if let (Some(first), Some(after)) = span
            && first >= after
        {
            return Err(self.wrong(to, "after the first day"));
        }
        Ok(span)
    }

    /// The complaint about a field.
    pub(crate) fn wrong(&self, column: usize, expected: &'static str) -> AreasError {
        let value = self.text(column).to_owned();
        AreasError::Field { path: self.path(), line: self.line, column: self.column(column), value, expected }
    }

    /// The complaint about something that stands twice.
    pub(crate) fn duplicate(&self, what: &'static str, value: &str, first: u64) -> AreasError {
        AreasError::Duplicate { path: self.path(), line: self.line, what, value: value.to_owned(), first: format!("line {first}") }
    }

    /// The complaint about an id that does not exist or is of the wrong kind.
    pub(crate) fn unknown(&self, column: usize, expected: &'static str) -> AreasError {
        let id = self.text(column).to_owned();
        AreasError::Unknown { path: self.path(), line: self.line, column: self.column(column), id, expected }
    }
}
