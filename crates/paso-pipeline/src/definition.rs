//! The files of `pipelines/` as types: one file per publisher, one per pipeline. Each stage's crate owns the table that it executes.

use std::collections::BTreeMap;

use paso_archive::{Budget, RequestSpec};
use paso_decode::Forms;
use paso_model::{Concept, Localized};
use paso_normalize::{Codelist, List, Notes, Observe};
use serde::{Deserialize, Serialize};

/// `pipelines/sources/<publisher>.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// The publisher's id; the file's name without `.toml`.
    pub publisher: String,
    /// Its name.
    pub title: Localized,
    /// Where people find its data.
    pub homepage: String,
    /// The terms under which its data are used.
    pub licence: Licence,
    /// How often it may be asked.
    #[serde(default)]
    pub budget: Budget,
    /// Its datasets.
    pub dataset: BTreeMap<String, DatasetTable>,
}

/// The terms under which data are used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// SPDX identifier, or `none-declared`.
    pub id: String,
    /// Where the terms stand.
    pub url: String,
    /// How to cite the source.
    pub attribution: Localized,
    /// What the identifier does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Localized>,
    /// Whether what is made of the data may be given to others, where a person decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redistribute: Option<bool>,
}

impl Licence {
    /// Whether what is made of the data may be given to others. Where no licence is declared and nobody decided, it may not; nothing of a
    /// dataset that may not be enters a release.
    pub fn may_be_redistributed(&self) -> bool {
        self.redistribute.unwrap_or(self.id != "none-declared")
    }
}

/// When a new edition is to be expected. Exactly one of `months` and `closed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// So many months after the last one.
    #[serde(default)]
    pub months: Option<u16>,
    /// Never: the publisher makes no more of them.
    #[serde(default)]
    pub closed: bool,
}

/// `[dataset.<id>]`: how a dataset is fetched, decoded and understood, as the file says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetTable {
    /// Another dataset of the file, from whose tables this one starts.
    pub like: Option<String>,
    title: Option<Localized>,
    #[serde(default)]
    published_as: Vec<String>,
    concept: Option<Concept>,
    request: Option<RequestSpec>,
    decode: Option<Forms>,
    licence: Option<Licence>,
    update: Option<Update>,
    #[serde(default)]
    microdata: bool,
    observe: Option<Observe>,
    codelist: Option<Codelist>,
    notes: Option<Notes>,
    /// Editions with an address or a layout of their own: what differs from the dataset.
    #[serde(default)]
    pub edition: BTreeMap<String, toml::Table>,
}

/// How an edition of a dataset is fetched, decoded and understood.
#[derive(Debug, Clone)]
pub struct DatasetFile {
    /// Its name.
    pub title: Localized,
    /// The publisher's own codes for it.
    pub published_as: Vec<String>,
    /// Who is counted, when and by which rule.
    pub concept: Concept,
    /// The request.
    pub request: RequestSpec,
    /// The forms that its bodies come in.
    pub decode: Forms,
    /// The terms, where they differ from the publisher's.
    pub licence: Option<Licence>,
    /// When a new edition is to be expected.
    pub update: Option<Update>,
    /// Whether its rows are persons: they are kept and never normalized as they are.
    pub microdata: bool,
    /// How rows become observations.
    pub observe: Option<Observe>,
    /// For a dataset that is a list of codes.
    pub codelist: Option<Codelist>,
    /// For a dataset that is a publisher's footnotes.
    pub notes: Option<Notes>,
}

impl DatasetFile {
    /// What its rows are, where they are no figures.
    pub fn list(&self) -> Option<List<'_>> {
        self.codelist.as_ref().map(List::Codelist).or(self.notes.as_ref().map(List::Notes))
    }
}

impl TryFrom<DatasetTable> for DatasetFile {
    type Error = &'static str;

    /// The error is the key that is missing.
    fn try_from(table: DatasetTable) -> Result<Self, &'static str> {
        let DatasetTable {
            like: _,
            title,
            published_as,
            concept,
            request,
            decode,
            licence,
            update,
            microdata,
            observe,
            codelist,
            notes,
            edition: _,
        } = table;
        let (title, concept) = (title.ok_or("title")?, concept.ok_or("concept")?);
        let (request, decode) = (request.ok_or("request")?, decode.ok_or("decode")?);
        Ok(Self { title, published_as, concept, request, decode, licence, update, microdata, observe, codelist, notes })
    }
}

/// What the rows of a dataset are: it has exactly one of these keys.
const KINDS: [&str; 4] = ["observe", "codelist", "notes", "microdata"];

/// The table of a dataset with what an edition of it says. Its `request` and `decode` take the place of the dataset's; of `concept`, `observe`,
/// `observe.dimensions` and `notes`, what the edition has does.
pub(crate) fn edition_table(dataset: &toml::Table, edition: &toml::Table) -> toml::Table {
    let mut table = dataset.clone();
    table.remove("edition");
    table.remove("like");
    // What makes rows into something else takes the place of what did before.
    if let Some(other) = KINDS.into_iter().find(|key| edition.contains_key(*key)) {
        KINDS.into_iter().filter(|key| *key != other).for_each(|key| _ = table.remove(key));
    }
    for (key, value) in edition.iter().filter(|(key, _)| *key != "like") {
        match key.as_str() {
            "concept" | "notes" => join(&mut table, key, value, &[]),
            "observe" => join(&mut table, key, value, &["dimensions"]),
            _ => _ = table.insert(key.clone(), value.clone()),
        }
    }
    table
}

/// Puts the keys of a table into another one that stands under `key`; below the `deeper` ones again.
fn join(into: &mut toml::Table, key: &str, value: &toml::Value, deeper: &[&str]) {
    let (Some(toml::Value::Table(known)), toml::Value::Table(more)) = (into.get_mut(key), value) else {
        into.insert(key.to_owned(), value.clone());
        return;
    };
    for (key, value) in more {
        if deeper.contains(&key.as_str()) {
            join(known, key, value, &[]);
        } else {
            known.insert(key.clone(), value.clone());
        }
    }
}

/// `pipelines/<pipeline>/pipeline.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineFile {
    /// The pipeline's id.
    pub id: String,
    /// Its name.
    pub title: Localized,
    /// The area that it reports on.
    pub focus: String,
    /// The group that it compares with.
    pub group: String,
    /// The folder of the source files, from this file.
    pub sources: String,
    /// The folder of the reference data, from this file.
    pub reference: String,
    /// The folder of the files of printed figures, from this file.
    #[serde(default = "printed")]
    pub printed: String,
    /// The folder of the indicators, from this file.
    pub indicators: String,
    /// The areas of the agenda.
    pub agenda: BTreeMap<String, Localized>,
}

fn printed() -> String {
    "../printed".to_owned()
}

/// A dataset with its place.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// `<publisher>.<dataset>`.
    pub id: String,
    /// The publisher.
    pub publisher: String,
    /// The edition, where the definition names it and it is not the newest one.
    pub edition: Option<String>,
    /// The definition of this edition.
    pub file: DatasetFile,
    /// The editions before, where they have an address or a layout of their own, oldest first.
    pub earlier: Vec<Dataset>,
}

impl Dataset {
    /// Every edition that the definition names, oldest first; this one is the last of them.
    pub fn layouts(&self) -> impl Iterator<Item = &Self> {
        self.earlier.iter().chain([self])
    }

    /// Whether it is called so, in capitals or not: its id, its publisher, or the publisher with a code of its own for it.
    pub fn answers_to(&self, name: &str) -> bool {
        let same = |known: &str| known.eq_ignore_ascii_case(name);
        let code = name.split_once('.').filter(|(publisher, _)| publisher.eq_ignore_ascii_case(&self.publisher)).map(|(_, code)| code);
        let known = |code: &str| self.file.published_as.iter().any(|known| known.eq_ignore_ascii_case(code));
        same(&self.id) || same(&self.publisher) || code.is_some_and(known)
    }

    /// The name under which the archive keeps it: `undesa.migrant_stock@2015` for an edition.
    pub fn archived_as(&self) -> String {
        self.edition.as_ref().map_or_else(|| self.id.clone(), |edition| format!("{}@{edition}", self.id))
    }
}

/// A publisher with its datasets.
#[derive(Debug, Clone)]
pub struct Source {
    /// The publisher's id.
    pub publisher: String,
    /// Its name.
    pub title: Localized,
    /// Where people find its data.
    pub homepage: String,
    /// The terms.
    pub licence: Licence,
    /// How often it may be asked.
    pub budget: Budget,
    /// Its datasets, sorted by id.
    pub datasets: Vec<Dataset>,
}
