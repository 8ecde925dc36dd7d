//! Value cells that became no observation, one line each.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Date32Array, RecordBatch, StringArray, UInt32Array},
    error::ArrowError,
};
use jiff::civil::Date;
use paso_decode::{Forms, Ragged};
use paso_model::{days_since_epoch, quarantine};

use crate::{block::Pointer, error::NormalizeError};

/// What the pointers of refused cells point to.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// The SHA-256 of each body.
    pub(crate) snapshots: Vec<String>,
    /// The parts, in the order in which they were met.
    parts: Vec<Arc<str>>,
}

impl Places {
    /// The places in these bodies.
    pub(crate) fn of(snapshots: Vec<String>) -> Self {
        Self { snapshots, parts: Vec::new() }
    }

    /// The number of a part.
    pub(crate) fn part(&mut self, part: Option<&Arc<str>>) -> Option<u32> {
        let part = part?;
        let known = self.parts.iter().rposition(|known| known == part);
        Some(known.unwrap_or_else(|| {
            self.parts.push(Arc::clone(part));
            self.parts.len() - 1
        }) as u32)
    }
}

/// A refused cell.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub(crate) pointer: Pointer,
    pub(crate) column: String,
    pub(crate) raw: String,
    pub(crate) reason: &'static str,
    pub(crate) rule: String,
    pub(crate) detail: String,
}

impl Refused {
    /// A cell of a row that does not fit its header.
    pub(crate) fn ragged(row: &Ragged, forms: &Forms, pointer: Pointer, column: &str) -> Self {
        Self {
            pointer,
            column: column.to_owned(),
            raw: row.text.clone(),
            reason: "ragged_row",
            rule: forms.text_key().to_owned(),
            detail: format!("the record has {} fields where the header has {}", row.fields, row.expected),
        }
    }
}

/// Fails where so many cells are refused that the definition cannot be right: they are all held in memory.
pub(crate) fn check_count(dataset: &str, refused: &[Refused], most: u64) -> Result<(), NormalizeError> {
    let cells = refused.len() as u64;
    match refused.first() {
        Some(first) if cells > most => {
            Err(NormalizeError::Refused { dataset: dataset.to_owned(), cells, most, detail: first.detail.clone() })
        }
        _ => Ok(()),
    }
}

/// The refused cells as one batch, in the order in which they stand in the bodies.
pub(crate) fn batch<'t>(dataset: &'t str, vintage: Date, refused: &'t [Refused], places: &'t Places) -> Result<RecordBatch, ArrowError> {
    let columns: Vec<ArrayRef> = vec![
        text(refused, |_| dataset),
        Arc::new(refused.iter().map(|_| Some(days_since_epoch(vintage))).collect::<Date32Array>()),
        text(refused, |r| &places.snapshots[r.pointer.body as usize]),
        Arc::new(
            refused
                .iter()
                .map(|r| r.pointer.part.and_then(|part| places.parts.get(part as usize)).map(AsRef::as_ref))
                .collect::<StringArray>(),
        ),
        Arc::new(refused.iter().map(|r| Some(r.pointer.row)).collect::<UInt32Array>()),
        Arc::new(refused.iter().map(|r| Some(r.pointer.col)).collect::<UInt32Array>()),
        text(refused, |r| &r.column),
        text(refused, |r| &r.raw),
        text(refused, |r| r.reason),
        text(refused, |r| &r.rule),
        text(refused, |r| &r.detail),
    ];
    RecordBatch::try_new(quarantine::schema(), columns)
}

fn text<'t>(refused: &'t [Refused], of: impl Fn(&'t Refused) -> &'t str) -> ArrayRef {
    Arc::new(refused.iter().map(|refused| Some(of(refused))).collect::<StringArray>())
}
