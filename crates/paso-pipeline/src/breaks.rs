//! `reference/breaks.toml` and `reference/windows.toml`: what interrupts series, and when they are served at all.

use std::{collections::BTreeMap, path::Path};

use jiff::civil::Date;
use paso_model::{Localized, Measures};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::error::DefinitionError;

/// What interrupts series.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// The first day on which figures differ.
    #[serde(deserialize_with = "day")]
    pub date: Date,
    /// What changed.
    pub kind: BreakKind,
    /// What it is called.
    pub title: Localized,
    /// What it does to figures.
    pub effect: Localized,
    /// The datasets that it touches.
    pub datasets: Vec<String>,
    /// Their measures; all when empty.
    #[serde(default)]
    pub measures: Vec<String>,
    /// The areas; all when empty.
    #[serde(default)]
    pub areas: Vec<String>,
    /// Where it is stated.
    pub evidence: String,
    /// What is to be said of the evidence.
    #[serde(default)]
    pub evidence_note: Option<Localized>,
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakKind {
    /// A law.
    Law,
    /// How figures are made.
    Method,
    /// Who is counted.
    Coverage,
    /// The census, or another base, on which they stand.
    Base,
    /// How they are told apart.
    Classification,
}

impl BreakKind {
    /// The word of the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Law => "law",
            Self::Method => "method",
            Self::Coverage => "coverage",
            Self::Base => "base",
            Self::Classification => "classification",
        }
    }
}

/// From when to when a publisher serves a series.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The dataset.
    pub dataset: String,
    /// The measure; all where there is none.
    #[serde(default)]
    pub measure: Option<String>,
    /// The first day.
    #[serde(default, deserialize_with = "maybe_day")]
    pub from: Option<Date>,
    /// The first day after it.
    #[serde(default, deserialize_with = "maybe_day")]
    pub to: Option<Date>,
    /// Why.
    pub note: Localized,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct BreaksFile {
    #[serde(default, rename = "break")]
    breaks: BTreeMap<String, Break>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowsFile {
    #[serde(default)]
    window: Vec<Window>,
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom(format!("`{text}` is no day, such as \"2022-02-12\"")))
}

fn maybe_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    day(deserializer).map(Some)
}

/// Reads the texts of both files.
pub(crate) fn parse(breaks: &str, windows: &str) -> Result<(BTreeMap<String, Break>, Vec<Window>), (&'static str, String)> {
    let breaks: BreaksFile = toml::from_str(breaks).map_err(|error| (BREAKS, error.to_string()))?;
    let windows: WindowsFile = toml::from_str(windows).map_err(|error| (WINDOWS, error.to_string()))?;
    Ok((breaks.breaks, windows.window))
}

/// The names of the files.
pub(crate) const BREAKS: &str = "breaks.toml";
pub(crate) const WINDOWS: &str = "windows.toml";

/// Refuses what names datasets, measures or areas that there are none of.
pub(crate) fn check(
    folder: &Path,
    breaks: &BTreeMap<String, Break>,
    windows: &[Window],
    measures: &Measures,
    has: (impl Fn(&str) -> bool, impl Fn(&str) -> bool),
) -> Result<(), DefinitionError> {
    let (has_dataset, has_area) = has;
    let fail = |file: &str, problem: String| Err(DefinitionError::Reference { path: folder.join(file), problem });
    for (id, entry) in breaks {
        if let Some(dataset) = entry.datasets.iter().find(|dataset| !has_dataset(dataset)) {
            return fail(BREAKS, format!("break `{id}`: `{dataset}` is no dataset of this pipeline"));
        }
        if let Some(measure) = entry.measures.iter().find(|measure| measures.get(measure).is_none()) {
            return fail(BREAKS, format!("break `{id}`: measures.toml has no `{measure}`"));
        }
        if let Some(area) = entry.areas.iter().find(|area| !has_area(area)) {
            return fail(BREAKS, format!("break `{id}`: areas.csv has no `{area}`"));
        }
    }
    for window in windows {
        let dataset = &window.dataset;
        if !has_dataset(dataset) {
            return fail(WINDOWS, format!("`{dataset}` is no dataset of this pipeline"));
        }
        if let Some(measure) = window.measure.as_ref().filter(|measure| measures.get(measure).is_none()) {
            return fail(WINDOWS, format!("`{dataset}`: measures.toml has no `{measure}`"));
        }
        if window.from.zip(window.to).is_some_and(|(from, to)| from >= to) {
            return fail(WINDOWS, format!("`{dataset}`: the window ends before it begins"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAK: &str = "[break.law]\ndate = \"2022-02-12\"\nkind = \"law\"\ntitle = { en = \"a\", es = \"b\" }\neffect = { en = \"a\", es = \"b\" }\ndatasets = [\"p.d\"]\nareas = [\"CHL\"]\nevidence = \"https://example.org/\"\n";

    fn problem(breaks: &str, windows: &str) -> String {
        let (breaks, windows) = match parse(breaks, windows) {
            Ok(read) => read,
            Err((file, problem)) => return format!("{file}: {problem}"),
        };
        let measures = Measures::parse("[measure]").unwrap();
        let checked = check(Path::new("r"), &breaks, &windows, &measures, (|id: &str| id == "p.d", |id: &str| id == "CHL"));
        checked.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn breaks_and_windows_name_what_there_is() {
        assert_eq!(problem(BREAK, "[[window]]\ndataset = \"p.d\"\nfrom = \"2018-01-01\"\nnote = { en = \"a\", es = \"b\" }\n"), "");
        assert!(problem(&BREAK.replace("p.d", "p.x"), "").contains("`p.x` is no dataset"), "{}", problem(&BREAK.replace("p.d", "p.x"), ""));
        assert!(problem(&BREAK.replace("CHL", "CHI"), "").contains("areas.csv has no `CHI`"));
        assert!(problem(&BREAK.replace("2022-02-12", "12 February"), "").contains("is no day"));
        assert!(problem(&BREAK.replace("\"law\"\nt", "\"war\"\nt"), "").contains("unknown variant `war`"));
        let window = "[[window]]\ndataset = \"p.d\"\nfrom = \"2018-01-01\"\nto = \"2017-01-01\"\nnote = { en = \"a\", es = \"b\" }\n";
        assert!(problem("", window).contains("ends before it begins"));
    }
}
