use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::DeValue;

use super::document::Document;
use super::entry::{self, Entry, File};
use super::figure::Figure;
use super::form::{PrintedFact, PrintedForm};
use crate::batch::{Facts, Limits, Sink};
use crate::error::DecodeError;
use crate::header::{Header, Titles};
use crate::position::Position;
use crate::source::{self, Source};
use crate::table::{Cells, Table};

/// A file of more bytes is no list that somebody typed.
const MAX_BYTES: usize = 4 << 20;
/// More further keys are no dimensions, and every one is a cell of every figure.
const MAX_FURTHER: usize = 64;
/// How errors call the body.
const PLACE: &str = "the body";
/// The columns that every file has.
const COLUMNS: [&str; 10] = ["document", "title", "date", "url", "page", "quotation", "value", "number", "counted", "period"];

/// Reads a file of printed figures and returns the facts that the form names. Nothing reaches the sink before the whole file is in order.
pub fn decode(source: &dyn Source, form: &PrintedForm, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    let bytes = source::head(source, MAX_BYTES + 1).map_err(|error| DecodeError::reading(PLACE, error))?;
    let whole = |at, problem: &str| DecodeError::Entry { key: "the file".to_owned(), at, problem: problem.to_owned() };
    if bytes.len() > MAX_BYTES {
        return Err(whole(Position::Byte(MAX_BYTES as u64), "is larger than 4 MiB"));
    }
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| whole(Position::in_text(&bytes, error.valid_up_to()), "is not UTF-8: save it in that encoding"))?;
    let file = File::new(text);
    let root = entry::root(&file)?;
    if let Some((key, _)) = root.iter().find(|(key, _)| !matches!(key.get_ref().as_ref(), "document" | "figure")) {
        let problem = "stands outside of every document and figure: a file has tables [document.<id>] and [[figure]]";
        return Err(file.wrong(key.span().start, key.get_ref().as_ref(), problem));
    }
    let documents = documents(&file, root.get("document"))?;
    let figures = figures(&file, root.get("figure"), &documents)?;
    let used: BTreeSet<&str> = figures.iter().map(|figure| figure.document.id).collect();
    if let Some((id, document)) = documents.iter().find(|(id, _)| !used.contains(*id)) {
        return Err(file.wrong(document.at, format!("document \"{id}\""), "no figure is quoted from it"));
    }
    write(&figures, form, limits, sink)?;
    Ok(facts(form, &documents))
}

type Documents<'f> = BTreeMap<&'f str, Document<'f>>;

fn documents<'f>(file: &'f File<'f>, value: Option<&'f Spanned<DeValue<'f>>>) -> Result<Documents<'f>, DecodeError> {
    let Some(value) = value else { return Ok(Documents::new()) };
    let DeValue::Table(table) = value.get_ref() else {
        return Err(file.wrong(value.span().start, "document", "expected tables [document.<id>]"));
    };
    let mut documents = Documents::new();
    for (id, value) in table {
        let id = id.get_ref().as_ref();
        let entry = Entry::new(file, format!("document \"{id}\""), value)?;
        documents.insert(id, Document::new(id, &entry)?);
    }
    Ok(documents)
}

fn figures<'d, 'f>(
    file: &'f File<'f>,
    value: Option<&'f Spanned<DeValue<'f>>>,
    documents: &'d Documents<'f>,
) -> Result<Vec<Figure<'d, 'f>>, DecodeError> {
    let none = || file.wrong(0, "the file", "has no [[figure]]");
    let value = value.ok_or_else(none)?;
    let DeValue::Array(array) = value.get_ref() else {
        return Err(file.wrong(value.span().start, "figure", "expected tables [[figure]], in double brackets"));
    };
    let (mut figures, mut seen) = (Vec::with_capacity(array.len()), BTreeMap::new());
    for (ordinal, value) in (1..).zip(array.iter()) {
        let entry = Entry::new(file, format!("figure {ordinal}"), value)?;
        let figure = Figure::new(&entry, documents)?;
        if let Some((line, value)) = seen.insert(figure.identity(), (figure.line, figure.value)) {
            let problem = format!(
                "has the document, counted, period and further keys of the figure on line {line}, which has the value \"{value}\": keep one, or add a key that tells them apart"
            );
            return Err(file.wrong(entry.at, entry.name, problem));
        }
        figures.push(figure);
    }
    if figures.is_empty() { Err(none()) } else { Ok(figures) }
}

/// The cells of a figure.
struct Row<'r>(&'r [Option<&'r str>]);

impl Cells for Row<'_> {
    fn cell(&self, index: usize) -> Option<&str> {
        self.0.get(index).copied().flatten()
    }
}

fn write(figures: &[Figure<'_, '_>], form: &PrintedForm, limits: Limits, sink: &mut dyn Sink) -> Result<(), DecodeError> {
    let further = further(figures)?;
    let names = COLUMNS.iter().chain(&further).map(|name| Some(*name));
    let titles = [Titles::new(figures.first().map_or(1, |figure| figure.line), names)];
    let (width, renames) = ((COLUMNS.len() + further.len()) as u32, &form.columns);
    let header = Header { place: PLACE, rows: &titles, width, renames, optional: &form.optional, unpivot: None, numbered: false };
    let mut table = Table::new(None, header.layout()?, None, limits, sink);
    for figure in figures {
        let document = figure.document;
        let mut cells = vec![
            Some(document.id),
            Some(document.title),
            Some(document.date),
            document.url,
            figure.page,
            figure.quotation,
            Some(figure.value),
            Some(&figure.number),
            Some(figure.counted),
            Some(figure.period),
        ];
        cells.extend(further.iter().map(|name| figure.further.iter().find(|(key, _)| key == name).map(|(_, text)| *text)));
        table.row(figure.line, &Row(&cells))?;
    }
    table.finish()
}

/// The further keys of all figures, in the order in which they first appear.
fn further<'f>(figures: &[Figure<'_, 'f>]) -> Result<Vec<&'f str>, DecodeError> {
    let mut names: Vec<&str> = Vec::new();
    for figure in figures {
        for (key, _) in &figure.further {
            if names.contains(key) {
                continue;
            }
            if names.len() == MAX_FURTHER {
                let problem = format!("is one more than {MAX_FURTHER} further keys: no figures have so many dimensions");
                return Err(DecodeError::Entry { key: (*key).to_owned(), at: Position::Row(figure.line), problem });
            }
            names.push(key);
        }
    }
    Ok(names)
}

fn facts(form: &PrintedForm, documents: &Documents<'_>) -> Facts {
    let newest = |of: fn(&Document<'_>) -> String| documents.values().map(of).max().unwrap_or_default();
    let fact = |fact: &PrintedFact| match fact {
        // Years, months and days sort as texts; of a month and a day in it, the day counts as newer.
        PrintedFact::NewestDate => newest(|document| document.date.to_owned()),
        PrintedFact::LastRetrieved => newest(|document| document.retrieved.to_owned()),
    };
    form.facts.iter().map(|(name, what)| (name.clone(), fact(what))).collect()
}
