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
fn members_come_and_go_on_a_day() {
    let day_before = |day: jiff::civil::Date| day.yesterday().unwrap();
    for (group, member, first, after) in [
        ("MERCOSUR", "PRY", Some(date(1991, 11, 29)), None),
        ("MERCOSUR", "VEN", Some(date(2012, 7, 31)), Some(date(2016, 12, 2))),
        ("MERCOSUR", "BOL", Some(date(2024, 7, 8)), None),
        ("ANDEAN", "CHL", Some(date(1969, 10, 16)), Some(date(1976, 10, 30))),
        ("ANDEAN", "VEN", Some(date(1973, 2, 13)), Some(date(2006, 4, 22))),
        ("PACIFIC_ALLIANCE", "CHL", Some(date(2011, 4, 28)), None),
        ("EU", "GBR", Some(date(1973, 1, 1)), Some(date(2020, 2, 1))),
        ("EU", "HRV", Some(date(2013, 7, 1)), None),
    ] {
        let is_member = |day| areas().members_on(group, day).contains(&member);
        if let Some(first) = first {
            assert_eq!((is_member(day_before(first)), is_member(first)), (false, true), "{group} {member}");
        }
        match after {
            Some(after) => assert_eq!((is_member(day_before(after)), is_member(after)), (true, false), "{group} {member}"),
            None => assert!(is_member(date(2025, 12, 31)), "{group} {member}"),
        }
    }
    assert_eq!(areas().members_on("MERCOSUR", date(2020, 1, 1)), ["ARG", "BRA", "PRY", "URY"]);
    assert_eq!(areas().members_on("ANDEAN", date(2020, 1, 1)), ["BOL", "COL", "ECU", "PER"]);
}

#[test]
fn compositions_of_the_union_are_those_of_its_days() {
    let today = date(2025, 12, 31);
    for (composition, day) in [
        ("EU15", date(1995, 1, 1)),
        ("EU15", date(2004, 4, 30)),
        ("EU27_2007", date(2007, 1, 1)),
        ("EU27_2007", date(2013, 6, 30)),
        ("EU28", date(2013, 7, 1)),
        ("EU28", date(2020, 1, 31)),
        ("EU27_2020", date(2020, 2, 1)),
        ("EU27_2020", today),
    ] {
        assert_eq!(areas().members_on(composition, today), areas().members_on("EU", day), "{composition} {day}");
    }
    let counts = [1958, 1973, 1981, 1986, 1995, 2005, 2007, 2014, 2021].map(|year| areas().members_on("EU", date(year, 1, 1)).len());
    assert_eq!(counts, [6, 9, 10, 12, 15, 25, 27, 28, 27]);
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
    assert!(without >= 6, "the five income groups and the small island States of UN DESA");
    assert_eq!(areas().areas().filter(|area| area.id.starts_with("WB_")).count(), 78, "79 aggregates less the world");
}

#[test]
fn reference_tables_have_their_columns() {
    assert!(areas().areas().count() > 500 && areas().members().len() > 3000);
    assert!(areas().members().is_sorted());
}
