//! Quality gates: a release that would say less or something wrong is refused, and the one before stays.

use std::path::{Path, PathBuf};

use paso_testkit::{Endpoint, copy_folder, edit_mirror, sample_data};
use paso_tests::{expect, paso, query, report, run, workspace};
use serde_json::Value;

/// A lake with a release of the sample, and a copy of the sample to change.
fn bench() -> (tempfile::TempDir, PathBuf, PathBuf, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let (lake, mirror) = (folder.path().join("lake"), folder.path().join("mirror"));
    copy_folder(&sample_data(), &mirror).expect("a copy");
    let first = run(&lake, &mirror);
    (folder, lake, mirror, first)
}

fn edit(mirror: &Path, endpoint: Endpoint, from: &str, to: &str) {
    edit_mirror(mirror, &endpoint.url(1), None, |body| {
        let text = String::from_utf8(body).expect("text");
        assert!(text.contains(from), "the sample has `{from}`");
        text.replace(from, to).into_bytes()
    })
    .expect("an edit");
}

fn run_to(status: i32, lake: &Path, mirror: &Path) -> Value {
    report(&expect(status, paso(lake).args(["run", "--output", "json", "--mirror"]).arg(mirror)))
}

#[test]
fn cells_in_quarantine_refuse_a_release_that_would_count_less() {
    let (_folder, lake, mirror, first) = bench();
    edit(&mirror, Endpoint::UNHCR_POPULATION, "\"coo_iso\":\"VEN\"", "\"coo_iso\":\"VEZ\"");
    let second = run_to(3, &lake, &mirror);
    assert_eq!(second["release"], first["release"]);
    let refused = second["refused"].to_string();
    assert!(refused.contains("unhcr.population") && refused.contains("refugees_and_asylum_seekers"), "{refused}");
    // Mended, it is published again.
    run_to(0, &lake, &sample_data());
}

#[test]
fn an_edition_without_observations_replaces_nothing() {
    let (_folder, lake, mirror, first) = bench();
    edit(&mirror, Endpoint::WORLDBANK_REMITTANCES_RECEIVED, "\",\"", "\",\"US$ ");
    let second = run_to(1, &lake, &mirror);
    assert_eq!(second["release"], first["release"]);
    let rows = query(&lake, "SELECT COUNT(*) AS n FROM observations WHERE dataset = 'worldbank.remittances_received'");
    assert!(rows[0]["n"].as_f64().is_some_and(|n| n > 1000.0), "{rows:?}");
    // Served as before again, the run is whole again.
    run_to(0, &lake, &sample_data());
}

#[test]
fn a_release_never_loses_a_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lake, pipelines) = (folder.path().join("lake"), folder.path().join("pipelines"));
    copy_folder(&workspace().join("pipelines"), &pipelines).expect("a copy");
    let run = |status: i32| {
        let mut command = paso(&lake);
        command
            .arg("--pipeline")
            .arg(pipelines.join("chile/pipeline.toml"))
            .args(["run", "--output", "json", "--mirror"])
            .arg(sample_data());
        report(&expect(status, &mut command))
    };
    let first = run(0);
    let path = pipelines.join("chile/indicators/development/remittances.sql");
    let sql = std::fs::read_to_string(&path).expect("an indicator");
    let wrong = sql.replace("f.value AS received", "f.no_such_column AS received");
    paso_lake::file::write_atomic(&path, |writer| writer.write_all(wrong.as_bytes())).expect("an edit");
    let second = run(3);
    assert_eq!(second["release"], first["release"]);
    assert!(second["refused"].to_string().contains("remittances"), "{}", second["refused"]);
    // Taken out of the pipeline on purpose, it is gone.
    std::fs::remove_file(&path).expect("a removal");
    let third = run(0);
    assert_ne!(third["release"], first["release"]);
}

#[test]
fn what_the_publisher_takes_back_holds_no_longer() {
    let (_folder, lake, mirror, first) = bench();
    let chile = || {
        query(
            &lake,
            "SELECT value FROM observations WHERE dataset = 'worldbank.remittances_received' AND ref_area = 'CHL' AND period = '2020'",
        )[0]["value"]
            .clone()
    };
    let printed = chile();
    let serve = |value: &str, day: &str| {
        let at = Some(format!("{day}T00:00:00Z").parse().expect("a time"));
        edit_mirror(&mirror, &Endpoint::WORLDBANK_REMITTANCES_RECEIVED.url(1), at, |body| {
            let text = String::from_utf8(body).expect("text");
            text.replace("66197477.5911306", value).replace("99999999.5911306", value).into_bytes()
        })
        .expect("an edit");
    };
    serve("99999999.5911306", "2026-09-01");
    run_to(0, &lake, &mirror);
    assert_ne!(chile(), printed);
    serve("66197477.5911306", "2026-09-02");
    let third = run_to(0, &lake, &mirror);
    assert_eq!(chile(), printed);
    assert_eq!(third["release"], first["release"]);
}

#[test]
fn what_was_taken_away_is_made_again_and_a_damaged_release_is_no_release() {
    let (_folder, lake, mirror, first) = bench();
    std::fs::remove_dir_all(lake.join("quarantine")).expect("a removal");
    let second = run_to(0, &lake, &mirror);
    assert_eq!(second["release"], first["release"]);
    assert!(lake.join("quarantine/unhcr.population").is_dir());
    let release = lake.join("releases").join(first["release"].as_str().expect("a release"));
    std::fs::remove_file(release.join("ATTRIBUTION.md")).expect("a removal");
    let third = run_to(1, &lake, &mirror);
    assert!(third["failures"].to_string().contains("ATTRIBUTION.md"), "{}", third["failures"]);
}
