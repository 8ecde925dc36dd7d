//! The table `[dataset.<id>.request]` of a definition.

use std::{borrow::Cow, collections::BTreeMap, time::Duration};

use reqwest::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{BodyRecord, address, pointer::Pointer, secrets::Secrets};

#[cfg(test)]
mod tests;

/// What to ask a publisher for, and how to tell that the answer is whole. A value that exists is valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Table")]
pub struct RequestSpec {
    /// The address as it is written, with `{name}` where the parts differ; of a printed file, its name.
    #[serde(skip_serializing_if = "String::is_empty")]
    url: String,
    /// A file of the pipeline's own printed figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    printed: Option<String>,
    /// Whether no address serves the body any more: it is in the archive already, or comes from a mirror.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    saved: bool,
    query: BTreeMap<String, String>,
    /// The parts that a publisher serves one by one, such as years: what stands for each name, and what only the address says of its rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    each: Vec<BTreeMap<String, String>>,
    secret_query: Vec<String>,
    headers: BTreeMap<String, String>,
    paging: Option<Paging>,
    envelope: Envelope,
    max_bytes: u64,
    timeout_secs: u64,
    /// The addresses of the parts without their query.
    #[serde(skip)]
    bases: Vec<Url>,
}

/// How an answer that comes in pages is read to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paging {
    /// Pages have numbers, and each page says how many there are.
    PageNumber(PageNumber),
    /// Pages start at a row, and each page says how many rows there are.
    Offset(Offset),
    /// Each page says where the next one is; the last one says nothing, or null.
    NextLink(NextLink),
}

/// Pages that lead to one another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextLink {
    /// Where an answer says the address of the next page.
    pub link: Pointer,
    /// Where an answer says how many rows there are: a number, or a text with digits.
    pub total: Pointer,
    /// Where an answer has the rows of its page: pages that together hold other than all rows are no edition.
    pub rows: Pointer,
}

/// Pages that start at a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offset {
    /// The query parameter with the number of rows before the page.
    pub parameter: String,
    /// How many rows a page has, as the query asks for.
    pub step: u32,
    /// Where an answer says how many rows there are: a number, or a text with digits.
    pub total: Pointer,
    /// Where an answer has the rows of its page: pages that together hold other than all rows are no edition.
    pub rows: Pointer,
}

/// Pages with numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageNumber {
    /// The query parameter with the number of the page.
    pub parameter: String,
    /// The number of the first page.
    #[serde(default = "one")]
    pub first: u32,
    /// Where an answer says how many pages there are: a number, or a text with digits. Zero pages are one empty answer.
    pub last: Pointer,
}

/// What a publisher wraps its data in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Where an answer holds the publisher's error message instead of data; any value there but null is one.
    #[serde(default)]
    pub error: Vec<Pointer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    url: String,
    printed: Option<String>,
    #[serde(default)]
    saved: bool,
    #[serde(default)]
    each: Vec<BTreeMap<String, String>>,
    #[serde(default)]
    query: BTreeMap<String, String>,
    #[serde(default)]
    secret_query: Vec<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    paging: Option<Paging>,
    #[serde(default)]
    envelope: Envelope,
    #[serde(default = "default_max_bytes")]
    max_bytes: u64,
    #[serde(default = "default_timeout_secs")]
    timeout_secs: u64,
}

fn one() -> u32 {
    1
}

fn default_max_bytes() -> u64 {
    256 * 1024 * 1024
}

fn default_timeout_secs() -> u64 {
    60
}

/// A request table that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {detail}")]
pub struct SpecError {
    key: &'static str,
    detail: String,
}

impl TryFrom<Table> for RequestSpec {
    type Error = SpecError;

    fn try_from(table: Table) -> Result<Self, SpecError> {
        let wrong = |key, detail: String| Err(SpecError { key, detail });
        let Table { url: text, printed, saved, query, each, secret_query, headers, paging, envelope, max_bytes, timeout_secs } = table;
        check_parts(&text, &query, &each).map_err(|(key, detail)| SpecError { key, detail })?;
        let read =
            |text: String| Url::parse(&text).map_err(|error| SpecError { key: "url", detail: format!("{text:?} is not a URL: {error}") });
        let text = match &printed {
            Some(file) if text.is_empty() => format!("{PRINTED}:{file}"),
            Some(_) => return wrong("printed", "a printed file has no url: it is part of the pipeline".to_owned()),
            None if text.is_empty() => return wrong("url", "missing: there must be a url, or the name of a printed file".to_owned()),
            None => text,
        };
        let texts = if each.is_empty() { vec![text.clone()] } else { each.iter().map(|part| filled(&text, part)).collect() };
        let bases = texts.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let is_name = |file: &String| file.strip_suffix(".toml").is_some_and(|stem| !stem.contains(['/', '\\', ':']));
        if printed.as_ref().is_some_and(|file| !is_name(file)) {
            return wrong("printed", "names a TOML file of the pipeline's folder of printed figures".to_owned());
        }
        for url in &bases {
            check_base(url, printed.is_some()).map_err(|detail| SpecError { key: "url", detail })?;
        }
        let in_url = |url: &Url, name: &str| url.query_pairs().any(|(other, _)| other == name);
        let in_any = |name: &str| bases.iter().any(|url| in_url(url, name));
        if let Some(name) = query.keys().find(|name| in_any(name)) {
            return wrong("query", format!("{name:?} stands in url already"));
        }
        if let Some(name) = secret_query.iter().find(|name| !query.contains_key(*name) && !bases.iter().all(|url| in_url(url, name))) {
            return wrong("secret_query", format!("the request has no parameter {name:?}"));
        }
        if let Some(name) = secret_query.iter().find(|name| query.get(*name).is_some_and(|value| value.contains(['{', '}']))) {
            return wrong("secret_query", format!("{name:?} has braces: what `each` says stands in the data, which no secret may"));
        }
        for (name, value) in &headers {
            if HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_str(value).is_err() {
                return wrong("headers", format!("{name:?} = {value:?} is not an HTTP header"));
            }
        }
        if let Some(Paging::PageNumber(PageNumber { parameter, .. }) | Paging::Offset(Offset { parameter, .. })) = &paging
            && (query.contains_key(parameter) || in_any(parameter))
        {
            return wrong("paging", format!("the parameter {parameter:?} is in the query already"));
        }
        if matches!(&paging, Some(Paging::Offset(Offset { step: 0, .. }))) {
            return wrong("paging", "pages of 0 rows have no end".to_owned());
        }
        if max_bytes == 0 {
            return wrong("max_bytes", "must be more than 0".into());
        }
        if timeout_secs == 0 {
            return wrong("timeout_secs", "must be more than 0".into());
        }
        let spec = Self {
            url: if printed.is_some() { String::new() } else { text },
            printed,
            saved,
            query,
            each,
            secret_query,
            headers,
            paging,
            envelope,
            max_bytes,
            timeout_secs,
            bases,
        };
        spec.check_addresses()?;
        Ok(spec)
    }
}

/// What is wrong with the address of a part.
fn check_base(url: &Url, printed: bool) -> Result<(), String> {
    if !printed && !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{url} is neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a user name or password in a URL would end up in logs: name a parameter in secret_query instead".to_owned());
    }
    if url.fragment().is_some() {
        return Err(format!("{url} has a fragment (#), which is never sent"));
    }
    Ok(())
}

/// The scheme of a printed file's address.
const PRINTED: &str = "printed";

/// Every part says the same names, and what stands in braces is one of them.
fn check_parts(url: &str, query: &BTreeMap<String, String>, each: &[BTreeMap<String, String>]) -> Result<(), (&'static str, String)> {
    for text in query.values().map(String::as_str).chain([url]) {
        for name in text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name) {
            if each.is_empty() || each.iter().any(|part| !part.contains_key(name)) {
                return Err(("each", format!("has no {name:?} for {{{name}}} in {text:?}")));
            }
        }
    }
    let differs = each.windows(2).find(|pair| !pair[0].keys().eq(pair[1].keys()));
    match differs {
        Some(pair) => {
            let names = |part: &BTreeMap<String, String>| part.keys().cloned().collect::<Vec<_>>().join(", ");
            Err(("each", format!("its parts must have the same names: one has {}, the next has {}", names(&pair[0]), names(&pair[1]))))
        }
        None => Ok(()),
    }
}

/// A text with what a part says in place of each `{name}`.
fn filled(text: &str, part: &BTreeMap<String, String>) -> String {
    part.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// The value of a secret parameter; none where it is in no variable of the environment that should hold it.
fn secret(value: &str) -> Option<String> {
    match value.strip_prefix('$') {
        Some(variable) => std::env::var(variable).ok(),
        None => Some(value.to_owned()),
    }
}

impl RequestSpec {
    /// The file of printed figures, where the body is one.
    pub fn printed(&self) -> Option<&str> {
        self.printed.as_deref()
    }

    /// Whether no address serves the body any more.
    pub fn saved(&self) -> bool {
        self.saved
    }

    /// The variable of the environment that must hold a secret parameter and does not.
    pub(crate) fn missing_secret(&self) -> Option<&str> {
        let secrets = self.query.iter().filter(|(name, _)| self.secret_query.contains(name));
        secrets.filter_map(|(_, value)| value.strip_prefix('$')).find(|variable| std::env::var(variable).is_err())
    }

    /// A parameter's value for a part: a secret one may be the name of a variable of the environment, so that no definition holds it.
    fn value(&self, name: &String, value: &str, part: usize) -> String {
        if self.secret_query.contains(name) {
            return secret(value).unwrap_or_else(|| value.to_owned());
        }
        self.each.get(part).map_or_else(|| value.to_owned(), |part| filled(value, part))
    }

    /// The values of the secret parameters; none of a variable that is not in the environment.
    pub(crate) fn secrets(&self) -> Secrets {
        let of_query = self.query.iter().filter(|(name, _)| self.secret_query.contains(name));
        let of_query = of_query.filter_map(|(_, value)| secret(value));
        let pairs = self.bases.iter().flat_map(Url::query_pairs).filter(|(name, _)| self.secret_query.iter().any(|secret| secret == name));
        of_query.chain(pairs.map(|(_, value)| value.into_owned())).collect()
    }

    /// Every part has an address of its own: one body cannot hold the rows of two.
    fn check_addresses(&self) -> Result<(), SpecError> {
        let mut known = BTreeMap::new();
        for part in 0..self.parts() {
            let asked = self.public_address(part);
            if let Some(before) = known.insert(address::key(&asked), part) {
                let detail = format!(
                    "its parts {} and {} have one address, {asked}: what differs must stand in it, as `{{name}}` in url or query",
                    before + 1,
                    part + 1
                );
                return Err(SpecError { key: "each", detail });
            }
        }
        Ok(())
    }

    /// How many parts are asked for, one after the other.
    pub fn parts(&self) -> usize {
        self.each.len().max(1)
    }

    /// The address as the definition writes it, for people: with braces where the parts differ, and without secrets.
    pub fn template(&self) -> String {
        if self.each.is_empty() {
            self.public_address(0).to_string()
        } else {
            address::written_without_secrets(&self.url, &self.secret_query)
        }
    }

    /// The address of a part as it may be written down.
    pub(crate) fn public_address(&self, part: usize) -> Url {
        address::without_secrets(&self.address(part), &self.secret_query)
    }

    /// The address of a part with its query.
    pub fn address(&self, part: usize) -> Url {
        let mut url = self.bases[part].clone();
        // Untouched where nothing is added: `query_pairs_mut` alone would append a `?`.
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(self.query.iter().map(|(name, value)| (name, self.value(name, value, part))));
        }
        url
    }

    /// Whether a publisher's own links lead on from the address of a part, which says what the rows do not.
    pub(crate) fn parts_are_linked(&self) -> bool {
        !self.each.is_empty() && matches!(self.paging, Some(Paging::NextLink(_)))
    }

    /// What only the address says of the rows of a body, by the names of columns.
    pub fn columns(&self, body: &BodyRecord) -> BTreeMap<String, String> {
        let Ok(answered) = Url::parse(body.first_page.as_deref().unwrap_or(&body.url)) else { return BTreeMap::new() };
        let fits = |asked: &Url| {
            let has =
                |(name, value): (Cow<'_, str>, Cow<'_, str>)| answered.query_pairs().any(|pair| pair == (name.clone(), value.clone()));
            address::resource(asked) == address::resource(&answered) && asked.query_pairs().all(has)
        };
        // A page says more than the address of its part. Of parts whose addresses say less and more, the one that says most was asked for.
        let parts = (0..self.each.len()).map(|part| (part, self.public_address(part))).filter(|(_, asked)| fits(asked));
        let part = parts.max_by_key(|(_, asked)| asked.query_pairs().count());
        part.map(|(part, _)| self.each[part].clone()).unwrap_or_default()
    }

    /// The parameters that are never written down.
    pub fn secret_query(&self) -> &[String] {
        &self.secret_query
    }

    /// Headers to send.
    pub fn headers(&self) -> &BTreeMap<String, String> {
        &self.headers
    }

    /// How it is paged.
    pub fn paging(&self) -> Option<&Paging> {
        self.paging.as_ref()
    }

    /// What the data is wrapped in.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The most bytes that one answer may have, after content decoding.
    pub fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// The most time that one answer may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_secs)
    }
}
