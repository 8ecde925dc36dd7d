//! What a message holds, for people and for programs.

use paso_decode::{Contents, Message, Role, Source};
use serde_json::{Value, json};

use super::{contents, digest};
use crate::{
    exit::Abort,
    message::{Column, MOST_CODES, Profile},
    printer::{Cell, Output, Printer, Rows},
};

/// Prints what a message holds.
pub(super) fn print(
    printer: Printer,
    source: &dyn Source,
    message: &Message<'_>,
    profile: &Profile,
    contents: &Contents,
    limit: usize,
) -> Result<(), Abort> {
    match printer.output() {
        Output::Json => Printer::json(&described(source, message, profile, contents)?)?,
        Output::Csv => printer.rows(&columns(profile, limit))?,
        Output::Table => {
            let mut lines = lines(message, profile, limit);
            lines.extend(contents::lines(contents, limit));
            Printer::text(&lines.join("\n"))?;
            printer.rows(&columns(profile, limit))?;
        }
    }
    Ok(())
}

/// What stands above the columns.
fn lines(message: &Message<'_>, profile: &Profile, limit: usize) -> Vec<String> {
    let mut lines = vec![format!("format        {}", message.format())];
    lines.extend(message.why().iter().map(|step| format!("              {step}")));
    if profile.columns.iter().any(|column| column.role == Role::Measure) {
        lines.push(format!("observations  {}, {} with a value", profile.rows, profile.with_value));
    } else {
        lines.push(format!("rows          {}", profile.rows));
    }
    if let Some(pages) = message.pages(profile.rows) {
        lines.push(format!("pages         {pages}"));
    }
    if profile.ragged > 0 {
        lines.push(format!("left out      {}, for another number of fields than the header has", counted(profile.ragged)));
    }
    for column in &profile.columns {
        if let Some((first, last)) = column.periods() {
            lines.push(format!("periods       {first} to {last} ({})", column.name));
        }
    }
    // A body with one table has one part without a name.
    let named = profile.parts.iter().filter_map(|(name, rows)| Some((name.as_ref()?, rows)));
    let more = named.clone().count().saturating_sub(limit);
    let mut parts: Vec<String> = named.take(limit).map(|(name, rows)| format!("{name} ({})", counted(*rows))).collect();
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    if !parts.is_empty() {
        lines.push(format!("parts         {}", parts.join(", ")));
    }
    lines
}

fn counted(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Cell => "column",
        Role::Dimension => "dimension",
        Role::Measure => "measure",
        Role::Attribute => "attribute",
    }
}

/// A line for each column, with its first codes; behind those of attributes, in how many rows they stand.
fn columns(profile: &Profile, limit: usize) -> Rows {
    let mut rows = Rows::new(["column", "role", "rows", "codes", "first"]);
    for column in &profile.columns {
        let first = match &column.codes {
            Some(codes) => {
                let shown = codes.iter().take(limit);
                let shown =
                    shown.map(|(code, rows)| if column.role == Role::Attribute { format!("{code} ({rows})") } else { code.clone() });
                let shown: Vec<String> = shown.map(|code| shortened(&code)).collect();
                if codes.len() > limit { format!("{}, …", shown.join(", ")) } else { shown.join(", ") }
            }
            None => "…".to_owned(),
        };
        let codes = column.codes.as_ref().map_or_else(|| Cell::text(format!("> {MOST_CODES}")), |codes| Cell::Count(codes.len() as u64));
        rows.push(vec![Cell::text(&column.name), Cell::text(role(column.role)), Cell::Count(column.filled), codes, Cell::text(first)]);
    }
    rows
}

/// The longest text that is shown in a table, in characters.
const SHOWN: usize = 40;

fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).map(|character| if character.is_control() { ' ' } else { character }).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The same for programs, with all codes.
fn described(source: &dyn Source, message: &Message<'_>, profile: &Profile, contents: &Contents) -> Result<Value, Abort> {
    let (sha256, bytes) = digest(source)?;
    let column = |column: &Column| {
        let codes =
            column.codes.as_ref().map(|codes| codes.iter().map(|(code, rows)| json!({ "code": code, "rows": rows })).collect::<Vec<_>>());
        let periods = column.periods().map(|(first, last)| json!({ "first": first, "last": last }));
        json!({ "column": column.name, "role": role(column.role), "rows": column.filled, "codes": codes, "periods": periods })
    };
    Ok(json!({
        "format": message.format().name(), "why": message.why(), "bytes": bytes, "sha256": sha256.to_string(),
        "observations": profile.rows, "with_value": profile.with_value, "ragged": profile.ragged,
        "pages": message.pages(profile.rows).map(|pages| pages.to_string()),
        "parts": profile.parts.iter().map(|(part, rows)| json!({ "part": part, "rows": rows })).collect::<Vec<_>>(),
        "members": contents::members(contents), "sheets": contents::sheets(contents),
        "columns": profile.columns.iter().map(column).collect::<Vec<_>>(),
    }))
}
