//! The tables that SQL sees, as Parquet files.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use arrow::record_batch::RecordBatch;

use crate::indicator::Input;

/// A table that SQL can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// What holds today of the inputs, with one boolean per status letter: `status_e`, `status_q` …
    Observations,
    /// Every edition of the inputs, with the same booleans.
    ObservationsAll,
    /// The events that hold today, from which some observations are made.
    Events,
    /// What publishers say of measures of areas for some years, of the newest editions.
    Notes,
    /// Countries, groups and special populations.
    Areas,
    /// Members of groups, with their dates.
    AreaGroups,
    /// What is counted.
    Measures,
    /// Who is counted, when and by which rule.
    Datasets,
    /// What interrupts series.
    Breaks,
    /// When series are served at all.
    Windows,
    /// What the codes of columns mean.
    Codes,
    /// The observations whose measure is `population`.
    Population,
}

impl View {
    /// Every view.
    pub const ALL: [Self; 12] = [
        Self::Observations,
        Self::ObservationsAll,
        Self::Events,
        Self::Notes,
        Self::Areas,
        Self::AreaGroups,
        Self::Measures,
        Self::Datasets,
        Self::Breaks,
        Self::Windows,
        Self::Codes,
        Self::Population,
    ];

    /// Its name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Observations => "observations",
            Self::ObservationsAll => "observations_all",
            Self::Events => "events",
            Self::Notes => "notes",
            Self::Areas => "areas",
            Self::AreaGroups => "area_groups",
            Self::Measures => "measures",
            Self::Datasets => "datasets",
            Self::Breaks => "breaks",
            Self::Windows => "windows",
            Self::Codes => "codes",
            Self::Population => "population",
        }
    }

    /// The view of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }

    /// Whether it is one of the reference tables.
    pub fn is_reference(self) -> bool {
        matches!(self, Self::Areas | Self::AreaGroups | Self::Measures | Self::Datasets | Self::Breaks | Self::Windows | Self::Codes)
    }
}

/// The observation files of one dataset, and which of their rows can be seen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DatasetFiles {
    pub(crate) files: Vec<PathBuf>,
    /// The measures that can be seen; all where there is no set.
    pub(crate) measures: Option<BTreeSet<String>>,
}

/// The files behind the views. A view without files does not exist, and SQL that reads it is an error.
///
/// ```
/// use paso_aggregate::{View, Views};
/// let mut views = Views::default();
/// views.add_current("worldbank.population", ["current.parquet".into()]);
/// views.set_reference(View::Areas, "areas.parquet");
/// assert!(views.has(View::Population) && !views.has(View::ObservationsAll));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Views {
    pub(crate) current: BTreeMap<String, DatasetFiles>,
    pub(crate) editions: BTreeMap<String, DatasetFiles>,
    pub(crate) events: BTreeMap<String, DatasetFiles>,
    pub(crate) notes: BTreeMap<String, DatasetFiles>,
    pub(crate) references: BTreeMap<View, PathBuf>,
    pub(crate) result: Option<RecordBatch>,
}

impl Views {
    /// Adds the files that hold what holds today of a dataset.
    pub fn add_current(&mut self, dataset: &str, files: impl IntoIterator<Item = PathBuf>) {
        add(&mut self.current, dataset, files);
    }

    /// Adds the files of all editions of a dataset.
    pub fn add_editions(&mut self, dataset: &str, files: impl IntoIterator<Item = PathBuf>) {
        add(&mut self.editions, dataset, files);
    }

    /// Adds the file of the events of a dataset.
    pub fn add_events(&mut self, dataset: &str, file: PathBuf) {
        add(&mut self.events, dataset, [file]);
    }

    /// Adds the file of a publisher's footnotes.
    pub fn add_notes(&mut self, dataset: &str, file: PathBuf) {
        add(&mut self.notes, dataset, [file]);
    }

    /// Sets the file of a reference table. Other views are made of observations and are left as they are.
    pub fn set_reference(&mut self, view: View, file: impl AsRef<Path>) {
        if view.is_reference() {
            self.references.insert(view, file.as_ref().to_owned());
        }
    }

    /// Whether SQL can read the view.
    pub fn has(&self, view: View) -> bool {
        match view {
            View::Observations | View::Population => !self.current.is_empty(),
            View::ObservationsAll => !self.editions.is_empty(),
            View::Events => !self.events.is_empty(),
            View::Notes => !self.notes.is_empty(),
            view => self.references.contains_key(&view),
        }
    }

    /// The names of the views that SQL can read.
    pub fn names(&self) -> Vec<&'static str> {
        View::ALL.into_iter().filter(|view| self.has(*view)).map(View::name).collect()
    }

    /// The same views with nothing but the rows that these inputs name.
    ///
    /// A dataset input shows all of a dataset; a measure input shows that measure of every dataset here, so that whoever calls gives only the
    /// datasets whose definitions state the measure, and counts all of them among what the result depends on.
    #[must_use]
    pub fn restricted_to(&self, inputs: &[Input]) -> Self {
        Self {
            current: restrict(&self.current, inputs),
            editions: restrict(&self.editions, inputs),
            events: restrict(&self.events, inputs),
            notes: restrict(&self.notes, inputs),
            ..self.clone()
        }
    }

    pub(crate) fn with_result(&self, result: RecordBatch) -> Self {
        Self { result: Some(result), ..self.clone() }
    }
}

fn add(datasets: &mut BTreeMap<String, DatasetFiles>, dataset: &str, files: impl IntoIterator<Item = PathBuf>) {
    let mut files = files.into_iter().peekable();
    if files.peek().is_some() {
        let entry = datasets.entry(dataset.to_owned()).or_insert_with(|| DatasetFiles { files: Vec::new(), measures: None });
        entry.files.extend(files);
        entry.files.sort();
        entry.files.dedup();
    }
}

fn restrict(datasets: &BTreeMap<String, DatasetFiles>, inputs: &[Input]) -> BTreeMap<String, DatasetFiles> {
    let measures: BTreeSet<String> = inputs.iter().filter_map(Input::measure).map(str::to_owned).collect();
    let whole = |dataset: &str| inputs.iter().any(|input| matches!(input, Input::Dataset(id) if id == dataset));
    datasets
        .iter()
        .filter(|(dataset, _)| whole(dataset) || !measures.is_empty())
        .map(|(dataset, files)| {
            let measures = (!whole(dataset)).then(|| measures.clone());
            (dataset.clone(), DatasetFiles { files: files.files.clone(), measures })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_indicator_sees_only_its_inputs() {
        let mut views = Views::default();
        for dataset in ["a.one", "b.two"] {
            views.add_current(dataset, [PathBuf::from(format!("{dataset}.parquet"))]);
        }
        let one = views.restricted_to(&[Input::Dataset("a.one".into())]);
        assert_eq!(one.current.keys().collect::<Vec<_>>(), ["a.one"]);
        assert_eq!(one.current["a.one"].measures, None);

        let both = views.restricted_to(&[Input::Dataset("a.one".into()), Input::Measure("population".into())]);
        assert_eq!(both.current["a.one"].measures, None);
        assert_eq!(both.current["b.two"].measures, Some(BTreeSet::from(["population".to_owned()])));
    }

    #[test]
    fn a_dataset_without_files_is_no_dataset() {
        let mut views = Views::default();
        views.add_current("a.one", []);
        assert!(!views.has(View::Observations));
    }
}
