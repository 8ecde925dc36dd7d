//! Events in a release: a key that their rows satisfy, and those of every edition that holds.

use std::collections::BTreeSet;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use paso_lake::{file::write_atomic, parquet, sha256};
use paso_testkit::{copy_folder, sample_data};
use paso_tests::{expect, paso, query, report, workspace};

/// Incidents of 2020, and an edition that had 2019 and another figure of 2020.
const SOURCE: &str = r#"
publisher = "newcomer"
title = { en = "Newcomer", es = "Recién llegado" }
homepage = "https://newcomer.org/"
[licence]
id = "none-declared"
redistribute = true
url = "https://newcomer.org/"
attribution = { en = "Newcomer", es = "Recién llegado" }

[dataset.incidents]
title = { en = "Incidents", es = "Incidentes" }
[dataset.incidents.concept]
source_type = "register"
basis = "_Z"
coverage = { en = "c", es = "c" }
upstream = []
comparable = { en = "c", es = "c" }
[dataset.incidents.request]
url = "https://newcomer.org/2025.csv"
[dataset.incidents.decode.csv]
[dataset.incidents.observe]
complete_for = ["period"]
vintage = { date = "2025-01-01" }
period = { column = "year", forms = ["year"] }
[dataset.incidents.observe.event]
kind = "incident"
id = ["id"]
tabulate = [{ by = ["ref_area"] }]
[dataset.incidents.observe.dimensions]
ref_area = { column = "area", scheme = "iso3" }
[[dataset.incidents.observe.values]]
column = "lost"
measure = "dead_and_missing_migrants"
[dataset.incidents.edition.first.request]
url = "https://newcomer.org/2024.csv"
[dataset.incidents.edition.first.observe]
vintage = { date = "2024-01-01" }
"#;

const BODIES: [(&str, &str); 2] =
    [("2024.csv", "id,area,year,lost\na,CHL,2019,3\nb,CHL,2020,1\n"), ("2025.csv", "id,area,year,lost\nb,CHL,2020,4\n")];

#[test]
fn released_events_satisfy_their_key_and_are_those_of_every_edition_that_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let [lake, pipelines, mirror] = ["lake", "pipelines", "mirror"].map(|name| folder.path().join(name));
    copy_folder(&workspace().join("pipelines"), &pipelines).expect("a copy");
    copy_folder(&sample_data(), &mirror).expect("a copy");
    let write = |path: &str, text: &str| {
        write_atomic(&folder.path().join(path), |writer| writer.write_all(text.as_bytes())).expect("a file");
    };
    write("pipelines/sources/newcomer.toml", SOURCE);
    let mut index = std::fs::read_to_string(mirror.join("mirror.jsonl")).expect("the index");
    for (name, body) in BODIES {
        write(&format!("mirror/newcomer.org/{name}"), body);
        let line = serde_json::json!({
            "method": "GET", "url": format!("https://newcomer.org/{name}"), "body": format!("newcomer.org/{name}"),
            "sha256": sha256(body.as_bytes()).as_str(), "retrieved": "2026-08-17T10:00:00Z", "last_modified": null,
            "content_type": "text/csv",
        });
        index = format!("{index}{line}\n");
    }
    write("mirror/mirror.jsonl", &index);
    let pipeline = pipelines.join("chile/pipeline.toml");
    let run = || {
        let mut command = paso(&lake);
        command.arg("--pipeline").arg(&pipeline);
        report(&expect(0, command.args(["run", "--output", "json", "--mirror"]).arg(&mirror)))
    };
    let first = run();
    let release = lake.join("releases").join(first["release"].as_str().expect("a release"));

    let package: serde_json::Value =
        serde_json::from_slice(&std::fs::read(release.join("datapackage.json")).expect("a file")).expect("JSON");
    let mut tables = Vec::new();
    for resource in package["resources"].as_array().expect("resources") {
        let path = resource["path"].as_str().expect("a path");
        if !path.starts_with("events/") {
            continue;
        }
        let key: Vec<&str> = resource["schema"]["primaryKey"].as_array().expect("a key").iter().filter_map(|name| name.as_str()).collect();
        let (mut rows, mut keys) = (0, BTreeSet::new());
        for batch in parquet::read(&release.join(path)).expect("a file") {
            let batch = batch.expect("a batch");
            let columns = key.iter().map(|name| batch.column_by_name(name).expect("a column of the key"));
            let options = FormatOptions::default();
            let columns: Vec<_> = columns.map(|column| ArrayFormatter::try_new(column, &options).expect("texts")).collect();
            rows += batch.num_rows();
            keys.extend((0..batch.num_rows()).map(|row| columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>()));
        }
        assert_eq!(keys.len(), rows, "{path} has two rows of one key");
        tables.push((path.to_owned(), rows));
    }
    assert!(tables.len() >= 5, "{tables:?}");
    assert!(tables.contains(&("events/newcomer.incidents.parquet".to_owned(), 2)), "{tables:?}");

    let sql = |view: &str| format!("SELECT period, value FROM {view} WHERE dataset = 'newcomer.incidents' ORDER BY period");
    let look = |view: &str, more: &[&str]| {
        let mut command = paso(&lake);
        command.arg("--pipeline").arg(&pipeline).args(["query", "--output", "csv"]).args(more).arg(sql(view));
        expect(0, &mut command)
    };
    assert_eq!(look("events", &[]), "period,value\n2019,3\n2020,4\n");
    assert_eq!(look("events", &[]), look("observations", &[]));
    assert_eq!(look("events", &["--as-of", "2024-06-30"]), "period,value\n2019,3\n2020,1\n");
    // Joined events that were taken away are made again.
    let joined: Vec<_> = std::fs::read_dir(lake.join("events/newcomer.incidents")).expect("a folder").filter_map(Result::ok).collect();
    assert_eq!(joined.len(), 3);
    for file in joined {
        std::fs::remove_file(file.path()).expect("a file less");
    }
    run();
    assert_eq!(look("events", &[]), "period,value\n2019,3\n2020,4\n");
    assert!(query(&lake, "SELECT event FROM events WHERE sex = 'F' AND dataset = 'missing_migrants.incidents'").len() > 10);
}
