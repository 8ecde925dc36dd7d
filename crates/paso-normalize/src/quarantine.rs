//! Value cells that became no observation, one line each.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Date32Array, RecordBatch, StringArray, UInt32Array},
    error::ArrowError,
};
use jiff::civil::Date;
use paso_model::{days_since_epoch, quarantine};

use crate::{
    rows::{Pointer, Tables},
    symbols::Symbol,
};

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

/// The refused cells as one batch, in the order in which they stand in the bodies.
pub(crate) fn batch<'t>(dataset: &'t str, vintage: Date, refused: &'t [Refused], tables: &'t Tables) -> Result<RecordBatch, ArrowError> {
    let columns: Vec<ArrayRef> = vec![
        text(refused, |_| dataset),
        Arc::new(refused.iter().map(|_| Some(days_since_epoch(vintage))).collect::<Date32Array>()),
        text(refused, |r| &tables.snapshots[r.pointer.body as usize]),
        Arc::new(
            refused.iter().map(|r| r.pointer.part.map(|part| tables.symbols.text(Symbol::from_number(part)))).collect::<StringArray>(),
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
