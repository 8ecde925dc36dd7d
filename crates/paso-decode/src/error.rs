//! What can be wrong with a body or with the definition that reads it.

use std::borrow::Cow;

use crate::batch::SinkError;
use crate::position::Position;
use crate::sniff::Kind;

/// What a publisher answers instead of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// An error document.
    Error,
    /// There is nothing under this address or query.
    NotFound,
    /// The answer would be larger than the publisher allows.
    TooLarge,
    /// The answer is being prepared, and can be fetched later.
    Queued,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Error => "with an error",
            Self::NotFound => "that there is nothing to be found",
            Self::TooLarge => "that the query asks for too much",
            Self::Queued => "that the data is being prepared",
        })
    }
}

/// Why a body could not be decoded. The same bytes under the same definition always fail in the same way.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The definition contradicts itself.
    #[error("{key}: {problem}")]
    Definition {
        /// The key, such as `decode.xlsx.header_rows`.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The body is a page for people, or nothing at all.
    #[error("found {found}{} instead of data", words(.title.as_ref(), .begins.as_ref()))]
    NotData {
        /// What it is, such as `an HTML page`.
        found: &'static str,
        /// The page's title.
        title: Option<String>,
        /// The first words of a page without a title.
        begins: Option<String>,
    },
    /// The body is data of a kind that the definition does not declare.
    #[error("found {found}, but the definition declares only {declared}")]
    NoForm {
        /// What the body is.
        found: Kind,
        /// The tables that the definition has.
        declared: String,
    },
    /// The body could not be read.
    #[error("{} cannot be read", printable(.place))]
    Read {
        /// The body, sheet or member.
        place: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The message is whole and has no observations.
    #[error("{} has no data: {}", printable(.place), printable(.problem))]
    Empty {
        /// The body, part or member.
        place: String,
        /// What is there instead.
        problem: String,
    },
    /// The publisher answered with something other than data, in its own words.
    #[error("the publisher answered {answer}{}: {}", place(.pointer), printable(.text))]
    Publisher {
        /// What kind of answer it is.
        answer: Answer,
        /// Where it stands in the body.
        pointer: String,
        /// The publisher's text.
        text: String,
    },
    /// The body ends in the middle.
    #[error("{} is cut off at {at}: {}", printable(.place), printable(.problem))]
    Truncated {
        /// The body, sheet or member.
        place: String,
        /// Where it ends, or where what is unfinished begins.
        at: Position,
        /// What is missing.
        problem: String,
    },
    /// The body breaks the rules of its format.
    #[error("{} is malformed at {at}: {}", printable(.place), printable(.problem))]
    Malformed {
        /// The body, sheet or member.
        place: String,
        /// Where.
        at: Position,
        /// Which rule.
        problem: String,
    },
    /// A byte that the declared encoding does not have.
    #[error("{} is not {encoding}: {} at {at}", printable(.place), printable(.problem))]
    Encoding {
        /// The body or member.
        place: String,
        /// The encoding that was expected.
        encoding: &'static str,
        /// The first such byte.
        at: Position,
        /// What stands there.
        problem: String,
    },
    /// A single value that is longer than any data is.
    #[error("{} has {what} of more than {cap} bytes at {at}", printable(.place))]
    TooLong {
        /// The body, sheet or member.
        place: String,
        /// Where it begins.
        at: Position,
        /// What it is, such as `a text`.
        what: &'static str,
        /// How long it may be.
        cap: usize,
    },
    /// More bytes than the limits allow.
    #[error("{} is larger than {cap} bytes once inflated", printable(.member))]
    TooLarge {
        /// The archive member that crossed the cap, or `the body`.
        member: String,
        /// The cap, in bytes.
        cap: u64,
    },
    /// More archive members than any data file has.
    #[error("the archive has {found} members, more than {cap}")]
    TooManyMembers {
        /// How many it has.
        found: usize,
        /// How many are allowed.
        cap: usize,
    },
    /// An archive member cannot be inflated.
    #[error("member \"{}\" of the archive is damaged", printable(.member))]
    Member {
        /// The member.
        member: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// An archive member cannot be read by this program.
    #[error("member \"{}\" of the archive is {}, which cannot be read", printable(.member), printable(.problem))]
    MemberUnreadable {
        /// The member.
        member: String,
        /// What stands in the way, such as `encrypted`.
        problem: String,
    },
    /// The archive does not have exactly one member of the declared name.
    #[error("expected {} in the archive, found {}", printable(.expected), list(.found))]
    MemberMissing {
        /// What was looked for.
        expected: String,
        /// What the archive has.
        found: Vec<String>,
    },
    /// The workbook has no sheet of the declared name.
    #[error("expected a sheet named \"{}\", found {}", printable(.sheet), list(.found))]
    SheetMissing {
        /// The name in the definition.
        sheet: String,
        /// The sheets of the workbook.
        found: Vec<String>,
    },
    /// The message has no data set of the declared name.
    #[error("expected a data set \"{}\", found {}", printable(.dataset), list(.found))]
    DataSetMissing {
        /// The id or JSON pointer in the definition.
        dataset: String,
        /// The JSON pointers of the data sets of the message.
        found: Vec<String>,
    },
    /// No line is the declared header.
    #[error("no header in {}: expected {}; it begins:\n{}", printable(.place), printable(.expected), lines(.first_lines))]
    HeaderMissing {
        /// The body or member.
        place: String,
        /// What the definition declares.
        expected: String,
        /// The first lines.
        first_lines: Vec<String>,
    },
    /// A sheet that nobody chose holds no table.
    #[error("no table in {}: expected {}{}{}", printable(.place), printable(.expected), sheets(.others), beginning(.first_lines))]
    TableMissing {
        /// The sheet.
        place: String,
        /// What a table begins with.
        expected: String,
        /// The other visible sheets.
        others: Vec<String>,
        /// The first lines.
        first_lines: Vec<String>,
    },
    /// The header does not have a column that the definition names.
    #[error("header moved or renamed: expected {} in row {row} of {}, found {}{}", list(.expected), printable(.place), list(.found), also(.elsewhere.as_ref()))]
    ColumnMissing {
        /// The body, sheet or member.
        place: String,
        /// The row or line of the header.
        row: u32,
        /// The spellings that the definition knows.
        expected: Vec<String>,
        /// What the header has.
        found: Vec<String>,
        /// Where one of the spellings stands instead.
        elsewhere: Option<Position>,
    },
    /// Two columns have the same name.
    #[error("two columns of {} are named \"{}\": {first} and {second} (header row {row})", printable(.place), printable(.name))]
    ColumnTwice {
        /// The body, sheet or member.
        place: String,
        /// The row or line of the header.
        row: u32,
        /// The name.
        name: String,
        /// The first one, from 1.
        first: u32,
        /// The second one, from 1.
        second: u32,
    },
    /// The header cannot be read as the definition says.
    #[error("the header of {} does not fit the definition at {at}: {}", printable(.place), printable(.problem))]
    Header {
        /// The body, sheet or member.
        place: String,
        /// Where.
        at: Position,
        /// What is wrong.
        problem: String,
    },
    /// A structure message does not have exactly one data structure definition that the data can mean.
    #[error("expected {}, found {}", .wanted.as_ref().map_or("one data structure definition".to_owned(), |wanted| format!("the data structure definition of \"{}\"", printable(wanted))), list(.found))]
    Structure {
        /// What the data says that it is of.
        wanted: Option<String>,
        /// The definitions that the message has.
        found: Vec<String>,
    },
    /// The data structure definition is another one than that of the data.
    #[error("the data structure definition {} does not fit {}, which is of {}: {}", printable(.structure), printable(.place), printable(.wanted), printable(.problem))]
    StructureUnfit {
        /// The body or member.
        place: String,
        /// The definition.
        structure: String,
        /// What the data says that it is of.
        wanted: String,
        /// Which columns tell.
        problem: String,
    },
    /// A value stands beside the table.
    #[error("{} has a value under no title at {at}: \"{}\"", printable(.place), printable(.text))]
    Stray {
        /// The sheet.
        place: String,
        /// The cell.
        at: Position,
        /// Its text.
        text: String,
    },
    /// A cell has a formula, and no value for it.
    #[error("{} has a formula that was never calculated at {at}", printable(.place))]
    Uncalculated {
        /// The sheet.
        place: String,
        /// The cell.
        at: Position,
    },
    /// The row in which data should start is empty.
    #[error("row {row} of {} is empty, data should start there", printable(.place))]
    NoData {
        /// The sheet.
        place: String,
        /// The row.
        row: u32,
    },
    /// The array of rows is not where the definition says.
    #[error("expected an array of rows{}, found {}", quoted(.pointer), printable(.found))]
    RowsMissing {
        /// The pointer in the definition; empty for the body itself, and where nothing is declared.
        pointer: String,
        /// What stands there or around it.
        found: String,
    },
    /// An element of the array of rows is not what a row is.
    #[error("row {row} ({at}) is {found}, expected {expected}")]
    RowNotObject {
        /// The ordinal of the row, from 1.
        row: u32,
        /// Where it begins.
        at: Position,
        /// What it is.
        found: &'static str,
        /// What the definition says that rows are.
        expected: &'static str,
    },
    /// A key appears twice in one object.
    #[error("key \"{}\" appears twice in one object at {at}", printable(.key))]
    DuplicateKey {
        /// The key, with those of the objects around it.
        key: String,
        /// Where it appears again.
        at: Position,
    },
    /// A row is nested deeper, or has more keys, than any data has.
    #[error("row {row} has {problem}, more than {cap}")]
    TooComplex {
        /// The ordinal of the row, from 1.
        row: u32,
        /// What there is too much of.
        problem: &'static str,
        /// How much is allowed.
        cap: usize,
    },
    /// A declared fact is not where the definition says.
    #[error("nothing stands at {}, where the definition expects the fact \"{}\"", printable(.position), printable(.name))]
    FactMissing {
        /// The fact's name.
        name: String,
        /// Where it should stand.
        position: String,
    },
    /// An entry of a file that people type in is not in order.
    #[error("{} at {at}: {}", printable(.key), printable(.problem))]
    Entry {
        /// The entry and its key, such as `value of figure 3`.
        key: String,
        /// Where it stands.
        at: Position,
        /// What is wrong with it.
        problem: String,
    },
    /// Text columns could not be assembled.
    #[error("a batch could not be built")]
    Batch {
        /// Why.
        #[source]
        source: arrow::error::ArrowError,
    },
    /// The receiver failed.
    #[error("the decoded rows could not be taken over")]
    Sink {
        /// Why.
        #[source]
        source: SinkError,
    },
}

impl DecodeError {
    /// A source that could not be read; where it failed for a reason that a container knows, that reason.
    pub(crate) fn reading(place: &str, error: std::io::Error) -> Self {
        error.downcast::<Self>().unwrap_or_else(|source| Self::Read { place: place.to_owned(), source })
    }

    /// The same error on its way through a reader; [`DecodeError::reading`] takes it out again.
    pub(crate) fn into_io(self) -> std::io::Error {
        std::io::Error::other(self)
    }

    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotData { .. } => {
                "open the request's URL in a browser: the address may have moved, or the publisher blocks the client or is under maintenance; then fetch again"
            }
            Self::Entry { .. } => "correct the entry, with the document beside it",
            Self::NoForm { .. } => "ask for another format in the request, or declare a table for this one under decode",
            Self::Read { .. } => "check that the file is still there and that the disk has no errors",
            Self::Empty { .. } => "ask for another period or area; where data should be there, look at the publisher's own site",
            Self::Publisher { answer: Answer::Queued, .. } => "fetch again in some minutes, or follow the publisher's text",
            Self::Publisher { answer: Answer::TooLarge, .. } => "narrow the request's query, or split it into several requests",
            Self::Publisher { .. } => {
                "read the publisher's text and correct the request's query; if the service is down, fetch again later"
            }
            Self::Truncated { .. } | Self::Member { .. } => {
                "fetch the body again; when the same bytes come back, the publisher's file itself is broken: tell the publisher"
            }
            Self::Malformed { .. } | Self::DuplicateKey { .. } | Self::TooComplex { .. } | Self::TooLong { .. } => {
                "look at the place in the archived body; if the publisher changed the format, adapt the definition, else fetch again"
            }
            Self::Encoding { encoding, .. } if encoding.starts_with("UTF-8, as JSON") => {
                "fetch the body again; when the same bytes come back, the publisher's file itself is broken: tell the publisher"
            }
            Self::Encoding { .. } => {
                "set decode.csv.encoding to the encoding that the publisher uses (windows-1252 is the usual one in older Spanish files)"
            }
            Self::TooLarge { .. } | Self::TooManyMembers { .. } => {
                "the body may be a decompression bomb: look at it before raising the limit on inflated bytes"
            }
            Self::MemberUnreadable { .. } => "unpack the archive with another program and read the member itself",
            Self::MemberMissing { .. } => "set decode.member to the beginning of the member's name",
            Self::DataSetMissing { .. } => "set decode.json_stat.dataset to one of the data sets that were found",
            Self::SheetMissing { .. } => "set decode.xlsx.sheet to the sheet that now holds the table",
            Self::TableMissing { .. } => "set decode.xlsx.sheet to the sheet that holds the table, and decode.xlsx.header to its titles",
            Self::HeaderMissing { .. } => "compare decode.csv.header with the first lines above",
            Self::ColumnMissing { .. } => {
                "if the publisher renamed the column, add the new spelling under columns; if the header moved, correct the header's rows; check that the column still means the same"
            }
            Self::ColumnTwice { .. } => "keep only one of the spellings under columns, or unpivot the repeated columns",
            Self::Header { .. } => {
                "compare the header's rows and unpivot.keep with the file; lines that end in a delimiter need trailing_empty_column = true"
            }
            Self::Structure { .. } | Self::StructureUnfit { .. } => {
                "fetch the structure message of the dataflow that the data names, with its references"
            }
            Self::Stray { .. } => {
                "if it is a note beside the table, set decode.xlsx.last_column; if it is a new column, the publisher forgot its title"
            }
            Self::Uncalculated { .. } => "open the workbook in a spreadsheet program, save it, and read that; tell the publisher",
            Self::NoData { .. } => "compare decode.xlsx.first_row with the sheet",
            Self::RowsMissing { .. } | Self::RowNotObject { .. } => {
                "compare decode.json.rows with the body: the publisher may have changed its envelope"
            }
            Self::FactMissing { .. } => "compare the fact's place with the body, or drop the fact from the definition",
            Self::Definition { .. } | Self::Batch { .. } | Self::Sink { .. } => return None,
        };
        Some(hint.to_owned())
    }
}

/// [`DecodeError::reading`], for `map_err`.
pub(crate) fn unreadable(place: &str, source: std::io::Error) -> DecodeError {
    DecodeError::reading(place, source)
}

/// A text of a body as one line of a message may repeat it: a terminal would obey its control characters, and those that turn the direction
/// of the text (U+202A to U+202E, U+2066 to U+2069) would show other words than those that stand there.
pub fn printable(text: &str) -> Cow<'_, str> {
    let turns = |character: char| matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let obeyed = |character: char| (character.is_control() && character != '\t') || turns(character);
    if text.contains(obeyed) { text.replace(obeyed, "\u{FFFD}").into() } else { text.into() }
}

/// The other sheets of a workbook.
fn sheets(others: &[String]) -> String {
    if others.is_empty() { String::new() } else { format!("; other sheets are {}", list(others)) }
}

fn beginning(first_lines: &[String]) -> String {
    if first_lines.is_empty() { String::new() } else { format!("; it begins:\n{}", lines(first_lines)) }
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| printable(line)).collect::<Vec<_>>().join("\n")
}

/// Where in a body an answer stands; nowhere in particular if its words come from several places at its top.
fn place(pointer: &str) -> String {
    if pointer.is_empty() { String::new() } else { format!(" (at {})", printable(pointer)) }
}

fn quoted(pointer: &str) -> String {
    if pointer.is_empty() { String::new() } else { format!(" at \"{}\"", printable(pointer)) }
}

/// How a page is called.
fn words(title: Option<&String>, begins: Option<&String>) -> String {
    match (title, begins) {
        (Some(title), _) => format!(" titled \"{}\"", printable(title)),
        (None, Some(begins)) => format!(" that begins \"{}\"", printable(begins)),
        (None, None) => String::new(),
    }
}

/// At most this many names are listed in a message.
const LISTED: usize = 20;

fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("\"{}\"", printable(name))).collect();
    let more = names.len().saturating_sub(LISTED);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

fn also(elsewhere: Option<&Position>) -> String {
    elsewhere.map(|at| format!(" (it stands in {at})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_header_says_what_stands_there_and_where_it_went() {
        let error = DecodeError::ColumnMissing {
            place: "sheet \"Table 1\"".into(),
            row: 11,
            expected: vec!["Location code".into()],
            found: vec!["Notes".into(), "Code".into()],
            elsewhere: Some(Position::Cell { row: 12, column: 4 }),
        };
        assert_eq!(
            error.to_string(),
            "header moved or renamed: expected \"Location code\" in row 11 of sheet \"Table 1\", found \"Notes\", \"Code\" (it stands in cell D12)"
        );
        assert!(error.hint().unwrap().contains("add the new spelling"));
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (1..=25).map(|n| n.to_string()).collect();
        assert!(list(&names).ends_with("\"20\" and 5 more"));
        assert_eq!(list(&[]), "nothing");
    }

    #[test]
    fn a_terminal_obeys_nothing_that_a_body_says() {
        let red = || "\u{1b}[31mred\u{9b}0m\r\n".to_owned();
        let at = Position::Row(1);
        let errors = [
            DecodeError::Publisher { answer: Answer::Error, pointer: format!("/{}", red()), text: red() },
            DecodeError::NotData { found: "an HTML page", title: Some(red()), begins: None },
            DecodeError::NotData { found: "an HTML page", title: None, begins: Some(red()) },
            DecodeError::Malformed { place: red(), at, problem: red() },
            DecodeError::MemberMissing { expected: red(), found: vec![red()] },
            DecodeError::Stray { place: red(), at, text: red() },
            DecodeError::DuplicateKey { key: red(), at },
            DecodeError::ColumnMissing { place: red(), row: 1, expected: vec![red()], found: vec![red()], elsewhere: None },
            DecodeError::StructureUnfit { place: red(), structure: red(), wanted: red(), problem: red() },
        ];
        for error in errors {
            let said = error.to_string();
            assert!(!said.contains(char::is_control) && said.contains("\u{FFFD}[31mred"), "{said:?}");
        }
        let error = DecodeError::HeaderMissing { place: red(), expected: red(), first_lines: vec![red(), red()] };
        assert_eq!(error.to_string().matches(char::is_control).collect::<Vec<_>>(), ["\n", "\n"]);
    }

    #[test]
    fn no_text_turns_its_direction() {
        assert_eq!(printable("a\u{202E}b\u{2066}c\u{2069}\td"), "a\u{FFFD}b\u{FFFD}c\u{FFFD}\td");
        assert_eq!(printable("\u{627}\u{200F}!"), "\u{627}\u{200F}!", "what Arabic needs stays");
    }

    #[test]
    fn errors_stay_small_enough_to_return_by_value() {
        assert!(size_of::<DecodeError>() <= 128, "{}", size_of::<DecodeError>());
    }
}
