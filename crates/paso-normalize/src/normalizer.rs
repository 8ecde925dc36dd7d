//! Decoded rows to observations, quarantine and account.

use std::collections::{BTreeMap, HashMap};

use paso_decode::{Batch, Ragged, Sink, SinkError, Texts};
use paso_model::{Concept, Dimension, MeasureKind, breakdown, code};

use crate::{
    account::Account,
    cell::{Cell, Refusal, read_cell, refusal},
    coder::Origin,
    error::NormalizeError,
    period_form::read_period,
    plan::{CompiledValue, Plan, Reference},
    quarantine::Refused,
    rows::{DIMENSIONS, Pointer, Row, Tables},
    spec::Observe,
    symbols::Symbol,
};

/// Collects the rows of one edition, body by body.
pub(crate) struct Normalizer<'a> {
    dataset: &'a str,
    observe: &'a Observe,
    reference: Reference<'a>,
    plan: Plan<'a>,
    pub(crate) tables: Tables,
    pub(crate) rows: Vec<Row>,
    pub(crate) refused: Vec<Refused>,
    /// One account for each body.
    pub(crate) accounts: Vec<Account>,
    urls: Vec<String>,
    failure: Option<NormalizeError>,
    groups: HashMap<Symbol, bool>,
    breakdowns: HashMap<(u32, u32, Vec<bool>), Symbol>,
    periods: HashMap<(String, bool), Result<u32, String>>,
    row_codes: Vec<Option<Result<Symbol, String>>>,
}

impl<'a> Normalizer<'a> {
    pub(crate) fn new(
        dataset: &'a str,
        observe: &'a Observe,
        concept: &'a Concept,
        reference: Reference<'a>,
    ) -> Result<Self, NormalizeError> {
        let mut tables = Tables::default();
        let plan = Plan::compile(dataset, observe, concept, reference, &mut tables.symbols)?;
        let coders = plan.coders.len();
        Ok(Self {
            dataset,
            observe,
            reference,
            plan,
            tables,
            rows: Vec::new(),
            refused: Vec::new(),
            accounts: Vec::new(),
            urls: Vec::new(),
            failure: None,
            groups: HashMap::new(),
            breakdowns: HashMap::new(),
            periods: HashMap::new(),
            row_codes: vec![None; coders],
        })
    }

    /// The next batches come from this body.
    pub(crate) fn begin_body(&mut self, url: &str, snapshot: &str) {
        self.urls.push(url.to_owned());
        self.tables.snapshots.push(snapshot.to_owned());
        self.accounts.push(Account::default());
    }

    /// The failure that a batch met, if it was ours and not the decoder's.
    pub(crate) fn take_failure(&mut self) -> Option<NormalizeError> {
        self.failure.take()
    }

    fn body(&self) -> u32 {
        self.tables.snapshots.len().saturating_sub(1) as u32
    }

    fn bind(&mut self, batch: &Batch) -> Result<Bound, NormalizeError> {
        let columns: BTreeMap<&str, usize> =
            batch.columns.iter().enumerate().map(|(index, column)| (column.name.as_str(), index)).collect();
        let missing = |column: &str, key: &str| NormalizeError::MissingColumn {
            dataset: self.dataset.to_owned(),
            url: self.urls.last().cloned().unwrap_or_default(),
            snapshot: self.tables.snapshots.last().cloned().unwrap_or_default(),
            part: batch.part.as_deref().map(str::to_owned),
            column: column.to_owned(),
            key: key.to_owned(),
            found: batch.columns.iter().map(|column| format!("`{}`", column.name)).collect::<Vec<_>>().join(", "),
        };
        let find = |column: &str, key: &str| columns.get(column).copied().ok_or_else(|| missing(column, key));
        let mut unbound = None;
        for coder in &mut self.plan.coders {
            if let Err(column) = coder.bind(&columns) {
                unbound = unbound.or(Some((column, coder.key.clone())));
            }
        }
        if let Some((column, key)) = unbound {
            return Err(missing(&column, &key));
        }
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
        Ok(Bound {
            period: self.observe.period.column.as_deref().map(|column| find(column, "observe.period.column")).transpose()?,
            exclusions: self
                .observe
                .exclude
                .iter()
                .map(|exclusion| find(&exclusion.column, "observe.exclude.column"))
                .collect::<Result<_, _>>()?,
            nature: self.observe.nature.as_deref().map(|column| find(column, "observe.nature")).transpose()?,
            flags: self.observe.flags.as_ref().map(|flags| find(&flags.column, "observe.flags.column")).transpose()?,
            status: self.observe.status_from.as_ref().map(|status| find(&status.column, "observe.status_from.column")).transpose()?,
            values,
            conditions,
        })
    }

    fn consume(&mut self, batch: &Batch) -> Result<(), NormalizeError> {
        let bound = self.bind(batch)?;
        let columns: Vec<Texts<'_>> = (0..batch.columns.len()).map(|column| batch.texts(column)).collect();
        let part = batch.part.as_deref().map(|part| self.tables.symbols.intern(part).number());
        for index in 0..batch.rows.len() {
            let text_of = |column: usize| columns.get(column).and_then(|texts| texts.get(index));
            let excluded = bound.exclusions.iter().zip(&self.observe.exclude).find(|(column, exclusion)| {
                let text = text_of(**column).unwrap_or("").trim();
                exclusion.texts.iter().any(|known| known == text)
            });
            let cells = bound.values.len() as u64;
            let body = self.body() as usize;
            self.accounts[body].cells += cells;
            if let Some((_, exclusion)) = excluded {
                self.accounts[body].exclude(&exclusion.reason, cells);
                continue;
            }
            self.row_codes.fill(None);
            for (column, rules) in &bound.values {
                let pointer = Pointer {
                    body: self.body(),
                    part,
                    row: batch.rows[index],
                    col: batch.cells.as_ref().map_or(batch.columns[*column].position, |cells| cells[index]),
                };
                self.cell(*column, rules, &bound, &text_of, pointer);
            }
        }
        Ok(())
    }

    fn cell<'r>(&mut self, column: usize, rules: &[usize], bound: &Bound, text_of: &impl Fn(usize) -> Option<&'r str>, pointer: Pointer) {
        let raw = text_of(column);
        let applies = |value: &CompiledValue| {
            value.rule.when.iter().all(|(name, texts)| {
                let text = bound.conditions.get(name).and_then(|at| text_of(*at)).unwrap_or("").trim();
                texts.iter().any(|known| known == text)
            })
        };
        let body = pointer.body as usize;
        let Some(number) = rules.iter().copied().find(|number| applies(&self.plan.values[*number])) else {
            let column = self.plan.values[rules[0]].rule.column.clone();
            let detail = "no value rule's `when` holds for this row".to_owned();
            let refusal = Refusal { reason: "no_rule", rule: "observe.values".to_owned(), detail };
            self.refuse(pointer, column, raw, refusal);
            return;
        };
        match self.observation(number, raw, bound, text_of, pointer) {
            Ok(Some(row)) => self.rows.push(row),
            Ok(None) => {}
            Err(refusal) => {
                let column = self.plan.values[number].rule.column.clone();
                self.refuse(pointer, column, raw, refusal);
            }
        }
        debug_assert!(body < self.accounts.len());
    }

    fn refuse(&mut self, pointer: Pointer, column: String, raw: Option<&str>, refusal: Refusal) {
        self.accounts[pointer.body as usize].quarantine(refusal.reason);
        let raw = raw.unwrap_or("").to_owned();
        self.refused.push(Refused { pointer, column, raw, reason: refusal.reason, rule: refusal.rule, detail: refusal.detail });
    }

    /// The observation of a cell; none where it falls under a declared exclusion, which is then counted.
    fn observation<'r>(
        &mut self,
        number: usize,
        raw: Option<&str>,
        bound: &Bound,
        text_of: &impl Fn(usize) -> Option<&'r str>,
        pointer: Pointer,
    ) -> Result<Option<Row>, Refusal> {
        let cell = read_cell(&self.plan.values[number], raw)?;
        let (value, decimals, bounds, bound_kind, cell_status, conf) = match cell {
            Cell::Excluded(reason) => {
                self.accounts[pointer.body as usize].exclude(&reason, 1);
                return Ok(None);
            }
            Cell::Value { value, decimals, bounds, bound, status, conf } => (value, decimals, bounds, bound, status, conf),
        };
        let unit = match self.plan.values[number].unit {
            Origin::Fixed(symbol) => symbol,
            Origin::Coded(number) => self.coded(number, text_of)?,
            Origin::Same(_) => return Err(refusal("unmapped_code", "observe.values.unit", "a unit cannot be a dimension".to_owned())),
        };
        let (dimensions, breakdown) = self.dimensions(number, text_of)?;
        let kind = self.plan.values[number].definition.kind;
        let observe = self.observe;
        let period_text = match bound.period {
            Some(column) => text_of(column),
            None => observe.period.always.as_deref(),
        };
        let period = self.period(period_text, kind)?;
        let mut status = cell_status.union(self.plan.status);
        let letters = bound.status.and_then(text_of).map(str::trim).filter(|text| !text.is_empty());
        if let (Some(text), Some(column)) = (letters, &self.observe.status_from) {
            let Some(letters) = self.plan.status_codes.get(text) else {
                let detail = format!("`{}` holds `{text}`, which `observe.status_from.codes` does not have", column.column);
                return Err(refusal("unknown_flag", "observe.status_from", detail));
            };
            status = status.union(*letters);
        }
        let day = self.tables.periods.get(period).start();
        let flags = bound.flags.and_then(text_of).map(str::trim).filter(|flag| !flag.is_empty());
        if let (Some(flag), Some(list)) = (flags, &self.observe.flags) {
            let Some(letters) = self.reference.flags.status(&list.list, flag, day) else {
                let detail =
                    format!("`{}` holds `{flag}`, which the list `{}` of reference/flags.toml does not have", list.column, list.list);
                return Err(refusal("unknown_flag", "observe.flags", detail));
            };
            status = status.union(letters);
        }
        let nature = bound.nature.and_then(text_of).map(str::trim).filter(|text| !text.is_empty());
        let symbols = &mut self.tables.symbols;
        let value_rule = &self.plan.values[number];
        Ok(Some(Row {
            measure: value_rule.measure,
            unit,
            dimensions,
            breakdown,
            period,
            value,
            decimals,
            bounds,
            bound: bound_kind.map(|kind| symbols.intern(kind)),
            status,
            conf: symbols.intern(conf),
            nature: nature.map(|text| symbols.intern(text)),
            flags: flags.map(|text| symbols.intern(text)),
            column: symbols.intern(&value_rule.rule.column),
            pointer,
        }))
    }

    fn coded<'r>(&mut self, coder: usize, text_of: &impl Fn(usize) -> Option<&'r str>) -> Result<Symbol, Refusal> {
        if self.row_codes[coder].is_none() {
            self.row_codes[coder] = Some(self.plan.coders[coder].code(text_of, &mut self.tables.symbols));
        }
        match &self.row_codes[coder] {
            Some(Ok(symbol)) => Ok(*symbol),
            Some(Err(detail)) => Err(refusal("unmapped_code", &self.plan.coders[coder].key, detail.clone())),
            None => Err(refusal("unmapped_code", &self.plan.coders[coder].key, "not evaluated".to_owned())),
        }
    }

    fn dimensions<'r>(
        &mut self,
        number: usize,
        text_of: &impl Fn(usize) -> Option<&'r str>,
    ) -> Result<([Symbol; DIMENSIONS], Symbol), Refusal> {
        let origins = self.plan.values[number].dimensions;
        let mut codes: [Option<Symbol>; DIMENSIONS] = [None; DIMENSIONS];
        for (index, origin) in origins.iter().enumerate() {
            codes[index] = match origin {
                Origin::Fixed(symbol) => Some(*symbol),
                Origin::Coded(number) => Some(self.coded(*number, text_of)?),
                Origin::Same(_) => None,
            };
        }
        let total = self.tables.symbols.intern(code::TOTAL);
        let mut resolved = [total; DIMENSIONS];
        for (index, code) in resolved.iter_mut().enumerate() {
            let mut at = index;
            while let Origin::Same(next) = origins[at] {
                at = next;
            }
            *code = codes[at].unwrap_or(total);
        }
        // A reference area is always a country or group: everyone together is the world.
        let area = Dimension::RefArea.index();
        if [code::TOTAL, code::WORLD].contains(&self.tables.symbols.text(resolved[area])) {
            resolved[area] = self.tables.symbols.intern(code::WORLD_AREA);
        }
        if self.is_group(resolved[area]) {
            for (index, origin) in origins.iter().enumerate() {
                if let Origin::Coded(coder) = origin
                    && let Some(symbol) = self.plan.coders[*coder].for_groups
                {
                    resolved[index] = symbol;
                }
            }
        }
        let mut listed_others = Vec::with_capacity(self.plan.other.len());
        let mut others = Vec::with_capacity(self.plan.other.len());
        for at in 0..self.plan.other.len() {
            let symbol = match self.plan.other[at].1 {
                Origin::Fixed(symbol) => symbol,
                Origin::Coded(number) => self.coded(number, text_of)?,
                Origin::Same(_) => total,
            };
            listed_others.push(symbol != total);
            if symbol != total {
                others.push(format!("{}={}", self.plan.other[at].0, self.tables.symbols.text(symbol)));
            }
        }
        if !others.is_empty() {
            resolved[Dimension::Other.index()] = self.tables.symbols.intern(&others.join(";"));
        }
        let breakdown = self.breakdown(number, &resolved, listed_others);
        Ok((resolved, breakdown))
    }

    fn is_group(&mut self, area: Symbol) -> bool {
        let (areas, symbols) = (self.reference.areas, &self.tables.symbols);
        *self.groups.entry(area).or_insert_with(|| areas.is_group(symbols.text(area)))
    }

    fn breakdown(&mut self, number: usize, codes: &[Symbol; DIMENSIONS], others: Vec<bool>) -> Symbol {
        let (mut listed, mut starred) = (0_u32, 0_u32);
        for dimension in Dimension::ALL {
            let index = dimension.index();
            if !self.plan.values[number].listed[index] || dimension.is_total(self.tables.symbols.text(codes[index])) {
                continue;
            }
            listed |= 1 << index;
            let subtotal = match self.plan.values[number].dimensions[index] {
                Origin::Coded(source) => self.plan.coders[source].subtotals.contains(&codes[index].number()),
                Origin::Fixed(_) | Origin::Same(_) => false,
            };
            if subtotal || (dimension.holds_areas() && self.is_group(codes[index])) {
                starred |= 1 << index;
            }
        }
        let key = (listed, starred, others);
        if let Some(symbol) = self.breakdowns.get(&key) {
            return *symbol;
        }
        let other_names: Vec<String> = self.plan.other.iter().map(|(id, _)| id.to_lowercase()).collect();
        let names = Dimension::ALL
            .into_iter()
            .filter(|dimension| listed & (1 << dimension.index()) != 0)
            .map(|dimension| (dimension.column(), starred & (1 << dimension.index()) != 0))
            .chain(other_names.iter().zip(&key.2).filter(|(_, listed)| **listed).map(|(name, _)| (name.as_str(), false)));
        let text = breakdown(names);
        let symbol = self.tables.symbols.intern(&text);
        self.breakdowns.insert(key, symbol);
        symbol
    }

    fn period(&mut self, text: Option<&str>, kind: MeasureKind) -> Result<u32, Refusal> {
        let text = text.unwrap_or("").trim();
        let flow = kind == MeasureKind::Flow;
        if let Some(known) = self.periods.get(&(text.to_owned(), flow)) {
            return known.clone().map_err(|detail| refusal("bad_period", "observe.period", detail));
        }
        let day = if flow { None } else { self.plan.reference_day };
        let period = self.observe.period.forms.iter().find_map(|form| read_period(text, *form, day));
        let number = match period {
            Some(period) => Ok(self.tables.periods.intern(period)),
            None => Err(match &self.observe.period.column {
                Some(column) => format!("`{column}` holds `{text}`, which is not a period in the declared forms"),
                None => format!("`{text}` is not a period in the declared forms"),
            }),
        };
        self.periods.insert((text.to_owned(), flow), number.clone());
        number.map_err(|detail| refusal("bad_period", "observe.period", detail))
    }
}

/// Where the columns of a part stand.
struct Bound {
    period: Option<usize>,
    exclusions: Vec<usize>,
    nature: Option<usize>,
    flags: Option<usize>,
    status: Option<usize>,
    /// Each value column with the rules for it.
    values: Vec<(usize, Vec<usize>)>,
    conditions: BTreeMap<String, usize>,
}

impl Sink for Normalizer<'_> {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.consume(&batch).map_err(|failure| {
            self.failure = Some(failure);
            SinkError::from("the definition does not fit the body")
        })
    }

    fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError> {
        let part = ragged.part.as_deref().map(|part| self.tables.symbols.intern(part).number());
        let mut columns: Vec<String> = self.plan.values.iter().map(|value| value.rule.column.clone()).collect();
        columns.dedup();
        let body = self.body() as usize;
        for column in columns {
            self.accounts[body].cells += 1;
            let pointer = Pointer { body: body as u32, part, row: ragged.row, col: 0 };
            let detail = format!("the record has {} fields where the header has {}", ragged.fields, ragged.expected);
            self.refuse(pointer, column, Some(&ragged.text), Refusal { reason: "ragged_row", rule: "decode.csv".to_owned(), detail });
        }
        Ok(())
    }
}
