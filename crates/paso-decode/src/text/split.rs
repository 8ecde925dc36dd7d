//! The fields of regular records, found 64 bytes at a time.

use wide::u8x16;

use super::quotes::Quotes;

/// Some records of a chunk.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// Where each record begins.
    pub(super) starts: Vec<u32>,
    /// The line, counted from the chunk's first, in which each record begins.
    pub(super) lines: Vec<u32>,
    /// Where each field ends, record after record; the next one begins behind the delimiter.
    pub(super) ends: Vec<u32>,
    /// The number of fields of the record behind the block, if it is not the expected one: its ends are the last ones.
    pub(super) odd: Option<usize>,
}

impl Block {
    fn clear(&mut self) {
        self.starts.clear();
        self.lines.clear();
        self.ends.clear();
        self.odd = None;
    }
}

/// Finds the records of a chunk whose quotes are regular.
pub(super) struct Splitter<'c> {
    bytes: &'c [u8],
    delimiter: u8,
    quotes: Quotes,
    /// Where the looked-at 64 bytes begin, and what is left of them: field ends, and line ends among them.
    base: usize,
    events: u64,
    line_ends: u64,
    /// Which of them are inside of quotes, and all ones if the last byte is.
    quoted: u64,
    inside: u64,
    record: u32,
    line: u32,
    record_line: u32,
}

impl<'c> Splitter<'c> {
    /// `bytes` are whole records.
    pub(super) fn new(bytes: &'c [u8], delimiter: u8, quotes: Quotes) -> Self {
        let mut splitter =
            Self { bytes, delimiter, quotes, base: 0, events: 0, line_ends: 0, quoted: 0, inside: 0, record: 0, line: 0, record_line: 0 };
        splitter.look(0);
        splitter
    }

    /// Fills a block with at most `limit` records of `expected` fields; false when nothing is left. A record of another number of fields
    /// ends the block.
    pub(super) fn block(&mut self, expected: usize, limit: usize, block: &mut Block) -> bool {
        block.clear();
        while block.starts.len() < limit {
            let first = block.ends.len();
            let Some(end) = self.record(&mut block.ends) else { return !block.starts.is_empty() };
            let fields = block.ends.len() - first;
            let start = std::mem::replace(&mut self.record, end);
            let line = std::mem::replace(&mut self.record_line, self.line);
            // A blank line is no record.
            if fields == 1 && block.ends[first] == start {
                block.ends.truncate(first);
                continue;
            }
            block.starts.push(start);
            block.lines.push(line);
            if fields != expected {
                block.odd = Some(fields);
                return true;
            }
        }
        true
    }

    /// Adds the ends of the next record's fields, and says where the record behind it begins.
    fn record(&mut self, ends: &mut Vec<u32>) -> Option<u32> {
        if self.record as usize >= self.bytes.len() {
            return None;
        }
        loop {
            while self.events == 0 {
                if self.base + 64 >= self.bytes.len() {
                    // The last record has no line end.
                    ends.push(self.bytes.len() as u32);
                    return Some(self.bytes.len() as u32);
                }
                self.look(self.base + 64);
            }
            let bit = self.events & self.events.wrapping_neg();
            self.events ^= bit;
            let at = self.base + bit.trailing_zeros() as usize;
            if self.line_ends & bit == 0 {
                ends.push(at as u32);
                continue;
            }
            self.line += 1;
            if self.quotes == Quotes::Regular && self.quoted & bit != 0 {
                continue;
            }
            let end = if at > 0 && self.bytes[at - 1] == b'\r' && at as u32 > self.record { at - 1 } else { at };
            ends.push(end as u32);
            return Some(at as u32 + 1);
        }
    }
}

impl Splitter<'_> {
    /// Looks at the 64 bytes from `base` on.
    fn look(&mut self, base: usize) {
        self.base = base;
        let mut padded = [0; 64];
        let bytes: &[u8; 64] = self.bytes[base..].first_chunk().unwrap_or_else(|| {
            padded[..self.bytes.len() - base].copy_from_slice(&self.bytes[base..]);
            &padded
        });
        let [delimiters, line_ends] = equal(bytes, [self.delimiter, b'\n']);
        self.line_ends = line_ends;
        if self.quotes == Quotes::Regular {
            // Every bit is the parity of the quotes up to it: 1 from an opening quote on, 0 from the closing one on.
            let [mut parity] = equal(bytes, [b'"']);
            for shift in [1, 2, 4, 8, 16, 32] {
                parity ^= parity << shift;
            }
            self.quoted = parity ^ self.inside;
            self.inside = 0u64.wrapping_sub(self.quoted >> 63);
            self.events = (delimiters & !self.quoted) | line_ends;
        } else {
            self.events = delimiters | line_ends;
        }
    }
}

/// For each of some bytes, which of 64 are equal to it.
fn equal<const N: usize>(bytes: &[u8; 64], wanted: [u8; N]) -> [u64; N] {
    let mut masks = [0; N];
    let wanted = wanted.map(u8x16::splat);
    for (quarter, bytes) in bytes.as_chunks::<16>().0.iter().enumerate() {
        let bytes = u8x16::from(*bytes);
        for (mask, wanted) in masks.iter_mut().zip(wanted) {
            *mask |= u64::from(bytes.simd_eq(wanted).to_bitmask()) << (16 * quarter);
        }
    }
    masks
}

/// The text of a field: without its quotes, doubled quotes made single. `own` holds it where it differs from what is written.
pub(super) fn unquoted<'f>(field: &'f [u8], own: &'f mut Vec<u8>) -> &'f [u8] {
    let Some(inner) = field.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else { return field };
    if memchr::memchr(b'"', inner).is_none() {
        return inner;
    }
    own.clear();
    let mut pair = false;
    for &byte in inner {
        pair = byte == b'"' && !pair;
        if !pair {
            own.push(byte);
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Dialect, quotes::cut};

    /// Every record: its line, and its fields or its odd number of them.
    fn records(text: &str, expected: usize, limit: usize) -> Vec<(u32, Vec<String>)> {
        let bytes = text.as_bytes();
        let cut = cut(bytes, Dialect::of(b','), true);
        assert_eq!(cut.end, bytes.len());
        assert_ne!(cut.quotes, Quotes::Irregular, "{text:?}");
        let mut splitter = Splitter::new(bytes, b',', cut.quotes);
        let (mut block, mut found, mut own) = (Block::default(), Vec::new(), Vec::new());
        while splitter.block(expected, limit, &mut block) {
            let mut ends = block.ends.iter().copied();
            for (row, (&start, &line)) in block.starts.iter().zip(&block.lines).enumerate() {
                let fields = if row + 1 == block.starts.len() { block.odd.unwrap_or(expected) } else { expected };
                let mut from = start as usize;
                let texts = ends.by_ref().take(fields).map(|end| {
                    let field = &bytes[from..end as usize];
                    from = end as usize + 1;
                    String::from_utf8(unquoted(field, &mut own).to_vec()).unwrap()
                });
                found.push((line, texts.collect()));
            }
            assert_eq!(ends.count(), 0);
        }
        found
    }

    fn csv_records(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv_core::Reader::new();
        let (mut output, mut ends) = (vec![0; text.len() + 1], vec![0; text.len() + 1]);
        let (mut rest, mut found) = (text.as_bytes(), Vec::new());
        loop {
            let (mut written, mut fields, mut ended) = (0, 0, false);
            loop {
                let (result, read, wrote, more) = reader.read_record(rest, &mut output[written..], &mut ends[fields..]);
                rest = &rest[read..];
                (written, fields) = (written + wrote, fields + more);
                match result {
                    csv_core::ReadRecordResult::Record => break,
                    csv_core::ReadRecordResult::End => {
                        ended = true;
                        break;
                    }
                    _ => {}
                }
            }
            if ended {
                return found;
            }
            let mut from = 0;
            found.push(
                ends[..fields]
                    .iter()
                    .map(|&end| String::from_utf8(output[std::mem::replace(&mut from, end)..end].to_vec()).unwrap())
                    .collect(),
            );
        }
    }

    #[test]
    fn fields_and_lines() {
        let text = "a,b\r\n\n1,\"x,\ny \"\"z\"\"\"\n\r\n,\nlast,";
        let expected = [(0, vec!["a", "b"]), (2, vec!["1", "x,\ny \"z\""]), (5, vec!["", ""]), (6, vec!["last", ""])];
        let expected: Vec<(u32, Vec<String>)> =
            expected.into_iter().map(|(line, fields)| (line, fields.into_iter().map(str::to_owned).collect())).collect();
        for limit in [1, 2, 100] {
            assert_eq!(records(text, 2, limit), expected);
        }
        assert_eq!(records("1\n\n2", 1, 9), [(0, vec!["1".to_owned()]), (2, vec!["2".to_owned()])]);
    }

    #[test]
    fn records_of_another_length_are_found() {
        let found: Vec<usize> = records("a,b\n1\n1,2,3\n\"\",\n", 2, 9).into_iter().map(|(_, fields)| fields.len()).collect();
        assert_eq!(found, [2, 1, 3, 2]);
    }

    proptest::proptest! {
        #[test]
        fn regular_records_are_read_as_csv_core_reads_them(rows in proptest::collection::vec(proptest::collection::vec("[a,\"\n\r é]{0,40}", 1..5), 0..12), crlf: bool, quote_all: bool) {
            let mut text = String::new();
            for row in &rows {
                let fields: Vec<String> = row.iter().map(|field| {
                    let quoted = quote_all || field.contains(['"', ',', '\n', '\r']);
                    if quoted { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.clone() }
                }).collect();
                text += &fields.join(",");
                text += if crlf { "\r\n" } else { "\n" };
            }
            if cut(text.as_bytes(), Dialect::of(b','), true).quotes != Quotes::Irregular {
                let found: Vec<Vec<String>> = records(&text, 3, 4).into_iter().map(|(_, fields)| fields).collect();
                proptest::prop_assert_eq!(found, csv_records(&text));
            }
        }
    }
}
