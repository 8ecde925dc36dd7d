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
}

impl CheckResult {
    /// Whether every total is met or explained. A check that finds no total to compare says nothing, and does not hold.
    pub fn holds(&self) -> bool {
        self.unexplained == 0 && self.compared > 0
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
    low: Exact,
    high: Exact,
    missing: bool,
    parts: u64,
}

impl Sum {
    fn join(&mut self, other: Self) {
        self.low.join(other.low);
        self.high.join(other.high);
        self.missing |= other.missing;
        self.parts += other.parts;
    }
}

/// What a total belongs to: measure, unit, the codes of the dimensions that whole and parts share, the period and its days; in the order of
/// the observation's key, joined by a character that sorts before every other one.
type Key = String;
const JOINT: char = '\0';

/// What a check has seen of some rows: the sums of parts, and the printed totals.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    sums: HashMap<Key, Sum>,
    printed: BTreeMap<Key, Vec<f64>>,
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

fn shared(check: &TotalCheck) -> Vec<Dimension> {
    let names: Vec<&str> = if check.whole == "_T" { Vec::new() } else { check.whole.split('+').map(|n| n.trim_end_matches('*')).collect() };
    names.iter().filter_map(|name| name.parse().ok()).collect()
}

/// Looks at the rows of a block. The sums of one key are made in the order of the rows.
pub(crate) fn see(check: &TotalCheck, block: &Block, classes: &Classes) -> Seen {
    let (rows, symbols) = (&block.rows, &block.symbols);
    let shared = shared(check);
    let roles: Vec<(bool, bool)> =
        symbols.texts().iter().map(|text| (text.as_ref() == check.parts, text.as_ref() == check.whole)).collect();
    let measured: Vec<bool> =
        symbols.texts().iter().map(|text| check.measures.is_empty() || check.measures.iter().any(|m| m == text.as_ref())).collect();
    let mut sums: HashMap<[u32; 17], Sum> = HashMap::new();
    let mut printed: HashMap<[u32; 17], Vec<f64>> = HashMap::new();
    for row in 0..rows.count {
        let (part, whole) = roles[rows.breakdown.get(row).number() as usize];
        if !(part || whole) || !measured[rows.measure.get(row).number() as usize] {
            continue;
        }
        let mut key = [0; 17];
        (key[0], key[1], key[2]) = (rows.measure.get(row).number(), rows.unit.get(row).number(), rows.period.get(row));
        for (place, dimension) in key[3..].iter_mut().zip(&shared) {
            *place = rows.dimensions[dimension.index()].get(row).number();
        }
        let class = classes.get(rows.class.get(row));
        let value = class.valued.then(|| rows.value.get(row));
        if part {
            let sum = sums.entry(key).or_default();
            sum.parts += 1;
            match (value, class.bounds) {
                (Some(value), _) => {
                    sum.low.add(value);
                    sum.high.add(value);
                }
                (None, Some((low, high))) => {
                    sum.low.add(low);
                    sum.high.add(high);
                }
                (None, None) => sum.missing = true,
            }
        }
        if let (true, Some(value)) = (whole, value) {
            printed.entry(key).or_default().push(value);
        }
    }
    let text = |key: [u32; 17]| -> Key {
        let code = |number: u32| symbols.texts()[number as usize].as_ref();
        let period = block.periods.get(key[2]);
        let codes = [key[0], key[1]].into_iter().chain(key[3..].iter().copied().take(shared.len())).map(code);
        let mut text: Vec<String> = codes.map(str::to_owned).collect();
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
    };
    for (key, mut values) in seen.printed {
        let Some(sum) = seen.sums.get(&key) else { continue };
        let (low, high) = (sum.low.value(), sum.high.value());
        values.sort_by(f64::total_cmp);
        for printed in values {
            result.compared += 1;
            let exact = (high - low).abs() < f64::EPSILON && !sum.missing;
            // Whole numbers sum exactly; the smallest difference of others is their last digit.
            if exact && (low - printed).abs() < f64::EPSILON {
                result.equal += 1;
            } else if low - check.tolerance <= printed && (sum.missing || printed <= high + check.tolerance) {
                // A missing part can only be what the total has more; it is never negative where parts are counts.
                result.explained += 1;
            } else {
                result.unexplained += 1;
                if result.differences.len() < NAMED {
                    result.differences.push(difference(&key, printed, (low, high), exact, sum.parts));
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
