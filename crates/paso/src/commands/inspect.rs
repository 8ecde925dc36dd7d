//! `inspect`: looks into a body or a Parquet file.

use std::path::{Path, PathBuf};

use paso_decode::{Batch, Bytes, Kind, Limits, Ragged, Sink, SinkError, decode, sniff};
use paso_lake::{Lake, Sha256, parquet};

use crate::{
    cli::{Inspect, Output},
    commands::{load, query},
    exit::{Abort, ExitStatus},
    printer::{Cell, Printer, Rows},
    settings::Settings,
};

/// The most bytes of a body that are looked into.
const BODY_CAP: u64 = 2 << 30;

pub(crate) fn execute(settings: &Settings, arguments: &Inspect) -> Result<ExitStatus, Abort> {
    let printer = Printer::new(settings.output);
    let path = PathBuf::from(&arguments.what);
    let bytes = if path.is_file() {
        std::fs::read(&path)
            .map_err(|error| Abort::message(ExitStatus::Failed, format!("cannot read {}: {error}", path.display()), None))?
    } else {
        archived(settings, &arguments.what)?
    };
    if bytes.starts_with(b"PAR1") && path.is_file() {
        return table(printer, &path, arguments.rows);
    }
    let Some(id) = &arguments.dataset else { return raw(printer, &bytes, arguments.rows) };
    let pipeline = load(settings)?;
    let Some(dataset) = pipeline.dataset(id) else {
        let hint = Some("`paso sources` lists them".to_owned());
        return Err(Abort::message(ExitStatus::Usage, format!("`{id}` is no dataset of this pipeline"), hint));
    };
    let mut head = Head { limit: arguments.rows, ..Head::default() };
    let facts = decode(&Bytes(&bytes), &dataset.file.decode, Limits::default(), &mut head).map_err(|error| {
        let hint = error.hint();
        Abort::new(ExitStatus::Failed, error, hint)
    })?;
    if settings.output == Output::Table {
        for (name, value) in &facts {
            Printer::text(&format!("{name}: {value}"))?;
        }
        Printer::text(&format!("{} rows, {} ragged", head.rows, head.ragged))?;
    }
    printer.rows(&head.shown)?;
    Ok(ExitStatus::Done)
}

/// A body of the archive by the first digits of its SHA-256.
fn archived(settings: &Settings, digits: &str) -> Result<Vec<u8>, Abort> {
    let no_file = |hint: &str| {
        let hint = Some(hint.to_owned());
        Abort::message(ExitStatus::Usage, format!("`{digits}` is no file, and no body of the archive in {}", settings.lake.display()), hint)
    };
    let lookup = "give a file's path, or at least six digits of a body's SHA-256 as `snapshot` has it";
    if digits.len() < 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(no_file(lookup));
    }
    let lake = Lake::existing(&settings.lake)?;
    let found: Vec<Sha256> = lake.bodies()?.into_iter().filter(|hash| hash.as_str().starts_with(digits)).collect();
    match found.as_slice() {
        [hash] => Ok(lake.read_body(hash, BODY_CAP)?),
        [] => Err(no_file(lookup)),
        _ => Err(no_file("several bodies begin with these digits: give more of them")),
    }
}

fn table(printer: Printer, path: &Path, limit: usize) -> Result<ExitStatus, Abort> {
    if printer.output() == Output::Table {
        for (key, value) in parquet::footer(path)? {
            Printer::text(&format!("{key}: {value}"))?;
        }
        Printer::text(&format!("{} rows", parquet::row_count(path)?))?;
    }
    let mut shown: Option<Rows> = None;
    for batch in parquet::read(path)? {
        let left = limit - shown.as_ref().map_or(0, |rows| rows.rows.len());
        let rows = query::rows(&batch?, left)?;
        match &mut shown {
            Some(shown) => shown.rows.extend(rows.rows),
            None => shown = Some(rows),
        }
        if shown.as_ref().is_some_and(|rows| rows.rows.len() >= limit) {
            break;
        }
    }
    if let Some(shown) = shown {
        printer.rows(&shown)?;
    }
    Ok(ExitStatus::Done)
}

/// Without a dataset: what it is, and how it begins.
fn raw(printer: Printer, bytes: &[u8], lines: usize) -> Result<ExitStatus, Abort> {
    let kind = sniff(bytes);
    let mut rows = Rows::new(["kind", "bytes", "sha256"]);
    rows.push(vec![Cell::text(form(kind)), Cell::Count(bytes.len() as u64), Cell::text(paso_lake::sha256(bytes).to_string())]);
    printer.rows(&rows)?;
    if printer.output() == Output::Table && matches!(kind, Kind::Json | Kind::Csv | Kind::Printed | Kind::Html) {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(64 * 1024)]);
        for line in head.lines().take(lines) {
            Printer::text(&line.chars().take(200).collect::<String>())?;
        }
    }
    Ok(ExitStatus::Done)
}

fn form(kind: Kind) -> &'static str {
    match kind {
        Kind::Json => "JSON",
        Kind::Csv => "delimited or plain text",
        Kind::Xlsx => "XLSX workbook",
        Kind::Xls => "XLS workbook",
        Kind::Zip => "ZIP archive",
        Kind::Printed => "printed figures",
        Kind::Html => "HTML page",
        Kind::Xml => "XML",
        Kind::Empty => "empty",
        Kind::Unknown => "binary data of no known kind",
    }
}

/// Keeps the first rows of a body.
#[derive(Default)]
struct Head {
    limit: usize,
    rows: usize,
    ragged: usize,
    shown: Rows,
}

impl Sink for Head {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        if self.shown.headings.is_empty() {
            self.shown.headings =
                ["part", "row"].into_iter().map(str::to_owned).chain(batch.columns.iter().map(|c| c.name.clone())).collect();
        }
        let left = self.limit.saturating_sub(self.shown.rows.len());
        for index in 0..batch.rows.len().min(left) {
            let mut cells = vec![Cell::maybe(batch.part.as_deref()), Cell::Count(batch.rows[index].into())];
            cells.extend((0..batch.columns.len()).map(|column| Cell::maybe(batch.texts(column).get(index))));
            self.shown.push(cells);
        }
        self.rows += batch.rows.len();
        Ok(())
    }

    fn ragged(&mut self, _: Ragged) -> Result<(), SinkError> {
        self.ragged += 1;
        Ok(())
    }
}
