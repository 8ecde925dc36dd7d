//! The rows of one edition, compact: codes are symbols until they are written.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use arrow::{
    array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringBuilder, UInt8Array, UInt32Array},
    error::ArrowError,
};
use jiff::civil::Date;
use paso_model::{Dimension, Period, Status, days_since_epoch, observation};

use crate::symbols::{Places, Symbol, Symbols};

/// Number of dimensions.
pub(crate) const DIMENSIONS: usize = Dimension::ALL.len();
/// Rows of a written batch.
const BATCH_ROWS: usize = 32 * 1024;

/// Where a value cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pointer {
    pub(crate) body: u32,
    pub(crate) part: Option<u32>,
    pub(crate) row: u32,
    pub(crate) col: u32,
}

/// One observation to be.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) measure: Symbol,
    pub(crate) unit: Symbol,
    pub(crate) dimensions: [Symbol; DIMENSIONS],
    pub(crate) breakdown: Symbol,
    pub(crate) period: u32,
    pub(crate) value: Option<f64>,
    pub(crate) decimals: u8,
    pub(crate) bounds: Option<(f64, f64)>,
    pub(crate) bound: Option<Symbol>,
    pub(crate) status: Status,
    pub(crate) conf: Symbol,
    pub(crate) nature: Option<Symbol>,
    pub(crate) flags: Option<Symbol>,
    pub(crate) column: Symbol,
    pub(crate) pointer: Pointer,
}

impl Row {
    /// Whether both say the same about the same key.
    pub(crate) fn repeats(&self, other: &Self) -> bool {
        self.value == other.value && self.bounds == other.bounds && self.status == other.status
    }
}

/// The distinct periods of an edition.
#[derive(Debug, Default)]
pub(crate) struct PeriodTable {
    periods: Vec<Period>,
    numbers: HashMap<Period, u32>,
}

impl PeriodTable {
    pub(crate) fn intern(&mut self, period: Period) -> u32 {
        if let Some(number) = self.numbers.get(&period) {
            return *number;
        }
        let number = self.periods.len() as u32;
        self.periods.push(period.clone());
        self.numbers.insert(period, number);
        number
    }

    pub(crate) fn get(&self, number: u32) -> &Period {
        &self.periods[number as usize]
    }
}

/// Everything that a row's numbers point to.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) symbols: Symbols,
    pub(crate) periods: PeriodTable,
    /// SHA-256 of each body, in order.
    pub(crate) snapshots: Vec<String>,
}

/// Compares rows by key, in byte order of the codes.
pub(crate) struct KeyOrder {
    places: Places,
    period_places: Vec<u32>,
}

impl KeyOrder {
    pub(crate) fn of(tables: &Tables) -> Self {
        let mut order: Vec<u32> = (0..tables.periods.periods.len() as u32).collect();
        order.sort_by(|a, b| tables.periods.get(*a).label().cmp(tables.periods.get(*b).label()));
        let mut period_places = vec![0; order.len()];
        let mut place = 0;
        for (index, period) in order.iter().enumerate() {
            // A label has one place, whatever days it stands for: the label is what the key holds.
            if index > 0 && tables.periods.get(order[index - 1]).label() != tables.periods.get(*period).label() {
                place += 1;
            }
            period_places[*period as usize] = place;
        }
        Self { places: tables.symbols.places(), period_places }
    }

    pub(crate) fn compare(&self, a: &Row, b: &Row) -> Ordering {
        let place = |x: Symbol, y: Symbol| self.places.of(x).cmp(&self.places.of(y));
        place(a.measure, b.measure)
            .then_with(|| place(a.unit, b.unit))
            .then_with(|| a.dimensions.iter().zip(&b.dimensions).map(|(x, y)| place(*x, *y)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal))
            .then_with(|| self.period_places[a.period as usize].cmp(&self.period_places[b.period as usize]))
    }
}

/// Writes rows as batches of the observation's schema.
pub(crate) fn batches<'t>(
    dataset: &'t str,
    vintage: Date,
    rows: &'t [Row],
    tables: &'t Tables,
) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> + 't {
    rows.chunks(BATCH_ROWS).map(move |rows| batch(dataset, vintage, rows, tables))
}

fn batch<'t>(dataset: &'t str, vintage: Date, rows: &'t [Row], tables: &'t Tables) -> Result<RecordBatch, ArrowError> {
    let text = |of: &dyn Fn(&Row) -> Option<Symbol>| -> ArrayRef {
        let mut builder = StringBuilder::with_capacity(rows.len(), rows.len() * 4);
        for row in rows {
            builder.append_option(of(row).map(|symbol| tables.symbols.text(symbol)));
        }
        Arc::new(builder.finish())
    };
    let date = |of: &dyn Fn(&Row) -> Date| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(days_since_epoch(of(row)))).collect::<Date32Array>())
    };
    let number = |of: &dyn Fn(&Row) -> Option<f64>| -> ArrayRef { Arc::new(rows.iter().map(of).collect::<Float64Array>()) };

    let mut columns: Vec<ArrayRef> =
        vec![plain(rows, |_| dataset), date(&|_| vintage), text(&|row| Some(row.measure)), text(&|row| Some(row.unit))];
    for dimension in Dimension::ALL {
        columns.push(text(&|row| Some(row.dimensions[dimension.index()])));
    }
    columns.extend([
        text(&|row| Some(row.breakdown)),
        plain(rows, |row| tables.periods.get(row.period).label()),
        date(&|row| tables.periods.get(row.period).start()),
        date(&|row| tables.periods.get(row.period).end()),
        number(&|row| row.value),
        Arc::new(rows.iter().map(|row| Some(row.decimals)).collect::<UInt8Array>()),
        number(&|row| row.bounds.map(|(low, _)| low)),
        number(&|row| row.bounds.map(|(_, high)| high)),
        text(&|row| row.bound),
        Arc::new(statuses(rows)),
        text(&|row| Some(row.conf)),
        text(&|row| row.nature),
        text(&|row| row.flags),
        plain(rows, |_| paso_model::code::NOT_APPLICABLE),
        plain(rows, |row| &tables.snapshots[row.pointer.body as usize]),
        text(&|row| row.pointer.part.map(Symbol::from_number)),
        Arc::new(rows.iter().map(|row| Some(row.pointer.row)).collect::<UInt32Array>()),
        Arc::new(rows.iter().map(|row| Some(row.pointer.col)).collect::<UInt32Array>()),
    ]);
    RecordBatch::try_new(observation::schema(), columns)
}

fn plain<'t>(rows: &'t [Row], of: impl Fn(&'t Row) -> &'t str) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(rows.len(), rows.len() * 4);
    for row in rows {
        builder.append_value(of(row));
    }
    Arc::new(builder.finish())
}

fn statuses(rows: &[Row]) -> arrow::array::StringArray {
    let mut written: HashMap<Status, String> = HashMap::new();
    let mut builder = StringBuilder::with_capacity(rows.len(), rows.len());
    for row in rows {
        builder.append_value(written.entry(row.status).or_insert_with(|| row.status.to_string()));
    }
    builder.finish()
}
