use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::header::validate_columns;

/// The table `decode.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonForm {
    /// Where the rows are: an array, such as `/items`; empty for a body that is the array. `null` and an empty array have no rows.
    pub rows: Pointers,
    /// Whether the body is a sequence of values, one on each line (NDJSON). They are read as if they were the elements of one array.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lines: bool,
    /// What stands at `rows`.
    #[serde(default, skip_serializing_if = "Shape::is_objects")]
    pub shape: Shape,
    /// Rows that are arrays: where their column names stand, such as `/fields/*/id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<String>,
    /// Rows that are arrays: whether the first one holds the column names.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub header: bool,
    /// Columns whose arrays become one text, their elements joined by `separator`. Other arrays stay as their JSON text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub join: Vec<String>,
    /// What stands between joined elements; `; ` unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// The column whose array becomes rows: one for each element, with the other cells repeated. A row without elements stays one row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explode: Option<String>,
    /// Columns, or objects with all that is in them, that are not read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// JSON pointers to where the publisher puts an error document: what stands there (and is not empty) becomes the error's text.
    #[serde(default)]
    pub error: Vec<String>,
    /// Canonical column names, each with the keys it may have; keys of nested objects are joined by dots. Other keys keep their name.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Facts about the body, each with the JSON pointer to its text.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
    /// Names under `columns` and `facts` that an edition may lack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional: Vec<String>,
    /// Columns that are made: what an id in the row means elsewhere in the body.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lookup: BTreeMap<String, Lookup>,
}

/// A list of the body that says what the ids of its rows mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The column of the id.
    pub column: String,
    /// Where the list stands.
    pub rows: String,
    /// The key of the id in it.
    pub key: String,
    /// The key of what it means.
    pub value: String,
}

/// One JSON pointer, or several of which the first that finds something counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Pointers {
    /// The only one.
    One(String),
    /// In the order in which they are tried.
    Several(Vec<String>),
}

impl Default for Pointers {
    fn default() -> Self {
        Self::One(String::new())
    }
}

impl Pointers {
    /// The pointers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(pointer) => std::slice::from_ref(pointer),
            Self::Several(pointers) => pointers,
        }
        .iter()
        .map(String::as_str)
    }
}

/// What stands where the rows are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// An array of objects, each a row.
    #[default]
    Objects,
    /// An array of arrays, each a row.
    Arrays,
    /// An object of arrays of one length, each a column.
    Columns,
}

impl Shape {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_objects(&self) -> bool {
        *self == Self::Objects
    }
}

impl JsonForm {
    pub(crate) fn separator(&self) -> &str {
        self.separator.as_deref().unwrap_or("; ")
    }

    pub(crate) fn validate(&self) -> Result<(), DecodeError> {
        let refuse =
            |key: &str, problem: &str| Err(DecodeError::Definition { key: format!("decode.json.{key}"), problem: problem.to_owned() });
        let rows = self.rows.iter().map(|pointer| ("rows".to_owned(), pointer));
        let errors = self.error.iter().map(|pointer| ("error".to_owned(), pointer.as_str()));
        let facts = self.facts.iter().map(|(name, pointer)| (format!("facts.{name}"), pointer.as_str()));
        let names = self.names.iter().map(|pointer| ("names".to_owned(), pointer.as_str()));
        for (key, pointer) in rows.chain(errors).chain(facts).chain(names) {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                return refuse(&key, &format!("a JSON pointer is empty or begins with \"/\", found \"{pointer}\""));
            }
        }
        let contradictions = [
            (self.rows.iter().next().is_none(), "rows", "name at least one JSON pointer"),
            (self.names.is_some() && self.shape != Shape::Arrays, "names", "only rows with shape = \"arrays\" have their names elsewhere"),
            (self.header && self.shape != Shape::Arrays, "header", "only rows with shape = \"arrays\" have a header"),
            (self.header && self.names.is_some(), "header", "the column names stand in the first row or under names, not both"),
            (self.lines && self.shape == Shape::Columns, "lines", "parallel arrays are one object, not a sequence of lines"),
            (self.explode.is_some() && self.shape != Shape::Objects, "explode", "only rows with shape = \"objects\" can be exploded"),
            (self.separator.is_some() && self.join.is_empty(), "separator", "no column is joined"),
            (self.explode.as_ref().is_some_and(|key| self.join.contains(key)), "explode", "a column is either exploded or joined"),
        ];
        if let Some((_, key, problem)) = contradictions.iter().find(|(wrong, ..)| *wrong) {
            return refuse(key, problem);
        }
        let listed = |name: &&String| self.columns.contains_key(*name);
        let optional: Vec<String> = self.optional.iter().filter(listed).cloned().collect();
        if let Some(name) = self.optional.iter().find(|name| !listed(name) && !self.facts.contains_key(*name)) {
            return refuse("optional", &format!("\"{name}\" stands neither under columns nor under facts"));
        }
        if let Some((name, _)) = self.lookup.iter().find(|(_, lookup)| !lookup.rows.starts_with('/')) {
            return refuse(&format!("lookup.{name}.rows"), "a JSON pointer begins with \"/\"");
        }
        validate_columns("decode.json", &self.columns, &optional)
    }
}
