//! What the fuzz targets found, each made small: `fuzz/README.md` says how they run.

use paso_decode::{Batch, Bytes, Forms, Limits, Ragged, Sink, SinkError, decode};

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
        assert_eq!(error.to_string(), "the body is malformed at row 3: column OBS_VALUE: the cell \"l z\" is no value with flags");
    }
}
