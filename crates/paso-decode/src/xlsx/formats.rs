//! Which cell formats show a number as a date.

use std::collections::BTreeMap;
use std::io::Read;

use super::xml::{Token, Xml};
use crate::error::DecodeError;

/// For every style of a cell, whether its numbers are dates.
#[derive(Debug, Default)]
pub(super) struct Formats {
    dates: Vec<bool>,
}

impl Formats {
    pub(super) fn new(dates: Vec<bool>) -> Self {
        Self { dates }
    }

    /// Whether numbers of this style are dates.
    pub(super) fn is_date(&self, style: usize) -> bool {
        self.dates.get(style).copied().unwrap_or(false)
    }

    /// Reads the styles of a workbook. Only formats count: whatever else is broken in there, as some writers leave it, does not matter.
    pub(super) fn read(mut xml: Xml<impl Read>) -> Result<Self, DecodeError> {
        let mut codes: BTreeMap<u32, bool> = BTreeMap::new();
        let mut dates = Vec::new();
        let mut in_cells = false;
        loop {
            match xml.next()? {
                Token::Eof => break,
                Token::End { name: b"cellXfs" } => in_cells = false,
                Token::Start { name: b"cellXfs", empty, .. } => in_cells = !empty,
                Token::Start { name: b"numFmt", attributes, .. } => {
                    if let (Some(id), Some(code)) = (attributes.text("numFmtId"), attributes.text("formatCode")) {
                        codes.insert(id.parse().unwrap_or(0), shows_date(&code));
                    }
                }
                Token::Start { name: b"xf", attributes, .. } if in_cells => {
                    let id = attributes.text("numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    dates.push(codes.get(&id).copied().unwrap_or_else(|| is_built_in_date(id)));
                }
                _ => {}
            }
        }
        xml.finish()?;
        Ok(Self { dates })
    }
}

/// The formats that every spreadsheet has, by their numbers (ECMA-376 part 1, 18.8.30). 46 is a duration.
pub(super) fn is_built_in_date(id: u32) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45 | 47 | 50..=58)
}

/// Whether a format shows a date or a time of day. A duration (`[h]:mm`) is a number.
pub(super) fn shows_date(code: &str) -> bool {
    let mut characters = code.chars();
    let mut date = false;
    while let Some(character) = characters.next() {
        match character {
            '"' => while characters.next().is_some_and(|quoted| quoted != '"') {},
            '\\' | '_' | '*' => {
                characters.next();
            }
            '[' => {
                let inner: String = characters.by_ref().take_while(|inner| *inner != ']').collect::<String>().to_ascii_lowercase();
                if ["h", "m", "s"].iter().any(|unit| !inner.is_empty() && inner.replace(unit, "").is_empty()) {
                    return false;
                }
            }
            ';' => break,
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => date = true,
            _ => {}
        }
    }
    date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_show_dates_are_told_from_others() {
        for code in ["yyyy-mm-dd", "dd/mm/yy;@", "[$-C0A]d \"de\" mmmm", "h:mm AM/PM", "MMM\\-YY", "[Red]mm.dd"] {
            assert!(shows_date(code), "{code}");
        }
        for code in ["General", "0.00", "#,##0 \"días\"", "[h]:mm:ss", "[MM]:ss", "0.00E+00", "\\d0", "_d0", "@", "0;dd", ""] {
            assert!(!shows_date(code), "{code}");
        }
    }

    #[test]
    fn styles_are_numbered_among_the_cell_formats_only() {
        let styles = r#"<styleSheet><numFmts><numFmt numFmtId="165" formatCode="dd&quot;x&quot;"/><numFmt numFmtId="14" formatCode="0"/></numFmts>
            <cellStyleXfs><xf numFmtId="22"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="165"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;
        let formats = Formats::read(Xml::new(styles.as_bytes(), "styles".to_owned())).unwrap();
        assert_eq!(formats.dates, [false, true, false, true]);
        assert!(!formats.is_date(99));
    }
}
