//! Which delimited text it is, and what separates its fields.

use std::collections::BTreeSet;

use csv_core::{ReadRecordResult, ReaderBuilder};

use super::{PLACE, prose};
use crate::answer::{document, excerpt};
use crate::csv::{CsvForm, CsvHeader};
use crate::error::{DecodeError, unreadable};
use crate::eurostat;
use crate::sdmx::csv::Opening;
use crate::source::Source;
use crate::text::{Encoding, Proof};

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
/// A table has at least one in so many records of its number of fields; the others are a preamble or notes.
const FEWEST: usize = 4;
/// An answer of a few words, which is no table.
const MAX_ANSWER: usize = 500;
/// An answer of sentences; what is longer is some document.
const MAX_PROSE: usize = 1024;
/// How much of a document is repeated, in characters.
const MAX_BEGINS: usize = 200;

/// Looks at the first line.
pub(super) fn family(start: &[u8]) -> Family {
    let text = String::from_utf8_lossy(start);
    let first = text.trim_start_matches('\u{FEFF}').lines().next().unwrap_or_default().chars().take(40).collect::<String>();
    if Opening::of(&text).is_some_and(|opening| opening.leads(&text)) {
        return Family::SdmxCsv(format!("SDMX-CSV, by its header, which begins `{first}`"));
    }
    if eurostat::opens(&text) {
        return Family::EurostatTsv(format!("a table of Eurostat, by its first title, which begins `{first}`"));
    }
    Family::Table
}

/// The form of any other table: its encoding is proved, its delimiter and its header are found by the number of fields. Prose is none, unless
/// a table is what was `asked` for.
pub(super) fn table(source: &dyn Source, start: &[u8], asked: bool, why: &mut Vec<String>) -> Result<CsvForm, DecodeError> {
    let Proof { encoding, by, padded } = Encoding::prove(source).map_err(|error| unreadable(PLACE, error))?;
    let sample = sample(source, encoding, start)?;
    let declared = declared(&sample);
    let (delimiters, table) =
        declared.map_or((&DELIMITERS[..], &sample[..]), |(delimiter, table)| (std::slice::from_ref(delimiter), table));
    let (delimiter, name, header) = delimiters
        .iter()
        .filter_map(|&(delimiter, name)| fitting(table, delimiter).map(|fit| (delimiter, name, fit)))
        .map(|(delimiter, name, fit)| (delimiter, name, if declared.is_some() { fit.one_line_lower() } else { fit }))
        .max_by_key(|(delimiter, _, fit)| {
            (fit.records, fit.fields, std::cmp::Reverse(DELIMITERS.iter().position(|known| known.0 == *delimiter)))
        })
        .map_or((b',', "comma", None), |(delimiter, name, fit)| (delimiter, name, Some(fit)));
    let text = String::from_utf8_lossy(table);
    let text = text.trim();
    let is_prose = || !asked && header.is_none_or(|fit| fit.records * 2 < fit.seen) && prose::is_prose(text);
    let is_short = !asked && text.len() <= MAX_ANSWER && is_answer(text, header, delimiter);
    if is_short || text.len() <= MAX_PROSE && is_prose() {
        return Err(document::text(text));
    }
    if header.is_none() && is_prose() {
        return Err(DecodeError::NotData { found: "a text for people", title: None, begins: Some(excerpt(text, MAX_BEGINS)) });
    }
    if text.is_empty() {
        return Err(DecodeError::Empty { place: PLACE.to_owned(), problem: format!("nothing stands in its first {} bytes", sample.len()) });
    }
    if header.is_none() && !asked && text.lines().count() == 1 {
        let problem = format!("it has one line without rows: {}", excerpt(text, MAX_BEGINS));
        return Err(DecodeError::Empty { place: PLACE.to_owned(), problem });
    }
    if let Some(fit) = header {
        no_table(fit, text, known_whole(source, &sample))?;
    }
    why.push(format!("{} text, proved by {by}", encoding.name()));
    // Nulls among the text are those of UTF-16, or damage: its reader says where they stand.
    let padded = padded && !sample.contains(&0);
    why.extend(padded.then(|| "null characters behind it, which fill whole blocks, are no data".to_owned()));
    let mut form = CsvForm { encoding, delimiter: char::from(delimiter), nul_padding: padded, numbered: true, ..CsvForm::default() };
    if let Some(((_, name), _)) = declared {
        why.push(format!("line 1 is no data: it tells spreadsheets that the {name} is the delimiter"));
        form.header = Some(CsvHeader { row: Some(2), ..CsvHeader::default() });
    }
    match header {
        None => why.push("a table of one column: no delimiter gives two lines the same number of fields".to_owned()),
        Some(fit) => {
            why.push(format!(
                "a table of {} columns: the {name} gives {} of the first {} records that many fields; line {} is its header, the first of them{}",
                fit.fields,
                fit.records,
                fit.seen,
                fit.line,
                if fit.passed_over { " that is not mostly blank" } else { "" }
            ));
            form.header = Some(CsvHeader { row: Some(fit.line), ..CsvHeader::default() });
        }
    }
    Ok(form)
}

/// The delimiter that a first line `sep=;` declares, as spreadsheets want it, and what stands below that line.
fn declared(sample: &[u8]) -> Option<(&'static (u8, &'static str), &[u8])> {
    let end = sample.iter().position(|byte| *byte == b'\n')?;
    let line = sample[..end].strip_suffix(b"\r").unwrap_or(&sample[..end]);
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (word, delimiter) = line.split_at_checked(4)?;
    let [delimiter] = *delimiter else { return None };
    let known = DELIMITERS.iter().find(|(known, _)| *known == delimiter)?;
    word.eq_ignore_ascii_case(b"sep=").then_some((known, &sample[end + 1..]))
}

/// Whether a short text is a sentence or a word, and no table. What has a delimiter in every line, as sentences have none, is a header whose rows
/// are missing or do not fit it; a code alone is one, too.
fn is_answer(text: &str, header: Option<Fit>, delimiter: u8) -> bool {
    let delimiter = char::from(delimiter);
    let in_every_line = text.lines().all(|line| line.contains(delimiter)) && !text.contains(&format!("{delimiter} "));
    let has_number = text.lines().skip(1).any(|line| is_number(line.trim().as_bytes()));
    match (header, text.lines().count()) {
        (None, 1) => text.contains(' ') || prose::is_failure(text),
        (Some(Fit { fields: 3.., .. }), 1) => text.ends_with(['.', '!']),
        (None, 2 | 3) => text.contains(' ') && (!has_number || prose::is_failure(text)),
        (Some(Fit { records: ..2, .. }), 1..=3) => {
            text.contains(' ') && (!in_every_line || text.ends_with(['.', '!']) || prose::is_failure(text))
        }
        _ => false,
    }
}

/// The lines that errors repeat.
fn first_lines(text: &str) -> Vec<String> {
    text.lines().take(6).map(|line| line.chars().take(120).collect()).collect()
}

/// Whether the sample is all that there is.
fn known_whole(source: &dyn Source, sample: &[u8]) -> bool {
    source.size().is_some_and(|size| size <= sample.len() as u64)
}

/// A header without rows, and a text of which only a few lines have the same number of fields, are no tables.
fn no_table(fit: Fit, text: &str, whole: bool) -> Result<(), DecodeError> {
    if whole && (fit.records, fit.seen) == (1, 1) {
        let problem = format!("no rows stand under {}", text.chars().take(MAX_ANSWER).collect::<String>());
        return Err(DecodeError::Empty { place: PLACE.to_owned(), problem });
    }
    if let Some((line, titles)) = fit.stray {
        return Err(DecodeError::HeaderMissing {
            place: PLACE.to_owned(),
            expected: format!(
                "as many titles as the rows have fields: line {line} has {}, the rows from line {} on have {}",
                if titles == fit.fields { "an empty one beside them".to_owned() } else { titles.to_string() },
                fit.line,
                fit.fields
            ),
            first_lines: first_lines(text),
        });
    }
    if fit.headless {
        return Err(DecodeError::HeaderMissing {
            place: PLACE.to_owned(),
            expected: format!(
                "titles in line {}, which holds numbers as the lines below it do: a definition gives titles to a body that has none \
                 (decode.csv.header.titles)",
                fit.line
            ),
            first_lines: first_lines(text),
        });
    }
    if fit.records * FEWEST < fit.seen {
        return Err(DecodeError::HeaderMissing {
            place: PLACE.to_owned(),
            expected: format!("a table: only {} of the first {} lines have the same number of fields", fit.records, fit.seen),
            first_lines: first_lines(text),
        });
    }
    Ok(())
}

/// The beginning of the text in UTF-8.
fn sample(source: &dyn Source, encoding: Encoding, start: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut text = crate::text::beginning(source, encoding, PLACE)?;
    text.truncate(start.len().max(1));
    // What fills the last block.
    text.truncate(text.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
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
    /// The line of the first of them that says something in half of its fields.
    line: u32,
    /// Whether others of them, mostly blank, stand above.
    passed_over: bool,
    /// Whether it is a row like the others.
    headless: bool,
    /// The line above that, where it is as likely to be the header, and how many titles it has.
    stray: Option<(u32, usize)>,
}

impl Fit {
    /// The same, where a line above was not looked at.
    fn one_line_lower(self) -> Self {
        Self { line: self.line + 1, stray: self.stray.map(|(line, titles)| (line + 1, titles)), ..self }
    }
}

/// One record of the sample.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a record")]
struct Seen {
    line: u32,
    fields: usize,
    /// How many of the fields are not blank, and how many are numbers.
    said: usize,
    numbers: usize,
    /// Whether all numbers may be titles: years, or ages from 0 on; or, behind a title, three and more that rise.
    titled: bool,
    rising: bool,
    /// Whether the first field says something, and whether a text stands in two fields.
    first: bool,
    twice: bool,
}

impl Seen {
    /// Whether this may be the header and the record below it, the first one with the fields of a table, a row: that one has numbers that are
    /// no titles, or this one has as many titles as a row has fields, or one less. So may the upper of two rows of titles.
    fn is_header_of(&self, below: &Self) -> bool {
        let fits = self.said > 1 && (below.fields - 1..=below.fields).contains(&self.said);
        let speaks = self.said > 1 || self.said == 1 && self.first;
        // Titles over several columns, and below them the same ones again and again.
        let upper = self.said > 1 && below.twice;
        upper || speaks && below.numbers > 0 && (!below.titled || fits && self.numbers == 0)
    }

    /// Whether this is a row like the one below it, and no header: it has numbers that are no titles.
    fn is_row_like(&self, below: &Self) -> bool {
        self.numbers > 0 && !self.titled && !self.rising && below.numbers >= self.numbers
    }

    /// Looks at the fields of a record.
    fn of<'f>(line: u32, fields: impl Iterator<Item = &'f [u8]>) -> Self {
        let mut seen = Self { line, fields: 0, said: 0, numbers: 0, titled: true, rising: true, first: false, twice: false };
        let (mut ages, mut last, mut texts) = (true, None, BTreeSet::new());
        for field in fields {
            let field = field.trim_ascii();
            seen.first |= seen.fields == 0 && !field.is_empty();
            seen.fields += 1;
            seen.said += usize::from(!field.is_empty());
            seen.twice |= !field.is_empty() && !texts.insert(field);
            if is_number(field) {
                seen.rising &= seen.fields > 1;
                let number: Option<usize> = std::str::from_utf8(field).ok().and_then(|number| number.parse().ok());
                ages &= number == Some(seen.numbers);
                seen.titled &= number.is_some_and(|year| (1800..=2200).contains(&year));
                seen.rising &= number.is_some() && number > last;
                last = number;
                seen.numbers += 1;
            }
        }
        seen.titled |= ages;
        seen.rising &= seen.numbers > 2;
        seen
    }
}

fn is_number(field: &[u8]) -> bool {
    field.first().is_some_and(|first| first.is_ascii_digit() || *first == b'-')
        && field.iter().any(u8::is_ascii_digit)
        && field.iter().skip(1).all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

/// None where a delimiter does not give two fields to any two records.
fn fitting(text: &[u8], delimiter: u8) -> Option<Fit> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let (mut rest, mut output, mut ends) = (text, vec![0; text.len() + 1], vec![0; text.len() + 1]);
    let mut found: Vec<Seen> = Vec::new();
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
        let fields = ends[..fields].iter().scan(0, |start, &end| output.get(std::mem::replace(start, end)..end));
        found.push(Seen::of(line, fields));
        line += memchr::memchr_iter(b'\n', &rest[..read]).count() as u32;
        rest = &rest[read..];
    }
    debug_assert!(from <= text.len());
    let mut counts: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for seen in &found {
        *counts.entry(seen.fields).or_default() += 1;
    }
    let (&fields, &records) = counts.iter().filter(|(fields, _)| **fields > 1).max_by_key(|(fields, records)| (**records, **fields))?;
    // What is filled up with delimiters stands above a table: a title, a note, a blank line.
    let header = found.iter().position(|seen| seen.fields == fields && seen.said * 2 >= fields)?;
    let line = found[header].line;
    let passed_over = found[..header].iter().any(|seen| seen.fields == fields);
    let stray =
        header.checked_sub(1).and_then(|above| found[above].is_header_of(&found[header]).then(|| (found[above].line, found[above].said)));
    let headless = found.get(header + 1).is_some_and(|below| found[header].is_row_like(below));
    Some(Fit { fields, records, seen: found.len(), line, passed_over, headless, stray })
}
