//! The command line: what it says without a lake.
