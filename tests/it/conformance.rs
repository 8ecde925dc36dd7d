//! The conformance suite by way of the program: every published message of the formats that are read gives the table that other readers make
//! of it, and every answer without data is refused for its reason.

use std::{collections::BTreeMap, fmt::Write as _, path::Path, process::Output};

use paso_testkit::conformance::{Case, Flat, conformance, differences};
use paso_tests::{output, paso, report, workspace};
use serde_json::Value;

/// Cases whose table is wrong, with the lines of the message that prove it: none.
const WRONG: [&str; 0] = [];

/// SDMX-ML is not read yet, and neither are the errors that come in it.
fn is_read(case: &Case) -> bool {
    let input = case.text("input");
    !case.text("format").starts_with("SDMX-ML") && !input.ends_with(".truncated.xml") && !WRONG.contains(&case.name.as_str())
}

fn cases() -> Option<(Vec<Case>, Vec<Case>)> {
    let cases = Case::all(&conformance()?).expect("the cases").into_iter().filter(is_read);
    Some(cases.partition(|case| case.error().is_none()))
}

fn decode(case: &Case, arguments: &[&str]) -> Output {
    let mut command = paso(Path::new("lake-of-nobody"));
    command.arg("decode").arg(case.input()).args(["--log", "json"]).args(arguments);
    if let Some(structure) = case.structure() {
        command.arg("--dsd").arg(structure);
    }
    if let Some(member) = case.about["member"].as_str() {
        command.args(["--member", member]);
    }
    output(&mut command)
}

/// The table that the program printed.
fn table(case: &Case, out: &Output) -> Flat {
    let errors = String::from_utf8_lossy(&out.stderr);
    assert_eq!((out.status.code(), &*errors), (Some(0), ""), "{}", case.name);
    Flat::parse(&String::from_utf8_lossy(&out.stdout)).expect("CSV")
}

#[test]
fn every_message_gives_the_expected_table() {
    let Some((cases, _)) = cases() else { return };
    for case in &cases {
        let actual = table(case, &decode(case, &[]));
        let found = differences(&case.expected().expect("a table"), &actual, case.rules());
        assert!(found.is_empty(), "{}: {found:#?}", case.name);
        assert_eq!(Some(actual.rows.len() as u64), case.about["observations"].as_u64(), "{}", case.name);
    }
    assert_eq!(cases.len(), 74);
}

#[test]
fn the_format_is_recognised_and_what_was_asked_for_changes_nothing() {
    let Some((cases, _)) = cases() else { return };
    for case in &cases {
        let format = match case.text("format") {
            "SDMX-CSV" => "sdmx-csv",
            "SDMX-JSON" => "sdmx-json",
            "JSON-stat" => "json-stat",
            "Eurostat TSV" => "eurostat-tsv",
            other => panic!("{}: {other}", case.name),
        };
        let found = decode(case, &["--explain"]);
        assert!(String::from_utf8_lossy(&found.stderr).starts_with(&format!("format: {format}\nbecause: ")), "{}", case.name);
        let asked = decode(case, &["--format", format, "--threads", "1"]);
        assert!(asked.stdout == found.stdout, "{}", case.name);
    }
}

#[test]
fn every_form_of_the_output_has_the_same_cells() {
    let Some((cases, _)) = cases() else { return };
    // One of each format and version.
    let chosen: BTreeMap<_, _> = cases.iter().map(|case| ((case.text("format"), case.text("version")), case)).collect();
    let folder = tempfile::tempdir().expect("a folder");
    for case in chosen.values() {
        let csv = table(case, &decode(case, &[]));
        let lines = decode(case, &["--output", "json"]);
        let lines: Vec<Value> = String::from_utf8_lossy(&lines.stdout).lines().map(report).collect();
        let path = folder.path().join("table.parquet");
        let written = decode(case, &["--output", "parquet", "--to", path.to_str().expect("a path")]);
        assert_eq!(written.status.code(), Some(0), "{}", case.name);
        let mut rows = paso(folder.path());
        rows.args(["inspect", "--output", "json", "--rows", "1000000"]).arg(&path);
        let parquet = report(&String::from_utf8_lossy(&output(&mut rows).stdout));
        for rows in [&lines, parquet.as_array().expect("rows")] {
            assert_eq!(rows.len(), csv.rows.len(), "{}", case.name);
            for (object, row) in rows.iter().zip(&csv.rows) {
                let object = object.as_object().expect("an object");
                assert!(object.keys().eq(&csv.titles), "{}", case.name);
                let cells = object.values().map(|cell| cell.as_str().unwrap_or_default());
                assert!(cells.eq(row.iter().map(String::as_str)), "{}: {object:?}", case.name);
            }
        }
    }
}

/// The kinds of errors that the program names, by the words of the suite: it tells apart what a body that is no message is.
fn kinds(error: &str) -> &[&str] {
    match error {
        "malformed" => &["malformed", "truncated", "not_data"],
        "empty" => &["empty"],
        "queued" => &["queued"],
        "not_found" => &["not_found"],
        "too_large" => &["too_large"],
        "provider_error_document" => &["provider_error_document"],
        other => panic!("{other}"),
    }
}

#[test]
fn every_answer_without_data_is_refused_for_its_reason() {
    let Some((_, cases)) = cases() else { return };
    for case in &cases {
        let out = decode(case, &[]);
        let errors = String::from_utf8_lossy(&out.stderr);
        assert_eq!((out.status.code(), out.stdout.len()), (Some(1), 0), "{}: {errors}", case.name);
        let entry = report(&errors);
        let fields = &entry["fields"];
        let kind = fields["kind"].as_str().expect("a kind");
        assert!(kinds(case.error().unwrap_or_default()).contains(&kind), "{}: {kind}", case.name);
        assert!(fields["help"].as_str().is_some_and(|help| !help.is_empty()), "{}: {errors}", case.name);
        if let Some(code) = case.about["expected"]["code"].as_str() {
            assert!(fields["message"].as_str().is_some_and(|message| message.contains(code)), "{}: {errors}", case.name);
        }
    }
    assert_eq!(cases.len(), 26);
}

/// The page about the suite. The tests above prove what it says.
fn page(data: &[Case], errors: &[Case]) -> String {
    let mut variants: BTreeMap<(&str, &str, &str), (u64, u64)> = BTreeMap::new();
    for case in data {
        let counts = variants.entry((case.text("format"), case.text("version"), case.text("variant"))).or_default();
        counts.0 += 1;
        counts.1 += case.about["observations"].as_u64().unwrap_or_default();
    }
    let mut reasons: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for case in errors {
        *reasons.entry((case.text("format"), case.error().unwrap_or_default())).or_default() += 1;
    }
    let observations: u64 = variants.values().map(|counts| counts.1).sum();
    let mut page = format!(
        "<!-- Generated by the tests in `tests/it/conformance.rs`; do not edit. -->\n\n# Conformance\n\nThe conformance suite holds messages that \
         statistical offices and the samples of the standards published, each with the table that other readers make of it, and answers \
         without data, each with its reason. Of the formats below, `paso decode` gives the expected table of all {} messages \
         ({observations} observations), its format being recognised by the content, and refuses all {} answers for their reasons. No case is left \
         out as wrong. SDMX-ML data messages, which the suite has too, are not read yet.\n\n## Messages\n\n\
         | format | version | variant | cases | pass | observations |\n|---|---|---|--:|--:|--:|\n",
        data.len(),
        errors.len()
    );
    for ((format, version, variant), (cases, observations)) in &variants {
        let _ = writeln!(page, "| {format} | {version} | {variant} | {cases} | {cases} | {observations} |");
    }
    page.push_str(
        "\nCompared are all cells: dimensions and attributes as texts, measures as decimal numbers. The order of rows and columns does not \
         count, and a column that one side lacks is an empty one. Of one message of SDMX-JSON 1.0 the attributes are not compared, because it does \
         not say which ones its values are of. Thirteen messages of SDMX-CSV come with a structure message (`--dsd`), because \
         nothing else tells their dimensions from their attributes.\n\n## Answers without data\n\n| answer | reason | cases | pass |\n|---|---|--:|--:|\n",
    );
    for ((format, reason), cases) in &reasons {
        let _ = writeln!(page, "| {} | {reason} | {cases} | {cases} |", if *format == "truncated" { "SDMX-JSON, cut off" } else { format });
    }
    page.push_str(
        "\nWith `--log json` the program names the reason as `kind`. It says more than the suite where a message is `malformed`: `truncated` where \
         it is cut off, `not_data` where it is a page for people.\n",
    );
    page
}

#[test]
fn the_page_about_the_suite_has_not_drifted() {
    let Some((data, errors)) = cases() else { return };
    assert_eq!(data.iter().filter(|case| case.structure().is_some()).count(), 13);
    let (path, page) = (workspace().join("docs/src/reference/conformance.md"), page(&data, &errors));
    if std::env::var_os("PASO_UPDATE_PAGES").is_some() {
        paso_lake::file::write_atomic(&path, |writer| writer.write_all(page.as_bytes())).expect("the page");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(page == committed, "docs/src/reference/conformance.md has drifted: run this test with PASO_UPDATE_PAGES=1");
}
