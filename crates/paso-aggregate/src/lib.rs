//! Indicators: SQL over the lake's Parquet files.
//!
//! * [`Indicator::parse`] reads one `.sql` file: front matter, checks, and SQL that the linter accepts;
//! * [`Views`] says which files are behind the tables that SQL sees;
//! * [`Engine`] runs SQL, [`PolarsEngine`] with Polars; [`query`] is for people;
//! * [`compute`] makes the finished table: rounded, checked, labelled in two languages.
//!
//! ```
//! let text = r#"--| id = "population"
//! --| agenda = "information"
//! --| unit = "PS"
//! --| key = ["ref_area", "period"]
//! --| inputs = ["measure:population"]
//! --| title = { en = "Population", es = "Población" }
//! --| note = { en = "As published.", es = "Según lo publicado." }
//! --| formula = { text = { en = "as published", es = "según lo publicado" }, source = "the publisher" }
//! --| columns.persons = { decimals = 0, en = "Residents", es = "Residentes" }
//! --| [[checks]]
//! --| name = "nobody_below_zero"
//! --| sql = "SELECT ref_area, period FROM result WHERE persons < 0"
//! SELECT ref_area, period, value AS persons, status_e, status_p
//! FROM population
//! WHERE breakdown = 'ref_area'
//! ORDER BY ref_area, period
//! "#;
//! let indicator = paso_aggregate::Indicator::parse("information/population.sql", text)?;
//! assert_eq!(indicator.columns["persons"].decimals, Some(0));
//! # Ok::<(), paso_aggregate::AggregateError>(())
//! ```
//!
//! # The SQL of indicators
//!
//! One `SELECT`, or `WITH` and a `SELECT`, that Polars, DuckDB and DataFusion read alike. It names its columns, reads views and the queries that
//! `WITH` names, and ends in `ORDER BY` its key. Joins are `JOIN … ON`, `LEFT JOIN … ON` and `CROSS JOIN`; `UNION ALL`, `EXISTS`, `IN`, `CASE`,
//! `GROUP BY`, `HAVING` and `DISTINCT` are there, and so is `OVER (PARTITION BY …)` without order or frame. Functions: `ABS AVG CAST CEIL COALESCE
//! CONCAT COUNT EXTRACT FLOOR LENGTH LOWER MAX MIN NULLIF STARTS_WITH STRING_AGG SUBSTRING SUM UPPER`; types of a cast: `BIGINT BOOLEAN DATE DOUBLE
//! VARCHAR`. One divides by a number or by `NULLIF(…, 0)`. Nothing rounds: the front matter declares `decimals`. Nothing knows the day of the run.
//!
//! The boolean columns `status_b`, `status_d` … of the views carry the letters of `status`; an indicator selects them, joined by `OR` or `MAX`, and
//! its finished table has the one column `status`.

mod compute;
mod engine;
mod error;
mod finish;
mod front_matter;
mod indicator;
mod labels;
mod sql;
mod status;
mod views;

pub use compute::{Computed, Finding, STATUS_TRAVELS, compute};
pub use engine::{Engine, PolarsEngine, query};
pub use error::AggregateError;
pub use indicator::{Check, Described, Formula, Indicator, Input, OutputColumn, Severity};
pub use labels::Labels;
pub use sql::lint::Complaint;
pub use views::{View, Views};

/// The version of this stage, part of every fingerprint: raised by hand when its outputs change.
pub const CODE_VERSION: u32 = 3;
