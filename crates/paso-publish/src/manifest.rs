//! The manifest: the digest of every other file, and what the release was made from.

use std::{collections::BTreeMap, path::Path};

use paso_lake::{Fingerprint, Sha256, sha256};
use serde::{Deserialize, Serialize};

use crate::{Contents, PublishError};

/// The name of the manifest in a release.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The identifier of this form of manifest.
const SCHEMA: &str = "paso.manifest/1";

/// `manifest.json`. Keys are sorted, no date or name of a run stands in it, so that the same inputs give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Every other file of the release, by its path.
    pub files: BTreeMap<String, FileRecord>,
    /// The fingerprint of the release; its first eight digits end the release's name.
    pub fingerprint: Fingerprint,
    /// What the tables were made from.
    pub inputs: Inputs,
    /// Indicators and datasets that should be in the release and are not, with the reason.
    pub missing: BTreeMap<String, String>,
    /// The pipeline.
    pub pipeline: String,
    /// For each dataset, the cells of what holds that stand in quarantine and therefore in no table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub quarantined: BTreeMap<String, u64>,
    /// The name of the release.
    pub release: String,
    /// `paso.manifest/1`.
    pub schema: String,
    /// The SHA-256 of the manifest with this field empty.
    pub seal: String,
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Its size.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
}

/// The fingerprints of what a release was made from, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Events, by dataset.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub events: BTreeMap<String, Fingerprint>,
    /// Indicators.
    pub indicators: BTreeMap<String, Fingerprint>,
    /// Observations, by dataset.
    pub observations: BTreeMap<String, Fingerprint>,
    /// Reference tables.
    pub reference: BTreeMap<String, Fingerprint>,
    /// The newest edition of each dataset.
    pub vintages: BTreeMap<String, String>,
}

impl Manifest {
    /// The manifest of a release of these contents, sealed.
    pub(crate) fn new(
        release: String,
        contents: &Contents<'_>,
        fingerprint: Fingerprint,
        inputs: Inputs,
        files: BTreeMap<String, FileRecord>,
    ) -> Result<Self, PublishError> {
        let mut manifest = Self {
            files,
            fingerprint,
            inputs,
            missing: contents.missing.clone(),
            pipeline: contents.pipeline.to_owned(),
            quarantined: contents.quarantined.clone(),
            release,
            schema: SCHEMA.to_owned(),
            seal: String::new(),
        };
        manifest.seal = sha256(&manifest.bytes()?).to_string();
        Ok(manifest)
    }

    pub(crate) fn bytes(&self) -> Result<Vec<u8>, PublishError> {
        json(MANIFEST, self)
    }

    /// Reads the manifest of a release.
    pub fn read(folder: &Path) -> Result<Self, PublishError> {
        let refuse = |problem: String| PublishError::Manifest { path: folder.to_owned(), problem };
        let bytes = std::fs::read(folder.join(MANIFEST)).map_err(|error| refuse(format!("{MANIFEST} cannot be read: {error}")))?;
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|error| refuse(format!("{MANIFEST} cannot be understood: {error}")))?;
        if manifest.schema != SCHEMA {
            return Err(refuse(format!("its manifest is of the form {}, and this program reads {SCHEMA}", manifest.schema)));
        }
        // Any other byte than those that were written: a space, a key, a fingerprint.
        let unsealed = Self { seal: String::new(), ..manifest.clone() };
        if manifest.bytes()? != bytes || sha256(&unsealed.bytes()?).as_str() != manifest.seal {
            return Err(refuse(format!("{MANIFEST} was changed: it does not match its seal")));
        }
        Ok(manifest)
    }
}

/// JSON as people read it, with a line end.
pub(crate) fn json(path: &str, value: &impl Serialize) -> Result<Vec<u8>, PublishError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|source| PublishError::Json { path: path.to_owned(), source })?;
    bytes.push(b'\n');
    Ok(bytes)
}
