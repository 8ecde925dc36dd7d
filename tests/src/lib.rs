//! What the end-to-end tests in `it/` share: the built binary, the folders of the workspace, reports and tables.

#![expect(clippy::missing_panics_doc, reason = "a helper of tests fails the test that calls it")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};

use serde_json::Value;

/// The folder of the workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_owned)
}

/// The built binary. It stands beside the test binaries; `cargo test --workspace` builds it.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap_or_default();
    let folder = test.ancestors().nth(2).map_or_else(PathBuf::new, Path::to_owned);
    let binary = folder.join(format!("paso{}", std::env::consts::EXE_SUFFIX));
    assert!(binary.is_file(), "{} does not exist: run `cargo test --workspace`, or `cargo build` first", binary.display());
    binary
}

/// A command in the folder of the workspace, with a lake and nothing else from the environment.
pub fn paso(lake: &Path) -> Command {
    let mut command = Command::new(binary());
    command.current_dir(workspace()).env_remove("PASO_LAKE").env_remove("PASO_PIPELINE").arg("--lake").arg(lake);
    command
}

/// Runs a command and gives what it printed, with its status.
pub fn output(command: &mut Command) -> Output {
    match command.output() {
        Ok(output) => output,
        Err(error) => panic!("{command:?} cannot run: {error}"),
    }
}

/// Runs a command that must end with this status; its standard output.
pub fn expect(status: i32, command: &mut Command) -> String {
    let out = output(command);
    let (stdout, stderr) = (String::from_utf8_lossy(&out.stdout).into_owned(), String::from_utf8_lossy(&out.stderr));
    assert_eq!(out.status.code(), Some(status), "{command:?}\nstdout:\n{stdout}\nstderr:\n{stderr}");
    stdout
}

/// Runs a command that must end with this status; its standard error.
pub fn expect_error(status: i32, command: &mut Command) -> String {
    let out = output(command);
    let (stdout, stderr) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr).into_owned());
    assert_eq!(out.status.code(), Some(status), "{command:?}\nstdout:\n{stdout}\nstderr:\n{stderr}");
    stderr
}

/// Runs a mirror through the street; the report.
pub fn run(lake: &Path, mirror: &Path) -> Value {
    report(&expect(0, paso(lake).arg("run").arg("--mirror").arg(mirror).args(["--output", "json"])))
}

/// The report that a command printed.
pub fn report(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(report) => report,
        Err(error) => panic!("no JSON: {error}\n{text}"),
    }
}

/// The steps of a report that ran, as `stage subject`.
pub fn ran(report: &Value) -> Vec<String> {
    steps(report, "ran")
}

/// The steps of a report with this outcome, as `stage subject`.
pub fn steps(report: &Value, outcome: &str) -> Vec<String> {
    let steps = report["steps"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let chosen = steps.iter().filter(|step| step["outcome"] == outcome);
    chosen.map(|step| format!("{} {}", text(&step["stage"]), text(&step["subject"]))).collect()
}

/// The rows of a query as JSON objects.
pub fn query(lake: &Path, sql: &str) -> Vec<Value> {
    let text = expect(0, paso(lake).args(["query", "--output", "json", sql]));
    report(&text).as_array().cloned().unwrap_or_default()
}

/// The one number that a query gives.
pub fn number(lake: &Path, sql: &str) -> f64 {
    let rows = query(lake, sql);
    let values: Vec<f64> = rows.iter().filter_map(Value::as_object).flat_map(|row| row.values().filter_map(Value::as_f64)).collect();
    assert_eq!(values.len(), 1, "{sql} gave {rows:?}");
    values[0]
}

/// Every file below a folder with its bytes, sorted by path, less those that the filter drops.
pub fn tree(folder: &Path, keep: impl Fn(&str) -> bool) -> Vec<(String, Vec<u8>)> {
    match paso_testkit::files(folder) {
        Ok(files) => files.into_iter().filter(|(path, _)| keep(path)).collect(),
        Err(error) => panic!("{error}"),
    }
}

/// A lake without what records history.
pub fn lasting(lake: &Path) -> Vec<(String, Vec<u8>)> {
    tree(lake, |path| !path.starts_with("runs/") && !path.starts_with("archive/log/") && path != "lake.lock")
}

/// Says in which files two trees differ; nothing where they are the same.
pub fn difference(left: &[(String, Vec<u8>)], right: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut differences = Vec::new();
    for (path, bytes) in left {
        match right.iter().find(|(other, _)| other == path) {
            None => differences.push(format!("only left: {path}")),
            Some((_, other)) if other != bytes => differences.push(format!("differs: {path}")),
            Some(_) => {}
        }
    }
    let only_right = right.iter().filter(|(path, _)| !left.iter().any(|(other, _)| other == path));
    differences.extend(only_right.map(|(path, _)| format!("only right: {path}")));
    differences
}

/// A lake with a release made from the real files, once for all tests; none where the real files are not there.
pub fn corpus_lake() -> Option<&'static Path> {
    static LAKE: LazyLock<Option<tempfile::TempDir>> = LazyLock::new(|| {
        let corpus = paso_testkit::corpus()?;
        let folder = match tempfile::tempdir() {
            Ok(folder) => folder,
            Err(error) => panic!("no temporary folder: {error}"),
        };
        let mirror = folder.path().join("mirror");
        if let Err(error) = paso_testkit::corpus_mirror(&corpus, &mirror) {
            panic!("{error}");
        }
        run(&folder.path().join("lake"), &mirror);
        Some(folder)
    });
    LAKE.as_ref().map(tempfile::TempDir::path)
}

/// A lake with a release made from the sample, once for all tests.
pub fn sample_lake() -> PathBuf {
    static LAKE: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let folder = match tempfile::tempdir() {
            Ok(folder) => folder,
            Err(error) => panic!("no temporary folder: {error}"),
        };
        run(&folder.path().join("lake"), &paso_testkit::sample_data());
        folder
    });
    LAKE.path().join("lake")
}

/// The report of the run that made [`sample_lake`].
pub fn sample_report() -> Value {
    let names = tree(&sample_lake().join("runs"), |_| true);
    names.last().map(|(_, bytes)| report(&String::from_utf8_lossy(bytes))).unwrap_or_default()
}

/// The report of the run that made [`corpus_lake`].
pub fn corpus_report() -> Option<Value> {
    let folder = corpus_lake()?;
    let names = tree(&folder.join("lake/runs"), |_| true);
    names.last().map(|(_, bytes)| report(&String::from_utf8_lossy(bytes)))
}

/// The rows of an indicator as JSON objects, from the lake's newest file of it.
pub fn indicator(lake: &Path, id: &str) -> Vec<Value> {
    let files = tree(&lake.join("indicators").join(id), |path| path.ends_with(".parquet"));
    assert_eq!(files.len(), 1, "one file of {id}");
    let path = lake.join("indicators").join(id).join(&files[0].0);
    let text = expect(0, paso(lake).args(["inspect", "--output", "json", "--rows", "1000000"]).arg(path));
    report(&text).as_array().cloned().unwrap_or_default()
}
