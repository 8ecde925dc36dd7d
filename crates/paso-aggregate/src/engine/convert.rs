//! Tables between Polars and Arrow, value by value: the two Arrow implementations never share memory.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, AsArray as _, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray},
    datatypes::{DataType, Date32Type, Field, Float64Type, Int64Type, Schema},
    record_batch::{RecordBatch, RecordBatchOptions},
};
use polars::prelude as pl;

use crate::{AggregateError, error::first_line};

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` takes")]
fn failed(error: pl::PolarsError) -> AggregateError {
    AggregateError::Engine { what: "the query".to_owned(), reason: first_line(&error), place: None }
}

/// The table as Arrow. Floats become `Float64`, whole numbers `Int64`; a column of nothing but nulls without a type becomes `Utf8`.
pub(crate) fn to_arrow(frame: &pl::DataFrame) -> Result<RecordBatch, AggregateError> {
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for column in frame.columns() {
        let (data_type, array) = array(column.as_materialized_series())?;
        fields.push(Field::new(column.name().as_str(), data_type, true));
        arrays.push(array);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(frame.height()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
        .map_err(|source| AggregateError::Table { what: "the query".to_owned(), source })
}

fn array(series: &pl::Series) -> Result<(DataType, ArrayRef), AggregateError> {
    let cast = |to: pl::DataType| series.strict_cast(&to).map_err(failed);
    Ok(match series.dtype() {
        pl::DataType::String => (DataType::Utf8, Arc::new(series.str().map_err(failed)?.iter().collect::<StringArray>())),
        pl::DataType::Float64 | pl::DataType::Float32 => {
            let floats = cast(pl::DataType::Float64)?;
            (DataType::Float64, Arc::new(floats.f64().map_err(failed)?.iter().collect::<Float64Array>()))
        }
        whole if whole.is_integer() => {
            let numbers = cast(pl::DataType::Int64)?;
            (DataType::Int64, Arc::new(numbers.i64().map_err(failed)?.iter().collect::<Int64Array>()))
        }
        pl::DataType::Boolean => (DataType::Boolean, Arc::new(series.bool().map_err(failed)?.iter().collect::<BooleanArray>())),
        pl::DataType::Date => {
            let days = cast(pl::DataType::Int32)?;
            (DataType::Date32, Arc::new(days.i32().map_err(failed)?.iter().collect::<Date32Array>()))
        }
        pl::DataType::Null => (DataType::Utf8, Arc::new(StringArray::new_null(series.len()))),
        other => return Err(AggregateError::UnsupportedType { column: series.name().to_string(), found: other.to_string() }),
    })
}

/// The table as Polars. Only the types that [`to_arrow`] gives are known.
pub(crate) fn to_polars(batch: &RecordBatch) -> Result<pl::DataFrame, AggregateError> {
    let schema = batch.schema();
    let mut columns = Vec::new();
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        let name: pl::PlSmallStr = field.name().as_str().into();
        let column = match field.data_type() {
            DataType::Utf8 => pl::Column::new(name, array.as_string::<i32>().iter().collect::<Vec<_>>()),
            DataType::Float64 => pl::Column::new(name, array.as_primitive::<Float64Type>().iter().collect::<Vec<_>>()),
            DataType::Int64 => pl::Column::new(name, array.as_primitive::<Int64Type>().iter().collect::<Vec<_>>()),
            DataType::Boolean => pl::Column::new(name, array.as_boolean().iter().collect::<Vec<_>>()),
            DataType::Date32 => {
                let days = pl::Column::new(name, array.as_primitive::<Date32Type>().iter().collect::<Vec<_>>());
                days.cast(&pl::DataType::Date).map_err(failed)?
            }
            other => return Err(AggregateError::UnsupportedType { column: field.name().clone(), found: other.to_string() }),
        };
        columns.push(column);
    }
    pl::DataFrame::new(batch.num_rows(), columns).map_err(failed)
}

#[cfg(test)]
mod tests {
    use arrow::array::Array as _;
    use polars::prelude::NamedFrom as _;

    use super::*;

    #[test]
    fn a_table_survives_the_wall_both_ways() {
        let fields = vec![
            Field::new("text", DataType::Utf8, true),
            Field::new("number", DataType::Float64, true),
            Field::new("count", DataType::Int64, true),
            Field::new("yes", DataType::Boolean, true),
            Field::new("day", DataType::Date32, true),
        ];
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from(vec![Some("ñandú"), None])),
            Arc::new(Float64Array::from(vec![Some(8.605_341_153_154_372), None])),
            Arc::new(Int64Array::from(vec![Some(-7), None])),
            Arc::new(BooleanArray::from(vec![Some(true), None])),
            Arc::new(Date32Array::from(vec![Some(18_444), None])),
        ];
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
        assert_eq!(to_arrow(&to_polars(&batch).unwrap()).unwrap(), batch);
    }

    #[test]
    fn an_untyped_null_becomes_text_and_a_list_is_refused() {
        let nulls = pl::DataFrame::new(2, vec![pl::Column::new_scalar("x".into(), pl::Scalar::null(pl::DataType::Null), 2)]).unwrap();
        let batch = to_arrow(&nulls).unwrap();
        assert_eq!((batch.schema().field(0).data_type(), batch.column(0).null_count()), (&DataType::Utf8, 2));
        let list = pl::Series::new("l".into(), [pl::Series::new("".into(), [1_i64, 2])]);
        let frame = pl::DataFrame::new(1, vec![list.into()]).unwrap();
        assert!(matches!(to_arrow(&frame), Err(AggregateError::UnsupportedType { column, .. }) if column == "l"));
    }
}
