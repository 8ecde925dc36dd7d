//! The index of a mirror: one JSON line per request.

use std::path::{Component, Path};

use jiff::Timestamp;
use paso_lake::Sha256;
use serde::{Deserialize, Serialize};
use url::Url;

/// The name of the index.
pub(crate) const INDEX: &str = "mirror.jsonl";

/// One answered request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The HTTP method: `GET`.
    pub method: String,
    /// The URL with its query and without secrets.
    pub url: String,
    /// The file with the body, relative to the mirror, with `/` between folders.
    pub body: String,
    /// The digest of the body after content decoding.
    pub sha256: Sha256,
    /// When the publisher gave it, in whole seconds.
    #[serde(with = "crate::timestamp")]
    pub retrieved: Timestamp,
    /// When the publisher says that it last changed.
    #[serde(with = "crate::timestamp::optional")]
    pub last_modified: Option<Timestamp>,
    /// The content type as served.
    pub content_type: Option<String>,
}

impl Entry {
    /// Reads a line and checks everything that can be checked without the body.
    pub(crate) fn parse(line: &str) -> Result<(Self, Url), String> {
        let entry: Self = serde_json::from_str(line).map_err(|error| error.to_string())?;
        if entry.method != "GET" {
            return Err(format!("method {:?} is not GET", entry.method));
        }
        let url = Url::parse(&entry.url).map_err(|error| format!("{:?} is not a URL: {error}", entry.url))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("{url} is neither http nor https"));
        }
        if !stays_inside(&entry.body) {
            return Err(format!("the body {:?} is not a path inside the mirror", entry.body));
        }
        Ok((entry, url))
    }
}

/// Whether a relative path names a file below its folder on every operating system.
fn stays_inside(body: &str) -> bool {
    let plain = |component| matches!(component, Component::Normal(_));
    !body.is_empty() && !body.contains(['\\', ':', '\0']) && !body.split('/').any(str::is_empty) && Path::new(body).components().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_inside_the_folder_are_bodies() {
        for inside in ["a", "a/b.json", "api.unhcr.org/population.json", "a/..b"] {
            assert!(stays_inside(inside), "{inside}");
        }
        for outside in ["", "/a", "../a", "a/../../b", "a/..", "./a", "a//b", "a\\b", "C:/a", "a/", "."] {
            assert!(!stays_inside(outside), "{outside}");
        }
    }
}
