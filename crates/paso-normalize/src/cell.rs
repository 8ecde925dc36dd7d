//! One value cell: a number, a missing value with its reason, a withheld one with its interval, or a declared exclusion.

use paso_model::Status;

use crate::{number::parse_number, plan::CompiledValue};

/// What a value cell says.
pub(crate) enum Cell {
    /// No data, by declaration; the reason.
    Excluded(String),
    /// An observation.
    Value { value: Option<f64>, decimals: u8, bounds: Option<(f64, f64)>, bound: Option<&'static str>, status: Status, conf: &'static str },
}

/// What a definition key could not make of a cell.
pub(crate) struct Refusal {
    pub(crate) reason: &'static str,
    pub(crate) rule: String,
    pub(crate) detail: String,
}

/// A refusal of a cell.
pub(crate) fn refusal(reason: &'static str, rule: &str, detail: String) -> Refusal {
    Refusal { reason, rule: rule.to_owned(), detail }
}

/// Reads a cell under the rule of its column.
pub(crate) fn read_cell(value: &CompiledValue, raw: Option<&str>) -> Result<Cell, Refusal> {
    let text = raw.unwrap_or("").trim();
    let empty = |status: Status, bounds: Option<(f64, f64)>, suppressed: bool| Cell::Value {
        value: None,
        decimals: 0,
        bounds,
        bound: bounds.map(|_| "suppression"),
        status,
        conf: if suppressed { "A" } else { "F" },
    };
    if let Some(reason) = value.cells.exclude.get(text) {
        return Ok(Cell::Excluded(reason.clone()));
    }
    if let Some(letters) = value.cells.missing.get(text) {
        return Ok(empty(letters.parse().unwrap_or_default(), None, false));
    }
    if let Some(suppressed) = value.cells.suppressed.get(text) {
        let status = "Q".parse().unwrap_or_default();
        return Ok(empty(status, suppressed.low.zip(suppressed.high), true));
    }
    let bad = |detail: String| refusal("bad_value", &value.key, detail);
    if text.is_empty() {
        return Err(bad("the cell is empty, which is not declared".to_owned()));
    }
    let number = parse_number(text, value.scale, value.cells.thousands, value.cells.decimal.unwrap_or('.')).map_err(&bad)?;
    if number.value < 0.0 && !value.definition.signed {
        return Err(bad(format!("`{}` cannot be negative", value.rule.measure)));
    }
    if value.definition.whole && number.value.fract() != 0.0 {
        return Err(bad(format!("`{}` counts whole units", value.rule.measure)));
    }
    let bounds = value.cells.rounded.get(text).map(|rounded| (rounded.low, rounded.high));
    let bound = bounds.map(|_| "rounding");
    Ok(Cell::Value { value: Some(number.value), decimals: number.decimals, bounds, bound, status: Status::NORMAL, conf: "F" })
}
