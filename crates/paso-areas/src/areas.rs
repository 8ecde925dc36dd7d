//! The reference data as a whole.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::civil::Date;

use crate::{
    area::{self, Area, AreaKind},
    error::AreasError,
    load,
    membership::{self, Membership},
    region::{self, Region},
    scheme::Scheme,
};

/// Areas, groups, regions and schemes, checked against each other.
#[derive(Debug)]
pub struct Areas {
    pub(crate) list: Vec<area::Placed>,
    by_id: HashMap<String, usize>,
    pub(crate) regions: Vec<region::Placed>,
    region_by_id: HashMap<String, usize>,
    members: Vec<Membership>,
    members_of: HashMap<String, Range<usize>>,
    schemes: BTreeMap<String, Arc<Scheme>>,
}

impl Areas {
    /// Reads the reference data of a folder. Any doubt is an error: an id that stands twice, a member or alias of an area that does not
    /// exist, a text with two meanings in one scheme.
    pub fn load(folder: &Path) -> Result<Self, AreasError> {
        load::load(folder)
    }

    /// The files that [`Areas::load`] reads, for fingerprints.
    pub fn files(folder: &Path) -> [PathBuf; 5] {
        load::FILES.map(|name| folder.join(name))
    }

    pub(crate) fn new(
        list: Vec<area::Placed>,
        regions: Vec<region::Placed>,
        members: Vec<Membership>,
        schemes: BTreeMap<String, Arc<Scheme>>,
    ) -> Self {
        let by_id = list.iter().enumerate().map(|(index, placed)| (placed.area.id.clone(), index)).collect();
        let region_by_id = regions.iter().enumerate().map(|(index, placed)| (placed.region.id.clone(), index)).collect();
        let members_of = membership::ranges(&members);
        Self { list, by_id, regions, region_by_id, members, members_of, schemes }
    }

    /// A scheme by its name in `schemes.toml`.
    pub fn scheme(&self, name: &str) -> Option<&Scheme> {
        self.schemes.get(name).map(Arc::as_ref)
    }

    /// Every scheme, by name.
    pub fn schemes(&self) -> impl Iterator<Item = &Scheme> {
        self.schemes.values().map(Arc::as_ref)
    }

    /// An area by its id.
    pub fn area(&self, id: &str) -> Option<&Area> {
        self.by_id.get(id).map(|&index| &self.list[index].area)
    }

    /// Every area, in the order of the file: the rows of the reference table `areas`.
    pub fn areas(&self) -> impl Iterator<Item = &Area> {
        self.list.iter().map(|placed| &placed.area)
    }

    /// Every membership, by group, member and first day: the rows of the reference table `area_groups`.
    pub fn members(&self) -> &[Membership] {
        &self.members
    }

    /// Whether the id is a group, that is a sub-total that must not be added to its members.
    pub fn is_group(&self, id: &str) -> bool {
        self.area(id).is_some_and(|area| area.kind == AreaKind::Group)
    }

    /// The memberships of a group, by member and first day; none where the group is unknown or its publisher states no list.
    pub fn members_of(&self, group: &str) -> &[Membership] {
        let range = self.members_of.get(group).cloned().unwrap_or_default();
        &self.members[range]
    }

    /// The members of a group on a day, sorted; none where the group is unknown or its publisher states no list.
    pub fn members_on(&self, group: &str, day: Date) -> Vec<&str> {
        self.members_of(group).iter().filter(|membership| membership.holds_on(day)).map(|membership| membership.member.as_str()).collect()
    }

    /// The memberships of an area, by group and first day.
    pub fn groups_of<'a>(&'a self, area: &'a str) -> impl Iterator<Item = &'a Membership> {
        self.members.iter().filter(move |membership| membership.member == area)
    }

    /// A region by its id.
    pub fn region(&self, id: &str) -> Option<&Region> {
        self.region_by_id.get(id).map(|&index| &self.regions[index].region)
    }

    /// Every region, in the order of the file.
    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.iter().map(|placed| &placed.region)
    }

    /// What an area (in `en`, `es`, `pt` or `fr`) or a region (in `en` or `es`) is called; none for an unknown id or language.
    pub fn label(&self, id: &str, language: &str) -> Option<&str> {
        match (self.area(id), self.region(id), language) {
            (Some(area), _, _) => area.name.get(language),
            (None, Some(region), "en") => Some(&region.name.en),
            (None, Some(region), "es") => Some(&region.name.es),
            _ => None,
        }
    }
}
