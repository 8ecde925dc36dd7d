//! Delimited text: CSV in all its dialects. [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180) describes the one that nobody keeps to.
//!
//! ```text
//! Data table;Population          a preamble of any shape
//!
//! region;2019;2020               the header, found by its first titles, by its line, or given where there is none
//! Maule;1.045;"1.062"            a quoted field; texts stay as they are: 1.045 may be a thousand
//! Ñuble;498;
//! Fuente: INE                    a note: declared, or a ragged row
//! ```
//!
//! A row has as many fields as its header, or it is ragged: handed over as it stands, with its line, and in no batch. Nothing is padded, cut or
//! joined in silence. What a publisher does all the same is declared, one key for each habit.
//!
//! # The header
//!
//! Without `header`, it is the first line that is not blank. `header.starts_with = ["region"]` finds it below any preamble, `header.row = 3` by
//! its line, and `header.titles = ["year", "country", "n"]` gives a body its titles that has none:
//!
//! ```text
//! 2020|Chile|5                   is a row, year 2020
//! 2021|Peru|6
//! ```
//!
//! `header.rows` says how many rows of titles there are. Each fills one of `unpivot.levels`, and a title that is left empty over a value column
//! is the one to its left:
//!
//! ```text
//! ;2019;;2020                    header = { starts_with = ["", "2019"], rows = 2 }
//! Region;M;F;M                   unpivot = { keep = ["Region"], levels = ["year", "sex"] }
//! Maule;1;2;3
//! ```
//!
//! # Years, codes or sexes as columns
//!
//! `unpivot` makes a row of each cell that is not kept. The three rows of the table above are
//!
//! | row, cell | Region | year | sex | value |
//! |---|---|---|---|---|
//! | 3, 2 | Maule | 2019 | M | 1 |
//! | 3, 3 | Maule | 2019 | F | 2 |
//! | 3, 4 | Maule | 2020 | M | 3 |
//!
//! and the cell is the column from which a value came. An empty cell is a row with an empty value: whether it is one is said later.
//!
//! # Traps
//!
//! * **A name with a comma and no quotes**: `2018,Egypt,China, Hong Kong SAR,5` has one field too many. `unquoted_texts` names such texts, and
//!   their pieces are joined again where a row is too long.
//! * **A delimiter at the end of every line** makes a last field without a title, as at the World Bank. `trailing_empty_column` drops it, and a
//!   row in which something stands there is ragged:
//!
//!   ```text
//!   Country Name,Country Code,1960,
//!   Namibia,NAM,634142,            a row
//!   Namibia,NAM,634142,1           ragged
//!   ```
//! * **Rows that leave out their last fields**: with `pad_short_rows`, `4,5` under `a,b,c` is `4,5,` with an empty `c`. Without it, it is ragged.
//! * **Notes below the table**: with `notes = ["Source:"]`, a row of another length than the header whose first field begins so is no data. A row of
//!   the right length is never a note. Notes are looked for before short rows are completed.
//! * **Null characters up to a full block behind the text** (`2021,Peru,6\r\n\0\0\0…`): `nul_padding`. Text behind them is an error, and so are
//!   they where nobody declared them.
//! * **Encodings**: `Per\xFA` is no UTF-8. Nothing is replaced by a question mark; the encoding is declared, or proved by all bytes where nobody
//!   declared it, and a byte that it does not have is an error with its place. ISO 8859-1 has no characters from 0x80 to 0x9F: a text with
//!   `\x96` for a dash is windows-1252.
//! * **Thousands and decimals**: `1.045` and `1,5` are texts here. How a number is written is said where it becomes one (`observe.cells`).
//! * **A quote that is never closed** swallows the rest of the file, or all up to the next quote: a record has at most 32 MiB, and the error names
//!   the line where it began. Text behind a closing quote is an error as well, as it shows that quotes do not stand where they seem to:
//!
//!   ```text
//!   1,"Ñuñoa                       what looks like one field with a line end in it
//!   2,"Maipú"                      ends before Maipú: refused
//!   3,"O"Higgins"                  so is this: the inner quote should be doubled
//!   ```
//!
//!   A quote inside of a field that begins without one is a character: `5" pipes`. With `literal_quotes` every quote is one.
//!
//! # A text that was cut off
//!
//! Delimited text does not say where it ends. A cut inside of a quote is an error, one in an earlier cell makes the row ragged, and one between two
//! lines leaves out rows. Rows before the one that is cut are never affected. But:
//!
//! * **a cut inside of the last cell of a row cannot be noticed**: `Peru,19370` is a row like `Peru,19370624`;
//! * **with `pad_short_rows`, neither can a cut in any other cell without quotes**, because the row is completed: `Pe` becomes a row of its own, its
//!   other cells empty, and so does a note that is cut within its declared beginning;
//! * with `unquoted_texts`, `2016,China, Hong Kong SAR,` has the fields of a whole row before the last one came, and is taken for one.
//!
//! So a text that matters should come in a container, whose checksum tells, or with a `Content-Length` that was compared.
//!
//! How records are found, and on how many threads, is said in [`crate::text`].

mod blocks;
mod form;

use std::sync::Arc;

pub use form::{CsvBlocks, CsvForm, CsvHeader};

use crate::batch::{Column, Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::facts::Watch;
use crate::header::{Header, Layout, Titles, fold};
use crate::source::Source;
use crate::text::{Dialect, From, Made, Record, Shape, Text};

/// Reads a CSV text; `place` is how errors call it, `part` how batches do.
pub(crate) fn decode_part(
    source: &dyn Source,
    form: &CsvForm,
    place: String,
    part: Option<Arc<str>>,
    limits: Limits,
    sink: &mut dyn Sink,
) -> Result<Facts, DecodeError> {
    Part { source, name: part, place, form, limits }.read(sink)
}

/// A text and what is to be read from it.
struct Part<'a> {
    source: &'a dyn Source,
    name: Option<Arc<str>>,
    place: String,
    form: &'a CsvForm,
    limits: Limits,
}

impl<'a> Part<'a> {
    fn read(&self, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
        let facts = self.facts()?;
        match &self.form.blocks {
            Some(blocks) => blocks::read(self, blocks, sink)?,
            None => self.table(sink)?,
        }
        Ok(facts)
    }

    /// Reads one table.
    fn table(&self, sink: &mut dyn Sink) -> Result<(), DecodeError> {
        let mut text = self.open()?;
        let header = self.find_header(&mut text)?;
        if header.reopen {
            text = self.open()?;
        }
        text.decode(self.shape(&header)?, self.limits, sink)
    }

    fn open(&self) -> Result<Text<'a>, DecodeError> {
        let CsvForm { encoding, delimiter, nul_padding, literal_quotes, .. } = *self.form;
        let dialect = Dialect { encoding, delimiter: delimiter as u8, nul_padding, literal_quotes };
        Text::open(self.source, dialect, &self.place, self.name.clone())
    }

    /// What the cells around the table say, above its header or below.
    fn facts(&self) -> Result<Facts, DecodeError> {
        let mut watch = Watch::new(&self.form.facts);
        if watch.last_row() > 0 {
            let mut text = self.open()?;
            while let Some(record) = text.record()? {
                watch.see(record.line, |index| record.field(index));
                if record.line >= watch.last_row() {
                    break;
                }
            }
        }
        watch.finish(&self.place)
    }

    /// Reads up to the last header row.
    fn find_header(&self, text: &mut Text<'_>) -> Result<Found, DecodeError> {
        let mut first_lines: Vec<String> = Vec::new();
        if let Some(CsvHeader { titles: Some(titles), optional, .. }) = &self.form.header {
            let rows = vec![Titles::new(1, titles.iter().map(|title| Some(title.as_str())))];
            let stands = |record: &Record| {
                record.len() == titles.len() && titles.iter().zip(record.fields()).all(|(title, field)| fold(title) == fold(field))
            };
            let reopen = *optional && !text.record()?.is_some_and(|record| stands(record));
            return Ok(Found { rows, fields: titles.len(), dropped: None, reopen });
        }
        while let Some(record) = text.record()? {
            if self.is_header(record) {
                return self.header_rows(text);
            }
            let room = FIRST_LINES - first_lines.len();
            first_lines.extend(record.raw.lines().take(room).map(|line| line.chars().take(FIRST_CHARACTERS).collect()));
        }
        Err(self.no_header(first_lines))
    }

    /// The header whose first row was read last, with the rows that belong to it.
    fn header_rows(&self, text: &mut Text<'_>) -> Result<Found, DecodeError> {
        let count = self.form.header_rows();
        let (mut rows, mut fields, mut dropped) = (Vec::with_capacity(count), 0, None);
        let mut record = text.last();
        loop {
            let mut titles: Vec<&str> = record.fields().collect();
            fields = fields.max(titles.len());
            if self.form.trailing_empty_column && titles.last().is_some_and(|title| title.trim().is_empty()) {
                titles.pop();
                dropped = Some(titles.len());
            }
            if let Some(last) = self.form.last_column {
                titles.truncate(last as usize);
            }
            rows.push(Titles::new(record.line, titles.into_iter().map(Some)));
            if rows.len() == count {
                return Ok(Found { rows, fields, dropped, reopen: false });
            }
            let Some(next) = text.record()? else {
                return Err(self.no_header(Vec::new()));
            };
            record = next;
        }
    }

    fn is_header(&self, record: &Record) -> bool {
        match &self.form.header {
            Some(CsvHeader { row: Some(row), .. }) => record.line == *row,
            Some(CsvHeader { starts_with: Some(first), .. }) => {
                first.len() <= record.len() && first.iter().zip(record.fields()).all(|(title, field)| fold(title) == fold(field))
            }
            _ => true,
        }
    }

    fn no_header(&self, first_lines: Vec<String>) -> DecodeError {
        let expected = match &self.form.header {
            Some(CsvHeader { row: Some(row), .. }) => format!("a line {row}"),
            Some(CsvHeader { starts_with: Some(titles), .. }) => format!("a line that begins {}", titles.join(" | ")),
            _ => "a line that is not blank".to_owned(),
        };
        DecodeError::HeaderMissing { place: self.place.clone(), expected, first_lines }
    }

    /// What becomes of the records below the header.
    fn shape(&self, found: &Found) -> Result<Shape, DecodeError> {
        let form = self.form;
        let width = found.dropped.unwrap_or(found.fields) as u32;
        let width = form.last_column.map_or(width, |last| width.min(last));
        let unpivot = form.unpivot.as_ref();
        let (place, rows, renames, optional) = (&self.place, &found.rows, &form.columns, &form.optional);
        let header = Header { place, rows, width, renames, optional, unpivot, numbered: form.numbered };
        let field = |column: Column| Made { from: From::Field(column.position as usize - 1), column, edit: None, label: None };
        let (made, values) = match header.layout()? {
            Layout::Long { columns } => (columns.into_iter().map(field).collect(), Vec::new()),
            Layout::Wide { keep, values } => {
                let levels = unpivot.iter().flat_map(|unpivot| unpivot.levels.iter().enumerate());
                let levels =
                    levels.map(|(level, name)| Made { column: Column::cell(name, 0), from: From::Level(level), edit: None, label: None });
                let value =
                    unpivot.map(|unpivot| Made { column: Column::cell(&unpivot.value, 0), from: From::Value, edit: None, label: None });
                (keep.into_iter().map(field).chain(levels).chain(value).collect(), values)
            }
        };
        Ok(Shape { made, values, note: note(form), mend: mend(form, found.fields), empty: found.dropped, ..Shape::of(found.fields) })
    }
}

/// Records that are declared to be notes.
fn note(form: &CsvForm) -> Option<crate::text::Irregular> {
    let beginnings = form.notes.clone();
    (!beginnings.is_empty()).then(|| -> crate::text::Irregular {
        Arc::new(move |record| record.field(0).is_some_and(|text| beginnings.iter().any(|beginning| text.starts_with(beginning.as_str()))))
    })
}

/// What is declared about records of another length.
fn mend(form: &CsvForm, expected: usize) -> Option<crate::text::Irregular> {
    let (texts, delimiter, pad) = (form.unquoted_texts.clone(), form.delimiter, form.pad_short_rows);
    (pad || !texts.is_empty()).then(|| -> crate::text::Irregular {
        Arc::new(move |record| {
            if record.len() > expected {
                record.rejoin(&texts, delimiter, expected);
            } else if pad {
                record.pad(expected);
            }
            record.len() == expected
        })
    })
}

/// How many lines, and how many characters of each, an error shows when there is no header among them.
const FIRST_LINES: usize = 6;
const FIRST_CHARACTERS: usize = 120;

/// The header's rows.
struct Found {
    rows: Vec<Titles>,
    /// The number of fields that every row must have.
    fields: usize,
    /// The field behind the last title, which is dropped and must be empty.
    dropped: Option<usize>,
    /// Whether the first record is data, and the text must be read from its beginning.
    reopen: bool,
}

#[cfg(test)]
mod tests;
