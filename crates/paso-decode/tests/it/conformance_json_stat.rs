//! The conformance cases of JSON-stat, real messages of publishers and of the format's own samples, with the tables that other readers get.

use paso_decode::{Answer, DecodeError, Limits};

use crate::compare::{Rules, differences};
use crate::flat::{case, cases, expected, flatten};

#[test]
fn every_message_gives_the_expected_table() {
    let Some(cases) = cases() else { return };
    let mut count = 0;
    for family in ["jsonstat", "jsonstat_pyjstat", "jsonstat_validator", "eurostat_jsonstat"] {
        for folder in std::fs::read_dir(cases.join(family)).unwrap() {
            let folder = folder.unwrap().path();
            let (message, case) = case(&folder);
            for limits in [Limits::default(), Limits { batch_rows: 7, ..Limits::default() }] {
                let (actual, _) = flatten(&message, "[json_stat]", limits).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
                let found = differences(&expected(&folder), &actual.table, Rules::of(&case));
                assert!(found.is_empty(), "{}: {found:#?}", folder.display());
                assert_eq!(Some(actual.table.rows.len() as u64), case["observations"].as_u64(), "{}", folder.display());
                assert!(actual.places.iter().all(|(part, row)| part.is_none() && *row > 0), "{}", folder.display());
            }
            count += 1;
        }
    }
    assert_eq!(count, 15);
}

#[test]
fn every_message_without_a_table_is_refused_for_its_reason() {
    let Some(cases) = cases() else { return };
    for number in [15, 16, 20].into_iter().chain(23..=33) {
        let (message, case) = case(&cases.join(format!("errors/{number}")));
        let error = flatten(&message, "[json_stat]", Limits::default()).err().unwrap();
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
