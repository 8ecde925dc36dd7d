//! `inspect`: looks into a message, any other body, or a Parquet file.

mod summary;

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use paso_decode::{Batch, Bytes, Kind, Limits, Message, Ragged, Sink, SinkError, Source, decode, sniff};
use paso_lake::{Hasher, Lake, Sha256, parquet};

use crate::{
    cli::Inspect,
    commands::{load, query},
    exit::{Abort, ExitStatus},
    message::{self, Profile, refusal},
    printer::{Cell, Output, Printer, Rows},
    progress::Reading,
    settings::Settings,
};

/// The most bytes of an archived body that are looked into.
const BODY_CAP: u64 = 2 << 30;

pub(crate) fn execute(settings: &Settings, arguments: &Inspect) -> Result<ExitStatus, Abort> {
    let printer = Printer::new(settings.output);
    let path = PathBuf::from(&arguments.what);
    let reading = Reading::new(!settings.quiet);
    if arguments.what != message::STANDARD_INPUT && !path.exists() {
        let body = archived(settings, &arguments.what)?;
        return look(settings, arguments, &Bytes(&body), &reading);
    }
    let file = message::open(Some(&path), &reading)?;
    if path.is_file() && head(&file, 4)? == b"PAR1" {
        return table(printer, &path, arguments.rows);
    }
    look(settings, arguments, &reading.source(&file), &reading)
}

/// Looks into a body.
fn look(settings: &Settings, arguments: &Inspect, source: &dyn Source, reading: &Reading) -> Result<ExitStatus, Abort> {
    let printer = Printer::new(settings.output);
    let Some(id) = &arguments.dataset else { return undeclared(printer, source, reading, arguments) };
    let pipeline = load(settings)?;
    let Some(dataset) = pipeline.dataset(id) else {
        let hint = Some("`paso sources` lists them".to_owned());
        return Err(Abort::message(ExitStatus::Usage, format!("`{id}` is no dataset of this pipeline"), hint));
    };
    let mut head = Head { limit: arguments.rows, ..Head::default() };
    let facts = decode(source, &dataset.file.decode, Limits::default(), &mut head).map_err(|error| {
        let hint = error.hint();
        Abort::new(ExitStatus::Failed, error, hint)
    })?;
    reading.end();
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

/// Without a dataset: what the message holds; where it is none, what it is and how it begins.
fn undeclared(printer: Printer, source: &dyn Source, reading: &Reading, arguments: &Inspect) -> Result<ExitStatus, Abort> {
    let known = message::known(&arguments.known, paso_decode::Labels::Id)?;
    let was_told = known.format.is_some() || known.member.is_some() || known.structures.is_some();
    let limits = message::limits(arguments.known.max_inflated);
    let mut profile = Profile::default();
    let read = Message::recognize(source, known, limits).and_then(|message| message.decode(limits, &mut profile).map(|_| message));
    reading.end();
    match read {
        Ok(message) => summary::print(printer, source, &message, &profile, arguments.rows)?,
        // Whoever says what it is wants to know why it is not.
        Err(error) if was_told => return Err(refusal(error)),
        Err(error) => raw(printer, source, &error.to_string(), arguments.rows)?,
    }
    Ok(ExitStatus::Done)
}

/// The SHA-256 of a body and its size.
fn digest(source: &dyn Source) -> Result<(Sha256, u64), Abort> {
    let (mut hasher, mut size, mut buffer) = (Hasher::default(), 0, vec![0; 128 << 10]);
    let mut reader = source.open(0)?;
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            return Ok((hasher.finish(), size));
        }
        hasher.update(&buffer[..read]);
        size += read as u64;
    }
}

/// How much of a body that is no message is looked at.
const HEAD: u64 = 64 << 10;

fn head(source: &dyn Source, limit: u64) -> Result<Vec<u8>, Abort> {
    let mut bytes = Vec::new();
    source.open(0)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What a body is that no decoder reads, why, and how it begins.
fn raw(printer: Printer, source: &dyn Source, why: &str, lines: usize) -> Result<(), Abort> {
    let (sha256, size) = digest(source)?;
    let bytes = head(source, HEAD)?;
    let kind = sniff(&bytes);
    let mut rows = Rows::new(["kind", "bytes", "sha256", "problem"]);
    rows.push(vec![Cell::text(form(kind)), Cell::Count(size), Cell::text(sha256.to_string()), Cell::text(why)]);
    printer.rows(&rows)?;
    if printer.output() == Output::Table && matches!(kind, Kind::Json | Kind::Csv | Kind::Printed | Kind::Html | Kind::Xml) {
        for line in String::from_utf8_lossy(&bytes).lines().take(lines) {
            Printer::text(&line.chars().take(200).collect::<String>())?;
        }
    }
    Ok(())
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
