//! No code: its dependencies unify features, so that `cargo run` and `cargo test --workspace` share one build of everything.
