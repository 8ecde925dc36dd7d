//! Bit packing and integers, as Parquet's encodings and tables share them.

/// A number of things, as the format's signed integers have it.
pub(super) fn count(number: usize) -> i64 {
    (number as u64).cast_signed()
}

/// Appends a ULEB128 integer: seven bits a byte, the low ones first.
pub(super) fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a signed integer in zigzag form: 0, -1, 1, -2 … become 0, 1, 2, 3 …
pub(super) fn zigzag(value: i64, out: &mut Vec<u8>) {
    varint(((value << 1) ^ (value >> 63)) as u64, out);
}

/// The bits that hold every integer up to `most`.
pub(super) fn width(most: u64) -> u32 {
    u64::BITS - most.leading_zeros()
}

/// Appends integers of `width` bits, from the lowest bit of the first byte on. Each must fit. The last byte is filled up with zeros.
pub(super) fn pack(values: impl IntoIterator<Item = u64>, width: u32, out: &mut Vec<u8>) {
    if width == 0 {
        return;
    }
    let (mut pending, mut bits) = (0_u128, 0);
    for value in values {
        pending |= u128::from(value) << bits;
        bits += width;
        if bits >= 64 {
            out.extend_from_slice(&(pending as u64).to_le_bytes());
            pending >>= 64;
            bits -= 64;
        }
    }
    out.extend(pending.to_le_bytes().iter().take(bits.div_ceil(8) as usize));
}

/// Appends eight integers of at most 16 bits: `width` bytes.
pub(super) fn pack_eight(values: [u32; 8], width: u32, out: &mut Vec<u8>) {
    // Halves of at most 64 bits: shifts of machine words.
    let half = |[a, b, c, d]: [u64; 4]| u128::from(a | b << width | c << (2 * width) | d << (3 * width));
    let [a, b, c, d, high @ ..] = values.map(u64::from);
    let packed = (half([a, b, c, d]) | half(high) << (4 * width)).to_le_bytes();
    out.extend_from_slice(packed.get(..width as usize).unwrap_or(&packed));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unpack(bytes: &[u8], width: u32, count: usize) -> Vec<u64> {
        let bit = |at: usize| u64::from(bytes[at / 8] >> (at % 8) & 1);
        (0..count).map(|i| (0..width as usize).map(|b| bit(i * width as usize + b) << b).sum()).collect()
    }

    proptest! {
        #[test]
        fn packed_bits_come_back(width in 1_u32..=64, values in prop::collection::vec(any::<u64>(), 0..100)) {
            let values: Vec<u64> = values.iter().map(|value| value >> (64 - width)).collect();
            let mut out = Vec::new();
            pack(values.iter().copied(), width, &mut out);
            prop_assert_eq!(out.len(), (values.len() * width as usize).div_ceil(8));
            prop_assert_eq!(unpack(&out, width, values.len()), values);
        }

        #[test]
        fn eight_at_a_time_are_the_same(width in 1_u32..=16, values in any::<[u32; 8]>()) {
            let values = values.map(|value| value >> (32 - width));
            let (mut eight, mut any) = (Vec::new(), Vec::new());
            pack_eight(values, width, &mut eight);
            pack(values.map(u64::from), width, &mut any);
            prop_assert_eq!(eight, any);
        }
    }

    #[test]
    fn integers_of_the_specification() {
        let mut out = Vec::new();
        varint(300, &mut out);
        for value in [0, -1, 1, -2, i64::MIN] {
            zigzag(value, &mut out);
        }
        assert_eq!(out[..6], [0xAC, 0x02, 0, 1, 2, 3]);
        assert_eq!(out[6..], [0xFF; 9].into_iter().chain([1]).collect::<Vec<_>>());
        assert_eq!([0, 1, 2, 255, 256].map(width), [0, 1, 2, 8, 9]);
    }
}
