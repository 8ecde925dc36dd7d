use std::fs;

use paso_lake::{Lake, LakeError, StagedRelease, file::write_atomic};
use tempfile::TempDir;

use crate::{overwrite, tree};

const NAME: &str = "2026-08-18-abcdef01";

fn lake() -> (TempDir, Lake) {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).unwrap();
    (folder, lake)
}

fn stage(lake: &Lake, files: &[(&str, &str)]) -> StagedRelease {
    let staged = lake.stage_release(NAME).unwrap();
    for (path, text) in files {
        write_atomic(&staged.path().join(path), |writer| writer.write_all(text.as_bytes())).unwrap();
    }
    staged
}

#[test]
fn a_release_appears_whole() {
    let (_folder, lake) = lake();
    let staged = stage(&lake, &[("indicators/remittances.csv", "a"), ("manifest.json", "{}")]);
    assert_eq!(staged.name(), NAME);
    assert_eq!(lake.releases().unwrap(), Vec::<String>::new());
    let place = staged.commit().unwrap();
    assert_eq!(place, lake.release(NAME));
    assert_eq!(tree(&place), ["indicators", "indicators/remittances.csv", "manifest.json"]);
    assert_eq!(lake.releases().unwrap(), [NAME]);
    assert_eq!(tree(&lake.root().join("releases")).len(), 4, "nothing temporary is left");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(place), mode(lake.root().join("releases")), "whoever may see the lake may see the release");
    }
}

#[test]
fn a_release_that_is_given_up_leaves_nothing() {
    let (_folder, lake) = lake();
    drop(stage(&lake, &[("manifest.json", "{}")]));
    assert_eq!(tree(&lake.root().join("releases")), Vec::<String>::new());
}

#[test]
fn a_killed_release_is_never_seen_and_cleared_away() {
    let (_folder, lake) = lake();
    std::mem::forget(stage(&lake, &[("manifest.json", "{}")]));
    assert_eq!(lake.releases().unwrap(), Vec::<String>::new());
    lake.lock().unwrap();
    assert_eq!(tree(&lake.root().join("releases")), Vec::<String>::new());
}

#[test]
fn an_identical_release_is_left_alone() {
    let (_folder, lake) = lake();
    let files = [("a/b.csv", "1"), ("manifest.json", "{}")];
    let place = stage(&lake, &files).commit().unwrap();
    let written = fs::metadata(&place).unwrap().modified().unwrap();
    assert_eq!(stage(&lake, &files).commit().unwrap(), place);
    assert_eq!(fs::metadata(&place).unwrap().modified().unwrap(), written);
    assert_eq!(tree(&lake.root().join("releases")).len(), 4);
}

#[test]
fn another_release_of_the_same_name_is_refused_with_the_difference() {
    let (_folder, lake) = lake();
    stage(&lake, &[("a/b.csv", "1"), ("manifest.json", "{}")]).commit().unwrap();
    for (files, difference) in [
        (&[("a/b.csv", "2"), ("manifest.json", "{}")][..], "a/b.csv differs"),
        (&[("manifest.json", "{}")], "it has a/b.csv besides"),
        (&[("a/b.csv", "1"), ("a/c.csv", "1"), ("manifest.json", "{}")], "it lacks a/c.csv"),
    ] {
        let error = stage(&lake, files).commit().unwrap_err();
        assert_eq!(error.to_string(), format!("the release {NAME} exists with other content: {difference}"));
    }
    assert_eq!(fs::read_to_string(lake.release(NAME).join("a/b.csv")).unwrap(), "1");
}

#[test]
fn one_release_holds() {
    let (_folder, lake) = lake();
    assert_eq!(lake.latest().unwrap(), None);
    let error = lake.switch_latest(NAME).unwrap_err();
    assert!(matches!(error, LakeError::NoRelease { .. }), "{error:?}");

    stage(&lake, &[("manifest.json", "{}")]).commit().unwrap();
    overwrite(&lake.release("2026-09-01-00000000").join("manifest.json"), b"{}");
    for name in [NAME, "2026-09-01-00000000", NAME, NAME] {
        lake.switch_latest(name).unwrap();
        assert_eq!(lake.latest().unwrap().as_deref(), Some(name));
        let releases = lake.root().join("releases");
        assert_eq!(fs::read_to_string(releases.join("latest.json")).unwrap(), format!("{{\"release\":\"{name}\"}}\n"));
        #[cfg(unix)]
        assert_eq!(fs::read_link(releases.join("latest")).unwrap(), std::path::Path::new(name));
    }
    assert_eq!(lake.releases().unwrap(), [NAME, "2026-09-01-00000000"], "the link is no release");
}

#[test]
fn names_stay_in_their_folder() {
    let (_folder, lake) = lake();
    for name in ["", "..", "../x", "a/b", ".hidden", "a b", "ñ", &"x".repeat(200)] {
        assert!(matches!(lake.stage_release(name).unwrap_err(), LakeError::Name { .. }), "{name}");
        assert!(matches!(lake.switch_latest(name).unwrap_err(), LakeError::Name { .. }), "{name}");
    }
    overwrite(&lake.root().join("releases/latest.json"), br#"{"release": "../../etc"}"#);
    assert!(matches!(lake.latest().unwrap_err(), LakeError::Name { .. }));
}
