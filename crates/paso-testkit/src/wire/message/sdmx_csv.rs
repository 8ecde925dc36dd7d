//! SDMX-CSV: 1.0 of SDMX 2.1, 2.0 and 2.1 of SDMX 3.

use std::io::{self, Write};

use super::fields::{Fields, LineEnd, Quoting, number};
use super::{Attribute, Dimension, Format, Observations, Row, unfit};

/// Which SDMX-CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SdmxCsvVersion {
    /// A column `DATAFLOW`.
    V1_0,
    /// Columns `STRUCTURE`, `STRUCTURE_ID`, perhaps `ACTION` with `I`, `A`, `R` or `D`.
    V2_0,
    /// The same, where `ACTION` also knows `M`.
    V2_1,
}

/// What stands for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    /// `CHL` under `REF_AREA`.
    Id,
    /// From 2.0 on `CHL` under `REF_AREA` and `Chile` under `Reference area` beside it; in 1.0 only `Chile` under `REF_AREA`, as Eurostat
    /// serves it.
    Name,
    /// `CHL: Chile` under `REF_AREA: Reference area`.
    Both,
}

/// SDMX-CSV.
#[derive(Debug, Clone)]
pub struct SdmxCsv {
    /// Which one.
    pub version: SdmxCsvVersion,
    /// What stands for a code.
    pub labels: Labels,
    /// The delimiter of fields.
    pub delimiter: char,
    /// The delimiter of sub-fields that the header announces: `STRUCTURE[;]`. Only from 2.0 on.
    pub sub_field_delimiter: Option<char>,
    /// `1,5` instead of `1.5`.
    pub decimal_comma: bool,
    /// A byte-order mark before the header.
    pub byte_order_mark: bool,
    /// The text of the column `ACTION`, and whether there is one. Only from 2.0 on.
    pub action: Option<String>,
    /// Columns `SERIES_KEY` and `OBS_KEY`. Only from 2.0 on.
    pub keys: bool,
    /// Which fields stand in quotes.
    pub quoting: Quoting,
    /// What ends a line.
    pub line_end: LineEnd,
    /// `dataflow`, `datastructure` or `dataprovision`.
    pub structure_type: String,
    /// `ESTAT:MIGR_IMM1CTZ(1.0)`.
    pub structure: String,
    /// Its name, for labels.
    pub structure_name: String,
}

impl Default for SdmxCsv {
    fn default() -> Self {
        Self {
            version: SdmxCsvVersion::V2_0,
            labels: Labels::Id,
            delimiter: ',',
            sub_field_delimiter: None,
            decimal_comma: false,
            byte_order_mark: false,
            action: None,
            keys: false,
            quoting: Quoting::Necessary,
            line_end: LineEnd::Lf,
            structure_type: "dataflow".to_owned(),
            structure: "PASO.MIG:DF_MIGRANT_STOCK_SEX_AGE_CITIZENSHIP(1.0)".to_owned(),
            structure_name: "Migrant stock by sex, age and citizenship".to_owned(),
        }
    }
}

impl Format for SdmxCsv {
    fn write(&self, observations: &dyn Observations, out: &mut dyn Write) -> io::Result<()> {
        let first = self.version == SdmxCsvVersion::V1_0;
        if first && (self.sub_field_delimiter.is_some() || self.action.is_some() || self.keys) {
            return Err(unfit("SDMX-CSV 1.0 has no sub-fields, actions or keys"));
        }
        let (dimensions, attributes) = (observations.dimensions(), observations.attributes());
        if self.byte_order_mark {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut fields = Fields::new(out, self.delimiter, self.quoting, self.line_end);
        self.header(&mut fields, dimensions, attributes)?;
        let dimension_cells = self.dimension_cells(dimensions);
        let structure = match self.labels {
            Labels::Both => vec![format!("{}: {}", self.structure, self.structure_name)],
            Labels::Name if !first => vec![self.structure.clone(), self.structure_name.clone()],
            Labels::Id | Labels::Name => vec![self.structure.clone()],
        };
        observations.each(&mut |row| {
            if !first {
                fields.push(&self.structure_type);
            }
            fields.extend(structure.iter().map(String::as_str));
            fields.extend(self.action.as_deref());
            if self.keys {
                let key: Vec<&str> = row.key.iter().zip(dimensions).map(|(code, of)| of.codes[*code as usize].id.as_str()).collect();
                fields.push(&key[..key.len().saturating_sub(1)].join("."));
                fields.push(&key.join("."));
            }
            for (code, cells) in row.key.iter().zip(&dimension_cells) {
                fields.extend(cells[*code as usize].iter().map(String::as_str));
            }
            self.value(&mut fields, row);
            for (value, attribute) in row.attributes.iter().zip(attributes) {
                self.attribute(&mut fields, attribute, value.as_deref().unwrap_or_default());
            }
            fields.end()
        })
    }
}

impl SdmxCsv {
    fn header(&self, fields: &mut Fields<&mut dyn Write>, dimensions: &[Dimension], attributes: &[Attribute]) -> io::Result<()> {
        if self.version == SdmxCsvVersion::V1_0 {
            fields.push("DATAFLOW");
        } else {
            fields.push(&self.sub_field_delimiter.map_or("STRUCTURE".to_owned(), |delimiter| format!("STRUCTURE[{delimiter}]")));
            fields.push("STRUCTURE_ID");
            if self.labels == Labels::Name {
                fields.push("STRUCTURE_NAME");
            }
        }
        if self.action.is_some() {
            fields.push("ACTION");
        }
        if self.keys {
            fields.push("SERIES_KEY");
            fields.push("OBS_KEY");
        }
        let dimensions = dimensions.iter().map(|dimension| (dimension.id.as_str(), dimension.name.as_str()));
        let attributes = attributes.iter().map(|attribute| (attribute.id.as_str(), attribute.name.as_str()));
        for (id, name) in dimensions.chain([("OBS_VALUE", "Observation value")]).chain(attributes) {
            fields.extend(self.cell(id, Some(name), true).iter().map(String::as_str));
        }
        fields.end()
    }

    /// The one or two cells of something with an id and perhaps a name.
    fn cell(&self, id: &str, name: Option<&str>, header: bool) -> Vec<String> {
        match (self.labels, name) {
            (Labels::Both, Some(name)) => vec![format!("{id}: {name}")],
            (Labels::Id, _) | (Labels::Both, None) => vec![id.to_owned()],
            (Labels::Name, _) if self.version != SdmxCsvVersion::V1_0 => vec![id.to_owned(), name.unwrap_or_default().to_owned()],
            (Labels::Name, _) if header => vec![id.to_owned()],
            (Labels::Name, name) => vec![name.unwrap_or(id).to_owned()],
        }
    }

    /// The cells of each code of each dimension, made once.
    fn dimension_cells(&self, dimensions: &[Dimension]) -> Vec<Vec<Vec<String>>> {
        let of = |dimension: &Dimension| dimension.codes.iter().map(|code| self.cell(&code.id, Some(&code.name), false)).collect();
        dimensions.iter().map(of).collect()
    }

    fn value(&self, fields: &mut Fields<&mut dyn Write>, row: &Row) {
        let value = row.value.as_deref().unwrap_or_default();
        if self.decimal_comma {
            fields.push(&number(value, ',', None));
        } else {
            fields.push(value);
        }
        if self.labels == Labels::Name && self.version != SdmxCsvVersion::V1_0 {
            fields.push("");
        }
    }

    fn attribute(&self, fields: &mut Fields<&mut dyn Write>, attribute: &Attribute, value: &str) {
        if self.labels == Labels::Id {
            return fields.push(value);
        }
        let name = attribute.name_of(value);
        fields.extend(self.cell(value, name, false).iter().map(String::as_str));
    }
}
