//! What goes into a release.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::civil::Date;
use paso_aggregate::{Indicator, Input};
use paso_lake::Fingerprint;
use paso_model::{Localized, column::Column};

/// Everything that a release holds and says.
#[derive(Debug, Clone)]
pub struct Contents<'a> {
    /// The pipeline's id, such as `chile`.
    pub pipeline: &'a str,
    /// The pipeline's title.
    pub title: Localized,
    /// The indicators.
    pub indicators: Vec<IndicatorTable<'a>>,
    /// The observations.
    pub observations: Vec<Observations>,
    /// The reference tables.
    pub references: Vec<ReferenceTable>,
    /// The publishers whose figures are in it.
    pub sources: Vec<Source>,
    /// Indicators and datasets that should be in it and are not, with the reason.
    pub missing: BTreeMap<String, String>,
}

/// One indicator and its finished table.
#[derive(Debug, Clone)]
pub struct IndicatorTable<'a> {
    /// The definition.
    pub indicator: &'a Indicator,
    /// The title of its area of the agenda.
    pub agenda: Localized,
    /// The table.
    pub path: PathBuf,
    /// What the table was made from.
    pub fingerprint: Fingerprint,
}

/// What holds today of one dataset.
#[derive(Debug, Clone)]
pub struct Observations {
    /// The dataset, `<publisher>.<dataset>`.
    pub dataset: String,
    /// Its title.
    pub title: Localized,
    /// The newest edition in it.
    pub vintage: Date,
    /// The table.
    pub path: PathBuf,
    /// What the table was made from.
    pub fingerprint: Fingerprint,
}

/// A reference table.
#[derive(Debug, Clone)]
pub struct ReferenceTable {
    /// Its name, such as `areas`.
    pub name: String,
    /// Its title.
    pub title: Localized,
    /// Its columns, in order.
    pub columns: &'static [Column],
    /// The table.
    pub path: PathBuf,
    /// What the table was made from.
    pub fingerprint: Fingerprint,
}

/// A publisher, and the terms under which its figures may be used.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its id, the first part of its datasets' names.
    pub publisher: String,
    /// Its name.
    pub title: Localized,
    /// Where people find its data.
    pub homepage: String,
    /// The terms.
    pub licence: Licence,
}

/// The terms under which data are used.
#[derive(Debug, Clone)]
pub struct Licence {
    /// SPDX identifier; one that starts with a small letter (`none-declared`) is none.
    pub id: String,
    /// Where the terms stand.
    pub url: String,
    /// How to cite the source.
    pub attribution: Localized,
    /// What the identifier does not say.
    pub note: Option<Localized>,
}

impl Contents<'_> {
    /// The newest edition of any dataset: the first part of the release's name.
    pub(crate) fn newest_vintage(&self) -> Option<Date> {
        self.observations.iter().map(|observations| observations.vintage).max()
    }

    /// The source of a dataset.
    pub(crate) fn source_of(&self, dataset: &str) -> Option<&Source> {
        let publisher = dataset.split('.').next()?;
        self.sources.iter().find(|source| source.publisher == publisher)
    }

    /// The sources whose figures an indicator reads. A measure may come from any of them.
    pub(crate) fn sources_of(&self, indicator: &Indicator) -> Vec<&Source> {
        let any = indicator.inputs.iter().any(|input| matches!(input, Input::Measure(_)));
        let named = |source: &Source| {
            indicator.inputs.iter().any(|input| match input {
                Input::Dataset(dataset) => dataset.split('.').next() == Some(source.publisher.as_str()),
                Input::Measure(_) => false,
            })
        };
        self.sources.iter().filter(|source| any || named(source)).collect()
    }
}
