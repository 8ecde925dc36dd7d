//! What a message says: dimensions, attributes and rows.

use std::collections::BTreeMap;
use std::io;

use super::Observations;

/// A code and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// `CHL`.
    pub id: String,
    /// `Chile`.
    pub name: String,
}

impl Code {
    /// A code with its name.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into() }
    }
}

/// A dimension; its codes are distinct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// `REF_AREA`.
    pub id: String,
    /// `Reference area`.
    pub name: String,
    /// In the order in which messages list them.
    pub codes: Vec<Code>,
}

/// What an attribute says something about. Its value is the same for all rows that agree in that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relationship {
    /// The data set.
    DataSet,
    /// These dimensions, by their positions.
    Dimensions(Vec<usize>),
    /// Each observation.
    Observation,
}

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// `OBS_STATUS`.
    pub id: String,
    /// `Observation status`.
    pub name: String,
    /// The codes of its values; empty where they are free text.
    pub codes: Vec<Code>,
    /// What it says something about.
    pub relationship: Relationship,
}

impl Attribute {
    /// The name of a coded value.
    pub fn name_of(&self, value: &str) -> Option<&str> {
        self.codes.iter().find(|code| code.id == value).map(|code| code.name.as_str())
    }
}

/// An observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The position of its code in each dimension.
    pub key: Vec<u32>,
    /// The text of its value, `1.50` as such.
    pub value: Option<String>,
    /// The value of each attribute.
    pub attributes: Vec<Option<String>>,
}

/// Observations in memory; no two have the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The dimensions; the last one is the period.
    pub dimensions: Vec<Dimension>,
    /// The attributes.
    pub attributes: Vec<Attribute>,
    /// The observations, in any order.
    pub rows: Vec<Row>,
}

/// A table as a decoder gives it: named columns and cells of text. Rows are sorted, so that two of them can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flat {
    /// Dimensions under their ids, then `OBS_VALUE`, then attributes as `attr:` and their id.
    pub columns: Vec<String>,
    /// The cells of each row.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Flat {
    /// The same cells under the bare ids of the attributes, as formats give them that do not say what a column is.
    #[must_use]
    pub fn unmarked(mut self) -> Self {
        for column in &mut self.columns {
            if let Some(id) = column.strip_prefix("attr:") {
                *column = id.to_owned();
            }
        }
        self
    }

    /// The same rows where an empty text is no text, as in formats that cannot tell them apart.
    #[must_use]
    pub fn without_empty_texts(mut self) -> Self {
        for cell in self.rows.iter_mut().flatten() {
            *cell = cell.take().filter(|text| !text.is_empty());
        }
        self.rows.sort();
        self
    }
}

impl Table {
    /// What a reader must give back, whatever the format and the order of rows.
    pub fn flat(&self) -> Flat {
        let dimensions = self.dimensions.iter().map(|dimension| dimension.id.clone());
        let attributes = self.attributes.iter().map(|attribute| format!("attr:{}", attribute.id));
        let columns = dimensions.chain(["OBS_VALUE".to_owned()]).chain(attributes).collect();
        let mut rows: Vec<Vec<Option<String>>> = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let codes = row.key.iter().zip(&self.dimensions).map(|(code, dimension)| Some(dimension.codes[*code as usize].id.clone()));
            rows.push(codes.chain([row.value.clone()]).chain(row.attributes.iter().cloned()).collect());
        }
        rows.sort();
        Flat { columns, rows }
    }

    /// The same table with rows sorted by the dimensions at these positions, the first one slowest. Formats that write series or cells
    /// one after the other need it.
    #[must_use]
    pub fn sorted_by(&self, order: &[usize]) -> Self {
        let mut sorted = self.clone();
        sorted.rows.sort_by_key(|row| order.iter().map(|position| row.key[*position]).collect::<Vec<_>>());
        sorted
    }

    /// The same table sorted as its dimensions stand.
    #[must_use]
    pub fn sorted(&self) -> Self {
        self.sorted_by(&(0..self.dimensions.len()).collect::<Vec<_>>())
    }

    /// The same table with only these attributes, for formats that carry one or none.
    #[must_use]
    pub fn keeping(&self, attributes: &[&str]) -> Self {
        let kept: Vec<usize> =
            (0..self.attributes.len()).filter(|position| attributes.contains(&self.attributes[*position].id.as_str())).collect();
        let row = |row: &Row| Row { attributes: kept.iter().map(|position| row.attributes[*position].clone()).collect(), ..row.clone() };
        Self {
            dimensions: self.dimensions.clone(),
            attributes: kept.iter().map(|position| self.attributes[*position].clone()).collect(),
            rows: self.rows.iter().map(row).collect(),
        }
    }

    /// The same table without the observations that have neither a value nor an attribute, which most formats cannot tell from gaps.
    #[must_use]
    pub fn without_gaps(&self) -> Self {
        let mut rest = self.clone();
        rest.rows.retain(|row| row.value.is_some() || row.attributes.iter().any(Option::is_some));
        rest
    }

    /// Makes each attribute the same for all rows that agree in what it is about: the first row's value.
    pub(super) fn settle_attributes(&mut self) {
        for (position, attribute) in self.attributes.iter().enumerate() {
            let dimensions: &[usize] = match &attribute.relationship {
                Relationship::DataSet => &[],
                Relationship::Dimensions(dimensions) => dimensions,
                Relationship::Observation => continue,
            };
            let mut settled: BTreeMap<Vec<u32>, Option<String>> = BTreeMap::new();
            for row in &mut self.rows {
                let group = dimensions.iter().map(|dimension| row.key[*dimension]).collect();
                let value = settled.entry(group).or_insert_with(|| row.attributes[position].clone());
                row.attributes[position].clone_from(value);
            }
        }
    }
}

impl Observations for Table {
    fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    fn each(&self, visit: &mut dyn FnMut(&Row) -> io::Result<()>) -> io::Result<()> {
        self.rows.iter().try_for_each(visit)
    }
}

/// A table of four observations for examples: two dimensions, a literal `1.50`, an observation without value, a status and a comment
/// that needs quotes.
pub fn small() -> Table {
    let dimension = |id: &str, name: &str, codes: &[(&str, &str)]| Dimension {
        id: id.to_owned(),
        name: name.to_owned(),
        codes: codes.iter().map(|(id, name)| Code::new(*id, *name)).collect(),
    };
    let text = |text: &str| Some(text.to_owned());
    let row = |key: [u32; 2], value: Option<String>, status: Option<String>, comment: Option<String>| Row {
        key: key.to_vec(),
        value,
        attributes: vec![status, comment],
    };
    Table {
        dimensions: vec![
            dimension("SEX", "Sex", &[("F", "Female"), ("M", "Male")]),
            dimension("TIME_PERIOD", "Time period", &[("2019", "2019"), ("2020", "2020")]),
        ],
        attributes: vec![
            Attribute {
                id: "OBS_STATUS".to_owned(),
                name: "Observation status".to_owned(),
                codes: vec![Code::new("A", "Normal value"), Code::new("M", "Missing value")],
                relationship: Relationship::Observation,
            },
            Attribute { id: "COMMENT".to_owned(), name: "Comment".to_owned(), codes: Vec::new(), relationship: Relationship::Observation },
        ],
        rows: vec![
            row([0, 0], text("1.50"), text("A"), None),
            row([0, 1], None, text("M"), text("not \"asked\", not counted")),
            row([1, 0], text("1e3"), None, None),
            row([1, 1], text("-7"), text("A"), None),
        ],
    }
}
