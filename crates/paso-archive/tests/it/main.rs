//! The archive from outside: mirrors, one server in place of all publishers, replay, refusals and the log.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail like the tests")]

mod editions;
mod mirrors;
mod paging;
mod refusals;
mod routes;
mod street;
