//! The arguments, and nothing else: what they mean is in `settings` and `commands`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Fetches migration statistics from their publishers, normalizes them into Parquet and computes indicators.
#[derive(Debug, Parser)]
#[command(name = "paso", version, propagate_version = true, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "The street: fetch → normalize → aggregate → publish. `paso run` walks all of it, and only what changed.\n\
                        Exit status: 0 done, 1 some part failed, 2 wrong command line or definition, 3 release refused, 4 lake is locked.")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Arguments of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Folder of the lake [default: ./lake]
    #[arg(long, global = true, env = "PASO_LAKE", value_name = "DIR")]
    pub(crate) lake: Option<PathBuf>,
    /// File of the pipeline [default: pipelines/chile/pipeline.toml]
    #[arg(long, global = true, env = "PASO_PIPELINE", value_name = "FILE")]
    pub(crate) pipeline: Option<PathBuf>,
    /// Answer every request from a mirror folder instead of the network
    #[arg(long, global = true, value_name = "DIR", conflicts_with_all = ["via", "offline"])]
    pub(crate) mirror: Option<PathBuf>,
    /// Send every request to this address instead of the publishers'
    #[arg(long, global = true, value_name = "URL", conflicts_with = "offline")]
    pub(crate) via: Option<String>,
    /// Answer every request from the archive in the lake
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// How many datasets are worked on at once [default: number of cores]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Form of the output
    #[arg(long, global = true, value_enum, default_value_t = Output::Table, value_name = "FORM")]
    pub(crate) output: Output,
    /// Say less: once for no progress, twice for no warnings
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "verbose")]
    pub(crate) quiet: u8,
    /// Say more: once for details, twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Form of the log on standard error
    #[arg(long, global = true, value_enum, default_value_t = LogForm::Text, value_name = "FORM")]
    pub(crate) log: LogForm,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// A table for people
    Table,
    /// JSON
    Json,
    /// CSV
    Csv,
}

/// How the log is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    /// Lines for people
    Text,
    /// One JSON object a line
    Json,
}

/// What a stage works on.
#[derive(Debug, Args)]
pub(crate) struct Selectors {
    /// A publisher (unhcr), a dataset (unhcr.population), an indicator (remittances) or an agenda area (@agenda:diaspora); everything
    /// when none is given
    #[arg(value_name = "SELECTOR")]
    pub(crate) selectors: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Fetch, normalize, aggregate and publish whatever changed
    #[command(
        after_help = "Examples:\n  paso run --mirror sample-data      a release from the sample\n  paso run                           a release from the publishers\n  paso run worldbank                 only the World Bank and what reads it; publishes nothing"
    )]
    Run(Selectors),
    /// Say for each step whether it would run, and why
    #[command(
        after_help = "Nothing is written. What a network publisher would answer is not known before it is asked; with --mirror or\n--offline it is."
    )]
    Plan(Selectors),
    /// Fetch bodies into the archive
    Fetch(Selectors),
    /// Make observations of the archived bodies
    Normalize(Selectors),
    /// Compute the indicators from the observations
    Aggregate(Selectors),
    /// Publish a release of what is there
    Publish,
    /// Hash every file of a release again
    #[command(after_help = "Without a name it is the release that holds. Missing, added and changed files are named.")]
    Verify(Verify),
    /// Show what the lake holds
    Status,
    /// List the sources with who is counted, when and by which rule
    Sources(Sources),
    /// Look into a file: a body, or a Parquet file of the lake
    #[command(
        after_help = "Examples:\n  paso inspect answer.json\n  paso inspect --dataset undesa.migrant_stock workbook.xlsx\n  paso inspect 3f2a9c…                by SHA-256, from the archive\n  paso inspect lake/indicators/remittances/….parquet"
    )]
    Inspect(Inspect),
    /// Run SQL on observations, observations_all, population, areas, area_groups, measures and datasets
    #[command(
        after_help = "Examples:\n  paso query \"SELECT period, value FROM population WHERE ref_area = 'CHL' ORDER BY period\"\n  paso query --output csv \"SELECT * FROM datasets\"\n  paso query --as-of 2024-01-31 \"SELECT SUM(value) AS refugees FROM observations WHERE measure = 'refugees' AND period = '2023'\""
    )]
    Query(Query),
    /// Make a lake here, and a paso.toml that remembers where things are
    Init(Init),
    /// Print the completions of a shell
    Completions(Completions),
    /// Print the reference pages that are generated from this program
    #[command(hide = true)]
    Reference(Reference),
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Name or folder of a release
    #[arg(value_name = "RELEASE")]
    pub(crate) release: Option<String>,
    /// Hash every body of the archive as well
    #[arg(long)]
    pub(crate) archive: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Sources {
    /// A publisher or dataset
    #[arg(value_name = "SELECTOR")]
    pub(crate) selector: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Option<SourcesCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SourcesCommand {
    /// Prove every definition against its sample: fetch from the mirror and normalize, without touching the lake
    Check(Selectors),
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// A file, or the SHA-256 of an archived body (its first digits are enough)
    #[arg(value_name = "FILE|SHA256")]
    pub(crate) what: String,
    /// Decode it as a body of this dataset
    #[arg(long, value_name = "DATASET")]
    pub(crate) dataset: Option<String>,
    /// How many rows to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) rows: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Query {
    /// One SELECT
    #[arg(value_name = "SQL")]
    pub(crate) sql: String,
    /// Only rows of these datasets
    #[arg(long = "dataset", value_name = "DATASET")]
    pub(crate) datasets: Vec<String>,
    /// What held on this day: editions with a later date do not exist yet
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<jiff::civil::Date>,
    /// Show at most this many rows in a table
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) rows: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Reference {
    /// Folder to write the pages into
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}
