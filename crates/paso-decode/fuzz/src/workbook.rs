//! Workbooks around what the fuzzer writes, so that it need not find checksums and sector tables by itself.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

const TYPES: &str = "<Types><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" \
ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>";
const PACKAGE: &str = "<Relationships><Relationship Id=\"rId1\" Target=\"xl/workbook.xml\" \
Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/></Relationships>";
const WORKBOOK: &str = "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>\
<sheet name=\"T\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const PARTS: &str = "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\" \
Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\"/>\
<Relationship Id=\"rId2\" Target=\"sharedStrings.xml\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\"/>\
<Relationship Id=\"rId3\" Target=\"styles.xml\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\"/></Relationships>";

/// An XLSX workbook whose sheet, texts, styles and workbook part (0xFF between them) are the fuzzer's; the last one may be left out.
pub fn spreadsheet(parts: &[u8]) -> Vec<u8> {
    let mut parts = parts.splitn(4, |&byte| byte == 0xFF);
    let mut next = || parts.next().filter(|part| !part.is_empty());
    let (sheet, strings, styles, workbook) = (next(), next(), next(), next());
    let members = [
        ("[Content_Types].xml", Some(TYPES.as_bytes())),
        ("_rels/.rels", Some(PACKAGE.as_bytes())),
        ("xl/workbook.xml", workbook.or(Some(WORKBOOK.as_bytes()))),
        ("xl/_rels/workbook.xml.rels", Some(PARTS.as_bytes())),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", styles),
    ];
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members.into_iter().filter_map(|(name, bytes)| Some((name, bytes?))) {
        archive.start_file(name, options).expect("a new member");
        archive.write_all(bytes).expect("memory");
    }
    archive.finish().expect("an archive").into_inner()
}

const SECTOR: usize = 512;

/// A compound file with one stream, `Workbook`.
pub fn compound_file(stream: &[u8]) -> Vec<u8> {
    let sectors = stream.len().max(4096).div_ceil(SECTOR).min(125);
    let size = sectors * SECTOR;
    let mut header = vec![0xFF; SECTOR];
    header[..76].fill(0);
    header[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    header[24..34].copy_from_slice(b"\x3E\0\x03\0\xFE\xFF\x09\0\x06\0");
    for (at, number) in [(44, 1), (48, 1), (56, 4096), (60, 0xFFFF_FFFE), (68, 0xFFFF_FFFE), (76, 0u32)] {
        header[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }
    // Sector 0 is the table of sectors, 1 the directory, the stream follows.
    let mut table = vec![0xFFFF_FFFDu32, 0xFFFF_FFFE];
    table.extend((1..sectors as u32).map(|sector| sector + 2));
    table.push(0xFFFF_FFFE);
    table.resize(SECTOR / 4, 0xFFFF_FFFF);
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
    let directory = [entry("Root Entry", 5, 0xFFFF_FFFE, 0), entry("Workbook", 2, 2, size as u32), vec![0; 256]].concat();
    let mut padded = stream.to_vec();
    padded.resize(size, 0);
    [header, table.iter().flat_map(|next| next.to_le_bytes()).collect(), directory, padded].concat()
}
