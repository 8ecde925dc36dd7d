//! From an indicator's query to its finished table and the findings of its checks.

use std::collections::BTreeSet;

use arrow::{
    array::{Array as _, AsArray as _},
    datatypes::Int64Type,
    error::ArrowError,
    record_batch::RecordBatch,
    util::display::array_value_to_string,
};

use crate::{AggregateError, Engine, Indicator, Input, Labels, Severity, Views, finish, status};

/// An indicator's finished table and what its checks found.
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    /// The table: values rounded, a unique and sorted key, labels beside every code, one `status`.
    pub table: RecordBatch,
    /// The checks that found rows, in the order of the front matter, and the status letters that did not travel.
    pub findings: Vec<Finding>,
}

impl Computed {
    /// Whether a finding forbids to publish the table.
    pub fn refused(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// A check that found rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub check: String,
    /// What follows from it.
    pub severity: Severity,
    /// How many rows it found.
    pub rows: usize,
    /// The one of them whose text is the smallest, as `column=value, column=value`: it does not depend on the order of the rows.
    pub example: String,
}

/// The name of the finding that says which status letters of the inputs the table does not show.
pub const STATUS_TRAVELS: &str = "status_travels";

/// Computes an indicator over the rows that its `inputs` name, and nothing else.
///
/// The table's value columns are rounded to their declared decimals, halves away from zero, as `ROUND` does in DuckDB. The boolean columns `status_<letter>` become one text column `status`. An input or a table without rows is an error.
pub fn compute(engine: &dyn Engine, indicator: &Indicator, views: &Views, labels: &Labels) -> Result<Computed, AggregateError> {
    let what = format!("indicator {}", indicator.id);
    let views = views.restricted_to(&indicator.inputs);
    for input in &indicator.inputs {
        if count(engine, input, &views).map_err(|error| error.about(&what))? == 0 {
            return Err(AggregateError::EmptyInput { indicator: indicator.id.clone(), input: input.to_string() });
        }
    }
    let raw = engine.query(&indicator.sql, &views).map_err(|error| error.about(&what).at(&indicator.path, indicator.linted.line()))?;
    if raw.num_rows() == 0 {
        return Err(AggregateError::EmptyResult { indicator: indicator.id.clone() });
    }
    let table = finish::finish(indicator, &raw, labels)?;
    let mut findings = Vec::new();
    let with_result = views.with_result(table.clone());
    for check in &indicator.checks {
        let attempted = format!("check {} of {what}", check.name);
        let in_file = |error: AggregateError| error.about(&attempted).at(&indicator.path, check.linted.line());
        let rows = engine.query(&check.sql, &with_result).map_err(in_file)?;
        if rows.num_rows() > 0 {
            let example = smallest(&rows).map_err(|source| AggregateError::Table { what: attempted, source })?;
            findings.push(Finding { check: check.name.clone(), severity: check.severity, rows: rows.num_rows(), example });
        }
    }
    findings.extend(lost_letters(engine, &raw, &views).map_err(|error| error.about(&what))?);
    Ok(Computed { table, findings })
}

/// How many rows an input has.
fn count(engine: &dyn Engine, input: &Input, views: &Views) -> Result<i64, AggregateError> {
    let (column, value) = match input {
        Input::Dataset(dataset) if !views.current.contains_key(dataset) => return Ok(0),
        Input::Measure(_) if views.current.is_empty() => return Ok(0),
        Input::Dataset(dataset) => ("dataset", dataset),
        Input::Measure(measure) => ("measure", measure),
    };
    let table = engine.query(&format!("SELECT COUNT(*) AS n FROM observations WHERE {column} = '{value}'"), views)?;
    let counted = table.columns().first().and_then(|column| column.as_primitive_opt::<Int64Type>());
    Ok(counted.filter(|column| !column.is_empty()).map_or(0, |column| column.value(0)))
}

/// A status travels with the number: letters that the inputs carry and the table has no column for are reported.
fn lost_letters(engine: &dyn Engine, raw: &RecordBatch, views: &Views) -> Result<Option<Finding>, AggregateError> {
    let schema = raw.schema();
    let shown: BTreeSet<char> = schema.fields().iter().filter_map(|field| status::letter_of(field.name())).collect();
    let statuses = engine.query("SELECT DISTINCT status FROM observations ORDER BY status", views)?;
    let found = statuses.columns().first().and_then(|column| column.as_string_opt::<i32>());
    let carried: BTreeSet<char> =
        found.iter().flat_map(|column| column.iter()).flatten().flat_map(str::chars).filter(|c| *c != 'A').collect();
    let lost: Vec<String> = carried.difference(&shown).map(char::to_string).collect();
    Ok((!lost.is_empty()).then(|| Finding {
        check: STATUS_TRAVELS.to_owned(),
        severity: Severity::Warning,
        rows: lost.len(),
        example: format!("the inputs carry {}, and the table has no status_ column for it", lost.join(", ")),
    }))
}

/// The smallest of the rows as text. A check has no order, so that its first row may differ from run to run.
fn smallest(rows: &RecordBatch) -> Result<String, ArrowError> {
    let texts: Vec<String> = (0..rows.num_rows()).map(|row| text(rows, row)).collect::<Result<_, _>>()?;
    Ok(texts.into_iter().min().unwrap_or_default())
}

fn text(rows: &RecordBatch, row: usize) -> Result<String, ArrowError> {
    let schema = rows.schema();
    let mut cells = Vec::new();
    for (field, column) in schema.fields().iter().zip(rows.columns()) {
        cells.push(format!("{}={}", field.name(), array_value_to_string(column, row)?));
    }
    Ok(cells.join(", "))
}
