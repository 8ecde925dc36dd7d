//! The tables of a release with all that is said about them.

use std::path::{Path, PathBuf};

use arrow::datatypes::Schema;
use paso_aggregate::OutputColumn;
use paso_lake::{Fingerprint, parquet};
use paso_model::{
    Localized,
    column::{self, Column},
    events, observation,
};

use crate::{Contents, IndicatorTable, Observations, PublishError, ReferenceTable, contents::Terms};

/// One table: where it comes from, where it goes, what it holds.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    pub(crate) of: Of<'a>,
    pub(crate) columns: Vec<OutputColumn>,
    /// The publishers of its figures, and their terms.
    pub(crate) terms: Vec<Terms<'a>>,
}

/// What a table is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of<'a> {
    Indicator(&'a IndicatorTable<'a>),
    Observations(&'a Observations),
    Events(&'a Observations),
    Reference(&'a ReferenceTable),
}

impl<'a> Table<'a> {
    pub(crate) fn name(&self) -> &'a str {
        match self.of {
            Of::Indicator(table) => &table.indicator.id,
            Of::Observations(table) | Of::Events(table) => &table.dataset,
            Of::Reference(table) => &table.name,
        }
    }

    pub(crate) fn title(&self) -> &'a Localized {
        match self.of {
            Of::Indicator(table) => &table.indicator.title,
            Of::Observations(table) | Of::Events(table) => &table.title,
            Of::Reference(table) => &table.title,
        }
    }

    /// The Parquet file in the lake.
    pub(crate) fn file(&self) -> &'a Path {
        match self.of {
            Of::Indicator(table) => &table.path,
            Of::Observations(table) | Of::Events(table) => &table.path,
            Of::Reference(table) => &table.path,
        }
    }

    pub(crate) fn fingerprint(&self) -> &'a Fingerprint {
        match self.of {
            Of::Indicator(table) => &table.fingerprint,
            Of::Observations(table) | Of::Events(table) => &table.fingerprint,
            Of::Reference(table) => &table.fingerprint,
        }
    }

    /// The folder in the release.
    pub(crate) fn folder(&self) -> &'static str {
        match self.of {
            Of::Indicator(_) => "indicators",
            Of::Observations(_) => "observations",
            Of::Events(_) => "events",
            Of::Reference(_) => "reference",
        }
    }

    /// The path in the release, with an extension: `parquet` or `csv`.
    pub(crate) fn path(&self, extension: &str) -> String {
        format!("{}/{}.{extension}", self.folder(), self.name())
    }

    /// Whether the release holds it as CSV too. Observations are large, and analysts read Parquet.
    pub(crate) fn has_csv(&self) -> bool {
        !matches!(self.of, Of::Observations(_) | Of::Events(_))
    }
}

/// Every table of the release: indicators, observations, reference tables, each by name. Reads the schemas of the files, no rows.
pub(crate) fn tables<'a>(contents: &'a Contents<'_>) -> Result<Vec<Table<'a>>, PublishError> {
    let mut tables = Vec::new();
    for indicator in &contents.indicators {
        let schema = parquet::schema(&indicator.path)?;
        let columns = indicator.indicator.describe(&schema)?;
        tables.push(Table { of: Of::Indicator(indicator), columns, terms: contents.terms_of_inputs(indicator.indicator) });
    }
    for observations in &contents.observations {
        let terms = contents
            .terms_of(&observations.dataset, observations.licence.as_ref())
            .ok_or_else(|| PublishError::NoSource { dataset: observations.dataset.clone() })?;
        let columns = described(&observations.path, &observation::COLUMNS, &observation::KEY)?;
        tables.push(Table { of: Of::Observations(observations), columns, terms: vec![terms] });
    }
    for of in &contents.events {
        let terms =
            contents.terms_of(&of.dataset, of.licence.as_ref()).ok_or_else(|| PublishError::NoSource { dataset: of.dataset.clone() })?;
        let columns = described(&of.path, &events::COLUMNS, &events::KEY)?;
        tables.push(Table { of: Of::Events(of), columns, terms: vec![terms] });
    }
    for reference in &contents.references {
        let columns = described(&reference.path, reference.columns, &[])?;
        let terms = contents.terms_of(&reference.name, reference.licence.as_ref()).into_iter().collect();
        tables.push(Table { of: Of::Reference(reference), columns, terms });
    }
    tables.sort_by(|a, b| (a.folder(), a.name()).cmp(&(b.folder(), b.name())));
    match tables.windows(2).find(|pair| pair[0].path("parquet") == pair[1].path("parquet")) {
        Some(pair) => Err(PublishError::Twice { path: pair[0].path("parquet") }),
        None => Ok(tables),
    }
}

/// The columns of a table whose description is fixed: the file must have them, in this order and of these types.
fn described(path: &Path, columns: &[Column], key: &[&str]) -> Result<Vec<OutputColumn>, PublishError> {
    let (found, expected) = (parquet::schema(path)?, column::schema(columns));
    let same = found.fields().len() == expected.fields().len()
        && found.fields().iter().zip(expected.fields()).all(|(a, b)| a.name() == b.name() && a.data_type() == b.data_type());
    if !same {
        return Err(PublishError::Columns { path: PathBuf::from(path), found: list(&found), expected: list(&expected) });
    }
    Ok(columns
        .iter()
        .map(|column| OutputColumn {
            name: column.name.to_owned(),
            data_type: column.kind.arrow(),
            nullable: column.nullable,
            key: key.contains(&column.name),
            unit: None,
            decimals: None,
            description: Localized { en: column.en.to_owned(), es: column.es.to_owned() },
        })
        .collect())
}

fn list(schema: &Schema) -> String {
    let names: Vec<String> = schema.fields().iter().map(|field| format!("{} {}", field.name(), field.data_type())).collect();
    names.join(", ")
}
