//! Within every dataset of the real files, the sum over an unstarred breakdown is the printed total, or the difference has a name.

use std::{collections::BTreeSet, process::Command};

use paso_lake::sha256;
use paso_testkit::{files, sample_data};
use paso_tests::{corpus_lake, corpus_report, expect, query, workspace};
use serde_json::Value;

use crate::duckdb::python;

/// A printed total that its parts do not reach, and why: where the definition cannot say it, for it would not hold for a cut of the file.
struct Named {
    dataset: &'static str,
    check: &'static str,
    /// The largest difference.
    most: f64,
    /// How many totals differ.
    totals: u64,
    why: &'static str,
}

const NAMED: [Named; 6] = [
    Named {
        dataset: "ine_sermig.resident_foreigners_edition_2023",
        check: "origin = _T",
        most: 350_869.0,
        totals: 3,
        why: "unknown: the file at hand is a cut of 60 rows, the largest origins among them",
    },
    Named {
        dataset: "ine_sermig.resident_foreigners_edition_2023",
        check: "region = _T",
        most: 238_555.0,
        totals: 5,
        why: "unknown: the file at hand is a cut of 60 rows, the largest regions among them",
    },
    Named {
        dataset: "worldbank.net_migration",
        check: "ref_area = _T",
        most: 161_555.5,
        totals: 65,
        why: "unknown: the world is printed as zero, and its countries are estimated one by one; the sum is farthest from it in 2021",
    },
    Named {
        dataset: "worldbank.population",
        check: "ref_area = _T",
        most: 23_591_031.5,
        totals: 34,
        why: "unknown: the world includes areas that have no row of their own, such as Taiwan",
    },
    Named {
        dataset: "wpp.components_of_change",
        check: "ref_area = _T",
        most: 118.5,
        totals: 278,
        why: "rounding: 236 areas and the world are rounded to a person each",
    },
    Named {
        dataset: "wpp.net_migration_projected",
        check: "ref_area = _T",
        most: 4_974.5,
        totals: 75,
        why: "unknown: the world is printed as zero, and the assumptions of its areas balance but for 4,974 persons, in 2049",
    },
];

/// The totals that the definitions name, with what each was compared with, by dataset.
fn declared(report: &Value) -> BTreeSet<(String, String)> {
    let mut declared = BTreeSet::new();
    for step in report["steps"].as_array().into_iter().flatten() {
        let subject = step["subject"].as_str().unwrap_or_default();
        let dataset = subject.split('@').next().unwrap_or_default();
        let checks = step["checks"].as_array().into_iter().flatten();
        declared.extend(checks.filter_map(|check| Some((dataset.to_owned(), check["check"].as_str()?.to_owned()))));
    }
    declared
}

#[test]
fn sums_over_every_unstarred_breakdown_meet_the_printed_totals_or_the_difference_has_a_name() {
    let (Some(folder), Some(report)) = (corpus_lake(), corpus_report()) else { return };
    let Some(python) = python() else { return };
    // The sample's bodies stand in for files that nobody has, and are cut.
    let cut: Vec<String> = files(&sample_data()).expect("the sample").into_iter().map(|(_, bytes)| sha256(&bytes).to_string()).collect();
    let left_out = folder.join("left_out");
    paso_lake::file::write_atomic(&left_out, |file| file.write_all(cut.join("\n").as_bytes())).expect("a list of digests");
    let mut command = Command::new(python);
    command.env("PYTHONUTF8", "1").env("PYTHONDONTWRITEBYTECODE", "1").arg(workspace().join("tests/duckdb/sums.py"));
    let out = expect(0, command.arg(folder.join("lake")).arg(workspace().join("pipelines/reference/measures.toml")).arg(left_out));
    let declared = declared(&report);
    let (mut compared, mut named) = (0, BTreeSet::new());
    for pair in out.lines().map(|line| serde_json::from_str::<Value>(line).expect("a pair of breakdowns")) {
        let text = |key: &str| pair[key].as_str().unwrap_or_default().to_owned();
        let number = |key: &str| pair[key].as_u64().unwrap_or_default();
        compared += number("compared");
        // What a definition declares is compared by `paso` itself, with its tolerance: see the test below.
        if number("unexplained") == 0 || declared.contains(&(text("dataset"), text("check"))) {
            continue;
        }
        let name = NAMED.iter().find(|named| named.dataset == text("dataset") && named.check == text("check"));
        let name = name.unwrap_or_else(|| panic!("{pair} has no name"));
        assert!(pair["farthest"].as_f64().is_some_and(|farthest| farthest <= name.most), "{pair}: {}", name.why);
        assert_eq!(number("unexplained"), name.totals, "{pair}: {}", name.why);
        named.insert((name.dataset, name.check));
    }
    assert_eq!(named.len(), NAMED.len(), "every name is of a difference: {named:?}");
    assert!(compared > 250_000, "{compared} totals were compared");
}

#[test]
fn the_world_of_net_migration_is_zero_and_its_countries_are_not() {
    let Some(folder) = corpus_lake() else { return };
    let rows = query(
        &folder.join("lake"),
        "SELECT period, breakdown, SUM(value) AS value FROM observations WHERE dataset = 'worldbank.net_migration' AND breakdown IN ('_T', 'ref_area') \
         GROUP BY period, breakdown ORDER BY period, breakdown",
    );
    let sums = |breakdown: &str| {
        rows.iter().filter(|row| row["breakdown"] == breakdown).map(|row| row["value"].as_f64().unwrap()).collect::<Vec<_>>()
    };
    let (world, countries) = (sums("_T"), sums("ref_area"));
    assert_eq!((world.len(), countries.len()), (65, 65));
    assert!(world.iter().all(|value| *value == 0.0), "{world:?}");
    let farthest = countries.iter().map(|sum| sum.abs()).fold(0.0, f64::max);
    assert_eq!(format!("{farthest:.0}"), "161555");
}

#[test]
fn the_declared_checks_hold_on_the_real_files() {
    let Some(report) = corpus_report() else { return };
    let mut compared = 0;
    for step in report["steps"].as_array().expect("steps") {
        for check in step["checks"].as_array().into_iter().flatten() {
            // A known mistake of the publisher is counted in the definition, with a note of what it is.
            let declared = check["differing"].as_u64().unwrap_or_default();
            assert!(check["unexplained"].as_u64().is_some_and(|unexplained| unexplained <= declared), "{} {check}", step["subject"]);
            compared += check["compared"].as_u64().unwrap_or_default();
        }
    }
    assert!(compared > 3_000, "{compared} totals were compared");
}
