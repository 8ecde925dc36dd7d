//! A header in two rows: titles that repeat, and above them what tells them apart.

use super::{guess::period_form, sex::sex};

/// A row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Its number, from 1.
    pub(super) number: u32,
    /// Its texts from column 1 on; empty where nothing stands.
    pub(super) cells: Vec<String>,
}

/// A header of two rows, over columns of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The rows of titles, from the top.
    pub(super) rows: [u32; 2],
    /// The first row of data.
    pub(super) first_row: u32,
    /// The titles of the columns that say what a row is about.
    pub(super) keep: Vec<String>,
    /// Names for what the two rows say.
    pub(super) levels: [&'static str; 2],
}

impl Header {
    pub(super) fn why(&self) -> String {
        let [upper, lower] = self.rows;
        format!(
            "rows {upper} and {lower} are the header: titles over values in both, the data below row {lower}. Look whether every title counts for \
             the columns to its right, and whether notes below the table are read (stop_at, stop_when_empty)"
        )
    }
}

/// So many rows above the lower row of titles may be the upper one.
pub(super) const REACH: u32 = 4;
/// So many rows of data are compared.
const COMPARED: usize = 5;

impl Row {
    fn said(&self) -> impl Iterator<Item = (usize, &str)> {
        self.cells.iter().enumerate().filter(|(_, text)| !text.is_empty()).map(|(column, text)| (column, text.as_str()))
    }

    fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Finds two rows of titles above rows with numbers.
pub(super) fn header(rows: &[Row]) -> Option<Header> {
    (1..rows.len().saturating_sub(1)).find_map(|lower| {
        let data = &rows[lower + 1..rows.len().min(lower + 1 + COMPARED)];
        let values = values(&rows[lower], data)?;
        let near = |row: &&Row| row.number + REACH >= rows[lower].number;
        rows[..lower].iter().rev().take_while(near).find_map(|upper| both(upper, &rows[lower], data, &values))
    })
}

/// Finds one row of different titles above rows with few numbers, such as those of a matrix in which most cells are empty.
pub(super) fn single(rows: &[Row]) -> Option<u32> {
    let found = (0..rows.len().saturating_sub(2)).find(|index| {
        let titles = &rows[*index];
        let mut texts: Vec<&str> = titles.said().map(|(_, text)| text).collect();
        let (count, first) = (texts.len(), titles.said().next().map_or(0, |(column, _)| column));
        texts.sort_unstable();
        texts.dedup();
        let are_titles = count > 2 && texts.len() == count && texts.iter().all(|text| !is_number(text) || is_year(text));
        let is_data = |row: &Row| {
            let numbers = row.said().filter(|(_, text)| is_number(text)).count();
            !row.cell(first).is_empty() && numbers > 0 && row.said().all(|(column, _)| !titles.cell(column).is_empty())
        };
        are_titles && rows[index + 1..].iter().take(COMPARED).all(is_data)
    });
    found.map(|index| rows[index].number)
}

/// The columns under titles in which the rows below have numbers; none where the row is no row of titles.
fn values(titles: &Row, data: &[Row]) -> Option<Vec<usize>> {
    let is_title = titles.said().count() >= 2 && titles.said().all(|(_, text)| !is_number(text) || is_year(text));
    let is_data = data.iter().take(2).all(|row| row.said().any(|(_, text)| is_number(text) && !is_year(text)));
    if !is_title || !is_data {
        return None;
    }
    let numbers = |column: usize| data.iter().filter(|row| is_number(row.cell(column))).count();
    let values: Vec<usize> = titles.said().map(|(column, _)| column).filter(|column| numbers(*column) * 2 > data.len()).collect();
    (values.len() >= 2).then_some(values)
}

/// The header of two rows, where the upper one stands over values, and the lower one repeats its titles under them or leaves the names of other
/// columns to it.
fn both(upper: &Row, lower: &Row, data: &[Row], values: &[usize]) -> Option<Header> {
    let is_title = upper.said().count() >= 2 && upper.said().all(|(_, text)| !is_number(text) || is_year(text));
    let start = upper.said().map(|(column, _)| column).find(|column| values.contains(column))?;
    let over = |column: &usize| *column >= start;
    let above: Vec<&str> = upper.said().filter(|(column, _)| over(column)).map(|(_, text)| text).collect();
    let below: Vec<&str> = lower.said().filter(|(column, _)| over(column)).map(|(_, text)| text).collect();
    let mut different = below.clone();
    different.sort_unstable();
    different.dedup();
    let repeated = above.len() >= 2 && different.len() < below.len();
    let named_above = (0..start).any(|column| lower.cell(column).is_empty() && !upper.cell(column).is_empty());
    if !is_title || !(repeated || named_above) {
        return None;
    }
    // The lowest title names a column.
    let title = |column: usize| Some(lower.cell(column)).filter(|text| !text.is_empty()).unwrap_or(upper.cell(column));
    let keep: Vec<String> = (0..start).map(title).filter(|text| !text.is_empty()).map(folded).collect();
    let mut distinct = keep.clone();
    distinct.sort_unstable();
    distinct.dedup();
    if keep.is_empty() || distinct.len() < keep.len() {
        return None;
    }
    let levels = match (level(&above), level(&different)) {
        (a, b) if a == b => ["block", "title"],
        (a, b) => [a.unwrap_or("block"), b.unwrap_or("title")],
    };
    Some(Header { rows: [upper.number, lower.number], first_row: data.first()?.number, keep, levels })
}

/// White space as the decoder folds it.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What titles say, where their texts tell.
fn level(titles: &[&str]) -> Option<&'static str> {
    if period_form(titles).is_some_and(|(_, unread)| unread.is_empty()) {
        Some("period")
    } else if sex("", titles).is_some() {
        Some("sex")
    } else {
        None
    }
}

/// Whether a cell is a number, as it stands in sheets and as people write it.
pub(super) fn is_number(text: &str) -> bool {
    let text = text.trim();
    let digits = text.trim_start_matches(['-', '+']);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && (text.parse::<f64>().is_ok() || digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\u{a0}' | '%')))
}

fn is_year(text: &str) -> bool {
    text.trim().parse::<u32>().is_ok_and(|year| (1800..2200).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[(u32, &[&str])]) -> Vec<Row> {
        rows.iter().map(|(number, cells)| Row { number: *number, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }).collect()
    }

    /// Table 1 of the International Migrant Stock 2020, with two years.
    #[test]
    fn titles_that_repeat_are_told_apart_by_those_above() {
        let found = header(&rows(&[
            (2, &["", "", "", "", "International Migrant Stock 2020"]),
            (4, &["", "", "", "", "POP/DB/MIG/Stock/Rev.2020"]),
            (8, &["", "", "", "", "", "Both sexes", "", "Male", "", "Female"]),
            (11, &["", "Region", "Notes", "Location code", "Type of data", "1990", "2020", "1990", "2020", "1990", "2020"]),
            (12, &["1", "WORLD", "", "900", "", "152986157", "280598105", "77563467", "145655844", "75422690", "134942261"]),
            (13, &["2", "Chile", "", "152", "B", "105070", "1645015", "52000", "800000", "53070", "845015"]),
        ]))
        .unwrap();
        assert_eq!((found.rows, found.first_row), ([8, 11], 12));
        assert_eq!(found.keep, ["Region", "Notes", "Location code", "Type of data"]);
        assert_eq!(found.levels, ["sex", "period"]);
    }

    #[test]
    fn a_merged_title_names_a_column_from_the_row_above() {
        let found = header(&rows(&[
            (3, &["País", "2018", "", "2019"]),
            (4, &["", "Hombres", "Mujeres", "Hombres", "Mujeres"]),
            (5, &["Perú", "1", "2", "3", "4"]),
            (6, &["Chile", "5", "6", "7", "8"]),
        ]))
        .unwrap();
        assert_eq!((found.rows, found.first_row, found.keep), ([3, 4], 5, vec!["País".to_owned()]));
        assert_eq!(found.levels, ["period", "sex"]);
    }

    /// Table 16 of the International Migrant Stock 2015, with three origins.
    #[test]
    fn one_title_over_all_values_is_that_of_the_upper_row() {
        let found = header(&rows(&[
            (15, &["Sort order", "Major area", "Country code", "Country or area of origin"]),
            (16, &["", "", "", "Total", "Argentina", "Bolivia"]),
            (17, &["1", "WORLD", "900", "243700236", "939000", "800000"]),
            (18, &["2", "Chile", "152", "469436", "60000", "25000"]),
        ]))
        .unwrap();
        assert_eq!((found.rows, found.first_row), ([15, 16], 17));
        assert_eq!(found.keep, ["Sort order", "Major area", "Country code"]);
    }

    #[test]
    fn a_matrix_with_few_figures_has_one_row_of_titles() {
        let matrix = rows(&[
            (1, &["Bilateral estimates"]),
            (2, &["origin (down)", "Argentina", "Bolivia", "Chile", "World"]),
            (3, &["Argentina", "", "60000", "", "60000"]),
            (4, &["Bolivia", "300000", "", "", "300000"]),
            (5, &["Chile", "", "", "", "0"]),
        ]);
        assert_eq!(single(&matrix), Some(2));
        assert_eq!(single(&matrix[2..]), None);
    }

    #[test]
    fn one_row_of_different_titles_is_no_header_of_two() {
        let one =
            rows(&[(1, &["Cuadro 1", "Total"]), (2, &["País", "2018", "2019"]), (3, &["Perú", "10", "20"]), (4, &["Chile", "5", "6"])]);
        assert_eq!(header(&one), None);
        assert_eq!(header(&[]), None);
    }
}
