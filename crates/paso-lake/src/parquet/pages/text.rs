//! Columns of text: a dictionary where values repeat, else `DELTA_LENGTH_BYTE_ARRAY`: the lengths of a page's texts, then the texts.

use std::hash::Hasher;

use ::parquet::{basic::Encoding, errors::ParquetError, schema::types::ColumnDescPtr};
use arrow::array::{Array as _, StringArray};

use super::{
    PAGE_BYTES, PAGE_ROWS, Scratch,
    bits::count,
    chunk::{ChunkWriter, EncodedColumn},
    delta,
    dictionary::{Dictionary, Entry, Keys, number_keys},
    rows::Rows,
    statistics::PageSummary,
};

impl Entry for &str {
    fn hash(self, hasher: &mut impl Hasher) {
        hasher.write(self.as_bytes());
    }

    fn is_same(self, other: Self) -> bool {
        self == other
    }

    fn plain_bytes(self) -> usize {
        size_of::<u32>() + self.len()
    }

    fn plain(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&(self.len() as u32).to_le_bytes());
        out.extend_from_slice(self.as_bytes());
    }
}

impl Scratch {
    /// Encodes an array of texts.
    pub(super) fn texts(&mut self, texts: &StringArray, rows: Rows<'_>, column: &ColumnDescPtr) -> Result<EncodedColumn, ParquetError> {
        let dictionary = number_texts(texts, rows, &mut self.keys);
        self.write_texts(dictionary, |row| texts.value(row), rows, column)
    }

    /// Encodes a dictionary array: the text of a row is `values[key(row)]`. Only rows that have a value are asked for their key.
    pub(super) fn keyed_texts(
        &mut self,
        values: &StringArray,
        key: impl Fn(usize) -> usize,
        rows: Rows<'_>,
        column: &ColumnDescPtr,
    ) -> Result<EncodedColumn, ParquetError> {
        // Who made the array found its texts hardly repeating, and gave each row the next key.
        let is_plain = rows.stretches().flatten().is_sorted_by(|&row, &next| key(row) < key(next));
        let number = |keys| number_keys(values.len(), |index| values.value(index), &key, rows, keys);
        let dictionary = if is_plain { None } else { number(&mut self.keys) };
        self.write_texts(dictionary, |row| values.value(key(row)), rows, column)
    }

    fn write_texts<'t>(
        &mut self,
        dictionary: Option<Dictionary<&'t str>>,
        text: impl Fn(usize) -> &'t str,
        rows: Rows<'_>,
        column: &ColumnDescPtr,
    ) -> Result<EncodedColumn, ParquetError> {
        let chunk = ChunkWriter::new(&mut self.codec, column.clone());
        match dictionary.filter(|dictionary| dictionary.pays(rows.values())) {
            Some(dictionary) => dictionary.write(&self.keys.rows, rows, chunk, &mut self.body),
            None => write_plain(text, rows, chunk, &mut self.body),
        }
    }
}

fn number_texts<'t>(texts: &'t StringArray, rows: Rows<'_>, keys: &mut Keys) -> Option<Dictionary<&'t str>> {
    keys.start(rows.values());
    let mut dictionary = Dictionary::new();
    let mut last: Option<(&str, u32)> = None;
    for row in rows.stretches().flatten() {
        let text = texts.value(row);
        let key = match last {
            Some((same, key)) if same == text => key,
            _ => dictionary.key(text, keys)?,
        };
        last = Some((text, key));
        keys.rows.push(key);
    }
    Some(dictionary)
}

fn write_plain<'t>(
    text: impl Fn(usize) -> &'t str,
    rows: Rows<'_>,
    mut chunk: ChunkWriter<'_>,
    body: &mut Vec<u8>,
) -> Result<EncodedColumn, ParquetError> {
    let mut summaries = Vec::new();
    let (mut start, mut lengths, mut texts) = (0, Vec::new(), Vec::new());
    let mut bounds: Option<(&str, &str)> = None;
    for row in 0..rows.count {
        if rows.is_valid(row) {
            let text = text(row);
            lengths.push(count(text.len()));
            texts.extend_from_slice(text.as_bytes());
            match &mut bounds {
                None => bounds = Some((text, text)),
                Some((least, _)) if text < *least => *least = text,
                Some((_, greatest)) if text > *greatest => *greatest = text,
                Some(_) => {}
            }
        }
        let end = row + 1;
        if end - start == PAGE_ROWS || texts.len() >= PAGE_BYTES || end == rows.count {
            body.clear();
            rows.levels(&(start..end), body);
            delta::encode(&lengths, false, body);
            body.extend_from_slice(&texts);
            chunk.data(end - start, Encoding::DELTA_LENGTH_BYTE_ARRAY, body)?;
            summaries.push(PageSummary { rows: end - start, nulls: end - start - lengths.len(), bounds: bounds.take() });
            lengths.clear();
            texts.clear();
            start = end;
        }
    }
    chunk.finish(&summaries)
}
