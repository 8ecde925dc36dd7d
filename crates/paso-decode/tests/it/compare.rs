//! Compares a decoded table with an expected one, by the rules of the conformance cases: the order of rows and columns does not count, a column
//! that one side lacks is an empty one, and measures are compared as numbers.

use std::collections::BTreeMap;

/// A table of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Flat {
    /// The names of the columns; those of attributes begin with `attr:`.
    pub(crate) titles: Vec<String>,
    /// The rows, with one cell for each column; an absent cell is empty.
    pub(crate) rows: Vec<Vec<String>>,
}

/// What is left out of a comparison.
#[expect(clippy::struct_excessive_bools, reason = "one for each flag of the cases, which do not depend on each other")]
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rules {
    /// Attributes that only the expected table has.
    pub(crate) no_attributes: bool,
    /// Whether a column is an attribute.
    pub(crate) ignore_prefix: bool,
    /// All attributes.
    pub(crate) values_only: bool,
    /// Rows without a value that lack a part of the key.
    pub(crate) observations_only: bool,
    /// Rows without a value and without an attribute.
    pub(crate) drop_empty: bool,
}

impl Rules {
    /// The rules of a case.
    pub(crate) fn of(case: &serde_json::Value) -> Self {
        let flag = |flag: &str| case["compare_flags"].as_array().is_some_and(|flags| flags.iter().any(|other| other == flag));
        Self {
            no_attributes: flag("--no-attrs"),
            ignore_prefix: flag("--ignore-prefix"),
            values_only: flag("--values-only"),
            observations_only: flag("--obs-only"),
            drop_empty: flag("--drop-empty"),
        }
    }
}

const ATTRIBUTE: &str = "attr:";
const MOST_DIFFERENCES: usize = 5;

/// The differences; none if the tables are equal.
pub(crate) fn differences(expected: &Flat, actual: &Flat, rules: Rules) -> Vec<String> {
    let (expected, actual) = (restricted(expected, rules), restricted(actual, rules));
    let mut found = Vec::new();
    for title in expected.titles.iter().filter(|title| !actual.titles.contains(title)) {
        let excused = rules.no_attributes && title.starts_with(ATTRIBUTE);
        if !excused && column(&expected, title).any(|cell| !normal(cell, title == "OBS_VALUE").is_empty()) {
            found.push(format!("column {title} is missing"));
        }
    }
    for title in actual.titles.iter().filter(|title| !expected.titles.contains(title)) {
        if column(&actual, title).any(|cell| !cell.is_empty()) {
            found.push(format!("column {title} is not expected"));
        }
    }
    let mut common: Vec<&str> = expected.titles.iter().filter(|title| actual.titles.contains(title)).map(String::as_str).collect();
    common.sort_unstable();
    let (expected, actual) = (counted(&expected, &common, rules), counted(&actual, &common, rules));
    for (rows, others, what) in [(&expected, &actual, "missing"), (&actual, &expected, "not expected")] {
        for (row, count) in rows {
            let more = count.saturating_sub(*others.get(row).unwrap_or(&0));
            if more > 0 {
                found.push(format!("{more} rows {what}: {}", row.join("|")));
            }
        }
    }
    if found.len() > MOST_DIFFERENCES {
        let count = found.len();
        found.truncate(MOST_DIFFERENCES);
        found.push(format!("{count} differences in all; columns {}", common.join("|")));
    }
    found
}

fn restricted(table: &Flat, rules: Rules) -> Flat {
    let mut table = table.clone();
    if rules.ignore_prefix {
        for title in &mut table.titles {
            if let Some(bare) = title.strip_prefix(ATTRIBUTE) {
                *title = bare.to_owned();
            }
        }
    }
    let keep: Vec<bool> = table.titles.iter().map(|title| !(rules.values_only && title.starts_with(ATTRIBUTE))).collect();
    let kept = |cells: Vec<String>| cells.into_iter().zip(&keep).filter(|(_, keep)| **keep).map(|(cell, _)| cell).collect();
    Flat { titles: kept(table.titles.clone()), rows: table.rows.into_iter().map(kept).collect() }
}

fn column<'t>(table: &'t Flat, title: &str) -> impl Iterator<Item = &'t str> {
    let index = table.titles.iter().position(|other| other == title);
    table.rows.iter().filter_map(move |row| index.and_then(|index| row.get(index)).map(String::as_str))
}

/// The rows in normal form, with how often each is there.
fn counted(table: &Flat, common: &[&str], rules: Rules) -> BTreeMap<Vec<String>, usize> {
    let cell = |row: &[String], title: &str| {
        let index = table.titles.iter().position(|other| other == title);
        index.and_then(|index| row.get(index)).cloned().unwrap_or_default()
    };
    let has_value = |row: &[String]| !normal(&cell(row, "OBS_VALUE"), true).is_empty();
    let mut counts = BTreeMap::new();
    for row in &table.rows {
        let named = || table.titles.iter().zip(row);
        let says_something = named().any(|(title, cell)| title.starts_with(ATTRIBUTE) && !cell.is_empty());
        let whole_key = named().all(|(title, cell)| title.starts_with(ATTRIBUTE) || is_measure(title) || !cell.is_empty());
        if !has_value(row) && (rules.drop_empty && !says_something || rules.observations_only && !whole_key) {
            continue;
        }
        let row: Vec<String> = common.iter().map(|title| normal(&cell(row, title), is_measure(title))).collect();
        *counts.entry(row).or_insert(0) += 1;
    }
    counts
}

fn is_measure(title: &str) -> bool {
    let upper = title.to_uppercase();
    !title.starts_with(ATTRIBUTE) && ["OBS_VALUE", "MEAS", "ME_"].iter().any(|prefix| upper.starts_with(prefix))
}

/// A cell as it is compared: a number of a measure without what does not count, `1.50` as `1.5` and `1e3` as `1000`.
fn normal(text: &str, measure: bool) -> String {
    let trimmed = text.trim();
    if !measure {
        return text.to_owned();
    }
    if trimmed.is_empty() || trimmed.eq_ignore_ascii_case("nan") {
        return String::new();
    }
    decimal(trimmed).unwrap_or_else(|| text.to_owned())
}

/// The digits of a decimal number without leading and trailing zeros, with their exponent.
fn decimal(text: &str) -> Option<String> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent = exponent.parse::<i64>().ok()? - i64::try_from(fraction.len()).ok()?;
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Some("number 0".to_owned());
    }
    let zeros = i64::try_from(digits.len() - digits.trim_end_matches('0').len()).ok()?;
    Some(format!("number {sign}{significant}e{}", exponent + zeros))
}

#[test]
fn tables_are_compared_by_the_rules_of_the_cases() {
    let table = |text: &str| {
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        Flat { titles: lines.next().unwrap_or_default(), rows: lines.collect() }
    };
    let expected = table("geo,OBS_VALUE,attr:FLAG,attr:NOTE\nAT,1.50,p,\nBE,NaN,,\nBE,1e3,,");
    let equal = table("OBS_VALUE,attr:FLAG,geo,attr:OTHER\n,,BE,\n1.5,p,AT,\n1000.0,,BE,");
    assert!(differences(&expected, &equal, Rules::default()).is_empty());
    let other = table("geo,OBS_VALUE,attr:FLAG\nAT,1.51,p\nBE,,\nBE,1000,");
    assert_eq!(
        differences(&expected, &other, Rules::default()),
        ["1 rows missing: number 15e-1|p|AT".to_owned(), "1 rows not expected: number 151e-2|p|AT".to_owned()]
    );
    let fewer = table("geo,OBS_VALUE\nAT,1.5\nBE,\nBE,1000");
    assert_eq!(differences(&expected, &fewer, Rules::default()), ["column attr:FLAG is missing"]);
    assert!(differences(&expected, &fewer, Rules { no_attributes: true, ..Rules::default() }).is_empty());
    assert!(differences(&expected, &fewer, Rules { values_only: true, ..Rules::default() }).is_empty());
    let cells = table("geo,OBS_VALUE,FLAG\nAT,1.5,p\nBE,,\nBE,1000,");
    assert!(differences(&expected, &cells, Rules { ignore_prefix: true, ..Rules::default() }).is_empty());
    let without = table("geo,OBS_VALUE,attr:FLAG\nAT,1.5,p\nBE,1000,\n,,x");
    let rules = Rules { drop_empty: true, observations_only: true, ..Rules::default() };
    assert!(differences(&expected, &without, rules).is_empty());
}
