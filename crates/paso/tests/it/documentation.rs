//! Generated pages of the documentation are those that the program writes now.

use crate::{paso, workspace};

#[test]
fn the_generated_reference_has_not_drifted() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(paso().arg("reference").arg(folder.path()).output().is_ok_and(|output| output.status.success()));
    for page in ["cli.md", "definition-keys.md", "observation.md"] {
        let generated = std::fs::read_to_string(folder.path().join(page)).expect("a page");
        let committed = std::fs::read_to_string(workspace().join("docs/src/reference").join(page)).unwrap_or_default();
        assert!(generated == committed, "docs/src/reference/{page} has drifted: run `cargo run -- reference docs/src/reference`");
    }
}
