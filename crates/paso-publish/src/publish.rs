//! Building a release aside, verifying it, and making it the one that holds.

use std::{collections::BTreeMap, fs, io, path::Path, path::PathBuf};

use paso_lake::{Fingerprint, FingerprintBuilder, Lake, LakeError, file, sha256, sha256_file};

use crate::{
    CODE_VERSION, Contents, FileRecord, Inputs, PublishError,
    contents::Observations,
    csv,
    describe::{Of, Table, tables},
    manifest::{MANIFEST, Manifest},
    package::{PACKAGE, datapackage},
    text::{
        attribution::{ATTRIBUTION, attribution},
        dictionary::{DICTIONARIES, dictionary},
    },
    verify::{has_its_files, verify},
};

/// A release that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// How many files it has, the manifest included.
    pub files: usize,
    /// Whether it was made now; otherwise it stood already and was verified.
    pub new: bool,
}

/// A release before any row was read: its tables, its texts and its name.
struct Draft<'a> {
    tables: Vec<Table<'a>>,
    texts: BTreeMap<&'static str, Vec<u8>>,
    inputs: Inputs,
    fingerprint: Fingerprint,
    name: String,
}

/// The name that a release of these contents has. Reads the schemas of the tables, no rows.
pub fn release_name(contents: &Contents<'_>) -> Result<String, PublishError> {
    Ok(draft(contents)?.name)
}

/// The name of the release that holds, if it has these contents and its files are there, each of its size, and no other. Their bytes are not
/// read: [`verify`](crate::verify()) does that. A damaged release does not stand, so that [`publish`] comes to say what is wrong with it.
pub fn standing(lake: &Lake, contents: &Contents<'_>) -> Result<Option<String>, PublishError> {
    let draft = draft(contents)?;
    if lake.latest()?.as_deref() != Some(draft.name.as_str()) || !lake.release(&draft.name).join(MANIFEST).is_file() {
        return Ok(None);
    }
    let folder = lake.release(&draft.name);
    let manifest = Manifest::read(&folder)?;
    Ok((manifest.fingerprint == draft.fingerprint && has_its_files(&folder, &manifest)?).then_some(draft.name))
}

/// Makes a release of the contents and makes it the one that holds.
///
/// The files are written aside and read again before the release gets its name; `latest.json` is replaced last, in one step. A release of the
/// same contents that stands already is verified and switched to, and a damaged one is an error: a release never changes.
pub fn publish(lake: &Lake, contents: &Contents<'_>) -> Result<Published, PublishError> {
    let draft = draft(contents)?;
    let path = lake.release(&draft.name);
    let new = !path.exists();
    if new {
        let staged = lake.stage_release(&draft.name)?;
        write(&draft, contents, staged.path())?;
        whole(&draft.name, staged.path())?;
        staged.commit()?;
    } else if Manifest::read(&path)?.fingerprint != draft.fingerprint {
        let problem = "it was made from other inputs, whose fingerprint starts with the same digits".to_owned();
        return Err(PublishError::Damaged { name: draft.name, problem });
    }
    let files = if new { Manifest::read(&path)?.files.len() } else { whole(&draft.name, &path)? };
    lake.switch_latest(&draft.name)?;
    Ok(Published { name: draft.name, path, files: files + 1, new })
}

/// Reads the release again; the number of its files without the manifest.
fn whole(name: &str, path: &Path) -> Result<usize, PublishError> {
    let verification = verify(path)?;
    if verification.is_whole() {
        return Ok(verification.files);
    }
    let problems = verification.problems();
    let shown = problems.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
    let more = problems.len().saturating_sub(3);
    let problem = if more == 0 { shown } else { format!("{shown}; and {more} more") };
    Err(PublishError::Damaged { name: name.to_owned(), problem })
}

fn draft<'a>(contents: &'a Contents<'_>) -> Result<Draft<'a>, PublishError> {
    let vintage = contents.newest_vintage().ok_or(PublishError::Nothing)?;
    let tables = tables(contents)?;
    let mut texts = BTreeMap::from([(ATTRIBUTION, attribution(contents, &tables).into_bytes())]);
    for (name, language) in DICTIONARIES {
        texts.insert(name, dictionary(contents, &tables, language).into_bytes());
    }
    let mut inputs = Inputs::default();
    let mut fingerprint = FingerprintBuilder::new("publish", CODE_VERSION);
    fingerprint.add("pipeline", contents.pipeline).add(PACKAGE, datapackage(contents, &tables, None)?);
    for (name, text) in &texts {
        fingerprint.add(name, text);
    }
    for (name, reason) in &contents.missing {
        fingerprint.add("missing", name).add("reason", reason);
    }
    for (dataset, cells) in &contents.quarantined {
        fingerprint.add("quarantined", dataset).add("cells", cells.to_string());
    }
    for table in &tables {
        let (name, made_from) = (table.name().to_owned(), table.fingerprint().clone());
        fingerprint.add_fingerprint(&table.path("parquet"), &made_from);
        match table.of {
            Of::Indicator(_) => inputs.indicators.insert(name, made_from),
            Of::Reference(_) => inputs.reference.insert(name, made_from),
            Of::Events(_) => inputs.events.insert(name, made_from),
            Of::Observations(Observations { vintage, .. }) => {
                inputs.vintages.insert(name.clone(), vintage.to_string());
                fingerprint.add("vintage", vintage.to_string());
                inputs.observations.insert(name, made_from)
            }
        };
    }
    let fingerprint = fingerprint.finish();
    let name = format!("{vintage}-{}", fingerprint.short());
    Ok(Draft { tables, texts, inputs, fingerprint, name })
}

fn write(draft: &Draft<'_>, contents: &Contents<'_>, folder: &Path) -> Result<(), PublishError> {
    let mut files = BTreeMap::new();
    for table in &draft.tables {
        let path = table.path("parquet");
        copy(table.file(), &folder.join(&path))?;
        // The digest of what was meant to be copied: the copy is read again when the release is verified.
        let (sha256, bytes) = sha256_file(table.file())?;
        files.insert(path, FileRecord { bytes, sha256 });
        if table.has_csv() {
            let path = table.path("csv");
            let csv = csv::from_parquet(table.file(), &path)?;
            put(folder, &mut files, path, &csv)?;
        }
    }
    let package = datapackage(contents, &draft.tables, Some(&files))?;
    put(folder, &mut files, PACKAGE.to_owned(), &package)?;
    for (name, text) in &draft.texts {
        put(folder, &mut files, (*name).to_owned(), text)?;
    }
    let manifest = Manifest::new(draft.name.clone(), contents, draft.fingerprint.clone(), draft.inputs.clone(), files)?;
    let bytes = manifest.bytes()?;
    Ok(file::write_atomic(&folder.join(MANIFEST), |writer| writer.write_all(&bytes))?)
}

fn put(folder: &Path, files: &mut BTreeMap<String, FileRecord>, path: String, bytes: &[u8]) -> Result<(), PublishError> {
    file::write_atomic(&folder.join(&path), |writer| writer.write_all(bytes))?;
    files.insert(path, FileRecord { bytes: bytes.len() as u64, sha256: sha256(bytes) });
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), PublishError> {
    let mut source = fs::File::open(from).map_err(|source| LakeError::Io { action: "read", path: from.to_owned(), source })?;
    Ok(file::write_atomic(to, |writer| io::copy(&mut source, writer).map(drop))?)
}
