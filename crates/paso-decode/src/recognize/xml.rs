//! What registries answer in XML: SOAP faults, tickets, error messages and footers of SDMX-ML.
//!
//! SDMX-ML data messages are not read yet; what is looked for here are the few elements that hold a publisher's words.

use std::io::{BufReader, Read as _};

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use crate::answer::{EXCERPT, excerpt, words};
use crate::error::{Answer, DecodeError};
use crate::source::Source;

/// An answer is short; a data message is not read to its end.
const MAX_BYTES: u64 = 1 << 20;
/// How deep elements may be nested.
const MAX_DEPTH: usize = 64;

/// Elements that hold a publisher's words, by their local names.
const WORDS: [&str; 15] = [
    "faultcode",
    "faultstring",
    "Text",
    "status",
    "id",
    "message",
    "Message",
    "Code",
    "Reason",
    "detail",
    "Detail",
    "ExceptionMessage",
    "ExceptionText",
    "ServiceException",
    "title",
];
/// Elements that are an answer.
const ANSWERS: [&str; 9] = ["Fault", "Error", "queued", "Footer", "error", "errors", "Errors", "ExceptionReport", "ServiceExceptionReport"];
/// Elements that are an answer where they are the whole document.
const ALONE: [&str; 4] = ["Message", "message", "exception", "Exception"];

/// How the namespaces of SDMX-ML begin, 1.0 to 3.0.
const SDMX: [&str; 2] = ["http://www.sdmx.org/resources/sdmxml/schemas/", "http://www.SDMX.org/resources/SDMXML/schemas/"];

/// Whether the root element of a document is one of SDMX-ML.
pub(super) fn is_sdmx(start: &[u8]) -> bool {
    let mut reader = NsReader::from_reader(start);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_resolved_event_into(&mut buffer) {
            Ok((ResolveResult::Bound(Namespace(namespace)), Event::Start(_) | Event::Empty(_))) => {
                return SDMX.iter().any(|sdmx| namespace.starts_with(sdmx));
            }
            Ok((_, Event::Start(_) | Event::Empty(_) | Event::Eof)) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// The answer that an XML document is; none where it is something else.
pub(super) fn answer(source: &dyn Source) -> Option<DecodeError> {
    let mut reader = Reader::from_reader(BufReader::new(source.open(0).ok()?.take(MAX_BYTES)));
    let (mut buffer, mut path) = (Vec::new(), Vec::<String>::new());
    let (mut inside, mut text, mut code) = (None, String::new(), None);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                let answers = ANSWERS.contains(&name.as_str()) || path.is_empty() && ALONE.contains(&name.as_str());
                if inside.is_none() && answers {
                    inside = Some(name.clone());
                }
                if inside.is_some() {
                    for attribute in start.attributes().flatten().filter(|attribute| attribute.key.as_ref() == "code") {
                        code = code.or_else(|| Some(attribute.value.to_string()));
                    }
                }
                path.push(name);
                if path.len() > MAX_DEPTH {
                    return None;
                }
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Text(said) if inside.is_some() && path.last().is_some_and(|name| speaks(name)) => {
                let said = said.to_string();
                append(&mut text, &unescape(&said).map_or_else(|_| said.clone(), std::borrow::Cow::into_owned));
            }
            Event::GeneralRef(entity) if inside.is_some() && path.last().is_some_and(|name| speaks(name)) => {
                let written = format!("&{};", &*entity);
                text.push_str(&unescape(&written).map_or_else(|_| written.clone(), std::borrow::Cow::into_owned));
            }
            Event::DocType(_) => return None,
            Event::Eof => break,
            _ => {}
        }
    }
    let element = inside?;
    let text = excerpt(&text, EXCERPT);
    let said = words::answer(&text);
    let answer = match (element.as_str(), code.as_deref()) {
        ("queued", _) => Answer::Queued,
        (_, Some("404" | "100")) => Answer::NotFound,
        // A footer with 413 may say that the answer is on its way to a file.
        (_, Some("413" | "130" | "510")) if said != Answer::Queued => Answer::TooLarge,
        _ => said,
    };
    let text = code.map_or(text.clone(), |code| format!("{code} {text}"));
    Some(DecodeError::Publisher { answer, pointer: element, text })
}

/// Whether the text of an element is a publisher's words: in one for them, or right in the answer.
fn speaks(name: &str) -> bool {
    [&WORDS[..], &ANSWERS, &ALONE].iter().any(|names| names.contains(&name))
}

/// Adds a word; an entity that was written out in the middle of one belongs to it.
fn append(text: &mut String, said: &str) {
    let continues = text.ends_with(['\'', '"', '&', '<', '>']) || said.starts_with(|first: char| !first.is_alphanumeric());
    if !text.is_empty() && !continues && !text.ends_with(' ') {
        text.push(' ');
    }
    text.push_str(said);
}
