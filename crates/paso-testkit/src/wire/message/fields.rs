//! Delimited text: fields, quotes, line ends.

use std::io::{self, Write};

use super::json_text::is_number;

/// Which fields stand in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quoting {
    /// Those that hold a delimiter, a quote or a line break, or begin or end with a space.
    #[default]
    Necessary,
    /// All of them.
    Always,
}

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineEnd {
    /// A line feed.
    #[default]
    Lf,
    /// A carriage return and a line feed.
    CrLf,
}

impl LineEnd {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// Writes records field by field.
pub(super) struct Fields<W> {
    out: W,
    delimiter: char,
    quoting: Quoting,
    line_end: LineEnd,
    at_start: bool,
    record: String,
}

impl<W: Write> Fields<W> {
    pub(super) fn new(out: W, delimiter: char, quoting: Quoting, line_end: LineEnd) -> Self {
        Self { out, delimiter, quoting, line_end, at_start: true, record: String::new() }
    }

    /// Appends a field to the record.
    pub(super) fn push(&mut self, text: &str) {
        if !self.at_start {
            self.record.push(self.delimiter);
        }
        self.at_start = false;
        let special = |letter: char| letter == self.delimiter || matches!(letter, '"' | '\n' | '\r');
        let quoted = self.quoting == Quoting::Always || text.contains(special) || text.starts_with(' ') || text.ends_with(' ');
        if quoted {
            self.record.push('"');
            self.record.push_str(&text.replace('"', "\"\""));
            self.record.push('"');
        } else {
            self.record.push_str(text);
        }
    }

    /// Appends fields to the record.
    pub(super) fn extend<'a>(&mut self, fields: impl IntoIterator<Item = &'a str>) {
        for field in fields {
            self.push(field);
        }
    }

    /// Ends the record. A record of one empty field is written as `""`: an empty line is no record to many readers.
    pub(super) fn end(&mut self) -> io::Result<()> {
        if self.record.is_empty() && !self.at_start {
            self.record.push_str("\"\"");
        }
        self.record.push_str(self.line_end.text());
        self.at_start = true;
        self.out.write_all(self.record.as_bytes())?;
        self.record.clear();
        Ok(())
    }

    /// A record of these fields.
    pub(super) fn record<'a>(&mut self, fields: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        self.extend(fields);
        self.end()
    }
}

/// A number with the given decimal mark and, where there is one, a mark between thousands. Text that is no number stays.
pub(super) fn number(text: &str, decimal: char, thousands: Option<char>) -> String {
    if !is_number(text) {
        return text.to_owned();
    }
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let whole = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let mut written = sign.to_owned();
    for (position, digit) in rest[..whole].chars().enumerate() {
        if let (Some(mark), true) = (thousands, position > 0 && (whole - position).is_multiple_of(3)) {
            written.push(mark);
        }
        written.push(digit);
    }
    written.extend(rest[whole..].chars().map(|letter| if letter == '.' { decimal } else { letter }));
    written
}
