//! Datasets without figures: their rows become entries of a table, and each row has its place in the account.

use std::{collections::BTreeSet, sync::Arc};

use arrow::{
    array::{ArrayRef, Date32Array, RecordBatch, StringArray},
    error::ArrowError,
};
use jiff::civil::Date;
use paso_areas::Areas;
use paso_decode::{Batch, Forms, Limits, Ragged, Sink, SinkError, decode};
use paso_model::{
    Measures,
    column::{Column, ColumnType, schema},
    days_since_epoch,
};
use serde::Serialize;

use crate::{
    account::Account,
    block::Pointer,
    body::Body,
    codelist,
    error::NormalizeError,
    notes,
    quarantine::{self, Places, Refused},
    spec::{Codelist, Notes, Vintage},
    vintage::VintageFinder,
};

/// What the rows of a dataset without figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum List<'a> {
    /// A publisher's list of codes.
    Codelist(&'a Codelist),
    /// A publisher's footnotes.
    Notes(&'a Notes),
}

impl<'a> List<'a> {
    /// The columns of its table; the first two are the dataset and the edition.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Codelist(_) => &codelist::COLUMNS,
            Self::Notes(_) => &notes::COLUMNS,
        }
    }

    /// The name of its schema.
    pub fn schema_id(self) -> &'static str {
        match self {
            Self::Codelist(_) => "paso.codelist/1",
            Self::Notes(_) => "paso.notes/1",
        }
    }

    /// Where the edition date stands.
    pub fn vintage(self) -> Option<&'a Vintage> {
        match self {
            Self::Codelist(list) => list.vintage.as_ref(),
            Self::Notes(notes) => notes.vintage.as_ref(),
        }
    }

    /// Refuses what the reference data does not know.
    pub fn check(self, dataset: &str, areas: &Areas, measures: &Measures) -> Result<(), NormalizeError> {
        self.entries(areas).check(measures).map_err(|(key, problem)| NormalizeError::Definition {
            dataset: dataset.to_owned(),
            key,
            problem,
        })
    }

    fn entries(self, areas: &'a Areas) -> Box<dyn Entries + 'a> {
        match self {
            Self::Codelist(list) => Box::new(codelist::Codes { list, areas }),
            Self::Notes(notes) => Box::new(notes::Texts { notes, areas }),
        }
    }
}

/// A cell of an entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    Text(String),
    Day(Date),
}

/// An entry: the cells behind the dataset and the edition.
pub(crate) type Entry = Vec<Cell>;

/// Why a row is no entry, and which of its columns says so.
pub(crate) struct Unlisted {
    pub(crate) column: usize,
    pub(crate) reason: &'static str,
    pub(crate) detail: String,
}

/// How rows become entries.
pub(crate) trait Entries {
    /// The table of the definition.
    fn rule(&self) -> &'static str;
    /// The columns that are read, each with the key that names it; the first one is blamed for a row that has not its fields.
    fn columns(&self) -> Vec<(&str, String)>;
    /// A key that the reference data does not know, and the problem.
    fn check(&self, measures: &Measures) -> Result<(), (String, String)>;
    /// The entries of a row.
    fn read(&self, cells: &[&str]) -> Result<Vec<Entry>, Unlisted>;
}

/// The normalized table of a dataset without figures.
pub struct Listing {
    dataset: String,
    columns: &'static [Column],
    vintage: Date,
    entries: BTreeSet<Entry>,
    refused: Vec<Refused>,
    places: Places,
    account: Account,
}

struct Reader<'a> {
    url: String,
    forms: &'a Forms,
    entries: &'a dyn Entries,
    /// The rows that were read, to know those that repeat one.
    rows: BTreeSet<Vec<Entry>>,
    out: Listing,
    failure: Option<NormalizeError>,
}

/// Normalizes the bodies of a dataset without figures.
pub fn normalize_list(dataset: &str, forms: &Forms, list: List<'_>, areas: &Areas, bodies: &[Body<'_>]) -> Result<Listing, NormalizeError> {
    let entries = list.entries(areas);
    let out = Listing {
        dataset: dataset.to_owned(),
        columns: list.columns(),
        vintage: Date::ZERO,
        entries: BTreeSet::new(),
        refused: Vec::new(),
        places: Places::default(),
        account: Account::default(),
    };
    let mut reader = Reader { url: String::new(), forms, entries: &*entries, rows: BTreeSet::new(), out, failure: None };
    let mut vintages = VintageFinder::new(dataset, list.vintage());
    for body in bodies {
        reader.url.clone_from(&body.url);
        reader.out.places.snapshots.push(body.snapshot.clone());
        let source = body.open(dataset)?;
        let facts = decode(&*source, forms, Limits::default(), &mut reader)
            .map_err(|source| reader.failure.take().unwrap_or_else(|| body.failure(dataset, source)))?;
        vintages.see(&facts, body.last_modified, body.retrieved)?;
    }
    let Reader { rows, mut out, .. } = reader;
    if out.account.cells == 0 {
        return Err(NormalizeError::Empty { dataset: dataset.to_owned(), bodies: bodies.len() });
    }
    out.vintage = vintages.vintage()?;
    out.entries = rows.into_iter().flatten().collect();
    Ok(out)
}

impl Listing {
    /// The edition date.
    pub fn vintage(&self) -> Date {
        self.vintage
    }

    /// The account: one cell for each row.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The entries, sorted.
    pub fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let days = |days: Vec<i32>| -> ArrayRef { Arc::new(Date32Array::from(days)) };
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.entries.iter().map(|_| Some(self.dataset.as_str())).collect::<StringArray>()),
            days(self.entries.iter().map(|_| days_since_epoch(self.vintage)).collect()),
        ];
        for (index, column) in self.columns.iter().skip(2).enumerate() {
            let cells = self.entries.iter().map(|entry| &entry[index]);
            columns.push(match column.kind {
                ColumnType::Date => days(
                    cells
                        .map(|cell| match cell {
                            Cell::Day(day) => days_since_epoch(*day),
                            Cell::Text(_) => 0,
                        })
                        .collect(),
                ),
                _ => Arc::new(
                    cells
                        .map(|cell| match cell {
                            Cell::Text(text) => Some(text.as_str()),
                            Cell::Day(_) => None,
                        })
                        .collect::<StringArray>(),
                ),
            });
        }
        RecordBatch::try_new(schema(self.columns), columns)
    }

    /// The rows that are no entries.
    pub fn quarantine(&self) -> Result<RecordBatch, ArrowError> {
        quarantine::batch(&self.dataset, self.vintage, &self.refused, &self.places)
    }

    fn refuse(&mut self, part: Option<&Arc<str>>, refused: impl FnOnce(Pointer) -> Refused, row: u32, col: u32) {
        let body = self.places.snapshots.len().saturating_sub(1) as u32;
        let part = self.places.part(part);
        let refused = refused(Pointer { body, part, row, col });
        self.account.quarantine(refused.reason, 1);
        self.refused.push(refused);
    }
}

impl Reader<'_> {
    fn consume(&mut self, batch: &Batch) -> Result<(), NormalizeError> {
        let columns = self.entries.columns();
        let mut places = Vec::new();
        for (name, key) in &columns {
            let place = batch.columns.iter().position(|column| column.name == *name).ok_or_else(|| NormalizeError::MissingColumn {
                dataset: self.out.dataset.clone(),
                url: self.url.clone(),
                snapshot: self.out.places.snapshots.last().cloned().unwrap_or_default(),
                part: batch.part.as_deref().map(str::to_owned),
                column: (*name).to_owned(),
                key: key.clone(),
                found: batch.columns.iter().map(|column| format!("`{}`", column.name)).collect::<Vec<_>>().join(", "),
            })?;
            places.push(place);
        }
        let texts: Vec<_> = places.iter().map(|place| batch.texts(*place)).collect();
        for index in 0..batch.rows.len() {
            self.out.account.cells += 1;
            let cells: Vec<&str> = texts.iter().map(|texts| texts.get(index).unwrap_or("").trim()).collect();
            match self.entries.read(&cells) {
                Ok(entries) => {
                    if self.rows.insert(entries) {
                        self.out.account.observations += 1;
                    } else {
                        self.out.account.exclude("repeat", 1);
                    }
                }
                Err(Unlisted { column, reason, detail }) => {
                    let (name, raw, rule) = (columns[column].0.to_owned(), cells[column].to_owned(), self.entries.rule().to_owned());
                    let refused = |pointer| Refused { pointer, column: name, raw, reason, rule, detail };
                    self.out.refuse(batch.part.as_ref(), refused, batch.rows[index], batch.columns[places[column]].position);
                }
            }
        }
        Ok(())
    }
}

impl Sink for Reader<'_> {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.consume(&batch).map_err(|failure| {
            self.failure = Some(failure);
            SinkError::from("the definition does not fit the body")
        })
    }

    fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError> {
        self.out.account.cells += 1;
        let columns = self.entries.columns();
        let (forms, name) = (self.forms, columns.first().map_or("", |(name, _)| *name));
        self.out.refuse(ragged.part.as_ref(), |pointer| Refused::ragged(&ragged, forms, pointer, name), ragged.row, 0);
        Ok(())
    }
}
