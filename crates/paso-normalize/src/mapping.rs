//! A definition that is ready to map batches, and where the columns of a part stand for it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use paso_decode::{Batch, Forms};
use paso_model::Concept;

use crate::{
    coder::{Coder, Origin},
    error::NormalizeError,
    event::EventPlaces,
    period_form::PeriodReader,
    plan::{CompiledValue, Plan, Reference},
    spec::{Observe, StatusColumn},
    symbols::Symbols,
};

/// What a dataset's definition says to normalization.
#[derive(Debug, Clone, Copy)]
pub struct Definition<'a> {
    /// `<publisher>.<dataset>`.
    pub dataset: &'a str,
    /// Who is counted.
    pub concept: &'a Concept,
    /// How bodies are decoded.
    pub forms: &'a Forms,
    /// How rows become observations.
    pub observe: &'a Observe,
}

/// Maps batches to observations. What becomes of a batch depends on nothing else, so any thread may map it.
pub(crate) struct Mapping<'a> {
    pub(crate) dataset: &'a str,
    pub(crate) observe: &'a Observe,
    pub(crate) reference: Reference<'a>,
    pub(crate) plan: Plan<'a>,
    /// The codes of the definition; every block starts with them.
    pub(crate) symbols: Symbols,
}

/// The body that a batch comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct From<'b> {
    pub(crate) number: u32,
    pub(crate) url: &'b str,
    pub(crate) snapshot: &'b str,
    /// The date of the edition that the body is part of.
    pub(crate) vintage: Date,
}

/// Where the columns of a part stand.
pub(crate) struct Bound {
    /// For each period rule, the columns whose texts together say the period.
    pub(crate) periods: Vec<Vec<usize>>,
    pub(crate) exclusions: Vec<usize>,
    pub(crate) nature: Option<usize>,
    /// Where each column of flags stands.
    pub(crate) flags: Vec<Option<usize>>,
    pub(crate) conf: Option<usize>,
    /// For each value rule, where the ends of its interval stand.
    pub(crate) bounds: Vec<Option<(usize, usize)>>,
    pub(crate) status: Option<usize>,
    /// Each value column with the rules for it.
    pub(crate) values: Vec<(usize, Vec<usize>)>,
    pub(crate) event: EventPlaces,
    pub(crate) conditions: BTreeMap<String, usize>,
    /// Where each coder looks.
    pub(crate) coders: Vec<Vec<Option<usize>>>,
}

impl<'a> Mapping<'a> {
    pub(crate) fn new(definition: Definition<'a>, reference: Reference<'a>) -> Result<Self, NormalizeError> {
        let Definition { dataset, concept, observe, .. } = definition;
        let mut symbols = Symbols::default();
        let plan = Plan::compile(dataset, observe, concept, reference, &mut symbols)?;
        Ok(Self { dataset, observe, reference, plan, symbols })
    }

    /// Finds the columns that the definition reads.
    pub(crate) fn bind(&self, batch: &Batch, from: From<'_>) -> Result<Bound, NormalizeError> {
        let columns: BTreeMap<&str, usize> =
            batch.columns.iter().enumerate().map(|(index, column)| (column.name.as_str(), index)).collect();
        let missing = |column: &str, key: &str| NormalizeError::MissingColumn {
            dataset: self.dataset.to_owned(),
            url: from.url.to_owned(),
            snapshot: from.snapshot.to_owned(),
            part: batch.part.as_deref().map(str::to_owned),
            column: column.to_owned(),
            key: key.to_owned(),
            found: batch.columns.iter().map(|column| format!("`{}`", column.name)).collect::<Vec<_>>().join(", "),
        };
        let find = |column: &str, key: &str| columns.get(column).copied().ok_or_else(|| missing(column, key));
        // What only value columns read that this form of the body lacks need not be there.
        let present = |value: &CompiledValue<'_>| !value.rule.optional || columns.contains_key(value.rule.column.as_str());
        let read = self.plan.values.iter().filter(|value| present(value));
        let origins = read.clone().flat_map(|value| value.dimensions.iter().chain([&value.unit]));
        let origins = origins.chain(self.plan.other.iter().map(|(_, origin)| origin));
        let coded: BTreeSet<usize> =
            origins.filter_map(|origin| if let Origin::Coded(coder) = origin { Some(*coder) } else { None }).collect();
        let dated: BTreeSet<usize> = read.map(|value| value.period).collect();
        let bind = |(number, coder): (usize, &Coder<'_>)| match coder.bind(&columns) {
            Err(_) if !coded.contains(&number) => Ok(Vec::new()),
            bound => bound.map_err(|column| missing(&column, &coder.key)),
        };
        let coders = self.plan.coders.iter().enumerate().map(bind).collect::<Result<_, _>>()?;
        let mut values: Vec<(usize, Vec<usize>)> = Vec::new();
        for (number, value) in self.plan.values.iter().enumerate() {
            let Some(at) = columns.get(value.rule.column.as_str()).copied() else {
                if value.rule.optional {
                    continue;
                }
                return Err(missing(&value.rule.column, &format!("{}.column", value.key)));
            };
            match values.iter_mut().find(|(known, _)| *known == at) {
                Some((_, rules)) => rules.push(number),
                None => values.push((at, vec![number])),
            }
        }
        let mut conditions = BTreeMap::new();
        for value in &self.plan.values {
            for column in value.rule.when.keys() {
                conditions.insert(column.clone(), find(column, &format!("{}.when", value.key))?);
            }
        }
        let observe = self.observe;
        let maybe = |column: &str, optional: bool, key: &str| match columns.get(column) {
            None if optional => Ok(None),
            _ => find(column, key).map(Some),
        };
        let status = |status: Option<&StatusColumn>, key: &str| match status {
            None => Ok(None),
            Some(status) => maybe(&status.column, status.optional, key),
        };
        let ends = |value: &CompiledValue<'_>| {
            let Some(bounds) = value.rule.bounds.as_ref().filter(|_| present(value)) else { return Ok::<_, NormalizeError>(None) };
            let key = |end: &str| format!("{}.bounds.{end}", value.key);
            let low = maybe(&bounds.low, bounds.optional, &key("low"))?;
            let high = maybe(&bounds.high, bounds.optional, &key("high"))?;
            Ok(low.zip(high))
        };
        let period = |(number, reader): (usize, &PeriodReader)| {
            if !dated.contains(&number) {
                return Ok(Vec::new());
            }
            reader.columns().map(|column| find(column, "observe.period")).collect()
        };
        Ok(Bound {
            periods: self.plan.periods.iter().enumerate().map(period).collect::<Result<_, _>>()?,
            exclusions: observe.exclude.iter().map(|rule| find(&rule.column, "observe.exclude.column")).collect::<Result<_, _>>()?,
            nature: observe.nature.as_deref().map(|column| find(column, "observe.nature")).transpose()?,
            flags: observe
                .flags
                .0
                .iter()
                .map(|flags| maybe(&flags.column, flags.optional, "observe.flags.column"))
                .collect::<Result<_, _>>()?,
            conf: status(observe.conf_from.as_ref(), "observe.conf_from.column")?,
            bounds: self.plan.values.iter().map(ends).collect::<Result<_, _>>()?,
            status: status(observe.status_from.as_ref(), "observe.status_from.column")?,
            event: self.plan.event.as_ref().map(|event| event.bind(find)).transpose()?.unwrap_or_default(),
            values,
            conditions,
            coders,
        })
    }
}
