//! Which sheet of a workbook is meant, and how it is laid out.

use std::iter;

use paso_decode::{Batch, Contents, DecodeError, Forms, Known, Limits, Message, Ragged, Sink, SinkError, Source, decode};
use serde_json::json;

use super::header::{Header, REACH, Row, header, is_number, single};

/// So many rows are looked at to find a header.
const LOOKED_AT: usize = 60;
/// So many rows are shown where none is found.
const SHOWN: usize = 15;
/// So many characters of a row are shown.
const WIDTH: usize = 160;
/// A sheet whose header is not known is read up to one of these columns.
const WIDTHS: [u32; 3] = [256, 2_048, 16_384];

/// A sheet that was chosen.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// What [`Known::member`] has to be, so that it is read.
    pub(super) member: Option<String>,
    /// The form of a header that is not known at sight, where the sheet has one.
    pub(super) proposed: Option<Forms>,
    /// The form that names the sheet and nothing else.
    pub(super) bare: Option<Forms>,
    /// The first rows, where the header is not one that is known at sight.
    pub(super) first_rows: Vec<String>,
    /// By what it was chosen.
    pub(super) why: Vec<String>,
    /// By what its header was found.
    pub(super) why_header: String,
    /// The other sheets.
    pub(super) others: Vec<String>,
}

/// What a sheet holds.
struct Held {
    sheet: String,
    member: String,
    /// The member of an archive in which the workbook is.
    archive: Option<String>,
    numbers: u64,
    /// The first rows, where one row of different titles is not all of the header.
    rows: Vec<Row>,
    /// Whether a header is known at sight.
    readable: bool,
}

/// Chooses the sheet with the most numbers among those that the workbook shows, unless one is asked for: a cover and a table of contents have
/// hardly any. None where the body is no workbook, or is read as it is.
pub(super) fn choose(source: &dyn Source, known: &Known, limits: Limits) -> Option<Chosen> {
    let contents = Contents::of(source, known.member.as_deref(), limits);
    if contents.sheets.is_empty() {
        return None;
    }
    let recognized = Message::recognize(source, known.clone(), limits);
    let asked = match (&recognized, &known.member) {
        (Err(DecodeError::MemberMissing { .. } | DecodeError::SheetMissing { .. }), _) => return None,
        // A name that is that of an archive's member chooses no sheet.
        (Ok(message), Some(_)) if message.unread_sheets().is_empty() => message.forms().xlsx.and_then(|form| form.sheet),
        (Err(DecodeError::TableMissing { place, .. } | DecodeError::Empty { place, .. }), Some(_)) => {
            contents.sheets.iter().map(|sheet| &sheet.name).find(|name| *place == format!("sheet \"{name}\"")).cloned()
        }
        _ => None,
    };
    let within = match (contents.members.as_slice(), &recognized, &known.member) {
        ([], ..) => String::new(),
        (_, Ok(message), None) => format!("{}/", message.member()?),
        ([only], _, None) => format!("{}/", only.name),
        (_, _, Some(member)) => format!("{member}/"),
        _ => return None,
    };
    let visible = contents.sheets.iter().filter(|sheet| sheet.visible || Some(&sheet.name) == asked.as_ref());
    let held: Vec<Held> = visible
        .filter(|sheet| asked.as_ref().is_none_or(|asked| *asked == sheet.name))
        .map(|sheet| {
            let member = if asked.is_some() { known.member.clone().unwrap_or_default() } else { format!("{within}{}", sheet.name) };
            held(source, &sheet.name, member, known, limits)
        })
        .collect();
    let looked_at = held.len();
    // The first of those that have as many.
    let best = held.into_iter().rev().max_by_key(|held| held.numbers)?;
    let others: Vec<String> = contents
        .sheets
        .iter()
        .filter(|sheet| sheet.name != best.sheet)
        .map(|sheet| if sheet.visible { sheet.name.clone() } else { format!("{} (hidden)", sheet.name) })
        .collect();
    let mut chosen = Chosen { member: Some(best.member), others, ..Chosen::default() };
    if looked_at > 1 {
        chosen.why.push(format!(
            "sheet {}: of {looked_at} visible sheets the one with the most cells that are numbers, {}",
            best.sheet, best.numbers
        ));
    }
    if !best.rows.is_empty() {
        chosen.bare = forms(json!({ "sheet": best.sheet })).filter(|_| !best.readable);
        chosen.first_rows = shown(&best.rows);
        if let Some(header) = header(&best.rows) {
            chosen.why_header = header.why();
            chosen.proposed = form(&best.sheet, &header);
        } else if let Some(row) = single(&best.rows).filter(|_| !best.readable) {
            chosen.why_header = format!("row {row} is the header: different titles, with numbers under some of them in the rows below");
            chosen.proposed = forms(json!({ "sheet": best.sheet, "header_rows": [row] }));
        }
        let inside = best.archive;
        chosen.bare.iter_mut().chain(&mut chosen.proposed).for_each(|forms| forms.member.clone_from(&inside));
    }
    Some(chosen)
}

fn form(sheet: &str, header: &Header) -> Option<Forms> {
    forms(json!({
        "sheet": sheet,
        "header_rows": header.rows,
        "first_row": header.first_row,
        "unpivot": { "keep": header.keep, "levels": header.levels, "value": "value" },
    }))
}

fn forms(xlsx: serde_json::Value) -> Option<Forms> {
    Some(Forms { xlsx: Some(serde_json::from_value(xlsx).ok()?), ..Forms::default() })
}

fn shown(rows: &[Row]) -> Vec<String> {
    let line = |row: &Row| {
        let texts: Vec<&str> = row.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        let line = format!("row {}: {}", row.number, texts.join(" | "));
        if line.chars().count() > WIDTH { line.chars().take(WIDTH).chain(iter::once('…')).collect() } else { line }
    };
    rows.iter().take(SHOWN).map(line).collect()
}

/// Reads a sheet, with the header that it has at sight or without one.
fn held(source: &dyn Source, sheet: &str, member: String, known: &Known, limits: Limits) -> Held {
    let known = Known { member: Some(member.clone()), ..known.clone() };
    let members = Contents::of(source, None, limits).members;
    let archive = members.into_iter().map(|inner| inner.name).find(|name| member.starts_with(name.as_str()));
    let raw = |filled: &[u32]| raw(source, sheet, archive.as_ref(), filled, limits);
    let mut held = Held { sheet: sheet.to_owned(), member, archive: archive.clone(), numbers: 0, rows: Vec::new(), readable: false };
    match Message::recognize(source, known, limits) {
        Ok(message) => {
            let mut grid = Grid::default();
            // What is wrong with it is told when it is read for the draft.
            let _ = message.decode(limits, &mut grid);
            (held.numbers, held.readable) = (grid.numbers, true);
            let row = message.forms().xlsx.and_then(|form| form.header_rows.first().copied());
            if let Some(row) = row.filter(|_| grid.lacks_titles) {
                let above = (row.saturating_sub(REACH).max(1)..row).map(|upper| if upper == 1 { vec![1, 2] } else { vec![upper] });
                held.rows = above.into_iter().find_map(|filled| raw(&filled)).map(|grid| grid.rows).unwrap_or_default();
            }
        }
        Err(DecodeError::TableMissing { first_lines, .. }) => {
            let filled: Vec<u32> =
                first_lines.iter().filter_map(|line| line.strip_prefix("row ")?.split(':').next()?.parse().ok()).collect();
            if let Some(grid) = raw(&filled) {
                (held.numbers, held.rows) = (grid.numbers, grid.rows);
            }
        }
        Err(_) => {}
    }
    held
}

/// Reads a sheet without a header: the row above the first one that says something has no titles, and every column comes out under its number.
fn raw(source: &dyn Source, sheet: &str, member: Option<&String>, filled: &[u32], limits: Limits) -> Option<Grid> {
    // Where there is no row above, the first one stands for the header.
    let (above, first) = match filled {
        [1, second, ..] => (1, *second),
        [first, ..] if *first > 1 => (*first - 1, *first),
        _ => return None,
    };
    WIDTHS.iter().find_map(|width| {
        let mut forms = forms(json!({ "sheet": sheet, "header_rows": [above], "first_row": first }))?;
        let form = forms.xlsx.as_mut()?;
        form.numbered = true;
        form.beside = (1..=*width).collect();
        forms.member = member.cloned();
        let mut grid = Grid { header: (above == 1 && filled[0] == 1).then_some(1), ..Grid::default() };
        decode(source, &forms, limits, &mut grid).ok()?;
        Some(grid)
    })
}

/// The first rows of a sheet, and how many of its cells are numbers.
#[derive(Default)]
struct Grid {
    /// A row whose texts are the names of the columns.
    header: Option<u32>,
    rows: Vec<Row>,
    numbers: u64,
    /// Whether a title stood twice and got a number, or a column has none: another row of titles may say more.
    lacks_titles: bool,
}

impl Sink for Grid {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        if let Some(number) = self.header.take() {
            let title = |name: &str, position: u32| if name == format!("column {position}") { String::new() } else { name.to_owned() };
            let mut cells = Vec::new();
            batch.columns.iter().for_each(|column| put(&mut cells, column.position, title(&column.name, column.position)));
            self.rows.push(Row { number, cells });
        }
        let lacks = |name: &str, position: u32| name.ends_with(" (2)") || name == format!("column {position}");
        self.lacks_titles |= batch.columns.iter().any(|column| lacks(&column.name, column.position));
        for index in 0..batch.columns.len() {
            let texts = batch.texts(index);
            self.numbers += (0..texts.len()).filter_map(|row| texts.get(row)).filter(|text| is_number(text)).count() as u64;
        }
        for (row, number) in batch.rows.iter().enumerate() {
            if self.rows.len() >= LOOKED_AT {
                break;
            }
            let mut cells = Vec::new();
            for (index, column) in batch.columns.iter().enumerate() {
                if let Some(text) = batch.texts(index).get(row).filter(|text| !text.trim().is_empty()) {
                    put(&mut cells, column.position, text.trim().to_owned());
                }
            }
            self.rows.push(Row { number: *number, cells });
        }
        Ok(())
    }

    fn ragged(&mut self, _: Ragged) -> Result<(), SinkError> {
        Ok(())
    }
}

/// Puts a text into its column, counted from 1.
fn put(cells: &mut Vec<String>, position: u32, text: String) {
    let index = position.saturating_sub(1) as usize;
    if cells.len() <= index {
        cells.resize(index + 1, String::new());
    }
    cells[index] = text;
}
