//! The facts of a message: texts at JSON pointers, read where the first pass saw their member begin.

use super::outline::PLACE;
use crate::error::DecodeError;
use crate::json::lexer::{Event, Kind, Lexer, Offset};
use crate::pointer::tokens;
use crate::source::{Source, open};

/// The member of the message that a pointer goes through.
pub(super) fn member(pointer: &str) -> String {
    tokens(pointer).next().unwrap_or_default()
}

/// The text at a pointer, or the raw JSON of what else stands there; none where nothing or null does.
pub(super) fn find(source: &dyn Source, members: &[(String, Offset)], pointer: &str) -> Result<Option<String>, DecodeError> {
    let first = member(pointer);
    let Some((_, offset)) = members.iter().find(|(key, _)| *key == first) else { return Ok(None) };
    let reader = open(source, PLACE, offset.byte())?;
    let mut lexer = Lexer::resume(reader, PLACE, *offset);
    for token in tokens(pointer).skip(1) {
        let found = match lexer.peek()? {
            Kind::Object => {
                lexer.next()?;
                loop {
                    match lexer.next()? {
                        Event::Key(key) if key == token => break true,
                        Event::Key(_) => lexer.skip()?,
                        _ => break false,
                    }
                }
            }
            Kind::Array => match token.parse::<usize>() {
                Ok(index) => {
                    lexer.next()?;
                    let mut before = 0;
                    while before < index && lexer.peek()? != Kind::Close {
                        lexer.skip()?;
                        before += 1;
                    }
                    lexer.peek()? != Kind::Close
                }
                Err(_) => false,
            },
            _ => false,
        };
        if !found {
            return Ok(None);
        }
    }
    match lexer.peek()? {
        Kind::Null | Kind::Close | Kind::Key | Kind::End => Ok(None),
        Kind::Text => match lexer.next()? {
            Event::Text(text) => Ok(Some(text.to_owned())),
            _ => Ok(None),
        },
        _ => {
            let mut raw = String::new();
            lexer.capture(&mut raw)?;
            Ok(Some(raw))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::outline;
    use super::*;
    use crate::source::Bytes;

    #[test]
    fn a_text_is_found_anywhere_in_the_message() {
        let body = br#"{"updated": "2020", "value": [1, 2], "extension": {"a/b": [{"n": 1.50}, {"t": "caf\u00e9"}], "z": null}, "n": 7}"#;
        let cases = [
            ("/updated", Some("2020")),
            ("/n", Some("7")),
            ("/extension/a~1b/0/n", Some("1.50")),
            ("/extension/a~1b/1/t", Some("café")),
            ("/extension/a~1b/1", Some(r#"{"t": "caf\u00e9"}"#)),
            ("/value/1", Some("2")),
            ("/value/2", None),
            ("/value/x", None),
            ("/extension/z", None),
            ("/extension/y", None),
            ("/updated/x", None),
            ("/nothing", None),
        ];
        for (pointer, expected) in cases {
            let wanted = member(pointer);
            let outline = outline::read(&body[..], &[&wanted]).unwrap();
            assert_eq!(find(&Bytes(body), &outline.members, pointer).unwrap().as_deref(), expected, "{pointer}");
        }
    }
}
