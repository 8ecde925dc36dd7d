//! Fingerprints: the name of an output is the hash of everything that it was made from.

use std::fmt;

use crate::{
    Sha256,
    hash::{Hasher, sha256},
};

/// The hash of all declared inputs of an output and of the code version that made it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(Sha256);

impl Fingerprint {
    /// The 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The first eight digits, for names that people read.
    pub fn short(&self) -> &str {
        self.0.short()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl From<Sha256> for Fingerprint {
    fn from(hash: Sha256) -> Self {
        Self(hash)
    }
}

/// Collects the inputs of one output, in an order that the stage fixes.
///
/// Every name and value goes in with its length before it, so that no two lists of inputs share a fingerprint by concatenation.
///
/// ```
/// use paso_lake::FingerprintBuilder;
/// let one = FingerprintBuilder::new("normalize", 1).add("body", b"ab").add("body", b"c").finish();
/// let other = FingerprintBuilder::new("normalize", 1).add("body", b"a").add("body", b"bc").finish();
/// assert_ne!(one, other);
/// ```
#[derive(Debug, Clone)]
pub struct FingerprintBuilder {
    hasher: Hasher,
}

impl FingerprintBuilder {
    /// Starts with the stage ("normalize") and the version of its code, raised by hand when its outputs change.
    pub fn new(stage: &str, code_version: u32) -> Self {
        let mut builder = Self { hasher: Hasher::default() };
        builder.field(stage.as_bytes());
        builder.field(&code_version.to_le_bytes());
        builder
    }

    /// Adds an input: its name and its bytes. The order of the calls counts.
    pub fn add(&mut self, name: &str, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.field(name.as_bytes());
        self.field(bytes.as_ref());
        self
    }

    /// Adds a large input by its digest.
    pub fn add_hash(&mut self, name: &str, hash: &Sha256) -> &mut Self {
        self.add(name, hash.as_str())
    }

    /// Adds an output of an earlier stage by its fingerprint.
    pub fn add_fingerprint(&mut self, name: &str, fingerprint: &Fingerprint) -> &mut Self {
        self.add(name, fingerprint.as_str())
    }

    /// Adds a whole file by the digest of its bytes.
    pub fn add_file(&mut self, name: &str, bytes: &[u8]) -> &mut Self {
        self.add_hash(name, &sha256(bytes))
    }

    /// The fingerprint of what was added so far.
    pub fn finish(&self) -> Fingerprint {
        Fingerprint(self.hasher.clone().finish())
    }

    fn field(&mut self, bytes: &[u8]) {
        self.hasher.update(&(bytes.len() as u64).to_le_bytes());
        self.hasher.update(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python: `hashlib.sha256(b"".join(struct.pack("<Q", len(x)) + x for x in [b"normalize", struct.pack("<I", 7), b"body", b"abc"]))`.
    #[test]
    fn the_form_is_fixed() {
        let mut builder = FingerprintBuilder::new("normalize", 7);
        builder.add("body", b"abc");
        assert_eq!(builder.finish().as_str(), "f5e28e34d70aeaeeac209b7f942c76e24015bdfde3c20437a83009f1dbf06a93");
    }

    #[test]
    fn stage_version_name_value_and_order_all_count() {
        let base = FingerprintBuilder::new("a", 1).add("x", "1").add("y", "2").finish();
        for other in [
            FingerprintBuilder::new("b", 1).add("x", "1").add("y", "2").finish(),
            FingerprintBuilder::new("a", 2).add("x", "1").add("y", "2").finish(),
            FingerprintBuilder::new("a", 1).add("z", "1").add("y", "2").finish(),
            FingerprintBuilder::new("a", 1).add("x", "3").add("y", "2").finish(),
            FingerprintBuilder::new("a", 1).add("y", "2").add("x", "1").finish(),
            FingerprintBuilder::new("a", 1).add("x", "1").finish(),
        ] {
            assert_ne!(base, other);
        }
        assert_eq!(base, FingerprintBuilder::new("a", 1).add("x", "1").add("y", "2").finish());
    }
}
