//! From the header of a message to the columns that come out.

use std::collections::BTreeMap;

use super::cell::{Cell, Comma, Part};
use super::form::SdmxCsvForm;
use super::roles;
use super::title::{Opening, Title, Version};
use crate::batch::{Column, Role};
use crate::error::DecodeError;
use crate::header::{canonical, distinct, fold};
use crate::labels::Labels;
use crate::sdmx::structure::{ComponentRole, Structure, Structures};

/// What of a message comes out, and what must hold for its rows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// What comes out, in this order.
    pub(crate) outputs: Vec<Output>,
    /// What every row must have, whether or not it comes out.
    pub(crate) checks: Vec<(usize, Check)>,
    /// The facts that are asked for, with the fields that state them.
    pub(crate) facts: BTreeMap<String, usize>,
    /// How many fields a row has.
    pub(crate) fields: usize,
}

/// A column that comes out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) column: Column,
    /// The field that it is made of, from 0.
    pub(crate) field: usize,
    pub(crate) cell: Cell,
    /// The field with the name of its codes, where both shall stand in one cell.
    pub(crate) label: Option<usize>,
}

/// What the cells of a column must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// `dataflow`, `datastructure` or `dataprovision`.
    Kind,
    /// What names a structure, dataflow or provision agreement.
    Structure,
    /// One of the actions.
    Action,
}

impl Check {
    /// What is wrong with a cell. `structures` are those of the structure message, `first` the one that the first row leads to.
    pub(crate) fn problem(self, text: &str, structures: Option<(&Structures, &Structure)>) -> Option<String> {
        match self {
            Self::Kind => {
                let known = ["dataflow", "datastructure", "dataprovision"].iter().any(|kind| text.eq_ignore_ascii_case(kind));
                (!known).then(|| format!("\"{text}\" is none of dataflow, datastructure and dataprovision"))
            }
            // Information, append, replace, delete, and merge since 2.1. An empty cell stands for information.
            Self::Action => (!matches!(text, "" | "I" | "A" | "R" | "D" | "M"))
                .then(|| format!("\"{text}\" is none of I (information), A (append), R (replace), D (delete) and M (merge)")),
            Self::Structure => {
                let (structures, first) = structures?;
                let found = structures.resolve(Some(reference(text))).ok();
                (found != Some(first)).then(|| format!("the row is of {}, the first row is of {}", reference(text), first.reference))
            }
        }
    }
}

/// What names a structure, without the name that may stand behind it.
pub(crate) fn reference(text: &str) -> &str {
    text.split_once(": ").map_or(text, |(reference, _)| reference)
}

/// A column about the row rather than the observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    Kind,
    Structure,
    Name,
    Action,
    Key,
}

impl Service {
    fn of(version: Version, index: usize, title: &str) -> Option<Self> {
        match (version, index, title) {
            (Version::One, 0, _) | (Version::Two, _, "STRUCTURE_ID") => Some(Self::Structure),
            (Version::Two, 0, _) => Some(Self::Kind),
            (Version::Two, _, "STRUCTURE_NAME") => Some(Self::Name),
            (Version::Two, _, "ACTION") => Some(Self::Action),
            (Version::Two, _, "SERIES_KEY" | "OBS_KEY") => Some(Self::Key),
            _ => None,
        }
    }
}

/// A component of the header.
struct Component<'h> {
    field: usize,
    title: Title,
    /// The field beside it that holds the names, with its title.
    label: Option<(usize, &'h str)>,
}

/// What a layout is made from.
pub(crate) struct Header<'h> {
    /// The text in errors.
    pub(crate) place: &'h str,
    /// The line where the header stands.
    pub(crate) line: u32,
    pub(crate) opening: Opening,
    pub(crate) titles: &'h [&'h str],
    /// The structure of the first row, where a structure message was given.
    pub(crate) given: Option<Given<'h>>,
}

/// The structure that the columns shall have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'h> {
    pub(crate) structure: &'h Structure,
    /// What the first row names.
    pub(crate) wanted: &'h str,
    /// Whether that leads to the structure, which is else the only one there is.
    pub(crate) is_named: bool,
    /// Whether the first row deletes: it may name a part of the key only.
    pub(crate) deletes: bool,
}

impl Header<'_> {
    pub(crate) fn layout(&self, form: &SdmxCsvForm) -> Result<Layout, DecodeError> {
        let services: Vec<Option<Service>> =
            self.titles.iter().enumerate().map(|(index, title)| Service::of(self.opening.version, index, &fold(title))).collect();
        let named = services.contains(&Some(Service::Name));
        let components = self.components(&services, named);
        let roles = self.roles(&components)?;
        let separator = self.opening.separator.unwrap_or(';');
        // A number with a comma between commas stands in quotes, and its comma is no delimiter.
        let measured = if self.opening.delimiter == b',' { Comma::DecimalUnlessThousands } else { Comma::Decimal };

        let mut checks = Vec::new();
        let mut outputs = Vec::new();
        for (field, service) in services.iter().enumerate() {
            match service {
                Some(Service::Kind) => checks.push((field, Check::Kind)),
                Some(Service::Structure) => checks.push((field, Check::Structure)),
                Some(Service::Action) => {
                    checks.push((field, Check::Action));
                    outputs.push(output(form, field, "ACTION", Role::Attribute, Cell::WHOLE));
                }
                Some(Service::Name | Service::Key) | None => {}
            }
        }
        for (component, role) in components.iter().zip(roles) {
            let title = &component.title;
            let comma = if role == Role::Measure { measured } else { Comma::Kept };
            let (code, name) = self.parts(title, role, separator);
            let part = if form.labels == Labels::Both { Part::Whole } else { code };
            let mut output = output(form, component.field, &title.id, role, Cell { part, comma });
            let label = match (form.labels, component.label) {
                (Labels::Both, Some((field, _))) => {
                    output.label = Some(field);
                    None
                }
                (Labels::Name, Some((field, _))) => Some((field, Cell::WHOLE)),
                (Labels::Name, None) => name.map(|part| (component.field, Cell { part, comma: Comma::Kept })),
                _ => None,
            };
            let name = format!("{}_label", output.column.name);
            outputs.push(output);
            if let Some((field, cell)) = label {
                // The name of a dimension's code is no part of the key.
                let role = if role == Role::Attribute { role } else { Role::Cell };
                outputs.push(Output { column: Column { name, position: field as u32 + 1, role }, field, cell, label: None });
            }
        }
        self.require(form, &outputs)?;
        let columns: Vec<Column> = outputs.iter().map(|output| output.column.clone()).collect();
        distinct(self.place, self.line, &columns)?;
        Ok(Layout { outputs, checks, facts: self.facts(form)?, fields: self.titles.len() })
    }

    /// The columns that are components. In the layout with names, each is followed by the column with its names; a last column without one is
    /// the writer's own.
    fn components(&self, services: &[Option<Service>], named: bool) -> Vec<Component<'_>> {
        let mut components: Vec<Component<'_>> = Vec::new();
        let mut rest =
            self.titles.iter().enumerate().zip(services).filter(|(_, service)| service.is_none()).map(|(title, _)| title).peekable();
        while let Some((field, text)) = rest.next() {
            let title = Title::parse(&fold(text));
            let own = self.given.is_some_and(|given| given.structure.component(&title.id).is_none());
            let label = if named && !own { rest.next().map(|(field, text)| (field, *text)) } else { None };
            components.push(Component { field, title, label });
        }
        components
    }

    fn roles(&self, components: &[Component<'_>]) -> Result<Vec<Role>, DecodeError> {
        let ids: Vec<&str> = components.iter().map(|component| component.title.id.as_str()).collect();
        let guessed = roles::guess(&ids);
        let Some(given) = self.given else { return Ok(guessed) };
        let structure = given.structure;
        self.fits(given, &ids, &guessed)?;
        let role = |component: &Component<'_>| match structure.component(&component.title.id).map(|found| found.role) {
            Some(ComponentRole::Dimension | ComponentRole::TimeDimension | ComponentRole::MeasureDimension) => Role::Dimension,
            Some(ComponentRole::Measure) => Role::Measure,
            // The standard lets a writer add columns of its own.
            Some(ComponentRole::Attribute) | None => Role::Attribute,
        };
        Ok(components.iter().map(role).collect())
    }

    /// A structure of other data would make attributes of dimensions, and nobody would see it.
    fn fits(&self, given: Given<'_>, ids: &[&str], guessed: &[Role]) -> Result<(), DecodeError> {
        let structure = given.structure;
        let unfit = |problem: String| DecodeError::StructureUnfit {
            place: self.place.to_owned(),
            structure: structure.reference.to_string(),
            wanted: given.wanted.to_owned(),
            problem,
        };
        let is = |id: &str, role: ComponentRole| structure.component(id).is_some_and(|component| component.role == role);
        let foreign = |id: &&&str| structure.component(id).is_none();
        if !ids.is_empty() && ids.iter().filter(foreign).count() == ids.len() {
            return Err(unfit(format!("no column is a component of it; the columns are {}", quoted(ids))));
        }
        // A row without a value may be about a part of the key.
        let has_values = ids.iter().any(|id| is(id, ComponentRole::Measure) || *id == roles::OBS_VALUE);
        if has_values && !given.deletes {
            let missing: Vec<&str> = structure.dimensions().map(|found| found.id.as_str()).filter(|id| !ids.contains(id)).collect();
            if !missing.is_empty() {
                return Err(unfit(format!("its dimensions {} are no columns; the columns are {}", quoted(&missing), quoted(ids))));
            }
        }
        // A structure that has another name must have every column that stands where dimensions do.
        let dimensions = ids.iter().zip(guessed).filter(|(_, role)| **role == Role::Dimension).map(|(id, _)| id);
        let more: Vec<&str> = dimensions.filter(foreign).copied().collect();
        if !given.is_named && !more.is_empty() {
            return Err(unfit(format!("the columns {} stand where dimensions do, and it does not have them", quoted(&more))));
        }
        Ok(())
    }

    /// How the codes, and the names where there are any, are cut out of the cells of a component.
    fn parts(&self, title: &Title, role: Role, separator: char) -> (Part, Option<Part>) {
        let coded = self.given.and_then(|given| given.structure.component(&title.id)).and_then(|component| component.coded);
        // A text bears no code, and texts in languages bear `en:`.
        let text = role == Role::Attribute && coded == Some(false);
        match (title.labelled && !title.languages && !text, title.array, role) {
            (false, ..) => (Part::Whole, None),
            (true, true, _) => (Part::Codes(separator), Some(Part::Names(separator))),
            (true, false, Role::Attribute) if coded.is_none() => (Part::CodeOrText, Some(Part::NameUnlessText)),
            (true, false, _) => (Part::Code, Some(Part::Name)),
        }
    }

    fn require(&self, form: &SdmxCsvForm, outputs: &[Output]) -> Result<(), DecodeError> {
        let missing = form
            .columns
            .iter()
            .find(|(name, _)| !form.optional.contains(name) && outputs.iter().all(|output| output.column.name != **name));
        let Some((_, spellings)) = missing else { return Ok(()) };
        Err(self.column_missing(spellings.clone()))
    }

    fn column_missing(&self, expected: Vec<String>) -> DecodeError {
        let found = self.titles.iter().map(|title| fold(title)).collect();
        DecodeError::ColumnMissing { place: self.place.to_owned(), row: self.line, expected, found, elsewhere: None }
    }

    fn facts(&self, form: &SdmxCsvForm) -> Result<BTreeMap<String, usize>, DecodeError> {
        let field = |wanted: &str| self.titles.iter().position(|title| Title::parse(&fold(title)).id == wanted);
        form.facts
            .iter()
            .map(|(name, title)| match field(title) {
                Some(field) => Ok((name.clone(), field)),
                None => Err(self.column_missing(vec![title.clone()])),
            })
            .collect()
    }
}

fn quoted(ids: &[&str]) -> String {
    ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ")
}

fn output(form: &SdmxCsvForm, field: usize, id: &str, role: Role, cell: Cell) -> Output {
    let name = canonical(&form.columns, id).unwrap_or(id).to_owned();
    Output { column: Column { name, position: field as u32 + 1, role }, field, cell, label: None }
}
