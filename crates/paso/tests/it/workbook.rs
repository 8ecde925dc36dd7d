//! Workbooks of a few cells, so that a test shows what stands in them.

use std::fmt::Write as _;

/// A row: its number from 1, and its texts from column A on; nothing stands where a text is empty.
pub(crate) type Row<'r> = (u32, &'r [&'r str]);

/// A workbook with these sheets, as XLSX.
pub(crate) fn workbook(sheets: &[(&str, &[Row<'_>])]) -> Vec<u8> {
    let mut list = String::new();
    let mut relations = String::new();
    let mut parts = Vec::new();
    for (index, (name, rows)) in sheets.iter().enumerate() {
        let number = index + 1;
        let _ = write!(list, "<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
        let _ = write!(
            relations,
            "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
             Target=\"worksheets/sheet{number}.xml\"/>"
        );
        parts.push((format!("xl/worksheets/sheet{number}.xml"), sheet(rows)));
    }
    let book = format!(
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{list}</sheets></workbook>"
    );
    let relations =
        format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>");
    parts.insert(0, ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()));
    parts.insert(1, ("xl/workbook.xml".to_owned(), book));
    parts.insert(2, ("xl/_rels/workbook.xml.rels".to_owned(), relations));
    stored(&parts)
}

fn sheet(rows: &[Row<'_>]) -> String {
    let mut data = String::new();
    for (number, cells) in rows {
        let _ = write!(data, "<row r=\"{number}\">");
        for (text, column) in cells.iter().zip('A'..='Z').filter(|(text, _)| !text.is_empty()) {
            let _ = match text.parse::<f64>() {
                Ok(_) => write!(data, "<c r=\"{column}{number}\"><v>{text}</v></c>"),
                Err(_) => write!(data, "<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
            };
        }
        data += "</row>";
    }
    format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{data}</sheetData></worksheet>")
}

/// A ZIP archive whose members are not compressed.
fn stored(members: &[(String, String)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in members {
        let offset = archive.len() as u32;
        let mut about = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        for field in [checksum(text.as_bytes()), text.len() as u32, text.len() as u32] {
            about.extend(field.to_le_bytes());
        }
        about.extend((name.len() as u16).to_le_bytes());
        about.extend([0, 0]);
        archive.extend(b"PK\x03\x04");
        archive.extend(&about);
        archive.extend(name.as_bytes());
        archive.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&about);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, count) = (archive.len() as u32, (members.len() as u16).to_le_bytes());
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count, count].concat());
    archive.extend((directory.len() as u32).to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0, 0]);
    archive
}

/// CRC-32 as ZIP has it.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |checksum, byte| {
        (0..8)
            .fold(checksum ^ u32::from(*byte), |checksum, _| if checksum & 1 == 1 { (checksum >> 1) ^ 0xEDB8_8320 } else { checksum >> 1 })
    })
}
