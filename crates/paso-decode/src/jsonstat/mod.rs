//! JSON-stat bodies.

mod answer;
mod cells;
mod draft;
mod form;
mod hierarchy;
mod outline;
mod pointer;
mod rows;
mod seen;
mod status;
mod structure;
mod text_list;

use std::sync::Arc;

use crate::batch::{Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::json::lexer::{Kind, Offset};
use crate::position::Position;
use crate::source::Source;
use draft::Draft;
pub use draft::Unit;
pub use form::{JsonStatForm, Labels};
use outline::{Outline, PLACE};
use rows::Rows;
use status::{Cube, LISTED, Status};
pub use structure::{DataSet, Dimension};

/// Reads a JSON-stat body.
pub(crate) fn decode(source: &dyn Source, form: &JsonStatForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    decode_within(source, form, limits, LISTED, sink)
}

fn decode_within(
    source: &dyn Source,
    form: &JsonStatForm,
    limits: Limits,
    listed: usize,
    sink: &mut dyn Sink,
) -> Result<Facts, DecodeError> {
    let wanted: Vec<String> = form.facts.values().map(|pointer| pointer::member(pointer)).collect();
    let (sets, members) = read_structure(source, &wanted)?;
    let several = sets.len() > 1;
    let sets = selected(sets, form.dataset.as_deref())?;
    let facts = facts(source, &members, form)?;
    let (mut count, mut cells) = (0, 0_u64);
    for set in &sets {
        let place = structure::place(&set.pointer);
        let cube = Cube { place: &place, cells: set.cells, dense: set.value.kind == Kind::Array, listed };
        let mut statuses = Status::open(source, set.status, cube)?;
        let part = several.then(|| Arc::from(set.pointer.as_str()));
        let mut rows = Rows::new(set, part, !matches!(statuses, Status::None), form, limits, sink)?;
        cells::read(source, set, &mut statuses, &mut rows)?;
        count += rows.finish()?;
        cells = cells.saturating_add(set.cells);
    }
    if count == 0 {
        let problem = format!("none of its {cells} cells has a value or a status");
        return Err(DecodeError::Empty { place: PLACE.to_owned(), problem });
    }
    Ok(facts)
}

/// The data sets of a JSON-stat body: what `decode` would read, without reading it.
///
/// Fails as `decode` does, except for what stands in `value` and `status` themselves.
pub fn structure(source: &dyn Source) -> Result<Vec<DataSet>, DecodeError> {
    read_structure(source, &[]).map(|(sets, _)| sets)
}

type Structure = (Vec<DataSet>, Vec<(String, Offset)>);

fn read_structure(source: &dyn Source, wanted: &[String]) -> Result<Structure, DecodeError> {
    let reader = source.open(0).map_err(|source| DecodeError::Read { place: PLACE.to_owned(), source })?;
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let mut outline = outline::read(reader, &wanted)?;
    let members = std::mem::take(&mut outline.members);
    Ok((data_sets(outline)?, members))
}

/// The data sets of a message, in its order. A message that has none is an error, by what it is instead.
fn data_sets(outline: Outline) -> Result<Vec<DataSet>, DecodeError> {
    let Outline { mut drafts, answer, .. } = outline;
    let Some(message) = drafts.pop() else { return Err(nothing("the body is no object")) };
    if message.is_data_set() {
        return structure::resolve(message).map(|set| vec![set]);
    }
    let class = message.class.as_deref();
    if class != Some("dimension") {
        let sets = drafts.into_iter().filter(Draft::is_data_set).map(structure::resolve).collect::<Result<Vec<_>, _>>()?;
        if !sets.is_empty() {
            return Ok(sets);
        }
    }
    if let Some(error) = answer.as_ref().and_then(|(member, raw)| answer::read(member, raw)) {
        return Err(error);
    }
    let empty = |problem: String| Err(DecodeError::Empty { place: PLACE.to_owned(), problem });
    match (class, message.items) {
        (Some("dataset"), _) => structure::resolve(message).map(|set| vec![set]),
        (Some("collection"), links) | (None, links @ Some(_)) => {
            empty(format!("a collection with {} links and no data set of its own", links.unwrap_or(0)))
        }
        (Some("dimension"), _) => empty("a dimension on its own".to_owned()),
        (None, None) if message.category => empty("a dimension on its own".to_owned()),
        _ if message.dimensions.is_some() => structure::resolve(message).map(|set| vec![set]),
        _ => Err(nothing("no object in it has both `dimension` and `value`")),
    }
}

fn nothing(problem: &str) -> DecodeError {
    DecodeError::Malformed { place: PLACE.to_owned(), at: Position::Byte(0), problem: format!("no JSON-stat data set: {problem}") }
}

/// The data set that the definition names, or all of them.
fn selected(sets: Vec<DataSet>, wanted: Option<&str>) -> Result<Vec<DataSet>, DecodeError> {
    let Some(wanted) = wanted else { return Ok(sets) };
    let pointer = if wanted.starts_with('/') { wanted.to_owned() } else { format!("/{}", wanted.replace('~', "~0").replace('/', "~1")) };
    let found: Vec<String> = sets.iter().map(|set| set.pointer.clone()).collect();
    let set = sets.into_iter().find(|set| set.pointer == pointer);
    set.map(|set| vec![set]).ok_or(DecodeError::DataSetMissing { dataset: wanted.to_owned(), found })
}

fn facts(source: &dyn Source, members: &[(String, Offset)], form: &JsonStatForm) -> Result<Facts, DecodeError> {
    let mut facts = Facts::new();
    for (name, pointer) in &form.facts {
        let missing = || DecodeError::FactMissing { name: name.clone(), position: format!("\"{pointer}\"") };
        facts.insert(name.clone(), pointer::find(source, members, pointer)?.ok_or_else(missing)?);
    }
    Ok(facts)
}

#[cfg(test)]
mod tests;
