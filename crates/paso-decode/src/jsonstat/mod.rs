//! JSON-stat, the cube in one array: <https://json-stat.org/full/> (versions 1.0 to 2.0).
//!
//! A data set is a cube. `id` names its dimensions, `size` says how many categories each has, and `value` has the cells one after the other,
//! of which the last dimension changes fastest:
//!
//! ```json
//! {"version": "2.0", "class": "dataset", "label": "People", "updated": "2026-08-10",
//!  "id": ["sex", "year"], "size": [2, 2],
//!  "dimension": {
//!    "sex": {"category": {"index": ["F", "M"], "label": {"F": "women", "M": "men"}}},
//!    "year": {"category": {"index": {"2021": 1, "2020": 0}}}},
//!  "value": [1.50, null, 3, 4],
//!  "status": {"1": "c"}}
//! ```
//!
//! gives the rows below: dimensions under their ids, the value as it is written, and `status` where the message has any.
//!
//! | row | sex | year | OBS_VALUE | status |
//! |---|---|---|---|---|
//! | 1 | F | 2020 | 1.50 | |
//! | 2 | F | 2021 | | c |
//! | 3 | M | 2020 | 3 | |
//! | 4 | M | 2021 | 4 | |
//!
//! **Which cells come out.** A cell is a row where it has a value, or a status of its own that is neither null nor empty: a number that is kept
//! confidential is said to be so by its status alone. A null or absent cell without such a status is no row: a cube has cells for every
//! combination, also for those that nobody observes, and no reader of the format lists them. A status that is one for all cells is no cell's own.
//! The row's number is the position in the cube from 1, whatever the order of the keys is.
//!
//! # What comes in several forms
//!
//! * `value` is an array with a place for every cell, or an object with those that have something: `{"0": 1.50, "3": 4}`. Keys come in any
//!   order (Eurostat's do, in runs), so rows come in the order of the body, and after them the cells that only have a status.
//! * `status` is an array like `value`, an object (whatever form `value` has), one text for all cells (`"e"`), or an array of that text.
//! * `index` is an array of ids, an object of positions in any order, or absent in a dimension of one category, whose id is that of its label.
//! * Version 1.0 has `id`, `size` and `role` within `dimension`, and data sets as members of a bundle, `{"CPI15": {…}, "CPI16": {…}}`; PX-Web
//!   always calls its one `dataset`. A dimension may itself be called `id`, `size` or `role`: one has a `category`, and the lists do not.
//! * A collection has data sets, collections, or mere links to them at `/link/item`. Several data sets are several parts, named by their JSON
//!   pointers; a single one is no part. Links are not followed: a collection without data sets has no data, nor has a dimension on its own.
//! * Members come in any order. Eurostat writes `value` and `status` first, and what they are about behind them.
//!
//! # What is refused
//!
//! A cube with one category too few shifts every number after it to another country. So all of the format's rules hold, and an error names the
//! one that is broken by the code of the official validator (<https://github.com/jsonstat/validator>): `ID_SIZE_LEN_MISMATCH`,
//! `INDEX_COUNT_MISMATCH`, `INDEX_POSITIONS_INVALID`, `DIM_KEY_ID_MISMATCH`, `ROLE_ID_UNKNOWN`, `VALUE_LEN_MISMATCH`, `STATUS_LEN_MISMATCH`,
//! `SPARSE_KEY_OUT_OF_RANGE`, `STATUS_KEY_OUT_OF_RANGE`, `LABEL_KEY_UNKNOWN`, `UNIT_KEY_UNKNOWN`, `COORD_KEY_UNKNOWN`, `NOTE_KEY_UNKNOWN`,
//! `CHILD_ID_UNKNOWN`, `CHILD_CYCLE`, `CUBE_SIZE_OVERFLOW` and `STRUCTURAL_VIOLATION` for a type that does not belong. A key that comes twice in
//! `value` or `status` is refused too: JSON readers disagree on which of the two counts.
//!
//! What stands under `error` or `errors`, or under `warning` instead of a data set, is the publisher's answer, told apart by the status within it:
//! `{"error": [{"status": 404, "label": "ERR_NOT_FOUND_4: …"}]}`. Eurostat says 413 both to what is too large and to what is being prepared.
//!
//! # Memory and time
//!
//! The first pass (`outline`) reads the body to its end, keeps the structure, and passes over `value` and `status`, of which it remembers the
//! places; so a body that is cut off gives no row at all. The second pass (`cells`) opens the source again, once at `value` and once at
//! `status`, and reads both side by side. What is kept is
//!
//! * ids and labels: at most 48 MiB with 16 bytes for each, whatever a body has of them, and while an `index` is put in order twice that;
//! * for a sparse `value`, one bit for every cell, in pages of 128 bytes where values are: at most 72 MiB, and in bodies whose keys ascend
//!   none beyond that, so that only values which are scattered, many *and* in no order are refused;
//! * for a sparse `status`, or any beside a sparse `value`, 8 bytes for each: at most 32 MiB. Beyond four million statuses both must ascend,
//!   and then nothing is kept;
//! * one batch.
//!
//! The sum stays below 200 MB for a body of any size, and a body of 1 GB costs a few MB unless it is sparse. The product of the sizes is only a
//! number: a cube of 10¹⁸ cells costs what its values cost. Rows are counted in 32 bits, so a value beyond cell 4,294,967,294 is refused.

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

use crate::answer::{document, value};
use crate::batch::{Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::json::lexer::{Kind, Offset};
use crate::pointer::step;
use crate::position::Position;
use crate::source::{Source, open};
use draft::Draft;
pub use draft::Unit;
pub use form::JsonStatForm;
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
    let reader = open(source, PLACE, 0)?;
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let mut outline = outline::read(reader, &wanted)?;
    let members = std::mem::take(&mut outline.members);
    Ok((data_sets(source, outline)?, members))
}

/// The data sets of a message, in its order. A message that has none is an error, by what it is instead.
fn data_sets(source: &dyn Source, outline: Outline) -> Result<Vec<DataSet>, DecodeError> {
    let Outline { mut drafts, answer, failed, .. } = outline;
    let nothing = |problem| document::of(source).unwrap_or_else(|| nothing(problem));
    let answer = answer.and_then(|(member, raw)| Some((value::read(&format!("/{member}"), &raw)?, member != "warning")));
    // An error beside data says that it is not all of it; a warning does not.
    let answer = match answer {
        Some((error, true)) => return Err(error),
        answer => answer.map(|(warning, _)| warning),
    };
    if let Some(flag) = failed {
        return Err(document::failed(source, flag));
    }
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
    if let Some(warning) = answer {
        return Err(warning);
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
    let pointer = if wanted.starts_with('/') { wanted.to_owned() } else { step(wanted) };
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
