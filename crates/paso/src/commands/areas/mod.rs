//! `areas`: what names and codes mean, and who is in a group on which day.

mod list;
mod resolve;
mod show;

use jiff::{civil::Date, tz::TimeZone};
use paso_archive::clock;
use paso_areas::{AreaKind, Areas};
use paso_pipeline::Pipeline;

use crate::{
    cli::{self, AreasCommand},
    commands::unusable,
    exit::{Abort, ExitStatus},
    settings::Settings,
};

pub(crate) fn execute(settings: &Settings, arguments: &cli::Areas) -> Result<ExitStatus, Abort> {
    // Only the areas: whoever writes a definition looks up names before the definition is right.
    let areas = Pipeline::load_areas(&settings.pipeline).map_err(|error| unusable(settings, error))?;
    match &arguments.command {
        AreasCommand::Resolve(arguments) => resolve::execute(settings, &areas, arguments),
        AreasCommand::List(arguments) => list::execute(settings, &areas, arguments),
        AreasCommand::Show(arguments) => show::execute(settings, &areas, arguments),
    }
}

/// The day that was asked for, or today in the time of the prime meridian.
fn day(asked: Option<Date>) -> Date {
    asked.unwrap_or_else(|| clock::now().to_zoned(TimeZone::UTC).date())
}

/// A place as people look for it: below the folder of the pipelines.
fn place(file: &str, line: u64) -> String {
    format!("reference/{file}:{line}")
}

/// What an id is, in one word as in the reference table `areas`.
fn kind(areas: &Areas, id: &str) -> &'static str {
    areas.area(id).map_or("region", |area| area.kind.as_str())
}

/// The same as people say it.
fn kind_in_words(areas: &Areas, id: &str) -> String {
    match (areas.area(id), areas.region(id)) {
        (Some(area), _) => match area.kind {
            AreaKind::Country => "a country".to_owned(),
            AreaKind::Former => "a former country".to_owned(),
            AreaKind::Group => "a group".to_owned(),
            AreaKind::Special => "a special population".to_owned(),
            AreaKind::Residual => "what a publisher lumps together".to_owned(),
        },
        (None, Some(region)) => format!("a region of {}", region.area),
        (None, None) => "nothing".to_owned(),
    }
}

/// Its names in English and Spanish, once where they are the same.
fn names(areas: &Areas, id: &str) -> String {
    match (areas.label(id, "en").unwrap_or_default(), areas.label(id, "es").unwrap_or_default()) {
        (en, es) if en == es => en.to_owned(),
        (en, es) => format!("{en} / {es}"),
    }
}

/// The days of a membership or of an area.
fn span(from: Option<Date>, to: Option<Date>) -> String {
    match (from, to) {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("before {to}"),
        (Some(from), Some(to)) => format!("from {from}, before {to}"),
    }
}

/// Lines of at most 110 characters, each behind a margin.
fn wrapped(text: &str, margin: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + word.chars().count() < 110 => *line = format!("{line} {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| format!("{margin}{line}")).collect::<Vec<_>>().join("\n")
}

/// Columns side by side, as wide as their widest cell.
fn aligned(rows: &[Vec<String>], margin: &str) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows.iter().map(Vec::len).max().unwrap_or(0)).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{margin}{}", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn spans_name_the_first_day_and_the_day_after_the_last() {
        let (from, to) = (Some(date(2012, 7, 31)), Some(date(2016, 12, 2)));
        assert_eq!(span(from, to), "from 2012-07-31, before 2016-12-02");
        assert_eq!(
            (span(from, None), span(None, to), span(None, None)),
            ("from 2012-07-31".into(), "before 2016-12-02".into(), "always".into())
        );
    }

    #[test]
    fn long_lists_are_wrapped_and_columns_are_aligned() {
        let text = vec!["ARG,"; 60].join(" ");
        let lines = wrapped(&text, "  ");
        assert!(lines.lines().count() == 3 && lines.lines().all(|line| line.starts_with("  ARG,") && line.len() <= 112), "{lines}");
        let rows = [["Perú", "b"], ["a", ""]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows, " "), " Perú  b\n a");
    }
}
