//! Steps through objects and arrays, on top of the lexer.

use std::io::Read;

use crate::error::DecodeError;
use crate::json::lexer::{Event, Kind, Lexer};

use super::PLACE;

/// What stands at the token that was read last, or is next, breaks a rule.
pub(super) fn broken<R: Read>(lexer: &Lexer<R>, problem: impl Into<String>) -> DecodeError {
    DecodeError::Malformed { place: PLACE.to_owned(), at: lexer.position(), problem: problem.into() }
}

/// Enters an object or array. False for `null`, which says the same as an absent member.
pub(super) fn enter<R: Read>(lexer: &mut Lexer<R>, container: Kind, what: &str) -> Result<bool, DecodeError> {
    let found = lexer.peek()?;
    if found != container && found != Kind::Null {
        return Err(broken(lexer, format!("{what} is {found}, expected {container}")));
    }
    lexer.next()?;
    Ok(found == container)
}

/// The next member of an object whose key is one of these; the others are passed over. None at the end of the object.
pub(super) fn member<R: Read>(lexer: &mut Lexer<R>, known: &[&'static str]) -> Result<Option<&'static str>, DecodeError> {
    loop {
        let found = match lexer.next()? {
            Event::Key(key) => known.iter().find(|known| **known == key).copied(),
            _ => return Ok(None),
        };
        match found {
            Some(key) => return Ok(Some(key)),
            None => lexer.skip()?,
        }
    }
}

/// Whether the array has another element; otherwise it is left.
pub(super) fn element<R: Read>(lexer: &mut Lexer<R>) -> Result<bool, DecodeError> {
    let more = lexer.peek()? != Kind::Close;
    if !more {
        lexer.next()?;
    }
    Ok(more)
}

/// The members that an object had so far, to refuse one that comes again.
#[derive(Default)]
pub(super) struct Seen(Vec<&'static str>);

impl Seen {
    pub(super) fn once<R: Read>(&mut self, lexer: &Lexer<R>, key: &'static str) -> Result<(), DecodeError> {
        if self.0.contains(&key) {
            return Err(DecodeError::DuplicateKey { key: key.to_owned(), at: lexer.position() });
        }
        self.0.push(key);
        Ok(())
    }
}
