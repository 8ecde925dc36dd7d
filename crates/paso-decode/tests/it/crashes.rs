//! What the fuzz targets found, each made small: `fuzz/README.md` says how they run.

use std::io::{self, BufReader, Read, Write as _};

use paso_decode::sdmx::structure::Structures;
use paso_decode::{Batch, Bytes, Forms, Limits, Ragged, Sink, SinkError, Source, decode};

use crate::collected::Collected;

/// How many rows each batch has.
#[derive(Default)]
struct Sizes(Vec<usize>);

impl Sink for Sizes {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.0.push(batch.rows.len());
        Ok(())
    }

    fn ragged(&mut self, _: Ragged) -> Result<(), SinkError> {
        Err("no row is ragged".into())
    }
}

#[test]
fn a_long_table_has_no_larger_batches_than_another() {
    let forms: Forms = toml::from_str("[csv]\nunpivot = { keep = [\"a\"], levels = [\"year\"] }").unwrap();
    let mut sizes = Sizes::default();
    let body = b"a,1,2,3,4,5\nx,1,2,3,4,5\ny,1,2,3,4,5\nz,1,2,3,4,5\n";
    decode(&Bytes(body), &forms, Limits { batch_rows: 7, ..Limits::default() }, &mut sizes).unwrap();
    assert_eq!(sizes.0, [5, 5, 5]);
}

#[test]
fn a_byte_order_mark_within_a_text_is_data() {
    // Alone on its line, so that the row has one field too few, and at the start of a row with a stray quote.
    let decoded = Collected::decode("a,b\n\u{FEFF}\n1,2\n\u{FEFF}x,y\"z\n".as_bytes(), "[csv]").unwrap();
    let texts: Vec<Vec<&str>> = decoded.rows.iter().map(|row| row.texts.iter().flatten().map(String::as_str).collect()).collect();
    assert_eq!(texts, [["1", "2"], ["\u{FEFF}x", "y\"z"]]);
    let ragged: Vec<(u32, &str, u32)> = decoded.ragged.iter().map(|row| (row.row, row.text.as_str(), row.fields)).collect();
    assert_eq!(ragged, [(2, "\u{FEFF}", 1)]);
    // The same where every record is read by itself, because a quote cannot be trusted.
    let decoded = Collected::decode("a,b\n\u{FEFF}p,q\n\u{FEFF}\"x,y\"z\"\n".as_bytes(), "[csv]").unwrap();
    assert_eq!(decoded.column("a").first(), Some(&Some("\u{FEFF}p")));
}

#[test]
fn the_first_malformed_row_is_named_whatever_the_batch() {
    // A value in row 3, then a key in row 4, which is looked at before values are.
    let body = b"freq,geo\\time\t2022\t2023\nA,AT\t1\t2\nA,CL\tl z\t2\nM\t1\t2\n";
    let forms: Forms = toml::from_str("[eurostat_tsv]").unwrap();
    for batch_rows in [1, 4, 100] {
        let error = decode(&Bytes(body), &forms, Limits { batch_rows, ..Limits::default() }, &mut Sizes::default()).unwrap_err();
        assert_eq!(error.to_string(), "the body is malformed at row 3: column 2022: the cell \"l z\" is no value with flags");
    }
}

/// A source that hands out three bytes at a time.
struct Trickle<'b>(&'b [u8]);

impl Source for Trickle<'_> {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        struct Slow<'b>(&'b [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let most = buffer.len().min(3);
                self.0.read(&mut buffer[..most])
            }
        }
        Ok(Box::new(Slow(&self.0[offset as usize..])))
    }

    fn size(&self) -> Option<u64> {
        Some(self.0.len() as u64)
    }
}

#[test]
fn what_stands_behind_a_gzip_member_is_told_whatever_is_read_at_once() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"a,b\n1,2\n").unwrap();
    let member = encoder.finish().unwrap();
    let forms: Forms = toml::from_str("[csv]").unwrap();
    let at = member.len();
    let foreign = format!("the gzip data is malformed at byte {at}: something that is no gzip member stands behind the last one");
    let cut = |at: usize| format!("the gzip data is cut off at byte {at}: it ends in a member's header");
    for (behind, expected) in [
        (&b"\x1F\xB4\xB4\xB4\xB4\xB4\xB4\xB4\xB4\xB4\xB4\xB4"[..], foreign.clone()),
        (b"\x1F\xB4", foreign.clone()),
        (b"x", foreign.clone()),
        (b"\x1F", cut(at + 1)),
        (b"\x1F\x8B\x08", cut(at + 3)),
    ] {
        let body = [&member[..], behind].concat();
        let told = |source: &dyn Source| decode(source, &forms, Limits::default(), &mut Sizes::default()).unwrap_err().to_string();
        assert_eq!((told(&Bytes(&body)), told(&Trickle(&body))), (expected.clone(), expected), "{behind:?}");
    }
}

#[test]
fn a_broken_document_type_is_refused_whatever_is_read_at_once() {
    for message in [&b"<!D a\"b]<![C[x<D1b \"c\">d<!--e\"\xB8[<\"f\"<\"?>g<!--h->i<?<!--j<<"[..], b"<!DOCTYPE x [", b"<!doctype \xB8>"] {
        let whole = Structures::read(message).unwrap_err().to_string();
        let pieces = Structures::read(BufReader::with_capacity(3, message)).unwrap_err().to_string();
        let told = "the structure message is malformed at byte 0: a document type declaration, which data has no use for";
        assert_eq!((whole.as_str(), pieces.as_str()), (told, told));
    }
}
