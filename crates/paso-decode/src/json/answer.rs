//! What publishers say instead of rows.

use super::lexer::{Event, Kind, Lexer};
use super::pointer::{Found, Pointer, Reader, Taken, Visit, walk};
use super::{PLACE, open};
use crate::error::{Answer, DecodeError};
use crate::header::fold;
use crate::source::Source;

/// Where error documents have their text, the most telling place first: OData 4 and 2, CKAN, Socrata, the World Bank, RFC 9457 and many others.
pub(super) const USUAL: [&str; 12] = [
    "/error/message/value",
    "/odata.error/message/value",
    "/error/message",
    "/odata.error/message",
    "/message",
    "/0/message",
    "/error",
    "/errors",
    "/errorMessages",
    "/Message",
    "/detail",
    "/title",
];

/// The longest excerpt of a publisher's text that is repeated, in characters.
const EXCERPT: usize = 500;

/// The publisher's error, where the form says that one stands.
pub(super) fn declared(pointers: &[String], found: &[Option<String>]) -> Option<DecodeError> {
    let (pointer, raw) =
        pointers.iter().zip(found).find_map(|(pointer, raw)| raw.as_deref().filter(|raw| says_something(raw)).map(|raw| (pointer, raw)))?;
    Some(publisher(pointer, raw))
}

/// The publisher's error where such errors usually stand, for a body without rows.
pub(super) fn usual(source: &dyn Source) -> Option<DecodeError> {
    struct Texts(Vec<Option<String>>);
    impl Visit for Texts {
        fn visit(&mut self, pointers: &[usize], found: Found, lexer: &mut Reader<'_>) -> Result<Taken, DecodeError> {
            if matches!(found, Found::Value(Kind::Boolean | Kind::Number | Kind::Null)) {
                return Ok(Taken::No);
            }
            let mut raw = String::new();
            lexer.capture(&mut raw)?;
            for pointer in pointers {
                if let Some(text) = self.0.get_mut(*pointer) {
                    *text = Some(raw.clone());
                }
            }
            Ok(Taken::Raw(raw))
        }
    }
    let pointers = USUAL.map(Pointer::parse);
    let mut texts = Texts(vec![None; USUAL.len()]);
    // What is no document, or more than a message, is no error document.
    walk(&mut Lexer::new(open(source, 0).ok()?, PLACE), false, &pointers, &mut texts).ok()?;
    let (pointer, raw) = USUAL
        .iter()
        .zip(&texts.0)
        .find_map(|(pointer, raw)| raw.as_deref().filter(|raw| says_something(raw)).map(|raw| (*pointer, raw)))?;
    Some(publisher(pointer, raw))
}

fn publisher(pointer: &str, raw: &str) -> DecodeError {
    DecodeError::Publisher { answer: Answer::Error, pointer: pointer.to_owned(), text: fold(&text(raw)).chars().take(EXCERPT).collect() }
}

/// The text of a raw value: a string without its quotes and escapes, anything else as it stands.
pub(super) fn text(raw: &str) -> String {
    match Lexer::new(raw.as_bytes(), PLACE).next() {
        Ok(Event::Text(text)) => text.to_owned(),
        _ => raw.to_owned(),
    }
}

/// Whether what stands at an error pointer is an error: many envelopes always carry an empty list of them.
fn says_something(raw: &str) -> bool {
    let inner = raw.trim_matches(['[', ']', '{', '}', '"', ' ', '\t', '\r', '\n']);
    !inner.is_empty() && raw != "null" && raw != "false"
}
