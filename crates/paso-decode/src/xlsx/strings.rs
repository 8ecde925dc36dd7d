//! The table of texts that the cells of a workbook share.

use std::io::Read;

use super::xml::{Token, Xml, unescape, unescape_controls};
use crate::container::RESIDENT;
use crate::error::DecodeError;

/// Texts by their number. All of them are in memory, one behind the other, up to [`RESIDENT`] bytes.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    /// Reads the table. The number of texts that it declares is not believed, so it can lie.
    pub(super) fn read(mut xml: Xml<impl Read>) -> Result<Self, DecodeError> {
        let mut strings = Self::default();
        let mut raw = Vec::new();
        loop {
            match xml.next()? {
                Token::Eof => break,
                Token::Start { name: b"si", empty, .. } => {
                    let from = strings.text.len();
                    if !empty {
                        item(&mut xml, &mut raw, &mut strings.text)?;
                        unescape_controls(&mut strings.text, from);
                    }
                    strings.ends.push(strings.text.len());
                    if strings.bytes() > RESIDENT {
                        let member = format!("{}, which is kept in memory,", xml.place());
                        return Err(DecodeError::TooLarge { member, cap: RESIDENT });
                    }
                }
                _ => {}
            }
        }
        xml.finish()?;
        Ok(strings)
    }

    fn bytes(&self) -> u64 {
        (self.text.len() + self.ends.len() * size_of::<usize>()) as u64
    }

    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// The text of a number.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..end)
    }
}

/// Appends the text of `<si>` or `<is>`, whose start was read: plain, or in runs of one format each. Phonetic hints are no part of it.
pub(super) fn item(xml: &mut Xml<impl Read>, raw: &mut Vec<u8>, into: &mut String) -> Result<(), DecodeError> {
    let mut depth = 0u32;
    loop {
        let phonetic = match xml.next()? {
            Token::Start { name: b"t", empty: false, .. } => false,
            Token::Start { name: b"rPh", empty: false, .. } => true,
            Token::Start { empty: false, .. } => {
                depth += 1;
                continue;
            }
            Token::End { .. } if depth == 0 => return Ok(()),
            Token::End { .. } => {
                depth -= 1;
                continue;
            }
            Token::Eof => return Err(xml.ends()),
            _ => continue,
        };
        if phonetic {
            xml.skip_element()?;
        } else {
            raw.clear();
            xml.text(raw)?;
            unescape(raw, into).map_err(|problem| xml.malformed(problem))?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_rich_texts_have_their_numbers() {
        let table = "<sst uniqueCount=\"99999999999\"><si><t>código</t></si><si/><si><r><rPr><b/></rPr><t xml:space=\"preserve\">rich </t></r>\
            <r><t>te&amp;xt</t></r><rPh sb=\"0\" eb=\"1\"><t>no</t></rPh></si><si><t>a_x000D_</t></si></sst>";
        let strings = Strings::read(Xml::new(table.as_bytes(), "strings".to_owned())).unwrap();
        let texts: Vec<Option<&str>> = (0..5).map(|index| strings.get(index)).collect();
        assert_eq!(texts, [Some("código"), Some(""), Some("rich te&xt"), Some("a\r"), None]);
    }

    #[test]
    fn a_table_that_ends_in_a_text_is_cut_off() {
        assert!(Strings::read(Xml::new(&b"<sst><si><t>a"[..], "strings".to_owned())).is_err());
        assert!(Strings::read(Xml::new(&b"<sst><si><t>&b;</t></si></sst>"[..], "strings".to_owned())).is_err());
    }
}
