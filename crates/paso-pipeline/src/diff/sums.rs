//! Figures of two editions added up by a dimension, as far as they may be added up.

use std::{cmp::Reverse, collections::BTreeMap};

use paso_model::{MeasureKind, Measures};
use paso_normalize::text_columns;
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
    /// The figure of the old edition; none where it has none.
    pub old: Option<f64>,
    /// The figure of the new edition.
    pub new: Option<f64>,
    /// The new one less the old one.
    pub difference: Option<f64>,
    /// The same in per cent of the old one.
    pub per_cent: Option<f64>,
}

/// One edition's rows of a group and breakdown.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    rows: u32,
    value: Option<f64>,
    decimals: u8,
}

/// Measure, unit, code, period.
type GroupKey = (String, String, String, String);

/// The figures by a dimension, the largest difference first; equal ones are left out. They are sums over the rows of one breakdown without sub-totals,
/// the coarsest that both editions have. A measure that never adds up has figures only where one row is the group.
pub fn sums(pair: &EditionPair, filter: &Filter, by: By, measures: &Measures) -> Result<Vec<Group>, DiffError> {
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
                let sum = &mut sums.entry(breakdown).or_default()[edition];
                let figure = columns.figure(row);
                sum.rows += 1;
                sum.decimals = sum.decimals.max(figure.decimals);
                sum.value = figure.value.map_or(sum.value, |value| Some(sum.value.unwrap_or_default() + value));
            }
            Ok(())
        })?;
    }
    let mut found: Vec<Group> = groups
        .into_iter()
        .filter_map(|((measure, unit, code, period), sums)| {
            let adds_up = measures.get(&measure).is_none_or(|measure| measure.kind != MeasureKind::Ratio);
            let usable = |sums: &&(String, [Sum; 2])| adds_up || sums.1.iter().all(|sum| sum.rows <= 1);
            let candidates: Vec<(String, [Sum; 2])> = sums.into_iter().map(|((_, breakdown), sums)| (breakdown, sums)).collect();
            let both = candidates.iter().filter(usable).find(|(_, sums)| sums.iter().all(|sum| sum.value.is_some()));
            let (breakdown, [old, new]) = both.or_else(|| candidates.iter().find(usable))?;
            let decimals = old.decimals.max(new.decimals);
            let (old, new) = (old.value.map(|value| rounded(value, decimals)), new.value.map(|value| rounded(value, decimals)));
            let code = by.dimension().map(|_| code);
            let (difference, per_cent) = (difference(old, new, decimals), per_cent(old, new));
            Some(Group { measure, unit, code, period, breakdown: breakdown.clone(), old, new, difference, per_cent })
        })
        .filter(|group| group.old != group.new)
        .collect();
    // What only one edition has says nothing of a difference, and comes last.
    found.sort_by_key(|group| Reverse(group.difference.map(|difference| difference.abs().to_bits())));
    Ok(found)
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
    use super::*;

    #[test]
    fn sub_totals_are_added_up_only_by_their_own_dimension() {
        assert_eq!(beside("ref_area*", By::RefArea), Some((0, "_T".to_owned())));
        assert_eq!(beside("origin+sex", By::Origin), Some((1, "sex".to_owned())));
        assert_eq!(beside("origin+ref_area*", By::Origin), None);
        assert_eq!(beside("_T", By::Period), Some((0, "_T".to_owned())));
    }
}
