//! `tests/corpus/<publisher>.toml`: which real files stand for the answers of a publisher's addresses, and the figures printed in them or about them.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    TestkitError,
    folder::{self, workspace},
    mirror::Body,
    wire::archive,
};

/// The real files and printed figures of one publisher.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RealFiles {
    /// The publisher, by the name of the file.
    #[serde(skip)]
    pub publisher: String,
    #[serde(default)]
    body: Vec<RealBody>,
    /// The figures.
    #[serde(default)]
    pub figure: Vec<Figure>,
}

/// A real file in the place of an answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RealBody {
    url: String,
    /// Below the folder of real files.
    file: Option<String>,
    /// The members of an archive, with the file of each.
    #[serde(default)]
    zip: BTreeMap<String, String>,
    /// The body itself, where nobody has the file and an empty answer must do.
    text: Option<String>,
    #[serde(deserialize_with = "moment")]
    retrieved: Timestamp,
    #[serde(default, deserialize_with = "maybe_moment")]
    last_modified: Option<Timestamp>,
    content_type: Option<String>,
}

/// A figure that a publisher printed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What it is.
    pub text: String,
    /// The dataset that has it.
    pub dataset: String,
    /// Which rows sum to it, in SQL.
    #[serde(rename = "where")]
    pub condition: String,
    /// As printed.
    pub value: f64,
    /// How many rows there are.
    #[serde(default = "one")]
    pub rows: u64,
    /// The largest difference that is no error.
    #[serde(default)]
    pub tolerance: f64,
    /// Whether the sample holds it too.
    #[serde(default = "yes")]
    pub sample: bool,
    /// Whether a real file holds it.
    #[serde(default = "yes")]
    pub corpus: bool,
    /// The view that has the rows.
    #[serde(default = "observations")]
    pub view: String,
}

fn one() -> u64 {
    1
}

fn yes() -> bool {
    true
}

fn observations() -> String {
    "observations".to_owned()
}

pub(crate) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

pub(crate) fn maybe_moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    moment(deserializer).map(Some)
}

/// What stands in `tests/corpus` of this workspace, by publisher.
pub fn real_files() -> Result<Vec<RealFiles>, TestkitError> {
    let folder = workspace().join("tests/corpus");
    let failed = |source| TestkitError::File { action: "list", path: folder.clone(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<RealFiles, TestkitError> {
    let broken = |detail: String| TestkitError::Format { body: path.display().to_string(), detail };
    let text = String::from_utf8(folder::read(path)?).map_err(|error| broken(error.to_string()))?;
    let mut files: RealFiles = toml::from_str(&text).map_err(|error| broken(error.to_string()))?;
    files.publisher = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(files)
}

impl RealFiles {
    /// The answers.
    pub(crate) fn bodies(&self, corpus: &Path) -> Result<Vec<Body>, TestkitError> {
        let body = |real: &RealBody| {
            let bytes = match (&real.file, &real.text, real.zip.is_empty()) {
                (Some(file), None, true) => folder::read(&corpus.join(file))?,
                (None, Some(text), true) => text.clone().into_bytes(),
                (None, None, false) => {
                    let members = real.zip.iter().map(|(member, file)| Ok((member.as_str(), folder::read(&corpus.join(file))?)));
                    archive::zip(&real.url, &members.collect::<Result<Vec<_>, TestkitError>>()?)?
                }
                _ => {
                    let detail = format!("{} needs exactly one of `file`, `zip` and `text`", real.url);
                    return Err(TestkitError::Format { body: self.publisher.clone(), detail });
                }
            };
            let RealBody { url, retrieved, last_modified, content_type, .. } = real;
            Ok(Body { url: url.clone(), bytes, retrieved: *retrieved, last_modified: *last_modified, content_type: content_type.clone() })
        };
        self.body.iter().map(body).collect()
    }
}
