//! Headers: titles folded and renamed, and the layout of the table that stands under them.

use std::collections::{BTreeMap, BTreeSet};

use crate::batch::Column;
use crate::error::DecodeError;
use crate::position::Position;
use crate::unpivot::Unpivot;

/// Canonical names, each with the spellings under which publishers print it.
pub(crate) type Renames = BTreeMap<String, Vec<String>>;

/// Trims a title and folds every run of white space or line ends into one space.
pub(crate) fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One row of titles; index 0 is column 1.
#[derive(Debug, Clone)]
pub(crate) struct Titles {
    /// The row or line, from 1.
    pub(crate) row: u32,
    /// The folded titles; none where the cell is blank.
    pub(crate) titles: Vec<Option<String>>,
}

impl Titles {
    pub(crate) fn new<'a>(row: u32, texts: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let titles = texts.into_iter().map(|text| text.map(fold).filter(|title| !title.is_empty())).collect();
        Self { row, titles }
    }

    fn at(&self, column: u32) -> Option<&str> {
        self.titles.get(column as usize - 1)?.as_deref()
    }
}

/// A column whose cells become rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ValueColumn {
    /// The column, from 1.
    pub(crate) position: u32,
    /// Its title in each header row, from the top.
    pub(crate) levels: Vec<String>,
}

/// How the cells under a header become columns of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Every column stays a column.
    Long {
        /// The columns, in their order.
        columns: Vec<Column>,
    },
    /// Some columns are kept, each other cell becomes a row.
    Wide {
        /// The kept columns, in the order of `unpivot.keep`.
        keep: Vec<Column>,
        /// The value columns, in their order.
        values: Vec<ValueColumn>,
    },
}

/// A header and the definition that reads it.
pub(crate) struct Header<'a> {
    /// How errors call the part.
    pub(crate) place: &'a str,
    /// The rows of titles, from the top; the last one is the lowest.
    pub(crate) rows: &'a [Titles],
    /// How many columns the table has.
    pub(crate) width: u32,
    /// The definition's `columns`.
    pub(crate) renames: &'a Renames,
    /// Names under `columns` that may be absent.
    pub(crate) optional: &'a [String],
    /// The definition's `unpivot`.
    pub(crate) unpivot: Option<&'a Unpivot>,
    /// Whether a name that is taken gets a number, `Total (2)`. Otherwise it is an error: a definition that means one of two columns must say which.
    pub(crate) numbered: bool,
}

impl Header<'_> {
    /// The layout of the table under the header.
    pub(crate) fn layout(&self) -> Result<Layout, DecodeError> {
        match self.unpivot {
            None => self.long(),
            Some(unpivot) => self.wide(unpivot),
        }
    }

    fn long(&self) -> Result<Layout, DecodeError> {
        let mut columns: Vec<Column> = (1..=self.width).map(|position| Column::cell(self.name(position), position)).collect();
        if self.numbered {
            number(&mut columns);
        }
        for name in self.renames.keys().filter(|name| !self.optional.contains(name)) {
            self.require(name, columns.iter().any(|column| column.name == *name))?;
        }
        self.distinct(&columns)?;
        Ok(Layout::Long { columns })
    }

    fn wide(&self, unpivot: &Unpivot) -> Result<Layout, DecodeError> {
        let kept: Vec<Column> = (1..=self.width)
            .map(|position| Column::cell(self.name(position), position))
            .filter(|column| unpivot.keep.contains(&column.name))
            .collect();
        self.distinct(&kept)?;
        let mut keep = Vec::with_capacity(unpivot.keep.len());
        for name in &unpivot.keep {
            let column = kept.iter().find(|column| column.name == *name);
            self.require(name, column.is_some())?;
            keep.extend(column.cloned());
        }
        let values = self.values(&keep)?;
        Ok(Layout::Wide { keep, values })
    }

    fn values(&self, keep: &[Column]) -> Result<Vec<ValueColumn>, DecodeError> {
        let last_kept = keep.iter().map(|column| column.position).max().unwrap_or(0);
        let mut running: Vec<Option<&str>> = vec![None; self.rows.len()];
        let mut values = Vec::new();
        for position in 1..=self.width {
            let own: Vec<Option<&str>> = self.rows.iter().map(|row| row.at(position)).collect();
            if keep.iter().any(|column| column.position == position) {
                running.fill(None);
                continue;
            }
            // Row labels such as a running number stand left of what is kept and have no title at all.
            if position < last_kept && own.iter().all(Option::is_none) {
                continue;
            }
            let lowest = self.rows.len().saturating_sub(1);
            let mut levels = Vec::with_capacity(self.rows.len());
            for (level, row) in self.rows.iter().enumerate() {
                // A block's title stands over its first column and counts for those to the right of it.
                let title = if level == lowest { own[level] } else { own[level].or(running[level]) };
                running[level] = title;
                levels.push(title.ok_or_else(|| self.untitled(row.row, position))?.to_owned());
            }
            values.push(ValueColumn { position, levels });
        }
        if values.is_empty() {
            let problem = "every column is kept, so there is no value column".to_owned();
            return Err(DecodeError::Header { place: self.place.to_owned(), at: Position::Row(self.row()), problem });
        }
        Ok(values)
    }

    fn untitled(&self, row: u32, column: u32) -> DecodeError {
        DecodeError::Header {
            place: self.place.to_owned(),
            at: Position::Cell { row, column },
            problem: "a value column has no title there".to_owned(),
        }
    }

    /// The lowest title over a column: where a title spans several header rows, only the uppermost cell has it.
    fn title(&self, position: u32) -> Option<&str> {
        self.rows.iter().rev().find_map(|row| row.at(position))
    }

    fn name(&self, position: u32) -> String {
        match self.title(position) {
            None => format!("column {position}"),
            Some(title) => canonical(self.renames, title).unwrap_or(title).to_owned(),
        }
    }

    /// The row that errors name.
    fn row(&self) -> u32 {
        self.rows.last().map_or(1, |row| row.row)
    }

    fn require(&self, name: &str, found: bool) -> Result<(), DecodeError> {
        if found {
            return Ok(());
        }
        Err(DecodeError::ColumnMissing {
            place: self.place.to_owned(),
            row: self.row(),
            expected: self.renames.get(name).cloned().unwrap_or_else(|| vec![name.to_owned()]),
            found: (1..=self.width).filter_map(|position| self.title(position)).map(str::to_owned).collect(),
            elsewhere: None,
        })
    }

    fn distinct(&self, columns: &[Column]) -> Result<(), DecodeError> {
        distinct(self.place, self.row(), columns)
    }
}

/// The canonical name of a folded title.
pub(crate) fn canonical<'r>(renames: &'r Renames, title: &str) -> Option<&'r str> {
    renames.iter().find(|(_, spellings)| spellings.iter().any(|spelling| fold(spelling) == title)).map(|(name, _)| name.as_str())
}

/// Checks the tables `columns` and `optional` of a form, whose key is `form`: each spelling belongs to one name, and only names may be optional.
pub(crate) fn validate_columns(form: &str, columns: &Renames, optional: &[String]) -> Result<(), DecodeError> {
    if let Some(name) = optional.iter().find(|name| !columns.contains_key(*name)) {
        return Err(DecodeError::Definition { key: format!("{form}.optional"), problem: format!("\"{name}\" is not under columns") });
    }
    let key = format!("{form}.columns");
    let mut seen = BTreeMap::new();
    for (name, spellings) in columns {
        if spellings.is_empty() {
            return Err(DecodeError::Definition {
                key: format!("{key}.{name}"),
                problem: "a column needs at least one spelling".to_owned(),
            });
        }
        for spelling in spellings {
            if let Some(other) = seen.insert(fold(spelling), name) {
                let problem = format!("\"{spelling}\" already stands for \"{other}\"");
                return Err(DecodeError::Definition { key: format!("{key}.{name}"), problem });
            }
        }
    }
    Ok(())
}

/// Gives a number to every name that an earlier column has.
fn number(columns: &mut [Column]) {
    let mut taken: BTreeSet<String> = columns.iter().map(|column| column.name.clone()).collect();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for column in columns {
        let count = seen.entry(column.name.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            continue;
        }
        let mut name = format!("{} ({count})", column.name);
        // Another column may be titled so.
        while !taken.insert(name.clone()) {
            *count += 1;
            name = format!("{} ({count})", column.name);
        }
        column.name = name;
    }
}

/// Refuses two columns of one name.
pub(crate) fn distinct(place: &str, row: u32, columns: &[Column]) -> Result<(), DecodeError> {
    let mut seen = BTreeMap::new();
    for column in columns {
        if let Some(first) = seen.insert(column.name.as_str(), column.position) {
            let (name, second) = (column.name.clone(), column.position);
            return Err(DecodeError::ColumnTwice { place: place.to_owned(), row, name, first, second });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(row: u32, texts: &[&str]) -> Titles {
        Titles::new(row, texts.iter().map(|text| Some(*text)))
    }

    fn layout(rows: &[Titles], renames: &[(&str, &[&str])], unpivot: Option<&Unpivot>) -> Result<Layout, DecodeError> {
        let renames = renames.iter().map(|(name, texts)| ((*name).to_owned(), texts.iter().map(|t| (*t).to_owned()).collect())).collect();
        let width = rows.iter().map(|row| row.titles.len()).max().unwrap() as u32;
        Header { place: "sheet \"T\"", rows, width, renames: &renames, optional: &[], unpivot, numbered: false }.layout()
    }

    #[test]
    fn a_title_that_stands_twice_gets_a_number() {
        let rows = [titles(1, &["Total", "Total", "Total (2)", "Total", "Year"])];
        let renames = BTreeMap::new();
        let header = Header { place: "T", rows: &rows, width: 5, renames: &renames, optional: &[], unpivot: None, numbered: true };
        let Layout::Long { columns } = header.layout().unwrap() else { panic!("it is long") };
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["Total", "Total (3)", "Total (2)", "Total (4)", "Year"]);
    }

    fn unpivot(keep: &[&str], levels: &[&str]) -> Unpivot {
        let names = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Unpivot { keep: names(keep), levels: names(levels), value: "value".to_owned() }
    }

    fn value(position: u32, levels: &[&str]) -> ValueColumn {
        ValueColumn { position, levels: levels.iter().map(|text| (*text).to_owned()).collect() }
    }

    #[test]
    fn titles_are_folded_before_they_are_matched() {
        assert_eq!(fold(" 2018\nCenso\u{a0} ajustado "), "2018 Censo ajustado");
        let found = layout(&[titles(1, &["Receiving Countries  Name", " Año\n"])], &[("year", &["AÑO", "Año"])], None).unwrap();
        let Layout::Long { columns } = found else { panic!("{found:?}") };
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["Receiving Countries Name", "year"]);
    }

    #[test]
    fn a_blank_title_is_named_by_its_position() {
        let found = layout(&[titles(1, &["", "a"])], &[], None).unwrap();
        let columns = vec![Column::cell("column 1", 1), Column::cell("a", 2)];
        assert_eq!(found, Layout::Long { columns });
    }

    #[test]
    fn a_declared_column_must_stand_in_the_header() {
        let error = layout(&[titles(5, &["Year", "Refugees"])], &[("stateless", &["Stateless persons", "STA"])], None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "header moved or renamed: expected \"Stateless persons\", \"STA\" in row 5 of sheet \"T\", found \"Year\", \"Refugees\""
        );
    }

    #[test]
    fn two_columns_of_one_name_are_refused() {
        let error = layout(&[titles(1, &["VDA", "OIP", "x"])], &[("oip", &["VDA", "OIP"])], None).unwrap_err();
        assert_eq!(error.to_string(), "two columns of sheet \"T\" are named \"oip\": 1 and 2 (header row 1)");
    }

    #[test]
    fn block_titles_are_filled_to_the_right_over_value_columns_only() {
        let rows = [titles(8, &["", "", "", "both", "", "males", ""]), titles(11, &["", "Area", "Code", "1990", "2020", "1990", "2020"])];
        let found = layout(&rows, &[("code", &["Code"])], Some(&unpivot(&["code", "Area"], &["block", "period"]))).unwrap();
        let keep = vec![Column::cell("code", 3), Column::cell("Area", 2)];
        let values =
            vec![value(4, &["both", "1990"]), value(5, &["both", "2020"]), value(6, &["males", "1990"]), value(7, &["males", "2020"])];
        assert_eq!(found, Layout::Wide { keep, values });
    }

    #[test]
    fn titles_that_span_header_rows_name_kept_columns() {
        let rows = [titles(15, &["Sort\norder", "Country code", "Country of origin", ""]), titles(16, &["", "", "Total", "Peru"])];
        let found = layout(&rows, &[], Some(&unpivot(&["Sort order", "Country code"], &["heading", "origin"]))).unwrap();
        let Layout::Wide { values, .. } = found else { panic!("{found:?}") };
        assert_eq!(values, [value(3, &["Country of origin", "Total"]), value(4, &["Country of origin", "Peru"])]);
    }

    #[test]
    fn a_block_title_that_went_away_is_noticed() {
        let rows = [titles(8, &["", ""]), titles(11, &["Code", "1990"])];
        let error = layout(&rows, &[], Some(&unpivot(&["Code"], &["block", "period"]))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the header of sheet \"T\" does not fit the definition at cell B8: a value column has no title there"
        );
    }

    #[test]
    fn an_untitled_column_among_the_values_is_refused() {
        let error = layout(&[titles(1, &["Code", "1990", ""])], &[], Some(&unpivot(&["Code"], &["year"]))).unwrap_err();
        assert!(error.to_string().contains("cell C1"), "{error}");
        assert!(error.hint().unwrap().contains("trailing_empty_column"));
    }

    #[test]
    fn a_table_without_value_columns_is_refused() {
        let error = layout(&[titles(1, &["Code"])], &[], Some(&unpivot(&["Code"], &["year"]))).unwrap_err();
        assert!(error.to_string().contains("no value column"), "{error}");
    }
}
