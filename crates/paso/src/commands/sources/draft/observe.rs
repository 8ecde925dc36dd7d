//! The table `observe` of a draft.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use paso_normalize::PeriodForm;

use super::{
    guess::{AreaGuess, Guess, direction},
    page::Draft,
    text::{comment, form_key, quoted, shortened, undecided, unlisted},
};
use crate::message::Column;

impl Draft<'_> {
    pub(super) fn observe_tables(&self) -> String {
        let wide = self.wide();
        let mut page =
            format!("\n[{}]\n# vintage = {{ date = \"?\" }}  # where the publisher states the edition date\n", self.table("observe"));
        page += "complete_for = \"?\"  # \"everything\", or the dimensions within which a new edition replaces the last one\n";
        page += &self.period(wide.as_ref());
        page += &self.dimensions(wide.is_some());
        page += &self.values(wide.as_ref().map(|(periods, _)| periods.as_slice()));
        page
    }

    fn period(&self, wide: Option<&(Vec<&str>, PeriodForm)>) -> String {
        if let Some((_, form)) = wide {
            return format!("period = {{ column = \"period\", forms = [{}] }}\n", form_key(form));
        }
        let mut page = String::new();
        for (column, form, unread) in self.columns.iter().filter_map(|(column, guess)| match guess {
            Guess::Period { form, unread } => Some((column, form, unread)),
            _ => None,
        }) {
            let total = column.codes.as_ref().map_or(0, Vec::len);
            let key = if page.is_empty() { "" } else { "# or: " };
            let codes = if unread.is_empty() { String::new() } else { format!(", codes = {}", undecided(unread)) };
            let _ = writeln!(page, "# {}: this form reads {} of {total} texts.", comment(&column.name), total - unread.len());
            let _ = writeln!(page, "{key}period = {{ column = {}, forms = [{}]{codes} }}", quoted(&column.name), form_key(form));
        }
        if page.is_empty() {
            page += "# No form reads the texts of one column: two columns may say it together (columns = [\"year\", \"month\"]), or the body says it once.\n";
            page += "period = { always = \"?\" }\n";
        }
        page
    }

    /// For each direction that titles of columns name, the column that says it best: that with the fewest texts that nothing knows, codes before
    /// names, and ISO's codes before others.
    fn directions(&self) -> BTreeMap<&'static str, &str> {
        let mut best: BTreeMap<&str, ((usize, bool, bool), &str)> = BTreeMap::new();
        for (column, guess) in &self.columns {
            let Guess::Area(area) = guess else { continue };
            let Some(dimension) = named(column, area) else { continue };
            let names = column.codes.iter().flatten().any(|(text, _)| text.chars().count() > 4);
            let rank = (area.unresolved.len(), names, !area.scheme.contains("iso"));
            let known = best.entry(dimension).or_insert((rank, column.name.as_str()));
            if rank < known.0 {
                *known = (rank, column.name.as_str());
            }
        }
        best.into_iter().map(|(dimension, (_, column))| (dimension, column)).collect()
    }

    fn dimensions(&self, wide: bool) -> String {
        let mut page = format!("\n[{}]\n", self.table("observe.dimensions"));
        let (chosen, mut taken) = (self.directions(), BTreeSet::new());
        let mut lines = String::new();
        for (column, guess) in &self.columns {
            let name = quoted(&column.name);
            let (dimension, source) = match guess {
                Guess::Area(area) => {
                    lines += &why_area(column, area);
                    let named = named(column, area);
                    let codes =
                        if area.unresolved.is_empty() { String::new() } else { format!(", codes = {}", undecided(&area.unresolved)) };
                    (named, format!("{{ column = {name}, scheme = {}{codes} }}", quoted(&area.scheme)))
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
                Guess::Free if !wide => {
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
        if !taken.contains("ref_area") {
            page += "ref_area = { code = \"?\" }  # the country that the figures belong to\n";
        }
        page + &lines
    }

    fn values(&self, periods: Option<&[&str]>) -> String {
        let numbers: Vec<_> = self
            .columns
            .iter()
            .filter_map(|(column, guess)| if let Guess::Number(notation) = guess { Some((column, notation)) } else { None })
            .collect();
        let unread: BTreeSet<&String> = numbers.iter().flat_map(|(_, notation)| &notation.unread).collect();
        let unread: Vec<String> = unread.into_iter().cloned().collect();
        let mut page = String::new();
        let notation =
            numbers.iter().map(|(_, notation)| notation).find(|notation| notation.thousands.is_some() || notation.decimal != '.');
        let blank = numbers.iter().any(|(column, _)| column.filled < self.rows);
        if notation.is_some() || !unread.is_empty() || blank {
            let _ = writeln!(page, "\n[{}]", self.table("observe.cells"));
        }
        if let Some(notation) = notation {
            if notation.doubtful {
                page += "# Every point stands before three digits: a mark for thousands, unless the publisher means three decimals.\n";
            }
            notation.thousands.iter().for_each(|mark| _ = writeln!(page, "thousands = {}", quoted(&mark.to_string())));
            let _ = writeln!(page, "decimal = {}", quoted(&notation.decimal.to_string()));
        }
        let missing: Vec<String> = blank.then(String::new).into_iter().chain(unread).collect();
        if !missing.is_empty() {
            let _ = writeln!(
                page,
                "missing = {}  # SDMX status letters; texts that are no figure of the table go to exclude",
                undecided(&missing)
            );
        }
        let columns: Vec<&str> = match periods {
            Some(periods) => {
                numbers.iter().map(|(column, _)| column.name.as_str()).filter(|name| !periods.contains(name)).chain(["value"]).collect()
            }
            None => numbers.iter().map(|(column, _)| column.name.as_str()).collect(),
        };
        if columns.is_empty() {
            page += "\n# No column is a number throughout.\n";
        }
        for column in if columns.is_empty() { vec!["?"] } else { columns } {
            let measure = "measure = \"?\"  # from reference/measures.toml";
            let _ = writeln!(page, "\n[[{}]]\ncolumn = {}\n{measure}", self.table("observe.values"), quoted(column));
        }
        page
    }
}

/// The dimension that an area column's texts or title name.
fn named(column: &Column, area: &AreaGuess) -> Option<&'static str> {
    if area.of_regions { Some("region") } else { direction(&column.name) }
}

fn why_area(column: &Column, area: &AreaGuess) -> String {
    let AreaGuess { title, resolved, total, .. } = area;
    let first = area.unresolved.first().map(|text| format!(", the first that it does not: {}", shortened(text))).unwrap_or_default();
    let next = area.next.as_ref().map(|(scheme, count)| format!("; {scheme} knows {count}")).unwrap_or_default();
    let asked = if named(column, area).is_some() { "" } else { " Which of ref_area, origin, destination, citizenship and birth?" };
    format!(
        "# {}: {resolved} of {total} texts are in \"{}\"{first}{next}.{asked}{}\n",
        comment(&column.name),
        comment(title),
        unlisted(area.unresolved.len())
    )
}
