//! What holds today: the editions of a dataset, each replacing what it is complete for.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use arrow::{
    array::{Array, BooleanArray, Date32Array, RecordBatch, StringArray},
    compute::filter_record_batch,
    error::ArrowError,
};
use paso_model::observation::KEY;

use crate::spec::CompleteFor;

/// Raised by hand whenever the output of the same editions changes.
pub const CURRENT_CODE_VERSION: u32 = 2;

/// An edition: its rows, and what it replaces of those before it.
#[derive(Debug)]
pub struct Holding<'c> {
    /// Its rows.
    pub batches: Vec<RecordBatch>,
    /// What it replaces.
    pub complete_for: &'c CompleteFor,
}

/// The rows that hold, of editions in their order, oldest first: each replaces what it is complete for by its own rule. Editions come by
/// vintage, which is the beginning of the key; the rows of each keep their order.
///
/// # Errors
/// Arrow's, when a batch is not of the observation's schema.
pub fn current(editions: &[Holding<'_>]) -> Result<Vec<RecordBatch>, ArrowError> {
    let key: Vec<&str> = KEY.iter().copied().filter(|name| *name != "vintage").collect();
    held(editions, &key)
}

/// The events that hold, of the events tables of editions, by the same rules: the figures of an event in a period take the place of those
/// that an older edition has of it.
///
/// # Errors
/// Arrow's, when a batch is not of the schema of events.
pub fn current_events(editions: &[Holding<'_>]) -> Result<Vec<RecordBatch>, ArrowError> {
    held(editions, &["event", "period"])
}

fn held(editions: &[Holding<'_>], key: &[&str]) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut seen_keys: HashSet<u128> = HashSet::new();
    // What newer editions are complete for: the dimensions of each rule, and the values that they hold.
    let mut complete: Vec<(&[String], HashSet<u128>)> = Vec::new();
    let mut kept: Vec<Vec<RecordBatch>> = Vec::new();
    for edition in editions.iter().rev() {
        let dimensions: &[String] = match edition.complete_for {
            CompleteFor::Everything(_) => &[],
            CompleteFor::Dimensions(dimensions) => dimensions,
        };
        let (mut keys, mut slices) = (Vec::new(), Vec::new());
        let mut batches = Vec::new();
        for batch in &edition.batches {
            let key_columns = text_columns(batch, key)?;
            let own = text_columns(batch, dimensions)?;
            let newer =
                complete.iter().map(|(names, seen)| Ok((text_columns(batch, names)?, seen))).collect::<Result<Vec<_>, ArrowError>>()?;
            let mask: BooleanArray = (0..batch.num_rows())
                .map(|row| {
                    let key = key_digest(&key_columns, row);
                    let replaced = seen_keys.contains(&key) || newer.iter().any(|(columns, seen)| seen.contains(&key_digest(columns, row)));
                    keys.push(key);
                    if !own.is_empty() {
                        slices.push(key_digest(&own, row));
                    }
                    Some(!replaced)
                })
                .collect();
            let filtered = filter_record_batch(batch, &mask)?;
            if filtered.num_rows() > 0 {
                batches.push(filtered);
            }
        }
        seen_keys.extend(keys);
        if !dimensions.is_empty() {
            complete.push((dimensions, slices.into_iter().collect()));
        }
        kept.push(batches);
        if matches!(edition.complete_for, CompleteFor::Everything(_)) {
            break;
        }
    }
    // The vintage is the beginning of the key, whatever the order in which editions were served.
    kept.sort_by_key(|batches| newest_vintage(batches));
    Ok(kept.into_iter().flatten().collect())
}

/// The text columns of a batch by name.
///
/// # Errors
/// When there is no such column, or it holds no texts.
pub fn text_columns<'b>(batch: &'b RecordBatch, names: &[impl AsRef<str>]) -> Result<Vec<&'b StringArray>, ArrowError> {
    names
        .iter()
        .map(|name| {
            batch
                .column_by_name(name.as_ref())
                .and_then(|column| column.as_any().downcast_ref::<StringArray>())
                .ok_or_else(|| ArrowError::SchemaError(format!("no text column `{}` in an edition", name.as_ref())))
        })
        .collect()
}

/// One hash over two differently prefixed texts, 128 bits in all: among fifty million keys a collision has a chance of about 10^-23. No
/// output holds it.
pub fn key_digest(columns: &[&StringArray], row: usize) -> u128 {
    let (mut first, mut second) = (DefaultHasher::new(), DefaultHasher::new());
    1_u8.hash(&mut second);
    for column in columns {
        column.value(row).hash(&mut first);
        column.value(row).hash(&mut second);
    }
    (u128::from(first.finish()) << 64) | u128::from(second.finish())
}

/// The newest vintage among batches, as days since 1970-01-01.
pub fn newest_vintage(batches: &[RecordBatch]) -> Option<i32> {
    batches
        .iter()
        .filter_map(|batch| batch.column_by_name("vintage")?.as_any().downcast_ref::<Date32Array>().cloned())
        .flat_map(|column| (0..column.len()).map(move |row| column.value(row)).collect::<Vec<_>>())
        .max()
}
