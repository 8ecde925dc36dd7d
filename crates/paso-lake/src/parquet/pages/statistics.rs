//! Least and greatest values: of a column chunk, and of its pages (the column index).

use ::parquet::{
    basic::{BoundaryOrder, Type},
    data_type::ByteArray,
    errors::ParquetError,
    file::{
        metadata::ColumnIndexBuilder,
        page_index::column_index::ColumnIndexMetaData,
        statistics::{Statistics, ValueStatistics},
    },
};

use super::bits::count;

/// Longer texts are cut: what counts is where they sort.
const LONGEST_BOUND: usize = 64;

/// What one page holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageSummary<V> {
    pub(super) rows: usize,
    pub(super) nulls: usize,
    /// Least and greatest value; none where there are only nulls and NaN.
    pub(super) bounds: Option<(V, V)>,
}

/// A value that can bound others. The order is that of Parquet for the column's type.
pub(super) trait Bound: Copy {
    const TYPE: Type;

    fn is_below(&self, other: &Self) -> bool;

    /// The bounds as the column index has them.
    fn index_bytes(least: Self, greatest: Self) -> (Vec<u8>, Vec<u8>);

    /// The bounds as the metadata of the chunk has them.
    fn statistics(bounds: Option<(Self, Self)>, nulls: u64) -> Statistics;

    /// The least and the greatest of some values.
    fn bounds(mut values: impl Iterator<Item = Self>) -> Option<(Self, Self)> {
        let first = values.next()?;
        Some(values.fold((first, first), |(least, greatest), value| {
            (if value.is_below(&least) { value } else { least }, if greatest.is_below(&value) { value } else { greatest })
        }))
    }
}

/// The statistics of a chunk, and the index of its pages: none if a page has values and no bounds.
pub(super) fn summarize<V: Bound>(pages: &[PageSummary<V>]) -> Result<(Statistics, Option<ColumnIndexMetaData>), ParquetError> {
    let chunk = pages.iter().filter_map(|page| page.bounds).reduce(|chunk, page| {
        let least = if page.0.is_below(&chunk.0) { page.0 } else { chunk.0 };
        (least, if chunk.1.is_below(&page.1) { page.1 } else { chunk.1 })
    });
    let statistics = V::statistics(chunk, pages.iter().map(|page| page.nulls as u64).sum());
    let mut index = ColumnIndexBuilder::new(V::TYPE);
    for page in pages {
        let (least, greatest) = match page.bounds {
            Some((least, greatest)) => V::index_bytes(least, greatest),
            None if page.nulls == page.rows => Default::default(),
            None => return Ok((statistics, None)),
        };
        index.append(page.nulls == page.rows, least, greatest, count(page.nulls));
    }
    index.set_boundary_order(boundary_order(pages));
    Ok((statistics, Some(index.build()?)))
}

fn boundary_order<V: Bound>(pages: &[PageSummary<V>]) -> BoundaryOrder {
    let bounds: Vec<(V, V)> = pages.iter().filter_map(|page| page.bounds).collect();
    let all = |is_ordered: fn(&V, &V) -> bool| {
        bounds.iter().zip(bounds.iter().skip(1)).all(|(one, next)| is_ordered(&one.0, &next.0) && is_ordered(&one.1, &next.1))
    };
    if all(|one, next| !next.is_below(one)) {
        BoundaryOrder::ASCENDING
    } else if all(|one, next| !one.is_below(next)) {
        BoundaryOrder::DESCENDING
    } else {
        BoundaryOrder::UNORDERED
    }
}

macro_rules! bound_of_number {
    ($native:ty, $type:ident, $statistics:ident, $has_signed_order:expr, $stored:expr $(, $bounds:item)?) => {
        impl Bound for $native {
            const TYPE: Type = Type::$type;

            fn is_below(&self, other: &Self) -> bool {
                self < other
            }

            fn index_bytes(least: Self, greatest: Self) -> (Vec<u8>, Vec<u8>) {
                (least.to_le_bytes().to_vec(), greatest.to_le_bytes().to_vec())
            }

            $($bounds)?

            fn statistics(bounds: Option<(Self, Self)>, nulls: u64) -> Statistics {
                let (least, greatest) = bounds.map(|(least, greatest)| ($stored(least), $stored(greatest))).unzip();
                let values = ValueStatistics::new(least, greatest, None, Some(nulls), false);
                Statistics::$statistics(values.with_backwards_compatible_min_max($has_signed_order))
            }
        }
    };
}

bound_of_number!(i32, INT32, Int32, true, std::convert::identity);
bound_of_number!(u32, INT32, Int32, false, u32::cast_signed);
bound_of_number!(i64, INT64, Int64, true, std::convert::identity);
bound_of_number!(
    f64,
    DOUBLE,
    Double,
    true,
    std::convert::identity,
    /// Without NaN, and with zeros of the sign that lets both zeros in.
    fn bounds(values: impl Iterator<Item = Self>) -> Option<(Self, Self)> {
        let (least, greatest) = values
            .filter(|value| !value.is_nan())
            .map(|value| (value, value))
            .reduce(|one, other| (if other.0 < one.0 { other.0 } else { one.0 }, if other.1 > one.1 { other.1 } else { one.1 }))?;
        Some((if least == 0.0 { -0.0 } else { least }, if greatest == 0.0 { 0.0 } else { greatest }))
    }
);

impl Bound for bool {
    const TYPE: Type = Type::BOOLEAN;

    fn is_below(&self, other: &Self) -> bool {
        self < other
    }

    fn index_bytes(least: Self, greatest: Self) -> (Vec<u8>, Vec<u8>) {
        (vec![u8::from(least)], vec![u8::from(greatest)])
    }

    fn statistics(bounds: Option<(Self, Self)>, nulls: u64) -> Statistics {
        let (least, greatest) = bounds.unzip();
        Statistics::Boolean(ValueStatistics::new(least, greatest, None, Some(nulls), false))
    }
}

impl Bound for &str {
    const TYPE: Type = Type::BYTE_ARRAY;

    fn is_below(&self, other: &Self) -> bool {
        self < other
    }

    fn index_bytes(least: Self, greatest: Self) -> (Vec<u8>, Vec<u8>) {
        (cut_below(least).as_bytes().to_vec(), cut_above(greatest).unwrap_or_else(|| greatest.to_owned()).into_bytes())
    }

    fn statistics(bounds: Option<(Self, Self)>, nulls: u64) -> Statistics {
        let Some((least, greatest)) = bounds else {
            return Statistics::ByteArray(ValueStatistics::new(None, None, None, Some(nulls), false));
        };
        let (below, above) = Self::index_bytes(least, greatest);
        let is_exact = (below == least.as_bytes(), above == greatest.as_bytes());
        let (below, above) = (ByteArray::from(below), ByteArray::from(above));
        let values = ValueStatistics::new(Some(below), Some(above), None, Some(nulls), false);
        Statistics::ByteArray(values.with_min_is_exact(is_exact.0).with_max_is_exact(is_exact.1))
    }
}

/// The start of a long text, which sorts below it.
fn cut_below(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_BOUND)).unwrap_or(text)
}

/// A short text that sorts above a long one: its start, with the last character raised that can be raised in as many bytes.
fn cut_above(text: &str) -> Option<String> {
    let start = cut_below(text);
    if start.len() == text.len() {
        return None;
    }
    start.char_indices().rev().find_map(|(at, character)| {
        let next = char::from_u32(character as u32 + 1).filter(|next| next.len_utf8() == character.len_utf8())?;
        let mut above = start.get(..at)?.to_owned();
        above.push(next);
        Some(above)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cut_bounds_still_bound(text in "[a-zé€\u{7f}\u{7ff}\u{ffff}\u{10ffff}]{0,90}") {
            prop_assert!(cut_below(&text) <= text.as_str());
            prop_assert!(cut_below(&text).len() <= LONGEST_BOUND);
            if let Some(above) = cut_above(&text) {
                prop_assert!(above > text && above.len() <= LONGEST_BOUND);
            } else {
                let is_last = |character| matches!(character, '\u{7f}' | '\u{7ff}' | '\u{ffff}' | '\u{10ffff}');
                prop_assert!(text.len() <= LONGEST_BOUND || cut_below(&text).chars().all(is_last));
            }
        }
    }

    #[test]
    fn the_order_of_pages() {
        let order = |bounds: &[(i32, i32)]| {
            let page = |&bounds: &(i32, i32)| PageSummary { rows: 2, nulls: 0, bounds: Some(bounds) };
            boundary_order(&bounds.iter().map(page).collect::<Vec<_>>())
        };
        assert_eq!(order(&[(1, 2), (2, 2), (2, 5)]), BoundaryOrder::ASCENDING);
        assert_eq!(order(&[(3, 4), (2, 4), (1, 1)]), BoundaryOrder::DESCENDING);
        assert_eq!(order(&[(1, 4), (2, 3)]), BoundaryOrder::UNORDERED);
    }
}
