//! What names and codes of areas mean.

use crate::{output, paso, workspace};

fn rows(arguments: &[&str]) -> Vec<serde_json::Value> {
    let (_, text, _) = output(arguments);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    value.as_array().expect("a list").clone()
}

#[test]
fn answers_are_explained() {
    for (name, arguments) in [
        ("areas_name", vec!["resolve", "Corea del Sur"]),
        ("areas_two_meanings", vec!["resolve", "ARE"]),
        ("areas_groups_and_special", vec!["resolve", "Mercosur", "_S", "_U", "_V", "--as-of", "2015-01-01"]),
        ("areas_unknown", vec!["resolve", "Corea del Sud"]),
        ("areas_unknown_to_scheme", vec!["resolve", "--scheme", "sermig", "KOR", "Chile"]),
        ("areas_no_such_scheme", vec!["resolve", "--scheme", "sermiq", "Chile"]),
        ("areas_show_group", vec!["show", "MERCOSUR"]),
        ("areas_show_former", vec!["show", "CSHH"]),
        ("areas_show_unknown", vec!["show", "Corea"]),
        ("areas_list_no_group", vec!["list", "--group", "CHL"]),
        ("areas_list_group_csv", vec!["list", "--group", "MERCOSUR", "--as-of", "2015-01-01", "--output", "csv"]),
    ] {
        let arguments: Vec<&str> = std::iter::once("areas").chain(arguments).collect();
        let (status, stdout, stderr) = output(&arguments);
        // Lines move when somebody adds an alias.
        let text = without_lines(&format!("status {status}\n{stdout}{stderr}"));
        insta::assert_snapshot!(name, text);
    }
}

/// The text with `:…` for every number of a line.
fn without_lines(text: &str) -> String {
    let mut parts = text.split("reference/");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let shown = match part.split_once(':') {
            Some((file, rest)) if !file.contains(char::is_whitespace) => {
                format!("{file}:…{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()))
            }
            _ => part.to_owned(),
        };
        out = format!("{out}reference/{shown}");
    }
    out
}

#[test]
fn the_line_of_an_answer_is_the_line_of_the_file() {
    for text in ["Corea del Sur", "Inglaterra", "CHL", "Anonimizada"] {
        let found = rows(&["areas", "resolve", text, "--output", "json"]);
        let answer = &found[0]["meanings"][0]["answers"][0];
        let file = workspace().join("pipelines").join(answer["file"].as_str().expect("a file"));
        let lines = std::fs::read_to_string(file).expect("a file");
        let line = lines.lines().nth(usize::try_from(answer["line"].as_u64().expect("a line") - 1).expect("a number")).expect("a line");
        assert!(line.contains(text), "{line}");
    }
}

#[test]
fn what_is_unknown_has_suggestions_and_no_meaning() {
    let found = rows(&["areas", "resolve", "Chilli", "--output", "json"]);
    assert_eq!((&found[0]["known"], &found[0]["meanings"]), (&false.into(), &serde_json::json!([])));
    assert_eq!(found[0]["suggestions_not_used"][0]["id"], "CHL");
    let (status, csv, errors) = output(&["areas", "resolve", "Chilli", "Chile", "--scheme", "name_es", "--output", "csv"]);
    assert_eq!(status, 1);
    assert!(
        csv.contains("\nChilli,no,,,,") && csv.contains("\nChile,yes,CHL,country,Chile,Chile,name_es,paso,,reference/areas.csv,"),
        "{csv}"
    );
    assert!(errors.contains("1 of 2 texts are unknown to the scheme `name_es`") && errors.contains("aliases.toml"), "{errors}");
}

#[test]
fn members_are_those_of_the_day() {
    let members = |group: &str, day: &str| -> Vec<String> {
        let found = rows(&["areas", "resolve", group, "--as-of", day, "--output", "json"]);
        let members = found[0]["meanings"][0]["members"].as_array().expect("members").clone();
        members.iter().map(|member| member.as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(members("EU", "2020-01-31").len(), 28);
    assert_eq!(members("EU", "2020-02-01").len(), 27);
    assert_eq!(members("CSM", "2025-01-01").len(), 12);
    let listed = rows(&["areas", "list", "--group", "EU", "--as-of", "2013-07-01", "--output", "json"]);
    assert!(listed.len() == 28 && listed.iter().any(|row| row["area"] == "HRV" && row["member_from"] == "2013-07-01"), "{listed:?}");
}

#[test]
fn a_card_has_the_codes_and_the_groups() {
    let found = rows(&["areas", "show", "chl", "CL-RM", "--output", "json"]);
    let texts = found[0]["texts"].as_array().expect("texts");
    for (scheme, text) in [("iso2", "CL"), ("iso3", "CHL"), ("m49", "152"), ("name_fr", "Chili"), ("unhcr", "CHL")] {
        assert!(texts.iter().any(|known| known["scheme"] == scheme && known["text"] == text), "{scheme}");
    }
    let andean = found[0]["groups"].as_array().expect("groups").iter().find(|group| group["group"] == "ANDEAN").expect("the group");
    assert_eq!((&andean["from"], &andean["to"]), (&"1969-10-16".into(), &"1976-10-30".into()));
    assert_eq!((&found[1]["kind"], &found[1]["part_of"]), (&"region".into(), &"CHL".into()));
    let (_, csv, _) = output(&["areas", "show", "CHL", "--output", "csv"]);
    assert!(csv.contains("\nCHL,text,iso3,CHL,,,,,reference/areas.csv,"), "{csv}");
    assert!(csv.contains("\nCHL,group,,CSM,2000-05-18,,\"South American Conference on Migration, member States\","), "{csv}");
    let (_, card, _) = output(&["areas", "show", "CHL"]);
    assert!(
        card.lines().any(|line| line.trim_start().starts_with("iso3 ") && line.contains("also in idmc, "))
            && card.lines().any(|line| line.trim_start().starts_with("CL-RM ") && line.contains("Metropolitana de Santiago")),
        "{card}"
    );
}

#[test]
fn every_kind_is_listed() {
    for (kind, id) in [("country", "CHL"), ("former", "CSHH"), ("group", "CSM"), ("special", "_S"), ("residual", "_O:sermig.otros_paises")]
    {
        let listed = rows(&["areas", "list", "--kind", kind, "--output", "json"]);
        assert!(listed.iter().any(|row| row["area"] == id) && listed.iter().all(|row| row["kind"] == kind), "{kind}");
    }
    assert_eq!(output(&["areas", "list", "--kind", "continent"]).0, 2);
    assert_eq!(output(&["areas", "list", "--as-of", "2020-01-01"]).0, 2);
}

#[test]
fn a_wrong_line_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let reference = folder.path().join("reference");
    let write = |path: &std::path::Path, text: &str| {
        paso_lake::file::create_folders(path.parent().expect("a folder")).expect("a folder");
        paso_lake::file::write_atomic(path, |writer| writer.write_all(text.as_bytes())).expect("a file");
    };
    for name in ["areas.csv", "groups.toml", "schemes.toml", "aliases.toml", "regions.csv"] {
        let text = std::fs::read_to_string(workspace().join("pipelines/reference").join(name)).expect("a file");
        let text =
            if name == "aliases.toml" { format!("[sermig]\n\"Chilli\" = \"CHI\"\n{}", text.replace("[sermig]\n", "")) } else { text };
        write(&reference.join(name), &text);
    }
    let pipeline = std::fs::read_to_string(workspace().join("pipelines/chile/pipeline.toml")).expect("a file");
    write(&folder.path().join("chile/pipeline.toml"), &pipeline);
    let out = paso()
        .args(["areas", "resolve", "Chile", "--pipeline"])
        .arg(folder.path().join("chile/pipeline.toml"))
        .output()
        .expect("an output");
    let errors = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2));
    assert!(
        errors.contains("aliases.toml:2: area `CHI` is not an area of areas.csv") && errors.contains("add the missing line"),
        "{errors}"
    );
}
