//! Two editions key by key: a hash join on batches.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use arrow::{
    array::{Array, AsArray, Float64Array, RecordBatch, StringArray, UInt8Array},
    datatypes::{Float64Type, UInt8Type},
    error::ArrowError,
};
use paso_lake::parquet;
use paso_model::observation::KEY;
use paso_normalize::{CompleteFor, key_digest, text_columns};
use serde::Serialize;

use super::{DiffError, EditionPair, Figure, Filter, difference, per_cent};

/// The columns of a key within a dataset: the observation's less the dataset and its vintage.
pub fn key_columns() -> &'static [&'static str] {
    KEY.get(2..).unwrap_or_default()
}

/// How a key differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Both editions have it, with another value or status.
    Changed,
    /// Only the new edition has it.
    New,
    /// Only the old edition has it, and the new one replaces the old one there.
    Retracted,
}

/// A key that differs.
#[derive(Debug, Clone)]
pub struct Change {
    /// How.
    pub kind: ChangeKind,
    /// What the old edition says.
    pub old: Option<Figure>,
    /// What the new edition says.
    pub new: Option<Figure>,
    /// Its texts, as places in the comparison's list.
    key: Box<[u32]>,
}

impl Change {
    fn values(&self) -> (Option<f64>, Option<f64>) {
        let value = |figure: &Option<Figure>| figure.as_ref().and_then(|figure| figure.value);
        (value(&self.old), value(&self.new))
    }

    /// The new value less the old one.
    pub fn difference(&self) -> Option<f64> {
        let (old, new) = self.values();
        let decimals = [&self.old, &self.new].into_iter().flatten().map(|figure| figure.decimals).max();
        difference(old, new, decimals.unwrap_or_default())
    }

    /// The difference in per cent of the old value.
    pub fn per_cent(&self) -> Option<f64> {
        let (old, new) = self.values();
        per_cent(old, new)
    }

    /// How large it is; a figure that comes or goes counts whole.
    fn size(&self) -> f64 {
        let (old, new) = self.values();
        (new.unwrap_or_default() - old.unwrap_or_default()).abs()
    }
}

/// How many keys of a measure differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct MeasureCounts {
    /// The measure.
    pub measure: String,
    /// Keys of both editions with the same value and status.
    pub equal: u64,
    /// Keys of both editions with another value or status.
    pub changed: u64,
    /// Those of them where only the status is another one.
    pub status_only: u64,
    /// Keys of the new edition alone.
    pub new: u64,
    /// Keys of the old edition alone that the new one takes back.
    pub retracted: u64,
    /// Keys of the old edition alone that the new one says nothing about: they go on holding.
    pub untouched: u64,
}

/// What differs between two editions.
#[derive(Debug, Default)]
pub struct Comparison {
    /// By measure.
    pub measures: Vec<MeasureCounts>,
    /// The keys that differ: by kind, the largest difference first.
    pub changes: Vec<Change>,
    texts: Texts,
}

impl Comparison {
    /// The texts of a change's key, in the order of [`key_columns`].
    pub fn key<'c>(&'c self, change: &'c Change) -> impl Iterator<Item = &'c str> {
        change.key.iter().map(|place| self.texts.get(*place))
    }
}

/// Texts, each once: a key of millions of rows is a few numbers.
#[derive(Debug, Default)]
struct Texts {
    places: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Texts {
    fn place(&mut self, text: &str) -> u32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = self.texts.len() as u32;
        self.places.insert(text.to_owned(), place);
        self.texts.push(text.to_owned());
        place
    }

    fn get(&self, place: u32) -> &str {
        self.texts.get(place as usize).map_or("", String::as_str)
    }
}

/// The columns of a batch that are compared.
pub(super) struct Columns<'b> {
    pub(super) key: Vec<&'b StringArray>,
    values: &'b Float64Array,
    decimals: &'b UInt8Array,
    status: &'b StringArray,
    filter: Vec<(&'b StringArray, &'b [String])>,
}

impl<'b> Columns<'b> {
    pub(super) fn of(batch: &'b RecordBatch, filter: &'b Filter) -> Result<Self, ArrowError> {
        let column =
            |name: &str| batch.column_by_name(name).ok_or_else(|| ArrowError::SchemaError(format!("no column `{name}` in an edition")));
        let wrong = |name: &str| ArrowError::SchemaError(format!("column `{name}` of an edition has another type"));
        let filtered = text_columns(batch, &filter.keys().collect::<Vec<_>>())?;
        Ok(Self {
            key: text_columns(batch, key_columns())?,
            values: column("value")?.as_primitive_opt::<Float64Type>().ok_or_else(|| wrong("value"))?,
            decimals: column("decimals")?.as_primitive_opt::<UInt8Type>().ok_or_else(|| wrong("decimals"))?,
            status: column("status")?.as_string_opt::<i32>().ok_or_else(|| wrong("status"))?,
            filter: filtered.into_iter().zip(filter.values().map(Vec::as_slice)).collect(),
        })
    }

    /// The rows that have the codes that were asked for.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> {
        (0..self.values.len()).filter(|row| self.filter.iter().all(|(column, codes)| codes.iter().any(|code| code == column.value(*row))))
    }

    pub(super) fn has_value(&self, row: usize) -> bool {
        self.values.is_valid(row)
    }

    pub(super) fn figure(&self, row: usize) -> Figure {
        let value = self.values.is_valid(row).then(|| self.values.value(row));
        Figure { value, decimals: self.decimals.value(row), status: self.status.value(row).to_owned() }
    }

    fn measure(&self, row: usize) -> &'b str {
        self.key[0].value(row)
    }

    fn key(&self, row: usize, texts: &mut Texts) -> Box<[u32]> {
        self.key.iter().map(|column| texts.place(column.value(row))).collect()
    }
}

/// Goes through the rows of an edition.
pub(super) fn each_batch(
    path: &Path,
    filter: &Filter,
    mut visit: impl FnMut(&RecordBatch, &Columns<'_>) -> Result<(), ArrowError>,
) -> Result<(), DiffError> {
    for batch in parquet::read(path)? {
        let batch = batch?;
        visit(&batch, &Columns::of(&batch, filter)?)?;
    }
    Ok(())
}

/// Says what differs between two editions, in the rows that have the codes of the filter.
pub fn compare(pair: &EditionPair, filter: &Filter) -> Result<Comparison, DiffError> {
    let mut texts = Texts::default();
    // By the key's digest: the value, its decimals, its status, and whether the new edition has the key.
    let mut before: HashMap<u128, (Option<f64>, u8, u32, bool)> = HashMap::new();
    each_batch(&pair.old.path, filter, |_, columns| {
        for row in columns.rows() {
            let Figure { value, decimals, status } = columns.figure(row);
            before.insert(key_digest(&columns.key, row), (value, decimals, texts.place(&status), false));
        }
        Ok(())
    })?;
    let complete_for: &[String] = match &pair.new.complete_for {
        Some(CompleteFor::Dimensions(dimensions)) => dimensions,
        _ => &[],
    };
    let everything = matches!(pair.new.complete_for, Some(CompleteFor::Everything(_)));
    let mut slices: HashSet<u128> = HashSet::new();
    let mut counts: BTreeMap<String, MeasureCounts> = BTreeMap::new();
    let mut changes = Vec::new();
    each_batch(&pair.new.path, filter, |batch, columns| {
        let complete = text_columns(batch, complete_for)?;
        for row in columns.rows() {
            if !complete.is_empty() {
                slices.insert(key_digest(&complete, row));
            }
            let new = columns.figure(row);
            let count = count(&mut counts, columns.measure(row));
            let (kind, old) = if let Some((value, decimals, status, seen)) = before.get_mut(&key_digest(&columns.key, row)) {
                *seen = true;
                let old = Figure { value: *value, decimals: *decimals, status: texts.get(*status).to_owned() };
                if old.value == new.value && old.status == new.status {
                    count.equal += 1;
                    continue;
                }
                count.changed += 1;
                count.status_only += u64::from(old.value == new.value);
                (ChangeKind::Changed, Some(old))
            } else {
                count.new += 1;
                (ChangeKind::New, None)
            };
            changes.push(Change { kind, old, new: Some(new), key: columns.key(row, &mut texts) });
        }
        Ok(())
    })?;
    each_batch(&pair.old.path, filter, |batch, columns| {
        let complete = text_columns(batch, complete_for)?;
        for row in columns.rows() {
            if before.get(&key_digest(&columns.key, row)).is_some_and(|(.., seen)| *seen) {
                continue;
            }
            let count = count(&mut counts, columns.measure(row));
            if everything || !complete.is_empty() && slices.contains(&key_digest(&complete, row)) {
                count.retracted += 1;
                let key = columns.key(row, &mut texts);
                changes.push(Change { kind: ChangeKind::Retracted, old: Some(columns.figure(row)), new: None, key });
            } else {
                count.untouched += 1;
            }
        }
        Ok(())
    })?;
    if counts.is_empty() {
        return Err(DiffError::NothingLeft { filter: told(filter) });
    }
    let mut comparison = Comparison { measures: counts.into_values().collect(), changes, texts };
    comparison.sort();
    Ok(comparison)
}

impl Comparison {
    fn sort(&mut self) {
        let mut changes = std::mem::take(&mut self.changes);
        // The bits of numbers without a sign are in the order of the numbers.
        let size = |change: &Change| Reverse(change.size().to_bits());
        changes.sort_by(|a, b| (a.kind, size(a)).cmp(&(b.kind, size(b))).then_with(|| self.key(a).cmp(self.key(b))));
        self.changes = changes;
    }
}

fn count<'c>(counts: &'c mut BTreeMap<String, MeasureCounts>, measure: &str) -> &'c mut MeasureCounts {
    if !counts.contains_key(measure) {
        counts.insert(measure.to_owned(), MeasureCounts { measure: measure.to_owned(), ..MeasureCounts::default() });
    }
    counts.entry(measure.to_owned()).or_default()
}

fn told(filter: &Filter) -> String {
    let said = |(column, codes): (&String, &Vec<String>)| format!("{column}={}", codes.join(","));
    filter.iter().map(said).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
pub(super) mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use arrow::array::{ArrayRef, Date32Array, UInt32Array};
    use paso_model::{
        column::ColumnType,
        observation::{COLUMNS, schema},
    };
    use paso_normalize::Everything;

    use super::*;
    use crate::diff::NamedEdition;

    /// An edition of one measure: reference area, period, value and status of each row.
    pub(in crate::diff) fn edition(folder: &Path, name: &str, complete_for: CompleteFor, rows: &[(&str, &str, f64, &str)]) -> NamedEdition {
        let column = |column: &paso_model::column::Column| -> ArrayRef {
            let text = |row: &(&str, &str, f64, &str)| match column.name {
                "ref_area" => row.0.to_owned(),
                "period" => row.1.to_owned(),
                "status" => row.3.to_owned(),
                _ => "_T".to_owned(),
            };
            match column.kind {
                ColumnType::Text => Arc::new(rows.iter().map(|row| Some(text(row))).collect::<StringArray>()),
                ColumnType::Number => Arc::new(rows.iter().map(|row| Some(row.2)).collect::<Float64Array>()),
                ColumnType::Small => Arc::new(UInt8Array::from(vec![0; rows.len()])),
                ColumnType::Date => Arc::new(Date32Array::from(vec![0; rows.len()])),
                _ => Arc::new(UInt32Array::from(vec![1; rows.len()])),
            }
        };
        let batch = RecordBatch::try_new(schema(), COLUMNS.iter().map(column).collect()).unwrap();
        let path = folder.join(name);
        parquet::write(&path, &schema(), [Ok::<_, paso_lake::LakeError>(batch)], &BTreeMap::new()).unwrap();
        NamedEdition::of_test(name, path, complete_for)
    }

    #[test]
    fn a_key_is_equal_changed_new_retracted_or_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let before = [("CHL", "2019", 1.0, "A"), ("CHL", "2020", 5.0, "P"), ("PER", "2020", 7.0, "A"), ("BOL", "2020", 2.0, "A")];
        let after = [("CHL", "2020", 5.0, "A"), ("PER", "2020", 9.0, "A"), ("ARG", "2020", 3.0, "A")];
        let by_period = CompleteFor::Dimensions(vec!["period".to_owned()]);
        let pair = |complete_for: CompleteFor| EditionPair {
            dataset: "a.b".to_owned(),
            old: edition(folder.path(), "old", by_period.clone(), &before),
            new: edition(folder.path(), "new", complete_for, &after),
        };
        let compared = compare(&pair(by_period.clone()), &Filter::new()).unwrap();
        let counts = &compared.measures[0];
        assert_eq!((counts.equal, counts.changed, counts.status_only), (0, 2, 1));
        assert_eq!((counts.new, counts.retracted, counts.untouched), (1, 1, 1));
        let areas: Vec<&str> = compared.changes.iter().filter_map(|change| compared.key(change).nth(2)).collect();
        assert_eq!(areas, ["PER", "CHL", "ARG", "BOL"]);
        assert_eq!((compared.changes[0].difference(), compared.changes[0].per_cent()), (Some(2.0), Some(28.57)));
        let whole = compare(&pair(CompleteFor::Everything(Everything::Everything)), &Filter::new()).unwrap();
        assert_eq!((whole.measures[0].retracted, whole.measures[0].untouched), (2, 0));
        let filter = Filter::from([("ref_area".to_owned(), vec!["URY".to_owned()])]);
        let error = compare(&pair(by_period.clone()), &filter).unwrap_err();
        assert_eq!(error.to_string(), "no row of either edition has ref_area=URY");
    }
}
