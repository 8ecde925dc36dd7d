//! `completions`: for the shells that clap knows.

use clap::CommandFactory;

use crate::{
    cli::{Cli, Completions},
    exit::ExitStatus,
};

pub(crate) fn execute(arguments: &Completions) -> ExitStatus {
    clap_complete::generate(arguments.shell, &mut Cli::command(), "paso", &mut std::io::stdout().lock());
    ExitStatus::Done
}
