//! A publisher's list of codes, held against the reference data: every code must resolve, and aggregates must be groups.

use std::sync::Arc;

use arrow::{
    array::{RecordBatch, StringArray},
    error::ArrowError,
};
use jiff::civil::Date;
use paso_areas::Areas;
use paso_decode::{Batch, Forms, Limits, Ragged, Sink, SinkError, decode};
use paso_model::column::{
    Column,
    ColumnType::{Date as DateType, Text},
    schema,
};

use crate::{
    account::Account,
    block::Pointer,
    body::Body,
    error::NormalizeError,
    quarantine::{self, Places, Refused},
    spec::Codelist,
    vintage::VintageFinder,
};

/// The columns of a normalized code list.
pub const COLUMNS: [Column; 5] = [
    Column { name: "dataset", kind: Text, nullable: false, en: "Dataset", es: "Conjunto de datos" },
    Column { name: "vintage", kind: DateType, nullable: false, en: "Edition", es: "Edición" },
    Column { name: "code", kind: Text, nullable: false, en: "The publisher's code", es: "Código del publicador" },
    Column { name: "name", kind: Text, nullable: false, en: "The publisher's name", es: "Nombre del publicador" },
    Column { name: "area", kind: Text, nullable: false, en: "The area in `areas`", es: "El área en `areas`" },
];

/// A normalized code list.
pub struct NormalizedCodelist {
    dataset: String,
    vintage: Date,
    entries: Vec<(String, String, String)>,
    refused: Vec<Refused>,
    places: Places,
    account: Account,
}

struct Reader<'a> {
    dataset: &'a str,
    url: String,
    forms: &'a Forms,
    list: &'a Codelist,
    areas: &'a Areas,
    out: NormalizedCodelist,
    failure: Option<NormalizeError>,
}

/// Normalizes the bodies of a code list.
pub fn normalize_codelist(
    dataset: &str,
    forms: &Forms,
    list: &Codelist,
    areas: &Areas,
    bodies: &[Body<'_>],
) -> Result<NormalizedCodelist, NormalizeError> {
    let mut reader = Reader {
        dataset,
        url: String::new(),
        forms,
        list,
        areas,
        out: NormalizedCodelist {
            dataset: dataset.to_owned(),
            vintage: Date::ZERO,
            entries: Vec::new(),
            refused: Vec::new(),
            places: Places::default(),
            account: Account::default(),
        },
        failure: None,
    };
    let mut vintages = VintageFinder::new(dataset, list.vintage.as_ref());
    for body in bodies {
        reader.url.clone_from(&body.url);
        reader.out.places.snapshots.push(body.snapshot.clone());
        let source = body.open(dataset)?;
        let facts = decode(&*source, forms, Limits::default(), &mut reader)
            .map_err(|source| reader.failure.take().unwrap_or_else(|| body.failure(dataset, source)))?;
        vintages.see(&facts, body.last_modified, body.retrieved)?;
    }
    let mut out = reader.out;
    if out.account.cells == 0 {
        return Err(NormalizeError::Empty { dataset: dataset.to_owned(), bodies: bodies.len() });
    }
    out.vintage = vintages.vintage()?;
    out.entries.sort();
    let before = out.entries.len();
    out.entries.dedup();
    out.account.exclude("repeat", (before - out.entries.len()) as u64);
    out.account.excluded.retain(|_, cells| *cells > 0);
    out.account.observations = out.entries.len() as u64;
    Ok(out)
}

impl NormalizedCodelist {
    /// The edition date.
    pub fn vintage(&self) -> Date {
        self.vintage
    }

    /// The account: one cell for each code.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The codes, sorted.
    pub fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let column =
            |of: fn(&(String, String, String)) -> &str| Arc::new(self.entries.iter().map(|entry| Some(of(entry))).collect::<StringArray>());
        let vintage = paso_model::days_since_epoch(self.vintage);
        RecordBatch::try_new(
            schema(&COLUMNS),
            vec![
                Arc::new(self.entries.iter().map(|_| Some(self.dataset.as_str())).collect::<StringArray>()),
                Arc::new(self.entries.iter().map(|_| Some(vintage)).collect::<arrow::array::Date32Array>()),
                column(|entry| &entry.0),
                column(|entry| &entry.1),
                column(|entry| &entry.2),
            ],
        )
    }

    /// The codes that do not resolve, or resolve to the wrong kind of area.
    pub fn quarantine(&self) -> Result<RecordBatch, ArrowError> {
        quarantine::batch(&self.dataset, self.vintage, &self.refused, &self.places)
    }
}

impl Reader<'_> {
    fn consume(&mut self, batch: &Batch) -> Result<(), NormalizeError> {
        let find = |name: &str, key: &str| {
            batch.columns.iter().position(|column| column.name == name).ok_or_else(|| NormalizeError::MissingColumn {
                dataset: self.dataset.to_owned(),
                url: self.url.clone(),
                snapshot: self.out.places.snapshots.last().cloned().unwrap_or_default(),
                part: batch.part.as_deref().map(str::to_owned),
                column: name.to_owned(),
                key: key.to_owned(),
                found: batch.columns.iter().map(|column| format!("`{}`", column.name)).collect::<Vec<_>>().join(", "),
            })
        };
        let code_at = find(&self.list.code, "codelist.code")?;
        let name_at = find(&self.list.name, "codelist.name")?;
        let aggregate_at = find(&self.list.aggregate.column, "codelist.aggregate.column")?;
        let Some(scheme) = self.areas.scheme(&self.list.scheme) else {
            return Err(NormalizeError::Definition {
                dataset: self.dataset.to_owned(),
                key: "codelist.scheme".to_owned(),
                problem: format!("names the scheme `{}`, which reference/schemes.toml does not have", self.list.scheme),
            });
        };
        let [codes, names, aggregates] = [code_at, name_at, aggregate_at].map(|column| batch.texts(column));
        for index in 0..batch.rows.len() {
            self.out.account.cells += 1;
            let [code, name, aggregate] = [codes, names, aggregates].map(|texts| texts.get(index).unwrap_or("").trim());
            let aggregate = aggregate == self.list.aggregate.text;
            let refusal = match scheme.resolve(code) {
                None => Some(("unmapped_code", format!("`{code}` ({name}) is not in the scheme `{}`", self.list.scheme))),
                Some(area) if self.areas.is_group(area) != aggregate => {
                    let kind = |group: bool| if group { "an aggregate" } else { "a single area" };
                    Some((
                        "wrong_kind",
                        format!(
                            "`{code}` ({name}) is {} here and `{area}` is {} in reference/areas.csv",
                            kind(aggregate),
                            kind(!aggregate)
                        ),
                    ))
                }
                Some(area) => {
                    self.out.entries.push((code.to_owned(), name.to_owned(), area.to_owned()));
                    None
                }
            };
            if let Some((reason, detail)) = refusal {
                self.out.account.quarantine(reason, 1);
                let body = self.out.places.snapshots.len().saturating_sub(1) as u32;
                let part = self.out.places.part(batch.part.as_ref());
                self.out.refused.push(Refused {
                    pointer: Pointer { body, part, row: batch.rows[index], col: batch.columns[code_at].position },
                    column: self.list.code.clone(),
                    raw: code.to_owned(),
                    reason,
                    rule: "codelist".to_owned(),
                    detail,
                });
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
        self.out.account.quarantine("ragged_row", 1);
        let body = self.out.places.snapshots.len().saturating_sub(1) as u32;
        let part = self.out.places.part(ragged.part.as_ref());
        let pointer = Pointer { body, part, row: ragged.row, col: 0 };
        self.out.refused.push(Refused::ragged(&ragged, self.forms, pointer, &self.list.code));
        Ok(())
    }
}
