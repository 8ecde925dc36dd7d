//! DuckDB reads every Parquet file of a release and computes its indicators a second time: `tests/duckdb/recompute.py`.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use paso_tests::{corpus_lake, output, report, run, workspace};
use serde_json::Value;

const PACKAGE: &str = "duckdb>=1.1,<3";
const PROBE: &str = "import tomllib, duckdb; assert int(duckdb.__version__.split('.')[0]) >= 1";
const INSTALL_SECS: u64 = 240;

const INDICATORS: [&str; 7] = [
    "diaspora_by_destination",
    "migrant_share_of_population",
    "migrant_stock_by_origin",
    "net_migration_rate",
    "permanent_residence_granted",
    "refugees_and_asylum_seekers",
    "remittances",
];

/// A Python that has DuckDB: the machine's, or a virtual environment under cargo's target folder with DuckDB from PyPI.
static PYTHON: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let candidates: Vec<PathBuf> =
        ["python3", "python"].iter().map(PathBuf::from).filter(|python| try_python(python, "").is_ok()).collect();
    let Some(python) = candidates.first() else { return Err("there is no Python".to_owned()) };
    if let Some(ready) = candidates.iter().find(|python| try_python(python, PROBE).is_ok()) {
        return Ok(ready.clone());
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("duckdb-venv");
    let installed = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if try_python(&installed, PROBE).is_err() {
        within(INSTALL_SECS, Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder))?;
        within(INSTALL_SECS, Command::new(&installed).args(["-m", "pip", "install", "--quiet", "--retries", "1", PACKAGE]))?;
        try_python(&installed, PROBE)?;
    }
    Ok(installed)
});

fn try_python(python: &Path, code: &str) -> Result<(), String> {
    within(INSTALL_SECS, Command::new(python).args(["-c", code]))
}

/// Runs a command that must succeed within so many seconds; what went wrong in its own words.
fn within(seconds: u64, command: &mut Command) -> Result<(), String> {
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if started.elapsed() > Duration::from_secs(seconds) {
            child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
            return Err(format!("stopped after {seconds} seconds: {command:?}"));
        }
        thread::sleep(Duration::from_millis(20));
    }
    let ended = child.wait_with_output().map_err(|error| error.to_string())?;
    if ended.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&ended.stderr).trim().to_owned()) }
}

/// The Python with DuckDB; where there is none and none can be had, a line on stderr, past the capture of the test harness.
pub(crate) fn python() -> Option<&'static Path> {
    match &*PYTHON {
        Ok(python) => Some(python),
        Err(why) => {
            let why = why.replace('\n', " ");
            let thread = thread::current();
            let test = thread.name().unwrap_or("a test");
            // Nothing is lost where stderr is closed.
            let _ = writeln!(std::io::stderr(), "SKIPPED {test}: it needs Python 3.11 or newer with {PACKAGE}, which cannot be had: {why}");
            None
        }
    }
}

/// The release that holds.
fn latest(lake: &Path) -> PathBuf {
    let releases = lake.join("releases");
    let text = std::fs::read_to_string(releases.join("latest.json")).expect("a run ends in a release");
    let name = report(&text)["release"].as_str().expect("latest.json names a release").to_owned();
    releases.join(name)
}

fn recompute(python: &Path, release: &Path) -> Output {
    let mut command = Command::new(python);
    command.env("PYTHONUTF8", "1").env("PYTHONDONTWRITEBYTECODE", "1");
    let (script, indicators) = (workspace().join("tests/duckdb/recompute.py"), workspace().join("pipelines/chile/indicators"));
    output(command.arg(script).arg(release).arg(indicators))
}

/// Every row and column of the seven indicators is what DuckDB computes.
#[track_caller]
fn assert_recomputed(python: &Path, release: &Path) -> Value {
    let out = recompute(python, release);
    let (stdout, stderr) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{}\n{stderr}{stdout}", release.display());
    let summary = report(&stdout);
    for indicator in INDICATORS {
        let done = &summary["indicators"][indicator];
        assert!(done["rows"].as_u64() > Some(0), "{indicator}: {done}");
        assert!(done["independent"].as_array().is_some_and(|columns| !columns.is_empty()), "{indicator}: {done}");
    }
    summary
}

#[test]
fn duckdb_reads_the_release_of_the_sample_and_computes_the_same() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    run(folder.path(), &paso_testkit::sample_data());
    let release = latest(folder.path());
    let summary = assert_recomputed(python, &release);
    assert!(summary["files"].as_u64() > Some(20), "{summary}");
    a_changed_value_is_found_and_named(python, &release);
}

/// The comparison itself: one changed figure, text and row are differences, each with indicator, key, column and both values.
fn a_changed_value_is_found_and_named(python: &Path, release: &Path) {
    let change = "
import sys, duckdb, os
os.chdir(sys.argv[1])
chile = \"ref_area = 'CHL' AND origin = 'PER' AND period = '2015-07-01'\"
duckdb.execute(f'''COPY (SELECT * REPLACE (
    CASE WHEN {chile} THEN persons + 1 ELSE persons END AS persons, CASE WHEN {chile} THEN 'PERU' ELSE origin_label_en END AS origin_label_en)
  FROM 'indicators/migrant_stock_by_origin.parquet' WHERE NOT (ref_area = 'CHL' AND origin = 'BOL' AND period = '2015-07-01')) TO 'changed.parquet' ''')
os.replace('changed.parquet', 'indicators/migrant_stock_by_origin.parquet')
";
    let changed = output(Command::new(python).args(["-c", change]).arg(release));
    assert!(changed.status.success(), "{}", String::from_utf8_lossy(&changed.stderr));
    let out = recompute(python, release);
    let stderr = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{stderr}");
    let peru = "DIFFERENCE migrant_stock_by_origin [ref_area=CHL, origin=PER, period=2015-07-01]";
    for line in [
        format!("{peru} persons: released 172662.0, its SQL in DuckDB 172661.0"),
        format!("{peru} origin_label_en: released 'PERU', its SQL in DuckDB 'Peru'"),
        format!("{peru} persons: released 172662.0, independent/migrant_stock_by_origin.sql 172661.0"),
        "DIFFERENCE migrant_stock_by_origin [ref_area=CHL, origin=BOL, period=2015-07-01]: the row is only in its SQL in DuckDB".to_owned(),
    ] {
        assert!(stderr.lines().any(|found| found == line), "{line}\nis not in\n{stderr}");
    }
    assert_eq!(stderr.lines().count(), 5, "{stderr}");
}

#[test]
fn duckdb_reads_the_release_of_the_real_files_and_computes_the_same() {
    let Some(folder) = corpus_lake() else { return };
    let Some(python) = python() else { return };
    let summary = assert_recomputed(python, &latest(&folder.join("lake")));
    assert!(summary["rows"].as_u64() > Some(1_000_000), "{summary}");
}
