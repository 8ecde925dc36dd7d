//! The one clock. Only what records history may look at it; no output depends on it.

use jiff::Timestamp;

/// The time now.
#[expect(clippy::disallowed_methods, reason = "this is the one clock that the ban names")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// A time without its fraction of a second, as an HTTP date has it.
pub(crate) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
