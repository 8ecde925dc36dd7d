//! Arrays into row groups.

use ::parquet::{
    arrow::ArrowSchemaConverter,
    basic::ZstdLevel,
    errors::ParquetError,
    schema::types::{ColumnDescPtr, SchemaDescriptor},
};
use arrow::{
    array::{Array, ArrayRef, AsArray as _, StringArray},
    datatypes::{
        ArrowDictionaryKeyType, ArrowNativeType as _, DataType, Date32Type, Field, Fields, Float64Type, Int32Type, Int64Type, Schema,
        UInt8Type, UInt32Type,
    },
};

use super::{
    Scratch,
    chunk::{Codec, EncodedColumn},
    dictionary::Keys,
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
    /// A column of text takes a `StringArray`, or a dictionary array of Utf8 values with keys of 32 bits. Its values may repeat, may be null and
    /// may be more than those used. An array of another type or length, or a null where none may be, is an error.
    pub fn encode(&mut self, columns: &[ArrayRef]) -> Result<EncodedGroup, LakeError> {
        self.try_encode(columns).map_err(|source| LakeError::Encode { source })
    }

    fn try_encode(&mut self, arrays: &[ArrayRef]) -> Result<EncodedGroup, ParquetError> {
        if arrays.len() != self.fields.len() {
            return Err(ParquetError::General(format!("{} columns for a schema of {}", arrays.len(), self.fields.len())));
        }
        let rows = arrays.first().map_or(0, Array::len);
        let mut columns = Vec::with_capacity(arrays.len());
        for ((array, field), column) in arrays.iter().zip(&self.fields).zip(self.columns.columns()) {
            if array.len() != rows {
                let detail = format!("column {:?} has {} rows and the first has {rows}", field.name(), array.len());
                return Err(ParquetError::General(detail));
            }
            columns.push(encode_column(&mut self.scratch, array, field, column)?);
        }
        Ok(EncodedGroup { columns, rows })
    }
}

fn is_supported(data_type: &DataType) -> bool {
    use DataType::{Boolean, Date32, Float64, Int32, Int64, UInt8, UInt32, Utf8};
    matches!(data_type, Utf8 | UInt8 | UInt32 | Int32 | Int64 | Float64 | Date32 | Boolean)
}

fn encode_column(scratch: &mut Scratch, array: &ArrayRef, field: &Field, column: &ColumnDescPtr) -> Result<EncodedColumn, ParquetError> {
    // Also the nulls that stand among the values of a dictionary.
    let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
    if nulls.is_some() && !field.is_nullable() {
        return Err(ParquetError::General(format!("column {:?} is declared as non-nullable but contains null values", field.name())));
    }
    let rows = Rows { count: array.len(), valid: nulls.as_ref(), is_nullable: field.is_nullable() };
    match (field.data_type(), array.data_type()) {
        (DataType::Utf8, DataType::Utf8) => scratch.texts(array.as_string(), rows, column),
        (DataType::Utf8, DataType::Dictionary(key, value)) if **value == DataType::Utf8 && **key == DataType::UInt32 => {
            keyed::<UInt32Type>(scratch, array, rows, column)
        }
        (DataType::Utf8, DataType::Dictionary(key, value)) if **value == DataType::Utf8 && **key == DataType::Int32 => {
            keyed::<Int32Type>(scratch, array, rows, column)
        }
        (DataType::UInt8, DataType::UInt8) => scratch.numbers(array.as_primitive::<UInt8Type>(), u32::from, rows, column),
        (DataType::UInt32, DataType::UInt32) => scratch.numbers(array.as_primitive::<UInt32Type>(), u32::from, rows, column),
        (DataType::Int32, DataType::Int32) => scratch.numbers(array.as_primitive::<Int32Type>(), i32::from, rows, column),
        (DataType::Date32, DataType::Date32) => scratch.numbers(array.as_primitive::<Date32Type>(), i32::from, rows, column),
        (DataType::Int64, DataType::Int64) => scratch.numbers(array.as_primitive::<Int64Type>(), i64::from, rows, column),
        (DataType::Float64, DataType::Float64) => scratch.numbers(array.as_primitive::<Float64Type>(), f64::from, rows, column),
        (DataType::Boolean, DataType::Boolean) => scratch.truths(array.as_boolean(), rows, column),
        (expected, found) => {
            Err(ParquetError::General(format!("column {:?} should have the type {expected} and has {found}", field.name())))
        }
    }
}

fn keyed<K: ArrowDictionaryKeyType>(
    scratch: &mut Scratch,
    array: &ArrayRef,
    rows: Rows<'_>,
    column: &ColumnDescPtr,
) -> Result<EncodedColumn, ParquetError> {
    let array = array.as_dictionary::<K>();
    let values: &StringArray = array.values().as_string();
    let keys = array.keys().values();
    scratch.keyed_texts(values, |row| keys.get(row).map_or(0, |key| key.as_usize()), rows, column)
}
