//! What an output is made of: named parts whose hash is the output's fingerprint, kept in its footer so that a rerun can be explained.

use std::{collections::BTreeMap, path::PathBuf};

use paso_lake::{Fingerprint, FingerprintBuilder, LakeError, parquet};
use serde::Serialize;

/// The footer key that holds the parts.
pub(crate) const FOOTER_INPUTS: &str = "paso.inputs";

/// The named parts of one output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    stage: &'static str,
    code_version: u32,
    parts: BTreeMap<String, String>,
}

impl Derivation {
    /// An output of a stage whose code has this version.
    pub fn new(stage: &'static str, code_version: u32) -> Self {
        let parts = BTreeMap::from([("code".to_owned(), code_version.to_string())]);
        Self { stage, code_version, parts }
    }

    /// Adds a part by a text that changes exactly when the part does.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parts.insert(name.into(), value.into());
        self
    }

    /// Adds a part by the hash of its canonical JSON.
    #[must_use]
    pub fn with_definition(self, name: &str, definition: &impl Serialize) -> Self {
        // Plain data structures cannot fail to serialize; if one did, its message would still tell it from others.
        let text = serde_json::to_vec(definition).unwrap_or_else(|error| error.to_string().into_bytes());
        self.with(name, paso_lake::sha256(&text).as_str())
    }

    /// The fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut builder = FingerprintBuilder::new(self.stage, self.code_version);
        for (name, value) in &self.parts {
            builder.add(name, value);
        }
        builder.finish()
    }

    /// The parts as JSON, for the footer.
    pub fn footer(&self) -> String {
        serde_json::to_string(&self.parts).unwrap_or_default()
    }

    /// Why the output must be made, given what was made before.
    pub fn explain(&self, made_before: &[PathBuf]) -> Result<String, LakeError> {
        let mut closest: Option<Vec<String>> = None;
        for path in made_before {
            let footer = parquet::footer(path)?;
            let parts: BTreeMap<String, String> =
                footer.get(FOOTER_INPUTS).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            let names = self.parts.keys().chain(parts.keys()).filter(|name| self.parts.get(*name) != parts.get(*name));
            let mut changed: Vec<String> = names.cloned().collect();
            changed.sort();
            changed.dedup();
            if closest.as_ref().is_none_or(|known| changed.len() < known.len()) {
                closest = Some(changed);
            }
        }
        Ok(match closest {
            None => "never made".to_owned(),
            Some(changed) => format!("changed: {}", changed.join(", ")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_and_the_code_version_change_the_fingerprint() {
        let base = Derivation::new("normalize", 1).with("bodies", "a").with("definition", "b");
        assert_eq!(base.fingerprint(), Derivation::new("normalize", 1).with("definition", "b").with("bodies", "a").fingerprint());
        for other in [
            Derivation::new("normalize", 2).with("bodies", "a").with("definition", "b"),
            Derivation::new("aggregate", 1).with("bodies", "a").with("definition", "b"),
            Derivation::new("normalize", 1).with("bodies", "ab").with("definition", ""),
            Derivation::new("normalize", 1).with("bodies", "a"),
        ] {
            assert_ne!(base.fingerprint(), other.fingerprint());
        }
    }

    #[test]
    fn nothing_made_before_says_so() {
        assert_eq!(Derivation::new("normalize", 1).explain(&[]).unwrap(), "never made");
    }
}
