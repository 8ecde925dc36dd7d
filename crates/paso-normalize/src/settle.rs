//! Rows of one key: equal ones are one observation, differing ones are all quarantined.

use std::collections::BTreeMap;

use crate::{
    account::Account,
    block::{Block, Pointer},
    cell::PLAIN,
    mapping::Mapping,
    order::{order, same_keys},
    quarantine::Refused,
};

/// How many of the values of one key are named.
const NAMED: usize = 20;

/// Rows that may share their key with another one, of all bodies.
#[derive(Default)]
pub(crate) struct Candidates {
    block: Option<Block>,
    /// The number of each row among all observations, as they come.
    numbers: Vec<u64>,
    /// The number of each row's part in its body.
    parts: Vec<Option<u32>>,
}

/// What came of the candidates.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// One bit for each observation: whether it is left out.
    dropped: Vec<u64>,
    /// How many are left out.
    pub(crate) count: u64,
    /// Sums of several cells, by the number of the first.
    pub(crate) sums: BTreeMap<u64, Summed>,
    /// With their numbers among all observations.
    pub(crate) refused: Vec<(u64, Refused)>,
    /// What is left out, of each body.
    pub(crate) accounts: Vec<Account>,
}

impl Candidates {
    /// Takes rows of a block whose first row has this number.
    pub(crate) fn add(&mut self, block: Block, numbers: impl Iterator<Item = u64>, part: Option<u32>) {
        self.numbers.extend(numbers);
        self.parts.resize(self.numbers.len(), part);
        match &mut self.block {
            Some(known) => known.append(block),
            none => *none = Some(block),
        }
    }

    /// Finds the rows that truly share a key.
    pub(crate) fn settle(self, mapping: &Mapping<'_>, settled: &mut Settled) {
        let Some(block) = self.block else { return };
        let rows = &block.rows;
        let pointer = |row: u32| {
            let at = row as usize;
            Pointer { body: rows.body.get(at), part: self.parts[at], row: rows.row.get(at), col: rows.col.get(at) }
        };
        let order = order(&block).unwrap_or_else(|| (0..rows.count as u32).collect());
        let same = same_keys(&block, &order);
        let mut start = 0;
        while start < order.len() {
            let mut end = start + 1;
            while same.get(end - 1) == Some(&true) {
                end += 1;
            }
            let mut group = order[start..end].to_vec();
            start = end;
            group.sort_by_key(|row| pointer(*row));
            if let [first, repeats @ ..] = &group[..]
                && !repeats.is_empty()
            {
                let says = |row: u32| Says::of(mapping, &block, row);
                if let Some(class) = mapping.plan.summed
                    && let Some(sum) = group.iter().map(|row| says(*row).plain()).collect::<Option<Vec<_>>>()
                {
                    let status = group
                        .iter()
                        .map(|row| rows.status.get(*row as usize))
                        .fold(paso_model::Status::default(), paso_model::Status::union);
                    let decimals = group.iter().map(|row| rows.decimals.get(*row as usize)).max().unwrap_or_default();
                    // Parts come in the order of the bodies, so their sum is the same each time.
                    let sum = Summed { value: sum.iter().sum(), decimals, status, class };
                    settled.sums.insert(self.numbers[*first as usize], sum);
                    for row in repeats {
                        settled.drop(self.numbers[*row as usize]);
                        settled.account(pointer(*row).body).exclude("summed", 1);
                    }
                    continue;
                }
                if repeats.iter().all(|row| says(*row) == says(*first)) {
                    for row in repeats {
                        settled.drop(self.numbers[*row as usize]);
                        settled.account(pointer(*row).body).exclude("repeat", 1);
                    }
                    continue;
                }
                let mut values: Vec<String> = group.iter().take(NAMED).map(|row| says(*row).text()).collect();
                values.extend((group.len() > NAMED).then(|| format!("{} more", group.len() - NAMED)));
                let detail = format!("{} cells of one key hold {}", group.len(), values.join(" and "));
                for row in &group {
                    let number = self.numbers[*row as usize];
                    settled.drop(number);
                    settled.account(pointer(*row).body).quarantine("conflicting_duplicate", 1);
                    let refused = Refused {
                        pointer: pointer(*row),
                        column: mapping.plan.values[rows.rule.get(*row as usize) as usize].rule.column.clone(),
                        raw: says(*row).value.map_or_else(String::new, |value| value.to_string()),
                        reason: "conflicting_duplicate",
                        rule: "key".to_owned(),
                        detail: detail.clone(),
                    };
                    settled.refused.push((number, refused));
                }
            }
        }
    }
}

/// A figure that is the declared sum of several cells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summed {
    value: f64,
    decimals: u8,
    status: paso_model::Status,
    class: u16,
}

/// What a row says about its key.
#[derive(PartialEq)]
struct Says {
    value: Option<f64>,
    bounds: Option<(f64, f64)>,
    status: paso_model::Status,
    plain: bool,
}

impl Says {
    fn of(mapping: &Mapping<'_>, block: &Block, row: u32) -> Self {
        let (rows, row) = (&block.rows, row as usize);
        let class = mapping.plan.classes.get(rows.class.get(row));
        let bounds = if class.own_bounds { Some((rows.low.get(row), rows.high.get(row))) } else { class.bounds };
        let plain = rows.class.get(row) == PLAIN;
        Self { value: class.valued.then(|| rows.value.get(row)), bounds, status: rows.status.get(row), plain }
    }

    /// The value, where it is a number without an interval: what can be added.
    fn plain(&self) -> Option<f64> {
        self.value.filter(|_| self.plain)
    }

    fn text(&self) -> String {
        self.value.map_or_else(|| format!("nothing ({})", self.status), |value| value.to_string())
    }
}

impl Settled {
    /// Nothing yet, for so many bodies.
    pub(crate) fn new(bodies: usize) -> Self {
        Self { accounts: vec![Account::default(); bodies], ..Self::default() }
    }

    /// Puts the sums of several cells in place of the first of them. The rows of the block have numbers from `first` on.
    pub(crate) fn put_sums(&self, block: &mut Block, first: u64) {
        let rows = &mut block.rows;
        for (number, sum) in self.sums.range(first..first + rows.count as u64) {
            let row = (number - first) as usize;
            rows.value.set(rows.count, row, sum.value);
            rows.decimals.set(rows.count, row, sum.decimals);
            rows.status.set(rows.count, row, sum.status);
            rows.class.set(rows.count, row, sum.class);
        }
    }

    /// Whether an observation is left out.
    pub(crate) fn is_dropped(&self, number: u64) -> bool {
        self.dropped.get((number / 64) as usize).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    fn drop(&mut self, number: u64) {
        let word = (number / 64) as usize;
        if self.dropped.len() <= word {
            self.dropped.resize(word + 1, 0);
        }
        self.dropped[word] |= 1 << (number % 64);
        self.count += 1;
    }

    fn account(&mut self, body: u32) -> &mut Account {
        &mut self.accounts[body as usize]
    }
}
