//! The built binary, end to end.

#![expect(clippy::expect_used, reason = "a helper of tests fails the test that calls it")]

mod bad_input;
mod catalogue;
mod conformance;
mod corpus;
mod duckdb;
mod editions;
mod events;
mod extend;
mod figures;
mod gates;
mod identity;
mod kills;
mod pages;
mod rerun;
mod secrets;
mod sums;
mod traps;
