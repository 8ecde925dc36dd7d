//! The parts of an XLSX workbook and how they refer to each other (ECMA-376 part 2).

use std::collections::BTreeMap;
use std::io::Read;

use super::formats::Formats;
use super::merged::{self, Region};
use super::moment::Epoch;
use super::reader::{Shared, SheetRows, XmlRows};
use super::strings::Strings;
use super::xml::{Token, Xml};
use crate::container::Archive;
use crate::error::DecodeError;
use crate::position::Position;

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) visible: bool,
    /// Where its cells stand: the member of the archive, or the byte of the stream.
    pub(super) place: usize,
}

/// An open XLSX workbook.
pub(super) struct Package<'s> {
    archive: Archive<'s>,
    pub(super) sheets: Vec<Sheet>,
    shared: Shared,
}

/// What a part refers to.
struct Relation {
    kind: String,
    target: String,
}

impl<'s> Package<'s> {
    /// Reads everything but the sheets themselves.
    pub(super) fn open(archive: Archive<'s>) -> Result<Self, DecodeError> {
        let root = relations(&archive, "")?;
        let main = root
            .into_values()
            .find(|relation| relation.kind == "officeDocument")
            .map_or("xl/workbook.xml".to_owned(), |found| found.target);
        if main.to_ascii_lowercase().ends_with(".bin") {
            return Err(DecodeError::NotData { found: "a binary workbook (.xlsb), which is not read,", title: None, begins: None });
        }
        let relations = relations(&archive, &main)?;
        let (sheets, epoch) = workbook(&archive, &main, &relations)?;
        // Some writers forget to refer to these two, and put them where they always are.
        let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
        let part = |kind: &str| {
            let related = relations.values().find(|relation| relation.kind == kind);
            archive.position(&related.map_or_else(|| resolve(folder, &format!("{kind}.xml")), |relation| relation.target.clone()))
        };
        let strings = part("sharedStrings").map_or_else(|| Ok(Strings::default()), |index| Strings::read(xml(&archive, index)?))?;
        let formats = part("styles").map_or_else(|| Ok(Formats::default()), |index| Formats::read(xml(&archive, index)?))?;
        Ok(Self { archive, sheets, shared: Shared { strings, formats, epoch } })
    }

    /// The rows of a sheet. Cells right of `last_column` are ignored.
    pub(super) fn rows(&self, sheet: &Sheet, last_column: u32) -> Result<Box<dyn SheetRows<'_> + '_>, DecodeError> {
        let reader = self.archive.read(sheet.place)?;
        Ok(Box::new(XmlRows::new(reader, format!("sheet \"{}\"", sheet.name), &self.shared, last_column)?))
    }

    /// Reads a sheet for its checksum alone.
    pub(super) fn verify(&self, sheet: &Sheet) -> Result<(), DecodeError> {
        let read = std::io::copy(&mut self.archive.read(sheet.place)?, &mut std::io::sink());
        read.map(|_| ()).map_err(|error| DecodeError::reading(&format!("sheet \"{}\"", sheet.name), error))
    }

    /// The merged cells of a sheet.
    pub(super) fn merged(&self, sheet: &Sheet) -> Result<Vec<Region>, DecodeError> {
        merged::read(self.archive.read(sheet.place)?, &format!("sheet \"{}\"", sheet.name))
    }
}

fn xml<'a>(archive: &'a Archive<'_>, index: usize) -> Result<Xml<Box<dyn Read + Send + 'a>>, DecodeError> {
    Ok(Xml::new(archive.read(index)?, format!("member \"{}\"", archive.name(index))))
}

/// The sheets with cells, in their order, and the system of dates.
fn workbook(archive: &Archive<'_>, main: &str, relations: &BTreeMap<String, Relation>) -> Result<(Vec<Sheet>, Epoch), DecodeError> {
    let Some(index) = archive.position(main) else {
        let problem = format!("its main part \"{main}\" is missing");
        return Err(DecodeError::Malformed { place: "the workbook".to_owned(), at: Position::Byte(0), problem });
    };
    let mut xml = xml(archive, index)?;
    let (mut sheets, mut epoch) = (Vec::new(), Epoch::Year1900);
    loop {
        match xml.next()? {
            Token::Eof => break,
            Token::Start { name: b"workbookPr", attributes, .. } => {
                if matches!(attributes.get("date1904"), Some(b"1" | b"true" | b"on")) {
                    epoch = Epoch::Year1904;
                }
            }
            Token::Start { name: b"sheet", attributes, .. } => {
                let Some((name, id)) = attributes.text("name").zip(attributes.text("id")) else {
                    return Err(xml.malformed("a sheet without a name or part"));
                };
                let visible = attributes.get("state").is_none_or(|state| state == b"visible");
                // A chart that fills a sheet is a sheet of another kind, and has no cells.
                let cells = relations.get(&id).filter(|relation| relation.kind == "worksheet");
                if let Some(relation) = cells {
                    let place = archive.position(&relation.target);
                    let place =
                        place.ok_or_else(|| xml.malformed(format!("the part \"{}\" of sheet \"{name}\" is missing", relation.target)))?;
                    sheets.push(Sheet { name, visible, place });
                }
            }
            _ => {}
        }
    }
    xml.finish()?;
    Ok((sheets, epoch))
}

/// What a part refers to, by the identifiers that it uses; the empty name stands for the package itself.
fn relations(archive: &Archive<'_>, part: &str) -> Result<BTreeMap<String, Relation>, DecodeError> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let slash = if folder.is_empty() { "" } else { "/" };
    let mut found = BTreeMap::new();
    let Some(index) = archive.position(&format!("{folder}{slash}_rels/{file}.rels")) else { return Ok(found) };
    let mut xml = xml(archive, index)?;
    loop {
        match xml.next()? {
            Token::Eof => break,
            Token::Start { name: b"Relationship", attributes, .. } => {
                let text = |name: &str| attributes.text(name).unwrap_or_default();
                // The namespaces of the transitional and the strict standard differ in all but their last part.
                let kind = text("Type").rsplit('/').next().unwrap_or_default().to_owned();
                found.insert(text("Id"), Relation { kind, target: resolve(folder, &text("Target")) });
            }
            _ => {}
        }
    }
    xml.finish()?;
    Ok(found)
}

/// The name of a member, given relative to the folder of the part that refers to it.
fn resolve(folder: &str, target: &str) -> String {
    let (mut parts, target): (Vec<&str>, &str) = match target.strip_prefix('/') {
        Some(absolute) => (Vec::new(), absolute),
        None => (folder.split('/').filter(|part| !part.is_empty()).collect(), target),
    };
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_relative_or_absolute() {
        for (folder, target, expected) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets", "../sharedStrings.xml", "xl/sharedStrings.xml"),
            ("", "./xl/workbook.xml", "xl/workbook.xml"),
            ("a", "../../../b", "b"),
        ] {
            assert_eq!(resolve(folder, target), expected);
        }
    }
}
