//! UN DESA, International Migrant Stock, 2020 and 2015.

use std::collections::BTreeMap;

use calamine::Data;
use jiff::civil::date;
use paso_areas::AreaKind;

use crate::{
    areas,
    corpus::{column, corpus, sheet, text},
    resolve,
};

/// Names that mean other members in each edition and are found by code only.
const BY_CODE_ONLY: [&str; 2] = ["Sub-Saharan Africa", "Least developed countries"];

fn number(cell: &Data) -> Option<f64> {
    match cell {
        Data::Int(number) => Some(*number as f64),
        Data::Float(number) => Some(*number),
        _ => None,
    }
}

/// Rows with a location code: area, name without its footnote star, the cells.
fn located<'a>(rows: &'a [Vec<Data>], scheme: &str) -> Vec<(&'static str, String, &'a [Data])> {
    let code = |row: &[Data]| number(&row[3]).map(|code| format!("{code:.0}"));
    rows.iter()
        .filter_map(|row| code(row).map(|code| (resolve(scheme, &code), row[1].to_string().replace('*', ""), row.as_slice())))
        .collect()
}

fn names_agree(rows: &[(&'static str, String, &[Data])]) -> usize {
    let mut checked = 0;
    for (area, name, _) in rows.iter().filter(|(_, name, _)| !BY_CODE_ONLY.contains(&name.trim())) {
        assert_eq!(resolve("undesa_names", name), *area);
        checked += 1;
    }
    checked
}

#[test]
fn every_code_and_name_of_2020_is_known() {
    let Some(corpus) = corpus("undesa::every_code_and_name_of_2020_is_known") else { return };
    let path = corpus.join("undesa_migrant_stock/2020/undesa_pd_2020_ims_stock_by_sex_and_destination.xlsx");
    for table in ["Table 1", "Table 2", "Table 3", "Table 4", "Table 5", "Table 6"] {
        let rows = sheet(&path, table);
        let rows = located(&rows, "undesa");
        let groups = rows.iter().filter(|(area, ..)| areas().is_group(area)).count();
        assert_eq!((rows.len(), groups), (283, 48), "{table}: 235 countries and 48 aggregates");
        assert_eq!(names_agree(&rows), 281);
        let mut printed: BTreeMap<&str, Vec<&[Data]>> = BTreeMap::new();
        for (area, _, cells) in &rows {
            printed.entry(area).or_default().push(&cells[4..]);
        }
        let twice: Vec<_> = printed.iter().filter(|(_, rows)| rows.len() > 1).collect();
        assert_eq!(twice.iter().map(|(area, _)| **area).collect::<Vec<_>>(), ["M49_053", "M49_419"]);
        assert!(twice.iter().all(|(_, rows)| rows[0] == rows[1]), "{table}: what is printed twice is equal");
    }
}

/// The sum over the members that have a row, and the printed total.
fn sum_and_total(rows: &[(&'static str, String, &[Data])], group: &str, column: usize) -> (f64, f64) {
    let value = |area: &str| rows.iter().find(|(id, ..)| *id == area).and_then(|(.., cells)| number(&cells[column]));
    let members = areas().members_on(group, date(2020, 7, 1));
    (members.iter().filter_map(|member| value(member)).sum(), value(group).unwrap())
}

#[test]
fn the_member_lists_reproduce_the_totals_of_2020() {
    let Some(corpus) = corpus("undesa::the_member_lists_reproduce_the_totals_of_2020") else { return };
    let path = corpus.join("undesa_migrant_stock/2020/undesa_pd_2020_ims_stock_by_sex_and_destination.xlsx");
    let rows = sheet(&path, "Table 1");
    let rows = located(&rows, "undesa");
    let population = sheet(&path, "Table 2");
    let population = located(&population, "undesa");
    let mut groups: Vec<&str> = rows.iter().map(|(area, ..)| *area).filter(|area| areas().is_group(area)).collect();
    groups.sort_unstable();
    groups.dedup();
    groups.retain(|group| !areas().members_on(group, date(2020, 7, 1)).is_empty());
    assert_eq!(groups.len(), 40);
    let (year_2020, population_2020) = (11, 11);
    for group in groups {
        let (sum, total) = sum_and_total(&rows, group, year_2020);
        assert!((sum - total).abs() < 0.5, "{group}: {sum} of {total} persons");
        let (sum, total) = sum_and_total(&population, group, population_2020);
        assert!((sum - total).abs() < 0.01, "{group}: {sum} of {total} thousand");
    }
    let (sum, _) = sum_and_total(&rows, "M49_005", year_2020);
    assert!((sum - 10_887_474.0).abs() < 0.5, "South America as the sum of its members: {sum}");
}

#[test]
fn every_code_and_name_of_2015_is_known() {
    let Some(corpus) = corpus("undesa::every_code_and_name_of_2015_is_known") else { return };
    let rows = sheet(&corpus.join("undesa_migrant_stock/2015/UN_MigrantStockByOriginAndDestination_2015.xlsx"), "Table 16");
    let origins: Vec<&str> =
        rows[15].iter().skip(6).filter(|cell| **cell != Data::Empty).map(|cell| resolve("undesa_names", &cell.to_string())).collect();
    assert_eq!(origins.len(), 234);
    assert_eq!(origins[..3], ["_O:undesa.other_north", "_O:undesa.other_south", "AFG"]);
    assert!(origins[2..].iter().all(|id| areas().area(id).is_some_and(|area| area.kind == AreaKind::Country)));
    let located = located(&rows, "undesa_2015");
    let groups = located.iter().filter(|(area, ..)| areas().is_group(area)).count();
    assert_eq!((located.len(), groups), (265, 33), "232 countries and 33 aggregates");
    assert_eq!(names_agree(&located), 263);
    for group in ["UNDESA_901", "UNDESA_902", "UNDESA_934_2015", "UNDESA_941_2015", "UNDESA_947_2015", "M49_001", "M49_005", "M49_039"] {
        let (sum, total) = sum_and_total(&located, group, 5);
        assert!((sum - total).abs() < 0.5, "{group}: {sum} of {total} persons");
    }
}

#[test]
fn the_annex_of_2015_lists_the_same_members() {
    let Some(corpus) = corpus("undesa::the_annex_of_2015_lists_the_same_members") else { return };
    let rows = sheet(&corpus.join("undesa_migrant_stock/2015/UN_MigrantStockByOriginAndDestination_2015.xlsx"), "ANNEX");
    let header = rows.iter().position(|row| row[0] == Data::String("Country code".to_owned())).unwrap();
    let code = |cell: &Data| number(cell).map(|code| resolve("undesa_2015", &format!("{code:.0}")));
    let is_in = |group: &str, area: &str| areas().members_on(group, date(2015, 7, 1)).contains(&area);
    let mut checked = 0;
    for row in &rows[header + 1..] {
        let Some(area) = code(&row[0]) else { continue };
        for group in [&row[4], &row[7]] {
            assert!(is_in(code(group).unwrap(), area), "{area} {group}");
        }
        let yes = |column: usize| row[column] == Data::String("Yes".to_owned());
        assert_eq!(yes(9), is_in("UNDESA_901", area), "{area}");
        assert_eq!(yes(10), is_in("UNDESA_941_2015", area), "{area}");
        assert_eq!(yes(11), is_in("UNDESA_947_2015", area), "{area}");
        checked += 1;
    }
    assert_eq!(checked, 232);
}

#[test]
fn every_code_and_name_of_the_prospects_is_known() {
    let Some(corpus) = corpus("every_code_and_name_of_the_prospects_is_known") else { return };
    let list = text(&corpus.join("wpp2024/UNlocations.txt"));
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').flexible(true).from_reader(list.as_bytes());
    let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_lowercase).collect();
    let (name, code) = (column(&columns, "name").unwrap(), column(&columns, "country_code").unwrap());
    let mut known = 0;
    for row in reader.records().map(Result::unwrap).filter(|row| row.get(name).is_some_and(|name| !name.trim().is_empty())) {
        assert_eq!(resolve("wpp_names", &row[name]), resolve("wpp", &row[code]), "{}", &row[name]);
        known += 1;
    }
    assert!(known > 290, "{known}");
}
