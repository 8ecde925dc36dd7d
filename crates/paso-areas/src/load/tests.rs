//! Every doubt is an error that names file and line.

use std::path::Path;

use jiff::civil::date;
use proptest::prelude::*;

use super::{Texts, assemble};
use crate::{areas::Areas, error::AreasError};

const AREAS: &str = "area,kind,alpha2,m49,name_en,name_es,name_pt,name_fr,valid_from,valid_to,note
CHL,country,CL,152,Chile,Chile,Chile,Chili,,,
PER,country,PE,604,Peru,Perú,Peru,Pérou,,,
CSHH,former,,200,Czechoslovakia,Checoslovaquia,Tchecoslováquia,Tchécoslovaquie,1918-10-28,1993-01-01,
M49_005,group,,005,South America,América del Sur,América do Sul,Amérique du Sud,,,
_U,special,,,Unknown,Desconocido,Desconhecido,Inconnu,,,
_O:x.rest,residual,,,Rest,Resto,Resto,Reste,,,\"Other, not told\"
";
const GROUPS: &str = "group,member,member_from,member_to,source
M49_005,PER,,2010-01-01,a
M49_005,PER,2015-01-01,,a
M49_005,CHL,,,a
";
const SCHEMES: &str = r#"[iso3]
title = { en = "a", es = "a" }
keys = "alpha3"
[m49]
title = { en = "a", es = "a" }
keys = "m49"
[x]
title = { en = "a", es = "a" }
base = "iso3"
[r]
title = { en = "a", es = "a" }
of = "regions"
keys = "region"
"#;
const ALIASES: &str = "scheme,text,area,note\nx,Rest  of  WORLD,_O:x.rest,\nx,PER,CHL,The publisher swaps them\n";
const REGIONS: &str = "region,area,name_en,name_es,parent\nCL-RM,CHL,Santiago Metropolitan Region,Metropolitana de Santiago,\n";
const REGION_ALIASES: &str = "scheme,text,region,note\nr,Santiago,CL-RM,\nr,Sin información,_U,\n";

fn texts() -> Texts {
    [AREAS, GROUPS, SCHEMES, ALIASES, REGIONS, REGION_ALIASES].map(str::to_owned)
}

fn load(texts: &Texts) -> Result<Areas, AreasError> {
    assemble(Path::new("reference"), texts)
}

/// The message and the hint after one replacement in one file.
fn refusal(file: usize, from: &str, to: &str) -> String {
    let mut texts = texts();
    assert!(texts[file].contains(from), "{from}");
    texts[file] = texts[file].replace(from, to);
    let error = load(&texts).expect_err(to);
    assert!(error.hint().is_some_and(|hint| !hint.is_empty()));
    error.to_string()
}

#[test]
fn sound_files_load() {
    let areas = load(&texts()).unwrap();
    assert_eq!(areas.areas().count(), 6);
    assert_eq!(areas.area("_O:x.rest").unwrap().note.as_deref(), Some("Other, not told"));
    assert_eq!(areas.area("CSHH").unwrap().valid_to, Some(date(1993, 1, 1)));
    assert_eq!(areas.label("CL-RM", "es"), Some("Metropolitana de Santiago"));
    assert_eq!((areas.label("CHL", "fr"), areas.label("CHL", "de"), areas.label("ZZZ", "en")), (Some("Chili"), None, None));
    let x = areas.scheme("x").unwrap();
    assert_eq!(x.resolve(" rest of\tworld "), Some("_O:x.rest"));
    assert_eq!((x.resolve("chl"), x.resolve("PER"), x.resolve("Rest of the world")), (Some("CHL"), Some("CHL"), None));
    let m49 = areas.scheme("m49").unwrap();
    assert_eq!((m49.resolve("5"), m49.resolve("005"), m49.resolve("05")), (Some("M49_005"), Some("M49_005"), None));
    let r = areas.scheme("r").unwrap();
    assert_eq!((r.resolve("cl-rm"), r.resolve("SANTIAGO"), r.resolve("SIN INFORMACIÓN")), (Some("CL-RM"), Some("CL-RM"), Some("_U")));
}

#[test]
fn membership_has_days() {
    let areas = load(&texts()).unwrap();
    assert_eq!(areas.members_on("M49_005", date(2009, 12, 31)), ["CHL", "PER"]);
    assert_eq!(areas.members_on("M49_005", date(2010, 1, 1)), ["CHL"]);
    assert_eq!(areas.members_on("M49_005", date(2015, 1, 1)), ["CHL", "PER"]);
    assert!(areas.members_on("CHL", date(2015, 1, 1)).is_empty());
    assert!(areas.is_group("M49_005") && !areas.is_group("CHL") && !areas.is_group("?"));
}

#[test]
fn areas_are_checked() {
    assert_eq!(refusal(0, "PER,country", "CHL,country"), "reference/areas.csv:3: area `CHL` stands in line 2 already");
    assert_eq!(refusal(0, ",PE,604", ",CL,604"), "reference/areas.csv:3: alpha2 `CL` stands in line 2 already");
    assert_eq!(refusal(0, ",PE,604", ",PE,152"), "reference/areas.csv:3: m49 `152` stands in line 2 already");
    assert_eq!(refusal(0, ",PE,604", ",PE,04"), "reference/areas.csv:3: m49 `04` is not an M49 code of three digits");
    assert_eq!(
        refusal(0, "CHL,country", "CHL,land"),
        "reference/areas.csv:2: kind `land` is not country, former, group, special or residual"
    );
    assert_eq!(refusal(0, "CHL,country", "CHL,former"), "reference/areas.csv:2: area `CHL` is not an id of its kind");
    assert_eq!(refusal(0, "Peru,Perú", "Peru,"), "reference/areas.csv:3: name_es `` is not allowed to be empty");
    assert_eq!(refusal(0, "Peru,Perú", "Peru, Perú"), "reference/areas.csv:3: name_es ` Perú` is not free of white space at its ends");
    assert_eq!(refusal(0, "1993-01-01", "1993-13-01"), "reference/areas.csv:4: valid_to `1993-13-01` is not a day such as 1993-01-01");
    assert_eq!(refusal(0, "1993-01-01", "1918-10-28"), "reference/areas.csv:4: valid_to `1918-10-28` is not after the first day");
    assert!(refusal(0, "area,kind,", "id,kind,").starts_with("reference/areas.csv:1: the columns are `id,kind,"));
    assert_eq!(refusal(0, "CHL,country,CL", "CHL,country"), "reference/areas.csv:2: no table of comma-separated values");
}

#[test]
fn groups_are_checked() {
    assert_eq!(
        refusal(1, "PER,,2010", "PRY,,2010"),
        "reference/area_groups.csv:2: member `PRY` is not a country or former country of areas.csv"
    );
    assert_eq!(refusal(1, "CHL", "_U"), "reference/area_groups.csv:4: member `_U` is not a country or former country of areas.csv");
    assert_eq!(refusal(1, "M49_005,CHL", "CSHH,CHL"), "reference/area_groups.csv:4: group `CSHH` is not a group of areas.csv");
    assert_eq!(
        refusal(1, "2010-01-01", "2015-01-02"),
        "reference/area_groups.csv:3: `PER` is in `M49_005` on the same days as line 2 says"
    );
    assert_eq!(refusal(1, "CHL,,,a", "CHL,,,"), "reference/area_groups.csv:4: source `` is not allowed to be empty");
}

#[test]
fn aliases_are_checked() {
    assert_eq!(refusal(3, "x,Rest", "y,Rest"), "reference/area_aliases.csv:2: scheme `y` is not declared in schemes.toml");
    assert_eq!(refusal(3, "_O:x.rest", "_O:x.other"), "reference/area_aliases.csv:2: area `_O:x.other` is not an area of areas.csv");
    assert_eq!(
        refusal(3, "x,PER,CHL,The publisher swaps them", "x,PER,CHL,"),
        "reference/area_aliases.csv:3: in scheme `x`, `PER` means both `CHL` and `PER` (areas.csv:3)"
    );
    assert_eq!(
        refusal(3, "x,PER", "x,rest of world"),
        "reference/area_aliases.csv:3: in scheme `x`, `rest of world` means both `CHL` and `_O:x.rest` (area_aliases.csv:2)"
    );
    assert_eq!(
        refusal(3, "x,PER,CHL,", "x,REST OF WORLD,_O:x.rest,"),
        "reference/area_aliases.csv:3: alias `REST OF WORLD` stands in line 2 already"
    );
    assert_eq!(
        refusal(3, "x,PER", "r,PER"),
        "reference/area_aliases.csv:3: scheme `r` finds the other kind of things: the line belongs in the other file"
    );
}

#[test]
fn regions_are_checked() {
    assert_eq!(
        refusal(4, "CL-RM,CHL", "RM,CHL"),
        "reference/regions.csv:2: region `RM` is not an ISO 3166-2 code, or with a parent a national one such as CUT_13101"
    );
    assert_eq!(refusal(4, "CL-RM,CHL", "CL-RM,M49_005"), "reference/regions.csv:2: area `M49_005` is not a country of areas.csv");
    assert_eq!(
        refusal(5, "Santiago,CL-RM", "Santiago,CL-XX"),
        "reference/region_aliases.csv:2: region `CL-XX` is not a region of regions.csv or a special or residual id of areas.csv"
    );
    assert_eq!(
        refusal(5, "r,Santiago,CL-RM,", "r,CL-RM,_U,"),
        "reference/region_aliases.csv:2: in scheme `r`, `CL-RM` means both `_U` and `CL-RM` (regions.csv:2)"
    );
}

#[test]
fn declarations_are_checked() {
    assert_eq!(
        refusal(2, "base = \"iso3\"", "base = \"iso4\""),
        "reference/schemes.toml:8: scheme `x` has the base `iso4`, which is not declared"
    );
    assert_eq!(refusal(2, "base = \"iso3\"", "base = \"r\""), "reference/schemes.toml:8: scheme `x` and its base find different things");
    assert_eq!(
        refusal(2, "base = \"iso3\"", "base = \"x\""),
        "reference/schemes.toml:8: scheme `x` falls back to itself through its bases"
    );
    assert_eq!(
        refusal(2, "keys = \"region\"", "keys = \"m49\""),
        "reference/schemes.toml:11: scheme `r` takes its keys from the other kind of table than `of` says"
    );
    assert_eq!(refusal(2, "keys = \"m49\"", "key = \"m49\""), "reference/schemes.toml: no valid declaration of schemes");
}

#[test]
fn a_missing_file_is_named() {
    let error = Areas::load(Path::new("no-such-folder")).unwrap_err();
    assert_eq!(error.to_string(), "cannot read no-such-folder/areas.csv");
    assert!(error.hint().unwrap().contains("six files"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_makes_loading_panic(file in 0_usize..6, at in any::<prop::sample::Index>(), text in "[\"\n,=\\[A-Zé0-9_]{0,12}") {
        let mut texts = texts();
        let mut place = at.index(texts[file].len() + 1);
        while !texts[file].is_char_boundary(place) {
            place -= 1;
        }
        texts[file].insert_str(place, &text);
        if let Err(error) = load(&texts) {
            prop_assert!(error.to_string().starts_with("reference/"), "{error}");
        }
    }
}
