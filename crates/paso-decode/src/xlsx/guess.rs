//! The form of a workbook that comes without one.

use super::cell::Row;
use super::form::XlsxForm;
use super::heading;
use super::sheet::Rows;
use super::workbook::Workbook;
use crate::batch::Limits;
use crate::container::matches;
use crate::error::DecodeError;
use crate::header::fold;
use crate::source::Source;
use crate::table::Cells as _;

/// How many rows are looked at.
const SAMPLE: usize = 200;
/// How many rows below a header are compared with it.
const BELOW: usize = 5;

/// Chooses a sheet and a header row by what stands in them, and says why. `sheet` is a name or a pattern; without it, the first visible
/// sheet is taken.
pub(crate) fn guess(source: &dyn Source, sheet: Option<&str>, limits: Limits) -> Result<(XlsxForm, String), DecodeError> {
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
    let mut rows = Rows::new(workbook.rows(chosen, None)?)?;
    let mut sample: Vec<Row<'_>> = Vec::new();
    while !rows.finished && sample.len() < SAMPLE {
        if !rows.row.is_blank() {
            sample.push(rows.row.clone());
        }
        rows.next()?;
    }
    let Some(header) = (0..sample.len()).find(|&index| is_header(&sample[index], &sample[index + 1..])) else {
        match &sample[..] {
            [] => return Err(DecodeError::Empty { place, problem: "it has no cell with a text or number".to_owned() }),
            [only] if only.said().count() > 1 => {
                return Err(DecodeError::Empty { place, problem: format!("no rows stand under {}", heading::line(only)) });
            }
            _ => {}
        }
        let others: Vec<String> =
            workbook.sheets().iter().filter(|other| other.visible && *other != chosen).map(|other| format!("\"{}\"", other.name)).collect();
        let others = if others.is_empty() { String::new() } else { format!(" (other sheets: {})", others.join(", ")) };
        let expected = format!("a row of at least two different titles with rows of the same width below it{others}");
        let first_lines = sample.iter().take(heading::FIRST_LINES).map(heading::line).collect();
        return Err(DecodeError::HeaderMissing { place, expected, first_lines });
    };
    let row = &sample[header];
    let tags = sample.get(header + 1).is_some_and(heading::is_tags);
    let why = format!(
        "read {place}, {how}; row {} is the header, the first one with {} different titles and rows of that width below it{}",
        row.number,
        row.said().count(),
        if tags { "; the HXL tags below it are passed over" } else { "" }
    );
    Ok((XlsxForm { header: None, ..XlsxForm::plain(&chosen.name, row.number) }, why))
}

/// Whether a row can be the header of those below it.
fn is_header(row: &Row<'_>, below: &[Row<'_>]) -> bool {
    let mut titles: Vec<String> = row.said().map(|(_, text)| fold(text)).collect();
    let filled = titles.len();
    let texts = titles.iter().filter(|title| title.parse::<f64>().is_err()).count();
    titles.sort_unstable();
    titles.dedup();
    let last = row.said().last().map_or(0, |(column, _)| column);
    let compared: Vec<&Row<'_>> = below.iter().filter(|row| !heading::is_tags(row)).take(BELOW).collect();
    // Years may be titles, but a row of numbers is data.
    let is_titled = filled >= 2 && titles.len() == filled && texts >= 1 && row.said().all(|(_, title)| is_title(title));
    // At least half of the titles have something below them, and nothing stands under no title.
    let fits = |other: &&Row<'_>| {
        let under = row.said().filter(|(column, _)| other.cell(*column as usize - 1).is_some()).count();
        other.stray(last).is_none() && under * 2 >= filled && other.said().count() >= 2
    };
    is_titled && compared.first().is_some_and(fits) && compared.iter().filter(|row| fits(row)).count() * 2 > compared.len()
}

/// Whether a text can be a title: anything but a number, and the years of our time.
fn is_title(text: &str) -> bool {
    text.trim().parse::<f64>().map_or(true, |number| number.fract() == 0.0 && (1800.0..2200.0).contains(&number))
}
