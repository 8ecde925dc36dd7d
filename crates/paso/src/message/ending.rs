//! How a message ends that was read.

use paso_decode::{Format, Ragged};

use crate::exit::{Abort, ExitStatus};

/// Rows that were left out are no success, and neither is nothing at all. `first` are the first of those left out.
pub(crate) fn ended(format: Format, rows: u64, ragged: u64, first: &[Ragged]) -> Result<ExitStatus, Abort> {
    if ragged > 0 {
        let first: Vec<String> = first.iter().map(|row| described(format, row)).collect();
        let count = |rows: u64| if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
        let message = format!(
            "{} left out for another number of fields than the header has, {} fit it\n{}",
            count(ragged),
            count(rows),
            first.join("\n")
        );
        return Err(Abort::message(ExitStatus::Failed, message, Some(reason(format).to_owned())).of_kind("ragged"));
    }
    if rows == 0 {
        let hint = "`paso inspect` shows how the body begins".to_owned();
        return Err(Abort::message(ExitStatus::Failed, "the message has no rows", Some(hint)).of_kind("empty"));
    }
    Ok(ExitStatus::Done)
}

/// The longest piece of a ragged row that is shown, in characters.
const SHOWN: usize = 120;

/// Why rows of a format are of other lengths.
fn reason(format: Format) -> &'static str {
    match format {
        Format::Csv | Format::SdmxCsv => "look at these lines: an unquoted delimiter or quote is the usual reason",
        Format::EurostatTsv => "look at these lines: a tab is missing in them, or there is one too many",
        _ => "look at these rows: each needs as many values as there are columns",
    }
}

fn described(format: Format, row: &Ragged) -> String {
    let mut text: String = row.text.chars().take(SHOWN).collect();
    if text.len() < row.text.len() {
        text.push('…');
    }
    let place = row.part.as_ref().map(|part| format!("{part}, ")).unwrap_or_default();
    let ordinal = if matches!(format, Format::Csv | Format::SdmxCsv | Format::EurostatTsv) { "line" } else { "row" };
    format!("  {place}{ordinal} {}: {} instead of {} fields: {}", row.row, row.fields, row.expected, text.escape_debug())
}
