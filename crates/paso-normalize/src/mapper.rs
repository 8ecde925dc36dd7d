//! Batches to observations: the texts of a batch are mapped once each, its rows follow their keys.

use std::collections::HashMap;

use arrow::array::Array as _;
use paso_decode::{Batch, Forms, Ragged};
use paso_model::{MeasureKind, Status};

use crate::{
    account::Account,
    block::{Block, PeriodTable, Pointer, Rows},
    cell::Cell,
    coder::Origin,
    column::Column,
    error::NormalizeError,
    mapping::{Bound, From, Mapping},
    plan::CompiledValue,
    quarantine::Refused,
    spec::FlagColumn,
    symbols::{Symbol, Symbols},
};

/// What a batch becomes.
pub(crate) struct Mapped {
    /// None where no row became an observation.
    pub(crate) block: Option<Block>,
    /// In no order yet, and without the number of the part.
    pub(crate) refused: Vec<Refused>,
    /// The cells that went in, were refused or excluded; observations are counted when duplicates are settled.
    pub(crate) account: Account,
}

/// Something about a row that may keep it from being an observation, in the order in which it is looked at.
#[derive(Debug, Clone, Copy)]
enum Check {
    /// A unit that is another dimension.
    Unit,
    Coder(usize),
    Period,
    Status,
    Confidentiality,
    Event,
    Flags(usize),
}

/// Maps one batch.
pub(crate) struct Mapper<'m> {
    pub(crate) mapping: &'m Mapping<'m>,
    pub(crate) batch: &'m Batch,
    pub(crate) from: From<'m>,
    pub(crate) bound: Bound,
    pub(crate) symbols: Symbols,
    pub(crate) texts: Symbols,
    pub(crate) periods: PeriodTable,
    coded: Vec<Option<Column<Symbol>>>,
    /// The periods by rule, as a stock or ratio has them and as a flow has them.
    pub(crate) read_periods: HashMap<(usize, MeasureKind), Column<u32>>,
    pub(crate) read_events: Option<Column<Symbol>>,
    pub(crate) groups: HashMap<Symbol, bool>,
    refused: Vec<Refused>,
    account: Account,
}

/// The cells of a value column that hold an observation.
struct Read {
    rows: Vec<u32>,
    value: Vec<f64>,
    decimals: Vec<u8>,
    class: Vec<u16>,
    /// The ends of intervals, where cells have some of their own.
    ends: Option<(Vec<f64>, Vec<f64>)>,
}

/// What is known of the batch's rows beside their cells and codes.
struct Outside<'c> {
    periods: &'c Column<u32>,
    letters: &'c Column<Option<Status>>,
    conf: &'c Column<Symbol>,
    events: &'c Column<Symbol>,
    flags: &'c [Column<Symbol>],
}

impl Read {
    /// Keeps some cells only.
    fn keep(&mut self, kept: &[bool]) {
        fn keep<T>(values: &mut Vec<T>, kept: &[bool]) {
            let mut kept = kept.iter();
            values.retain(|_| kept.next().is_some_and(|kept| *kept));
        }
        keep(&mut self.rows, kept);
        keep(&mut self.value, kept);
        keep(&mut self.decimals, kept);
        keep(&mut self.class, kept);
        if let Some((low, high)) = &mut self.ends {
            keep(low, kept);
            keep(high, kept);
        }
    }
}

/// The values of these rows of a batch; where they are all of its rows, nothing needs to be picked.
fn pick<T: Copy + PartialEq>(column: &Column<T>, rows: &[u32], all: bool) -> Column<T> {
    if all { column.clone() } else { column.take(rows) }
}

impl<'m> Mapper<'m> {
    /// Maps a batch.
    pub(crate) fn map(mapping: &'m Mapping<'m>, batch: &'m Batch, from: From<'m>) -> Result<Mapped, NormalizeError> {
        let bound = mapping.bind(batch, from)?;
        let mut mapper = Self {
            mapping,
            batch,
            from,
            bound,
            symbols: mapping.symbols.clone(),
            texts: Symbols::default(),
            periods: PeriodTable::default(),
            coded: vec![None; mapping.plan.coders.len()],
            read_periods: HashMap::new(),
            read_events: None,
            groups: HashMap::new(),
            refused: Vec::new(),
            account: Account::default(),
        };
        let included = mapper.included();
        let mut rows: Option<Rows> = None;
        for at in 0..mapper.bound.values.len() {
            let (column, rules) = mapper.bound.values[at].clone();
            for (rule, taken) in mapper.deal(&rules, &included) {
                match (rule, &mut rows) {
                    (None, _) => mapper.refuse_without_rule(column, rules[0], &taken),
                    (Some(rule), None) => rows = mapper.observations(column, rule, &taken),
                    (Some(rule), Some(rows)) => {
                        if let Some(more) = mapper.observations(column, rule, &taken) {
                            rows.append(&more);
                        }
                    }
                }
            }
        }
        let Self { symbols, texts, periods, refused, account, .. } = mapper;
        Ok(Mapped { block: rows.map(|rows| Block { rows, symbols, texts, periods }), refused, account })
    }

    /// The rows that are data; the cells of others are counted as excluded.
    fn included(&mut self) -> Vec<u32> {
        let cells = self.bound.values.len() as u64;
        let count = self.batch.rows.len();
        self.account.cells += cells * count as u64;
        let exclude = &self.mapping.observe.exclude;
        let matches = |(place, rule): (&usize, &crate::spec::Exclusion)| {
            Column::of_texts(self.batch.texts(*place), |text| rule.texts.iter().any(|known| known == text))
        };
        let columns: Vec<Column<bool>> = self.bound.exclusions.iter().zip(exclude).map(matches).collect();
        if !columns.iter().any(|column| column.may_hold(true)) {
            return (0..count as u32).collect();
        }
        let mut included = Vec::with_capacity(count);
        let mut excluded = vec![0; exclude.len()];
        for row in 0..count {
            match columns.iter().position(|column| column.get(row)) {
                Some(rule) => excluded[rule] += 1,
                None => included.push(row as u32),
            }
        }
        for (rule, rows) in exclude.iter().zip(excluded).filter(|(_, rows)| *rows > 0) {
            self.account.exclude(&rule.reason, cells * rows);
        }
        included
    }

    /// Deals rows to the first rule whose conditions hold; the rows without one come last.
    fn deal(&self, rules: &[usize], rows: &[u32]) -> Vec<(Option<usize>, Vec<u32>)> {
        let values = &self.mapping.plan.values;
        if values[rules[0]].rule.when.is_empty() {
            return vec![(Some(rules[0]), rows.to_vec())];
        }
        let holds = |value: &CompiledValue<'_>| -> Vec<Column<bool>> {
            let conditions = value.rule.when.iter();
            conditions
                .map(|(name, texts)| match self.bound.conditions.get(name) {
                    Some(place) => Column::of_texts(self.batch.texts(*place), |text| texts.iter().any(|known| known == text)),
                    None => Column::All(texts.iter().any(String::is_empty)),
                })
                .collect()
        };
        let conditions: Vec<Vec<Column<bool>>> = rules.iter().map(|rule| holds(&values[*rule])).collect();
        let mut dealt: Vec<(Option<usize>, Vec<u32>)> = rules.iter().map(|rule| (Some(*rule), Vec::new())).collect();
        dealt.push((None, Vec::new()));
        for row in rows {
            let rule = conditions.iter().position(|columns| columns.iter().all(|column| column.get(*row as usize)));
            dealt[rule.unwrap_or(rules.len())].1.push(*row);
        }
        dealt.retain(|(_, rows)| !rows.is_empty());
        dealt
    }

    fn raw(&self, column: usize, row: u32) -> &'m str {
        self.batch.texts(column).get(row as usize).unwrap_or("")
    }

    fn pointer(&self, column: usize, row: u32) -> Pointer {
        let col = self.batch.cells.as_ref().map_or(self.batch.columns[column].position, |cells| cells[row as usize]);
        Pointer { body: self.from.number, part: None, row: self.batch.rows[row as usize], col }
    }

    fn refuse(&mut self, column: usize, rule: usize, row: u32, reason: &'static str, key: &str, detail: String) {
        self.account.quarantine(reason, 1);
        self.refused.push(Refused {
            pointer: self.pointer(column, row),
            column: self.mapping.plan.values[rule].rule.column.clone(),
            raw: self.raw(column, row).to_owned(),
            reason,
            rule: key.to_owned(),
            detail,
        });
    }

    fn refuse_without_rule(&mut self, column: usize, rule: usize, rows: &[u32]) {
        for row in rows {
            let detail = "no value rule's `when` holds for this row".to_owned();
            self.refuse(column, rule, *row, "no_rule", "observe.values", detail);
        }
    }

    /// The observations of a value column's rows under a rule.
    fn observations(&mut self, column: usize, rule: usize, rows: &[u32]) -> Option<Rows> {
        let mapping = self.mapping;
        let value = &mapping.plan.values[rule];
        let mut read = self.read(column, rule, rows);
        let unit = match value.unit {
            Origin::Fixed(symbol) => Column::All(symbol),
            Origin::Coded(coder) => self.coded(coder).clone(),
            Origin::Same(_) => Column::All(Symbol::REFUSED),
        };
        let periods = self.periods(value.period, value.definition.kind);
        let letters = self.letters();
        let flags = self.flags();
        let conf = self.confidentiality();
        let events = self.events();
        self.sift(column, rule, &mut read, &Outside { periods: &periods, letters: &letters, conf: &conf, events: &events, flags: &flags });
        let Read { rows, value: numbers, decimals, class, ends } = read;
        if rows.is_empty() {
            return None;
        }
        let all = rows.len() == self.batch.rows.len();
        let (dimensions, breakdown) = self.dimensions(rule, |column| pick(column, &rows, all));
        let period = pick(&periods, &rows, all);
        let flags: Vec<Column<Symbol>> = flags.iter().map(|flags| pick(flags, &rows, all)).collect();
        let conf = pick(&conf, &rows, all);
        let class = Column::of(class);
        let base = value.status.unwrap_or(mapping.plan.status);
        let status = class.map(|class| mapping.plan.classes.get(class).status.union(base));
        let status = match &letters {
            Column::All(Some(Status::NORMAL)) => status,
            letters => status.zip(&pick(letters, &rows, all), |status, letters| status.union(letters.unwrap_or_default())),
        };
        let status = self.flagged(status, &flags, &period);
        let status = match &conf {
            Column::All(Symbol::NONE) => status,
            conf => {
                let free = self.texts.intern("F");
                let withheld =
                    class.zip(conf, |class, conf| conf != Symbol::NONE && conf != free && !mapping.plan.classes.get(class).valued);
                status.zip(&withheld, |status, withheld| if withheld { status.union(Status::SUPPRESSED) } else { status })
            }
        };
        let flags = self.joined_flags(&flags);
        // An event is what it is, whatever the year in which it is counted.
        let status = if self.mapping.observe.event.is_some() { status } else { self.dated(status, &period) };
        let nature = match self.bound.nature {
            None => Column::All(Symbol::NONE),
            Some(place) => pick(&own_words(self.batch, place, &mut self.texts), &rows, all),
        };
        let part = self.batch.part.as_deref().map_or(Symbol::NONE, |part| self.texts.intern(part));
        let (low, high) = ends.map_or((Column::All(0.0), Column::All(0.0)), |(low, high)| (Column::Each(low), Column::Each(high)));
        let col = match &self.batch.cells {
            Some(cells) => Column::Each(rows.iter().map(|row| cells[*row as usize]).collect()),
            None => Column::All(self.batch.columns[column].position),
        };
        Some(Rows {
            count: rows.len(),
            measure: Column::All(value.measure),
            unit: pick(&unit, &rows, all),
            dimensions,
            breakdown,
            period,
            value: Column::Each(numbers),
            decimals: Column::of(decimals),
            low,
            high,
            class,
            status,
            nature,
            flags,
            conf,
            event: pick(&events, &rows, all),
            rule: Column::All(rule as u16),
            body: Column::All(self.from.number),
            part: Column::All(part),
            row: Column::Each(rows.iter().map(|row| self.batch.rows[*row as usize]).collect()),
            col,
        })
    }

    /// Reads the cells of a value column. A text that repeats is read once.
    fn read(&mut self, column: usize, rule: usize, rows: &[u32]) -> Read {
        let value = &self.mapping.plan.values[rule];
        let texts = self.batch.texts(column);
        let (keys, entries) = (texts.keys(), texts.values());
        let cell = |key: usize| value.cells.read(entries.value(key).trim());
        let known: Vec<Cell> = if entries.len() * 4 <= rows.len() { (0..entries.len()).map(cell).collect() } else { Vec::new() };
        let absent = (keys.null_count() > 0).then(|| value.cells.read(""));
        let mut excluded = vec![0_u64; value.cells.reasons.len()];
        let mut bad = Vec::new();
        let mut read = Read {
            rows: Vec::with_capacity(rows.len()),
            value: Vec::with_capacity(rows.len()),
            decimals: Vec::with_capacity(rows.len()),
            class: Vec::with_capacity(rows.len()),
            ends: None,
        };
        let bounds = self.bound.bounds[rule].zip(value.interval);
        if bounds.is_some() || value.cells.rounds() {
            read.ends = Some((Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len())));
        }
        let mut bad_ends = Vec::new();
        for row in rows {
            let key = keys.values()[*row as usize] as usize;
            let cell = match absent {
                Some(absent) if keys.is_null(*row as usize) => absent,
                _ => known.get(key).map_or_else(|| cell(key), |cell| *cell),
            };
            let (number, decimals, mut class, valued) = match cell {
                Cell::Number(number, class) => (number.value, number.decimals, class, true),
                Cell::Missing(class) => (0.0, 0, class, false),
                Cell::Excluded(reason) => {
                    excluded[reason as usize] += 1;
                    continue;
                }
                Cell::Bad => {
                    bad.push(*row);
                    continue;
                }
            };
            if let Some((lows, highs)) = &mut read.ends {
                let (mut low, mut high) = value.cells.interval(number);
                // What is missing has no interval of its own.
                if let Some(((low_at, high_at), interval)) = bounds.filter(|_| valued) {
                    let texts = [low_at, high_at].map(|at| self.raw(at, *row).trim());
                    match texts.map(|text| value.cells.end(text)) {
                        [Some(from), Some(to)] if from <= number && number <= to => (low, high, class) = (from, to, interval),
                        _ if texts == ["", ""] => {}
                        _ => {
                            bad_ends.push((*row, texts));
                            continue;
                        }
                    }
                }
                lows.push(low);
                highs.push(high);
            }
            read.rows.push(*row);
            read.value.push(number);
            read.decimals.push(decimals);
            read.class.push(class);
        }
        for (reason, cells) in value.cells.reasons.iter().zip(excluded).filter(|(_, cells)| *cells > 0) {
            self.account.exclude(reason, cells);
        }
        for row in bad {
            let detail = value.cells.detail(self.raw(column, row).trim());
            self.refuse(column, rule, row, "bad_value", &value.key, detail);
        }
        for (row, [low, high]) in bad_ends {
            let detail = format!("the interval from `{low}` to `{high}` does not hold the value");
            self.refuse(column, rule, row, "bad_bounds", &value.key, detail);
        }
        read
    }

    /// Takes out the cells whose row has something that could not be mapped, and refuses them for the first such thing.
    fn sift(&mut self, column: usize, rule: usize, read: &mut Read, outside: &Outside<'_>) {
        let Outside { periods, letters, conf, events, flags } = *outside;
        let mut checks = Vec::new();
        let value = &self.mapping.plan.values[rule];
        let others = self.mapping.plan.other.iter().map(|(_, origin)| origin);
        for origin in std::iter::once(&value.unit).chain(&value.dimensions).chain(others) {
            if let Origin::Coded(coder) = *origin
                && self.coded(coder).may_hold(Symbol::REFUSED)
            {
                checks.push(Check::Coder(coder));
            }
        }
        if matches!(value.unit, Origin::Same(_)) {
            checks.insert(0, Check::Unit);
        }
        checks.extend(periods.may_hold(PeriodTable::REFUSED).then_some(Check::Period));
        checks.extend(letters.may_hold(None).then_some(Check::Status));
        checks.extend(conf.may_hold(Symbol::REFUSED).then_some(Check::Confidentiality));
        checks.extend(events.may_hold(Symbol::REFUSED).then_some(Check::Event));
        checks.extend((0..flags.len()).filter(|at| flags[*at].may_hold(Symbol::REFUSED)).map(Check::Flags));
        if checks.is_empty() {
            return;
        }
        let fails = |check: &Check, row: usize| match *check {
            Check::Unit => true,
            Check::Coder(coder) => self.coded[coder].as_ref().is_none_or(|codes| codes.get(row) == Symbol::REFUSED),
            Check::Period => periods.get(row) == PeriodTable::REFUSED,
            Check::Status => letters.get(row).is_none(),
            Check::Confidentiality => conf.get(row) == Symbol::REFUSED,
            Check::Event => events.get(row) == Symbol::REFUSED,
            Check::Flags(at) => flags[at].get(row) == Symbol::REFUSED,
        };
        let failures: Vec<Option<Check>> =
            read.rows.iter().map(|row| checks.iter().find(|check| fails(check, *row as usize)).copied()).collect();
        for (row, check) in read.rows.iter().zip(&failures) {
            if let Some(check) = check {
                let (reason, key, detail) = self.explain(rule, *check, *row);
                self.refuse(column, rule, *row, reason, &key, detail);
            }
        }
        let kept: Vec<bool> = failures.iter().map(Option::is_none).collect();
        read.keep(&kept);
    }

    /// Why a row fails a check: the reason, the definition key and the words.
    fn explain(&self, rule: usize, check: Check, row: u32) -> (&'static str, String, String) {
        let text = |place: Option<usize>| place.map_or("", |place| self.raw(place, row).trim());
        let observe = self.mapping.observe;
        match check {
            Check::Unit => ("unmapped_code", "observe.values.unit".to_owned(), "a unit cannot be a dimension".to_owned()),
            Check::Coder(coder) => {
                let (coder, places) = (&self.mapping.plan.coders[coder], &self.bound.coders[coder]);
                ("unmapped_code", coder.key.clone(), coder.refusal(places, self.batch, row as usize))
            }
            Check::Period => {
                let period = self.mapping.plan.values[rule].period;
                let reader = &self.mapping.plan.periods[period];
                let columns: Vec<&str> = reader.columns().map(String::as_str).collect();
                let detail = if columns.is_empty() {
                    format!("`{}` is not a period in the declared forms", reader.always())
                } else {
                    let texts: Vec<&str> = self.bound.periods[period].iter().map(|place| text(Some(*place))).collect();
                    let columns = columns.join("`, `");
                    format!("`{columns}` holds `{}`, which is not a period in the declared forms", texts.join(" "))
                };
                ("bad_period", "observe.period".to_owned(), detail)
            }
            Check::Status => {
                let column = observe.status_from.as_ref().map_or("", |status| &status.column);
                let text = text(self.bound.status);
                let detail = format!("`{column}` holds `{text}`, which `observe.status_from.codes` does not have");
                ("unknown_flag", "observe.status_from".to_owned(), detail)
            }
            Check::Confidentiality => {
                let column = observe.conf_from.as_ref().map_or("", |conf| &conf.column);
                let text = text(self.bound.conf);
                let detail = format!("`{column}` holds `{text}`, which `observe.conf_from.codes` does not have");
                ("unknown_flag", "observe.conf_from".to_owned(), detail)
            }
            Check::Event => ("bad_event", "observe.event".to_owned(), self.event_problem(row as usize)),
            Check::Flags(at) => {
                let FlagColumn { column, list, .. } = &observe.flags.0[at];
                let text = text(self.bound.flags[at]);
                let detail = format!("`{column}` holds `{text}`, which the list `{list}` of reference/flags.toml does not have");
                ("unknown_flag", "observe.flags".to_owned(), detail)
            }
        }
    }

    /// The codes that a coder gives to the rows of the batch.
    pub(crate) fn coded(&mut self, coder: usize) -> &Column<Symbol> {
        let (places, symbols) = (&self.bound.coders[coder], &mut self.symbols);
        self.coded[coder].get_or_insert_with(|| self.mapping.plan.coders[coder].codes(places, self.batch, symbols))
    }
}

/// What the publisher says in its own words, which no list explains.
fn own_words(batch: &Batch, place: usize, texts: &mut Symbols) -> Column<Symbol> {
    Column::of_texts(batch.texts(place), |text| if text.is_empty() { Symbol::NONE } else { texts.intern(text) })
}

/// The value cells of a row that has another number of fields than its header: all of them are refused.
pub(crate) fn refuse_ragged(mapping: &Mapping<'_>, forms: &Forms, row: &Ragged, body: u32) -> Vec<Refused> {
    let mut columns: Vec<&str> = mapping.plan.values.iter().map(|value| value.rule.column.as_str()).collect();
    columns.dedup();
    let pointer = Pointer { body, part: None, row: row.row, col: 0 };
    columns.into_iter().map(|column| Refused::ragged(row, forms, pointer, column)).collect()
}
