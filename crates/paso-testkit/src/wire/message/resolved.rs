//! A reader of SDMX-JSON for the tests of its writer: the whole document in memory, positions looked up one by one.

use std::collections::BTreeMap;

use serde_json::Value;

/// Observations as `component → text`; a number is only said to be one. What is `null` or left out is not there.
pub(super) type Resolved = Vec<BTreeMap<String, String>>;

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn id(component: &Value) -> String {
    component["id"].as_str().unwrap().to_owned()
}

/// The text of a value: its id, its value or its name, whichever comes first.
fn text(value: &Value) -> String {
    let found = ["id", "value", "name"].iter().find_map(|member| value[member].as_str());
    found.unwrap().to_owned()
}

fn put_attributes(row: &mut BTreeMap<String, String>, described: &Value, values: &Value) {
    for (attribute, value) in list(described).iter().zip(list(values)) {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            position => text(&attribute["values"][position.as_u64().unwrap() as usize]),
        };
        row.insert(format!("attr:{}", id(attribute)), text);
    }
}

fn put_key(row: &mut BTreeMap<String, String>, dimensions: &Value, key: &str) {
    let positions: Vec<usize> = key.split(':').map(|position| position.parse().unwrap()).collect();
    assert_eq!(positions.len(), list(dimensions).len());
    for (dimension, position) in list(dimensions).iter().zip(positions) {
        row.insert(id(dimension), text(&dimension["values"][position]));
    }
}

/// Whether a group's key is one of a row's; parts that are empty or `~` fit every code.
fn fits(group: &str, row: &BTreeMap<String, String>, dimensions: &[&Value]) -> bool {
    let parts: Vec<&str> = group.split(':').collect();
    assert_eq!(parts.len(), dimensions.len());
    parts.iter().zip(dimensions).all(|(part, dimension)| {
        matches!(*part, "" | "~") || text(&dimension["values"][part.parse::<usize>().unwrap()]) == row[&id(dimension)]
    })
}

/// All observations of a message.
pub(super) fn resolve(message: &Value) -> Resolved {
    let data = if message["data"].is_null() { message } else { &message["data"] };
    let structure = if data["structure"].is_null() { &data["structures"][0] } else { &data["structure"] };
    let (dimensions, attributes) = (&structure["dimensions"], &structure["attributes"]);
    let all: Vec<&Value> = ["dataSet", "series", "observation"].iter().flat_map(|level| list(&dimensions[level])).collect();
    let mut rows = Vec::new();
    for set in list(&data["dataSets"]) {
        let mut base = BTreeMap::new();
        for dimension in list(&dimensions["dataSet"]) {
            base.insert(id(dimension), text(&dimension["values"][0]));
        }
        put_attributes(&mut base, &attributes["dataSet"], &set["attributes"]);
        let mut holders = Vec::new();
        match set["series"].as_object() {
            None => holders.push((base, set)),
            Some(series) => {
                for (key, one) in series {
                    let mut row = base.clone();
                    put_key(&mut row, &dimensions["series"], key);
                    put_attributes(&mut row, &attributes["series"], &one["attributes"]);
                    holders.push((row, one));
                }
            }
        }
        for (base, holder) in holders {
            for (key, observation) in holder["observations"].as_object().unwrap() {
                let mut row = base.clone();
                put_key(&mut row, &dimensions["observation"], key);
                let observation = list(observation);
                if !observation[0].is_null() {
                    row.insert("OBS_VALUE".to_owned(), "number".to_owned());
                }
                put_attributes(&mut row, &attributes["observation"], &Value::from(observation[1..].to_vec()));
                for (group, values) in set["dimensionGroupAttributes"].as_object().into_iter().flatten() {
                    if fits(group, &row, &all) {
                        put_attributes(&mut row, &attributes["dimensionGroup"], values);
                    }
                }
                rows.push(row);
            }
        }
    }
    rows.sort();
    rows
}
