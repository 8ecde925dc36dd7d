//! Which rows of a column have values, and how they fall into pages.

use std::ops::Range;

use arrow::buffer::NullBuffer;

use super::{PAGE_ROWS, hybrid};

/// The rows of one column.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) count: usize,
    pub(super) valid: Option<&'a NullBuffer>,
    /// Whether the file's schema allows nulls; each page then tells which rows have values.
    pub(super) is_nullable: bool,
}

/// The rows of one page.
#[derive(Debug, Clone)]
pub(super) struct PageRows {
    pub(super) rows: Range<usize>,
    /// Where the page's values stand among those of all rows that have one.
    pub(super) values: Range<usize>,
}

impl PageRows {
    pub(super) fn nulls(&self) -> usize {
        self.rows.len() - self.values.len()
    }
}

impl<'a> Rows<'a> {
    /// The stretches of rows that have values.
    pub(super) fn stretches(self) -> impl Iterator<Item = Range<usize>> + use<'a> {
        let all = self.valid.is_none().then_some(0..self.count);
        self.valid.into_iter().flat_map(NullBuffer::valid_slices).map(|(start, end)| start..end).chain(all)
    }

    pub(super) fn is_valid(self, row: usize) -> bool {
        self.valid.is_none_or(|valid| valid.is_valid(row))
    }

    /// How many rows have values.
    pub(super) fn values(self) -> usize {
        self.count - self.valid.map_or(0, NullBuffer::null_count)
    }

    /// Pages of equally many rows.
    pub(super) fn pages(self) -> impl Iterator<Item = PageRows> + use<'a> {
        let mut values = 0;
        (0..self.count).step_by(PAGE_ROWS).map(move |start| {
            let rows = start..self.count.min(start + PAGE_ROWS);
            let first = values;
            values += rows.len() - self.page_validity(&rows).map_or(0, |valid| valid.null_count());
            PageRows { rows, values: first..values }
        })
    }

    /// Appends a page's definition levels, if the column has any.
    pub(super) fn levels(self, rows: &Range<usize>, out: &mut Vec<u8>) {
        if self.is_nullable {
            hybrid::encode_levels(self.page_validity(rows).as_ref(), rows.len(), out);
        }
    }

    fn page_validity(self, rows: &Range<usize>) -> Option<NullBuffer> {
        self.valid.map(|valid| valid.slice(rows.start, rows.len()))
    }
}
