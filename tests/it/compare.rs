//! The questions that the documentation answers with one query, on the lake that it makes first.

use paso_tests::{expect, number, paso, sample_lake, workspace};

/// The query after a mark in a page, and what the page says that it prints.
fn shown(page: &str, mark: &str) -> (String, String) {
    let text = std::fs::read_to_string(workspace().join("docs/src/how-to").join(page)).expect("the page");
    let after = text.split_once(&format!("<!-- query: {mark} -->")).unwrap_or_else(|| panic!("{page} has no query {mark}")).1;
    let block = |text: &str, language: &str| -> String {
        let body = text.split_once(&format!("```{language}\n")).unwrap_or_else(|| panic!("{mark} has no block of {language}")).1;
        body.split_once("\n```").map_or_else(|| body.to_owned(), |(block, _)| block.to_owned())
    };
    (block(after, "sql"), block(after, "text"))
}

#[test]
fn a_question_that_needs_two_publishers_is_one_query() {
    for mark in ["compare", "gap"] {
        let (sql, expected) = shown("compare-publishers.md", mark);
        let found = expect(0, paso(&sample_lake()).args(["query", "--output", "csv", &sql]));
        assert_eq!(found.trim_end().replace("\r\n", "\n"), expected.trim_end(), "{mark}");
    }
}

#[test]
fn the_gap_between_census_and_estimate_is_the_printed_one() {
    let (sql, _) = shown("compare-publishers.md", "gap");
    for (origin, printed) in [("HTI", 107_350.0), ("VEN", 59_178.0), ("PER", 27_353.0)] {
        let gap = number(&sample_lake(), &format!("WITH answer AS ({}) SELECT gap FROM answer WHERE origin = '{origin}'", sql.trim_end()));
        assert_eq!(gap.to_bits(), f64::to_bits(printed), "{origin}: {gap}");
    }
}
