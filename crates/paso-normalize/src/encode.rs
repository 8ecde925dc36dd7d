//! Blocks into row groups of the observation's schema, straight from the numbers of the codes.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Date32Array, DictionaryArray, Float64Array, StringArray, UInt8Array, UInt32Array},
    buffer::NullBuffer,
    datatypes::UInt32Type,
    error::ArrowError,
};
use jiff::civil::Date;
use paso_lake::parquet::{EncodedGroup, GroupEncoder, ROW_GROUP_ROWS, ZSTD_LEVEL};
use paso_model::{Dimension, Status, code, days_since_epoch, observation};

use crate::{
    block::{Block, Rows},
    cell::{Class, Classes},
    column::Column,
    error::NormalizeError,
    symbols::{Symbol, Symbols},
};

/// What every row of an edition has in common, and the tables that all blocks share.
pub(crate) struct Edge<'e> {
    pub(crate) dataset: &'e str,
    pub(crate) vintage: Date,
    pub(crate) snapshots: &'e [String],
    pub(crate) classes: &'e Classes,
}

/// Encodes blocks; each thread has its own.
#[derive(Default)]
pub(crate) struct BlockEncoder(Option<GroupEncoder>);

impl BlockEncoder {
    /// Encodes the rows of a block in an order, or as they stand, in groups of at most [`ROW_GROUP_ROWS`].
    pub(crate) fn encode(&mut self, edge: &Edge<'_>, block: &Block, order: Option<&[u32]>) -> Result<Vec<EncodedGroup>, NormalizeError> {
        let encoder = match &mut self.0 {
            Some(encoder) => encoder,
            none => none.insert(GroupEncoder::new(&observation::schema(), ZSTD_LEVEL)?),
        };
        let mut groups = Vec::new();
        let count = block.rows.count;
        for start in (0..count).step_by(ROW_GROUP_ROWS) {
            let end = count.min(start + ROW_GROUP_ROWS);
            let sorted = match order {
                Some(order) => Some(block.rows.take(&order[start..end])),
                None if count > ROW_GROUP_ROWS => Some(block.rows.take(&(start as u32..end as u32).collect::<Vec<_>>())),
                None => None,
            };
            let arrays = arrays(edge, block, sorted.as_ref().unwrap_or(&block.rows));
            let arrays = arrays.map_err(|source| NormalizeError::Arrow { dataset: edge.dataset.to_owned(), source })?;
            groups.push(encoder.encode(&arrays)?);
        }
        Ok(groups)
    }
}

/// The columns of the observation's schema.
fn arrays(edge: &Edge<'_>, block: &Block, rows: &Rows) -> Result<Vec<ArrayRef>, ArrowError> {
    let count = rows.count;
    let symbols = values(&block.symbols);
    let texts = values(&block.texts);
    let code = |column: &Column<Symbol>| keyed(count, &symbols, column, |symbol| Some(symbol.number()));
    let words = |column: &Column<Symbol>| keyed(count, &texts, column, |symbol| (symbol != Symbol::NONE).then(|| symbol.number()));
    let same = |text: &str| keyed(count, &fixed([text]), &Column::All(()), |()| Some(0));
    let classes = edge.classes.all();
    let class = |of: fn(&Class) -> Option<&'static str>| {
        let texts = fixed(classes.iter().map(|class| of(class).unwrap_or("")));
        keyed(count, &texts, &rows.class, |number| of(&classes[number as usize]).map(|_| u32::from(number)))
    };
    let periods = block.periods.all();
    let labels = fixed(periods.iter().map(paso_model::Period::label));
    let day = |of: fn(&paso_model::Period) -> Date| -> ArrayRef {
        let days: Vec<i32> = periods.iter().map(|period| days_since_epoch(of(period))).collect();
        Arc::new(Date32Array::from_iter_values(each(count, &rows.period).map(|period| days[period as usize])))
    };
    let bound = |of: fn((f64, f64)) -> f64| -> ArrayRef {
        let bounds: Vec<Option<f64>> = classes.iter().map(|class| class.bounds.map(of)).collect();
        match rows.class {
            Column::All(class) if bounds[class as usize].is_none() => Arc::new(Float64Array::new_null(count)),
            _ => Arc::new(each(count, &rows.class).map(|class| bounds[class as usize]).collect::<Float64Array>()),
        }
    };
    let valued = classes.iter().any(|class| !class.valued) && rows.class.may_be(|class| !classes[class as usize].valued);
    let nulls = valued.then(|| each(count, &rows.class).map(|class| classes[class as usize].valued).collect::<NullBuffer>());
    let value = Float64Array::new(each(count, &rows.value).collect::<Vec<_>>().into(), nulls);

    let mut columns: Vec<ArrayRef> = vec![
        same(edge.dataset)?,
        Arc::new(Date32Array::from_value(days_since_epoch(edge.vintage), count)),
        code(&rows.measure)?,
        code(&rows.unit)?,
    ];
    for dimension in Dimension::ALL {
        columns.push(code(&rows.dimensions[dimension.index()])?);
    }
    columns.extend([
        code(&rows.breakdown)?,
        keyed(count, &labels, &rows.period, Some)?,
        day(paso_model::Period::start),
        day(paso_model::Period::end),
        Arc::new(value),
        Arc::new(UInt8Array::from_iter_values(each(count, &rows.decimals))),
        bound(|(low, _)| low),
        bound(|(_, high)| high),
        class(|class| class.bound)?,
        statuses(count, &rows.status)?,
        class(|class| Some(class.conf))?,
        words(&rows.nature)?,
        words(&rows.flags)?,
        same(code::NOT_APPLICABLE)?,
        keyed(count, &fixed(edge.snapshots.iter().map(String::as_str)), &rows.body, Some)?,
        words(&rows.part)?,
        Arc::new(UInt32Array::from_iter_values(each(count, &rows.row))),
        Arc::new(UInt32Array::from_iter_values(each(count, &rows.col))),
    ]);
    Ok(columns)
}

fn each<T: Copy>(count: usize, column: &Column<T>) -> impl Iterator<Item = T> + '_ {
    (0..count).map(move |row| match column {
        Column::All(value) => *value,
        Column::Each(values) => values[row],
    })
}

fn fixed<'t>(texts: impl IntoIterator<Item = &'t str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
}

fn values(symbols: &Symbols) -> ArrayRef {
    fixed(symbols.texts().iter().map(AsRef::as_ref))
}

/// A column of texts by their keys among some values; none is no text.
fn keyed<T: Copy + PartialEq>(
    count: usize,
    values: &ArrayRef,
    column: &Column<T>,
    key: impl Fn(T) -> Option<u32>,
) -> Result<ArrayRef, ArrowError> {
    let keys = match column {
        Column::All(value) => {
            let Some(key) = key(*value) else {
                return Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(UInt32Array::new_null(count), Arc::clone(values))?));
            };
            // A dictionary of one text is what the encoder need not look into.
            let one = values.slice(key as usize, 1);
            return Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(UInt32Array::from_value(0, count), one)?));
        }
        Column::Each(rows) if rows.iter().all(|row| key(*row).is_some()) => {
            UInt32Array::from_iter_values(rows.iter().map(|row| key(*row).unwrap_or_default()))
        }
        Column::Each(rows) => rows.iter().map(|row| key(*row)).collect(),
    };
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, Arc::clone(values))?))
}

fn statuses(count: usize, column: &Column<Status>) -> Result<ArrayRef, ArrowError> {
    let mut met: Vec<Status> = Vec::new();
    let mut last = 0;
    let numbers = column.map(|status| {
        if met.get(last) != Some(&status) {
            last = met.iter().position(|known| *known == status).unwrap_or_else(|| {
                met.push(status);
                met.len() - 1
            });
        }
        last as u32
    });
    let texts: Vec<String> = met.iter().map(ToString::to_string).collect();
    keyed(count, &fixed(texts.iter().map(String::as_str)), &numbers, Some)
}
