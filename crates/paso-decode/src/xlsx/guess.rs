//! The form of a workbook that comes without one.

use std::collections::BTreeSet;

use super::cell::{Row, is_blank};
use super::form::XlsxForm;
use super::heading;
use super::sheet::Rows;
use super::workbook::Workbook;
use crate::batch::Limits;
use crate::container::matches;
use crate::error::DecodeError;
use crate::header::fold;
use crate::position::Position;
use crate::source::Source;
use crate::table::Cells as _;

/// How many rows are looked at.
const SAMPLE: usize = 200;
/// How many rows below a header are compared with it.
const BELOW: usize = 5;

/// A form, and by what it was recognised.
#[derive(Debug)]
pub(crate) struct Guess {
    pub(crate) form: XlsxForm,
    /// What speaks for it.
    pub(crate) by: String,
    /// The other visible sheets, where nobody chose one.
    pub(crate) unread: Vec<String>,
}

/// Chooses a sheet and a header row by what stands in them, and says why. `sheet` is a name or a pattern; without it, the first visible
/// sheet is taken.
pub(crate) fn guess(source: &dyn Source, sheet: Option<&str>, limits: Limits) -> Result<Guess, DecodeError> {
    let workbook = Workbook::open(source, limits)?;
    let visible = workbook.sheets().iter().filter(|sheet| sheet.visible).count();
    let hidden = workbook.sheets().len() - visible;
    let first = || workbook.sheets().iter().find(|sheet| sheet.visible).or_else(|| workbook.sheets().first());
    let chosen = match sheet {
        Some(wanted) => workbook.one(wanted)?,
        None => first().ok_or_else(|| DecodeError::SheetMissing { sheet: "*".to_owned(), found: Vec::new() })?,
    };
    let how = match sheet {
        Some(wanted) if matches(wanted, &chosen.name) && *wanted == chosen.name => "as asked".to_owned(),
        Some(wanted) => format!("which fits \"{wanted}\""),
        None => format!("the first of {visible} visible sheets ({hidden} hidden)"),
    };
    let place = format!("sheet \"{}\"", chosen.name);
    let others: Vec<String> =
        workbook.sheets().iter().filter(|other| other.visible && *other != chosen).map(|other| other.name.clone()).collect();
    let mut rows = Rows::new(workbook.rows(chosen, None)?)?;
    let mut sample: Vec<Row<'_>> = Vec::new();
    while !rows.finished && sample.len() < SAMPLE {
        if !rows.row.is_blank() || rows.row.uncalculated.is_some() {
            sample.push(rows.row.clone());
        }
        rows.next()?;
    }
    let header = header(&sample);
    // What was never calculated may be the table that is looked for, or a title of it. Below the header, whoever reads the table meets it.
    let suspects = header.map_or(&sample[..], |header| &sample[header..=header]);
    if let Some((row, column)) = suspects.iter().find_map(|row| Some((row.number, row.uncalculated?))) {
        return Err(DecodeError::Uncalculated { place, at: Position::Cell { row, column } });
    }
    let Some(header) = header else { return Err(no_table(place, &sample, others)) };
    let row = &sample[header];
    let (filled, different) = titles(row);
    let tags = sample.get(header + 1).is_some_and(heading::is_tags);
    let uncalculated = sample[..header].iter().find(|row| row.uncalculated.is_some()).map(|row| row.number);
    let width = last_column(row);
    let said = sample[header + 1..].iter().flat_map(|row| row.said().map(|(column, _)| column));
    let beside: BTreeSet<u32> = said.filter(|column| *column > width).collect();
    let by = format!(
        "read {place}, {how}; row {} is the header, the first one with {different} different titles and rows of that width below it{}{}{}{}",
        row.number,
        if beside.is_empty() { "" } else { "; what stands right of the last title comes out under the numbers of its columns" },
        if different < filled { "; a title that stands there again gets a number" } else { "" },
        if tags { "; the HXL tags below it are passed over" } else { "" },
        uncalculated.map(|row| format!("; row {row}, above it, has a formula that was never calculated")).unwrap_or_default()
    );
    let form = XlsxForm { numbered: true, beside: beside.into_iter().collect(), ..XlsxForm::plain(&chosen.name, row.number) };
    Ok(Guess { form, by, unread: if sheet.is_none() { others } else { Vec::new() } })
}

/// Why a sheet is not read: it may be a cover, and the table in one of the others.
fn no_table(place: String, sample: &[Row<'_>], others: Vec<String>) -> DecodeError {
    let problem = match sample {
        [] => "it has no cell with a text or number".to_owned(),
        [only] if only.said().count() > 1 => format!("no rows stand under {}", heading::line(only)),
        _ => {
            let expected = "a row of at least two different titles with rows of the same width right below it".to_owned();
            let first_lines = sample.iter().take(heading::FIRST_LINES).map(heading::line).collect();
            return DecodeError::TableMissing { place, expected, others, first_lines };
        }
    };
    if others.is_empty() {
        return DecodeError::Empty { place, problem };
    }
    DecodeError::TableMissing { place, expected: format!("a table, but {problem}"), others, first_lines: Vec::new() }
}

/// The first row that is a header; none where it cannot be told from a row of data.
fn header(sample: &[Row<'_>]) -> Option<usize> {
    let is_one = |index: usize| is_header(&sample[index], &sample[..index], &sample[index + 1..]);
    let mut title: Option<&Row<'_>> = None;
    for index in (0..sample.len()).filter(|&index| is_one(index)) {
        let row = &sample[index];
        // A row that stands by itself is a title of the table, or a header from which the data is set off.
        if sample.get(index + 1).is_some_and(|below| below.number > row.number + 1) {
            title = Some(row);
            continue;
        }
        let told = title.is_none_or(|title| columns(title) != columns(row) || is_unlike(row, &sample[index + 1..]));
        return told.then_some(index);
    }
    None
}

/// The columns in which a row says something.
fn columns(row: &Row<'_>) -> Vec<u32> {
    row.said().map(|(column, _)| column).collect()
}

fn last_column(row: &Row<'_>) -> u32 {
    row.said().last().map_or(0, |(column, _)| column)
}

/// Whether numbers stand under one of the texts of a row.
fn is_unlike(row: &Row<'_>, below: &[Row<'_>]) -> bool {
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
    let numbers = |column: u32| {
        let mut texts = below.iter().take(BELOW).filter_map(|row| row.cell(column as usize - 1)).filter(|text| !is_blank(text)).peekable();
        texts.peek().is_some() && texts.all(is_number)
    };
    row.said().any(|(column, title)| !is_number(title) && numbers(column))
}

/// How many titles a row has, and how many different ones.
fn titles(row: &Row<'_>) -> (usize, usize) {
    let titles: Vec<String> = row.said().map(|(_, text)| fold(text)).collect();
    (titles.len(), titles.iter().collect::<BTreeSet<_>>().len())
}

/// Whether a row can be the header of those below it.
fn is_header(row: &Row<'_>, above: &[Row<'_>], below: &[Row<'_>]) -> bool {
    let (filled, different) = titles(row);
    let texts = row.said().filter(|(_, text)| text.trim().parse::<f64>().is_err()).count();
    let last = last_column(row);
    // Behind a blank row may stand notes, or another table.
    let near = below.iter().zip(1..).take_while(|(below, distance)| below.number == row.number + distance).count();
    let near = if near > 0 { &below[..near] } else { below };
    let compared: Vec<&Row<'_>> = near.iter().filter(|row| !heading::is_tags(row)).take(BELOW).collect();
    // Titles that repeat are the lower row of a header of several, whose upper row tells them apart: nobody guesses those.
    let grouped = || above.last().is_some_and(|above| above.number + 1 == row.number && above.said().count() >= 2);
    let is_distinct = different == filled || (different * 2 > filled && !grouped());
    // Years may be titles, but a row of numbers is data.
    let is_titled = different >= 2 && is_distinct && texts >= 1 && row.said().all(|(_, title)| is_title(title));
    let beside = |other: &Row<'_>| other.said().filter(|(column, _)| *column > last).count();
    // At least half of the titles have something below them, and nothing but a note stands under no title.
    let fits = |other: &&Row<'_>| {
        let under = row.said().filter(|(column, _)| other.cell(*column as usize - 1).is_some()).count();
        beside(other) <= 1 && under * 2 >= filled && other.said().count() >= 2
    };
    // What stands beside at least half of the rows is no note, but a column of a wider table.
    let noted = compared.iter().filter(|row| beside(row) > 0).count();
    is_titled
        && compared.first().is_some_and(fits)
        && compared.iter().filter(|row| fits(row)).count() * 2 > compared.len()
        && noted * 2 <= compared.len()
}

/// Whether a text can be a title: anything but a number, and the years of our time.
fn is_title(text: &str) -> bool {
    text.trim().parse::<f64>().map_or(true, |number| number.fract() == 0.0 && (1800.0..2200.0).contains(&number))
}
