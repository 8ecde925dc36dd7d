//! The keys of the tables `observe`, `codelist` and `notes`, as data: the reference documentation is generated from here.

/// Every key: its path, the type of its value, and what it does. `<name>` stands for a name of the author's choice.
pub const KEYS: &[(&str, &str, &str)] = &[
    ("observe.vintage.date", "date", "The edition date, where the publisher states it outside the body."),
    ("observe.vintage.fact", "text", "The decoded fact that holds the edition date."),
    (
        "observe.vintage.format",
        "text",
        "How the fact is written, in strptime notation; several forms joined by `|`. `%Y-%m-%d` unless said otherwise.",
    ),
    (
        "observe.complete_for",
        "`everything` or list of dimensions",
        "What a new edition replaces: everything, or within the values of these dimensions (`measure` and `period` count) that it holds; an empty list adds and corrects only. A key that a complete edition no longer has is retracted.",
    ),
    (
        "observe.period.column",
        "text",
        "The column of the period. Exactly one of `column`, `columns` and `always`. There is no `observe.period` where every value column has its own.",
    ),
    (
        "observe.period.columns",
        "list of texts",
        "Columns whose texts together say the period, such as a year and a month; one space joins them.",
    ),
    ("observe.period.always", "text", "The period of every row, where the body states it outside the rows."),
    ("observe.period.strip_prefix", "text", "What every text begins with, and what is taken off: `a` for `a2002`."),
    (
        "observe.period.take",
        "`first_word`, `last_word`, `after_first_word` or `before_last_word`",
        "The words of the text that are meant, where it says two things: the last of `Hombres 2018`.",
    ),
    ("observe.period.prefix", "text", "What is put before the text, where the body leaves it out: `2026 ` for `26-Apr`."),
    (
        "observe.period.codes",
        "table of texts",
        "Paso's labels by text, looked up before the forms: `2025 = \"2025-01-01/2025-07-01\"` for a year of which half is published.",
    ),
    (
        "observe.period.forms",
        "list of `year`, `year_span`, `label`, `sdmx`, `month`, `quarter`, `{ date = \"%d/%m/%Y\" }`, `epoch_ms`",
        "How periods are written: `2020` (for a stock, the concept's `reference_day` in it); `1990-1995` (mid-year to mid-year); paso's own labels such as `2020-Q3`; SDMX time periods (also `1990-M01`); a year and a month, by number or by name in English, Spanish, Portuguese or French; a year and a quarter (`2018 4`, `2011Q1`); a day in strptime notation; milliseconds since 1970.",
    ),
    ("observe.period.grain", "`month`, `quarter` or `year`", "The span of a day that is meant, where the forms read days."),
    ("observe.period.offset", "text", "The offset from universal time, such as `-05:00`, in which milliseconds are dated."),
    (
        "observe.dimensions.<name>",
        "source",
        "Where a dimension of the observation comes from. One that is not named is the total; a direction is then not applicable.",
    ),
    ("observe.other.<name>", "source", "A further breakdown, by an identifier in capitals; it goes to the column `other`."),
    ("source: code", "text", "The same code in every row. Exactly one of `code`, `same_as` and `column`."),
    ("source: same_as", "dimension", "The code of another dimension; the two are then one breakdown."),
    ("source: column", "text", "The decoded column."),
    ("source: codes", "table of texts", "Codes by the text in the column."),
    ("source: scheme", "text", "The scheme of `reference/schemes.toml` that knows the texts that `codes` does not."),
    ("source: strip_prefix", "text", "What every text begins with, and what is taken off before it is looked up."),
    (
        "source: take",
        "`first_word`, `last_word`, `after_first_word` or `before_last_word`",
        "The words of the text that are meant, where it says two things: all but the last of `Otros Países 2018`.",
    ),
    ("source: own", "list of texts", "Texts that stand for the row's reference area: its nationals."),
    (
        "source: form",
        "`age`",
        "How texts that `codes` does not know are written: ages in completed years (`7`, `00 A 04`, `80 o más`, `85+`).",
    ),
    ("source: otherwise", "text", "The code of every text that nothing else here knows: the plain form of what `codes` tells apart."),
    (
        "source: otherwise_where",
        "list of texts",
        "What must stand in a text for `otherwise` to be its code, such as the `,` of a list: a misspelt name is quarantined all the same.",
    ),
    ("source: blank", "text", "The code of an empty cell."),
    ("source: for_groups", "text", "The code where the reference area is a group, whatever the column says."),
    ("source: subtotals", "list of texts", "Codes that are sub-totals of others; the breakdown stars them."),
    ("source: or", "source", "Where to look when the cell is empty, or the form of the body lacks the column."),
    (
        "observe.cells.missing",
        "table of texts",
        "Texts that mean a missing value, with the SDMX status letter that says why. `\"\"` is an empty cell.",
    ),
    (
        "observe.cells.exclude",
        "table of texts",
        "Texts that are no number of the table (not applicable, summed out), with the reason: declared exclusions, counted in the account.",
    ),
    (
        "observe.cells.suppressed",
        "table of intervals",
        "Texts that stand for a withheld number, with `low` and `high` where the publisher states them.",
    ),
    (
        "observe.cells.rounded",
        "table of intervals",
        "Printed numbers that stand for any number from `low` to `high`, because the publisher rounds small ones.",
    ),
    (
        "observe.cells.rounded_to",
        "number",
        "Every number is rounded to a multiple of this one, and stands for any that is rounded to it; one that is no multiple is exact.",
    ),
    ("observe.cells.zero", "list of texts", "Texts that stand for 0. There must be a check under `observe.totals` that proves it."),
    ("observe.cells.thousands", "character", "The thousands mark; it must stand between groups of three digits."),
    ("observe.cells.decimal", "character", "The decimal mark; `.` unless said otherwise."),
    ("observe.values.column", "text", "A value column."),
    ("observe.values.measure", "text", "What it counts, from `reference/measures.toml`."),
    ("observe.values.unit", "source", "The unit, where it differs from the measure's."),
    ("observe.values.counts", "`cells`", "Where cells hold no number, such as the day of an act: every text is one."),
    ("observe.values.scale", "power of ten", "The published unit in terms of the stored one: 1000 where thousands are published."),
    ("observe.values.when", "table of lists", "Only rows whose columns hold one of these texts."),
    (
        "observe.values.status",
        "text",
        "SDMX status letters in the place of `observe.status`: `A` where `when` picks the one count among estimates.",
    ),
    ("observe.values.optional", "true or false", "Whether a form of the body may lack the column."),
    ("observe.values.period", "period", "Its period, where it differs from that of the other values; it has the keys of `observe.period`."),
    ("observe.values.bounds.low", "text", "The column of the lower end of the interval that the publisher gives for the value."),
    ("observe.values.bounds.high", "text", "The column of the upper end."),
    ("observe.values.bounds.kind", "`ci95`", "What the interval is."),
    ("observe.values.bounds.optional", "true or false", "Whether a form of the body may lack both columns; it then has no intervals."),
    ("observe.values.dimensions.<name>", "source", "A dimension that differs from that of the other values."),
    ("observe.values.cells", "cells", "How its cells are read, where it differs; takes the place of `observe.cells` as a whole."),
    ("observe.exclude.column", "text", "A column that tells rows that are no data, such as headings."),
    ("observe.exclude.texts", "list of texts", "The texts in it that do; `\"\"` is an empty cell."),
    ("observe.exclude.reason", "text", "The name under which the account counts their cells."),
    ("observe.status", "text", "SDMX status letters that every row carries: `E` where the publisher estimates."),
    ("observe.status_from.column", "text", "A column that adds status letters."),
    (
        "observe.status_from.codes",
        "table of texts",
        "Letters by text, `A` for none; a text that is not here sends its cells to quarantine.",
    ),
    ("observe.status_from.optional", "true or false", "Whether a form of the body may lack the column."),
    ("observe.conf_from.column", "text", "A column that says how confidential a value is."),
    (
        "observe.conf_from.codes",
        "table of texts",
        "Letters of SDMX CL_CONF_STATUS by text; an empty cell is `F`. A value that is missing where the letter is another one is withheld, status `Q`.",
    ),
    ("observe.conf_from.optional", "true or false", "Whether a form of the body may lack the column."),
    ("observe.nature", "text", "The column that says how the figure was made; kept as printed."),
    ("observe.flags.column", "text", "The column with the publisher's flags; kept as printed. Several columns are a list of such tables."),
    ("observe.flags.list", "text", "The list of `reference/flags.toml` that explains them; an unknown flag is quarantined."),
    (
        "observe.flags.separator",
        "text",
        "What stands between flags of one cell; empty where every character is one. Without it, a cell is one flag.",
    ),
    ("observe.flags.optional", "true or false", "Whether a form of the body may lack the column."),
    (
        "observe.event.kind",
        "text",
        "That rows are events, and of what kind: `displacement`, `incident`, `treaty_action`. They go into the table `events`; the observations are made by `tabulate`.",
    ),
    (
        "observe.event.id",
        "list of texts",
        "The columns of the publisher's id, joined by `/`; a `/` in one of several is written `%2F`. Without them, and where all are empty, the id is the beginning of a SHA-256 of what the event says.",
    ),
    ("observe.event.title", "text", "The column of the event's title."),
    (
        "observe.event.start",
        "period",
        "The first day; it has the keys of `observe.period`. Without it, the days are those of the figure's period.",
    ),
    ("observe.event.end", "period", "The last day; without it, the last day of what `start` reads."),
    (
        "observe.event.may_end_before_start",
        "true or false",
        "Whether days that run backwards are kept as published; otherwise the figures of such an event are quarantined.",
    ),
    ("observe.event.accuracy", "text", "The column that says how exact the days are, or the first of them; kept as printed."),
    ("observe.event.end_accuracy", "text", "The column that says how exact the last day is; kept as printed."),
    (
        "observe.event.codes",
        "text",
        "The column of the codes that others give the event; kept as printed. An array of them is joined by `decode.json.join`.",
    ),
    ("observe.event.point.column", "text", "The column of both coordinates, with a comma between them."),
    ("observe.event.point.order", "`lat_lon` or `lon_lat`", "Which comes first in it; `lat_lon` unless said otherwise."),
    ("observe.event.point.lat", "text", "The column of degrees north, where each coordinate has its own. Half a place is refused."),
    ("observe.event.point.lon", "text", "The column of degrees east."),
    ("observe.event.precision", "text", "The column that says how exact the place is; kept as printed."),
    (
        "observe.event.tabulate.by",
        "list of dimensions",
        "Observations that are made: the figures of one period are added up by these dimensions. Their `method` is `tabulation`. A figure that is not known adds nothing, and its status letter stays in the sum; intervals of rounding and suppression add up, and a sum with a withheld part is its interval alone. What would add a total to its parts is refused.",
    ),
    (
        "observe.event.tabulate.measures",
        "list of texts",
        "The measures that are added up, of those of `observe.values`; all when there is none.",
    ),
    (
        "observe.event.tabulate.count",
        "text",
        "The measure that counts the events themselves, once for each period, whatever figures they have. It cannot be counted by what value columns tell apart.",
    ),
    (
        "observe.sum.note",
        "text (en, es)",
        "That rows of one key are parts of one figure and add up, and why. The figure has `sum` in `method` and points to the first cell; the others are counted as `summed`.",
    ),
    (
        "observe.max_quarantined",
        "number",
        "How many cells of an edition may be in quarantine before a release that reads it is refused; none unless said otherwise.",
    ),
    ("observe.totals.parts", "breakdown", "The breakdown whose sum must meet a printed total, such as `ref_area+sex`."),
    ("observe.totals.whole", "breakdown", "The breakdown of the printed total, such as `ref_area`."),
    ("observe.totals.tolerance", "number", "The largest difference that is no error, in the measure's unit."),
    (
        "observe.totals.selection",
        "true or false",
        "Whether the parts are a selection, which `note` explains: some were not asked for or are not printed. They may sum to less than the total, never to more.",
    ),
    (
        "observe.totals.differing",
        "number",
        "How many totals of an edition may differ by more: known mistakes of the publisher, which the note names. One more refuses the release.",
    ),
    ("observe.totals.measures", "list of texts", "The measures that are compared; all when there is none."),
    ("observe.totals.note", "text", "Why a difference is tolerated."),
    ("codelist.vintage", "vintage", "The edition date, as for observations."),
    ("codelist.code", "text", "The column of the code."),
    ("codelist.scheme", "text", "The scheme that must know every code."),
    ("codelist.name", "text", "The column of the name."),
    ("codelist.aggregate.column", "text", "The column that marks aggregates."),
    ("codelist.aggregate.text", "text", "The text that marks one; the area must be a group exactly there."),
    ("notes.vintage", "vintage", "The edition date, as for observations."),
    (
        "notes.text",
        "text",
        "The column of a footnote's words. Each footnote is a row of the view `notes` for each measure and span of years.",
    ),
    ("notes.years", "text", "The column of the years that it holds for: years and spans of years, such as `2015 - 2018, 2020`."),
    ("notes.measures.column", "text", "The column that says what it qualifies."),
    ("notes.measures.separator", "text", "What stands between two texts of that column."),
    ("notes.measures.codes", "table of lists", "The measures that each text stands for."),
    (
        "notes.dimensions.<name>",
        "table",
        "An area: `ref_area`, `origin` or `destination`, by its `column` and the `scheme` of its codes. An empty cell is all of them, `_T`.",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use crate::{Codelist, Notes, Observe};

    use super::*;

    /// A definition that uses every key.
    const OBSERVE: &str = r#"
        complete_for = ["period"]
        vintage = { date = "2020-12-01", fact = "f", format = "%Y" }
        period = { column = "year", columns = ["a"], always = "2015", strip_prefix = "a", take = "first_word", prefix = "20", codes = { a = "2020" }, forms = ["year", { date = "%Y" }], grain = "month", offset = "-05:00" }
        dimensions.sex = { code = "F", same_as = "sex", column = "s", codes = { a = "F" }, scheme = "x", form = "age", strip_prefix = "a", take = "last_word", own = ["NAT"], otherwise = "_U", otherwise_where = [","], blank = "_U", for_groups = "mixed", subtotals = ["a"], or = { code = "M" } }
        other.TYPE = { code = "A" }
        cells = { missing = { ".." = "O" }, exclude = { "-" = "none" }, suppressed = { "*" = { low = 1, high = 5 } }, rounded = { "0" = { low = 0, high = 4 } }, rounded_to = 5, zero = [""], thousands = ",", decimal = "." }
        values = [{ column = "v", measure = "m", unit = { code = "PS" }, counts = "cells", scale = 1000, when = { b = ["x"] }, status = "A", optional = true, period = { always = "2020", forms = ["year"] }, bounds = { low = "l", high = "h", kind = "ci95", optional = true }, dimensions.age = { code = "_T" }, cells = {} }]
        exclude = [{ column = "c", texts = [""], reason = "heading" }]
        status = "E"
        max_quarantined = 3
        status_from = { column = "t", codes = { I = "I" }, optional = true }
        conf_from = { column = "t", codes = { C = "C" }, optional = true }
        sum = { note = { en = "n", es = "n" } }
        event = { kind = "k", id = ["i"], title = "t", start = { always = "2020", forms = ["year"] }, end = { always = "2020", forms = ["year"] }, may_end_before_start = true, accuracy = "a", end_accuracy = "e", codes = "g", point = { column = "p", order = "lon_lat", lat = "a", lon = "o" }, precision = "p", tabulate = [{ by = ["ref_area"], measures = ["m"], count = "c" }] }
        nature = "n"
        flags = [{ column = "f", list = "l", separator = "", optional = true }, { column = "g", list = "l" }]
        totals = [{ parts = "sex", whole = "_T", tolerance = 1.0, differing = 2, selection = true, measures = ["m"], note = "n" }]
    "#;
    const CODELIST: &str = r#"
        vintage = { date = "2020-12-01" }
        code = "c"
        scheme = "s"
        name = "n"
        aggregate = { column = "a", text = "t" }
    "#;
    const NOTES: &str = r#"
        vintage = { date = "2020-12-01" }
        text = "t"
        years = "y"
        measures = { column = "m", separator = ",", codes = { REF = ["refugees"] } }
        dimensions = { origin = { column = "o", scheme = "s" } }
    "#;

    /// The paths of a definition's keys as the table writes them.
    fn paths(value: &Value, path: &str, into: &mut BTreeSet<String>) {
        let leaf = [
            "cells.missing",
            "cells.exclude",
            "cells.suppressed",
            "cells.rounded",
            "values.when",
            "status_from.codes",
            "conf_from.codes",
            "period.codes",
            "period.forms",
            "values.period",
            "sum.note",
            "event.start",
            "event.end",
            "values.cells",
            "values.unit",
            "measures.codes",
        ];
        let named = ["observe.dimensions", "observe.other", "observe.values.dimensions", "notes.dimensions"];
        match value {
            Value::Object(map) if named.contains(&path) => into.extend(map.keys().map(|_| format!("{path}.<name>"))),
            Value::Object(map)
                if !leaf.iter().any(|leaf| path.ends_with(leaf)) && !matches!(path, "codelist.vintage" | "notes.vintage") =>
            {
                map.iter().for_each(|(key, value)| paths(value, &format!("{path}.{key}"), into));
            }
            Value::Array(items) if items.iter().any(Value::is_object) => items.iter().for_each(|item| paths(item, path, into)),
            _ => {
                into.insert(path.to_owned());
            }
        }
    }

    #[test]
    fn the_table_lists_exactly_the_keys_that_definitions_may_use() {
        let observe: Observe = toml::from_str(OBSERVE).unwrap();
        let codelist: Codelist = toml::from_str(CODELIST).unwrap();
        let mut used = BTreeSet::new();
        let observe = serde_json::to_value(&observe).unwrap();
        if let Value::Object(source) = &observe["dimensions"]["sex"] {
            used.extend(source.keys().map(|key| format!("source: {key}")));
        }
        paths(&observe, "observe", &mut used);
        paths(&serde_json::to_value(&codelist).unwrap(), "codelist", &mut used);
        let notes: Notes = toml::from_str(NOTES).unwrap();
        paths(&serde_json::to_value(&notes).unwrap(), "notes", &mut used);
        let listed: BTreeSet<String> = KEYS.iter().map(|(path, ..)| (*path).to_owned()).collect();
        assert_eq!(used, listed);
        assert_eq!(listed.len(), KEYS.len(), "no key is listed twice");
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let error = toml::from_str::<Observe>(&format!("{OBSERVE}\ncolour = 1")).unwrap_err().to_string();
        assert!(error.contains("unknown field `colour`"), "{error}");
    }
}
