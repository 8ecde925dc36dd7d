//! The header of a table in a sheet: where it stands and what its titles are.

use std::collections::VecDeque;

use super::cell::Row;
use super::form::XlsxHeader;
use super::merged::Region;
use crate::header::{Titles, fold};

/// The header of a table.
pub(super) struct Heading {
    /// The rows of titles, from the top.
    pub(super) rows: Vec<Titles>,
    /// The first row of data.
    pub(super) first_row: u32,
    /// The title of the block that stands under it.
    pub(super) block: Option<String>,
}

impl Heading {
    /// A header in these rows, whose titles are not known yet.
    pub(super) fn new(rows: impl IntoIterator<Item = u32>) -> Self {
        Self { rows: rows.into_iter().map(|row| Titles::new(row, [])).collect(), first_row: 1, block: None }
    }

    pub(super) fn last_row(&self) -> u32 {
        self.rows.last().map_or(0, |titles| titles.row)
    }

    /// Takes the titles of a row if it is one of the header's.
    pub(super) fn see(&mut self, row: &Row<'_>, title_row: Option<u32>) {
        if title_row == Some(row.number) {
            self.block = row.said().next().map(|(_, text)| fold(text));
        }
        if let Some(titles) = self.rows.iter_mut().find(|titles| titles.row == row.number) {
            *titles = Titles::new(row.number, row.texts());
        }
    }

    /// The columns up to the last title.
    pub(super) fn width(&self) -> u32 {
        let last = |titles: &Titles| titles.titles.iter().rposition(Option::is_some).map_or(0, |index| index as u32 + 1);
        self.rows.iter().map(last).max().unwrap_or(0)
    }

    /// Repeats a merged title over all the columns of its cell.
    pub(super) fn spread(&mut self, regions: &[Region]) {
        for region in regions.iter().filter(|region| region.right > region.left) {
            let Some(titles) = self.rows.iter_mut().find(|titles| titles.row == region.top).map(|titles| &mut titles.titles) else {
                continue;
            };
            let Some(title) = titles.get(region.left as usize - 1).cloned().flatten() else { continue };
            let right = region.right as usize;
            if titles.len() < right {
                titles.resize(right, None);
            }
            for repeated in &mut titles[region.left as usize..right] {
                repeated.get_or_insert_with(|| title.clone());
            }
        }
    }

    /// Makes one row of titles of all.
    pub(super) fn join(&mut self, between: &str) {
        let joined = |column: usize| {
            let parts: Vec<&str> = self.rows.iter().filter_map(|titles| titles.titles.get(column)?.as_deref()).collect();
            (!parts.is_empty()).then(|| parts.join(between))
        };
        let titles: Vec<Option<String>> = (0..self.width() as usize).map(joined).collect();
        self.rows = vec![Titles { row: self.last_row(), titles }];
    }
}

/// Whether a row is the one that a form describes.
pub(super) fn fits(header: &XlsxHeader, row: &Row<'_>) -> bool {
    if !header.starts_with.is_empty() {
        let mut found = row.said().map(|(_, text)| fold(text));
        return header.starts_with.iter().all(|title| found.next().is_some_and(|text| text == fold(title)));
    }
    let found: Vec<String> = row.said().map(|(_, text)| fold(text)).collect();
    header.titles.iter().all(|title| found.contains(&fold(title)))
}

/// What a form looks for, for the error message.
pub(super) fn expected(header: &XlsxHeader) -> String {
    let list = |titles: &[String]| titles.join(" | ");
    if header.starts_with.is_empty() {
        format!("a row with the titles {}", list(&header.titles))
    } else {
        format!("a row that begins {}", list(&header.starts_with))
    }
}

/// Keeps the rows above the current one that may belong to its header.
pub(super) fn remember<'w>(recent: &mut VecDeque<Row<'w>>, row: Row<'w>, reach: u32) {
    let lowest = row.number.saturating_sub(reach);
    recent.push_back(row);
    while recent.pop_front_if(|row| row.number <= lowest).is_some() {}
}

/// How many lines an error shows when there is no header among them, and how much of each.
pub(super) const FIRST_LINES: usize = 6;
const FIRST_CHARACTERS: usize = 120;

/// A row as an error shows it.
pub(super) fn line(row: &Row<'_>) -> String {
    let texts: Vec<String> =
        row.said().take(FIRST_CHARACTERS).map(|(_, text)| fold(&text.chars().take(FIRST_CHARACTERS).collect::<String>())).collect();
    format!("row {}: {}", row.number, texts.join(" | ")).chars().take(FIRST_CHARACTERS).collect()
}

/// Whether a row holds HXL tags: `#country+code`. One alone is taken for a text, unless there is but one column.
pub(super) fn is_tags(row: &Row<'_>) -> bool {
    let tags = row.said().filter(|(_, text)| is_tag(text)).count();
    tags > 0 && tags == row.said().count() && (tags > 1 || row.width() == 1)
}

/// A hashtag and its attributes (HXL 1.1): `#affected +f +children`.
fn is_tag(text: &str) -> bool {
    let word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_alphabetic()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let Some(tag) = text.trim().strip_prefix('#') else { return false };
    tag.split('+').map(str::trim).all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u32, texts: &[&'static str]) -> Row<'static> {
        let mut row = Row::default();
        row.start(number);
        for text in texts {
            row.push_shared(text);
        }
        row
    }

    #[test]
    fn tags_are_told_from_texts() {
        assert!(is_tags(&row(2, &["#country+code", "", " #affected +idps+ f "])));
        assert!(is_tags(&row(2, &["#date"])));
        for texts in
            [&["#country+code", "Chile"][..], &["", "#1"], &["", "#country"], &["#N/A", "#date"], &["#", "#a"], &[""], &["#a+", "#b"]]
        {
            assert!(!is_tags(&row(2, texts)), "{texts:?}");
        }
    }

    #[test]
    fn a_header_is_found_by_its_titles_in_any_column_or_by_how_it_begins() {
        let titles = |titles: &[&str]| titles.iter().map(|title| (*title).to_owned()).collect::<Vec<_>>();
        let header = XlsxHeader { titles: titles(&["Código comuna", "Total"]), starts_with: Vec::new(), rows: vec![0], skip: 0 };
        assert!(fits(&header, &row(4, &["", "Total", "Código\ncomuna"])));
        assert!(!fits(&header, &row(4, &["Total", "Código"])));
        let header = XlsxHeader { titles: Vec::new(), starts_with: titles(&["A", "B"]), rows: vec![0], skip: 0 };
        assert!(fits(&header, &row(4, &["", " A", "B ", "C"])));
        assert!(!fits(&header, &row(4, &["x", "A", "B"])) && !fits(&header, &row(4, &["A"])));
        assert_eq!(expected(&header), "a row that begins A | B");
        assert_eq!(line(&row(4, &["", "A\nB", "C"])), "row 4: A B | C");
    }

    #[test]
    fn merged_titles_count_for_all_their_columns_and_rows_of_titles_are_joined() {
        let mut heading = Heading::new([8, 9]);
        heading.see(&row(8, &["Área", "2018", "", "2019"]), None);
        heading.see(&row(9, &["", "Censo", "Registros", "Censo", "Registros"]), None);
        heading.spread(&[Region { top: 8, left: 2, bottom: 8, right: 3 }, Region { top: 8, left: 4, bottom: 8, right: 5 }]);
        heading.join(" / ");
        let titles: Vec<&str> = heading.rows[0].titles.iter().flatten().map(String::as_str).collect();
        assert_eq!((heading.rows[0].row, heading.width()), (9, 5));
        assert_eq!(titles, ["Área", "2018 / Censo", "2018 / Registros", "2019 / Censo", "2019 / Registros"]);
    }
}
