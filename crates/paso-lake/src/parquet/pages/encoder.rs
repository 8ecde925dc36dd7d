//! Arrays into row groups.

use ::parquet::{
    arrow::ArrowSchemaConverter,
    basic::ZstdLevel,
    errors::ParquetError,
    schema::types::{ColumnDescPtr, SchemaDescriptor},
};
use arrow::{
    array::{Array, ArrayRef, AsArray as _},
    buffer::NullBuffer,
    datatypes::{
        ArrowDictionaryKeyType, ArrowNativeType as _, ArrowPrimitiveType, DataType, Date32Type, Field, Fields, Float64Type, Int32Type,
        Int64Type, Schema, UInt8Type, UInt32Type,
    },
};

use super::{
    Scratch,
    chunk::{Codec, EncodedColumn},
    dictionary::Keys,
    numbers::Number,
    rows::Rows,
};
use crate::LakeError;

/// A row group that is encoded and compressed, and waits for its place in a file.
#[derive(Debug)]
pub struct EncodedGroup {
    pub(super) columns: Vec<EncodedColumn>,
    rows: usize,
}

impl EncodedGroup {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of bytes that it will take in the file, and takes in memory until then.
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(|column| column.bytes.len()).sum()
    }
}

/// Encodes row groups of one schema, one after the other. Each thread has its own.
pub struct GroupEncoder {
    fields: Fields,
    columns: SchemaDescriptor,
    scratch: Scratch,
}

impl std::fmt::Debug for GroupEncoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("GroupEncoder").field("fields", &self.fields).finish_non_exhaustive()
    }
}

impl GroupEncoder {
    /// An encoder for files of these columns, which compresses with this level of zstd (1 to 22).
    ///
    /// The types may be Utf8, UInt8, UInt32, Int32, Int64, Float64, Date32 and Boolean; any other is an error.
    pub fn new(schema: &Schema, zstd_level: i32) -> Result<Self, LakeError> {
        let error = |source| LakeError::Encode { source };
        if let Some(field) = schema.fields().iter().find(|field| !is_supported(field.data_type())) {
            return Err(error(ParquetError::NYI(format!("column {:?} has the type {}", field.name(), field.data_type()))));
        }
        let columns = ArrowSchemaConverter::new().convert(schema).map_err(error)?;
        let codec = Codec::new(ZstdLevel::try_new(zstd_level).map_err(error)?).map_err(error)?;
        Ok(Self { fields: schema.fields().clone(), columns, scratch: Scratch { codec, keys: Keys::default(), body: Vec::new() } })
    }

    /// Encodes one row group: one array for each column of the schema, all of one length.
    ///
    /// A column of text or dates also takes a dictionary array of such values with keys of 32 bits. Its values may repeat, may be null and may be
    /// more than those used. An array of another type or length, or a null where none may be, is an error.
    pub fn encode(&mut self, columns: &[ArrayRef]) -> Result<EncodedGroup, LakeError> {
        let rows = columns.first().map_or(0, Array::len);
        self.try_encode(rows, columns.iter().map(|array| Values { array, how: How::Each })).map_err(|source| LakeError::Encode { source })
    }

    /// Encodes one row group of so many rows, without an array of all of them where they have one value. The bytes are those of
    /// [`Self::encode`], for texts of a dictionary array.
    pub fn encode_columns(&mut self, rows: usize, columns: &[ColumnValues]) -> Result<EncodedGroup, LakeError> {
        self.try_encode(rows, columns.iter().map(Values::of)).map_err(|source| LakeError::Encode { source })
    }

    fn try_encode<'a>(&mut self, rows: usize, arrays: impl ExactSizeIterator<Item = Values<'a>>) -> Result<EncodedGroup, ParquetError> {
        if arrays.len() != self.fields.len() {
            return Err(ParquetError::General(format!("{} columns for a schema of {}", arrays.len(), self.fields.len())));
        }
        let mut columns = Vec::with_capacity(arrays.len());
        for ((values, field), column) in arrays.zip(&self.fields).zip(self.columns.columns()) {
            let (found, expected) = (values.array.len(), if values.how == How::Same { 1 } else { rows });
            if found != expected {
                let detail = format!("column {:?} has {found} values where {expected} should be", field.name());
                return Err(ParquetError::General(detail));
            }
            columns.push(encode_column(&mut self.scratch, values, rows, field, column)?);
        }
        Ok(EncodedGroup { columns, rows })
    }
}

/// The values of one column of a row group.
#[derive(Debug, Clone)]
pub enum ColumnValues {
    /// One for each row.
    Each(ArrayRef),
    /// One for each row, of which hardly any repeats: an array of numbers, for which no dictionary is tried. The bytes are those of
    /// [`Self::Each`] where none would pay.
    Distinct(ArrayRef),
    /// The same in every row: an array of one value, which is no dictionary.
    Same(ArrayRef),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Each,
    Distinct,
    Same,
}

#[derive(Clone, Copy)]
struct Values<'a> {
    array: &'a ArrayRef,
    how: How,
}

impl<'a> Values<'a> {
    fn of(column: &'a ColumnValues) -> Self {
        match column {
            ColumnValues::Each(array) => Self { array, how: How::Each },
            ColumnValues::Distinct(array) => Self { array, how: How::Distinct },
            ColumnValues::Same(array) => Self { array, how: How::Same },
        }
    }
}

fn is_supported(data_type: &DataType) -> bool {
    use DataType::{Boolean, Date32, Float64, Int32, Int64, UInt8, UInt32, Utf8};
    matches!(data_type, Utf8 | UInt8 | UInt32 | Int32 | Int64 | Float64 | Date32 | Boolean)
}

fn encode_column(
    scratch: &mut Scratch,
    values: Values<'_>,
    rows: usize,
    field: &Field,
    column: &ColumnDescPtr,
) -> Result<EncodedColumn, ParquetError> {
    let Values { array, how } = values;
    let is_same = how == How::Same;
    // Also the nulls that stand among the values of a dictionary.
    let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
    if nulls.is_some() && !field.is_nullable() {
        return Err(ParquetError::General(format!("column {:?} is declared as non-nullable but contains null values", field.name())));
    }
    let nulls = if is_same { nulls.map(|_| NullBuffer::new_null(rows)) } else { nulls };
    let rows = Rows { count: rows, valid: nulls.as_ref(), is_nullable: field.is_nullable() };
    match (field.data_type(), array.data_type()) {
        (DataType::Utf8, DataType::Utf8) if is_same => scratch.keyed_texts(array.as_string(), |_| 0, rows, column),
        (DataType::Utf8, DataType::Utf8) => scratch.texts(array.as_string(), rows, column),
        (DataType::UInt8, DataType::UInt8) => numbers::<UInt8Type, _>(scratch, values, u32::from, rows, column),
        (DataType::UInt32, DataType::UInt32) => numbers::<UInt32Type, _>(scratch, values, u32::from, rows, column),
        (DataType::Int32, DataType::Int32) => numbers::<Int32Type, _>(scratch, values, i32::from, rows, column),
        (DataType::Date32, DataType::Date32) => numbers::<Date32Type, _>(scratch, values, i32::from, rows, column),
        (DataType::Int64, DataType::Int64) => numbers::<Int64Type, _>(scratch, values, i64::from, rows, column),
        (DataType::Float64, DataType::Float64) => numbers::<Float64Type, _>(scratch, values, f64::from, rows, column),
        (DataType::Boolean, DataType::Boolean) => {
            let truth = array.as_boolean().values();
            scratch.truths(|row| truth.value(if is_same { 0 } else { row }), rows, column)
        }
        (expected, DataType::Dictionary(key, value)) if **value == *expected && !is_same => match **key {
            DataType::UInt32 => keyed::<UInt32Type>(scratch, array, rows, column),
            DataType::Int32 => keyed::<Int32Type>(scratch, array, rows, column),
            _ => Err(unfit(field, array)),
        },
        _ => Err(unfit(field, array)),
    }
}

fn unfit(field: &Field, array: &ArrayRef) -> ParquetError {
    ParquetError::General(format!("column {:?} should have the type {} and has {}", field.name(), field.data_type(), array.data_type()))
}

fn numbers<A: ArrowPrimitiveType, V: Number>(
    scratch: &mut Scratch,
    values: Values<'_>,
    stored: impl Fn(A::Native) -> V,
    rows: Rows<'_>,
    column: &ColumnDescPtr,
) -> Result<EncodedColumn, ParquetError> {
    let array = values.array.as_primitive::<A>();
    match values.how {
        How::Same => scratch.keyed_numbers(array, stored, |_| 0, rows, column),
        How::Each => scratch.numbers(array, stored, true, rows, column),
        How::Distinct => scratch.numbers(array, stored, false, rows, column),
    }
}

fn keyed<K: ArrowDictionaryKeyType>(
    scratch: &mut Scratch,
    array: &ArrayRef,
    rows: Rows<'_>,
    column: &ColumnDescPtr,
) -> Result<EncodedColumn, ParquetError> {
    let array = array.as_dictionary::<K>();
    let keys = array.keys().values();
    let key = |row: usize| keys.get(row).map_or(0, |key| key.as_usize());
    match array.values().data_type() {
        DataType::Utf8 => scratch.keyed_texts(array.values().as_string(), key, rows, column),
        DataType::Date32 => scratch.keyed_numbers(array.values().as_primitive::<Date32Type>(), i32::from, key, rows, column),
        other => Err(ParquetError::NYI(format!("column {:?} as a dictionary of {other}", column.name()))),
    }
}
