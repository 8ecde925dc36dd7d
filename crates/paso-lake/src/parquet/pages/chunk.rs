//! A column chunk: its pages, compressed and headed, and what the footer will say about them.

use ::parquet::{
    basic::{Compression, Encoding, EncodingMask, ZstdLevel},
    column::{
        page::{CompressedPage, Page, PageWriteSpec, PageWriter as _},
        writer::ColumnCloseResult,
    },
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, OffsetIndexBuilder, PageEncodingStats},
        writer::{SerializedPageWriter, TrackedWrite},
    },
    schema::types::ColumnDescPtr,
};
use bytes::Bytes;

use super::{
    bits::count,
    statistics::{Bound, PageSummary, summarize},
};

/// Compresses pages. What was compressed before leaves no trace in the bytes.
pub(super) struct Codec {
    name: Compression,
    compressor: zstd::bulk::Compressor<'static>,
    compressed: Vec<u8>,
}

impl Codec {
    pub(super) fn new(level: ZstdLevel) -> Result<Self, ParquetError> {
        let compressor = zstd::bulk::Compressor::new(level.compression_level())?;
        Ok(Self { name: Compression::ZSTD(level), compressor, compressed: Vec::new() })
    }

    fn compress(&mut self, body: &[u8]) -> Result<Bytes, ParquetError> {
        self.compressed.clear();
        self.compressed.reserve(zstd::zstd_safe::compress_bound(body.len()));
        self.compressor.compress_to_buffer(body, &mut self.compressed)?;
        Ok(Bytes::copy_from_slice(&self.compressed))
    }
}

/// One column of a row group, ready to be copied into a file.
#[derive(Debug)]
pub(super) struct EncodedColumn {
    pub(super) bytes: Bytes,
    pub(super) close: ColumnCloseResult,
}

/// Takes the pages of one chunk in their order: the dictionary, if any, then the data.
pub(super) struct ChunkWriter<'a> {
    codec: &'a mut Codec,
    column: ColumnDescPtr,
    sink: TrackedWrite<Vec<u8>>,
    offsets: OffsetIndexBuilder,
    encodings: Vec<PageEncodingStats>,
    dictionary_at: Option<i64>,
    data_at: Option<i64>,
    uncompressed: usize,
    rows: usize,
}

impl<'a> ChunkWriter<'a> {
    pub(super) fn new(codec: &'a mut Codec, column: ColumnDescPtr) -> Self {
        Self {
            codec,
            column,
            sink: TrackedWrite::new(Vec::new()),
            offsets: OffsetIndexBuilder::new(),
            encodings: Vec::new(),
            dictionary_at: None,
            data_at: None,
            uncompressed: 0,
            rows: 0,
        }
    }

    /// Writes the dictionary: its entries in `PLAIN` encoding.
    pub(super) fn dictionary(&mut self, entries: usize, body: &[u8]) -> Result<(), ParquetError> {
        let buf = self.codec.compress(body)?;
        let page = Page::DictionaryPage { buf, num_values: entries as u32, encoding: Encoding::PLAIN, is_sorted: false };
        let written = self.write(page, body.len())?;
        self.dictionary_at = Some(written.offset.cast_signed());
        Ok(())
    }

    /// Writes a data page: definition levels where the column has them, then the values.
    pub(super) fn data(&mut self, rows: usize, encoding: Encoding, body: &[u8]) -> Result<(), ParquetError> {
        // Version 1 of the page: every reader knows it.
        let page = Page::DataPage {
            buf: self.codec.compress(body)?,
            num_values: rows as u32,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let written = self.write(page, body.len())?;
        self.data_at.get_or_insert(written.offset.cast_signed());
        let size = i32::try_from(written.compressed_size).map_err(|error| ParquetError::External(Box::new(error)))?;
        self.offsets.append_offset_and_size(written.offset.cast_signed(), size);
        self.offsets.append_row_count(count(rows));
        self.rows += rows;
        Ok(())
    }

    fn write(&mut self, page: Page, uncompressed: usize) -> Result<PageWriteSpec, ParquetError> {
        let (page_type, encoding) = (page.page_type(), page.encoding());
        match self.encodings.last_mut().filter(|last| last.page_type == page_type && last.encoding == encoding) {
            Some(last) => last.count += 1,
            None => self.encodings.push(PageEncodingStats { page_type, encoding, count: 1 }),
        }
        let written = SerializedPageWriter::new(&mut self.sink).write_page(CompressedPage::new(page, uncompressed))?;
        self.uncompressed += written.uncompressed_size;
        Ok(written)
    }

    /// Ends the chunk. There is one summary for each data page.
    pub(super) fn finish<V: Bound>(self, pages: &[PageSummary<V>]) -> Result<EncodedColumn, ParquetError> {
        let bytes = Bytes::from(self.sink.into_inner()?);
        let (statistics, column_index) = summarize(pages)?;
        // Definition levels are in `RLE` always.
        let levels = (self.column.max_def_level() > 0).then_some(Encoding::RLE);
        let encodings: Vec<Encoding> = self.encodings.iter().map(|stats| stats.encoding).chain(levels).collect();
        let metadata = ColumnChunkMetaData::builder(self.column)
            .set_compression(self.codec.name)
            .set_encodings_mask(EncodingMask::new_from_encodings(encodings.iter()))
            .set_page_encoding_stats(self.encodings)
            .set_total_compressed_size(count(bytes.len()))
            .set_total_uncompressed_size(count(self.uncompressed))
            .set_num_values(count(self.rows))
            .set_dictionary_page_offset(self.dictionary_at)
            .set_data_page_offset(self.data_at.unwrap_or(0))
            .set_statistics(statistics)
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: self.rows as u64,
            metadata,
            bloom_filter: None,
            column_index,
            offset_index: Some(self.offsets.build()),
        };
        Ok(EncodedColumn { bytes, close })
    }
}
