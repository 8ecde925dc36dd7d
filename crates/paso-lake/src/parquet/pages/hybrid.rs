//! The hybrid of run lengths and packed bits (`RLE`): keys into a dictionary, and definition levels.
//!
//! A run is `varint(length << 1)` and its value in whole bytes; anything else stands in packed groups of eight, after
//! `varint(groups << 1 | 1)`. Only the last group of all may be filled up, so a run starts where a group does. See
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE>.

use arrow::buffer::NullBuffer;

use super::bits::{pack, pack_eight, varint};

/// Appends keys of `width` bits.
pub(super) fn encode(keys: &[u32], width: u32, out: &mut Vec<u8>) {
    if keys.is_empty() {
        return;
    }
    if width == 0 {
        return repeat(0, keys.len(), 0, out);
    }
    // A run replaces groups of `width` bytes each; it costs its own header and value, and the header of the groups after it.
    let least = (3 + width.div_ceil(8)).div_ceil(width) as usize * 8;
    let mut rest = keys;
    let mut groups = 0;
    while let Some(&first) = rest.get(groups * 8) {
        let run = run_length(rest.get(groups * 8..).unwrap_or_default(), first);
        if run < least {
            groups += 1;
            continue;
        }
        let (literal, after) = rest.split_at(groups * 8);
        pack_groups(literal, width, out);
        repeat(first, run, width, out);
        rest = after.get(run..).unwrap_or_default();
        groups = 0;
    }
    pack_groups(rest, width, out);
}

/// Appends the definition levels of `rows` rows of a nullable column, with their length before them, as version 1 of a data page has them.
pub(super) fn encode_levels(valid: Option<&NullBuffer>, rows: usize, out: &mut Vec<u8>) {
    let length_at = out.len();
    out.extend([0; 4]);
    match valid.map(|valid| (valid, valid.null_count())) {
        None | Some((_, 0)) => repeat(1, rows, 1, out),
        Some((_, nulls)) if nulls == rows => repeat(0, rows, 1, out),
        // Arrow's validity bits are packed as Parquet's levels are.
        Some((valid, _)) => bitmap(valid.inner().sliced().as_slice(), rows, out),
    }
    let length = (out.len() - length_at - 4) as u32;
    for (to, byte) in out.iter_mut().skip(length_at).zip(length.to_le_bytes()) {
        *to = byte;
    }
}

/// Appends the first `bits` of a bitmap as values of one bit.
fn bitmap(bytes: &[u8], bits: usize, out: &mut Vec<u8>) {
    const LEAST: usize = 4;
    let mut rest = bytes.get(..bits / 8).unwrap_or(bytes);
    let mut groups = 0;
    // A group that is not full is packed alone: no run can continue in it, and what stands above its bits is not ours.
    let last = (!bits.is_multiple_of(8)).then(|| bytes.get(bits / 8).copied().unwrap_or(0) & ((1_u8 << (bits % 8)) - 1));
    while let Some(&first) = rest.get(groups) {
        let run = if matches!(first, 0 | 0xFF) { rest.iter().skip(groups).take_while(|&&byte| byte == first).count() } else { 0 };
        if run < LEAST {
            groups += run.max(1);
            continue;
        }
        let (literal, after) = rest.split_at(groups);
        copy_groups(literal, out);
        repeat(u32::from(first & 1), run * 8, 1, out);
        rest = after.get(run..).unwrap_or_default();
        groups = 0;
    }
    let literal: Vec<u8> = rest.iter().copied().chain(last).collect();
    copy_groups(&literal, out);
}

fn copy_groups(groups: &[u8], out: &mut Vec<u8>) {
    if !groups.is_empty() {
        varint((groups.len() as u64) << 1 | 1, out);
        out.extend_from_slice(groups);
    }
}

fn pack_groups(keys: &[u32], width: u32, out: &mut Vec<u8>) {
    if keys.is_empty() {
        return;
    }
    varint((keys.len().div_ceil(8) as u64) << 1 | 1, out);
    if width > 16 {
        let filled = keys.len().next_multiple_of(8);
        return pack(keys.iter().map(|&key| u64::from(key)).chain(std::iter::repeat(0)).take(filled), width, out);
    }
    let (groups, last) = keys.as_chunks::<8>();
    for &group in groups {
        pack_eight(group, width, out);
    }
    if !last.is_empty() {
        let mut group = [0; 8];
        for (to, key) in group.iter_mut().zip(last) {
            *to = *key;
        }
        pack_eight(group, width, out);
    }
}

fn repeat(value: u32, length: usize, width: u32, out: &mut Vec<u8>) {
    varint((length as u64) << 1, out);
    out.extend(value.to_le_bytes().iter().take(width.div_ceil(8) as usize));
}

/// How many of the keys, from the first on, are `value`.
fn run_length(keys: &[u32], value: u32) -> usize {
    let (blocks, _) = keys.as_chunks::<16>();
    let whole = blocks.iter().take_while(|block| block.iter().fold(0, |different, &key| different | (key ^ value)) == 0).count() * 16;
    whole + keys.iter().skip(whole).take_while(|&&key| key == value).count()
}

#[cfg(test)]
mod tests {
    use arrow::buffer::NullBuffer;
    use proptest::prelude::*;

    use super::*;

    /// A reader by the letter of the specification, which also refuses padding before the end.
    fn decode(bytes: &[u8], width: u32, count: usize) -> Vec<u32> {
        let mut values = Vec::new();
        let mut at = 0;
        while values.len() < count {
            let mut header = 0_u64;
            for shift in (0..).step_by(7) {
                header |= u64::from(bytes[at] & 0x7F) << shift;
                at += 1;
                if bytes[at - 1] & 0x80 == 0 {
                    break;
                }
            }
            let length = (header >> 1) as usize;
            if header & 1 == 0 {
                let size = width.div_ceil(8) as usize;
                let value = bytes[at..at + size].iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte));
                values.extend(std::iter::repeat_n(value, length));
                at += size;
            } else {
                let bit = |index: usize| u32::from(bytes[at + index / 8] >> (index % 8) & 1);
                let value = |index: usize| (0..width as usize).map(|b| bit(index * width as usize + b) << b).sum::<u32>();
                values.extend((0..length * 8).map(value));
                at += length * width as usize;
            }
        }
        assert_eq!(at, bytes.len());
        assert!(values.len() < count + 8, "{} {count}", values.len());
        assert!(values.drain(count..).all(|value| value == 0));
        values
    }

    /// Stretches of one value between stretches of any.
    fn stretches() -> impl Strategy<Value = Vec<u32>> {
        let stretch = prop_oneof![
            (any::<u32>(), 0_usize..100).prop_map(|(value, length)| vec![value; length]),
            prop::collection::vec(any::<u32>(), 0..40),
        ];
        prop::collection::vec(stretch, 0..12).prop_map(|stretches| stretches.concat())
    }

    proptest! {
        #[test]
        fn keys_come_back(width in 1_u32..=32, keys in stretches()) {
            let keys: Vec<u32> = keys.iter().map(|key| key >> (32 - width)).collect();
            let mut out = Vec::new();
            encode(&keys, width, &mut out);
            prop_assert_eq!(decode(&out, width, keys.len()), keys);
        }

        #[test]
        fn levels_come_back(keys in stretches(), offset in 0_usize..20) {
            let valid: Vec<bool> = keys.iter().map(|key| key & 1 == 1).collect();
            let offset = offset.min(valid.len());
            let expected: Vec<u32> = valid[offset..].iter().map(|&valid| u32::from(valid)).collect();
            let nulls = NullBuffer::from(valid.clone()).slice(offset, valid.len() - offset);
            let mut out = vec![7];
            encode_levels(Some(&nulls), expected.len(), &mut out);
            prop_assert_eq!(out[1..5].iter().rev().fold(0, |length, &byte| length << 8 | usize::from(byte)), out.len() - 5);
            // A run of no rows is a run all the same.
            let body = if expected.is_empty() { &[] } else { &out[5..] };
            prop_assert_eq!(decode(body, 1, expected.len()), expected);
        }
    }

    #[test]
    fn a_constant_costs_nothing() {
        for (value, width, size) in [(0, 0, 3), (1, 1, 4), (300, 9, 5)] {
            let mut out = Vec::new();
            encode(&vec![value; 131_072], width, &mut out);
            assert_eq!(out.len(), size, "{width}");
        }
    }
}
