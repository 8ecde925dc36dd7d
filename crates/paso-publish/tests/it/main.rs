//! Releases of a small lake made by hand.

#![expect(clippy::unwrap_used, reason = "a helper of tests that fails is a test that fails")]

mod fixture;
mod golden;
mod package;
mod releases;
mod verification;
