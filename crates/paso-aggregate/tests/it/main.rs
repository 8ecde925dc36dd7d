//! Indicators and queries over observation files made by hand.

#![expect(clippy::unwrap_used, reason = "a helper of tests that fails is a test that fails")]

mod chile;
mod engine;
mod fixture;
mod indicator;
mod refusals;
