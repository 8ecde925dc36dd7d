//! The decoders on the publishers' own files, and on bytes that nobody published.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

mod collected;
mod conformance_csv;
mod conformance_json_stat;
mod conformance_sdmx_json;
mod corpus;
mod crashes;
mod cut;
mod dialects;
mod flat;
mod printed;
mod properties;
mod roundtrip;
