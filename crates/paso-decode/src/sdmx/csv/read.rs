//! Reads a message through the text engine.

use std::borrow::Cow;
use std::sync::Arc;

use super::cell::Cell;
use super::form::SdmxCsvForm;
use super::layout::{Check, Given, Header, Layout, reference};
use super::title::Opening;
use crate::batch::{Column, Facts, Limits, Sink};
use crate::error::{DecodeError, unreadable};
use crate::position::Position;
use crate::sdmx::structure::{Reference, Structure, Structures};
use crate::source::{Source, head};
use crate::text::{Dialect, Edit, Edited, From, Made, Shape, Text};

/// How much of a message is looked at for its first title.
const OPENING: usize = 256;

/// Reads a bare message. Where a structure message is given, the roles of the columns are those of the structure that the rows lead to.
pub fn decode(
    source: &dyn Source,
    form: &SdmxCsvForm,
    structures: Option<&Arc<Structures>>,
    limits: Limits,
    sink: &mut dyn Sink,
) -> Result<Facts, DecodeError> {
    Message { source, place: "the body", part: None, structures }.decode(form, limits, sink)
}

/// A message: where it comes from, and how errors and batches call it.
pub(crate) struct Message<'m> {
    pub(crate) source: &'m dyn Source,
    pub(crate) place: &'m str,
    pub(crate) part: Option<Arc<str>>,
    /// The structure message, where one is given.
    pub(crate) structures: Option<&'m Arc<Structures>>,
}

/// The header and what the first row says.
struct Beginning {
    line: u32,
    titles: Vec<String>,
    first: Vec<String>,
}

impl Message<'_> {
    /// Hands the rows to a sink, and returns the facts that are asked for.
    pub(crate) fn decode(&self, form: &SdmxCsvForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
        let bytes = head(self.source, OPENING).map_err(|source| unreadable(self.place, source))?;
        let Some(opening) = Opening::of(&String::from_utf8_lossy(&bytes)) else {
            let problem = "the first title is neither DATAFLOW nor STRUCTURE with STRUCTURE_ID behind it".to_owned();
            let at = Position::Text { line: 1, column: 1, byte: 0 };
            return Err(DecodeError::Malformed { place: self.place.to_owned(), at, problem });
        };
        let beginning = self.beginning(opening)?;
        let titles: Vec<&str> = beginning.titles.iter().map(String::as_str).collect();
        let given = self.given(&titles, &beginning.first)?;
        let header = Header { place: self.place, line: beginning.line, opening, titles: &titles, given };
        let layout = header.layout(form)?;
        let facts = self.facts(&layout, &beginning)?;
        let shape = self.shape(layout, &titles, given.map(|given| given.structure));
        let mut text = self.open(opening)?;
        text.record()?;
        text.decode(shape, limits, sink)?;
        Ok(facts)
    }

    fn open(&self, opening: Opening) -> Result<Text<'_>, DecodeError> {
        let dialect = Dialect::of(opening.delimiter);
        Text::open(self.source, dialect, self.place, self.part.clone())
    }

    fn beginning(&self, opening: Opening) -> Result<Beginning, DecodeError> {
        let empty = |problem: String| DecodeError::Empty { place: self.place.to_owned(), problem };
        let mut text = self.open(opening)?;
        let Some(header) = text.record()? else { return Err(empty("there is no header".to_owned())) };
        let (line, titles): (u32, Vec<String>) = (header.line, header.fields().map(str::to_owned).collect());
        let Some(first) = text.record()? else { return Err(empty(format!("no rows stand under {}", titles.join(", ")))) };
        Ok(Beginning { line, titles, first: first.fields().map(str::to_owned).collect() })
    }

    /// The structure that the first row leads to.
    fn given<'a>(&'a self, titles: &[&str], first: &'a [String]) -> Result<Option<Given<'a>>, DecodeError> {
        let Some(structures) = self.structures else { return Ok(None) };
        let cell = |title: &str| titles.iter().position(|other| *other == title).and_then(|field| first.get(field));
        let wanted = cell("STRUCTURE_ID").or(first.first()).map_or("", |text| reference(text));
        let structure = structures.resolve(Some(wanted))?;
        let is_named = structures.lead(wanted).is_some();
        // A dataflow may be of a structure of any name, but a structure has its own.
        let is_of_structure = titles.len() > 1 && first.first().is_some_and(|kind| kind.eq_ignore_ascii_case("datastructure"));
        if is_of_structure && !is_named && structure.reference.id != Reference::parse(wanted).id {
            return Err(DecodeError::Structure { wanted: Some(wanted.to_owned()), found: vec![structure.reference.to_string()] });
        }
        let deletes = cell("ACTION").is_some_and(|action| action == "D");
        Ok(Some(Given { structure, wanted, is_named, deletes }))
    }

    fn facts(&self, layout: &Layout, beginning: &Beginning) -> Result<Facts, DecodeError> {
        let fact = |(name, field): (&String, &usize)| {
            if let Some(text) = beginning.first.get(*field).filter(|text| !text.is_empty()) {
                return Ok((name.clone(), text.clone()));
            }
            let title = beginning.titles.get(*field).map_or("", String::as_str);
            let position = format!("column {title} of the first row of {}", self.place);
            Err(DecodeError::FactMissing { name: name.clone(), position })
        };
        layout.facts.iter().map(fact).collect()
    }

    fn shape(&self, layout: Layout, titles: &[&str], structure: Option<&Structure>) -> Shape {
        let made = |column, field, edit, label| Made { column, from: From::Field(field), edit: Some(edit), label };
        let checks = layout.checks.iter().filter_map(|&(field, check)| {
            let column = Column::cell(titles.get(field).copied().unwrap_or_default(), field as u32 + 1);
            Some(made(column, field, self.check(check, structure)?, None))
        });
        Shape {
            checks: checks.collect(),
            made: layout.outputs.into_iter().map(|output| made(output.column, output.field, edit(output.cell), output.label)).collect(),
            ..Shape::of(layout.fields)
        }
    }

    /// A check of the texts of a column. Without a structure message, rows may be of any structure.
    fn check(&self, check: Check, structure: Option<&Structure>) -> Option<Edit> {
        let known = match check {
            Check::Structure => Some((Arc::clone(self.structures?), structure?.clone())),
            Check::Kind | Check::Action => None,
        };
        Some(Arc::new(move |text| {
            let known = known.as_ref().map(|(structures, first)| (&**structures, first));
            check.problem(text, known).map_or(Ok(Edited::Same), Err)
        }))
    }
}

fn edit(cell: Cell) -> Edit {
    Arc::new(move |text| {
        Ok(match cell.read(text) {
            None => Edited::Absent,
            Some(Cow::Borrowed(read)) if read.len() == text.len() => Edited::Same,
            Some(read) => Edited::Text(read.into_owned()),
        })
    })
}
