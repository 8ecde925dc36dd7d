//! The values of secret parameters, and texts without them.

use url::form_urlencoded;

/// What stands in place of a secret.
const MASK: &str = "(secret)";

/// The values that are never written down. A publisher may repeat them in its links and its words.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Secrets {
    values: Vec<String>,
    /// The values as they may be spelt in an address or in quotes, the longest first.
    spellings: Vec<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} secrets", self.values.len())
    }
}

impl FromIterator<String> for Secrets {
    fn from_iter<I: IntoIterator<Item = String>>(values: I) -> Self {
        let values: Vec<String> = values.into_iter().filter(|value| !value.is_empty()).collect();
        let mut spellings = Vec::new();
        for value in &values {
            let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            spellings.extend([value.clone(), encoded.replace('+', "%20"), value.escape_debug().to_string(), encoded]);
        }
        spellings.sort_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        spellings.dedup();
        Self { values, spellings }
    }
}

impl Secrets {
    /// Whether a text is one of the values.
    pub(crate) fn contain(&self, text: &str) -> bool {
        self.values.iter().chain(&self.spellings).any(|value| value == text)
    }

    /// A text that may be shown.
    pub(crate) fn mask(&self, text: &str) -> String {
        self.spellings.iter().fold(text.to_owned(), |text, spelling| text.replace(spelling, MASK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_however_it_is_spelt() {
        let secrets: Secrets = ["a b/\"c\"".to_owned(), String::new()].into_iter().collect();
        for spelt in ["a b/\"c\"", "a+b%2F%22c%22", "a%20b%2F%22c%22", "a b/\\\"c\\\""] {
            assert_eq!(secrets.mask(&format!("your key {spelt} is wrong")), "your key (secret) is wrong");
        }
        assert_eq!(format!("{secrets:?}"), "1 secrets");
        assert_eq!(Secrets::default().mask("all"), "all");
    }

    #[test]
    fn of_two_secrets_the_longer_one_goes_first() {
        let secrets: Secrets = ["key".to_owned(), "key77".to_owned()].into_iter().collect();
        assert_eq!(secrets.mask("key77 and key"), "(secret) and (secret)");
    }
}
