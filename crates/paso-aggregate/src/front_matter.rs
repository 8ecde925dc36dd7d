//! The front matter: the `--|` lines at the top of an indicator's file.
//!
//! Each line of it is one line of TOML, so that a line number in the TOML is the line number in the file.

use std::collections::BTreeMap;

use paso_model::Localized;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    AggregateError,
    indicator::{Described, Formula, Input, Severity},
};

const MARK: &str = "--|";

pub(crate) struct FrontMatter {
    pub(crate) head: Head,
    pub(crate) sql: String,
    /// The line on which the SQL starts, from 1.
    pub(crate) sql_line: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) id: Spanned<String>,
    pub(crate) agenda: String,
    pub(crate) title: Localized,
    pub(crate) note: Localized,
    pub(crate) unit: String,
    pub(crate) key: Vec<String>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) formula: Formula,
    pub(crate) columns: BTreeMap<String, Described>,
    #[serde(default)]
    pub(crate) checks: Vec<HeadCheck>,
    #[serde(skip)]
    toml: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeadCheck {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) severity: Severity,
    pub(crate) sql: Spanned<String>,
}

impl Head {
    /// The line of a value.
    pub(crate) fn line<T>(&self, value: &Spanned<T>) -> usize {
        line_at(&self.toml, value.span().start)
    }

    /// The line on which the text of a string starts: the line after its opening quotes where these end their line.
    pub(crate) fn first_line_of_text(&self, value: &Spanned<String>) -> usize {
        let opening = &self.toml[value.span().start..];
        let next_line = ["\"\"\"\n", "'''\n"].iter().any(|quotes| opening.starts_with(quotes));
        self.line(value) + usize::from(next_line)
    }
}

fn line_at(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count() + 1
}

/// Splits a file into front matter and SQL, and reads the front matter.
pub(crate) fn read(path: &str, text: &str) -> Result<FrontMatter, AggregateError> {
    let refuse = |line: usize, message: String| AggregateError::FrontMatter { path: path.to_owned(), line, message };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let marked = text.lines().take_while(|line| line.starts_with(MARK)).count();
    if marked == 0 {
        return Err(refuse(1, format!("the first lines must start with `{MARK}`")));
    }
    if let Some(late) = text.lines().skip(marked).position(|line| line.trim_start().starts_with(MARK)) {
        return Err(refuse(marked + late + 1, format!("`{MARK}` lines stand together at the top of the file")));
    }
    let mut toml = String::new();
    for line in text.lines().take(marked) {
        let line = &line[MARK.len()..];
        toml.push_str(line.strip_prefix(' ').unwrap_or(line));
        toml.push('\n');
    }
    let mut head: Head = toml::from_str(&toml).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(&toml, span.start));
        refuse(line, error.message().to_owned())
    })?;
    head.toml = toml;
    let sql: String = text.lines().skip(marked).flat_map(|line| [line, "\n"]).collect();
    Ok(FrontMatter { head, sql, sql_line: marked + 1 })
}
