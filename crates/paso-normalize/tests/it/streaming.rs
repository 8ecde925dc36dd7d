//! Editions that are read in pieces: the same whatever the number of threads, and duplicates found wherever they stand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use paso_normalize::NormalizeError;
use proptest::prelude::*;

use crate::{Written, definition, lines, quarantine, try_normalize, try_normalize_on};

const COUNTRIES: [&str; 16] = [
    "Perú",
    "Cuba",
    "China",
    "Haití",
    "Bolivia",
    "Colombia",
    "Ecuador",
    "Brasil",
    "Argentina",
    "Uruguay",
    "Paraguay",
    "México",
    "España",
    "Francia",
    "Italia",
    "Alemania",
];

/// Several pieces, each of several row groups, with small rests: 432,000 distinct keys.
fn large() -> String {
    let mut text = "country,sex,year,persons\n".to_owned();
    for year in 1000..9998 {
        for (number, country) in COUNTRIES.iter().enumerate() {
            for sex in ["Mujer", "Hombre", "Total"] {
                let _ = writeln!(text, "{country},{sex},{year},{}", year * 3 + number);
            }
        }
    }
    text
}

fn key(line: &str) -> &str {
    line.rsplit_once(' ').map_or(line, |(key, _)| key)
}

#[test]
fn a_large_edition_has_sorted_groups_and_the_same_bytes_on_any_number_of_threads() {
    let text = large();
    let rows = text.lines().count() as u64 - 1;
    let one = try_normalize_on(1, &definition("", "", ""), &[&text]).expect("an edition");
    assert_eq!((one.account.cells, one.account.observations), (rows, rows));
    let read = lines(&one, &["origin", "sex", "period", "value"]);
    assert_eq!(read.iter().map(|line| key(line)).collect::<BTreeSet<_>>().len() as u64, rows, "no key is lost or doubled");
    let descents = read.windows(2).filter(|pair| key(&pair[0]) > key(&pair[1])).count();
    assert!((3..=8).contains(&descents), "{descents} row groups begin anew");
    for threads in [2, 5] {
        let other = try_normalize_on(threads, &definition("", "", ""), &[&text]).expect("an edition");
        assert!(one.file == other.file && one.account == other.account, "{threads} threads");
    }
}

#[test]
fn duplicates_far_apart_are_settled() {
    let mut text = large();
    // The first repeats the value of line 2, the others contradict line 3, in another piece and in another body.
    text.push_str("Perú,Mujer,1000,3000\nPerú,Hombre,1000,1\n");
    let more = "country,sex,year,persons\nPerú,Hombre,1000,2\nPerú,,1000,2\n";
    let last = text.lines().count();
    for threads in [1, 3] {
        let edition = try_normalize_on(threads, &definition("", "", ""), &[&text, more]).expect("an edition");
        let detail = "3 cells of one key hold 3000 and 1 and 2";
        let line = |row: usize, raw: &str| format!("{row} {raw} conflicting_duplicate key {detail}");
        assert_eq!(quarantine(&edition, &["row", "raw", "reason", "rule", "detail"]), [line(3, "3000"), line(last, "1"), line(2, "2")]);
        assert_eq!(edition.accounts.iter().map(|account| account.observations).collect::<Vec<_>>(), [last as u64 - 4, 1]);
        assert_eq!((edition.account.excluded["repeat"], edition.account.quarantined_total()), (1, 3));
        assert!(edition.account.balances());
        let read = lines(&edition, &["origin", "sex", "period", "row"]);
        assert_eq!(read.len() as u64, edition.account.observations);
        assert!(read.contains(&"PER F 1000 2".to_owned()) && !read.iter().any(|line| line.starts_with("PER M 1000 ")));
    }
}

/// What becomes of rows, said the plain way.
fn model(rows: &[(usize, usize, u16, u8)]) -> (Vec<String>, Vec<String>) {
    let mut keys: BTreeMap<String, Vec<(usize, u8)>> = BTreeMap::new();
    for (at, (country, sex, year, value)) in rows.iter().enumerate() {
        let code = ["PER", "CUB", "CHN"][*country];
        keys.entry(format!("{code} {} {year}", ["F", "M", "_U"][*sex])).or_default().push((at + 2, *value));
    }
    let (mut observed, mut refused) = (Vec::new(), BTreeSet::new());
    for (key, cells) in keys {
        if cells.iter().all(|(_, value)| *value == cells[0].1) {
            observed.push(format!("{key} {} {}", cells[0].1, cells[0].0));
        } else {
            let values: Vec<String> = cells.iter().map(|(_, value)| value.to_string()).collect();
            let detail = format!("{} cells of one key hold {}", cells.len(), values.join(" and "));
            refused.extend(cells.into_iter().map(|(row, value)| (row, format!("{row} {value} {detail}"))));
        }
    }
    (observed, refused.into_iter().map(|(_, line)| line).collect())
}

fn outcome(edition: &Written) -> (Vec<String>, Vec<String>) {
    (lines(edition, &["origin", "sex", "period", "value", "row"]), quarantine(edition, &["row", "raw", "detail"]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn duplicates_are_settled_as_the_plain_way_says(
        rows in proptest::collection::vec((0..3_usize, 0..3_usize, 2018_u16..2022, 0..3_u8), 1..60),
        threads in 1..4_usize,
    ) {
        let mut text = "country,sex,year,persons\n".to_owned();
        for (country, sex, year, value) in &rows {
            let _ = writeln!(text, "{},{},{year},{value}", ["Perú", "Cuba", "China"][*country], ["Mujer", "Hombre", ""][*sex]);
        }
        let (observed, refused) = model(&rows);
        match try_normalize_on(threads, &definition("", "", ""), &[&text]) {
            Ok(edition) => {
                prop_assert!(edition.account.balances());
                prop_assert_eq!(outcome(&edition), (observed, refused));
            }
            Err(error) => prop_assert!(observed.is_empty(), "{}", error),
        }
    }
}

#[test]
fn the_order_of_the_bodies_changes_pointers_only() {
    let bodies = ["Perú,Mujer,2020,3\nCuba,Hombre,2019,4\n", "Perú,Hombre,2020,5\nTodos,Total,2020,9\n", "Perú,Mujer,2020,3\n"]
        .map(|rows| format!("country,sex,year,persons\n{rows}"));
    let [first, second, third] = [&bodies[0], &bodies[1], &bodies[2]].map(String::as_str);
    let columns = ["origin", "sex", "period", "value", "breakdown"];
    let forward = try_normalize(&definition("", "", ""), &[first, second, third]).expect("an edition");
    let backward = try_normalize(&definition("", "", ""), &[third, second, first]).expect("an edition");
    assert_eq!(lines(&forward, &columns), lines(&backward, &columns));
    assert_eq!(forward.account, backward.account);
}

#[test]
fn an_edition_whose_cells_are_refused_by_the_million_fails_soon() {
    let mut text = "country,sex,year,persons\nPerú,Mujer,2020,3\n".to_owned();
    text.push_str(&"Perú,Mujer,2020,x\n".repeat((1 << 20) + 1));
    let error = try_normalize(&definition("", "", ""), &[&text]).err().expect("too many");
    let NormalizeError::Refused { most, cells, .. } = &error else { panic!("{error}") };
    assert!(cells > most);
    assert!(error.to_string().contains("value cells are refused, more than 1048576; the first because"), "{error}");
}
