//! Reports of runs: what ran, why, and how long. They record history and are exempt from identical bytes.

use std::path::PathBuf;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Lake, LakeError, file,
    layout::{check_name, read_json},
};

impl Lake {
    /// Writes the report of a run and says where.
    pub fn write_run(&self, run: &str, report: &impl Serialize) -> Result<PathBuf, LakeError> {
        check_name("run", run)?;
        let path = self.runs().join(format!("{run}.json"));
        file::write_atomic(&path, |writer| {
            serde_json::to_writer_pretty(&mut *writer, report)?;
            writer.write_all(b"\n")
        })?;
        Ok(path)
    }

    /// Reads the report of a run; none where there is no such run.
    pub fn read_run<T: DeserializeOwned>(&self, run: &str) -> Result<Option<T>, LakeError> {
        check_name("run", run)?;
        read_json(&self.runs().join(format!("{run}.json")))
    }

    /// The names of all runs, sorted.
    pub fn run_names(&self) -> Result<Vec<String>, LakeError> {
        let names = file::entries(&self.runs())?.into_iter().map(|entry| entry.file_name().to_string_lossy().into_owned());
        Ok(names.filter(|name| !name.starts_with('.')).filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect())
    }
}
