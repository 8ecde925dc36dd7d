//! The cells of a sheet, row by row, straight from its XML.

use std::io::Read;

use super::cell::Row;
use super::formats::Formats;
use super::moment::Epoch;
use super::strings::{Strings, item};
use super::xml::{Token, Xml};
use crate::error::DecodeError;
use crate::position::Position;

/// The rows and columns that a sheet can have (ECMA-376 as Excel implements it).
pub(super) const MAX_ROWS: u32 = 1_048_576;
pub(super) const MAX_COLUMNS: u32 = 16_384;

/// The rows of a sheet, whatever kind of workbook it is in.
pub(super) trait SheetRows<'w> {
    /// Reads the next row that has cells; false at the end of the sheet.
    fn next(&mut self, row: &mut Row<'w>) -> Result<bool, DecodeError>;

    /// Reads what is left of the sheet, so that its bytes are verified.
    fn finish(self: Box<Self>) -> Result<(), DecodeError>;
}

/// The row and column of a reference such as `AB12`.
pub(super) fn reference(text: &[u8]) -> Option<(u32, u32)> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (letters, digits) = text.split_at(letters);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.iter().fold(0, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = ordinal(digits, MAX_ROWS)?;
    (column <= MAX_COLUMNS).then_some((row, column))
}

/// A number from 1 to `most`.
fn ordinal(digits: &[u8], most: u32) -> Option<u32> {
    if digits.is_empty() || digits.len() > 7 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    (1..=most).contains(&number).then_some(number)
}

/// What all sheets of a workbook share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) strings: Strings,
    pub(super) formats: Formats,
    pub(super) epoch: Epoch,
}

/// The rows of an XLSX sheet.
pub(super) struct XmlRows<'w> {
    xml: Xml<Box<dyn Read + Send + 'w>>,
    shared: &'w Shared,
    /// The last row.
    number: u32,
    last_column: u32,
    value: Vec<u8>,
    ended: bool,
}

/// What a cell declares about itself.
struct Declared {
    column: Option<(u32, u32)>,
    style: usize,
    kind: Kind,
}

/// The types of ECMA-376 part 1, 18.18.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Undeclared,
    Number,
    Shared,
    Text,
    Inline,
    Truth,
    Error,
    Day,
}

impl<'w> XmlRows<'w> {
    /// Opens a sheet. Cells right of `last_column` are ignored.
    pub(super) fn new(reader: Box<dyn Read + Send + 'w>, place: String, shared: &'w Shared, last_column: u32) -> Result<Self, DecodeError> {
        let mut xml = Xml::new(reader, place);
        let mut root = true;
        let ended = loop {
            match xml.next()? {
                Token::Start { name: b"worksheet", .. } => root = false,
                Token::Start { .. } if root => return Err(xml.malformed("it is no worksheet")),
                Token::Start { name: b"sheetData", empty, .. } => break empty,
                Token::Eof => return Err(xml.malformed("it has no cells (`sheetData`)")),
                _ => {}
            }
        };
        xml.at = Some(Position::Row(1));
        Ok(Self { xml, shared, number: 0, last_column, value: Vec::new(), ended })
    }

    /// The next row with cells: its number, 0 where it has none; rows count from 1.
    fn row_start(&mut self) -> Result<Option<u32>, DecodeError> {
        loop {
            match self.xml.next()? {
                Token::Start { name: b"row", attributes, empty } => {
                    let declared = attributes.get("r").map(|text| ordinal(text, MAX_ROWS));
                    if declared == Some(None) {
                        return Err(self.xml.malformed("a row without a valid number"));
                    }
                    if !empty {
                        return Ok(Some(declared.flatten().unwrap_or(0)));
                    }
                    let number = declared.flatten().unwrap_or(self.number + 1);
                    self.advance(number)?;
                }
                Token::End { name: b"sheetData" } => return Ok(None),
                Token::Start { empty: false, .. } => self.xml.skip_element()?,
                Token::End { .. } => return Err(self.xml.malformed("an element ends that did not begin")),
                Token::Eof => return Err(self.xml.ends()),
                _ => {}
            }
        }
    }

    fn advance(&mut self, number: u32) -> Result<(), DecodeError> {
        if number <= self.number {
            return Err(self.xml.malformed("rows do not stand in their order"));
        }
        if number > MAX_ROWS {
            return Err(self.xml.malformed(format!("more than {MAX_ROWS} rows")));
        }
        self.number = number;
        self.xml.at = Some(Position::Row(number));
        Ok(())
    }

    /// Reads the cells of a row up to its end.
    fn cells(&mut self, declared: u32, row: &mut Row<'w>) -> Result<(), DecodeError> {
        let mut pending = declared == 0;
        if !pending {
            self.advance(declared)?;
            row.start(declared);
        }
        let mut column = 0;
        loop {
            let (cell, empty) = match self.xml.next()? {
                Token::Start { name: b"c", attributes, empty } => {
                    let mut cell = Declared { column: None, style: 0, kind: Kind::Undeclared };
                    let mut fault = None;
                    for (name, value) in attributes.iter() {
                        match name {
                            b"r" => {
                                cell.column = reference(value);
                                if cell.column.is_none() {
                                    fault = Some("a cell outside of what a sheet can hold");
                                }
                            }
                            b"s" => cell.style = ordinal(value, u32::MAX).unwrap_or(0) as usize,
                            b"t" => match kind(value) {
                                Some(kind) => cell.kind = kind,
                                None => fault = Some("a cell of an unknown type"),
                            },
                            _ => {}
                        }
                    }
                    if let Some(fault) = fault {
                        return Err(self.xml.malformed(fault));
                    }
                    (cell, empty)
                }
                Token::End { name: b"row" } => break,
                Token::Start { empty: false, .. } => {
                    self.xml.skip_element()?;
                    continue;
                }
                Token::End { .. } => return Err(self.xml.malformed("a row that does not end")),
                Token::Eof => return Err(self.xml.ends()),
                _ => continue,
            };
            if pending {
                let number = cell.column.map_or(self.number + 1, |(row, _)| row);
                self.advance(number)?;
                row.start(number);
                pending = false;
            }
            column = cell.column.map_or(column + 1, |(_, column)| column);
            if cell.column.is_some_and(|(number, _)| number != self.number) {
                return Err(self.xml.malformed("a cell of another row"));
            }
            if column > MAX_COLUMNS {
                return Err(self.xml.malformed("a cell outside of what a sheet can hold"));
            }
            self.xml.at = Some(Position::Cell { row: self.number, column });
            if column > self.last_column {
                if !empty {
                    self.xml.skip_element()?;
                }
                continue;
            }
            if !row.advance(column) {
                return Err(self.xml.malformed("cells do not stand in their order"));
            }
            if empty {
                row.push_nothing();
            } else {
                self.cell(&cell, row)?;
            }
        }
        if pending {
            let number = self.number + 1;
            self.advance(number)?;
            row.start(number);
        }
        Ok(())
    }

    /// Reads a cell whose start was read.
    fn cell(&mut self, cell: &Declared, row: &mut Row<'w>) -> Result<(), DecodeError> {
        let (mut has_value, mut has_formula) = (false, false);
        let mut inline = None;
        self.value.clear();
        loop {
            match self.xml.next()? {
                Token::Start { name: b"v", empty, .. } => {
                    has_value = true;
                    if !empty {
                        self.xml.text(&mut self.value)?;
                    }
                }
                Token::Start { name: b"is", empty: false, .. } => {
                    let mut text = inline.unwrap_or_default();
                    item(&mut self.xml, &mut self.value, &mut text)?;
                    self.value.clear();
                    inline = Some(text);
                }
                Token::Start { name, empty, .. } => {
                    has_formula |= name == b"f";
                    if !empty {
                        self.xml.skip_element()?;
                    }
                }
                Token::End { .. } => break,
                Token::Eof => return Err(self.xml.ends()),
                _ => {}
            }
        }
        if let Some(mut text) = inline {
            super::xml::unescape_controls(&mut text, 0);
            row.push_text(&text);
            return Ok(());
        }
        if has_formula && (!has_value || (self.value.is_empty() && cell.kind != Kind::Text)) {
            row.push_uncalculated();
            return Ok(());
        }
        self.push(cell, has_value, row)
    }

    /// Adds the value of a cell.
    fn push(&mut self, cell: &Declared, has_value: bool, row: &mut Row<'w>) -> Result<(), DecodeError> {
        let raw = self.value.trim_ascii();
        let problem = match cell.kind {
            Kind::Text if has_value => row.push_xml(&self.value).err(),
            _ if raw.is_empty() => {
                row.push_nothing();
                None
            }
            Kind::Number | Kind::Undeclared => {
                let date = self.shared.formats.is_date(cell.style).then_some(self.shared.epoch);
                if row.push_number(raw, date) {
                    None
                } else if cell.kind == Kind::Undeclared {
                    row.push_xml(&self.value).err()
                } else {
                    Some("a number that is none".to_owned())
                }
            }
            Kind::Shared => {
                let shared = std::str::from_utf8(raw).ok().and_then(|index| index.parse().ok());
                match shared.and_then(|index| self.shared.strings.get(index)) {
                    Some(text) => {
                        row.push_shared(text);
                        None
                    }
                    None => Some("a shared text that the workbook does not have".to_owned()),
                }
            }
            Kind::Truth => match raw {
                b"1" | b"true" => {
                    row.push_text("true");
                    None
                }
                b"0" | b"false" => {
                    row.push_text("false");
                    None
                }
                _ => Some("a truth value that is neither true nor false".to_owned()),
            },
            Kind::Day | Kind::Error => row.push_xml(raw).err(),
            // The text of an inline string stands elsewhere.
            Kind::Inline | Kind::Text => {
                row.push_nothing();
                None
            }
        };
        problem.map_or(Ok(()), |problem| Err(self.xml.malformed(problem)))
    }
}

fn kind(text: &[u8]) -> Option<Kind> {
    Some(match text {
        b"n" => Kind::Number,
        b"s" => Kind::Shared,
        b"str" => Kind::Text,
        b"inlineStr" => Kind::Inline,
        b"b" => Kind::Truth,
        b"e" => Kind::Error,
        b"d" => Kind::Day,
        _ => return None,
    })
}

impl<'w> SheetRows<'w> for XmlRows<'w> {
    fn next(&mut self, row: &mut Row<'w>) -> Result<bool, DecodeError> {
        if self.ended {
            return Ok(false);
        }
        let Some(declared) = self.row_start()? else {
            self.ended = true;
            return Ok(false);
        };
        self.cells(declared, row)?;
        Ok(true)
    }

    fn finish(self: Box<Self>) -> Result<(), DecodeError> {
        self.xml.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_bounded() {
        for (text, expected) in [("A1", Some((1, 1))), ("XFD1048576", Some((1_048_576, 16_384))), ("ab12", Some((12, 28)))] {
            assert_eq!(reference(text.as_bytes()), expected);
        }
        for text in ["", "A", "1", "A0", "XFE1", "A1048577", "ZZZZZZZZZZ1", "A99999999999", "A1B", "$A$1", "A-1"] {
            assert_eq!(reference(text.as_bytes()), None, "{text}");
        }
    }
}
