//! `inspect`: looks into a message, any other body, or a Parquet file.

mod contents;
mod raw;
mod summary;

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use paso_decode::{Batch, Bytes, Contents, Labels, Limits, Ragged, Sink, SinkError, Source, decode};
use paso_lake::{Hasher, Lake, Sha256, parquet};

use crate::{
    cli::Inspect,
    commands::{load, query},
    exit::{Abort, ExitStatus},
    message::{self, Profile, ended, fit, refusal},
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
        let known = &arguments.known;
        if arguments.dataset.is_some() || known.format.is_some() || known.dsd.is_some() || known.member.is_some() {
            let hint = Some("leave --dataset, --format, --dsd and --member away: they are about messages of publishers".to_owned());
            return Err(Abort::message(ExitStatus::Usage, format!("{} is a Parquet file", path.display()), hint));
        }
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

/// Without a dataset: what the message holds; where it is none, what it is, how it begins, and the error of `decode`.
fn undeclared(printer: Printer, source: &dyn Source, reading: &Reading, arguments: &Inspect) -> Result<ExitStatus, Abort> {
    let known = message::known(&arguments.known, Labels::Id)?;
    let limits = message::limits(arguments.known.max_inflated);
    let mut profile = Profile::default();
    let mut steps = Vec::new();
    let recognized = message::recognize(source, &arguments.known, &known, &mut steps);
    let read = recognized.and_then(|message| {
        fit::check(&arguments.known, Labels::Id, &message)?;
        let decoded = message.decode(limits, &mut profile);
        decoded.inspect_err(|_| steps.clone_from(&message.why().to_vec())).map_err(refusal)?;
        Ok(message)
    });
    let contents = Contents::of(source, arguments.known.member.as_deref(), limits);
    reading.end();
    match read {
        Ok(message) => {
            summary::print(printer, source, &message, &profile, &contents, arguments.rows)?;
            ended(message.format(), profile.rows, profile.ragged, &profile.first_ragged)
        }
        Err(abort) => {
            // Where nothing of it can be shown, the error still says why.
            let _ = raw::print(printer, source, &raw::Unread { problem: abort.text(), steps, contents }, arguments.rows);
            Err(abort)
        }
    }
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

fn head(source: &dyn Source, limit: u64) -> Result<Vec<u8>, Abort> {
    let mut bytes = Vec::new();
    source.open(0)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
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
