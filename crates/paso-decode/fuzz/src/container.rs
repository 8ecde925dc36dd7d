//! What stands in a container must come out as if it stood bare.

use std::sync::LazyLock;

use crate::{Definitions, Order, check};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| Definitions::new(&["[csv]", "[csv]\n[json]\nrows = \"\"\n[xlsx]"]));

/// The first byte says whether the rest is the container itself or what stands inside of it; `packed` puts it there.
pub fn same_as_bare(input: &[u8], packed: impl Fn(&[u8], u8) -> Vec<u8>) {
    let [choice, rest @ ..] = input else { return };
    let forms = DEFINITIONS.by(*choice);
    if choice & 2 == 0 {
        let _ = check(rest, forms, Order::Ascending);
        return;
    }
    // A container inside of another one is told apart by the names in errors.
    if [&b"\x1F\x8B"[..], b"\x28\xB5\x2F\xFD", b"PK"].iter().any(|signature| rest.starts_with(signature)) {
        return;
    }
    let bare = check(rest, forms, Order::Ascending);
    let inside = check(&packed(rest, choice >> 2), forms, Order::Ascending);
    match (bare, inside) {
        (Ok((bare, facts)), Ok((inside, same_facts))) => {
            assert_eq!(facts, same_facts);
            assert!(bare.all().eq(inside.all()), "{bare:?} {inside:?}");
            assert_eq!(bare.ragged.len(), inside.ragged.len());
        }
        (Err(_), Err(_)) => {}
        other => panic!("the container makes a difference: {other:?}"),
    }
}
