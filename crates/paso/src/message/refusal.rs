//! Why a message was not read, for who has a command line and no definition.

use paso_decode::{Answer, DecodeError};
use paso_lake::LakeError;

use crate::exit::{Abort, ExitStatus};

/// The end of a command whose message could not be read or written.
pub(crate) fn refusal(error: DecodeError) -> Abort {
    let kind = kind(&error);
    let error = match error {
        DecodeError::Sink { source } => match source.downcast::<LakeError>() {
            Ok(error) => return Abort::from(*error),
            Err(source) => DecodeError::Sink { source },
        },
        error => error,
    };
    let status = if kind == USAGE { ExitStatus::Usage } else { ExitStatus::Failed };
    let hint = hint(&error);
    let abort = match &error {
        DecodeError::NoForm { found, declared } => Abort::message(status, format!("the body is {found}, which cannot be {declared}"), hint),
        _ => Abort::new(status, error, hint),
    };
    abort.of_kind(kind)
}

/// The kind of what the command line should say otherwise.
const USAGE: &str = "wrong_usage";

/// A name for programs.
fn kind(error: &DecodeError) -> &'static str {
    match error {
        DecodeError::Publisher { answer: Answer::Error, .. } => "provider_error_document",
        DecodeError::Publisher { answer: Answer::NotFound, .. } => "not_found",
        DecodeError::Publisher { answer: Answer::TooLarge, .. } => "too_large",
        DecodeError::Publisher { answer: Answer::Queued, .. } => "queued",
        DecodeError::NotData { .. } => "not_data",
        DecodeError::Empty { .. } | DecodeError::NoData { .. } => "empty",
        DecodeError::Truncated { .. } => "truncated",
        DecodeError::TooLarge { .. } | DecodeError::TooManyMembers { .. } => "over_the_limit",
        DecodeError::Read { .. } => "unreadable",
        DecodeError::Sink { .. } | DecodeError::Batch { .. } => "not_written",
        DecodeError::Definition { .. }
        | DecodeError::NoForm { .. }
        | DecodeError::MemberMissing { .. }
        | DecodeError::SheetMissing { .. }
        | DecodeError::DataSetMissing { .. }
        | DecodeError::Structure { .. }
        | DecodeError::StructureUnfit { .. } => USAGE,
        _ => "malformed",
    }
}

/// The library's hints speak of definitions.
fn hint(error: &DecodeError) -> Option<String> {
    let hint = match error {
        DecodeError::NoForm { .. } => "leave --format away, and the content decides",
        DecodeError::MemberMissing { .. } => {
            "give --member with a member's name, the beginning of it, or a pattern with * and ?; MEMBER/SHEET is a sheet of a workbook in the archive"
        }
        DecodeError::SheetMissing { .. } => "give --member with the name of a sheet; in an archive it is MEMBER/SHEET",
        DecodeError::TableMissing { others, .. } if !others.is_empty() => {
            "give --member with the name of another sheet, in an archive MEMBER/SHEET; a layout that is not recognised can be declared in a definition"
        }
        DecodeError::Structure { .. } | DecodeError::StructureUnfit { .. } => {
            "give --dsd with the structure message of the dataflow that the data names"
        }
        DecodeError::NotData { found: "an SDMX-ML message", .. } => {
            "SDMX-ML data messages are not read yet: ask the publisher for SDMX-CSV or SDMX-JSON"
        }
        DecodeError::NotData { found: "bzip2 data" | "xz data" | "a tar archive" | "a 7-Zip archive" | "a RAR archive", .. } => {
            "unpack it first: gzip, Zstandard and ZIP are read as they are, other archives are not"
        }
        DecodeError::NotData { found: "a Parquet file" | "an SQLite database", .. } => {
            "it is a table already: open it with DuckDB, Polars or `paso query`"
        }
        DecodeError::Empty { .. } => {
            "there is nothing to decode: look at what was downloaded, or ask the publisher for another period or area"
        }
        DecodeError::Malformed { .. } | DecodeError::DuplicateKey { .. } | DecodeError::TooComplex { .. } | DecodeError::TooLong { .. } => {
            "look at the place; --explain says as what the message was read, --format reads it as something else"
        }
        DecodeError::Stray { .. } => {
            "it is a note beside the table, or a column without a title: a definition can say which (decode.xlsx.last_column)"
        }
        DecodeError::NotData { .. } => "look at what was downloaded: the address may have moved, or the publisher blocks the client",
        DecodeError::TooLarge { .. } => "it may be a decompression bomb; if it is not, give --max-inflated",
        DecodeError::Encoding { .. } => "convert the file to UTF-8, for example with iconv",
        DecodeError::Header { .. }
        | DecodeError::HeaderMissing { .. }
        | DecodeError::TableMissing { .. }
        | DecodeError::RowsMissing { .. }
        | DecodeError::NoData { .. } => {
            "`paso inspect` shows how the body begins; a layout that is not recognised can be declared in a definition"
        }
        _ => return error.hint(),
    };
    Some(hint.to_owned())
}
