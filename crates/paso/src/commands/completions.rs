//! `completions`: for the shells that clap knows.

use clap::CommandFactory;

use crate::{
    cli::{Cli, Completions},
    exit::{Abort, ExitStatus},
    printer::Printer,
};

pub(crate) fn execute(arguments: &Completions) -> Result<ExitStatus, Abort> {
    // Into memory first: clap's writer panics where standard output is closed.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "paso", &mut script);
    Printer::verbatim(String::from_utf8_lossy(&script).trim_end())?;
    Ok(ExitStatus::Done)
}
