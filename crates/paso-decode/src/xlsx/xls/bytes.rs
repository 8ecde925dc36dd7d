//! Little-endian numbers. What stands behind the end is 0: callers check lengths where that would matter.

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |two| u16::from_le_bytes([two[0], two[1]]))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

pub(super) fn f64_at(bytes: &[u8], at: usize) -> f64 {
    f64::from_bits(u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32)
}

/// A number of the short form: 30 bits of an integer or of a double, perhaps a hundredfold.
pub(super) fn rk(bits: u32) -> f64 {
    const HUNDREDFOLD: u32 = 1;
    const INTEGER: u32 = 2;
    let number = if bits & INTEGER == 0 { f64::from_bits(u64::from(bits & !3) << 32) } else { f64::from(bits.cast_signed() >> 2) };
    if bits & HUNDREDFOLD == 0 { number } else { number / 100.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_are_integers_or_doubles() {
        // The examples of MS-XLS 2.5.122 and of OpenOffice's description of the format, 2.5.5.
        for (bits, expected) in
            [(0x3FF0_0000, 1.0f64), (0x3FF0_0001, 0.01), (0x004B_5646, 1_234_321.0), (0x004B_5647, 12_343.21), (0xFFFF_FFFE, -1.0)]
        {
            assert_eq!(rk(bits).to_bits(), expected.to_bits(), "{bits:x}");
        }
        assert_eq!((u16_at(b"\x01", 0), u32_at(b"\x01\x02\x03\x04\x05", 1)), (0, 0x0504_0302));
        assert_eq!(f64_at(b"\0\0\0\0\0\0\xF0\x3F", 0).to_bits(), 1f64.to_bits());
    }
}
