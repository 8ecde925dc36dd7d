//! What the documentation shows, done: questions answered with one query, and the worked example of a new publisher.

use std::path::Path;

use paso_testkit::{copy_folder, sample_data};
use paso_tests::{expect, number, paso, report, sample_lake, workspace};

/// The query after a mark in a page, and what the page says that it prints.
fn shown(page: &str, mark: &str) -> (String, String) {
    let text = std::fs::read_to_string(workspace().join("docs/src/how-to").join(page)).expect("the page");
    let after = text.split_once(&format!("<!-- query: {mark} -->")).unwrap_or_else(|| panic!("{page} has no query {mark}")).1;
    let block = |text: &str, language: &str| -> String {
        let body = text.split_once(&format!("```{language}\n")).unwrap_or_else(|| panic!("{mark} has no block of {language}")).1;
        body.split_once("\n```").map_or_else(|| body.to_owned(), |(block, _)| block.to_owned())
    };
    (block(after, "sql"), block(after, "text"))
}

#[test]
fn a_question_that_needs_two_publishers_is_one_query() {
    for mark in ["compare", "gap"] {
        let (sql, expected) = shown("compare-publishers.md", mark);
        let found = expect(0, paso(&sample_lake()).args(["query", "--output", "csv", &sql]));
        assert_eq!(found.trim_end().replace("\r\n", "\n"), expected.trim_end(), "{mark}");
    }
}

#[test]
fn the_gap_between_census_and_estimate_is_the_printed_one() {
    let (sql, _) = shown("compare-publishers.md", "gap");
    for (origin, printed) in [("HTI", 107_350.0), ("VEN", 59_178.0), ("PER", 27_353.0)] {
        let gap = number(&sample_lake(), &format!("WITH answer AS ({}) SELECT gap FROM answer WHERE origin = '{origin}'", sql.trim_end()));
        assert_eq!(gap.to_bits(), f64::to_bits(printed), "{origin}: {gap}");
    }
}

/// The first block of a language after a heading of a page.
fn block(text: &str, heading: &str, language: &str) -> String {
    let after = text.split_once(heading).unwrap_or_else(|| panic!("no heading {heading}")).1;
    let body = after.split_once(&format!("```{language}\n")).unwrap_or_else(|| panic!("{heading} has no block of {language}")).1;
    body.split_once("```").map_or_else(String::new, |(block, _)| block.to_owned())
}

fn write(path: &Path, text: &str) {
    paso_lake::file::write_atomic(path, |writer| writer.write_all(text.as_bytes())).expect("a file");
}

#[test]
fn the_worked_example_of_a_new_publisher_holds() {
    let page = std::fs::read_to_string(workspace().join("docs/src/how-to/add-a-source.md")).expect("the page");
    let folder = tempfile::tempdir().expect("a folder");
    let (pipelines, mirror) = (folder.path().join("pipelines"), folder.path().join("mirror"));
    copy_folder(&workspace().join("pipelines"), &pipelines).expect("a copy");
    copy_folder(&sample_data(), &mirror).expect("a copy");
    let body = block(&page, "## 2. A sample", "text");
    write(&mirror.join("example.org/estimacion-2022.csv"), &body);
    let index = mirror.join("mirror.jsonl");
    let line = serde_json::json!({
        "method": "GET", "url": "https://example.org/estimacion-2022.csv", "body": "example.org/estimacion-2022.csv",
        "sha256": paso_lake::sha256(body.as_bytes()).as_str(), "retrieved": "2026-01-15T12:00:00Z", "last_modified": null,
        "content_type": "text/csv",
    });
    write(&index, &format!("{}{line}\n", std::fs::read_to_string(&index).expect("the index")));
    write(&pipelines.join("sources/example.toml"), &block(&page, "## 3. The definition", "toml"));

    let command = |arguments: &[&str]| {
        let mut command = paso(&folder.path().join("lake"));
        command.arg("--pipeline").arg(pipelines.join("chile/pipeline.toml")).args(arguments);
        command
    };
    let proof = report(&expect(0, command(&["sources", "check", "example", "--output", "json", "--mirror"]).arg(&mirror)));
    // What the page shows of the proof is what it is.
    let shown = block(&page, "## 4. The proof", "text");
    let row = &proof[0];
    let cells = ["dataset", "result", "cells", "observations", "quarantined", "excluded", "checks"].map(|column| match &row[column] {
        serde_json::Value::String(text) => text.clone(),
        number => number.to_string(),
    });
    let words = |text: &str| text.split_whitespace().filter(|word| *word != "│").map(str::to_owned).collect::<Vec<_>>();
    let printed = shown.lines().find(|line| line.contains("example.")).expect("a row");
    assert_eq!(words(printed), words(&cells.join(" ")));

    expect(0, command(&["run", "--mirror"]).arg(&mirror));
    let sql = "SELECT SUM(value) AS persons FROM observations WHERE dataset = 'example.foreign_residents' AND breakdown = 'sex'";
    let rows = report(&expect(0, &mut command(&["query", "--output", "json", sql])));
    assert_eq!(rows[0]["persons"], 1_625_074.0);
}

/// What a page shows that a command prints: the block of shell and the block of text behind it.
fn commands(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (index, _) in page.match_indices("```sh\n") {
        let (command, rest) = page[index + 6..].split_once("\n```\n").unwrap_or_else(|| panic!("a block without an end"));
        let output =
            rest.trim_start_matches('\n').strip_prefix("```text\n").and_then(|rest| rest.split_once("\n```")).map(|(text, _)| text);
        // What changes a lake, or depends on the clock or on one that was there before, is shown and not done.
        let reads = ["paso query", "paso areas", "paso sources", "paso diff"].iter().any(|start| command.starts_with(start));
        if let Some(output) = output.filter(|_| reads) {
            found.push((command.to_owned(), output.to_owned()));
        }
    }
    found
}

/// A line without what only draws it.
fn plain(line: &str) -> String {
    let word = |word: &str| match word.split_once(".toml:").or_else(|| word.split_once(".csv:")) {
        // Lines of the reference data move with every entry before them.
        Some((file, line)) if line.bytes().all(|b| b.is_ascii_digit()) => file.to_owned(),
        _ => word.to_owned(),
    };
    line.split(|c: char| c.is_whitespace() || c == '│').filter(|word| !word.is_empty()).map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_the_pages_show_is_what_comes() {
    let mut wrong = Vec::new();
    let mut done = 0;
    for (path, bytes) in paso_testkit::files(&workspace().join("docs/src")).expect("the pages") {
        for (command, shown) in commands(&String::from_utf8_lossy(&bytes)) {
            done += 1;
            let folder = paso_tests::binary().parent().map_or_else(String::new, |folder| folder.display().to_string());
            let path_of = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
            let mut out = std::process::Command::new("sh");
            out.args(["-c", &command]).current_dir(workspace());
            let out = out.env("PATH", path_of).env("PASO_LAKE", sample_lake()).env_remove("PASO_PIPELINE").output().expect("a shell");
            let printed: Vec<String> = [out.stdout, out.stderr]
                .iter()
                .flat_map(|text| String::from_utf8_lossy(text).lines().map(plain).collect::<Vec<_>>())
                .collect();
            let mut rest = printed.iter();
            // Lines come in their order; between them the page may leave some out.
            let missing = shown
                .lines()
                .map(plain)
                .filter(|line| !matches!(line.as_str(), "" | "…" | "..."))
                .find(|line| !rest.any(|printed| printed == line));
            wrong.extend(missing.map(|line| format!("{path}: {command}\n  does not print: {line}\n  but:\n{}", printed.join("\n"))));
        }
    }
    assert!(done > 10, "{done} commands with what they print");
    assert!(wrong.is_empty(), "{} of {done}:\n{}", wrong.len(), wrong.join("\n\n"));
}
