//! Which delimited text it is, and what separates its fields.

use csv_core::{ReadRecordResult, ReaderBuilder};

use super::{PLACE, words};
use crate::csv::{CsvForm, CsvHeader};
use crate::error::{DecodeError, unreadable};
use crate::eurostat;
use crate::sdmx::csv::Opening;
use crate::source::Source;
use crate::text::Encoding;

/// The formats of delimited text, and by what they were recognised.
pub(super) enum Family {
    SdmxCsv(String),
    EurostatTsv(String),
    Table,
}

/// The separators that are tried; where two fit equally well, the earlier one is taken.
const DELIMITERS: [(u8, &str); 4] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "vertical bar")];
/// How many records are looked at.
const SAMPLE: usize = 100;
/// An answer of a few words, which is no table.
const MAX_ANSWER: usize = 500;

/// Looks at the first line.
pub(super) fn family(start: &[u8]) -> Family {
    let text = String::from_utf8_lossy(start);
    let first = text.trim_start_matches('\u{FEFF}').lines().next().unwrap_or_default().chars().take(40).collect::<String>();
    if Opening::of(&text).is_some() {
        return Family::SdmxCsv(format!("SDMX-CSV, by its header, which begins `{first}`"));
    }
    if eurostat::opens(&text) {
        return Family::EurostatTsv(format!("a table of Eurostat, by its first title, which begins `{first}`"));
    }
    Family::Table
}

/// The form of any other table: its encoding is proved, its delimiter and its header are found by the number of fields.
pub(super) fn table(source: &dyn Source, start: &[u8], why: &mut Vec<String>) -> Result<CsvForm, DecodeError> {
    let (encoding, by) = Encoding::prove(source).map_err(|error| unreadable(PLACE, error))?;
    let sample = sample(source, encoding, start)?;
    let (delimiter, name, header) = DELIMITERS
        .iter()
        .filter_map(|&(delimiter, name)| fitting(&sample, delimiter).map(|fit| (delimiter, name, fit)))
        .max_by_key(|(delimiter, _, fit)| {
            (fit.records, fit.fields, std::cmp::Reverse(DELIMITERS.iter().position(|known| known.0 == *delimiter)))
        })
        .map_or((b',', "comma", None), |(delimiter, name, fit)| (delimiter, name, Some(fit)));
    let text = String::from_utf8_lossy(&sample);
    let text = text.trim();
    if header.is_none_or(|fit| fit.records < 2) && text.len() <= MAX_ANSWER && text.lines().count() <= 3 && text.contains(' ') {
        let answer = words::answer(text);
        return Err(DecodeError::Publisher { answer, pointer: "the whole body".to_owned(), text: crate::header::fold(text) });
    }
    why.push(format!("{} text, proved by {by}", encoding.name()));
    let mut form = CsvForm { encoding, delimiter: char::from(delimiter), ..CsvForm::default() };
    match header {
        None => why.push("a table of one column: no delimiter gives two lines the same number of fields".to_owned()),
        Some(fit) => {
            why.push(format!(
                "a table of {} columns: the {name} gives {} of the first {} records that many fields; line {} is its header, the first of them",
                fit.fields, fit.records, fit.seen, fit.line
            ));
            form.header = Some(CsvHeader { row: Some(fit.line), ..CsvHeader::default() });
        }
    }
    Ok(form)
}

/// The beginning of the text in UTF-8.
fn sample(source: &dyn Source, encoding: Encoding, start: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut text = crate::text::beginning(source, encoding, PLACE)?;
    text.truncate(start.len().max(1));
    // A character or a record that was cut in two would only confuse.
    if text.len() == start.len() && start.len() >= super::HEAD {
        let end = text.iter().rposition(|byte| *byte == b'\n').map_or(text.len(), |at| at + 1);
        text.truncate(end);
    }
    Ok(text)
}

/// How well a delimiter fits.
#[derive(Debug, Clone, Copy)]
struct Fit {
    /// The number of fields that most records have.
    fields: usize,
    /// How many records have it, and how many were looked at.
    records: usize,
    seen: usize,
    /// The line of the first of them.
    line: u32,
}

/// None where a delimiter does not give two fields to any two records.
fn fitting(text: &[u8], delimiter: u8) -> Option<Fit> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let (mut rest, mut output, mut ends) = (text, vec![0; text.len() + 1], vec![0; text.len() + 1]);
    let mut found: Vec<(u32, usize)> = Vec::new();
    let (mut line, mut from) = (1_u32, 0_usize);
    while found.len() < SAMPLE {
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += memchr::memchr_iter(b'\n', &rest[..blank]).count() as u32;
        rest = &rest[blank..];
        let (result, read, _, fields) = reader.read_record(rest, &mut output, &mut ends);
        from += read;
        let (result, fields) = match result {
            ReadRecordResult::InputEmpty => {
                let (result, _, _, more) = reader.read_record(&[], &mut output, &mut ends[fields..]);
                (result, fields + more)
            }
            other => (other, fields),
        };
        if result != ReadRecordResult::Record {
            break;
        }
        found.push((line, fields));
        line += memchr::memchr_iter(b'\n', &rest[..read]).count() as u32;
        rest = &rest[read..];
    }
    debug_assert!(from <= text.len());
    let mut counts: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for (_, fields) in &found {
        *counts.entry(*fields).or_default() += 1;
    }
    let (&fields, &records) = counts.iter().filter(|(fields, _)| **fields > 1).max_by_key(|(fields, records)| (**records, **fields))?;
    let line = found.iter().find(|(_, other)| *other == fields).map(|(line, _)| *line)?;
    Some(Fit { fields, records, seen: found.len(), line })
}
