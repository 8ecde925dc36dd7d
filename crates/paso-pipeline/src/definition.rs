//! The files of `pipelines/` as types: one file per publisher, one per pipeline. Each stage's crate owns the table that it executes.

use std::collections::BTreeMap;

use paso_archive::RequestSpec;
use paso_decode::Forms;
use paso_model::{Concept, Localized};
use paso_normalize::{Codelist, Observe};
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
    /// Its datasets.
    pub dataset: BTreeMap<String, DatasetFile>,
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
}

/// `[dataset.<id>]`: how a dataset is fetched, decoded and understood.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetFile {
    /// Its name.
    pub title: Localized,
    /// Who is counted, when and by which rule.
    pub concept: Concept,
    /// The request.
    pub request: RequestSpec,
    /// The forms that its bodies come in.
    pub decode: Forms,
    /// The terms, where they differ from the publisher's.
    #[serde(default)]
    pub licence: Option<Licence>,
    /// How rows become observations.
    #[serde(default)]
    pub observe: Option<Observe>,
    /// For a dataset that is a list of codes.
    #[serde(default)]
    pub codelist: Option<Codelist>,
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
    /// The folder of the indicators, from this file.
    pub indicators: String,
    /// The areas of the agenda.
    pub agenda: BTreeMap<String, Localized>,
}

/// A dataset with its place.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// `<publisher>.<dataset>`.
    pub id: String,
    /// The publisher.
    pub publisher: String,
    /// The definition.
    pub file: DatasetFile,
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
    /// Its datasets, sorted by id.
    pub datasets: Vec<Dataset>,
}
