//! Row groups encoded from arrays, against those of the parquet crate's own writer.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use arrow::{
    array::{
        Array, ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray, UInt8Array,
        UInt32Array, new_null_array,
    },
    compute::{cast, concat_batches, take},
    datatypes::{DataType, Field, Int32Type, Schema, SchemaRef, UInt32Type},
    record_batch::RecordBatch,
};
use bytes::Bytes;
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector},
        arrow_writer::ArrowWriterOptions,
    },
    basic::{Compression, Encoding, ZstdLevel},
    file::{
        metadata::{PageIndexPolicy, ParquetMetaData},
        page_index::column_index::ColumnIndexMetaData,
        properties::WriterProperties,
        reader::{FileReader as _, SerializedFileReader},
    },
};
use paso_lake::{
    LakeError,
    parquet::{ColumnValues, EncodedGroup, GroupEncoder, GroupWriter, ZSTD_LEVEL},
};
use proptest::prelude::*;

/// Numbers that look random and depend on the seed alone.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((mixed ^ (mixed >> 27)) >> 16) as usize % limit
    }
}

/// How the values of a column follow each other.
#[derive(Debug, Clone, Copy)]
struct Shape {
    distinct: usize,
    /// The longest stretch of one value.
    stretch: usize,
    /// Of 16 stretches, how many are null.
    nulls: usize,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let distinct = prop_oneof![Just(1), 2_usize..5, 5_usize..300, 300_usize..40_000, Just(10_000_000)];
    let stretch = prop_oneof![Just(1), Just(1), 2_usize..30, Just(50_000)];
    let nulls = prop_oneof![Just(0), Just(0), 1_usize..15, Just(16)];
    (distinct, stretch, nulls).prop_map(|(distinct, stretch, nulls)| Shape { distinct, stretch, nulls })
}

fn row_counts() -> impl Strategy<Value = usize> {
    prop_oneof![0_usize..4, 1_usize..3000, 19_995_usize..20_006, Just(131_072), 1_usize..200_000]
}

/// Numbers of values, row by row.
fn picks(shape: Shape, rows: usize, dice: &mut Dice) -> Vec<Option<usize>> {
    let mut picks = Vec::with_capacity(rows);
    while picks.len() < rows {
        let length = (1 + dice.below(shape.stretch)).min(rows - picks.len());
        let pick = (dice.below(16) >= shape.nulls).then(|| dice.below(shape.distinct));
        picks.extend(std::iter::repeat_n(pick, length));
    }
    picks
}

/// A text for each number; every seventh is the same, some are empty, long or of many bytes a character.
fn text(number: usize) -> String {
    match number % 14 {
        0 | 7 => "again".to_owned(),
        1 if number == 1 => String::new(),
        2 if number.is_multiple_of(1000) => "x".repeat(70_000 + number % 5),
        3 => format!("Población {number} – Ñandú 難民 🧭"),
        4 => format!("{}{number}", "long enough to be cut, é".repeat(3)),
        _ => format!("{}.{}", number / 10, number % 10),
    }
}

/// A column of texts in one of the forms that an encoder takes.
fn texts(shape: Shape, rows: usize, form: usize, dice: &mut Dice) -> ArrayRef {
    let picks = picks(shape, rows, dice);
    let numbers = dice.below(1000);
    let text = |pick: usize| text(pick + numbers);
    if form == 0 {
        return Arc::new(picks.iter().map(|pick| pick.map(text)).collect::<StringArray>());
    }
    // Values in an order of their own, some repeated, some unused, one of them null.
    let mut known = BTreeMap::new();
    let mut values: Vec<Option<String>> = vec![Some("unused".to_owned()), None];
    let mut keys = Vec::with_capacity(rows);
    for pick in picks {
        let Some(pick) = pick else {
            keys.push((dice.below(2) == 0).then_some(1));
            continue;
        };
        let key = *known.entry(pick).or_insert_with(|| {
            values.push(Some(text(pick)));
            values.len() - 1
        });
        let repeats = form == 2 && dice.below(50) == 0;
        if repeats {
            values.push(Some(text(pick)));
            known.insert(pick, values.len() - 1);
        }
        keys.push(Some(key));
    }
    let values: ArrayRef = Arc::new(values.into_iter().collect::<StringArray>());
    if form == 1 {
        let keys = keys.into_iter().map(|key| key.map(|key| key as u32)).collect::<UInt32Array>();
        Arc::new(DictionaryArray::<UInt32Type>::new(keys, values))
    } else {
        let keys = keys.into_iter().map(|key| key.map(|key| (key as u32).cast_signed())).collect::<Int32Array>();
        Arc::new(DictionaryArray::<Int32Type>::new(keys, values))
    }
}

fn numbers(data_type: &DataType, shape: Shape, rows: usize, dice: &mut Dice) -> ArrayRef {
    let picks = picks(shape, rows, dice);
    let spread = |pick: usize| (pick as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let numbers = picks.iter().map(|pick| pick.map(spread));
    match data_type {
        DataType::UInt8 => Arc::new(numbers.map(|number| number.map(|number| number as u8)).collect::<UInt8Array>()),
        DataType::UInt32 => Arc::new(numbers.map(|number| number.map(|number| number as u32)).collect::<UInt32Array>()),
        DataType::Int32 => Arc::new(numbers.map(|number| number.map(|number| number as i32)).collect::<Int32Array>()),
        DataType::Int64 => Arc::new(numbers.map(|number| number.map(u64::cast_signed)).collect::<Int64Array>()),
        DataType::Date32 => {
            let day = |pick: usize| i32::from((pick % 20_000) as u16);
            Arc::new(picks.iter().map(|pick| pick.map(day)).collect::<Date32Array>())
        }
        DataType::Boolean => Arc::new(picks.iter().map(|pick| pick.map(|pick| pick % 3 == 1)).collect::<BooleanArray>()),
        // With both zeros, infinities and NaN of several kinds.
        _ => Arc::new(picks.iter().zip(numbers).map(|(pick, number)| Some(float((*pick)?, number?))).collect::<Float64Array>()),
    }
}

fn float(pick: usize, number: u64) -> f64 {
    match pick {
        0 => 0.0,
        1 => -0.0,
        2 => f64::from_bits(f64::NAN.to_bits() | 5),
        _ if pick.is_multiple_of(3) => f64::from_bits(number),
        _ => pick as f64 / 10.0,
    }
}

const NUMBERS: [DataType; 7] =
    [DataType::UInt8, DataType::UInt32, DataType::Int32, DataType::Int64, DataType::Date32, DataType::Boolean, DataType::Float64];

fn footer() -> BTreeMap<String, String> {
    BTreeMap::from([("title".to_owned(), "Población".to_owned()), ("dataset".to_owned(), "unhcr.population".to_owned())])
}

fn encode(schema: &Schema, groups: &[Vec<ArrayRef>]) -> Bytes {
    let mut encoder = GroupEncoder::new(schema, ZSTD_LEVEL).unwrap();
    let mut writer = GroupWriter::new(Vec::new(), Path::new("ours.parquet"), schema, &footer()).unwrap();
    for group in groups {
        writer.append(encoder.encode(group).unwrap()).unwrap();
    }
    assert_eq!(writer.rows() as usize, groups.iter().map(|group| group[0].len()).sum::<usize>());
    writer.finish().unwrap().into()
}

fn stock(schema: &SchemaRef, groups: &[RecordBatch]) -> Bytes {
    let entries = footer().into_iter().map(|(key, value)| parquet::file::metadata::KeyValue::new(key, value)).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL).unwrap()))
        .set_created_by("paso version 1".to_owned())
        .set_key_value_metadata(Some(entries))
        .set_max_row_group_row_count(None)
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, schema.clone(), options).unwrap();
    for group in groups {
        writer.write(group).unwrap();
        writer.flush().unwrap();
    }
    writer.close().unwrap();
    bytes.into()
}

fn open(bytes: &Bytes) -> ParquetRecordBatchReaderBuilder<Bytes> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_page_index_policy(PageIndexPolicy::Required);
    ParquetRecordBatchReaderBuilder::try_new_with_options(bytes.clone(), options).unwrap()
}

fn read(bytes: &Bytes, schema: &SchemaRef, selection: Option<RowSelection>) -> RecordBatch {
    let builder = open(bytes).with_batch_size(10_000);
    let builder = if let Some(selection) = selection { builder.with_row_selection(selection) } else { builder };
    let batches: Vec<_> = builder.build().unwrap().collect::<Result<_, _>>().unwrap();
    concat_batches(schema, &batches).unwrap()
}

/// The rows as plain arrays of the schema's types.
fn plain(schema: &SchemaRef, group: &[ArrayRef]) -> RecordBatch {
    let columns = group.iter().zip(schema.fields()).map(|(array, field)| cast(array, field.data_type()).unwrap()).collect();
    RecordBatch::try_new(schema.clone(), columns).unwrap()
}

/// Equal to the bit: also NaN and zeros.
fn assert_same(found: &RecordBatch, expected: &RecordBatch) {
    assert_eq!(found.num_rows(), expected.num_rows());
    for (found, expected) in found.columns().iter().zip(expected.columns()) {
        let bits = |array: &ArrayRef| -> Option<Vec<Option<u64>>> {
            Some(array.as_any().downcast_ref::<Float64Array>()?.iter().map(|value| value.map(f64::to_bits)).collect())
        };
        assert_eq!(bits(found), bits(expected));
        if bits(found).is_none() {
            assert_eq!(found, expected);
        }
    }
}

/// Everything that two files must have in common, and what the pages of ours must say.
fn compare(schema: &SchemaRef, groups: &[Vec<ArrayRef>], dice: &mut Dice) {
    let ours = encode(schema, groups);
    let groups: Vec<_> = groups.iter().map(|group| plain(schema, group)).filter(|group| group.num_rows() > 0).collect();
    let theirs = stock(schema, &groups);
    let expected = concat_batches(schema, &groups).unwrap();
    assert_same(&read(&ours, schema, None), &expected);
    assert_eq!(open(&ours).schema(), open(&theirs).schema());

    let (ours_metadata, theirs_metadata) = (metadata(&ours), metadata(&theirs));
    let (file, stock_file) = (ours_metadata.file_metadata(), theirs_metadata.file_metadata());
    assert_eq!(file.schema_descr(), stock_file.schema_descr());
    assert_eq!(file.key_value_metadata(), stock_file.key_value_metadata());
    assert_eq!(file.created_by(), stock_file.created_by());
    assert_eq!((file.version(), file.num_rows()), (stock_file.version(), stock_file.num_rows()));
    assert_eq!(file.column_orders(), stock_file.column_orders());
    assert_eq!(ours_metadata.num_row_groups(), theirs_metadata.num_row_groups());
    for (number, (group, theirs)) in ours_metadata.row_groups().iter().zip(theirs_metadata.row_groups()).enumerate() {
        assert_eq!(group.num_rows(), theirs.num_rows());
        for (position, (column, theirs)) in group.columns().iter().zip(theirs.columns()).enumerate() {
            assert_eq!(column.statistics(), theirs.statistics(), "{:?}", column.column_path());
            assert_eq!((column.num_values(), column.compression()), (theirs.num_values(), theirs.compression()));
            check_pages(&ours_metadata, number, position, groups[number].column(position));
        }
    }

    // Rows here and there: readers find them by the page index.
    let mut selectors = Vec::new();
    let mut wanted = Vec::new();
    let mut row = 0;
    while row < expected.num_rows() {
        let skip = dice.below(30_000).min(expected.num_rows() - row);
        let longest = [3, 25_000][dice.below(2)];
        let take = dice.below(longest).min(expected.num_rows() - row - skip);
        selectors.extend([RowSelector::skip(skip), RowSelector::select(take)]);
        wanted.push(expected.slice(row + skip, take));
        row += (skip + take).max(1);
        if skip + take == 0 {
            selectors.push(RowSelector::skip(1));
        }
    }
    assert_same(&read(&ours, schema, Some(selectors.into())), &concat_batches(schema, &wanted).unwrap());
}

fn metadata(bytes: &Bytes) -> ParquetMetaData {
    open(bytes).metadata().as_ref().clone()
}

/// The page index: where pages start, how many nulls they hold, and bounds that bound.
fn check_pages(metadata: &ParquetMetaData, group: usize, column: usize, values: &ArrayRef) {
    let offsets = metadata.offset_index().unwrap()[group][column].page_locations();
    let starts: Vec<usize> = offsets.iter().map(|page| page.first_row_index as usize).collect();
    let ends = starts.iter().skip(1).copied().chain([values.len()]);
    let index = &metadata.column_index().unwrap()[group][column];
    let pages: Vec<ArrayRef> = starts.iter().zip(ends).map(|(&start, end)| values.slice(start, end - start)).collect();
    assert!(pages.iter().all(|page| (1..=20_000).contains(&page.len())));
    if let ColumnIndexMetaData::NONE = index {
        let is_nan = |page: &ArrayRef| page.as_any().downcast_ref::<Float64Array>().unwrap().iter().flatten().all(f64::is_nan);
        assert!(pages.iter().any(|page| is_nan(page) && page.null_count() < page.len()));
        return;
    }
    assert_eq!(index.num_pages() as usize, pages.len());
    for (number, page) in pages.iter().enumerate() {
        assert_eq!(index.null_count(number), i64::try_from(page.null_count()).ok());
        assert_eq!(index.is_null_page(number), page.null_count() == page.len());
        if index.is_null_page(number) {
            continue;
        }
        macro_rules! check {
            ($index:expr, $array:ty, $stored:expr) => {{
                let values = page.as_any().downcast_ref::<$array>().unwrap().iter().flatten();
                let values: Vec<_> = values.filter(|value| value.partial_cmp(value).is_some()).collect();
                assert_eq!($index.min_value(number).copied(), values.iter().copied().reduce(|a, b| if b < a { b } else { a }).map($stored));
                assert_eq!($index.max_value(number).copied(), values.iter().copied().reduce(|a, b| if b > a { b } else { a }).map($stored));
            }};
        }
        match (index, page.data_type()) {
            (ColumnIndexMetaData::BYTE_ARRAY(index), _) => {
                let texts = || page.as_any().downcast_ref::<StringArray>().unwrap().iter().flatten();
                let (least, greatest) = (texts().min().unwrap(), texts().max().unwrap());
                let (below, above) = (index.min_value(number).unwrap(), index.max_value(number).unwrap());
                assert!(below <= least.as_bytes() && (least.len() > 64 || below == least.as_bytes()));
                assert!(above >= greatest.as_bytes() && (greatest.len() > 64 || above == greatest.as_bytes()));
            }
            (ColumnIndexMetaData::INT32(index), DataType::UInt8) => check!(index, UInt8Array, i32::from),
            (ColumnIndexMetaData::INT32(index), DataType::UInt32) => check!(index, UInt32Array, u32::cast_signed),
            (ColumnIndexMetaData::INT32(index), DataType::Int32) => check!(index, Int32Array, i32::from),
            (ColumnIndexMetaData::INT32(index), _) => check!(index, Date32Array, i32::from),
            (ColumnIndexMetaData::INT64(index), _) => check!(index, Int64Array, i64::from),
            (ColumnIndexMetaData::DOUBLE(index), _) => check!(index, Float64Array, f64::from),
            (ColumnIndexMetaData::BOOLEAN(index), _) => check!(index, BooleanArray, bool::from),
            (other, data_type) => panic!("{other:?} for {data_type}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn files_hold_what_those_of_the_stock_writer_hold(
        text_shapes in prop::collection::vec(shapes(), 3),
        number_shapes in prop::collection::vec(shapes(), NUMBERS.len()),
        counts in prop::collection::vec(row_counts(), 1..3),
        cut in 0_usize..30,
        seed: u64,
    ) {
        let mut dice = Dice(seed);
        let mut fields = Vec::new();
        let mut groups = vec![Vec::new(); counts.len()];
        let may_be_null = |shape: &Shape| shape.nulls > 0 || seed % 2 == 0;
        for (form, shape) in text_shapes.iter().enumerate() {
            // The dictionaries hold a null, which is used for some rows only where rows are null.
            fields.push(Field::new(format!("text{form}"), DataType::Utf8, may_be_null(shape)));
            for (group, &rows) in groups.iter_mut().zip(&counts) {
                group.push(texts(*shape, rows, form, &mut dice));
            }
        }
        for (data_type, shape) in NUMBERS.iter().zip(&number_shapes) {
            fields.push(Field::new(data_type.to_string(), data_type.clone(), may_be_null(shape)));
            for (group, &rows) in groups.iter_mut().zip(&counts) {
                group.push(numbers(data_type, *shape, rows, &mut dice));
            }
        }
        // Arrays that are parts of others.
        for group in &mut groups {
            for array in group {
                let cut = cut.min(array.len());
                *array = array.slice(cut, array.len() - cut);
            }
        }
        compare(&Arc::new(Schema::new(fields)), &groups, &mut dice);
    }
}

#[test]
fn long_texts_fill_pages_of_their_own() {
    let schema = Arc::new(column("text", DataType::Utf8));
    // How many texts, how often each, how long, and how many pages that makes: one with a dictionary, else one for each mebibyte of texts.
    for (distinct, times, length, pages) in [(60, 1, 70_000, 4), (3, 1, 1_500_000, 2), (3, 100, 70_000, 1), (200, 3, 70_000, 35)] {
        let text = |row: usize| (!row.is_multiple_of(7)).then(|| "0".repeat(length) + &(row / times).to_string());
        let array: ArrayRef = Arc::new((0..distinct * times).map(text).collect::<StringArray>());
        compare(&schema, &[vec![array.clone()]], &mut Dice(7));
        let metadata = metadata(&encode(&schema, &[vec![array]]));
        assert_eq!(metadata.offset_index().unwrap()[0][0].page_locations().len(), pages, "{distinct} of {length}");
        assert_eq!(metadata.row_group(0).column(0).dictionary_page_offset().is_some(), pages == 1);
    }
}

fn column(name: &str, data_type: DataType) -> Schema {
    Schema::new(vec![Field::new(name, data_type, true)])
}

/// The encodings of the first chunk, its size, and whether it has a dictionary.
fn chunk(bytes: &Bytes) -> (Vec<Encoding>, i64, bool) {
    let reader = SerializedFileReader::new(bytes.clone()).unwrap();
    let column = reader.metadata().row_group(0).column(0).clone();
    (column.encodings().collect(), column.compressed_size(), column.dictionary_page_offset().is_some())
}

#[test]
fn texts_that_repeat_have_a_dictionary_of_what_is_used() {
    let values: ArrayRef = Arc::new(StringArray::from(vec!["unused", "b", "a", "b"]));
    let keys = UInt32Array::from_iter_values((0..1000).map(|row| [3, 2, 1][row % 3]));
    let array: ArrayRef = Arc::new(DictionaryArray::<UInt32Type>::new(keys, values));
    let bytes = encode(&column("text", DataType::Utf8), &[vec![array.clone()]]);
    let reader = SerializedFileReader::new(bytes.clone()).unwrap();
    let mut pages = reader.get_row_group(0).unwrap().get_column_page_reader(0).unwrap();
    let dictionary = pages.next().unwrap().unwrap();
    assert!(dictionary.is_dictionary_page());
    assert_eq!(dictionary.buffer().as_ref(), b"\x01\0\0\0b\x01\0\0\0a", "in the order of their first use");
    // The same rows without a dictionary make the same file.
    assert!(encode(&column("text", DataType::Utf8), &[vec![cast(&array, &DataType::Utf8).unwrap()]]) == bytes);
}

#[test]
fn encodings_follow_the_values() {
    let ordinals: ArrayRef = Arc::new(UInt32Array::from_iter_values(1..131_073));
    let (encodings, size, has_dictionary) = chunk(&encode(&column("row", DataType::UInt32), &[vec![ordinals]]));
    assert!(encodings.contains(&Encoding::DELTA_BINARY_PACKED) && !has_dictionary);
    assert!(size < 1000, "{size} bytes for 131,072 row numbers");

    let constant: ArrayRef = Arc::new(StringArray::from_iter_values(std::iter::repeat_n("PER", 131_072)));
    let (encodings, size, has_dictionary) = chunk(&encode(&column("origin", DataType::Utf8), &[vec![constant]]));
    assert!(encodings.contains(&Encoding::RLE_DICTIONARY) && has_dictionary);
    assert!(size < 600, "{size} bytes for 131,072 equal texts");

    let mut dice = Dice(1);
    let measured: ArrayRef = Arc::new(StringArray::from_iter_values((0..131_072).map(|_| dice.below(10_000_000).to_string())));
    let (encodings, _, has_dictionary) = chunk(&encode(&column("value", DataType::Utf8), &[vec![measured]]));
    assert!(encodings.contains(&Encoding::DELTA_LENGTH_BYTE_ARRAY) && !has_dictionary);
}

#[test]
fn bytes_depend_on_the_arrays_alone() {
    let schema = column("text", DataType::Utf8);
    let shape = |distinct, stretch, nulls| Shape { distinct, stretch, nulls };
    let array = |shape| texts(shape, 50_000, 0, &mut Dice(3));
    let groups = [shape(100, 1, 2), shape(10_000_000, 1, 0), shape(3, 400, 0), shape(20_000, 2, 8)].map(array);
    let alone = |array: &ArrayRef| encode(&schema, &[vec![array.clone()]]);
    let mut encoder = GroupEncoder::new(&schema, ZSTD_LEVEL).unwrap();
    for array in groups.iter().chain(groups.iter().rev()).chain(&groups) {
        let mut writer = GroupWriter::new(Vec::new(), Path::new("ours.parquet"), &schema, &footer()).unwrap();
        writer.append(encoder.encode(std::slice::from_ref(array)).unwrap()).unwrap();
        assert!(writer.finish().unwrap() == alone(array), "as a new encoder makes it");
    }
    let from_threads: Vec<_> = std::thread::scope(|scope| {
        let encode = |array: &ArrayRef| GroupEncoder::new(&schema, ZSTD_LEVEL).unwrap().encode(std::slice::from_ref(array)).unwrap();
        let threads: Vec<_> = groups.iter().map(|array| scope.spawn(move || encode(array))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut writer = GroupWriter::new(Vec::new(), Path::new("ours.parquet"), &schema, &footer()).unwrap();
    for group in from_threads {
        assert_eq!(group.rows(), 50_000);
        assert!(group.bytes() > 0);
        writer.append(group).unwrap();
    }
    assert!(writer.finish().unwrap() == encode(&schema, &groups.map(|array| vec![array])));
}

#[test]
fn one_value_for_all_rows_keyed_dates_and_distinct_numbers_make_the_same_bytes() {
    let types = [
        DataType::Utf8,
        DataType::UInt8,
        DataType::UInt32,
        DataType::Int32,
        DataType::Int64,
        DataType::Float64,
        DataType::Date32,
        DataType::Boolean,
    ];
    let bytes = |schema: &Schema, group: EncodedGroup| {
        let mut writer = GroupWriter::new(Vec::new(), Path::new("ours.parquet"), schema, &footer()).unwrap();
        writer.append(group).unwrap();
        writer.finish().unwrap()
    };
    for data_type in types {
        let schema = column("same", data_type.clone());
        let mut encoder = GroupEncoder::new(&schema, ZSTD_LEVEL).unwrap();
        let seven: ArrayRef = match data_type {
            DataType::Boolean => Arc::new(BooleanArray::from(vec![true])),
            _ => cast(&StringArray::from(vec!["7"]), &data_type).unwrap_or_else(|_| Arc::new(Date32Array::from(vec![7]))),
        };
        for value in [seven, new_null_array(&data_type, 1)] {
            for rows in [0, 1, 2, 3, 70_000] {
                let keys = UInt32Array::from(vec![0; rows]);
                let each: ArrayRef = match data_type {
                    DataType::Utf8 => Arc::new(DictionaryArray::new(keys, value.clone())),
                    _ => take(&value, &keys, None).unwrap(),
                };
                let expected = bytes(&schema, encoder.encode(&[each]).unwrap());
                let found = bytes(&schema, encoder.encode_columns(rows, &[ColumnValues::Same(value.clone())]).unwrap());
                assert!(found == expected, "{rows} rows of {value:?}");
            }
        }
    }
    let schema = column("day", DataType::Date32);
    let mut encoder = GroupEncoder::new(&schema, ZSTD_LEVEL).unwrap();
    let days: ArrayRef = Arc::new(Date32Array::from(vec![Some(9), Some(-4), Some(9), None, Some(12)]));
    for keys in [vec![4, 1, 2, 0, 1, 3, 1, 1], vec![1, 0], vec![1, 0, 4], vec![3, 3], vec![0, 2, 0], Vec::new()] {
        let keys = UInt32Array::from(keys);
        let each = take(&days, &keys, None).unwrap();
        let keyed: ArrayRef = Arc::new(DictionaryArray::new(keys, days.clone()));
        assert!(
            bytes(&schema, encoder.encode(&[keyed]).unwrap()) == bytes(&schema, encoder.encode(std::slice::from_ref(&each)).unwrap()),
            "{each:?}"
        );
    }
    let schema = column("row", DataType::UInt32);
    let mut encoder = GroupEncoder::new(&schema, ZSTD_LEVEL).unwrap();
    for rows in [0, 1, 2, 70_000] {
        // In no order, and none twice.
        let numbers: ArrayRef = Arc::new(UInt32Array::from_iter_values((0..rows).map(|row| row * 48_271 % 70_001)));
        let expected = bytes(&schema, encoder.encode(std::slice::from_ref(&numbers)).unwrap());
        let found = bytes(&schema, encoder.encode_columns(rows as usize, &[ColumnValues::Distinct(numbers)]).unwrap());
        assert!(found == expected, "{rows} rows");
    }
    let schema = column("day", DataType::Date32);
    let mut encoder = GroupEncoder::new(&schema, ZSTD_LEVEL).unwrap();
    let two: ArrayRef = Arc::new(Date32Array::from(vec![1, 2]));
    let refused = encoder.encode_columns(2, &[ColumnValues::Same(two)]).unwrap_err();
    assert!(std::error::Error::source(&refused).unwrap().to_string().contains("\"day\" has 2 values where 1 should be"));
}

#[test]
fn arrays_that_do_not_fit_are_refused() {
    let error = |error: LakeError| {
        assert_eq!(error.to_string(), "cannot encode a row group");
        std::error::Error::source(&error).unwrap().to_string()
    };
    let refused =
        |schema: &Schema, columns: &[ArrayRef]| error(GroupEncoder::new(schema, ZSTD_LEVEL).unwrap().encode(columns).unwrap_err());
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
    let numbers: ArrayRef = Arc::new(UInt32Array::from(vec![1]));
    let two = Schema::new(vec![Field::new("text", DataType::Utf8, true), Field::new("row", DataType::UInt32, true)]);
    let required = Schema::new(vec![Field::new("text", DataType::Utf8, false)]);
    for (found, expected) in [
        (refused(&two, std::slice::from_ref(&texts)), "1 columns for a schema of 2"),
        (refused(&two, &[texts.clone(), numbers.clone()]), "column \"row\" has 1 values where 2 should be"),
        (refused(&two, &[numbers.clone(), numbers]), "column \"text\" should have the type Utf8 and has UInt32"),
        (refused(&required, &[texts]), "column \"text\" is declared as non-nullable but contains null values"),
        (error(GroupEncoder::new(&column("b", DataType::Binary), ZSTD_LEVEL).unwrap_err()), "column \"b\" has the type Binary"),
        (error(GroupEncoder::new(&two, 99).unwrap_err()), "valid compression range 1..=22"),
    ] {
        assert!(found.contains(expected), "{found}");
    }
}
