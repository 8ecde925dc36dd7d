//! The text engine beside csv-core, which reads the body at once and byte by byte: same fields, whatever the cuts and the threads.
//!
//! The first byte says delimiter, number of columns and whether quotes are literal, the second how many blank lines move the cuts.

#![no_main]

use csv_core::{ReadRecordResult, ReaderBuilder};
use libfuzzer_sys::fuzz_target;
use paso_decode::{Bytes, CsvForm, DecodeError, Forms, decode};
use paso_decode_fuzz::{Order, Rows, SMALL, told};

/// What csv-core reads; none where a text is not UTF-8.
fn records(body: &[u8], delimiter: u8, literal_quotes: bool) -> Option<Vec<Vec<String>>> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).quoting(!literal_quotes).build();
    let (mut fields, mut ends) = (vec![0; body.len() + 1], vec![0; body.len() + 2]);
    let (mut rest, mut records) = (body, Vec::new());
    let (mut written, mut ended) = (0, 0);
    loop {
        let (result, read, fresh, new_ends) = reader.read_record(rest, &mut fields[written..], &mut ends[ended..]);
        rest = &rest[read..];
        written += fresh;
        ended += new_ends;
        match result {
            ReadRecordResult::Record => {
                let mut start = 0;
                let mut record = Vec::new();
                for &end in &ends[..ended] {
                    record.push(std::str::from_utf8(&fields[start..end]).ok()?.to_owned());
                    start = end;
                }
                records.push(record);
                (written, ended) = (0, 0);
            }
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::End => return Some(records),
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => unreachable!("a record is no longer than the body"),
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let [kind, shift, rest @ ..] = input else { return };
    let delimiter = [b',', b';', b'\t', b'|'][usize::from(kind & 3)];
    let width = usize::from(kind >> 2 & 3) + 1;
    let literal_quotes = kind >> 4 & 1 == 1;
    let titles: Vec<String> = (0..width).map(|title| format!("c{title}")).collect();
    let header = titles.join(&char::from(delimiter).to_string());
    let body = [header.as_bytes(), b"\n", rest].concat();
    let moved = [header.as_bytes(), b"\n", &vec![b'\n'; usize::from(shift % 40)], rest].concat();
    let form = CsvForm { delimiter: delimiter.into(), literal_quotes, ..CsvForm::default() };
    let forms = Forms { csv: Some(form), ..Forms::default() };
    let run = |body: &[u8], threads: usize| {
        let mut rows = Rows::new(SMALL.batch_rows, Order::Ascending).on(threads);
        decode(&Bytes(body), &forms, SMALL, &mut rows).map(|_| rows)
    };
    let (first, second, third) = (run(&body, 1), run(&body, 2), run(&moved, 1));
    let (first, second, third) = match (first, second, third) {
        (Ok(first), Ok(second), Ok(third)) => (first, second, third),
        (Err(first), Err(second), Err(third)) => {
            assert_eq!(told(&first), told(&second));
            told(&third);
            let damaged = std::str::from_utf8(rest).is_err() || rest.contains(&0);
            let fits = match first {
                DecodeError::Truncated { .. } | DecodeError::Malformed { .. } => rest.contains(&b'"') && !literal_quotes,
                DecodeError::Encoding { .. } => damaged,
                DecodeError::Empty { .. } => records(&body, delimiter, literal_quotes).is_some_and(|records| records.len() < 2),
                _ => false,
            };
            assert!(fits, "an error without a reason: {first}");
            return;
        }
        other => panic!("threads or cuts make a difference: {other:?}"),
    };
    assert_eq!(first, second, "threads make a difference");
    let read = |rows: &Rows| rows.all().map(|row| row.texts.iter().flatten().cloned().collect::<Vec<_>>()).collect::<Vec<_>>();
    let places = |rows: &Rows| rows.all().map(|row| row.number).collect::<Vec<_>>();
    assert_eq!(read(&first), read(&third), "cuts make a difference");
    let shift = u32::from(shift % 40);
    assert_eq!(places(&first).iter().map(|row| row + shift).collect::<Vec<_>>(), places(&third));
    let mut records = records(&body, delimiter, literal_quotes).expect("the decoder takes UTF-8 only");
    records.remove(0);
    let (regular, ragged): (Vec<_>, Vec<_>) = records.into_iter().partition(|record| record.len() == width);
    assert_eq!(read(&first), regular);
    assert_eq!(first.ragged.iter().map(|row| row.fields as usize).collect::<Vec<_>>(), ragged.iter().map(Vec::len).collect::<Vec<_>>());
});
