//! `paso decode`: messages in, flat tables out, whatever the form and wherever they go.

use std::fmt::Write as _;
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use crate::output;

/// A message of two data sets with different dimensions.
pub(crate) const COLLECTION: &str = r#"{"version":"2.0","class":"collection","link":{"item":[
{"class":"dataset","id":["geo"],"size":[2],"dimension":{"geo":{"category":{"index":["AT","BE"]}}},"value":[1.50,2],"status":{"0":"p"}},
{"class":"dataset","id":["geo","sex"],"size":[1,2],"dimension":{"geo":{"category":{"index":["CL"]}},"sex":{"category":{"index":["F","M"]}}},"value":[3,4]}]}}"#;

/// A title twice, a field that must be quoted, two rows of other lengths.
pub(crate) const RAGGED: &str = "year,Total,Total,#row\n2020,\"x, \"\"y\"\"\",,é\n2021,,z,\n2022\n2023,5,6,7,8\n2024,1,1,1\n";

/// A structure message with one structure.
const STRUCTURE: &str = r#"<Structure><Structures><DataStructures><DataStructure id="D" agencyID="A" version="1.0"><DataStructureComponents>
<DimensionList><Dimension id="FREQ"/><Dimension id="REF_AREA"/><TimeDimension/></DimensionList><MeasureList><PrimaryMeasure/></MeasureList>
</DataStructureComponents></DataStructure></DataStructures></Structures></Structure>"#;

/// A workbook of eight sheets.
pub(crate) const WORKBOOK: &str = "sample-data/www.un.org/development/desa/pd/sites/www.un.org.development.desa.pd/files/\
    undesa_pd_2020_ims_stock_by_sex_and_destination.xlsx";

/// An archive of three data files.
pub(crate) const BULK_DOWNLOAD: &str = "sample-data/api.worldbank.org/v2/en/country/all/indicator/SP.POP-1d74d9e1.TOTL";

pub(crate) struct Folder(pub(crate) tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn with(&self, name: &str, body: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        paso_lake::file::write_atomic(&path, |writer| writer.write_all(body.as_ref())).expect("a file");
        path.display().to_string()
    }
}

fn decode(arguments: &[&str]) -> String {
    let (status, stdout, stderr) = output(&[&["decode"], arguments].concat());
    assert_eq!((status, stderr.as_str()), (0, ""), "{arguments:?}");
    stdout
}

fn piped(body: &[u8], arguments: &[&str]) -> Vec<u8> {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_paso"));
    let mut child = command.arg("decode").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process");
    child.stdin.take().expect("a pipe").write_all(body).expect("a write");
    let out = child.wait_with_output().expect("an end");
    assert_eq!(out.status.code(), Some(0));
    out.stdout
}

fn parquet_rows(path: &Path) -> serde_json::Value {
    let (_, json, _) = output(&["inspect", "--output", "json", "--rows", "1000000", &path.display().to_string()]);
    serde_json::from_str(&json).expect("JSON")
}

#[test]
fn parts_with_different_columns_become_one_table() {
    let folder = Folder::new();
    let message = folder.with("collection.json", COLLECTION);
    let rows = "#part,#row,geo,OBS_VALUE,attr:status,sex\n/link/item/0,1,AT,1.50,p,\n/link/item/0,2,BE,2,,\n/link/item/1,1,CL,3,,F\n/link/item/1,2,CL,4,,M\n";
    assert_eq!(decode(&[&message, "--rows"]), rows);
    let to = folder.path("table.csv");
    assert_eq!(decode(&[&message, "--rows", "--to", &to.display().to_string()]), "");
    assert_eq!(fs::read_to_string(&to).expect("a file"), rows);
    let lines = decode(&[&message, "--output", "json"]);
    assert_eq!(lines.lines().next(), Some(r#"{"geo":"AT","OBS_VALUE":"1.50","attr:status":"p","sex":null}"#));
    assert_eq!(lines.lines().last(), Some(r#"{"geo":"CL","OBS_VALUE":"4","attr:status":null,"sex":"M"}"#));
    let to = folder.path("table.parquet");
    decode(&[&message, "--output", "parquet", "--to", &to.display().to_string()]);
    let expected: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(parquet_rows(&to), serde_json::Value::from(expected));
}

#[test]
fn rows_of_other_lengths_are_left_out_and_told() {
    let folder = Folder::new();
    let (message, to) = (folder.with("ragged.csv", RAGGED), folder.path("table.csv"));
    let (status, stdout, stderr) = output(&["decode", &message, "--rows", "--to", &to.display().to_string()]);
    assert_eq!((status, stdout.as_str()), (1, ""));
    insta::assert_snapshot!("ragged_rows", stderr);
    let table = fs::read_to_string(&to).expect("the rows that fit");
    assert_eq!(table, "#part,#row,year,Total,Total (2),#row (2)\n,2,2020,\"x, \"\"y\"\"\",,é\n,3,2021,,z,\n,6,2024,1,1,1\n");
}

#[test]
fn a_row_of_one_empty_cell_is_still_a_row() {
    let folder = Folder::new();
    let message = folder.with("names.csv", "name\nA\n\"\"\nB\n");
    assert_eq!(decode(&[&message]), "name\nA\n\"\"\nB\n");
}

#[test]
fn standard_input_is_read_like_a_file() {
    let folder = Folder::new();
    let message = folder.with("collection.json", COLLECTION);
    for form in ["csv", "json", "parquet"] {
        let from_pipe = piped(COLLECTION.as_bytes(), &["--output", form]);
        let to = folder.path("table");
        decode(&[&message, "--output", form, "--to", &to.display().to_string()]);
        assert!(from_pipe == fs::read(&to).expect("a file"), "{form}");
        assert!(piped(COLLECTION.as_bytes(), &["-", "--output", form]) == from_pipe, "{form}");
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let folder = Folder::new();
    let mut body = String::from("DATAFLOW,REF_AREA,TIME_PERIOD,OBS_VALUE,COMMENT\n");
    for row in 0..250_000_u32 {
        let comment = if row % 7 == 0 { "\"estimated, \nprovisional\"" } else { "" };
        writeln!(body, "IOM:FLOWS(1.0),C{:03},{},{}.5,{comment}", row * 31 % 250, 1990 + row % 35, row).unwrap();
    }
    let message = folder.with("flows.csv", body);
    for form in ["csv", "json", "parquet"] {
        let [one, three] = ["1", "3"].map(|threads| {
            let to = folder.path(threads);
            decode(&[&message, "--rows", "--output", form, "--threads", threads, "--to", &to.display().to_string()]);
            fs::read(&to).expect("a file")
        });
        assert!(one.len() > 100_000 && one == three, "{form}");
    }
}

#[test]
fn a_file_is_replaced_only_by_a_whole_table() {
    let folder = Folder::new();
    let to = folder.with("table.csv", "old\n");
    let broken = folder.with("broken.json", &COLLECTION[..COLLECTION.len() - 3]);
    let (status, _, stderr) = output(&["decode", &broken, "--to", &to, "--log", "json"]);
    assert_eq!(status, 1);
    let entry: serde_json::Value = serde_json::from_str(&stderr).expect("one entry");
    assert_eq!((&entry["level"], &entry["fields"]["kind"]), (&"ERROR".into(), &"truncated".into()), "{entry}");
    assert_eq!(fs::read_to_string(&to).expect("a file"), "old\n");
    let whole = folder.with("whole.json", COLLECTION);
    decode(&[&whole, "--to", &to]);
    assert!(fs::read_to_string(&to).expect("a file").starts_with("geo,"));
    assert_eq!(fs::read_dir(folder.0.path()).expect("a folder").count(), 3, "nothing else is left behind");
}

#[test]
fn mistakes_of_decode_say_what_to_do() {
    let folder = Folder::new();
    let csv = folder.with("table.csv", "a,b\n1,2\n3,4\n");
    let page = folder.with("page.html", "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>");
    let empty = folder.with("empty.csv", "");
    let header = folder.with("header.csv", "a,b\n");
    let cube = folder.with("collection.json", COLLECTION);
    let eurostat = folder.with("estat.tsv", "freq,geo\\TIME_PERIOD\t2020 \nA,AT\t7b\n");
    let flows = folder.with("flows.csv", "DATAFLOW,FREQ,SEX,TIME_PERIOD,OBS_VALUE\nA:B(1.0),A,F,2020,1\n");
    let structure = folder.with("structure.xml", STRUCTURE);
    let xml = folder.with("data.xml", "<?xml version=\"1.0\"?><message:GenericData xmlns:message=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message\"><x/></message:GenericData>");
    let other_xml = folder.with("other.xml", "<a><b>1</b></a>");
    let archive = folder.with("empty.zip", [&b"PK\x05\x06"[..], &[0; 18]].concat());
    for (name, arguments) in [
        ("decode_no_such_file", vec!["nothing.csv"]),
        ("decode_as_table", vec![&*csv, "--output", "table"]),
        ("decode_as_other_format", vec![&*csv, "--format", "json"]),
        ("decode_unknown_format", vec![&*csv, "--format", "sdmx"]),
        ("decode_no_structure", vec![&*csv, "--dsd", &*csv]),
        ("decode_page", vec![&*page]),
        ("decode_sdmx_ml", vec![&*xml]),
        ("decode_xml", vec![&*other_xml]),
        ("decode_not_in_this_format", vec![&*csv, "--format", "sdmx-csv"]),
        ("decode_empty_archive", vec![&*archive]),
        ("decode_empty", vec![&*empty]),
        ("decode_header_only", vec![&*header]),
        ("decode_member_of_no_archive", vec![&*csv, "--member", "Sheet 1"]),
        ("decode_structure_of_no_sdmx", vec![&*cube, "--dsd", &*structure]),
        ("decode_structure_of_other_data", vec![&*flows, "--dsd", &*structure]),
        ("decode_names_of_no_codes", vec![&*eurostat, "--labels", "both"]),
        ("decode_members_to_choose", vec![BULK_DOWNLOAD]),
        ("decode_explains_a_failure", vec![&*page, "--explain"]),
    ] {
        let (status, stdout, stderr) = output(&[&["decode"], &arguments[..]].concat());
        let told = format!("status {status}\n{stdout}{stderr}").replace(&folder.0.path().display().to_string(), "[folder]");
        insta::assert_snapshot!(name, told);
    }
    let (status, _, stderr) = output(&["decode", "--output", "table", &csv]);
    assert!(status == 2 && stderr.contains("[possible values: csv, parquet, json]"), "{stderr}");
    assert_eq!(output(&["--output", "json", "decode", &csv]).1, "{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"3\",\"b\":\"4\"}\n");
}

#[test]
fn the_ending_of_a_file_says_its_form() {
    let folder = Folder::new();
    let csv = folder.with("table.csv", "a,b\n1,2\n");
    let to = |name: &str| folder.path(name).display().to_string();
    decode(&[&csv, "--to", &to("t.parquet")]);
    assert!(fs::read(folder.path("t.parquet")).unwrap().starts_with(b"PAR1"));
    decode(&[&csv, "--to", &to("t.ndjson")]);
    assert_eq!(fs::read_to_string(folder.path("t.ndjson")).unwrap(), "{\"a\":\"1\",\"b\":\"2\"}\n");
    decode(&[&csv, "--to", &to("t.txt")]);
    assert_eq!(fs::read_to_string(folder.path("t.txt")).unwrap(), "a,b\n1,2\n");
    assert_eq!(decode(&[&csv, "--to", "-"]), "a,b\n1,2\n");
    let (status, _, stderr) = output(&["decode", &csv, "--to", &to("nowhere/t.csv")]);
    assert!(status == 2 && stderr.contains("--to: there is no folder") && !folder.path("nowhere").exists(), "{stderr}");
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_written_to_and_not_replaced() {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
    let folder = Folder::new();
    let csv = folder.with("table.csv", "a,b\n1,2\n");
    let private = folder.with("private.csv", "old");
    fs::set_permissions(&private, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&private, folder.path("link.csv")).unwrap();
    decode(&[&csv, "--to", &folder.path("link.csv").display().to_string()]);
    assert!(fs::symlink_metadata(folder.path("link.csv")).unwrap().is_symlink(), "a link stays one");
    assert_eq!(fs::read_to_string(&private).unwrap(), "a,b\n1,2\n");
    assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o640);
    decode(&[&csv, "--to", "/dev/null"]);
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[test]
fn ragged_rows_are_explained_by_their_format() {
    let folder = Folder::new();
    let told = |name: &str, body: &str| {
        let (status, _, stderr) = output(&["decode", &folder.with(name, body)]);
        assert_eq!(status, 1, "{stderr}");
        stderr
    };
    let json = told("rows.json", r#"{"columns":[{"name":"a"},{"name":"b"}],"rows":[[1,2],[3,4],[5]]}"#);
    assert!(json.contains("row 3: 1 instead of 2 fields") && json.contains("as many values as there are columns"), "{json}");
    let tsv = told("table.tsv", "geo\\TIME_PERIOD\t2022 \t2023 \nAT\t1 \t2 \nBE\t1 \n");
    assert!(tsv.contains("line 3: 2 instead of 3 fields") && tsv.contains("a tab"), "{tsv}");
    let csv = told("table.csv", "a,b\n1,2\n1,2\n1,2\n3\n");
    assert!(csv.contains("an unquoted delimiter or quote is the usual reason"), "{csv}");
}

#[test]
fn a_workbook_of_many_sheets_says_which_ones_are_not_read() {
    let (status, _, stderr) = output(&["decode", WORKBOOK]);
    assert_eq!(status, 0);
    assert!(stderr.contains("only the first sheet is read, and not \"Table 1\", \"Table 2\""), "{stderr}");
    let (status, _, stderr) = output(&["decode", WORKBOOK, "--member", "Table of contents"]);
    assert_eq!((status, stderr.as_str()), (0, ""));
}
