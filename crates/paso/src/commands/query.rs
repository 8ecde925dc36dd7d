//! `query`: SQL on the views.

use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{DataType, Float64Type},
    util::display::array_value_to_string,
};
use paso_aggregate::AggregateError;
use paso_pipeline::{Scope, views};

use crate::{
    cli::Query,
    commands::{existing, load},
    exit::{Abort, ExitStatus},
    printer::{Cell, Output, Printer, Rows},
    settings::Settings,
};

pub(crate) fn execute(settings: &Settings, arguments: &Query) -> Result<ExitStatus, Abort> {
    let pipeline = load(settings)?;
    let lake = existing(settings)?;
    if let Some(unknown) = arguments.datasets.iter().find(|name| pipeline.called(name).next().is_none()) {
        let hint = Some("`paso sources` lists them".to_owned());
        return Err(Abort::message(ExitStatus::Usage, format!("`{unknown}` is no dataset of this pipeline"), hint));
    }
    let datasets = arguments.datasets.iter().flat_map(|name| pipeline.called(name)).map(|dataset| dataset.id.clone()).collect();
    let scratch = tempfile::tempdir()?;
    let scope = Scope { datasets, as_of: arguments.as_of };
    let views = views(&pipeline, &lake, &scope, scratch.path())?;
    let table = paso_aggregate::query(&arguments.sql, &views).map_err(|error| {
        // The library's hint for an engine's complaint is to try `paso query`.
        let hint = match &error {
            AggregateError::Engine { .. } if error.to_string().contains("duplicate") => {
                Some("two columns of the result have one name, for an expression has that of its column: write AS behind one of them, such as min(value) AS least".to_owned())
            }
            AggregateError::Engine { .. } => Some("`paso query --help` names the views; SELECT * FROM a view shows its columns".to_owned()),
            AggregateError::MissingView { .. } if arguments.as_of.is_some() || !arguments.datasets.is_empty() => {
                let chosen = if arguments.datasets.is_empty() { "the pipeline".to_owned() } else { arguments.datasets.join(", ") };
                let day = arguments.as_of.map(|day| format!(" as of {day}")).unwrap_or_default();
                Some(format!("the lake holds nothing of {chosen}{day}: `paso status` says from when on it does. After a change of the definitions, run `paso run` first"))
            }
            error => error.hint(),
        };
        Abort::new(ExitStatus::Usage, error, hint)
    })?;
    let printer = Printer::new(settings.output);
    let limit = if settings.output == Output::Table { arguments.rows } else { usize::MAX };
    printer.rows(&rows(&table, limit)?)?;
    if table.num_rows() > limit {
        tracing::warn!("{limit} of {} rows are shown: use --rows, or --output csv for all", table.num_rows());
    }
    Ok(ExitStatus::Done)
}

/// The first rows of a batch as cells.
pub(crate) fn rows(table: &RecordBatch, limit: usize) -> Result<Rows, Abort> {
    let schema = table.schema();
    let mut rows = Rows::new(schema.fields().iter().map(|field| field.name().clone()));
    for row in 0..table.num_rows().min(limit) {
        let mut cells = Vec::with_capacity(table.num_columns());
        for column in table.columns() {
            cells.push(cell(column.as_ref(), row)?);
        }
        rows.push(cells);
    }
    Ok(rows)
}

fn cell(column: &dyn Array, row: usize) -> Result<Cell, Abort> {
    if column.is_null(row) {
        return Ok(Cell::Nothing);
    }
    let text = || array_value_to_string(column, row).map_err(|error| Abort::message(ExitStatus::Failed, error.to_string(), None));
    Ok(match column.data_type() {
        DataType::Float64 => Cell::Number(column.as_primitive::<Float64Type>().value(row)),
        DataType::Boolean => Cell::Flag(column.as_boolean().value(row)),
        // Beyond 64 bits a number is a text: no digit is lost.
        whole if whole.is_integer() => text()?.parse().map_or_else(|_| text().map(Cell::Text), |number| Ok(Cell::Whole(number)))?,
        _ => Cell::Text(text()?),
    })
}
