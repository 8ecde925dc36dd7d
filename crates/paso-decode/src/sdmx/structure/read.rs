//! Streams a structure message.

use std::io::{self, BufRead, Read};

use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Component, ComponentRole, Reference, Structure, Structures};
use crate::error::DecodeError;
use crate::position::Position;

/// How deep elements may be nested. Annotations hold XHTML; structures themselves are about twelve deep.
const MAX_DEPTH: usize = 256;
/// How long one tag or text may be.
const MAX_EVENT_BYTES: u64 = 4 << 20;
/// How long a message may be: the largest registries serve some hundred megabytes.
const MAX_MESSAGE_BYTES: u64 = 2 << 30;
/// How many structures, dataflows, provision agreements and components a message may have.
const MAX_ARTEFACTS: usize = 200_000;
/// How long a reference may be, in however many pieces it stands.
const MAX_REFERENCE_BYTES: usize = 4096;
const PLACE: &str = "the structure message";
const DOCUMENT_TYPE: &str = "a document type declaration, which data has no use for";

pub(super) fn read(message: impl BufRead) -> Result<Structures, DecodeError> {
    let mut reader = Reader::from_reader(Capped { inner: message, event: 0, message: MAX_MESSAGE_BYTES });
    reader.config_mut().expand_empty_elements = true;
    let mut builder = Builder::default();
    let mut buffer = Vec::new();
    loop {
        reader.get_mut().event = MAX_EVENT_BYTES;
        buffer.clear();
        let at = reader.buffer_position();
        let event = reader.read_event_into(&mut buffer);
        let problem = match event {
            Ok(Event::Start(start)) => builder.open(&start),
            Ok(Event::End(_)) => builder.close(),
            Ok(Event::Text(text)) => builder.text(&text),
            Ok(Event::CData(text)) => builder.text(&text),
            Ok(Event::DocType(_)) => Err(DOCUMENT_TYPE.to_owned()),
            Ok(Event::Eof) if builder.scopes.is_empty() && builder.begun => return Ok(builder.structures),
            Ok(Event::Eof) => return Err(truncated(at, "elements are not closed".to_owned())),
            Ok(_) => Ok(()),
            Err(error) => {
                // Where a broken one ends depends on how much is read at once.
                if matches!(error, Error::Syntax(_) | Error::Encoding(_)) && begins_document_type(&buffer) {
                    Err(DOCUMENT_TYPE.to_owned())
                } else {
                    return Err(broken(error, reader.error_position()));
                }
            }
        };
        problem.map_err(|problem| DecodeError::Malformed { place: PLACE.to_owned(), at: Position::Byte(at), problem })?;
    }
}

fn begins_document_type(event: &[u8]) -> bool {
    event.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"<!d"))
}

fn truncated(at: u64, problem: String) -> DecodeError {
    DecodeError::Truncated { place: PLACE.to_owned(), at: Position::Byte(at), problem }
}

fn broken(error: Error, at: u64) -> DecodeError {
    match error {
        Error::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            let problem = error.to_string();
            DecodeError::Malformed { place: PLACE.to_owned(), at: Position::Byte(at), problem }
        }
        Error::Io(error) => DecodeError::Read { place: PLACE.to_owned(), source: io::Error::new(error.kind(), error) },
        // What is begun and not ended is a cut.
        Error::Syntax(error) => truncated(at, error.to_string()),
        Error::IllFormed(IllFormedError::MissingEndTag(name)) => truncated(at, format!("element {name} is not closed")),
        other => DecodeError::Malformed { place: PLACE.to_owned(), at: Position::Byte(at), problem: other.to_string() },
    }
}

/// What an open element means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Nothing that is looked for.
    Other,
    /// `Structures`, the one place in a message where artefacts are declared.
    Artefacts,
    DataStructures,
    Usages,
    /// A dataflow or a provision agreement.
    Usage,
    /// The element of a usage that names what it leads to.
    Target,
    DataStructure,
    Dimensions,
    Measures,
    Attributes,
    Component,
    Concept,
    Representation,
}

#[derive(Default)]
struct Builder {
    structures: Structures,
    scopes: Vec<Scope>,
    begun: bool,
    artefacts: usize,
    /// The reference of the open usage or structure, and what a usage leads to.
    reference: Option<Reference>,
    target: Option<Reference>,
    components: Vec<(Option<u32>, Component)>,
    open: Option<(Option<u32>, Component)>,
    text: String,
}

impl Builder {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let name = start.local_name();
        let name = name.as_ref();
        if self.scopes.len() >= MAX_DEPTH {
            return Err(format!("elements are nested more than {MAX_DEPTH} deep"));
        }
        let scope = match (self.scopes.last(), name) {
            (None, "Structure") => Scope::Other,
            (None, other) => return Err(format!("the root element is {other}, expected Structure")),
            (_, "KeyFamilies" | "KeyFamily") => return Err("a key family of SDMX 2.0; versions from 2.1 on can be read".to_owned()),
            (Some(Scope::Other), "Structures") if self.scopes.len() == 1 => Scope::Artefacts,
            (Some(Scope::Artefacts), "DataStructures") => Scope::DataStructures,
            (Some(Scope::Artefacts), "Dataflows" | "ProvisionAgreements") => Scope::Usages,
            (Some(Scope::Usages), "Dataflow" | "ProvisionAgreement") => {
                self.begin(start)?;
                Scope::Usage
            }
            (Some(Scope::Usage), "Structure" | "StructureUsage" | "Dataflow") | (Some(Scope::Target), "URN") => Scope::Target,
            (Some(Scope::Target), "Ref") => {
                self.target = Some(reference(start)?);
                Scope::Other
            }
            (Some(Scope::DataStructures), "DataStructure") => {
                self.begin(start)?;
                Scope::DataStructure
            }
            (Some(Scope::DataStructure), "DataStructureComponents") => Scope::DataStructure,
            (Some(Scope::DataStructure), "DimensionList") => Scope::Dimensions,
            (Some(Scope::DataStructure), "MeasureList") => Scope::Measures,
            (Some(Scope::DataStructure), "AttributeList") => Scope::Attributes,
            (Some(Scope::Dimensions), "Dimension") => self.component(start, ComponentRole::Dimension, "")?,
            (Some(Scope::Dimensions), "MeasureDimension") => self.component(start, ComponentRole::MeasureDimension, "")?,
            (Some(Scope::Dimensions), "TimeDimension") => self.component(start, ComponentRole::TimeDimension, "TIME_PERIOD")?,
            (Some(Scope::Measures), "PrimaryMeasure") => self.component(start, ComponentRole::Measure, "OBS_VALUE")?,
            (Some(Scope::Measures), "Measure") => self.component(start, ComponentRole::Measure, "")?,
            (Some(Scope::Attributes), "Attribute" | "ReportingYearStartDay") => self.component(start, ComponentRole::Attribute, "")?,
            (Some(Scope::Component), "ConceptIdentity") | (Some(Scope::Concept), "URN") => Scope::Concept,
            (Some(Scope::Concept), "Ref") => {
                let id = attribute(start, "id")?.unwrap_or_default();
                self.named(&id);
                Scope::Other
            }
            (Some(Scope::Component), "LocalRepresentation") => {
                let most = attribute(start, "maxOccurs")?;
                if let Some((_, component)) = &mut self.open {
                    component.array = most.is_some_and(|most| most != "1" && most != "0");
                }
                Scope::Representation
            }
            (Some(Scope::Representation), "Enumeration") => self.coded(true),
            (Some(Scope::Representation), "TextFormat") => self.coded(false),
            _ => Scope::Other,
        };
        self.begun = true;
        if matches!(scope, Scope::Target | Scope::Concept) {
            self.text.clear();
        }
        self.scopes.push(scope);
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(scope) = self.scopes.pop() else { return Err("an element is closed that was never opened".to_owned()) };
        match scope {
            Scope::Target if !self.text.trim().is_empty() => self.target = Some(Reference::parse(&std::mem::take(&mut self.text))),
            Scope::Concept => {
                let urn = std::mem::take(&mut self.text);
                // urn:sdmx:…Concept=AGENCY:SCHEME(1.0).ID
                let id = urn.trim().rsplit_once(").").map_or("", |(_, id)| id).to_owned();
                self.named(&id);
            }
            Scope::Usage => {
                if let (Some(usage), Some(target)) = (self.reference.take(), self.target.take()) {
                    self.structures.usages.push((usage, target));
                }
            }
            Scope::Component => {
                if let Some((position, component)) = self.open.take() {
                    if component.id.is_empty() {
                        return Err("a component has no id and no concept".to_owned());
                    }
                    self.components.push((position, component));
                }
            }
            Scope::DataStructure if self.scopes.last() == Some(&Scope::DataStructures) => self.finish()?,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        if matches!(self.scopes.last(), Some(Scope::Target | Scope::Concept)) {
            self.text.push_str(text);
        }
        if self.text.len() > MAX_REFERENCE_BYTES { Err(format!("a reference is longer than {MAX_REFERENCE_BYTES} bytes")) } else { Ok(()) }
    }

    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        self.reference = Some(reference(start)?);
        self.target = None;
        self.components.clear();
        self.count()
    }

    fn count(&mut self) -> Result<(), String> {
        self.artefacts += 1;
        if self.artefacts > MAX_ARTEFACTS { Err(format!("more than {MAX_ARTEFACTS} structures and components")) } else { Ok(()) }
    }

    /// `id` is what the standard calls a component that says nothing.
    fn component(&mut self, start: &BytesStart<'_>, role: ComponentRole, id: &str) -> Result<Scope, String> {
        self.count()?;
        let own = attribute(start, "id")?.filter(|own| !own.is_empty());
        let position = attribute(start, "position")?.and_then(|text| text.trim().parse().ok());
        let component = Component { id: own.unwrap_or_else(|| id.to_owned()), role, coded: None, array: false };
        self.open = Some((position, component));
        Ok(Scope::Component)
    }

    /// Gives a component without an id that of its concept.
    fn named(&mut self, id: &str) {
        if let Some((_, component)) = self.open.as_mut().filter(|(_, component)| component.id.is_empty()) {
            id.clone_into(&mut component.id);
        }
    }

    fn coded(&mut self, coded: bool) -> Scope {
        if let Some((_, component)) = &mut self.open {
            component.coded = Some(coded || component.coded == Some(true));
        }
        Scope::Other
    }

    fn finish(&mut self) -> Result<(), String> {
        let mut components = std::mem::take(&mut self.components);
        let Some(reference) = self.reference.take() else { return Ok(()) };
        // A stub that refers to another registry declares nothing.
        if components.is_empty() {
            return Ok(());
        }
        // The time dimension is the last of the key, whatever its position says; where a position is missing, the order of the document holds.
        components.sort_by_key(|(position, component)| match component.role {
            ComponentRole::Dimension | ComponentRole::MeasureDimension => (0, position.unwrap_or(0)),
            ComponentRole::TimeDimension => (1, 0),
            ComponentRole::Measure => (2, 0),
            ComponentRole::Attribute => (3, 0),
        });
        let components: Vec<Component> = components.into_iter().map(|(_, component)| component).collect();
        let mut ids: Vec<&str> = components.iter().map(|component| component.id.as_str()).collect();
        ids.sort_unstable();
        if let Some([id, _]) = ids.array_windows().find(|[first, second]| first == second) {
            return Err(format!("two components of {reference} have the id {id}"));
        }
        self.structures.structures.push(Structure { reference, components });
        Ok(())
    }
}

fn reference(start: &BytesStart<'_>) -> Result<Reference, String> {
    let text = |name| attribute(start, name).map(Option::unwrap_or_default);
    Ok(Reference { agency: text("agencyID")?, id: text("id")?, version: text("version")? })
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if attribute.key.as_ref() == name {
            return attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map(|value| Some(value.into_owned()))
                .map_err(|error| error.to_string());
        }
    }
    Ok(None)
}

/// Fails where one event, or the whole message, is longer than any structure needs.
struct Capped<R> {
    inner: R,
    /// How many bytes the event that is being read may still have.
    event: u64,
    /// How many bytes the message may still have.
    message: u64,
}

impl<R: BufRead> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = {
            let mut available = self.fill_buf()?;
            available.read(buffer)?
        };
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Capped<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let refuse = |problem| Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
        if self.message == 0 {
            return refuse(format!("it is longer than {MAX_MESSAGE_BYTES} bytes"));
        }
        if self.event == 0 {
            return refuse(format!("a tag or text is longer than {MAX_EVENT_BYTES} bytes"));
        }
        let most = usize::try_from(self.event.min(self.message)).unwrap_or(usize::MAX);
        let available = self.inner.fill_buf()?;
        Ok(&available[..available.len().min(most)])
    }

    fn consume(&mut self, amount: usize) {
        self.event = self.event.saturating_sub(amount as u64);
        self.message = self.message.saturating_sub(amount as u64);
        self.inner.consume(amount);
    }
}
