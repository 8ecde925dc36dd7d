//! Printed totals against the sums of their parts.

use std::collections::HashMap;

use paso_model::Dimension;
use serde::{Deserialize, Serialize};

use crate::{
    rows::{Row, Tables},
    spec::TotalCheck,
    symbols::Symbol,
};

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

type GroupKey = (Symbol, Symbol, u32, Vec<Symbol>);

#[derive(Default)]
struct Sum {
    low: f64,
    high: f64,
    missing: bool,
    parts: u64,
}

/// Runs one check over the rows of an edition.
pub(crate) fn total(check: &TotalCheck, rows: &[Row], tables: &Tables) -> CheckResult {
    let names: Vec<&str> = if check.whole == "_T" { Vec::new() } else { check.whole.split('+').map(|n| n.trim_end_matches('*')).collect() };
    let shared: Vec<Dimension> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let key = |row: &Row| -> GroupKey {
        (row.measure, row.unit, row.period, shared.iter().map(|dimension| row.dimensions[dimension.index()]).collect())
    };
    let wanted = |row: &Row, breakdown: &str| {
        tables.symbols.text(row.breakdown) == breakdown
            && (check.measures.is_empty() || check.measures.iter().any(|measure| measure == tables.symbols.text(row.measure)))
    };
    let mut sums: HashMap<GroupKey, Sum> = HashMap::new();
    for row in rows.iter().filter(|row| wanted(row, &check.parts)) {
        let sum = sums.entry(key(row)).or_default();
        sum.parts += 1;
        match (row.value, row.bounds) {
            (Some(value), _) => {
                sum.low += value;
                sum.high += value;
            }
            (None, Some((low, high))) => {
                sum.low += low;
                sum.high += high;
            }
            (None, None) => sum.missing = true,
        }
    }
    let mut result = CheckResult {
        check: format!("{} = {}", check.parts, check.whole),
        compared: 0,
        equal: 0,
        explained: 0,
        differences: Vec::new(),
        unexplained: 0,
    };
    for row in rows.iter().filter(|row| wanted(row, &check.whole)) {
        let (Some(printed), Some(sum)) = (row.value, sums.get(&key(row))) else { continue };
        result.compared += 1;
        let exact = (sum.high - sum.low).abs() < f64::EPSILON && !sum.missing;
        // Whole numbers sum exactly; the smallest difference of others is their last digit.
        if exact && (sum.low - printed).abs() < f64::EPSILON {
            result.equal += 1;
        } else if sum.low - check.tolerance <= printed && (sum.missing || printed <= sum.high + check.tolerance) {
            // A missing part can only be what the total has more; it is never negative where parts are counts.
            result.explained += 1;
        } else {
            result.unexplained += 1;
            if result.differences.len() < NAMED {
                let codes: Vec<&str> = shared.iter().map(|d| tables.symbols.text(row.dimensions[d.index()])).collect();
                let reached = if exact { sum.low.to_string() } else { format!("{} to {}", sum.low, sum.high) };
                result.differences.push(format!(
                    "{} {} {}: printed {printed}, the {} parts sum to {reached}",
                    tables.symbols.text(row.measure),
                    codes.join(" "),
                    tables.periods.get(row.period),
                    sum.parts,
                ));
            }
        }
    }
    result
}
