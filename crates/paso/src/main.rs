//! The command line of paso: arguments, settings, printing and exit statuses. What the stages do is in the libraries.

mod cli;
mod commands;
mod exit;
mod flat;
mod message;
mod printer;
mod progress;
mod settings;

use std::{
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use clap::Parser;
use paso_pipeline::Stage;
use tracing_subscriber::filter::LevelFilter;

use crate::{
    cli::{Cli, Command, Global, LogForm},
    exit::{Abort, ExitStatus},
    settings::Settings,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log(&cli.global);
    exit::start_reports(is_colored());
    match execute(&cli) {
        Ok(status) => status.into(),
        Err(abort) => {
            match cli.global.log {
                LogForm::Json => abort.log(),
                // Who closed standard error does not want to read it.
                LogForm::Text => drop(writeln!(io::stderr(), "{:?}", abort.report)),
            }
            abort.status.into()
        }
    }
}

fn execute(cli: &Cli) -> Result<ExitStatus, Abort> {
    if let Command::Completions(arguments) = &cli.command {
        return commands::completions::execute(arguments);
    }
    if let Command::Reference(arguments) = &cli.command {
        return commands::reference::execute(arguments);
    }
    if let Command::Decode(arguments) = &cli.command {
        return commands::decode::execute(&cli.global, arguments);
    }
    let settings = Settings::resolve(&cli.global)?;
    match &cli.command {
        Command::Run(chosen) => {
            let stages = [Stage::Fetch, Stage::Normalize, Stage::Aggregate, Stage::Publish];
            commands::run::execute(&settings, &chosen.selectors, &stages)
        }
        Command::Plan(chosen) => commands::plan::execute(&settings, &chosen.selectors),
        Command::Fetch(chosen) => commands::run::execute(&settings, &chosen.selectors, &[Stage::Fetch]),
        Command::Normalize(chosen) => commands::run::execute(&settings, &chosen.selectors, &[Stage::Normalize]),
        Command::Aggregate(chosen) => commands::run::execute(&settings, &chosen.selectors, &[Stage::Aggregate]),
        Command::Publish => commands::run::execute(&settings, &[], &[Stage::Publish]),
        Command::Verify(arguments) => commands::verify::execute(&settings, arguments),
        Command::Status(arguments) => commands::status::execute(&settings, arguments),
        Command::Sources(arguments) => commands::sources::execute(&settings, arguments),
        Command::Areas(arguments) => commands::areas::execute(&settings, arguments),
        Command::Diff(arguments) => commands::diff::execute(&settings, arguments),
        Command::Inspect(arguments) => commands::inspect::execute(&settings, arguments),
        Command::Query(arguments) => commands::query::execute(&settings, arguments),
        Command::Init(arguments) => commands::init::execute(&settings, arguments),
        Command::Decode(_) | Command::Completions(_) | Command::Reference(_) => Ok(ExitStatus::Done),
    }
}

fn start_log(global: &Global) {
    let level = match (global.quiet, global.verbose) {
        (2.., _) => LevelFilter::ERROR,
        (_, 0) => LevelFilter::WARN,
        (_, 1) => LevelFilter::INFO,
        (_, 2) => LevelFilter::DEBUG,
        (_, _) => LevelFilter::TRACE,
    };
    let builder = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .with_target(false)
        .with_ansi(is_colored())
        // It would complain of a closed standard error on standard error.
        .log_internal_errors(false);
    // Two logs in one process can only be a mistake of ours; the first one stays.
    let _ = match global.log {
        LogForm::Text => builder.without_time().try_init(),
        LogForm::Json => builder.json().try_init(),
    };
}

/// Colours are for terminals, and for people who want them.
fn is_colored() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
