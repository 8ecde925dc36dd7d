//! What the arguments mean: flag beats environment beats `paso.toml` beats default.

use std::path::{Path, PathBuf};

use paso_archive::Route;
use serde::{Deserialize, Serialize};

use crate::{
    cli::{Form, Global},
    exit::{Abort, ExitStatus},
    printer::Output,
};

/// The name of the settings file.
pub(crate) const FILE: &str = "paso.toml";

/// `paso.toml`: paths are seen from the folder that it stands in.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsFile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lake: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pipeline: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mirror: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) via: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jobs: Option<u16>,
}

/// The resolved settings.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) lake: PathBuf,
    pub(crate) pipeline: PathBuf,
    pub(crate) route: Route,
    pub(crate) jobs: usize,
    pub(crate) output: Output,
    pub(crate) quiet: bool,
}

impl Settings {
    /// Resolves the arguments in the current folder.
    pub(crate) fn resolve(global: &Global) -> Result<Self, Abort> {
        let file = read_file(Path::new(FILE))?;
        let from_file = |route: bool| if route { &file } else { &EMPTY };
        // A route on the command line replaces the file's, of whichever kind.
        let chosen = global.mirror.is_some() || global.via.is_some() || global.offline;
        let route_file = from_file(!chosen);
        let mirror = global.mirror.clone().or_else(|| route_file.mirror.clone());
        let via = global.via.clone().or_else(|| route_file.via.clone());
        let route = match (mirror, via, global.offline) {
            (_, _, true) => Route::Offline,
            (Some(folder), _, _) => Route::Mirror(folder),
            (None, Some(address), _) => via_address(&address)?,
            (None, None, false) => Route::Network,
        };
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            lake: global.lake.clone().or_else(|| file.lake.clone()).unwrap_or_else(|| "lake".into()),
            pipeline: global.pipeline.clone().or_else(|| file.pipeline.clone()).unwrap_or_else(|| "pipelines/chile/pipeline.toml".into()),
            route,
            jobs: global.jobs.or(file.jobs).map_or(cores, usize::from),
            output: match global.output {
                Form::Table => Output::Table,
                Form::Json => Output::Json,
                Form::Csv => Output::Csv,
                Form::Parquet => {
                    let hint = Some("only `paso decode` writes Parquet".to_owned());
                    return Err(Abort::message(ExitStatus::Usage, "--output: this command prints tables, JSON and CSV", hint));
                }
            },
            quiet: global.quiet > 0,
        })
    }
}

fn via_address(address: &str) -> Result<Route, Abort> {
    let wrong = |why: &dyn std::fmt::Display| {
        let hint = Some("write it with its scheme, such as http://127.0.0.1:8080".to_owned());
        Abort::message(ExitStatus::Usage, format!("--via: `{address}` is no URL of a server: {why}"), hint)
    };
    let route = Route::Via(address.parse().map_err(|error| wrong(&error))?);
    match &route {
        // `localhost:8080` parses, with the scheme `localhost`.
        Route::Via(url) if !matches!(url.scheme(), "http" | "https") => Err(wrong(&format!("its scheme is `{}`", url.scheme()))),
        _ => Ok(route),
    }
}

static EMPTY: SettingsFile = SettingsFile { lake: None, pipeline: None, mirror: None, via: None, jobs: None };

fn read_file(path: &Path) -> Result<SettingsFile, Abort> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(SettingsFile::default()),
        Err(error) => return Err(Abort::message(ExitStatus::Usage, format!("cannot read {}: {error}", path.display()), None)),
    };
    toml::from_str(&text).map_err(|error: toml::de::Error| {
        let hint = "keys are lake, pipeline, mirror, via and jobs".to_owned();
        Abort::message(ExitStatus::Usage, format!("{}: {error}", path.display()), Some(hint))
    })
}
