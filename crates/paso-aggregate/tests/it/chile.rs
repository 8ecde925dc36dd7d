//! The seven indicators of the Chilean pipeline. Inputs are the publishers' figures; results were computed apart, with decimal arithmetic.

use paso_aggregate::{CODE_VERSION, Engine as _, PolarsEngine, Severity};

use crate::fixture::{Lab, Row, cells, chile};

fn stock_2015(ref_area: &str, origin: &str, breakdown: &str, value: f64) -> Row {
    Row::new("undesa.migrant_stock_bilateral", "migrant_stock", "PS", ref_area)
        .with("origin", origin)
        .with("destination", ref_area)
        .with("origin_basis", if ref_area == "M49_001" { "mixed" } else { "birth" })
        .with("breakdown", breakdown)
        .vintage("2015-12-01")
        .period("2015-07-01")
        .value(value)
}

fn bilateral() -> Vec<Row> {
    vec![
        stock_2015("CHL", "W", "ref_area", 469_436.0),
        stock_2015("CHL", "PER", "origin+ref_area", 178_385.0),
        stock_2015("CHL", "ARG", "origin+ref_area", 70_415.0).with("status", "E"),
        stock_2015("CHL", "_O:undesa.other_south", "origin+ref_area", 220_636.0),
        stock_2015("ARG", "W", "ref_area", 2_086_302.0).with("status", "I"),
        stock_2015("ARG", "CHL", "origin+ref_area", 213_119.0),
        stock_2015("USA", "W", "ref_area", 46_627_102.0),
        stock_2015("USA", "CHL", "origin+ref_area", 97_901.0),
        stock_2015("M49_001", "CHL", "origin", 612_409.0),
        stock_2015("M49_001", "PER", "origin", 1_409_676.0),
        stock_2015("M49_001", "ARG", "origin", 940_273.0),
        stock_2015("M49_001", "_O:undesa.other_south", "origin", 7_644_005.0),
        // A group does not belong to the table; an edition of another day does, without the total that it does not print.
        stock_2015("M49_005", "PER", "origin+ref_area*", 500_000.0),
        stock_2015("CHL", "PER", "origin+ref_area", 1.0).vintage("2019-12-01").period("2010-07-01"),
    ]
}

#[test]
fn stock_by_origin() {
    let computed = Lab::new(&bilateral()).chile("information/migrant_stock_by_origin.sql");
    assert_eq!(
        cells(&computed.table, &["ref_area", "origin", "origin_label_es", "period", "period_end", "persons", "total", "percent", "status"]),
        [
            ["ARG", "CHL", "Chile", "2015-07-01", "2015-07-02", "213119", "2086302", "10.215156", "I"],
            ["CHL", "ARG", "Argentina", "2015-07-01", "2015-07-02", "70415", "469436", "14.999915", "E"],
            ["CHL", "PER", "Perú", "2010-07-01", "2010-07-02", "1", "", "", "A"],
            ["CHL", "PER", "Perú", "2015-07-01", "2015-07-02", "178385", "469436", "37.999855", "A"],
            ["CHL", "_O:undesa.other_south", "Otros del Sur", "2015-07-01", "2015-07-02", "220636", "469436", "47.00023", "A"],
            ["USA", "CHL", "Chile", "2015-07-01", "2015-07-02", "97901", "46627102", "0.209966", "A"],
        ]
    );
    // A warning each: the edition that prints no total, and so has no share, and the two totals of which the origins were cut.
    let found: Vec<(&str, Severity, usize)> =
        computed.findings.iter().map(|finding| (finding.check.as_str(), finding.severity, finding.rows)).collect();
    assert_eq!(found, [("origins_add_up_to_the_total", Severity::Warning, 3)]);
    assert!(!computed.refused());
}

#[test]
fn diaspora() {
    let computed = Lab::new(&bilateral()).chile("diaspora/diaspora_by_destination.sql");
    let columns = ["origin", "destination", "destination_label_en", "origin_basis_label_es", "persons", "total", "percent", "status"];
    assert_eq!(
        cells(&computed.table, &columns),
        [
            ["ARG", "CHL", "Chile", "País de nacimiento", "70415", "940273", "7.488783", "E"],
            ["CHL", "ARG", "Argentina", "País de nacimiento", "213119", "612409", "34.800109", "A"],
            ["CHL", "USA", "United States of America", "País de nacimiento", "97901", "612409", "15.986212", "A"],
            ["PER", "CHL", "Chile", "País de nacimiento", "1", "", "", "A"],
            ["PER", "CHL", "Chile", "País de nacimiento", "178385", "1409676", "12.654326", "A"],
        ]
    );
}

fn figures_2020(area: &str, basis: &str, sex: &str, stock: f64, population: Option<f64>) -> Vec<Row> {
    let breakdown = if sex == "_T" { "ref_area" } else { "ref_area+sex" };
    let row = |dataset: &str, measure: &str, unit: &str| {
        Row::new(dataset, measure, unit, area).with("sex", sex).with("breakdown", breakdown).with("status", "E").period("2020-07-01")
    };
    let stock = row("undesa.migrant_stock", "migrant_stock", "PS").with("origin_basis", basis).with("origin", "W").value(stock);
    let mut people = row("undesa.population", "population", "PS");
    people.value = population;
    let people = if population.is_none() { people.with("status", "O") } else { people };
    vec![stock, people]
}

fn published_share(area: &str, sex: &str, percent: f64) -> Row {
    let breakdown = if sex == "_T" { "ref_area" } else { "ref_area+sex" };
    Row::new("undesa.migrant_share", "migrant_share", "PT", area)
        .with("sex", sex)
        .with("breakdown", breakdown)
        .with("status", "E")
        .period("2020-07-01")
        .value(percent)
}

fn shares() -> Vec<Row> {
    let mut rows = figures_2020("CHL", "birth", "_T", 1_645_015.0, Some(19_116_209.0));
    rows.extend(figures_2020("CHL", "birth", "F", 814_942.0, Some(9_690_540.0)));
    rows.extend(figures_2020("SUR", "citizenship", "_T", 47_801.0, Some(586_634.0)));
    rows.extend(figures_2020("SUR", "citizenship", "F", 21_530.0, Some(291_812.0)));
    rows.extend(figures_2020("FLK", "birth", "_T", 1_957.0, Some(3_483.0)));
    rows.extend(figures_2020("FLK", "birth", "F", 868.0, None));
    rows.extend([published_share("CHL", "_T", 8.605_341_153_154_372), published_share("FLK", "_T", 56.187_194_946_884_865)]);
    rows
}

#[test]
fn share_of_the_population() {
    let lab = Lab::new(&shares());
    let computed = lab.chile("information/migrant_share_of_population.sql");
    let columns = [
        "ref_area",
        "sex",
        "origin_basis",
        "migrants",
        "population",
        "percent",
        "members",
        "members_reporting",
        "members_missing",
        "status",
    ];
    assert_eq!(
        cells(&computed.table, &columns),
        [
            ["CHL", "F", "birth", "814942", "9690540", "8.409666", "", "", "", "E"],
            ["CHL", "_T", "birth", "1645015", "19116209", "8.605341", "", "", "", "E"],
            ["CSM", "F", "mixed", "836472", "9982352", "8.379508", "3", "2", "ARG", "E"],
            ["CSM", "_T", "mixed", "1692816", "19702843", "8.591735", "3", "2", "ARG", "E"],
            ["FLK", "F", "birth", "868", "", "", "", "", "", "EO"],
            ["FLK", "_T", "birth", "1957", "3483", "56.187195", "", "", "", "E"],
            ["M49_005", "F", "mixed", "836472", "9982352", "8.379508", "4", "2", "BVT FLK", "E"],
            ["M49_005", "_T", "mixed", "1694773", "19706326", "8.600147", "4", "3", "BVT", "E"],
            ["SUR", "F", "citizenship", "21530", "291812", "7.378038", "", "", "", "E"],
            ["SUR", "_T", "citizenship", "47801", "586634", "8.148351", "", "", "", "E"],
        ]
    );
    let checks: Vec<&str> = computed.findings.iter().map(|finding| finding.check.as_str()).collect();
    assert_eq!(checks, ["every_stock_has_its_population"]);
    assert!(!computed.refused());

    // Before rounding it is the number that the publisher prints, to the last digit.
    let raw = PolarsEngine.query(&chile("information/migrant_share_of_population.sql").sql, &lab.views).unwrap();
    assert_eq!(cells(&raw, &["ref_area", "sex", "percent"])[1], ["CHL", "_T", "8.605341153154372"]);
}

#[test]
fn a_share_never_mixes_editions() {
    let mut rows = shares();
    rows[1] = rows[1].clone().vintage("2024-12-01");
    let computed = Lab::new(&rows).chile("information/migrant_share_of_population.sql");
    let chile = cells(&computed.table, &["ref_area", "sex", "migrants", "population", "percent"]);
    assert_eq!(chile[1], ["CHL", "_T", "1645015", "", ""]);
}

#[test]
fn a_share_that_differs_from_the_published_one_is_refused() {
    let mut rows = shares();
    rows.push(published_share("SUR", "F", 7.37));
    let computed = Lab::new(&rows).chile("information/migrant_share_of_population.sql");
    assert!(computed.refused());
    assert_eq!(computed.findings[0].example, "ref_area=SUR, sex=F, period=2020-07-01, percent=7.378038, published=7.37");
}

/// South America as printed: stock, population and share by sex.
fn south_america(sex: &str, stock: f64, population: f64) -> Vec<Row> {
    let breakdown = if sex == "_T" { "ref_area*" } else { "ref_area*+sex" };
    let mut rows = figures_2020("M49_005", "mixed", sex, stock, Some(population));
    rows.push(published_share("M49_005", sex, 100.0 * stock / population));
    rows.into_iter().map(|row| row.with("breakdown", breakdown)).collect()
}

#[test]
fn groups_are_held_against_what_is_printed() {
    let checks = |of_everyone: f64, of_women: f64| {
        let mut rows = shares();
        // Everyone in Chile, Suriname and the Falkland Islands; the women of the last have no published population.
        rows.extend(south_america("_T", of_everyone, 19_706_326.0));
        rows.extend(south_america("F", of_women, 9_982_352.0 + 1_500.0));
        let computed = Lab::new(&rows).chile("information/migrant_share_of_population.sql");
        computed.findings.into_iter().map(|finding| format!("{}: {}", finding.check, finding.example)).collect::<Vec<_>>()
    };
    let population = "every_stock_has_its_population: ref_area=FLK, sex=F, period=2020-07-01, migrants=868.0";
    let near = "is_near_the_published_share_without_some_members: ref_area=M49_005, sex=F, period=2020-07-01, percent=8.379508, ";
    let whole = checks(1_694_773.0, 837_340.0);
    assert_eq!(whole.len(), 2, "{whole:?}");
    // In this small group the missing member moves the share by more than it does in South America.
    assert!(whole[0].starts_with(near), "{}", whole[0]);
    assert_eq!(whole[1], population);

    let one_more = checks(1_694_774.0, 837_340.0);
    assert!(one_more[0].starts_with("equals_the_published_share: ref_area=M49_005, sex=_T, "), "{one_more:?}");
    let sum = |row: &str| format!("south_america_equals_the_published_sum: sex={row}");
    assert_eq!(one_more[3], sum("_T, period=2020-07-01, migrants=1694773.0, left_out=0.0, unknown=0, published=1694774.0"));
    for women in [837_339.0, 837_341.0] {
        let found = checks(1_694_773.0, women);
        let row = format!("F, period=2020-07-01, migrants=836472.0, left_out=868.0, unknown=0, published={women:?}");
        assert_eq!(found.last(), Some(&sum(&row)));
    }
}

#[test]
fn refugees() {
    let row = |measure: &str, origin: &str, year: i16, value: f64| {
        Row::new("unhcr.population", measure, "PS", "CHL")
            .with("origin", origin)
            .with("destination", "CHL")
            .with("origin_basis", "asylum_origin")
            .with("breakdown", "origin+ref_area")
            .year_end(year)
            .value(value)
    };
    let others = "other_people_in_need_of_international_protection";
    let rows = [
        row("refugees", "COL", 2020, 1_231.0),
        row("refugees", "VEN", 2020, 14.0),
        row("refugees", "PER", 2020, 808.0),
        row("asylum_seekers", "COL", 2020, 3_332.0),
        row("asylum_seekers", "VEN", 2020, 2_763.0),
        row("asylum_seekers", "PER", 2020, 1_974.0).with("status", "P"),
        row(others, "VEN", 2020, 454_547.0),
        // The group exists, and the country has none of it.
        row("refugees", "COL", 2018, 1_100.0),
        row("asylum_seekers", "COL", 2018, 5.0),
        row("refugees", "COL", 2010, 884.0),
        row("asylum_seekers", "COL", 2010, 246.0),
        // Printed totals, and people who never left: neither is added.
        row("refugees", "_T", 2020, 2_053.0).with("breakdown", "ref_area"),
        row("internally_displaced_persons", "CHL", 2020, 7.0),
    ];
    let computed = Lab::new(&rows).chile("human-rights/refugees_and_asylum_seekers.sql");
    let columns =
        ["ref_area", "period", "period_start", "refugees", "asylum_seekers", others, "total_without_other", "total_with_other", "status"];
    assert_eq!(
        cells(&computed.table, &columns),
        [
            ["CHL", "2010", "2010-12-31", "884", "246", "", "1130", "", "A"],
            ["CHL", "2018", "2018-12-31", "1100", "5", "", "1105", "1105", "A"],
            ["CHL", "2020", "2020-12-31", "2053", "8069", "454547", "10122", "464669", "P"],
        ]
    );
    assert_eq!(computed.findings, []);

    // A printed total that the origins do not meet, and people by a breakdown that the indicator does not read.
    let mut more = rows.to_vec();
    more.push(row("asylum_seekers", "_T", 2020, 8_070.0).with("breakdown", "ref_area"));
    more.push(row("refugees", "VEN", 2019, 40.0).with("sex", "F").with("breakdown", "origin+ref_area+sex"));
    let computed = Lab::new(&more).chile("human-rights/refugees_and_asylum_seekers.sql");
    let found: Vec<(&str, &str)> = computed.findings.iter().map(|finding| (finding.check.as_str(), finding.example.as_str())).collect();
    assert_eq!(found[0].0, "nobody_is_lost_between_origins_and_totals");
    assert!(found[0].1.starts_with("ref_area=CHL, period=2019, refugees=40.0, "), "{}", found[0].1);
    assert_eq!(found[1], ("equals_the_published_total", "measure=asylum_seekers, ref_area=CHL, period=2020, published=8070.0"));
    assert_eq!(found.len(), 2);
    assert!(computed.refused());
}

fn world_bank(dataset: &str, unit: &str, area: &str, period: &str, value: f64) -> Row {
    let measure = dataset.rsplit('.').next().unwrap();
    Row::new(dataset, measure, unit, area).period(period).value(value)
}

#[test]
fn net_migration() {
    let rows = [
        world_bank("worldbank.net_migration", "PS", "CHL", "2019", 181_339.0),
        world_bank("worldbank.net_migration", "PS", "CHL", "2024", 58_316.0).with("status", "P"),
        world_bank("worldbank.net_migration", "PS", "NAM", "2020", -27_056.0),
        world_bank("worldbank.net_migration", "PS", "M49_005", "2019", 900_000.0).with("breakdown", "ref_area*"),
        world_bank("worldbank.population", "PS", "CHL", "2019-07-01", 19_197_744.0).with("status", "E"),
        world_bank("worldbank.population", "PS", "CHL", "2020-07-01", 19_370_624.0),
        world_bank("worldbank.population", "PS", "NAM", "2020-07-01", 2_728_762.0),
    ];
    let computed = Lab::new(&rows).chile("information/net_migration_rate.sql");
    assert_eq!(
        cells(&computed.table, &["ref_area", "ref_area_label_es", "period", "net_migration", "population", "rate", "status"]),
        [
            ["CHL", "Chile", "2019", "181339", "19197744", "9.445849", "E"],
            ["CHL", "Chile", "2024", "58316", "", "", "P"],
            ["NAM", "Namibia", "2020", "-27056", "2728762", "-9.915119", "A"],
        ]
    );
    let checks: Vec<&str> = computed.findings.iter().map(|finding| finding.check.as_str()).collect();
    assert_eq!(checks, ["every_year_has_its_population"]);
}

#[test]
fn remittances() {
    let rows = [
        world_bank("worldbank.remittances_received", "USD", "CHL", "2020", 66_197_477.591_130_6),
        world_bank("worldbank.remittances_received", "USD", "NAM", "2020", 64_026_883.053_291_9),
        world_bank("worldbank.population", "PS", "CHL", "2020-07-01", 19_370_624.0),
        world_bank("worldbank.population", "PS", "NAM", "2020-07-01", 2_728_762.0),
    ];
    let computed = Lab::new(&rows).chile("development/remittances.sql");
    assert_eq!(
        cells(&computed.table, &["ref_area", "period", "received", "population", "per_capita", "status"]),
        [["CHL", "2020", "66197477.59", "19370624", "3.4174", "A"], ["NAM", "2020", "64026883.05", "2728762", "23.4637", "A"]]
    );
    assert_eq!(computed.findings, []);
}

fn permits(origin: &str, sex: &str, region: &str, year: &str) -> Row {
    Row::new("sermig.permanent_residence_decisions", "residence_decisions", "PERMITS", "CHL")
        .with("origin", origin)
        .with("destination", "CHL")
        .with("origin_basis", "citizenship")
        .with("sex", sex)
        .with("region", region)
        .with("category", "GRANT")
        .with("breakdown", "category+origin+ref_area+region+sex")
        .period(year)
}

#[test]
fn permanent_residence() {
    let rows = [
        permits("BOL", "F", "CL-AN", "2023").value(136.0),
        permits("BOL", "M", "CL-AN", "2023").value(30.0),
        permits("BOL", "F", "CL-AT", "2023").hidden(1.0, 5.0),
        permits("BOL", "M", "CL-AT", "2023").hidden(1.0, 5.0),
        permits("VEN", "F", "CL-RM", "2023").value(834.0),
        permits("VEN", "F", "CL-RM", "2022").value(7.0),
        permits("VEN", "F", "CL-RM", "2023").with("category", "ARCHIVE").value(99.0),
        permits("PER", "_C", "_C", "2001").hidden(1.0, 5.0),
        permits("VEN", "_T", "_T", "2023").with("breakdown", "category+origin+ref_area").with("method", "roll_up").value(834.0),
    ];
    let computed = Lab::new(&rows).chile("information/permanent_residence_granted.sql");
    let columns = [
        "origin",
        "period",
        "permits_printed",
        "permits_low",
        "permits_high",
        "hidden_cells",
        "total_printed",
        "total_low",
        "total_high",
        "percent",
        "status",
    ];
    assert_eq!(
        cells(&computed.table, &columns),
        [
            ["BOL", "2023", "166", "168", "176", "2", "1000", "1002", "1010", "16.6", "Q"],
            ["PER", "2001", "", "1", "5", "1", "", "1", "5", "", "Q"],
            ["VEN", "2022", "7", "7", "7", "0", "7", "7", "7", "100", "A"],
            // Nothing of it is hidden, but its share is one of a total that lacks hidden cells.
            ["VEN", "2023", "834", "834", "834", "0", "1000", "1002", "1010", "83.4", "Q"],
        ]
    );
    assert_eq!(computed.findings, []);
}

#[test]
fn a_hidden_cell_without_bounds_and_a_second_breakdown_are_refused() {
    let rows = [
        permits("BOL", "F", "CL-AN", "2023").value(136.0),
        permits("BOL", "_T", "_T", "2023").with("breakdown", "category+origin+ref_area").value(166.0),
        permits("VEN", "F", "CL-AN", "2023").with("status", "O"),
    ];
    let computed = Lab::new(&rows).chile("information/permanent_residence_granted.sql");
    let checks: Vec<&str> = computed.findings.iter().map(|finding| finding.check.as_str()).collect();
    assert_eq!(checks, ["one_breakdown", "every_hidden_cell_has_bounds"]);
}

#[test]
fn the_code_version_is_raised_when_the_bytes_change() {
    let lab = Lab::new(&bilateral());
    let path = lab.write("golden", &lab.chile("diaspora/diaspora_by_destination.sql").table);
    let (digest, _) = paso_lake::sha256_file(&path).unwrap();
    assert_eq!((CODE_VERSION, digest.as_str()), (3, "398b4d99ceea59609bd66a644b2db8676fd86b37ea9e27a204d88a30df41616c"));
}
