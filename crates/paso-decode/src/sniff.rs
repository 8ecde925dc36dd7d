//! What a body is, judged by its bytes: content types and file names lie too often.

use std::fmt;

use crate::answer::excerpt;
use crate::container::Archive;
use crate::error::DecodeError;
use crate::json::lexer::Lexer;
use crate::source::Bytes;

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A JSON document.
    Json,
    /// Delimited text, or any text that is nothing else.
    Csv,
    /// An XLSX workbook.
    Xlsx,
    /// An older, binary workbook.
    Xls,
    /// Another ZIP archive, such as one that holds a CSV file.
    Zip,
    /// A file of printed figures.
    Printed,
    /// A page for people.
    Html,
    /// Another XML document.
    Xml,
    /// No byte, or nothing but white space.
    Empty,
    /// A binary format that no decoder reads.
    Unknown,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "a JSON document",
            Self::Csv => "delimited text",
            Self::Xlsx => "an XLSX workbook",
            Self::Xls => "an XLS workbook",
            Self::Zip => "a ZIP archive",
            Self::Printed => "a file of printed figures",
            Self::Html => "an HTML page",
            Self::Xml => "an XML document",
            Self::Empty => "an empty body",
            Self::Unknown => "binary data",
        })
    }
}

/// The byte order mark that spreadsheets put before UTF-8.
pub(crate) const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
/// How JSON begins in UTF-16. It must be UTF-8: its reader says so, where a table would only seem to have no rows.
const UTF16_JSON: [&[u8]; 4] = [b"\xFF\xFE{\0", b"\xFF\xFE[\0", b"\xFE\xFF\0{", b"\xFE\xFF\0["];
/// How an archive begins: with a member, with its directory where it has no members, and in the first of several parts.
const ARCHIVES: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];
const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Formats that no decoder reads, by their first bytes.
const SIGNATURES: [(&[u8], &str); 9] = [
    (b"%PDF", "a PDF"),
    (b"\x1F\x8B", "gzip data"),
    (b"\x28\xB5\x2F\xFD", "Zstandard data"),
    (b"\x89PNG", "a PNG image"),
    (b"\xFD7zXZ\0", "xz data"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    (b"Rar!\x1A\x07", "a RAR archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "an SQLite database"),
];
/// What stands behind the level in the first block of bzip2, and where a tar archive says that it is one.
const BZIP2_BLOCK: &[u8] = b"1AY&SY";
const TAR: (usize, &[u8]) = (257, b"ustar");

/// Says what a body is.
///
/// ```
/// use paso_decode::{Kind, sniff};
/// assert_eq!(sniff(b" [{\"page\": 1}, null]"), Kind::Json);
/// assert_eq!(sniff(b"\xEF\xBB\xBF\"Country Name\",\"1960\"\r\n"), Kind::Csv);
/// assert_eq!(sniff(b"<!DOCTYPE html><title>503</title>"), Kind::Html);
/// ```
pub fn sniff(body: &[u8]) -> Kind {
    if is_archive(body) {
        return if is_workbook(body) { Kind::Xlsx } else { Kind::Zip };
    }
    if body.starts_with(COMPOUND_FILE) {
        return Kind::Xls;
    }
    if binary(body).is_some() {
        return Kind::Unknown;
    }
    if UTF16_JSON.iter().any(|start| body.starts_with(start)) {
        return Kind::Json;
    }
    let text = body.strip_prefix(UTF8_MARK).unwrap_or(body).trim_ascii_start();
    match text.first() {
        None => Kind::Empty,
        Some(b'#' | b'[') if figures(text) => Kind::Printed,
        Some(b'{' | b'[') => Kind::Json,
        Some(b'n') if text.trim_ascii_end() == b"null" => Kind::Json,
        Some(b'<') => markup(text),
        // A control character begins no text; the byte order marks of UTF-16 are not control characters.
        Some(0..=8 | 14..=31) => Kind::Unknown,
        Some(_) => Kind::Csv,
    }
}

/// Whether a body is a ZIP archive, be it cut off in its signature: a title may begin with the letters of it, and goes on.
pub(crate) fn is_archive(body: &[u8]) -> bool {
    ARCHIVES.iter().any(|signature| body.starts_with(signature) || body.len() > 1 && signature.starts_with(body))
}

/// Why a text that begins with a bracket is no JSON but may be a table, such as `[a],b`: its first line has a delimiter, and is no JSON from the
/// second token on, or behind a whole value.
pub(crate) fn no_json(start: &[u8]) -> Option<DecodeError> {
    const PLACE: &str = "the body";
    let text = start.strip_prefix(UTF8_MARK).unwrap_or(start).trim_ascii_start();
    let line = text.split_inclusive(|byte| *byte == b'\n').next()?;
    let delimited = line.iter().any(|byte| matches!(byte, b',' | b';' | b'\t' | b'|'));
    if !delimited || !matches!(line.first(), Some(b'{' | b'[')) {
        return None;
    }
    let mut second = Lexer::several(line, PLACE);
    let second = second.next().map(drop).and_then(|()| second.peek());
    let mut behind = Lexer::several(line, PLACE);
    let behind = behind.skip().is_ok().then(|| behind.peek());
    [Some(second), behind]
        .into_iter()
        .flatten()
        .find_map(|found| found.err().filter(|error| matches!(error, DecodeError::Malformed { .. })))
}

/// Whether an archive is a workbook, judged by its directory, or by its first member where the directory was cut off.
fn is_workbook(body: &[u8]) -> bool {
    match Archive::open(Box::new(Bytes(body)), u64::MAX) {
        Ok(archive) => archive.is_workbook(),
        Err(_) => first_name(body).is_some_and(|name| {
            name == b"[Content_Types].xml" || [&b"xl/"[..], b"_rels/", b"docProps/"].iter().any(|start| name.starts_with(start))
        }),
    }
}

/// The name in the archive's first local header.
fn first_name(body: &[u8]) -> Option<&[u8]> {
    const NAME_LENGTH: usize = 26;
    const NAME: usize = 30;
    let length = u16::from_le_bytes([*body.get(NAME_LENGTH)?, *body.get(NAME_LENGTH + 1)?]);
    body.get(NAME..NAME + usize::from(length))
}

/// What a body is that no decoder reads, for the error message.
pub(crate) fn describe(body: &[u8], kind: Kind) -> &'static str {
    match kind {
        Kind::Html => "an HTML page",
        Kind::Xml => "an XML document",
        Kind::Empty => "an empty body",
        _ => binary(body).unwrap_or("binary data"),
    }
}

/// Whether a body begins as a format that no decoder reads.
pub(crate) fn has_signature(body: &[u8]) -> bool {
    binary(body).is_some()
}

fn binary(body: &[u8]) -> Option<&'static str> {
    if body.starts_with(b"BZh") && body.get(4..).is_some_and(|block| block.starts_with(BZIP2_BLOCK)) {
        return Some("bzip2 data");
    }
    if body.get(TAR.0..).is_some_and(|magic| magic.starts_with(TAR.1)) {
        return Some("a tar archive");
    }
    SIGNATURES.iter().find(|(first, _)| body.starts_with(first)).map(|(_, name)| *name)
}

/// Whether the first line that is no comment is a header of TOML under which figures or their documents stand: no JSON text begins so.
fn figures(text: &[u8]) -> bool {
    let mut text = text;
    while text.starts_with(b"#") {
        let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
        text = text.get(end..).unwrap_or_default().trim_ascii_start();
    }
    let name: Vec<u8> = text.iter().copied().filter(|byte| !matches!(byte, b' ' | b'\t')).take(b"[[figure]]".len()).collect();
    [&b"[[figure]]"[..], b"[document.", b"[document]"].iter().any(|start| name.starts_with(start))
}

/// How far into a document its root element is looked for: before it stand declarations and comments.
const PROLOGUE: usize = 2048;

/// How a page begins that leaves its root away.
const FRAGMENTS: [&[u8]; 8] = [b"<head", b"<body", b"<div", b"<p>", b"<script", b"<meta", b"<center", b"<h1"];

fn markup(text: &[u8]) -> Kind {
    let start = text[..text.len().min(PROLOGUE)].to_ascii_lowercase();
    let has = |needle: &[u8]| start.windows(needle.len()).any(|window| window == needle);
    if has(b"<html") || has(b"<!doctype html") || FRAGMENTS.iter().any(|tag| start.starts_with(tag)) {
        return Kind::Html;
    }
    match (start.get(1), text.get(1)) {
        // `<NA>` may be a cell; an element ends.
        (_, Some(b'A'..=b'Z')) if !has(b"</") && !has(b"/>") => Kind::Csv,
        (Some(b'?' | b'!' | b'a'..=b'z'), _) => Kind::Xml,
        _ => Kind::Csv,
    }
}

/// The longest title that is worth repeating, in characters.
const TITLE: usize = 200;
/// What a page does not show, by how it begins and ends.
const HIDDEN: [(&str, &str); 4] = [("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"), ("<noscript", "</noscript>")];

/// The title of an HTML page.
pub(crate) fn title(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    // Lower-casing ASCII keeps every byte where it is.
    let lower = text.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower[open..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title = excerpt(&text[start..end], TITLE);
    (!title.is_empty()).then_some(title)
}

/// The first words that a page shows, for one without a title.
pub(crate) fn visible(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let lower = text.to_ascii_lowercase();
    let (mut words, mut at) = (String::new(), 0);
    while words.len() < TITLE {
        let open = lower[at..].find('<').map_or(lower.len(), |open| at + open);
        words.push_str(&text[at..open]);
        words.push(' ');
        let hidden = HIDDEN.iter().find(|(start, _)| lower[open..].starts_with(start));
        let end = hidden.map_or(">", |(_, end)| *end);
        let Some(close) = lower[open..].find(end) else { break };
        at = open + close + end.len();
    }
    let words = excerpt(&words, TITLE);
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart_by_their_bytes() {
        let cases: [(&[u8], Kind); 30] = [
            (b"", Kind::Empty),
            (b"\xEF\xBB\xBF \r\n", Kind::Empty),
            (b"[{\"message\":[]}]", Kind::Json),
            (b"\xEF\xBB\xBF{\"a\":1}", Kind::Json),
            (b"Year,Country\n2020,Chile\n", Kind::Csv),
            (b"\xFF\xFEY\0e\0a\0r\0", Kind::Csv),
            (b"\xFF\xFE{\0\"\0", Kind::Json),
            (b"\xFE\xFF\0[\0{", Kind::Json),
            (b"<Error><Message>x</Message></Error>", Kind::Xml),
            (b"<Message Text=\"x\"/>", Kind::Xml),
            (b"<NA>,1\n<NA>,2\n", Kind::Csv),
            (b"<5,6\n", Kind::Csv),
            (b"# Figures\r\n\r\n[document.answer]\n", Kind::Printed),
            (b"\xEF\xBB\xBF[[ figure ]] # one\n", Kind::Printed),
            (b"[[\"figure\"]]", Kind::Json),
            (b"# [[figure]]\na,b\n", Kind::Csv),
            (b"[dataset.a]\n", Kind::Json),
            (b"\xEF\xBB\xBF\r\n<!DOCTYPE HTML><html>", Kind::Html),
            (b"<?xml version=\"1.0\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\">", Kind::Html),
            (b"<?xml version=\"1.0\"?><S:Fault/>", Kind::Xml),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Xls),
            (b"%PDF-1.7", Kind::Unknown),
            (b"\0\0\0", Kind::Unknown),
            (b"PK\x05\x06\0\0\0\0", Kind::Zip),
            (b"PK\x07\x08PK\x03\x04", Kind::Zip),
            (b"PK\x03", Kind::Zip),
            (b"PK,b\n1,2\n", Kind::Csv),
            (b"PKEY;NAME\n1;x\n", Kind::Csv),
            (b"null\n", Kind::Json),
            (b"null\n1\n", Kind::Csv),
        ];
        for (body, kind) in cases {
            assert_eq!(sniff(body), kind, "{:?}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn a_bracket_alone_makes_no_json() {
        for text in [&b"[a],b\n1,2\n"[..], b"{a},b\n1,2\n", b"\xEF\xBB\xBF[a];b\n", b"[1],b\n1,2\n", b"{\"a\":1}|x\n"] {
            assert!(no_json(text).is_some(), "{}", String::from_utf8_lossy(text));
        }
        for text in [
            &b"[{\"a\":1},{\"a\":2}]"[..],
            b"[\n 1, 2]",
            b"{\"a\":1}\n{\"a\":2}\n",
            b"[\"a\",\"b\"]\r\n[1,2]",
            b"{\"a\":1,\"b\":}",
            b"[1,2",
            b"{\"a\":[1,",
            b"[x]",
            b"a,b\n",
            b"",
        ] {
            assert!(no_json(text).is_none(), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_page_is_named_by_its_title() {
        assert_eq!(title(b"<HTML><Title lang=en>\n 403   Forbidden\n</TITLE>").as_deref(), Some("403 Forbidden"));
        assert_eq!(title(b"<html><title>"), None);
        assert_eq!(title(b"<html>"), None);
    }

    #[test]
    fn a_page_without_a_title_is_named_by_what_it_shows() {
        let page =
            b"<html><style>p { color: red }</style><!-- <p>no</p> --><body><script>if (a < b) {}</script>\n<p>Down for <b>maintenance</b>";
        assert_eq!(visible(page).as_deref(), Some("Down for maintenance"));
        assert_eq!(visible(b"<p>Per\xFA</p>").as_deref(), Some("Per\u{FFFD}"));
        assert_eq!(visible(b"<html><img src=x>"), None);
        assert_eq!(visible(b"<script>"), None);
    }

    #[test]
    fn unreadable_binaries_are_named() {
        assert_eq!(describe(b"%PDF-1.7", Kind::Unknown), "a PDF");
        assert_eq!(describe(b"\x01\x02", Kind::Unknown), "binary data");
    }
}
