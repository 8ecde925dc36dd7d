//! The table `[dataset.<id>.request]` of a definition.

use std::{collections::BTreeMap, time::Duration};

use reqwest::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use url::Url;

use crate::pointer::Pointer;

/// What to ask a publisher for, and how to tell that the answer is whole. A value that exists is valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Table")]
pub struct RequestSpec {
    #[serde(serialize_with = "serialize_url")]
    url: Url,
    query: BTreeMap<String, String>,
    secret_query: Vec<String>,
    headers: BTreeMap<String, String>,
    paging: Option<Paging>,
    envelope: Envelope,
    max_bytes: u64,
    timeout_secs: u64,
}

/// How an answer that comes in pages is read to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paging {
    /// Pages have numbers, and each page says how many there are.
    PageNumber(PageNumber),
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
    #[serde(deserialize_with = "deserialize_url")]
    url: Url,
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

fn deserialize_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    let text = String::deserialize(deserializer)?;
    Url::parse(&text).map_err(|error| D::Error::custom(format!("{text:?} is not a URL: {error}")))
}

fn serialize_url<S: Serializer>(url: &Url, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(url.as_str())
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
        let Table { url, query, secret_query, headers, paging, envelope, max_bytes, timeout_secs } = table;
        if !matches!(url.scheme(), "http" | "https") {
            return wrong("url", format!("{url} is neither http nor https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("url", "a user name or password in a URL would end up in logs: name a parameter in secret_query instead".into());
        }
        if url.fragment().is_some() {
            return wrong("url", format!("{url} has a fragment (#), which is never sent"));
        }
        let in_url = |name: &str| url.query_pairs().any(|(other, _)| other == name);
        if let Some(name) = query.keys().find(|name| in_url(name)) {
            return wrong("query", format!("{name:?} stands in url already"));
        }
        if let Some(name) = secret_query.iter().find(|name| !query.contains_key(*name) && !in_url(name)) {
            return wrong("secret_query", format!("the request has no parameter {name:?}"));
        }
        for (name, value) in &headers {
            if HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_str(value).is_err() {
                return wrong("headers", format!("{name:?} = {value:?} is not an HTTP header"));
            }
        }
        if let Some(Paging::PageNumber(PageNumber { parameter, .. })) = &paging
            && (query.contains_key(parameter) || in_url(parameter))
        {
            return wrong("paging", format!("the parameter {parameter:?} is in the query already"));
        }
        if max_bytes == 0 {
            return wrong("max_bytes", "must be more than 0".into());
        }
        if timeout_secs == 0 {
            return wrong("timeout_secs", "must be more than 0".into());
        }
        Ok(Self { url, query, secret_query, headers, paging, envelope, max_bytes, timeout_secs })
    }
}

impl RequestSpec {
    /// The address with its query; with the number of a page where there are pages.
    pub fn address(&self, page: Option<u32>) -> Url {
        let mut url = self.url.clone();
        // Untouched where nothing is added: `query_pairs_mut` alone would append a `?`.
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        if let (Some(Paging::PageNumber(paging)), Some(page)) = (&self.paging, page) {
            url.query_pairs_mut().append_pair(&paging.parameter, &page.to_string());
        }
        url
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spec(table: serde_json::Value) -> Result<RequestSpec, String> {
        serde_json::from_value(table).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults_are_generous_and_finite() {
        let spec = spec(json!({"url": "https://a.org/table.xlsx"})).unwrap();
        assert_eq!(spec.address(None).as_str(), "https://a.org/table.xlsx");
        assert_eq!((spec.max_bytes(), spec.timeout().as_secs()), (268_435_456, 60));
    }

    #[test]
    fn the_query_is_appended_and_the_page_comes_last() {
        let spec = spec(json!({
            "url": "https://api.unhcr.org/population/v1/population/",
            "query": {"limit": "10000", "coo_all": "true"},
            "paging": {"page-number": {"parameter": "page", "last": "/maxPages"}},
        }))
        .unwrap();
        let base = "https://api.unhcr.org/population/v1/population/?coo_all=true&limit=10000";
        assert_eq!(spec.address(None).as_str(), base);
        assert_eq!(spec.address(Some(2)).as_str(), format!("{base}&page=2"));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let table = json!({
            "url": "https://a.org/x", "query": {"a": "1"}, "secret_query": ["a"], "headers": {"Accept": "text/csv"},
            "paging": {"page-number": {"parameter": "page", "first": 0, "last": "/0/pages"}},
            "envelope": {"error": ["/0/message"]}, "max_bytes": 10, "timeout_secs": 5,
        });
        let read = spec(table.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), table);
    }

    #[test]
    fn contradictions_are_refused() {
        for (table, message) in [
            (json!({"url": "api.unhcr.org/x"}), "is not a URL"),
            (json!({"url": "ftp://a.org/x"}), "neither http nor https"),
            (json!({"url": "https://user:word@a.org/x"}), "would end up in logs"),
            (json!({"url": "https://a.org/x#top"}), "fragment"),
            (json!({"url": "https://a.org/x?a=1", "query": {"a": "2"}}), "stands in url already"),
            (json!({"url": "https://a.org/x", "secret_query": ["key"]}), "no parameter \"key\""),
            (json!({"url": "https://a.org/x", "headers": {"a b": "c"}}), "not an HTTP header"),
            (
                json!({"url": "https://a.org/x", "query": {"p": "1"}, "paging": {"page-number": {"parameter": "p", "last": "/n"}}}),
                "in the query",
            ),
            (json!({"url": "https://a.org/x", "paging": {"cursor": {}}}), "unknown variant"),
            (json!({"url": "https://a.org/x", "max_bytes": 0}), "max_bytes"),
            (json!({"url": "https://a.org/x", "timeout_secs": 0}), "timeout_secs"),
            (json!({"url": "https://a.org/x", "timeout": 3}), "unknown field `timeout`"),
            (json!({"query": {}}), "missing field `url`"),
        ] {
            let error = spec(table).unwrap_err();
            assert!(error.contains(message), "{error}");
        }
    }
}
