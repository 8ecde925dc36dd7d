//! The observations that declared tabulations make of events.

use std::{
    collections::{BTreeSet, HashMap, HashSet, hash_map::Entry},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray, UInt8Array, UInt32Array},
    error::ArrowError,
};
use jiff::civil::Date;
use paso_model::{Dimension, MeasureKind, Status, breakdown, code, days_since_epoch, observation};

use crate::{
    block::{Block, DIMENSIONS},
    coder::Origin,
    error::NormalizeError,
    events::found::Found,
    mapping::Mapping,
    plan::resolve,
    spec::Tabulation,
    statuses::When,
    symbols::Symbol,
};

/// The method of observations that are counted from events.
const METHOD: &str = "tabulation";
/// SDMX `CL_CONF_STATUS`, the stricter the later: free, protecting others (by the receiver, by the sender), small counts, confidential, for
/// internal use only.
const STRICTER: [&str; 6] = ["F", "S", "D", "A", "C", "N"];

/// The key of a tabulated observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    measure: Symbol,
    unit: Symbol,
    codes: [Symbol; DIMENSIONS],
    period: u32,
}

/// A figure that is added.
struct Figure {
    value: Option<f64>,
    bounds: Option<(f64, f64)>,
    bound: Option<&'static str>,
    decimals: u8,
    status: Status,
    conf: usize,
}

/// What is counted of one key.
#[derive(Debug, Default, Clone, PartialEq)]
struct Count {
    value: f64,
    valued: bool,
    /// The sums of the ends, each figure without an interval being both.
    low: f64,
    high: f64,
    /// Why there is an interval.
    bound: Option<&'static str>,
    /// Whether a part is withheld within an interval: the sum is then that interval and no number.
    withheld: bool,
    /// Whether a part has an interval that does not add up.
    uncertain: bool,
    decimals: u8,
    status: Status,
    /// A place in [`STRICTER`].
    conf: usize,
    /// The number of the event that was counted last.
    last: Option<usize>,
}

impl Count {
    /// A figure that is not known adds nothing, and its status says that the sum is not whole.
    fn add(&mut self, figure: &Figure) {
        self.valued |= figure.value.is_some();
        self.value += figure.value.unwrap_or_default();
        self.decimals = self.decimals.max(figure.decimals);
        self.status = self.status.union(figure.status);
        self.conf = self.conf.max(figure.conf);
        let interval = figure.bounds.filter(|_| figure.bound != Some("ci95"));
        self.uncertain |= figure.bounds.is_some() && interval.is_none();
        if let Some((low, high)) = interval.or(figure.value.map(|value| (value, value))) {
            self.low += low;
            self.high += high;
        }
        if interval.is_some() {
            self.withheld |= figure.value.is_none();
            self.bound = if self.withheld { Some("suppression") } else { figure.bound.or(self.bound) };
        }
    }

    /// Counts an event, of which several rows may come one after the other.
    fn see(&mut self, event: usize) {
        if self.last != Some(event) {
            self.last = Some(event);
            self.value += 1.0;
            self.valued = true;
        }
    }

    fn value(&self) -> Option<f64> {
        (self.valued && !self.withheld).then_some(self.value)
    }

    fn bounds(&self) -> Option<(f64, f64)> {
        (self.bound.is_some() && !self.uncertain).then_some((self.low, self.high))
    }

    /// The value or what stands for it, in words.
    fn text(&self) -> String {
        let value = self.value().map_or_else(|| "nothing".to_owned(), |value| value.to_string());
        match self.bounds() {
            Some((low, high)) => format!("{value} from {low} to {high} (status {})", self.status),
            None => format!("{value} (status {})", self.status),
        }
    }
}

/// The measures of flows among those of the value columns. Events are counted in the periods of flows: a stock has days of its own.
pub(super) fn flows(mapping: &Mapping<'_>) -> HashSet<Symbol> {
    mapping.plan.values.iter().filter(|value| value.definition.kind == MeasureKind::Flow).map(|value| value.measure).collect()
}

/// What the declared tabulations count, in the order of the keys. The rows point to no cell: many made them.
pub(super) fn observations(mapping: &Mapping<'_>, block: &mut Block, found: &Found, vintage: Date) -> Result<RecordBatch, NormalizeError> {
    let mut counts: HashMap<Key, Count> = HashMap::new();
    for tabulation in mapping.observe.event.iter().flat_map(|rule| &rule.tabulate) {
        for (key, count) in tabulate(mapping, block, found, tabulation) {
            match counts.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(count);
                }
                Entry::Occupied(known) if *known.get() == count => {}
                Entry::Occupied(known) => {
                    return Err(NormalizeError::Tabulations {
                        dataset: mapping.dataset.to_owned(),
                        key: words(block, &key),
                        one: known.get().text(),
                        other: count.text(),
                    });
                }
            }
        }
    }
    let table = Observed { mapping, block, vintage, breaks: breaks(mapping), rows: sorted(block, counts) };
    table.batch().map_err(|source| NormalizeError::Arrow { dataset: mapping.dataset.to_owned(), source })
}

/// What one tabulation counts.
fn tabulate(mapping: &Mapping<'_>, block: &mut Block, found: &Found, tabulation: &Tabulation) -> HashMap<Key, Count> {
    // Of a direction that is left out everything is meant, and of an area that is, the world.
    let totals =
        Dimension::ALL.map(|dimension| block.symbols.intern(if dimension == Dimension::RefArea { code::WORLD_AREA } else { code::TOTAL }));
    let kept =
        Dimension::ALL.map(|dimension| dimension == Dimension::OriginBasis || tabulation.by.iter().any(|name| name == dimension.column()));
    let not_applicable = block.symbols.intern(code::NOT_APPLICABLE);
    let counted = tabulation.count.as_ref().and_then(|name| {
        let unit = &mapping.reference.measures.get(name)?.unit;
        Some((block.symbols.intern(name), block.symbols.intern(unit)))
    });
    let added: HashSet<Symbol> = if tabulation.measures.is_empty() {
        mapping.plan.values.iter().map(|value| value.measure).collect()
    } else {
        tabulation.measures.iter().map(|name| block.symbols.intern(name)).collect()
    };
    let flows = flows(mapping);
    let mut counts: HashMap<Key, Count> = HashMap::new();
    let rows = &block.rows;
    for (number, event) in found.events().iter().enumerate() {
        for row in found.rows(event) {
            let at = *row as usize;
            let (measure, unit, period) = (rows.measure.get(at), rows.unit.get(at), rows.period.get(at));
            let codes = std::array::from_fn(|index| {
                let code = rows.dimensions[index].get(at);
                if kept[index] || code == not_applicable { code } else { totals[index] }
            });
            if found.is_figure(*row) && added.contains(&measure) {
                counts.entry(Key { measure, unit, codes, period }).or_default().add(&figure(mapping, block, at));
            }
            if let Some((measure, unit)) = counted.filter(|_| flows.contains(&measure)) {
                counts.entry(Key { measure, unit, codes, period }).or_default().see(number);
            }
        }
    }
    for count in counts.values_mut() {
        count.last = None;
    }
    counts
}

fn figure(mapping: &Mapping<'_>, block: &Block, row: usize) -> Figure {
    let rows = &block.rows;
    let class = mapping.plan.classes.get(rows.class.get(row));
    let conf = match rows.conf.get(row) {
        Symbol::NONE => class.conf,
        symbol => block.texts.text(symbol),
    };
    Figure {
        value: class.valued.then(|| rows.value.get(row)),
        bounds: if class.own_bounds { Some((rows.low.get(row), rows.high.get(row))) } else { class.bounds },
        bound: class.bound,
        decimals: rows.decimals.get(row),
        status: rows.status.get(row),
        conf: STRICTER.iter().position(|known| *known == conf).unwrap_or_default(),
    }
}

/// A key in words.
fn words(block: &Block, key: &Key) -> String {
    let codes = Dimension::ALL.into_iter().zip(key.codes).map(|(dimension, code)| (dimension, block.symbols.text(code)));
    let codes = codes.filter(|(dimension, code)| !dimension.is_total(code)).map(|(dimension, code)| format!("{dimension} {code}"));
    let period = block.periods.get(key.period).label().to_owned();
    std::iter::once(block.symbols.text(key.measure).to_owned()).chain(codes).chain([period]).collect::<Vec<_>>().join(", ")
}

/// The counts in the order of their keys. Numbers of symbols and periods do not sort as their texts do.
fn sorted(block: &Block, counts: HashMap<Key, Count>) -> Vec<(Key, Count)> {
    let (symbols, periods) = (block.symbols.places(), block.periods.places());
    let place = |symbol: Symbol| symbols[symbol.number() as usize];
    let mut rows: Vec<(Key, Count)> = counts.into_iter().collect();
    rows.sort_by_key(|(key, _)| (place(key.measure), place(key.unit), key.codes.map(place), periods[key.period as usize]));
    rows
}

/// Which dimensions some value column breaks down, as the breakdown of observations has it: by a column of codes, or by what the value says
/// of itself.
fn breaks(mapping: &Mapping<'_>) -> [bool; DIMENSIONS] {
    std::array::from_fn(|index| {
        mapping.plan.values.iter().any(|value| {
            let Some(root) = resolve(&value.dimensions, index) else { return false };
            let told = Dimension::ALL.get(root).is_some_and(|dimension| value.rule.dimensions.contains_key(dimension.column()));
            told || matches!(value.dimensions[root], Origin::Coded(_))
                || (index == Dimension::Other.index() && !mapping.plan.other.is_empty())
        })
    })
}

/// The tabulated observations.
struct Observed<'o> {
    mapping: &'o Mapping<'o>,
    block: &'o Block,
    vintage: Date,
    breaks: [bool; DIMENSIONS],
    rows: Vec<(Key, Count)>,
}

impl Observed<'_> {
    /// The breakdown of a key: further ones go by their own names.
    fn breakdown(&self, key: &Key) -> String {
        let mapping = self.mapping;
        let mut names: BTreeSet<(String, bool)> = BTreeSet::new();
        for (dimension, symbol) in Dimension::ALL.into_iter().zip(key.codes).filter(|(dimension, _)| self.breaks[dimension.index()]) {
            let code = self.block.symbols.text(symbol);
            if dimension == Dimension::Other && !mapping.plan.other.is_empty() {
                let ids = code.split(';').filter_map(|part| part.split_once('=')).map(|(id, _)| id);
                names.extend(ids.filter(|id| mapping.observe.other.contains_key(*id)).map(|id| (id.to_lowercase(), false)));
                continue;
            }
            let subtotal = mapping.plan.values.iter().any(|value| match value.dimensions[dimension.index()] {
                Origin::Coded(coder) => mapping.plan.coders[coder].subtotals.contains(&symbol.number()),
                Origin::Fixed(_) | Origin::Same(_) => false,
            });
            if subtotal || !dimension.is_total(code) {
                let group = dimension.holds_areas() && mapping.reference.areas.is_group(code);
                names.insert((dimension.column().to_owned(), subtotal || group));
            }
        }
        breakdown(names.iter().map(|(name, starred)| (name.as_str(), *starred)))
    }

    fn code(&self, of: impl Fn(&Key) -> Symbol) -> ArrayRef {
        Arc::new(self.rows.iter().map(|(key, _)| Some(self.block.symbols.text(of(key)))).collect::<StringArray>())
    }

    fn text(&self, of: impl Fn(&Key, &Count) -> Option<String>) -> ArrayRef {
        Arc::new(self.rows.iter().map(|(key, count)| of(key, count)).collect::<StringArray>())
    }

    fn number(&self, of: impl Fn(&Count) -> Option<f64>) -> ArrayRef {
        Arc::new(self.rows.iter().map(|(_, count)| of(count)).collect::<Float64Array>())
    }

    fn day(&self, of: impl Fn(&Key) -> Date) -> ArrayRef {
        Arc::new(self.rows.iter().map(|(key, _)| Some(days_since_epoch(of(key)))).collect::<Date32Array>())
    }

    fn nowhere(&self) -> ArrayRef {
        Arc::new(self.rows.iter().map(|_| None::<u32>).collect::<UInt32Array>())
    }

    fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let period = |key: &Key| self.block.periods.get(key.period);
        let mut columns: Vec<ArrayRef> = vec![
            self.text(|_, _| Some(self.mapping.dataset.to_owned())),
            self.day(|_| self.vintage),
            self.code(|key| key.measure),
            self.code(|key| key.unit),
        ];
        columns.extend(Dimension::ALL.map(|dimension| self.code(|key| key.codes[dimension.index()])));
        columns.extend([
            self.text(|key, _| Some(self.breakdown(key))),
            self.text(|key, _| Some(period(key).label().to_owned())),
            self.day(|key| period(key).start()),
            self.day(|key| period(key).end()),
            self.number(Count::value),
            Arc::new(self.rows.iter().map(|(_, count)| Some(count.decimals)).collect::<UInt8Array>()) as ArrayRef,
            self.number(|count| count.bounds().map(|(low, _)| low)),
            self.number(|count| count.bounds().map(|(_, high)| high)),
            self.text(|_, count| count.bounds().and(count.bound).map(str::to_owned)),
            self.text(|key, count| Some(When::of(period(key), self.vintage).status(count.status).to_string())),
            self.text(|_, count| STRICTER.get(count.conf).map(|conf| (*conf).to_owned())),
            self.text(|_, _| None),
            self.text(|_, _| None),
            self.text(|_, _| Some(METHOD.to_owned())),
            self.text(|_, _| None),
            self.text(|_, _| None),
            self.nowhere(),
            self.nowhere(),
        ]);
        RecordBatch::try_new(observation::schema(), columns)
    }
}
