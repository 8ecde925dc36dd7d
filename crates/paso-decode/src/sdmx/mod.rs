//! Messages of SDMX, the exchange standard of statistical offices: <https://sdmx.org>.
//!
//! * [`csv`] reads SDMX-CSV, the flat text that every registry serves;
//! * [`json`] reads SDMX-JSON data messages;
//! * [`structure`] reads from structure messages which columns are dimensions, measures and attributes.

pub mod csv;
pub mod json;
pub mod structure;
