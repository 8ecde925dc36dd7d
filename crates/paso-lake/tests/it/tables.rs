use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use arrow::{
    array::{ArrayRef, AsArray as _, Date32Array, Float64Array, StringArray, UInt32Array},
    datatypes::{DataType, Field, Float64Type, Schema, SchemaRef},
    record_batch::RecordBatch,
};
use parquet::{
    basic::Compression,
    file::{
        metadata::RowGroupMetaData,
        reader::{FileReader as _, SerializedFileReader},
    },
};
use paso_lake::{
    LakeError,
    parquet::{ROW_GROUP_ROWS, Writer, footer, read, row_count, schema, write},
};
use proptest::prelude::*;

use crate::tree;

fn columns() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("origin", DataType::Utf8, false),
        Field::new("flags", DataType::Utf8, true),
        Field::new("vintage", DataType::Date32, false),
        Field::new("value", DataType::Float64, true),
        Field::new("row", DataType::UInt32, true),
    ]))
}

/// Rows that depend on their number only.
fn rows(count: usize) -> RecordBatch {
    let numbers = || 0..count as u32;
    let columns_data: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(numbers().map(|row| ["PER", "VEN", "COL", "HTI"][(row / 7 % 4) as usize]))),
        Arc::new(numbers().map(|row| (row % 5 == 0).then(|| format!("flag {}", row % 3))).collect::<StringArray>()),
        Arc::new(Date32Array::from_iter_values(numbers().map(|row| 18_000 + i32::from(row as u8 % 3)))),
        Arc::new(numbers().map(|row| (row % 11 != 0).then(|| f64::from(row) * 1.5)).collect::<Float64Array>()),
        Arc::new(numbers().map(|row| (row % 2 == 0).then_some(row)).collect::<UInt32Array>()),
    ];
    RecordBatch::try_new(columns(), columns_data).unwrap()
}

fn write_chunks(path: &Path, chunks: Vec<RecordBatch>) -> Vec<u8> {
    let footer = BTreeMap::from([("title".to_owned(), "Población".to_owned()), ("dataset".to_owned(), "unhcr.population".to_owned())]);
    write::<LakeError>(path, &columns(), chunks.into_iter().map(Ok), &footer).unwrap();
    fs::read(path).unwrap()
}

/// Cuts a batch into pieces of the given sizes, again and again until it is used up.
fn cut(batch: &RecordBatch, sizes: &[usize]) -> Vec<RecordBatch> {
    let mut chunks = Vec::new();
    let mut sizes = sizes.iter().cycle();
    let mut start = 0;
    while start < batch.num_rows() {
        let length = (*sizes.next().unwrap()).min(batch.num_rows() - start);
        chunks.push(batch.slice(start, length));
        start += length;
    }
    chunks
}

#[test]
fn the_same_rows_give_the_same_bytes_however_they_are_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    // A whole row group and a bit.
    let all = rows(ROW_GROUP_ROWS + 1000);
    let whole = write_chunks(&path, vec![all.clone()]);
    for sizes in [&[8192][..], &[1, 100_000, 0, 3], &[ROW_GROUP_ROWS - 1, 2]] {
        assert!(write_chunks(&path, cut(&all, sizes)) == whole, "cut into {sizes:?}");
    }
    // The same rows in buffers of their own, without null masks where there is no null.
    let rebuilt = cut(&all, &[5000]).into_iter().map(|batch| {
        let indices = UInt32Array::from_iter_values(0..batch.num_rows() as u32);
        arrow::compute::take_record_batch(&batch, &indices).unwrap()
    });
    assert!(write_chunks(&path, rebuilt.collect()) == whole, "rebuilt");
    assert_eq!(row_count(&path).unwrap(), ROW_GROUP_ROWS as u64 + 1000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn small_tables_too(count in 0_usize..300, sizes in prop::collection::vec(1_usize..50, 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.parquet");
        let all = rows(count);
        let whole = write_chunks(&path, vec![all.clone()]);
        prop_assert!(write_chunks(&path, cut(&all, &sizes)) == whole);
        let back: Vec<_> = read(&path).unwrap().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(arrow::compute::concat_batches(&columns(), &back).unwrap(), all);
    }
}

#[test]
fn metadata_of_a_schema_does_not_reach_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let whole = write_chunks(&path, vec![rows(10)]);
    let annotated = Arc::new(columns().as_ref().clone().with_metadata([("made".to_owned(), "today".to_owned())].into()));
    let batch = RecordBatch::try_new(annotated, rows(10).columns().to_vec()).unwrap();
    assert!(write_chunks(&path, vec![batch]) == whole);
}

#[test]
fn every_reader_sees_strings_statistics_and_sorted_footer_entries() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    write_chunks(&path, vec![rows(ROW_GROUP_ROWS + 1)]);
    let reader = SerializedFileReader::new(fs::File::open(&path).unwrap()).unwrap();
    let metadata = reader.metadata();
    assert_eq!(metadata.file_metadata().created_by(), Some("paso version 1"));
    let entries: Vec<_> = metadata.file_metadata().key_value_metadata().unwrap().iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(entries, ["dataset", "title"], "sorted, and no embedded Arrow schema");
    assert_eq!(metadata.row_groups().iter().map(RowGroupMetaData::num_rows).collect::<Vec<_>>(), [128 * 1024, 1]);
    for column in metadata.row_group(0).columns() {
        assert!(matches!(column.compression(), Compression::ZSTD(_)), "{:?}", column.column_path());
        assert!(column.statistics().unwrap().min_bytes_opt().is_some(), "{:?}", column.column_path());
    }
    let origin = metadata.row_group(0).column(0);
    assert!(origin.dictionary_page_offset().is_some());
    assert_eq!(origin.statistics().unwrap().min_bytes_opt().unwrap(), b"COL");
    assert_eq!(origin.statistics().unwrap().max_bytes_opt().unwrap(), b"VEN");
    assert_eq!(metadata.row_group(0).column(1).statistics().unwrap().null_count_opt(), Some(104_857));

    assert_eq!(schema(&path).unwrap(), columns());
    let read_footer = footer(&path).unwrap();
    assert_eq!(read_footer["title"], "Población");
    assert_eq!(read_footer.len(), 2);
}

#[test]
fn an_empty_table_has_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    assert_eq!(write::<LakeError>(&path, &columns(), [], &BTreeMap::new()).unwrap(), 0);
    assert_eq!(row_count(&path).unwrap(), 0);
    assert_eq!(schema(&path).unwrap(), columns());
    assert_eq!(read(&path).unwrap().count(), 0);
    assert_eq!(footer(&path).unwrap(), BTreeMap::new());
}

#[test]
fn values_come_back_in_batches() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    write_chunks(&path, vec![rows(20_000)]);
    let batches: Vec<_> = read(&path).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [8192, 8192, 3616]);
    // Row 20,000 has number 19,999, which is 1 more than a multiple of 11.
    assert_eq!(batches[2].column(3).as_primitive::<Float64Type>().value(3615).to_bits(), 29_998.5_f64.to_bits());
}

#[test]
fn rows_that_do_not_fit_are_refused_and_leave_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let other = |fields: Vec<Field>, data: Vec<ArrayRef>| RecordBatch::try_new(Arc::new(Schema::new(fields)), data).unwrap();
    let good = rows(3);
    let text = || Field::new("origin", DataType::Utf8, true);
    let renamed: Vec<_> =
        columns().fields().iter().map(|field| field.as_ref().clone().with_name(field.name().replace("flags", "flag"))).collect();
    let with_null: Vec<ArrayRef> = std::iter::once(Arc::new(StringArray::from(vec![Some("PER"), None, None])) as ArrayRef)
        .chain(good.columns()[1..].iter().cloned())
        .collect();
    let nullable: Vec<_> = columns().fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
    let wrong_type: Vec<ArrayRef> =
        std::iter::once(Arc::new(UInt32Array::from(vec![1, 2, 3])) as ArrayRef).chain(good.columns()[1..].iter().cloned()).collect();
    let mut numbered = nullable.clone();
    numbered[0] = Field::new("origin", DataType::UInt32, false);
    for (batch, detail) in [
        (other(vec![text()], vec![good.column(0).clone()]), "column 2 should be \"flags\" and is none"),
        (other(renamed, good.columns().to_vec()), "column 2 should be \"flags\" and is \"flag\""),
        (other(nullable, with_null), "Column 'origin' is declared as non-nullable but contains null values"),
        (other(numbered, wrong_type), "column types must match schema types, expected Utf8 but found UInt32 at column index 0"),
    ] {
        let error = write::<LakeError>(&path, &columns(), [Ok(good.clone()), Ok(batch)], &BTreeMap::new()).unwrap_err();
        let LakeError::Batch { first_row: 3, .. } = &error else { panic!("{error:?}") };
        assert!(error.to_string().contains(detail), "{error}");
    }
    assert_eq!(tree(folder.path()), Vec::<String>::new());
}

#[test]
fn an_error_of_the_caller_passes_through_and_leaves_the_old_file() {
    #[derive(Debug, thiserror::Error)]
    enum Mine {
        #[error("no more")]
        NoMore,
        #[error(transparent)]
        Lake(#[from] LakeError),
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let whole = write_chunks(&path, vec![rows(10)]);
    let error = write(&path, &columns(), [Ok(rows(5)), Err(Mine::NoMore)], &BTreeMap::new()).unwrap_err();
    assert!(matches!(error, Mine::NoMore), "{error:?}");
    assert_eq!(fs::read(&path).unwrap(), whole);
    assert_eq!(tree(folder.path()), ["table.parquet"]);
    assert!(matches!(write(Path::new("/dev/null/x"), &columns(), [Ok::<_, Mine>(rows(5))], &BTreeMap::new()).unwrap_err(), Mine::Lake(_)));
}

#[test]
fn a_writer_that_is_killed_or_dropped_is_never_seen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let mut writer = Writer::create(&path, &columns(), &BTreeMap::new()).unwrap();
    writer.write(&rows(10)).unwrap();
    drop(writer);
    assert_eq!(tree(folder.path()), Vec::<String>::new());
    let mut writer = Writer::create(&path, &columns(), &BTreeMap::new()).unwrap();
    writer.write(&rows(10)).unwrap();
    assert!(!path.exists());
    assert_eq!(writer.finish().unwrap(), 10);
    assert_eq!(row_count(&path).unwrap(), 10);
}

#[test]
fn a_damaged_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let error = row_count(&path).unwrap_err();
    assert!(matches!(error, LakeError::Io { action: "read", .. }), "{error:?}");
    let whole = write_chunks(&path, vec![rows(100)]);
    crate::overwrite(&path, &whole[..whole.len() / 2]);
    let error = read(&path).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot read the Parquet file {}", path.display()));
    assert!(error.hint().unwrap().contains("it is made anew"));
}
