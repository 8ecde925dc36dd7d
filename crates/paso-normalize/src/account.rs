//! The account: cells in = observations + quarantined + declared exclusions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The account of one body or of a whole edition, in value cells.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    /// Value cells in.
    pub cells: u64,
    /// Observations out.
    pub observations: u64,
    /// Cells in quarantine, by reason.
    pub quarantined: BTreeMap<String, u64>,
    /// Cells under a declared exclusion, by reason.
    pub excluded: BTreeMap<String, u64>,
}

impl Account {
    /// All cells in quarantine.
    pub fn quarantined_total(&self) -> u64 {
        self.quarantined.values().sum()
    }

    /// All cells under a declared exclusion.
    pub fn excluded_total(&self) -> u64 {
        self.excluded.values().sum()
    }

    /// Whether every cell is accounted for.
    pub fn balances(&self) -> bool {
        self.cells == self.observations + self.quarantined_total() + self.excluded_total()
    }

    /// Adds another account.
    pub fn add(&mut self, other: &Self) {
        self.cells += other.cells;
        self.observations += other.observations;
        for (reason, cells) in &other.quarantined {
            *self.quarantined.entry(reason.clone()).or_default() += cells;
        }
        for (reason, cells) in &other.excluded {
            *self.excluded.entry(reason.clone()).or_default() += cells;
        }
    }

    pub(crate) fn quarantine(&mut self, reason: &str, cells: u64) {
        *self.quarantined.entry(reason.to_owned()).or_default() += cells;
    }

    pub(crate) fn exclude(&mut self, reason: &str, cells: u64) {
        *self.excluded.entry(reason.to_owned()).or_default() += cells;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_cell_shows() {
        let mut account = Account { cells: 3, observations: 1, ..Account::default() };
        account.quarantine("bad_value", 1);
        assert!(!account.balances());
        account.exclude("not_applicable", 1);
        assert!(account.balances());
        let mut sum = account.clone();
        sum.add(&account);
        assert_eq!((sum.cells, sum.quarantined_total(), sum.excluded_total()), (6, 2, 2));
    }
}
