//! The arguments, and nothing else: what they mean is in `settings` and `commands`.

use std::path::PathBuf;

use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use jiff::civil::Date;
use paso_areas::AreaKind;
use paso_decode::{Format, Labels};

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
    #[arg(long, global = true, value_enum, default_value_t = Form::Table, value_name = "FORM")]
    pub(crate) output: Form,
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

/// Forms of the output. One type for every `--output`: `decode` declares its own one, and the values of a global argument are handed up and
/// down between the commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A table for people
    Table,
    /// JSON
    Json,
    /// CSV
    Csv,
    /// Parquet: a file, and nothing to print
    #[value(skip)]
    Parquet,
}

/// Forms of `decode`.
fn decoded_form() -> impl TypedValueParser<Value = Form> {
    PossibleValuesParser::new([
        PossibleValue::new("csv").help("CSV with a header; an absent cell is an empty field"),
        PossibleValue::new("parquet").help("Parquet, every column text; needs --to or a redirected output"),
        PossibleValue::new("json").help("NDJSON: one JSON object a line; an absent cell is null"),
    ])
    .map(|name| match name.as_str() {
        "parquet" => Form::Parquet,
        "json" => Form::Json,
        _ => Form::Csv,
    })
}

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name))
        .try_map(|name| Format::ALL.into_iter().find(|format| format.name() == name).ok_or("it is no format"))
}

fn labels() -> impl TypedValueParser<Value = Labels> {
    PossibleValuesParser::new([
        PossibleValue::new("id").help("Codes"),
        PossibleValue::new("name").help("Codes, and their names in a column <ID>_label where the message has names"),
        PossibleValue::new("both").help("Both in one cell: `A: Annual`"),
    ])
    .map(|name| match name.as_str() {
        "name" => Labels::Name,
        "both" => Labels::Both,
        _ => Labels::Id,
    })
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
    /// A publisher (unhcr), a dataset (unhcr.population, or the publisher's own code for it: oecd.B15), an indicator (remittances) or an
    /// agenda area (@agenda:diaspora); everything when none is given
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
    /// Show what the lake holds, how old it is, and what is overdue
    #[command(
        after_help = "`expected` is the vintage and the months that the definition says (`update`); `closed` is a dataset of which no further edition comes. `overdue` counts the whole months since that day, today. Nothing is asked of a publisher.\n\nExamples:\n  paso status\n  paso status banrep unhcr\n  paso status --output csv"
    )]
    Status(Selectors),
    /// List the sources with who is counted, when and by which rule
    #[command(
        after_help = "Examples:\n  paso sources                                    all of them, one a line\n  paso sources show oecd.chile_foreign_population   what to know before a figure is quoted\n  paso sources undesa                             the same for all datasets of a publisher\n  paso sources check sermig                       prove the definitions on their sample"
    )]
    Sources(Sources),
    /// Explain what names and codes of areas mean, and who is in a group on which day
    #[command(after_help = AREAS_HELP, arg_required_else_help = true)]
    Areas(Areas),
    /// Turn a message of a statistical office into a flat table: CSV, Parquet or NDJSON
    #[command(after_help = DECODE_HELP)]
    Decode(Decode),
    /// Say what an edition changed: figures that were revised, came or were retracted
    #[command(after_help = DIFF_HELP)]
    Diff(Diff),
    /// Look into a file: a message or any other body, or a Parquet file of the lake
    #[command(
        after_help = "A message is recognised by its content; shown are its columns with their codes, the periods, the counts, the parts, the members of its archive and the sheets of its workbook. It ends as `paso decode` would: what is no message, or a broken one, is shown as far as it can be, and is an error.\n\nExamples:\n  paso inspect answer.json\n  paso inspect --output json estat_migr_pop1ctz.tsv.gz\n  paso inspect --dataset undesa.migrant_stock workbook.xlsx\n  paso inspect 3f2a9c…                by SHA-256, from the archive\n  paso inspect lake/indicators/remittances/….parquet"
    )]
    Inspect(Inspect),
    /// Run SQL on the observations, events, notes and reference tables of the lake
    #[command(
        after_help = QUERY_HELP
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
    /// A publisher or dataset: the same as `paso sources show`
    #[arg(value_name = "SELECTOR")]
    pub(crate) selector: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Option<SourcesCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SourcesCommand {
    /// Prove every definition against its sample: fetch from the mirror and normalize, without touching the lake
    Check(Selectors),
    /// Draft a definition from a sample body, for a person to finish
    #[command(after_help = NEW_HELP)]
    New(NewSource),
    /// Say in words what a dataset counts, whose figures it repeats, when it changes and whether it may be passed on
    #[command(
        after_help = "Examples:\n  paso sources show unhcr.population\n  paso sources show oecd.B15\n  paso sources show ine_sermig --output json"
    )]
    Show {
        /// A publisher (unhcr), a dataset (unhcr.population, or the publisher's own code for it: oecd.B15), or an indicator: the datasets that it reads
        #[arg(value_name = "ID")]
        selector: String,
    },
}

const NEW_HELP: &str = "\
The draft goes to standard output: how the body is read, which column may be the period, an area, sex, age, a flag or a value, and why. What \
only a person can decide is written as \"?\", and `paso sources check` refuses the file until none is left. Of a workbook, the sheet with the most \
numbers is read unless --member names another. A URL is looked up in the mirror; over the network it is asked for once, and nothing is stored.\n\n\
Examples:\n  \
  paso sources new estimacion.csv --publisher example --dataset foreign_residents > pipelines/sources/example.toml\n  \
  paso sources new book.xlsx --member 'Table 1'\n  \
  paso sources new https://example.org/estimacion-2022.csv --mirror my-work/mirror";

#[derive(Debug, Args)]
pub(crate) struct NewSource {
    /// The sample: a URL, a file, or `-` for standard input
    #[arg(value_name = "URL|FILE")]
    pub(crate) sample: String,
    /// Id of the publisher: lower-case letters, digits and _
    #[arg(long, value_name = "ID", default_value = "?", hide_default_value = true)]
    pub(crate) publisher: String,
    /// Id of the dataset within the publisher's file
    #[arg(long, value_name = "NAME", default_value = "?", hide_default_value = true)]
    pub(crate) dataset: String,
    #[command(flatten)]
    pub(crate) known: KnownArguments,
}

const AREAS_HELP: &str = "\
A name or code means a country, a former country, a registered group or a special population (_S stateless, _U unknown, _V various), by the \
texts of reference/aliases.toml, areas.csv and regions.csv. It is compared exactly, after folding white space and letter case.\n\n\
Examples:\n  \
paso areas resolve \"Corea del Sur\"                  what it means, by which file and line\n  \
paso areas list --group MERCOSUR --as-of 2015-01-01\n  \
paso areas show CHL                                 its code in every scheme, its groups";

#[derive(Debug, Args)]
pub(crate) struct Areas {
    #[command(subcommand)]
    pub(crate) command: AreasCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AreasCommand {
    /// Say what texts mean: which schemes know them, what area it is, by which file and line
    #[command(after_help = RESOLVE_HELP)]
    Resolve(ResolveArea),
    /// List areas, or the members of a group on a day
    #[command(
        after_help = "Examples:\n  paso areas list --kind group\n  paso areas list --group EU --as-of 2020-01-31\n  paso areas list --kind former --output csv"
    )]
    List(ListAreas),
    /// Show an area: its names, its codes and texts in every scheme, its groups or members with their days
    #[command(
        after_help = "Examples:\n  paso areas show CHL\n  paso areas show MERCOSUR EU\n  paso areas show CL-RM --output json\n\nIt takes ids; `paso areas resolve` finds the id of a name or of a publisher's code."
    )]
    Show(ShowAreas),
}

const RESOLVE_HELP: &str = "\
The answer of a scheme is what `paso normalize` makes of the text where a definition names that scheme (`scheme = \"sermig\"`). Schemes may \
answer differently: ARE is the United Arab Emirates for ISO and Egypt for UNHCR. What no scheme knows may still be an id or a name of \
areas.csv, such as CSM.\n\n\
Nothing is matched by similarity. What is like an unknown text is suggested and never used: add a line to reference/aliases.toml.\n\n\
Examples:\n  \
paso areas resolve \"Corea del Sur\"\n  \
paso areas resolve --scheme unhcr ARE        as UNHCR's own code\n  \
paso areas resolve Mercosur --as-of 2015-01-01\n  \
paso areas resolve --output csv _S _U _V\n\n\
Exit status: 0 every text is known, 1 some text is not, 2 wrong command line or reference data.";

#[derive(Debug, Args)]
pub(crate) struct ResolveArea {
    /// A name or code, as published
    #[arg(value_name = "TEXT", required = true)]
    pub(crate) texts: Vec<String>,
    /// Ask only this scheme and its bases, as a definition that names it does
    #[arg(long, value_name = "SCHEME")]
    pub(crate) scheme: Option<String>,
    /// The day for the members of a group [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
}

fn kind() -> impl TypedValueParser<Value = AreaKind> {
    PossibleValuesParser::new(AreaKind::ALL.map(AreaKind::as_str))
        .try_map(|name| AreaKind::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or("it is no kind"))
}

#[derive(Debug, Args)]
pub(crate) struct ListAreas {
    /// Only areas of this kind
    #[arg(long, value_name = "KIND", value_parser = kind())]
    pub(crate) kind: Option<AreaKind>,
    /// Only the members of this group
    #[arg(long, value_name = "GROUP")]
    pub(crate) group: Option<String>,
    /// The day of membership [default: today]
    #[arg(long, value_name = "DATE", requires = "group")]
    pub(crate) as_of: Option<Date>,
}

#[derive(Debug, Args)]
pub(crate) struct ShowAreas {
    /// An id, such as CHL, CSHH, CSM, _S or CL-RM
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,
}

const DECODE_HELP: &str = "\
Read are SDMX-CSV, SDMX-JSON, JSON-stat, tables of Eurostat (TSV), CSV of any dialect, JSON with rows, NDJSON, XLSX and XLS; bare, in \
gzip, in Zstandard or in a ZIP archive. The content decides, and not the name. Dimensions and measures stand under their ids, attributes \
as attr:<ID>, other columns under their titles; every text is as published.\n\n\
Examples:\n  \
  paso decode nama_10_gdp.tsv.gz                      CSV, on standard output\n  \
  paso decode answer.json --output parquet --to answer.parquet\n  \
  curl -s \"$URL\" | paso decode | head\n  \
  paso decode data.zip --member '*_2024.csv' --rows   with the place of every row\n  \
  paso decode data.csv --dsd structure.xml            which columns of SDMX-CSV are attributes\n  \
  paso decode answer.json --explain > /dev/null       only how it is recognised\n\n\
Exit status: 0 done, 1 no data, broken data or rows left out, 2 wrong command line. With --log json the error names its kind: malformed, \
truncated, empty, ragged, not_data, provider_error_document, not_found, too_large, queued and others.";

#[derive(Debug, Args)]
pub(crate) struct Decode {
    /// The message: a file, or `-` for standard input (also without it, where that is no terminal)
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) known: KnownArguments,
    /// What of codes and their names comes out
    #[arg(long, value_name = "WHAT", value_parser = labels(), default_value = "id")]
    pub(crate) labels: Labels,
    /// Form of the output [default: that of the ending of --to, else csv]
    #[arg(long, value_name = "FORM", value_parser = decoded_form())]
    pub(crate) output: Option<Form>,
    /// Write to this file, which appears when it is whole, and not to standard output; a device or pipe is written to
    #[arg(long, value_name = "PATH")]
    pub(crate) to: Option<PathBuf>,
    /// Say where each row stands: columns #part, #row and, where one row is made of many cells, #cell
    #[arg(long)]
    pub(crate) rows: bool,
    /// How many threads decode; the output does not depend on it [default: number of cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// Say on standard error by what the format was recognised; where it was not, how far that came
    #[arg(long)]
    pub(crate) explain: bool,
}

/// What is known of a message.
#[derive(Debug, Args)]
pub(crate) struct KnownArguments {
    /// Read it in this format, whatever its content looks like
    #[arg(long, value_name = "FORMAT", value_parser = format())]
    pub(crate) format: Option<Format>,
    /// Structure message (SDMX-ML) that says which columns of SDMX-CSV are dimensions, measures and attributes
    #[arg(long, value_name = "FILE")]
    pub(crate) dsd: Option<PathBuf>,
    /// Archive member (its name, the beginning of it, or a pattern with * and ?), or sheet of a workbook; MEMBER/SHEET for the sheet of a
    /// workbook in an archive
    #[arg(long, value_name = "NAME")]
    pub(crate) member: Option<String>,
    /// The most MiB that a compressed message may inflate to
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    pub(crate) max_inflated: u64,
}

const QUERY_HELP: &str = "\
Views:\n  \
  observations      what holds today; with a column status_e, status_q … for each letter\n  \
  observations_all  every edition\n  \
  population        the observations whose measure is population\n  \
  events            incidents, disasters and treaty actions, from which some observations are made\n  \
  notes             what publishers say in words of measures of areas for some years\n  \
  areas, area_groups, measures, codes, datasets, breaks, windows   the reference tables\n\n\
SUM is right over the rows of one dataset, measure, unit and breakdown; the columns are described in docs/src/reference/observation.md.\n\n\
Examples:\n  \
paso query \"SELECT period, value FROM population WHERE dataset = 'worldbank.population' AND ref_area = 'CHL' AND value IS NOT NULL ORDER BY period\"\n  \
paso query --dataset oecd.B15 \"SELECT dataset, ref_area, period, value, status FROM observations WHERE origin = 'W'\"\n  \
paso query --output csv \"SELECT * FROM datasets\"\n  \
paso query --as-of 2024-01-31 \"SELECT dataset, MAX(vintage) AS vintage FROM observations GROUP BY dataset ORDER BY dataset\"";

const DIFF_HELP: &str = "\
An edition is called by its name in the definition (undesa.migrant_stock@2019), by its date (unhcr.population@2023-10-25) or by the beginning of \
its fingerprint. A dataset alone means its last two editions; one edition alone is compared with the one before it. Keys are compared, and so \
a figure that moved to another code is one that was retracted and a new one. What a newer edition leaves out and does not replace goes on \
holding: it is counted as untouched.\n\n\
Examples:\n  \
  paso diff unhcr.population                                        the last two editions\n  \
  paso diff unhcr.population 2024-07-19 2026-06-25 ref_area=CHL     what it changed for Chile\n  \
  paso diff undesa.migrant_stock@2019 undesa.migrant_stock@2020 --by ref_area\n  \
  paso diff undesa.migrant_stock@2020 ref_area=CHL,PER --kind retracted\n  \
  paso diff ine_sermig.resident_foreigners --output csv > revised.csv\n\n\
With --by every figure is of one measure and one period, and a sum over the rows of the breakdown that stands beside it, as far as both editions \
have them (`shared`): a key that one edition alone has (`only_old`, `only_new`) is in no sum, for it revises nothing. Where they share none, both \
sums stand without a difference. Rates and shares are never added up.";

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// A dataset or an edition, up to two editions of it, and selectors such as ref_area=CHL or sex=F,M
    #[arg(value_name = "EDITION|SELECTOR", required = true)]
    pub(crate) words: Vec<String>,
    /// Add the figures up, instead of showing key by key
    #[arg(long, value_enum, value_name = "DIMENSION")]
    pub(crate) by: Option<DiffBy>,
    /// Which keys to show [default: changed in tables; all in JSON and CSV]
    #[arg(long, value_enum, value_name = "KIND", conflicts_with = "by")]
    pub(crate) kind: Option<ChangeChoice>,
    /// Show at most this many rows in a table
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) rows: usize,
}

/// What `diff` adds up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffBy {
    /// Each measure in each period (`measure` is the same)
    #[value(alias = "measure")]
    Period,
    /// And each reference area
    #[value(name = "ref_area")]
    RefArea,
    /// And each origin
    Origin,
}

/// Which keys `diff` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChangeChoice {
    /// Both editions have it, with another value or status
    Changed,
    /// Only the newer edition has it
    New,
    /// Only the older edition has it, and the newer one replaces that part of it
    Retracted,
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// A file, `-` for standard input, or the SHA-256 of an archived body (its first digits are enough)
    #[arg(value_name = "FILE|-|SHA256")]
    pub(crate) what: String,
    #[command(flatten)]
    pub(crate) known: KnownArguments,
    /// Decode it as a body of this dataset
    #[arg(long, value_name = "DATASET", conflicts_with_all = ["format", "dsd", "member"])]
    pub(crate) dataset: Option<String>,
    /// How many rows, or codes of a column, to show
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
    pub(crate) as_of: Option<Date>,
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
