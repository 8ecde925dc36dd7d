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
    /// The events that some observations are made of: those that hold today.
    pub events: Vec<Observations>,
    /// The reference tables.
    pub references: Vec<ReferenceTable>,
    /// The publishers whose figures are in it.
    pub sources: Vec<Source>,
    /// Indicators and datasets that should be in it and are not, with the reason.
    pub missing: BTreeMap<String, String>,
    /// For each dataset, the cells of what holds that stand in quarantine: they are in no table of the release.
    pub quarantined: BTreeMap<String, u64>,
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
    /// Its own terms, where they are not those of its publisher.
    pub licence: Option<Licence>,
    /// The newest edition in it.
    pub vintage: Date,
    /// The table.
    pub path: PathBuf,
    /// What the table was made from.
    pub fingerprint: Fingerprint,
}

/// A reference table. One whose name is that of a dataset (`<publisher>.<dataset>`) is a code list of that publisher, under its terms.
#[derive(Debug, Clone)]
pub struct ReferenceTable {
    /// Its name, such as `areas`.
    pub name: String,
    /// Its title.
    pub title: Localized,
    /// The terms of a code list, where they are not those of its publisher.
    pub licence: Option<Licence>,
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
    /// The terms of its datasets that have none of their own.
    pub licence: Licence,
}

/// The terms under which data are used.
#[derive(Debug, Clone, PartialEq, Eq)]
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

    /// The terms of a table with figures of a publisher: its own, or else the publisher's.
    pub(crate) fn terms_of<'a>(&'a self, dataset: &str, own: Option<&'a Licence>) -> Option<Terms<'a>> {
        let source = self.source_of(dataset)?;
        Some(Terms { source, licence: own.unwrap_or(&source.licence) })
    }

    /// The terms of all figures that an indicator reads, in the order of the sources. A measure may come from any dataset.
    pub(crate) fn terms_of_inputs(&self, indicator: &Indicator) -> Vec<Terms<'_>> {
        let any = indicator.inputs.iter().any(|input| matches!(input, Input::Measure(_)));
        let named = |dataset: &str| indicator.inputs.iter().any(|input| matches!(input, Input::Dataset(id) if id == dataset));
        let mut found: Vec<Terms<'_>> = self
            .observations
            .iter()
            .filter(|observations| any || named(&observations.dataset))
            .filter_map(|observations| self.terms_of(&observations.dataset, observations.licence.as_ref()))
            .collect();
        for input in &indicator.inputs {
            // An input that is not in the release itself has still its publisher.
            if let Input::Dataset(dataset) = input
                && !self.observations.iter().any(|observations| observations.dataset == *dataset)
            {
                found.extend(self.terms_of(dataset, None));
            }
        }
        self.in_order(&found)
    }

    /// The terms of everything: of each source the terms of these tables, or its own where it has no table.
    pub(crate) fn all_terms<'a>(&'a self, of_tables: impl Iterator<Item = Terms<'a>>) -> Vec<Terms<'a>> {
        let mut found: Vec<Terms<'a>> = of_tables.collect();
        for source in &self.sources {
            if !found.iter().any(|terms| terms.source.publisher == source.publisher) {
                found.push(Terms { source, licence: &source.licence });
            }
        }
        self.in_order(&found)
    }

    /// By source, each source's own terms first, none twice.
    fn in_order<'a>(&'a self, found: &[Terms<'a>]) -> Vec<Terms<'a>> {
        let mut ordered: Vec<Terms<'a>> = Vec::new();
        for source in &self.sources {
            let of_source = || found.iter().filter(|terms| terms.source.publisher == source.publisher);
            let own = of_source().filter(|terms| *terms.licence == source.licence);
            let others = of_source().filter(|terms| *terms.licence != source.licence);
            for terms in own.chain(others) {
                if !ordered.iter().any(|other| other.same_as(*terms)) {
                    ordered.push(*terms);
                }
            }
        }
        ordered
    }
}

/// A publisher and the terms of some of its figures.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) source: &'a Source,
    pub(crate) licence: &'a Licence,
}

impl Terms<'_> {
    /// Whether they are the same terms of the same publisher.
    pub(crate) fn same_as(self, other: Terms<'_>) -> bool {
        self.source.publisher == other.source.publisher && self.licence == other.licence
    }
}
