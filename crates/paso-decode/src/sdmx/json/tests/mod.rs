//! Small messages, one for each thing that a message may do.

mod layouts;
mod refused;
mod versions;

use crate::testing::{Collected, decode_as, decode_within};
use crate::{DecodeError, Limits, Role};

/// A message of version 2 with one structure; the data sets stand before it.
fn message(structure: &str, data_sets: &str) -> String {
    format!(r#"{{"meta":{{"id":"t"}},"data":{{"dataSets":[{data_sets}],"structures":[{{{structure}}}]}}}}"#)
}

fn read(message: &str) -> Result<Collected, DecodeError> {
    decode_as(message.as_bytes(), "[sdmx_json]")
}

/// A column, with `-` for what is absent.
fn column(table: &Collected, name: &str) -> String {
    table.column(name).into_iter().map(|cell| cell.unwrap_or_else(|| "-".to_owned())).collect::<Vec<_>>().join("|")
}

/// A component with these codes.
fn coded(id: &str, codes: &[&str]) -> String {
    let values: Vec<String> = codes.iter().map(|code| format!(r#"{{"id":"{code}","name":"Name of {code}"}}"#)).collect();
    format!(r#"{{"id":"{id}","values":[{}]}}"#, values.join(","))
}

/// Dimensions A (2 codes) and B (3 codes) of observations.
fn flat_dimensions() -> String {
    format!(r#""dimensions":{{"observation":[{},{}]}}"#, coded("A", &["a0", "a1"]), coded("B", &["b0", "b1", "b2"]))
}

#[test]
fn groups_are_found_by_what_they_fix_wherever_they_stand() {
    let structure = format!(
        r#"{},"attributes":{{"dataSet":[{}],"dimensionGroup":[{{"id":"NOTE"}},{}],"observation":[{}]}}"#,
        flat_dimensions(),
        coded("NOTE", &["of all"]),
        coded("UNIT", &["PS", "PC"]),
        coded("UNIT", &["XX", "YY"]),
    );
    let groups = r#""dimensionGroupAttributes":{"~:~":["any",0],"1:~":["of a1"],":2":[null,1],"1:2":["of a1 b2",null,99]}"#;
    let observations = r#""observations":{"0:0":[1],"1:0":[2],"0:2":[3],"1:2":[4],"1:1":[5,1]}"#;
    for body in [format!("{{{groups},{observations}}}"), format!(r#"{{{observations},"attributes":[0],{groups}}}"#)] {
        let table = read(&message(&structure, &body)).unwrap();
        assert_eq!(column(&table, "A"), "a0|a1|a0|a1|a1");
        assert_eq!(column(&table, "NOTE"), "any|of a1|any|of a1 b2|of a1");
        assert_eq!(column(&table, "UNIT"), "PS|PS|PC|PC|YY", "the observation's own value counts most");
        assert_eq!(table.names(), ["A", "B", "OBS_VALUE", "NOTE", "UNIT"]);
    }
    let body = format!(r#"{{{observations},"attributes":[0]}}"#);
    assert_eq!(column(&read(&message(&structure, &body)).unwrap(), "NOTE"), ["of all"; 5].join("|"));
}

#[test]
fn the_positions_of_groups_follow_the_levels_of_dimensions() {
    // Field guide 2.1, dimensionGroupAttributes.
    let structure = format!(
        r#""dimensions":{{"dataSet":[{}],"series":[{}],"observation":[{}]}},"attributes":{{"dimensionGroup":[{{"id":"A2"}},{}]}}"#,
        coded("DIM1", &["d1"]),
        coded("DIM2", &["x", "y"]),
        coded("DIM3", &["p", "q"]),
        coded("A3", &["A3_1"]),
    );
    let groups = r#""dimensionGroupAttributes":{"0::":[null,0],"0::0":["A2_1"],"0:1:":["by series"]}"#;
    let series = r#""series":{"0":{"observations":{"0":[10],"1":[11]}},"1":{"observations":{"0":[12],"1":[13]}}}"#;
    for body in [format!("{{{groups},{series}}}"), format!("{{{series},{groups}}}")] {
        let table = read(&message(&structure, &body)).unwrap();
        assert_eq!(column(&table, "DIM1"), "d1|d1|d1|d1");
        assert_eq!(column(&table, "A3"), "A3_1|A3_1|A3_1|A3_1");
        assert_eq!(column(&table, "A2"), "A2_1|-|A2_1|by series");
    }
}

#[test]
fn every_kind_of_value_has_its_text() {
    let values = r#"{"id":"c","name":"Code"},{"name":"only a name"},{"value":1.50},{"value":{"en":"x"}},{"values":["p","q"]},"bare",
        {"names":{"fr":"nom","en":"name"}},{"id":null,"value":false}"#;
    let structure = format!(
        r#""dimensions":{{"observation":[{}]}},"attributes":{{"observation":[{{"id":"CODED","values":[{values}]}},{{"id":"FREE"}}]}}"#,
        coded("T", &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]),
    );
    let body = r#"{"observations":{
        "0":[1,0,"text"], "1":[1e3,1,007.5], "2":[null,2,null], "3":["1.50",3,true], "4":[-0.0,4,{"en":"a \"b\"","km":"ក","n":[1.0,null]}],
        "5":[0,5,["x",2,null,{"en":"y"}]], "6":[0,6,[]], "7":[0,7,[null]], "8":[0,[0,1,5],""], "9":[0,"inline"]}}"#;
    let table = read(&message(&structure, &body.replace("007.5", "7.50"))).unwrap();
    assert_eq!(column(&table, "OBS_VALUE"), "1|1e3|-|1.50|-0.0|0|0|0|0|0");
    assert_eq!(column(&table, "CODED"), r#"c|only a name|1.50|{"en":"x"}|p;q|bare|nom|false|c;only a name;bare|inline"#);
    assert_eq!(column(&table, "FREE"), r#"text|7.50|-|true|{"en":"a \"b\"","km":"ក","n":[1.0,null]}|x;2;{"en":"y"}|-|-||-"#);
}

#[test]
fn measures_stand_before_attributes_and_annotations_behind() {
    let structure = format!(
        r#"{},"measures":{{"observation":[{{"id":"TURNOVER"}},{}]}},"attributes":{{"observation":[{{"id":"NOTE"}}]}},"annotations":[{}]"#,
        flat_dimensions(),
        coded("TREND", &["UP", "DOWN"]),
        [r#"{"text":"x"}"#; 8].join(","),
    );
    let body = r#"{"observations":{"0:0":[1.0,1,"n",7,[8],{"x":9}],"0:1":[2],"1:1":[null,null,"m"],"1:2":null,"1:0":[]}}"#;
    let table = read(&message(&structure, body)).unwrap();
    assert_eq!(table.names(), ["A", "B", "TURNOVER", "TREND", "NOTE"]);
    assert_eq!(column(&table, "TURNOVER"), "1.0|2|-|-|-");
    assert_eq!(column(&table, "TREND"), "DOWN|-|-|-|-");
    assert_eq!(column(&table, "NOTE"), "n|-|m|-|-");
    let roles: Vec<Role> = table.batches[0].columns.iter().map(|column| column.role).collect();
    assert_eq!(roles, [Role::Dimension, Role::Dimension, Role::Measure, Role::Measure, Role::Attribute]);
    assert_eq!(table.rows(), [1, 2, 3, 4, 5]);
}

#[test]
fn an_attribute_without_values_gives_its_slot_to_the_only_one_that_has_some() {
    let structure = |more: &str| {
        format!(
            r#"{},"attributes":{{"observation":[{{"id":"TIME_FORMAT","values":[]}},{}{more}]}}"#,
            flat_dimensions(),
            coded("STATUS", &["x", "y"])
        )
    };
    let body = r#"{"observations":{"0:0":[1,1],"0:1":[1,null],"0:2":[1,null,0]}}"#;
    let table = read(&message(&structure(""), body)).unwrap();
    assert_eq!((column(&table, "STATUS"), column(&table, "TIME_FORMAT")), ("y|-|x".to_owned(), "-|-|-".to_owned()));
    let error = read(&message(&structure(&format!(",{}", coded("OTHER", &["z"]))), body)).unwrap_err().to_string();
    assert!(error.ends_with("TIME_FORMAT has no value at position 1: it has 0"), "{error}");
    let error = read(&message(&structure(""), r#"{"observations":{"0:0":[1,1,0]}}"#)).unwrap_err().to_string();
    assert!(error.ends_with("an observation has two values of STATUS"), "{error}");
}

#[test]
fn defaults_are_taken_where_they_are_asked_for() {
    let structure = format!(
        r#"{},"attributes":{{"observation":[{{"id":"S","default":"E","values":[{{"id":"A","name":"normal"}},{{"id":"E","name":"estimate"}}]}},
        {{"id":"F","default":2.50}}]}}"#,
        flat_dimensions()
    );
    let message = message(&structure, r#"{"observations":{"0:0":[1,0,"x"],"0:1":[2],"0:2":[3,null,null]}}"#);
    let table = read(&message).unwrap();
    assert_eq!((column(&table, "S"), column(&table, "F")), ("A|-|-".to_owned(), "x|-|-".to_owned()));
    let table = decode_as(message.as_bytes(), "[sdmx_json]\ndefaults = true\nlabels = \"both\"").unwrap();
    assert_eq!(column(&table, "S"), "A: normal|E: estimate|E: estimate");
    assert_eq!(column(&table, "F"), "x|2.50|2.50");
}

#[test]
fn data_sets_are_parts_and_each_has_its_structure() {
    let structures = format!(
        r#"{{"dimensions":{{"observation":[{}]}},"dataSets":[1]}},{{"dimensions":{{"observation":[{}]}},"dataSets":[0,2]}}"#,
        coded("X", &["x"]),
        coded("Y", &["y0", "y1"])
    );
    let message = format!(
        r#"{{"data":{{"structures":[{structures}],"dataSets":[{{"observations":{{"0":[1],"1":[2]}}}},{{"observations":{{"0":[3]}}}},
        {{"observations":{{}},"structure":0}},{{"observations":{{"1":[4]}},"structure":1}}]}}}}"#
    );
    let table = read(&message).unwrap();
    let parts: Vec<_> = table.batches.iter().map(|batch| (batch.part.as_deref().unwrap(), batch.rows.len(), batch.columns.len())).collect();
    assert_eq!(parts, [("/data/dataSets/0", 2, 2), ("/data/dataSets/1", 1, 2), ("/data/dataSets/3", 1, 2)]);
    assert_eq!(table.rows(), [1, 2, 1, 1]);
    assert_eq!(column(&Collected { batches: table.batches[1..2].to_vec(), ..Collected::default() }, "X"), "x");
    let table = decode_as(message.as_bytes(), "[sdmx_json]\ndata_set = 3").unwrap();
    assert_eq!((column(&table, "Y"), column(&table, "OBS_VALUE")), ("y1".to_owned(), "4".to_owned()));
    let error = decode_as(message.as_bytes(), "[sdmx_json]\ndata_set = 4").unwrap_err();
    assert_eq!(error.to_string(), "the body has no data: decode.sdmx_json.data_set is 4, counted from 0, of 4 data sets");
}

#[test]
fn deletions_say_that_they_are() {
    let structure = format!(
        r#""dimensions":{{"series":[{}],"observation":[{}]}},"attributes":{{"series":[{}]}}"#,
        coded("A", &["a0", "a1"]),
        coded("T", &["t0", "t1"]),
        coded("NOTE", &["n"])
    );
    let sets = r#"{"action":"Replace","series":{"0":{"observations":{"1":[40.30]}}}},
        {"series":{"0":{"observations":{"0":[]}},"1":{"attributes":[0]},"~":{"observations":{"1":[1]}}},"action":"Delete"}"#;
    let table = read(&message(&structure, sets)).unwrap();
    let [replaced, deleted] = &table.batches[..] else { panic!("two parts") };
    assert_eq!(replaced.columns.len(), 4);
    let deleted = Collected { batches: vec![deleted.clone()], ..Collected::default() };
    assert_eq!(deleted.names(), ["A", "T", "OBS_VALUE", "NOTE", "ACTION"]);
    assert_eq!((column(&deleted, "A"), column(&deleted, "T")), ("a0|a1|-".to_owned(), "t0|-|t1".to_owned()));
    assert_eq!((column(&deleted, "NOTE"), column(&deleted, "ACTION")), ("-|n|-".to_owned(), "Delete|Delete|Delete".to_owned()));
}

#[test]
fn names_stand_beside_codes_or_with_them() {
    let structure = format!(
        r#""dimensions":{{"observation":[{}]}},"attributes":{{"observation":[{{"id":"S","values":[{{"id":"A"}},{{"id":"B","name":"b"}}]}},{{"id":"F"}}]}}"#,
        coded("AREA", &["CHL", "PER", "BRA"])
    );
    let message = message(&structure, r#"{"observations":{"0":[1,0,"x"],"1":[2,1],"2":[3,"inline"]}}"#);
    let table = decode_as(message.as_bytes(), "[sdmx_json]\nlabels = \"name\"\ncolumns = { area = [\"AREA\"] }").unwrap();
    assert_eq!(table.names(), ["area", "area_label", "OBS_VALUE", "S", "S_label", "F"]);
    assert_eq!(column(&table, "area_label"), "Name of CHL|Name of PER|Name of BRA");
    assert_eq!((column(&table, "S"), column(&table, "S_label")), ("A|B|inline".to_owned(), "-|b|-".to_owned()));
    let table = decode_as(message.as_bytes(), "[sdmx_json]\nlabels = \"both\"").unwrap();
    assert_eq!(
        (column(&table, "AREA"), column(&table, "S")),
        ("CHL: Name of CHL|PER: Name of PER|BRA: Name of BRA".to_owned(), "A|B: b|inline".to_owned())
    );
    let missing = "[sdmx_json]\ncolumns = { area = [\"REF_AREA\"] }";
    let error = decode_as(message.as_bytes(), missing).unwrap_err().to_string();
    assert!(error.contains("expected \"REF_AREA\"") && error.contains("found \"AREA\", \"OBS_VALUE\", \"S\", \"F\""), "{error}");
    decode_as(message.as_bytes(), &format!("{missing}\noptional = [\"area\"]")).unwrap();
}

#[test]
fn batches_are_cut_within_series() {
    let structure = format!(
        r#""dimensions":{{"series":[{}],"observation":[{}]}},"attributes":{{"series":[{},{{"id":"TITLE"}}],"observation":[{{"id":"O"}}]}}"#,
        coded("A", &["a0", "a1", "a2"]),
        coded("T", &["t0", "t1", "t2", "t3"]),
        coded("NOTE", &["n0", "n1"])
    );
    let observations = r#""observations":{"0":[1],"1":[2,"o"],"2":[3],"3":[4,"p"]}"#;
    for (before, behind) in [(true, false), (false, true)] {
        let series = |attributes: &str| {
            let (first, last) = (
                if before { format!("{attributes},") } else { String::new() },
                if behind { format!(",{attributes}") } else { String::new() },
            );
            format!("{{{first}{observations}{last}}}")
        };
        let body = format!(
            r#"{{"series":{{"0":{},"1":{{{observations}}},"2":{}}}}}"#,
            series(r#""attributes":[1,"first"]"#),
            series(r#""attributes":[0,null]"#)
        );
        for rows in 1..=5 {
            let limits = Limits { batch_rows: rows, ..Limits::default() };
            let table = decode_within(message(&structure, &body).as_bytes(), "[sdmx_json]", limits).unwrap();
            assert!(table.batches.iter().all(|batch| batch.rows.len() <= rows));
            assert_eq!(table.rows(), (1..=12).collect::<Vec<u32>>());
            assert_eq!(column(&table, "A"), "a0|a0|a0|a0|a1|a1|a1|a1|a2|a2|a2|a2");
            assert_eq!(column(&table, "NOTE"), "n1|n1|n1|n1|-|-|-|-|n0|n0|n0|n0");
            assert_eq!(column(&table, "TITLE"), "first|first|first|first|-|-|-|-|-|-|-|-");
            assert_eq!(column(&table, "O"), "-|o|-|p|-|o|-|p|-|o|-|p");
        }
    }
}
