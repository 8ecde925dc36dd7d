//! Delimited text as offices export it: any delimiter, encoding and preamble, long or wide.

use std::io::{self, Write};

use super::fields::{Fields, LineEnd, Quoting, number};
use super::{Format, Observations, unfit, wide};

/// How text becomes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// ISO 8859-1: the first 256 characters of Unicode.
    Latin1,
    /// Windows-1252.
    Windows1252,
}

impl Encoding {
    /// The bytes of a text; [`io::ErrorKind::InvalidInput`] where it has none.
    pub fn encode(self, text: &str) -> io::Result<Vec<u8>> {
        match self {
            Self::Utf8 => Ok(text.as_bytes().to_vec()),
            Self::Utf16Le => Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Self::Utf16Be => Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Self::Latin1 => text.chars().map(|letter| u8::try_from(u32::from(letter)).map_err(|_| lacking(letter))).collect(),
            Self::Windows1252 => match encoding_rs::WINDOWS_1252.encode(text) {
                (_, _, true) => Err(unfit("a character that windows-1252 lacks")),
                (bytes, _, false) => Ok(bytes.into_owned()),
            },
        }
    }
}

fn lacking(letter: char) -> io::Error {
    unfit(format!("the character {letter:?} that ISO 8859-1 lacks"))
}

/// Delimited text.
#[derive(Debug, Clone)]
pub struct Csv {
    /// The delimiter of fields.
    pub delimiter: char,
    /// Which fields stand in quotes.
    pub quoting: Quoting,
    /// What ends a line.
    pub line_end: LineEnd,
    /// How text becomes bytes.
    pub encoding: Encoding,
    /// A byte-order mark at the beginning.
    pub byte_order_mark: bool,
    /// Lines before the header, as they stand.
    pub preamble: Vec<String>,
    /// Lines behind the rows, as they stand.
    pub footer: Vec<String>,
    /// How many of the last dimensions become columns, each with its row of the header. Attributes are then left out and keys ascend.
    pub across: usize,
    /// The decimal mark.
    pub decimal: char,
    /// The mark between thousands.
    pub thousands: Option<char>,
    /// What stands for a value that is not there.
    pub missing: String,
}

impl Default for Csv {
    fn default() -> Self {
        Self {
            delimiter: ',',
            quoting: Quoting::Necessary,
            line_end: LineEnd::Lf,
            encoding: Encoding::Utf8,
            byte_order_mark: false,
            preamble: Vec::new(),
            footer: Vec::new(),
            across: 0,
            decimal: '.',
            thousands: None,
            missing: String::new(),
        }
    }
}

impl Format for Csv {
    fn write(&self, observations: &dyn Observations, out: &mut dyn Write) -> io::Result<()> {
        let mut out = Encoded { out, encoding: self.encoding };
        if self.byte_order_mark {
            out.write_all("\u{feff}".as_bytes())?;
        }
        self.lines(&self.preamble, &mut out)?;
        let mut fields = Fields::new(&mut out, self.delimiter, self.quoting, self.line_end);
        if self.across == 0 {
            self.long(observations, &mut fields)?;
        } else {
            self.wide(observations, &mut fields)?;
        }
        self.lines(&self.footer, &mut out)
    }
}

impl Csv {
    fn lines(&self, lines: &[String], out: &mut dyn Write) -> io::Result<()> {
        lines.iter().try_for_each(|line| out.write_all(format!("{line}{}", self.line_end.text()).as_bytes()))
    }

    fn number(&self, text: Option<&str>) -> String {
        text.map_or_else(|| self.missing.clone(), |text| number(text, self.decimal, self.thousands))
    }

    fn long(&self, observations: &dyn Observations, fields: &mut Fields<impl Write>) -> io::Result<()> {
        let (dimensions, attributes) = (observations.dimensions(), observations.attributes());
        let names = dimensions.iter().map(|dimension| dimension.id.as_str()).chain(["OBS_VALUE"]);
        fields.record(names.chain(attributes.iter().map(|attribute| attribute.id.as_str())))?;
        let plain = self.decimal == '.' && self.thousands.is_none();
        observations.each(&mut |row| {
            for (code, dimension) in row.key.iter().zip(dimensions) {
                fields.push(&dimension.codes[*code as usize].id);
            }
            match &row.value {
                Some(text) if plain => fields.push(text),
                text => fields.push(&self.number(text.as_deref())),
            }
            fields.extend(row.attributes.iter().map(|value| value.as_deref().unwrap_or_default()));
            fields.end()
        })
    }

    fn wide(&self, observations: &dyn Observations, fields: &mut Fields<impl Write>) -> io::Result<()> {
        let dimensions = observations.dimensions();
        let Some(down) = dimensions.len().checked_sub(self.across) else { return Err(unfit("too few dimensions")) };
        let columns = wide::columns(observations, self.across);
        for level in 0..self.across {
            // Names of the key columns stand in the last row of the header.
            let last = level + 1 == self.across;
            fields.extend(dimensions[..down].iter().map(|dimension| if last { &dimension.id } else { "" }));
            fields.extend(columns.iter().map(|column| column[level].as_str()));
            fields.end()?;
        }
        wide::lines(observations, self.across, &mut |key, cells| {
            for (code, dimension) in key.iter().zip(dimensions) {
                fields.push(&dimension.codes[*code as usize].id);
            }
            for cell in cells {
                fields.push(&self.number(cell.as_ref().and_then(|row| row.value.as_deref())));
            }
            fields.end()
        })
    }
}

/// Encodes what is written to it; every write is whole text.
struct Encoded<'a> {
    out: &'a mut dyn Write,
    encoding: Encoding,
}

impl Write for Encoded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.encoding == Encoding::Utf8 {
            self.out.write_all(bytes)?;
        } else {
            let text = std::str::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            self.out.write_all(&self.encoding.encode(text)?)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
