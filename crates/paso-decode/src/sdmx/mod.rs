//! Messages of SDMX, the exchange standard of statistical offices: <https://sdmx.org>.

pub mod json;
