//! Records read one by one, by csv-core.

use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::Dialect;

/// A record, with its text as published.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// The line where it starts, from 1.
    pub(crate) line: u32,
    /// As published, without its line end.
    pub(crate) raw: String,
    text: String,
    fields: Vec<Range<usize>>,
    output: Vec<u8>,
    ends: Vec<usize>,
}

/// A reader of records that stand anywhere in a text.
pub(super) fn reader(dialect: Dialect) -> Reader {
    let mut reader = ReaderBuilder::new().delimiter(dialect.delimiter).quoting(!dialect.literal_quotes).build();
    // csv-core drops a byte order mark where it begins, and in the middle of a text that character is data. So it begins with a blank line.
    let _ = reader.read_record(b"\n", &mut [0; 4], &mut [0; 4]);
    reader
}

impl Record {
    /// Reads the first record of a text of whole records whose first line is `line`; says how many bytes it has with the blank lines above
    /// it, or none if there is no record.
    pub(super) fn read(&mut self, bytes: &[u8], dialect: Dialect, line: u32) -> Option<usize> {
        let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let mut reader = reader(dialect);
        let end = self.parse(&mut reader, &bytes[blank..])? + blank;
        self.line = line + super::line_ends(bytes, 0..blank);
        self.keep_raw(&bytes[blank..end]);
        Some(end)
    }

    /// Parses the next record with a reader that stands at its beginning; says how many bytes it has.
    pub(super) fn parse(&mut self, reader: &mut Reader, bytes: &[u8]) -> Option<usize> {
        self.output.resize(self.output.len().max(1024), 0);
        self.ends.resize(self.ends.len().max(64), 0);
        let (mut used, mut written, mut fields) = (0, 0, 0);
        loop {
            let (result, read, wrote, ended) = reader.read_record(&bytes[used..], &mut self.output[written..], &mut self.ends[fields..]);
            used += read;
            written += wrote;
            fields += ended;
            match result {
                // Called again with nothing left, the reader closes the last record.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return None,
            }
        }
        let ranges = self.ends[..fields].iter().scan(0, |from, &end| Some(std::mem::replace(from, end)..end));
        self.fields.clear();
        self.fields.extend(ranges);
        self.text.clear();
        // Chunks are checked to be UTF-8 before, and fields end at ASCII characters.
        self.text.push_str(&String::from_utf8_lossy(&self.output[..written]));
        Some(used)
    }

    pub(super) fn keep_raw(&mut self, bytes: &[u8]) {
        self.raw.clear();
        self.raw.push_str(String::from_utf8_lossy(bytes).trim_end_matches(['\r', '\n']));
    }

    /// The number of fields.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// The text of a field.
    pub(crate) fn field(&self, index: usize) -> Option<&str> {
        self.text.get(self.fields.get(index)?.clone())
    }

    /// The texts of the fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|range| self.text.get(range.clone()).unwrap_or_default())
    }

    /// Adds empty fields until there are `expected`.
    pub(crate) fn pad(&mut self, expected: usize) {
        let end = self.text.len();
        self.fields.resize(self.fields.len().max(expected), end..end);
    }

    /// Joins the pieces of known texts again until the record has the expected number of fields, from the left.
    pub(crate) fn rejoin(&mut self, texts: &[String], delimiter: char, expected: usize) {
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
