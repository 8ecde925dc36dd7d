//! A body that is no message: what it is, why it is not read, and how it begins.

use paso_decode::{Contents, Kind, Source, sniff};
use serde_json::json;

use super::{contents, digest, head};
use crate::{
    exit::Abort,
    printer::{Cell, Output, Printer, Rows},
};

/// How much of a body that is no message is looked at.
const HEAD: u64 = 64 << 10;
/// The longest line that is shown, in characters.
const SHOWN: usize = 200;

/// What is known of a body that was not read.
pub(super) struct Unread {
    pub(super) problem: String,
    /// What was found out before.
    pub(super) steps: Vec<String>,
    pub(super) contents: Contents,
}

/// Prints what can be said.
pub(super) fn print(printer: Printer, source: &dyn Source, unread: &Unread, limit: usize) -> Result<(), Abort> {
    let (sha256, size) = digest(source)?;
    let bytes = head(source, HEAD)?;
    let kind = sniff(&bytes);
    if printer.output() == Output::Json {
        let Unread { problem, steps, contents } = unread;
        let about = json!({
            "kind": form(kind), "bytes": size, "sha256": sha256.to_string(), "problem": problem, "why": steps,
            "members": contents::members(contents), "sheets": contents::sheets(contents),
        });
        return Ok(Printer::json(&about)?);
    }
    let mut rows = Rows::new(["kind", "bytes", "sha256", "problem"]);
    rows.push(vec![Cell::text(form(kind)), Cell::Count(size), Cell::text(sha256.to_string()), Cell::text(&unread.problem)]);
    printer.rows(&rows)?;
    if printer.output() == Output::Table {
        let mut lines: Vec<String> = unread.steps.iter().map(|step| format!("because       {step}")).collect();
        lines.extend(contents::lines(&unread.contents, limit));
        if matches!(kind, Kind::Json | Kind::Csv | Kind::Printed | Kind::Html | Kind::Xml) {
            lines.extend(String::from_utf8_lossy(&bytes).lines().take(limit).map(|line| line.chars().take(SHOWN).collect()));
        }
        for line in lines {
            Printer::text(&line)?;
        }
    }
    Ok(())
}

fn form(kind: Kind) -> &'static str {
    match kind {
        Kind::Json => "JSON",
        Kind::Csv => "delimited or plain text",
        Kind::Xlsx => "XLSX workbook",
        Kind::Xls => "XLS workbook",
        Kind::Zip => "ZIP archive",
        Kind::Printed => "printed figures",
        Kind::Html => "HTML page",
        Kind::Xml => "XML",
        Kind::Empty => "empty",
        Kind::Unknown => "binary data of no known kind",
    }
}
