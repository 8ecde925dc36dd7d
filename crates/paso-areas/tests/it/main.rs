//! The reference data of the project against ISO 3166, M49 and what the publishers really print.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing; clippy only exempts the test functions themselves")]

mod corpus;
mod groups;
mod incidents;
mod iso3166;
mod m49;
mod sermig;
mod undesa;
mod unhcr;
mod worldbank;

use std::{path::PathBuf, sync::OnceLock};

use paso_areas::Areas;
use proptest::prelude::*;

/// The project's reference data, loaded once.
fn areas() -> &'static Areas {
    static AREAS: OnceLock<Areas> = OnceLock::new();
    AREAS.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/reference");
        Areas::load(&folder).unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)))
    })
}

/// What a text means, or a failure that names both.
fn resolve(scheme: &str, text: &str) -> &'static str {
    let known = areas().scheme(scheme).unwrap_or_else(|| panic!("no scheme {scheme}"));
    known.resolve(text).unwrap_or_else(|| panic!("{scheme} does not know `{text}`"))
}

proptest! {
    #[test]
    fn resolving_never_panics_and_ignores_case_and_spaces(text in any::<String>()) {
        for scheme in areas().schemes() {
            let found = scheme.resolve(&text);
            prop_assert_eq!(scheme.resolve(&format!(" \u{a0}{text}\n")), found);
            if text.is_ascii() {
                prop_assert_eq!(scheme.resolve(&text.to_ascii_uppercase()), found);
            }
        }
    }
}

#[test]
fn every_scheme_finds_ids_that_exist() {
    let sources = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/sources");
    let mut names = std::collections::BTreeSet::new();
    for scheme in areas().schemes() {
        let publisher = scheme.publisher();
        let known = matches!(publisher, "iso" | "unsd" | "paso") || sources.join(format!("{publisher}.toml")).is_file();
        assert!(known, "the scheme {} belongs to {publisher}, which is no publisher of ../sources", scheme.name());
        names.insert(scheme.name());
    }
    // The same letters and digits mean different places.
    for distinct in ["unhcr", "worldbank", "m49", "eurostat", "oecd", "knomad", "ine_codregeo", "ine_cut", "ine_cut_padded"] {
        assert!(names.contains(distinct), "{distinct}");
    }
    for area in areas().areas() {
        if let Some(found) = areas().scheme("iso3").and_then(|scheme| scheme.resolve(&area.id)) {
            assert_eq!(found, area.id);
        }
        for language in ["en", "es", "pt", "fr"] {
            let name = areas().label(&area.id, language).unwrap_or_else(|| panic!("{} has no name in {language}", area.id));
            if area.kind == paso_areas::AreaKind::Country {
                assert_eq!(resolve(&format!("name_{language}"), name), area.id);
            }
        }
    }
}

#[test]
fn the_files_for_fingerprints_are_the_files_that_exist() {
    for file in Areas::files(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/reference")) {
        assert!(file.is_file(), "{}", file.display());
    }
}
