//! The table `observe` of a draft.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use paso_normalize::PeriodForm;

use super::{
    area::{AreaGuess, direction},
    guess::{Guess, either_order},
    page::Draft,
    text::{comment, form_key, quoted, shortened, undecided, unlisted},
    wide::{Across, Wide},
};
use crate::message::Column;

impl Draft<'_> {
    pub(super) fn observe_tables(&self) -> String {
        let mut page =
            format!("\n[{}]\n# vintage = {{ date = \"?\" }}  # where the publisher states the edition date\n", self.table("observe"));
        page += "complete_for = \"?\"  # \"everything\", or the dimensions within which a new edition replaces the last one\n";
        page += "# status = \"E\"  # the letters that every row carries: a model's figures are estimates (E) or forecasts (F)\n";
        page += &self.attribute_keys(&self.reference.flags);
        page += &self.period();
        page += &self.dimensions();
        page += &self.values();
        page
    }

    fn period(&self) -> String {
        if let Some(Wide { across: Across::Periods(form), .. }) = &self.wide {
            return format!("period = {{ column = \"period\", forms = [{}] }}\n", form_key(form));
        }
        let mut page = self.joined_period();
        for (column, form, unread) in self.columns.iter().filter_map(|(column, guess)| match guess {
            Guess::Period { form, unread } => Some((column, form, unread)),
            _ => None,
        }) {
            let total = column.codes.as_ref().map_or(0, Vec::len);
            let key = if page.is_empty() { "" } else { "# or: " };
            let codes = if unread.is_empty() { String::new() } else { format!(", codes = {}", undecided(unread)) };
            let texts: Vec<&str> = column.codes.iter().flatten().map(|(text, _)| text.as_str()).collect();
            let (says, form, behind) = match either_order(form, &texts) {
                Some([one, other]) => {
                    let says = "day and month may stand in either order; every text reads both ways.".to_owned();
                    (says, "{ date = \"?\" }".to_owned(), format!("  # {one} or {other}"))
                }
                None => (format!("this form reads {} of {total} texts.", total - unread.len()), form_key(form), String::new()),
            };
            let _ = writeln!(page, "# {}: {says}", comment(&column.name));
            let _ = writeln!(page, "{key}period = {{ column = {}, forms = [{form}]{codes} }}{behind}", quoted(&column.name));
        }
        if page.is_empty() {
            page += "# No form reads the texts of one column: two columns may say it together (columns = [\"year\", \"month\"]), or the body says it once.\n";
            page += "period = { always = \"?\" }\n";
        }
        page
    }

    /// A year and the month or quarter beside it: by itself, the year would give all months one period.
    fn joined_period(&self) -> String {
        let years = |guess: &Guess| matches!(guess, Guess::Period { form: PeriodForm::Year, unread } if unread.is_empty());
        let year = self.columns.iter().find(|(_, guess)| years(guess)).map(|(column, _)| column);
        let part = self.columns.iter().find_map(|(column, guess)| match guess {
            Guess::PartOfYear(form) => Some((column, form)),
            _ => None,
        });
        let (Some(year), Some((part, form))) = (year, part) else { return String::new() };
        format!(
            "# {} and {} together say it.\nperiod = {{ columns = [{}, {}], forms = [{}] }}\n",
            comment(&year.name),
            comment(&part.name),
            quoted(&year.name),
            quoted(&part.name),
            form_key(form)
        )
    }

    /// For each direction that titles of columns name, the column that says it best: countries before groups of them, that with the fewest texts
    /// that nothing knows, codes before names, and ISO's codes before others.
    fn directions(&self) -> BTreeMap<&'static str, &str> {
        let mut best = BTreeMap::new();
        for (column, guess) in &self.columns {
            let Guess::Area(area) = guess else { continue };
            let Some(dimension) = named(column, area) else { continue };
            let names = column.codes.iter().flatten().any(|(text, _)| text.chars().count() > 4);
            let is_iso = area.scheme.as_ref().is_some_and(|scheme| scheme.contains("iso"));
            let rank = (area.of_groups, area.unresolved.len(), names, !is_iso);
            let known = best.entry(dimension).or_insert((rank, column.name.as_str()));
            if rank < known.0 {
                *known = (rank, column.name.as_str());
            }
        }
        best.into_iter().map(|(dimension, (_, column))| (dimension, column)).collect()
    }

    fn dimensions(&self) -> String {
        let mut page = format!("\n[{}]\n", self.table("observe.dimensions"));
        let (chosen, mut taken) = (self.directions(), BTreeSet::new());
        let mut lines = String::new();
        for (column, guess) in &self.columns {
            let name = quoted(&column.name);
            let (dimension, source) = match guess {
                Guess::Area(area) => {
                    let asked = if named(column, area).is_some() { "" } else { WHICH };
                    lines += &why_area(&column.name, area, asked);
                    (named(column, area), area_source(&name, area))
                }
                Guess::Sex { codes } => {
                    let texts = column.codes.iter().flatten().map(|(text, _)| text);
                    let code = |text: &String| codes.iter().find(|(known, _)| known == text).map_or("?", |(_, code)| code);
                    let codes: Vec<String> = texts.map(|text| format!("{} = {}", quoted(text), quoted(code(text)))).collect();
                    (Some("sex"), format!("{{ column = {name}, codes = {{ {} }} }}", codes.join(", ")))
                }
                Guess::Age { unread } => {
                    let codes = if unread.is_empty() { String::new() } else { format!(", codes = {}", undecided(unread)) };
                    (Some("age"), format!("{{ column = {name}, form = \"age\"{codes} }}"))
                }
                Guess::Coded => {
                    let texts: Vec<String> = column.codes.iter().flatten().map(|(text, _)| text.clone()).collect();
                    let more = unlisted(texts.len());
                    let _ = writeln!(
                        lines,
                        "# {}: a dimension (category, education, activity …), a breakdown under other, or nothing to keep?{more}",
                        comment(&column.name)
                    );
                    (None, format!("{{ column = {name}, codes = {} }}", undecided(&texts)))
                }
                Guess::PartOfYear(_) if self.joined_period().is_empty() => {
                    let _ = writeln!(lines, "# {}: a month or a quarter; no column has the years.", comment(&column.name));
                    continue;
                }
                Guess::Free if self.wide.is_none() => {
                    let _ =
                        writeln!(lines, "# {}: an id, free text or too many texts for a list of codes; left out.", comment(&column.name));
                    continue;
                }
                _ => continue,
            };
            let wins = |dimension: &str| chosen.get(dimension).is_none_or(|winner| *winner == column.name);
            let key = match dimension {
                Some(dimension) if wins(dimension) && taken.insert(dimension) => dimension.to_owned(),
                Some(dimension) => format!("# or: {dimension}"),
                None => quoted(&format!("? {}", column.name)),
            };
            let _ = writeln!(lines, "{key} = {source}");
        }
        if let Some(wide) = &self.wide
            && let Across::Areas(area) = &wide.across
        {
            let asked = if area.of_regions {
                " Are they the region of the figures, or one of before or after?"
            } else {
                " Are they the destination or the origin, or ref_area?"
            };
            lines += &why_area("The titles across", area, asked);
            let level = quoted(wide.level());
            let _ = writeln!(lines, "{} = {}", quoted(&format!("? {}", wide.level())), area_source(&level, area));
        }
        if !taken.contains("ref_area") {
            page += "ref_area = { code = \"?\" }  # the country that the figures belong to\n";
        }
        page + &lines
    }
}

/// The dimension that an area column's texts or title name.
fn named(column: &Column, area: &AreaGuess) -> Option<&'static str> {
    if area.of_regions { Some("region") } else { direction(&column.name) }
}

/// What is asked about a column of areas whose title does not say it.
const WHICH: &str = " Which of ref_area, origin, destination, citizenship and birth?";

fn area_source(column: &str, area: &AreaGuess) -> String {
    let codes = if area.unresolved.is_empty() { String::new() } else { format!(", codes = {}", undecided(&area.unresolved)) };
    format!("{{ column = {column}, scheme = {}{codes} }}", quoted(area.scheme.as_deref().unwrap_or("?")))
}

fn why_area(name: &str, area: &AreaGuess, asked: &str) -> String {
    let AreaGuess { title, resolved, total, .. } = area;
    let first = area.unresolved.first().map(|text| format!(", the first that it does not: {}", shortened(text))).unwrap_or_default();
    let next = area.next.as_ref().map(|(scheme, count)| format!("; {count} are known to {scheme}")).unwrap_or_default();
    let known = if area.scheme.is_some() {
        format!("are in \"{}\"", comment(title))
    } else {
        format!("are known alike to {}", area.equals.join(", "))
    };
    let groups = if area.of_groups { " Most of them are groups." } else { "" };
    let whose = if area.scheme.is_some() { "" } else { " Whose texts are they?" };
    format!(
        "# {}: {resolved} of {total} texts {known}{first}{next}.{groups}{whose}{asked}{}\n",
        comment(name),
        unlisted(area.unresolved.len())
    )
}
