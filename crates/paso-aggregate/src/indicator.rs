//! An indicator: one `.sql` file, a SELECT with a front matter of `--|` lines in TOML.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use arrow::datatypes::{DataType, Schema};
use paso_model::{Dimension, Localized, observation};
use serde::{Deserialize, Serialize};

use crate::{
    AggregateError, View,
    front_matter::{self, FrontMatter},
    sql::{
        lint::{Linted, Purpose, lint},
        token,
    },
    status,
};

/// Rows that an indicator reads: a dataset, or a measure of whichever datasets have it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Input {
    /// `undesa.migrant_stock`
    Dataset(String),
    /// `measure:population`
    Measure(String),
}

impl Input {
    pub(crate) fn measure(&self) -> Option<&str> {
        match self {
            Self::Measure(measure) => Some(measure),
            Self::Dataset(_) => None,
        }
    }
}

impl FromStr for Input {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        match (text.strip_prefix("measure:"), text.split_once('.')) {
            (Some(measure), _) if name(measure) => Ok(Self::Measure(measure.to_owned())),
            (None, Some((publisher, dataset))) if name(publisher) && name(dataset) => Ok(Self::Dataset(text.to_owned())),
            _ => Err(format!("`{text}` is no input: write a dataset as `<publisher>.<dataset>`, or a measure as `measure:population`")),
        }
    }
}

impl TryFrom<String> for Input {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Input> for String {
    fn from(input: Input) -> Self {
        input.to_string()
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dataset(id) => f.write_str(id),
            Self::Measure(id) => write!(f, "measure:{id}"),
        }
    }
}

/// What happens when a check finds rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The release is refused.
    #[default]
    Error,
    /// It is reported.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// A query that must return no rows. It sees the views, and the finished table as `result`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name, in words joined by `_`.
    pub name: String,
    /// What happens when it finds rows.
    pub severity: Severity,
    /// The query.
    pub sql: String,
    pub(crate) linted: Linted,
}

/// A column that the front matter describes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Described {
    /// The unit where it differs from the indicator's.
    pub unit: Option<String>,
    /// For numbers: how many decimals are kept. Halves round away from zero.
    pub decimals: Option<u8>,
    /// What it holds, in English.
    pub en: String,
    /// What it holds, in Spanish.
    pub es: String,
}

/// How a value is computed, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// The formula, in the names of the columns.
    pub text: Localized,
    /// Author, year, title, table or page.
    pub source: String,
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// The file as the caller named it.
    pub path: String,
    /// The id, also the name of the file.
    pub id: String,
    /// The area of the agenda that it serves.
    pub agenda: String,
    /// The title.
    pub title: Localized,
    /// What to know before quoting it.
    pub note: Localized,
    /// The unit of its values, unless a column says otherwise.
    pub unit: String,
    /// The columns that identify a row, in the order in which rows are sorted.
    pub key: Vec<String>,
    /// How it is computed.
    pub formula: Formula,
    /// The rows that it can see.
    pub inputs: Vec<Input>,
    /// The queries that must return no rows.
    pub checks: Vec<Check>,
    /// The columns that are not the observation's own.
    pub columns: BTreeMap<String, Described>,
    /// The query.
    pub sql: String,
    pub(crate) linted: Linted,
}

/// A column of an indicator's table with all that a dictionary says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// The name.
    pub name: String,
    /// The type: `Utf8`, `Float64`, `Int64`, `Date32` or `Boolean`.
    pub data_type: DataType,
    /// Whether a row may have none.
    pub nullable: bool,
    /// Whether it is part of the key.
    pub key: bool,
    /// The unit of a value.
    pub unit: Option<String>,
    /// The decimals of a value.
    pub decimals: Option<u8>,
    /// What it holds.
    pub description: Localized,
}

impl Indicator {
    /// Reads the text of an indicator's file. `path` stands in messages, and its name must be `<id>.sql`.
    pub fn parse(path: &str, text: &str) -> Result<Self, AggregateError> {
        let FrontMatter { head, sql, sql_line } = front_matter::read(path, text)?;
        let refuse = |line: usize, message: String| AggregateError::FrontMatter { path: path.to_owned(), line, message };
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        if file != format!("{}.sql", head.id.as_ref()) {
            let message = format!("the id is `{}` and the file is `{file}`: they must be the same", head.id.as_ref());
            return Err(refuse(head.line(&head.id), message));
        }
        let linted = lint(&sql, sql_line, Purpose::Table(&head.key))
            .map_err(|complaints| AggregateError::Sql { path: path.to_owned(), complaints })?;
        let mut checks = Vec::new();
        for check in &head.checks {
            let line = head.first_line_of_text(&check.sql);
            let linted = lint(check.sql.as_ref(), line, Purpose::Check)
                .map_err(|complaints| AggregateError::Sql { path: path.to_owned(), complaints })?;
            checks.push(Check { name: check.name.clone(), severity: check.severity, sql: check.sql.as_ref().clone(), linted });
        }
        let indicator = Self {
            path: path.to_owned(),
            id: head.id.into_inner(),
            agenda: head.agenda,
            title: head.title,
            note: head.note,
            unit: head.unit,
            key: head.key,
            formula: head.formula,
            inputs: head.inputs,
            checks,
            columns: head.columns,
            sql,
            linted,
        };
        indicator.complete().map_err(|message| refuse(1, message))?;
        Ok(indicator)
    }

    fn complete(&self) -> Result<(), String> {
        let texts = [("title", &self.title), ("note", &self.note), ("formula", &self.formula.text)];
        if let Some((name, _)) = texts.into_iter().find(|(_, text)| text.en.trim().is_empty() || text.es.trim().is_empty()) {
            return Err(format!("`{name}` is empty in one of the languages"));
        }
        if self.key.is_empty() || self.inputs.is_empty() || self.columns.is_empty() {
            return Err("`key`, `inputs` and `columns` name at least one each".to_owned());
        }
        if self.checks.is_empty() {
            return Err("`checks` has at least one: a query that must return no rows".to_owned());
        }
        let inputs = self.inputs.iter().map(ToString::to_string).collect();
        let checks = self.checks.iter().map(|check| check.name.clone()).collect();
        for (what, mut names) in [("key", self.key.clone()), ("inputs", inputs), ("checks", checks)] {
            names.sort_unstable();
            if let Some([name, ..]) = names.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(format!("`{name}` stands twice in `{what}`"));
            }
        }
        for (name, column) in &self.columns {
            if observation_column(name).is_some() || status::letter_of(name).is_some() || label_of(name).is_some() {
                return Err(format!("`columns.{name}` is described already: it is a column of every table"));
            }
            if column.decimals.is_some_and(|decimals| decimals > MAX_DECIMALS) {
                return Err(format!("`columns.{name}.decimals` is at most {MAX_DECIMALS}: a float holds no more"));
            }
            if column.en.trim().is_empty() || column.es.trim().is_empty() {
                return Err(format!("`columns.{name}` is empty in one of the languages"));
            }
        }
        match self.key.iter().find(|name| observation_column(name).is_none() && !self.columns.contains_key(*name)) {
            Some(name) => Err(format!("`{name}` in `key` is no column of the observation: describe it in `columns`")),
            None => Ok(()),
        }
    }

    /// The views that the query and its checks read. The caller counts the files behind them among the inputs of the result, and `areas` and
    /// `measures` too, because labels come from there.
    pub fn views(&self) -> BTreeSet<View> {
        let checks = self.checks.iter().flat_map(|check| check.linted.views.iter());
        self.linted.views.iter().chain(checks).copied().collect()
    }

    /// The bytes that stand for this indicator in a fingerprint: all that can change its table or its checks, and nothing else. Titles, notes,
    /// units, descriptions and comments are left out, and so are blanks and the case of keywords.
    pub fn canonical(&self) -> Vec<u8> {
        let checks: Vec<serde_json::Value> = self
            .checks
            .iter()
            .map(|check| serde_json::json!([check.name, check.severity, token::canonical(&check.linted.tokens)]))
            .collect();
        let decimals: BTreeMap<&str, Option<u8>> = self.columns.iter().map(|(name, column)| (name.as_str(), column.decimals)).collect();
        let inputs: BTreeSet<String> = self.inputs.iter().map(ToString::to_string).collect();
        let canonical = serde_json::json!([self.id, self.key, decimals, inputs, token::canonical(&self.linted.tokens), checks]);
        canonical.to_string().into_bytes()
    }

    /// All that a dictionary says about the columns of the finished table. A column that nobody describes is an error.
    pub fn describe(&self, schema: &Schema) -> Result<Vec<OutputColumn>, AggregateError> {
        schema
            .fields()
            .iter()
            .map(|field| {
                let described = self.columns.get(field.name());
                let numeric = matches!(field.data_type(), DataType::Float64 | DataType::Int64);
                Ok(OutputColumn {
                    name: field.name().clone(),
                    data_type: field.data_type().clone(),
                    nullable: field.is_nullable(),
                    key: self.key.contains(field.name()),
                    unit: described.filter(|_| numeric).map(|column| column.unit.clone().unwrap_or_else(|| self.unit.clone())),
                    decimals: described.and_then(|column| column.decimals),
                    description: self.description(field.name()).ok_or_else(|| AggregateError::Column {
                        indicator: self.id.clone(),
                        column: field.name().clone(),
                        problem: "is not described: add it to `columns` in the front matter".to_owned(),
                    })?,
                })
            })
            .collect()
    }

    fn description(&self, name: &str) -> Option<Localized> {
        if let Some(column) = self.columns.get(name) {
            return Some(Localized { en: column.en.clone(), es: column.es.clone() });
        }
        if let Some((dimension, language)) = label_of(name) {
            let (en, es) = if language == "es" { ("Spanish", "español") } else { ("English", "inglés") };
            return Some(Localized { en: format!("Name of `{dimension}` in {en}"), es: format!("Nombre de `{dimension}` en {es}") });
        }
        observation_column(name).map(|column| Localized { en: column.en.to_owned(), es: column.es.to_owned() })
    }
}

/// The most decimals that a column may keep: beyond, the scaled value of a large number is no longer exact.
const MAX_DECIMALS: u8 = 9;

pub(crate) fn observation_column(name: &str) -> Option<&'static paso_model::column::Column> {
    observation::COLUMNS.iter().find(|column| column.name == name)
}

/// The dimension and language of a column `<dimension>_label_<language>`.
fn label_of(name: &str) -> Option<(Dimension, &str)> {
    let (dimension, language) = name.rsplit_once("_label_")?;
    let dimension = dimension.parse().ok()?;
    matches!(language, "es" | "en").then_some((dimension, language))
}
