//! Events of which no figure is known: a blank or unreadable cell is no reason for an event not to have happened.

use std::collections::{BTreeMap, HashSet};

use paso_decode::Batch;
use paso_model::{Dimension, MeasureKind, Measures, Status};

use crate::{
    block::Block,
    cell::PLAIN,
    column::Column,
    error::NormalizeError,
    mapper::Mapper,
    mapping::{From, Mapping},
    spec::{Cells, Counts, EventRule, Observe, Tabulation, Value},
};

/// The status of a figure that there is none of.
const MISSING: &str = "O";

/// The definition with cells that all pass, so that a row is refused only where it cannot be placed. None where cells count themselves: an
/// empty one is then no event.
pub(super) fn observe(observe: &Observe, measures: &Measures) -> Option<Observe> {
    let is_flow = |value: &&Value| measures.get(&value.measure).is_some_and(|measure| measure.kind == MeasureKind::Flow);
    let cells = Cells { missing: BTreeMap::from([(String::new(), MISSING.to_owned())]), ..Cells::default() };
    let values = observe.values.iter().filter(|value| value.counts.is_none()).filter(is_flow);
    let values: Vec<Value> = values
        .map(|value| Value { counts: Some(Counts::Cells), cells: Some(cells.clone()), bounds: None, scale: None, ..value.clone() })
        .collect();
    // No tabulation is made of it: one that keeps everything apart passes, whatever the values are.
    let by = Dimension::ALL.map(|dimension| dimension.column().to_owned()).to_vec();
    let event =
        observe.event.clone().map(|event| EventRule { tabulate: vec![Tabulation { by, measures: Vec::new(), count: None }], ..event });
    (!values.is_empty()).then(|| Observe { values, event, ..observe.clone() })
}

/// One row without a value for each row of a batch that is an event and none of those whose figures are known.
pub(super) fn unknown(
    presence: &Mapping<'_>,
    batch: &Batch,
    from: From<'_>,
    mut known: HashSet<u32>,
) -> Result<Option<Block>, NormalizeError> {
    let Some(block) = Mapper::map(presence, batch, from)?.block else { return Ok(None) };
    let rows: Vec<u32> = (0..block.rows.count as u32).filter(|row| known.insert(block.rows.row.get(*row as usize))).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let mut block = block.take(&rows);
    let missing: Status = MISSING.parse().unwrap_or_default();
    block.rows.status = block.rows.status.map(|status| status.union(missing));
    // The classes and rules of the other definition mean nothing here.
    block.rows.class = Column::All(PLAIN);
    block.rows.rule = Column::All(0);
    Ok(Some(block))
}
