//! `DELTA_BINARY_PACKED`: integers as their differences; row numbers shrink to almost nothing.
//!
//! A header (values a block, miniblocks a block, count, first value), then blocks: the least difference, the widths of the miniblocks, and what
//! each difference has above the least one, packed. See
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC>.

use super::bits::{pack, varint, width, zigzag};

const BLOCK: usize = 128;
const MINIBLOCK: usize = 32;

/// Appends integers of 64 bits, or of 32 bits, whose differences then wrap at 32 bits: no reader of such a column expects more.
pub(super) fn encode(values: &[i64], is_wide: bool, out: &mut Vec<u8>) {
    let first = values.first().copied().unwrap_or(0);
    varint(BLOCK as u64, out);
    varint((BLOCK / MINIBLOCK) as u64, out);
    varint(values.len() as u64, out);
    zigzag(first, out);
    let mut previous = first;
    let mut differences = Vec::with_capacity(BLOCK);
    for block in values.get(1..).unwrap_or_default().chunks(BLOCK) {
        differences.clear();
        for &value in block {
            let difference = value.wrapping_sub(previous);
            differences.push(if is_wide { difference } else { i64::from(difference as i32) });
            previous = value;
        }
        encode_block(&differences, out);
    }
}

fn encode_block(differences: &[i64], out: &mut Vec<u8>) {
    let least = differences.iter().copied().min().unwrap_or(0);
    zigzag(least, out);
    let above = |difference: &i64| difference.wrapping_sub(least) as u64;
    let widths_at = out.len();
    // Miniblocks without values have the width 0 and no bytes.
    out.extend([0; BLOCK / MINIBLOCK]);
    for (number, miniblock) in differences.chunks(MINIBLOCK).enumerate() {
        let width = width(miniblock.iter().map(above).fold(0, |bits, above| bits | above));
        if let Some(byte) = out.get_mut(widths_at + number) {
            *byte = width as u8;
        }
        pack(miniblock.iter().map(above).chain(std::iter::repeat(0)).take(MINIBLOCK), width, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification's own example; every other sequence is read back by the reader of the parquet crate (tests of the files).
    #[test]
    fn example_of_the_specification() {
        let mut out = Vec::new();
        encode(&[7, 5, 3, 1, 2, 3, 4, 5], false, &mut out);
        let header = [0x80, 0x01, 4, 8, 14];
        let block = [3, 2, 0, 0, 0]; // the least difference is -2; two bits hold 0, 0, 0, 3, 3, 3, 3
        let packed = [0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0];
        assert_eq!(out, [&header[..], &block, &packed].concat());
    }

    #[test]
    fn steps_of_one_cost_five_bytes_a_block() {
        let mut out = Vec::new();
        encode(&(0..20_000).collect::<Vec<_>>(), false, &mut out);
        assert_eq!(out.len(), 7 + 157 * 5);
    }

    #[test]
    fn differences_of_narrow_integers_stay_narrow() {
        let mut out = Vec::new();
        encode(&[i64::from(i32::MIN), i64::from(i32::MAX), i64::from(i32::MIN)], false, &mut out);
        let after_header = out.len() - 5 - MINIBLOCK / 4;
        assert_eq!(out[after_header..after_header + 2], [1, 2], "-1 and 1 instead of differences of 33 bits");
    }
}
