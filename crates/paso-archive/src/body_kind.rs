//! What a body is, told from its bytes and never from its name or content type.

use std::fmt;

/// The kinds of body that a definition can decode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BodyKind {
    /// A JSON object or array.
    Json,
    /// Text that is neither JSON nor markup: CSV with any delimiter, in any encoding.
    Csv,
    /// An Office Open XML workbook.
    Xlsx,
    /// A workbook of the older binary format.
    Xls,
    /// A ZIP archive that is no workbook.
    Zip,
    /// A gzip file.
    Gzip,
}

impl fmt::Display for BodyKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Json => "JSON",
            Self::Csv => "CSV",
            Self::Xlsx => "an XLSX workbook",
            Self::Xls => "an XLS workbook",
            Self::Zip => "a ZIP archive",
            Self::Gzip => "a gzip file",
        })
    }
}

/// A body that is none of the kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// What it is: "an HTML page", "a truncated ZIP archive or workbook" …
    pub found: &'static str,
    /// The title of an HTML page.
    pub title: Option<String>,
}

impl fmt::Display for Foreign {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.title {
            Some(title) => write!(formatter, "{} titled {title:?}", self.found),
            None => formatter.write_str(self.found),
        }
    }
}

impl BodyKind {
    /// Tells what a body is.
    pub fn sniff(body: &[u8]) -> Result<Self, Foreign> {
        let foreign = |found| Err(Foreign { found, title: None });
        if body.starts_with(b"PK\x03\x04") || body.starts_with(b"PK\x05\x06") {
            return sniff_zip(body);
        }
        if body.starts_with(b"\x1F\x8B") {
            return Ok(Self::Gzip);
        }
        if body.starts_with(b"\xD0\xCF\x11\xE0") {
            return Ok(Self::Xls);
        }
        for (magic, found) in MAGIC {
            if body.starts_with(magic) {
                return foreign(found);
            }
        }
        let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
        match text.first() {
            None => foreign("an empty body"),
            Some(b'{' | b'[') => Ok(Self::Json),
            Some(b'<') if is_html(text) => Err(Foreign { found: "an HTML page", title: html_title(text) }),
            Some(b'<') => foreign("an XML document"),
            Some(_) => Ok(Self::Csv),
        }
    }
}

const MAGIC: [(&[u8], &str); 3] = [(b"%PDF", "a PDF document"), (b"Rar!", "a RAR archive"), (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive")];

/// The end-of-directory record stands in the last 64 KiB and 22 bytes of a ZIP archive (APPNOTE 4.3.16), and says where the directory is. Only its
/// names count: a workbook that is stored in an archive has names of its own.
fn sniff_zip(body: &[u8]) -> Result<BodyKind, Foreign> {
    const COMMENT_AND_RECORD: usize = 65_535 + 22;
    let start = body.len().saturating_sub(COMMENT_AND_RECORD);
    let record = body[start..].windows(4).rposition(|window| window == b"PK\x05\x06").map(|at| &body[start + at..]);
    let Some(record) = record else {
        return Err(Foreign { found: "a truncated ZIP archive or workbook", title: None });
    };
    let number = |bytes: &[u8], at: usize, size: usize| {
        bytes.get(at..at + size).map_or(0, |bytes| bytes.iter().rev().fold(0_usize, |number, byte| number << 8 | usize::from(*byte)))
    };
    let mut entry = body.get(number(record, 16, 4)..).unwrap_or_default();
    while entry.starts_with(b"PK\x01\x02") {
        let [name, extra, comment] = [28, 30, 32].map(|at| number(entry, at, 2));
        if entry.get(46..46 + name).is_some_and(|name| name.starts_with(b"xl/workbook")) {
            return Ok(BodyKind::Xlsx);
        }
        entry = entry.get(46 + name + extra + comment..).unwrap_or_default();
    }
    Ok(BodyKind::Zip)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

const HTML_LOOKED_AT: usize = 16 * 1024;

fn is_html(text: &[u8]) -> bool {
    let start = text[..text.len().min(HTML_LOOKED_AT)].to_ascii_lowercase();
    [&b"<!doctype html"[..], b"<html", b"<head", b"<body"].into_iter().any(|tag| contains(&start, tag))
}

fn html_title(text: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(&text[..text.len().min(HTML_LOOKED_AT)]);
    // Byte positions agree, for only ASCII letters change.
    let lower = start.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let open = tag + lower[tag..].find('>')? + 1;
    let close = open + lower[open..].find("</title")?;
    let title = start[open..close].split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &[u8]) -> &'static str {
        BodyKind::sniff(body).unwrap_err().found
    }

    #[test]
    fn text_is_told_by_its_first_character() {
        assert_eq!(BodyKind::sniff(b"\xEF\xBB\xBF [1]"), Ok(BodyKind::Json));
        assert_eq!(BodyKind::sniff(b"\n{\"page\":1}"), Ok(BodyKind::Json));
        assert_eq!(BodyKind::sniff(b"\xEF\xBB\xBF\"Data Source\",\"World\"\r\n"), Ok(BodyKind::Csv));
        assert_eq!(BodyKind::sniff("A\u{f1}o;Pa\u{ed}s".as_bytes()), Ok(BodyKind::Csv));
        assert_eq!(BodyKind::sniff(b"\xFF\xFEY\0e\0a\0r\0"), Ok(BodyKind::Csv));
    }

    #[test]
    fn an_html_page_is_no_data_and_has_a_title() {
        let page = b"\xEF\xBB\xBF<!DOCTYPE html>\n<HTML><head><Title lang=\"en\">\n  404 - File or directory\n not found.</title></head>";
        let foreign = BodyKind::sniff(page).unwrap_err();
        assert_eq!(foreign, Foreign { found: "an HTML page", title: Some("404 - File or directory not found.".into()) });
        assert_eq!(BodyKind::sniff(b"<html><body>no title").unwrap_err().title, None);
        assert_eq!(BodyKind::sniff(b"<html><title>cut off").unwrap_err().title, None);
    }

    #[test]
    fn other_formats_are_named() {
        assert_eq!(found(b""), "an empty body");
        assert_eq!(found(b" \r\n"), "an empty body");
        assert_eq!(found(b"<?xml version=\"1.0\"?><wb:error/>"), "an XML document");
        assert_eq!(found(b"%PDF-1.7"), "a PDF document");
    }

    #[test]
    fn a_zip_archive_is_whole_and_may_be_a_workbook() {
        let zip = |name: &str, content: &[u8]| {
            let mut bytes = b"PK\x03\x04".to_vec();
            bytes.extend(content);
            let directory = bytes.len() as u32;
            bytes.extend(b"PK\x01\x02");
            bytes.extend([0; 24]);
            bytes.extend((name.len() as u16).to_le_bytes());
            bytes.extend([0; 16]);
            bytes.extend(name.as_bytes());
            let size = bytes.len() as u32 - directory;
            bytes.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
            bytes.extend([size.to_le_bytes(), directory.to_le_bytes()].concat());
            bytes.extend([0, 0]);
            bytes
        };
        let workbook = zip("xl/workbook.xml", b"");
        assert_eq!(BodyKind::sniff(&workbook), Ok(BodyKind::Xlsx));
        assert_eq!(BodyKind::sniff(&zip("API_SM.POP.NETM.csv", b"")), Ok(BodyKind::Zip));
        assert_eq!(BodyKind::sniff(&zip("Cuadros.xlsx", &workbook)), Ok(BodyKind::Zip), "a workbook that is stored in an archive");
        assert_eq!(found(&workbook[..20]), "a truncated ZIP archive or workbook");
    }
}
