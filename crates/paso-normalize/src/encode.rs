//! Blocks into row groups of the observation's schema, straight from the numbers of the codes.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Date32Array, DictionaryArray, Float64Array, StringArray, UInt8Array, UInt32Array, new_null_array},
    buffer::NullBuffer,
    datatypes::UInt32Type,
    error::ArrowError,
};
use jiff::civil::Date;
use paso_lake::parquet::{ColumnValues, EncodedGroup, GroupEncoder, ROW_GROUP_ROWS, ZSTD_LEVEL};
use paso_model::{Dimension, Period, Status, code, days_since_epoch, observation};

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
            let columns = columns(edge, block, sorted.as_ref().unwrap_or(&block.rows));
            let columns = columns.map_err(|source| NormalizeError::Arrow { dataset: edge.dataset.to_owned(), source })?;
            groups.push(encoder.encode_columns(end - start, &columns)?);
        }
        Ok(groups)
    }
}

/// The columns of the observation's schema.
fn columns(edge: &Edge<'_>, block: &Block, rows: &Rows) -> Result<Vec<ColumnValues>, ArrowError> {
    let symbols = values(&block.symbols);
    let texts = values(&block.texts);
    let code = |column: &Column<Symbol>| keyed(&symbols, column, |symbol| Some(symbol.number()));
    let words = |column: &Column<Symbol>| keyed(&texts, column, |symbol| (symbol != Symbol::NONE).then(|| symbol.number()));
    let same = |text: &str| ColumnValues::Same(fixed([text]));
    let classes = edge.classes.all();
    // Where classes do not differ, all rows are as if they had the first one.
    let first = Column::All(0);
    let class = |of: fn(&Class) -> Option<&'static str>| {
        let column = if classes.windows(2).all(|pair| of(&pair[0]) == of(&pair[1])) { &first } else { &rows.class };
        let texts = fixed(classes.iter().map(|class| of(class).unwrap_or("")));
        keyed(&texts, column, |number| of(&classes[number as usize]).map(|_| u32::from(number)))
    };
    let periods = block.periods.all();
    let labels = fixed(periods.iter().map(Period::label));
    let day = |of: fn(&Period) -> Date| {
        let days: ArrayRef = Arc::new(Date32Array::from_iter_values(periods.iter().map(|period| days_since_epoch(of(period)))));
        keyed(&days, &rows.period, Some)
    };
    let own = rows.class.may_be(|class| classes[class as usize].own_bounds);
    let bound = |of: fn((f64, f64)) -> f64, each: &Column<f64>| {
        if own {
            let ends = rows.class.zip(each, |class, end| {
                let class = &classes[class as usize];
                if class.own_bounds { Some(end) } else { class.bounds.map(of) }
            });
            return numbers(&ends, |end| end, |ends| Arc::new(Float64Array::from(ends)));
        }
        let bounds: Vec<Option<f64>> = classes.iter().map(|class| class.bounds.map(of)).collect();
        let column = if bounds.windows(2).all(|pair| pair[0] == pair[1]) { &first } else { &rows.class };
        numbers(column, |class| bounds[class as usize], |bounds| Arc::new(Float64Array::from(bounds)))
    };
    let methods = classes.iter().any(|class| class.summed);
    let method =
        if methods { class(|class| Some(if class.summed { SUM } else { code::NOT_APPLICABLE }))? } else { same(code::NOT_APPLICABLE) };

    let mut columns = vec![
        same(edge.dataset),
        ColumnValues::Same(Arc::new(Date32Array::from(vec![days_since_epoch(edge.vintage)]))),
        code(&rows.measure)?,
        code(&rows.unit)?,
    ];
    for dimension in Dimension::ALL {
        columns.push(code(&rows.dimensions[dimension.index()])?);
    }
    columns.extend([
        code(&rows.breakdown)?,
        keyed(&labels, &rows.period, Some)?,
        day(Period::start)?,
        day(Period::end)?,
        published(classes, rows),
        numbers(&rows.decimals, |decimals| decimals, |decimals| Arc::new(UInt8Array::from(decimals))),
        bound(|(low, _)| low, &rows.low),
        bound(|(_, high)| high, &rows.high),
        class(|class| class.bound)?,
        statuses(&rows.status)?,
        conf(block, rows, classes, class(|class| Some(class.conf))?)?,
        words(&rows.nature)?,
        words(&rows.flags)?,
        method,
        keyed(&fixed(edge.snapshots.iter().map(String::as_str)), &rows.body, Some)?,
        words(&rows.part)?,
        row_numbers(rows),
        numbers(&rows.col, |col| col, |cols| Arc::new(UInt32Array::from(cols))),
    ]);
    Ok(columns)
}

/// The method of a figure that is the declared sum of several cells.
const SUM: &str = "sum";

/// How confidential the rows are: as a column says, else as their class does.
fn conf(block: &Block, rows: &Rows, classes: &[Class], by_class: ColumnValues) -> Result<ColumnValues, ArrowError> {
    if rows.conf == Column::All(Symbol::NONE) {
        return Ok(by_class);
    }
    let mut met: Vec<&str> = Vec::new();
    let numbers = rows.conf.zip(&rows.class, |symbol, class| {
        let text = if symbol == Symbol::NONE { classes[class as usize].conf } else { block.texts.text(symbol) };
        met.iter().position(|known| *known == text).unwrap_or_else(|| {
            met.push(text);
            met.len() - 1
        }) as u32
    });
    keyed(&fixed(met.iter().copied()), &numbers, Some)
}

/// The values, null in the classes that have none.
fn published(classes: &[Class], rows: &Rows) -> ColumnValues {
    let is_valued = |class: u16| classes[class as usize].valued;
    let nulls = rows.class.may_be(|class| !is_valued(class)).then(|| match &rows.class {
        Column::All(_) => NullBuffer::new_null(rows.count),
        Column::Each(each) => each.iter().map(|class| is_valued(*class)).collect(),
    });
    let values = match &rows.value {
        Column::All(value) => vec![*value; rows.count],
        Column::Each(values) => values.clone(),
    };
    ColumnValues::Each(Arc::new(Float64Array::new(values.into(), nulls)))
}

/// One table whose values stand in one column has each row number once.
fn row_numbers(rows: &Rows) -> ColumnValues {
    let values = numbers(&rows.row, |row| row, |rows| Arc::new(UInt32Array::from(rows)));
    match (values, &rows.body, &rows.part, &rows.col) {
        (ColumnValues::Each(array), Column::All(_), Column::All(_), Column::All(_)) => ColumnValues::Distinct(array),
        (values, ..) => values,
    }
}

fn numbers<T: Copy + PartialEq, U>(column: &Column<T>, of: impl Fn(T) -> U, array: impl Fn(Vec<U>) -> ArrayRef) -> ColumnValues {
    match column {
        Column::All(value) => ColumnValues::Same(array(vec![of(*value)])),
        Column::Each(values) => ColumnValues::Each(array(values.iter().map(|value| of(*value)).collect())),
    }
}

fn fixed<'t>(texts: impl IntoIterator<Item = &'t str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
}

fn values(symbols: &Symbols) -> ArrayRef {
    fixed(symbols.texts().iter().map(AsRef::as_ref))
}

/// A column by its keys among some values; none is no value.
fn keyed<T: Copy + PartialEq>(values: &ArrayRef, column: &Column<T>, key: impl Fn(T) -> Option<u32>) -> Result<ColumnValues, ArrowError> {
    let keys = match column {
        Column::All(value) => {
            let one = key(*value).map(|key| values.slice(key as usize, 1));
            return Ok(ColumnValues::Same(one.unwrap_or_else(|| new_null_array(values.data_type(), 1))));
        }
        Column::Each(rows) if rows.iter().all(|row| key(*row).is_some()) => {
            UInt32Array::from_iter_values(rows.iter().map(|row| key(*row).unwrap_or_default()))
        }
        Column::Each(rows) => {
            let valid: NullBuffer = rows.iter().map(|row| key(*row).is_some()).collect();
            UInt32Array::try_new(rows.iter().map(|row| key(*row).unwrap_or_default()).collect(), Some(valid))?
        }
    };
    Ok(ColumnValues::Each(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, Arc::clone(values))?)))
}

fn statuses(column: &Column<Status>) -> Result<ColumnValues, ArrowError> {
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
    keyed(&fixed(texts.iter().map(String::as_str)), &numbers, Some)
}
