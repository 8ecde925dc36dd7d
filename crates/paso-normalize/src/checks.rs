//! Printed totals against the sums of their parts.

use std::collections::{BTreeMap, HashMap};

use paso_model::Dimension;
use serde::{Deserialize, Serialize};

use crate::{block::Block, cell::Classes, spec::TotalCheck};

/// How many differences a result names.
const NAMED: usize = 10;

/// What one check found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The parts' and the whole's breakdown: `ref_area+sex = ref_area`.
    pub check: String,
    /// Printed totals that have parts.
    pub compared: u64,
    /// Totals that equal the sum.
    pub equal: u64,
    /// Totals that differ within the declared tolerance or the intervals of suppressed parts, or whose parts are partly missing.
    pub explained: u64,
    /// The first differences that nothing explains.
    pub differences: Vec<String>,
    /// How many differences nothing explains.
    pub unexplained: u64,
    /// How many of those are declared: known mistakes of the publisher.
    #[serde(default)]
    pub differing: u64,
}

impl CheckResult {
    /// Whether every total is met or explained. A check that finds no total to compare says nothing, and does not hold.
    pub fn holds(&self) -> bool {
        self.unexplained <= self.differing && self.compared > 0
    }

    /// What is wrong, where it does not hold.
    pub fn problem(&self) -> String {
        match self.differences.first() {
            Some(example) => format!("{} totals of {} are not met, such as {example}", self.unexplained, self.check),
            None => format!("{} compares nothing: no total has parts", self.check),
        }
    }
}

/// A sum that hardly depends on the order of its parts: what each addition rounds away is summed as well (Neumaier's algorithm).
#[derive(Debug, Clone, Copy, Default)]
struct Exact {
    sum: f64,
    rest: f64,
}

impl Exact {
    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.rest += if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
    }

    fn join(&mut self, other: Self) {
        self.add(other.sum);
        self.add(other.rest);
    }

    fn value(self) -> f64 {
        self.sum + self.rest
    }
}

/// The parts of one total.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    /// Of the values as they are printed.
    value: Exact,
    low: Exact,
    high: Exact,
    /// Whether a part has no value, and whether it has no interval either.
    withheld: bool,
    missing: bool,
    parts: u64,
}

impl Sum {
    fn join(&mut self, other: Self) {
        self.value.join(other.value);
        self.low.join(other.low);
        self.high.join(other.high);
        self.withheld |= other.withheld;
        self.missing |= other.missing;
        self.parts += other.parts;
    }
}

/// A printed total, and the interval that it stands for.
#[derive(Debug, Clone, Copy)]
struct Printed {
    value: f64,
    low: f64,
    high: f64,
}

/// What a total belongs to: measure, unit, the codes of the dimensions and further breakdowns that whole and parts share, the period and its days; in the order of
/// the observation's key, joined by a character that sorts before every other one.
type Key = String;
const JOINT: char = '\0';

/// What a check has seen of some rows: the sums of parts, and the printed totals.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    sums: HashMap<Key, Sum>,
    printed: BTreeMap<Key, Vec<Printed>>,
}

impl Seen {
    /// Adds what was seen of other rows.
    pub(crate) fn join(&mut self, other: Self) {
        for (key, sum) in other.sums {
            self.sums.entry(key).or_default().join(sum);
        }
        for (key, values) in other.printed {
            self.printed.entry(key).or_default().extend(values);
        }
    }
}

/// The dimensions that whole and parts share, and the further breakdowns.
fn shared(check: &TotalCheck) -> (Vec<Dimension>, Vec<String>) {
    let names: Vec<&str> = if check.whole == "_T" { Vec::new() } else { check.whole.split('+').map(|n| n.trim_end_matches('*')).collect() };
    let others = names.iter().filter(|name| name.parse::<Dimension>().is_err()).map(|name| (*name).to_owned()).collect();
    (names.iter().filter_map(|name| name.parse().ok()).collect(), others)
}

/// Of `ID=code;ID=code` the pairs whose identifier is one of these, in lower case.
fn shared_others(text: &str, others: &[String]) -> String {
    let is_shared = |pair: &&str| pair.split_once('=').is_some_and(|(id, _)| others.contains(&id.to_lowercase()));
    text.split(';').filter(is_shared).collect::<Vec<_>>().join(";")
}

/// Numbers of a row's place in a check: measure, unit, period, further breakdowns, and the dimensions.
const PLACES: usize = 4 + Dimension::ALL.len();

/// Looks at the rows of a block. The sums of one key are made in the order of the rows.
pub(crate) fn see(check: &TotalCheck, block: &Block, classes: &Classes) -> Seen {
    let (rows, symbols) = (&block.rows, &block.symbols);
    let (shared, others) = shared(check);
    let roles: Vec<(bool, bool)> =
        symbols.texts().iter().map(|text| (text.as_ref() == check.parts, text.as_ref() == check.whole)).collect();
    let measured: Vec<bool> =
        symbols.texts().iter().map(|text| check.measures.is_empty() || check.measures.iter().any(|m| m == text.as_ref())).collect();
    let (mut pairs, mut pair_of): (Vec<String>, HashMap<u32, u32>) = (Vec::new(), HashMap::new());
    let mut sums: HashMap<[u32; PLACES], Sum> = HashMap::new();
    let mut printed: HashMap<[u32; PLACES], Vec<Printed>> = HashMap::new();
    for row in 0..rows.count {
        let (part, whole) = roles[rows.breakdown.get(row).number() as usize];
        if !(part || whole) || !measured[rows.measure.get(row).number() as usize] {
            continue;
        }
        let mut key = [0; PLACES];
        (key[0], key[1], key[2]) = (rows.measure.get(row).number(), rows.unit.get(row).number(), rows.period.get(row));
        if !others.is_empty() {
            let other = rows.dimensions[Dimension::Other.index()].get(row);
            key[3] = *pair_of.entry(other.number()).or_insert_with(|| {
                let text = shared_others(symbols.text(other), &others);
                pairs.iter().position(|known| *known == text).unwrap_or_else(|| {
                    pairs.push(text);
                    pairs.len() - 1
                }) as u32
            });
        }
        for (place, dimension) in key[4..].iter_mut().zip(&shared) {
            *place = rows.dimensions[dimension.index()].get(row).number();
        }
        let class = classes.get(rows.class.get(row));
        let value = class.valued.then(|| rows.value.get(row));
        let bounds = if class.own_bounds { Some((rows.low.get(row), rows.high.get(row))) } else { class.bounds };
        let (low, high) = bounds.or(value.map(|value| (value, value))).unzip();
        if part {
            let sum = sums.entry(key).or_default();
            sum.parts += 1;
            sum.withheld |= value.is_none();
            sum.value.add(value.unwrap_or_default());
            match (low, high) {
                (Some(low), Some(high)) => {
                    sum.low.add(low);
                    sum.high.add(high);
                }
                _ => sum.missing = true,
            }
        }
        if let (true, Some(value)) = (whole, value) {
            let (low, high) = (low.unwrap_or(value), high.unwrap_or(value));
            printed.entry(key).or_default().push(Printed { value, low, high });
        }
    }
    let text = |key: [u32; PLACES]| -> Key {
        let code = |number: u32| symbols.texts()[number as usize].as_ref();
        let period = block.periods.get(key[2]);
        let codes = [key[0], key[1]].into_iter().chain(key[4..].iter().copied().take(shared.len())).map(code);
        let mut text: Vec<String> = codes.map(str::to_owned).collect();
        text.extend((!others.is_empty()).then(|| pairs[key[3] as usize].clone()));
        text.extend([period.label().to_owned(), period.start().to_string(), period.end().to_string()]);
        text.join(&JOINT.to_string())
    };
    Seen {
        sums: sums.into_iter().map(|(key, sum)| (text(key), sum)).collect(),
        printed: printed.into_iter().map(|(key, values)| (text(key), values)).collect(),
    }
}

/// Compares the printed totals of an edition with the sums of their parts.
pub(crate) fn compare(check: &TotalCheck, seen: Seen) -> CheckResult {
    let mut result = CheckResult {
        check: format!("{} = {}", check.parts, check.whole),
        compared: 0,
        equal: 0,
        explained: 0,
        differences: Vec::new(),
        unexplained: 0,
        differing: check.differing,
    };
    for (key, mut values) in seen.printed {
        let Some(sum) = seen.sums.get(&key) else { continue };
        let (value, low, high) = (sum.value.value(), sum.low.value(), sum.high.value());
        values.sort_by(|one, other| one.value.total_cmp(&other.value));
        for printed in values {
            result.compared += 1;
            let exact = (high - low).abs() < f64::EPSILON && !sum.missing;
            // Whole numbers sum exactly; the smallest difference of others is their last digit.
            if !sum.withheld && (value - printed.value).abs() < f64::EPSILON {
                result.equal += 1;
            } else if low - check.tolerance <= printed.high && (sum.missing || check.selection || printed.low <= high + check.tolerance) {
                // A missing part can only be what the total has more; it is never negative where parts are counts.
                result.explained += 1;
            } else {
                result.unexplained += 1;
                if result.differences.len() < NAMED {
                    result.differences.push(difference(&key, printed.value, (low, high), exact, sum.parts));
                }
            }
        }
    }
    result
}

fn difference(key: &str, printed: f64, (low, high): (f64, f64), exact: bool, parts: u64) -> String {
    let texts: Vec<&str> = key.split(JOINT).collect();
    let (codes, days) = texts.split_at(texts.len().saturating_sub(3));
    let (measure, codes) = (codes.first().copied().unwrap_or_default(), codes.get(2..).unwrap_or_default().join(" "));
    let period = days.first().copied().unwrap_or_default();
    let reached = if exact { low.to_string() } else { format!("{low} to {high}") };
    format!("{measure} {codes} {period}: printed {printed}, the {parts} parts sum to {reached}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_does_not_depend_on_the_order_of_its_parts() {
        let sum = |values: &[f64]| {
            let mut sum = Exact::default();
            for value in values {
                sum.add(*value);
            }
            sum.value()
        };
        assert_eq!(sum(&[1e16, 1.5, -1e16, 0.25]).to_bits(), sum(&[0.25, 1e16, -1e16, 1.5]).to_bits());
        assert_eq!(sum(&[1e16, 1.5, -1e16, 0.25]).to_bits(), 1.75_f64.to_bits());
    }
}
