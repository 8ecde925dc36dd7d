//! What can go wrong with an indicator or a query, and what to do about it.

use std::path::PathBuf;

use polars::prelude::PolarsError;

use crate::sql::lint::Complaint;

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
    /// The engine could not run a query.
    #[error("{what} cannot be run: {source}")]
    Engine {
        /// The indicator, check or query.
        what: String,
        /// What the engine said.
        #[source]
        source: Box<PolarsError>,
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
    #[error("cannot read {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the engine said.
        #[source]
        source: Box<PolarsError>,
    },
    /// A table of the result could not be put together.
    #[error("the table of {what} cannot be built: {source}")]
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

impl AggregateError {
    /// The same failure, saying what was attempted.
    pub(crate) fn about(self, attempted: &str) -> Self {
        match self {
            Self::Engine { source, .. } => Self::Engine { what: attempted.to_owned(), source },
            Self::MissingView { view, .. } => Self::MissingView { what: attempted.to_owned(), view },
            Self::Table { source, .. } => Self::Table { what: attempted.to_owned(), source },
            other => other,
        }
    }

    /// What to do next, where more can be said than the message does.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::FrontMatter { .. } => {
                "lines that start with `--|` at the top of the file are TOML; docs/reference lists the keys".to_owned()
            }
            Self::Sql { .. } => "indicators use the SQL that Polars, DuckDB and DataFusion read alike; docs/reference lists it".to_owned(),
            Self::MissingView { view, .. } => format!("run `paso run` first: it writes the files behind `{view}`"),
            Self::EmptyInput { input, .. } => {
                format!("look at `paso status` and `paso quarantine` for `{input}`: it was not fetched, or all of it was refused")
            }
            Self::EmptyResult { .. } => {
                "an indicator without rows is never published: run its query with `paso query` part by part".to_owned()
            }
            Self::Engine { .. } => {
                "try the query with `paso query`; `DESCRIBE` in DuckDB on the Parquet files shows the columns".to_owned()
            }
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
            Self::Column { .. } | Self::Key { .. } | Self::Table { .. } => return None,
        })
    }
}
