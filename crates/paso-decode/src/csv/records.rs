//! The records of a text, each with the line where it starts and its text as published.

use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::error::DecodeError;
use crate::position::Position;
use crate::table::Cells;

/// Reads records one after the other into the same buffers.
pub(super) struct Records<'a> {
    text: &'a str,
    reader: Reader,
    delimiter: u8,
    /// How far the text is read.
    read: usize,
    /// How far its line ends are counted.
    counted: usize,
    line: u32,
    /// What ends a line; a lone carriage return only where there is nothing else.
    line_end: char,
    output: Vec<u8>,
    ends: Vec<usize>,
    record: Record<'a>,
}

/// A record.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    /// The line where it starts, from 1.
    pub(super) line: u32,
    /// As published, without its line end.
    pub(super) raw: &'a str,
    text: String,
    fields: Vec<Range<usize>>,
}

impl<'a> Records<'a> {
    pub(super) fn new(text: &'a str, delimiter: u8) -> Self {
        let line_end = if text.contains('\n') { '\n' } else { '\r' };
        Self {
            text,
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            read: 0,
            counted: 0,
            line: 1,
            line_end,
            output: vec![0; 1024],
            ends: vec![0; 64],
            record: Record::default(),
        }
    }

    /// The next record; none at the end. Blank lines are no records. `place` names the text in errors.
    pub(super) fn read(&mut self, place: &str) -> Result<Option<&mut Record<'a>>, DecodeError> {
        let bytes = self.text.as_bytes();
        let blank = bytes[self.read..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = self.read + blank;
        self.line += self.text[self.counted..start].matches(self.line_end).count() as u32;
        self.counted = start;

        let (mut written, mut fields) = (0, 0);
        loop {
            let (result, read, wrote, ended) =
                self.reader.read_record(&bytes[self.read..], &mut self.output[written..], &mut self.ends[fields..]);
            self.read += read;
            written += wrote;
            fields += ended;
            match result {
                // Called again with nothing left, the reader closes the last record.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        let raw = self.text[start.min(self.read)..self.read].trim_end_matches(['\r', '\n']);
        if self.read == bytes.len() && ends_quoted(raw.as_bytes(), self.delimiter) {
            return Err(DecodeError::Truncated {
                place: place.to_owned(),
                at: Position::in_text(bytes, start),
                problem: "the record that starts there has a quote that is never closed".to_owned(),
            });
        }
        let text = std::str::from_utf8(&self.output[..written]).map_err(|error| DecodeError::Malformed {
            place: place.to_owned(),
            at: Position::in_text(bytes, start),
            problem: format!("a field is no text: {error}"),
        })?;
        let ranges = self.ends[..fields].iter().scan(0, |from, &end| Some(std::mem::replace(from, end)..end));
        self.record.fields.clear();
        self.record.fields.extend(ranges);
        self.record.text.clear();
        self.record.text.push_str(text);
        self.record.raw = raw;
        self.record.line = self.line;
        Ok(Some(&mut self.record))
    }
}

impl Record<'_> {
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    pub(super) fn field(&self, index: usize) -> Option<&str> {
        self.text.get(self.fields.get(index)?.clone())
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|range| self.text.get(range.clone()).unwrap_or_default())
    }

    /// Joins the pieces of known texts again until the record has the expected number of fields, from the left.
    pub(super) fn rejoin(&mut self, texts: &[String], delimiter: char, expected: usize) {
        for index in 0..self.fields.len() {
            let fitting = texts.iter().find_map(|text| {
                let pieces = text.split(delimiter).count();
                let here = self.fields.len() + 1 - pieces.min(self.fields.len() + 1) >= expected
                    && text.split(delimiter).enumerate().all(|(at, piece)| self.field(index + at) == Some(piece));
                here.then_some((text, pieces))
            });
            if let Some((text, pieces)) = fitting {
                let from = self.text.len();
                self.text.push_str(text);
                self.fields[index] = from..self.text.len();
                self.fields.drain(index + 1..index + pieces);
            }
        }
    }
}

impl Cells for Record<'_> {
    fn cell(&self, index: usize) -> Option<&str> {
        self.field(index)
    }
}

/// Whether a record ends inside quotes.
fn ends_quoted(record: &[u8], delimiter: u8) -> bool {
    let (mut quoted, mut field_start, mut escape) = (false, true, false);
    for &byte in record {
        if quoted {
            quoted = byte != b'"';
            escape = !quoted;
        } else {
            // A quote after a closing one stands for itself; elsewhere outside of quotes only a field's first quote counts.
            quoted = byte == b'"' && (field_start || escape);
            escape = false;
        }
        field_start = !quoted && byte == delimiter;
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(u32, Vec<String>, String)> {
        let mut records = Records::new(text, b',');
        let mut found = Vec::new();
        while let Some(record) = records.read("the body").unwrap() {
            found.push((record.line, record.fields().map(str::to_owned).collect(), record.raw.to_owned()));
        }
        found
    }

    fn lines(text: &str) -> Vec<u32> {
        all(text).into_iter().map(|(line, ..)| line).collect()
    }

    #[test]
    fn a_record_knows_the_line_where_it_starts() {
        assert_eq!(lines("a\nb\nc"), [1, 2, 3]);
        assert_eq!(lines("a\r\n\r\nb\r\n\r\n\r\nc\r\n"), [1, 3, 6]);
        assert_eq!(lines("\n\na,\"x\ny\r\n\"\nb\n"), [3, 6]);
        assert_eq!(lines("a\rb\r\rc"), [1, 2, 4]);
        assert!(lines("\r\n\n").is_empty());
    }

    #[test]
    fn fields_lose_their_quotes_and_nothing_else() {
        let [(_, fields, raw)] = &all("\"a \"\"b\"\"\", c ,\"\",\"x,y\n z\"\r\n")[..] else { panic!() };
        assert_eq!(*fields, ["a \"b\"", " c ", "", "x,y\n z"]);
        assert_eq!(raw, "\"a \"\"b\"\"\", c ,\"\",\"x,y\n z\"");
    }

    #[test]
    fn long_records_and_many_fields_grow_the_buffers() {
        let long = "x".repeat(10_000);
        let text = format!("{}\n{long},{long}\n", vec!["1"; 500].join(","));
        let found = all(&text);
        assert_eq!(found[0].1.len(), 500);
        assert_eq!(found[1].1, [long.clone(), long]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_a_cut() {
        let mut records = Records::new("a,b\n1,\"x\n2,y\n", b',');
        records.read("the body").unwrap();
        assert_eq!(
            records.read("the body").unwrap_err().to_string(),
            "the body is cut off at line 2, column 1 (byte 4): the record that starts there has a quote that is never closed"
        );
    }

    #[test]
    fn quotes_are_followed_as_the_reader_does() {
        for open in ["\"", "a,\"", "\"a\"\"", "\"a\nb", "\"\"\"", "\"a\",\"b\"\",", "\"a\"\"b"] {
            assert!(ends_quoted(open.as_bytes(), b','), "{open}");
        }
        for closed in ["", "a\"", "a \"b", "\"a\"", "\"a\"\"\"", "\"\"", "\"a\"b", "a,\"b,c\",d", "x\"\"y"] {
            assert!(!ends_quoted(closed.as_bytes(), b','), "{closed}");
        }
    }

    #[test]
    fn known_texts_are_joined_until_the_record_fits() {
        let known = ["China, Hong Kong SAR".to_owned(), "China, Macao SAR".to_owned()];
        let joined = |text: &str, expected| {
            let mut records = Records::new(text, b',');
            let record = records.read("the body").unwrap().unwrap();
            record.rejoin(&known, ',', expected);
            record.fields().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(joined("2018,Egypt,China, Hong Kong SAR,5", 4), ["2018", "Egypt", "China, Hong Kong SAR", "5"]);
        let both = "China, Macao SAR,China, Hong Kong SAR,5";
        assert_eq!(joined(both, 3), ["China, Macao SAR", "China, Hong Kong SAR", "5"]);
        assert_eq!(joined(both, 4), ["China, Macao SAR", "China", " Hong Kong SAR", "5"], "no more than is needed");
        assert_eq!(joined("Korea, Rep.,5", 2), ["Korea", " Rep.", "5"], "an unknown text stays in pieces");
        assert_eq!(joined("China", 1), ["China"]);
    }
}
