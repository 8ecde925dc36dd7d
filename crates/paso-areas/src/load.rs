//! From the folder to [`Areas`].

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

use crate::{
    aliases,
    area::{self, AreaKind},
    areas::Areas,
    error::AreasError,
    membership, region, schemes,
    schemes::Target,
};

/// Countries, groups and the rest.
pub(crate) const AREAS: &str = "areas.csv";
/// Members of groups.
pub(crate) const GROUPS: &str = "groups.toml";
/// Schemes.
pub(crate) const SCHEMES: &str = "schemes.toml";
/// Further texts of schemes.
pub(crate) const ALIASES: &str = "aliases.toml";
/// Regions.
pub(crate) const REGIONS: &str = "regions.csv";

/// The files in the order in which they are read.
pub(crate) const FILES: [&str; 5] = [AREAS, GROUPS, SCHEMES, ALIASES, REGIONS];

/// The texts of the files, in the order of [`FILES`].
pub(crate) type Texts = [String; 5];

/// Reads every file of the folder.
pub(crate) fn load(folder: &Path) -> Result<Areas, AreasError> {
    let mut texts = Texts::default();
    for (name, text) in FILES.into_iter().zip(&mut texts) {
        let path = folder.join(name);
        *text = fs::read_to_string(&path).map_err(|source| AreasError::Read { path, source })?;
    }
    assemble(folder, &texts)
}

/// Checks the texts against each other. The folder only serves to name files in errors.
pub(crate) fn assemble(folder: &Path, texts: &Texts) -> Result<Areas, AreasError> {
    let [areas, groups, schemes, aliases, regions] = texts;
    let path = |name: &str| -> PathBuf { folder.join(name) };

    let areas = area::parse(&path(AREAS), areas)?;
    let kinds: HashMap<&str, AreaKind> = areas.iter().map(|placed| (placed.area.id.as_str(), placed.area.kind)).collect();
    let kind = |id: &str| kinds.get(id).copied();
    let members = membership::parse(&path(GROUPS), groups, kind)?;
    let regions = region::parse(&path(REGIONS), regions, kind)?;
    let region_ids: HashSet<&str> = regions.iter().map(|placed| placed.region.id.as_str()).collect();

    let mut drafts = schemes::parse(&path(SCHEMES), schemes, &areas, &regions)?;
    let exists = |of: Target, id: &str| match of {
        Target::Areas => kinds.contains_key(id),
        Target::Regions => region_ids.contains(id) || matches!(kind(id), Some(AreaKind::Special | AreaKind::Residual)),
    };
    aliases::parse(&path(ALIASES), aliases, &mut drafts, exists)?;
    let schemes = schemes::link(&path(SCHEMES), drafts)?;

    Ok(Areas::new(areas, regions, members, schemes))
}

#[cfg(test)]
mod tests;
