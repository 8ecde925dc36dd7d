//! Whatever runs SQL over the views. Parquet files are the wall: nothing but finished tables crosses it in memory.

mod convert;
mod polars;

use arrow::record_batch::RecordBatch;

pub use self::polars::PolarsEngine;
use crate::{AggregateError, Views, sql::statement::no_query};

/// Something that runs a query over the views: Polars here, a cluster elsewhere.
pub trait Engine {
    /// Runs one query. The columns of the result are `Utf8`, `Float64`, `Int64`, `Date32` or `Boolean`, never anything else; the same query over
    /// the same files gives the same rows, in the same order where the query has one.
    fn query(&self, sql: &str, views: &Views) -> Result<RecordBatch, AggregateError>;
}

/// Runs a query that someone typed: one SELECT, or WITH and a SELECT, that may use all that Polars knows. Nothing that changes a table, and no
/// second statement, is run. The result has the types of [`Engine::query`].
pub fn query(sql: &str, views: &Views) -> Result<RecordBatch, AggregateError> {
    if let Some(problem) = no_query(sql) {
        return Err(AggregateError::NotAQuery { problem, views: views.names() });
    }
    PolarsEngine.query(sql, views)
}
