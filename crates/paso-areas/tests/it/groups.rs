//! Groups.

use jiff::civil::date;
use paso_areas::AreaKind;

use crate::areas;

#[test]
fn the_groups_have_their_members() {
    let today = date(2025, 12, 31);
    assert_eq!(areas().members_on("CSM", today), ["ARG", "BOL", "BRA", "CHL", "COL", "ECU", "GUY", "PER", "PRY", "SUR", "URY", "VEN"]);
    assert_eq!(
        areas().members_on("M49_005", today),
        ["ARG", "BOL", "BRA", "BVT", "CHL", "COL", "ECU", "FLK", "GUF", "GUY", "PER", "PRY", "SGS", "SUR", "URY", "VEN"]
    );
    let europe = areas().members_on("EU27_2020", today);
    assert!(europe.len() == 27 && !europe.contains(&"GBR") && europe.contains(&"HRV"));
    assert_eq!(areas().members_on("EU27_2020", date(1990, 1, 1)), europe, "a fixed list");
    assert_eq!(areas().members_on("UNDESA_941", today).len(), 47);
    assert_eq!(areas().members_on("UNDESA_941_2015", today).len(), 48);
    assert!(areas().members_on("UNDESA_947_2015", today).contains(&"SDN") && !areas().members_on("M49_202", today).contains(&"SDN"));
}

#[test]
fn the_world_bank_moved_two_countries_in_2025() {
    let member = |group: &str, day| areas().members_on(group, day).contains(&"AFG");
    for (day, south_asia) in [(date(2025, 6, 30), true), (date(2025, 7, 1), false)] {
        assert_eq!((member("WB_SAS", day), member("WB_MEA", day)), (south_asia, !south_asia));
    }
}

#[test]
fn every_group_has_members_or_says_why_not() {
    let mut without = 0;
    for area in areas().areas().filter(|area| area.kind == AreaKind::Group) {
        if areas().members_on(&area.id, date(2020, 7, 1)).is_empty() && !area.id.starts_with("WB_") {
            assert!(area.note.as_deref().is_some_and(|note| note.starts_with("No member list")), "{}", area.id);
            without += 1;
        }
    }
    assert_eq!(without, 6, "the five income groups and the small island States of UN DESA");
    assert_eq!(areas().areas().filter(|area| area.id.starts_with("WB_")).count(), 78, "79 aggregates less the world");
}

#[test]
fn reference_tables_have_their_columns() {
    assert_eq!(areas().areas().count(), 425);
    assert_eq!(areas().members().len(), 2145);
    assert!(areas().members().is_sorted());
}
