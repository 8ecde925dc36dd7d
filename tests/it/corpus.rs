//! The real files through the same street as `paso run`, against the figures that the publishers printed.

use std::path::{Path, PathBuf};

use paso_testkit::{Endpoint, copy_folder, corpus, edit_mirror, sample_data};
use paso_tests::{corpus_lake, corpus_report, expect, indicator, number, paso, query, report};

/// The lake of the real files; the test that asks is skipped, loudly, where they are not there.
fn lake() -> Option<PathBuf> {
    corpus_lake().map(|folder| folder.join("lake"))
}

fn value(lake: &Path, conditions: &str) -> f64 {
    number(lake, &format!("SELECT value FROM observations WHERE {conditions}"))
}

fn sum(lake: &Path, conditions: &str) -> f64 {
    number(lake, &format!("SELECT SUM(value) AS value FROM observations WHERE {conditions}"))
}

/// Figures are whole numbers or come from the same decimal text: they are equal to the last bit.
#[track_caller]
fn assert_figure(found: f64, printed: f64) {
    assert_eq!(found.to_bits(), printed.to_bits(), "found {found}, printed {printed}");
}

#[test]
fn undesa_2020_stocks_in_chile() {
    let Some(lake) = lake() else { return };
    let stock = |period: &str, sex: &str| {
        value(&lake, &format!("dataset = 'undesa.migrant_stock' AND ref_area = 'CHL' AND period = '{period}-07-01' AND sex = '{sex}'"))
    };
    for (period, printed) in [("1990", 107_501.0), ("2000", 177_332.0), ("2010", 375_388.0), ("2015", 639_724.0), ("2020", 1_645_015.0)] {
        assert_figure(stock(period, "_T"), printed);
    }
    assert_figure(stock("2020", "F"), 814_942.0);
    assert_figure(stock("2020", "M"), 830_073.0);
}

#[test]
fn undesa_2020_shares_and_populations() {
    let Some(lake) = lake() else { return };
    let chile = "ref_area = 'CHL' AND period = '2020-07-01' AND sex = '_T'";
    assert_figure(value(&lake, &format!("dataset = 'undesa.migrant_share' AND {chile}")), 8.605_341_153_154_372);
    assert_figure(value(&lake, &format!("dataset = 'undesa.population' AND {chile}")), 19_116_209.0);
    let refugees = "dataset = 'undesa.refugees' AND measure = 'refugees_and_asylum_seekers' AND ref_area = 'CHL' AND period = '2020-07-01'";
    assert_figure(value(&lake, refugees), 463_310.0);
    let world = "dataset = 'undesa.migrant_stock' AND ref_area = 'M49_001' AND period = '2020-07-01' AND sex = '_T'";
    assert_figure(value(&lake, world), 280_598_105.0);
}

#[test]
fn south_america_is_the_sum_of_its_fourteen_members_whose_bases_differ() {
    let Some(lake) = lake() else { return };
    let printed = "dataset = 'undesa.migrant_stock' AND ref_area = 'M49_005' AND period = '2020-07-01' AND sex = '_T'";
    assert_figure(value(&lake, printed), 10_887_474.0);
    let rows = indicator(&lake, "migrant_share_of_population");
    let row = rows
        .iter()
        .find(|row| row["ref_area"] == "M49_005" && row["period"] == "2020-07-01" && row["sex"] == "_T")
        .expect("the indicator has South America");
    assert_figure(row["migrants"].as_f64().expect("a number"), 10_887_474.0);
    assert_eq!(row["origin_basis"], "mixed");
    // M49 lists two more, where nobody lives.
    assert_eq!((&row["members_reporting"], &row["members_missing"]), (&14.into(), &"BVT SGS".into()));
}

#[test]
fn the_computed_share_is_the_printed_one() {
    let Some(lake) = lake() else { return };
    let rows = indicator(&lake, "migrant_share_of_population");
    let row = rows.iter().find(|row| row["ref_area"] == "CHL" && row["period"] == "2020-07-01" && row["sex"] == "_T").expect("Chile 2020");
    let percent = row["percent"].as_f64().expect("a number");
    assert!((percent - 8.605_341_153_154_372).abs() < 1e-6, "{percent}");
    assert_eq!(row["origin_basis"], "birth");
    // Before rounding it is the publisher's own division.
    let divided = number(
        &lake,
        "SELECT m.value / p.value * 100 AS percent FROM observations AS m INNER JOIN population AS p ON m.ref_area = p.ref_area AND \
         m.period = p.period AND m.sex = p.sex WHERE m.dataset = 'undesa.migrant_stock' AND p.dataset = 'undesa.population' AND \
         m.ref_area = 'CHL' AND m.period = '2020-07-01' AND m.sex = '_T'",
    );
    assert!((divided - 8.605_341_153_154_372).abs() < 1e-12, "{divided}");
}

#[test]
fn undesa_2015_bilateral() {
    let Some(lake) = lake() else { return };
    // Later editions took its place in what holds.
    let edition = "observations_all WHERE dataset = 'undesa.migrant_stock_bilateral' AND vintage = '2015-12-01'";
    let pair =
        |area: &str, origin: &str| number(&lake, &format!("SELECT value FROM {edition} AND ref_area = '{area}' AND origin = '{origin}'"));
    assert_figure(pair("CHL", "W"), 469_436.0);
    assert_figure(pair("CHL", "PER"), 178_385.0);
    assert_figure(pair("CHL", "ARG"), 70_415.0);
    assert_figure(pair("M49_001", "CHL"), 612_409.0);
    assert_figure(pair("ARG", "CHL"), 213_119.0);
    assert_figure(pair("USA", "CHL"), 97_901.0);
    let abroad = number(&lake, &format!("SELECT SUM(value) AS value FROM {edition} AND origin = 'CHL' AND breakdown = 'origin+ref_area'"));
    assert_figure(abroad, 612_409.0);
}

#[test]
fn unhcr_in_chile_2020() {
    let Some(lake) = lake() else { return };
    let people = |measure: &str, year: u16| {
        sum(&lake, &format!("dataset = 'unhcr.population' AND measure = '{measure}' AND ref_area = 'CHL' AND period = '{year}'"))
    };
    assert_figure(people("refugees", 2020), 2_053.0);
    assert_figure(people("asylum_seekers", 2020), 8_069.0);
    assert_figure(people("other_people_in_need_of_international_protection", 2020), 454_547.0);
    assert_figure(people("refugees", 2024), 2_443.0);
    assert_figure(people("asylum_seekers", 2025), 9_561.0);
    let new = "dataset = 'unhcr.asylum_applications' AND ref_area = 'CHL' AND unit = 'PS' AND period = ";
    assert_figure(sum(&lake, &format!("{new} '2020' AND category = 'N'")), 1_675.0);
    assert_figure(sum(&lake, &format!("{new} '2017' AND category = 'N'")), 5_633.0);
    let stock = query(
        &lake,
        "SELECT period_start, period_end FROM observations WHERE dataset = 'unhcr.population' AND measure = 'refugees' AND ref_area = 'CHL' AND origin = 'COL' AND period = '2020'",
    );
    assert_eq!(stock[0]["period_start"], "2020-12-31");
    assert_eq!(stock[0]["period_end"], "2021-01-01");
}

#[test]
fn returns_go_home() {
    let Some(lake) = lake() else { return };
    let rows = query(
        &lake,
        "SELECT ref_area, origin, destination FROM observations WHERE dataset = 'unhcr.solutions' AND measure = 'returned_refugees' AND \
         value > 0 AND origin <> destination ORDER BY ref_area, origin, period LIMIT 50",
    );
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["ref_area"] == row["destination"]));
    let naturalised =
        "dataset = 'unhcr.solutions' AND measure = 'naturalised_refugees' AND ref_area = 'CHL' AND origin = 'COL' AND period = '2017'";
    assert_figure(value(&lake, naturalised), 20.0);
}

#[test]
fn world_bank_in_chile() {
    let Some(lake) = lake() else { return };
    let figure = |dataset: &str, year: u16| {
        value(
            &lake,
            &format!(
                "dataset = 'worldbank.{dataset}' AND ref_area = 'CHL' AND period_start >= '{year}-01-01' AND period_start < '{}-01-01'",
                year + 1
            ),
        )
    };
    assert_figure(figure("net_migration", 2019), 181_339.0);
    assert_figure(figure("net_migration", 1990), -1_274.0);
    assert_figure(figure("population", 2020), 19_370_624.0);
    assert_figure(figure("remittances_received", 2020), 66_197_477.591_130_6);
    assert_figure(figure("remittances_received", 2010), 62_324_923.105_902_8);
    let vintages =
        query(&lake, "SELECT DISTINCT dataset, vintage FROM observations WHERE dataset = 'worldbank.net_migration' ORDER BY dataset");
    assert_eq!(vintages[0]["vintage"], "2025-04-15");
    assert_figure(value(&lake, "dataset = 'worldbank.population' AND ref_area = 'NAM' AND period = '2020-07-01'"), 2_728_762.0);
}

#[test]
fn sermig_grants_and_suppressed_cells() {
    let Some(lake) = lake() else { return };
    let grants =
        |year: u16| sum(&lake, &format!("dataset = 'sermig.permanent_residence_decisions' AND category = 'GRANT' AND period = '{year}'"));
    for (year, printed) in [(2000, 18_745.0), (2020, 74_343.0), (2021, 21_416.0), (2023, 114_463.0), (2024, 133_676.0), (2025, 66_829.0)] {
        assert_figure(grants(year), printed);
    }
    assert_figure(sum(&lake, "dataset = 'sermig.permanent_residence_decisions'"), 1_406_334.0);
    let suppressed = query(
        &lake,
        "SELECT COUNT(*) AS cells, MIN(value_low) AS low, MAX(value_high) AS high, SUM(value) AS value FROM observations WHERE dataset = \
         'sermig.permanent_residence_decisions' AND bound = 'suppression' AND status = 'Q'",
    );
    assert_eq!(suppressed[0]["cells"], 172.0);
    assert_eq!((&suppressed[0]["low"], &suppressed[0]["high"]), (&1.0.into(), &5.0.into()));
    let venezuela = "dataset = 'sermig.permanent_residence_decisions' AND category = 'GRANT' AND origin = 'VEN' AND period = ";
    assert_figure(sum(&lake, &format!("{venezuela} '2023'")), 58_967.0);
    assert_figure(sum(&lake, &format!("{venezuela} '2024'")), 64_291.0);
}

#[test]
fn every_cell_of_every_body_is_accounted_for_and_nothing_is_quarantined() {
    let Some(report) = corpus_report() else { return };
    let mut bodies = 0;
    for step in report["steps"].as_array().expect("steps").iter().filter(|step| step["stage"] == "normalize") {
        let of = |account: &serde_json::Value, key: &str| -> u64 {
            match &account[key] {
                serde_json::Value::Object(reasons) => reasons.values().filter_map(serde_json::Value::as_u64).sum(),
                number => number.as_u64().unwrap_or_default(),
            }
        };
        let mut accounts: Vec<&serde_json::Value> = step["accounts"].as_object().map(|a| a.values().collect()).unwrap_or_default();
        bodies += accounts.len();
        accounts.push(&step["account"]);
        for account in accounts {
            let out = of(account, "observations") + of(account, "quarantined") + of(account, "excluded");
            assert_eq!(of(account, "cells"), out, "{} {account}", step["subject"]);
            assert_eq!(of(account, "quarantined"), 0, "{} {account}", step["subject"]);
        }
    }
    assert!(bodies > 30, "{bodies} bodies have accounts of their own");
    assert_eq!(report["failures"], serde_json::json!([]));
}

/// Runs a dataset of the sample with a real file in the place of one body; the lake and the report.
fn run_with(corpus: &Path, file: &str, url: &str, dataset: &str, status: i32) -> (tempfile::TempDir, serde_json::Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let mirror = folder.path().join("mirror");
    copy_folder(&sample_data(), &mirror).expect("a copy");
    let bytes = std::fs::read(corpus.join(file)).expect("the real file");
    edit_mirror(&mirror, url, None, |_| bytes).expect("an edit");
    let text = expect(status, paso(&folder.path().join("lake")).args(["run", "--output", "json", dataset, "--mirror"]).arg(&mirror));
    (folder, report(&text))
}

#[test]
fn a_download_is_another_form_of_the_same_dataset() {
    let Some(corpus) = corpus() else { return };
    let url = Endpoint::UNHCR_POPULATION.url(1);
    let (folder, report) = run_with(&corpus, "unhcr/rdf_download_2024-07-19/population.csv", &url, "unhcr.population", 0);
    let lake = folder.path().join("lake");
    let people = |measure: &str| {
        sum(&lake, &format!("dataset = 'unhcr.population' AND measure = '{measure}' AND ref_area = 'CHL' AND period = '2020'"))
    };
    assert_figure(people("refugees"), 2_053.0);
    assert_figure(people("asylum_seekers"), 8_069.0);
    let step = report["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .find(|step| step["stage"] == "normalize" && step["subject"] == "unhcr.population")
        .expect("a step");
    // 32,781 rows, two values each; names with an unquoted comma are put together again.
    assert_eq!(step["account"]["cells"], 65_562);
    assert_eq!(step["account"]["quarantined"], serde_json::json!({}));
}

#[test]
fn a_download_that_lost_its_units_is_refused() {
    let Some(corpus) = corpus() else { return };
    let url = Endpoint::UNHCR_ASYLUM_APPLICATIONS.url(1);
    let file = "unhcr/rdf_download_2021-10/asylum-applications.csv";
    let (_folder, report) = run_with(&corpus, file, &url, "unhcr.asylum_applications", 1);
    // Persons and cases are in one column there and would be added up.
    let failures = report["failures"].to_string();
    assert!(failures.contains("header moved or renamed") && failures.contains("applied"), "{failures}");
}
