//! Polars behind the engine's trait.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use arrow::record_batch::RecordBatch;
use polars::{
    prelude::{Expr, IntoLazy as _, LazyFrame, PlRefPath, PolarsError, PolarsResult, ScanArgsParquet, col, lit},
    sql::SQLContext,
};

use super::{Engine, convert};
use crate::{
    AggregateError, View, Views,
    error::first_line,
    sql::{lint::RESULT, token::tokenize},
    status,
    views::DatasetFiles,
};

/// Polars: lazy Parquet scans, SQL, all cores.
#[derive(Debug, Clone, Copy, Default)]
pub struct PolarsEngine;

impl Engine for PolarsEngine {
    fn query(&self, sql: &str, views: &Views) -> Result<RecordBatch, AggregateError> {
        let mut context = SQLContext::new();
        for view in named_views(sql, views)? {
            context.register(view.name(), frame(view, views)?);
        }
        if let Some(result) = &views.result {
            context.register(RESULT, convert::to_polars(result)?.lazy());
        }
        let failed = |error: PolarsError| AggregateError::engine(&error, views);
        let frame = context.execute(sql).and_then(LazyFrame::collect).map_err(failed)?;
        convert::to_arrow(&frame)
    }
}

/// The views that a query names. One that stands after FROM or JOIN and has no files is an error of its own, because the engine would only say
/// that it does not know the name.
fn named_views(sql: &str, views: &Views) -> Result<Vec<View>, AggregateError> {
    // What cannot be split into words is the engine's to refuse.
    let tokens = tokenize(sql, 1).unwrap_or_default();
    let mut named = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let Some(view) = View::named(&token.text).filter(|_| token.is_name()) else { continue };
        if views.has(view) {
            named.push(view);
        } else if index > 0 && (tokens[index - 1].is("from") || tokens[index - 1].is("join")) {
            return Err(AggregateError::MissingView { what: "the query".to_owned(), view: view.name() });
        }
    }
    named.sort_unstable();
    named.dedup();
    Ok(named)
}

fn frame(view: View, views: &Views) -> Result<LazyFrame, AggregateError> {
    match view {
        View::Observations => observations(&views.current),
        View::ObservationsAll => observations(&views.editions),
        View::Events => rows(&views.events),
        View::Notes => rows(&views.notes),
        View::Population => Ok(observations(&views.current)?.filter(col("measure").eq(lit("population")))),
        view => match views.references.get(&view) {
            Some(file) => scan(&[file]),
            None => Err(AggregateError::MissingView { what: "the query".to_owned(), view: view.name() }),
        },
    }
}

/// One scan over the files of all datasets, rather than a union of scans: predicates and columns then reach every file alike.
fn observations(datasets: &BTreeMap<String, DatasetFiles>) -> Result<LazyFrame, AggregateError> {
    let frame = rows(datasets)?;
    let boolean = |letter: char| col("status").str().contains_literal(lit(letter.to_string())).alias(status::column(letter));
    Ok(frame.with_columns(status::letters().map(boolean).collect::<Vec<Expr>>()))
}

/// The rows of these files that can be seen.
fn rows(datasets: &BTreeMap<String, DatasetFiles>) -> Result<LazyFrame, AggregateError> {
    let files: Vec<&PathBuf> = datasets.values().flat_map(|dataset| &dataset.files).collect();
    let mut frame = scan(&files)?;
    if datasets.values().any(|dataset| dataset.measures.is_some()) {
        let visible = datasets.iter().map(|(dataset, DatasetFiles { measures, .. })| {
            let of_dataset = col("dataset").eq(lit(dataset.as_str()));
            match measures {
                Some(measures) => of_dataset.and(one_of("measure", measures)),
                None => of_dataset,
            }
        });
        frame = frame.filter(visible.reduce(Expr::or).unwrap_or_else(|| lit(false)));
    }
    Ok(frame)
}

fn one_of(column: &str, values: &BTreeSet<String>) -> Expr {
    values.iter().map(|value| col(column).eq(lit(value.as_str()))).reduce(Expr::or).unwrap_or_else(|| lit(false))
}

/// A lazy scan of exactly these files: no pattern, no partition is read out of their paths. They all have the columns of the first one.
fn scan(files: &[impl AsRef<Path>]) -> Result<LazyFrame, AggregateError> {
    let mut paths = Vec::new();
    for file in files {
        let file = file.as_ref();
        let failed = |error| AggregateError::File { path: file.to_owned(), reason: first_line(&error) };
        let path = PlRefPath::try_from_path(file).map_err(failed)?;
        let mut alone = scan_paths([path.clone()]).map_err(failed)?;
        alone.collect_schema().map_err(failed)?;
        paths.push(path);
    }
    scan_paths(paths).map_err(|error| AggregateError::Engine {
        what: "the scan of the observations".to_owned(),
        reason: first_line(&error),
        place: None,
    })
}

fn scan_paths(paths: impl IntoIterator<Item = PlRefPath>) -> PolarsResult<LazyFrame> {
    let mut arguments = ScanArgsParquet { glob: false, ..ScanArgsParquet::default() };
    arguments.hive_options.enabled = Some(false);
    LazyFrame::scan_parquet_files(paths.into_iter().collect(), arguments)
}
