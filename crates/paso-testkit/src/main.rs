//! The development tool: writes the sample, serves mirrors and generates large messages.

use std::{
    error::Error as _,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use paso_testkit::{
    Bytes, FaultRule, GeneratedFormat, LocalPublisher, Size, TestkitError, bodies_mirror, corpus, corpus_mirror, generate, sample_data,
    write_sample,
};

#[derive(Parser)]
#[command(about = "Development only: the sample mirror, a local publisher with faults, and large messages")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the sample: a mirror with real figures in each publisher's wire format
    SampleData {
        /// The folder, by default that of this workspace
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Write a mirror of bodies that are written as text: a folder for each publisher, with a bodies.toml
    Bodies {
        /// The folder of the publishers' folders
        #[arg(long, value_name = "DIR")]
        texts: PathBuf,
        /// The folder to write
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Write a mirror of the real files that stand beside the workspace
    CorpusMirror {
        /// The folder to write
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Write a message of generated observations; the same arguments give the same bytes
    Generate {
        /// What to write
        #[arg(long)]
        format: GeneratedFormat,
        /// About how large: 300MB, 1GB
        #[arg(long, value_name = "SIZE", required_unless_present = "rows")]
        bytes: Option<Bytes>,
        /// How many observations
        #[arg(long, value_name = "N", conflicts_with = "bytes")]
        rows: Option<u64>,
        /// What they are made from
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Serve a mirror over HTTP on 127.0.0.1, for `paso --via`, until interrupted
    Serve {
        /// The mirror
        #[arg(long, value_name = "DIR")]
        mirror: PathBuf,
        /// The port; 0 takes a free one
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// What goes wrong where; may be given more than once
        #[arg(long = "fault", value_name = "RULE", long_help = FaultRule::SYNTAX)]
        faults: Vec<FaultRule>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
            let hint = error.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            // The exit code says the same where stderr is closed.
            let _ = writeln!(io::stderr(), "error: {error}{cause}{hint}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), TestkitError> {
    match command {
        Command::SampleData { out } => write_sample(&out.unwrap_or_else(sample_data)),
        Command::Bodies { texts, out } => bodies_mirror(&texts, &out),
        Command::CorpusMirror { out } => corpus().map_or(Ok(()), |corpus| corpus_mirror(&corpus, &out)),
        Command::Generate { format, bytes, rows, seed, out } => {
            let size = bytes.map_or(Size::Rows(rows.unwrap_or_default()), |Bytes(bytes)| Size::Bytes(bytes));
            let counts = generate(format, size, seed, &out)?;
            let _ = writeln!(io::stdout(), "{} observations, {} with a value", counts.rows, counts.valued);
            Ok(())
        }
        Command::Serve { mirror, port, faults } => {
            let publisher = LocalPublisher::start(&mirror, port, faults)?;
            let _ = writeln!(io::stdout(), "{}", publisher.via());
            loop {
                std::thread::park();
            }
        }
    }
}
