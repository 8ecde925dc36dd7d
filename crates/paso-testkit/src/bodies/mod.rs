//! Bodies that are written as text, reviewed as text, and served in their publisher's bytes: `bodies/<publisher>/bodies.toml` and the texts beside it.

mod sheets;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder};
use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    TestkitError, folder,
    mirror::{self, Body},
    real::{maybe_moment, moment},
    wire::archive,
};

/// The bodies of one publisher.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    /// How the texts came about, for the README of the sample.
    note: Option<String>,
    body: Vec<Entry>,
}

/// One answer, and how its text becomes its bytes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The whole address.
    url: String,
    /// The text beside the manifest: `.sheets` is a workbook, anything else stands as it is.
    file: Option<String>,
    /// The members of an archive, with the text of each.
    #[serde(default)]
    zip: BTreeMap<String, String>,
    #[serde(deserialize_with = "moment")]
    retrieved: Timestamp,
    #[serde(default, deserialize_with = "maybe_moment")]
    last_modified: Option<Timestamp>,
    content_type: Option<String>,
    /// What was cut, or is no figure of the publisher.
    note: Option<String>,
    /// The encoding, where it is not UTF-8.
    encoding: Option<String>,
    #[serde(default)]
    line_end: LineEnd,
    #[serde(default)]
    bom: bool,
    #[serde(default)]
    no_final_newline: bool,
    /// The body is filled with null characters to a multiple of this.
    nul_padding: Option<usize>,
    #[serde(default)]
    gzip: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LineEnd {
    #[default]
    Lf,
    Crlf,
}

/// What a publisher's texts are, for the README of the sample.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) publisher: String,
    pub(crate) note: Option<String>,
    /// Address and note of each body.
    pub(crate) bodies: Vec<(String, Option<String>)>,
}

/// Every body that is written as text, and what is to be said of them.
pub(crate) fn all() -> Result<(Vec<Body>, Vec<Described>), TestkitError> {
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("bodies"))
}

/// Writes a mirror of the bodies that are written as text below a folder: one folder for each publisher.
pub fn bodies_mirror(texts: &Path, folder: &Path) -> Result<(), TestkitError> {
    let (bodies, _) = below(texts)?;
    folder::clear_mirror(folder)?;
    mirror::write(folder, &bodies)
}

fn below(root: &Path) -> Result<(Vec<Body>, Vec<Described>), TestkitError> {
    let (mut bodies, mut described) = (Vec::new(), Vec::new());
    for folder in folders(root)? {
        let (manifest, publisher) = read(&folder)?;
        let mut notes = Vec::new();
        for entry in &manifest.body {
            bodies.push(entry.body(&folder)?);
            notes.push((entry.url.clone(), entry.note.clone()));
        }
        described.push(Described { publisher, note: manifest.note, bodies: notes });
    }
    Ok((bodies, described))
}

fn folders(root: &Path) -> Result<Vec<PathBuf>, TestkitError> {
    let failed = |source| TestkitError::File { action: "list", path: root.to_owned(), source };
    let mut folders = Vec::new();
    for entry in fs::read_dir(root).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn read(folder: &Path) -> Result<(Manifest, String), TestkitError> {
    let path = folder.join("bodies.toml");
    let text = text_of(&path)?;
    let manifest = toml::from_str(&text).map_err(|error| broken(&path, error.to_string()))?;
    let publisher = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((manifest, publisher))
}

fn text_of(path: &Path) -> Result<String, TestkitError> {
    String::from_utf8(folder::read(path)?).map_err(|error| broken(path, format!("it is not UTF-8: {error}")))
}

fn broken(path: &Path, detail: String) -> TestkitError {
    TestkitError::Format { body: path.display().to_string(), detail }
}

impl Entry {
    fn body(&self, folder: &Path) -> Result<Body, TestkitError> {
        let bytes = match &self.file {
            Some(file) if self.zip.is_empty() => self.bytes(&folder.join(file))?,
            None if !self.zip.is_empty() => {
                let members = self.zip.iter().map(|(member, file)| Ok((member.as_str(), self.bytes(&folder.join(file))?)));
                archive::zip(&self.url, &members.collect::<Result<Vec<_>, TestkitError>>()?)?
            }
            _ => return Err(broken(&folder.join("bodies.toml"), format!("{} needs exactly one of `file` and `zip`", self.url))),
        };
        let bytes = if self.gzip { gzipped(&bytes).map_err(|error| broken(folder, error.to_string()))? } else { bytes };
        Ok(Body {
            url: self.url.clone(),
            bytes,
            retrieved: self.retrieved,
            last_modified: self.last_modified,
            content_type: self.content_type.clone(),
        })
    }

    fn bytes(&self, path: &Path) -> Result<Vec<u8>, TestkitError> {
        let text = text_of(path)?;
        if path.extension().is_some_and(|extension| extension == "sheets") {
            let created = self.last_modified.unwrap_or(self.retrieved).to_string();
            return sheets::workbook(&text, &created).map_err(|problem| broken(path, problem))?.bytes(&path.display().to_string());
        }
        let text = if self.no_final_newline { text.trim_end_matches('\n') } else { &text };
        let text = if self.line_end == LineEnd::Crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        let mut bytes = if self.bom { b"\xEF\xBB\xBF".to_vec() } else { Vec::new() };
        match self.encoding.as_deref() {
            None => bytes.extend_from_slice(text.as_bytes()),
            Some(name) => {
                let encoding =
                    encoding_rs::Encoding::for_label(name.as_bytes()).ok_or_else(|| broken(path, format!("no encoding `{name}`")))?;
                let (encoded, _, lossy) = encoding.encode(&text);
                if lossy {
                    return Err(broken(path, format!("it has characters that {name} cannot write")));
                }
                bytes.extend_from_slice(&encoded);
            }
        }
        if let Some(multiple) = self.nul_padding {
            bytes.resize(bytes.len().next_multiple_of(multiple.max(1)), 0);
        }
        Ok(bytes)
    }
}

/// A gzip file whose bytes depend on its content only.
fn gzipped(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    std::io::Write::write_all(&mut writer, bytes)?;
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(keys: &str, text: &str) -> Vec<u8> {
        let temporary = tempfile::tempdir().unwrap();
        folder::write(&temporary.path().join("t.csv"), text.as_bytes()).unwrap();
        let manifest = format!("[[body]]\nurl = 'https://example.org/t'\nretrieved = '2026-01-01T00:00:00Z'\n{keys}");
        folder::write(&temporary.path().join("bodies.toml"), manifest.as_bytes()).unwrap();
        read(temporary.path()).unwrap().0.body[0].body(temporary.path()).unwrap().bytes
    }

    #[test]
    fn a_text_gets_its_publishers_bytes() {
        assert_eq!(bytes("file = 't.csv'", "año\n1\n"), "año\n1\n".as_bytes());
        assert_eq!(bytes("file = 't.csv'\nencoding = 'iso-8859-1'\nline_end = 'crlf'", "año\n1\n"), b"a\xF1o\r\n1\r\n");
        assert_eq!(bytes("file = 't.csv'\nbom = true\nno_final_newline = true", "a\n"), b"\xEF\xBB\xBFa");
        assert_eq!(bytes("file = 't.csv'\nnul_padding = 8", "a,b\n1\n"), b"a,b\n1\n\0\0");
        assert!(bytes("zip = { 'a b.csv' = 't.csv' }", "a\n").starts_with(b"PK\x03\x04"));
        assert!(bytes("file = 't.csv'\ngzip = true", "a\n").starts_with(b"\x1F\x8B"));
    }

    #[test]
    fn what_an_encoding_cannot_write_is_an_error() {
        let temporary = tempfile::tempdir().unwrap();
        folder::write(&temporary.path().join("t.csv"), "Łódź".as_bytes()).unwrap();
        let manifest =
            "[[body]]\nurl = 'https://example.org/t'\nretrieved = '2026-01-01T00:00:00Z'\nfile = 't.csv'\nencoding = 'iso-8859-1'";
        folder::write(&temporary.path().join("bodies.toml"), manifest.as_bytes()).unwrap();
        let error = read(temporary.path()).unwrap().0.body[0].body(temporary.path()).unwrap_err();
        assert!(error.to_string().contains("cannot write"), "{error}");
    }
}
