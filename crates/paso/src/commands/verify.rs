//! `verify`: every file of a release, and on request every body of the archive, is hashed again.

use std::path::PathBuf;

use paso_lake::{Lake, LakeError, Sha256};
use paso_publish::Verification;
use serde_json::json;

use crate::{
    cli::Verify,
    commands::existing,
    exit::{Abort, ExitStatus},
    printer::{Cell, Output, Printer, Rows},
    settings::Settings,
};

/// The most bytes of a body that are read back.
const BODY_CAP: u64 = 2 << 30;

pub(crate) fn execute(settings: &Settings, arguments: &Verify) -> Result<ExitStatus, Abort> {
    let folder = folder(settings, arguments.release.as_deref())?;
    let verification = paso_publish::verify(&folder).map_err(|error| {
        let hint = error.hint();
        Abort::new(ExitStatus::Failed, error, hint)
    })?;
    let mut rows = problems(&verification);
    let mut bodies = 0;
    if arguments.archive {
        let lake = existing(settings)?;
        for hash in lake.bodies()? {
            bodies += 1;
            if let Some(problem) = damage(&lake, &hash) {
                rows.push(vec![Cell::text("archive"), Cell::text(hash.to_string()), Cell::text(problem)]);
            }
        }
    }
    let whole = rows.rows.is_empty();
    let printer = Printer::new(settings.output);
    match settings.output {
        Output::Json => Printer::json(&json!({
            "release": verification.release, "files": verification.files, "bytes": verification.bytes, "bodies": bodies,
            "whole": whole, "missing": verification.missing, "extra": verification.extra,
            "changed": verification.changed.iter().map(|changed| json!({
                "file": changed.file, "expected": changed.expected.to_string(), "found": changed.found.to_string(),
            })).collect::<Vec<_>>(),
            "archive": rows.rows.iter().filter(|row| row[0] == Cell::text("archive")).count(),
        }))?,
        Output::Table if whole => {
            let archive = if arguments.archive { format!(" and {bodies} archived bodies") } else { String::new() };
            Printer::text(&format!("{}: {} files{archive} are as they were written", verification.release, verification.files))?;
        }
        Output::Table | Output::Csv => printer.rows(&rows)?,
    }
    Ok(if whole { ExitStatus::Done } else { ExitStatus::Failed })
}

/// A release by name or folder; without one, the release that holds.
fn folder(settings: &Settings, release: Option<&str>) -> Result<PathBuf, Abort> {
    if let Some(path) = release.map(PathBuf::from).filter(|path| path.join("manifest.json").is_file()) {
        return Ok(path);
    }
    let lake = existing(settings)?;
    let name = match release {
        Some(name) => name.to_owned(),
        None => lake.latest()?.ok_or_else(|| {
            let hint = Some("`paso run` makes one".to_owned());
            Abort::message(ExitStatus::Usage, format!("the lake {} has no release yet", settings.lake.display()), hint)
        })?,
    };
    if !lake.releases()?.contains(&name) {
        let known = lake.releases()?.join(", ");
        let hint = if known.is_empty() { "it has none; `paso run` makes one".to_owned() } else { format!("it has {known}") };
        return Err(Abort::message(ExitStatus::Usage, format!("the lake {} has no release `{name}`", settings.lake.display()), Some(hint)));
    }
    Ok(lake.release(&name))
}

fn problems(verification: &Verification) -> Rows {
    let mut rows = Rows::new(["problem", "file", "detail"]);
    for file in &verification.missing {
        rows.push(vec![Cell::text("missing"), Cell::text(file), Cell::Nothing]);
    }
    for file in &verification.extra {
        rows.push(vec![Cell::text("extra"), Cell::text(file), Cell::Nothing]);
    }
    for changed in &verification.changed {
        let detail = format!("expected {}, found {}", changed.expected.short(), changed.found.short());
        rows.push(vec![Cell::text("changed"), Cell::text(&changed.file), Cell::text(detail)]);
    }
    rows
}

fn damage(lake: &Lake, hash: &Sha256) -> Option<String> {
    match lake.read_body(hash, BODY_CAP) {
        Ok(_) => None,
        Err(error @ LakeError::CorruptBody { .. }) => Some(error.to_string()),
        Err(error) => Some(format!("cannot be read: {error}")),
    }
}
