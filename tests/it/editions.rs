//! Editions: a mid-year figure is replaced under the same year label, and both can be seen.

use paso_testkit::{Endpoint, copy_folder, edit_mirror, sample_data};
use paso_tests::{corpus_lake, expect, paso, query, report, run};

#[test]
fn a_year_end_edition_replaces_the_mid_year_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lake, mid_year) = (folder.path().join("lake"), folder.path().join("mirror"));
    copy_folder(&sample_data(), &mid_year).expect("a copy");
    // The mid-year edition of 2023 said 436,060 in all; the pair Venezuela–Chile carries the difference here.
    let mut changed = 0;
    for page in 1..=2 {
        let retrieved = Some("2023-11-15T12:00:00Z".parse().expect("a time"));
        edit_mirror(&mid_year, &Endpoint::UNHCR_POPULATION.url(page), retrieved, |body| {
            let text = String::from_utf8(body).expect("text");
            changed += text.matches("\"oip\":435728").count();
            text.replace("\"oip\":435728", "\"oip\":436060").into_bytes()
        })
        .expect("an edit");
    }
    assert_eq!(changed, 1, "the sample has the pair once");
    run(&lake, &mid_year);
    let chile = |view: &str| {
        query(
            &lake,
            &format!(
                "SELECT vintage, SUM(value) AS value FROM {view} WHERE dataset = 'unhcr.population' AND ref_area = 'CHL' AND period = '2023' \
                 AND measure = 'other_people_in_need_of_international_protection' GROUP BY vintage ORDER BY vintage"
            ),
        )
    };
    assert_eq!(chile("observations"), [serde_json::json!({ "vintage": "2023-11-15", "value": 436_060.0 })]);
    run(&lake, &sample_data());
    let now = chile("observations");
    assert_eq!(now.len(), 1);
    assert_eq!(now[0]["value"], 435_728.0);
    // The package of October 2023 says its mid-year figures of a day, and those since 2024 are of the end of the year.
    let all: Vec<_> = chile("observations_all").iter().map(|row| (row["vintage"].clone(), row["value"].as_f64())).collect();
    let says = |vintage: &str, value: f64| all.contains(&(vintage.into(), Some(value)));
    assert!(says("2023-11-15", 436_060.0), "{all:?}");
    assert!(says("2024-06-17", 435_728.0) && says("2026-06-25", 435_728.0), "{all:?}");
    // On a day between the two, the mid-year edition holds.
    let then = expect(
        0,
        paso(&lake).args(["query", "--output", "csv", "--as-of", "2024-01-31"]).arg(
            "SELECT SUM(value) AS value FROM observations WHERE dataset = 'unhcr.population' AND ref_area = 'CHL' AND period = '2023' AND \
             measure = 'other_people_in_need_of_international_protection'",
        ),
    );
    assert_eq!(then, "value\n436060\n");
}

#[test]
fn an_edition_says_what_it_changed_of_the_one_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lake, mid_year) = (folder.path().join("lake"), folder.path().join("mirror"));
    copy_folder(&sample_data(), &mid_year).expect("a copy");
    for page in 1..=2 {
        let retrieved = Some("2023-11-15T12:00:00Z".parse().expect("a time"));
        edit_mirror(&mid_year, &Endpoint::UNHCR_POPULATION.url(page), retrieved, |body| {
            String::from_utf8(body).expect("text").replace("\"oip\":435728", "\"oip\":436060").into_bytes()
        })
        .expect("an edit");
    }
    for mirror in [&mid_year, &sample_data()] {
        for stage in ["fetch", "normalize"] {
            expect(0, paso(&lake).args([stage, "--quiet", "unhcr.population", "--mirror"]).arg(mirror));
        }
    }
    let changed = expect(0, paso(&lake).args(["diff", "unhcr.population", "ref_area=CHL", "--output", "csv", "--kind", "changed"]));
    let row = changed.lines().nth(1).unwrap_or_default();
    assert!(row.contains(",other_people_in_need_of_international_protection,PS,CHL,"), "{changed}");
    assert!(row.ends_with(",2023,436060,435728,-332,-0.08,P,A"), "{changed}");
}

#[test]
fn a_correction_under_the_same_date_is_dated_by_the_day_on_which_it_was_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lake, mirror) = (folder.path().join("lake"), folder.path().join("mirror"));
    copy_folder(&sample_data(), &mirror).expect("a copy");
    let run = || expect(0, paso(&lake).args(["run", "wpp.components_of_change", "--quiet", "--mirror"]).arg(&mirror));
    run();
    let url = "https://raw.githubusercontent.com/PPgp/wpp2024/2da7768ae64fc74105d3f9e98f9a74d37b62f99a/data-raw/births.txt";
    edit_mirror(&mirror, url, Some("2027-01-05T12:00:00Z".parse().expect("a time")), |body| {
        let text = String::from_utf8(body).expect("text");
        assert_eq!(text.matches("\t248.632\t").count(), 1, "the sample has the figure once");
        text.replace("\t248.632\t", "\t249.632\t").into_bytes()
    })
    .expect("an edit");
    run();
    let births = |arguments: &[&str], view: &str| -> Vec<(String, Option<f64>)> {
        let sql = format!(
            "SELECT vintage, value FROM {view} WHERE dataset = 'wpp.components_of_change' AND measure = 'births' AND ref_area = 'CHL' AND period = '1950' \
             ORDER BY vintage"
        );
        let rows = report(&expect(0, paso(&lake).args(["query", "--output", "json"]).args(arguments).arg(sql)));
        let rows = rows.as_array().into_iter().flatten();
        rows.map(|row| (row["vintage"].as_str().unwrap_or_default().to_owned(), row["value"].as_f64())).collect()
    };
    let (stated, found) = (("2024-07-11".to_owned(), Some(248_632.0)), ("2027-01-05".to_owned(), Some(249_632.0)));
    let both = [stated, found];
    assert_eq!(births(&[], "observations"), both[1..]);
    assert_eq!(births(&[], "observations_all"), both);
    assert_eq!(births(&["--as-of", "2025-01-01"], "observations"), both[..1], "nobody could know of it then");
}

#[test]
fn a_newer_answer_takes_back_what_it_asked_for_and_nothing_else() {
    let Some(folder) = corpus_lake() else { return };
    let on = |day: &str, sql: &str| {
        let text = expect(0, paso(&folder.join("lake")).args(["query", "--as-of", day, "--output", "json", sql]));
        report(&text).as_array().cloned().unwrap_or_default()
    };
    // The world's refugees of 2022: the answers about Chile of June 2025 take the place of its rows in the edition of July 2024, and of no other.
    let refugees = "SELECT vintage, SUM(value) AS value FROM observations WHERE dataset = 'unhcr.population' AND measure = 'refugees' AND \
                    period = '2022' AND breakdown = 'origin+ref_area' GROUP BY vintage ORDER BY vintage";
    let parts = |rows: &[serde_json::Value]| rows.iter().map(|row| (row["vintage"].clone(), row["value"].as_f64())).collect::<Vec<_>>();
    assert_eq!(parts(&on("2024-12-31", refugees)), [("2024-07-19".into(), Some(29_429_078.0))]);
    assert_eq!(
        parts(&on("2025-07-01", refugees)),
        [("2024-07-19".into(), Some(29_425_445.0)), ("2025-06-12".into(), Some(3_633.0))],
        "together 29,429,078"
    );
    assert_eq!(parts(&on("2026-11-26", refugees)), [("2026-06-25".into(), Some(29_429_078.0))]);
    // Eurostat: a download of 2026 that ends in 2022 leaves 2023 as it was; of a country and year it takes the whole, parts and total.
    let found = |period: &str| {
        format!(
            "SELECT vintage, COUNT(*) AS value FROM observations WHERE dataset = 'eurostat.found_illegally_present' AND ref_area = 'AUT' \
             AND period = '{period}' GROUP BY vintage ORDER BY vintage"
        )
    };
    let editions = |period: &str| on("2026-11-26", &found(period)).iter().map(|row| row["vintage"].clone()).collect::<Vec<_>>();
    assert_eq!((editions("2022"), editions("2023")), (vec!["2026-05-12".into()], vec!["2025-05-01".into()]));
}
