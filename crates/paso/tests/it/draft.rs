//! A definition drafted from a sample, refused as it is, and finished.

use std::path::Path;

use paso_archive::mirror::{Served, Writer};
use paso_lake::file;

use crate::{output, paso, workspace};

const URL: &str = "https://example.org/estimacion-2022.csv";
const BODY: &str = "AÑO;PAÍS;SEXO;ESTIMACIÓN\n2022;Total;Total;1.625.074\n2022;Total;Hombres;826.071\n2022;Total;Mujeres;799.003\n\
                    2022;Venezuela;Total;532.715\n2022;Perú;Total;250.908\n";

/// A mirror that has the body, and a pipeline without indicators to which a source can be added.
fn place(folder: &Path) -> (String, String) {
    let mirror = folder.join("mirror");
    let mut writer = Writer::new(&mirror);
    let retrieved = "2026-01-15T12:00:00Z".parse().expect("a time");
    let served = Served { retrieved, last_modified: None, content_type: None };
    writer.add(&URL.parse().expect("a URL"), BODY.as_bytes(), served).expect("a body");
    writer.finish().expect("a mirror");
    file::create_folders(&folder.join("sources")).expect("a folder");
    file::create_folders(&folder.join("indicators")).expect("a folder");
    for entry in std::fs::read_dir(workspace().join("pipelines/sources")).expect("the sources") {
        let entry = entry.expect("a file");
        file::copy_atomic(&entry.path(), &folder.join("sources").join(entry.file_name())).expect("a copy");
    }
    let reference = workspace().join("pipelines/reference").canonicalize().expect("the reference data");
    let text = std::fs::read_to_string(workspace().join("pipelines/chile/pipeline.toml")).expect("a pipeline");
    let text = text.replace("\"../sources\"", "\"sources\"").replace("\"../reference\"", &format!("{:?}", reference.display().to_string()));
    let pipeline = folder.join("pipeline.toml");
    file::write_atomic(&pipeline, |writer| writer.write_all(text.as_bytes())).expect("a file");
    (mirror.display().to_string(), pipeline.display().to_string())
}

#[test]
fn a_draft_is_refused_until_a_person_has_decided() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mirror, pipeline) = place(folder.path());
    let run = |arguments: &[&str]| {
        let out = paso().args(["--pipeline", &pipeline, "--mirror", &mirror]).args(arguments).output().expect("an output");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (out.status.code(), text(&out.stdout), text(&out.stderr))
    };
    let (status, draft, errors) = run(&["sources", "new", URL, "--publisher", "example", "--dataset", "foreign_residents"]);
    assert_eq!((status, errors.as_str()), (Some(0), ""), "{draft}");
    insta::assert_snapshot!("draft", draft);
    let path = folder.path().join("sources/example.toml");
    let write = |text: &str| file::write_atomic(&path, |writer| writer.write_all(text.as_bytes())).expect("a file");
    write(&draft);
    let (status, _, errors) = run(&["sources", "check", "example"]);
    assert_eq!(status, Some(2));
    assert!(errors.contains("`title.en` is not decided, and so are 18 other keys"), "{errors}");
    assert!(errors.contains("3 │ title = { en = \"?\", es = \"?\" }"), "{errors}");
    let decided = [
        ("source_type = \"?\"", "source_type = \"register\""),
        ("basis = \"?\"", "basis = \"mixed\""),
        ("# reference_day", "reference_day"),
        ("upstream = [\"?\"]", "upstream = []"),
        ("complete_for = \"?\"", "complete_for = \"everything\""),
        ("ref_area = { code = \"?\" }", "ref_area = { code = \"CHL\" }"),
        ("\"? PAÍS\" =", "origin ="),
        ("\"Total\" = \"?\"", "\"Total\" = \"W\""),
        ("measure = \"?\"", "measure = \"migrant_stock\""),
    ];
    let almost = decided.iter().fold(draft, |text, (open, decision)| text.replace(open, decision));
    let texts = [("en = \"?\", es = \"?\"", "en = \"Example\", es = \"Ejemplo\""), ("id = \"?\"", "id = \"none-declared\"")];
    let texts = texts.iter().fold(almost, |text, (open, decision)| text.replace(open, decision));
    write(&texts);
    let (status, _, errors) = run(&["sources", "check", "example"]);
    assert_eq!(status, Some(2));
    assert!(errors.contains("`homepage` is not decided, and so is 1 other key\n"), "{errors}");
    write(&texts.replace("= \"?\"", "= \"https://example.org/\""));
    let (status, rows, errors) = run(&["sources", "check", "example", "--output", "csv"]);
    assert_eq!((status, errors.as_str()), (Some(0), ""), "{rows}");
    assert!(rows.ends_with("\nexample.foreign_residents,holds,5,5,0,0,0 of 0\n"), "{rows}");
}

#[test]
fn a_sample_that_is_not_there_says_where_it_was_looked_for() {
    let mut told = String::new();
    for arguments in [
        ["sources", "new", "nothing.csv", "--publisher", "example"],
        ["sources", "new", "https://example.org/nothing.csv", "--mirror", "sample-data"],
        ["sources", "new", "https://user@example.org/", "--mirror", "sample-data"],
        ["sources", "new", "README.md", "--output", "json"],
    ] {
        let (status, stdout, stderr) = output(&arguments);
        told += &["$ paso ", &arguments.join(" "), "\nstatus ", &status.to_string(), "\n", &stdout, &stderr, "\n"].concat();
    }
    insta::assert_snapshot!("draft_mistakes", told);
}
