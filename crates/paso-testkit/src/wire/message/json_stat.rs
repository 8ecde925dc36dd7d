//! JSON-stat: a cube of values, dimension by dimension.

use std::io::{self, Write};

use super::json_text::{list, string, text, value};
use super::wide::Ascending;
use super::{Dimension, Format, Observations, Row, unfit};

/// Which JSON-stat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonStatVersion {
    /// An object of data sets by name; `id`, `size` and `role` stand in `dimension`.
    V1_0,
    /// A data set.
    V2_0,
    /// A collection of one data set.
    V2_0Collection,
}

/// How statuses stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not at all.
    Absent,
    /// An array with an element for each cell.
    Array,
    /// An object by the number of the cell.
    Object,
    /// One text for all cells; all observations must have it.
    One,
}

/// How the codes of a dimension are put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// An array of codes.
    Array,
    /// An object of codes and positions.
    Object,
    /// Not at all where the dimension has one code, which then is known from its label; else an array.
    Absent,
}

/// JSON-stat. Arrays need ascending keys. A cell without an observation and an observation with neither value nor status are the same.
#[derive(Debug, Clone)]
pub struct JsonStat {
    /// Which one.
    pub version: JsonStatVersion,
    /// Values as an object by the number of the cell, instead of an array with `null`.
    pub sparse: bool,
    /// How statuses stand.
    pub status: Status,
    /// The attribute that is the status; the format carries no other one.
    pub status_attribute: String,
    /// How codes are put in order.
    pub index: Index,
    /// Values before the dimensions that say what they are, as Eurostat serves them.
    pub values_first: bool,
}

impl Default for JsonStat {
    fn default() -> Self {
        Self {
            version: JsonStatVersion::V2_0,
            sparse: false,
            status: Status::Object,
            status_attribute: "OBS_STATUS".to_owned(),
            index: Index::Object,
            values_first: false,
        }
    }
}

impl Format for JsonStat {
    fn write(&self, observations: &dyn Observations, out: &mut dyn Write) -> io::Result<()> {
        let (head, tail) = match self.version {
            JsonStatVersion::V1_0 => ("{\"migration\":{", "}}"),
            JsonStatVersion::V2_0 => ("{\"version\":\"2.0\",\"class\":\"dataset\",", "}"),
            JsonStatVersion::V2_0Collection => {
                ("{\"version\":\"2.0\",\"class\":\"collection\",\"link\":{\"item\":[{\"class\":\"dataset\",", "}]}}")
            }
        };
        out.write_all(head.as_bytes())?;
        out.write_all(b"\"label\":\"Migrants\",\"source\":\"paso-testkit\",\"updated\":\"2024-01-31T11:00:00Z\",")?;
        if self.values_first {
            self.values(observations, out)?;
            out.write_all(format!(",{}", self.dimension_member(observations.dimensions())).as_bytes())?;
        } else {
            out.write_all(format!("{},", self.dimension_member(observations.dimensions())).as_bytes())?;
            self.values(observations, out)?;
        }
        out.write_all(tail.as_bytes())
    }
}

impl JsonStat {
    fn dimension_member(&self, dimensions: &[Dimension]) -> String {
        let ids = list(dimensions.iter().map(|dimension| string(&dimension.id)));
        let sizes = list(dimensions.iter().map(|dimension| dimension.codes.len().to_string()));
        let time = dimensions.last().map(|dimension| string(&dimension.id)).unwrap_or_default();
        let shape = format!("\"id\":[{ids}],\"size\":[{sizes}],\"role\":{{\"time\":[{time}]}}");
        let members = list(dimensions.iter().map(|dimension| {
            let index = match self.index {
                Index::Absent if dimension.codes.len() == 1 => String::new(),
                Index::Array | Index::Absent => {
                    format!("\"index\":[{}],", list(dimension.codes.iter().map(|code| string(&code.id))))
                }
                Index::Object => {
                    let positions = dimension.codes.iter().enumerate().map(|(position, code)| format!("{}:{position}", string(&code.id)));
                    format!("\"index\":{{{}}},", list(positions))
                }
            };
            let labels = list(dimension.codes.iter().map(|code| format!("{}:{}", string(&code.id), string(&code.name))));
            let (id, name) = (string(&dimension.id), string(&dimension.name));
            format!("{id}:{{\"label\":{name},\"category\":{{{index}\"label\":{{{labels}}}}}}}")
        }));
        match self.version {
            JsonStatVersion::V1_0 => format!("\"dimension\":{{{shape},{members}}}"),
            JsonStatVersion::V2_0 | JsonStatVersion::V2_0Collection => format!("{shape},\"dimension\":{{{members}}}"),
        }
    }

    fn values(&self, observations: &dyn Observations, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"\"value\":")?;
        cells(observations, out, self.sparse, &|row| row.value.as_ref().map(|text| value(Some(text))))?;
        if self.status == Status::Absent {
            return Ok(());
        }
        let Some(position) = observations.attributes().iter().position(|attribute| attribute.id == self.status_attribute) else {
            return Err(unfit(format!("no attribute {}", self.status_attribute)));
        };
        out.write_all(b",\"status\":")?;
        if self.status == Status::One {
            return one_status(observations, position, out);
        }
        cells(observations, out, self.status == Status::Object, &|row| row.attributes[position].as_deref().map(string))
    }
}

/// Something of each cell, as an array with `null` for what is not there or as an object by the number of the cell.
fn cells(observations: &dyn Observations, out: &mut dyn Write, sparse: bool, of: &dyn Fn(&Row) -> Option<String>) -> io::Result<()> {
    let dimensions = observations.dimensions();
    let mut order = Ascending::default();
    let (mut next, mut first) = (0_u64, true);
    out.write_all(if sparse { b"{" } else { b"[" })?;
    observations.each(&mut |row| {
        let cell = row.key.iter().zip(dimensions).fold(0_u64, |cell, (code, of)| cell * of.codes.len() as u64 + u64::from(*code));
        if sparse {
            if let Some(text) = of(row) {
                write!(out, "{}\"{cell}\":{text}", if first { "" } else { "," })?;
                first = false;
            }
            return Ok(());
        }
        order.note(row.key.iter().copied())?;
        gap(out, next, cell)?;
        out.write_all(if cell == 0 { b"" } else { b"," })?;
        out.write_all(text_or_null(of(row)).as_bytes())?;
        next = cell + 1;
        Ok(())
    })?;
    if sparse {
        return out.write_all(b"}");
    }
    gap(out, next, dimensions.iter().map(|dimension| dimension.codes.len() as u64).product())?;
    out.write_all(b"]")
}

fn text_or_null(text: Option<String>) -> String {
    text.unwrap_or_else(|| "null".to_owned())
}

/// `null` for the cells from one to before another.
fn gap(out: &mut dyn Write, from: u64, to: u64) -> io::Result<()> {
    (from..to).try_for_each(|cell| out.write_all(if cell == 0 { b"null" } else { b",null" }))
}

fn one_status(observations: &dyn Observations, position: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut status: Option<Option<String>> = None;
    observations.each(&mut |row| match &status {
        Some(status) if *status != row.attributes[position] => Err(unfit("observations with different statuses")),
        Some(_) => Ok(()),
        None => {
            status = Some(row.attributes[position].clone());
            Ok(())
        }
    })?;
    out.write_all(text(status.flatten().as_deref()).as_bytes())
}
