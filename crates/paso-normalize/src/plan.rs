//! A definition compiled against the reference data: what each value column becomes.

use std::collections::{BTreeMap, BTreeSet};

use paso_areas::Areas;
use paso_model::{Concept, Dimension, Measure, MeasureKind, Measures, ORIGIN_BASES, SourceType, Status, code};

use crate::{
    block::DIMENSIONS,
    cell::{CellReader, Class, Classes},
    coder::{Allowed, Coder, Origin, allowed_for},
    codes::CodeLists,
    error::NormalizeError,
    event::EventReader,
    event_check,
    flags::Flags,
    period_form::PeriodReader,
    sense,
    spec::{CompleteFor, Observe, Source, Value},
    sum::Sums,
    symbols::{Symbol, Symbols},
};

/// The reference data that every dataset is normalized with.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'a> {
    /// Areas and schemes.
    pub areas: &'a Areas,
    /// Measures.
    pub measures: &'a Measures,
    /// Flags.
    pub flags: &'a Flags,
    /// Codes of dimensions without a standard list.
    pub codes: &'a CodeLists,
}

/// A value column's rule, compiled.
pub(crate) struct CompiledValue<'a> {
    pub(crate) rule: Value,
    pub(crate) measure: Symbol,
    pub(crate) definition: &'a Measure,
    pub(crate) unit: Origin,
    /// The letters that its rows carry, where they are not those of the dataset.
    pub(crate) status: Option<Status>,
    pub(crate) dimensions: [Origin; DIMENSIONS],
    /// The name under which a dimension is listed in the breakdown; none where another dimension stands for it.
    pub(crate) listed: [bool; DIMENSIONS],
    /// Of [`Plan::periods`].
    pub(crate) period: usize,
    /// The class of values whose interval stands in columns of its own.
    pub(crate) interval: Option<u16>,
    pub(crate) cells: CellReader,
    pub(crate) key: String,
}

/// A compiled definition.
pub(crate) struct Plan<'a> {
    pub(crate) coders: Vec<Coder<'a>>,
    pub(crate) values: Vec<CompiledValue<'a>>,
    /// Further breakdowns: identifier and source, sorted.
    pub(crate) other: Vec<(String, Origin)>,
    pub(crate) status: Status,
    pub(crate) status_codes: BTreeMap<String, Status>,
    /// The rule of the dataset, and those of single values.
    pub(crate) periods: Vec<PeriodReader>,
    pub(crate) reference_day: Option<(i8, i8)>,
    /// What the cells of all values can be.
    pub(crate) classes: Classes,
    /// The class of sums of several cells, where such are declared.
    pub(crate) summed: Option<Sums>,
    /// How rows are read that are events.
    pub(crate) event: Option<EventReader>,
}

/// SDMX `CL_CONF_STATUS`.
const CONF_STATUSES: [&str; 6] = ["F", "A", "C", "D", "N", "S"];

impl<'a> Plan<'a> {
    pub(crate) fn compile(
        dataset: &str,
        observe: &Observe,
        concept: &Concept,
        reference: Reference<'a>,
        symbols: &mut Symbols,
    ) -> Result<Self, NormalizeError> {
        let fail = |key: &str, problem: String| NormalizeError::Definition { dataset: dataset.to_owned(), key: key.to_owned(), problem };
        event_check::check(observe, reference.measures).map_err(|(key, problem)| fail(key, problem))?;
        sense::totals(&observe.totals).map_err(|(key, problem)| fail(&key, problem))?;
        let period = observe.period.as_ref().map(PeriodReader::compile).transpose();
        let period = period.map_err(|(key, problem)| fail(&format!("observe.period{key}"), problem))?;
        let mut compiler = Compiler {
            dataset,
            observe,
            reference,
            symbols,
            coders: Vec::new(),
            periods: period.into_iter().collect(),
            known: BTreeMap::new(),
            classes: Classes::default(),
        };
        let mut base = compiler.defaults();
        compiler.dimensions("observe.dimensions", &observe.dimensions, &mut base)?;
        if !observe.dimensions.contains_key("origin_basis") && !observe.dimensions.contains_key("origin") {
            base[Dimension::OriginBasis.index()] = Origin::Fixed(compiler.symbols.intern("_Z"));
        } else if !observe.dimensions.contains_key("origin_basis") {
            if !ORIGIN_BASES.contains(&concept.basis.as_str()) {
                return Err(fail("concept.basis", format!("`{}` is not one of {}", concept.basis, ORIGIN_BASES.join(", "))));
            }
            base[Dimension::OriginBasis.index()] = Origin::Fixed(compiler.symbols.intern(&concept.basis));
        }
        let mut other = Vec::new();
        for (id, source) in &observe.other {
            let key = format!("observe.other.{id}");
            sense::source(None, source).map_err(|problem| fail(&key, problem))?;
            let origin = compiler.origin(&key, source, Allowed::Nothing)?;
            other.push((id.clone(), origin));
        }
        let mut values = Vec::new();
        for (index, value) in observe.values.iter().enumerate() {
            values.push(compiler.value(index, value, base)?);
        }
        if values.is_empty() {
            return Err(fail("observe.values", "names no value column".to_owned()));
        }
        if let Some(flags) = observe.flags.0.iter().find(|flags| !reference.flags.has_list(&flags.list)) {
            return Err(fail("observe.flags.list", format!("names `{}`, which reference/flags.toml does not have", flags.list)));
        }
        let status = |key: &str, text: &str| text.parse::<Status>().map_err(|e| fail(key, e.to_string()));
        let base_status = observe.status.as_deref().map_or(Ok(Status::NORMAL), |text| status("observe.status", text))?;
        // An estimate never looks like a count.
        if concept.source_type == SourceType::Model && !base_status.contains('E') && !base_status.contains('F') {
            let problem = "is missing: figures of a model are estimates (`E`) or forecasts (`F`), whatever else a column says of them";
            return Err(fail("observe.status", problem.to_owned()));
        }
        let mut status_codes = BTreeMap::new();
        if let Some(column) = &observe.status_from {
            for (text, letters) in &column.codes {
                status_codes.insert(text.trim().to_owned(), status("observe.status_from.codes", letters)?);
            }
        }
        if let Some(text) =
            observe.conf_from.iter().flat_map(|column| column.codes.values()).find(|text| !CONF_STATUSES.contains(&text.as_str()))
        {
            return Err(fail("observe.conf_from.codes", format!("`{text}` is none of {}", CONF_STATUSES.join(", "))));
        }
        let reference_day = match &concept.reference_day {
            Some(text) => Some(month_day(text).ok_or_else(|| fail("concept.reference_day", format!("`{text}` is not MM-DD")))?),
            None => None,
        };
        check_names(observe).map_err(|(key, problem)| fail(key, problem))?;
        let stock = values.iter().find(|value| value.definition.kind == MeasureKind::Stock && compiler.periods[value.period].reads_years());
        if let (Some(value), None) = (stock, reference_day) {
            return Err(fail("concept.reference_day", format!("is missing, and `{}` is a stock", value.rule.measure)));
        }
        let event = observe.event.as_ref().map(EventReader::compile).transpose().map_err(|(key, problem)| fail(&key, problem))?;
        let summed = observe.sum.as_ref().map(|_| Sums::compile(&mut compiler.classes));
        let Compiler { coders, periods, classes, .. } = compiler;
        Ok(Self { coders, values, other, status: base_status, status_codes, periods, reference_day, classes, summed, event })
    }
}

/// Refuses names of dimensions that there are none of, in the tables that name them as text.
fn check_names(observe: &Observe) -> Result<(), (&'static str, String)> {
    let others: Vec<String> = observe.other.keys().map(|id| id.to_lowercase()).collect();
    let known = |name: &str| name.parse::<Dimension>().is_ok() || others.iter().any(|other| other == name);
    for check in &observe.totals {
        for (key, breakdown) in [("observe.totals.parts", &check.parts), ("observe.totals.whole", &check.whole)] {
            let mut names = breakdown.split('+').map(|name| name.trim_end_matches('*'));
            if let Some(name) = names.find(|name| *name != code::TOTAL && !known(name)) {
                return Err((key, format!("names `{name}`, which is no dimension of the observation")));
            }
        }
    }
    if let CompleteFor::Dimensions(names) = &observe.complete_for
        && let Some(name) =
            names.iter().find(|name| !matches!(name.as_str(), "measure" | "unit" | "period") && name.parse::<Dimension>().is_err())
    {
        return Err(("observe.complete_for", format!("names `{name}`, which is no dimension of the observation")));
    }
    Ok(())
}

fn month_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    jiff::civil::Date::new(2001, month, day).ok().map(|_| (month, day))
}

struct Compiler<'a, 's> {
    dataset: &'s str,
    observe: &'s Observe,
    reference: Reference<'a>,
    symbols: &'s mut Symbols,
    coders: Vec<Coder<'a>>,
    periods: Vec<PeriodReader>,
    /// Coders by what they do, so that equal sources share one.
    known: BTreeMap<String, usize>,
    classes: Classes,
}

impl<'a> Compiler<'a, '_> {
    fn fail(&self, key: &str, problem: String) -> NormalizeError {
        NormalizeError::Definition { dataset: self.dataset.to_owned(), key: key.to_owned(), problem }
    }

    fn defaults(&mut self) -> [Origin; DIMENSIONS] {
        Dimension::ALL.map(|dimension| Origin::Fixed(self.symbols.intern(dimension.default_code())))
    }

    fn dimensions(
        &mut self,
        prefix: &str,
        sources: &BTreeMap<String, Source>,
        into: &mut [Origin; DIMENSIONS],
    ) -> Result<(), NormalizeError> {
        for (name, source) in sources {
            let key = format!("{prefix}.{name}");
            let dimension: Dimension = name.parse().map_err(|problem: String| self.fail(&key, problem))?;
            let allowed = allowed_for(dimension, |dimension| self.measure_codes(dimension));
            self.check_codes(&key, dimension, source)?;
            sense::source(Some(dimension), source).map_err(|problem| self.fail(&key, problem))?;
            into[dimension.index()] = self.origin(&key, source, allowed)?;
        }
        Ok(())
    }

    /// Refuses codes that no reference data knows: a typing error would otherwise look like data.
    fn check_codes(&self, key: &str, dimension: Dimension, source: &Source) -> Result<(), NormalizeError> {
        let categories = self.measure_codes(dimension);
        let Reference { areas, codes, .. } = self.reference;
        let mut used = source
            .codes
            .values()
            .chain(&source.code)
            .chain(&source.blank)
            .chain(&source.for_groups)
            .chain(&source.otherwise)
            .chain(&source.subtotals);
        if let Some(code) = used.find(|code| !codes.knows(dimension, code, areas, |code| categories.contains(code))) {
            return Err(self.fail(key, format!("maps to `{code}`, which is no code of `{dimension}` in the reference data")));
        }
        match &source.or {
            Some(next) => self.check_codes(&format!("{key}.or"), dimension, next),
            None => Ok(()),
        }
    }

    /// The codes that the dataset's measures know in their own breakdowns.
    fn measure_codes(&self, dimension: Dimension) -> BTreeSet<String> {
        let measures = self.observe.values.iter().filter_map(|value| self.reference.measures.get(&value.measure));
        measures
            .filter_map(|measure| if dimension == Dimension::Category { measure.category.as_ref() } else { measure.subcategory.as_ref() })
            .flat_map(|breakdown| breakdown.codes.keys().cloned())
            .collect()
    }

    fn origin(&mut self, key: &str, source: &Source, allowed: Allowed) -> Result<Origin, NormalizeError> {
        match (&source.code, &source.same_as, &source.column) {
            (Some(code), None, None) => Ok(Origin::Fixed(self.symbols.intern(code))),
            (None, Some(name), None) => {
                let dimension: Dimension = name.parse().map_err(|problem: String| self.fail(key, problem))?;
                Ok(Origin::Same(dimension.index()))
            }
            (None, None, Some(_)) => {
                // The key is part of the identity where the texts that pass differ by dimension.
                let identity = match allowed {
                    Allowed::Nothing => format!("{source:?}"),
                    _ => format!("{key} {source:?}"),
                };
                if let Some(number) = self.known.get(&identity) {
                    return Ok(Origin::Coded(*number));
                }
                let coder = Coder::compile(key, source, self.reference.areas, allowed, self.symbols)
                    .map_err(|(key, problem)| self.fail(&key, problem))?;
                self.coders.push(coder);
                self.known.insert(identity, self.coders.len() - 1);
                Ok(Origin::Coded(self.coders.len() - 1))
            }
            _ => Err(self.fail(key, "needs exactly one of `code`, `same_as` and `column`".to_owned())),
        }
    }

    fn value(&mut self, index: usize, rule: &Value, base: [Origin; DIMENSIONS]) -> Result<CompiledValue<'a>, NormalizeError> {
        let key = format!("observe.values.{index}");
        let Some(definition) = self.reference.measures.get(&rule.measure) else {
            return Err(
                self.fail(&format!("{key}.measure"), format!("names `{}`, which reference/measures.toml does not have", rule.measure))
            );
        };
        let unit = match &rule.unit {
            Some(source) => {
                let mut codes = source.codes.values().chain(&source.code);
                if let Some(code) = codes.find(|code| **code != definition.unit && !definition.other_units.contains(code)) {
                    return Err(self.fail(&format!("{key}.unit"), format!("`{code}` is not a unit of `{}`", rule.measure)));
                }
                sense::source(None, source).map_err(|problem| self.fail(&format!("{key}.unit"), problem))?;
                self.origin(&format!("{key}.unit"), source, Allowed::Nothing)?
            }
            None => Origin::Fixed(self.symbols.intern(&definition.unit)),
        };
        let mut dimensions = base;
        self.dimensions(&format!("{key}.dimensions"), &rule.dimensions, &mut dimensions)?;
        for dimension in Dimension::ALL {
            resolve(&dimensions, dimension.index())
                .ok_or_else(|| self.fail(&format!("{key}.dimensions.{dimension}"), "goes round in a circle by `same_as`".to_owned()))?;
        }
        if let Some(Origin::Coded(coder)) = resolve(&dimensions, Dimension::RefArea.index()).map(|root| dimensions[root])
            && self.coders[coder].names_own()
        {
            let problem = "takes the reference area from a dimension that names it by `own`".to_owned();
            return Err(self.fail(&format!("{key}.dimensions.ref_area"), problem));
        }
        // Dimensions that are the same by declaration are one breakdown, named after the first of them.
        let mut listed = [false; DIMENSIONS];
        let mut roots = BTreeSet::new();
        for dimension in Dimension::ALL {
            if let Some(root) = resolve(&dimensions, dimension.index()) {
                // What a value column says of itself tells it from its neighbours, as a column of codes would.
                let told = Dimension::ALL.get(root).is_some_and(|dimension| rule.dimensions.contains_key(dimension.column()));
                listed[dimension.index()] = (told || matches!(dimensions[root], Origin::Coded(_))) && roots.insert(root);
            }
        }
        let scale = match rule.scale.unwrap_or(1) {
            1 => 0,
            scale => {
                let power = scale.ilog10();
                if 10_u64.pow(power) != scale || power > 12 {
                    return Err(self.fail(&format!("{key}.scale"), format!("`{scale}` is not a power of ten up to 10^12")));
                }
                power as u8
            }
        };
        let period = match &rule.period {
            None if self.observe.period.is_none() => {
                return Err(self.fail("observe.period", "is missing, and a value column says none of its own".to_owned()));
            }
            None => 0,
            Some(period) => {
                let reader = PeriodReader::compile(period).map_err(|(part, problem)| self.fail(&format!("{key}.period{part}"), problem))?;
                self.periods.push(reader);
                self.periods.len() - 1
            }
        };
        let cells = rule.cells.clone().unwrap_or_else(|| self.observe.cells.clone());
        sense::cells(&cells).map_err(|(part, problem)| self.fail(&format!("observe.cells.{part}"), problem))?;
        if cells.thousands.is_some_and(|mark| mark == cells.decimal.unwrap_or('.')) {
            let problem = "is the decimal mark too: declare `decimal`, or a number could be read in two ways".to_owned();
            return Err(self.fail("observe.cells.thousands", problem));
        }
        if !cells.zero.is_empty() && self.observe.totals.is_empty() {
            let problem = "says that texts stand for 0, which a check of `observe.totals` must prove".to_owned();
            return Err(self.fail("observe.cells.zero", problem));
        }
        if let Some(bounds) = rule.bounds.as_ref().filter(|bounds| bounds.kind != "ci95") {
            return Err(self.fail(&format!("{key}.bounds.kind"), format!("`{}` is not `ci95`", bounds.kind)));
        }
        let interval = rule.bounds.as_ref().map(|_| self.classes.number(Class::with_own_bounds("ci95")));
        for letters in cells.missing.values() {
            let status: Status = letters.parse().map_err(|e: paso_model::StatusError| self.fail("observe.cells.missing", e.to_string()))?;
            if !status.explains_null() {
                return Err(self.fail("observe.cells.missing", format!("`{letters}` does not say why a value is missing")));
            }
        }
        // Otherwise all that a model estimates could be called a count.
        if rule.status.is_some() && rule.when.is_empty() {
            return Err(
                self.fail(&format!("{key}.status"), "needs `when`: it is for the few rows that differ from `observe.status`".to_owned())
            );
        }
        let status = rule.status.as_deref().map(str::parse::<Status>).transpose();
        let status = status.map_err(|error| self.fail(&format!("{key}.status"), error.to_string()))?;
        Ok(CompiledValue {
            rule: rule.clone(),
            measure: self.symbols.intern(&rule.measure),
            definition,
            unit,
            status,
            dimensions,
            listed,
            period,
            interval,
            cells: CellReader::compile(&cells, scale, &rule.measure, definition, &mut self.classes).counting(rule.counts),
            key,
        })
    }
}

/// The dimension that a chain of `same_as` ends in; none where it goes round.
pub(crate) fn resolve(dimensions: &[Origin; DIMENSIONS], mut index: usize) -> Option<usize> {
    for _ in 0..DIMENSIONS {
        match dimensions[index] {
            Origin::Same(next) => index = next,
            Origin::Fixed(_) | Origin::Coded(_) => return Some(index),
        }
    }
    None
}
