//! Observations, areas and groups written by hand into Parquet files, and the views over them.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, StringArray, UInt8Array, new_null_array},
    datatypes::{DataType, Date32Type, Float64Type, Int64Type},
    record_batch::RecordBatch,
};
use paso_aggregate::{Computed, Indicator, Labels, PolarsEngine, View, Views, compute};
use paso_lake::LakeError;
use paso_model::{Period, column, days_since_epoch, observation, reference};
use tempfile::TempDir;

/// One observation; what is not said is the default of its column.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    texts: BTreeMap<&'static str, String>,
    vintage: Period,
    period: Period,
    pub(crate) value: Option<f64>,
    bounds: Option<(f64, f64)>,
}

impl Row {
    pub(crate) fn new(dataset: &str, measure: &str, unit: &str, ref_area: &str) -> Self {
        let defaults = [
            ("region", "_T"),
            ("origin", "_Z"),
            ("destination", "_Z"),
            ("origin_basis", "_Z"),
            ("citizenship", "_T"),
            ("birth", "_T"),
            ("sex", "_T"),
            ("age", "_T"),
            ("education", "_T"),
            ("activity", "_T"),
            ("category", "_T"),
            ("subcategory", "_T"),
            ("other", "_T"),
            ("breakdown", "ref_area"),
            ("status", "A"),
            ("conf", "F"),
            ("method", "_Z"),
        ];
        let mut texts: BTreeMap<&'static str, String> = defaults.into_iter().map(|(name, code)| (name, code.to_owned())).collect();
        for (name, code) in [("dataset", dataset), ("measure", measure), ("unit", unit), ("ref_area", ref_area)] {
            texts.insert(name, code.to_owned());
        }
        Self { texts, vintage: Period::parse("2020-12-01").unwrap(), period: Period::parse("2020").unwrap(), value: None, bounds: None }
    }

    pub(crate) fn with(mut self, column: &'static str, code: &str) -> Self {
        self.texts.insert(column, code.to_owned());
        self
    }

    pub(crate) fn vintage(mut self, day: &str) -> Self {
        self.vintage = Period::parse(day).unwrap();
        self
    }

    pub(crate) fn period(mut self, label: &str) -> Self {
        self.period = Period::parse(label).unwrap();
        self
    }

    /// The stock on the last day of a year, labelled by the year.
    pub(crate) fn year_end(mut self, year: i16) -> Self {
        self.period = Period::year_end(year).unwrap();
        self
    }

    pub(crate) fn value(mut self, value: f64) -> Self {
        self.value = Some(value);
        self
    }

    /// Hidden by the publisher: between these two.
    pub(crate) fn hidden(mut self, low: f64, high: f64) -> Self {
        self.bounds = Some((low, high));
        self.with("bound", "suppression").with("status", "Q")
    }

    fn text(&self, name: &str) -> Option<&str> {
        if name == "period" { Some(self.period.label()) } else { self.texts.get(name).map(String::as_str) }
    }
}

fn batch(rows: &[Row]) -> RecordBatch {
    let schema = observation::schema();
    let columns = schema.fields().iter().map(|field| -> ArrayRef {
        let number = |get: &dyn Fn(&Row) -> Option<f64>| Arc::new(rows.iter().map(get).collect::<Float64Array>());
        let day = |get: &dyn Fn(&Row) -> i32| Arc::new(Date32Array::from_iter_values(rows.iter().map(get)));
        match field.name().as_str() {
            "vintage" => day(&|row| days_since_epoch(row.vintage.start())),
            "period_start" => day(&|row| days_since_epoch(row.period.start())),
            "period_end" => day(&|row| days_since_epoch(row.period.end())),
            "value" => number(&|row| row.value),
            "value_low" => number(&|row| row.bounds.map(|(low, _)| low)),
            "value_high" => number(&|row| row.bounds.map(|(_, high)| high)),
            "decimals" => Arc::new(UInt8Array::from(vec![0; rows.len()])),
            _ if field.data_type() != &DataType::Utf8 => new_null_array(field.data_type(), rows.len()),
            name => Arc::new(rows.iter().map(|row| row.text(name)).collect::<StringArray>()),
        }
    });
    let columns = columns.collect();
    RecordBatch::try_new(schema, columns).unwrap()
}

/// A folder with Parquet files and the views over them.
pub(crate) struct Lab {
    folder: TempDir,
    pub(crate) views: Views,
}

/// Area, kind, name in English, name in Spanish.
const AREAS: [(&str, &str, &str, &str); 14] = [
    ("ARG", "country", "Argentina", "Argentina"),
    ("BOL", "country", "Bolivia", "Bolivia"),
    ("CHL", "country", "Chile", "Chile"),
    ("COL", "country", "Colombia", "Colombia"),
    ("FLK", "country", "Falkland Islands (Malvinas)", "Islas Malvinas (Falkland)"),
    ("NAM", "country", "Namibia", "Namibia"),
    ("PER", "country", "Peru", "Perú"),
    ("SUR", "country", "Suriname", "Suriname"),
    ("USA", "country", "United States of America", "Estados Unidos de América"),
    ("VEN", "country", "Venezuela", "Venezuela"),
    ("M49_001", "group", "World", "Mundo"),
    ("M49_005", "group", "South America", "América del Sur"),
    ("CSM", "group", "South American Conference on Migration", "Conferencia Suramericana sobre Migraciones"),
    ("_O:undesa.other_south", "residual", "Other South", "Otros del Sur"),
];

/// The groups are cut to these members.
const GROUPS: [(&str, &str); 7] =
    [("CSM", "ARG"), ("CSM", "CHL"), ("CSM", "SUR"), ("M49_005", "BVT"), ("M49_005", "CHL"), ("M49_005", "FLK"), ("M49_005", "SUR")];

impl Lab {
    /// A lab with the rows of some datasets, one file each, and the tables of areas and groups.
    pub(crate) fn new(rows: &[Row]) -> Self {
        let mut lab = Self { folder: tempfile::tempdir().unwrap(), views: Views::default() };
        let mut datasets: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for row in rows {
            datasets.entry(row.text("dataset").unwrap().to_owned()).or_default().push(row.clone());
        }
        for (dataset, rows) in datasets {
            let path = lab.write(&dataset, &batch(&rows));
            lab.views.add_current(&dataset, [path]);
        }
        let areas = lab.table("areas", &reference::AREAS, &AREAS.map(|(area, kind, en, es)| vec![area, kind, "", "", en, es, en, es]));
        lab.views.set_reference(View::Areas, areas);
        let members = GROUPS.map(|(group, member)| vec![group, member, "", "", "by hand"]);
        let groups = lab.table("area_groups", &reference::AREA_GROUPS, &members);
        lab.views.set_reference(View::AreaGroups, groups);
        lab
    }

    /// Writes a reference table. An empty or missing text is a null, and every date is one.
    fn table(&self, name: &str, columns: &[column::Column], rows: &[Vec<&str>]) -> PathBuf {
        let schema = column::schema(columns);
        let arrays = schema.fields().iter().enumerate().map(|(index, field)| -> ArrayRef {
            if field.data_type() == &DataType::Utf8 {
                Arc::new(rows.iter().map(|row| row.get(index).copied().filter(|text| !text.is_empty())).collect::<StringArray>())
            } else {
                new_null_array(field.data_type(), rows.len())
            }
        });
        self.write(name, &RecordBatch::try_new(Arc::clone(&schema), arrays.collect()).unwrap())
    }

    pub(crate) fn write(&self, name: &str, batch: &RecordBatch) -> PathBuf {
        let path = self.folder.path().join(format!("{name}.parquet"));
        paso_lake::parquet::write::<LakeError>(&path, &batch.schema(), [Ok(batch.clone())], &BTreeMap::new()).unwrap();
        path
    }

    pub(crate) fn labels(&self) -> Labels {
        Labels::load(&PolarsEngine, &self.views).unwrap()
    }

    /// Computes one of the pipeline's own indicators.
    pub(crate) fn chile(&self, file: &str) -> Computed {
        compute(&PolarsEngine, &chile(file), &self.views, &self.labels()).unwrap()
    }
}

/// One of the pipeline's own indicators.
pub(crate) fn chile(file: &str) -> Indicator {
    let path = format!("{}/../../pipelines/chile/indicators/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let indicator = Indicator::parse(file, &text).unwrap();
    assert_eq!(file, format!("{}/{}.sql", indicator.agenda, indicator.id));
    indicator
}

/// The cells of some columns as texts; nothing where a cell is null. Floats print as short as they can.
pub(crate) fn cells(table: &RecordBatch, columns: &[&str]) -> Vec<Vec<String>> {
    let column = |name: &str| table.column_by_name(name).unwrap_or_else(|| panic!("no column {name}"));
    let arrays: Vec<&ArrayRef> = columns.iter().map(|name| column(name)).collect();
    (0..table.num_rows()).map(|row| arrays.iter().map(|array| cell(array, row)).collect()).collect()
}

fn cell(array: &ArrayRef, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Date32 => array.as_primitive::<Date32Type>().value_as_date(row).unwrap().to_string(),
        other => panic!("a column of type {other}"),
    }
}
