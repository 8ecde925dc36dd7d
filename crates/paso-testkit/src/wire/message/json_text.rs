//! Texts and numbers of JSON.

/// A JSON string.
pub(super) fn string(text: &str) -> String {
    // The formatter of a JSON value writes it as JSON; a string always has a form.
    serde_json::Value::from(text).to_string()
}

/// Whether a text is a number by the grammar of RFC 8259, section 6.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(mantissa, rest)| (mantissa, Some(rest)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(whole, rest)| (whole, Some(rest)));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

/// The value of an observation: its digits as they stand where they are a number, else a string; `null` where there is none.
pub(super) fn value(text: Option<&str>) -> String {
    match text {
        None => "null".to_owned(),
        Some(text) if is_number(text) => text.to_owned(),
        Some(text) => string(text),
    }
}

/// A string, or `null`.
pub(super) fn text(text: Option<&str>) -> String {
    text.map_or("null".to_owned(), string)
}

/// `"id":…,"name":…`, as the members of an object without its braces.
pub(super) fn id_and_name(id: &str, name: &str) -> String {
    format!("\"id\":{},\"name\":{}", string(id), string(name))
}

/// Texts with commas between them.
pub(super) fn list(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().collect::<Vec<_>>().join(",")
}
