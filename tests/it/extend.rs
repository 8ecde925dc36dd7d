//! Another publisher is one TOML file and a sample; an indicator is one SQL file; an alias is one line.

use std::path::{Path, PathBuf};

use paso_lake::file::write_atomic;
use paso_testkit::{copy_folder, sample_data};
use paso_tests::{expect, expect_error, paso, query, ran, report, workspace};
use serde_json::Value;

/// Foreign-born residents of Chile as the OECD prints them (B14), two rows of it under another spelling of the country.
const BODY: &str = "Reference area,Place of birth,Measure,Year,Value\r\n\
    Chile,Total,B14,2019,1306859\r\n\
    Chile,Total,B14,2020,1486810\r\n\
    Chile,Total,B14,2021,1534813\r\n\
    Chilli,Total,B14,2022,1630812\r\n";

const SOURCE: &str = r#"
publisher = "newcomer"
title = { en = "OECD", es = "OCDE" }
homepage = "https://www.oecd.org/"
[licence]
id = "none-declared"
redistribute = true
url = "https://www.oecd.org/termsandconditions/"
attribution = { en = "OECD International Migration Database", es = "OCDE, Base de datos de migración internacional" }

[dataset.foreign_born]
title = { en = "Foreign-born population", es = "Población nacida en el extranjero" }
[dataset.foreign_born.concept]
source_type = "register"
basis = "birth"
reference_day = "12-31"
coverage = { en = "As INE and SERMIG estimate it.", es = "Según estiman INE y SERMIG." }
upstream = ["ine_sermig.resident_foreigners"]
comparable = { en = "It is INE-SERMIG's figure: one voice.", es = "Es la cifra de INE-SERMIG: una sola voz." }
[dataset.foreign_born.request]
url = "https://newcomer.org/B14.csv"
[dataset.foreign_born.decode.csv]
columns = { area = ["Reference area"], year = ["Year"] }
[dataset.foreign_born.observe]
complete_for = "everything"
period = { column = "year", forms = ["year"] }
[dataset.foreign_born.observe.dimensions]
ref_area = { column = "area", scheme = "name_en" }
destination = { same_as = "ref_area" }
origin = { code = "W" }
[[dataset.foreign_born.observe.values]]
column = "Value"
measure = "migrant_stock"
"#;

const INDICATOR: &str = r#"--| id = "foreign_born"
--| agenda = "information"
--| unit = "PS"
--| key = ["ref_area", "period"]
--| inputs = ["newcomer.foreign_born"]
--| [title]
--| en = "Foreign-born residents"
--| es = "Residentes nacidos en el extranjero"
--| [note]
--| en = "As the OECD repeats it."
--| es = "Según lo repite la OCDE."
--| [formula]
--| text = { en = "as published", es = "según lo publicado" }
--| source = "OECD International Migration Database, B14"
--| [columns.persons]
--| decimals = 0
--| en = "Persons"
--| es = "Personas"
--| [[checks]]
--| name = "nobody_is_negative"
--| sql = "SELECT ref_area FROM result WHERE persons < 0"
SELECT ref_area, period, value AS persons FROM observations WHERE breakdown = 'ref_area' ORDER BY ref_area, period
"#;

struct Bench {
    _folder: tempfile::TempDir,
    lake: PathBuf,
    pipelines: PathBuf,
    mirror: PathBuf,
}

fn write(path: &Path, text: &str) {
    write_atomic(path, |writer| writer.write_all(text.as_bytes())).expect("a file");
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let bench = Bench { lake: place("lake"), pipelines: place("pipelines"), mirror: place("mirror"), _folder: folder };
    copy_folder(&workspace().join("pipelines"), &bench.pipelines).expect("a copy");
    copy_folder(&sample_data(), &bench.mirror).expect("a copy");
    bench
}

impl Bench {
    fn run(&self, status: i32) -> Value {
        let mut command = paso(&self.lake);
        command.arg("--pipeline").arg(self.pipelines.join("chile/pipeline.toml"));
        report(&expect(status, command.args(["run", "--output", "json", "--mirror"]).arg(&self.mirror)))
    }

    /// Adds the publisher's body to the mirror, as anybody would who writes the sample of a new definition.
    fn serve(&self) {
        write(&self.mirror.join("newcomer.org/B14.csv"), BODY);
        let index = self.mirror.join("mirror.jsonl");
        let lines = std::fs::read_to_string(&index).expect("the index");
        let line = serde_json::json!({
            "method": "GET", "url": "https://newcomer.org/B14.csv", "body": "newcomer.org/B14.csv",
            "sha256": paso_lake::sha256(BODY.as_bytes()).as_str(), "retrieved": "2026-08-17T10:00:00Z", "last_modified": null,
            "content_type": "text/csv",
        });
        write(&index, &format!("{lines}{line}\n"));
    }
}

#[test]
fn another_publisher_is_one_file_and_a_sample_and_a_new_alias_frees_what_was_quarantined() {
    let bench = bench();
    bench.run(0);
    write(&bench.pipelines.join("sources/newcomer.toml"), SOURCE);
    bench.serve();
    let second = bench.run(0);
    assert_eq!(
        ran(&second),
        [
            "fetch newcomer.foreign_born",
            "normalize newcomer.foreign_born",
            "current newcomer.foreign_born",
            "reference datasets",
            "publish release"
        ]
    );
    let step = |report: &Value| {
        let steps = report["steps"].as_array().expect("steps");
        steps.iter().find(|step| step["stage"] == "normalize" && step["subject"] == "newcomer.foreign_born").expect("the step").clone()
    };
    // A name that nobody declared is never guessed and never dropped.
    assert_eq!(step(&second)["account"]["quarantined"], serde_json::json!({ "unmapped_code": 1 }));
    let text = expect(0, paso(&bench.lake).args(["inspect", "--output", "json"]).arg(quarantine(&bench.lake)));
    assert_eq!(report(&text)[0]["detail"], "`area` holds `Chilli`, which the scheme `name_en` does not know");
    assert_eq!(report(&text)[0]["raw"], "1630812");

    let aliases = bench.pipelines.join("reference/aliases.toml");
    let lines = std::fs::read_to_string(&aliases).expect("the aliases");
    let line = "\"Chilli\" = { area = \"CHL\", note = \"a spelling of the sample\" }";
    write(&aliases, &lines.replace("\n[name_en]\n", &format!("\n[name_en]\n{line}\n")));
    let third = bench.run(0);
    let account = &step(&third)["account"];
    assert_eq!((&account["observations"], &account["quarantined"]), (&4.into(), &serde_json::json!({})));
}

/// The one quarantine file of the dataset.
fn quarantine(lake: &Path) -> PathBuf {
    let folder = lake.join("quarantine/newcomer.foreign_born");
    std::fs::read_dir(folder).expect("a quarantine").next().expect("a file").expect("a file").path()
}

#[test]
fn an_indicator_is_one_file() {
    let bench = bench();
    write(
        &bench.pipelines.join("sources/newcomer.toml"),
        &SOURCE.replace("scheme = \"name_en\"", "codes = { \"Chile\" = \"CHL\", \"Chilli\" = \"CHL\" }"),
    );
    bench.serve();
    bench.run(0);
    write(&bench.pipelines.join("chile/indicators/information/foreign_born.sql"), INDICATOR);
    let second = bench.run(0);
    assert_eq!(ran(&second), ["aggregate foreign_born", "publish release"]);
    let release = second["release"].as_str().expect("a release");
    let csv = std::fs::read_to_string(bench.lake.join("releases").join(release).join("indicators/foreign_born.csv")).expect("a table");
    assert!(csv.contains("CHL,Chile,Chile,2020,2020-12-31,2021-01-01,1486810,A") || csv.contains("1486810"), "{csv}");
    assert_eq!(csv.lines().count(), 5);
}

#[test]
fn a_mistake_in_a_definition_points_at_its_line() {
    let bench = bench();
    for (wrong, message, line) in [
        (SOURCE.replace("complete_for =", "complet_for ="), "unknown field `complet_for`", "newcomer.toml:"),
        (SOURCE.replace("measure = \"migrant_stock\"", "measure = \"migrants\""), "measures.toml does not have", "newcomer.toml:"),
        (SOURCE.replace("scheme = \"name_en\"", "scheme = \"names\""), "no scheme `names`", "newcomer.toml:"),
        (SOURCE.replace("reference_day = \"12-31\"\n", ""), "`migrant_stock` is a stock", "newcomer.toml:"),
        (SOURCE.replace("publisher = \"newcomer\"", "publisher = \"late\""), "the file is called `newcomer.toml`", "newcomer.toml:"),
    ] {
        write(&bench.pipelines.join("sources/newcomer.toml"), &wrong);
        let mut command = paso(&bench.lake);
        command.arg("--pipeline").arg(bench.pipelines.join("chile/pipeline.toml")).arg("status");
        let text = expect_error(2, &mut command);
        let unfolded = text.replace(['\n', '│'], " ");
        let unfolded = unfolded.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unfolded.contains(message) || message.starts_with("no scheme") && unfolded.contains("names the scheme"), "{text}");
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn a_query_sees_only_what_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = folder.path().join("lake");
    paso_tests::run(&lake, &sample_data());
    let rows = query(&lake, "SELECT COUNT(*) AS n, COUNT(DISTINCT dataset) AS datasets FROM observations");
    assert!(rows[0]["datasets"].as_f64().is_some_and(|n| n > 10.0));
    let text = expect_error(2, paso(&lake).args(["query", "SELECT no_such_column FROM observations"]));
    assert!(text.contains("no_such_column"), "{text}");
    let text = expect_error(2, paso(&lake).args(["query", "SELECT 1 FROM countries"]));
    assert!(text.contains("countries"), "{text}");
}
