//! The SQL that indicators are written in.
//!
//! It is the part of SQL that Polars, DuckDB and DataFusion read alike. [`lint`](lint::lint) knows tokens, not grammar: it refuses by word what one
//! of the three lacks or reads otherwise, and leaves syntax to the engine.

pub(crate) mod lint;
pub(crate) mod statement;
pub(crate) mod token;
