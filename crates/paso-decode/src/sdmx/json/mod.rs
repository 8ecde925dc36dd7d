//! SDMX-JSON data messages, versions 1.0, 2.0 and 2.1.

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

use std::io::Read;

use crate::batch::{Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::json::lexer::Lexer;
use crate::source::Source;
pub use form::SdmxJsonForm;
use plan::Plan;
use read::Reader;
use rows::Rows;
use survey::Survey;

/// How errors call a message.
const PLACE: &str = "the body";

/// Reads a message.
pub(crate) fn decode(source: &dyn Source, form: &SdmxJsonForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    let survey = Survey::read(&mut Lexer::new(open(source, 0)?, PLACE), form.labels)?;
    let Some((array, pointer)) = survey.array else { return Err(empty("it has no data sets")) };
    if let Some(wanted) = form.data_set.filter(|wanted| *wanted as usize >= survey.data_sets.len()) {
        return Err(empty(format!("decode.sdmx_json.data_set is {wanted}, counted from 0, of {} data sets", survey.data_sets.len())));
    }
    let mut observations = 0;
    let mut lexer = Lexer::resume(open(source, array.byte())?, PLACE, array);
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
            reader.attributes(&mut Lexer::resume(open(source, at.byte())?, PLACE, at))?;
        }
        if let Some(at) = set.groups {
            reader.groups(&mut Lexer::resume(open(source, at.byte())?, PLACE, at))?;
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

fn open(source: &dyn Source, offset: u64) -> Result<Box<dyn Read + Send + '_>, DecodeError> {
    source.open(offset).map_err(|source| DecodeError::Read { place: PLACE.to_owned(), source })
}

fn empty(problem: impl Into<String>) -> DecodeError {
    DecodeError::Empty { place: PLACE.to_owned(), problem: problem.into() }
}
