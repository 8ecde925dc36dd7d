//! `diff`: what an edition changed.

use paso_model::Measures;
use paso_pipeline::diff::{
    By, Change, ChangeKind, Comparison, EditionPair, Figure, Filter, Group, MeasureCounts, NamedEdition, compare, key_columns, sums,
};
use serde_json::{Map, Value, json};

use crate::{
    cli::{ChangeChoice, Diff, DiffBy},
    commands::{existing, load},
    exit::{Abort, ExitStatus},
    printer::{Cell, Output, Printer, Rows},
    settings::Settings,
};

pub(crate) fn execute(settings: &Settings, arguments: &Diff) -> Result<ExitStatus, Abort> {
    let (words, filter) = split(&arguments.words)?;
    let pipeline = load(settings)?;
    let lake = existing(settings)?;
    let pair = EditionPair::choose(&pipeline, &lake, &words)?;
    match arguments.by {
        Some(by) => by_dimension(settings, arguments, &pair, &filter, by, &pipeline.reference.measures)?,
        None => by_key(settings, arguments, &pair, &filter)?,
    }
    Ok(ExitStatus::Done)
}

/// The words that name editions, and the selectors among them: `ref_area=CHL,PER`.
fn split(words: &[String]) -> Result<(Vec<String>, Filter), Abort> {
    let (selectors, words): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| word.contains('='));
    let mut filter = Filter::new();
    for (column, codes) in selectors.iter().filter_map(|word| word.split_once('=')) {
        if !key_columns().contains(&column) {
            let hint = Some(format!("a selector begins with one of {}", key_columns().join(", ")));
            return Err(Abort::message(ExitStatus::Usage, format!("`{column}={codes}`: `{column}` is no column of the key"), hint));
        }
        filter.entry(column.to_owned()).or_default().extend(codes.split(',').map(str::to_owned));
    }
    if words.is_empty() {
        let hint = Some("such as `paso diff DATASET ref_area=CHL`; `paso sources` lists the datasets".to_owned());
        return Err(Abort::message(ExitStatus::Usage, "no dataset or edition is named", hint));
    }
    Ok((words.into_iter().cloned().collect(), filter))
}

fn by_key(settings: &Settings, arguments: &Diff, pair: &EditionPair, filter: &Filter) -> Result<(), Abort> {
    let comparison = compare(pair, filter)?;
    let printer = Printer::new(settings.output);
    // A table shows what was revised; what came and went is counted above it. Programs get everything.
    let kind = match (arguments.kind, settings.output) {
        (Some(choice), _) => Some(choice.into()),
        (None, Output::Table) => Some(ChangeKind::Changed),
        (None, _) => None,
    };
    let chosen: Vec<&Change> = comparison.changes.iter().filter(|change| kind.is_none_or(|kind| change.kind == kind)).collect();
    match settings.output {
        Output::Json => {
            let changes: Vec<Value> = chosen.iter().map(|change| object(&comparison, change)).collect();
            Printer::json(&json!({
                "dataset": pair.dataset, "old": edition(&pair.old), "new": edition(&pair.new),
                "measures": comparison.measures, "changes": changes,
            }))?;
        }
        Output::Csv => printer.rows(&every_column(&comparison, &chosen))?,
        Output::Table => {
            Printer::text(&heading(pair))?;
            printer.rows(&counts(&comparison))?;
            let shown = chosen.get(..arguments.rows).unwrap_or(&chosen);
            if shown.is_empty() {
                return Ok(Printer::text(match (arguments.kind, kind) {
                    (_, Some(ChangeKind::New)) => "no key is new",
                    (_, Some(ChangeKind::Retracted)) => "no key was retracted",
                    (None, _) if !comparison.changes.is_empty() => {
                        "no value and no status changed; --kind new and --kind retracted show the others"
                    }
                    _ => "no value and no status changed",
                })?);
            }
            let (common, rows) = varying(&comparison, shown);
            if !common.is_empty() {
                Printer::text(&format!("in all rows: {common}"))?;
            }
            printer.rows(&rows)?;
            tell_of_more(shown.len(), chosen.len(), "keys");
        }
    }
    Ok(())
}

fn tell_of_more(shown: usize, all: usize, what: &str) {
    if all > shown {
        tracing::warn!("{shown} of {all} {what} are shown: use --rows, or --output csv for all");
    }
}

fn heading(pair: &EditionPair) -> String {
    let one = |edition: &NamedEdition| format!("{}, {} rows", edition.label(), edition.rows);
    format!("{}  →  {}", one(&pair.old), one(&pair.new))
}

fn edition(edition: &NamedEdition) -> Value {
    json!({ "edition": edition.name, "vintage": edition.vintage.to_string(), "rows": edition.rows })
}

/// How many keys differ, by measure. Columns without a count are left out, so that what there is stands out.
fn counts(comparison: &Comparison) -> Rows {
    const COLUMNS: [&str; 6] = ["equal", "changed", "status only", "new", "retracted", "untouched"];
    let of = |counts: &MeasureCounts| [counts.equal, counts.changed, counts.status_only, counts.new, counts.retracted, counts.untouched];
    let used: Vec<usize> =
        (0..COLUMNS.len()).filter(|column| *column < 2 || comparison.measures.iter().any(|counts| of(counts)[*column] > 0)).collect();
    let mut rows = Rows::new(["keys by measure"].into_iter().chain(used.iter().map(|column| COLUMNS[*column])));
    for counts in &comparison.measures {
        let cells = used.iter().map(|column| Cell::Count(of(counts)[*column]));
        rows.push([Cell::text(&counts.measure)].into_iter().chain(cells).collect());
    }
    rows
}

fn number(value: Option<f64>) -> Cell {
    value.map_or(Cell::Nothing, Cell::Number)
}

fn value(figure: Option<&Figure>) -> Option<f64> {
    figure.and_then(|figure| figure.value)
}

fn status(figure: Option<&Figure>) -> Option<&str> {
    figure.map(|figure| figure.status.as_str())
}

/// The rows with the columns in which they differ, and what they have in common, totals left out.
fn varying(comparison: &Comparison, shown: &[&Change]) -> (String, Rows) {
    let keys: Vec<Vec<&str>> = shown.iter().map(|change| comparison.key(change).collect()).collect();
    let place = |name: &str| key_columns().iter().position(|column| *column == name);
    let residence = place("ref_area").zip(place("destination"));
    let said_twice = residence.filter(|(area, destination)| keys.iter().all(|key| key[*area] == key[*destination]));
    let (mut common, mut columns) = (Vec::new(), Vec::new());
    for (index, name) in key_columns().iter().enumerate() {
        let first = keys[0][index];
        if said_twice.is_some_and(|(_, destination)| destination == index) {
            continue;
        }
        // What is measured always stands in the row.
        if !matches!(*name, "measure" | "period") && keys.iter().all(|key| key[index] == first) {
            common.extend((!matches!(first, "_T" | "_Z")).then(|| format!("{name} {first}")));
        } else {
            columns.push((index, *name));
        }
    }
    let headings = columns.iter().map(|(_, name)| *name);
    let mut rows = Rows::new(headings.chain(["old", "new", "difference", "per cent", "status"]));
    for (change, key) in shown.iter().zip(&keys) {
        let (old, new) = (change.old.as_ref(), change.new.as_ref());
        let status = match (status(old), status(new)) {
            (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
            (old, new) => new.or(old).unwrap_or_default().to_owned(),
        };
        let mut cells: Vec<Cell> = columns.iter().map(|(index, _)| Cell::text(key[*index])).collect();
        cells.extend([number(value(old)), number(value(new)), number(change.difference()), number(change.per_cent()), Cell::text(status)]);
        rows.push(cells);
    }
    (common.join(", "), rows)
}

fn kind_name(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Changed => "changed",
        ChangeKind::New => "new",
        ChangeKind::Retracted => "retracted",
    }
}

/// The rows with the whole key, for programs.
fn every_column(comparison: &Comparison, chosen: &[&Change]) -> Rows {
    let figures = ["old", "new", "difference", "per_cent", "old_status", "new_status"];
    let mut rows = Rows::new(["change"].iter().chain(key_columns()).chain(&figures).copied());
    for change in chosen {
        let (old, new) = (change.old.as_ref(), change.new.as_ref());
        let mut cells = vec![Cell::text(kind_name(change.kind))];
        cells.extend(comparison.key(change).map(Cell::text));
        cells.extend([number(value(old)), number(value(new)), number(change.difference()), number(change.per_cent())]);
        cells.extend([Cell::maybe(status(old)), Cell::maybe(status(new))]);
        rows.push(cells);
    }
    rows
}

fn object(comparison: &Comparison, change: &Change) -> Value {
    let key: Map<String, Value> =
        key_columns().iter().map(|name| (*name).to_owned()).zip(comparison.key(change).map(Value::from)).collect();
    json!({
        "change": change.kind, "key": key, "old": change.old, "new": change.new,
        "difference": change.difference(), "per_cent": change.per_cent(),
    })
}

fn by_dimension(
    settings: &Settings,
    arguments: &Diff,
    pair: &EditionPair,
    filter: &Filter,
    by: DiffBy,
    measures: &Measures,
) -> Result<(), Abort> {
    let by = By::from(by);
    let groups = sums(pair, filter, by, measures)?;
    let printer = Printer::new(settings.output);
    if settings.output == Output::Json {
        Printer::json(&json!({
            "dataset": pair.dataset, "old": edition(&pair.old), "new": edition(&pair.new), "by": by.dimension().unwrap_or("period"), "groups": groups,
        }))?;
        return Ok(());
    }
    let table = settings.output == Output::Table;
    let shown = if table { groups.get(..arguments.rows).unwrap_or(&groups) } else { &groups };
    if table {
        Printer::text(&heading(pair))?;
        if shown.is_empty() {
            return Ok(Printer::text("no sum differs")?);
        }
    }
    printer.rows(&grouped(shown, by))?;
    if table {
        tell_of_more(shown.len(), groups.len(), "sums");
    }
    Ok(())
}

fn grouped(groups: &[Group], by: By) -> Rows {
    let names = ["measure", "unit"].into_iter().chain(by.dimension()).chain([
        "period",
        "breakdown",
        "old",
        "new",
        "difference",
        "per_cent",
        "shared",
        "only_old",
        "only_new",
    ]);
    let mut rows = Rows::new(names);
    for group in groups {
        let mut cells = vec![Cell::text(&group.measure), Cell::text(&group.unit)];
        cells.extend(group.code.as_ref().map(Cell::text));
        cells.extend([Cell::text(&group.period), Cell::text(&group.breakdown)]);
        cells.extend([group.old, group.new, group.difference, group.per_cent].map(number));
        cells.extend([group.shared, group.only_old, group.only_new].map(|keys| Cell::Count(keys.into())));
        rows.push(cells);
    }
    rows
}

impl From<DiffBy> for By {
    fn from(by: DiffBy) -> Self {
        match by {
            DiffBy::Period => Self::Period,
            DiffBy::RefArea => Self::RefArea,
            DiffBy::Origin => Self::Origin,
        }
    }
}

impl From<ChangeChoice> for ChangeKind {
    fn from(choice: ChangeChoice) -> Self {
        match choice {
            ChangeChoice::Changed => Self::Changed,
            ChangeChoice::New => Self::New,
            ChangeChoice::Retracted => Self::Retracted,
        }
    }
}
