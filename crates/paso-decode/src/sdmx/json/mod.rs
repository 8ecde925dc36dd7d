//! SDMX-JSON data messages, versions 1.0, 2.0 and 2.1.
//!
//! The standard is <https://github.com/sdmx-twg/sdmx-json>: the field guides of each version say what follows. A message keeps texts and
//! numbers apart: a structure lists the values that every component takes, and data sets say which by position.
//!
//! ```text
//! {"data": {
//!   "structures": [{"dimensions": {"dataSet":     [{"id": "FREQ",        "values": [{"id": "A", "name": "Annual"}]}],
//!                                  "series":      [{"id": "REF_AREA",    "values": [{"id": "CHL"}, {"id": "PER"}]}],
//!                                  "observation": [{"id": "TIME_PERIOD", "values": [{"id": "2013"}, {"id": "2021"}, {"id": "2015"}]}]},
//!                   "measures":   {"observation": [{"id": "OBS_VALUE"}]},
//!                   "attributes": {"series":      [{"id": "TITLE",       "values": [{"name": "Chile"}, {"name": "Peru"}]}],
//!                                  "observation": [{"id": "OBS_STATUS",  "values": [{"id": "A"}, {"id": "M"}]}]}}],
//!   "dataSets":   [{"structure": 0, "series": {"0": {"attributes": [0], "observations": {"1": [1630812, 0], "0": [null, 1]}}}}]}}
//! ```
//!
//! becomes the part `/data/dataSets/0`, whose rows are the observations in the order of the message:
//!
//! ```text
//! FREQ | REF_AREA | TIME_PERIOD | OBS_VALUE | TITLE | OBS_STATUS
//! A    | CHL      | 2021        | 1630812   | Chile | A
//! A    | CHL      | 2013        |           | Chile | M
//! ```
//!
//! # Versions
//!
//! Version 1.0 has one `structure`, at the top or under `data`, and one value for each observation, which is called `OBS_VALUE`. Version 2 has
//! `structures`, `measures`, and attributes of dimension groups. Nothing depends on what `meta.schema` claims or on what was asked for: what
//! is there is read.
//!
//! # Keys
//!
//! A key such as `0:12:3` has one position for each dimension of its level. Values are in no order: above, 2021 comes before 2015. Dimensions of
//! the level `dataSet` have one value and stand in no key. A message may be flat (all dimensions at the observations), have time series, or
//! sections; the rows are the same. Columns follow `keyPosition`, so they do not depend on the layout either.
//!
//! # Values
//!
//! Where a component lists `values`, a number is a position among them; where it does not, everything stands for itself.
//!
//! * the text of a listed value is its `id`, else its `value`, else its `name` (`{"name": "Chile"}` has no code);
//! * a number is as it is written: `40.30` stays `40.30`;
//! * several values are joined: `[0, 2]` with the values A, B, C is `A;C`;
//! * a text in several languages is compact JSON: `{"en":"Persons","fr":"Personnes"}`;
//! * `null`, an array without values and what is left out at the end of an array are absent. An observation whose values are all absent is a
//!   row all the same: the OECD sends `[null, 0]` for "no figure, normal status";
//! * behind the attributes stand positions of annotations, in observations and elsewhere. They are passed over; anything else behind the
//!   attributes of an observation belongs to nothing, and is refused.
//!
//! An attribute may declare a `default`. The standard lets senders leave out what equals it; they mostly do not, and a declared default is no
//! published value. So it is filled in only under [`SdmxJsonForm::defaults`].
//!
//! # Attributes
//!
//! They stand at the data set, at series, at observations, or (version 2) at groups of dimensions: `"0:~:2": ["a note"]` or, in the older
//! spelling, `"0::2"`, says something about all observations at position 0 of the first and 2 of the third dimension. Here the positions are those
//! of all dimensions: first the ones of the data set, then of series, then of observations. Where several values are given, the nearest counts:
//! that of the observation, of a group that fixes dimensions of observations, of the series, of other groups, of the data set; among groups, the
//! one that fixes more dimensions.
//!
//! # Traps
//!
//! * Members come in any order: data sets before their structure (the OECD), attributes behind the observations that they are about. The first
//!   pass notes where such things stand.
//! * OECD messages before 1.0 have no slot for an attribute with `"values": []`. A position in its slot belongs to the only attribute that has
//!   values; if there are several, the message is refused.
//! * A data set with the action `Delete` lists what is no longer true. Its part has a column `ACTION` that says so, and its keys may leave
//!   dimensions open (`0:~`). Other actions say what a receiver should do with what it had, and change nothing about the rows.
//! * A key that comes twice in one object is refused: JSON readers disagree on which of the two counts. Of the first four million keys of an
//!   object all are compared, whatever their order; later ones with these.
//! * An error is often a document with status 200: `{"errors": [{"code": 100, "title": "No results"}]}`. Beside data an empty list is normal.
//!   `"success": false` at the top says that what is there is not all.
//!
//! # Memory
//!
//! The first pass keeps the structures, the second reads observations into one batch. What is held is: the values of all components (at most
//! 256 MiB, and once more as the texts of the columns), the attributes of dimension groups (at most 256 MiB), those of one series, the keys of one
//! object (at most four million, of 8 bytes each: some 110 MB while their table grows), and one batch. More is refused. Neither the number of
//! observations nor the number of series matters otherwise. When the attributes of a series stand behind its observations, these wait for them, up to 16 batches.
//! The first pass looks at the observations' brackets only; so a message that is cut off yields no row at all, and one that is broken inside
//! yields none behind the break.

mod answer;
mod form;
mod groups;
mod key;
mod plan;
mod read;
mod rows;
mod structure;
mod survey;
mod value;
mod walk;

use crate::answer::document;
use crate::batch::{Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::json::lexer::Lexer;
use crate::source::{Source, open};
pub use form::SdmxJsonForm;
use plan::Plan;
use read::Reader;
use rows::Rows;
use survey::Survey;

/// How errors call a message.
const PLACE: &str = "the body";

/// Reads a message.
pub(crate) fn decode(source: &dyn Source, form: &SdmxJsonForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    let survey = Survey::read(&mut Lexer::new(open(source, PLACE, 0)?, PLACE), form.labels)?;
    if let Some(flag) = survey.failed {
        return Err(document::failed(source, flag));
    }
    let Some((array, pointer)) = survey.array else {
        return Err(document::of(source).unwrap_or_else(|| empty("it has no data sets")));
    };
    if let Some(wanted) = form.data_set.filter(|wanted| *wanted as usize >= survey.data_sets.len()) {
        return Err(empty(format!("decode.sdmx_json.data_set is {wanted}, counted from 0, of {} data sets", survey.data_sets.len())));
    }
    let mut observations = 0;
    let mut lexer = Lexer::resume(open(source, PLACE, array.byte())?, PLACE, array);
    lexer.next()?;
    for (index, set) in survey.data_sets.iter().enumerate() {
        if form.data_set.is_some_and(|wanted| wanted as usize != index) {
            lexer.skip()?;
            continue;
        }
        let plan = Plan::new(survey.structure(index, set)?, form, set.delete)?;
        let rows = Rows::new(&plan, format!("{pointer}/{index}").into(), form.defaults, limits, &mut *sink);
        let mut reader = Reader::new(&plan, rows);
        if let Some(at) = set.attributes {
            reader.attributes(&mut Lexer::resume(open(source, PLACE, at.byte())?, PLACE, at))?;
        }
        if let Some(at) = set.groups {
            reader.groups(&mut Lexer::resume(open(source, PLACE, at.byte())?, PLACE, at))?;
        }
        reader.data_set(&mut lexer, set.attributes.is_none(), set.groups.is_none())?;
        observations += u64::from(reader.rows.finish()?);
    }
    match observations {
        0 if survey.data_sets.is_empty() => Err(empty("its list of data sets is empty")),
        0 => Err(empty("its data sets have no observations")),
        _ => Ok(Facts::new()),
    }
}

fn empty(problem: impl Into<String>) -> DecodeError {
    DecodeError::Empty { place: PLACE.to_owned(), problem: problem.into() }
}

#[cfg(test)]
mod tests;
