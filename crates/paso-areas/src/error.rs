//! What can be wrong with the reference data, and what to do about it.

use std::{io, path::PathBuf};

/// The reference data cannot be used. The message names the file and the line; [`AreasError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum AreasError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file is no table of comma-separated values.
    #[error("{}:{line}: no table of comma-separated values", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// The line, from 1; 0 where unknown.
        line: u64,
        /// Why.
        source: csv::Error,
    },
    /// The first line does not name the columns.
    #[error("{}:1: the columns are `{found}` instead of `{expected}`", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// The columns as found.
        found: String,
        /// The columns as they must be.
        expected: String,
    },
    /// A field holds something that it must not hold.
    #[error("{}:{line}: {column} `{value}` is not {expected}", path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// The text as found.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
    /// Something stands twice that may stand only once.
    #[error("{}:{line}: {what} `{value}` stands in {first} already", path.display())]
    Duplicate {
        /// The file.
        path: PathBuf,
        /// The line of the second, from 1.
        line: u64,
        /// What it is.
        what: &'static str,
        /// The text.
        value: String,
        /// Where the first is.
        first: String,
    },
    /// A line names an area or region that the reference data does not have, or one of the wrong kind.
    #[error("{}:{line}: {column} `{id}` is not {expected}", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// The id as found.
        id: String,
        /// What it must be.
        expected: &'static str,
    },
    /// Two memberships of the same area in the same group hold on the same day.
    #[error("{}:{line}: `{member}` is in `{group}` on the same days as line {first} says", path.display())]
    Overlap {
        /// The file.
        path: PathBuf,
        /// The line of the second, from 1.
        line: u64,
        /// The group.
        group: String,
        /// The member.
        member: String,
        /// The line of the first.
        first: u64,
    },
    /// A TOML file is not valid.
    #[error("{}:{line}: no valid TOML, or a key that has no place here", path.display())]
    Declaration {
        /// The file.
        path: PathBuf,
        /// The line, from 1; 0 where unknown.
        line: u64,
        /// Why and where.
        source: toml::de::Error,
    },
    /// A scheme is declared in a way that cannot work.
    #[error("{}:{line}: scheme `{scheme}` {problem}", path.display())]
    Scheme {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The scheme.
        scheme: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A text of a scheme means two things.
    #[error("{}:{line}: in scheme `{scheme}`, `{text}` means both `{id}` and `{other}` ({other_where})", path.display())]
    Ambiguous {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The scheme.
        scheme: Box<str>,
        /// The text.
        text: Box<str>,
        /// What this line says it means.
        id: Box<str>,
        /// What it means as well.
        other: Box<str>,
        /// Where that is said.
        other_where: Box<str>,
    },
}

impl AreasError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Read { .. } => "check that the pipeline folder is complete and readable: reference/ needs all five files",
            Self::Csv { .. } => "quote fields that hold a comma or a quote, and give every line as many fields as the first",
            Self::Header { .. } => "restore the first line of the file",
            Self::Field { .. } => {
                "correct the field or key; the comment at the top of a TOML file lists its keys, and a column may be empty only where it says so"
            }
            Self::Duplicate { .. } | Self::Overlap { .. } => "remove one of the two, or correct its code or dates",
            Self::Unknown { .. } => {
                "add the missing line to areas.csv or regions.csv, or correct the id; `paso areas resolve TEXT` finds ids"
            }
            Self::Declaration { .. } => "the comment at the top of the file lists its keys; texts stand in quotes, days do not",
            Self::Scheme { .. } => "declare the scheme in schemes.toml, or correct its keys",
            Self::Ambiguous { .. } => {
                "a text means one thing in one scheme: remove one meaning, or give the alias that departs from the base a note that says why"
            }
        };
        Some(hint.to_owned())
    }
}
