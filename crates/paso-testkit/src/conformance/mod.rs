//! The conformance suite: messages that statistical offices and the samples of the standards published, each with the table that other readers
//! make of it, or with the reason why there is none.

mod compare;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use serde_json::Value;

pub use compare::{Rules, differences};

use crate::{
    TestkitError,
    folder::{self, workspace},
};

/// A table of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flat {
    /// The names of the columns; those of attributes begin with `attr:`.
    pub titles: Vec<String>,
    /// The rows, with one cell for each column; an absent cell is empty.
    pub rows: Vec<Vec<String>>,
}

impl Flat {
    /// Reads CSV.
    pub fn parse(text: &str) -> Result<Self, csv::Error> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let texts = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        let titles = texts(reader.headers()?);
        let rows = reader.records().map(|record| Ok(texts(&record?))).collect::<Result<_, csv::Error>>()?;
        Ok(Self { titles, rows })
    }
}

/// A case of the suite.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its family and number, such as `oecd/03`.
    pub name: String,
    /// What is known of it: `case.json`.
    pub about: Value,
    folder: PathBuf,
}

impl Case {
    /// Reads the case of a folder of the suite.
    pub fn read(suite: &Path, name: &str) -> Result<Self, TestkitError> {
        let folder = suite.join(name);
        let about = folder::read(&folder.join("case.json"))?;
        let about = serde_json::from_slice(&about).map_err(|error| wrong(&folder, &error))?;
        Ok(Self { name: name.to_owned(), about, folder })
    }

    /// All cases of the suite, sorted by name.
    pub fn all(suite: &Path) -> Result<Vec<Self>, TestkitError> {
        let files = folder::files(suite)?;
        files.iter().filter_map(|(path, _)| path.strip_suffix("/case.json")).map(|name| Self::read(suite, name)).collect()
    }

    /// A text of `case.json`; empty where it has none.
    pub fn text(&self, key: &str) -> &str {
        self.about[key].as_str().unwrap_or_default()
    }

    /// The message.
    pub fn input(&self) -> PathBuf {
        self.folder.join(self.text("input"))
    }

    /// The structure message that it needs.
    pub fn structure(&self) -> Option<PathBuf> {
        Some(self.folder.join(self.about["dsd"].as_str()?))
    }

    /// Why there is no table, in the suite's words.
    pub fn error(&self) -> Option<&str> {
        self.about["expected"]["error"].as_str()
    }

    /// The table.
    pub fn expected(&self) -> Result<Flat, TestkitError> {
        let path = self.folder.join("expected.csv");
        let text = String::from_utf8(folder::read(&path)?).map_err(|error| wrong(&path, &error))?;
        Flat::parse(&text).map_err(|error| wrong(&path, &error))
    }

    /// How a table is compared with the expected one.
    pub fn rules(&self) -> Rules {
        Rules::of(&self.about)
    }
}

fn wrong(path: &Path, error: &dyn std::error::Error) -> TestkitError {
    TestkitError::Format { body: path.display().to_string(), detail: error.to_string() }
}

/// The folder of the suite: `PASO_CONFORMANCE`, else `shared/conformance` beside the workspace. Where there is none, a line on standard error
/// says that the caller's test is skipped, past the capture of the test harness.
pub fn conformance() -> Option<PathBuf> {
    let named = std::env::var_os("PASO_CONFORMANCE").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| workspace().join("../shared/conformance"));
    if folder.is_dir() {
        return Some(folder);
    }
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    // Nothing is lost where stderr is closed.
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: it needs the conformance suite in {}, which does not exist", folder.display());
    None
}
