//! `decode`: a message as a flat table.

use std::{
    io::{self, IsTerminal as _},
    num::NonZero,
    path::Path,
};

use paso_decode::{Message, printable};

use crate::{
    cli::{Decode, Form, Global},
    exit::{Abort, ExitStatus},
    flat::{self, Delimited, Groups, Lines, Options, Target},
    message::{self, ended, fit, refusal},
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

    let mut steps = Vec::new();
    let message = message::recognize(&source, &arguments.known, &known, &mut steps);
    if arguments.explain {
        reading.aside(|| explain(message.as_ref().ok(), &steps));
    }
    let message = message?;
    fit::check(&arguments.known, arguments.labels, &message)?;
    if !message.unread_sheets().is_empty() {
        let unread: Vec<String> = message.unread_sheets().iter().map(|sheet| format!("\"{sheet}\"")).collect();
        let unread = unread.join(", ");
        tracing::warn!("only the first sheet is read, and not {}: --member names another one", printable(&unread));
    }
    let written = match form {
        Form::Parquet => {
            let path = arguments.to.clone().unwrap_or_else(|| "standard output".into());
            flat::write(&Groups { path }, &message, options, &target)
        }
        Form::Json => flat::write(&Lines, &message, options, &target),
        Form::Csv | Form::Table => flat::write(&Delimited, &message, options, &target),
    };
    match written {
        Ok(written) => {
            if let Some(pages) = message.pages(written.rows) {
                let pages = pages.to_string();
                tracing::warn!("{}: one message is read and nothing is fetched; a pipeline fetches all pages", printable(&pages));
            }
            ended(message.format(), written.rows, written.ragged, &written.first_ragged)
        }
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

/// By what the message was recognised; where it was not, the steps before that.
#[expect(clippy::print_stderr, reason = "what was asked for beside the output")]
fn explain(message: Option<&Message<'_>>, steps: &[String]) {
    match message {
        Some(message) => eprintln!("format: {}", message.format()),
        None => eprintln!("format: not recognised"),
    }
    for step in message.map_or(steps, Message::why) {
        eprintln!("because: {}", printable(step));
    }
}
