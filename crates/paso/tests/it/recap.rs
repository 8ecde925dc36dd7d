//! What a run says at its end.

use std::path::Path;

use crate::{empty_mirror, paso};

fn run(lake: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let out = paso().env("PASO_LAKE", lake).args(arguments).output().expect("an output");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.code(), text(&out.stdout), text(&out.stderr))
}

#[test]
fn only_what_was_chosen_is_listed() {
    let lake = tempfile::tempdir().expect("a folder");
    let (status, recap, _) = run(lake.path(), &["run", "--mirror", "sample-data", "worldbank.countries"]);
    assert_eq!(status, Some(0), "{recap}");
    assert!(recap.contains("worldbank"), "{recap}");
    assert!(!recap.contains("unhcr") && !recap.contains("skipped") && !recap.contains("open it"), "{recap}");
}

#[test]
fn a_release_is_opened_at_the_focus_of_the_pipeline() {
    let lake = tempfile::tempdir().expect("a folder");
    let (status, recap, log) = run(lake.path(), &["run", "--mirror", "sample-data"]);
    assert_eq!((status, log.as_str()), (Some(0), ""), "{recap}");
    let hint = recap.lines().find(|line| line.starts_with("  DuckDB")).expect("a hint");
    assert!(hint.ends_with("' WHERE ref_area = 'CHL';"), "{hint}");
    let file = hint.split('\'').nth(1).expect("a file");
    assert!(Path::new(file).is_file(), "{hint}");
    let (_, again, _) = run(lake.path(), &["run", "--mirror", "sample-data"]);
    assert!(again.contains("\nnothing to do: everything is fresh, "), "{again}");
    assert!(again.contains(hint), "{again}");
}

#[test]
fn failures_are_counted_and_said_once() {
    let lake = tempfile::tempdir().expect("a folder");
    let nothing = empty_mirror();
    let mirror = nothing.path().display().to_string();
    assert_eq!(run(lake.path(), &["run", "--mirror", "sample-data"]).0, Some(0));
    let (status, recap, log) = run(lake.path(), &["fetch", "--mirror", &mirror, "sermig.permanent_residence_decisions"]);
    assert_eq!((status, log.as_str()), (Some(1), ""), "{recap}");
    assert_eq!(recap.matches("FAILED fetch sermig.permanent_residence_decisions").count(), 1, "{recap}");
    assert!(recap.contains("\n1 failed; nothing else changed, "), "{recap}");
    assert!(recap.contains("this run made none") && !recap.contains("open it"), "{recap}");
}
