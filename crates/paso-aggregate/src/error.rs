//! What can go wrong with an indicator or a query, and what to do about it.

use std::path::PathBuf;

use polars::prelude::PolarsError;

use crate::{Views, sql::lint::Complaint};

/// A failure of an indicator or a query. The message says what was attempted and where, [`AggregateError::hint`] what to do next.
#[derive(Debug, thiserror::Error)]
pub enum AggregateError {
    /// The front matter of an indicator is not valid.
    #[error("{path}:{line}: the front matter is not valid: {message}")]
    FrontMatter {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// The SQL leaves the subset that Polars, DuckDB and DataFusion share.
    #[error("{path}: the SQL is not accepted:{}", list(complaints))]
    Sql {
        /// The file.
        path: String,
        /// Line, word and reason, by line.
        complaints: Vec<Complaint>,
    },
    /// A query reads a view that has no files.
    #[error("{what} reads `{view}`, which has no files")]
    MissingView {
        /// The indicator, check or query.
        what: String,
        /// The view.
        view: &'static str,
    },
    /// An input of an indicator has no rows.
    #[error("indicator {indicator}: input `{input}` has no rows")]
    EmptyInput {
        /// The indicator.
        indicator: String,
        /// The input as declared.
        input: String,
    },
    /// An indicator has no rows.
    #[error("indicator {indicator}: the query found no rows")]
    EmptyResult {
        /// The indicator.
        indicator: String,
    },
    /// What someone typed is no single SELECT.
    #[error("the query {problem}: only one SELECT, or WITH and a SELECT, can be run")]
    NotAQuery {
        /// What it is instead.
        problem: String,
        /// The views that it could read.
        views: Vec<&'static str>,
    },
    /// A query reads a table that is no view.
    #[error("{what} reads `{table}`, which is no view: there are {}", views.join(", "))]
    UnknownTable {
        /// The indicator, check or query.
        what: String,
        /// The table.
        table: String,
        /// The views that exist.
        views: Vec<&'static str>,
    },
    /// The engine could not run a query.
    #[error("{what} cannot be run: {reason}")]
    Engine {
        /// The indicator, check or query.
        what: String,
        /// What the engine said, in one line.
        reason: String,
        /// The file and the line of the query, where it stands in a file.
        place: Option<String>,
    },
    /// A column has a type that paso's tables do not use.
    #[error("column `{column}` has the type {found}, which paso's tables do not use")]
    UnsupportedType {
        /// The column.
        column: String,
        /// The type, as the engine names it.
        found: String,
    },
    /// The columns of a result are not those that the front matter declares.
    #[error("indicator {indicator}: column `{column}` {problem}")]
    Column {
        /// The indicator.
        indicator: String,
        /// The column.
        column: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A key has a null, stands twice or out of order.
    #[error("indicator {indicator}: the key ({key}) {problem} in row {row}: {values}")]
    Key {
        /// The indicator.
        indicator: String,
        /// The key columns.
        key: String,
        /// "is null", "stands twice", "is out of order".
        problem: &'static str,
        /// The row of the result, from 1.
        row: usize,
        /// Its key.
        values: String,
    },
    /// A value is infinite or not a number.
    #[error("indicator {indicator}: `{column}` is {value} in row {row}: {key}")]
    NotFinite {
        /// The indicator.
        indicator: String,
        /// The value column.
        column: String,
        /// `inf`, `-inf` or `NaN`.
        value: String,
        /// The row of the result, from 1.
        row: usize,
        /// Its key.
        key: String,
    },
    /// A code has no label in one of the two languages.
    #[error("indicator {indicator}: `{code}` in column `{column}` has no label")]
    NoLabel {
        /// The indicator.
        indicator: String,
        /// The dimension.
        column: String,
        /// The code.
        code: String,
    },
    /// A Parquet file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the engine said, in one line.
        reason: String,
    },
    /// A table of the result could not be put together.
    #[error("the table of {what} cannot be built")]
    Table {
        /// The indicator or query.
        what: String,
        /// What Arrow said.
        source: arrow::error::ArrowError,
    },
}

fn list(complaints: &[Complaint]) -> String {
    let lines: Vec<String> = complaints.iter().map(|Complaint { line, word, why }| format!("\n  line {line}: `{word}` {why}")).collect();
    lines.concat()
}

/// The first line of what the engine says: after it come the plan that it had made so far and the backtrace.
pub(crate) fn first_line(error: &PolarsError) -> String {
    let text = error.to_string();
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no reason is given").to_owned()
}

/// The table that the engine does not know, from its own words.
fn unknown_table(reason: &str) -> Option<&str> {
    let (before, after) = reason.split_once("relation '")?;
    let (table, rest) = after.split_once('\'')?;
    (rest.trim_start().starts_with("was not found") && !before.contains('\'')).then_some(table)
}

impl AggregateError {
    /// A failure of the engine on a query over these views.
    pub(crate) fn engine(error: &PolarsError, views: &Views) -> Self {
        let what = "the query".to_owned();
        let reason = first_line(error);
        match unknown_table(&reason) {
            Some(table) => Self::UnknownTable { what, table: table.to_owned(), views: views.names() },
            None => Self::Engine { what, reason, place: None },
        }
    }

    /// The same failure of a query that stands in a file.
    pub(crate) fn at(self, file: &str, line: usize) -> Self {
        match self {
            Self::Engine { what, reason, .. } => Self::Engine { what, reason, place: Some(format!("{file}:{line}")) },
            other => other,
        }
    }

    /// The same failure, saying what was attempted.
    pub(crate) fn about(self, attempted: &str) -> Self {
        match self {
            Self::Engine { reason, place, .. } => Self::Engine { what: attempted.to_owned(), reason, place },
            Self::UnknownTable { table, views, .. } => Self::UnknownTable { what: attempted.to_owned(), table, views },
            Self::MissingView { view, .. } => Self::MissingView { what: attempted.to_owned(), view },
            Self::Table { source, .. } => Self::Table { what: attempted.to_owned(), source },
            other => other,
        }
    }

    /// What to do next, where more can be said than the message does.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::FrontMatter { .. } => {
                "lines that start with `--|` at the top of the file are TOML; docs/src/reference/indicator-sql.md lists the keys".to_owned()
            }
            Self::Sql { .. } => {
                "indicators use the SQL that Polars, DuckDB and DataFusion read alike: docs/src/reference/indicator-sql.md".to_owned()
            }
            Self::MissingView { view, .. } => format!("run `paso run` first: it writes the files behind `{view}`"),
            Self::EmptyInput { input, .. } => {
                let dataset = if input.starts_with("measure:") { "<dataset>" } else { input };
                format!(
                    "`paso status` says whether `{input}` was fetched; what was refused of it: `paso inspect <lake>/quarantine/{dataset}/….parquet`"
                )
            }
            Self::EmptyResult { .. } => {
                "an indicator without rows is never published: run its query with `paso query` part by part".to_owned()
            }
            Self::NotAQuery { views, .. } | Self::UnknownTable { views, .. } if views.is_empty() => {
                "there is no view yet: run `paso run` first".to_owned()
            }
            Self::NotAQuery { views, .. } => format!("start with SELECT or WITH; the views are {}", views.join(", ")),
            Self::UnsupportedType { column, .. } => {
                format!("cast it: CAST({column} AS VARCHAR), DOUBLE, BIGINT, DATE or BOOLEAN")
            }
            Self::Key { problem, .. } if *problem == "stands twice" => {
                "the join or the filter lets two rows through: filter by `breakdown`, `sex` and `unit`, or add a column to the key"
                    .to_owned()
            }
            Self::NotFinite { .. } => "divide by NULLIF(…, 0)".to_owned(),
            Self::NoLabel { column, code, .. } => {
                format!("add `{code}` to the reference table behind `{column}`: areas.csv for areas, measures.toml for categories")
            }
            Self::File { .. } => "the file is damaged or was removed: run `paso verify`, then `paso run`".to_owned(),
            Self::Engine { place: Some(place), .. } => format!("the query starts at {place}: run it part by part with `paso query`"),
            Self::UnknownTable { .. } | Self::Engine { place: None, .. } | Self::Column { .. } | Self::Key { .. } | Self::Table { .. } => {
                return None;
            }
        })
    }
}
