//! The conformance cases of JSON-stat, real messages of publishers and of the format's own samples, with the tables that other readers get.

use std::path::{Path, PathBuf};

use paso_decode::{Answer, Batch, Bytes, DecodeError, Facts, Forms, Limits, Ragged, Role, Sink, SinkError, decode};

use crate::compare::{Flat, Rules, differences};

/// The folder of the cases; none where it is not at hand.
fn cases() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let named = std::env::var_os("PASO_CONFORMANCE").map(PathBuf::from);
    [named, Some(beside)].into_iter().flatten().find(|folder| folder.is_dir())
}

/// A sink that flattens batches as the command line does.
#[derive(Default)]
struct Flattened(Flat);

impl Sink for Flattened {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        let title = |name: &str, role| if role == Role::Attribute { format!("attr:{name}") } else { name.to_owned() };
        let titles: Vec<String> = batch.columns.iter().map(|column| title(&column.name, column.role)).collect();
        assert!(self.0.rows.is_empty() || self.0.titles == titles, "one table has the same columns in every batch");
        self.0.titles = titles;
        let texts: Vec<_> = (0..batch.columns.len()).map(|column| batch.texts(column)).collect();
        let cell = |row: usize, column: usize| texts[column].get(row).unwrap_or_default().to_owned();
        self.0.rows.extend((0..batch.rows.len()).map(|row| (0..texts.len()).map(|column| cell(row, column)).collect()));
        Ok(())
    }

    fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError> {
        Err(format!("JSON-stat has no ragged rows: {ragged:?}").into())
    }
}

fn read(path: &Path) -> Result<(Flat, Facts), DecodeError> {
    let forms: Forms = toml::from_str("[json_stat]").unwrap();
    let mut sink = Flattened::default();
    let facts = decode(&Bytes(&std::fs::read(path).unwrap()), &forms, Limits::default(), &mut sink)?;
    Ok((sink.0, facts))
}

/// A table of the cases: cells without line ends, quoted where they have a comma or a quote.
fn expected(path: &Path) -> Flat {
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows = text.lines().map(|line| {
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut characters = line.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(std::mem::take(&mut cell)),
                other => cell.push(other),
            }
        }
        cells.push(cell);
        cells
    });
    Flat { titles: rows.next().unwrap(), rows: rows.collect() }
}

fn case(folder: &Path) -> (PathBuf, serde_json::Value) {
    let case: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("case.json")).unwrap()).unwrap();
    (folder.join(case["input"].as_str().unwrap()), case)
}

#[test]
fn every_message_gives_the_expected_table() {
    let Some(cases) = cases() else { return };
    let mut count = 0;
    for family in ["jsonstat", "jsonstat_pyjstat", "jsonstat_validator", "eurostat_jsonstat"] {
        for folder in std::fs::read_dir(cases.join(family)).unwrap() {
            let folder = folder.unwrap().path();
            let (input, case) = case(&folder);
            let (actual, _) = read(&input).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
            let found = differences(&expected(&folder.join("expected.csv")), &actual, Rules::default());
            assert!(found.is_empty(), "{}: {found:#?}", folder.display());
            assert_eq!(Some(actual.rows.len() as u64), case["observations"].as_u64(), "{}", folder.display());
            count += 1;
        }
    }
    assert_eq!(count, 15);
}

#[test]
fn every_message_without_a_table_is_refused_for_its_reason() {
    let Some(cases) = cases() else { return };
    for number in [15, 16, 20].into_iter().chain(23..=33) {
        let (input, case) = case(&cases.join(format!("errors/{number}")));
        let error = read(&input).unwrap_err();
        let class = match &error {
            DecodeError::Publisher { answer: Answer::NotFound, .. } => "not_found",
            DecodeError::Publisher { answer: Answer::TooLarge, .. } => "too_large",
            DecodeError::Publisher { answer: Answer::Error, .. } => "provider_error_document",
            DecodeError::Empty { .. } => "empty",
            DecodeError::Malformed { .. } => "malformed",
            other => panic!("{number}: {other}"),
        };
        assert_eq!(Some(class), case["expected"]["error"].as_str(), "{number}: {error}");
        if let Some(code) = case["expected"]["code"].as_str() {
            assert!(error.to_string().contains(&format!(": {code}: ")), "{number}: {error}");
        }
        assert!(error.hint().is_some(), "{number}: {error}");
    }
}
