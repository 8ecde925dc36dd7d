//! A definition drafted from a sample, refused as it is, and finished.

use std::path::Path;

use paso_archive::mirror::{Served, Writer};
use paso_lake::file;

use crate::{output, paso, workbook::workbook, workspace};

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
    assert!(errors.contains("`title.en` is not decided, and so are 21 other keys"), "{errors}");
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
        ("redistribute = \"?\"", "redistribute = true"),
        ("pause_ms = \"?\"", "pause_ms = 1000"),
        ("months = \"?\"", "months = 12"),
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

/// The draft of a body in a file.
fn drafted(name: &str, body: &[u8], arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    file::write_atomic(&path, |writer| writer.write_all(body)).expect("a file");
    let path = path.display().to_string();
    let (status, draft, errors) = output(&[&["sources", "new", &path], arguments].concat());
    assert_eq!((status, errors.as_str()), (0, ""), "{draft}");
    // What stands above the table `decode` is the same for all.
    let from = draft.find("\n# Who is counted").expect("a concept");
    assert!(toml::from_str::<toml::Table>(&draft).is_ok(), "{draft}");
    draft[from..].replace(&path, name)
}

/// What a draft says from a table on.
fn part<'d>(draft: &'d str, from: &str) -> &'d str {
    &draft[draft.find(from).unwrap_or_else(|| panic!("{from} is not in {draft}"))..]
}

#[test]
fn a_mark_before_three_digits_throughout_is_for_a_person_to_decide() {
    let body = "TIME,GEO,CITIZEN,Value,Flag and Footnotes\n2012,Spain,Total,\"223,000\",\n2012,Poland,Total,\"29,740\",\n\
                2012,Greece,Total,\"9,415\",\n2012,Malta,Total,220,\n2012,Chile,Total,:,\n";
    let draft = drafted("data.csv", body.as_bytes(), &["--dataset", "refused"]);
    insta::assert_snapshot!("draft_doubtful_mark", part(&draft, "[dataset.refused.observe.cells]"));
}

#[test]
fn flags_status_and_powers_of_ten_are_not_left_out() {
    let sdmx = "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS,UNIT_MEASURE,UNIT_MULT,DECIMALS\n\
                X:Y(1.0),A,CHL,_T,2020,1.5,A,F,PS,3,1\nX:Y(1.0),A,CHL,F,2020,0.7,E,C,PS,3,1\nX:Y(1.0),A,PER,_T,2020,0.2,new,F,PS,3,1\n";
    let draft = drafted("data.csv", sdmx.as_bytes(), &["--dataset", "stock"]);
    insta::assert_snapshot!("draft_sdmx_attributes", part(&draft, "[dataset.stock.observe]"));
    let tsv = "freq,unit,geo\\TIME_PERIOD\t2019 \t2020 \t2021 \nA,NR,CL\t100 e\t101 bp\t: c\nA,NR,PE\t7 \t8 \t9 \n";
    let draft = drafted("data.tsv", tsv.as_bytes(), &["--dataset", "stock"]);
    insta::assert_snapshot!("draft_eurostat_flags", part(&draft, "[dataset.stock.observe]"));
    let json = r#"{"version":"2.0","class":"dataset","id":["geo","time"],"size":[2,2],"value":[1,2,3,4],"status":{"0":"p","3":"e"},
        "dimension":{"geo":{"category":{"index":["CL","PE"]}},"time":{"category":{"index":["2020","2021"]}}}}"#;
    let draft = drafted("data.json", json.as_bytes(), &["--dataset", "stock"]);
    assert!(draft.contains("flags = { column = \"status\", list = \"?\", separator = \"\" }"), "{draft}");
    assert!(draft.contains("the publisher's flags e, p: all are in eurostat"), "{draft}");
}

/// A workbook with a table of contents, a table with titles in two rows, and notes.
fn book() -> Vec<u8> {
    workbook(&[
        ("Contents", &[(2, &["", "Migrants"]), (4, &["Table", "Title"]), (5, &["Table 1", "Stock"]), (6, &["Table 2", "Share"])]),
        (
            "Table 1",
            &[
                (2, &["", "", "", "International migrant stock"]),
                (4, &["", "", "", "", "Both sexes", "", "Female"]),
                (7, &["", "Region, country or area", "Location code", "Type of data", "1990", "2020", "1990", "2020"]),
                (8, &["1", "WORLD", "900", "", "152986157", "280598105", "75422690", "134942261"]),
                (9, &["2", "Chile", "152", "B", "105070", "1645015", "53070", "845015"]),
                (10, &["3", "Peru", "604", "B", "56000", "1224519", "..", "588000"]),
            ],
        ),
        ("Notes", &[(1, &["Note", "Text"]), (2, &["1", "Including Easter Island"]), (3, &["2", "Estimates"])]),
    ])
}

#[test]
fn the_sheet_with_the_numbers_is_read_with_its_titles_in_two_rows() {
    let draft = drafted("book.xlsx", &book(), &["--dataset", "stock"]);
    insta::assert_snapshot!("draft_two_header_rows", part(&draft, "# sheet"));
    let asked = drafted("book.xlsx", &book(), &["--dataset", "stock", "--member", "Notes"]);
    assert!(asked.contains("\nsheet = \"Notes\"\nheader_rows = [1]\n"), "{asked}");
}

#[test]
fn a_sheet_without_a_header_that_is_found_is_drafted_all_the_same() {
    let body = workbook(&[("Cuadro", &[(2, &["", "Residencias"]), (4, &["", "Chile", "", "12"]), (5, &["", "Perú"])])]);
    let draft = drafted("book.xlsx", &body, &["--dataset", "stock"]);
    insta::assert_snapshot!("draft_no_header", part(&draft, "# The header was"));
    // `sources check` refuses a key whose value is the mark, whatever the key is of.
    let decided: toml::Table = toml::from_str(&draft).expect("TOML");
    assert_eq!(decided["dataset"]["stock"]["decode"]["xlsx"]["header_rows"].as_str(), Some("?"));
}

#[test]
fn a_matrix_of_areas_is_made_long() {
    let body = "sender,Argentina,Bolivia,Chile,Peru,Uruguay,World\nArgentina,0,1,2,3,4,10\nChile,5,6,0,7,8,26\nPeru,1,1,1,0,1,4\n";
    let draft = drafted("matrix.csv", body.as_bytes(), &["--dataset", "remittances"]);
    insta::assert_snapshot!("draft_matrix_of_areas", part(&draft, "# The titles of"));
}

#[test]
fn regions_years_with_months_and_empty_columns_are_told() {
    let body = "CODREGEO;PAIS;SEXO;ANIO_TRAMITE;MES_TRAMITE;CANTIDAD;IRREGULAR\n1;Perú;H;2024;ENERO;12;-\n7;Bolivia;M;2024;FEBRERO;1300;-\n\
                13;Chile;H;2025;MARZO;7;-\n";
    let draft = drafted("data.csv", body.as_bytes(), &["--dataset", "permits"]);
    insta::assert_snapshot!("draft_regions_and_months", part(&draft, "[dataset.permits.observe]"));
}

/// Deaths during migration: the country of the incident goes before the group in which it is counted.
#[test]
fn a_country_goes_before_its_group() {
    let body = "unsd_geographic_grouping,country_of_incident,year,dead\nNorthern Africa,Libya,2023,4\nSouth America,Chile,2023,1\nSouth America,Peru,2024,2\n";
    let draft = drafted("incidents.csv", body.as_bytes(), &["--dataset", "incidents"]);
    assert!(draft.contains("\nref_area = { column = \"country_of_incident\", scheme = \"name_en\" }"), "{draft}");
}

#[test]
fn a_body_without_numbers_is_said_to_be_none_of_figures() {
    let (status, draft, errors) = output(&["sources", "new", "README.md", "--format", "csv"]);
    assert_eq!((status, errors.as_str()), (0, ""), "{draft}");
    assert!(draft.contains("\n# No column of it holds numbers: "), "{draft}");
}

#[test]
fn ids_are_checked_before_anything_is_drafted() {
    let mut told = String::new();
    for arguments in [
        ["sources", "new", "README.md", "--publisher", "Bad ID", "--dataset", "x"],
        ["sources", "new", "README.md", "--publisher", "example", "--dataset", "A-1"],
        ["sources", "new", "README.md", "--publisher", "unhcr", "--dataset", "population"],
    ] {
        let (status, stdout, stderr) = output(&arguments);
        told += &["$ paso ", &arguments.join(" "), "\nstatus ", &status.to_string(), "\n", &stdout, &stderr, "\n"].concat();
    }
    insta::assert_snapshot!("draft_ids", told);
}
