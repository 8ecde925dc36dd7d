//! Values as texts: what stands in a cell where a component is not coded, or has several values.

use std::io::Read;

use serde_json::Value;

use super::structure::Codes;
use super::walk::{broken, element};
use crate::error::DecodeError;
use crate::json::lexer::{Event, Lexer};

/// What stands between the values of a component that has several.
const SEPARATOR: char = ';';

/// Appends the text of the next value; false for `null` and for an array without values.
///
/// Numbers stay as they are written, unless there are codes: then they are positions among them. A text in several languages stays a JSON
/// object, without white space.
pub(super) fn append<R: Read>(lexer: &mut Lexer<R>, codes: Option<&Codes>, into: &mut String) -> Result<bool, DecodeError> {
    match lexer.next()? {
        Event::Text(text) => into.push_str(text),
        Event::True => into.push_str("true"),
        Event::False => into.push_str("false"),
        Event::Number(number) => match codes {
            None => into.push_str(number),
            Some(codes) => match codes.position(number) {
                Ok(key) => into.push_str(codes.text(key)),
                Err(problem) => return Err(broken(lexer, problem)),
            },
        },
        Event::ArrayStart => return append_array(lexer, codes, into),
        Event::ObjectStart => append_object(lexer, into)?,
        Event::Null | Event::ObjectEnd | Event::ArrayEnd | Event::Key(_) | Event::End => return Ok(false),
    }
    Ok(true)
}

/// The rest of an array: its values with a semicolon between them.
pub(super) fn append_array<R: Read>(lexer: &mut Lexer<R>, codes: Option<&Codes>, into: &mut String) -> Result<bool, DecodeError> {
    let mut any = false;
    while element(lexer)? {
        let before = into.len();
        if any {
            into.push(SEPARATOR);
        }
        if append(lexer, codes, into)? {
            any = true;
        } else {
            into.truncate(before);
        }
    }
    Ok(any)
}

/// The rest of an object as compact JSON.
pub(super) fn append_object<R: Read>(lexer: &mut Lexer<R>, into: &mut String) -> Result<(), DecodeError> {
    into.push('{');
    let mut first = true;
    loop {
        let Event::Key(key) = lexer.next()? else {
            into.push('}');
            return Ok(());
        };
        if !std::mem::take(&mut first) {
            into.push(',');
        }
        quote(key, into);
        into.push(':');
        append_json(lexer, into)?;
    }
}

fn append_json<R: Read>(lexer: &mut Lexer<R>, into: &mut String) -> Result<(), DecodeError> {
    match lexer.next()? {
        Event::Text(text) => quote(text, into),
        Event::Number(number) => into.push_str(number),
        Event::True => into.push_str("true"),
        Event::False => into.push_str("false"),
        Event::ObjectStart => append_object(lexer, into)?,
        Event::ArrayStart => {
            into.push('[');
            let mut first = true;
            while element(lexer)? {
                if !std::mem::take(&mut first) {
                    into.push(',');
                }
                append_json(lexer, into)?;
            }
            into.push(']');
        }
        Event::Null | Event::ObjectEnd | Event::ArrayEnd | Event::Key(_) | Event::End => into.push_str("null"),
    }
    Ok(())
}

fn quote(text: &str, into: &mut String) {
    into.push_str(&Value::from(text).to_string());
}

/// The next value as a text of its own.
pub(super) fn text<R: Read>(lexer: &mut Lexer<R>) -> Result<Option<String>, DecodeError> {
    let mut text = String::new();
    Ok(append(lexer, None, &mut text)?.then_some(text))
}
