//! Every publisher of the catalogue by one suite: it is a declaration with a sample, its cells are accounted for, its figures say where they come
//! from and under which terms, and what is no data of it is never taken for some.

use std::collections::BTreeSet;

use paso_lake::file::write_atomic;
use paso_testkit::{copy_folder, files, sample_data};
use paso_tests::{expect, paso, query, report, sample_lake, sample_report, workspace};
use serde_json::Value;

/// The publishers of the catalogue.
const PUBLISHERS: [&str; 29] = [
    "banrep",
    "bcentral",
    "cepalstat",
    "dicoex",
    "dnm_argentina",
    "eurostat",
    "idmc",
    "ilostat",
    "ine",
    "ine_sermig",
    "ircc_canada",
    "knomad",
    "migracion_colombia",
    "migraciones_peru",
    "missing_migrants",
    "obmigra_brazil",
    "oecd",
    "pdi",
    "r4v",
    "renaper_argentina",
    "sermig",
    "servel",
    "un_sdg",
    "undesa",
    "unhcr",
    "untc",
    "who_gho",
    "worldbank",
    "wpp",
];

fn cards() -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    report(&expect(0, paso(folder.path()).args(["sources", "--output", "json"]))).as_array().cloned().unwrap_or_default()
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn sum(account: &Value, key: &str) -> u64 {
    match &account[key] {
        Value::Object(reasons) => reasons.values().filter_map(Value::as_u64).sum(),
        number => number.as_u64().unwrap_or_default(),
    }
}

#[test]
fn every_publisher_is_a_declaration_with_its_terms() {
    let cards = cards();
    let publishers: BTreeSet<&str> = cards.iter().map(|card| text(card, "/publisher")).collect();
    assert_eq!(publishers.into_iter().collect::<Vec<_>>(), PUBLISHERS);
    for card in &cards {
        let id = text(card, "/dataset");
        for pointer in [
            "/title/en",
            "/title/es",
            "/concept/coverage/en",
            "/concept/coverage/es",
            "/concept/comparable/en",
            "/concept/comparable/es",
            "/licence/id",
            "/licence/url",
            "/licence/attribution/en",
            "/licence/attribution/es",
        ] {
            assert!(!text(card, pointer).trim().is_empty(), "{id} says nothing at {pointer}");
        }
        assert_ne!(text(card, "/title/en"), text(card, "/title/es"), "{id}");
        assert_ne!(text(card, "/concept/coverage/en"), text(card, "/concept/coverage/es"), "{id}");
    }
}

#[test]
fn every_dataset_has_a_sample_whose_cells_are_accounted_for() {
    let report = sample_report();
    let steps = report["steps"].as_array().expect("steps");
    for card in cards() {
        let id = text(&card, "/dataset").to_owned();
        let own = |step: &&Value| step["stage"] == "normalize" && text(step, "/subject").split('@').next() == Some(id.as_str());
        let own: Vec<&Value> = steps.iter().filter(own).collect();
        assert!(!own.is_empty(), "{id} is not in the sample");
        for step in own {
            if text(step, "/outcome") == "kept" {
                assert!(text(step, "/reason").contains("persons"), "{step}");
                continue;
            }
            let account = &step["account"];
            if !account.is_object() {
                // A list of codes.
                continue;
            }
            let out = sum(account, "observations") + sum(account, "quarantined") + sum(account, "excluded");
            assert!(sum(account, "cells") > 0, "{step}");
            assert_eq!(sum(account, "cells"), out, "{step}");
            assert_eq!(sum(account, "quarantined"), 0, "{step}");
            for check in step["checks"].as_array().into_iter().flatten() {
                let unexplained = sum(check, "unexplained");
                assert!(unexplained <= sum(check, "differing") && sum(check, "compared") > 0, "{id}: {check}");
            }
        }
    }
    assert_eq!(report["failures"], serde_json::json!([]));
}

#[test]
fn every_figure_points_to_its_cell_or_says_how_it_was_made() {
    let lake = sample_lake();
    let nowhere = query(
        &lake,
        "SELECT dataset, COUNT(*) AS figures FROM observations_all WHERE (snapshot IS NULL OR row IS NULL) AND method <> 'tabulation' GROUP BY dataset",
    );
    assert!(nowhere.is_empty(), "{nowhere:?}");
    let bodies: BTreeSet<String> = files(&lake.join("archive"))
        .expect("the archive")
        .into_iter()
        .filter_map(|(path, _)| path.split('/').nth(1).map(str::to_owned))
        .collect();
    let snapshots = query(&lake, "SELECT DISTINCT snapshot FROM observations_all WHERE snapshot IS NOT NULL");
    assert!(snapshots.len() > 80, "{}", snapshots.len());
    for row in snapshots {
        let snapshot = text(&row, "/snapshot").to_owned();
        assert!(bodies.iter().any(|body| body.starts_with(&snapshot)), "{snapshot} is not in the archive");
    }
    let without_methods = query(&lake, "SELECT DISTINCT dataset FROM events WHERE snapshot IS NULL OR event = ''");
    assert!(without_methods.is_empty(), "{without_methods:?}");
}

#[test]
fn nothing_that_may_not_be_given_to_others_is_in_a_release() {
    let kept: Vec<String> = cards()
        .iter()
        .filter(|card| card["licence"]["redistribute"] == Value::Bool(false))
        .map(|card| text(card, "/dataset").to_owned())
        .collect();
    assert!(kept.iter().any(|id| id.starts_with("cepalstat.")) && kept.iter().any(|id| id.starts_with("r4v.")), "{kept:?}");
    let releases = sample_lake().join("releases");
    for (path, bytes) in files(&releases).expect("the release") {
        let held = kept.iter().find(|id| path.contains(&format!("/{id}.")));
        assert!(held.is_none(), "{path} holds {held:?}");
        if path.contains("/indicators/") && path.strip_suffix(".csv").is_some() {
            let text = String::from_utf8_lossy(&bytes);
            assert!(kept.iter().all(|id| !text.contains(id.as_str())), "{path}");
        }
    }
}

/// Runs the sample with every body replaced; the datasets whose fetch or normalization failed, and all that were tried.
fn damaged(damage: impl Fn(&[u8]) -> Vec<u8>) -> (BTreeSet<String>, BTreeSet<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let mirror = folder.path().join("mirror");
    copy_folder(&sample_data(), &mirror).expect("a copy");
    let index = std::fs::read_to_string(mirror.join("mirror.jsonl")).expect("the index");
    let lines = index.lines().map(|line| {
        let mut entry = report(line);
        let path = mirror.join(text(&entry, "/body"));
        let bytes = damage(&std::fs::read(&path).expect("a body"));
        entry["sha256"] = Value::from(paso_lake::sha256(&bytes).as_str());
        write_atomic(&path, |writer| writer.write_all(&bytes)).expect("the damaged body");
        format!("{entry}\n")
    });
    let lines: String = lines.collect();
    write_atomic(&mirror.join("mirror.jsonl"), |writer| writer.write_all(lines.as_bytes())).expect("the index");
    let run = paso(&folder.path().join("lake")).args(["run", "--output", "json", "--mirror"]).arg(&mirror).output().expect("a run");
    let report = report(&String::from_utf8_lossy(&run.stdout));
    let subject = |value: &Value| text(value, "/subject").split('@').next().unwrap_or_default().to_owned();
    let failed = report["failures"].as_array().into_iter().flatten().map(subject).collect();
    let tried = report["steps"].as_array().into_iter().flatten().filter(|step| step["stage"] == "fetch").map(subject).collect();
    (failed, tried)
}

/// Printed figures are part of the pipeline and come from no publisher's address.
fn from_addresses(tried: BTreeSet<String>) -> BTreeSet<String> {
    let printed: BTreeSet<String> =
        cards().iter().filter(|card| text(card, "/url").starts_with("printed:")).map(|card| text(card, "/dataset").to_owned()).collect();
    tried.into_iter().filter(|id| !printed.contains(id)).collect()
}

#[test]
fn a_page_in_the_place_of_data_fails_every_dataset() {
    let page = b"<!DOCTYPE html><html><head><title>Service unavailable</title></head><body>Try again later</body></html>";
    let (failed, tried) = damaged(|_| page.to_vec());
    let passed: Vec<String> = from_addresses(tried).difference(&failed).cloned().collect();
    assert!(passed.is_empty(), "{passed:?}");
}

#[test]
fn an_empty_answer_fails_every_dataset() {
    let (failed, tried) = damaged(|_| Vec::new());
    let passed: Vec<String> = from_addresses(tried).difference(&failed).cloned().collect();
    assert!(passed.is_empty(), "{passed:?}");
}

/// Whether a body begins with what has an end: JSON, a page, an archive, a workbook. A table of text may end after any row.
fn has_an_end(bytes: &[u8]) -> bool {
    [b"{".as_slice(), b"[", b"<", b"PK", b"\x1f\x8b", b"\xd0\xcf"].iter().any(|beginning| bytes.starts_with(beginning))
}

#[test]
fn half_an_answer_fails_wherever_the_format_can_tell() {
    let (failed, _) = damaged(|bytes| if has_an_end(bytes) { bytes[..bytes.len() / 2].to_vec() } else { bytes.to_vec() });
    let bodies = files(&sample_data()).expect("the sample").into_iter().filter(|(_, bytes)| has_an_end(bytes));
    let cut: BTreeSet<String> = bodies.map(|(_, bytes)| paso_lake::sha256(&bytes).to_string()).collect();
    let rows = query(&sample_lake(), "SELECT DISTINCT dataset, snapshot FROM observations_all");
    let of_cut = rows.iter().filter(|row| cut.contains(text(row, "/snapshot")));
    let expected: BTreeSet<String> = of_cut.map(|row| text(row, "/dataset").to_owned()).collect();
    let passed: Vec<&String> = expected.difference(&failed).collect();
    assert!(cut.len() > 30 && expected.len() > 30, "{} bodies of {} datasets", cut.len(), expected.len());
    assert!(passed.is_empty(), "{passed:?}");
}

#[test]
fn the_readme_lists_every_publisher_with_its_datasets() {
    let readme = std::fs::read_to_string(workspace().join("README.md")).expect("the README");
    let cards = cards();
    for publisher in PUBLISHERS {
        let count = cards.iter().filter(|card| card["publisher"] == publisher).count();
        let row = readme.lines().find(|line| line.starts_with('|') && line.contains(&format!("(`{publisher}`)")));
        assert!(row.is_some_and(|row| row.contains(&format!("({count}) |"))), "{publisher} has {count} datasets: {row:?}");
    }
}

#[test]
fn no_publisher_has_code_of_its_own() {
    // What a name stands for in other words as well, such as `ine` in `line`, must stand alone.
    let names: Vec<&str> = PUBLISHERS.into_iter().chain(["world bank", "world_bank", "acnur"]).collect();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let stands = |line: &str, name: &str| {
        line.match_indices(name).any(|(at, _)| {
            let (before, after) = (line.as_bytes()[..at].last(), line.as_bytes().get(at + name.len()));
            !before.is_some_and(|byte| is_word(*byte)) && !after.is_some_and(|byte| is_word(*byte))
        })
    };
    let mut found = Vec::new();
    for (path, bytes) in files(&workspace().join("crates")).expect("the crates") {
        let apart = path.contains("paso-testkit/") || path.contains("/tests") || path.contains("/examples/") || path.contains("/fuzz/");
        // The words that `--help` prints are documentation.
        let help = path.ends_with("paso/src/cli.rs");
        if path.strip_suffix(".rs").is_none() || !path.contains("/src/") || apart || help {
            continue;
        }
        let source = String::from_utf8_lossy(&bytes).to_lowercase();
        let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            // Formats are what `paso-decode` reads, and one of them bears its publisher's name.
            let publisher = names.iter().find(|name| !(path.contains("paso-decode/") && **name == "eurostat") && stands(line, name));
            found.extend(publisher.map(|name| format!("{path}:{}: {name}", number + 1)));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
