//! Readers that close early, and readers that are no terminals.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::{empty_mirror, workspace};

/// A pipe that nobody reads.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

fn paso(lake: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paso"));
    command.current_dir(workspace()).env_remove("PASO_PIPELINE").env_remove("NO_COLOR").env("PASO_LAKE", lake).stderr(Stdio::piped());
    command
}

fn small_lake() -> tempfile::TempDir {
    let lake = tempfile::tempdir().expect("a folder");
    let out = paso(lake.path()).args(["run", "--quiet", "--mirror", "sample-data", "worldbank"]).output().expect("an output");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    lake
}

#[test]
fn a_reader_of_the_output_may_close_early() {
    let lake = small_lake();
    for arguments in [
        &["query", "SELECT * FROM population"][..],
        &["query", "--output", "csv", "SELECT * FROM population"],
        &["query", "--output", "json", "SELECT * FROM population"],
        &["status"],
        &["status", "--output", "csv"],
        &["sources", "--output", "json"],
        &["sources", "worldbank"],
        &["plan"],
        &["inspect", "sample-data/mirror.jsonl"],
        &["decode", "sample-data/mirror.jsonl"],
        &["decode", "sample-data/mirror.jsonl", "--output", "json"],
        &["decode", "sample-data/mirror.jsonl", "--output", "parquet"],
        &["run", "--offline", "worldbank", "--output", "csv"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let child = paso(lake.path()).args(arguments).stdout(closed()).spawn().expect("a process");
        let out = child.wait_with_output().expect("an end");
        let errors = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(0), "{arguments:?}: {errors}");
        assert!(!errors.contains("pipe") && !errors.contains("panicked"), "{arguments:?}: {errors}");
    }
}

#[test]
fn a_long_output_may_be_left_in_the_middle() {
    use std::io::Read as _;
    let lake = small_lake();
    let sql = "SELECT * FROM observations_all";
    let mut child = paso(lake.path()).args(["query", "--output", "csv", sql]).stdout(Stdio::piped()).spawn().expect("a process");
    let mut first = [0; 8];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("a beginning");
    let out = child.wait_with_output().expect("an end");
    assert_eq!((&first, out.status.code()), (b"dataset,", Some(0)), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn what_failed_is_said_by_the_status_though_nobody_reads() {
    let lake = tempfile::tempdir().expect("a folder");
    let nothing = empty_mirror();
    let mut command = paso(lake.path());
    command.args(["run", "--mirror"]).arg(nothing.path()).arg("sermig").stdout(closed());
    assert_eq!(command.status().expect("an end").code(), Some(1));
}

#[test]
fn standard_error_may_be_closed() {
    let lake = small_lake();
    for (status, arguments) in [
        (2, &["sources", "nobody"][..]),
        (2, &["--via", "localhost:8000", "plan"]),
        (0, &["query", "--rows", "1", "SELECT * FROM population"]),
        (0, &["run", "-vv", "--offline", "worldbank"]),
        (0, &["run", "-vv", "--log", "json", "--offline", "worldbank"]),
        (2, &["rum"]),
    ] {
        let mut command = paso(lake.path());
        command.args(arguments).stdout(closed()).stderr(closed());
        assert_eq!(command.status().expect("an end").code(), Some(status), "{arguments:?}");
    }
}

#[test]
fn files_get_no_colours() {
    let lake = small_lake();
    for arguments in
        [&["query", "--rows", "1", "SELECT * FROM population"][..], &["run", "-v", "--offline", "worldbank"], &["sources", "nobody"]]
    {
        let out = paso(lake.path()).args(arguments).output().expect("an output");
        assert!(!out.stderr.is_empty() && !out.stderr.contains(&0x1b), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    }
}

#[test]
fn an_error_says_each_thing_once_and_breaks_no_line() {
    let lake = small_lake();
    let out = paso(lake.path()).args(["query", "SELECT nope FROM population"]).output().expect("an output");
    let errors = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2));
    assert_eq!(errors.matches("unable to find column").count(), 1, "{errors}");
    let far = lake.path().join(["a-rather-long-name"; 12].join("-"));
    let out = paso(&far).arg("status").output().expect("an output");
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(errors.contains(&far.display().to_string()), "{errors}");
}
