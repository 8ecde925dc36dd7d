//! A JSON text of which only some places are looked at; the rest is checked and skipped.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::PLACE;
use crate::error::DecodeError;
use crate::position::Position;

/// A JSON text; every slice of it that is handed around still knows its place in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document<'a> {
    body: &'a str,
}

impl<'a> Document<'a> {
    /// `body` may begin with a byte order mark.
    pub(super) fn new(body: &'a str) -> Self {
        Self { body }
    }

    /// What stands at each pointer. Checks the syntax of the whole text.
    pub(super) fn locate(&self, pointers: &[&String]) -> Result<Vec<Option<&'a str>>, DecodeError> {
        let tokens: Vec<Vec<String>> = pointers.iter().map(|pointer| tokens(pointer)).collect();
        let wanted: Vec<(usize, &[String])> = tokens.iter().map(Vec::as_slice).enumerate().collect();
        let mut found = vec![None; pointers.len()];
        let text = self.body.strip_prefix('\u{FEFF}').unwrap_or(self.body);
        self.descend(text.trim_ascii(), &wanted, &mut found)?;
        Ok(found)
    }

    fn descend(&self, text: &'a str, wanted: &[(usize, &[String])], found: &mut [Option<&'a str>]) -> Result<(), DecodeError> {
        for (slot, _) in wanted.iter().filter(|(_, tokens)| tokens.is_empty()) {
            found[*slot] = Some(text);
        }
        let deeper: Vec<(usize, &[String])> = wanted.iter().filter(|(_, tokens)| !tokens.is_empty()).copied().collect();
        let mut children: Vec<(usize, &'a str)> = Vec::new();
        let seed = Children { wanted: &deeper, children: &mut children };
        self.parse(text, seed)?;
        for (at, (token, child)) in children.iter().enumerate() {
            if children[..at].iter().any(|(earlier, _)| earlier == token) {
                return Err(DecodeError::DuplicateKey { key: deeper[*token].1[0].clone(), at: self.position(text, 0) });
            }
            // Pointers with the same first token descend together.
            let same = |tokens: &&[String]| tokens[0] == deeper[*token].1[0];
            let next: Vec<(usize, &[String])> =
                deeper.iter().filter(|(_, tokens)| same(tokens)).map(|(slot, tokens)| (*slot, &tokens[1..])).collect();
            self.descend(child, &next, found)?;
        }
        Ok(())
    }

    /// Parses a slice of the text to its end.
    pub(super) fn parse<S: DeserializeSeed<'a>>(&self, text: &'a str, seed: S) -> Result<S::Value, DecodeError> {
        let mut parser = serde_json::Deserializer::from_str(text);
        let value = seed.deserialize(&mut parser).map_err(|error| self.syntax(text, &error))?;
        parser.end().map_err(|error| self.syntax(text, &error))?;
        Ok(value)
    }

    /// Hands every element of an array to `each`, with its ordinal from 1.
    pub(super) fn each_element(
        &self,
        array: &'a str,
        each: impl FnMut(u32, &'a str) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let mut failure = None;
        let parsed = self.parse(array, Elements { each, failure: &mut failure });
        failure.map_or(parsed, Err)
    }

    /// The text of a cell: a string without its quotes and escapes, anything else as it stands.
    pub(super) fn text(&self, raw: &'a str) -> Result<Cow<'a, str>, DecodeError> {
        let Some(inner) = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return Ok(Cow::Borrowed(raw)) };
        if !inner.contains('\\') {
            return Ok(Cow::Borrowed(inner));
        }
        serde_json::from_str::<String>(raw).map(Cow::Owned).map_err(|error| self.syntax(raw, &error))
    }

    /// The place of a byte of a slice of the text.
    pub(super) fn position(&self, slice: &str, byte: usize) -> Position {
        let start = slice.as_ptr().addr().saturating_sub(self.body.as_ptr().addr());
        Position::in_text(self.body.as_bytes(), start + byte)
    }

    fn syntax(&self, slice: &str, error: &serde_json::Error) -> DecodeError {
        let line_start: usize = slice.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let at = self.position(slice, line_start + error.column().saturating_sub(1));
        let problem = error.to_string();
        let problem = problem.split(" at line ").next().unwrap_or_default().to_owned();
        if error.is_eof() {
            return DecodeError::Truncated { place: PLACE.to_owned(), at: self.position(slice, slice.len()), problem };
        }
        DecodeError::Malformed { place: PLACE.to_owned(), at, problem }
    }

    /// What stands where the rows should be, for the error message.
    pub(super) fn describe(&self, pointer: &str, found: Option<&str>) -> String {
        if let Some(raw) = found {
            return kind(raw).to_owned();
        }
        let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
        let around = self.locate(&[&parent]).ok().and_then(|found| found[0]);
        let Some(around) = around else { return format!("nothing at \"{parent}\" either") };
        let mut keys = Vec::new();
        match self.parse(around, Keys(&mut keys)) {
            Ok(()) if !keys.is_empty() => format!("only {}", keys.join(", ")),
            _ => format!("{} without it", kind(around)),
        }
    }
}

/// What a JSON value is.
pub(super) fn kind(raw: &str) -> &'static str {
    match raw.bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// The reference tokens of a JSON pointer (RFC 6901).
fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

/// Collects the children that some pointer descends into: the first pointer that wants each, and its text.
struct Children<'w, 'c, 'a> {
    wanted: &'w [(usize, &'w [String])],
    children: &'c mut Vec<(usize, &'a str)>,
}

impl<'a> DeserializeSeed<'a> for Children<'_, '_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, parser: D) -> Result<(), D::Error> {
        // Nothing below is wanted: one flat pass checks the syntax, whatever the depth.
        if self.wanted.is_empty() { parser.deserialize_ignored_any(IgnoredAny).map(|_| ()) } else { parser.deserialize_any(self) }
    }
}

impl<'a> Visitor<'a> for Children<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match self.wanted.iter().position(|(_, tokens)| tokens[0] == key) {
                Some(wanted) => self.children.push((wanted, map.next_value::<&RawValue>()?.get())),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut elements: A) -> Result<(), A::Error> {
        for index in 0usize.. {
            let wanted = self.wanted.iter().position(|(_, tokens)| tokens[0].parse() == Ok(index));
            let more = match wanted {
                Some(wanted) => elements.next_element::<&RawValue>()?.map(|raw| self.children.push((wanted, raw.get()))).is_some(),
                None => elements.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Hands on each element of an array; a failure of the receiver stops the parser and is kept beside it.
struct Elements<'f, F> {
    each: F,
    failure: &'f mut Option<DecodeError>,
}

impl<'a, F: FnMut(u32, &'a str) -> Result<(), DecodeError>> DeserializeSeed<'a> for Elements<'_, F> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_seq(self)
    }
}

impl<'a, F: FnMut(u32, &'a str) -> Result<(), DecodeError>> Visitor<'a> for Elements<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut elements: A) -> Result<(), A::Error> {
        let mut ordinal = 0;
        while let Some(raw) = elements.next_element::<&RawValue>()? {
            ordinal += 1;
            if let Err(error) = (self.each)(ordinal, raw.get()) {
                *self.failure = Some(error);
                return Err(A::Error::custom("stopped by the receiver"));
            }
        }
        Ok(())
    }
}

/// Collects the keys of an object.
struct Keys<'k>(&'k mut Vec<String>);

impl<'a> DeserializeSeed<'a> for Keys<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            map.next_value::<IgnoredAny>()?;
            self.0.push(key);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_find_what_they_name() {
        let text = r#" {"page": 1, "a/b": {"~": [10, {"x": null}]}, "items": [ ]} "#;
        let pointers = ["", "/page", "/a~1b/~0/1/x", "/items", "/items/0", "/page/deep", "/nowhere"].map(str::to_owned);
        let found = Document::new(text).locate(&pointers.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(found, [Some(text.trim()), Some("1"), Some("null"), Some("[ ]"), None, None, None]);
    }

    #[test]
    fn a_pointer_to_a_duplicate_key_is_ambiguous() {
        let error = Document::new(r#"{"items": [], "items": [1]}"#).locate(&[&"/items".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "key \"items\" appears twice in one object at line 1, column 1 (byte 0)");
    }

    #[test]
    fn errors_inside_a_slice_are_placed_in_the_whole() {
        let text = "{\"a\": [\n  [1, 2],\n  [3, \"\\ud800\"]\n]}";
        let document = Document::new(text);
        let raw = &text[text.find("\"\\ud").unwrap()..text.rfind("]\n").unwrap()];
        let error = document.text(raw).unwrap_err();
        assert!(error.to_string().starts_with("the body is malformed at line 3, column "), "{error}");
    }

    #[test]
    fn numbers_and_literals_keep_their_text() {
        let document = Document::new("");
        for raw in ["66197477.5911306", "5e+05", "-0", "1.50", "true", "[1, 2]", "123456789012345678901234567890"] {
            assert_eq!(document.text(raw).unwrap(), raw);
        }
        assert_eq!(document.text(r#""Côte d\u2019Ivoire\r\n""#).unwrap(), "Côte d’Ivoire\r\n");
    }
}
