//! Answers that are no data: the provider's own words.

use std::io::Read;

use super::walk::{element, enter, member};
use crate::answer::{publisher, words};
use crate::error::{Answer, DecodeError};
use crate::json::lexer::{Kind, Lexer};

use super::value::{append, text};

/// What an entry of an error document says, in this order: numbers and names, a title, an explanation.
const WORDS: [&str; 10] = ["code", "status", "id", "title", "label", "name", "message", "description", "detail", "text"];

/// Reads what stands at `errors` or `error`: the answer, unless there is none, as in the empty list that every message of version 2 may have.
pub(super) fn read<R: Read>(lexer: &mut Lexer<R>, pointer: &str) -> Result<Option<DecodeError>, DecodeError> {
    let mut answer = Words::default();
    match lexer.peek()? {
        Kind::Array => {
            lexer.next()?;
            while element(lexer)? {
                answer.entry(lexer)?;
            }
        }
        Kind::Boolean => drop(lexer.next()?),
        _ => answer.entry(lexer)?,
    }
    let said = answer.text.trim();
    let kind = answer.kind.unwrap_or_else(|| words::answer(said));
    Ok((!said.is_empty()).then(|| publisher(kind, pointer, said)))
}

#[derive(Default)]
struct Words {
    /// What a number says; elsewhere the words decide.
    kind: Option<Answer>,
    text: String,
}

impl Words {
    fn entry<R: Read>(&mut self, lexer: &mut Lexer<R>) -> Result<(), DecodeError> {
        if !self.text.is_empty() {
            self.text.push_str("; ");
        }
        if lexer.peek()? != Kind::Object {
            append(lexer, None, &mut self.text)?;
            return Ok(());
        }
        enter(lexer, Kind::Object, "an error")?;
        let mut words: [Option<String>; WORDS.len()] = Default::default();
        while let Some(key) = member(lexer, &WORDS)? {
            let said = text(lexer)?;
            if let Some(place) = WORDS.iter().position(|word| *word == key).and_then(|word| words.get_mut(word)) {
                *place = said;
            }
        }
        self.kind = words.iter().take(3).flatten().find_map(|number| kind(number)).or(self.kind);
        self.text.push_str(&words.into_iter().flatten().collect::<Vec<_>>().join(" "));
        Ok(())
    }
}

/// What the numbers of SDMX, of HTTP and of Eurostat say.
fn kind(number: &str) -> Option<Answer> {
    match number {
        "100" | "404" => Some(Answer::NotFound),
        "130" | "413" | "510" | "EXTRACTION_TOO_BIG" => Some(Answer::TooLarge),
        _ => None,
    }
}
