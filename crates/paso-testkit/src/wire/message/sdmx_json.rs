//! SDMX-JSON data messages: observations by the positions of their codes, and a structure that says what the positions mean.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::json_text::{id_and_name, list, string, value};
use super::wide::Ascending;
use super::{Attribute, Dimension, Format, Observations, Relationship, Row, unfit};

/// Which SDMX-JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SdmxJsonVersion {
    /// `header`, `structure` and `dataSets` at the top.
    V1_0,
    /// The same under `meta` and `data`, as the published schema 1.0 has it.
    V1_0Data,
    /// `data.structures`, attributes of groups of dimensions, values of attributes in place.
    V2_0,
    /// The same, with `roles`.
    V2_1,
}

/// SDMX-JSON.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a freedom of its own that the format leaves to its writers")]
pub struct SdmxJson {
    /// Which one.
    pub version: SdmxJsonVersion,
    /// Series, with this dimension (by its position) at their observations; flat observations where there is none. The last dimension
    /// makes time series, another one a cross-section. Keys ascend, that dimension being the last one.
    pub across: Option<usize>,
    /// Dimensions of one code stand at the data set, as far as observations and series keep one of their own.
    pub constant_apart: bool,
    /// `dataSets` before the structure that says what they mean.
    pub data_first: bool,
    /// Texts of uncoded attributes stand in place instead of a position. Only from 2.0 on.
    pub values_in_place: bool,
    /// What stands in the key of a group for the dimensions that are not in it: nothing, or `~`. Only from 2.0 on.
    pub wildcard: &'static str,
    /// `null`s at the end of an observation are left out.
    pub short_arrays: bool,
    /// A new data set begins after so many observations.
    pub rows_per_data_set: Option<u64>,
}

impl Default for SdmxJson {
    fn default() -> Self {
        Self {
            version: SdmxJsonVersion::V2_0,
            across: None,
            constant_apart: false,
            data_first: false,
            values_in_place: false,
            wildcard: "",
            short_arrays: false,
            rows_per_data_set: None,
        }
    }
}

/// Where a dimension or an attribute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    DataSet,
    Group,
    Series,
    Observation,
}

impl Format for SdmxJson {
    fn write(&self, observations: &dyn Observations, out: &mut dyn Write) -> io::Result<()> {
        let message = Message::new(self, observations)?;
        let second = self.second();
        let (head, middle, tail) =
            if self.version == SdmxJsonVersion::V1_0 { ("\"header\":", ",", "}") } else { ("\"meta\":", ",\"data\":{", "}}") };
        let sender = "{\"id\":\"PASO\",\"name\":\"Test kit\"}";
        write!(out, "{{{head}{{\"id\":\"IREF000001\",\"prepared\":\"2024-01-31T11:00:00Z\",\"test\":true,\"sender\":{sender}}}{middle}")?;
        let structure =
            if second { format!("\"structures\":[{}]", message.structure()) } else { format!("\"structure\":{}", message.structure()) };
        if self.data_first {
            message.data_sets(out)?;
            write!(out, ",{structure}{tail}")
        } else {
            write!(out, "{structure},")?;
            message.data_sets(out)?;
            out.write_all(tail.as_bytes())
        }
    }
}

impl SdmxJson {
    fn second(&self) -> bool {
        matches!(self.version, SdmxJsonVersion::V2_0 | SdmxJsonVersion::V2_1)
    }

    /// Where each dimension stands.
    fn dimension_levels(&self, dimensions: &[Dimension]) -> Vec<Level> {
        let own = if self.across.is_some() { Level::Series } else { Level::Observation };
        let mut levels: Vec<Level> =
            (0..dimensions.len()).map(|position| if self.across == Some(position) { Level::Observation } else { own }).collect();
        let candidates: Vec<usize> =
            (0..levels.len()).filter(|position| levels[*position] == own && self.across != Some(*position)).collect();
        let varying = candidates.iter().any(|position| dimensions[*position].codes.len() != 1);
        for (count, position) in candidates.iter().enumerate() {
            let last = count + 1 == candidates.len();
            if self.constant_apart && dimensions[*position].codes.len() == 1 && (varying || !last) {
                levels[*position] = Level::DataSet;
            }
        }
        levels
    }

    /// Where an attribute stands: as high as its relationship and the version allow.
    fn attribute_level(&self, attribute: &Attribute, dimensions: usize) -> Level {
        match (&attribute.relationship, self.across) {
            (Relationship::DataSet, _) => Level::DataSet,
            (Relationship::Dimensions(of), Some(across)) if of.len() + 1 == dimensions && !of.contains(&across) => Level::Series,
            (Relationship::Dimensions(_), _) if self.second() => Level::Group,
            (Relationship::Dimensions(of), Some(across)) if !of.contains(&across) => Level::Series,
            (Relationship::Dimensions(_) | Relationship::Observation, _) => Level::Observation,
        }
    }
}

/// A message whose first pass over the observations is done.
struct Message<'a> {
    format: &'a SdmxJson,
    observations: &'a dyn Observations,
    dimension_levels: Vec<Level>,
    attribute_levels: Vec<Level>,
    /// The values of each attribute in order of first use, with their positions.
    values: Vec<(Vec<String>, BTreeMap<String, usize>)>,
    /// Attributes of the data set, as written.
    data_set: Vec<String>,
    /// Attributes of groups by the group's key, as written.
    groups: BTreeMap<String, Vec<String>>,
}

impl<'a> Message<'a> {
    fn new(format: &'a SdmxJson, observations: &'a dyn Observations) -> io::Result<Self> {
        let (dimensions, attributes) = (observations.dimensions(), observations.attributes());
        if !format.second() && (format.values_in_place || !format.wildcard.is_empty()) {
            return Err(unfit("SDMX-JSON 1.0 has no values in place and no groups"));
        }
        if format.across.is_some_and(|across| across >= dimensions.len() || dimensions.len() < 2) {
            return Err(unfit("series need a dimension of their own and one of their observations"));
        }
        let mut message = Self {
            format,
            observations,
            dimension_levels: format.dimension_levels(dimensions),
            attribute_levels: attributes.iter().map(|attribute| format.attribute_level(attribute, dimensions.len())).collect(),
            values: vec![(Vec::new(), BTreeMap::new()); attributes.len()],
            data_set: Vec::new(),
            groups: BTreeMap::new(),
        };
        observations.each(&mut |row| {
            for ((values, positions), value) in message.values.iter_mut().zip(&row.attributes) {
                if let Some(value) = value.as_ref().filter(|value| !positions.contains_key(*value)) {
                    positions.insert(value.clone(), values.len());
                    values.push(value.clone());
                }
            }
            if message.data_set.is_empty() {
                message.data_set = message.attributes_at(Level::DataSet, row);
            }
            message.note_groups(row);
            Ok(())
        })?;
        Ok(message)
    }

    fn note_groups(&mut self, row: &Row) {
        let grouped: Vec<usize> = (0..row.attributes.len()).filter(|at| self.attribute_levels[*at] == Level::Group).collect();
        for (place, position) in grouped.iter().enumerate() {
            let Relationship::Dimensions(of) = &self.observations.attributes()[*position].relationship else { continue };
            if row.attributes[*position].is_none() {
                continue;
            }
            let in_order = [Level::DataSet, Level::Series, Level::Observation];
            let ordered = in_order.iter().flat_map(|level| self.dimensions_at(*level));
            let parts = ordered.map(|dimension| match of.contains(&dimension) {
                true if self.dimension_levels[dimension] == Level::DataSet => "0".to_owned(),
                true => row.key[dimension].to_string(),
                false => self.format.wildcard.to_owned(),
            });
            let key = parts.collect::<Vec<_>>().join(":");
            let written = self.attribute(*position, row);
            let group = self.groups.entry(key).or_insert_with(|| vec!["null".to_owned(); grouped.len()]);
            group[place] = written;
        }
    }

    fn dimensions_at(&self, level: Level) -> impl Iterator<Item = usize> + '_ {
        (0..self.dimension_levels.len()).filter(move |position| self.dimension_levels[*position] == level)
    }

    /// The value of an attribute: its position among all values, or its text where that stands in place.
    fn attribute(&self, position: usize, row: &Row) -> String {
        let Some(text) = &row.attributes[position] else { return "null".to_owned() };
        if self.in_place(position) {
            return string(text);
        }
        self.values[position].1.get(text).map_or("null".to_owned(), usize::to_string)
    }

    fn in_place(&self, position: usize) -> bool {
        self.format.values_in_place && self.observations.attributes()[position].codes.is_empty()
    }

    fn attributes_at(&self, level: Level, row: &Row) -> Vec<String> {
        let at = (0..row.attributes.len()).filter(|position| self.attribute_levels[*position] == level);
        at.map(|position| self.attribute(position, row)).collect()
    }

    fn structure(&self) -> String {
        let dimensions = |level| format!("[{}]", list(self.dimensions_at(level).map(|position| self.dimension(position))));
        let attributes = |level| {
            let at = (0..self.attribute_levels.len()).filter(|position| self.attribute_levels[*position] == level);
            format!("[{}]", list(at.map(|position| self.attribute_description(position))))
        };
        let second = self.format.second();
        let groups = if second { format!("\"dimensionGroup\":{},", attributes(Level::Group)) } else { String::new() };
        let measures = if second { "\"measures\":{\"observation\":[{\"id\":\"OBS_VALUE\",\"name\":\"Observation value\"}]}," } else { "" };
        format!(
            "{{\"name\":\"Migrants\",\"dimensions\":{{\"dataSet\":{},\"series\":{},\"observation\":{}}},{measures}\
             \"attributes\":{{\"dataSet\":{},{groups}\"series\":{},\"observation\":{}}}}}",
            dimensions(Level::DataSet),
            dimensions(Level::Series),
            dimensions(Level::Observation),
            attributes(Level::DataSet),
            attributes(Level::Series),
            attributes(Level::Observation),
        )
    }

    fn dimension(&self, position: usize) -> String {
        let dimension = &self.observations.dimensions()[position];
        let values = list(dimension.codes.iter().map(|code| format!("{{{}}}", id_and_name(&code.id, &code.name))));
        let role = match self.format.version {
            _ if position + 1 < self.dimension_levels.len() => "",
            SdmxJsonVersion::V2_1 => "\"roles\":[\"TIME_PERIOD\"],",
            _ => "\"role\":\"TIME_PERIOD\",",
        };
        let members = id_and_name(&dimension.id, &dimension.name);
        format!("{{{members},\"keyPosition\":{position},{role}\"values\":[{values}]}}")
    }

    fn attribute_description(&self, position: usize) -> String {
        let attribute = &self.observations.attributes()[position];
        let members = id_and_name(&attribute.id, &attribute.name);
        let relationship = if self.format.second() {
            let dimensions = self.observations.dimensions();
            match &attribute.relationship {
                Relationship::DataSet => "\"relationship\":{\"dataflow\":{}},".to_owned(),
                Relationship::Dimensions(of) => {
                    format!("\"relationship\":{{\"dimensions\":[{}]}},", list(of.iter().map(|at| string(&dimensions[*at].id))))
                }
                Relationship::Observation => "\"relationship\":{\"observation\":{}},".to_owned(),
            }
        } else {
            String::new()
        };
        if self.in_place(position) {
            return format!("{{{members},{}}}", relationship.trim_end_matches(','));
        }
        let values = list(self.values[position].0.iter().map(|value| match attribute.name_of(value) {
            Some(name) => format!("{{{}}}", id_and_name(value, name)),
            None if self.format.second() => format!("{{\"value\":{}}}", string(value)),
            None => format!("{{\"name\":{}}}", string(value)),
        }));
        format!("{{{members},{relationship}\"values\":[{values}]}}")
    }

    fn data_sets(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = DataSets { message: self, out, series: None, in_data_set: 0, order: Ascending::default() };
        writer.out.write_all(b"\"dataSets\":[")?;
        writer.open()?;
        self.observations.each(&mut |row| writer.row(row))?;
        writer.close()?;
        writer.out.write_all(b"]")
    }
}

/// Writes the data sets row by row.
struct DataSets<'a, 'b> {
    message: &'a Message<'a>,
    out: &'b mut dyn Write,
    /// The key of the series that is open.
    series: Option<String>,
    in_data_set: u64,
    order: Ascending,
}

impl DataSets<'_, '_> {
    fn open(&mut self) -> io::Result<()> {
        let message = self.message;
        let second = message.format.second();
        let action = if message.format.version == SdmxJsonVersion::V2_1 { "Merge" } else { "Information" };
        write!(self.out, "{{{}\"action\":\"{action}\"", if second { "\"structure\":0," } else { "" })?;
        if !message.data_set.is_empty() {
            write!(self.out, ",\"attributes\":[{}]", message.data_set.join(","))?;
        }
        if !message.groups.is_empty() {
            let groups = message.groups.iter().map(|(key, values)| format!("{}:[{}]", string(key), values.join(",")));
            write!(self.out, ",\"dimensionGroupAttributes\":{{{}}}", list(groups))?;
        }
        self.out.write_all(if message.format.across.is_some() { b",\"series\":{" } else { b",\"observations\":{" })
    }

    fn close(&mut self) -> io::Result<()> {
        let series = self.series.take().is_some();
        self.in_data_set = 0;
        self.out.write_all(if series { b"}}}}" } else { b"}}" })
    }

    fn row(&mut self, row: &Row) -> io::Result<()> {
        let message = self.message;
        if message.format.rows_per_data_set.is_some_and(|most| self.in_data_set >= most.max(1)) {
            self.close()?;
            self.out.write_all(b",")?;
            self.open()?;
        }
        let mut separated = self.in_data_set > 0;
        self.in_data_set += 1;
        if let Some(across) = message.format.across {
            let series = (0..row.key.len()).filter(|position| *position != across).chain([across]);
            self.order.note(series.map(|position| row.key[position]))?;
            let key = key(row, message.dimensions_at(Level::Series));
            if self.series.as_ref() != Some(&key) {
                let before = if self.series.is_some() { "}}," } else { "" };
                let attributes = message.attributes_at(Level::Series, row);
                write!(self.out, "{before}\"{key}\":{{\"attributes\":[{}],\"observations\":{{", attributes.join(","))?;
                self.series = Some(key);
                separated = false;
            }
        }
        let mut cells = message.attributes_at(Level::Observation, row);
        if message.format.short_arrays {
            while cells.last().is_some_and(|cell| cell == "null") {
                cells.pop();
            }
        }
        let observed = std::iter::once(value(row.value.as_deref())).chain(cells);
        let key = key(row, message.dimensions_at(Level::Observation));
        write!(self.out, "{}\"{key}\":[{}]", if separated { "," } else { "" }, list(observed))
    }
}

/// `0:3:1`.
fn key(row: &Row, dimensions: impl Iterator<Item = usize>) -> String {
    dimensions.map(|position| row.key[position].to_string()).collect::<Vec<_>>().join(":")
}
