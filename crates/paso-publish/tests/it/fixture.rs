//! A lake with one indicator, one dataset and one reference table.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray, UInt8Array, new_null_array},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use jiff::civil::date;
use paso_aggregate::Indicator;
use paso_lake::{Fingerprint, Lake, LakeError, parquet, sha256};
use paso_model::{
    Localized, column, days_since_epoch, observation,
    reference::{AREAS, MEASURES},
};
use paso_publish::{Contents, IndicatorTable, Licence, Observations, ReferenceTable, Source};
use tempfile::TempDir;

pub(crate) const STOCK: &str = r#"--| id = "stock"
--| agenda = "information"
--| unit = "PS"
--| key = ["ref_area", "period"]
--| inputs = ["undesa.migrant_stock"]
--| title = { en = "Migrants", es = "Migrantes" }
--| note = { en = "Estimates | not counts.", es = "Estimaciones | no recuentos." }
--|
--| [formula]
--| text = { en = "as published", es = "según lo publicado" }
--| source = "UN DESA, Table 1"
--|
--| [columns.persons]
--| decimals = 0
--| en = "Migrants at mid-year"
--| es = "Migrantes a mitad de año"
--|
--| [columns.percent]
--| unit = "PT"
--| decimals = 6
--| en = "Share of | the population"
--| es = "Porcentaje | de la población"
--|
--| [columns.members]
--| unit = "1"
--| decimals = 0
--| en = "Members"
--| es = "Miembros"
--|
--| [[checks]]
--| name = "none_below_zero"
--| sql = "SELECT ref_area FROM result WHERE persons < 0"
SELECT ref_area, period, period_start, value AS persons, value AS percent, 1 AS members, status_e FROM observations ORDER BY ref_area, period
"#;

/// The lake and the tables behind the contents.
pub(crate) struct Fixture {
    pub(crate) folder: TempDir,
    pub(crate) lake: Lake,
    pub(crate) indicator: Indicator,
}

fn text(en: &str, es: &str) -> Localized {
    Localized { en: en.to_owned(), es: es.to_owned() }
}

pub(crate) fn made_from(what: &str) -> Fingerprint {
    Fingerprint::from(sha256(what.as_bytes()))
}

fn strings(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(values.iter().copied().collect::<StringArray>())
}

fn schema(columns: &[(&str, DataType, bool)]) -> SchemaRef {
    Arc::new(Schema::new(columns.iter().map(|(name, kind, nullable)| Field::new(*name, kind.clone(), *nullable)).collect::<Vec<_>>()))
}

fn indicator_table() -> RecordBatch {
    let mid_year = days_since_epoch(date(2020, 7, 1));
    let schema = schema(&[
        ("ref_area", DataType::Utf8, false),
        ("ref_area_label_es", DataType::Utf8, false),
        ("ref_area_label_en", DataType::Utf8, false),
        ("period", DataType::Utf8, false),
        ("period_start", DataType::Date32, true),
        ("persons", DataType::Float64, true),
        ("percent", DataType::Float64, true),
        ("members", DataType::Int64, true),
        ("status", DataType::Utf8, false),
    ]);
    let columns: Vec<ArrayRef> = vec![
        strings(&[Some("CHL"), Some("SUR")]),
        strings(&[Some("Chile"), Some("Surinam, República de")]),
        strings(&[Some("Chile"), Some("Suriname")]),
        strings(&[Some("2020-07-01"), Some("2020-07-01")]),
        Arc::new(Date32Array::from(vec![mid_year, mid_year])),
        Arc::new(Float64Array::from(vec![Some(1_645_015.0), Some(47_801.0)])),
        Arc::new(Float64Array::from(vec![Some(8.605_341), None])),
        Arc::new(Int64Array::from(vec![Some(1), None])),
        strings(&[Some("A"), Some("E")]),
    ];
    RecordBatch::try_new(schema, columns).unwrap()
}

fn observations() -> RecordBatch {
    let schema = observation::schema();
    let columns = schema.fields().iter().map(|field| -> ArrayRef {
        let same = |text: &str| strings(&[Some(text)]);
        match field.name().as_str() {
            "dataset" => same("undesa.migrant_stock"),
            "measure" => same("migrant_stock"),
            "unit" => same("PS"),
            "ref_area" | "destination" => same("CHL"),
            "origin" => same("W"),
            "origin_basis" => same("birth"),
            "breakdown" => same("ref_area"),
            "period" => same("2020-07-01"),
            "status" => same("A"),
            "conf" => same("F"),
            "method" => same("_Z"),
            "vintage" => Arc::new(Date32Array::from(vec![days_since_epoch(date(2020, 12, 1))])),
            "period_start" => Arc::new(Date32Array::from(vec![days_since_epoch(date(2020, 7, 1))])),
            "period_end" => Arc::new(Date32Array::from(vec![days_since_epoch(date(2020, 7, 2))])),
            "value" => Arc::new(Float64Array::from(vec![1_645_015.0])),
            "decimals" => Arc::new(UInt8Array::from(vec![0])),
            _ if field.is_nullable() => new_null_array(field.data_type(), 1),
            _ => same("_T"),
        }
    });
    let columns = columns.collect();
    RecordBatch::try_new(schema, columns).unwrap()
}

/// One row: texts, `false` for booleans, nothing where nothing may be.
fn reference(columns: &[column::Column]) -> RecordBatch {
    let schema = column::schema(columns);
    let arrays = schema.fields().iter().map(|field| -> ArrayRef {
        match field.data_type() {
            DataType::Boolean => Arc::new(BooleanArray::from(vec![false])),
            _ if field.is_nullable() => new_null_array(field.data_type(), 1),
            _ => strings(&[Some(field.name())]),
        }
    });
    let arrays = arrays.collect();
    RecordBatch::try_new(schema, arrays).unwrap()
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(folder.path().join("lake")).unwrap();
        let fixture = Self { folder, lake, indicator: Indicator::parse("information/stock.sql", STOCK).unwrap() };
        fixture.write("stock", &indicator_table());
        fixture.write("observations", &observations());
        fixture.write("areas", &reference(&AREAS));
        fixture.write("measures", &reference(&MEASURES));
        fixture
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.parquet"))
    }

    pub(crate) fn write(&self, name: &str, batch: &RecordBatch) {
        let footer = BTreeMap::from([("paso.schema".to_owned(), name.to_owned())]);
        parquet::write::<LakeError>(&self.path(name), &batch.schema(), [Ok(batch.clone())], &footer).unwrap();
    }

    pub(crate) fn contents(&self) -> Contents<'_> {
        let table = |name: &str, title: Localized, columns: &'static [column::Column]| ReferenceTable {
            name: name.to_owned(),
            title,
            licence: None,
            columns,
            path: self.path(name),
            fingerprint: made_from(name),
        };
        let source = |publisher: &str, title: Localized, id: &str, note: Option<Localized>| Source {
            publisher: publisher.to_owned(),
            title,
            homepage: format!("https://{publisher}.example/data"),
            licence: Licence {
                id: id.to_owned(),
                url: format!("https://{publisher}.example/terms"),
                attribution: text(&format!("{publisher}, data"), &format!("{publisher}, datos")),
                note,
            },
        };
        Contents {
            pipeline: "chile",
            title: text("Towards a migration policy", "Hacia una política migratoria"),
            indicators: vec![IndicatorTable {
                indicator: &self.indicator,
                agenda: text("Information", "Información"),
                path: self.path("stock"),
                fingerprint: made_from("stock"),
            }],
            observations: vec![Observations {
                dataset: "undesa.migrant_stock".to_owned(),
                title: text("Migrant stock", "Stock de migrantes"),
                licence: None,
                vintage: date(2020, 12, 1),
                path: self.path("observations"),
                fingerprint: made_from("observations"),
            }],
            events: Vec::new(),
            references: vec![table("areas", text("Areas", "Áreas"), &AREAS), table("measures", text("Measures", "Medidas"), &MEASURES)],
            sources: vec![
                source("undesa", text("United Nations", "Naciones Unidas"), "CC-BY-3.0-IGO", None),
                source("sermig", text("SERMIG", "SERMIG"), "none-declared", Some(text("No licence is stated.", "No se declara licencia."))),
            ],
            missing: BTreeMap::from([("sermig.permits".to_owned(), "the body is an HTML page".to_owned())]),
            quarantined: BTreeMap::from([("undesa.migrant_stock".to_owned(), 0)]),
        }
    }
}

/// The bytes of every file of a folder, by its path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            files.extend(self::files(&entry.path()).into_iter().map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
        } else {
            files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    files
}
