//! The components of a data structure definition: which columns of a message are dimensions, measures and attributes.
//!
//! Read from SDMX-ML structure messages, by the schemas of
//! [2.1](https://github.com/sdmx-twg/sdmx-ml/blob/6bef7017a49cf9b6aa003096d384ae22fdf459d3/schemas/SDMXStructureDataStructure.xsd) and
//! [3.0](https://github.com/sdmx-twg/sdmx-ml/blob/d720d00bb4f44d58073d9aa99f1c40a4afc9395d/schemas/SDMXStructure.xsd), of which 3.1 differs in
//! nothing that is read here. What a component is called there, and what comes out:
//!
//! ```xml
//! <mes:Structure><mes:Structures><str:DataStructures>
//!   <str:DataStructure agencyID="ESTAT" id="NAMA" version="1.0"><str:DataStructureComponents>
//!     <str:DimensionList>
//!       <str:Dimension id="FREQ" position="1">…</str:Dimension>                     dimension
//!       <str:TimeDimension id="TIME_PERIOD" position="2">…</str:TimeDimension>      time
//!     </str:DimensionList>
//!     <str:AttributeList><str:Attribute id="OBS_STATUS">…</str:Attribute></str:AttributeList>
//!     <str:MeasureList><str:PrimaryMeasure id="OBS_VALUE">…</str:PrimaryMeasure></str:MeasureList>
//! ```
//!
//! ```
//! use paso_decode::sdmx::structure::{ComponentRole, Structure};
//!
//! let message = br#"<Structure><Structures>
//!   <Dataflows><Dataflow id="GDP" agencyID="ESTAT"><Structure><Ref id="NAMA" agencyID="ESTAT" version="1.0"/></Structure></Dataflow></Dataflows>
//!   <DataStructures><DataStructure id="NAMA" agencyID="ESTAT" version="1.0"><DataStructureComponents>
//!     <DimensionList>
//!       <TimeDimension position="1"/>
//!       <Dimension position="2"><ConceptIdentity><Ref id="GEO"/></ConceptIdentity></Dimension>
//!     </DimensionList>
//!     <MeasureList><PrimaryMeasure><ConceptIdentity><Ref id="VALUE"/></ConceptIdentity></PrimaryMeasure></MeasureList>
//!   </DataStructureComponents></DataStructure></DataStructures>
//! </Structures></Structure>"#;
//! let structure = Structure::read(&message[..], Some("ESTAT:GDP")).unwrap();
//! let ids: Vec<&str> = structure.components.iter().map(|component| component.id.as_str()).collect();
//! assert_eq!(ids, ["GEO", "TIME_PERIOD", "OBS_VALUE"]);
//! assert_eq!(structure.components[1].role, ComponentRole::TimeDimension);
//! ```
//!
//! # Traps
//!
//! * **Ids may be missing.** A dimension or attribute is then called as the concept behind it, `GEO` above, which 2.1 names in a `Ref` and 3.0 in
//!   the text of an URN, `urn:sdmx:…Concept=ESTAT:CS(1.0).GEO`. The time is always `TIME_PERIOD` and the primary measure `OBS_VALUE`, whatever
//!   their concepts are.
//! * **The order of the key** is that of `position`, not of the document, and the time is the last one whatever its position says.
//! * **Measures.** 2.1 has one `PrimaryMeasure`, and perhaps a `MeasureDimension` whose codes say what is measured; 3.0 has any number of `Measure`,
//!   and attributes and measures that are arrays: `<LocalRepresentation maxOccurs="unbounded">`.
//! * **The same names elsewhere.** `Dimension` stands inside of attributes and groups as well, where it is a mere reference:
//!   `<AttributeRelationship><Dimension>FREQ</Dimension></AttributeRelationship>`. `Structure` is the root, a part of its header, and what a
//!   dataflow refers to.
//! * **Many at once.** A registry answers with all structures of an agency, and data names a dataflow (`ESTAT:GDP`) or a provision agreement rather
//!   than a structure: these are followed. Half a reference does not choose between two versions. A message with one structure has it for every name;
//!   whether the columns fit is seen to where they are read ([`super::csv`]).
//! * **Stubs.** `<DataStructure id="X" isExternalReference="true"/>` declares nothing and is passed over.
//! * **Version 2.0** calls all this a `KeyFamily`, and is refused by that name.
//!
//! The message is streamed: its code lists may be large, and nothing of them is kept. It has at most 2 GiB, one tag or text of it 4 MiB, and its
//! elements are nested 256 deep. A document type declaration is refused, so that no entity is ever expanded. A message that is cut off anywhere
//! has no structures at all.

mod read;

use std::fmt;
use std::io::BufRead;

use crate::error::DecodeError;

/// Where a component stands in an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComponentRole {
    /// Part of the key.
    Dimension,
    /// The dimension that is the time of the observation.
    TimeDimension,
    /// SDMX 2.1: the dimension whose codes say what is measured.
    MeasureDimension,
    /// An observed value.
    Measure,
    /// Says something about observations.
    Attribute,
}

/// A component of a data structure definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its id, which is the title of its column.
    pub id: String,
    /// What it is.
    pub role: ComponentRole,
    /// Whether its values are codes; none where only the concept behind it says so.
    pub coded: Option<bool>,
    /// Whether it may have more than one value.
    pub array: bool,
}

/// What names a structure, dataflow or provision agreement: `ESTAT:NAMA(1.0)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The agency that maintains it; empty where it is not said.
    pub agency: String,
    /// Its id.
    pub id: String,
    /// Its version; empty where it is not said.
    pub version: String,
}

impl Reference {
    /// Reads `AGENCY:ID(VERSION)`, or an URN that ends so. The agency and the version may be missing.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let text = text.rsplit_once('=').map_or(text, |(_, reference)| reference);
        let (agency, rest) = text.split_once(':').unwrap_or(("", text));
        let (id, version) = rest.split_once('(').unwrap_or((rest, ""));
        let version = version.split_once(')').map_or(version, |(version, _)| version);
        Self { agency: agency.to_owned(), id: id.to_owned(), version: version.to_owned() }
    }

    /// Whether both name the same artefact, as far as both say.
    fn fits(&self, other: &Self) -> bool {
        let agree = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
        self.id == other.id && agree(&self.agency, &other.agency) && agree(&self.version, &other.version)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.agency.is_empty() {
            write!(f, "{}:", self.agency)?;
        }
        f.write_str(&self.id)?;
        if self.version.is_empty() { Ok(()) } else { write!(f, "({})", self.version) }
    }
}

/// A data structure definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// What names it.
    pub reference: Reference,
    /// The dimensions in the order of the key, then the measures, then the attributes.
    pub components: Vec<Component>,
}

impl Structure {
    /// Reads the structure that `wanted` leads to (`AGENCY:ID(VERSION)` of a structure, dataflow or provision agreement), else the only one.
    pub fn read(message: impl BufRead, wanted: Option<&str>) -> Result<Self, DecodeError> {
        Structures::read(message)?.resolve(wanted).cloned()
    }

    /// The component whose column has this title.
    pub fn component(&self, id: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.id == id)
    }

    /// The dimensions, in the order of the key.
    pub fn dimensions(&self) -> impl Iterator<Item = &Component> {
        self.components.iter().filter(|component| {
            matches!(component.role, ComponentRole::Dimension | ComponentRole::TimeDimension | ComponentRole::MeasureDimension)
        })
    }
}

/// The data structure definitions of a message, and what leads to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Structures {
    structures: Vec<Structure>,
    /// Dataflows with their structures, provision agreements with their dataflows.
    usages: Vec<(Reference, Reference)>,
}

/// A provision agreement leads to a dataflow, and that to a structure.
const LONGEST_LEAD: usize = 2;

impl Structures {
    /// Reads all of a structure message.
    pub fn read(message: impl BufRead) -> Result<Self, DecodeError> {
        read::read(message)
    }

    /// The structure that `wanted` leads to. A message that has only one structure has it for every dataflow: data is often served under a
    /// dataflow that the structure message does not mention.
    pub fn resolve(&self, wanted: Option<&str>) -> Result<&Structure, DecodeError> {
        if let Some(found) = wanted.and_then(|text| self.lead(text)) {
            return Ok(found);
        }
        match &self.structures[..] {
            [only] => Ok(only),
            several => Err(DecodeError::Structure {
                wanted: wanted.map(str::to_owned),
                found: several.iter().map(|structure| structure.reference.to_string()).collect(),
            }),
        }
    }

    /// The structure that the message itself leads to from `wanted`; unlike [`Structures::resolve`], an only one is nothing special.
    pub fn lead(&self, wanted: &str) -> Option<&Structure> {
        self.follow(&Reference::parse(wanted), LONGEST_LEAD)
    }

    fn follow(&self, wanted: &Reference, leads: usize) -> Option<&Structure> {
        // The only one that fits: half a reference must not choose between versions.
        let mut fitting = self.structures.iter().filter(|structure| structure.reference.fits(wanted));
        if let (Some(only), None) = (fitting.next(), fitting.next()) {
            return Some(only);
        }
        let mut leading = self.usages.iter().filter(|(usage, _)| usage.fits(wanted)).map(|(_, target)| target);
        match (leads.checked_sub(1), leading.next(), leading.next()) {
            (Some(leads), Some(target), None) => self.follow(target, leads),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
