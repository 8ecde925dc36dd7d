//! `datapackage.json`: a Frictionless Data Package, version 2.

use std::collections::BTreeMap;

use arrow::datatypes::DataType;
use paso_aggregate::OutputColumn;
use paso_model::Localized;
use serde_json::{Map, Value, json};

use crate::{
    Contents, FileRecord, PublishError,
    contents::Terms,
    describe::{Of, Table},
    manifest::json as print,
};

/// The name of the data package in a release.
pub(crate) const PACKAGE: &str = "datapackage.json";

/// The data package. Where `files` are not known yet, sizes and digests are left out.
pub(crate) fn datapackage(
    contents: &Contents<'_>,
    tables: &[Table<'_>],
    files: Option<&BTreeMap<String, FileRecord>>,
) -> Result<Vec<u8>, PublishError> {
    let mut resources = Vec::new();
    for table in tables {
        for extension in ["csv", "parquet"].into_iter().filter(|extension| *extension == "parquet" || table.has_csv()) {
            resources.push(resource(table, extension, files));
        }
    }
    let all = contents.all_terms(tables.iter().flat_map(|table| table.terms.iter().copied()));
    let package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": format!("paso-{}", contents.pipeline),
        "title": contents.title.en,
        "title_es": contents.title.es,
        "licenses": licences(&all),
        "sources": sources(&all),
        "resources": resources,
    });
    print(PACKAGE, &package)
}

fn resource(table: &Table<'_>, extension: &str, files: Option<&BTreeMap<String, FileRecord>>) -> Value {
    let path = table.path(extension);
    let mut resource = Map::new();
    let mut put = |key: &str, value: Value| {
        resource.insert(key.to_owned(), value);
    };
    put("name", json!(resource_name(table, extension)));
    put("path", json!(path));
    put("type", json!("table"));
    put("title", json!(table.title().en));
    put("title_es", json!(table.title().es));
    if let Some(note) = note(table) {
        put("description", json!(note.en));
        put("description_es", json!(note.es));
    }
    if extension == "csv" {
        put("format", json!("csv"));
        put("mediatype", json!("text/csv"));
        put("encoding", json!("utf-8"));
        put("dialect", json!({ "lineTerminator": "\n" }));
    } else {
        put("format", json!("parquet"));
        put("mediatype", json!("application/vnd.apache.parquet"));
    }
    if let Some(record) = files.and_then(|files| files.get(&path)) {
        put("bytes", json!(record.bytes));
        put("hash", json!(format!("sha256:{}", record.sha256)));
    }
    if !table.terms.is_empty() {
        put("licenses", json!(licences(&table.terms)));
        put("sources", json!(sources(&table.terms)));
    }
    put("schema", schema(&table.columns));
    Value::Object(resource)
}

/// The CSV file bears the table's name alone, so that a reader asks for `areas` and for `net_migration_rate`.
fn resource_name(table: &Table<'_>, extension: &str) -> String {
    let prefix = match table.of {
        Of::Observations(_) => "observations.",
        Of::Events(_) => "events.",
        Of::Indicator(_) | Of::Reference(_) => "",
    };
    let suffix = if extension == "csv" { "" } else { ".parquet" };
    format!("{prefix}{}{suffix}", table.name())
}

fn note<'a>(table: &Table<'a>) -> Option<&'a Localized> {
    match table.of {
        Of::Indicator(indicator) => Some(&indicator.indicator.note),
        Of::Observations(_) | Of::Events(_) | Of::Reference(_) => None,
    }
}

fn schema(columns: &[OutputColumn]) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://datapackage.org/profiles/2.0/tableschema.json"));
    schema.insert("fields".to_owned(), columns.iter().map(field).collect());
    let key: Vec<&str> = columns.iter().filter(|column| column.key).map(|column| column.name.as_str()).collect();
    if !key.is_empty() {
        schema.insert("primaryKey".to_owned(), json!(key));
    }
    Value::Object(schema)
}

fn field(column: &OutputColumn) -> Value {
    let mut field = Map::new();
    field.insert("name".to_owned(), json!(column.name));
    field.insert("type".to_owned(), json!(kind(&column.data_type)));
    field.insert("description".to_owned(), json!(column.description.en));
    field.insert("description_es".to_owned(), json!(column.description.es));
    if let Some(unit) = &column.unit {
        field.insert("unit".to_owned(), json!(unit));
    }
    if let Some(decimals) = column.decimals {
        field.insert("decimals".to_owned(), json!(decimals));
    }
    if column.key {
        field.insert("constraints".to_owned(), json!({ "required": true }));
    }
    Value::Object(field)
}

/// The type in the words of the table schema.
pub(crate) fn kind(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Float64 => "number",
        DataType::Int64 | DataType::UInt8 | DataType::UInt32 => "integer",
        DataType::Date32 => "date",
        DataType::Boolean => "boolean",
        _ => "string",
    }
}

fn licences(terms: &[Terms<'_>]) -> Vec<Value> {
    let mut licences = Vec::new();
    for Terms { licence, .. } in terms {
        // An identifier that no list of licences has would be read as one.
        let named = licence.id.starts_with(|first: char| first.is_ascii_uppercase());
        let value = if named {
            json!({ "name": licence.id, "path": licence.url, "title": licence.id })
        } else {
            json!({ "path": licence.url, "title": licence.id })
        };
        if !licences.contains(&value) {
            licences.push(value);
        }
    }
    licences
}

fn sources(terms: &[Terms<'_>]) -> Vec<Value> {
    let mut sources = Vec::new();
    for Terms { source, licence } in terms {
        let attribution = &licence.attribution;
        let value =
            json!({ "title": source.title.en, "path": source.homepage, "attribution": attribution.en, "attribution_es": attribution.es });
        if !sources.contains(&value) {
            sources.push(value);
        }
    }
    sources
}
