//! Bad input: a clear error that names publisher, dataset, body and position; the other sources go on; nothing half-written is seen.

use std::path::Path;

use paso_lake::file::write_atomic;
use paso_testkit::{Endpoint, Fault, FaultRule, LocalPublisher, copy_folder, edit_mirror, sample_data};
use paso_tests::{expect, expect_error, paso, report, run, steps, workspace};
use serde_json::Value;

/// Runs a mirror that has one broken body; the report of the run, which must end with status 1.
fn broken(url: &str, edit: impl FnOnce(Vec<u8>) -> Vec<u8>) -> (tempfile::TempDir, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let mirror = folder.path().join("mirror");
    copy_folder(&sample_data(), &mirror).expect("a copy");
    edit_mirror(&mirror, url, None, edit).expect("an edit");
    let lake = folder.path().join("lake");
    let text = expect(1, paso(&lake).args(["run", "--output", "json", "--mirror"]).arg(&mirror));
    (folder, report(&text))
}

/// The one failure of a report, which must be of this dataset, as text with its hint.
#[track_caller]
fn failure(report: &Value, dataset: &str) -> String {
    let failures = report["failures"].as_array().expect("failures");
    assert_eq!(failures.iter().map(|failure| &failure["subject"]).collect::<Vec<_>>(), [dataset], "{failures:?}");
    assert!(failures[0]["hint"].is_string(), "a failure says what to do: {failures:?}");
    format!("{} [{}]", failures[0]["error"].as_str().unwrap_or_default(), failures[0]["hint"].as_str().unwrap_or_default())
}

#[track_caller]
fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

fn replace(from: &str, to: &str) -> impl FnOnce(Vec<u8>) -> Vec<u8> {
    move |body| {
        let text = String::from_utf8(body).expect("text");
        assert!(text.contains(from), "the sample has `{from}`");
        text.replacen(from, to, 1).into_bytes()
    }
}

#[test]
fn an_html_page_instead_of_data() {
    let page = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>".to_vec();
    let (folder, report) = broken(&Endpoint::WORLDBANK_REMITTANCES_RECEIVED.url(1), |_| page);
    let text = failure(&report, "worldbank.remittances_received");
    assert_says(&text, &["worldbank.remittances_received", "HTML page", "Just a moment...", "BX.TRF.PWKR.CD.DT"]);
    // The other sources and indicators are there, and the release says what is missing.
    assert!(steps(&report, "ran").contains(&"aggregate net_migration_rate".to_owned()));
    assert!(steps(&report, "skipped").contains(&"aggregate remittances".to_owned()));
    let release = folder.path().join("lake/releases").join(report["release"].as_str().expect("a release"));
    let manifest: Value = serde_json::from_slice(&std::fs::read(release.join("manifest.json")).expect("a manifest")).expect("JSON");
    assert_eq!(manifest["missing"]["remittances"], "no data of worldbank.remittances_received");
    assert!(!release.join("indicators/remittances.csv").exists());
}

#[test]
fn truncated_json() {
    let (_folder, report) = broken(&Endpoint::WORLDBANK_NET_MIGRATION.url(1), |body| body[..body.len() / 2].to_vec());
    assert_says(&failure(&report, "worldbank.net_migration"), &["truncated JSON", "SM.POP.NETM", "line 1 column"]);
}

#[test]
fn a_truncated_workbook() {
    let (_folder, report) = broken(&Endpoint::SERMIG.url(1), |body| body[..body.len() / 2].to_vec());
    assert_says(&failure(&report, "sermig.permanent_residence_decisions"), &["truncated", "RD-Resueltas"]);
}

#[test]
fn an_error_that_comes_as_http_200() {
    let message = br#"[{"message":[{"id":"175","key":"Invalid format","value":"The indicator was not found. It may have been deleted or archived."}]}]"#;
    let (_folder, report) = broken(&Endpoint::WORLDBANK_NET_MIGRATION.url(1), |_| message.to_vec());
    assert_says(&failure(&report, "worldbank.net_migration"), &["may have been deleted or archived"]);
}

#[test]
fn a_renamed_column() {
    let (_folder, report) = broken(&Endpoint::UNHCR_SOLUTIONS.url(1), replace("\"Resettlement arrivals\"", "\"Resettled persons\""));
    assert_says(&failure(&report, "unhcr.solutions@2024_07"), &["solutions.csv", "Resettlement arrivals", "Resettled persons", "row 16"]);
}

#[test]
fn a_renamed_key_in_json() {
    let (_folder, report) = broken(&Endpoint::UNHCR_ASYLUM_APPLICATIONS.url(1), |body| {
        String::from_utf8(body).expect("text").replace("\"applied\":", "\"applications\":").into_bytes()
    });
    assert_says(
        &failure(&report, "unhcr.asylum_applications"),
        &["no column `applied`", "`applications`", "asylum-applications", "observe.values"],
    );
}

#[test]
fn a_byte_that_is_not_utf_8() {
    let (_folder, report) = broken(&Endpoint::UNHCR_SOLUTIONS.url(1), |mut body| {
        let at = body.len() / 2;
        body[at] = 0xE9;
        body
    });
    assert_says(&failure(&report, "unhcr.solutions@2024_07"), &["UTF-8", "byte", "line"]);
}

#[test]
fn a_moved_header_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipelines = folder.path().join("pipelines");
    copy_folder(&workspace().join("pipelines"), &pipelines).expect("a copy");
    // The publisher moved the table down by one row: seen from here, the definition says one row less.
    let path = pipelines.join("sources/sermig.toml");
    let text = std::fs::read_to_string(&path).expect("a definition");
    let moved = text.replace("header_rows = [1]", "header_rows = [2]").replace("first_row = 2", "first_row = 3");
    write_atomic(&path, |writer| writer.write_all(moved.as_bytes())).expect("an edit");
    let mut command = paso(&folder.path().join("lake"));
    command.arg("--pipeline").arg(pipelines.join("chile/pipeline.toml")).args(["run", "--output", "json", "--mirror"]).arg(sample_data());
    let report = report(&expect(1, &mut command));
    assert_says(&failure(&report, "sermig.permanent_residence_decisions"), &["Sheet1", "row 2", "cell D1", "ACTIVIDAD"]);
}

#[test]
fn a_missing_file_and_a_body_that_is_not_the_indexed_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let mirror = folder.path().join("mirror");
    copy_folder(&sample_data(), &mirror).expect("a copy");
    let index = std::fs::read_to_string(mirror.join("mirror.jsonl")).expect("the index");
    let body = |part: &str| {
        let line = index.lines().find(|line| line.contains(part)).expect("a line");
        let line: Value = serde_json::from_str(line).expect("JSON");
        mirror.join(line["body"].as_str().expect("a path"))
    };
    std::fs::remove_file(body("RD-Resueltas")).expect("a removal");
    write_atomic(&body("BX.TRF"), |writer| writer.write_all(b"Country Name,Country Code\n")).expect("an edit");
    let text = expect(1, paso(&folder.path().join("lake")).args(["run", "--output", "json", "--mirror"]).arg(&mirror));
    let failures = report(&text)["failures"].clone();
    let said = failures.to_string();
    assert_eq!(failures.as_array().map(Vec::len), Some(2), "{said}");
    assert_says(&said, &["RD-Resueltas-2o-semestre-2025.xlsx", "does not match", "sermig.permanent_residence_decisions"]);
}

#[test]
fn a_failed_source_keeps_its_last_edition() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lake, mirror) = (folder.path().join("lake"), folder.path().join("mirror"));
    let first = run(&lake, &sample_data());
    copy_folder(&sample_data(), &mirror).expect("a copy");
    edit_mirror(&mirror, &Endpoint::SERMIG.url(1), None, |_| b"<html><title>503</title></html>".to_vec()).expect("an edit");
    let second = report(&expect(1, paso(&lake).args(["run", "--output", "json", "--mirror"]).arg(&mirror)));
    failure(&second, "sermig.permanent_residence_decisions");
    assert_eq!(second["release"], first["release"]);
    expect(0, paso(&lake).arg("verify"));
}

#[test]
fn faults_of_a_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let rule = |text: &str| text.parse::<FaultRule>().expect("a rule");
    let faults = vec![
        rule("https://serviciomigraciones.cl/=status:404"),
        rule("https://api.unhcr.org/population/v1/asylum-applications/=cut-off"),
        FaultRule { prefix: "https://api.worldbank.org/v2/en/country/all/indicator/BX".to_owned(), fault: Fault::HtmlPage },
    ];
    let publisher = LocalPublisher::start(&sample_data(), 0, faults).expect("a publisher");
    let mut command = paso(&folder.path().join("lake"));
    let report = report(&expect(1, command.args(["run", "--output", "json", "--via", publisher.via().as_ref()])));
    let failures = report["failures"].as_array().expect("failures");
    let subjects: Vec<_> = failures.iter().map(|failure| failure["subject"].as_str().unwrap_or_default()).collect();
    assert_eq!(subjects, ["sermig.permanent_residence_decisions", "unhcr.asylum_applications", "worldbank.remittances_received"]);
    assert_says(&failures[0].to_string(), &["404"]);
    assert!(steps(&report, "ran").contains(&"publish release".to_owned()));
}

#[test]
fn an_unwritable_lake_and_a_full_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    write_atomic(&file, |writer| writer.write_all(b"x")).expect("a file");
    let text = expect_error(1, paso(&file.join("lake")).args(["run", "--mirror"]).arg(sample_data()));
    assert_says(&text, &["file", "help"]);
    let text = expect_error(2, paso(folder.path()).args(["run", "--mirror"]).arg(sample_data()));
    assert_says(&text, &["neither empty nor a lake", "--lake"]);
    // A device without room takes every byte and keeps none.
    if let Some(disk) = SmallDisk::mount(&folder.path().join("disk")) {
        let lake = disk.path().join("lake");
        let text = expect(1, paso(&lake).args(["run", "--output", "json", "--mirror"]).arg(sample_data()));
        let report = report(&text);
        assert!(report["failures"].to_string().contains("space"), "{report}");
        assert_eq!(report["release"], Value::Null);
    }
}

/// A file system of one megabyte, where the test may mount one.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(path: &Path) -> Option<Self> {
        paso_lake::file::create_folders(path).expect("a folder");
        let mounted = std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(path).output();
        if mounted.as_ref().is_ok_and(|output| output.status.success()) {
            return Some(Self(path.to_owned()));
        }
        let _ = std::io::Write::write_all(&mut std::io::stderr(), b"SKIPPED a full disk: no file system can be mounted here\n");
        None
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).output();
    }
}

#[test]
fn only_one_run_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = paso_lake::Lake::open(folder.path().join("lake")).expect("a lake");
    let _lock = lake.lock().expect("the lock");
    let text = expect_error(4, paso(lake.root()).args(["run", "--mirror"]).arg(sample_data()));
    assert_says(&text, &["another run", "help"]);
}
