//! What holds when there are several editions.

use arrow::array::RecordBatch;
use paso_normalize::{CompleteFor, Everything, Holding, current};

use crate::{batch_lines, definition, normalized};

fn edition(date: &str, rows: &str) -> Vec<RecordBatch> {
    let definition = definition("", "", &format!("vintage = {{ date = \"{date}\" }}"));
    normalized(&definition, &format!("country,sex,year,persons\n{rows}")).batches
}

/// The newest edition only adds: each edition retracts by its own rule.
const NEWEST: &str = "2025-06-01 CHL 2021 7";

fn holds(rule: &CompleteFor) -> Vec<String> {
    holds_by(&CompleteFor::Dimensions(Vec::new()), rule)
}

fn holds_by(older: &CompleteFor, newer: &CompleteFor) -> Vec<String> {
    let first = edition("2024-01-01", "Perú,Mujer,2020,1\nCuba,Mujer,2020,2\nPerú,Mujer,2019,3\n");
    let second = edition("2025-01-01", "Perú,Mujer,2020,10\nChina,Mujer,2020,11\n");
    let third = edition("2025-06-01", "Chile,Mujer,2021,7\n");
    let editions = [
        Holding { batches: first, complete_for: older },
        Holding { batches: second, complete_for: newer },
        Holding { batches: third, complete_for: older },
    ];
    let current = current(&editions).expect("what holds");
    current.iter().flat_map(|batch| batch_lines(batch, &["vintage", "origin", "period", "value"])).collect()
}

#[test]
fn an_edition_that_is_complete_for_everything_replaces_the_last_one() {
    let held = holds(&CompleteFor::Everything(Everything::Everything));
    assert_eq!(held, ["2025-01-01 CHN 2020 11", "2025-01-01 PER 2020 10", NEWEST]);
}

#[test]
fn an_edition_that_is_complete_for_its_periods_retracts_keys_within_them() {
    let held = holds(&CompleteFor::Dimensions(vec!["period".to_owned()]));
    assert_eq!(held, ["2024-01-01 PER 2019 3", "2025-01-01 CHN 2020 11", "2025-01-01 PER 2020 10", NEWEST]);
}

#[test]
fn an_edition_that_is_complete_for_nothing_adds_and_corrects() {
    let held = holds(&CompleteFor::Dimensions(Vec::new()));
    assert_eq!(held, ["2024-01-01 CUB 2020 2", "2024-01-01 PER 2019 3", "2025-01-01 CHN 2020 11", "2025-01-01 PER 2020 10", NEWEST]);
}
