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

/// The rows that hold, from the batches of each edition in the order in which they were served, oldest first. Editions come by vintage, which
/// is the beginning of the key; the rows of each keep their order.
///
/// # Errors
/// Arrow's, when a batch is not of the observation's schema.
pub fn current(editions: &[Vec<RecordBatch>], complete_for: &CompleteFor) -> Result<Vec<RecordBatch>, ArrowError> {
    let Some(newest) = editions.last() else { return Ok(Vec::new()) };
    let dimensions = match complete_for {
        CompleteFor::Everything(_) => return Ok(newest.clone()),
        CompleteFor::Dimensions(dimensions) => dimensions,
    };
    let key: Vec<&str> = KEY.iter().copied().filter(|name| *name != "vintage").collect();
    let complete: Vec<&str> = dimensions.iter().map(String::as_str).collect();
    let mut seen_keys: HashSet<u128> = HashSet::new();
    let mut seen_slices: HashSet<u128> = HashSet::new();
    let mut kept: Vec<Vec<RecordBatch>> = Vec::new();
    for edition in editions.iter().rev() {
        let (mut keys, mut slices) = (Vec::new(), Vec::new());
        let mut batches = Vec::new();
        for batch in edition {
            let key_columns = columns(batch, &key)?;
            let slice_columns = columns(batch, &complete)?;
            let mask: BooleanArray = (0..batch.num_rows())
                .map(|row| {
                    let key = digest(&key_columns, row);
                    let slice = digest(&slice_columns, row);
                    let replaced = seen_keys.contains(&key) || (!complete.is_empty() && seen_slices.contains(&slice));
                    keys.push(key);
                    slices.push(slice);
                    Some(!replaced)
                })
                .collect();
            let filtered = filter_record_batch(batch, &mask)?;
            if filtered.num_rows() > 0 {
                batches.push(filtered);
            }
        }
        seen_keys.extend(keys);
        seen_slices.extend(slices);
        kept.push(batches);
    }
    // The vintage is the beginning of the key, whatever the order in which editions were served.
    kept.sort_by_key(|batches| newest_vintage(batches));
    Ok(kept.into_iter().flatten().collect())
}

fn columns<'b>(batch: &'b RecordBatch, names: &[&str]) -> Result<Vec<&'b StringArray>, ArrowError> {
    names
        .iter()
        .map(|name| {
            batch
                .column_by_name(name)
                .and_then(|column| column.as_any().downcast_ref::<StringArray>())
                .ok_or_else(|| ArrowError::SchemaError(format!("no text column `{name}` in an edition")))
        })
        .collect()
}

/// One hash over two differently prefixed texts, 128 bits in all: among fifty million keys a collision has a chance of about 10^-23. No
/// output holds it.
fn digest(columns: &[&StringArray], row: usize) -> u128 {
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
