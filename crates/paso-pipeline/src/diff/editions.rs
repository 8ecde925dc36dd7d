//! The editions of a dataset by the names that people call them.

use std::path::PathBuf;

use jiff::civil::Date;
use paso_lake::{Fingerprint, Lake, parquet};
use paso_normalize::CompleteFor;

use super::DiffError;
use crate::{definition::Dataset, load::Pipeline, street::Street};

/// So many digits of a fingerprint at least are one.
const FINGERPRINT_DIGITS: usize = 6;

/// A normalized edition.
#[derive(Debug, Clone)]
pub struct NamedEdition {
    /// What it is called: `undesa.migrant_stock@2019` where the definition names it, else `unhcr.population@2023-10-25`.
    pub name: String,
    /// Its date.
    pub vintage: Date,
    /// How many rows it has.
    pub rows: u64,
    /// Its file.
    pub path: PathBuf,
    pub(super) complete_for: Option<CompleteFor>,
    id: Option<String>,
    fingerprint: Fingerprint,
}

impl NamedEdition {
    /// The name with the date, where the name does not say it.
    pub fn label(&self) -> String {
        let vintage = self.vintage.to_string();
        if self.name.ends_with(&vintage) { self.name.clone() } else { format!("{} ({vintage})", self.name) }
    }

    fn is_called(&self, word: &str) -> bool {
        self.id.as_deref() == Some(word)
            || self.vintage.to_string() == word
            || word.len() >= FINGERPRINT_DIGITS && self.fingerprint.as_str().starts_with(word)
    }
}

/// Two editions of a dataset.
#[derive(Debug, Clone)]
pub struct EditionPair {
    /// The dataset.
    pub dataset: String,
    /// The one that is compared with.
    pub old: NamedEdition,
    /// The one that is asked about.
    pub new: NamedEdition,
}

#[cfg(test)]
impl NamedEdition {
    /// An edition that no lake holds.
    pub(super) fn of_test(name: &str, path: PathBuf, complete_for: CompleteFor) -> Self {
        let fingerprint = paso_lake::sha256(name.as_bytes()).into();
        Self { name: name.to_owned(), vintage: Date::ZERO, rows: 0, path, complete_for: Some(complete_for), id: None, fingerprint }
    }
}

impl EditionPair {
    /// The editions that words name: a dataset, or an edition of it, and then up to two editions by name, date or fingerprint. A dataset alone means
    /// its last two editions, and one edition alone the one before it and itself.
    pub fn choose(pipeline: &Pipeline, lake: &Lake, words: &[String]) -> Result<Self, DiffError> {
        let (id, mut named) = read(words)?;
        let dataset = one(pipeline, &id)?;
        if dataset.file.observe.is_none() {
            let why = if dataset.file.microdata { "its rows are persons, and stay in the archive" } else { "it is a list of codes" };
            return Err(DiffError::NoObservations { dataset: dataset.id.clone(), why });
        }
        let (editions, waiting) = editions(Street { pipeline, lake }, dataset)?;
        let known = || editions.iter().map(NamedEdition::label).collect::<Vec<_>>();
        let find = |word: &str| find(dataset, &editions, word);
        let (old, new) = match (named.pop(), named.pop()) {
            (Some(new), Some(old)) => (find(&old)?, find(&new)?),
            (Some(new), None) => {
                let new = find(&new)?;
                let old = new.checked_sub(1).ok_or_else(|| DiffError::Oldest { edition: editions[new].label(), known: known() })?;
                (old, new)
            }
            (None, _) => match editions.len().checked_sub(2) {
                Some(old) => (old, old + 1),
                None => return Err(DiffError::TooFew { dataset: dataset.id.clone(), known: known(), waiting }),
            },
        };
        // The older edition is the old one, in whatever order they are named.
        let (old, new) = (old.min(new), old.max(new));
        if old == new {
            return Err(DiffError::Same { edition: editions[old].label(), known: known() });
        }
        Ok(Self { dataset: dataset.id.clone(), old: editions[old].clone(), new: editions[new].clone() })
    }
}

/// The one dataset that answers to a name.
fn one<'p>(pipeline: &'p Pipeline, name: &str) -> Result<&'p Dataset, DiffError> {
    let mut called = pipeline.called(name);
    match (called.next(), called.next()) {
        (Some(dataset), None) => Ok(dataset),
        (None, _) => Err(DiffError::Dataset { dataset: name.to_owned() }),
        (Some(_), Some(_)) => {
            let datasets = pipeline.called(name).map(|dataset| dataset.id.clone()).collect();
            Err(DiffError::Several { name: name.to_owned(), datasets })
        }
    }
}

/// The dataset and the editions that words name.
fn read(words: &[String]) -> Result<(String, Vec<String>), DiffError> {
    let split = |word: &str| word.split_once('@').map(|(dataset, edition)| (dataset.to_owned(), edition.to_owned()));
    let first = words.first().cloned().unwrap_or_default();
    let (dataset, edition) = split(&first).map_or((first, None), |(dataset, edition)| (dataset, Some(edition)));
    let mut editions: Vec<String> = edition.into_iter().collect();
    for word in words.iter().skip(1) {
        match split(word) {
            Some((other, edition)) if other == dataset || other.is_empty() => editions.push(edition),
            Some((other, _)) => return Err(DiffError::TwoDatasets { one: dataset, other }),
            None => editions.push(word.clone()),
        }
    }
    if editions.len() > 2 {
        return Err(DiffError::TooMany { count: editions.len() });
    }
    Ok((dataset, editions))
}

/// The place of the edition that a word names. A name of the definition beats a date.
fn find(dataset: &Dataset, editions: &[NamedEdition], word: &str) -> Result<usize, DiffError> {
    let places = |fits: &dyn Fn(&NamedEdition) -> bool| (0..editions.len()).filter(|place| fits(&editions[*place])).collect::<Vec<_>>();
    let mut found = places(&|edition| edition.id.as_deref() == Some(word));
    if found.is_empty() {
        found = places(&|edition| edition.is_called(word));
    }
    let (dataset, edition) = (dataset.id.clone(), word.to_owned());
    match found.as_slice() {
        [place] => Ok(*place),
        [] => Err(DiffError::Edition { dataset, edition, known: editions.iter().map(NamedEdition::label).collect() }),
        several => {
            let fingerprints = several.iter().map(|place| editions[*place].fingerprint.short().to_owned()).collect();
            Err(DiffError::Ambiguous { dataset, edition, fingerprints })
        }
    }
}

/// The normalized editions of a dataset, oldest first, and how many wait for it.
fn editions(street: Street<'_>, dataset: &Dataset) -> Result<(Vec<NamedEdition>, usize), DiffError> {
    let archived = street.editions(dataset)?;
    let mut editions: Vec<NamedEdition> = Vec::new();
    for (layout, step) in archived.iter().filter(|(_, step)| step.path.is_file()) {
        let vintage = Street::vintage(&step.path)?;
        let id = layout.edition.clone();
        let name = if id.is_some() { layout.archived_as() } else { format!("{}@{vintage}", dataset.id) };
        let (path, fingerprint, complete_for) = (step.path.clone(), step.fingerprint.clone(), step.complete_for.clone());
        // A body that came back is one edition, at its newest place.
        editions.retain(|edition| edition.fingerprint != fingerprint);
        editions.push(NamedEdition { name, vintage, rows: parquet::row_count(&path)?, path, complete_for, id, fingerprint });
    }
    let waiting = archived.len() - archived.iter().filter(|(_, step)| step.path.is_file()).count();
    let names: Vec<String> = editions.iter().map(|edition| edition.name.clone()).collect();
    for edition in &mut editions {
        if names.iter().filter(|name| **name == edition.name).count() > 1 {
            edition.name = format!("{}@{}", dataset.id, edition.fingerprint.short());
        }
    }
    Ok((editions, waiting))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_a_dataset_and_its_editions() {
        let words = |words: &[&str]| read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        let owned =
            |dataset: &str, editions: &[&str]| (dataset.to_owned(), editions.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(words(&["a.b"]).unwrap(), owned("a.b", &[]));
        assert_eq!(words(&["a.b", "2023-10-25", "2026-06-25"]).unwrap(), owned("a.b", &["2023-10-25", "2026-06-25"]));
        assert_eq!(words(&["a.b@2019", "a.b@2020"]).unwrap(), owned("a.b", &["2019", "2020"]));
        assert!(matches!(words(&["a.b@2019", "a.c@2020"]), Err(DiffError::TwoDatasets { .. })));
        assert!(matches!(words(&["a.b", "1", "2", "3"]), Err(DiffError::TooMany { count: 3 })));
    }
}
