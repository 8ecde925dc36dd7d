//! A pipeline over a lake: which outputs there should be, what they are made of, and where they stand.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use paso_aggregate::{Indicator, View};
use paso_archive::{BodyKind, Edition as ArchivedEdition};
use paso_decode::Forms;
use paso_lake::{Fingerprint, Lake, LakeError, Sha256, parquet};
use paso_normalize::{CODE_VERSION, CURRENT_CODE_VERSION, CompleteFor, List, Observe};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::{
    definition::{Dataset, Source},
    derivation::Derivation,
    load::Pipeline,
};

/// The footer key of what was found while the file was made, so that a fresh step can tell it again.
pub(crate) const FOOTER_FINDINGS: &str = "paso.findings";
/// The footer key of the edition date.
pub(crate) const FOOTER_VINTAGE: &str = "paso.vintage";

/// A pipeline and the lake that it works on.
#[derive(Debug, Clone, Copy)]
pub struct Street<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// The lake.
    pub lake: &'a Lake,
}

/// An edition that is normalized, or waits for it.
#[derive(Debug, Clone)]
pub(crate) struct EditionStep {
    pub(crate) archived: ArchivedEdition,
    pub(crate) derivation: Derivation,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) path: PathBuf,
    /// What it replaces of the editions before it; none for a list of codes.
    pub(crate) complete_for: Option<CompleteFor>,
    /// The rules for its figures; none where its rows are no figures.
    pub(crate) observe: Option<Observe>,
}

impl Street<'_> {
    /// The publisher of a dataset. Every dataset of a loaded pipeline has one.
    pub(crate) fn source(&self, dataset: &Dataset) -> Option<&Source> {
        self.pipeline.source(&dataset.publisher)
    }

    /// The licence of a dataset, as it stands in footers.
    pub(crate) fn licence(&self, dataset: &Dataset) -> String {
        let licence = dataset.file.licence.as_ref().or_else(|| self.source(dataset).map(|source| &source.licence));
        licence.map(|licence| licence.id.clone()).unwrap_or_default()
    }

    /// The kinds of body that a dataset's forms can decode.
    pub(crate) fn accepted(forms: &Forms) -> Vec<BodyKind> {
        let Forms { member: _, json, json_stat, sdmx_json, csv, sdmx_csv, eurostat_tsv, xlsx, printed } = forms;
        let mut kinds = Vec::new();
        if json.is_some() || json_stat.is_some() || sdmx_json.is_some() {
            kinds.push(BodyKind::Json);
        }
        if csv.is_some() || sdmx_csv.is_some() || eurostat_tsv.is_some() || printed.is_some() {
            kinds.push(BodyKind::Csv);
        }
        if xlsx.is_some() {
            kinds.extend([BodyKind::Xlsx, BodyKind::Xls]);
        }
        kinds.extend([BodyKind::Zip, BodyKind::Gzip]);
        kinds
    }

    /// What the normalized edition of these bodies is made of. A correction is one that was retrieved after another one whose date the
    /// definition states.
    fn edition(&self, dataset: &Dataset, archived: ArchivedEdition, correction: bool) -> EditionStep {
        let observe = dataset.file.observe.clone().map(|observe| if correction { redated(observe, &archived) } else { observe });
        let reference = &self.pipeline.reference;
        let bodies: Vec<_> = archived
            .bodies
            .iter()
            .map(|body| {
                // The day of retrieval counts only where nothing else can date the edition: two machines then still agree.
                let dated = !states_vintage(dataset);
                let columns = dataset.file.request.columns(body);
                let columns = (!columns.is_empty()).then_some(columns);
                let days = dated.then(|| (body.last_modified.map(day).map(|d| d.to_string()), day(body.retrieved).to_string()));
                columns.map_or_else(
                    || json!([body.sha256.as_str(), body.url, days]),
                    |columns| json!([body.sha256.as_str(), body.url, days, columns]),
                )
            })
            .collect();
        let file = &dataset.file;
        // Only what changes the output: titles, coverage and notes never trigger a rerun.
        let mut definition = json!({
            "decode": file.decode, "observe": observe, "codelist": file.codelist,
            "basis": file.concept.basis, "reference_day": file.concept.reference_day,
        });
        if let Some(notes) = &file.notes {
            definition["notes"] = json!(notes);
        }
        let hash = |name: &str| reference.hashes.get(name).map(Sha256::to_string).unwrap_or_default();
        let mut derivation = Derivation::new("normalize", CODE_VERSION)
            .with("dataset", &dataset.id)
            .with_definition("bodies", &bodies)
            .with_definition("definition", &definition)
            .with("licence", self.licence(dataset))
            .with("reference/measures.toml", hash("measures.toml"))
            .with("reference/codes.toml", hash("codes.toml"));
        for name in &reference.area_files {
            derivation = derivation.with(format!("reference/{name}"), hash(name));
        }
        if file.observe.as_ref().is_some_and(|observe| !observe.flags.is_empty()) {
            derivation = derivation.with("reference/flags.toml", hash("flags.toml"));
        }
        let fingerprint = derivation.fingerprint();
        let path = if file.list().is_some() {
            self.lake.reference(&dataset.id, &fingerprint)
        } else {
            self.lake.observations(&dataset.id, &fingerprint)
        };
        let complete_for = observe.as_ref().map(|observe| observe.complete_for.clone());
        EditionStep { archived, derivation, fingerprint, path, complete_for, observe }
    }

    /// The editions that the archive has of a dataset: those that the definition names in its order, of each address the oldest retrieval first.
    pub(crate) fn editions<'d>(&self, dataset: &'d Dataset) -> Result<Vec<(&'d Dataset, EditionStep)>, paso_archive::ArchiveError> {
        let mut editions = Vec::new();
        for layout in dataset.layouts() {
            let archived = paso_archive::editions(self.lake, &layout.publisher, &layout.archived_as())?;
            let first = archived.iter().map(ArchivedEdition::first_retrieved).min();
            editions.extend(archived.into_iter().map(|edition| {
                let correction = first.is_some_and(|first| edition.first_retrieved() > first);
                (layout, self.edition(layout, edition, correction))
            }));
        }
        Ok(editions)
    }

    /// The editions that are normalized, in the order in which the publisher served them last.
    pub(crate) fn normalized<'e>(editions: &'e [(&Dataset, EditionStep)]) -> Vec<&'e EditionStep> {
        editions.iter().map(|(_, edition)| edition).filter(|edition| edition.path.is_file()).collect()
    }

    /// The edition date of a normalized edition.
    pub(crate) fn vintage(path: &Path) -> Result<Date, LakeError> {
        let value = parquet::footer(path)?.remove(FOOTER_VINTAGE).unwrap_or_default();
        value.parse().map_err(|_| LakeError::Footer { path: path.to_owned(), key: FOOTER_VINTAGE.to_owned(), value })
    }

    /// The editions that count: of those that replace everything before them, only the newest.
    pub(crate) fn counting<'s, 'e>(editions: &'s [&'e EditionStep]) -> &'s [&'e EditionStep] {
        let everything = |edition: &&EditionStep| matches!(edition.complete_for, Some(CompleteFor::Everything(_)));
        let first = editions.iter().rposition(everything).unwrap_or_default();
        editions.get(first..).unwrap_or_default()
    }

    /// Where the events stand that hold: those of one edition beside its observations, those of several joined under the fingerprint of what
    /// holds. None where the rows are no events.
    pub(crate) fn current_events(&self, dataset: &Dataset, editions: &[&EditionStep], current: &Fingerprint) -> Option<PathBuf> {
        dataset.file.observe.as_ref()?.event.as_ref()?;
        match Self::counting(editions) {
            [] => None,
            [only] => Some(self.lake.events_beside(&only.path)),
            _ => Some(self.lake.events(&dataset.id, current)),
        }
    }

    /// What the current table of these editions is made of.
    pub(crate) fn current(&self, dataset: &Dataset, editions: &[&EditionStep]) -> (Derivation, Fingerprint, PathBuf) {
        let counting = Self::counting(editions);
        let rules: Vec<&Option<CompleteFor>> = counting.iter().map(|edition| &edition.complete_for).collect();
        let fingerprints: Vec<&str> = counting.iter().map(|edition| edition.fingerprint.as_str()).collect();
        let derivation = Derivation::new("current", CURRENT_CODE_VERSION)
            .with("dataset", &dataset.id)
            .with("licence", self.licence(dataset))
            .with_definition("complete_for", &rules)
            .with_definition("editions", &fingerprints);
        let fingerprint = derivation.fingerprint();
        let path = self.lake.current(&dataset.id, &fingerprint);
        (derivation, fingerprint, path)
    }

    /// What an indicator is made of, given the tables that hold today and the reference tables.
    pub(crate) fn indicator(
        &self,
        indicator: &Indicator,
        currents: &BTreeMap<String, Fingerprint>,
        editions: &BTreeMap<String, Vec<PathBuf>>,
        references: &BTreeMap<String, Fingerprint>,
    ) -> Derivation {
        let mut derivation = Derivation::new("aggregate", paso_aggregate::CODE_VERSION)
            .with("indicator", &indicator.id)
            .with("definition", paso_lake::sha256(&indicator.canonical()).as_str());
        for input in &indicator.inputs {
            for dataset in self.pipeline.datasets_of_input(&input.to_string()) {
                if let Some(fingerprint) = currents.get(&dataset.id) {
                    derivation = derivation.with(format!("input/{}", dataset.id), fingerprint.as_str());
                }
                if indicator.views().contains(&View::ObservationsAll) {
                    derivation = derivation.with_definition(&format!("editions/{}", dataset.id), &names(editions.get(&dataset.id)));
                }
            }
        }
        // Labels come from `areas` and `measures` whether the query reads them or not.
        let mut read: Vec<&str> = indicator.views().into_iter().filter(|view| view.is_reference()).map(View::name).collect();
        read.extend(["areas", "measures"]);
        for name in read {
            if let Some(fingerprint) = references.get(name) {
                derivation = derivation.with(format!("reference/{name}"), fingerprint.as_str());
            }
        }
        derivation
    }
}

/// The date that a definition states is that of the bodies that were found first. What the publisher puts in their place is a correction, and not
/// older than the day on which it was found: two editions of one date could not be told apart.
fn redated(mut observe: Observe, archived: &ArchivedEdition) -> Observe {
    let found = day(archived.first_retrieved());
    if let Some(stated) = observe.vintage.as_mut().and_then(|vintage| vintage.date.as_mut())
        && stated.parse().is_ok_and(|stated: Date| stated < found)
    {
        *stated = found.to_string();
    }
    observe
}

/// The day of a moment, in universal time.
pub(crate) fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}

/// Whether the definition, or every form of the body, states the edition date.
fn states_vintage(dataset: &Dataset) -> bool {
    let file = &dataset.file;
    let rule = file.observe.as_ref().map_or_else(|| file.list().and_then(List::vintage), |observe| observe.vintage.as_ref());
    let Some(rule) = rule else { return false };
    let Some(fact) = &rule.fact else { return rule.date.is_some() };
    let Forms { member: _, json, json_stat, sdmx_json: _, csv, sdmx_csv, eurostat_tsv, xlsx, printed } = &file.decode;
    eurostat_tsv.is_none()
        && json.as_ref().is_none_or(|form| form.facts.contains_key(fact) && !form.optional.contains(fact))
        && json_stat.as_ref().is_none_or(|form| form.facts.contains_key(fact))
        && csv.as_ref().is_none_or(|form| form.facts.contains_key(fact))
        && sdmx_csv.as_ref().is_none_or(|form| form.facts.contains_key(fact))
        && xlsx.as_ref().is_none_or(|form| form.facts.contains_key(fact))
        && printed.as_ref().is_none_or(|form| form.facts.contains_key(fact))
}

fn names(paths: Option<&Vec<PathBuf>>) -> Vec<String> {
    let mut names: Vec<String> =
        paths.into_iter().flatten().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What a footer entry says. An entry that is not there is an error: a gate must not be lost with it.
pub(crate) fn from_footer<T: DeserializeOwned>(path: &Path, key: &str) -> Result<T, LakeError> {
    let value = parquet::footer(path)?.remove(key).unwrap_or_default();
    serde_json::from_str(&value).map_err(|_| LakeError::Footer { path: path.to_owned(), key: key.to_owned(), value })
}

/// The Parquet files beside a path that were made before; none where there is no folder yet.
pub(crate) fn made_before(path: &Path) -> Vec<PathBuf> {
    let Some(entries) = path.parent().and_then(|folder| std::fs::read_dir(folder).ok()) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "parquet") && !paso_lake::file::is_temporary(file));
    files.sort();
    files
}
