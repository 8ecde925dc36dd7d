//! XLS workbooks, made record by record.

use super::texts;
use crate::source::Bytes;
use crate::testing::{Collected, decode_as};
use crate::xlsx::{XlsxForm, decode};
use crate::{DecodeError, Limits};

fn record(kind: u16, body: &[&[u8]]) -> Vec<u8> {
    let body = body.concat();
    [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), &body].concat()
}

fn cell(row: u16, column: u16, style: u16) -> Vec<u8> {
    [row, column, style].map(u16::to_le_bytes).concat()
}

const SECTOR: usize = 512;

/// A compound file with one stream.
fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    let size = stream.len().max(4096);
    let sectors = size.div_ceil(SECTOR);
    let mut header = vec![0xFF; SECTOR];
    header[..76].fill(0);
    header[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    header[24..34].copy_from_slice(b"\x3E\0\x03\0\xFE\xFF\x09\0\x06\0");
    for (at, number) in [(44, 1), (48, 1), (56, 4096), (60, 0xFFFF_FFFE), (68, 0xFFFF_FFFE), (76, 0u32)] {
        header[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }
    // Sector 0 is the table of sectors, 1 the directory, the stream follows.
    let mut fat = vec![0xFFFF_FFFDu32, 0xFFFF_FFFE];
    fat.extend((0..sectors as u32).map(|sector| sector + 3));
    *fat.last_mut().unwrap() = 0xFFFF_FFFE;
    fat.resize(SECTOR / 4, 0xFFFF_FFFF);
    let entry = |name: &str, kind: u8, first: u32, size: u32| {
        let mut entry = vec![0; 128];
        let letters: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..letters.len()].copy_from_slice(&letters);
        entry[64] = letters.len() as u8 + 2;
        entry[66] = kind;
        entry[116..120].copy_from_slice(&first.to_le_bytes());
        entry[120..124].copy_from_slice(&size.to_le_bytes());
        entry
    };
    let directory = [entry("Root Entry", 5, 0xFFFF_FFFE, 0), entry(name, 2, 2, size as u32), vec![0; 256]].concat();
    let mut padded = stream.to_vec();
    padded.resize(sectors * SECTOR, 0);
    [header, fat.iter().flat_map(|next| next.to_le_bytes()).collect(), directory, padded].concat()
}

/// A workbook of three sheets: `Datos`, one that is hidden, and a chart.
fn workbook() -> Vec<u8> {
    let bof = |kind: u8| record(0x809, &[&[0, 6, kind, 0]]);
    let end = record(0x0A, &[]);
    let globals = |starts: [u32; 3]| {
        let sheet = |start: u32, state: u8, kind: u8, name: &str| {
            record(0x85, &[&start.to_le_bytes(), &[state, kind, name.len() as u8, 0], name.as_bytes()])
        };
        let style = |format: u8| record(0xE0, &[&[0, 0, format, 0], &[0; 16]]);
        [
            bof(5),
            record(0x22, &[&[0, 0]]),
            record(0x41E, &[&[164, 0, 10, 0, 0], b"dd/mm/yyyy"]),
            style(0),
            style(164),
            style(14),
            sheet(starts[0], 0, 0, "Datos"),
            sheet(starts[1], 1, 0, "Viejo"),
            sheet(starts[2], 0, 2, "Chart"),
            // The second text goes on in the next record, there with two bytes for a character.
            record(0xFC, &[&[3, 0, 0, 0, 3, 0, 0, 0], &[6, 0, 0], b"Comuna", &[4, 0, 0], b"A\xF1"]),
            record(0x3C, &[&[1], b"o\0\xAC\x20", &[0, 0, 0]]),
            end.clone(),
        ]
        .concat()
    };
    let data = [
        bof(0x10),
        record(0xFD, &[&cell(0, 0, 0), &[0; 4]]),
        record(0xFD, &[&cell(0, 1, 0), &[1, 0, 0, 0]]),
        record(0x204, &[&cell(0, 2, 0), &[3, 0, 0], b"Sum"]),
        record(0x204, &[&cell(0, 3, 0), &[1, 0, 1], b"\xE9\0"]),
        record(0x204, &[&cell(1, 0, 0), &[5, 0, 0], b"01107"]),
        // 45943 is 2025-10-13; 1.5 and 7 in the short form; a chart in between is passed over.
        record(0x203, &[&cell(1, 1, 1), &45_943f64.to_le_bytes()]),
        bof(0x20),
        record(0x203, &[&cell(1, 1, 0), &9f64.to_le_bytes()]),
        end.clone(),
        record(0xBD, &[&cell(1, 2, 0), &0x3FF8_0000u32.to_le_bytes(), &[0, 0], &30u32.to_le_bytes(), &[3, 0]]),
        record(0x06, &[&cell(2, 0, 0), &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF], &[0; 8]]),
        record(0x207, &[&[2, 0, 0], b"ab"]),
        record(0x06, &[&cell(2, 1, 2), &45_943.5f64.to_le_bytes(), &[0; 8]]),
        record(0x205, &[&cell(2, 2, 0), &[1, 0]]),
        record(0x205, &[&cell(2, 3, 0), &[7, 1]]),
        record(0x06, &[&cell(4, 1, 0), &[2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF], &[0; 8]]),
        record(0x203, &[&cell(4, 3, 0), &0.1f64.to_le_bytes()]),
        record(0x27E, &[&cell(4, 2, 0), &0x3FF0_0001u32.to_le_bytes()]),
        record(0xE5, &[&[1, 0], &[2, 0, 4, 0, 0, 0, 0, 0]]),
        end.clone(),
    ]
    .concat();
    let old =
        [bof(0x10), record(0x204, &[&cell(0, 0, 0), &[1, 0, 0], b"x"]), record(0x203, &[&cell(1, 0, 0), &[0; 8]]), end.clone()].concat();
    let start = globals([0; 3]).len() as u32;
    let starts = [start, start + data.len() as u32, start];
    compound("Workbook", &[globals(starts), data, old].concat())
}

#[test]
fn every_kind_of_record_becomes_text() {
    let sink = decode_as(&workbook(), "[xlsx]").unwrap();
    assert_eq!(sink.batches[0].part.as_deref(), Some("Datos"));
    assert_eq!(sink.names(), ["Comuna", "Año€", "Sum", "é"]);
    assert_eq!(sink.rows(), [2, 3, 5]);
    assert_eq!(texts(&sink.column("Comuna")), ["01107", "ab", "∅"]);
    assert_eq!(texts(&sink.column("Año€")), ["2025-10-13", "2025-10-13T12:00:00", "#N/A"]);
    assert_eq!(texts(&sink.column("Sum")), ["1.5", "true", "0.01"]);
    assert_eq!(texts(&sink.column("é")), ["7", "#DIV/0!", "0.1"], "an error has its text, and cells need not stand in their order");
    let merged = decode_as(&workbook(), "[xlsx]\nmerged_rows = true").unwrap();
    assert_eq!(texts(&merged.column("Comuna")), ["01107", "ab", "ab"]);
    assert_eq!(decode_as(&workbook(), "[xlsx]\nlast_column = 1\nsheet = \"Viejo\"").unwrap().names(), ["x"]);
}

/// A workbook of Excel 5: texts in a code page of one byte for a letter, days that count from 1904.
fn older(page: u16) -> Vec<u8> {
    let bof = |kind: u8| record(0x809, &[&[0, 5, kind, 0, 0xE3, 0x0D, 0xCC, 0x07]]);
    let end = record(0x0A, &[]);
    let text = |letters: &[u8]| [&(letters.len() as u16).to_le_bytes(), letters].concat();
    let globals = |start: u32| {
        let style = |format: u8| record(0xE0, &[&[0, 0, format, 0], &[0; 12]]);
        [
            bof(5),
            record(0x42, &[&page.to_le_bytes()]),
            record(0x22, &[&[1, 0]]),
            record(0x41E, &[&[164, 0, 12], b"dd\\.mm\\.yyyy"]),
            style(0),
            style(164),
            record(0x85, &[&start.to_le_bytes(), &[0, 0, 6], b"A\xF1o 95"]),
            end.clone(),
        ]
        .concat()
    };
    let sheet = [
        bof(0x10),
        record(0x204, &[&cell(0, 0, 0), &text(b"regi\xF3n")]),
        // Rich text is followed by the runs of its formats.
        record(0xD6, &[&cell(0, 1, 0), &text(b"d\xEDa"), &[1, 0, 0]]),
        record(0x204, &[&cell(0, 2, 0), &text(b"n")]),
        record(0x204, &[&cell(1, 0, 0), &text(b"\xD1uble")]),
        record(0x203, &[&cell(1, 1, 1), &44_481f64.to_le_bytes()]),
        record(0x27E, &[&cell(1, 2, 0), &30u32.to_le_bytes()]),
        record(0x06, &[&cell(2, 0, 0), &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF], &[0; 8]]),
        record(0x207, &[&text(b"B\xEDo")]),
        record(0xBD, &[&cell(2, 1, 1), &((44_482u32 << 2) | 2).to_le_bytes(), &[0, 0], &3u32.to_le_bytes(), &[2, 0]]),
        end.clone(),
    ]
    .concat();
    let start = globals(0).len() as u32;
    compound("Book", &[globals(start), sheet].concat())
}

#[test]
fn a_workbook_of_excel_5_is_read_by_its_code_page() {
    let sink = decode_as(&older(1252), "[xlsx]").unwrap();
    assert_eq!(sink.batches[0].part.as_deref(), Some("Año 95"));
    assert_eq!((sink.names(), sink.rows()), (vec!["región", "día", "n"], vec![2, 3]));
    assert_eq!(texts(&sink.column("región")), ["Ñuble", "Bío"]);
    assert_eq!(texts(&sink.column("día")), ["2025-10-13", "2025-10-14"]);
    assert_eq!(texts(&sink.column("n")), ["7", "0"]);
    assert_eq!(decode_as(&older(1251), "[xlsx]").unwrap().names()[0], "regiуn", "another page, other letters");
    let error = decode_as(&older(437), "[xlsx]").unwrap_err().to_string();
    assert!(error.ends_with("its code page 437 is not known"), "{error}");
}

#[test]
fn a_workbook_of_excel_5_cut_anywhere_gives_all_rows_or_none() {
    let body = older(1252);
    let form = sheet("Año 95");
    let (whole, result) = collected(&body, &form);
    result.unwrap();
    for keep in 0..body.len() {
        let (sink, _) = collected(&body[..keep], &form);
        // What is missing may be padding.
        assert!(sink.rows().is_empty() || sink.rows() == whole.rows(), "{keep}");
    }
}

#[test]
fn other_documents_of_old_office_programs_are_named() {
    let other = |name: &str, stream: &[u8]| decode_as(&compound(name, stream), "[xlsx]").unwrap_err().to_string();
    assert_eq!(other("EncryptedPackage", b""), "found a workbook that is protected by a password instead of data");
    assert_eq!(other("WordDocument", b""), "found a document of an older Office program that is no workbook instead of data");
    assert!(other("Book", &record(0x409, &[&[0, 4]])).contains("no workbook of Excel 5 or later"));
    let locked = [record(0x809, &[&[0, 6, 5, 0]]), record(0x2F, &[&[1, 0]])].concat();
    assert!(other("Workbook", &locked).contains("protected by a password"));
}

fn collected(body: &[u8], form: &XlsxForm) -> (Collected, Result<(), DecodeError>) {
    let mut sink = Collected::default();
    let result = decode(&Bytes(body), form, Limits { batch_rows: 1, ..Limits::default() }, &mut sink);
    (sink, result.map(|_| ()))
}

fn sheet(name: &str) -> XlsxForm {
    XlsxForm::plain(name, 1)
}

#[test]
fn no_truncation_yields_rows_past_the_break() {
    let body = workbook();
    let form = sheet("Datos");
    let (whole, result) = collected(&body, &form);
    result.unwrap();
    let mut refused = 0;
    for keep in 0..body.len() {
        let (sink, result) = collected(&body[..keep], &form);
        refused += usize::from(result.is_err());
        // What is missing may be padding: then the rows are all there, and otherwise none is.
        assert!(sink.rows().is_empty() || sink.rows() == whole.rows(), "{keep}");
    }
    assert!(refused > 2000, "{refused}");
}

#[test]
fn no_changed_byte_makes_the_reader_panic() {
    let body = workbook();
    let form = sheet("Datos");
    for at in 0..body.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut damaged = body.clone();
            damaged[at] ^= flip;
            let (_, result) = collected(&damaged, &form);
            assert!(!matches!(result, Err(DecodeError::Batch { .. } | DecodeError::Sink { .. })), "{at}");
        }
    }
}
