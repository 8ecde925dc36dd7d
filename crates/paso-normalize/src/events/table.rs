//! The events table.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray, UInt32Array},
    error::ArrowError,
};
use jiff::civil::Date;
use paso_model::{Dimension, days_since_epoch, events};

use crate::{
    block::Block,
    cell::Class,
    event::Event,
    events::found::{Found, Occurrence},
    mapping::Mapping,
    symbols::Symbol,
};

/// How many rows are laid out at once.
const PIECE: usize = 1 << 15;

/// The rows of the table, by id, item, measure and column.
pub(super) fn batches<'e>(
    mapping: &'e Mapping<'e>,
    block: &'e Block,
    found: &'e Found,
    snapshots: &'e [String],
    vintage: Date,
) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> + 'e {
    let (ids, measures) = (block.texts.places(), block.symbols.places());
    let events = found.events();
    let mut lines: Vec<(u32, u32)> =
        (0_u32..).zip(events).flat_map(|(number, event)| found.rows(event).iter().map(move |row| (number, *row))).collect();
    lines.sort_by_key(|(number, row)| {
        let (event, row) = (&events[*number as usize], *row as usize);
        let measure = measures[block.rows.measure.get(row).number() as usize];
        (ids[event.id.number() as usize], event.item, measure, block.rows.col.get(row))
    });
    let pieces = lines.len().div_ceil(PIECE).max(1);
    (0..pieces).map(move |piece| {
        let lines = lines.get(piece * PIECE..lines.len().min((piece + 1) * PIECE)).unwrap_or_default();
        Table { mapping, block, found, snapshots, vintage, lines }.batch()
    })
}

/// Some rows of the table: the number of the event and of the row.
struct Table<'t> {
    mapping: &'t Mapping<'t>,
    block: &'t Block,
    found: &'t Found,
    snapshots: &'t [String],
    vintage: Date,
    lines: &'t [(u32, u32)],
}

impl<'t> Table<'t> {
    fn events(&self) -> impl Iterator<Item = (&'t Occurrence, u32)> {
        let events = self.found.events();
        self.lines.iter().map(move |(number, row)| (&events[*number as usize], *row))
    }

    fn rows(&self) -> impl Iterator<Item = usize> {
        self.lines.iter().map(|(_, row)| *row as usize)
    }

    fn code(&self, of: impl Fn(usize) -> Symbol) -> ArrayRef {
        Arc::new(self.rows().map(|row| Some(self.block.symbols.text(of(row)))).collect::<StringArray>())
    }

    fn words(&self, of: impl Fn(usize) -> Symbol) -> ArrayRef {
        let text = |row| Some(of(row)).filter(|symbol| *symbol != Symbol::NONE).map(|symbol| self.block.texts.text(symbol));
        Arc::new(self.rows().map(text).collect::<StringArray>())
    }

    fn text(&self, of: impl Fn(usize) -> Option<&'t str>) -> ArrayRef {
        Arc::new(self.rows().map(of).collect::<StringArray>())
    }

    fn number(&self, of: impl Fn(usize) -> Option<f64>) -> ArrayRef {
        Arc::new(self.rows().map(of).collect::<Float64Array>())
    }

    fn day(&self, of: impl Fn(usize) -> Option<Date>) -> ArrayRef {
        Arc::new(self.rows().map(|row| of(row).map(days_since_epoch)).collect::<Date32Array>())
    }

    /// The event of a row. Without a rule for its days, they are those of the period.
    fn event(&self, row: usize) -> Event<'t> {
        let block = self.block;
        let mut event = Event::read(block.texts.text(block.rows.event.get(row)));
        if self.mapping.observe.event.as_ref().is_some_and(|rule| rule.start.is_none()) {
            let period = block.periods.get(block.rows.period.get(row));
            (event.start, event.end) = (Some(period.start()), event.end.or_else(|| period.end().yesterday().ok()));
        }
        event
    }

    /// What is known of a figure; nothing where the row has none.
    fn class(&self, row: usize) -> Option<&Class> {
        self.found.is_figure(row as u32).then(|| self.mapping.plan.classes.get(self.block.rows.class.get(row)))
    }

    fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let (block, rows) = (self.block, &self.block.rows);
        let dimension = |dimension: Dimension| self.code(move |row| rows.dimensions[dimension.index()].get(row));
        let bounds = |row: usize| {
            let class = self.class(row)?;
            if class.own_bounds { Some((rows.low.get(row), rows.high.get(row))) } else { class.bounds }
        };
        let kind = self.mapping.observe.event.as_ref().map_or("", |event| event.kind.as_str());
        let statuses = self.rows().map(|row| Some(rows.status.get(row).to_string())).collect::<StringArray>();
        let columns: Vec<ArrayRef> = vec![
            self.text(|_| Some(self.mapping.dataset)),
            self.day(|_| Some(self.vintage)),
            Arc::new(self.events().map(|(event, _)| Some(block.texts.text(event.id))).collect::<StringArray>()),
            Arc::new(self.events().map(|(event, _)| Some(event.item)).collect::<UInt32Array>()),
            self.text(|_| Some(kind)),
            dimension(Dimension::RefArea),
            dimension(Dimension::Region),
            self.number(|row| self.event(row).lat),
            self.number(|row| self.event(row).lon),
            self.text(|row| self.event(row).precision),
            self.day(|row| self.event(row).start),
            self.day(|row| self.event(row).end),
            self.text(|row| self.event(row).accuracy),
            self.text(|row| self.event(row).end_accuracy),
            self.text(|row| Some(block.periods.get(rows.period.get(row)).label())),
            dimension(Dimension::Origin),
            dimension(Dimension::Destination),
            dimension(Dimension::OriginBasis),
            dimension(Dimension::Citizenship),
            dimension(Dimension::Birth),
            dimension(Dimension::Sex),
            dimension(Dimension::Age),
            dimension(Dimension::Education),
            dimension(Dimension::Activity),
            dimension(Dimension::Category),
            dimension(Dimension::Subcategory),
            dimension(Dimension::Other),
            self.code(|row| rows.breakdown.get(row)),
            self.text(|row| self.event(row).title),
            self.text(|row| self.event(row).codes),
            self.code(|row| rows.measure.get(row)),
            self.number(|row| self.class(row).filter(|class| class.valued).map(|_| rows.value.get(row))),
            self.number(|row| bounds(row).map(|(low, _)| low)),
            self.number(|row| bounds(row).map(|(_, high)| high)),
            self.text(|row| self.class(row).and_then(|class| class.bound)),
            self.code(|row| rows.unit.get(row)),
            Arc::new(statuses),
            self.words(|row| rows.flags.get(row)),
            self.text(|row| Some(self.snapshots[rows.body.get(row) as usize].as_str())),
            self.words(|row| rows.part.get(row)),
            Arc::new(self.rows().map(|row| Some(rows.row.get(row))).collect::<UInt32Array>()),
            Arc::new(self.rows().map(|row| Some(rows.col.get(row))).collect::<UInt32Array>()),
        ];
        RecordBatch::try_new(events::schema(), columns)
    }
}
