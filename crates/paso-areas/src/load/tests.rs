//! Every doubt is an error that names file and line.

use std::path::Path;

use jiff::civil::date;
use proptest::prelude::*;

use super::{Texts, assemble};
use crate::{areas::Areas, error::AreasError, explain::By};

const AREAS: &str = "area,kind,alpha2,m49,name_en,name_es,name_pt,name_fr,valid_from,valid_to,note
CHL,country,CL,152,Chile,Chile,Chile,Chili,,,
PER,country,PE,604,Peru,Perú,Peru,Pérou,,,
CSHH,former,,200,Czechoslovakia,Checoslovaquia,Tchecoslováquia,Tchécoslovaquie,1918-10-28,1993-01-01,
M49_005,group,,005,South America,América del Sur,América do Sul,Amérique du Sud,,,
_U,special,,,Unknown,Desconocido,Desconhecido,Inconnu,,,
_O:x.rest,residual,,,Rest,Resto,Resto,Reste,,,\"Other, not told\"
";
const GROUPS: &str = r#"[M49_005]
source = "a"
members = [
  "CHL",
  { area = "PER", to = 2010-01-01, note = "Left" },
  { areas = ["PER", "CSHH"], from = 2015-01-01, source = "b" },
]
"#;
const SCHEMES: &str = r#"[iso3]
title = { en = "a", es = "a" }
publisher = "p"
keys = "alpha3"
[m49]
title = { en = "a", es = "a" }
publisher = "p"
keys = "m49"
[x]
title = { en = "a", es = "a" }
publisher = "p"
base = "iso3"
[r]
title = { en = "a", es = "a" }
publisher = "p"
of = "regions"
keys = "region"
"#;
const ALIASES: &str = r#"[x]
"Rest  of  WORLD" = "_O:x.rest"
"PER" = { area = "CHL", note = "The publisher swaps them" }

[r]
"Santiago" = "CL-RM"
"Sin información" = { region = "_U", note = "As published" }
"#;
const REGIONS: &str = "region,area,name_en,name_es,parent\nCL-RM,CHL,Santiago Metropolitan Region,Metropolitana de Santiago,\n";

fn texts() -> Texts {
    [AREAS, GROUPS, SCHEMES, ALIASES, REGIONS].map(str::to_owned)
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
    assert_eq!(areas.members_on("M49_005", date(2015, 1, 1)), ["CHL", "CSHH", "PER"]);
    let [_, _, first, second] = areas.members_of("M49_005") else { panic!("four memberships") };
    assert_eq!((first.note.as_deref(), first.source.as_str(), first.line), (Some("Left"), "a", 5));
    assert_eq!((second.note.as_deref(), second.source.as_str(), second.line), (None, "b", 6));
    assert_eq!(areas.groups_of("PER").count(), 2);
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
    assert_eq!(refusal(1, "\"CHL\"", "\"PRY\""), "reference/groups.toml:4: member `PRY` is not a country or former country of areas.csv");
    assert_eq!(refusal(1, "CSHH", "_U"), "reference/groups.toml:6: member `_U` is not a country or former country of areas.csv");
    assert_eq!(refusal(1, "[M49_005]", "[CSHH]"), "reference/groups.toml:1: group `CSHH` is not a group of areas.csv");
    assert_eq!(refusal(1, "2010-01-01", "2015-01-02"), "reference/groups.toml:6: `PER` is in `M49_005` on the same days as line 5 says");
    assert_eq!(refusal(1, "source = \"a\"", "source = \"\""), "reference/groups.toml:2: source `` is not allowed to be empty");
    assert_eq!(refusal(1, "source = \"a\"\n", ""), "reference/groups.toml:1: group `M49_005` is not complete: it needs source and members");
    assert_eq!(refusal(1, "source = \"a\"", "sources = \"a\""), "reference/groups.toml:2: key `sources` is not source or members");
    assert_eq!(
        refusal(1, "areas =", "countries ="),
        "reference/groups.toml:6: key `countries` is not area, areas, from, to, source or note"
    );
    assert_eq!(
        refusal(1, "areas = [\"PER\", \"CSHH\"], ", ""),
        "reference/groups.toml:6: an item of `members` is not about anyone: name them with area or areas"
    );
    assert_eq!(
        refusal(1, "\"CHL\"", "152"),
        "reference/groups.toml:4: an item of `members` is not a code in quotes, or { area = \"…\", from = 1993-01-01 }"
    );
    assert_eq!(
        refusal(1, "to = 2010", "from = 2010-01-01, to = 2010"),
        "reference/groups.toml:5: to `2010-01-01` is not after the first day"
    );
    for day in ["\"2010-01-01\"", "2010-01-01T00:00:00Z", "2010"] {
        let message = refusal(1, "2010-01-01", day);
        assert_eq!(message, "reference/groups.toml:5: key `to` is not a day without quotes such as 1993-01-01");
    }
    assert_eq!(refusal(1, "2010-01-01", "2010-13-01"), "reference/groups.toml:5: no valid TOML, or a key that has no place here");
    assert_eq!(
        refusal(1, &GROUPS[GROUPS.find("members").unwrap()..], "members = []"),
        "reference/groups.toml:1: group `M49_005` is not without members: leave the table out"
    );
    assert_eq!(refusal(1, "[M49_005]", "M49_005 = 1\n[CHL]"), "reference/groups.toml:1: key `M49_005` is not in a table such as [name]");
}

#[test]
fn aliases_are_checked() {
    assert_eq!(refusal(3, "[x]", "[y]"), "reference/aliases.toml:1: scheme `y` is not declared in schemes.toml");
    assert_eq!(refusal(3, "_O:x.rest", "_O:x.other"), "reference/aliases.toml:2: area `_O:x.other` is not an area of areas.csv");
    assert_eq!(
        refusal(3, "{ area = \"CHL\", note = \"The publisher swaps them\" }", "\"CHL\""),
        "reference/aliases.toml:3: in scheme `x`, `PER` means both `CHL` and `PER` (areas.csv:3)"
    );
    assert_eq!(
        refusal(3, "\"PER\" =", "\"rest of world\" ="),
        "reference/aliases.toml:3: in scheme `x`, `rest of world` means both `CHL` and `_O:x.rest` (aliases.toml:2)"
    );
    assert_eq!(
        refusal(3, "\"PER\" =", "\"REST OF WORLD\" = \"_O:x.rest\"\n\"PER\" ="),
        "reference/aliases.toml:3: alias `REST OF WORLD` stands in line 2 already"
    );
    assert_eq!(refusal(3, "[x]", "[iso3]\n\"chl\" = \"CHL\"\n[x]"), "reference/aliases.toml:2: alias `chl` stands in areas.csv:2 already");
    assert_eq!(refusal(3, "\"PER\" =", "\" PER\" ="), "reference/aliases.toml:3: text ` PER` is not free of white space at its ends");
    assert_eq!(refusal(3, "\"PER\" =", "\"\" ="), "reference/aliases.toml:3: text `` is not allowed to be empty");
    assert_eq!(refusal(3, "note =", "remark ="), "reference/aliases.toml:3: key `remark` is not area or note");
    assert_eq!(refusal(3, "region =", "area ="), "reference/aliases.toml:7: key `area` is not region or note");
    for wrong in ["152", "{ note = \"x\" }"] {
        let message = refusal(3, "\"_O:x.rest\"", wrong);
        let expected =
            "reference/aliases.toml:2: the meaning of `Rest  of  WORLD` is not a code in quotes, or { area = \"…\", note = \"…\" }";
        assert_eq!(message, expected);
    }
    assert_eq!(refusal(3, "\"PER\" =", "Peru, The ="), "reference/aliases.toml:3: no valid TOML, or a key that has no place here");
}

#[test]
fn an_alias_may_depart_from_a_base_that_stands_below_it() {
    let with_base = format!("{ALIASES}\n[iso3]\n\"XXX\" = \"PER\"\n");
    let mut texts = texts();
    texts[3] = with_base.replace("[r]", "\"XXX\" = \"CHL\"\n[r]");
    let error = load(&texts).unwrap_err().to_string();
    assert_eq!(error, "reference/aliases.toml:5: in scheme `x`, `XXX` means both `CHL` and `PER` (aliases.toml:11)");
}

#[test]
fn answers_say_why() {
    let areas = load(&texts()).unwrap();
    let answer = areas.scheme("x").unwrap().explain("per").unwrap();
    assert_eq!((answer.id, answer.text, answer.file, answer.line), ("CHL", "PER", "aliases.toml", 3));
    assert_eq!((answer.by.scheme(), answer.by.through(), answer.note), (Some("x"), None, Some("The publisher swaps them")));
    let answer = areas.scheme("x").unwrap().explain("chl").unwrap();
    assert_eq!((answer.id, answer.by.through(), answer.file, answer.line), ("CHL", Some("iso3"), "areas.csv", 2));
    let ids = |text: &str| areas.explain(text).into_iter().map(|answer| (answer.id, answer.by.scheme())).collect::<Vec<_>>();
    assert_eq!(ids("PER"), [("PER", Some("iso3")), ("CHL", Some("x"))]);
    assert_eq!((ids("_U"), ids("unbekannt")), (vec![("_U", None)], vec![]));
    assert_eq!(ids("Amérique du  Sud"), [("M49_005", None)]);
    assert_eq!(areas.explain("Santiago Metropolitan Region")[0].by, By::Register { column: "name_en" });
    assert_eq!((areas.place("CL-RM"), areas.place("_U"), areas.place("?")), (Some(("regions.csv", 2)), Some(("areas.csv", 6)), None));
    let texts: Vec<&str> = areas.scheme("x").unwrap().texts_of("CHL").iter().map(|answer| answer.text).collect();
    assert_eq!(texts, ["PER"]);
}

#[test]
fn near_misses_are_suggested_and_nothing_more() {
    let areas = load(&texts()).unwrap();
    let found: Vec<_> = areas.suggest("Rest of the World", None, 5).into_iter().map(|near| (near.text, near.id, near.schemes)).collect();
    assert_eq!(found, [("Rest  of  WORLD", "_O:x.rest", vec!["x"])]);
    assert_eq!(areas.suggest("Perou", None, 5)[0].text, "Pérou");
    assert!(areas.explain("Perou").is_empty());
    let of = |scheme| areas.suggest("Perou", areas.scheme(scheme), 5).len();
    assert_eq!((of("x"), of("r")), (0, 0));
    assert_eq!(areas.suggest("Chilli", None, 0).len(), 0);
}

#[test]
fn regions_are_checked() {
    assert_eq!(
        refusal(4, "CL-RM,CHL", "RM,CHL"),
        "reference/regions.csv:2: region `RM` is not an ISO 3166-2 code, or with a parent a national one such as CUT_13101"
    );
    assert_eq!(refusal(4, "CL-RM,CHL", "CL-RM,M49_005"), "reference/regions.csv:2: area `M49_005` is not a country of areas.csv");
    assert_eq!(
        refusal(3, "\"CL-RM\"", "\"CL-XX\""),
        "reference/aliases.toml:6: region `CL-XX` is not a region of regions.csv or a special or residual id of areas.csv"
    );
    assert_eq!(
        refusal(3, "\"Santiago\"", "\"CL-RM\" = \"_U\"\n\"Santiago\""),
        "reference/aliases.toml:6: in scheme `r`, `CL-RM` means both `_U` and `CL-RM` (regions.csv:2)"
    );
}

#[test]
fn declarations_are_checked() {
    assert_eq!(
        refusal(2, "base = \"iso3\"", "base = \"iso4\""),
        "reference/schemes.toml:10: scheme `x` has the base `iso4`, which is not declared"
    );
    assert_eq!(refusal(2, "base = \"iso3\"", "base = \"r\""), "reference/schemes.toml:10: scheme `x` and its base find different things");
    assert_eq!(
        refusal(2, "base = \"iso3\"", "base = \"x\""),
        "reference/schemes.toml:10: scheme `x` falls back to itself through its bases"
    );
    assert_eq!(
        refusal(2, "keys = \"region\"", "keys = \"m49\""),
        "reference/schemes.toml:14: scheme `r` takes its keys from the other kind of table than `of` says"
    );
    assert_eq!(refusal(2, "keys = \"m49\"", "key = \"m49\""), "reference/schemes.toml:8: no valid TOML, or a key that has no place here");
    let message = refusal(2, "publisher = \"p\"\nbase", "base");
    assert_eq!(message, "reference/schemes.toml:9: no valid TOML, or a key that has no place here");
    assert_eq!(
        refusal(2, "publisher = \"p\"\nbase", "publisher = \"The P\"\nbase"),
        "reference/schemes.toml:11: scheme `x` has the publisher `The P`, which is no id of lower-case letters, digits and `_`"
    );
}

#[test]
fn a_missing_file_is_named() {
    let error = Areas::load(Path::new("no-such-folder")).unwrap_err();
    assert_eq!(error.to_string(), "cannot read no-such-folder/areas.csv");
    assert!(error.hint().unwrap().contains("five files"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_makes_loading_panic(file in 0_usize..5, at in any::<prop::sample::Index>(), text in "[\"\n,=\\[A-Zé0-9_]{0,12}") {
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
