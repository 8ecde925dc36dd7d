//! The sample: a small mirror with real figures in each publisher's wire format, traps included.

mod sermig;
mod undesa_2015;
mod undesa_2020;
mod unhcr;
mod worldbank;

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use crate::{
    TestkitError,
    bodies::{self, Described},
    folder, mirror,
};

const README: &str = include_str!("README.md");

/// Writes the sample into a folder. Of a mirror that stands there, answers to other addresses stay: the samples of publishers that were
/// added by hand. The bytes of its own answers depend on nothing but the facts tables.
pub fn write_sample(folder: &Path) -> Result<(), TestkitError> {
    let mut bodies = Vec::new();
    bodies.extend(unhcr::population()?);
    bodies.extend(unhcr::asylum_applications()?);
    bodies.push(unhcr::solutions()?);
    bodies.extend(worldbank::countries()?);
    bodies.push(worldbank::net_migration()?);
    bodies.push(worldbank::population()?);
    bodies.push(worldbank::remittances_received()?);
    bodies.push(undesa_2020::workbook()?);
    bodies.push(undesa_2015::workbook()?);
    bodies.push(sermig::workbook()?);
    let (written, described) = bodies::all()?;
    bodies.extend(written);
    bodies.extend(mirror::added_by_hand(folder, &bodies)?);
    folder::clear_mirror(folder)?;
    mirror::write(folder, &bodies)?;
    folder::write(&folder.join("README.md"), format!("{README}{}", described_texts(&described)).as_bytes())
}

/// What is said of the bodies that are written as text.
fn described_texts(described: &[Described]) -> String {
    let mut text = String::from("\n# Bodies written as text\n\nTheir texts stand in `crates/paso-testkit/bodies/<publisher>/`.\n");
    for publisher in described {
        let _ = write!(text, "\n## {}\n\n", publisher.publisher);
        if let Some(note) = &publisher.note {
            let _ = write!(text, "{note}\n\n");
        }
        for (url, note) in &publisher.bodies {
            let note = note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            let _ = writeln!(text, "- `{url}`{note}");
        }
    }
    text
}

/// The committed folder `sample-data` of this workspace.
pub fn sample_data() -> PathBuf {
    folder::workspace().join("sample-data")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::{copy_folder, files};

    #[test]
    fn the_committed_sample_is_what_the_writer_writes() {
        let temporary = tempfile::tempdir().unwrap();
        let written = temporary.path().join("another name");
        copy_folder(&sample_data(), &written).unwrap();
        write_sample(&written).unwrap();
        let expected = files(&written).unwrap();
        let committed = files(&sample_data()).unwrap();
        let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&expected), names(&committed), "run `cargo run -p paso-testkit -- sample-data`");
        for ((name, expected), (_, committed)) in expected.iter().zip(&committed) {
            assert!(expected == committed, "{name} differs: run `cargo run -p paso-testkit -- sample-data`");
        }
        let total: usize = committed.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(total < 8_000_000, "{total} bytes");
    }

    #[test]
    fn an_answer_that_was_added_by_hand_stays() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("mirror");
        write_sample(&folder).unwrap();
        let index = folder.join("mirror.jsonl");
        let digest = paso_lake::sha256(b"Year\n2020\n");
        let line = format!(
            "{{\"method\":\"GET\",\"url\":\"https://example.org/t.csv\",\"body\":\"t.csv\",\"sha256\":\"{digest}\",\
             \"retrieved\":\"2026-08-17T10:00:00Z\",\"last_modified\":null,\"content_type\":\"text/csv\"}}\n"
        );
        let lines = [folder::read(&index).unwrap(), line.into_bytes()].concat();
        folder::write(&index, &lines).unwrap();
        folder::write(&folder.join("t.csv"), b"Year\n2020\n").unwrap();
        write_sample(&folder).unwrap();
        let kept = mirror::open(&folder).unwrap();
        let entry = kept.find(&"https://example.org/t.csv".parse().unwrap()).unwrap();
        assert_eq!(mirror::read(&kept, entry).unwrap(), b"Year\n2020\n");
    }

    #[test]
    fn a_folder_with_other_files_is_left_alone() {
        let temporary = tempfile::tempdir().unwrap();
        folder::write(&temporary.path().join("thesis.txt"), b"years of work").unwrap();
        let error = write_sample(temporary.path()).unwrap_err();
        assert!(error.to_string().contains("not a mirror"), "{error}");
        assert_eq!(files(temporary.path()).unwrap(), [("thesis.txt".to_owned(), b"years of work".to_vec())]);
    }
}
