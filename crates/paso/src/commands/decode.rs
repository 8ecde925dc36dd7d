//! `decode`: a message as a flat table.

use std::{
    io::{self, IsTerminal as _},
    num::NonZero,
    path::Path,
};

use paso_decode::{Message, Ragged};

use crate::{
    cli::{Decode, Form, Global},
    exit::{Abort, ExitStatus},
    flat::{self, Delimited, Groups, Lines, Options, Target, Written},
    message::{self, refusal},
    progress::Reading,
};

pub(crate) fn execute(global: &Global, arguments: &Decode) -> Result<ExitStatus, Abort> {
    let target = Target::new(arguments.to.as_deref());
    let on_terminal = target.is_standard() && io::stdout().is_terminal();
    // What the option of all commands stands at says nothing about a flat table.
    let form = arguments.output.filter(|form| *form != Form::Table).unwrap_or_else(|| form_of(arguments.to.as_deref()));
    let usage = |message: &str, hint: &str| Err(Abort::message(ExitStatus::Usage, message, Some(hint.to_owned())));
    if form == Form::Parquet && on_terminal {
        return usage("Parquet is nothing for a terminal", "give --to FILE, or redirect the output");
    }
    let folder = arguments.to.as_deref().and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return usage(&format!("--to: there is no folder {}", folder.display()), "make it, or correct the path");
    }
    let known = message::known(&arguments.known, arguments.labels)?;
    let reading = Reading::new(global.quiet == 0 && !on_terminal);
    let file = message::open(arguments.file.as_deref(), &reading)?;
    let source = reading.source(&file);
    let threads = arguments.threads.and_then(|threads| NonZero::new(usize::from(threads)));
    let cores = || std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let limits = message::limits(arguments.known.max_inflated);
    let options = Options { limits, threads: threads.unwrap_or_else(cores), places: arguments.rows };

    let read = Message::recognize(&source, known, limits).and_then(|message| {
        if arguments.explain {
            reading.aside(|| explain(&message));
        }
        match form {
            Form::Parquet => {
                let path = arguments.to.clone().unwrap_or_else(|| "standard output".into());
                flat::write(&Groups { path }, &message, options, &target)
            }
            Form::Json => flat::write(&Lines, &message, options, &target),
            Form::Csv | Form::Table => flat::write(&Delimited, &message, options, &target),
        }
    });
    match read {
        Ok(written) => ended(&written),
        // Whoever closed the pipe has read enough.
        Err(_) if target.is_closed() => Ok(ExitStatus::Done),
        Err(error) => Err(refusal(error)),
    }
}

/// The form that a file's name ends with; CSV where it says nothing.
fn form_of(path: Option<&Path>) -> Form {
    let extension = path.and_then(Path::extension).and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    match extension.as_deref() {
        Some("parquet") => Form::Parquet,
        Some("json" | "jsonl" | "ndjson") => Form::Json,
        _ => Form::Csv,
    }
}

/// By what the message was recognised.
#[expect(clippy::print_stderr, reason = "what was asked for beside the output")]
fn explain(message: &Message<'_>) {
    eprintln!("format: {}", message.format());
    for step in message.why() {
        eprintln!("because: {step}");
    }
}

/// Rows that were left out are no success, and neither is nothing at all.
fn ended(written: &Written) -> Result<ExitStatus, Abort> {
    if written.ragged > 0 {
        let first: Vec<String> = written.first_ragged.iter().map(described).collect();
        let count = |rows: u64| if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
        let message = format!(
            "{} left out for another number of fields than the header has, {} written\n{}",
            count(written.ragged),
            count(written.rows),
            first.join("\n")
        );
        let hint = "look at these lines: an unquoted delimiter or quote is the usual reason".to_owned();
        return Err(Abort::message(ExitStatus::Failed, message, Some(hint)).of_kind("ragged"));
    }
    if written.rows == 0 {
        let hint = "`paso inspect` shows how the body begins".to_owned();
        return Err(Abort::message(ExitStatus::Failed, "the message has no rows", Some(hint)).of_kind("empty"));
    }
    Ok(ExitStatus::Done)
}

/// The longest piece of a ragged row that is shown, in characters.
const SHOWN: usize = 120;

fn described(row: &Ragged) -> String {
    let mut text: String = row.text.chars().take(SHOWN).collect();
    if text.len() < row.text.len() {
        text.push('…');
    }
    let place = row.part.as_ref().map(|part| format!("{part}, ")).unwrap_or_default();
    format!("  {place}line {}: {} instead of {} fields: {}", row.row, row.fields, row.expected, text.escape_debug())
}
