//! JSON pointers into an envelope, followed without building the document in memory.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use crate::secrets::Secrets;

/// A JSON pointer (RFC 6901): `/0/message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    text: String,
    tokens: Vec<String>,
}

impl Pointer {
    fn parse(text: &str) -> Option<Self> {
        let tokens = text.strip_prefix('/')?.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
        Some(Self { text: text.to_owned(), tokens })
    }

    /// The value that it points to in a document, if there is one. The whole document is checked, so that a truncated one is an error.
    pub(crate) fn find(&self, document: &[u8]) -> Result<Option<Value>, serde_json::Error> {
        self.raw(document)?.map(|raw| serde_json::from_str(raw.get())).transpose()
    }

    /// How many elements the array has to which it points; none where there is nothing, or null.
    pub(crate) fn count(&self, document: &[u8]) -> Result<Option<u64>, serde_json::Error> {
        let Some(raw) = self.raw(document)? else { return Ok(None) };
        Ok(serde_json::from_str::<Option<Vec<IgnoredAny>>>(raw.get())?.map(|elements| elements.len() as u64))
    }

    fn raw(&self, document: &[u8]) -> Result<Option<Box<RawValue>>, serde_json::Error> {
        let document = document.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(document);
        let mut deserializer = serde_json::Deserializer::from_slice(document);
        let found = Step { tokens: &self.tokens }.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(found)
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Serialize for Pointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Pointer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("{text:?} is not a JSON pointer: it starts with '/', such as \"/maxPages\"")))
    }
}

/// Walks down one pointer; everything beside the way is skipped as it is read.
#[derive(Clone, Copy)]
struct Step<'a> {
    tokens: &'a [String],
}

impl<'de> DeserializeSeed<'de> for Step<'_> {
    type Value = Option<Box<RawValue>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.tokens.is_empty() { Box::<RawValue>::deserialize(deserializer).map(Some) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for Step<'_> {
    type Value = Option<Box<RawValue>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<String>()? {
            match self.tokens.split_first() {
                Some((token, rest)) if *token == key => found = map.next_value_seed(Step { tokens: rest })?,
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let wanted = self.tokens.first().and_then(|token| token.parse::<usize>().ok());
        let mut found = None;
        for index in 0.. {
            if wanted == Some(index) {
                match sequence.next_element_seed(Step { tokens: &self.tokens[1..] })? {
                    Some(value) => found = value,
                    None => break,
                }
            } else if sequence.next_element::<IgnoredAny>()?.is_none() {
                break;
            }
        }
        Ok(found)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// What a publisher's error value says, as one line: its texts and numbers in order, at most 300 characters. Secrets go before it is
/// cut: half a key is none that could be found any more.
pub(crate) fn message_text(value: &Value, secrets: &Secrets) -> String {
    fn collect(value: &Value, parts: &mut Vec<String>) {
        match value {
            Value::Null => {}
            Value::String(text) => parts.push(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            Value::Bool(_) | Value::Number(_) => parts.push(value.to_string()),
            Value::Array(values) => values.iter().for_each(|value| collect(value, parts)),
            Value::Object(values) => values.values().for_each(|value| collect(value, parts)),
        }
    }
    let mut parts = Vec::new();
    collect(value, &mut parts);
    parts.retain(|part| !part.is_empty());
    secrets.mask(&parts.join(": ")).chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn find(pointer: &str, document: &str) -> Option<Value> {
        Pointer::parse(pointer).unwrap().find(document.as_bytes()).unwrap()
    }

    #[test]
    fn finds_what_serde_json_finds() {
        let document = r#"[{"page":1,"pages":"3","a/b":{"~":[true,null,-2.5]}},[{"x":1},{"x":2}],"text",7]"#;
        let value: Value = serde_json::from_str(document).unwrap();
        for pointer in [
            "/0",
            "/0/pages",
            "/0/page",
            "/0/a~1b/~0/2",
            "/0/a~1b/~0/1",
            "/1/1/x",
            "/1/9",
            "/9",
            "/2/x",
            "/3/x",
            "/0/page/x",
            "/0/none",
            "/x",
        ] {
            assert_eq!(find(pointer, document).as_ref(), value.pointer(pointer), "{pointer}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_truncation_is_an_error() {
        let pointer = Pointer::parse("/maxPages").unwrap();
        assert_eq!(pointer.find(b"\xEF\xBB\xBF{\"maxPages\":2,\"items\":[]}").unwrap(), Some(json!(2)));
        assert!(pointer.find(b"{\"maxPages\":2,\"items\":[{\"year\":20").unwrap_err().is_eof());
        assert!(pointer.find(b"{\"maxPages\":2} trailing").unwrap_err().is_syntax());
    }

    #[test]
    fn only_a_slash_starts_a_pointer() {
        assert!(serde_json::from_str::<Pointer>("\"maxPages\"").unwrap_err().to_string().contains("is not a JSON pointer"));
        assert_eq!(serde_json::from_str::<Pointer>("\"/0/x\"").unwrap().to_string(), "/0/x");
    }

    #[test]
    fn a_message_is_one_line() {
        let none = Secrets::default();
        // The World Bank's error document.
        let value = json!([{"id": "120", "key": "Invalid value", "value": "The provided parameter value\r\nis not valid"}]);
        assert_eq!(message_text(&value, &none), "120: Invalid value: The provided parameter value is not valid");
        assert_eq!(message_text(&json!("gone"), &none), "gone");
        assert_eq!(message_text(&json!("x".repeat(500)), &none).len(), 300);
    }

    #[test]
    fn a_secret_at_the_cut_is_masked_whole() {
        let secrets: Secrets = std::iter::once("KEY-0123456789".to_owned()).collect();
        let text = message_text(&json!(format!("{} KEY-0123456789", "x".repeat(290))), &secrets);
        assert!(text.ends_with("x (secret)") && !text.contains("KEY"), "{text}");
    }
}
