//! Figures of two editions added up by a dimension, as far as they may be added up.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
};

use paso_model::{MeasureKind, Measures};
use paso_normalize::{key_digest, text_columns};
use serde::Serialize;

use super::{DiffError, EditionPair, Filter, compare::each_batch, difference, figure::rounded, per_cent};

/// What figures are added up by; always by measure, unit and period, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By period alone.
    Period,
    /// By reference area.
    RefArea,
    /// By origin.
    Origin,
}

impl By {
    /// The dimension beside measure, unit and period.
    pub fn dimension(self) -> Option<&'static str> {
        match self {
            Self::Period => None,
            Self::RefArea => Some("ref_area"),
            Self::Origin => Some("origin"),
        }
    }
}

/// The figures of a measure, a period and a code.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The measure.
    pub measure: String,
    /// Its unit.
    pub unit: String,
    /// The code of the dimension; none by period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The period.
    pub period: String,
    /// The breakdown whose rows were added up.
    pub breakdown: String,
    /// The sum of the old edition over the keys that both editions have; where they share none, over its own.
    pub old: Option<f64>,
    /// The same of the new edition.
    pub new: Option<f64>,
    /// How many keys both editions have a value of.
    pub shared: u32,
    /// How many the old edition alone has a value of: its sum is without them.
    pub only_old: u32,
    /// How many the new edition alone has a value of.
    pub only_new: u32,
    /// The new one less the old one; none where they are sums over different keys.
    pub difference: Option<f64>,
    /// The same in per cent of the old one.
    pub per_cent: Option<f64>,
}

/// One edition's rows of a group and breakdown: those whose key the other one has, too, and those that it alone has.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    rows: u32,
    decimals: u8,
    shared: Part,
    alone: Part,
}

#[derive(Debug, Clone, Copy, Default)]
struct Part {
    keys: u32,
    value: f64,
}

impl Sum {
    fn add(&mut self, value: Option<f64>, decimals: u8, shared: bool) {
        self.rows += 1;
        self.decimals = self.decimals.max(decimals);
        let part = if shared { &mut self.shared } else { &mut self.alone };
        if let Some(value) = value {
            part.keys += 1;
            part.value += value;
        }
    }
}

/// Measure, unit, code, period.
type GroupKey = (String, String, String, String);

/// The keys that both editions have a value of.
fn shared_keys(pair: &EditionPair, filter: &Filter) -> Result<HashSet<u128>, DiffError> {
    let mut known = HashSet::new();
    let mut shared = HashSet::new();
    each_batch(&pair.old.path, filter, |_, columns| {
        known.extend(columns.rows().filter(|row| columns.has_value(*row)).map(|row| key_digest(&columns.key, row)));
        Ok(())
    })?;
    each_batch(&pair.new.path, filter, |_, columns| {
        let keys = columns.rows().filter(|row| columns.has_value(*row)).map(|row| key_digest(&columns.key, row));
        shared.extend(keys.filter(|key| known.contains(key)));
        Ok(())
    })?;
    Ok(shared)
}

/// The figures by a dimension, the largest difference first; equal ones are left out. They are sums over the rows of one breakdown without sub-totals,
/// the coarsest that both editions have, and over the keys that both have: what one edition has more of is no revision. A measure that never
/// adds up has figures only where one row is the group.
pub fn sums(pair: &EditionPair, filter: &Filter, by: By, measures: &Measures) -> Result<Vec<Group>, DiffError> {
    let shared = shared_keys(pair, filter)?;
    let mut groups: BTreeMap<GroupKey, BTreeMap<(usize, String), [Sum; 2]>> = BTreeMap::new();
    for (edition, path) in [&pair.old.path, &pair.new.path].into_iter().enumerate() {
        each_batch(path, filter, |batch, columns| {
            let names = ["measure", "unit", by.dimension().unwrap_or("measure"), "period", "breakdown"];
            let texts = text_columns(batch, &names)?;
            for row in columns.rows() {
                let text = |place: usize| texts[place].value(row).to_owned();
                let Some(breakdown) = beside(texts[4].value(row), by) else { continue };
                let code = by.dimension().map(|_| text(2)).unwrap_or_default();
                let sums = groups.entry((text(0), text(1), code, text(3))).or_default();
                let figure = columns.figure(row);
                let both = shared.contains(&key_digest(&columns.key, row));
                sums.entry(breakdown).or_default()[edition].add(figure.value, figure.decimals, both);
            }
            Ok(())
        })?;
    }
    let has_code = by.dimension().is_some();
    let found = groups.into_iter().filter_map(|(key, sums)| group(key, has_code, sums, measures));
    let mut found: Vec<Group> = found.filter(|group| group.old != group.new).collect();
    // What only one edition has says nothing of a difference, and comes last.
    found.sort_by_key(|group| Reverse(group.difference.map(|difference| difference.abs().to_bits())));
    Ok(found)
}

/// The figures of one group: of the coarsest breakdown of which the editions share keys, else of the coarsest.
fn group(
    (measure, unit, code, period): GroupKey,
    has_code: bool,
    sums: BTreeMap<(usize, String), [Sum; 2]>,
    measures: &Measures,
) -> Option<Group> {
    let adds_up = measures.get(&measure).is_none_or(|measure| measure.kind != MeasureKind::Ratio);
    let usable = |sums: &&(String, [Sum; 2])| adds_up || sums.1.iter().all(|sum| sum.rows <= 1);
    let candidates: Vec<(String, [Sum; 2])> = sums.into_iter().map(|((_, breakdown), sums)| (breakdown, sums)).collect();
    let both = candidates.iter().filter(usable).find(|(_, [old, _])| old.shared.keys > 0);
    let (breakdown, sums) = both.or_else(|| candidates.iter().find(usable))?;
    let decimals = sums.iter().map(|sum| sum.decimals).max().unwrap_or_default();
    let [old, new] = sums.map(|sum| {
        let part = if both.is_some() { sum.shared } else { sum.alone };
        (part.keys > 0).then(|| rounded(part.value, decimals))
    });
    let compared = |number: Option<f64>| number.filter(|_| both.is_some());
    Some(Group {
        measure,
        unit,
        code: has_code.then_some(code),
        period,
        breakdown: breakdown.clone(),
        old,
        new,
        shared: sums[0].shared.keys,
        only_old: sums[0].alone.keys,
        only_new: sums[1].alone.keys,
        difference: compared(difference(old, new, decimals)),
        per_cent: compared(per_cent(old, new)),
    })
}

/// The dimensions of a breakdown beside the one that is added up by: how many, and as written. None where a sub-total is among them.
fn beside(breakdown: &str, by: By) -> Option<(usize, String)> {
    let own = |name: &&str| name.trim_end_matches('*') != by.dimension().unwrap_or_default() && *name != "_T";
    let names: Vec<&str> = breakdown.split('+').filter(own).collect();
    if names.iter().any(|name| name.ends_with('*')) {
        return None;
    }
    Some((names.len(), if names.is_empty() { "_T".to_owned() } else { names.join("+") }))
}

#[cfg(test)]
mod tests {
    use paso_normalize::CompleteFor;

    use super::*;
    use crate::diff::compare::tests::edition;

    #[test]
    fn what_one_edition_has_more_of_is_no_revision() {
        let folder = tempfile::tempdir().unwrap();
        let complete_for = CompleteFor::Dimensions(vec!["period".to_owned()]);
        let edition = |name: &str, rows: &[(&str, &str, f64, &str)]| edition(folder.path(), name, complete_for.clone(), rows);
        let pair = EditionPair {
            dataset: "a.b".to_owned(),
            old: edition("old", &[("CHL", "2020", 5.0, "A"), ("PER", "2020", 7.0, "A"), ("PER", "2019", 1.0, "A")]),
            new: edition("new", &[("CHL", "2020", 6.0, "A"), ("ARG", "2020", 100.0, "A"), ("ARG", "2019", 2.0, "A")]),
        };
        let groups = sums(&pair, &Filter::new(), By::Period, &Measures::parse("[measure]").unwrap()).unwrap();
        let told: Vec<_> = groups.iter().map(|g| (g.period.as_str(), g.old, g.new, g.difference, g.per_cent)).collect();
        let none_shared = ("2019", Some(1.0), Some(2.0), None, None);
        assert_eq!(told, [("2020", Some(5.0), Some(6.0), Some(1.0), Some(20.0)), none_shared]);
        let keys: Vec<_> = groups.iter().map(|group| (group.shared, group.only_old, group.only_new)).collect();
        assert_eq!(keys, [(1, 1, 1), (0, 1, 1)]);
    }

    #[test]
    fn sub_totals_are_added_up_only_by_their_own_dimension() {
        assert_eq!(beside("ref_area*", By::RefArea), Some((0, "_T".to_owned())));
        assert_eq!(beside("origin+sex", By::Origin), Some((1, "sex".to_owned())));
        assert_eq!(beside("origin+ref_area*", By::Origin), None);
        assert_eq!(beside("_T", By::Period), Some((0, "_T".to_owned())));
    }
}
