//! Within every dataset of the real files, the sum over an unstarred breakdown is the printed total, or the difference has a name.

use std::collections::{BTreeMap, BTreeSet};

use paso_lake::sha256;
use paso_testkit::{files, sample_data};
use paso_tests::{corpus_lake, corpus_report, query};

/// A printed total that its parts do not reach, and why.
struct Named {
    dataset: &'static str,
    parts: &'static str,
    total: &'static str,
    /// The largest difference, by the total.
    most: fn(f64) -> f64,
    why: &'static str,
}

const NAMED: [Named; 7] = [
    Named {
        dataset: "worldbank.net_migration",
        parts: "ref_area",
        total: "_T",
        most: |_| 161_555.5,
        why: "unknown: the world is printed as zero, and its countries are estimated one by one; the sum is farthest from it in 2021",
    },
    Named {
        dataset: "undesa.migrant_stock",
        parts: "ref_area+sex",
        total: "sex",
        most: |total| 1e-3 * total,
        why: "unknown: Bonaire, Sint Eustatius and Saba has no figures by sex, and the world has",
    },
    Named {
        dataset: "undesa.population",
        parts: "ref_area+sex",
        total: "sex",
        most: |total| 1e-3 * total,
        why: "unknown: small areas have no population by sex; rounding: thousands with three decimals",
    },
    Named {
        dataset: "undesa.population",
        parts: "ref_area",
        total: "_T",
        most: |total| 1e-7 * total,
        why: "rounding: thousands with three decimals",
    },
    Named {
        dataset: "worldbank.population",
        parts: "ref_area",
        total: "_T",
        most: |total| 6e-3 * total,
        why: "unknown: the world includes areas that have no row of their own, such as Taiwan",
    },
    Named {
        dataset: "wpp.components_of_change",
        parts: "ref_area",
        total: "_T",
        most: |_| 118.5,
        why: "rounding: 236 areas and the world are rounded to a person each",
    },
    Named {
        dataset: "wpp.net_migration_projected",
        parts: "ref_area",
        total: "_T",
        most: |_| 4_974.5,
        why: "unknown: the world is printed as zero, and the assumptions of its areas balance but for 4,974 persons, in 2049",
    },
];

/// The datasets of which rows come from a cut of a file: its parts do not reach its totals.
fn cut(lake: &std::path::Path) -> BTreeSet<String> {
    let bodies: BTreeSet<String> =
        files(&sample_data()).expect("the sample").into_iter().map(|(_, bytes)| sha256(&bytes).to_string()).collect();
    let rows = query(lake, "SELECT DISTINCT dataset, snapshot FROM observations");
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    rows.iter().filter(|row| bodies.contains(&text(row, "snapshot"))).map(|row| text(row, "dataset")).collect()
}

/// Shares and rates never add up.
fn adds_up(dataset: &str) -> bool {
    !matches!(dataset, "undesa.migrant_share" | "undesa.female_share" | "undesa.migrant_stock_growth")
}

#[test]
fn sums_over_areas_meet_the_printed_totals_or_the_difference_has_a_name() {
    let Some(folder) = corpus_lake() else { return };
    let lake = folder.join("lake");
    let rows = query(
        &lake,
        "SELECT dataset, measure, unit, breakdown, period, sex, origin, SUM(value) AS value, SUM(CASE WHEN value IS NULL THEN value_low ELSE value END) AS low, SUM(CASE WHEN value IS NULL THEN \
         value_high ELSE value END) AS high FROM observations WHERE breakdown IN ('_T', \
         'sex', 'ref_area', 'ref_area+sex', 'origin', 'origin+ref_area') GROUP BY dataset, measure, unit, breakdown, period, sex, origin \
         ORDER BY dataset, measure, unit, breakdown, period, sex, origin",
    );
    let cut = cut(&lake);
    let whole = |row: &&serde_json::Value| {
        let dataset = row["dataset"].as_str().unwrap_or_default();
        adds_up(dataset) && !cut.contains(dataset)
    };
    let key = |row: &serde_json::Value, breakdown: &str| {
        let keys = ["dataset", "measure", "unit", "period", "sex", "origin"].map(|key| row[key].as_str().unwrap_or_default().to_owned());
        (keys, breakdown.to_owned())
    };
    let by_key: BTreeMap<_, _> = rows.iter().map(|row| (key(row, row["breakdown"].as_str().unwrap_or_default()), row)).collect();
    let mut compared = 0;
    for (parts, total) in [("ref_area", "_T"), ("ref_area+sex", "sex"), ("origin+ref_area", "origin")] {
        for whole in rows.iter().filter(whole).filter(|row| row["breakdown"] == total) {
            let (Some(part), Some(printed)) = (by_key.get(&key(whole, parts)), whole["value"].as_f64()) else { continue };
            if whole["unit"] == "PT" {
                continue;
            }
            compared += 1;
            let sum = part["value"].as_f64().unwrap_or_default();
            let bound = |name: &str| part[name].as_f64().unwrap_or(sum);
            // Equal, or the difference is a suppression: the printed total lies in the interval of the suppressed parts.
            if (sum - printed).abs() < 0.5 || (bound("low") <= printed && printed <= bound("high")) {
                continue;
            }
            let named = NAMED.iter().find(|named| {
                whole["dataset"] == named.dataset
                    && named.parts == parts
                    && named.total == total
                    && (sum - printed).abs() <= (named.most)(printed)
            });
            let why = named.map(|named| named.why);
            assert!(why.is_some(), "{whole}: printed {printed}, the parts sum to {sum}");
        }
    }
    assert!(compared > 300, "{compared} totals were compared");
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
