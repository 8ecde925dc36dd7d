use std::fs;

use paso_lake::{FingerprintBuilder, Lake, LakeError};
use serde_json::json;

use crate::{overwrite, tree};

#[test]
fn a_new_folder_and_an_empty_one_become_a_lake() {
    let folder = tempfile::tempdir().unwrap();
    for root in [folder.path().join("new/lake"), folder.path().to_owned()] {
        if root == folder.path() {
            fs::remove_dir_all(folder.path().join("new")).unwrap();
        }
        let lake = Lake::open(&root).unwrap();
        assert_eq!(fs::read_to_string(root.join("lake.json")).unwrap(), "{\"layout\": 1}\n");
        assert_eq!(lake.root(), root);
        assert_eq!(Lake::existing(&root).unwrap().root(), root);
        Lake::open(&root).unwrap();
        assert_eq!(tree(&root), ["lake.json"]);
    }
}

#[test]
fn what_a_kill_during_creation_leaves_does_not_stand_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    overwrite(&folder.path().join(".tmp-x1"), b"{\"lay");
    overwrite(&folder.path().join("lake.lock"), b"");
    Lake::open(folder.path()).unwrap().lock().unwrap();
    assert_eq!(tree(folder.path()), ["lake.json", "lake.lock"]);
}

#[test]
fn somebody_elses_folder_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    overwrite(&folder.path().join("thesis.docx"), b"years of work");
    let error = Lake::open(folder.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{} is neither empty nor a lake: it holds \"thesis.docx\" and no lake.json", folder.path().display())
    );
    assert_eq!(tree(folder.path()), ["thesis.docx"]);

    let error = Lake::open(folder.path().join("thesis.docx")).unwrap_err();
    assert!(error.hint().unwrap().contains("a file stands where"), "{error}");
}

#[test]
fn another_layout_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for (layout, hint) in [(2, "use the newer paso"), (0, "use another folder")] {
        overwrite(&folder.path().join("lake.json"), format!("{{\"layout\": {layout}}}").as_bytes());
        for error in [Lake::open(folder.path()).unwrap_err(), Lake::existing(folder.path()).unwrap_err()] {
            let text = format!("the lake {} has layout {layout}, this program reads layout 1", folder.path().display());
            assert_eq!(error.to_string(), text);
            assert!(error.hint().unwrap().starts_with(hint), "{:?}", error.hint());
        }
    }
    overwrite(&folder.path().join("lake.json"), b"layout: 1");
    let error = Lake::open(folder.path()).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot understand {}", folder.path().join("lake.json").display()));
}

#[test]
fn a_lake_that_must_exist_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let error = Lake::existing(folder.path().join("lake")).unwrap_err();
    assert!(matches!(error, LakeError::NotALake { .. }), "{error:?}");
    assert_eq!(tree(folder.path()), Vec::<String>::new());
}

#[test]
fn there_is_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).unwrap();
    let lock = lake.lock().unwrap();
    assert_eq!(lock.lake(), folder.path());
    let error = Lake::existing(folder.path()).unwrap().lock().unwrap_err();
    assert!(matches!(&error, LakeError::Locked { lake } if lake == folder.path()), "{error:?}");
    assert!(error.to_string().contains(&folder.path().display().to_string()));
    drop(lock);
    lake.lock().unwrap();
    assert_eq!(fs::read(folder.path().join("lake.lock")).unwrap(), b"", "it says nothing about a run");
}

#[test]
fn taking_the_lock_clears_away_what_a_kill_left_but_looks_into_no_finished_release() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).unwrap();
    for killed in
        [".tmp-1", "archive/ab/.tmp-2", "observations/unhcr.population/.tmp-3", "releases/.tmp-4/indicators/x.parquet", "runs/.tmp-5"]
    {
        overwrite(&folder.path().join(killed), b"half");
    }
    overwrite(&folder.path().join("releases/2026-08-18-abcdef01/.tmp-kept"), b"part of the release, whoever put it there");
    lake.lock().unwrap();
    let left: Vec<_> = tree(folder.path()).into_iter().filter(|path| path.contains(".tmp-")).collect();
    assert_eq!(left, ["releases/2026-08-18-abcdef01/.tmp-kept"]);
}

#[test]
fn every_table_has_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).unwrap();
    let fingerprint = FingerprintBuilder::new("normalize", 1).finish();
    let place = |path: std::path::PathBuf| path.strip_prefix(folder.path()).unwrap().to_string_lossy().replace(fingerprint.as_str(), "F");
    assert_eq!(fingerprint.as_str().len(), 64);
    assert_eq!(place(lake.observations("unhcr.population", &fingerprint)), "observations/unhcr.population/F.parquet");
    assert_eq!(place(lake.quarantine("unhcr.population", &fingerprint)), "quarantine/unhcr.population/F.parquet");
    assert_eq!(place(lake.current("unhcr.population", &fingerprint)), "current/unhcr.population/F.parquet");
    assert_eq!(place(lake.indicator("remittances", &fingerprint)), "indicators/remittances/F.parquet");
    assert_eq!(place(lake.reference("areas", &fingerprint)), "reference/areas/F.parquet");
    assert_eq!(place(lake.archive_log("unhcr")), "archive/log/unhcr.jsonl");
    assert_eq!(place(lake.release("2026-08-18-abcdef01")), "releases/2026-08-18-abcdef01");
    assert_eq!(place(lake.runs()), "runs");
}

#[test]
fn one_file_of_a_dataset_is_current() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).unwrap();
    let old = FingerprintBuilder::new("current", 1).add("edition", "1").finish();
    let new = FingerprintBuilder::new("current", 1).add("edition", "2").finish();
    assert_eq!(lake.current_file("a.b").unwrap(), None);
    assert!(lake.keep_current("a.b", &old).is_err(), "nothing is removed for a file that is not there");

    overwrite(&lake.current("a.b", &old), b"old");
    assert_eq!(lake.current_file("a.b").unwrap(), Some(lake.current("a.b", &old)));
    std::thread::sleep(std::time::Duration::from_millis(20));
    overwrite(&lake.current("a.b", &new), b"new");
    assert_eq!(lake.current_file("a.b").unwrap(), Some(lake.current("a.b", &new)));
    lake.keep_current("a.b", &new).unwrap();
    assert_eq!(tree(&folder.path().join("current/a.b")), [format!("{new}.parquet")]);
}

#[test]
fn editions_and_datasets_are_listed_without_unfinished_ones() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).unwrap();
    assert_eq!(lake.datasets().unwrap(), Vec::<String>::new());
    let fingerprint = FingerprintBuilder::new("normalize", 1).finish();
    overwrite(&lake.observations("worldbank.population", &fingerprint), b"");
    overwrite(&lake.observations("unhcr.population", &fingerprint), b"");
    overwrite(&folder.path().join("observations/unhcr.population/.tmp-x.parquet"), b"");
    overwrite(&folder.path().join("observations/README.txt"), b"");
    assert_eq!(lake.datasets().unwrap(), ["unhcr.population", "worldbank.population"]);
    assert_eq!(lake.editions("unhcr.population").unwrap(), [lake.observations("unhcr.population", &fingerprint)]);
    assert_eq!(lake.editions("unhcr.asylum").unwrap(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn reports_of_runs_are_written_read_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).unwrap();
    let report = json!({"ran": ["unhcr.population"], "seconds": 1.5});
    lake.write_run("2026-08-18T12-00-00Z", &report).unwrap();
    lake.write_run("2026-08-17T12-00-00Z", &json!({})).unwrap();
    assert_eq!(lake.run_names().unwrap(), ["2026-08-17T12-00-00Z", "2026-08-18T12-00-00Z"]);
    assert_eq!(lake.read_run::<serde_json::Value>("2026-08-18T12-00-00Z").unwrap(), Some(report));
    assert_eq!(lake.read_run::<serde_json::Value>("2026-08-16T12-00-00Z").unwrap(), None);
    assert!(matches!(lake.write_run("../x", &json!({})).unwrap_err(), LakeError::Name { what: "run", .. }));
}

#[cfg(unix)]
#[test]
fn a_lake_that_cannot_be_made_is_named() {
    let parent = tempfile::tempdir().unwrap();
    let Some(folder) = crate::read_only_folder(parent.path()) else { return };
    let error = Lake::open(folder.join("lake")).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot create the folder {}", folder.join("lake").display()));
    assert!(error.hint().unwrap().ends_with("or choose another lake with --lake"));
}
