//! How a message ends that was read.

use paso_decode::Ragged;

use crate::exit::{Abort, ExitStatus};

/// Rows that were left out are no success, and neither is nothing at all. `first` are the first of those left out.
pub(crate) fn ended(rows: u64, ragged: u64, first: &[Ragged]) -> Result<ExitStatus, Abort> {
    if ragged > 0 {
        let first: Vec<String> = first.iter().map(described).collect();
        let count = |rows: u64| if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
        let message = format!(
            "{} left out for another number of fields than the header has, {} fit it\n{}",
            count(ragged),
            count(rows),
            first.join("\n")
        );
        let hint = "look at these lines: an unquoted delimiter or quote is the usual reason".to_owned();
        return Err(Abort::message(ExitStatus::Failed, message, Some(hint)).of_kind("ragged"));
    }
    if rows == 0 {
        let hint = "`paso inspect` shows how the body begins".to_owned();
        return Err(Abort::message(ExitStatus::Failed, "the message has no rows", Some(hint)).of_kind("empty"));
    }
    Ok(ExitStatus::Done)
}

/// The longest piece of a ragged row that is shown, in characters.
const SHOWN: usize = 120;

fn described(row: &Ragged) -> String {
    let mut text: String = row.text.chars().take(SHOWN).collect();
    if text.len() < row.text.len() {
        text.push('…');
    }
    let place = row.part.as_ref().map(|part| format!("{part}, ")).unwrap_or_default();
    format!("  {place}line {}: {} instead of {} fields: {}", row.row, row.fields, row.expected, text.escape_debug())
}
