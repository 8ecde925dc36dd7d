//! JSON pointers (RFC 6901).

/// The keys and indexes of a pointer, without its escapes.
pub(crate) fn tokens(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"))
}

/// One step of a pointer, to a key.
pub(crate) fn step(key: &str) -> String {
    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_token_whatever_is_in_it() {
        for key in ["a", "", "a/b", "~", "~1", "m~n/~0"] {
            assert_eq!(tokens(&format!("/x{}/1", step(key))).collect::<Vec<_>>(), ["x", key, "1"]);
        }
        assert_eq!(tokens("").count(), 0);
    }
}
