//! What a definition of events may not say: sums that count something twice, and checks that are never made.

use std::collections::BTreeSet;

use paso_model::{Dimension, MeasureKind, Measures, code};

use crate::spec::{Observe, Source, Tabulation, Value};

/// The key of what is wrong, and what it is.
type Problem = (&'static str, String);

const TABULATE: &str = "observe.event.tabulate";

/// Refuses a definition whose events would be counted wrongly.
pub(crate) fn check(observe: &Observe, measures: &Measures) -> Result<(), Problem> {
    let Some(rule) = &observe.event else { return Ok(()) };
    unused(observe)?;
    for tabulation in &rule.tabulate {
        names(tabulation, observe, measures)?;
        let by: BTreeSet<Dimension> = tabulation.by.iter().filter_map(|name| name.parse().ok()).collect();
        let values: Vec<&Value> = observe.values.iter().filter(|value| is_added(tabulation, value)).collect();
        let tables = Tables { observe, tabulation, by };
        tables.single_columns(&values)?;
        tables.neighbours(&values)?;
        if tabulation.count.is_some() {
            tables.counted()?;
        }
    }
    Ok(())
}

/// Refuses what is said of observations and never looked at for events.
fn unused(observe: &Observe) -> Result<(), Problem> {
    if observe.values.iter().filter_map(|value| value.cells.as_ref()).chain([&observe.cells]).any(|cells| !cells.zero.is_empty()) {
        let problem = "says that texts stand for 0, which no check can prove beside `observe.event`: no totals of events are printed";
        return Err(("observe.cells.zero", problem.to_owned()));
    }
    if !observe.totals.is_empty() {
        let problem = "is never compared beside `observe.event`: no totals of events are printed. Take it out";
        return Err(("observe.totals", problem.to_owned()));
    }
    if observe.sum.is_some() {
        let problem = "adds up rows of one key, and events have none: `observe.event.tabulate` says what is added up. Take it out";
        return Err(("observe.sum", problem.to_owned()));
    }
    Ok(())
}

/// Whether a tabulation adds up the figures of a value column.
fn is_added(tabulation: &Tabulation, value: &Value) -> bool {
    tabulation.measures.is_empty() || tabulation.measures.contains(&value.measure)
}

/// Refuses dimensions and measures that there are none of, and measures that do not add up.
fn names(tabulation: &Tabulation, observe: &Observe, measures: &Measures) -> Result<(), Problem> {
    if let Some(name) = tabulation.by.iter().find(|name| name.parse::<Dimension>().is_err()) {
        return Err((TABULATE, format!("names `{name}`, which is no dimension of the observation")));
    }
    let holds = |measure: &String| observe.values.iter().any(|value| value.measure == *measure);
    if let Some(measure) = tabulation.measures.iter().find(|measure| !holds(measure)) {
        return Err((TABULATE, format!("adds up `{measure}`, which no value column holds")));
    }
    let is_flow = |measure: &String| measures.get(measure).is_none_or(|definition| definition.kind == MeasureKind::Flow);
    if let Some(value) = observe.values.iter().find(|value| is_added(tabulation, value) && !is_flow(&value.measure)) {
        return Err((TABULATE, format!("adds up `{}`, which is no flow", value.measure)));
    }
    let Some(count) = &tabulation.count else { return Ok(()) };
    if measures.get(count).is_none() {
        return Err((TABULATE, format!("counts `{count}`, which reference/measures.toml does not have")));
    }
    if !is_flow(count) {
        return Err((TABULATE, format!("counts `{count}`, which is no flow")));
    }
    if holds(count) {
        return Err((
            TABULATE,
            format!("counts events as `{count}`, which a value column holds: a figure and a count would be one number"),
        ));
    }
    Ok(())
}

/// The codes that a dimension of a value column can have, as far as the definition names them.
#[derive(Debug, Default)]
struct Codes<'o> {
    /// Those that cover the dimension.
    whole: BTreeSet<&'o str>,
    /// Those that are a part of it.
    parts: BTreeSet<&'o str>,
    /// Whether others come from a list or from the body.
    open: bool,
    /// Whether some are sub-totals of others.
    subtotals: bool,
}

impl<'o> Codes<'o> {
    fn of(dimension: Dimension, source: Option<&'o Source>) -> Self {
        let mut codes = Self::default();
        match source {
            Some(source) => codes.add(dimension, source),
            None => codes.name(dimension, dimension.default_code()),
        }
        codes
    }

    fn add(&mut self, dimension: Dimension, source: &'o Source) {
        let named = source.code.iter().chain(source.codes.values()).chain(&source.blank).chain(&source.otherwise).chain(&source.for_groups);
        named.for_each(|code| self.name(dimension, code));
        let listed = !source.codes.is_empty() || source.otherwise.is_some();
        self.open |= source.scheme.is_some() || source.form.is_some() || !source.own.is_empty() || (source.column.is_some() && !listed);
        self.subtotals |= !source.subtotals.is_empty();
        if let Some(next) = &source.or {
            self.add(dimension, next);
        }
    }

    /// What does not apply is neither: it has a key of its own.
    fn name(&mut self, dimension: Dimension, code: &'o str) {
        let world = dimension == Dimension::RefArea && matches!(code, code::TOTAL | code::WORLD);
        if world || (dimension.is_total(code) && code != code::NOT_APPLICABLE) {
            self.whole.insert(code);
        } else if code != code::NOT_APPLICABLE {
            self.parts.insert(code);
        }
    }

    fn may_be_part(&self) -> bool {
        self.open || !self.parts.is_empty()
    }

    fn is_whole(&self) -> bool {
        !self.whole.is_empty() && !self.may_be_part()
    }

    /// Whether no code can be one of the other's too.
    fn differs_from(&self, other: &Self) -> bool {
        let all = |codes: &Self| codes.whole.union(&codes.parts).copied().collect::<BTreeSet<_>>();
        let (one, two) = (all(self), all(other));
        !self.open && !other.open && !one.is_empty() && !two.is_empty() && one.is_disjoint(&two)
    }
}

/// One tabulation of a definition.
struct Tables<'o> {
    observe: &'o Observe,
    tabulation: &'o Tabulation,
    by: BTreeSet<Dimension>,
}

impl<'o> Tables<'o> {
    /// The dimensions that are added up.
    fn left_out(&self) -> impl Iterator<Item = Dimension> {
        Dimension::ALL.into_iter().filter(|dimension| *dimension != Dimension::OriginBasis && !self.by.contains(dimension))
    }

    /// Where a value column has a dimension from.
    fn source(&self, value: &'o Value, dimension: Dimension) -> Option<&'o Source> {
        let mut at = dimension;
        for _ in Dimension::ALL {
            let source = value.dimensions.get(at.column()).or_else(|| self.observe.dimensions.get(at.column()));
            match source.and_then(|source| source.same_as.as_deref()).and_then(|name| name.parse().ok()) {
                Some(next) => at = next,
                None => return source,
            }
        }
        None
    }

    fn by(&self) -> String {
        let names: Vec<String> = self.tabulation.by.iter().map(|name| format!("`{name}`")).collect();
        if names.is_empty() { "no dimension".to_owned() } else { names.join(", ") }
    }

    /// Refuses a column that says both a total and its parts: the rows of an event would be added to their sum.
    fn single_columns(&self, values: &[&'o Value]) -> Result<(), Problem> {
        let of_values = |dimension| values.iter().map(move |value| Codes::of(dimension, self.source(value, dimension)));
        let named = self.left_out().flat_map(|dimension| of_values(dimension).map(move |codes| (dimension.to_string(), codes)));
        let others = self.observe.other.iter().filter(|_| !self.by.contains(&Dimension::Other));
        let others = others.map(|(id, source)| (format!("other.{id}"), Codes::of(Dimension::Other, Some(source))));
        for (name, codes) in named.chain(others) {
            let beside = match codes.whole.first() {
                Some(total) if codes.may_be_part() => format!("may be the total `{total}` as well as a part of it"),
                _ if codes.subtotals => "has sub-totals beside their parts".to_owned(),
                _ => continue,
            };
            let problem = format!(
                "by {} leaves out `{name}`, which {beside}: rows would be added to their sum. Keep it in `by`, or exclude the rows of totals",
                self.by()
            );
            return Err((TABULATE, problem));
        }
        Ok(())
    }

    /// Refuses two columns of one measure of which one holds the total and the other parts of it.
    fn neighbours(&self, values: &[&'o Value]) -> Result<(), Problem> {
        for (at, one) in values.iter().enumerate() {
            for other in values.iter().skip(at + 1).filter(|other| other.measure == one.measure) {
                let codes = |dimension| [one, other].map(|value| Codes::of(dimension, self.source(value, dimension)));
                let kept_apart = self.by.iter().any(|dimension| {
                    let [one, other] = codes(*dimension);
                    one.differs_from(&other)
                });
                let twice = self.left_out().find_map(|dimension| {
                    let [first, second] = codes(dimension);
                    let of_first = first.is_whole() && second.may_be_part();
                    let of_second = second.is_whole() && first.may_be_part();
                    of_first.then_some((dimension, one, other)).or(of_second.then_some((dimension, other, one)))
                });
                if let Some((dimension, whole, part)) = twice.filter(|_| !kept_apart) {
                    let problem = format!(
                        "by {} adds the column `{}`, which holds the total of `{dimension}`, to its parts in `{}`: both are `{}`. Keep `{dimension}` \
                         in `by`, or give the parts a measure of their own",
                        self.by(),
                        whole.column,
                        part.column,
                        one.measure
                    );
                    return Err((TABULATE, problem));
                }
            }
        }
        Ok(())
    }

    /// Refuses counts by what the columns of one row tell apart: the event would have to be in one of them.
    fn counted(&self) -> Result<(), Problem> {
        let Some(first) = self.observe.values.first() else { return Ok(()) };
        let told = |dimension: &&Dimension| {
            self.observe.values.iter().any(|value| self.source(value, **dimension) != self.source(first, **dimension))
        };
        match self.by.iter().find(told) {
            Some(dimension) => Err((
                TABULATE,
                format!(
                    "counts events by `{dimension}`, of which one event has several: value columns tell them apart. Leave one of the two out"
                ),
            )),
            None => Ok(()),
        }
    }
}
