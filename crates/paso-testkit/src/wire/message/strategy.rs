//! Tables for property tests, with the texts that break readers.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::{Attribute, Code, Dimension, Relationship, Row, Table};

/// Dimension and attribute ids: distinct, and no name that a format keeps for itself.
const DIMENSIONS: [&str; 5] = ["FREQ", "REF_AREA", "SEX", "indic_il", "C_BIRTH"];
const ATTRIBUTES: [&str; 4] = ["OBS_STATUS", "SOURCE", "TITLE", "COMMENT_OBS"];
const PERIODS: [&str; 8] = ["2019", "2020", "2020-Q1", "2020-M07", "2021-W09", "2021-01-31", "2021-S2", "1999/P1Y"];

/// A text with quotes, delimiters, line breaks, letters outside ASCII, markup, marks of missing values; perhaps empty. Control characters
/// other than tab and line feed are not among them: XML has none.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\"", "\"\"", ",", ";", "\t", "\n", "|", ":", ": ", "\\", "'", " ", "a", "Z", "0", "é", "ñ", "Ω", "漢", "🌍", "\u{a0}", "\u{feff}",
        "<", "&", "]]>", "{", "}", "[", "]", "~", "NA", "null", "NaN", "-", "=1+1", "e\u{301}", "\u{2028}", "/", "#",
    ]);
    vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

/// The literal text of a number: `1.50`, `-0`, `1e3`.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "-?(0|[1-9][0-9]{0,6})(\\.[0-9]{1,5})?",
        1 => "-?(0|[1-9][0-9]{0,2})(\\.[0-9]{1,3})?[eE][+-]?[0-9]{1,2}",
        1 => prop::sample::select(vec!["1.50", "-0", "0.000", "12345678901234567890", "1e3", "0.1000000000000000055511151231257827"]).prop_map(str::to_owned),
    ]
}

/// Distinct codes; identifiers by the rules of SDMX, or any texts.
fn codes(texts: bool) -> BoxedStrategy<Vec<Code>> {
    let id = if texts { any_text().boxed() } else { "[A-Za-z0-9_@$-]{1,6}".boxed() };
    btree_map(id, any_text(), 1..5).prop_map(|codes| codes.into_iter().map(|(id, name)| Code { id, name }).collect()).boxed()
}

fn dimensions(texts: bool) -> impl Strategy<Value = Vec<Dimension>> {
    let others = (vec((codes(texts), any_text()), 1..=DIMENSIONS.len()), Just(DIMENSIONS.to_vec()).prop_shuffle());
    (others, prop::sample::subsequence(PERIODS.to_vec(), 1..5)).prop_map(|((others, ids), periods)| {
        let others = others.into_iter().zip(ids).map(|((codes, name), id)| Dimension { id: id.to_owned(), name, codes });
        let periods = periods.into_iter().map(|period| Code::new(period, period)).collect();
        let period = Dimension { id: "TIME_PERIOD".to_owned(), name: "Time period".to_owned(), codes: periods };
        others.chain([period]).collect()
    })
}

fn relationship(dimensions: usize) -> impl Strategy<Value = Relationship> {
    prop_oneof![
        Just(Relationship::DataSet),
        prop::sample::subsequence((0..dimensions).collect::<Vec<_>>(), 1..dimensions.max(2)).prop_map(Relationship::Dimensions),
        Just(Relationship::Dimensions((0..dimensions - 1).collect())),
        Just(Relationship::Observation),
    ]
}

/// An attribute, the first of them coded.
fn attributes(dimensions: usize) -> impl Strategy<Value = Vec<Attribute>> {
    vec((relationship(dimensions), codes(false), any_text()), 0..=ATTRIBUTES.len()).prop_map(|attributes| {
        let with_ids = attributes.into_iter().zip(ATTRIBUTES);
        let attribute = |((relationship, codes, name), id): ((Relationship, Vec<Code>, String), &str)| Attribute {
            id: id.to_owned(),
            name,
            codes: if id == "OBS_STATUS" { codes } else { Vec::new() },
            relationship,
        };
        with_ids.map(attribute).collect()
    })
}

fn value_of(attribute: &Attribute, empty: bool) -> BoxedStrategy<Option<String>> {
    let ids: Vec<String> = attribute.codes.iter().map(|code| code.id.clone()).collect();
    if !ids.is_empty() {
        return prop::option::weighted(0.7, prop::sample::select(ids)).boxed();
    }
    prop::option::weighted(0.7, any_text()).prop_map(move |text| text.filter(|text| empty || !text.is_empty())).boxed()
}

/// Rows with distinct keys in any order.
fn rows(dimensions: &[Dimension], attributes: &[Attribute], empty: bool) -> impl Strategy<Value = Vec<Row>> + use<> {
    let key: Vec<_> = dimensions.iter().map(|dimension| 0..dimension.codes.len() as u32).collect();
    let attributes: Vec<_> = attributes.iter().map(|attribute| value_of(attribute, empty)).collect();
    btree_map(key, (prop::option::weighted(0.85, number()), attributes), 1..24)
        .prop_map(|rows| rows.into_iter().map(|(key, (value, attributes))| Row { key, value, attributes }).collect::<Vec<_>>())
        .prop_shuffle()
}

fn tables(texts: bool) -> impl Strategy<Value = Table> {
    dimensions(texts)
        .prop_flat_map(|dimensions| (attributes(dimensions.len()), Just(dimensions)))
        .prop_flat_map(move |(attributes, dimensions)| (rows(&dimensions, &attributes, texts), Just(dimensions), Just(attributes)))
        .prop_map(|(rows, dimensions, attributes)| {
            let mut table = Table { dimensions, attributes, rows };
            table.settle_attributes();
            table
        })
}

/// Any table whose codes are identifiers, so that every format carries it, in any order of rows. Names and free texts are nasty; no text
/// of an attribute is empty, because a field of SDMX-CSV cannot tell that from none.
pub fn table() -> impl Strategy<Value = Table> {
    tables(false)
}

/// Any table: codes too are nasty texts, and attributes may be empty. For CSV, JSON tables and workbooks.
pub fn table_of_texts() -> impl Strategy<Value = Table> {
    tables(true)
}

/// Any table that Eurostat's TSV carries: sorted, with no attribute but flags such as `b` or `bu`, and no observation that says nothing.
pub fn eurostat_table() -> impl Strategy<Value = Table> {
    (dimensions(false), vec("[bcdefnprsuz]{1,3}", 24)).prop_flat_map(|(dimensions, flags)| {
        let flag = Attribute {
            id: "OBS_FLAG".to_owned(),
            name: "Observation status (flag)".to_owned(),
            codes: flags.into_iter().map(|flag| Code::new(flag.clone(), flag)).collect(),
            relationship: Relationship::Observation,
        };
        let attributes = vec![flag];
        (rows(&dimensions, &attributes, false), Just(dimensions), Just(attributes))
            .prop_map(|(rows, dimensions, attributes)| Table { dimensions, attributes, rows }.without_gaps().sorted())
    })
}
