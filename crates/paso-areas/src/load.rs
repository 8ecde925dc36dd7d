//! From the folder to [`Areas`].

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

use crate::{
    aliases::{self, Source},
    area::{self, AreaKind},
    areas::Areas,
    error::AreasError,
    membership, region, schemes,
    schemes::Target,
};

/// Countries, groups and the rest.
pub(crate) const AREAS: &str = "areas.csv";
/// Members of groups.
pub(crate) const GROUPS: &str = "area_groups.csv";
/// Further texts of areas.
pub(crate) const AREA_ALIASES: &str = "area_aliases.csv";
/// Schemes.
pub(crate) const SCHEMES: &str = "schemes.toml";
/// Regions.
pub(crate) const REGIONS: &str = "regions.csv";
/// Further texts of regions.
pub(crate) const REGION_ALIASES: &str = "region_aliases.csv";

/// The files in the order in which they are read.
pub(crate) const FILES: [&str; 6] = [AREAS, GROUPS, SCHEMES, AREA_ALIASES, REGIONS, REGION_ALIASES];

/// The texts of the files, in the order of [`FILES`].
pub(crate) type Texts = [String; 6];

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
    let [areas, groups, schemes, area_aliases, regions, region_aliases] = texts;
    let path = |name: &str| -> PathBuf { folder.join(name) };

    let areas = area::parse(&path(AREAS), areas)?;
    let kinds: HashMap<&str, AreaKind> = areas.iter().map(|placed| (placed.area.id.as_str(), placed.area.kind)).collect();
    let kind = |id: &str| kinds.get(id).copied();
    let members = membership::parse(&path(GROUPS), groups, kind)?;
    let regions = region::parse(&path(REGIONS), regions, kind)?;
    let region_ids: HashSet<&str> = regions.iter().map(|placed| placed.region.id.as_str()).collect();

    let mut drafts = schemes::parse(&path(SCHEMES), schemes, &areas, &regions)?;
    let source = Source {
        path: &path(AREA_ALIASES),
        file: AREA_ALIASES,
        of: Target::Areas,
        columns: ["scheme", "text", "area", "note"],
        expected: "an area of areas.csv",
        exists: |id: &str| kinds.contains_key(id),
    };
    aliases::parse(&source, area_aliases, &mut drafts)?;
    let source = Source {
        path: &path(REGION_ALIASES),
        file: REGION_ALIASES,
        of: Target::Regions,
        columns: ["scheme", "text", "region", "note"],
        expected: "a region of regions.csv or a special or residual id of areas.csv",
        exists: |id: &str| region_ids.contains(id) || matches!(kind(id), Some(AreaKind::Special | AreaKind::Residual)),
    };
    aliases::parse(&source, region_aliases, &mut drafts)?;
    let schemes = schemes::link(&path(SCHEMES), drafts)?;

    let areas = areas.into_iter().map(|placed| placed.area).collect();
    let regions = regions.into_iter().map(|placed| placed.region).collect();
    Ok(Areas::new(areas, regions, members, schemes))
}

#[cfg(test)]
mod tests;
