//! `init`: a lake, and a `paso.toml` that remembers where things are.

use paso_archive::Route;
use paso_lake::{Lake, file};

use crate::{
    cli::Init,
    commands::load,
    exit::{Abort, ExitStatus},
    printer::Printer,
    settings::{FILE, Settings, SettingsFile},
};

pub(crate) fn execute(settings: &Settings, arguments: &Init) -> Result<ExitStatus, Abort> {
    let pipeline = load(settings)?;
    let path = arguments.folder.join(FILE);
    if path.exists() {
        let hint = Some("edit it, or remove it and run `paso init` again".to_owned());
        return Err(Abort::message(ExitStatus::Usage, format!("{} is there already", path.display()), hint));
    }
    let place = |given: &std::path::Path| std::path::absolute(given);
    let (mut mirror, mut via) = (None, None);
    match &settings.route {
        Route::Mirror(folder) => mirror = Some(place(folder)?),
        Route::Via(url) => via = Some(url.to_string()),
        Route::Network | Route::Offline => {}
    }
    let lake_folder = if settings.lake.is_absolute() { settings.lake.clone() } else { arguments.folder.join(&settings.lake) };
    let lake = Lake::open(&lake_folder)?;
    let remembered = SettingsFile { lake: Some(settings.lake.clone()), pipeline: Some(place(&pipeline.path)?), mirror, via, jobs: None };
    let text = toml::to_string(&remembered).map_err(|error| Abort::message(ExitStatus::Failed, error.to_string(), None))?;
    file::write_atomic(&path, |writer| writer.write_all(text.as_bytes()))?;
    Printer::text(&format!(
        "{} remembers the lake {} and the pipeline {}.\nNext: paso plan",
        path.display(),
        lake.root().display(),
        pipeline.file.id
    ))?;
    Ok(ExitStatus::Done)
}
