//! The one printer: data to standard output, as a table, JSON or CSV. A reader such as `head` that closes early is no error.
//!
//! Tables and lines are for a terminal, which obeys control characters: none of a publisher's gets there. JSON and CSV are data.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use comfy_table::{CellAlignment, Table, presets};
use paso_decode::printable;
use serde::Serialize;
use serde_json::{Map, Value};

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    Table,
    Json,
    Csv,
}

/// A cell of a printed table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    Number(f64),
    /// A whole number that may be a code or a year: no groups of three.
    Whole(i64),
    Count(u64),
    Flag(bool),
    Nothing,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A cell of whatever may be missing.
    pub(crate) fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.into()))
    }

    fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Whole(number) => number.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Nothing => String::new(),
        }
    }

    /// Thin groups of three in tables for people, and nothing that a terminal obeys; never in JSON or CSV.
    fn grouped(&self) -> String {
        match self {
            Self::Count(count) => {
                let digits = count.to_string();
                let mut grouped = String::new();
                for (index, digit) in digits.chars().enumerate() {
                    if index > 0 && (digits.len() - index).is_multiple_of(3) {
                        grouped.push(',');
                    }
                    grouped.push(digit);
                }
                grouped
            }
            Self::Text(text) => for_people(text).into_owned(),
            _ => self.plain(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Number(number) => serde_json::Number::from_f64(*number).map_or(Value::Null, Value::Number),
            Self::Whole(number) => Value::from(*number),
            Self::Count(count) => Value::from(*count),
            Self::Flag(flag) => Value::from(*flag),
            Self::Nothing => Value::Null,
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Whole(_) | Self::Count(_))
    }
}

/// Rows under headings.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Rows {
    pub(crate) headings: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Rows {
    pub(crate) fn new(headings: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { headings: headings.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// As a table for people.
    pub(crate) fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_BORDERS_ONLY).set_header(self.headings.iter().map(|heading| for_people(heading)));
        for row in &self.rows {
            table.add_row(row.iter().map(Cell::grouped));
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            let numbers = self.rows.iter().filter_map(|row| row.get(index)).filter(|cell| **cell != Cell::Nothing);
            if self.rows.iter().any(|row| row.get(index).is_some_and(Cell::is_number)) && numbers.clone().all(Cell::is_number) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.to_string()
    }

    fn csv(&self, writer: &mut csv::Writer<impl Write>) -> csv::Result<()> {
        writer.write_record(&self.headings)?;
        self.rows.iter().try_for_each(|row| writer.write_record(row.iter().map(Cell::plain)))
    }

    fn json(&self) -> Value {
        let object = |row: &Vec<Cell>| self.headings.iter().cloned().zip(row.iter().map(Cell::json)).collect::<Map<_, _>>();
        self.rows.iter().map(|row| Value::Object(object(row))).collect()
    }
}

/// Prints results.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    output: Output,
}

impl Printer {
    pub(crate) fn new(output: Output) -> Self {
        Self { output }
    }

    pub(crate) fn output(self) -> Output {
        self.output
    }

    /// Prints rows in the chosen form.
    pub(crate) fn rows(self, rows: &Rows) -> io::Result<()> {
        match self.output {
            Output::Table => Self::text(&rows.table()),
            Output::Json => Self::json(&rows.json()),
            Output::Csv => {
                let mut writer = csv::Writer::from_writer(io::stdout().lock());
                unless_closed(rows.csv(&mut writer).map_err(plain))?;
                unless_closed(writer.flush())
            }
        }
    }

    /// Prints a value as JSON.
    pub(crate) fn json(value: &impl Serialize) -> io::Result<()> {
        let mut out = io::stdout().lock();
        unless_closed(serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from))?;
        unless_closed(out.write_all(b"\n"))
    }

    /// Prints text for people.
    pub(crate) fn text(text: &str) -> io::Result<()> {
        Self::verbatim(&for_people(text))
    }

    /// Prints a text of our own as it is.
    pub(crate) fn verbatim(text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        unless_closed(out.write_all(text.as_bytes()))?;
        unless_closed(out.write_all(b"\n"))
    }
}

/// A text of one or more lines without what a terminal would obey.
pub(crate) fn for_people(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return printable(text);
    }
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n").into()
}

/// Whoever closed the pipe has read enough; the exit status still says how the command itself ended.
fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// The error that a CSV writer wraps.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_for_people_only() {
        let count = Cell::Count(1_645_015);
        assert_eq!((count.grouped().as_str(), count.plain().as_str()), ("1,645,015", "1645015"));
        assert_eq!(Cell::Count(100).grouped(), "100");
        assert_eq!(count.json(), serde_json::json!(1_645_015));
    }

    #[test]
    fn a_terminal_obeys_nothing_in_a_table_and_programs_get_it_as_it_is() {
        let mut rows = Rows::new(["\u{1b}[31mred"]);
        rows.push(vec![Cell::text("bell\u{7}\nsecond line\u{202e}")]);
        let table = rows.table();
        assert!(!table.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{table:?}");
        assert!(table.contains("\u{FFFD}[31mred") && table.contains("bell\u{FFFD}") && table.contains("second line"), "{table}");
        assert_eq!(rows.json(), serde_json::json!([{ "\u{1b}[31mred": "bell\u{7}\nsecond line\u{202e}" }]));
    }
}
