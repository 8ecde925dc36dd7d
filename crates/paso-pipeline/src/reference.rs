//! The reference tables of a release, from the reference data and the definitions.

use std::{collections::BTreeMap, sync::Arc};

use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, RecordBatch, StringArray, UInt8Array},
    error::ArrowError,
};
use jiff::civil::Date;
use paso_areas::Area;
use paso_lake::Sha256;
use paso_model::{
    Localized, MeasureKind,
    column::{Column, schema},
    days_since_epoch,
    reference::{AREA_GROUPS, AREAS, BREAKS, CODES, DATASETS, MEASURES, WINDOWS},
};
use serde_json::json;

use crate::{
    definition::{Dataset, Licence, Source},
    derivation::Derivation,
    load::{Pipeline, ReferenceData},
};

/// Raised by hand whenever a table changes for the same files.
const CODE_VERSION: u32 = 3;

/// One reference table.
pub(crate) struct ReferenceTable {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
    pub(crate) title: (&'static str, &'static str),
    pub(crate) derivation: Derivation,
    pub(crate) make: fn(&Pipeline) -> Result<RecordBatch, ArrowError>,
}

/// Every reference table.
pub(crate) fn tables(pipeline: &Pipeline) -> Vec<ReferenceTable> {
    let hash = |name: &str| pipeline.reference.hashes.get(name).map(Sha256::to_string).unwrap_or_default();
    let areas = || {
        let mut derivation = Derivation::new("reference", CODE_VERSION);
        for file in &pipeline.reference.area_files {
            derivation = derivation.with(file, hash(file));
        }
        derivation
    };
    let cards: BTreeMap<&str, _> = pipeline
        .sources
        .iter()
        .flat_map(|source| source.datasets.iter().map(move |dataset| (source, dataset)))
        .map(|(source, dataset)| {
            let file = &dataset.file;
            (dataset.id.as_str(), json!({ "title": file.title, "concept": file.concept, "published_as": file.published_as, "url": file.request.template(), "licence": file.licence.as_ref().unwrap_or(&source.licence) }))
        })
        .collect();
    vec![
        ReferenceTable {
            name: "areas",
            columns: &AREAS,
            title: ("Areas", "Áreas"),
            derivation: areas().with("table", "areas"),
            make: areas_batch,
        },
        ReferenceTable {
            name: "area_groups",
            columns: &AREA_GROUPS,
            title: ("Members of groups", "Miembros de los grupos"),
            derivation: areas().with("table", "area_groups"),
            make: area_groups_batch,
        },
        ReferenceTable {
            name: "measures",
            columns: &MEASURES,
            title: ("Measures", "Medidas"),
            derivation: Derivation::new("reference", CODE_VERSION).with("measures.toml", hash("measures.toml")),
            make: measures_batch,
        },
        ReferenceTable {
            name: "codes",
            columns: &CODES,
            title: ("Codes and flags", "Códigos y marcas"),
            derivation: ["codes.toml", "flags.toml", "measures.toml"]
                .into_iter()
                .fold(Derivation::new("reference", CODE_VERSION), |derivation, file| derivation.with(file, hash(file))),
            make: codes_batch,
        },
        ReferenceTable {
            name: "breaks",
            columns: &BREAKS,
            title: ("What interrupts series", "Qué interrumpe las series"),
            derivation: Derivation::new("reference", CODE_VERSION).with("breaks.toml", hash("breaks.toml")),
            make: breaks_batch,
        },
        ReferenceTable {
            name: "windows",
            columns: &WINDOWS,
            title: ("When series are served", "Cuándo se publican las series"),
            derivation: Derivation::new("reference", CODE_VERSION).with("windows.toml", hash("windows.toml")),
            make: windows_batch,
        },
        ReferenceTable {
            name: "datasets",
            columns: &DATASETS,
            title: ("Datasets: who is counted, when and by which rule", "Conjuntos de datos: quién se cuenta, cuándo y por qué regla"),
            derivation: Derivation::new("reference", CODE_VERSION).with_definition("datasets", &cards),
            make: datasets_batch,
        },
    ]
}

fn text<T>(items: &[T], of: impl Fn(&T) -> Option<String>) -> ArrayRef {
    Arc::new(items.iter().map(of).collect::<StringArray>())
}

fn date<T>(items: &[T], of: impl Fn(&T) -> Option<Date>) -> ArrayRef {
    Arc::new(items.iter().map(|item| of(item).map(days_since_epoch)).collect::<Date32Array>())
}

fn areas_batch(pipeline: &Pipeline) -> Result<RecordBatch, ArrowError> {
    let mut areas: Vec<&Area> = pipeline.reference.areas.areas().collect();
    areas.sort_by(|a, b| a.id.cmp(&b.id));
    RecordBatch::try_new(
        schema(&AREAS),
        vec![
            text(&areas, |area| Some(area.id.clone())),
            text(&areas, |area| Some(area.kind.as_str().to_owned())),
            text(&areas, |area| area.alpha2.clone()),
            text(&areas, |area| area.m49.clone()),
            text(&areas, |area| Some(area.name.en.clone())),
            text(&areas, |area| Some(area.name.es.clone())),
            text(&areas, |area| Some(area.name.pt.clone())),
            text(&areas, |area| Some(area.name.fr.clone())),
            date(&areas, |area| area.valid_from),
            date(&areas, |area| area.valid_to),
            text(&areas, |area| area.note.clone()),
        ],
    )
}

fn area_groups_batch(pipeline: &Pipeline) -> Result<RecordBatch, ArrowError> {
    let mut members: Vec<_> = pipeline.reference.areas.members().iter().collect();
    members.sort_by(|a, b| (&a.group, &a.member, a.from).cmp(&(&b.group, &b.member, b.from)));
    RecordBatch::try_new(
        schema(&AREA_GROUPS),
        vec![
            text(&members, |member| Some(member.group.clone())),
            text(&members, |member| Some(member.member.clone())),
            date(&members, |member| member.from),
            date(&members, |member| member.to),
            text(&members, |member| Some(member.source.clone())),
        ],
    )
}

fn measures_batch(pipeline: &Pipeline) -> Result<RecordBatch, ArrowError> {
    let measures: Vec<_> = pipeline.reference.measures.measure.iter().collect();
    let kind = |kind: MeasureKind| match kind {
        MeasureKind::Stock => "stock",
        MeasureKind::Flow => "flow",
        MeasureKind::Ratio => "ratio",
    };
    RecordBatch::try_new(
        schema(&MEASURES),
        vec![
            text(&measures, |(id, _)| Some((*id).clone())),
            text(&measures, |(_, measure)| Some(kind(measure.kind).to_owned())),
            text(&measures, |(_, measure)| Some(measure.unit.clone())),
            Arc::new(measures.iter().map(|(_, measure)| Some(measure.signed)).collect::<BooleanArray>()),
            text(&measures, |(_, measure)| measure.price_base.clone()),
            text(&measures, |(_, measure)| Some(measure.title.en.clone())),
            text(&measures, |(_, measure)| Some(measure.title.es.clone())),
            text(&measures, |(_, measure)| Some(measure.definition.en.clone())),
            text(&measures, |(_, measure)| Some(measure.definition.es.clone())),
        ],
    )
}

/// One code: list, code, status, last day, names.
type Code = (String, String, Option<String>, Option<Date>, Localized);

fn codes_batch(pipeline: &Pipeline) -> Result<RecordBatch, ArrowError> {
    let ReferenceData { codes, measures, flags, .. } = &pipeline.reference;
    let mut rows: Vec<Code> = codes.all().map(|(list, code, name)| (list.to_owned(), code.to_owned(), None, None, name.clone())).collect();
    for (id, measure) in &measures.measure {
        for (dimension, breakdown) in [("category", &measure.category), ("subcategory", &measure.subcategory)] {
            let names = breakdown.iter().flat_map(|breakdown| &breakdown.codes);
            rows.extend(names.map(|(code, name)| (format!("{id}.{dimension}"), code.clone(), None, None, name.clone())));
        }
    }
    for (list, flag, meaning) in flags.all() {
        let status = Some(meaning.status.clone()).filter(|status| !status.is_empty());
        let through = meaning.through.as_ref().and_then(|text| text.parse().ok());
        rows.push((format!("flags.{list}"), flag.to_owned(), status, through, meaning.meaning.clone()));
    }
    rows.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    RecordBatch::try_new(
        schema(&CODES),
        vec![
            text(&rows, |row| Some(row.0.clone())),
            text(&rows, |row| Some(row.1.clone())),
            text(&rows, |row| row.2.clone()),
            date(&rows, |row| row.3),
            text(&rows, |row| Some(row.4.en.clone())),
            text(&rows, |row| Some(row.4.es.clone())),
        ],
    )
}

fn breaks_batch(pipeline: &Pipeline) -> Result<RecordBatch, ArrowError> {
    let breaks = &pipeline.reference.breaks;
    let rows: Vec<_> = breaks.iter().flat_map(|(id, entry)| entry.datasets.iter().map(move |dataset| (id, entry, dataset))).collect();
    RecordBatch::try_new(
        schema(&BREAKS),
        vec![
            text(&rows, |(id, ..)| Some((*id).clone())),
            date(&rows, |(_, entry, _)| Some(entry.date)),
            text(&rows, |(_, entry, _)| Some(entry.kind.name().to_owned())),
            text(&rows, |(.., dataset)| Some((*dataset).clone())),
            text(&rows, |(_, entry, _)| Some(entry.measures.join(";"))),
            text(&rows, |(_, entry, _)| Some(entry.areas.join(";"))),
            text(&rows, |(_, entry, _)| Some(entry.title.en.clone())),
            text(&rows, |(_, entry, _)| Some(entry.title.es.clone())),
            text(&rows, |(_, entry, _)| Some(entry.effect.en.clone())),
            text(&rows, |(_, entry, _)| Some(entry.effect.es.clone())),
            text(&rows, |(_, entry, _)| Some(entry.evidence.clone())),
        ],
    )
}

fn windows_batch(pipeline: &Pipeline) -> Result<RecordBatch, ArrowError> {
    let mut windows: Vec<_> = pipeline.reference.windows.iter().collect();
    windows.sort_by(|a, b| (&a.dataset, &a.measure, a.from).cmp(&(&b.dataset, &b.measure, b.from)));
    RecordBatch::try_new(
        schema(&WINDOWS),
        vec![
            text(&windows, |window| Some(window.dataset.clone())),
            text(&windows, |window| window.measure.clone()),
            date(&windows, |window| window.from),
            date(&windows, |window| window.to),
            text(&windows, |window| Some(window.note.en.clone())),
            text(&windows, |window| Some(window.note.es.clone())),
        ],
    )
}

fn datasets_batch(pipeline: &Pipeline) -> Result<RecordBatch, ArrowError> {
    let mut datasets: Vec<_> =
        pipeline.sources.iter().flat_map(|source| source.datasets.iter().map(move |dataset| (source, dataset))).collect();
    datasets.sort_by(|a, b| a.1.id.cmp(&b.1.id));
    RecordBatch::try_new(
        schema(&DATASETS),
        vec![
            text(&datasets, |(_, dataset)| Some(dataset.id.clone())),
            text(&datasets, |(source, _)| Some(source.publisher.clone())),
            text(&datasets, |(_, dataset)| Some(dataset.file.title.en.clone())),
            text(&datasets, |(_, dataset)| Some(dataset.file.title.es.clone())),
            text(&datasets, |(_, dataset)| Some(dataset.file.concept.source_type.name().to_owned())),
            text(&datasets, |(_, dataset)| Some(dataset.file.concept.basis.clone())),
            Arc::new(datasets.iter().map(|(_, d)| d.file.concept.residence.map(|residence| residence.months)).collect::<UInt8Array>()),
            Arc::new(datasets.iter().map(|(_, d)| d.file.concept.residence.map(|residence| residence.intention)).collect::<BooleanArray>()),
            text(&datasets, |(_, dataset)| dataset.file.concept.reference_day.clone()),
            text(&datasets, |(_, dataset)| Some(dataset.file.concept.coverage.en.clone())),
            text(&datasets, |(_, dataset)| Some(dataset.file.concept.coverage.es.clone())),
            text(&datasets, |(_, dataset)| Some(dataset.file.concept.upstream.join(";"))),
            text(&datasets, |(_, dataset)| Some(pipeline.sources_of(dataset).join(";"))),
            text(&datasets, |(_, dataset)| Some(dataset.file.concept.comparable.en.clone())),
            text(&datasets, |(_, dataset)| Some(dataset.file.concept.comparable.es.clone())),
            text(&datasets, |(source, dataset)| Some(licence(source, dataset).id.clone())),
            Arc::new(datasets.iter().map(|(_, dataset)| Some(pipeline.may_be_redistributed(dataset))).collect::<BooleanArray>()),
            text(&datasets, |(source, dataset)| Some(licence(source, dataset).attribution.en.clone())),
            text(&datasets, |(source, dataset)| Some(licence(source, dataset).attribution.es.clone())),
            text(&datasets, |(_, dataset)| Some(dataset.file.published_as.join(";"))),
            text(&datasets, |(_, dataset)| Some(dataset.file.request.template())),
        ],
    )
}

/// The terms of a dataset: its own, or its publisher's.
fn licence<'a>(source: &'a Source, dataset: &'a Dataset) -> &'a Licence {
    dataset.file.licence.as_ref().unwrap_or(&source.licence)
}
