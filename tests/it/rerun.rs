//! One source changed: only its path runs.

use paso_testkit::{Endpoint, copy_folder, edit_mirror, sample_data};
use paso_tests::{expect, paso, ran, report, run};

#[test]
fn one_changed_body_runs_its_path_and_the_indicators_that_read_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lake, mirror) = (folder.path().join("lake"), folder.path().join("mirror"));
    copy_folder(&sample_data(), &mirror).expect("a copy");
    let first = run(&lake, &mirror);
    edit_mirror(&mirror, &Endpoint::WORLDBANK_REMITTANCES_RECEIVED.url(1), None, |body| {
        String::from_utf8(body).expect("text").replace("66197477.5911306", "66197478.5911306").into_bytes()
    })
    .expect("an edit");
    let planned = expect(0, paso(&lake).args(["plan", "--output", "json", "--mirror"]).arg(&mirror));
    let second = run(&lake, &mirror);
    let expected = [
        "fetch worldbank.remittances_received",
        "normalize worldbank.remittances_received",
        "current worldbank.remittances_received",
        "aggregate remittances",
        "publish release",
    ];
    assert_eq!(ran(&second), expected);
    assert_ne!(second["release"], first["release"]);
    // The plan said the same before.
    let planned: Vec<String> = report(&planned)
        .as_array()
        .expect("steps")
        .iter()
        .filter(|step| step["action"] == "run")
        .map(|step| format!("{} {}", step["stage"].as_str().unwrap_or_default(), step["subject"].as_str().unwrap_or_default()))
        .collect();
    let sorted = |mut steps: Vec<String>| {
        steps.sort();
        steps
    };
    assert_eq!(sorted(planned), sorted(ran(&second)));
}

#[test]
fn a_title_changes_no_table_but_the_one_that_shows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lake, pipelines) = (folder.path().join("lake"), folder.path().join("pipelines"));
    copy_folder(&paso_tests::workspace().join("pipelines"), &pipelines).expect("a copy");
    let run = || {
        let mut command = paso(&lake);
        command
            .arg("--pipeline")
            .arg(pipelines.join("chile/pipeline.toml"))
            .args(["run", "--output", "json", "--mirror"])
            .arg(sample_data());
        report(&expect(0, &mut command))
    };
    run();
    let source = pipelines.join("sources/sermig.toml");
    let text = std::fs::read_to_string(&source).expect("a definition");
    paso_lake::file::write_atomic(&source, |writer| {
        writer.write_all(text.replace("Applications for permanent residence decided, by nationality", "Another title").as_bytes())
    })
    .expect("an edit");
    assert_eq!(ran(&run()), ["reference datasets", "publish release"]);
}
