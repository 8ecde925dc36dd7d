//! Columns of numbers and truth values: a dictionary where numbers repeat, else integers as their differences and the rest plain.

use std::hash::Hasher;

use ::parquet::{basic::Encoding, errors::ParquetError, schema::types::ColumnDescPtr};
use arrow::array::{ArrowPrimitiveType, PrimitiveArray};

use super::{
    Scratch, bits,
    chunk::{ChunkWriter, EncodedColumn},
    delta,
    dictionary::{Dictionary, Entry, Keys, number_keys},
    rows::Rows,
    statistics::{Bound, PageSummary},
};

/// A number as Parquet stores it.
pub(super) trait Number: Entry + Bound {
    /// The encoding where there is no dictionary.
    const ENCODING: Encoding;

    /// Appends numbers in that encoding.
    fn encode(values: &[Self], out: &mut Vec<u8>);
}

macro_rules! entry {
    ($native:ty, $word:expr) => {
        impl Entry for $native {
            fn hash(self, hasher: &mut impl Hasher) {
                hasher.write_u64($word(self));
            }

            fn is_same(self, other: Self) -> bool {
                $word(self) == $word(other)
            }

            fn plain_bytes(self) -> usize {
                size_of::<Self>()
            }

            fn plain(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
        }
    };
}

macro_rules! integer {
    ($native:ty, $signed:expr) => {
        entry!($native, |value| i64::from(value).cast_unsigned());

        impl Number for $native {
            const ENCODING: Encoding = Encoding::DELTA_BINARY_PACKED;

            fn encode(values: &[Self], out: &mut Vec<u8>) {
                let wide: Vec<i64> = values.iter().map(|&value| i64::from($signed(value))).collect();
                delta::encode(&wide, size_of::<Self>() == size_of::<i64>(), out);
            }
        }
    };
}

integer!(i32, i32::from);
integer!(u32, u32::cast_signed);
integer!(i64, i64::from);
entry!(f64, f64::to_bits);

impl Number for f64 {
    const ENCODING: Encoding = Encoding::PLAIN;

    fn encode(values: &[Self], out: &mut Vec<u8>) {
        for value in values {
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
}

impl Scratch {
    /// Encodes numbers, each as `stored` makes it what Parquet stores. They may repeat, or a dictionary is not tried.
    pub(super) fn numbers<A: ArrowPrimitiveType, V: Number>(
        &mut self,
        array: &PrimitiveArray<A>,
        stored: impl Fn(A::Native) -> V,
        may_repeat: bool,
        rows: Rows<'_>,
        column: &ColumnDescPtr,
    ) -> Result<EncodedColumn, ParquetError> {
        let native = array.values();
        let values: Vec<V> = rows.stretches().flat_map(|stretch| &native[stretch]).map(|&value| stored(value)).collect();
        let dictionary = if may_repeat { number(&values, &mut self.keys) } else { None };
        self.write_numbers(dictionary, &values, rows, column)
    }

    /// Encodes a dictionary array of numbers: that of a row is `values[key(row)]`. Only rows that have a value are asked for their key.
    pub(super) fn keyed_numbers<A: ArrowPrimitiveType, V: Number>(
        &mut self,
        values: &PrimitiveArray<A>,
        stored: impl Fn(A::Native) -> V,
        key: impl Fn(usize) -> usize,
        rows: Rows<'_>,
        column: &ColumnDescPtr,
    ) -> Result<EncodedColumn, ParquetError> {
        let values: Vec<V> = values.values().iter().map(|&value| stored(value)).collect();
        let of = |row| values[key(row)];
        let is_plain = rows.stretches().flatten().is_sorted_by(|&row, &next| of(row).is_below(&of(next)));
        let number = |keys| number_keys(values.len(), |index| values[index], &key, rows, keys);
        let dictionary = if is_plain { None } else { number(&mut self.keys) }.filter(|dictionary| dictionary.pays(rows.values()));
        let each: Vec<V> = if dictionary.is_some() { Vec::new() } else { rows.stretches().flatten().map(of).collect() };
        self.write_numbers(dictionary, &each, rows, column)
    }

    fn write_numbers<V: Number>(
        &mut self,
        dictionary: Option<Dictionary<V>>,
        values: &[V],
        rows: Rows<'_>,
        column: &ColumnDescPtr,
    ) -> Result<EncodedColumn, ParquetError> {
        let mut chunk = ChunkWriter::new(&mut self.codec, column.clone());
        if let Some(dictionary) = dictionary.filter(|dictionary| dictionary.pays(rows.values())) {
            return dictionary.write(&self.keys.rows, rows, chunk, &mut self.body);
        }
        let mut summaries = Vec::new();
        for page in rows.pages() {
            let values = values.get(page.values.clone()).unwrap_or_default();
            self.body.clear();
            rows.levels(&page.rows, &mut self.body);
            V::encode(values, &mut self.body);
            chunk.data(page.rows.len(), V::ENCODING, &self.body)?;
            summaries.push(PageSummary { rows: page.rows.len(), nulls: page.nulls(), bounds: V::bounds(values.iter().copied()) });
        }
        chunk.finish(&summaries)
    }

    /// Encodes truth values: one bit each.
    pub(super) fn truths(
        &mut self,
        truth: impl Fn(usize) -> bool,
        rows: Rows<'_>,
        column: &ColumnDescPtr,
    ) -> Result<EncodedColumn, ParquetError> {
        let mut chunk = ChunkWriter::new(&mut self.codec, column.clone());
        let mut summaries = Vec::new();
        for page in rows.pages() {
            let values = || page.rows.clone().filter(|&row| rows.is_valid(row)).map(&truth);
            self.body.clear();
            rows.levels(&page.rows, &mut self.body);
            bits::pack(values().map(u64::from), 1, &mut self.body);
            chunk.data(page.rows.len(), Encoding::PLAIN, &self.body)?;
            summaries.push(PageSummary { rows: page.rows.len(), nulls: page.nulls(), bounds: bool::bounds(values()) });
        }
        chunk.finish(&summaries)
    }
}

fn number<V: Number>(values: &[V], keys: &mut Keys) -> Option<Dictionary<V>> {
    // Numbers of rows, say: their differences are all there is to store.
    if values.is_sorted_by(Bound::is_below) {
        return None;
    }
    keys.start(values.len());
    let mut dictionary = Dictionary::new();
    let mut last: Option<(V, u32)> = None;
    for &value in values {
        let key = match last {
            Some((same, key)) if same.is_same(value) => key,
            _ => dictionary.key(value, keys)?,
        };
        last = Some((value, key));
        keys.rows.push(key);
    }
    Some(dictionary)
}
