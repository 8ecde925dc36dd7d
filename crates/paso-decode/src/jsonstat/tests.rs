//! Small messages for every variant of the format, and what holds for all of them.

use arrow::array::Array as _;
use proptest::prelude::*;

use super::*;
use crate::source::Bytes;
use crate::testing::Collected;
use crate::{Answer, Batch, Role};

fn decode_form(body: &str, form: &str) -> Result<Collected, DecodeError> {
    let form: JsonStatForm = toml::from_str(form).unwrap();
    let mut sink = Collected::default();
    let facts = decode(&Bytes(body.as_bytes()), &form, Limits::default(), &mut sink)?;
    Ok(Collected { facts, ..sink })
}

fn decoded(body: &str) -> Collected {
    decode_form(body, "").unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// The rows as `row|cells`, an absent cell as `-`.
fn lines(batches: &[Batch]) -> Vec<String> {
    let line = |batch: &Batch, row: usize| {
        let cells = (0..batch.columns.len()).map(|column| batch.texts(column).get(row).unwrap_or("-").to_owned());
        std::iter::once(batch.rows[row].to_string()).chain(cells).collect::<Vec<_>>().join("|")
    };
    batches.iter().flat_map(|batch| (0..batch.rows.len()).map(move |row| line(batch, row))).collect()
}

const DIMENSIONS: &str = r#""id":["sex","year"],"size":[2,2],"dimension":{
    "sex":{"label":"Sex","category":{"index":["F","M"],"label":{"F":"women","M":"men"}}},
    "year":{"category":{"index":{"2021":1,"2020":0}}}}"#;

/// A data set of two by two cells with these further members.
fn data_set(members: &str) -> String {
    format!(r#"{{"version":"2.0","class":"dataset",{members},{DIMENSIONS}}}"#)
}

#[test]
fn a_dense_data_set_is_one_row_for_each_value() {
    let found = decoded(&data_set(r#""value":[1.50,null,-0,"1e3"]"#));
    assert_eq!(found.names(), ["sex", "year", "OBS_VALUE"]);
    assert_eq!(lines(&found.batches), ["1|F|2020|1.50", "3|M|2020|-0", "4|M|2021|1e3"]);
    let columns = &found.batches[0].columns;
    assert_eq!(columns.iter().map(|column| column.role).collect::<Vec<_>>(), [Role::Dimension, Role::Dimension, Role::Measure]);
    assert_eq!(columns.iter().map(|column| column.position).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(found.batches[0].part, None);
}

#[test]
fn a_sparse_data_set_comes_in_the_order_of_its_keys() {
    let found = decoded(&data_set(r#""value":{"3":4,"0":1,"2":null}"#));
    assert_eq!(lines(&found.batches), ["4|M|2021|4", "1|F|2020|1"]);
}

#[test]
fn a_status_comes_in_three_forms() {
    let cases = [
        (r#""value":[1,2,3,4],"status":["a",null,"b",""]"#, &["1|F|2020|1|a", "2|F|2021|2|-", "3|M|2020|3|b", "4|M|2021|4|"][..]),
        (r#""value":[1,null,3,4],"status":"e""#, &["1|F|2020|1|e", "3|M|2020|3|e", "4|M|2021|4|e"]),
        (r#""value":[1,null,3,4],"status":["e"]"#, &["1|F|2020|1|e", "3|M|2020|3|e", "4|M|2021|4|e"]),
        (r#""value":[1,null,3,null],"status":{"1":":c","2":"p"}"#, &["1|F|2020|1|-", "2|F|2021|-|:c", "3|M|2020|3|p"]),
        (r#""status":{"2":"p","1":"c"},"value":{"3":4,"2":3}"#, &["4|M|2021|4|-", "3|M|2020|3|p", "2|F|2021|-|c"]),
        (r#""value":{},"status":{"0":"|C"}"#, &["1|F|2020|-||C"]),
        (r#""value":{"2":3},"status":["a",null,"b",""]"#, &["3|M|2020|3|b", "1|F|2020|-|a"]),
        (r#""value":{"2":3},"status":[7,null,7.0,null]"#, &["3|M|2020|3|7.0", "1|F|2020|-|7"]),
    ];
    for (members, expected) in cases {
        let found = decoded(&data_set(members));
        assert_eq!(found.names(), ["sex", "year", "OBS_VALUE", "status"], "{members}");
        assert_eq!(found.batches[0].columns[3].role, Role::Attribute);
        assert_eq!(lines(&found.batches), expected, "{members}");
    }
    for members in [r#""value":[1,2,3,4],"status":{}"#, r#""value":[1,2,3,4],"status":null"#, r#""value":[1,2,3,4],"status":[null]"#] {
        assert_eq!(decoded(&data_set(members)).names(), ["sex", "year", "OBS_VALUE"], "{members}");
    }
}

#[test]
fn an_index_comes_in_three_forms() {
    let with = |category: &str, size: u32| {
        format!(r#"{{"id":["x"],"size":[{size}],"dimension":{{"x":{{"category":{{{category}}}}}}},"value":{{"0":1,"{}":2}}}}"#, size - 1)
    };
    let ids = |category: &str, size| decoded(&with(category, size)).column("x");
    let two = [Some("b".to_owned()), Some("a".to_owned())];
    assert_eq!(ids(r#""index":["b","a"]"#, 2), two);
    assert_eq!(ids(r#""label":{"a":"A","b":"B"},"index":{"a":1,"b":0}"#, 2), two);
    let one = with(r#""label":{"only":"The only one"}"#, 1).replace(r#","0":2"#, "");
    assert_eq!(decoded(&one).column("x"), [Some("only".to_owned())]);
    assert_eq!(ids(r#""index":[2020,2021]"#, 2), [Some("2020".to_owned()), Some("2021".to_owned())]);
}

#[test]
fn a_bundle_and_a_collection_have_a_part_for_each_data_set() {
    let one = r#"{"dimension":{"x":{"category":{"index":["a"]}},"id":["x"],"size":[1],"role":{"time":["x"]}},"value":[1]}"#;
    let two = r#"{"value":{"0":2},"dimension":{"id":["y"],"y":{"category":{"index":["b"]}},"size":[1]}}"#;
    let bundle = format!(r#"{{"a/b":{one},"second":{two},"note":{{}}}}"#);
    let found = decoded(&bundle);
    let parts: Vec<_> = found.batches.iter().map(|batch| batch.part.as_deref().unwrap()).collect();
    assert_eq!((parts, lines(&found.batches)), (vec!["/a~1b", "/second"], vec!["1|a|1".to_owned(), "1|b|2".to_owned()]));

    let alone = decoded(&format!(r#"{{"dataset":{one}}}"#));
    assert_eq!((alone.batches[0].part.as_deref(), lines(&alone.batches)), (None, vec!["1|a|1".to_owned()]));

    let link = r#"{"class":"dataset","href":"https://example.org/x.json"}"#;
    let inner = format!(r#"{{"class":"collection","link":{{"item":[{link},{two}]}}}}"#);
    let collection = format!(r#"{{"version":"2.0","class":"collection","link":{{"item":[{link},{one},{inner}],"alternate":[{one}]}}}}"#);
    let found = decoded(&collection);
    let parts: Vec<_> = found.batches.iter().map(|batch| batch.part.as_deref().unwrap()).collect();
    assert_eq!(parts, ["/link/item/1", "/link/item/2/link/item/1"]);

    let second = decode_form(&bundle, "dataset = \"a/b\"").unwrap();
    assert_eq!((lines(&second.batches), second.batches[0].part.as_deref()), (vec!["1|a|1".to_owned()], Some("/a~1b")));
    let item = decode_form(&collection, "dataset = \"/link/item/1\"").unwrap();
    assert_eq!(lines(&item.batches), ["1|a|1"]);
    let error = decode_form(&bundle, "dataset = \"third\"").unwrap_err();
    assert_eq!(error.to_string(), "expected a data set \"third\", found \"/a~1b\", \"/second\"");
    assert!(error.hint().unwrap().contains("decode.json_stat.dataset"));
}

#[test]
fn dimensions_may_have_the_names_of_members() {
    let dimension = |id: &str| format!(r#""{id}":{{"category":{{"index":["{id}1"]}}}}"#);
    let names = ["id", "size", "role", "status", "value"];
    let dimensions = names.map(dimension).join(",");
    let body = format!(r#"{{"id":{names:?},"size":[1,1,1,1,1],"dimension":{{{dimensions}}},"value":[5],"status":["p"]}}"#);
    let found = decoded(&body);
    assert_eq!(found.names(), ["id", "size", "role", "status", "value", "OBS_VALUE", "OBS_STATUS"]);
    assert_eq!(lines(&found.batches), ["1|id1|size1|role1|status1|value1|5|p"]);
}

#[test]
fn columns_are_renamed_and_labels_stand_beside_or_behind_their_ids() {
    let body = data_set(r#""value":[1,2,3,4]"#);
    let renamed = decode_form(&body, "labels = \"name\"\ncolumns = { gender = [\"sex\"] }").unwrap();
    assert_eq!(renamed.names(), ["gender", "gender_label", "year", "OBS_VALUE"]);
    assert_eq!(lines(&renamed.batches)[..2], ["1|F|women|2020|1", "2|F|women|2021|2"]);
    assert_eq!(renamed.batches[0].columns[1].role, Role::Cell);
    assert_eq!(lines(&decode_form(&body, "labels = \"both\"").unwrap().batches)[2..], ["3|M: men|2020|3", "4|M: men|2021|4"]);
    let error = decode_form(&body, "columns = { OBS_VALUE = [\"sex\"] }").unwrap_err();
    assert!(matches!(&error, DecodeError::ColumnTwice { name, .. } if name == "OBS_VALUE"), "{error}");
}

#[test]
fn errors_beside_a_data_set_are_the_publishers_answer() {
    let said = |members: &str| match decode_form(&data_set(&format!(r#"{members},"value":[1,2,3,4]"#)), "") {
        Err(DecodeError::Publisher { pointer, text, .. }) => Some((pointer, text)),
        Err(other) => panic!("{other}"),
        Ok(_) => None,
    };
    let found = |pointer: &str, text: &str| Some((pointer.to_owned(), text.to_owned()));
    assert_eq!(said(r#""errors":[{"message":"boom"}]"#), found("/errors/0/message", "boom"));
    assert_eq!(said(r#""errors":[{"message":"boom"}],"error":null,"warning":{"label":"old"}"#), found("/errors/0/message", "boom"));
    assert_eq!(said(r#""success":false,"message":"cut""#), found("/message", "cut"));
    assert_eq!(said(r#""errors":[],"success":true,"warning":{"label":"old"}"#), None);
}

#[test]
fn facts_are_found_by_their_pointers() {
    let body = data_set(r#""value":[1,2,3,4],"updated":"2026-08-10","extension":{"annotation":[{"title":"OBS_COUNT","n":1.50}]}"#);
    let facts = decode_form(&body, "facts = { updated = \"/updated\", count = \"/extension/annotation/0/n\" }").unwrap().facts;
    assert_eq!((facts["updated"].as_str(), facts["count"].as_str()), ("2026-08-10", "1.50"));
    let error = decode_form(&body, "facts = { updated = \"/source\" }").unwrap_err();
    assert_eq!(error.to_string(), "nothing stands at \"/source\", where the definition expects the fact \"updated\"");
}

#[test]
fn the_structure_is_there_without_the_cells() {
    let body = data_set(
        r#""value":[1,2,3],"label":"People","href":"https://example.org","role":{"time":["year"],"metric":["sex"]},"link":{"alternate":[{}]}"#,
    )
    .replace(r#""label":{"F""#, r#""child":{"M":["F"]},"unit":{"F":{"label":"persons","symbol":"%","decimals":1,"base":"x"}},"label":{"F""#);
    let sets = structure(&Bytes(body.as_bytes())).unwrap();
    let set = &sets[0];
    assert_eq!((sets.len(), set.label.as_deref(), set.href.as_deref(), set.cells), (1, Some("People"), Some("https://example.org"), 4));
    let [sex, year] = &set.dimensions[..] else { panic!("{set:?}") };
    assert_eq!((sex.label.as_deref(), sex.role.as_deref(), year.role.as_deref()), (Some("Sex"), Some("metric"), Some("time")));
    assert_eq!((sex.size(), sex.category(0), sex.category_label(1), year.category_label(0)), (2, Some("F"), Some("men"), None));
    assert_eq!(sex.unit(0).unwrap().decimals.as_deref(), Some("1"));
    assert_eq!((sex.unit(1), sex.children(1).collect::<Vec<_>>(), sex.children(0).count()), (None, vec![0], 0));
    assert_eq!([year.category(0), year.category(1), year.category(2)], [Some("2020"), Some("2021"), None]);
}

#[test]
fn a_message_without_data_says_what_it_is() {
    let empty = [
        (r#"{"class":"dimension","category":{"index":["a"]}}"#, "the body has no data: a dimension on its own"),
        (r#"{"version":"1.3","category":{"label":{"a":"A"}}}"#, "the body has no data: a dimension on its own"),
        (
            r#"{"class":"collection","link":{"item":[{"class":"dataset","href":"x"},{"href":"y"}]}}"#,
            "the body has no data: a collection with 2 links and no data set of its own",
        ),
        (
            r#"{"id":["x"],"size":[1],"dimension":{"x":{"category":{"index":["a"]}}},"value":[null]}"#,
            "the body has no data: none of its 1 cells has a value or a status",
        ),
        (
            r#"{"id":["x"],"size":[0],"dimension":{"x":{"category":{"index":{}}}},"value":{}}"#,
            "the body has no data: none of its 0 cells has a value or a status",
        ),
    ];
    for (body, expected) in empty {
        let error = decode_form(body, "").unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(matches!(error, DecodeError::Empty { .. }) && error.hint().is_some());
    }
    let error = decode_form(r#"{"version":"2.0","error":[{"status":404,"label":"ERR_NOT_FOUND_4: no"}]}"#, "").unwrap_err();
    assert_eq!(error.to_string(), "the publisher answered that there is nothing to be found (at /error/0/label): ERR_NOT_FOUND_4: no");
    let error =
        decode_form(r#"{"warning":{"status":413,"label":"ASYNCHRONOUS_RESPONSE. Your request will be treated."}}"#, "").unwrap_err();
    assert!(matches!(error, DecodeError::Publisher { answer: Answer::Queued, .. }), "{error}");
    for body in ["[]", "7", "{}", r#"{"items":[1]}"#, r#"{"error":null}"#, r#"{"x":{"value":1}}"#] {
        let error = decode_form(body, "").unwrap_err().to_string();
        assert!(error.starts_with("the body is malformed at byte 0: no JSON-stat data set: "), "{body}: {error}");
    }
}

/// Each code of the format's own validator, by a change to a message that is right.
#[test]
fn what_does_not_fit_is_named_by_its_code() {
    let right = data_set(r#""value":[1,2,3,4],"status":{"0":"p"},"role":{"time":["year"]}"#);
    assert_eq!(decoded(&right).rows(), [1, 2, 3, 4]);
    let label = r#""label":{"F":"women""#;
    let cases = [
        (r#""size":[2,2]"#, r#""size":[2,2,1]"#, "ID_SIZE_LEN_MISMATCH: `id` names 2 dimensions, `size` has 3 numbers"),
        (r#""size":[2,2]"#, r#""size":[2,2.5]"#, "STRUCTURAL_VIOLATION: `size` has something other than a whole number"),
        (r#""size":[2,2]"#, r#""size":[3,2]"#, "INDEX_COUNT_MISMATCH: dimension \"sex\" has 2 categories in `index`, but `size` says 3"),
        (r#""size":[2,2],"#, "", "STRUCTURAL_VIOLATION: the data set has no `size`"),
        (r#""id":["sex","year"]"#, r#""id":["sex","sex"]"#, "DIM_KEY_ID_MISMATCH: `id` names \"sex\" once more, or"),
        (
            r#""id":["sex","year"],"size":[2,2]"#,
            r#""id":["sex"],"size":[2]"#,
            "DIM_KEY_ID_MISMATCH: `dimension` has \"year\", which `id` does not",
        ),
        (r#"["F","M"]"#, r#"["F","F"]"#, "INDEX_POSITIONS_INVALID: dimension \"sex\" has category \"F\" twice in `index`"),
        (r#""2021":1"#, r#""2021":0"#, "INDEX_POSITIONS_INVALID: dimension \"year\" has positions in `index` other than 0 to 1, each once"),
        (r#""2021":1"#, r#""2021":"1""#, "INDEX_POSITIONS_INVALID: a position in `index` is no whole number"),
        (r#""index":["F","M"],"#, "", "STRUCTURAL_VIOLATION: dimension \"sex\" has 2 categories and no `index`"),
        (label, r#""label":{"W":"women""#, "LABEL_KEY_UNKNOWN: dimension \"sex\" has \"W\" in `label`, which is no category"),
        (label, r#""unit":{"W":{}},"label":{"F":"women""#, "UNIT_KEY_UNKNOWN: dimension \"sex\" has \"W\" in `unit`"),
        (label, r#""note":{"W":["x"]},"label":{"F":"women""#, "NOTE_KEY_UNKNOWN: dimension \"sex\" has \"W\" in `note`"),
        (label, r#""coordinates":{"W":[1,2]},"label":{"F":"women""#, "COORD_KEY_UNKNOWN: dimension \"sex\" has \"W\" in `coordinates`"),
        (label, r#""child":{"W":["F"]},"label":{"F":"women""#, "CHILD_ID_UNKNOWN: dimension \"sex\" has \"W\" in `child`"),
        (label, r#""child":{"F":["W"]},"label":{"F":"women""#, "CHILD_ID_UNKNOWN: dimension \"sex\" has \"W\" in `child`"),
        (
            label,
            r#""child":{"F":["M"],"M":["F"]},"label":{"F":"women""#,
            "CHILD_CYCLE: dimension \"sex\" has category \"F\" below itself in `child`",
        ),
        (label, r#""child":{"F":[["M"]]},"label":{"F":"women""#, "STRUCTURAL_VIOLATION: `child` has an array, expected texts"),
        (label, r#""child":["F"],"label":{"F":"women""#, "STRUCTURAL_VIOLATION: `child` is an array, expected an object"),
        (r#"{"time":["year"]}"#, r#"{"time":["month"]}"#, "ROLE_ID_UNKNOWN: `role.time` names \"month\", which is no dimension"),
        ("[1,2,3,4]", "[1,2,3]", "VALUE_LEN_MISMATCH: `value` has 3 elements for 4 cells"),
        ("[1,2,3,4]", "[1,2,3,4,null,6]", "VALUE_LEN_MISMATCH: `value` has 6 elements for 4 cells"),
        ("[1,2,3,4]", r#"{"0":1,"4":2}"#, "SPARSE_KEY_OUT_OF_RANGE: `value` has key \"4\", the cells are 0 to 3"),
        ("[1,2,3,4]", r#"{"01":1}"#, "SPARSE_KEY_OUT_OF_RANGE: `value` has key \"01\", the cells are 0 to 3"),
        ("[1,2,3,4]", r#"{"":1}"#, "SPARSE_KEY_OUT_OF_RANGE: `value` has key \"\", the cells are 0 to 3"),
        ("[1,2,3,4]", "[1,2,3,true]", "STRUCTURAL_VIOLATION: a value is neither a number nor a text nor null"),
        ("[1,2,3,4]", r#"{"0":[1]}"#, "STRUCTURAL_VIOLATION: a value is neither a number nor a text nor null"),
        ("[1,2,3,4]", "12", "STRUCTURAL_VIOLATION: `value` is a number"),
        (r#"{"0":"p"}"#, r#"{"4":"p"}"#, "STATUS_KEY_OUT_OF_RANGE: `status` has key \"4\", the cells are 0 to 3"),
        (r#"{"0":"p"}"#, r#"["a","b","c"]"#, "STATUS_LEN_MISMATCH: `status` has 3 elements for 4 cells"),
        (r#"{"0":"p"}"#, r#"["a","b","c","d","e","f"]"#, "STATUS_LEN_MISMATCH: `status` has 6 elements for 4 cells"),
        (r#"{"0":"p"}"#, "[]", "STATUS_LEN_MISMATCH: `status` has 0 elements for 4 cells"),
        (r#"{"0":"p"}"#, r#"["a","b",true,"d"]"#, "STRUCTURAL_VIOLATION: a status is neither a text nor null"),
        (r#"{"0":"p"}"#, "true", "STRUCTURAL_VIOLATION: `status` is a boolean"),
        (r#""category":{"index":{"2021":1,"2020":0}}"#, r#""href":"x""#, "STRUCTURAL_VIOLATION: dimension \"year\" has no `category`"),
    ];
    for (from, to, expected) in cases {
        assert!(right.contains(from), "{from}");
        let error = decode_form(&right.replace(from, to), "").unwrap_err();
        assert!(matches!(error, DecodeError::Malformed { at: Position::Text { .. }, .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}\n{expected}");
    }
    let sparse = right.replace("[1,2,3,4]", r#"{"2":1,"0":5,"2":2}"#);
    for (body, key) in [
        (sparse.as_str(), "value/2"),
        (&right.replace(r#"{"0":"p"}"#, r#"{"3":"p","1":"c","3":"p"}"#), "status/3"),
        (&right.replace(r#""value":"#, r#""value":[],"value":"#), "/value"),
    ] {
        let error = decode_form(body, "").unwrap_err();
        assert!(matches!(&error, DecodeError::DuplicateKey { key: found, .. } if found == key), "{error}");
    }
}

#[test]
fn an_absurd_size_costs_nothing() {
    let ids: Vec<String> = (0..500).map(|n| format!("\"c{n}\"")).collect();
    let category = format!(r#"{{"category":{{"index":[{}]}}}}"#, ids.join(","));
    let cube = |dimensions: usize, value: &str| {
        let names: Vec<String> = (0..dimensions).map(|n| format!("d{n}")).collect();
        let all = names.iter().map(|name| format!("\"{name}\":{category}")).collect::<Vec<_>>().join(",");
        format!(r#"{{"id":{names:?},"size":{:?},"dimension":{{{all}}},"value":{value}}}"#, vec![500; dimensions])
    };
    // 500⁷ is 7.8 × 10¹⁸ and fits 64 bits; 500⁸ does not.
    let found = decoded(&cube(7, r#"{"4294967294":2,"501":1}"#));
    assert_eq!(lines(&found.batches), ["4294967295|c0|c0|c0|c34|c179|c434|c294|2", "502|c0|c0|c0|c0|c0|c1|c1|1"]);
    for (body, expected) in [
        (cube(7, r#"{"4294967295":1}"#), "CUBE_SIZE_OVERFLOW: cell 4294967295 is beyond those that rows can be counted for, 4294967295"),
        (cube(8, r#"{"1":1}"#), "CUBE_SIZE_OVERFLOW: no cube has 500 × 500"),
        (cube(7, "[1]"), "VALUE_LEN_MISMATCH: `value` has 1 elements for 7812500000000000000 cells"),
    ] {
        let error = decode_form(&body, "").unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn many_categories_and_many_batches_read_like_few() {
    let (wide, narrow) = (5000, 3);
    let ids = (0..wide).map(|n| format!("\"{n}\":{}", wide - 1 - n)).collect::<Vec<_>>().join(",");
    let values = (0..wide * narrow).map(|n: u32| n.to_string()).collect::<Vec<_>>().join(",\n");
    let body = format!(
        r#"{{"value":[{values}],"id":["w","n"],"size":[{wide},{narrow}],"dimension":{{"w":{{"category":{{"index":{{{ids}}}}}}},
            "n":{{"category":{{"index":["a","b","c"]}}}}}}}}"#
    );
    let mut sink = Collected::default();
    let limits = Limits { batch_rows: 1000, ..Limits::default() };
    decode(&Bytes(body.as_bytes()), &JsonStatForm::default(), limits, &mut sink).unwrap();
    assert_eq!(sink.batches.len(), 15);
    let expected: Vec<String> =
        (0..wide * narrow).map(|n| format!("{}|{}|{}|{n}", n + 1, wide - 1 - n / narrow, ["a", "b", "c"][(n % narrow) as usize])).collect();
    assert_eq!(lines(&sink.batches), expected);
    // The first category is called 4999, and no other has a label.
    let labelled = body.replace(r#""index":{"0""#, r#""label":{"4999":"last"},"index":{"0""#);
    let named = decode_form(&labelled, "labels = \"name\"").unwrap();
    assert_eq!(lines(&named.batches)[2..4], ["3|4999|last|c|2", "4|4998|-|a|3"]);
    let both = decode_form(&labelled, "labels = \"both\"").unwrap();
    assert_eq!(lines(&both.batches)[2..4], ["3|4999: last|c|2", "4|4998|a|3"]);
    assert!(sink.batches.iter().all(|batch| batch.texts(0).values().len() <= 400), "a batch has the categories that occur in it");
}

/// Everything that was handed over before an error.
fn handed_over(body: &[u8], listed: usize) -> (Vec<String>, Result<Facts, DecodeError>) {
    let mut sink = Collected::default();
    let limits = Limits { batch_rows: 1, ..Limits::default() };
    let result = decode_within(&Bytes(body), &JsonStatForm::default(), limits, listed, &mut sink);
    (lines(&sink.batches), result)
}

#[test]
fn a_body_that_is_cut_off_gives_no_row() {
    let bodies = [
        data_set(r#""value":[1.5,null,"é",4e1],"status":{"0":"p"},"label":"x\u00e9""#),
        data_set(r#""value":{"3":4,"0":1},"status":["a","b",null,"d"]"#),
        format!(r#"{{"a":{0},"b":{0}}}"#, data_set(r#""value":[1,2,3,4]"#)),
    ];
    for body in bodies {
        let bytes = body.as_bytes();
        assert!(handed_over(bytes, 10).1.is_ok());
        for end in 0..bytes.len() {
            let (rows, result) = handed_over(&bytes[..end], 10);
            assert!(result.is_err(), "{end}");
            assert_eq!(rows, Vec::<String>::new(), "{end}");
        }
    }
}

#[test]
fn statuses_that_are_not_listed_must_ascend_with_their_values() {
    let ascending = data_set(r#""value":{"1":2,"3":null},"status":{"0":"a","1":"b","2":null,"3":"d"}"#);
    let (rows, result) = handed_over(ascending.as_bytes(), 0);
    assert_eq!((rows, result.is_ok()), (["1|F|2020|-|a", "2|F|2021|2|b", "4|M|2021|-|d"].map(str::to_owned).to_vec(), true));
    for members in [
        r#""value":{"1":2,"0":1},"status":{"0":"a"}"#,
        r#""value":{"0":2,"1":1},"status":{"1":"a","0":"b"}"#,
        r#""value":[1,2,3,4],"status":{"1":"a","0":"b"}"#,
    ] {
        let (_, result) = handed_over(data_set(members).as_bytes(), 0);
        let error = result.unwrap_err();
        assert!(matches!(error, DecodeError::TooLong { .. }) && error.to_string().contains("out of order"), "{error}");
    }
}

/// A cube: sizes, and for each cell its value and its status.
type Cube = (Vec<usize>, Vec<(Option<i32>, Option<&'static str>)>);

fn cubes() -> impl Strategy<Value = Cube> {
    prop::collection::vec(1..5_usize, 1..4).prop_flat_map(|sizes| {
        let cells: usize = sizes.iter().product();
        let status = prop::sample::select(vec![None, None, Some("p"), Some("b e"), Some("")]);
        (Just(sizes), prop::collection::vec((prop::option::of(any::<i32>()), status), cells))
    })
}

/// A message for a cube: how values, statuses and indices are written, and in which order sparse keys and members stand.
fn written((sizes, cells): &Cube, value: &str, status: &str, index: &str, order: &[usize], back: bool) -> String {
    let json = |text: Option<String>| text.unwrap_or_else(|| "null".to_owned());
    let dense = |cell: &dyn Fn(usize) -> String| format!("[{}]", (0..cells.len()).map(cell).collect::<Vec<_>>().join(","));
    let sparse = |cell: &dyn Fn(usize) -> String| {
        let members = order.iter().map(|&at| (at, cell(at))).filter(|(_, text)| text != "null");
        format!("{{{}}}", members.map(|(at, text)| format!("\"{at}\":{text}")).collect::<Vec<_>>().join(", "))
    };
    let form = |kind: &str, cell: &dyn Fn(usize) -> String| if kind == "dense" { dense(cell) } else { sparse(cell) };
    let dimension = |(number, size): (usize, &usize)| {
        let category = match index {
            "array" => format!("\"index\":{:?}", (0..*size).map(|n| format!("c{n}")).collect::<Vec<_>>()),
            _ if *size == 1 => "\"label\":{\"c0\":\"x\"}".to_owned(),
            _ => format!("\"index\":{{{}}}", (0..*size).rev().map(|n| format!("\"c{n}\":{n}")).collect::<Vec<_>>().join(",")),
        };
        format!("\"d{number}\":{{\"category\":{{{category}}}}}")
    };
    let mut members = [
        format!("\"id\":{:?}", (0..sizes.len()).map(|n| format!("d{n}")).collect::<Vec<_>>()),
        format!("\"size\":{sizes:?}"),
        format!("\"dimension\":{{{}}}", sizes.iter().enumerate().map(dimension).collect::<Vec<_>>().join(",")),
        format!("\"value\":{}", form(value, &|at| json(cells[at].0.map(|value| value.to_string())))),
        format!("\"status\":{}", form(status, &|at| json(cells[at].1.map(|status| format!("\"{status}\""))))),
    ];
    if back {
        members.reverse();
    }
    format!("{{{}}}", members.join(","))
}

proptest! {
    #[test]
    fn every_way_to_write_a_cube_gives_the_same_rows(
        cube in cubes(),
        value in prop::sample::select(vec!["dense", "sparse"]),
        status in prop::sample::select(vec!["dense", "sparse"]),
        index in prop::sample::select(vec!["array", "object"]),
        back in any::<bool>(),
        listed in prop::sample::select(vec![0, 1, 1000]),
        shuffled in any::<prop::sample::Index>(),
    ) {
        let count = cube.1.len();
        // Statuses that may not be listed need keys in ascending order.
        let mut order: Vec<usize> = (0..count).collect();
        if listed == 1000 {
            order.rotate_left(shuffled.index(count));
            order.chunks_mut(3).for_each(<[usize]>::reverse);
        }
        // The reference: the digits of every cell that says something.
        let expected: Vec<String> = cube.1.iter().enumerate().filter(|(_, (value, status))| value.is_some() || status.is_some_and(|s| !s.is_empty())).map(|(at, (value, status))| {
            let mut rest = at;
            let mut digits: Vec<String> = cube.0.iter().rev().map(|size| { let digit = rest % size; rest /= size; format!("c{digit}") }).collect();
            digits.reverse();
            format!("{}|{}|{}|{}", at + 1, digits.join("|"), value.map_or("-".to_owned(), |v| v.to_string()), status.unwrap_or("-"))
        }).collect();
        let body = written(&cube, value, status, index, &order, back);
        let (mut rows, result) = handed_over(body.as_bytes(), listed);
        if expected.is_empty() {
            let empty = matches!(result, Err(DecodeError::Empty { .. }));
            prop_assert!(empty);
            return Ok(());
        }
        prop_assert!(result.is_ok(), "{}: {body}", result.unwrap_err());
        // Where no cell has a status there may be no column for it.
        let width = expected[0].split('|').count();
        rows.iter_mut().filter(|row| row.split('|').count() < width).for_each(|row| row.push_str("|-"));
        rows.sort_by_key(|row| row.split('|').next().unwrap().parse::<u32>().unwrap());
        prop_assert_eq!(rows, expected, "{}", body);
    }

    #[test]
    fn no_bytes_make_it_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"{}[]\",:0129eE.-nx\\ ".to_vec())), 1..6)) {
        for members in [r#""value":{"3":4,"0":1},"status":["a","b",null,"d"]"#, r#""value":[1,2,3,4],"status":{"2":"p","0":"b"}"#] {
            let mut body = data_set(members).into_bytes();
            for (at, byte) in &changes {
                let at = at.index(body.len());
                body[at] = *byte;
            }
            let (rows, result) = handed_over(&body, 1);
            prop_assert!(rows.len() <= 4, "{:?}", result);
        }
    }
}
