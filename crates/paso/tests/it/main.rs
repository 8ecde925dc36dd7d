//! The command line: help, completions, and mistakes, as people see them.

#![expect(clippy::expect_used, reason = "a helper of tests fails the test that calls it")]

mod areas;
mod decode;
mod diff;
mod documentation;
mod draft;
mod inspect;
mod pipes;
mod recap;
mod status;
mod workbook;

use std::path::Path;

use assert_cmd::Command;

fn workspace() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn paso() -> Command {
    let mut command = Command::cargo_bin("paso").expect("the binary");
    command.current_dir(workspace()).env_remove("PASO_LAKE").env_remove("PASO_PIPELINE").env("NO_COLOR", "1").env("COLUMNS", "100");
    command
}

/// A lake with the editions that the sample has of some datasets.
fn lake_of(selectors: &[&str]) -> tempfile::TempDir {
    let lake = tempfile::tempdir().expect("a folder");
    for stage in ["fetch", "normalize"] {
        let out = paso().env("PASO_LAKE", lake.path()).args([stage, "--quiet", "--mirror", "sample-data"]).args(selectors).output();
        let out = out.expect("an output");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
    }
    lake
}

fn output(arguments: &[&str]) -> (i32, String, String) {
    let out = paso().args(arguments).output().expect("an output");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.code().unwrap_or(-1), text(&out.stdout), text(&out.stderr))
}

/// A mirror without an answer.
fn empty_mirror() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    paso_lake::file::write_atomic(&folder.path().join("mirror.jsonl"), |_| Ok(())).expect("a file");
    folder
}

#[test]
fn the_short_help_names_every_verb() {
    let (status, help, _) = output(&["-h"]);
    assert_eq!(status, 0);
    for verb in [
        "run",
        "plan",
        "fetch",
        "normalize",
        "aggregate",
        "publish",
        "verify",
        "status",
        "sources",
        "areas",
        "decode",
        "diff",
        "inspect",
        "query",
        "init",
        "completions",
    ] {
        assert!(help.lines().any(|line| line.trim_start().starts_with(verb)), "{verb}: {help}");
    }
}

#[test]
fn mistakes_say_what_to_do() {
    for (name, arguments) in [
        ("no_such_verb", vec!["rum"]),
        ("no_such_selector", vec!["plan", "unhrc"]),
        ("no_lake", vec!["--lake", "lake-of-nobody", "status"]),
        ("no_pipeline", vec!["--pipeline", "nowhere/pipeline.toml", "plan"]),
        ("mirror_and_via", vec!["run", "--mirror", "sample-data", "--via", "http://127.0.0.1:1"]),
        ("via_without_scheme", vec!["plan", "--via", "localhost"]),
        ("via_host_for_scheme", vec!["plan", "--via", "localhost:8000"]),
        ("no_such_dataset", vec!["sources", "unhcr.populations"]),
        ("no_such_file", vec!["--lake", "lake-of-nobody", "inspect", "nothing.json"]),
    ] {
        let (status, stdout, stderr) = output(&arguments);
        insta::assert_snapshot!(name, format!("status {status}\n{stdout}{stderr}"));
    }
}

#[test]
fn data_goes_to_standard_output_in_the_chosen_form() {
    let (status, json, errors) = output(&["sources", "sermig.permanent_residence_decisions", "--output", "json"]);
    assert_eq!((status, errors.as_str()), (0, ""));
    let cards: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(cards[0]["dataset"], "sermig.permanent_residence_decisions");
    assert_eq!(cards[0]["concept"]["basis"], "citizenship");
    let (_, csv, _) = output(&["sources", "--output", "csv"]);
    assert_eq!(csv.lines().next(), Some("dataset,source,who,when,upstream,licence,title"));
    let (_, json, _) = output(&["sources", "worldbank.net_migration", "--output", "json"]);
    let cards: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let upstream = cards[0]["concept"]["upstream"][0].as_str().expect("a dataset");
    let (_, card, _) = output(&["sources", "worldbank.net_migration"]);
    assert!(card.contains(&format!("{upstream}: one voice with it")), "{card}");
}

#[test]
fn every_definition_holds_on_its_sample() {
    let (status, json, errors) = output(&["sources", "check", "--output", "json"]);
    assert_eq!(status, 0, "{json}{errors}");
    let rows: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let rows = rows.as_array().expect("rows");
    let proven = |row: &serde_json::Value| {
        let persons = row["result"].as_str().is_some_and(|result| result.starts_with("rows are persons"));
        (row["result"] == "holds" || persons) && row["quarantined"] == 0
    };
    let open: Vec<_> = rows.iter().filter(|row| !proven(row)).collect();
    assert!(rows.len() > 100 && open.is_empty(), "{open:?}");
}

#[test]
fn who_is_counted_is_said_in_words() {
    let (_, card, _) = output(&["sources", "sermig"]);
    assert!(card.contains("\n  who            by citizenship\n"), "{card}");
    let (_, card, _) = output(&["sources", "undesa.migrant_stock"]);
    assert!(card.contains("\n  who            mixed basis (birth or citizenship, see origin_basis)"), "{card}");
    assert!(!card.contains("not stated"), "{card}");
}

#[test]
fn a_card_says_whose_figures_they_are_and_whether_they_may_be_passed_on() {
    let (status, card, _) = output(&["sources", "show", "undesa.migrant_stock"]);
    assert_eq!(status, 0);
    for line in [
        "  independence   it repeats or builds on unhcr.population: one voice with it, not a second source",
        "  measures       migrant_stock (stock, PS): International migrant stock",
        "  periods        years",
        "  breaks         20",
        "  passing on     what is made of it may be given to others",
        "  editions       2019 (2019-08-01): https://www.un.org/",
    ] {
        assert!(card.lines().any(|found| found.starts_with(line)), "{line}: {card}");
    }
    assert!(card.contains("worldbank.migrant_stock: one voice with it"), "{card}");
    assert_eq!(output(&["sources", "undesa.migrant_stock"]).1, card, "the short form is the same");
    let (_, json, _) = output(&["sources", "show", "undesa.migrant_stock", "--output", "json"]);
    let cards: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&cards[0]["editions"][0]["vintage"], &cards[0]["redistribute"]), (&"2019-08-01".into(), &true.into()));
    let (status, _, errors) = output(&["sources", "show", "undesa.migrant_stocks"]);
    assert_eq!(status, 2);
    let help = "`undesa.migrant_stocks` names nothing in this pipeline\n  help: datasets: undesa.";
    assert!(errors.contains(help), "{errors}");
}

#[test]
fn a_dataset_answers_to_its_publishers_code() {
    let (status, cards, _) = output(&["sources", "show", "oecd.b15"]);
    assert_eq!(status, 0);
    assert!(cards.contains("oecd.chile_foreign_population: ") && cards.contains("\noecd.foreign_population: "), "{cards}");
    assert!(cards.contains("\n  published as   B15\n") && !cards.contains("B14)\n"), "{cards}");
    assert!(cards.contains("it repeats or builds on ine_sermig.resident_foreigners: one voice with it, not a second source"), "{cards}");
    assert_eq!(output(&["sources", "show", "oecd.B15"]).1, cards, "in capitals or not");
    assert_eq!(output(&["sources", "show", "oecd.b1"]).0, 2, "a part of a code is none");
}

#[test]
fn a_body_is_named_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    paso_lake::file::write_atomic(&path, |writer| writer.write_all(b"no table at all\n")).expect("a file");
    let out = paso().args(["inspect", "--output", "csv"]).arg(&path).output().expect("an output");
    let text = String::from_utf8_lossy(&out.stdout);
    assert!(text.starts_with("kind,bytes,sha256,problem\ndelimited or plain text,16,"), "{text}");
}

#[test]
fn a_folder_without_a_pipeline_says_where_to_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = paso().current_dir(folder.path()).arg("init").output().expect("an output");
    assert_eq!(out.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&out.stderr);
    insta::assert_snapshot!("init_elsewhere", errors);
    assert!(!folder.path().join("lake").exists());
}

#[test]
fn a_folder_remembers_its_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let init = |folder: &Path| {
        let mut command = paso();
        command.args(["init", "--mirror", "sample-data"]).arg(folder);
        command.output().expect("an output")
    };
    assert!(init(folder.path()).status.success());
    let out = paso().current_dir(folder.path()).args(["run", "--quiet", "worldbank.countries"]).output().expect("an output");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(folder.path().join("lake/lake.json").is_file());
    let again = init(folder.path());
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is there already"));
    let settings = paso_lake::file::write_atomic(&folder.path().join("paso.toml"), |writer| writer.write_all(b"lakes = \"x\"\n"));
    settings.expect("an edit");
    let out = paso().current_dir(folder.path()).arg("plan").output().expect("an output");
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("unknown field `lakes`"));
}

#[test]
fn shells_get_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (status, script, _) = output(&["completions", shell]);
        assert_eq!(status, 0);
        assert!(script.contains("paso") && script.contains("normalize"), "{shell}");
    }
}
