//! Rows of one key: equal ones are one observation, differing ones are all quarantined.

use std::collections::BTreeMap;

use crate::{
    account::Account,
    block::{Block, Pointer},
    mapping::Mapping,
    order::{order, same_keys},
    quarantine::Refused,
    sum::Summed,
    symbols::Symbol,
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
                let parts: Vec<Says<'_>> = group.iter().map(|row| says(*row)).collect();
                let sum = mapping
                    .plan
                    .summed
                    .map(|sums| sums.add(&parts, group.iter().map(|row| rows.decimals.get(*row as usize)).max().unwrap_or_default()));
                if let Some(Some(sum)) = sum {
                    settled.sums.insert(self.numbers[*first as usize], sum);
                    for row in repeats {
                        settled.drop(self.numbers[*row as usize]);
                        settled.account(pointer(*row).body).exclude("summed", 1);
                    }
                    continue;
                }
                // Under a declared sum, equal rows are parts as well, and never repeats.
                if sum.is_none() && parts.iter().all(|part| *part == parts[0]) {
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

/// What a row says about its key.
#[derive(PartialEq)]
pub(crate) struct Says<'b> {
    pub(crate) value: Option<f64>,
    pub(crate) bounds: Option<(f64, f64)>,
    pub(crate) bound: Option<&'static str>,
    pub(crate) status: paso_model::Status,
    pub(crate) conf: &'b str,
    pub(crate) flags: Option<&'b str>,
    nature: Option<&'b str>,
}

impl<'b> Says<'b> {
    fn of(mapping: &Mapping<'b>, block: &'b Block, row: u32) -> Self {
        let (rows, row) = (&block.rows, row as usize);
        let class = mapping.plan.classes.get(rows.class.get(row));
        let words = |symbol: Symbol| (symbol != Symbol::NONE).then(|| block.texts.text(symbol));
        Self {
            value: class.valued.then(|| rows.value.get(row)),
            bounds: if class.own_bounds { Some((rows.low.get(row), rows.high.get(row))) } else { class.bounds },
            bound: class.bound,
            status: rows.status.get(row),
            conf: words(rows.conf.get(row)).unwrap_or(class.conf),
            flags: words(rows.flags.get(row)),
            nature: words(rows.nature.get(row)),
        }
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
        for (number, sum) in self.sums.range(first..first + block.rows.count as u64) {
            sum.put(block, (number - first) as usize);
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
