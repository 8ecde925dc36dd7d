//! The declaration of schemes: `schemes.toml`.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::Arc,
};

use paso_model::Localized;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    area::{self, Area, AreaKind},
    document::Lines,
    error::AreasError,
    load, region,
    scheme::{Entry, Scheme, fold},
};

/// What a scheme finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    #[default]
    Areas,
    Regions,
}

/// The texts that a scheme takes from `areas.csv` or `regions.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Keys {
    Alpha3,
    Alpha2,
    M49,
    NameEn,
    NameEs,
    NamePt,
    NameFr,
    Region,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declaration {
    title: Spanned<Localized>,
    publisher: Spanned<String>,
    #[serde(default)]
    of: Target,
    keys: Option<Keys>,
    base: Option<String>,
}

/// A scheme before its aliases are read.
#[derive(Debug)]
pub(crate) struct Draft {
    title: Localized,
    publisher: String,
    pub(crate) of: Target,
    base: Option<String>,
    line: u64,
    pub(crate) entries: HashMap<String, Entry>,
}

pub(crate) type Drafts = BTreeMap<String, Draft>;

/// Reads the text of `schemes.toml` and fills in the texts that come from areas and regions.
pub(crate) fn parse(path: &Path, text: &str, areas: &[area::Placed], regions: &[region::Placed]) -> Result<Drafts, AreasError> {
    let lines = Lines::new(path, text);
    let declared: BTreeMap<String, Declaration> = toml::from_str(text).map_err(|source| lines.refuse(source))?;
    let mut drafts = Drafts::new();
    for (name, declaration) in declared {
        let line = lines.line(declaration.title.span().start);
        let publisher = declaration.publisher.get_ref();
        if publisher.is_empty() || !publisher.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            let line = lines.line(declaration.publisher.span().start);
            let problem = format!("has the publisher `{publisher}`, which is no id of lower-case letters, digits and `_`");
            return Err(AreasError::Scheme { path: path.to_owned(), line, scheme: name, problem });
        }
        let mut draft = Draft {
            title: declaration.title.into_inner(),
            publisher: declaration.publisher.into_inner(),
            of: declaration.of,
            base: declaration.base,
            line,
            entries: HashMap::new(),
        };
        match (declaration.of, declaration.keys) {
            (_, None) => {}
            (Target::Regions, Some(Keys::Region)) => {
                // Codes of national lists are found by the schemes of those lists.
                for placed in regions.iter().filter(|placed| placed.region.parent.is_none()) {
                    draft.own(path, &name, &placed.region.id, &placed.region.id, load::REGIONS, placed.line)?;
                }
            }
            (Target::Regions, Some(_)) | (Target::Areas, Some(Keys::Region)) => {
                let problem = "takes its keys from the other kind of table than `of` says".to_owned();
                return Err(AreasError::Scheme { path: path.to_owned(), line, scheme: name, problem });
            }
            (Target::Areas, Some(keys)) => {
                for placed in areas {
                    for key in keys.of(&placed.area) {
                        draft.own(path, &name, key, &placed.area.id, load::AREAS, placed.line)?;
                    }
                }
            }
        }
        drafts.insert(name, draft);
    }
    Ok(drafts)
}

impl Keys {
    /// The texts of an area. Only countries are found by name; a former country only where its id is a code.
    fn of<'a>(self, area: &'a Area) -> Vec<&'a str> {
        let country = area.kind == AreaKind::Country;
        let one = |text: &'a str, wanted: bool| if wanted { vec![text] } else { vec![] };
        match self {
            Self::Alpha3 => {
                let coded = country || area.kind == AreaKind::Former;
                one(&area.id, coded && area.id.bytes().all(|b| b.is_ascii_uppercase()))
            }
            Self::Alpha2 => area.alpha2.as_deref().into_iter().collect(),
            Self::M49 => area.m49.as_deref().map_or_else(Vec::new, |code| {
                let short = code.trim_start_matches('0');
                if short == code { vec![code] } else { vec![code, short] }
            }),
            Self::NameEn => one(&area.name.en, country),
            Self::NameEs => one(&area.name.es, country),
            Self::NamePt => one(&area.name.pt, country),
            Self::NameFr => one(&area.name.fr, country),
            Self::Region => vec![],
        }
    }
}

impl Draft {
    fn own(&mut self, path: &Path, scheme: &str, text: &str, id: &str, file: &'static str, line: u64) -> Result<(), AreasError> {
        let entry = Entry { id: id.to_owned(), text: text.to_owned(), file, line, note: None };
        match self.entries.insert(fold(text).into_owned(), entry) {
            Some(first) if first.id != id => Err(AreasError::Ambiguous {
                path: path.with_file_name(file),
                line,
                scheme: scheme.into(),
                text: text.into(),
                id: id.into(),
                other: first.id.into(),
                other_where: format!("{file}:{}", first.line).into(),
            }),
            _ => Ok(()),
        }
    }
}

/// What a folded text means in a base of the scheme, if anything.
pub(crate) fn in_bases<'a>(drafts: &'a Drafts, scheme: &str, folded: &str) -> Option<&'a Entry> {
    let mut draft = drafts.get(scheme)?;
    // A circle of bases is refused later; here each scheme is asked at most once.
    for _ in 0..drafts.len() {
        draft = drafts.get(draft.base.as_deref()?)?;
        if let Some(entry) = draft.entries.get(folded) {
            return Some(entry);
        }
    }
    None
}

/// Links every scheme to its base.
pub(crate) fn link(path: &Path, drafts: Drafts) -> Result<BTreeMap<String, Arc<Scheme>>, AreasError> {
    let refuse =
        |line: u64, scheme: &str, problem: String| AreasError::Scheme { path: path.to_owned(), line, scheme: scheme.to_owned(), problem };
    for (name, draft) in &drafts {
        let Some(base) = &draft.base else { continue };
        match drafts.get(base) {
            None => return Err(refuse(draft.line, name, format!("has the base `{base}`, which is not declared"))),
            Some(base) if base.of != draft.of => return Err(refuse(draft.line, name, "and its base find different things".to_owned())),
            Some(_) => {}
        }
    }
    let mut linked: BTreeMap<String, Arc<Scheme>> = BTreeMap::new();
    let mut waiting = drafts;
    while !waiting.is_empty() {
        let ready = waiting.iter().find(|(_, draft)| draft.base.as_ref().is_none_or(|base| linked.contains_key(base)));
        let Some(name) = ready.map(|(name, _)| name.clone()) else {
            let (name, draft) = waiting.iter().next().map_or(("", 0), |(name, draft)| (name.as_str(), draft.line));
            return Err(refuse(draft, name, "falls back to itself through its bases".to_owned()));
        };
        if let Some(draft) = waiting.remove(&name) {
            let base = draft.base.as_ref().and_then(|base| linked.get(base).cloned());
            let Draft { title, publisher, entries, .. } = draft;
            linked.insert(name.clone(), Arc::new(Scheme { name, title, publisher, entries, base }));
        }
    }
    Ok(linked)
}
