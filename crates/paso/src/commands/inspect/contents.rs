//! The members of an archive and the sheets of a workbook.

use paso_decode::Contents;
use serde_json::{Value, json};

/// A line for each, up to `limit` of each kind.
pub(super) fn lines(contents: &Contents, limit: usize) -> Vec<String> {
    let members = contents.members.iter().map(|member| format!("{} ({} bytes)", member.name.escape_debug(), member.bytes)).collect();
    let sheets = contents.sheets.iter().map(|sheet| format!("{}{}", sheet.name, if sheet.visible { "" } else { " (hidden)" })).collect();
    let mut lines = listed("members", members, limit);
    lines.extend(listed("sheets", sheets, limit));
    lines
}

fn listed(title: &str, names: Vec<String>, limit: usize) -> Vec<String> {
    let more = names.len().saturating_sub(limit);
    let mut lines: Vec<String> = names.into_iter().take(limit).collect();
    if more > 0 {
        lines.push(format!("{more} more"));
    }
    lines.into_iter().enumerate().map(|(index, line)| format!("{:<14}{line}", if index == 0 { title } else { "" })).collect()
}

/// All members, for programs.
pub(super) fn members(contents: &Contents) -> Vec<Value> {
    contents.members.iter().map(|member| json!({ "name": member.name, "bytes": member.bytes })).collect()
}

/// All sheets, for programs.
pub(super) fn sheets(contents: &Contents) -> Vec<Value> {
    contents.sheets.iter().map(|sheet| json!({ "name": sheet.name, "visible": sheet.visible })).collect()
}
