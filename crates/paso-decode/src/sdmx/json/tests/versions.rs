//! What each version of the standard says of the same figures: 1.0 with one `structure`, 2.0 and 2.1 with `structures`.

use super::{coded, column, read};
use crate::testing::{Collected, decode_as};
use crate::{Bytes, Format, Known, Limits, Message, Role};

/// Components whose order in keys is not that of the message.
fn placed(id: &str, key_position: u8, codes: &[&str]) -> String {
    coded(id, codes).replacen('{', &format!(r#"{{"keyPosition":{key_position},"#), 1)
}

fn areas() -> String {
    placed("REF_AREA", 1, &["CHL", "PER"])
}

fn times() -> String {
    placed("TIME_PERIOD", 2, &["2021", "2020"])
}

fn status() -> String {
    coded("OBS_STATUS", &["A", "E"])
}

/// The components of version 1.0: dimensions and attributes at their levels, no measures.
fn structure(series: &str, observation: &str, of_series: &str) -> String {
    let frequency = placed("FREQ", 0, &["A"]);
    format!(
        r#"{{"links":[{{"rel":"datastructure","href":"https://example.org"}}],"name":"Stock","description":null,
        "dimensions":{{"dataSet":[{frequency}],"series":[{series}],"observation":[{observation}]}},
        "attributes":{{"dataSet":[{}],"series":[{of_series}],"observation":[{}]}},"annotations":[{{"title":"n"}}]}}"#,
        coded("UNIT", &["PS"]),
        status()
    )
}

const HEADER: &str = r#"{"id":"t","test":false,"prepared":"2020-01-01T00:00:00Z","sender":{"id":"ONS"}}"#;

/// Messages of 1.0: at the top as until 2018, and under `data` with `meta`, the structure before or behind the data sets.
fn first_version(structure: &str, data_set: &str) -> [String; 3] {
    let sets = format!(r#""dataSets":[{{"action":"Information","reportingBegin":"2020","attributes":[0],{data_set}}}]"#);
    [
        format!(r#"{{"header":{HEADER},{sets},"structure":{structure},"errors":null}}"#),
        format!(r#"{{"header":{HEADER},"structure":{structure},{sets}}}"#),
        format!(r#"{{"meta":{{"schema":"1.0"}},"data":{{"structure":{structure},{sets}}},"errors":[]}}"#),
    ]
}

/// Every row of a table, sorted: layouts differ in the order of their rows.
fn sorted(table: &Collected) -> Vec<String> {
    let columns: Vec<String> = table.names().into_iter().map(|name| column(table, name)).collect();
    let columns: Vec<Vec<&str>> = columns.iter().map(|column| column.split('|').collect()).collect();
    let mut rows: Vec<String> =
        (0..table.rows().len()).map(|row| columns.iter().map(|column| column[row]).collect::<Vec<_>>().join(" ")).collect();
    rows.sort_unstable();
    rows
}

const ROWS: [&str; 3] = ["A CHL 2020 1462103 PS E", "A CHL 2021 1.50 PS A", "A PER 2021 - PS -"];
const NAMES: [&str; 6] = ["FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "UNIT", "OBS_STATUS"];

fn check(messages: &[String], part: &str) {
    for message in messages {
        let table = read(message).unwrap_or_else(|error| panic!("{error}: {message}"));
        assert_eq!((table.names(), sorted(&table)), (NAMES.to_vec(), ROWS.map(str::to_owned).to_vec()), "{message}");
        let expected = if message.contains(r#""data":{"#) { format!("/data{part}") } else { part.to_owned() };
        assert_eq!(table.batches[0].part.as_deref(), Some(expected.as_str()));
        let roles: Vec<Role> = table.batches[0].columns.iter().map(|column| column.role).collect();
        assert_eq!(roles, [[Role::Dimension; 3], [Role::Measure, Role::Attribute, Role::Attribute]].concat());
        let source = Bytes(message.as_bytes());
        let recognized = Message::recognize(&source, Known::default(), Limits::default()).unwrap();
        assert_eq!(recognized.format(), Format::SdmxJson);
    }
}

#[test]
fn version_1_0_in_time_series() {
    let data = r#""series":{"0":{"observations":{"0":[1.50,0],"1":[1462103,1]}},"1":{"attributes":[],"observations":{"0":[null]}}}"#;
    check(&first_version(&structure(&areas(), &times(), ""), data), "/dataSets/0");
}

#[test]
fn version_1_0_flat() {
    let data = r#""observations":{"0:0":[1.50,0],"0:1":[1462103,1],"1:0":[null,null]}"#;
    check(&first_version(&structure("", &[areas(), times()].join(","), ""), data), "/dataSets/0");
    // A flat message may leave out the levels that it does not use.
    let bare = format!(r#"{{"structure":{{"dimensions":{{"observation":[{}]}}}},"dataSets":[{{"observations":{{"1":[7]}}}}]}}"#, areas());
    assert_eq!(sorted(&read(&bare).unwrap()), ["PER 7"]);
}

#[test]
fn version_1_0_in_sections() {
    let data = r#""series":{"0":{"observations":{"0":[1.50,0],"1":[null]}},"1":{"observations":{"0":[1462103,1]}}}"#;
    check(&first_version(&structure(&times(), &areas(), ""), data), "/dataSets/0");
}

#[test]
fn attributes_of_series_in_version_1_0_hold_for_their_observations() {
    let data = r#""series":{"0":{"attributes":[1],"observations":{"1":[1]}},"1":{"observations":{"0":[2],"1":[3,1]}}}"#;
    let title = coded("TITLE", &["t0", "t1"]);
    for message in first_version(&structure(&areas(), &times(), &title), data) {
        let table = read(&message).unwrap();
        assert_eq!((column(&table, "TITLE"), column(&table, "UNIT")), ("t1|-|-".to_owned(), "PS|PS|PS".to_owned()));
        let named = decode_as(message.as_bytes(), "[sdmx_json]\nlabels = \"both\"").unwrap();
        assert_eq!(column(&named, "REF_AREA"), "CHL: Name of CHL|PER: Name of PER|PER: Name of PER");
    }
}

#[test]
fn versions_2_0_and_2_1_say_the_same_with_structures_and_groups() {
    let structure = |series: &str, observation: &str| {
        format!(
            r#"{{"name":"Stock","names":{{"en":"Stock"}},"dimensions":{{"dataSet":[{}],"series":[{series}],"observation":[{observation}]}},
            "measures":{{"observation":[{{"id":"OBS_VALUE","roles":["PRIMARY"],"format":{{"dataType":"Decimal"}}}}]}},
            "attributes":{{"dataSet":[],"dimensionGroup":[{}],"series":[],"observation":[{}]}},"dataSets":[0]}}"#,
            placed("FREQ", 0, &["A"]),
            coded("UNIT", &["PS"]),
            status()
        )
    };
    let by_series = structure(&areas(), &times());
    let flat = structure("", &[areas(), times()].join(","));
    let series = r#""series":{"0":{"observations":{"0":[1.50,0],"1":[1462103,1]}},"1":{"observations":{"0":[null]}}}"#;
    let observations = r#""observations":{"0:0":[1.50,0],"0:1":[1462103,1],"1:0":[null]}"#;
    let mut messages = Vec::new();
    for (structure, data) in [(&by_series, series), (&flat, observations)] {
        for (schema, open) in [("2.0.0", ""), ("2.1.0", "~")] {
            // The unit holds for all that has this frequency; 2.1 writes `~` where 2.0 leaves a place empty.
            let groups = format!(r#""dimensionGroupAttributes":{{"0:{open}:{open}":[0]}}"#);
            let meta =
                format!(r#""meta":{{"schema":"https://json.sdmx.org/{schema}/sdmx-json-data-schema.json","contentLanguages":["en"]}}"#);
            let sets = format!(r#""dataSets":[{{"structure":0,"action":"Replace",{data},{groups}}}]"#);
            messages.push(format!(r#"{{{meta},"data":{{"structures":[{structure}],{sets}}},"errors":[]}}"#));
            messages.push(format!(r#"{{"data":{{{sets},"structures":[{structure}]}},{meta}}}"#));
        }
    }
    check(&messages, "/dataSets/0");
}

#[test]
fn version_2_1_has_several_measures_and_values_that_are_arrays() {
    let message = format!(
        r#"{{"data":{{"structures":[{{"dimensions":{{"observation":[{}]}},
        "measures":{{"observation":[{{"id":"PERSONS"}},{{"id":"RATE"}}]}},
        "attributes":{{"dataSet":[{{"id":"SOURCE"}}],"observation":[{},{{"id":"NOTE"}}]}}}}],
        "dataSets":[{{"attributes":[["register","census"]],"observations":{{"0":[5,"1.20",[0,1],{{"en":"a","es":"b"}}],"1":[null,0]}}}}]}}}}"#,
        areas(),
        status()
    );
    let table = read(&message).unwrap();
    assert_eq!(table.names(), ["REF_AREA", "PERSONS", "RATE", "SOURCE", "OBS_STATUS", "NOTE"]);
    assert_eq!(sorted(&table), [r#"CHL 5 1.20 register;census A;E {"en":"a","es":"b"}"#, "PER - 0 register;census - -"]);
}

#[test]
fn a_message_of_version_1_0_cut_anywhere_gives_no_row() {
    let data = r#""series":{"0":{"observations":{"0":[1.50,0],"1":[1462103,1]}},"1":{"observations":{"0":[null]}}}"#;
    for message in first_version(&structure(&areas(), &times(), ""), data) {
        for keep in (0..message.len()).filter(|keep| message.is_char_boundary(*keep)) {
            assert!(read(&message[..keep]).is_err(), "{keep}");
        }
    }
}
