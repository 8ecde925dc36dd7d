//! Tables as CSV: RFC 4180 with LF line ends, UTF-8, numbers as short as they round-trip, dates as ISO 8601, nulls empty.

use std::path::Path;

use ::csv::{QuoteStyle, Terminator, WriterBuilder};
use arrow::{
    array::{Array, AsArray as _},
    datatypes::{DataType, Date32Type, Float64Type, Int64Type, UInt8Type, UInt32Type},
    record_batch::RecordBatch,
};
use jiff::{ToSpan as _, civil::date};
use paso_lake::parquet;

use crate::PublishError;

/// The rows of a Parquet file as CSV, with a header. `path` is the CSV file's path in the release, for messages.
pub(crate) fn from_parquet(file: &Path, path: &str) -> Result<Vec<u8>, PublishError> {
    let failed = |source| PublishError::Csv { path: path.to_owned(), source };
    let mut writer = WriterBuilder::new().terminator(Terminator::Any(b'\n')).quote_style(QuoteStyle::Necessary).from_writer(Vec::new());
    let schema = parquet::schema(file)?;
    writer.write_record(schema.fields().iter().map(|field| field.name())).map_err(failed)?;
    for batch in parquet::read(file)? {
        let batch = batch?;
        for row in 0..batch.num_rows() {
            writer.write_record(record(&batch, row, path)?).map_err(failed)?;
        }
    }
    writer.into_inner().map_err(|error| failed(error.into_error().into()))
}

fn record(batch: &RecordBatch, row: usize, path: &str) -> Result<Vec<String>, PublishError> {
    let schema = batch.schema();
    let cells = schema.fields().iter().zip(batch.columns());
    cells
        .map(|(field, array)| {
            cell(array, row).ok_or_else(|| PublishError::CsvType {
                path: path.to_owned(),
                column: field.name().clone(),
                found: field.data_type().to_string(),
            })
        })
        .collect()
}

/// The text of a cell; none where the type is not one of paso's.
fn cell(array: &dyn Array, row: usize) -> Option<String> {
    if array.is_null(row) {
        return Some(String::new());
    }
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::UInt8 => array.as_primitive::<UInt8Type>().value(row).to_string(),
        DataType::UInt32 => array.as_primitive::<UInt32Type>().value(row).to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Date32 => date(1970, 1, 1).saturating_add(array.as_primitive::<Date32Type>().value(row).days()).to_string(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use arrow::{
        array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray, UInt8Array},
        datatypes::{Field, Schema},
    };
    use paso_lake::LakeError;

    use super::*;

    #[test]
    fn a_table_prints_as_rfc_4180_with_short_numbers() {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("text", Arc::new(StringArray::from(vec![Some("plain"), Some("comma, \"quote\"\nline"), None]))),
            ("number", Arc::new(Float64Array::from(vec![Some(8.605_341_153_154_372), Some(1_645_015.0), None]))),
            ("small", Arc::new(Float64Array::from(vec![Some(0.1), Some(-1e-7), Some(1e21)]))),
            ("count", Arc::new(Int64Array::from(vec![Some(-3), Some(i64::MAX), None]))),
            ("decimals", Arc::new(UInt8Array::from(vec![Some(0), Some(255), None]))),
            ("yes", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
            ("day", Arc::new(Date32Array::from(vec![Some(18_444), Some(-1), None]))),
        ];
        let fields: Vec<Field> = columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns.into_iter().map(|(_, array)| array).collect()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("table.parquet");
        parquet::write::<LakeError>(&file, &schema, [Ok(batch)], &BTreeMap::new()).unwrap();
        let csv = String::from_utf8(from_parquet(&file, "table.csv").unwrap()).unwrap();
        let expected = "text,number,small,count,decimals,yes,day\n\
            plain,8.605341153154372,0.1,-3,0,true,2020-07-01\n\
            \"comma, \"\"quote\"\"\nline\",1645015,-0.0000001,9223372036854775807,255,false,1969-12-31\n\
            ,,1000000000000000000000,,,,\n";
        assert_eq!(csv, expected);
    }

    #[test]
    fn a_type_that_csv_does_not_know_is_named() {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int32, true)]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(arrow::array::Int32Array::from(vec![1]))]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("table.parquet");
        parquet::write::<LakeError>(&file, &schema, [Ok(batch)], &BTreeMap::new()).unwrap();
        let error = from_parquet(&file, "x/table.csv").unwrap_err();
        assert_eq!(error.to_string(), "cannot write x/table.csv as CSV: column `n` has the type Int32");
    }
}
