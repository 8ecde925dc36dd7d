//! The command line of paso: arguments, settings, printing and exit statuses. What the stages do is in the libraries.

mod cli;
mod commands;
mod exit;
mod printer;
mod progress;
mod settings;

use std::process::ExitCode;

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
    match execute(&cli) {
        Ok(status) => status.into(),
        Err(abort) if is_broken_pipe(&abort) => ExitStatus::Done.into(),
        Err(abort) => {
            report(&abort);
            abort.status.into()
        }
    }
}

fn execute(cli: &Cli) -> Result<ExitStatus, Abort> {
    if let Command::Completions(arguments) = &cli.command {
        return Ok(commands::completions::execute(arguments));
    }
    if let Command::Reference(arguments) = &cli.command {
        return commands::reference::execute(arguments);
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
        Command::Status => commands::status::execute(&settings),
        Command::Sources(arguments) => commands::sources::execute(&settings, arguments),
        Command::Inspect(arguments) => commands::inspect::execute(&settings, arguments),
        Command::Query(arguments) => commands::query::execute(&settings, arguments),
        Command::Init(arguments) => commands::init::execute(&settings, arguments),
        Command::Completions(_) | Command::Reference(_) => Ok(ExitStatus::Done),
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
    let builder = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_target(false);
    // Two logs in one process can only be a mistake of ours; the first one stays.
    let _ = match global.log {
        LogForm::Text => builder.without_time().try_init(),
        LogForm::Json => builder.json().try_init(),
    };
}

/// A reader such as `head` that closes early is no error.
fn is_broken_pipe(abort: &Abort) -> bool {
    let mut cause = Some(abort.report.as_ref() as &(dyn std::error::Error + 'static));
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[expect(clippy::print_stderr, reason = "the one place where an error reaches people")]
fn report(abort: &Abort) {
    eprintln!("{:?}", abort.report);
}
