//! A key of the environment reaches nothing that stays, and changes nothing.

use paso_testkit::sample_data;
use paso_tests::{difference, expect, lasting, paso, sample_lake, tree, workspace};

/// What no answer of the sample repeats.
const KEY: &str = "SECRET-123-xyz";

#[test]
fn the_value_of_a_secret_parameter_is_nowhere_in_the_lake() {
    let definition = std::fs::read_to_string(workspace().join("pipelines/sources/idmc.toml")).expect("a definition");
    assert!(definition.contains("$IDMC_CLIENT_ID"), "the parameter is secret and comes from the environment");
    let folder = tempfile::tempdir().expect("a folder");
    let with = folder.path().join("with");
    expect(0, paso(&with).args(["run", "--quiet", "--mirror"]).arg(sample_data()).env("IDMC_CLIENT_ID", KEY));

    let files = tree(&with, |_| true);
    let named = |start: &str| files.iter().filter(|(path, _)| path.starts_with(start)).count();
    assert!(
        named("archive/") > 0 && named("runs/") > 0 && named("reference/") > 0 && named("releases/") > 0,
        "there is something to look at"
    );
    let holds = |bytes: &[u8]| bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
    let leaks: Vec<&str> = files.iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path.as_str()).collect();
    assert_eq!(leaks, Vec::<&str>::new());
    // What is compressed cannot be looked into this way, but then it would differ.
    assert_eq!(difference(&lasting(&with), &lasting(&sample_lake())), Vec::<String>::new());

    let dataset = "idmc.conflict_displacement";
    for arguments in
        [&["sources", "show", dataset][..], &["sources", "show", dataset, "--output", "json"], &["sources", "--output", "json"]]
    {
        let shown = expect(0, paso(&with).args(arguments).env("IDMC_CLIENT_ID", KEY));
        assert!(shown.contains("idmcdb.org") && !shown.contains(KEY), "{shown}");
    }
}
